"""What a group requires before ordering, and what the order says while it is missing."""
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..account_case import AccountCase
from ..common import START_PAGE, answer
from ..cxml_builder import item


@tagged('post_install', '-at_install')
class TestMandatoryFields(AccountCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.annex = cls.env['stock.warehouse'].create({
            'name': "Annex", 'code': 'ANX', 'company_id': cls.company.id, 'partner_id': cls.warehouse.partner_id.id})

    def allow_annex(self):
        self.group.warehouse_ids = self.warehouse | self.annex

    def assertBlocked(self, order, words):
        """Assert that nobody asks for approval or approves, in any way."""
        for user in (self.buyer, self.manager, self.administrator):
            for way in ('button_confirm', 'button_approve', 'action_amazon_order'):
                with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                    getattr(order.with_user(user), way)()
        self.set_limit(1)
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            order.with_user(self.buyer).button_confirm()  # asking for approval
        self.company.po_double_validation = 'one_step'
        order.invalidate_recordset()
        self.assertEqual((order.state, order.amazon_state), ('draft', 'cart'))
        self.assertRegex(order.with_user(self.buyer).amazon_missing, words)

    def assertOrders(self, order):
        self.assertFalse(order.with_user(self.buyer).amazon_missing)
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.amazon_state, 'queued')

    # === NONE BY DEFAULT === #

    def test_nothing_must_be_filled_in_by_default(self):
        self.allow_annex()
        fresh = self.env['amazon.punchout.group'].new()
        self.assertFalse(fresh.require_location or fresh.require_account or fresh.require_analytic)
        self.assertOrders(self.two_items())

    # === ACCOUNT === #

    def test_each_item_needs_an_expense_account(self):
        self.group.require_account = True
        order = self.two_items(shipping='4.00', tax='1.00')
        self.assertBlocked(order, r"Choose the expense account of line 1 “Pen”, line 2 “Desk”\.")
        self.items(order)[0].with_user(self.buyer).expense_account_id = self.supplies
        self.assertBlocked(order, r"Choose the expense account of line 2 “Desk”\.")
        self.items(order)[1].with_user(self.buyer).expense_account_id = self.furniture
        self.assertOrders(order)

    def test_a_mapped_account_is_filled_in(self):
        self.group.require_account = True
        self.map_category('44', account_id=self.supplies.id)
        self.map_category('56', account_id=self.furniture.id)
        self.assertOrders(self.two_items())

    def test_what_goes_into_stock_needs_no_expense_account(self):
        self.group.write({'require_account': True, 'item_policy': 'match'})
        for asin in ('B00000PEN1', 'B000DESK01'):
            product = self.env['product.product'].create({'name': asin, 'type': 'consu', 'is_storable': True})
            self.env['product.supplierinfo'].create({
                'partner_id': self.vendor.id, 'product_code': asin, 'product_tmpl_id': product.product_tmpl_id.id})
        self.assertOrders(self.two_items())

    # === ANALYTIC DISTRIBUTION === #

    def test_each_item_needs_an_analytic_distribution(self):
        self.group.require_analytic = True
        order = self.two_items(shipping='4.00')
        self.assertBlocked(order, r"Fill in the analytic distribution of line 1 “Pen”, line 2 “Desk”\.")
        self.items(order).with_user(self.buyer).analytic_distribution = {str(self.sales.id): 100}
        self.assertOrders(order)

    def test_a_distribution_of_nothing_is_none(self):
        self.group.require_analytic = True
        order = self.two_items()
        self.items(order).with_user(self.buyer).analytic_distribution = {}
        self.assertBlocked(order, "Fill in the analytic distribution")

    # === LOCATION === #

    def test_a_location_that_nobody_chose_must_be_checked(self):
        self.allow_annex()
        self.group.require_location = True
        order = self.two_items()
        self.assertEqual(order.picking_type_id.warehouse_id, self.warehouse)
        self.assertBlocked(order, f"Check the delivery location {self.warehouse.name}: choose another one, or tick")
        order.with_user(self.buyer).location_checked = True
        self.assertOrders(order)

    def test_choosing_it_on_the_order_is_enough(self):
        self.allow_annex()
        self.group.require_location = True
        order = self.two_items()
        order.with_user(self.buyer).picking_type_id = self.annex.in_type_id
        self.assertOrders(order)
        self.assertEqual(order.picking_type_id.warehouse_id, self.annex)

    def test_writing_the_same_location_again_is_no_choice(self):
        self.allow_annex()
        self.group.require_location = True
        order = self.two_items()
        for same in (order.picking_type_id.id, order.picking_type_id):
            order.with_user(self.buyer).write({'picking_type_id': same, 'note': "As an import repeats it"})
        self.assertFalse(order.location_checked)
        moved = self.two_items()
        (order + moved).with_user(self.buyer).write({'picking_type_id': self.annex.in_type_id.id})
        (order + moved).with_user(self.buyer).write({'picking_type_id': self.annex.in_type_id.id})
        self.assertEqual((order + moved).mapped('location_checked'), [True, True])

    def test_trying_and_shopping_again_choose_no_location(self):
        self.allow_annex()
        for place, is_chosen in ((None, False), (self.annex, True)):
            with self.amazon(answer(status=500, body='')):
                action = self.group.with_user(self.buyer)._punch_out(warehouse=place)
            failed = self.env[action['res_model']].with_user(self.buyer).browse(action['res_id'])
            with self.amazon(answer(start_page=START_PAGE)):
                failed.action_try_again()
            trip = self.env['amazon.punchout.session'].search([], limit=1)
            self.assertEqual((trip.warehouse_id, trip.is_location_chosen), (place or self.warehouse, is_chosen))
            trip.state = 'expired'
            with self.amazon(answer(start_page=START_PAGE)):
                trip.with_user(self.buyer).action_shop_again()
            again = self.env['amazon.punchout.session'].search([], limit=1)
            self.assertNotEqual(again, trip)
            self.assertEqual((again.warehouse_id, again.is_location_chosen), (place or self.warehouse, is_chosen))
        self.group.warehouse_ids = self.warehouse
        again.state = 'expired'
        with self.amazon(answer(start_page=START_PAGE)):
            again.with_user(self.buyer).action_shop_again()
        elsewhere = self.env['amazon.punchout.session'].search([], limit=1)
        self.assertEqual(
            (elsewhere.warehouse_id, elsewhere.is_location_chosen), (self.warehouse, False), "not where they chose")

    def test_choosing_it_before_shopping_is_enough(self):
        self.allow_annex()
        self.group.require_location = True
        order = self.two_items(trip={'warehouse': self.annex})
        self.assertTrue(order.location_checked)
        self.assertOrders(order)

    def test_one_location_needs_no_choice(self):
        self.group.require_location = True
        self.assertOrders(self.two_items())

    # === HOW IT IS SAID === #

    def test_all_that_is_missing_is_said_at_once(self):
        self.allow_annex()
        self.group.write({'require_location': True, 'require_account': True, 'require_analytic': True})
        order = self.two_items()
        self.assertEqual(len(order.amazon_missing.split("\n")), 3)
        self.assertBlocked(order, "(?s)delivery location.*expense account.*analytic distribution")

    def test_of_many_lines_the_first_ones_are_named(self):
        self.group.require_account = True
        order = self.make_order([item(asin=f'B{number:09}', auxiliary_id=f'1,{number}') for number in range(8)])
        self.assertRegex(order.amazon_missing, r"line 5 “Stapler, blue” and 3 more\.")
        self.assertNotIn("line 6", order.amazon_missing)

    def test_the_form_shows_what_is_missing_and_it_vanishes_as_it_is_filled(self):
        self.allow_annex()
        self.group.write({'require_location': True, 'require_account': True})
        order = self.make_order()
        with Form(order.with_user(self.buyer)) as form:
            self.assertIn("expense account", form.amazon_missing)
            form.location_checked = True
            self.assertNotIn("location", form.amazon_missing)
            with form.order_line.edit(0) as line:
                line.expense_account_id = self.supplies
            self.assertFalse(form.amazon_missing)
        self.assertTrue(order.location_checked)

    def test_nothing_is_asked_of_other_orders_and_of_those_that_are_decided(self):
        self.group.require_account = True
        order = self.two_items()
        order.with_user(self.buyer).button_cancel()
        self.assertFalse(order.amazon_missing)
        plain = self.env['purchase.order'].with_user(self.buyer).create({
            'partner_id': self.vendor.id,
            'order_line': [Command.create({'product_id': self.pens.id, 'price_unit': 4.0})]})
        self.assertFalse(plain.amazon_missing)
        plain.button_confirm()
        self.assertEqual(plain.state, 'purchase')

    def test_an_accountant_without_the_purchase_role_reads_it_too(self):
        self.group.require_account = True
        order = self.two_items()
        self.env.invalidate_all()
        self.assertIn("expense account", order.with_user(self.accountant).amazon_missing)
