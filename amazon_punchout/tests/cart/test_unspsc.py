"""The product, account and analytic distribution that the category of an item gives."""
import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..account_case import PEN, AccountCase
from ..cxml_builder import cart_xml, item


@tagged('post_install', '-at_install')
class TestCategories(AccountCase):

    def values(self, code=PEN, group=None):
        category = self.env['amazon.punchout.unspsc'].with_user(self.buyer)._find_category(group or self.group, code)
        return category.product_id, category.account_id, category.analytic_distribution

    # === WHAT A CART GETS === #

    def test_items_of_a_mapped_category_get_its_product_account_and_distribution(self):
        distribution = {str(self.sales.id): 60.0, str(self.lab.id): 40.0}
        self.map_category(
            '4412', product_id=self.pens.id, account_id=self.supplies.id, analytic_distribution=distribution)
        order = self.two_items(shipping='3.00')
        pen, desk, shipping = order.order_line
        self.assertEqual((pen.product_id, pen.expense_account_id, pen.analytic_distribution),
                         (self.pens, self.supplies, distribution))
        self.assertEqual((desk.product_id, desk.expense_account_id, desk.analytic_distribution),
                         (self.group.product_id, self.env['account.account'], False))
        self.assertEqual(shipping.product_id, self.group.shipping_product_id)
        self.assertFalse(shipping.expense_account_id)
        self.assertEqual(pen.name, "Pen", "the item keeps Amazon's name")
        self.assertEqual(order.amount_total, 113)

    def test_without_any_mapping_the_item_product_stands_for_everything(self):
        lines = self.items(self.two_items())
        self.assertEqual(lines.product_id, self.group.product_id)
        self.assertFalse(lines.expense_account_id)

    def test_the_distribution_models_of_accounting_count_where_nothing_is_mapped(self):
        self.env['account.analytic.distribution.model'].create({
            'partner_id': self.vendor.id, 'analytic_distribution': {str(self.lab.id): 100}})
        self.map_category('44', analytic_distribution={str(self.sales.id): 100})
        pen, desk = self.items(self.two_items())
        self.assertEqual(pen.analytic_distribution, {str(self.sales.id): 100})
        self.assertEqual(desk.analytic_distribution, {str(self.lab.id): 100})

    def test_an_item_without_category_gets_the_item_product(self):
        self.map_category('4', product_id=self.pens.id)
        for code in ('', None, 'none', '%'):
            self.assertEqual(self.values(code), (False, False, False))

    # === WHICH MAPPING === #

    def test_the_longest_digits_decide_each_value_for_itself(self):
        self.map_category('44', account_id=self.furniture.id, analytic_distribution={str(self.lab.id): 100})
        self.map_category('4412', account_id=self.supplies.id)
        self.map_category('441217', product_id=self.pens.id)
        self.map_category('441218', product_id=self.group.product_id.id, account_id=self.furniture.id)
        self.assertEqual(self.values(), (self.pens.id, self.supplies.id, {str(self.lab.id): 100}))
        self.assertEqual(self.values('44130000'), (False, self.furniture.id, {str(self.lab.id): 100}))
        self.assertEqual(self.values('56101703'), (False, False, False))

    def test_a_groups_mapping_comes_before_the_companys_at_equal_length(self):
        self.map_category('4412', account_id=self.furniture.id, product_id=self.pens.id)
        self.map_category('4412', account_id=self.supplies.id, group_id=self.group.id)
        other = self.group.copy({'name': "Other"})
        self.assertEqual(self.values(), (self.pens.id, self.supplies.id, False))
        self.assertEqual(self.values(group=other), (self.pens.id, self.furniture.id, False))

    def test_longer_digits_of_the_company_come_before_shorter_ones_of_the_group(self):
        self.map_category('44', account_id=self.furniture.id, group_id=self.group.id)
        self.map_category('4412', account_id=self.supplies.id)
        self.assertEqual(self.values()[1], self.supplies.id)

    def test_a_change_applies_to_the_next_cart(self):
        mapping = self.map_category('44', account_id=self.furniture.id)
        self.assertEqual(self.values()[1], self.furniture.id)
        mapping.account_id = self.supplies
        self.assertEqual(self.values()[1], self.supplies.id)
        mapping.unlink()
        self.assertEqual(self.values()[1], False)

    def test_another_company_maps_for_itself(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        group = self.group.copy({
            'name': "Elsewhere", 'company_id': company.id, 'warehouse_ids': False, 'warehouse_id': False})
        account = self.new_account("Elsewhere", '600900', company=company)
        self.env['amazon.punchout.unspsc'].create({
            'prefix': '44', 'company_id': company.id, 'account_id': account.id})
        self.assertEqual(self.values()[1], False)
        self.assertEqual(self.values(group=group)[1], account.id)
        with self.assertRaisesRegex(UserError, "company inconsistencies"), self.env.cr.savepoint():
            self.map_category('45', account_id=account.id)
        with self.assertRaisesRegex(UserError, "company inconsistencies"), self.env.cr.savepoint():
            self.map_category('45', group_id=group.id)

    def test_a_branch_uses_what_its_parent_company_has_mapped_unless_it_maps_itself(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        group = self.group.copy(
            {'name': "Branch", 'company_id': branch.id, 'warehouse_ids': False, 'warehouse_id': False})
        self.map_category('44', account_id=self.supplies.id)
        self.assertEqual(self.values(group=group)[1], self.supplies.id)
        self.env['amazon.punchout.unspsc'].create({
            'prefix': '44', 'company_id': branch.id, 'account_id': self.furniture.id})
        self.assertEqual(self.values(group=group)[1], self.furniture.id)
        self.assertEqual(self.values()[1], self.supplies.id)

    # === WHAT CAN'T BE USED ANY MORE === #

    def test_the_item_product_replaces_archived_or_stored_products_and_archived_accounts(self):
        self.map_category('44', product_id=self.pens.id, account_id=self.supplies.id)
        self.supplies.active = False
        self.pens.is_storable = True
        pen = self.items(self.two_items())[0]
        self.assertEqual((pen.product_id, pen.expense_account_id), (self.group.product_id, self.env['account.account']))
        self.pens.write({'is_storable': False, 'active': False})
        self.assertEqual(self.items(self.two_items())[0].product_id, self.group.product_id)
        self.pens.active = True
        self.assertEqual(self.items(self.two_items())[0].product_id, self.pens)

    def test_a_unit_in_which_the_mapped_product_can_not_be_bought_is_named(self):
        self.pens.uom_id = self.env.ref('uom.product_uom_kgm')
        self.map_category('44', product_id=self.pens.id)
        session, cookie = self.start_trip()
        session, _taken = self.receive(cookie, cart_xml(cookie, [item(title="Pen", unspsc=PEN)]))
        self.assertEqual(session.state, 'attention')
        self.assertRegex(session.problem, "“Pen” is mapped to Units, but Pens can't be bought in Units")

    def test_products_that_stand_for_one_thing_only_are_not_allowed(self):
        stored = self.env['product.product'].create({'name': "Chair", 'type': 'consu', 'is_storable': True})
        service = self.env['product.product'].create({'name': "Advice", 'type': 'service'})
        for product in (stored, service):
            words = f"{product.name}.*inventory is not tracked"
            with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self.map_category('44', product_id=product.id)

    # === ENTERING THEM === #

    def test_codes_may_be_entered_as_people_write_them(self):
        for entered, kept in (('44-12-17', '441217'), (' 44.12 ', '4412'), ('44120000', '4412'), ('44100000', '4410'),
                              ('40000000', '40'), ('44121704', '44121704'), ('10', '10')):
            mapping = self.map_category(entered)
            self.assertEqual(mapping.prefix, kept)
            mapping.unlink()
        mapping = self.map_category('77')
        mapping.prefix = '78000000'
        self.assertEqual(mapping.prefix, '78')

    def test_anything_but_digits_is_not_allowed(self):
        for prefix in ('44%', "4'; --", 'pens', '123456789', '', '４４'):
            with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self.map_category(prefix)

    def test_the_same_digits_are_mapped_once_for_a_group_and_once_for_the_company(self):
        self.map_category('44')
        self.map_category('44', group_id=self.group.id)
        for vals in ({}, {'group_id': self.group.id}):
            with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self.map_category('44', **vals)

    def test_buyers_read_mappings_and_administrators_write_them(self):
        mapping = self.map_category('44', product_id=self.pens.id)
        self.assertEqual(mapping.with_user(self.buyer).product_id, self.pens)
        for step in (lambda: mapping.with_user(self.buyer).write({'prefix': '45'}),
                     lambda: mapping.with_user(self.manager).unlink(),
                     lambda: mapping.with_user(self.buyer).create({'prefix': '46'})):
            with self.assertRaises(AccessError):
                step()

    def test_the_list_is_edited_in_place_and_searched_by_the_first_digits(self):
        with Form(self.env['amazon.punchout.unspsc'].with_user(self.administrator),
                  'amazon_punchout.amazon_punchout_unspsc_view_list') as line:
            line.prefix = '4412'
            line.account_id = self.supplies
        arch = self.env['amazon.punchout.unspsc'].with_user(self.administrator).get_view(
            self.env.ref('amazon_punchout.amazon_punchout_unspsc_view_search').id, 'search')['arch']
        self.assertIn("=like", arch)

    def test_a_distribution_is_kept_apart_for_each_line(self):
        """Check that a change on one order does not change what is kept in memory for all carts."""
        self.map_category('44', analytic_distribution={str(self.sales.id): 100})
        order = self.two_items()
        self.items(order)[0].analytic_distribution = {str(self.lab.id): 100}
        self.assertEqual(self.items(self.two_items())[0].analytic_distribution, {str(self.sales.id): 100})


@tagged('post_install', '-at_install')
class TestProductOfACategory(AccountCase):

    def test_the_mapped_product_is_received_and_billed(self):
        self.pens.property_account_expense_id = self.furniture
        self.env['amazon.punchout.unspsc'].create({'prefix': '44', 'product_id': self.pens.id})
        order = self.two_items()
        order.with_user(self.buyer).button_confirm()
        self.assertIn(self.pens, order.picking_ids.move_ids.product_id)
        self.receive_goods(order)
        bill = self.create_bill(order)
        self.assertEqual(bill.invoice_line_ids[0].account_id, self.furniture)
        self.assertFalse(self.pens.seller_ids, "Amazon's price of one pen is not the price of all pens")

    def test_a_copied_order_keeps_no_expense_account(self):
        self.env['amazon.punchout.unspsc'].create({'prefix': '44', 'account_id': self.supplies.id})
        copy = self.two_items().with_user(self.buyer).copy()
        self.assertFalse(copy.order_line.expense_account_id)
