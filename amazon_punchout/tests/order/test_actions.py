from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import answer
from ..cxml_builder import item
from ..order_case import APPROVAL, OrderCase

CONFIRM = 'amazon_punchout.action_confirm_orders'
CANCEL = 'amazon_punchout.action_cancel_orders'


@tagged('post_install', '-at_install')
class TestServerActions(OrderCase):

    def setUp(self):
        super().setUp()
        self.set_limit(500)
        self.small = self.make_order()
        self.big = self.make_order([item(price='600.00')])
        self.plain = self.env['purchase.order'].create({
            'partner_id': self.vendor.id,
            'order_line': [Command.create({
                'name': "By hand", 'product_id': self.group.product_id.id, 'price_unit': 1})],
        })

    def run_action(self, xml_id, orders, user):
        """Run a server action as the list's menu and automation rules do.

        :return: what became of each order: order -> (done, sentence)
        """
        action = self.env.ref(xml_id).with_user(user).with_context(
            active_model='purchase.order', active_ids=orders.ids, active_id=orders[:1].id).run()
        orders.invalidate_recordset()
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.batch', 'new'))
        lines = self.env[action['res_model']].with_user(user).browse(action['res_id']).line_ids
        return {line.order_id: (line.done, line.result) for line in lines}

    def test_confirming_has_the_rights_of_the_user_who_runs_it(self):
        orders = self.small + self.big + self.plain
        result = self.run_action(CONFIRM, orders, self.buyer)
        self.assertEqual(set(result), {self.small, self.big}, "the plain order is left alone")
        self.assertEqual(self.plain.state, 'draft')
        self.assertEqual(result[self.small], (True, "Ordered: on its way to Amazon"))
        self.assertEqual(result[self.big], (True, "Approval requested"))
        self.assertEqual((self.small.state, self.big.state), ('purchase', 'to approve'))
        self.assertTrue(self.activities(self.big, APPROVAL))
        again = self.run_action(CONFIRM, orders, self.buyer)
        self.assertFalse(again[self.small][0])
        self.assertIn("already been approved", again[self.small][1])
        self.assertFalse(again[self.big][0])
        self.assertIn("is waiting for the approval of a purchase manager", again[self.big][1])
        by_manager = self.run_action(CONFIRM, orders, self.manager)
        self.assertEqual(by_manager[self.big], (True, "Ordered: on its way to Amazon"))
        self.assertEqual(self.big.user_id, self.manager)
        self.assertEqual(len(self.send()), 2)

    def test_a_manager_confirms_drafts_at_once(self):
        result = self.run_action(CONFIRM, self.small + self.big, self.manager)
        self.assertEqual([done for done, _words in result.values()], [True, True])
        self.assertEqual((self.small.state, self.big.state), ('purchase', 'purchase'))

    def test_confirming_goes_on_after_a_failure(self):
        other = self.env['stock.warehouse'].create({
            'name': "No address", 'code': 'NOA', 'partner_id': self.warehouse.partner_id.copy({'name': "Nowhere"}).id})
        self.group.warehouse_ids += other
        failing = self.make_order(trip={'warehouse': self.warehouse})
        failing.with_user(self.buyer).picking_type_id = other.in_type_id
        other.partner_id.street = False
        cancelled = self.make_order()
        cancelled.with_user(self.buyer).button_cancel()
        result = self.run_action(CONFIRM, failing + cancelled + self.small, self.buyer)
        self.assertEqual([result[each][0] for each in (failing, cancelled, self.small)], [False, False, True])
        self.assertIn("No address", result[failing][1])
        self.assertIn("is cancelled", result[cancelled][1])
        self.assertEqual([each.state for each in (failing, cancelled, self.small)], ['draft', 'cancel', 'purchase'])
        self.assertRegex(failing.name, r'^AMZ-CART/', "what failed has left nothing behind")
        self.assertFalse(self.requests(failing) or failing.picking_ids)

    @mute_logger('odoo.addons.amazon_punchout.tools.steps')
    def test_an_error_in_the_code_stops_no_other_order(self):
        Order = type(self.env['purchase.order'])
        queue = Order._amazon_queue

        def broken(self_):
            queue(self_)
            if self_ == self.small:
                raise ZeroDivisionError("a detail that is for the log")
        other = self.make_order()
        with patch.object(Order, '_amazon_queue', broken):
            result = self.run_action(CONFIRM, self.small + other, self.buyer)
        self.assertFalse(result[self.small][0])
        self.assertNotIn("a detail", result[self.small][1])
        self.assertEqual((self.small.state, other.state), ('draft', 'purchase'))
        self.assertFalse(self.requests(self.small) or self.small.picking_ids, "what failed has left something behind")

    def test_a_conflict_is_left_to_odoo_to_repeat(self):
        Order = type(self.env['purchase.order'])
        with patch.object(Order, 'button_confirm', side_effect=psycopg2.errors.SerializationFailure()), \
                self.assertRaises(psycopg2.errors.SerializationFailure):
            self.small.with_user(self.buyer).action_amazon_confirm()

    def test_cancelling_withdraws_and_goes_on(self):
        sent, declined = self.ordered(), self.ordered()
        self.send(answer(), answer(code='400', text='no'))
        queued = self.ordered()
        self.assertEqual([each.amazon_state for each in (queued, sent, declined)], ['queued', 'sent', 'refused'])
        cancelled = self.make_order()
        cancelled.with_user(self.buyer).button_cancel()
        orders = self.plain + sent + queued + cancelled + declined + self.small
        result = self.run_action(CANCEL, orders, self.buyer)
        self.assertEqual(set(result), set(orders - self.plain))
        self.assertEqual(result[queued], (True, "Withdrawn before it was sent"))
        self.assertEqual((result[declined], result[self.small]), ((True, "Cancelled"), (True, "Cancelled")))
        self.assertIn("does not accept cancellations", result[sent][1])
        self.assertIn("already", result[cancelled][1])
        self.assertEqual([result[each][0] for each in (sent, cancelled)], [False, False])
        self.assertEqual(
            [each.state for each in (self.plain, sent, queued, declined, self.small)],
            ['draft', 'purchase', 'cancel', 'cancel', 'cancel'])
        self.assertFalse(self.send())

    def test_only_plain_orders_make_an_empty_list(self):
        self.assertEqual(self.run_action(CONFIRM, self.plain, self.buyer), {})
        self.assertEqual(self.run_action(CANCEL, self.plain, self.buyer), {})
        self.assertEqual(self.plain.state, 'draft')

    def test_users_without_access_to_purchase_may_not_run_them(self):
        stranger = self.new_user('stranger', 'base.group_user')
        for xml_id in (CONFIRM, CANCEL):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_actions', 'odoo.models'):
                self.run_action(xml_id, self.small, stranger)
        self.assertEqual(self.small.state, 'draft')

    def test_an_automation_runs_them_as_the_system(self):
        """A rule that runs by time runs as OdooBot, who may approve and is nobody's purchaser."""
        result = self.run_action(CONFIRM, self.small + self.big, self.env.ref('base.user_root'))
        self.assertEqual([done for done, _words in result.values()], [True, True])
        self.assertEqual((self.small + self.big).mapped('state'), ['purchase', 'purchase'])
        self.assertEqual((self.small + self.big).user_id, self.buyer)

    def test_the_list_names_the_numbers_that_the_orders_have_now(self):
        action = self.small.with_user(self.buyer).action_amazon_confirm()
        line = self.env[action['res_model']].browse(action['res_id']).line_ids
        self.assertEqual(line.name, self.small.name)
        self.assertNotIn('AMZ-CART', line.name)

    def test_both_are_offered_on_lists_and_forms(self):
        bindings = self.env['ir.actions.actions'].with_user(self.buyer).get_bindings('purchase.order')['action']
        offered = {each['id']: each['binding_view_types'] for each in bindings}
        for xml_id in (CONFIRM, CANCEL):
            self.assertEqual(offered[self.env.ref(xml_id).id], 'list,form')


