"""No order becomes a cart and no cart becomes a plain order, except by a cart from Amazon."""
import threading

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools import cart_lock
from ..lock_common import LockCase


@tagged('post_install', '-at_install')
class TestForgery(LockCase):

    def forged(self, record):
        """Give a value for each Amazon field of a record that differs from what a plain record has."""
        values = {
            'many2one': lambda field: self.env[field.comodel_name].search([], limit=1).id or 1,
            'selection': lambda field: field.get_values(self.env)[-1],
            'boolean': lambda field: True,
            'char': lambda field: "Forged",
            'text': lambda field: "Forged",
            'json': lambda field: {'forged': True},
            'date': lambda field: '2026-01-01',
            'datetime': lambda field: '2026-01-01 00:00:00',
            'integer': lambda field: 7,
            'float': lambda field: 7.0,
            'monetary': lambda field: 7.0,
            'many2many': lambda field: [Command.link(self.env[field.comodel_name].search([], limit=1).id or 1)],
            'one2many': lambda field: [Command.link(self.order.amazon_session_id.document_ids[:1].id)],
        }
        return {
            name: values[field.type](field) for name, field in record._fields.items()
            if name.startswith('amazon_') and field.store and not field.compute
        }

    def test_nobody_writes_an_amazon_field(self):
        plain = self.plain_order()
        for who, env in self.everybody():
            for record in (plain, plain.order_line, self.order, self.line):
                for name, value in self.forged(record).items():
                    for written in (value, False):
                        with self.subTest(who=who, record=record, field=name, value=written):
                            self.assert_blocked(lambda: record.with_env(env).write({name: written}))  # noqa: B023

    def test_nobody_opens_the_lock_by_clearing_the_trip(self):
        self.assert_blocked_for_everybody(lambda order: order.write({'amazon_session_id': False}))
        self.assert_blocked_for_everybody(lambda order: order.order_line[0].write({'amazon_line_type': False}))
        self.assert_blocked(lambda: self.order.with_user(self.system_administrator).amazon_session_id.unlink(),
                            error=Exception, message="")

    def test_nobody_creates_an_order_with_amazon_values(self):
        for who, env in self.everybody():
            for name, value in self.forged(self.order).items():
                with self.subTest(who=who, field=name), self.assertRaisesRegex(UserError, "Only a cart"):
                    env['purchase.order'].create({'partner_id': self.vendor.id, name: value})

    def test_nobody_creates_a_line_with_amazon_values(self):
        plain = self.plain_order()
        for who, env in self.everybody():
            for name, value in self.forged(self.line).items():
                with self.subTest(who=who, field=name), self.assertRaisesRegex(UserError, "Only a cart"):
                    env['purchase.order.line'].create({
                        'order_id': plain.id, 'product_id': self.goods.id, 'product_qty': 1.0, name: value})

    def test_defaults_make_no_cart(self):
        """By the context of an RPC client, or by a default that a user keeps for the field."""
        order_keys, line_keys = (
            {name: value for name, value in self.forged(record).items()
             # Odoo itself blocks values of fields that the buyer can't write.
             if record.with_user(self.buyer)._has_field_access(record._fields[name], 'write')}
            for record in (self.order, self.line))
        context = {f'default_{name}': value for name, value in {**order_keys, **line_keys}.items()}
        defaults = self.env['ir.default'].with_user(self.buyer)
        for model, keys in (('purchase.order', order_keys), ('purchase.order.line', line_keys)):
            for name, value in keys.items():
                defaults.set(model, name, value, user_id=True)
        for env in (self.env(user=self.buyer), self.env(user=self.buyer, context=context)):
            order = env['purchase.order'].create({
                'partner_id': self.vendor.id,
                'order_line': [Command.create({'product_id': self.goods.id, 'product_qty': 1.0})]})
            self.assert_plain(order)
            self.assert_plain(self.order.with_env(env).copy())

    def assert_plain(self, order):
        for record in (order, order.order_line):
            record.invalidate_recordset()
            for name in self.forged(record):
                self.assertFalse(any(record.sudo().mapped(name)), name)

    def test_a_copy_takes_no_amazon_value_with_it(self):
        for name, value in self.forged(self.order).items():
            with self.subTest(field=name):
                self.assert_blocked(lambda: self.order.with_user(self.buyer).copy({name: value}))  # noqa: B023
        for name, value in self.forged(self.line).items():
            with self.subTest(field=name):
                self.assert_blocked(lambda: self.order.with_user(self.buyer).copy({'order_line': [
                    Command.create({'product_id': self.goods.id, name: value})]}))  # noqa: B023 - called at once

    def test_an_onchange_keeps_nothing(self):
        before = self.picture()
        session = self.order.amazon_session_id
        plain = self.plain_order()
        values = {'amazon_session_id': session.id, 'amazon_state': 'cart', 'partner_id': self.vendor.id}
        plain.onchange(values, ['partner_id'], {'partner_id': {}, 'amazon_session_id': {}, 'amazon_state': {}})
        self.order.with_user(self.buyer).onchange(
            {'amazon_session_id': False, 'partner_id': self.other_vendor.id}, ['partner_id'],
            {'partner_id': {}, 'fiscal_position_id': {}, 'currency_id': {}, 'amazon_session_id': {}})
        self.env.flush_all()
        self.assert_plain(plain)
        self.assertEqual(self.picture(), before)

    def test_an_import_forges_nothing(self):
        orders = self.env['purchase.order'].with_user(self.buyer)
        trip = self.order.amazon_session_id
        for names, row in (
            (['partner_id/.id', 'amazon_session_id/.id'], [str(self.vendor.id), str(trip.id)]),
            (['partner_id/.id', 'amazon_state'], [str(self.vendor.id), 'cart']),
            (['.id', 'amazon_session_id/.id'], [str(self.order.id), '']),
            (['.id', 'order_line/.id', 'order_line/amazon_line_type'], [str(self.order.id), str(self.line.id), '']),
        ):
            with self.subTest(names=names):
                before = self.picture()
                result = orders.load(names, [row])
                self.env.invalidate_all()
                self.assertFalse(result['ids'])
                self.assertIn("Amazon", result['messages'][0]['message'])
                self.assertEqual(self.picture(), before)


