"""Nobody changes a returned cart through the ORM: not its lines, not its header, not with any context key."""
from functools import partial

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.order.lock.purchase_order import LOCKED_FIELDS
from ...models.order.lock.purchase_order_line import LOCKED_FIELDS as LOCKED_LINE_FIELDS
from ..cxml_builder import item
from ..lock_common import LockCase


@tagged('post_install', '-at_install')
class TestLock(LockCase):

    def other_values(self):
        """Give a value for each locked field of a line that differs from the one that is there."""
        plain = self.plain_order()
        other_company = self.env['res.company'].create({'name': "Other company"})
        return {
            'product_id': self.goods.id,
            'product_qty': 7.0,
            'product_uom_qty': 7.0,
            'product_uom_id': self.env.ref('uom.product_uom_dozen').id,
            'price_unit': 0.01,
            'technical_price_unit': 0.01,
            'discount': 50.0,
            'tax_ids': [Command.set(self.other_tax.ids)],
            'order_id': plain.id,
            'sequence': 99,
            'display_type': 'line_note',
            'is_downpayment': True,
            'price_subtotal': 0.01,
            'price_tax': 0.0,
            'price_total': 0.01,
            'company_id': other_company.id,
            'partner_id': self.other_vendor.id,
        }

    def other_header_values(self):
        other_company = self.env['res.company'].create({'name': "Another company"})
        position = self.env['account.fiscal.position'].create({'name': "Abroad"})
        return {
            'partner_id': self.other_vendor.id,
            'company_id': other_company.id,
            'currency_id': self.env.ref('base.EUR').id,
            'fiscal_position_id': position.id,
            'state': 'purchase',
            'name': "P99999",
            'date_approve': '2026-01-01 00:00:00',
            'date_order': '2000-01-01 00:00:00',
            'amount_untaxed': 0.01,
            'amount_tax': 0.0,
            'amount_total': 0.01,
            'amount_total_cc': 0.01,
            'currency_rate': 100.0,
        }

    def test_every_locked_value_of_a_line_is_tried(self):
        self.assertEqual(self.other_values().keys(), LOCKED_LINE_FIELDS)
        self.assertEqual(self.other_header_values().keys(), LOCKED_FIELDS)

    def test_nobody_changes_a_line(self):
        values = self.other_values()
        for who, env in self.everybody():
            for name, value in values.items():
                with self.subTest(who=who, field=name):
                    self.assert_blocked(partial(self.line.with_env(env).write, {name: value}), message="differs from")

    def test_nobody_changes_a_line_through_its_order(self):
        for name, value in self.other_values().items():
            with self.subTest(field=name):
                self.assert_blocked(lambda: self.order.write({
                    'order_line': [Command.update(self.line.id, {name: value})]}))  # noqa: B023 - called at once

    def test_no_context_key_opens_a_line(self):
        self.assert_blocked_for_everybody(lambda order: order.order_line[0].write({'price_unit': 0.01}))

    def test_assigning_to_fields_is_blocked_as_writing_is(self):
        def assign():
            self.line.product_qty += 1
        self.assert_blocked(assign)

    def test_nobody_changes_the_header(self):
        values = self.other_header_values()
        for who, env in self.everybody():
            for name, value in values.items():
                with self.subTest(who=who, field=name):
                    self.assert_blocked(partial(self.order.with_env(env).write, {name: value}), message="differs from")

    def test_no_context_key_opens_the_header(self):
        self.assert_blocked_for_everybody(lambda order: order.write({'partner_id': self.other_vendor.id}))

    def test_no_state_can_be_written(self):
        for state in ('sent', 'to approve', 'purchase', 'cancel'):
            with self.subTest(state=state):
                self.assert_blocked_for_everybody(lambda order: order.write({'state': state}))  # noqa: B023
        self.order.with_user(self.buyer).button_cancel()
        for state in ('draft', 'sent', 'to approve', 'purchase'):
            with self.subTest(state=state):
                self.assert_blocked(lambda: self.order.with_user(self.buyer).write({'state': state}))  # noqa: B023

    def test_no_day_with_a_better_exchange_rate_gets_a_cart_below_the_approval_limit(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create([
            {'currency_id': euro.id, 'company_id': self.company.id, 'name': day, 'rate': rate}
            for day, rate in (('2000-01-01', 1000.0), ('2026-01-01', 1.0))])
        self.company.write({'po_double_validation': 'two_step', 'po_double_validation_amount': 5})
        order = self.make_order(currency='EUR').with_user(self.buyer)
        self.assert_blocked(lambda: order.write({'date_order': '2000-06-01 00:00:00'}))
        order.button_confirm()
        self.assertEqual(order.state, 'to approve')

    def test_a_write_over_many_orders_is_blocked_as_a_whole(self):
        plain = self.plain_order()
        self.assert_blocked(lambda: (plain | self.order).write({'partner_id': self.other_vendor.id}))
        self.assertEqual(plain.partner_id, self.vendor)
        self.assert_blocked(lambda: (plain.order_line | self.line).write({'discount': 10.0}))
        self.assertEqual(plain.order_line.discount, 0.0)

    def test_nobody_adds_a_line(self):
        vals = {'product_id': self.goods.id, 'product_qty': 1.0, 'price_unit': 1.0, 'name': "More"}
        for kind in (
            vals,
            {'display_type': 'line_section', 'name': "Section"},
            {'display_type': 'line_subsection', 'name': "Subsection"},
            {'display_type': 'line_note', 'name': "Note"},
            {**vals, 'is_downpayment': True, 'product_qty': 0.0},
        ):
            with self.subTest(vals=kind):
                self.assert_blocked(lambda: self.env['purchase.order.line'].create(
                    {**kind, 'order_id': self.order.id}))  # noqa: B023
                self.assert_blocked(lambda: self.order.write({'order_line': [Command.create(kind)]}))  # noqa: B023
        self.assert_blocked_for_everybody(
            lambda order: order.env['purchase.order.line'].create({**vals, 'order_id': order.id}))

    def test_a_line_finds_no_other_way_to_name_the_cart(self):
        """PostgreSQL reads all of these as the id."""
        vals = {'product_id': self.goods.id, 'product_qty': 1.0, 'price_unit': 1.0, 'name': "More",
                'product_uom_id': self.goods.uom_id.id, 'date_planned': '2026-01-01'}
        lines = self.env['purchase.order.line'].with_user(self.buyer)
        for order_id in (str(self.order.id), f' {self.order.id} ', float(self.order.id)):
            with self.subTest(order_id=order_id):
                self.assert_blocked(lambda: lines.create({**vals, 'order_id': order_id}))  # noqa: B023
        self.assert_blocked(lambda: lines.with_context(default_order_id=self.order.id).create(dict(vals)))
        self.env['ir.default'].with_user(self.buyer).set(
            'purchase.order.line', 'order_id', self.order.id, user_id=True)
        self.assert_blocked(lambda: lines.create(dict(vals)))

    def test_one_line_for_the_cart_among_many_is_blocked(self):
        plain = self.plain_order()
        vals = {'product_id': self.goods.id, 'product_qty': 1.0, 'price_unit': 1.0}
        self.assert_blocked(lambda: self.env['purchase.order.line'].create(
            [{**vals, 'order_id': plain.id}, {**vals, 'order_id': self.order.id}]))

    def test_no_shape_of_values_looks_like_a_receipt(self):
        """Only a receipt in hand adds a line, whatever the values say."""
        self.approve()
        move = self.order.picking_ids.move_ids[0]
        for move_ids in ([Command.clear()], [Command.set([])], [Command.link(move.id)]):
            with self.subTest(move_ids=move_ids):
                self.assert_blocked(lambda: self.env['purchase.order.line'].with_user(self.buyer).create({
                    'order_id': self.order.id, 'product_id': self.goods.id, 'product_qty': 0.0, 'price_unit': 900.0,
                    'qty_received': 5.0, 'move_ids': move_ids}))  # noqa: B023

    def test_nobody_removes_a_line(self):
        for step in (
            lambda order: order.order_line[0].unlink(),
            lambda order: order.order_line.unlink(),
            lambda order: order.write({'order_line': [Command.delete(order.order_line[0].id)]}),
            lambda order: order.write({'order_line': [Command.unlink(order.order_line[0].id)]}),
            lambda order: order.write({'order_line': [Command.clear()]}),
            lambda order: order.write({'order_line': [Command.set(order.order_line[1:].ids)]}),
        ):
            self.assert_blocked_for_everybody(step)

    def test_no_line_moves_into_or_out_of_a_cart(self):
        plain = self.plain_order()
        self.assert_blocked(lambda: plain.order_line.write({'order_id': self.order.id}))
        self.assert_blocked(lambda: self.order.write({'order_line': [Command.link(plain.order_line.id)]}))
        self.assert_blocked(lambda: plain.write({'order_line': [Command.link(self.line.id)]}))
        self.assert_blocked(lambda: self.order.copy({'order_line': [Command.link(self.line.id)]}))
        self.assert_blocked(lambda: self.order.write({'order_line': [Command.set(plain.order_line.ids)]}))
        self.assert_blocked(lambda: self.line.product_id.write({
            'purchase_order_line_ids': [Command.update(self.line.id, {'price_unit': 0.01})]}))
        self.assertEqual(len(plain.order_line), 1)

    def test_copying_a_line_onto_its_cart_is_blocked(self):
        self.assert_blocked_for_everybody(lambda order: order.order_line[0].copy())

    def test_a_copied_line_on_a_plain_order_is_plain(self):
        plain = self.plain_order()
        copy = self.line.with_user(self.buyer).copy({'order_id': plain.id})
        self.assertFalse(copy.amazon_line_type or copy.amazon_asin or copy.amazon_item or copy.amazon_line_number)
        copy.price_unit = 1.0

    def test_taxes_can_be_repeated_and_not_changed(self):
        for commands in (
            [Command.clear()], [Command.unlink(self.tax.id)], [Command.delete(self.tax.id)],
            [Command.link(self.other_tax.id)], [Command.create({'name': "None", 'amount': 0.0})],
            [Command.update(self.tax.id, {'amount': 50.0})], False, [self.other_tax.id],
        ):
            with self.subTest(commands=commands):
                self.assert_blocked(lambda: self.line.write({'tax_ids': commands}))  # noqa: B023
        before = self.picture()
        self.line.write({'tax_ids': [Command.set(self.tax.ids)]})
        self.line.write({'tax_ids': [Command.link(self.tax.id)]})
        self.line.tax_ids = self.tax
        self.assertEqual(self.picture(), before)

    def test_repeated_values_change_nothing(self):
        """The web client and imports send back what is there.

        Core recomputes what depends on a written field even if the value is the same: the currency from the vendor, for
        instance, and the amounts from a changed tax.
        """
        self.env.ref('base.JPY').active = True
        order = self.make_order([item(price='1000', tax='80', details=[('8', '80', 'tax')])], currency='JPY', tax='80')
        self.assertEqual(order.currency_id.name, 'JPY')
        before = self.picture(order)
        self.tax.amount = 50.0
        order.with_user(self.buyer).write({
            'partner_id': order.partner_id.id, 'company_id': order.company_id.id, 'name': order.name,
            'currency_id': order.currency_id.id, 'state': order.state, 'amount_total': order.amount_total,
        })
        line = order.order_line[0].with_user(self.buyer)
        line.write({
            'product_id': line.product_id.id, 'product_qty': line.product_qty, 'price_unit': line.price_unit,
            'product_uom_id': line.product_uom_id.id, 'discount': 0.0, 'order_id': order.id,
            'tax_ids': [Command.set(line.tax_ids.ids)],
        })
        self.assertEqual(self.picture(order), before)

    def test_a_new_currency_of_the_vendor_leaves_the_cart_alone(self):
        self.env.ref('base.EUR').active = True
        before = self.picture()
        self.vendor.property_purchase_currency_id = self.env.ref('base.EUR')
        self.order.modified(['partner_id', 'company_id'])
        self.assertEqual(self.picture(), before)

    def test_vendor_prices_leave_the_cart_alone(self):
        before = self.picture()
        names = self.order.order_line.mapped('name')
        self.env['product.supplierinfo'].create({
            'partner_id': self.vendor.id, 'product_tmpl_id': self.line.product_id.product_tmpl_id.id, 'price': 77.0,
            'product_name': "Something else", 'delay': 30})
        self.order.order_line.modified(['product_qty', 'product_uom_id', 'company_id', 'product_id'])
        self.order.modified(['partner_id', 'date_order'])
        self.assertEqual(self.picture(), before)
        self.assertEqual(self.order.order_line.mapped('name'), names)

    def test_core_methods_that_fill_lines_anew_are_blocked(self):
        order = self.order.with_user(self.buyer)
        self.line.product_id.supplier_taxes_id = self.other_tax
        self.assert_blocked(lambda: order.order_line[0].onchange_product_id())
        self.assert_blocked(lambda: order._compute_tax_id())
        self.assert_blocked(lambda: order.order_line[0]._suggest_quantity())

    def test_the_lock_outlasts_approval_and_cancelling(self):
        self.approve()
        self.assert_blocked_for_everybody(lambda order: order.order_line[0].write({'price_unit': 0.01}))
        self.assert_blocked(lambda: self.order.with_user(self.manager).button_unlock()
                            or self.order.order_line[0].write({'product_qty': 7.0}))
        self.assert_blocked(lambda: self.order.write({'partner_id': self.other_vendor.id}))
        self.order.with_user(self.buyer).button_cancel()
        self.assert_blocked(lambda: self.line.write({'price_unit': 0.01}))
        self.assert_blocked(lambda: self.order.order_line.unlink())

    def test_the_error_says_why_and_what_to_do(self):
        with self.assertRaises(UserError) as caught:
            self.line.price_unit = 0.01
        self.assertIn("Amazon declines an order that differs from its cart", str(caught.exception))
        self.assertIn("Cancel it and press Shop on Amazon", str(caught.exception))
        self.approve()
        with self.assertRaises(UserError) as caught:
            self.line.price_unit = 0.01
        self.assertNotIn("Cancel it", str(caught.exception))
        self.assertIn("Press Shop on Amazon", str(caught.exception))
