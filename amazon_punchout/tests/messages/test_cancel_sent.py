"""Cancelling an order that is at Amazon, which does not accept cancellations from Odoo."""
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, ship_notice_xml, status
from ..message_case import MessageCase

CANCEL = 'amazon_punchout.action_cancel_orders'
NUMBER = '111-0000000-0000001'


@tagged('-at_install', 'post_install')
class TestCancelSent(MessageCase):

    def dialog(self, order, user=None):
        action = order.with_user(user or self.buyer).action_amazon_cancel_there()
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.cancel', 'new'))
        return self.env[action['res_model']].with_user(user or self.buyer).browse(action['res_id'])

    def reject_all(self, order):
        return self.deliver(confirmation_xml(order, [
            (line.amazon_line_number, int(line.amazon_cart_quantity), status('reject', int(line.amazon_cart_quantity)))
            for line in order.order_line if line.amazon_asin], confirm_id=None))

    def billed_beyond_what_came(self):
        """Make an order whose first line is received in part and billed in full by a draft bill."""
        order = self.three_lines()
        self.receive_goods(order, line1=1)
        order.with_user(self.manager).action_create_invoice()
        order.invoice_ids.invoice_line_ids.filtered(
            lambda line: line.amazon_purchase_line_id == self.line(order, 1)).quantity = 2
        return order

    def says(self, order):
        order.invalidate_recordset()
        return order.with_user(self.buyer).amazon_status

    # === TO BE CANCELLED === #

    def test_the_dialog_leads_to_the_order_on_amazon(self):
        order = self.three_lines()
        self.assertTrue(order.amazon_may_cancel_there)
        self.assertIn('https://www.amazon.com/gp/css/order-history', self.dialog(order).links)
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2))], confirm_id=NUMBER))
        self.assertIn(f'orderID={NUMBER}', self.dialog(order).links)

    def test_an_order_that_is_to_be_cancelled_goes_on_meanwhile(self):
        order = self.three_lines()
        self.dialog(order).action_want()
        self.assertTrue(order.amazon_cancel_wanted)
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'sent'))
        self.assertIn("To be cancelled on Amazon", self.says(order))
        self.assertIn("To be cancelled on Amazon", order.message_ids[0].body)
        self.assertEqual(order.message_ids[0].author_id, self.buyer.partner_id)
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2))], confirm_id=NUMBER))
        self.assertEqual((order.amazon_state, order.amazon_cancel_wanted), ('partial', True))
        self.assertIn("To be cancelled on Amazon", self.says(order))

    def test_marking_it_twice_posts_one_message(self):
        order = self.three_lines()
        self.dialog(order).action_want()
        before = order.message_ids
        self.dialog(order).action_want()
        self.assertEqual(order.message_ids, before)

    def test_amazons_rejection_cancels_an_order_that_is_to_be_cancelled(self):
        order = self.three_lines()
        self.dialog(order).action_want()
        self.reject_all(order)
        self.assertEqual((order.state, order.amazon_state, order.amazon_cancel_wanted), ('cancel', 'cancelled', False))
        self.assertNotIn("To be cancelled", self.says(order))

    def test_the_order_can_be_kept_after_all(self):
        order = self.three_lines()
        self.dialog(order).action_want()
        dialog = self.dialog(order, self.other_buyer)
        self.assertTrue(dialog.is_wanted)
        dialog.action_keep()
        self.assertFalse(order.amazon_cancel_wanted)
        self.assertNotIn("To be cancelled", self.says(order))
        self.assertEqual(order.message_ids[0].author_id, self.other_buyer.partner_id)

    # === CANCELLED, AS A PERSON STATES === #

    def test_it_is_cancelled_on_amazon_cancels_it_here_under_the_name_of_who_says_so(self):
        order = self.three_lines()
        self.dialog(order).action_want()
        self.dialog(order).action_state_cancelled()
        order.invalidate_recordset()
        self.assertEqual((order.state, order.amazon_state, order.amazon_cancel_wanted), ('cancel', 'cancelled', False))
        self.assertEqual(order.order_line.filtered('amazon_asin').mapped('product_qty'), [0, 0, 0])
        self.assertEqual(set(order.picking_ids.mapped('state')), {'cancel'})
        document = order.amazon_document_ids.filtered('entered_by_id')
        self.assertEqual(
            (document.document_type, document.state, document.entered_by_id),
            ('ConfirmationRequest', 'processed', self.buyer))
        self.assertTrue(document.create_date)
        stated = f"{self.buyer.name} states that it is cancelled on Amazon"
        self.assertEqual(set(order.order_line.filtered('amazon_asin').mapped('amazon_reason')), {stated})
        self.assertIn(stated, self.chatter(order))
        self.assertEqual(self.says(order), f"Order cancelled. Reason: {stated}.")
        self.assertNotIn("cancelled by Amazon", self.chatter(order))
        self.assertTrue(order.with_user(self.buyer).amazon_can_shop_again)

    def test_who_may_state_it(self):
        order = self.three_lines()
        order.invalidate_recordset()
        for user, may in ((self.buyer, True), (self.manager, True), (self.administrator, True),
                          (self.other_buyer, False)):
            self.assertEqual(self.dialog(order, user).may_state, may, user.name)
        with self.assertRaisesRegex(UserError, "Only the requester"):
            self.dialog(order, self.other_buyer).action_state_cancelled()
        self.assertEqual((order.state, order.amazon_document_ids.filtered('entered_by_id').ids), ('purchase', []))
        self.dialog(order, self.manager).action_state_cancelled()
        self.assertEqual(order.state, 'cancel')

    def test_what_was_received_is_said_and_stays(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status())],
                                      confirm_id=NUMBER))
        self.receive_goods(order, line1=2, line2=1)
        dialog = self.dialog(order)
        self.assertIn("2 of 2 received", dialog.too_late)
        self.assertIn("1 of 3 received", dialog.too_late)
        dialog.action_state_cancelled()
        order.invalidate_recordset()
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'partial'))
        self.assertEqual([self.line(order, number).product_qty for number in (1, 2, 3)], [2, 1, 0])
        self.assertEqual(self.expected(order), {1: 0, 2: 0, 3: 0})
        self.assertEqual(order.amount_total, 25)  # 2 × 10.00 + 1 × 5.00

    def test_what_was_received_completely_is_not_cancelled(self):
        order = self.three_lines()
        dialog = self.dialog(order)
        self.receive_goods(order)
        order.invalidate_recordset()
        self.assertFalse(order.amazon_may_cancel_there)
        for press in (dialog.action_want, dialog.action_state_cancelled,
                      order.with_user(self.buyer).action_amazon_cancel_there):
            with self.assertRaisesRegex(UserError, "Return it on Amazon"):
                press()

    def test_a_bill_is_said_and_a_posted_one_is_refunded_instead(self):
        order = self.three_lines()
        self.receive_goods(order, line1=1)
        order.with_user(self.manager).action_create_invoice()
        order.invoice_ids.invoice_date = '2026-03-02'
        self.assertIn("Billed", self.dialog(order).too_late)
        # Both are billed and one has not arrived: Amazon owes money for it, which a rejection would hide.
        order.invoice_ids.invoice_line_ids.filtered(
            lambda line: line.amazon_purchase_line_id == self.line(order, 1)).quantity = 2
        order.invoice_ids.action_post()
        with self.assertRaises(UserError) as caught:
            self.dialog(order).action_state_cancelled()
        self.assertIn("record Amazon's refund", str(caught.exception))
        self.assertFalse(order.amazon_document_ids.filtered('entered_by_id'))

    def test_what_is_left_of_a_billed_order_can_be_cancelled(self):
        order = self.three_lines()
        self.receive_goods(order, line1=2)
        order.with_user(self.manager).action_create_invoice()
        order.invoice_ids.invoice_date = '2026-03-02'
        order.invoice_ids.action_post()
        self.dialog(order).action_state_cancelled()
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'partial'))
        self.assertEqual(order.order_line.filtered('amazon_line_number').mapped('product_qty'), [2, 0, 0])

    def test_what_is_on_its_way_is_said(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(2, 2)]))
        self.assertIn("2 of 3 shipped", self.dialog(order).too_late)

    def test_what_was_shipped_is_not_stated_as_cancelled(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2), (2, 3), (3, 1)]))
        dialog = self.dialog(order)
        self.assertFalse(dialog.may_state)
        self.assertIn("has been shipped", dialog.obstacle)
        with self.assertRaisesRegex(UserError,
                                    "has been shipped, so it can't be cancelled any more. Return it on Amazon"):
            dialog.action_state_cancelled()
        self.assertEqual((order.state, self.expected(order)), ('purchase', {1: 2, 2: 3, 3: 1}))

    def test_what_was_shipped_stays_when_the_rest_is_cancelled(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status())],
                                      confirm_id=NUMBER))
        self.deliver(ship_notice_xml(order, [(2, 2)]))
        self.dialog(order, self.manager).action_state_cancelled()
        order.invalidate_recordset()
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'partial'))
        activity = order.activity_ids.filtered(lambda each: each.user_id == self.buyer)
        self.assertEqual(activity.summary, f"Order {order.name} was changed by {self.manager.name}: Stapler, blue + 2")
        self.assertIn(f"{self.manager.name} entered that Amazon will not deliver order {order.name} as ordered",
                      activity.note)
        self.assertEqual(self.expected(order), {1: 0, 2: 2, 3: 0})
        self.assertIn(f"entered by {self.manager.name}", self.says(order))

    def test_what_is_not_billed_can_be_cancelled_beside_what_is(self):
        order = self.billed_beyond_what_came()
        self.deliver(confirmation_xml(order, [(1, 2, status('reject', quantity=1))], confirm_id=NUMBER))
        self.dialog(order).action_state_cancelled()
        self.assertEqual([self.line(order, number).product_qty for number in (1, 2, 3)], [1, 0, 0])

    def test_a_draft_bill_keeps_an_order_from_being_stated_as_cancelled(self):
        order = self.billed_beyond_what_came()
        self.assertEqual(order.invoice_ids.state, 'draft')
        with self.assertRaisesRegex(UserError, "cancel a draft bill"):
            self.dialog(order).action_state_cancelled()

    def test_amazons_own_rejection_afterwards_is_said_to_be_amazons(self):
        order = self.three_lines()
        self.dialog(order).action_state_cancelled()
        self.reject_all(order)
        self.assertIn("Order cancelled by Amazon", self.says(order))

    def test_what_was_received_stays_with_the_amazon_order_that_brought_it(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(2, 3, status(quantity=2, price='4.00'))], confirm_id=NUMBER))
        self.receive_goods(order, line2=2)
        self.dialog(order).action_state_cancelled()
        line = self.line(order, 2)
        self.assertEqual(
            (line.product_qty, line.price_unit, line.amazon_confirmed_quantity, line.amazon_rejected_quantity),
            (2, 4, 2, 1))

    def test_a_cancelled_order_keeps_the_way_to_its_page(self):
        order = self.three_lines()
        number = '111-0000000-0000009'
        entry = self.env['amazon.punchout.by.hand'].with_user(self.manager).browse(
            order.with_user(self.manager).action_amazon_enter()['res_id'])
        entry.order_number = number
        entry.action_enter()
        self.dialog(order).action_state_cancelled()
        order.invalidate_recordset()
        self.assertEqual((order.state, order.amazon_order_ref), ('cancel', number))
        self.assertIn(f'orderID={number}', order.amazon_links)

    def test_what_went_to_amazon_is_not_offered_as_a_draft_again(self):
        order, cart = self.three_lines(), self.make_order()
        self.dialog(order).action_state_cancelled()
        cart.with_user(self.buyer).button_cancel()
        self.assertEqual((order.amazon_may_draft, cart.amazon_may_draft), (False, True))

    def test_a_test_order_says_that_amazon_cancels_it_by_itself(self):
        self.group.state = 'test'
        order = self.three_lines()
        self.assertTrue(self.dialog(order).is_test)

    # === OTHER WAYS === #

    def test_the_button_of_core_still_says_why_not(self):
        order = self.three_lines()
        with self.assertRaisesRegex(UserError, "does not accept cancellations"):
            order.with_user(self.manager).button_cancel()
        self.assertFalse(order.amazon_cancel_wanted)

    def test_what_is_not_at_amazon_has_no_such_dialog(self):
        for order in (self.make_order(), self.ordered(),
                      self.env['purchase.order'].create({'partner_id': self.vendor.id})):
            self.assertFalse(order.amazon_may_cancel_there)
            with self.assertRaisesRegex(UserError, "not at Amazon"):
                order.with_user(self.buyer).action_amazon_cancel_there()

    def test_another_companys_order_is_out_of_reach(self):
        company, _group, _warehouse = self.make_company("Elsewhere")
        stranger = self.new_user('stranger', 'purchase.group_purchase_user')
        stranger.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        order = self.three_lines()
        dialogs = self.env['amazon.punchout.cancel'].with_user(stranger)
        with self.assertRaises(AccessError):
            dialogs.create({'order_id': order.id})
        forged = dialogs.sudo().create({'order_id': order.id}).sudo(False)
        for press in (forged.action_want, forged.action_keep, forged.action_state_cancelled):
            with self.assertRaises(AccessError):
                press()
        self.assertFalse(order.amazon_cancel_wanted)

    def test_the_server_action_marks_the_order_and_says_where_to_go(self):
        sent, cart = self.three_lines(), self.make_order()
        orders = sent + cart
        action = self.env.ref(CANCEL).with_user(self.buyer).with_context(
            active_model='purchase.order', active_ids=orders.ids, active_id=sent.id).run()
        lines = {line.order_id: line for line in self.env[action['res_model']].browse(action['res_id']).line_ids}
        self.assertEqual((lines[cart].done, lines[cart].result), (True, "Cancelled"))
        self.assertFalse(lines[cart].links)
        self.assertFalse(lines[sent].done)
        self.assertIn("does not accept cancellations", lines[sent].result)
        self.assertIn('href="https://www.amazon.com/gp/css/order-history"', lines[sent].links)
        self.assertEqual((sent.amazon_cancel_wanted, sent.state, cart.state), (True, 'purchase', 'cancel'))

    def test_the_form_has_one_cancel_button_for_each_order(self):
        arch = self.env['purchase.order'].with_user(self.buyer).get_view(
            self.env.ref('purchase.purchase_order_form').id, 'form')['arch']
        self.assertIn('name="action_amazon_cancel_there"', arch)
        self.assertIn("amazon_state in ('sent', 'partial', 'confirmed')", arch)

    def test_the_prices_of_all_that_amazon_sells_are_not_compared_as_one_products(self):
        arch = etree.fromstring(self.env['purchase.order'].with_user(self.buyer).get_view(
            self.env.ref('purchase.purchase_order_form').id, 'form')['arch'])
        button, = arch.xpath("//button[@name='action_purchase_comparison']")
        self.assertIn('amazon_session_id', button.get('invisible'))
