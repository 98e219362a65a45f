"""A returned cart, everybody who might try to change it, and a picture of it before and after the attempt."""
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase
from odoo.tools import SQL

from .common import AmazonCase
from .cxml_builder import item

# Keys that core or this addon knows, and keys that a developer might hope for.
CONTEXTS = (
    {},
    {'tracking_disable': True, 'mail_notrack': True, 'mail_create_nolog': True},
    {'mark_rfq_as_sent': True},
    {'import_file': True, 'install_mode': True, 'module': 'amazon_punchout', 'noupdate': True},
    {'skip_uom_conversion': True, 'origin_po_id': 1, 'skip_alternative_check': True},
    {'lifted': True, 'amazon_lifted': True, 'amazon_punchout_cart_lock_lifted': True,
     'amazon_punchout_cart_lock_lines_lifted': True, 'amazon_punchout_cart_lock_receiving': True,
     'amazon_creation_note': "<p>Mine</p>", 'cart_lock': False},
    {'default_amazon_session_id': False, 'default_amazon_state': 'cart', 'default_amazon_line_type': 'item'},
)


class LockCase(AmazonCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system_administrator = cls.env.ref('base.user_admin')
        cls.goods = cls.env['product.product'].create({'name': "Paper", 'type': 'consu', 'is_storable': True})
        cls.other_vendor = cls.env['res.partner'].create({'name': "Paper mill", 'is_company': True})
        cls.tax = cls.env['account.tax'].create({
            'name': "Tax 8 %", 'type_tax_use': 'purchase', 'amount_type': 'percent', 'amount': 8.0})
        cls.other_tax = cls.tax.copy({'name': "Tax 10 %", 'amount': 10.0})

    def setUp(self):
        super().setUp()
        self.order = self.make_order([
            item(quantity='2', tax='1.60', details=[('8', '1.60', 'tax')]), item(asin='B00TEST002', price='5.01'),
        ], shipping='2.50', tax='2.00')
        self.line = self.order.order_line[0]
        self.assertEqual(self.line.tax_ids, self.tax)

    def everybody(self):
        """Give the environment of each user with real groups, and of core code in superuser mode."""
        users = self.buyer, self.other_buyer, self.manager, self.administrator, self.system_administrator
        yield from ((user.login, self.env(user=user)) for user in users)
        yield 'buyer in superuser mode', self.env(user=self.buyer, su=True)
        yield 'superuser', self.env

    def picture(self, order=None):
        """Read everything about an order that Amazon was asked for, straight from the database."""
        order = order or self.order
        self.env.flush_all()
        return self.env.execute_query(SQL(
            """SELECT o.partner_id, o.company_id, o.currency_id, o.fiscal_position_id, o.state, o.name, o.locked,
                      o.amount_untaxed, o.amount_tax, o.amount_total, o.amount_total_cc, o.amazon_session_id,
                      o.amazon_state, o.amazon_group_id, o.amazon_requester_id, o.amazon_deployment_mode,
                      o.amazon_cart_items
                 FROM purchase_order o WHERE o.id = %s""", order.id,
        )), self.env.execute_query(SQL(
            """SELECT l.id, l.order_id, l.product_id, l.product_qty, l.product_uom_qty, l.product_uom_id, l.price_unit,
                      l.discount, l.sequence, l.display_type, l.is_downpayment, l.price_subtotal, l.price_total,
                      l.company_id, l.partner_id, l.amazon_line_type, l.amazon_asin, l.amazon_line_number,
                      array(SELECT account_tax_id FROM account_tax_purchase_order_line_rel
                             WHERE purchase_order_line_id = l.id)
                 FROM purchase_order_line l WHERE l.order_id = %s ORDER BY l.id""", order.id))

    def assert_blocked(self, step, env=None, message="Amazon", error=UserError):
        """Take a step that must be blocked with a reason and change nothing."""
        before = self.picture()
        with self.assertRaisesRegex(error, message):
            step()
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)

    def assert_blocked_for_everybody(self, step, message="Amazon"):
        """Take a step as each person and with each kind of context.

        :param step: called with the cart
        """
        for who, env in self.everybody():
            for context in CONTEXTS:
                with self.subTest(who=who, context=context):
                    order = self.order.with_env(env).with_context(**context)
                    self.assert_blocked(lambda: step(order), message=message)  # noqa: B023 - called at once

    def plain_order(self, user=None, vendor=None, **vals):
        """Make a request for quotation that has nothing of Amazon."""
        return self.env['purchase.order'].with_user(user or self.buyer).create({
            'partner_id': (vendor or self.vendor).id,
            'order_line': [Command.create({
                'product_id': self.goods.id, 'product_qty': 3.0, 'price_unit': 4.0})],
            **vals,
        })

    def approve(self, order=None, user=None):
        """Approve a cart, so that it is queued and has a receipt.

        :return: the receipt
        """
        order = order or self.order
        order.with_user(user or self.manager).button_confirm()
        self.assertEqual((order.state, order.amazon_state), ('purchase', 'queued'))
        return order.picking_ids

    def order_form(self, user=None):
        return Form(self.order.with_user(user or self.buyer))


class RpcCase(LockCase, HttpCase):
    """A returned cart from outside: every endpoint of Odoo that calls methods of models."""

    def post(self, path, **parameters):
        response = self.url_open(path, data=json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': parameters}),
                                 headers={'Content-Type': 'application/json'})
        return response.json()

    def call_kw(self, user, model, method, args, context):
        """Call a method as the web client does."""
        self.authenticate(user.login, user.login)
        return self.post('/web/dataset/call_kw', model=model, method=method, args=args, kwargs={'context': context})

    def jsonrpc(self, user, model, method, args, context):
        return self.post('/jsonrpc', service='object', method='execute_kw', args=[
            self.env.cr.dbname, user.id, user.login, model, method, args, {'context': context}])

    def json2(self, user, model, method, args, context):
        """Call a method with keyword arguments and an API key."""
        names = {'write': ('ids', 'vals'), 'web_save': ('ids', 'vals', 'specification'), 'unlink': ('ids',),
                 'create': ('vals_list',)}
        key = self.env['res.users.apikeys'].with_user(user).sudo()._generate(
            None, "Test", fields.Datetime.now() + timedelta(days=1))
        keywords = dict(zip(names[method], args, strict=True))
        response = self.url_open(
            f'/json/2/{model}/{method}', data=json.dumps({**keywords, 'context': context}),
            headers={'Content-Type': 'application/json', 'Authorization': f'Bearer {key}'})
        body = response.json()
        return {'result': body} if response.ok else {'error': {'data': body}}
