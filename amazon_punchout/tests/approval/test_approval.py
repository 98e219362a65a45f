from datetime import timedelta
from unittest.mock import patch

import requests
from freezegun import freeze_time

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools.cart_lock import lifted
from ..cxml_builder import item
from ..order_case import APPROVAL, OrderCase

BIG = [{**item(), 'price': '600.00', 'quantity': '1'}]


@tagged('post_install', '-at_install')
class TestApproval(OrderCase):

    def setUp(self):
        super().setUp()
        self.set_limit(500)

    def waiting(self, **cart):
        order = self.make_order(BIG, **cart)
        order.with_user(self.buyer).button_confirm()
        self.assertEqual((order.state, order.amazon_state), ('to approve', 'cart'))
        return order

    def managers(self):
        return self.env['res.users'].search([
            ('all_group_ids', 'in', self.env.ref('purchase.group_purchase_manager').ids),
            ('id', '!=', SUPERUSER_ID), ('company_ids', 'in', self.company.ids)])

    # === THE LIMIT === #

    def test_below_the_limit_the_buyers_confirmation_orders(self):
        order = self.make_order([item(price='100.00', quantity='4')])
        order.with_user(self.buyer).button_confirm()
        self.assertStands(order, 'queued')
        self.assertEqual((order.state, order.user_id), ('purchase', self.buyer))
        self.assertFalse(self.activities(order, APPROVAL))

    def test_above_the_limit_nothing_is_sent_and_no_number_is_taken(self):
        order = self.waiting()
        self.assertFalse(self.requests(order))
        self.assertFalse(self.send())
        self.assertRegex(order.name, r'^AMZ-CART/')
        self.assertFalse(order.picking_ids)
        self.assertEqual(order.user_id, self.buyer)

    def test_each_manager_of_the_company_gets_one_activity(self):
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        other = self.new_user('managerelsewhere', 'purchase.group_purchase_manager')
        other.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        gone = self.new_user('archivedmanager', 'purchase.group_purchase_manager')
        gone.active = False
        order = self.waiting()
        activities = self.activities(order, APPROVAL)
        self.assertIn(self.manager, activities.user_id)
        self.assertEqual(sorted(activities.user_id.ids), sorted(self.managers().ids))
        self.assertEqual(len(activities), len(activities.user_id))
        self.assertFalse(activities.user_id & (other | gone | self.env.ref('base.user_root') | self.buyer))

    def test_the_activity_names_total_requester_place_and_hold(self):
        self.manager.tz = 'Asia/Tokyo'
        self.buyer.write({'tz': 'America/New_York', 'name': "Ann <b>O'Hara</b> & Co"})
        with freeze_time('2026-03-02 20:30:00'):
            order = self.waiting()
        activity = self.activities(order, APPROVAL).filtered(lambda each: each.user_id == self.manager)
        for words in ("600.00", "&lt;b&gt;", self.warehouse.name, "Mar 10, 5:30\u202fAM"):
            self.assertIn(words, activity.note)
        self.assertEqual(activity.summary, "Ann <b>O'Hara</b> & Co asks to order 1 item, $\N{NO-BREAK SPACE}600.00")

    def test_a_context_key_does_not_keep_the_managers_unnotified(self):
        order = self.make_order(BIG)
        order.with_user(self.buyer).with_context(mail_activity_automation_skip=True).button_confirm()
        self.assertTrue(self.activities(order, APPROVAL))
        order.with_user(self.manager).with_context(mail_activity_automation_skip=True).button_approve()
        self.assertFalse(self.activities(order, APPROVAL))

    def test_the_managers_approval_sends_and_closes_the_activities(self):
        order = self.waiting()
        order.with_user(self.manager).button_approve()
        self.assertStands(order, 'queued')
        self.assertFalse(self.activities(order, APPROVAL))
        self.assertEqual(order.user_id, self.manager, "who approved is the purchaser")
        self.assertEqual(order.amazon_requester_id, self.buyer)
        self.assertIn(self.buyer.partner_id, order.message_partner_ids)
        sent = self.send()
        self.assertEqual(len(sent), 1)
        self.assertIn(b'buyer@example.com', sent[0])
        self.assertNotIn(b'manager@example.com', sent[0])

    def test_cancelling_closes_the_activities(self):
        order = self.waiting()
        order.with_user(self.manager).button_cancel()
        self.assertFalse(self.activities(order, APPROVAL))
        self.assertEqual((order.state, order.amazon_state), ('cancel', 'cancelled'))

    def test_the_requester_cancels_what_waits(self):
        order = self.waiting()
        order.with_user(self.buyer).button_cancel()
        self.assertEqual(order.state, 'cancel')
        self.assertFalse(self.activities(order, APPROVAL))

    def test_another_buyer_can_not_approve_what_waits(self):
        order = self.waiting()
        order.with_user(self.other_buyer).button_approve()
        self.assertEqual(order.state, 'to approve')
        with self.assertRaisesRegex(UserError, "purchase manager"):
            order.with_user(self.other_buyer).action_amazon_order()
        order.with_user(self.other_buyer).sudo().button_approve()  # superuser mode keeps the buyer's limit
        self.assertEqual(order.state, 'to approve')
        self.assertFalse(self.requests(order))
        self.assertEqual(len(self.activities(order, APPROVAL)), len(self.managers()))

    def test_another_addons_rule_of_approval_counts(self):
        order = self.make_order([item(price='5.00')])
        Order = type(self.env['purchase.order'])
        allowed = Order._approval_allowed

        def twice_the_eyes(self):
            return allowed(self) and self.env.user != self.amazon_requester_id
        with patch.object(Order, '_approval_allowed', twice_the_eyes):
            order.with_user(self.buyer).button_confirm()
            self.assertEqual(order.state, 'to approve')
            order.with_user(self.buyer).button_approve()
            self.assertEqual(order.state, 'to approve')
            order.with_user(self.other_buyer).button_approve()
        self.assertStands(order, 'queued')
        self.assertEqual(order.user_id, self.other_buyer)

    # === THE LIMIT OF WHICH COMPANY === #

    def test_an_order_is_judged_by_its_own_companys_limit(self):
        company, group, warehouse = self.make_company("Far away")
        self.buyer.company_ids |= company
        self.set_limit(5000, company)
        mine = self.make_order(BIG)
        theirs = self.make_order(BIG, group=group.with_context(allowed_company_ids=company.ids))
        self.assertEqual((theirs.company_id, theirs.picking_type_id.warehouse_id), (company, warehouse))
        both = (mine + theirs).with_user(self.buyer).with_context(
            allowed_company_ids=[self.company.id, company.id])
        both.button_confirm()
        self.assertEqual((mine.state, theirs.state), ('to approve', 'purchase'))
        self.set_limit(50, company)
        another = self.make_order(BIG, group=group.with_context(allowed_company_ids=company.ids))
        self.set_limit(5000)
        another.with_user(self.buyer).with_context(allowed_company_ids=[self.company.id, company.id]).button_confirm()
        self.assertEqual(another.state, 'to approve')
        self.assertNotIn(self.manager, self.activities(another, APPROVAL).user_id, "not a manager of that company")

    def test_the_limit_is_in_the_currency_of_the_orders_company(self):
        """Core takes it for an amount in the currency of the company where the user happens to work."""
        euro = self.env.ref('base.EUR')
        euro.active = True
        euro.rate_ids.unlink()
        company, group, _warehouse = self.make_company("Far away", currency='base.EUR')
        for each in (self.company, company):
            self.env['res.currency.rate'].create([
                {'currency_id': self.env.ref('base.USD').id, 'company_id': each.id, 'rate': 2, 'name': '2020-01-01'},
                {'currency_id': euro.id, 'company_id': each.id, 'rate': 1, 'name': '2020-01-01'}])
        self.buyer.company_ids |= company
        self.set_limit(500, company)
        both = {'allowed_company_ids': [self.company.id, company.id]}
        in_theirs = group.with_context(allowed_company_ids=company.ids)
        below = self.make_order([item(price='400.00')], currency='EUR', group=in_theirs)
        above = self.make_order([item(price='501.00')], currency='EUR', group=in_theirs)
        (below + above).with_user(self.buyer).with_context(**both).button_confirm()
        self.assertEqual((below.state, above.state), ('purchase', 'to approve'))

    def test_the_limit_is_judged_in_the_orders_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        euro.rate_ids.unlink()
        self.env['res.currency.rate'].create({
            'currency_id': euro.id, 'company_id': self.company.id, 'rate': 0.5, 'name': '2020-01-01'})
        below = self.make_order([item(price='200.00')], currency='EUR')  # 400 USD
        above = self.make_order([item(price='300.00')], currency='EUR')  # 600 USD
        (below + above).with_user(self.buyer).button_confirm()
        self.assertEqual((below.state, above.state), ('purchase', 'to approve'))

    def test_in_a_currency_without_rate_only_managers_approve(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        euro.rate_ids.unlink()
        order = self.make_order([item(price='1.00')], currency='EUR')
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, 'to approve')
        self.assertFalse(order.with_user(self.buyer).amazon_may_approve)
        self.assertTrue(order.with_user(self.manager).amazon_may_approve)
        order.with_user(self.manager).button_approve()
        self.assertStands(order, 'queued')

    def test_without_double_validation_no_rate_is_needed(self):
        self.company.po_double_validation = 'one_step'
        euro = self.env.ref('base.EUR')
        euro.active = True
        euro.rate_ids.unlink()
        order = self.make_order([item(price='1.00')], currency='EUR')
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, 'purchase')

    # === REMINDER === #

    def reminders(self, order):
        return self.env['mail.message'].search([
            ('message_type', '=', 'user_notification'), ('res_id', '=', order.id), ('model', '=', order._name),
            ('subject', 'ilike', "is waiting for approval")])

    def test_managers_are_reminded_once_a_day_before_the_hold_ends(self):
        order = self.waiting()
        self.assertEqual(order.amazon_valid_until.date(), fields.Date.today() + timedelta(days=7))
        self.run_cron('amazon_punchout.ir_cron_remind_hold')
        self.assertFalse(self.reminders(order))
        self.shift_hold(order, hours=-23)
        self.run_cron('amazon_punchout.ir_cron_remind_hold')
        self.assertEqual(sorted(self.reminders(order).notified_partner_ids.ids), sorted(self.managers().partner_id.ids))
        self.assertEqual(len(self.reminders(order)), len(self.managers()))
        self.run_cron('amazon_punchout.ir_cron_remind_hold')
        self.assertEqual(len(self.reminders(order)), len(self.managers()))

    def test_nobody_is_reminded_of_what_does_not_wait(self):
        draft, approved, over = self.make_order(BIG), self.waiting(), self.waiting()
        approved.with_user(self.manager).button_approve()
        self.shift_hold(draft, hours=-5)
        self.shift_hold(approved, hours=-5)
        self.shift_hold(over, hours=5)
        self.run_cron('amazon_punchout.ir_cron_remind_hold')
        self.assertFalse(self.reminders(draft) + self.reminders(approved) + self.reminders(over))

    def test_who_is_asked_on_the_last_day_is_not_reminded_as_well(self):
        order = self.make_order(BIG)
        self.shift_hold(order, hours=-5)
        order.with_user(self.buyer).button_confirm()
        self.run_cron('amazon_punchout.ir_cron_remind_hold')
        self.assertFalse(self.reminders(order))

    def test_one_reminder_that_fails_does_not_stop_the_others(self):
        failing, order = self.waiting(), self.waiting()
        for each in (failing, order):
            self.shift_hold(each, hours=-5)
        Order = type(self.env['purchase.order'])
        notify = Order.message_notify

        def fail(self, **kwargs):
            if self == failing:
                raise ValueError("no mail")
            return notify(self, **kwargs)
        with patch.object(Order, 'message_notify', fail), \
                self.assertLogs('odoo.addons.amazon_punchout.tools.steps', 'ERROR'):
            self.run_cron('amazon_punchout.ir_cron_remind_hold')
        self.assertTrue(self.reminders(order))
        self.assertFalse(failing.amazon_hold_reminded)

    # === OVER RPC === #

    def test_approving_a_draft_over_rpc_skips_no_check(self):
        order = self.make_order([item(price='5.00')])
        self.warehouse.partner_id.city = False
        with self.assertRaisesRegex(UserError, "City"):
            order.with_user(self.buyer).button_approve()
        self.assertEqual((order.state, order.amazon_state), ('draft', 'cart'))
        self.warehouse.partner_id.city = "Springfield"
        order.with_user(self.buyer).button_approve()
        self.assertStands(order, 'queued')
        self.assertEqual(len(self.send()), 1)

    def test_approving_a_draft_above_the_limit_over_rpc_does_nothing(self):
        order = self.make_order(BIG)
        order.with_user(self.buyer).button_approve()
        self.assertEqual((order.state, order.amazon_state), ('draft', 'cart'))
        self.assertRegex(order.name, r'^AMZ-CART/')
        self.assertFalse(self.requests(order))

    def test_approving_a_cancelled_order_is_blocked(self):
        order = self.waiting()
        order.with_user(self.buyer).button_cancel()
        for user in (self.buyer, self.manager):
            with self.assertRaisesRegex(UserError, "is cancelled"):
                order.with_user(user).button_approve()
        order.with_user(self.manager).button_confirm()
        self.assertEqual(order.state, 'cancel')
        self.assertFalse(self.requests(order) or order.picking_ids)

    def test_a_double_click_orders_once(self):
        order = self.make_order([item(price='5.00')])
        order.with_user(self.buyer).button_confirm()
        name, receipts = order.name, order.picking_ids
        order.with_user(self.buyer).button_confirm()
        with self.assertRaisesRegex(UserError, "already been approved"):
            order.with_user(self.manager).button_approve()
        with self.assertRaisesRegex(UserError, "already been approved"):
            order.with_user(self.buyer).action_amazon_order()
        self.assertEqual((order.name, order.picking_ids, order.user_id), (name, receipts, self.buyer))
        self.assertEqual(len(receipts), 1)
        self.assertEqual(len(self.send()), 1)
        with self.assertRaisesRegex(UserError, "already been approved"):
            order.with_user(self.manager).button_approve()
        self.assertFalse(self.send())

    def test_withdrawn_and_drafted_and_ordered_in_one_go(self):
        order = self.ordered([item(price='5.00')])
        as_buyer = order.with_user(self.buyer)
        as_buyer.button_cancel()
        as_buyer.button_draft()
        as_buyer.button_confirm()
        self.assertEqual(self.requests(order).mapped('state'), ['cancelled', 'queued'])

    # === TOGETHER WITH OTHERS === #

    def plain_order(self):
        return self.env['purchase.order'].create({
            'partner_id': self.env['res.partner'].create({'name': "Plain vendor"}).id,
            'order_line': [Command.create({
                'product_id': self.env['product.product'].create({'name': "Plain", 'type': 'consu'}).id,
                'product_qty': 1, 'price_unit': 10})]})

    def test_plain_and_amazon_orders_are_confirmed_together(self):
        plain, small, big, done = self.plain_order(), self.make_order(), self.make_order(BIG), self.ordered()
        (plain + small + big + done).with_user(self.buyer).button_confirm()
        self.assertEqual([each.state for each in (plain, small, big)], ['purchase', 'purchase', 'to approve'])
        self.assertFalse(plain.amazon_state)
        self.assertFalse(plain.amazon_document_ids)
        self.assertEqual(len(self.send()), 2)

    def test_plain_and_amazon_orders_are_approved_together(self):
        plain, big = self.plain_order(), self.waiting()
        (plain + big).with_user(self.manager).button_approve()
        self.assertEqual((plain.state, big.state), ('purchase', 'purchase'))
        self.assertNotEqual(plain.user_id, self.manager, "core's way is left alone")
        self.assertTrue(plain.picking_ids)
        self.assertEqual(len(self.send()), 1)

    def test_a_plain_order_above_the_limit_waits_as_ever(self):
        plain = self.plain_order()
        with lifted():
            plain.order_line.price_unit = 900
        plain.with_user(self.buyer).button_confirm()
        self.assertEqual(plain.state, 'to approve')
        self.assertFalse(self.activities(plain, APPROVAL))
        plain.with_user(self.manager).button_approve()
        self.assertEqual(plain.state, 'purchase')
        self.assertFalse(self.send())

    # === WHAT THE CLICK DOES NOT DO === #

    def test_the_click_calls_nobody(self):
        order = self.waiting()
        with self.amazon(requests.exceptions.ConnectionError("the click asked Amazon")) as sent:
            order.with_user(self.manager).button_approve()
            self.env.flush_all()
        self.assertEqual(sent, [])
        self.assertTrue(self.env['ir.cron.trigger'].search_count([
            ('cron_id', '=', self.env.ref('amazon_punchout.ir_cron_send').id)]))

    def test_no_vendor_price_is_written(self):
        order = self.make_order([item(price='123.00')])
        order.with_user(self.buyer).button_confirm()
        self.assertFalse(order.order_line.product_id.seller_ids)

    def test_a_deleted_scheduled_action_stops_no_approval(self):
        self.env.ref('amazon_punchout.ir_cron_send').unlink()
        order = self.waiting()
        order.with_user(self.manager).button_approve()
        self.assertStands(order, 'queued')

    # === ANALYTIC ACCOUNTS === #

    def mandatory_plan(self):
        plan = self.env['account.analytic.plan'].create({
            'name': "Cost centre", 'applicability_ids': [Command.create({
                'business_domain': 'purchase_order', 'applicability': 'mandatory'})]})
        return self.env['account.analytic.account'].create({'name': "Lab", 'plan_id': plan.id})

    def test_a_mandatory_distribution_is_asked_for_over_rpc_too(self):
        account = self.mandatory_plan()
        order = self.make_order([item(price='5.00'), item(asin='B00TEST002', price='6.00')])
        for confirm in (order.with_user(self.buyer).button_confirm, order.with_user(self.buyer).button_approve,
                        order.with_user(self.buyer).with_context(validate_analytic=False).button_approve):
            with self.assertRaisesRegex(ValidationError, "analytic distribution"):
                confirm()
        self.assertEqual(order.state, 'draft')
        order.with_user(self.buyer).order_line.write({'analytic_distribution': {str(account.id): 100}})
        order.with_user(self.buyer).button_confirm()
        self.assertStands(order, 'queued')

    def test_the_approver_may_fill_in_what_the_requester_left(self):
        account = self.mandatory_plan()
        order = self.waiting()
        with self.assertRaisesRegex(ValidationError, "analytic distribution"):
            order.with_user(self.manager).button_approve()
        order.with_user(self.manager).order_line.write({'analytic_distribution': {str(account.id): 100}})
        order.with_user(self.manager).button_approve()
        self.assertStands(order, 'queued')
