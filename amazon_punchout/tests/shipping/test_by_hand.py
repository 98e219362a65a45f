"""Answers that Amazon gives by e-mail only, entered by a purchase manager."""
import logging
from dataclasses import replace
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ... import cxml
from ..cxml_builder import confirmation_xml, item, ship_notice_xml, status
from ..message_case import MessageCase

FIRST, SECOND = '111-0000000-0000001', '111-0000000-0000002'
LOGGER = 'odoo.addons.amazon_punchout.models.messages.amazon_punchout_document'


@tagged('-at_install', 'post_install')
class TestByHand(MessageCase):

    def dialog(self, order):
        action = order.with_user(self.manager).action_amazon_enter()
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.by.hand', 'new'))
        return self.env[action['res_model']].with_user(self.manager).browse(action['res_id'])

    def enter(self, order, lines=None, **vals):
        """Enter what an e-mail says, as a person does in the dialog.

        :param dict lines: values by Amazon's line number; lines that are left out are 0. None: as the dialog opens
        :return: the action that follows
        """
        dialog = self.dialog(order)
        with Form(dialog) as form:
            for name, value in vals.items():
                form[name] = value
            if lines is not None:
                for index, line in enumerate(dialog.line_ids):
                    with form.line_ids.edit(index) as row:
                        values = lines.get(line.purchase_line_id.amazon_line_number, {})
                        for name, value in {'accepted_quantity': 0, 'rejected_quantity': 0, **values}.items():
                            row[name] = value
        result = dialog.action_enter()
        order.invalidate_recordset()
        return result

    def entered(self, order):
        """Find the documents that were entered, the oldest first."""
        return order.amazon_document_ids.filtered('entered_by_id').sorted('id')

    def assertNothingEntered(self, order, words, **kwargs):
        self.env.cr.flush()  # what core notes about changes until now
        before = (order.amazon_state, order.amount_total, order.message_ids)
        with self.assertRaises(UserError) as caught:  # rolls back, as a request does
            self.enter(order, **kwargs)
        self.assertRegex(str(caught.exception), words)
        order.invalidate_recordset()
        self.assertFalse(self.entered(order))
        self.assertEqual((order.amazon_state, order.amount_total, order.message_ids), before)

    # === WHAT IT DOES === #

    def test_one_number_and_a_click_accept_the_whole_order(self):
        order = self.three_lines()
        self.assertEqual(self.enter(order, order_number=FIRST), {'type': 'ir.actions.act_window_close'})
        self.assertEqual((order.amazon_state, order.amazon_order_ref, order.partner_ref), ('confirmed', FIRST, FIRST))
        self.assertEqual(set(order.order_line.filtered('amazon_asin').mapped('amazon_confirmation')), {'accepted'})
        self.assertEqual(order.amount_total, 55)

    def test_it_is_kept_as_the_document_that_amazon_would_have_sent(self):
        order = self.three_lines()
        self.enter(order, {1: {'accepted_quantity': 1, 'rejected_quantity': 1, 'reason': "Sold out"}},
                   order_number=FIRST)
        document = self.entered(order)
        self.assertEqual(
            (document.direction, document.document_type, document.state, document.entered_by_id, document.group_id),
            ('in', 'ConfirmationRequest', 'processed', self.manager, self.group))
        confirmation = cxml.read_confirmation(document._get_body())
        self.assertEqual(confirmation.order, cxml.OrderReference(order.name, self.requests(order).payload_id))
        self.assertEqual((confirmation.type, confirmation.confirm_id), ('detail', FIRST))
        self.assertEqual(
            [(each.line_number, [(said.type, said.quantity) for said in each.statuses]) for each in confirmation.items],
            [(1, [('detail', 1), ('reject', 1)])])
        self.assertNothingLeaks(order)

    def test_another_addon_adds_elements_to_what_is_entered(self):
        order, orders = self.three_lines(), type(self.env['purchase.order'])
        for name, parent, element, path, values in (
            ('_amazon_prepare_entered_confirmation', 'ConfirmationHeader',
             cxml.Element('IdReference', attributes=(('identifier', '7'), ('domain', 'CostCenter'))),
             'ConfirmationRequest/ConfirmationHeader/IdReference', {'order_number': FIRST}),
            ('_amazon_prepare_entered_ship_notice', 'ShipNoticeHeader',
             cxml.Element('ServiceLevel', 'Express', (('xml:lang', 'en'),)),
             'ShipNoticeRequest/ShipNoticeHeader/ServiceLevel', {'lines': {}, 'tracking_number': '1Z777'}),
        ):
            prepare = getattr(orders, name)

            def extended(*args, prepare=prepare, parent=parent, element=element):
                prepared = prepare(*args)
                return replace(prepared, extra=(*prepared.extra, cxml.ExtraElement(parent, element)))
            with self.subTest(name), patch.object(orders, name, extended):
                self.enter(order, **values)
                body = self.entered(order)[-1]._get_body()
                self.assertEqual(len(cxml.parse(body, 'test').findall(f'Request/{path}')), 1)

    def test_another_price_and_a_rejection_reach_the_order_and_its_receipt(self):
        order = self.three_lines()
        self.enter(order, {
            1: {'accepted_quantity': 2, 'price': 9.5},
            2: {'accepted_quantity': 2, 'rejected_quantity': 1, 'reason': "Sold out"},
            3: {'rejected_quantity': 1},
        }, order_number=FIRST)
        self.assertEqual(order.amazon_state, 'partial')
        self.assertEqual(
            [(line.product_qty, line.price_unit, line.amazon_confirmation) for line in order.order_line
             if line.amazon_asin], [(2, 9.5, 'changed'), (2, 5, 'changed'), (0, 20, 'rejected')])
        self.assertEqual(self.expected(order), {1: 2, 2: 2, 3: 0})
        self.assertEqual(order.amount_total, 29)  # 2 × 9.50 + 2 × 5.00
        self.assertIn("Sold out", self.line(order, 2).amazon_reason)
        self.assertEqual(self.line(order, 1).amazon_cart_price, 10)

    def test_it_is_one_line_of_the_log(self):
        order = self.three_lines()
        with self.assertLogs(LOGGER, logging.INFO) as logs:
            self.enter(order, order_number=FIRST)
        line, = logs.output
        self.assertIn(f'ConfirmationRequest {self.entered(order).payload_id} for order {order.name} processed:', line)

    def test_an_expected_day_moves_the_receipt(self):
        order = self.three_lines()
        self.enter(order, {1: {'accepted_quantity': 2, 'expected_on': '2027-03-04'}})
        self.assertEqual(str(self.line(order, 1).date_planned.date()), '2027-03-04')

    def test_the_manager_signs_it_in_the_chatter(self):
        order = self.three_lines()
        before = order.message_ids
        self.enter(order, order_number=FIRST)
        said = (order.message_ids - before).filtered(lambda message: FIRST in message.body)
        self.assertEqual(said.author_id, self.manager.partner_id)

    def test_two_amazon_orders_are_entered_one_after_the_other(self):
        order = self.three_lines()
        self.enter(order, {1: {'accepted_quantity': 2}}, order_number=FIRST)
        self.assertEqual(order.amazon_state, 'partial')
        dialog = self.dialog(order)
        self.assertEqual(dialog.line_ids.mapped('accepted_quantity'), [0, 3, 1], "what is unanswered is offered")
        self.enter(order, order_number=SECOND)
        self.assertEqual((order.amazon_state, order.amazon_order_ref), ('confirmed', f'{FIRST}, {SECOND}'))

    def test_everything_rejected_cancels_the_order(self):
        order = self.three_lines()
        self.enter(order, {1: {'rejected_quantity': 2}, 2: {'rejected_quantity': 3}, 3: {'rejected_quantity': 1}})
        self.assertEqual((order.state, order.amazon_state), ('cancel', 'cancelled'))
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)

    def test_a_tracking_number_makes_a_shipment(self):
        order = self.three_lines()
        self.enter(order, {2: {'shipped_quantity': 2}}, tracking_number=' 1Z777 ', carrier="UPS")
        shipment = order.amazon_shipment_ids
        self.assertEqual((shipment.tracking_number, shipment.carrier), ('1Z777', "UPS"))
        self.assertEqual(
            [self.line(order, number).amazon_shipped_quantity for number in (1, 2, 3)], [0, 2, 0])
        self.assertEqual(order.amazon_state, 'sent', "a shipment confirms nothing by itself")
        self.assertEqual(self.entered(order).document_type, 'ShipNoticeRequest')

    def test_a_tracking_number_alone_is_the_whole_order(self):
        order = self.three_lines()
        self.enter(order, {}, tracking_number='1Z777')
        self.assertEqual(
            [self.line(order, number).amazon_shipped_quantity for number in (1, 2, 3)], [2, 3, 1])

    def test_entering_the_same_number_again_corrects_the_shipment(self):
        order = self.three_lines()
        self.enter(order, {2: {'shipped_quantity': 2}}, tracking_number='1Z777')
        self.enter(order, {2: {'shipped_quantity': 3}}, tracking_number='1Z777')
        self.assertEqual(len(order.amazon_shipment_ids), 1)
        self.assertEqual(self.line(order, 2).amazon_shipped_quantity, 3)

    def test_an_order_of_which_nobody_knew_whether_it_arrived_is_settled(self):
        order = self.ordered()
        self.send(requests.exceptions.ReadTimeout())
        self.assertStands(order, 'unclear')
        self.enter(order, order_number=FIRST)
        self.assertStands(order, 'confirmed', 'sent')

    # === AMAZON'S OWN MESSAGES === #

    def test_what_amazon_sends_later_wins(self):
        order = self.three_lines()
        self.enter(order, {1: {'rejected_quantity': 2}, 2: {'accepted_quantity': 3, 'price': 4}})
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2, price='11.00'))], total='22.00',
                                      confirm_id=SECOND))
        line = self.line(order, 1)
        self.assertEqual((line.product_qty, line.price_unit, line.amazon_rejected_quantity), (2, 11, 0))
        self.assertEqual(self.expected(order)[1], 2)
        self.assertEqual(self.line(order, 2).price_unit, 4, "of this line Amazon said nothing")

    def test_what_is_entered_after_amazons_message_counts(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2, price='11.00'))], total='22.00'))
        self.enter(order, {1: {'accepted_quantity': 1, 'rejected_quantity': 1, 'price': 12}}, order_number=FIRST)
        line = self.line(order, 1)
        self.assertEqual((line.product_qty, line.price_unit, line.amazon_rejected_quantity), (1, 12, 1))

    def test_amazons_own_notice_of_the_shipment_replaces_it(self):
        order = self.three_lines()
        self.enter(order, {2: {'shipped_quantity': 1}}, tracking_number='1Z777')
        self.deliver(ship_notice_xml(order, [(2, 2)], tracking='1Z777'))
        self.assertEqual(order.amazon_shipment_ids.mapped('tracking_number'), ['1Z777'])
        self.assertEqual(self.line(order, 2).amazon_shipped_quantity, 2)

    def test_a_shipment_that_amazon_announced_is_not_entered_again(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(2, 2)], tracking='1Z777'))
        self.assertNothingEntered(order, "ship notice for tracking number 1Z777", lines={}, tracking_number='1Z777')

    # === WHO MAY, AND WHAT IS IMPOSSIBLE === #

    def test_only_purchase_managers_enter_anything(self):
        order = self.three_lines()
        self.assertTrue(order.with_user(self.manager).amazon_may_enter)
        for user in (self.buyer, self.administrator):
            self.assertFalse(order.with_user(user).amazon_may_enter)
            with self.assertRaises(AccessError):
                order.with_user(user).action_amazon_enter()
            with self.assertRaises(AccessError):
                self.env['amazon.punchout.by.hand'].with_user(user).create({'order_id': order.id})
            with self.assertRaises(AccessError):
                self.dialog(order).with_user(user).action_enter()
        self.assertFalse(self.entered(order))

    def test_the_check_stands_before_the_order_is_touched(self):
        """A person who loses the role while the dialog is open can't enter anything any more."""
        order = self.three_lines()
        dialog = self.dialog(order)
        self.manager.group_ids -= self.env.ref('purchase.group_purchase_manager')
        with self.assertRaises(AccessError):
            dialog.sudo().with_user(self.manager).sudo().action_enter()
        self.assertFalse(self.entered(order))

    def test_only_on_orders_that_are_at_amazon(self):
        cart, queued, plain = self.make_order(), self.ordered(), self.env['purchase.order'].create({
            'partner_id': self.vendor.id})
        for order in (cart, queued, plain):
            self.assertFalse(order.with_user(self.manager).amazon_may_enter)
            with self.assertRaisesRegex(UserError, "is not at Amazon"):
                order.with_user(self.manager).action_amazon_enter()

    def test_what_is_impossible_is_rejected_with_a_reason(self):
        order = self.three_lines()
        for words, kwargs in (
            ("at least one line", {'lines': {}}),
            ("“111-22-3” is not an Amazon order number", {'order_number': '111-22-3'}),
            ("quantities that Amazon accepted", {'lines': {1: {'rejected_quantity': 1}}, 'order_number': FIRST}),
            ("You ordered 2 × “.*”", {'lines': {1: {'accepted_quantity': 2, 'rejected_quantity': 1}}}),
            ("can't ship more", {'lines': {1: {'shipped_quantity': 3}}, 'tracking_number': '1Z777'}),
            ("can't be negative", {'lines': {1: {'accepted_quantity': -1}}}),
            ("can't be negative", {'lines': {1: {'accepted_quantity': 1, 'price': -1}}}),
        ):
            with self.subTest(words):
                self.assertNothingEntered(order, words, **kwargs)

    def test_what_can_not_be_applied_to_the_order_is_said_and_not_kept(self):
        order = self.three_lines()

        def fail(_document):
            raise UserError("It can't be.")
        with patch.object(type(self.env['amazon.punchout.document']), '_process_confirmation', fail):
            self.assertNothingEntered(order, "It can't be", order_number=FIRST)

    def test_what_needs_attention_is_said_at_once(self):
        order = self.three_lines()
        with patch.object(type(self.env['amazon.punchout.document']), '_process_confirmation',
                          lambda _self: "Look at it."):
            action = self.enter(order, order_number=FIRST)
        self.assertEqual((action['tag'], action['params']['message']), ('display_notification', "Look at it."))
        self.assertEqual((self.entered(order).state, self.entered(order).reason), ('attention', "Look at it."))

    def test_set_all_to_zero_is_for_an_email_about_few_lines(self):
        dialog = self.dialog(self.three_lines())
        dialog.action_accept_nothing()
        self.assertEqual(dialog.line_ids.mapped('accepted_quantity'), [0, 0, 0])

    def test_a_price_with_many_decimals_is_not_taken_for_another_one(self):
        order = self.sent_order([item(price='0.1234', quantity='10')])
        self.enter(order, order_number=FIRST)
        self.assertEqual((order.amazon_state, self.line(order, 1).amazon_confirmation), ('confirmed', 'accepted'))
        self.assertIsNone(cxml.read_confirmation(self.entered(order)._get_body()).items[0].statuses[0].unit_price)