@tagged('post_install', '-at_install')
class TestButtons(OrderCase):

    def test_the_question_opens_the_order_in_a_dialog(self):
        order = self.make_order()
        action = order.with_user(self.buyer).action_amazon_ask()
        self.assertEqual((action['res_model'], action['res_id'], action['target']), ('purchase.order', order.id, 'new'))
        arch = order.with_user(self.buyer).get_view(action['views'][0][0], 'form')['arch']
        for name in ('amount_total', 'amazon_delivery_address', 'action_amazon_order'):
            self.assertIn(f'name="{name}"', arch)
        self.assertEqual(order.state, 'draft')

    def test_the_final_click_orders(self):
        order = self.make_order()
        action = order.with_user(self.buyer).action_amazon_order()
        self.assertEqual(action, {'type': 'ir.actions.act_window_close'})
        self.assertStands(order, 'queued')

    def test_the_final_click_approves_what_waits(self):
        self.set_limit(5)
        order = self.make_order()
        order.with_user(self.buyer).action_amazon_order()
        self.assertEqual(order.state, 'to approve')
        order.with_user(self.manager).action_amazon_order()
        self.assertStands(order, 'queued')
        self.assertEqual(order.user_id, self.manager)

    def test_the_final_click_on_what_was_cancelled_meanwhile_says_so(self):
        order = self.make_order()
        order.with_user(self.manager).button_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled"):
            order.with_user(self.buyer).action_amazon_order()

    def test_the_button_says_what_it_does(self):
        self.set_limit(500)
        small, big = self.make_order(), self.make_order([item(price='600.00')])
        self.assertTrue(small.with_user(self.buyer).amazon_may_approve)
        self.assertFalse(big.with_user(self.buyer).amazon_may_approve)
        self.assertTrue(big.with_user(self.manager).amazon_may_approve)
