"""What other addons do with approvals, shown by small overrides instead of these addons."""
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.purchase.models.purchase_order import PurchaseOrder

from ...tools.cart_lock import lifted
from ..cxml_builder import item
from ..order_case import PROBLEM, OrderCase

QUESTION = {'type': 'ir.actions.act_window', 'name': "What about the others?", 'res_model': 'res.partner'}


class OtherApprovals(OrderCase):

    def order_at_amazon(self, order, user=None):
        return order.with_user(user or self.buyer).action_amazon_order()

    def override(self, name, method):
        """Let another addon's override of core's order run below ours."""
        self.startPatcher(patch.object(PurchaseOrder, name, method, create=True))

    def assertNotOrdered(self, order, state='draft'):
        order.invalidate_recordset()
        self.assertEqual((order.state, order.amazon_state), (state, 'cart'))
        self.assertFalse(self.requests(order))
        self.assertFalse(self.send())


@tagged('post_install', '-at_install')
class TestQuestions(OtherApprovals):
    """Another addon's `button_confirm` asks something instead of confirming."""

    def setUp(self):
        super().setUp()
        confirm = PurchaseOrder.button_confirm
        self.override('button_confirm', lambda orders: (
            confirm(orders) if orders.env.context.get('answered') or 'ask' not in (orders[:1].partner_ref or '')
            else QUESTION))

    def test_the_dialog_closed_and_the_cart_stayed_a_draft_without_a_word(self):
        order = self.make_order()
        order.partner_ref = 'ask'
        self.assertEqual(self.order_at_amazon(order), QUESTION)
        self.assertNotOrdered(order)
        order.with_user(self.buyer).with_context(answered=True).button_confirm()
        self.assertStands(order, 'queued')

    def test_the_list_shows_the_question_of_one_order_and_names_that_of_many(self):
        order, other = self.make_order(), self.make_order()
        order.partner_ref = 'ask'
        self.assertEqual(order.with_user(self.buyer).action_amazon_confirm(), QUESTION)
        action = (order + other).with_user(self.buyer).action_amazon_confirm()
        lines = self.env[action['res_model']].browse(action['res_id']).line_ids
        self.assertEqual(lines.mapped('done'), [False, True])
        self.assertIn("a question must be answered first: What about the others?", lines[0].result)
        self.assertFalse(self.requests(order))
        self.assertStands(other, 'queued')

    def test_a_direct_order_that_is_asked_about_stays_a_draft_and_says_so(self):
        self.group.write({'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': [Command.set(self.buyer.ids)]})
        self.override('button_confirm', lambda orders: QUESTION)
        order = self.make_order()
        self.assertNotOrdered(order)
        self.assertIn("What about the others?", order.amazon_direct_problem)

    def test_an_order_that_was_kept_back_without_a_question_says_so(self):
        order = self.make_order()
        self.override('button_confirm', lambda orders: True)
        with self.assertRaisesRegex(UserError, "because another rule in Odoo kept it in the status"):
            self.order_at_amazon(order)
        action = order.with_user(self.buyer).action_amazon_confirm()
        line = self.env[action['res_model']].browse(action['res_id']).line_ids
        self.assertIn("could not be ordered because another rule", line.result)
        self.assertFalse(line.done)

    def test_a_draft_is_set_to_draft_before_an_addon_goes_on(self):
        order = self.make_order()
        before = order.amazon_direct_problem, len(order.message_ids)
        order.with_user(self.buyer).button_draft()
        self.assertEqual((order.state, order.amazon_state), ('draft', 'cart'))
        self.assertEqual((order.amazon_direct_problem, len(order.message_ids)), before)
        self.order_at_amazon(order)
        self.assertStands(order, 'queued')

    def test_a_waiting_cart_stays_with_those_who_were_asked(self):
        self.set_limit(5)
        order = self.make_order()
        self.order_at_amazon(order)
        with self.assertRaisesRegex(UserError, "can't be set to draft"):
            order.with_user(self.buyer).button_draft()
        self.assertEqual(order.state, 'to approve')


