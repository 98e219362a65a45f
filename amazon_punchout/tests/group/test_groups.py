"""A group: what it needs before it opens, and who may see which part of it."""
import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ORDER_URL, SECRET, SETUP_URL, AmazonCase


@tagged('post_install', '-at_install')
class TestGroups(AmazonCase):

    def new_group(self, **vals):
        return self.env['amazon.punchout.group'].with_user(self.administrator).create(
            {'name': "New group", 'partner_id': self.vendor.id, **vals})

    def test_a_new_group_is_a_draft_and_opens_with_addresses_identity_and_secret_alone(self):
        group = self.new_group()
        self.assertEqual(group.state, 'draft')
        group.write({'setup_url': SETUP_URL, 'order_url': ORDER_URL, 'identity': 'X', 'shared_secret': 'y'})
        group.state = 'test'
        group.state = 'active'
        group.state = 'draft'
        self.assertEqual(group.state, 'draft')

    def test_no_group_begins_live(self):
        vals = {'setup_url': SETUP_URL, 'order_url': ORDER_URL, 'identity': 'X', 'shared_secret': 'y'}
        with self.assertRaisesRegex(UserError, "Test first"):
            self.new_group(**vals, state='active')

    def test_products_of_the_wrong_kind_are_rejected(self):
        service, goods, stock = self.env['product.product'].create([
            {'name': "Service", 'type': 'service'}, {'name': "Goods", 'type': 'consu'},
            {'name': "Stock", 'type': 'consu', 'is_storable': True}])
        for name, product in (('product_id', service), ('product_id', stock), ('shipping_product_id', goods),
                              ('tax_product_id', goods)):
            with self.subTest(name, product=product.name), self.assertRaises(ValidationError):
                self.new_group(**{name: product.id})
        self.assertTrue(self.new_group(product_id=goods.id, shipping_product_id=service.id))

    def test_a_group_that_starts_on_amazon_is_not_shopped_with_from_here(self):
        self.group.flow = 'punchin'
        with self.assertRaisesRegex(UserError, "starts on Amazon"):
            self.group.with_user(self.buyer).action_punch_out()

    def test_what_is_missing_is_named_before_a_group_opens(self):
        for name, label in (('setup_url', "Setup Address"), ('order_url', "Order Request Address"),
                            ('identity', "From Identity"), ('shared_secret', "Shared Secret")):
            with self.subTest(name):
                vals = {'setup_url': SETUP_URL, 'order_url': ORDER_URL, 'identity': 'X', 'shared_secret': 'y'}
                group = self.new_group(**{**vals, name: False})
                with self.assertRaises(ValidationError) as caught:
                    group.state = 'test'
                self.assertIn(label, str(caught.exception))
                self.assertIn("New group", str(caught.exception))

    def test_an_open_group_keeps_what_it_needs(self):
        with self.assertRaises(ValidationError):
            self.group.with_user(self.administrator).shared_secret = False

    def test_a_draft_is_tested_before_it_is_live(self):
        self.group.state = 'draft'
        with self.assertRaisesRegex(UserError, "Test first"):
            self.group.state = 'active'

    def test_addresses_are_prefilled_by_marketplace_and_may_be_edited(self):
        group = self.new_group(marketplace='jp')
        self.assertIn('amazon.co.jp', group.setup_url)
        group.setup_url = SETUP_URL
        self.assertEqual(group.setup_url, SETUP_URL)

    def test_addresses_are_web_addresses(self):
        for name in ('setup_url', 'setup_test_url', 'order_url', 'base_url'):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.group[name] = "ftp://amazon.example"

    def test_the_secret_is_for_the_administrators_of_the_addon_only(self):
        self.assertEqual(self.group.with_user(self.administrator).shared_secret, SECRET)
        for user in (self.buyer, self.manager):
            with self.assertRaises(AccessError):
                self.group.with_user(user).read(['shared_secret'])
            self.assertNotIn('shared_secret', self.group.with_user(user).fields_get())
            with self.assertRaises(AccessError):
                self.group.with_user(user).search([('shared_secret', '=like', 'n%')])
            with self.assertRaises(AccessError):
                self.group.with_user(user).name = "Mine"

    def test_a_copy_is_a_draft_without_the_secret(self):
        copy = self.group.copy()
        self.assertEqual((copy.state, copy.shared_secret), ('draft', False))

    def test_a_group_that_was_shopped_with_stays_with_its_company(self):
        self.start_trip()
        company = self.env['res.company'].create({'name': "Elsewhere"})
        with self.assertRaisesRegex(UserError, "company of the Amazon group .* can't be changed"):
            self.group.with_user(self.administrator).write({'company_id': company.id, 'warehouse_ids': False})
        self.group.with_user(self.administrator).company_id = self.company

    def test_several_groups_may_share_credentials(self):
        group = self.group.copy({'name': "Twin", 'inbound_user': "same", 'shared_secret': SECRET})
        self.group.inbound_user = "same"
        group.state = 'test'
        self.assertEqual(group.identity, self.group.identity)

    def test_limits_are_above_zero(self):
        for name in ('max_lines', 'max_quantity', 'session_hours'):
            with self.subTest(name), mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.IntegrityError):
                self.group[name] = 0
                self.env.flush_all()

    def test_the_default_products_work_in_every_company(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        group = self.new_group_of(company)
        products = group.product_id | group.shipping_product_id | group.tax_product_id
        self.assertEqual(len(products), 3)
        self.assertFalse(products.company_id)
        self.assertEqual((group.product_id.type, group.product_id.is_storable), ('consu', False))
        self.assertEqual({group.shipping_product_id.type, group.tax_product_id.type}, {'service'})
        self.assertFalse(products.supplier_taxes_id)

    def new_group_of(self, company):
        return self.env['amazon.punchout.group'].with_company(company).create({
            'name': "Their group", 'partner_id': self.vendor.id, 'company_id': company.id})


@tagged('post_install', '-at_install')
class TestUnits(AmazonCase):

    def test_the_piece_is_known_by_four_codes(self):
        units = self.env['amazon.punchout.uom']._units_by_code()
        unit = self.env.ref('uom.product_uom_unit')
        self.assertEqual([units.get(code) for code in ('EA', 'PCE', 'PC', 'C62')], [unit] * 4)

    def test_a_new_code_counts_at_once_and_a_changed_or_deleted_one_too(self):
        Units = self.env['amazon.punchout.uom'].with_user(self.administrator)
        dozen = self.env.ref('uom.product_uom_dozen')
        self.assertNotIn('CEN', Units._units_by_code())
        mapping = Units.create({'name': 'cen', 'uom_id': dozen.id})
        self.assertEqual(Units._units_by_code()['CEN'], dozen)
        mapping.name = 'MIL'
        self.assertEqual({'CEN', 'MIL'} & set(Units._units_by_code()), {'MIL'})
        mapping.unlink()
        self.assertNotIn('MIL', Units._units_by_code())

    def test_a_code_stands_for_one_unit(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.IntegrityError):
            self.env['amazon.punchout.uom'].create({'name': ' ea', 'uom_id': self.env.ref('uom.product_uom_dozen').id})

    def test_only_administrators_of_the_addon_map_units(self):
        with self.assertRaises(AccessError):
            self.env['amazon.punchout.uom'].with_user(self.manager).create({
                'name': 'CEN', 'uom_id': self.env.ref('uom.product_uom_dozen').id})