@tagged('post_install', '-at_install')
class TestKeys(LockCase):
    """The keys open no more than their step needs."""

    def test_the_steps_of_an_order_leave_its_lines_and_vendor_locked(self):
        with cart_lock.lifted():
            self.assert_blocked(lambda: self.line.write({'price_unit': 0.01}))
            self.assert_blocked(lambda: self.line.unlink())
            self.assert_blocked(lambda: self.order.write({'order_line': [Command.clear()]}))
            self.assert_blocked(lambda: self.order.write({'partner_id': self.other_vendor.id}))
            self.assert_blocked(lambda: self.order.write({'amount_total': 0.01}))

    def test_code_that_runs_while_an_order_is_approved_meets_the_lock(self):
        """An automation rule, for instance, that fires as the state changes."""
        line = self.line

        def write_price(orders):
            line.price_unit = 0.01
            return True
        self.patch(type(self.env['purchase.order']), '_create_picking', write_price)
        before = self.picture()
        with self.assertRaisesRegex(UserError, "differs from its cart"), self.env.cr.savepoint():
            self.order.with_user(self.manager).button_confirm()
        self.assertEqual(self.picture(), before)

    def test_a_key_is_given_back_when_its_block_fails(self):
        for key, is_turned in (
            (cart_lock.lifted, cart_lock.is_lifted), (cart_lock.lines_lifted, cart_lock.are_lines_lifted),
            (cart_lock.receiving, cart_lock.is_receiving),
        ):
            with self.subTest(key=key.__name__):
                with self.assertRaises(ZeroDivisionError), key():
                    self.assertTrue(is_turned())
                    with key():
                        pass
                    self.assertTrue(is_turned())
                    raise ZeroDivisionError
                self.assertFalse(is_turned())

    def test_a_key_turns_in_its_own_thread_only(self):
        seen = []
        with cart_lock.lifted(), cart_lock.lines_lifted(), cart_lock.receiving():
            thread = threading.Thread(target=lambda: seen.extend(
                (cart_lock.is_lifted(), cart_lock.are_lines_lifted(), cart_lock.is_receiving())))
            thread.start()
            thread.join()
        self.assertEqual(seen, [False, False, False])

    def test_a_message_of_amazon_can_change_lines(self):
        with cart_lock.lines_lifted():
            self.line.write({'product_qty': 1.0})
        self.assertEqual(self.line.price_unit, 9.99)
        self.assertEqual(self.line.product_qty, 1.0)
