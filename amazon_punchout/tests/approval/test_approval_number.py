from odoo.tests import tagged

from ..cxml_builder import item
from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestNumber(OrderCase):
    """An order takes its number as it is approved, so that carts nobody orders leave no gaps."""

    def setUp(self):
        super().setUp()
        self.sequence = self.env['ir.sequence'].search([
            ('code', '=', 'purchase.order'), ('company_id', 'in', (False, self.company.id)),
        ], order='company_id', limit=1)
        self.sequence.write({'implementation': 'no_gap', 'prefix': 'PO-', 'padding': 4, 'number_next': 71})

    def confirm(self, order):
        order.with_user(self.buyer).button_confirm()
        self.env.flush_all()
        return order.name

    def test_abandoned_carts_leave_no_gaps(self):
        first, abandoned, waiting, last = (self.make_order() for _each in range(4))
        self.set_limit(1)
        self.confirm(waiting)
        self.set_limit(500)
        abandoned.with_user(self.buyer).button_cancel()
        abandoned.with_user(self.buyer).unlink()
        self.assertEqual((self.confirm(last), self.confirm(first)), ('PO-0071', 'PO-0072'))
        waiting.with_user(self.manager).button_approve()
        self.assertEqual(waiting.name, 'PO-0073')
        self.assertEqual(self.sequence.number_next, 74)

    def test_the_cart_number_stays_as_the_source(self):
        order = self.make_order()
        cart = order.name
        self.assertRegex(cart, r'^AMZ-CART/\d{5}$')
        self.assertEqual(self.confirm(order), 'PO-0071')
        self.assertEqual((order.origin, order.amazon_cart_ref), (cart, cart))

    def test_every_cart_has_a_name_of_its_own(self):
        orders = [self.make_order() for _each in range(3)]
        self.assertEqual(len({order.name for order in orders}), 3)

    def test_receipts_moves_and_references_carry_the_number(self):
        order = self.make_order([item(), item(asin='B00TEST002', price='5.00')])
        cart = order.name
        number = self.confirm(order)
        receipt = order.picking_ids
        self.assertEqual(receipt.origin, number)
        self.assertEqual(set(receipt.move_ids.mapped('origin')), {number})
        self.assertEqual(order.reference_ids.mapped('name'), [number])
        self.assertFalse(self.env['stock.reference'].search([('name', '=', cart)]))
        self.assertIn(f'orderID="{number}"'.encode(), self.send()[0])

    def test_draft_again_keeps_the_number(self):
        order = self.make_order()
        number = self.confirm(order)
        order.with_user(self.buyer).button_cancel()
        order.with_user(self.buyer).button_draft()
        self.assertEqual(self.confirm(order), number)
        self.assertEqual(self.sequence.number_next, 72)
        self.assertEqual(order.origin, order.amazon_cart_ref)

    def test_with_the_setting_off_the_cart_has_its_number_at_once(self):
        self.group.number_at_approval = False
        order = self.make_order()
        self.assertEqual(order.name, 'PO-0071')
        self.assertFalse(order.amazon_cart_ref)
        self.assertEqual(self.confirm(order), 'PO-0071')
        self.assertFalse(order.origin)
        self.assertEqual(self.sequence.number_next, 72)

    def test_the_setting_decides_as_the_cart_comes(self):
        order = self.make_order()
        self.group.number_at_approval = False
        self.assertEqual(self.confirm(order), 'PO-0071')

    def test_an_order_takes_the_number_of_its_own_company(self):
        company, group, _warehouse = self.make_company("Far away")
        self.env['ir.sequence'].create({
            'name': "Theirs", 'code': 'purchase.order', 'prefix': 'FAR-', 'padding': 3, 'company_id': company.id})
        self.buyer.company_ids |= company
        order = self.make_order(group=group.with_context(allowed_company_ids=company.ids))
        both = [self.company.id, company.id]
        order.with_user(self.buyer).with_context(allowed_company_ids=both).button_confirm()
        self.assertEqual(order.name, 'FAR-001')

    def test_an_approval_that_fails_takes_no_number(self):
        order = self.make_order()
        self.warehouse.partner_id.street = False
        with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017 - which one is another test's
            self.confirm(order)
        self.assertEqual(self.sequence.number_next, 71)
        self.warehouse.partner_id.street = "1 Test Street"
        self.assertEqual(self.confirm(order), 'PO-0071')

    def test_without_any_sequence_the_cart_number_stays(self):
        order = self.make_order()
        self.env['ir.sequence'].search([('code', '=', 'purchase.order')]).active = False
        cart = order.name
        self.assertEqual(self.confirm(order), cart)
        self.assertStands(order, 'queued')

    def test_another_addon_numbers_orders_in_its_own_way(self):
        self.patch(self.env.registry['purchase.order'], '_amazon_next_number', lambda order: f'OFFICE-{order.id}')
        order = self.make_order()
        self.assertEqual(self.confirm(order), f'OFFICE-{order.id}')
        self.assertEqual(order.picking_ids.origin, order.name)
        self.assertEqual(self.sequence.number_next, 71)
