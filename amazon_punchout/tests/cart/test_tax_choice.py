"""Choosing among several purchase taxes of one rate."""
import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..cxml_builder import item
from .test_cart_taxes import TaxCase


@tagged('post_install', '-at_install')
class TestTaxChoice(TaxCase):

    def setUp(self):
        super().setUp()
        self.taxes = self.new_tax(8) | self.new_tax(8)
        self.first, self.second = self.taxes

    def state_rate(self, tax, group=None):
        """Create a row in the tax rates of a group."""
        return self.env['amazon.punchout.tax.rate'].with_user(self.administrator).create({
            'group_id': (group or self.group).id, 'tax_id': tax.id})

    def order(self, **cart):
        return self.make_order([self.taxed()], **{'tax': '8.00', **cart})

    # === THE PRODUCT'S OWN === #

    def test_the_products_own_tax_comes_first(self):
        self.group.product_id.supplier_taxes_id = self.second
        self.assertMatched(self.order(), self.second)
        self.state_rate(self.first)
        self.assertMatched(self.order(), self.second)

    def test_the_products_own_tax_is_mapped_by_the_vendors_fiscal_position(self):
        third = self.new_tax(19)
        position = self.env['account.fiscal.position'].create({'name': "Abroad"})
        self.second.write(
            {'fiscal_position_ids': [Command.set(position.ids)], 'original_tax_ids': [Command.set(third.ids)]})
        self.group.product_id.supplier_taxes_id = third
        self.assertEstimated(self.order(), 8, "several purchase taxes of 8%")
        self.vendor.property_account_position_id = position
        order = self.order()
        self.assertEqual(order.fiscal_position_id, position)
        self.assertMatched(order, self.second)

    def test_a_product_tax_of_another_rate_leaves_the_choice_to_the_table(self):
        self.group.product_id.supplier_taxes_id = self.new_tax(19)
        self.state_rate(self.first)
        self.assertMatched(self.order(), self.first)

    def test_a_product_with_both_taxes_leaves_the_choice_to_the_table(self):
        self.group.product_id.supplier_taxes_id = self.taxes
        self.assertEstimated(self.order(), 8)
        self.state_rate(self.first)
        self.assertMatched(self.order(), self.first)

    def test_a_product_tax_of_another_company_does_not_count(self):
        company = self.env['res.company'].create({'name': "Elsewhere", 'country_id': self.company.country_id.id})
        self.group.product_id.supplier_taxes_id = self.new_tax(8, company_id=company.id)
        self.assertEstimated(self.order(), 8)

    def test_the_tax_of_a_mapped_category_is_its_products(self):
        food = self.env['product.product'].create({
            'name': "Food", 'type': 'consu', 'supplier_taxes_id': [Command.set(self.second.ids)]})
        self.group.product_id.supplier_taxes_id = self.first
        self.env['amazon.punchout.unspsc'].create({'prefix': '50', 'product_id': food.id})
        order = self.make_order([self.taxed(), self.taxed(unspsc='50161509', auxiliary_id='1,2')], tax='16.00')
        self.assertEqual([line.tax_ids for line in order.order_line], [self.first, self.second])
        self.assertEqual(order.amount_total, 216)

    def test_shipping_has_the_tax_of_the_shipping_product(self):
        self.group.product_id.supplier_taxes_id = self.first
        self.group.shipping_product_id.supplier_taxes_id = self.second
        order = self.make_order([item(price='100.00', tax='8.80', details=[
            ('8', '8.00', 'subtotalTax'), ('8', '0.80', 'shippingTax')])], shipping='10.00', tax='8.80')
        self.assertEqual([line.tax_ids for line in order.order_line], [self.first, self.second])
        self.assertEqual(order.amount_total, 118.8)

    # === THE TABLE === #

    def test_the_table_decides_among_several(self):
        self.assertEstimated(self.order(), 8, "several purchase taxes of 8%. Choose one", "Test group")
        self.state_rate(self.second)
        self.assertMatched(self.order(), self.second)

    def test_each_group_has_its_own_table(self):
        other = self.group.copy({'name': "Other", 'shared_secret': 'another-secret'})
        other.state = 'test'
        self.state_rate(self.first)
        self.state_rate(self.second, other)
        self.assertMatched(self.order(), self.first)
        self.assertMatched(self.order(group=other), self.second)

    def test_an_archived_tax_of_the_table_does_not_count(self):
        third = self.new_tax(8)
        self.state_rate(third)
        third.active = False
        self.assertEstimated(self.order(), 8, "several purchase taxes of 8%")

    def test_zero_percent_has_its_row_too(self):
        self.env['account.tax'].search([('amount', '=', 0), ('type_tax_use', '=', 'purchase')]).active = False
        zero, other = self.new_tax(0), self.new_tax(0)
        items = [self.taxed('0', '0.00')]
        order = self.make_order(items, tax='0.00')
        self.assertMatched(order, self.env['account.tax'])
        self.state_rate(other)
        self.assertMatched(self.make_order(items, tax='0.00'), other)
        self.group.product_id.supplier_taxes_id = zero
        self.assertMatched(self.make_order(items, tax='0.00'), zero)

    def test_what_is_chosen_must_compute_what_amazon_states(self):
        self.state_rate(self.first)
        self.assertEstimated(self.make_order([self.taxed(tax='8.02')], tax='8.02'), 8.02, "8% would be")

    def test_the_total_is_the_carts_with_either_way_of_rounding(self):
        self.state_rate(self.first)
        items = [self.taxed('8', '0.01', price='0.10', auxiliary_id=f'1,{number}') for number in range(10)]
        for method in ('round_per_line', 'round_globally'):
            with self.subTest(method):
                self.company.tax_calculation_rounding_method = method
                order = self.make_order(items, tax='0.10')
                self.assertEqual((order.order_line.tax_ids, order.amount_total), (self.first, 1.1))

    # === ENTERING IT === #

    def test_the_form_fills_the_rate_of_the_chosen_tax(self):
        with Form(self.group.with_user(self.administrator)) as form, form.tax_rate_ids.new() as row:
            row.tax_id = self.second
            self.assertEqual(row.rate, 8)
        self.assertEqual(self.group.tax_rate_ids.tax_id, self.second)

    def test_taxes_that_can_match_nothing_are_not_allowed(self):
        for tax in (self.new_tax(8, type_tax_use='sale'), self.new_tax(8, amount_type='fixed'),
                    self.new_tax(8, amount_type='division'), self.new_tax(-8)):
            with self.assertRaisesRegex(ValidationError, "Choose a purchase tax"), self.env.cr.savepoint():
                self.state_rate(tax)

    def test_the_rate_of_a_row_is_what_its_tax_adds(self):
        children = self.new_tax(5, type_tax_use='none') | self.new_tax(9.975, type_tax_use='none')
        for tax, rate in (
            (self.new_tax(20, price_include_override='tax_included'), 20), (self.new_reverse_charge(19), 0),
            (self.new_tax(0, amount_type='group', children_tax_ids=[Command.set(children.ids)]), 14.975),
        ):
            self.assertEqual(self.state_rate(tax).rate, rate)

    def test_a_row_without_a_tax_says_that_it_is_part_of_the_cost(self):
        row = self.env['amazon.punchout.tax.rate'].with_user(self.administrator).create({
            'group_id': self.group.id, 'rate': 7})
        self.assertEqual(row.display_name, "7%: part of the cost")
        self.assertEqual(self.state_rate(self.first).display_name, f"8%: {self.first.name}")

    def test_the_tax_of_a_row_without_a_tax_stays_an_estimate(self):
        self.first.active = False
        self.env['amazon.punchout.tax.rate'].create({'group_id': self.group.id, 'rate': 8})
        self.assertEstimated(self.order(), 8)

    def test_a_row_goes_with_its_tax(self):
        row = self.state_rate(self.first)
        self.first.unlink()
        self.assertFalse(row.exists())

    def test_a_row_has_the_rate_of_its_tax(self):
        row = self.state_rate(self.first)
        with self.assertRaisesRegex(ValidationError, "is 8%, not 19%"), self.env.cr.savepoint():
            row.rate = 19

    def test_a_rate_has_one_row(self):
        self.state_rate(self.first)
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.state_rate(self.second)

    def test_another_companys_tax_is_not_allowed(self):
        company = self.env['res.company'].create({'name': "Elsewhere", 'country_id': self.company.country_id.id})
        tax = self.new_tax(8, company_id=company.id)
        with self.assertRaisesRegex(UserError, "belongs to another company"), self.env.cr.savepoint():
            self.state_rate(tax)

    def test_buyers_do_not_write_the_table(self):
        row = self.state_rate(self.first)
        with self.assertRaises(AccessError):
            row.with_user(self.buyer).write({'tax_id': self.second.id})
