"""Direct orders: carts of groups with the flow *direct* are ordered as they come back."""
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.purchase.models.purchase_order import PurchaseOrder

from ...tools.direct_order import ordering_directly
from ..cart.test_cart_route import RouteCase
from ..cxml_builder import cart_xml, item
from ..order_case import APPROVAL, OrderCase


@tagged('post_install', '-at_install')
class TestDirect(OrderCase):

    def setUp(self):
        super().setUp()
        self.group.write({'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': [Command.set(self.buyer.ids)]})

    def cart(self, price='100.00', **kwargs):
        order = self.make_order([item(price=price)], **kwargs)
        order.invalidate_recordset()
        return order

    def assertOrderedDirectly(self, order):
        self.assertStands(order, 'queued')
        self.assertEqual((order.state, order.user_id), ('purchase', self.buyer))
        self.assertEqual(order.amazon_status, "On its way to Amazon")
        self.assertIn(
            "Ordered directly, without approval: the Amazon group Test group lets Buyer Person place direct orders "
            "up to",
            self.chatter(order))
        self.assertFalse(self.activities(order, APPROVAL))
        self.assertFalse(order.amazon_direct_problem)

    def assertStaysDraft(self, order, words):
        self.assertEqual((order.state, order.amazon_state, self.requests(order).ids), ('draft', 'cart', []))
        self.assertRegex(order.name, r'^AMZ-CART/', "no number is taken")
        self.assertFalse(order.picking_ids)
        self.assertRegex(order.with_user(self.buyer).amazon_status, f"Not ordered yet.*not ordered directly: .*{words}")
        self.assertRegex(self.chatter(order), f"was not ordered directly.*{words}")
        self.assertFalse(self.activities(order, APPROVAL), "nobody is asked before the shopper asks")

    # === AMOUNTS AND PEOPLE === #

    def test_up_to_the_limit_the_cart_is_ordered_directly(self):
        order = self.cart('100.00')
        self.assertOrderedDirectly(order)
        sent = self.send()
        self.assertEqual(len(sent), 1)
        self.assertIn(b'buyer@example.com', sent[0])

    def test_above_the_limit_it_stays_a_draft_that_is_ordered_as_any(self):
        order = self.cart('100.01')
        self.assertStaysDraft(order, r"total of \$.*?100.01 is above the limit of \$.*?100.00")
        order.with_user(self.buyer).button_confirm()
        self.assertStands(order, 'queued')

    def test_shipping_and_tax_count(self):
        order = self.cart('98.00', shipping='1.00', tax='1.01')
        self.assertStaysDraft(order, r"100.01 is above")

    def test_by_default_there_are_no_direct_orders(self):
        group = self.group.copy({'flow': 'direct', 'direct_limit': 0, 'direct_user_ids': False})
        self.assertEqual(group.direct_limit, 0)
        self.group.direct_limit = 0
        for price in ('0.00', '0.01'):
            self.assertStaysDraft(self.cart(price), "has no limit for direct orders")
        self.group.write({'direct_limit': 100, 'direct_user_ids': False})
        self.assertStaysDraft(
            self.cart('1.00'),
            "You can't place direct orders with the Amazon group Test group. Amazonadmin Person can add you")

    def test_only_the_chosen_users_order_directly(self):
        order = self.cart('1.00', user=self.other_buyer)
        self.assertEqual(order.state, 'draft')
        self.assertIn("can't place direct orders", order.with_user(self.other_buyer).amazon_status)

    def test_other_flows_order_nothing_by_themselves(self):
        self.group.flow = 'punchout'
        order = self.cart('1.00')
        self.assertEqual((order.state, order.amazon_direct_problem), ('draft', False))

    def test_the_limit_is_in_the_companys_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        euro.rate_ids.unlink()
        self.assertStaysDraft(self.cart('1.00', currency='EUR'), "no exchange rate for EUR")
        self.env['res.currency.rate'].create({
            'currency_id': euro.id, 'company_id': self.company.id, 'rate': 0.5, 'name': '2020-01-01'})
        self.assertEqual(self.cart('50.00', currency='EUR').state, 'purchase')
        self.assertStaysDraft(self.cart('50.01', currency='EUR'), r"100.02 is above the limit of \$.*?100.00")

    # === WHATEVER ELSE ASKS FOR APPROVAL === #

    def test_neither_the_companys_limit_nor_the_groups_rule_asks_for_approval(self):
        self.set_limit(10)
        for rule in ('company', 'manager', 'other'):
            self.group.approval_rule = rule
            self.assertOrderedDirectly(self.cart('50.00'))
        self.env.cr.execute('SELECT po_double_validation FROM res_company WHERE id = %s', self.company.ids)
        self.assertEqual(self.env.cr.fetchone(), ('two_step',))
        self.assertEqual(self.company.po_double_validation, 'two_step')

    def test_what_stays_a_draft_is_approved_by_the_rules(self):
        self.set_limit(10)
        self.group.approval_rule = 'other'
        order = self.cart('150.00')
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, 'to approve')
        self.assertTrue(self.activities(order, APPROVAL))
        self.assertNotIn("directly", order.with_user(self.buyer).amazon_status)

    def test_another_addons_rule_is_not_overridden(self):
        """Also one that stands between core's rule and ours."""
        self.set_limit(10)
        allowed = PurchaseOrder._approval_allowed

        def never_on_mondays(order):
            return allowed(order) and not order.amazon_session_id
        with patch.object(PurchaseOrder, '_approval_allowed', never_on_mondays):
            self.assertStaysDraft(self.cart('1.00'), "Another rule in Odoo requires approval")
        Order = type(self.env['purchase.order'])
        outermost = Order._approval_allowed
        with patch.object(Order, '_approval_allowed', lambda order: outermost(order) and False):
            self.assertStaysDraft(self.cart('1.00'), "Another rule in Odoo requires approval")

    def test_no_other_order_is_let_through_meanwhile(self):
        """As an automation rule could confirm another order while this one is ordered."""
        self.set_limit(10)
        waiting = self.cart('150.00')
        Order = type(self.env['purchase.order'])
        number_vals = Order._amazon_number_vals

        def confirm_the_other(orders):
            if waiting not in orders:
                waiting.with_user(self.buyer).button_confirm()
            return number_vals(orders)
        with patch.object(Order, '_amazon_number_vals', confirm_the_other):
            order = self.cart('50.00')
        self.assertEqual((order.state, waiting.state), ('purchase', 'to approve'))

    def test_the_step_is_over_when_it_is_over(self):
        self.set_limit(10)
        order = self.cart('150.00')
        with ordering_directly(order.id):
            self.assertTrue(order.with_user(self.buyer)._approval_allowed())
            self.assertFalse(self.cart('151.00').with_user(self.buyer)._approval_allowed())
        self.assertFalse(order.with_user(self.buyer)._approval_allowed())

    # === WHAT IS MISSING === #

    def test_with_a_field_to_fill_it_stays_a_draft(self):
        Order = type(self.env['purchase.order'])
        self.patch(Order, '_amazon_missing_fields', lambda order: ["Fill in the department."])
        self.assertStaysDraft(self.cart(), "Fill in the department")

    def test_with_an_address_missing_it_stays_a_draft(self):
        session, cookie = self.start_trip()
        self.warehouse.partner_id.city = False
        self.receive(cookie, cart_xml(cookie, [item()]))
        self.assertStaysDraft(session.purchase_order_id, "City")

    def test_with_a_mandatory_distribution_it_stays_a_draft(self):
        plan = self.env['account.analytic.plan'].create({
            'name': "Cost centre", 'applicability_ids': [Command.create({
                'business_domain': 'purchase_order', 'applicability': 'mandatory'})]})
        self.env['account.analytic.account'].create({'name': "Lab", 'plan_id': plan.id})
        self.assertStaysDraft(self.cart(), "analytic distribution")

    def test_an_error_in_the_confirmation_leaves_the_draft(self):
        Order = type(self.env['purchase.order'])
        with patch.object(Order, '_amazon_queue', side_effect=ZeroDivisionError), \
                mute_logger('odoo.addons.amazon_punchout.tools.steps'):
            order = self.cart()
        self.assertStaysDraft(order, "error occurred in Odoo")
        self.assertEqual(order.amazon_session_id.state, 'done')

    def test_a_conflict_with_another_transaction_repeats_the_request(self):
        Order = type(self.env['purchase.order'])
        conflict = psycopg2.errors.SerializationFailure
        with patch.object(Order, '_amazon_queue', side_effect=conflict), self.assertRaises(conflict):
            self.cart()

    # === ONCE === #

    def test_the_same_cart_brought_twice_is_ordered_once(self):
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item()])
        self.receive(cookie, raw)
        self.receive(cookie, raw)
        self.assertEqual(len(self.requests(session.purchase_order_id)), 1)

    def test_a_draft_is_not_ordered_by_bringing_its_cart_again(self):
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item(price='150.00')])
        self.receive(cookie, raw)
        self.group.direct_limit = 1000
        self.receive(cookie, raw)
        self.assertEqual(session.purchase_order_id.state, 'draft')

    def test_a_kept_cart_that_a_person_retries_is_a_draft(self):
        session, cookie = self.start_trip()
        session.expires_at = '2020-01-01 00:00:00'
        self.receive(cookie, cart_xml(cookie, [item()]))
        self.assertEqual(session.state, 'expired')
        session.with_user(self.administrator).action_retry()
        self.assertStaysDraft(session.purchase_order_id, "kept cart by Amazonadmin Person")

    # === THE SETTINGS === #

    def test_the_limit_can_not_be_below_zero(self):
        with self.assertRaisesRegex(ValidationError, "can't be negative"):
            self.group.direct_limit = -1

    def test_a_buyer_can_not_raise_the_limit(self):
        for vals in ({'direct_limit': 10000}, {'direct_user_ids': [Command.link(self.other_buyer.id)]},
                     {'flow': 'direct'}, {'approval_rule': 'company'}):
            with self.assertRaises(AccessError):
                self.group.with_user(self.buyer).write(vals)


@tagged('post_install', '-at_install')
class TestDirectRoute(RouteCase):

    def test_the_browser_that_brings_the_cart_lands_on_an_order_that_is_on_its_way(self):
        self.group.write({'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': [Command.set(self.buyer.ids)]})
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item(price='50.00')])
        self.assertOrderPage(self.post(raw), session)
        order = session.purchase_order_id
        self.assertEqual((order.state, order.amazon_state, order.user_id), ('purchase', 'queued', self.buyer))
        self.assertOrderPage(self.post(raw), session)
        self.assertEqual(len(self.send()), 1)
