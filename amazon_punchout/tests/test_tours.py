"""The tours that teach shopping with approval and recording a refund, on a desktop and on a phone."""
from odoo.tests import HttpCase, tagged

from .bill_case import BillCase

PHONE = '375x667'
TOURS = 'amazon_punchout_shop_tour', 'amazon_punchout_refund_tour'


@tagged('post_install', '-at_install')
class TestTours(BillCase, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Tours find Amazon's bills by the name of the vendor.
        cls.group.partner_id.name = "Amazon Business"
        # Once for all tests: what a test makes is rolled back.
        bundle = cls.env['ir.qweb']._get_asset_bundle('web.assets_web', js=True, css=True)
        bundle.js()
        bundle.css()

    def tour(self, name, user):
        """Run a tour as a user, from the first page after the login."""
        self.start_tour('/odoo', f'amazon_punchout_{name}_tour', login=user.login, timeout=200)
        self.env.invalidate_all()

    def on_a_phone(self):
        self.browser_size, self.touch_enabled = PHONE, True

    def refund_a_bill(self):
        """Run the tour of refunds, and return the credit."""
        order = self.two_lines()
        self.receive_goods(order)
        self.invoice(order)
        bill = self.move()
        bill.invoice_date = bill.invoice_date or '2026-03-06'
        bill.action_post()
        self.tour('refund', self.biller)
        return bill, bill.reversal_move_ids

    def test_people_find_both_tours_in_the_list_of_tours(self):
        tours = self.env['web_tour.tour'].with_user(self.buyer).search([('name', 'in', TOURS)])
        self.assertEqual(set(tours.mapped('name')), set(TOURS))
        for tour in tours:
            self.assertFalse(tour.custom)
            self.assertIn("Good job!", tour.rainbow_man_message)

    def test_a_buyer_asks_for_approval_and_a_manager_approves(self):
        self.set_limit(1)
        order = self.make_order()
        self.tour('shop', self.buyer)
        self.assertEqual((order.state, order.amazon_state), ('to approve', 'cart'))
        self.tour('shop', self.manager)
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'queued'))

    def test_a_buyer_who_may_approve_orders_at_once(self):
        order = self.make_order()
        self.tour('shop', self.buyer)
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'queued'))

    def test_an_accountant_records_a_refund_on_a_bill_and_posts_the_credit(self):
        bill, credit = self.refund_a_bill()
        self.assertEqual((credit.move_type, credit.state, credit.amount_total), ('in_refund', 'posted', 1.0))
        self.assertEqual(credit.amazon_refund_kind, 'money')
        self.assertEqual(bill.amount_total, 35.0)

    def test_the_tours_run_in_another_language(self):
        self.env['res.lang']._activate_lang('de_DE')
        self.manager.lang = self.biller.lang = 'de_DE'
        order = self.make_order()
        self.tour('shop', self.manager)
        self.assertEqual(order.state, 'purchase')
        self.assertEqual(self.refund_a_bill()[1].state, 'posted')

    def test_a_buyer_orders_on_a_phone(self):
        order = self.make_order()
        self.on_a_phone()
        self.tour('shop', self.buyer)
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'queued'))

    def test_an_accountant_records_a_refund_on_a_phone(self):
        self.on_a_phone()
        self.assertEqual(self.refund_a_bill()[1].state, 'posted')
