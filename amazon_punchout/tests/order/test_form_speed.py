"""One vendor and one product stand for all of Amazon. No form reads all of their orders, however many there are."""
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..cxml_builder import item
from ..speed_case import SpeedCase

COPIES = 1500
# What one query may read of the tables that have grown.
MOST = 300


@tagged('post_install', '-at_install')
class TestFormSpeed(SpeedCase):

    def setUp(self):
        super().setUp()
        self.order = self.sent_order([item(asin='B00TEST001'), item(asin='B00TEST002')])
        self.receive_goods(self.order)
        self.waiting = self.sent_order([item()])
        self.cart = self.make_order([item(), item(asin='B00TEST002')])
        self.plain = self.plain_order(self.env['res.partner'].create({'name': "Plain"}), self.env[
            'product.product'].create({'name': "Plain"}))

    def plain_order(self, vendor, *products):
        return self.env['purchase.order'].with_user(self.buyer).create({
            'partner_id': vendor.id, 'order_line': [Command.create({
                'product_id': product.id, 'product_qty': 1, 'price_unit': 5}) for product in products]})

    def grow(self):
        """Let the database have thousands of Amazon orders, received and open."""
        for order in (self.order, self.waiting):
            self.clone_orders(order, COPIES)
        self.analyze('purchase.order', 'purchase.order.line', 'stock.picking', 'stock.move', 'stock.move.line')

    def test_the_form_of_a_plain_order_looks_for_no_marketplace_and_no_items(self):
        asked = []
        with patch.object(type(self.plain), '_amazon_host', lambda order: asked.append(order) or 'com'), \
                patch.object(type(self.plain), '_amazon_item_lines', lambda order: asked.append(order)
                             or order.order_line.browse()):
            self.read_form(self.plain, self.buyer)
            self.plain.sudo().button_confirm()
            self.read_form(self.plain, self.buyer)
            self.assertEqual(asked, [])
            self.read_form(self.order, self.buyer)
            self.assertTrue(asked)

    def assertFormReadsFew(self, record, user):
        for _warm in range(2):
            with self.queries() as queries:
                values = self.read_form(record, user)
        self.assertReadsFew(queries, MOST)
        return values

    def test_forms_of_orders(self):
        self.grow()
        for order in (self.order, self.waiting, self.cart, self.plain):
            with self.subTest(state=order.amazon_state):
                self.assertFormReadsFew(order, self.buyer)

    def test_form_of_a_typed_order_of_amazons_vendor(self):
        order = self.plain_order(self.vendor, self.group.product_id)
        self.grow()
        self.assertTrue(self.assertFormReadsFew(order, self.buyer)['amazon_not_sent'])

    def test_form_of_a_receipt(self):
        self.grow()
        self.assertFormReadsFew(self.waiting.picking_ids, self.new_user('stock', 'stock.group_stock_user'))

    def test_form_of_the_vendor(self):
        """Core counts the orders and bills of each vendor. Nothing else reads all that Amazon's vendor has."""
        self.grow()
        for _warm in range(2):
            with self.queries() as queries:
                self.read_form(self.vendor, self.manager)
        self.assertReadsFew([query for query in queries if 'COUNT(*)' not in query], MOST)

    def test_approval(self):
        self.grow()
        with self.queries() as queries:
            self.cart.with_user(self.buyer).button_confirm()
        self.assertEqual(self.cart.state, 'purchase')
        self.assertReadsFew(queries, MOST)

    def test_no_price_of_the_product_is_compared(self):
        """Core compares what an order's products cost in other orders. A generic product has no price to compare."""
        product = self.env['product.product'].create({'name': "Compared"})
        compared = self.plain_order(self.plain.partner_id, product)
        other = self.plain_order(self.plain.partner_id, product)
        other.button_confirm()
        typed = self.plain_order(self.vendor, self.group.product_id)
        orders = self.order + compared + self.cart + typed
        self.assertEqual(orders.mapped('show_comparison'), [False, True, False, False])

    def test_amazons_vendor_has_no_rate_of_core(self):
        """Core's rate is that of a vendor whose goods are expected when the order says so: Amazon's dates move."""
        other = self.env['res.partner'].create({'name': "On time"})
        order = self.plain_order(other, self.env['product.product'].create({'name': "Goods", 'type': 'consu'}))
        order.button_confirm()
        order.sudo().picking_ids.button_validate()
        vendors = self.vendor + other
        vendors.invalidate_recordset()
        self.assertEqual(vendors.mapped('on_time_rate'), [-1, 100])
        # A vendor of a group that is archived or in draft has the same orders.
        self.group.active = False
        vendors.invalidate_recordset()
        self.assertEqual(vendors.mapped('on_time_rate'), [-1, 100])

    def test_another_vendor_of_a_group_is_known_at_once(self):
        other = self.env['res.partner'].create({'name': "Amazon, new"})
        typed = self.plain_order(other, self.plain.order_line.product_id)
        self.assertFalse(typed.amazon_not_sent)
        self.group.partner_id = other
        typed.invalidate_recordset()
        self.assertTrue(typed.amazon_not_sent)
        self.group.active = False
        typed.invalidate_recordset()
        self.assertFalse(typed.amazon_not_sent)