@tagged('post_install', '-at_install')
class TestReviews(OtherApprovals):
    """Another addon lets only the write pass that approves, if its review allows it."""

    def under_review(self):
        def write(orders, vals):
            if orders.env.context.get('skip_validation_check') or vals.get('state') in ('purchase', 'cancel'):
                return super(PurchaseOrder, orders).write(vals)
            raise ValidationError(f"You may not write {', '.join(vals)} under validation")
        return patch.object(PurchaseOrder, 'write', write)

    def test_a_validated_cart_gets_its_number_in_the_write_that_approves_it(self):
        order = self.make_order()
        cart = order.name
        with self.under_review():
            self.order_at_amazon(order)
        self.assertStands(order, 'queued')
        self.assertNotEqual(order.name, cart)
        self.assertEqual((order.origin, order.picking_ids.origin), (cart, order.name))

    def test_waiting_refused_and_given_up_under_review(self):
        self.set_limit(5)
        order, own = self.make_order(), self.make_order()
        with self.under_review():
            self.order_at_amazon(order)
            self.assertNotOrdered(order, 'to approve')
            order._amazon_remind_hold()
            self.env['amazon.punchout.refuse'].with_user(self.manager).create(
                {'order_id': order.id, 'reason': "Take the cheaper one."}).action_refuse()
            own.with_user(self.buyer).action_amazon_give_up()
        self.assertEqual((order + own).mapped('amazon_state'), ['cancelled'] * 2)

    def test_the_location_is_filled_in_under_review_and_nothing_else(self):
        order, plain = self.make_order(), self.env['purchase.order'].create({'partner_id': self.vendor.id})
        with self.under_review():
            order.with_user(self.buyer).location_checked = True
            for record, vals in ((order, {'location_checked': True, 'partner_ref': "1"}),
                                 (order, {'partner_ref': "1"}), (plain, {'location_checked': True})):
                with self.assertRaisesRegex(ValidationError, "under validation"):
                    record.write(vals)
        self.assertTrue(order.location_checked)

    def test_a_direct_order_says_which_review_is_open(self):
        self.group.write({'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': [Command.set(self.buyer.ids)]})
        confirm = PurchaseOrder.button_confirm

        def needs_review(orders):
            confirm(orders)
            raise ValidationError("Reviews pending: Head of office")
        self.override('button_confirm', needs_review)
        order = self.make_order()
        self.assertNotOrdered(order)
        self.assertIn("Head of office", order.amazon_direct_problem)
        self.assertIn("Head of office", order.with_user(self.buyer).amazon_status)


