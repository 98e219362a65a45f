"""What stays open on a returned cart, to whom and until when; deleting and copying one."""
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..lock_common import LockCase


@tagged('post_install', '-at_install')
class TestOpen(LockCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.annex = cls.env['stock.warehouse'].create({
            'name': "Annex", 'code': 'ANX', 'company_id': cls.company.id, 'partner_id': cls.warehouse.partner_id.id})
        cls.foreign = cls.env['stock.warehouse'].create({
            'name': "Not for Amazon", 'code': 'NOT', 'company_id': cls.company.id})
        cls.group.warehouse_ids = [Command.link(cls.annex.id)]
        plan = cls.env['account.analytic.plan'].create({'name': "Cost centres"})
        cls.account = cls.env['account.analytic.account'].create({'name': "Office", 'plan_id': plan.id})

    def last_note(self):
        return self.order.message_ids[0].body

    # === THE DELIVERY LOCATION === #

    def test_requester_and_approver_change_the_location_until_approval(self):
        self.company.write({'po_double_validation': 'two_step', 'po_double_validation_amount': 1})
        self.order.with_user(self.buyer).picking_type_id = self.annex.in_type_id
        self.assertIn("Annex", self.last_note())
        self.assertIn(f"computed prices, shipping and tax for {self.warehouse.name}", self.last_note())
        self.order.with_user(self.buyer).button_confirm()
        self.assertEqual(self.order.state, 'to approve')
        self.order.with_user(self.manager).picking_type_id = self.warehouse.in_type_id
        self.assertIn(f"location is now {self.warehouse.name}", self.last_note())
        self.order.with_user(self.other_buyer).picking_type_id = self.annex.in_type_id
        self.order.with_user(self.manager).button_approve()
        self.assertEqual(self.order.picking_ids.picking_type_id, self.annex.in_type_id)

    def test_the_location_is_closed_once_approved_or_cancelled(self):
        self.approve()
        self.assert_blocked_for_everybody(
            lambda order: order.write({'picking_type_id': self.annex.in_type_id.id}), message="handed over to Amazon")
        self.assert_blocked(lambda: self.order.write({'dest_address_id': self.vendor.id}), message="handed over")
        self.order.picking_type_id = self.warehouse.in_type_id  # what is there may be repeated
        self.order.with_user(self.buyer).button_cancel()
        self.assert_blocked(
            lambda: self.order.write({'picking_type_id': self.annex.in_type_id.id}), message="is cancelled")

    def test_only_locations_of_the_group_are_taken(self):
        dropship = self.env['stock.picking.type'].create({
            'name': "No warehouse", 'code': 'incoming', 'sequence_code': 'NW', 'warehouse_id': False,
            'default_location_src_id': self.env.ref('stock.stock_location_suppliers').id,
            'default_location_dest_id': self.env.ref('stock.stock_location_customers').id})
        for picking_type in (
            self.foreign.in_type_id, self.warehouse.out_type_id, self.annex.int_type_id, dropship,
        ):
            with self.subTest(picking_type=picking_type.display_name):
                self.assert_blocked_for_everybody(
                    lambda order: order.write({'picking_type_id': picking_type.id}),  # noqa: B023 - called at once
                    message="can't be delivered to")
        self.assertEqual(self.order.picking_type_id, self.warehouse.in_type_id)
        self.assert_blocked(lambda: self.order.write({'dest_address_id': self.vendor.id}), message="another address")

    def test_the_form_warns_before_the_location_is_changed(self):
        for user in (self.buyer, self.other_buyer, self.manager):
            result = self.order.with_user(user).onchange(
                {'picking_type_id': self.annex.in_type_id.id}, ['picking_type_id'], {'picking_type_id': {}})
            self.assertIn("Amazon computed prices", result['warning']['message'])
            self.assertIn("Annex", result['warning']['message'])
        plain = self.plain_order()
        result = plain.onchange({'picking_type_id': self.annex.in_type_id.id}, ['picking_type_id'],
                                {'picking_type_id': {}})
        self.assertNotIn('warning', result)

    # === NOTES AND ANALYTICS === #

    def open_values(self):
        return {
            'note': "<p>For the office</p>", 'partner_ref': "112-1", 'priority': '1', 'origin': "Request 7",
            'order_line': [Command.update(self.line.id, {
                'name': "Stapler for Ms Smith", 'analytic_distribution': {str(self.account.id): 100.0},
                'date_planned': '2026-05-01 12:00:00'})],
        }

    def test_notes_analytics_and_dates_stay_open(self):
        before = self.picture()
        for user in (self.buyer, self.manager):
            self.order.with_user(user).write(self.open_values())
        self.assertEqual(self.picture(), before)
        self.assertEqual(self.line.analytic_distribution, {str(self.account.id): 100.0})
        self.assertEqual(self.line.name, "Stapler, blue\nStapler for Ms Smith")
        self.approve()
        before = self.picture()
        self.order.with_user(self.buyer).write(self.open_values())
        self.assertEqual(self.picture(), before)

    def test_the_date_of_the_order_moves_the_lines_and_no_price(self):
        before = self.picture()
        with self.order_form() as form:
            form.date_planned = '2026-06-01 12:00:00'
        self.assertEqual(str(self.order.order_line[0].date_planned), '2026-06-01 12:00:00')
        self.assertEqual(self.picture(), before)

    def test_the_form_saves_analytics(self):
        before = self.picture()
        self.buyer.group_ids += self.env.ref('analytic.group_analytic_accounting')
        with self.order_form() as form, form.order_line.edit(0) as line:
            line.analytic_distribution = {str(self.account.id): 100.0}
        self.assertEqual(self.line.analytic_distribution, {str(self.account.id): 100.0})
        self.assertEqual(self.picture(), before)

    # === CANCELLING AND DELETING === #

    def test_the_requester_deletes_a_cart_in_one_step(self):
        lines = self.order.order_line
        self.order.with_user(self.buyer).unlink()
        self.assertFalse(self.order.exists() or lines.exists())

    def test_the_requester_cancels_and_then_deletes(self):
        self.order.with_user(self.buyer).button_cancel()
        self.assertEqual((self.order.state, self.order.amazon_state), ('cancel', 'cancelled'))
        self.order.with_user(self.buyer).unlink()
        self.assertFalse(self.order.exists())

    def test_a_withdrawn_order_that_never_left_can_be_deleted(self):
        self.approve()
        self.assert_blocked(lambda: self.order.with_user(self.buyer).unlink(), message="must cancel it first")
        self.order.with_user(self.buyer).button_cancel()
        self.order.with_user(self.buyer).unlink()
        self.assertFalse(self.order.exists())

    def test_nobody_deletes_an_order_that_ever_left(self):
        self.approve()
        self.send()
        self.assertEqual(self.order.amazon_state, 'sent')
        self.assert_blocked_for_everybody(lambda order: order.unlink(), message="was sent to Amazon|cancel it first")
        for state in ('draft', 'sent', 'to approve', 'cancel'):  # however it may have got there
            self.env.cr.execute("UPDATE purchase_order SET state = %s WHERE id = %s", (state, self.order.id))
            self.env.invalidate_all()
            with self.subTest(state=state):
                self.assert_blocked(lambda: self.order.with_user(self.manager).unlink())

    def test_a_plain_order_is_deleted_as_ever(self):
        plain = self.plain_order()
        with self.assertRaisesRegex(UserError, "cancel it first"):
            plain.unlink()
        plain.button_cancel()
        plain.unlink()
        self.assertFalse(plain.exists())

    # === COPYING === #

    def test_a_copy_is_a_plain_order(self):
        copy = self.order.with_user(self.buyer).copy()
        self.assertRegex(copy.name, r'^P\d+$')
        self.assertFalse(copy.amazon_session_id or copy.amazon_state or copy.amazon_cart_ref)
        self.assertFalse(any(copy.order_line.mapped('amazon_line_type')))
        self.assertTrue(copy.amazon_not_sent)
        copy.order_line[0].write({'price_unit': 1.0, 'product_qty': 4.0})
        copy.order_line[1].unlink()
        copy.button_confirm()
        self.assertEqual(copy.state, 'purchase')
        self.assertFalse(copy.amazon_document_ids)
        self.assertTrue(copy.picking_ids)

    def test_copies_leave_no_vendor_price_on_the_products_of_all_carts(self):
        generic = self.group.product_id | self.group.shipping_product_id | self.group.tax_product_id
        copy = self.order.with_user(self.buyer).copy()
        copy.write({'order_line': [Command.create({
            'product_id': self.goods.id, 'product_qty': 1.0, 'price_unit': 3.0})]})
        copy.button_confirm()
        self.assertFalse(generic.seller_ids)
        self.assertEqual(self.goods.seller_ids.mapped('price'), [3.0])