@tagged('post_install', '-at_install')
class TestForeignStates(OtherApprovals):
    """Another addon has a state between the approval and the purchase order."""

    def setUp(self):
        super().setUp()
        field = self.env['purchase.order']._fields['state']
        self.startPatcher(patch.object(field, 'selection', [*field.selection, ('signed', "Signed")]))
        self.startPatcher(patch.dict(field._selection, {'signed': "Signed"}))
        approve = PurchaseOrder.button_approve

        def sign(orders, force=False):
            unsigned = orders.filtered(lambda order: order.state != 'signed')
            unsigned.write({'state': 'signed'})
            return approve(orders - unsigned, force=force)
        self.override('button_approve', sign)
        self.override('action_sign', lambda orders: orders.write({'state': 'signed'}))
        self.override('action_unsign', lambda orders: orders.write({'state': 'draft'}))
        # An addon that is loaded after ours lets everyone go on from its state.
        outermost = type(self.env['purchase.order'])
        judge = outermost._approval_allowed
        self.startPatcher(patch.object(
            outermost, '_approval_allowed', lambda order: order.state == 'signed' or judge(order)))

    def signed(self, **cart):
        order = self.make_order(**cart)
        self.order_at_amazon(order)
        self.assertNotOrdered(order, 'signed')
        return order

    def test_a_signed_cart_can_be_ordered(self):
        order = self.signed()
        self.assertIn("Status Signed: Amazon gets the order once", order.with_user(self.buyer).amazon_status)
        self.assertTrue(order.with_user(self.buyer).amazon_may_approve)
        self.order_at_amazon(order)
        self.assertStands(order, 'queued')
        self.assertEqual(order.state, 'purchase')

    def test_limits_count_when_it_becomes_a_purchase_order(self):
        order = self.signed()
        self.set_limit(5)
        self.assertFalse(order.with_user(self.buyer).amazon_may_approve)
        for press in (order.with_user(self.buyer).button_approve, order.with_user(self.buyer).action_amazon_order):
            with self.assertRaisesRegex(UserError, "waiting for the approval of a purchase manager"):
                press()
        self.assertNotOrdered(order, 'signed')
        order.with_user(self.manager).button_approve()
        self.assertStands(order, 'queued')

    def test_checks_count_when_it_becomes_a_purchase_order(self):
        order = self.signed()
        self.group.state = 'draft'
        with self.assertRaisesRegex(UserError, "is in draft"):
            order.with_user(self.manager).button_approve()
        self.assertNotOrdered(order, 'signed')

    def test_only_the_addons_own_methods_write_its_state(self):
        order = self.make_order()
        orders = self.env['purchase.order'].with_user(self.manager)
        for method, args in (('write', [{'state': 'signed'}]), ('web_save', [{'state': 'signed'}, {}])):
            with self.assertRaisesRegex(UserError, "is a cart from Amazon"):
                call_kw(orders, method, [order.ids, *args], {})
        call_kw(orders, 'action_sign', [order.ids], {})
        self.assertNotOrdered(order, 'signed')
        with self.assertRaisesRegex(UserError, "is a cart from Amazon"):
            call_kw(orders, 'write', [order.ids, {'state': 'draft'}], {})
        call_kw(orders, 'action_unsign', [order.ids], {})
        self.assertNotOrdered(order)

    def test_no_method_of_another_addon_makes_a_purchase_order_or_leaves_one(self):
        order = self.make_order()
        self.override('action_purchase', lambda orders: orders.write({'state': 'purchase'}))
        with self.assertRaisesRegex(UserError, "is a cart from Amazon"):
            order.with_user(self.manager).action_purchase()
        self.order_at_amazon(order)
        self.order_at_amazon(order)
        self.assertStands(order, 'queued')
        with self.assertRaisesRegex(UserError, "is a cart from Amazon"):
            order.with_user(self.manager).action_sign()

    def test_a_signed_cart_is_drafted_refused_given_up_and_deleted(self):
        drafted, refused, own, deleted = (self.signed() for _each in range(4))
        plain = self.env['purchase.order'].create({'partner_id': self.vendor.id, 'state': 'signed'})
        self.assertEqual([order.amazon_may_draft for order in (drafted, plain, self.make_order())], [True, True, False])
        drafted.with_user(self.buyer).button_draft()
        self.assertNotOrdered(drafted)
        self.env['amazon.punchout.refuse'].with_user(self.other_buyer).create(
            {'order_id': refused.id, 'reason': "Take the cheaper one."}).action_refuse()
        own.with_user(self.buyer).action_amazon_give_up()
        self.assertEqual((refused + own).mapped('amazon_state'), ['cancelled'] * 2)
        deleted.with_user(self.buyer).unlink()
        self.assertFalse(deleted.exists())

    def test_the_managers_request_for_approval_ends_with_the_purchase_order(self):
        self.set_limit(5)
        order = self.make_order()
        self.order_at_amazon(order)
        self.order_at_amazon(order, self.manager)
        self.assertNotOrdered(order, 'signed')
        self.assertTrue(self.approvals(order))
        self.order_at_amazon(order, self.manager)
        self.assertStands(order, 'queued')
        self.assertFalse(self.approvals(order))

    def test_the_managers_request_for_approval_ends_with_a_new_draft(self):
        self.set_limit(5)
        order = self.make_order()
        self.order_at_amazon(order)
        self.order_at_amazon(order, self.manager)
        order.with_user(self.manager).button_draft()
        self.assertNotOrdered(order)
        self.assertFalse(self.approvals(order))

    def approvals(self, order):
        return self.activities(order, 'amazon_punchout.mail_activity_approval')


@tagged('post_install', '-at_install')
class TestPastTheOutbox(OtherApprovals):
    """Another addon makes a purchase order of a cart past `button_approve`."""

    def past_the_outbox(self, **cart):
        order = self.make_order(**cart)
        with lifted():
            order.write({'state': 'purchase'})
        return order

    def problems(self, order):
        self.env.flush_all()
        return self.env['amazon.punchout.problem'].with_user(self.administrator).search(
            [('purchase_order_id', '=', order.id)])

    def watch(self):
        self.run_cron('amazon_punchout.ir_cron_watch')

    def test_nobody_noticed_that_amazon_never_got_the_order(self):
        order, other = self.past_the_outbox(), self.ordered()
        self.watch()
        activity = self.activities(order, PROBLEM)
        self.assertEqual(activity.user_id, self.administrator, "the responsible of the group")
        self.assertIn("without being ordered at Amazon", activity.note)
        self.assertIn("not ordered at Amazon", order.with_user(self.buyer).amazon_status)
        self.assertIn("Press Order at Amazon", order.with_user(self.buyer).amazon_problem)
        self.watch()
        self.assertEqual(self.activities(order, PROBLEM), activity)
        self.assertFalse(self.activities(other, PROBLEM))
        row = self.problems(order)
        self.assertEqual((row.kind, row.user_id, row.may_order), ('unqueued', self.administrator, True))
        self.assertEqual(row.action_order(), order.action_amazon_ask())

    def test_order_at_amazon_queues_it_after_all_checks(self):
        order = self.past_the_outbox()
        self.watch()
        receipts = order.picking_ids
        self.order_at_amazon(order)
        self.assertStands(order, 'queued')
        self.assertEqual((order.user_id, order.picking_ids), (self.buyer, receipts))
        self.assertFalse(self.activities(order, PROBLEM))
        self.assertFalse(self.problems(order))
        self.assertEqual(len(self.send()), 1)
        with self.assertRaisesRegex(UserError, "already been approved"):
            self.order_at_amazon(order)

    def test_the_list_orders_it_too(self):
        order = self.past_the_outbox()
        order.with_user(self.buyer).action_amazon_confirm()
        self.assertStands(order, 'queued')

    def test_limits_and_checks_count(self):
        order = self.past_the_outbox()
        self.set_limit(5)
        with self.assertRaisesRegex(UserError, "waiting for the approval of a purchase manager"):
            self.order_at_amazon(order)
        self.group.state = 'draft'
        with self.assertRaisesRegex(UserError, "is in draft"):
            self.order_at_amazon(order, self.manager)
        self.assertNotOrdered(order, 'purchase')

    def test_it_can_be_cancelled(self):
        order = self.past_the_outbox()
        self.watch()
        order.with_user(self.buyer).button_cancel()
        self.assertEqual((order.state, order.amazon_state), ('cancel', 'cancelled'))
        self.assertFalse(self.activities(order, PROBLEM))

    def test_an_addon_that_lets_everyone_approve_does_not_skip_the_limit(self):
        self.set_limit(5)
        order = self.make_order()
        with patch.object(type(order), '_approval_allowed', lambda order: True):
            order.with_user(self.buyer).button_approve()
        self.assertNotOrdered(order)

    def test_a_second_approval_makes_no_second_receipt(self):
        order = self.make_order([item(price='5.00')])
        with lifted():
            order.write({'state': 'purchase'})
        with self.assertRaisesRegex(UserError, "already been approved"):
            order.with_user(self.manager).button_approve()
        self.assertFalse(order.picking_ids)
