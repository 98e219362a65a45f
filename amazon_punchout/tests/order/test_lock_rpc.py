"""A returned cart from outside: every endpoint of Odoo that calls methods of models, with whatever context."""
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..lock_common import CONTEXTS, RpcCase


@tagged('post_install', '-at_install')
class TestLockRpc(RpcCase):

    def setUp(self):
        super().setUp()
        self.plain = self.plain_order()

    def assert_blocked_by_server(self, call, user, model, method, args, context):
        before = self.picture()
        with mute_logger('odoo.http', 'odoo.addons.rpc.controllers.jsonrpc'):
            body = call(user, model, method, args, context)
        self.env.invalidate_all()
        self.assertIn('error', body)
        self.assertIn('Amazon', body['error']['data']['message'])
        self.assertEqual(self.picture(), before)

    # === TAMPERING === #

    def tamperings(self):
        order, line, goods = self.order.id, self.line.id, self.goods.id
        new = {'product_id': goods, 'product_qty': 1, 'price_unit': 1, 'name': "More"}
        return [
            ('purchase.order.line', 'write', [[line], {'price_unit': 0.01}]),
            ('purchase.order.line', 'write', [[line], {'product_qty': 7}]),
            ('purchase.order.line', 'write', [[line], {'tax_ids': [[6, False, []]]}]),
            ('purchase.order.line', 'write', [[line], {'order_id': self.plain.id}]),
            ('purchase.order.line', 'write', [[line], {'amazon_line_type': False}]),
            ('purchase.order.line', 'write', [[line], {'price_subtotal': 0.01}]),
            ('purchase.order.line', 'web_save', [[line], {'discount': 100}, {}]),
            ('purchase.order.line', 'unlink', [[line]]),
            ('purchase.order.line', 'create', [[{**new, 'order_id': order}]]),
            ('purchase.order.line', 'create', [[{**new, 'order_id': str(order)}]]),
            ('purchase.order', 'write', [[order], {'order_line': [[0, 0, new]]}]),
            ('purchase.order', 'write', [[order], {'order_line': [[1, line, {'price_unit': 0.01}]]}]),
            ('purchase.order', 'write', [[order], {'order_line': [[5]]}]),
            ('purchase.order', 'web_save', [[order], {'order_line': [[2, line]]}, {}]),
            ('purchase.order', 'write', [[order], {'partner_id': self.other_vendor.id}]),
            ('purchase.order', 'write', [[order], {'state': 'purchase'}]),
            ('purchase.order', 'write', [[order], {'amount_total': 0.01}]),
            ('purchase.order', 'write', [[order], {'amazon_session_id': False}]),
            ('purchase.order', 'write', [[self.plain.id], {'amazon_session_id': self.order.amazon_session_id.id}]),
            ('purchase.order', 'create', [[{'partner_id': self.vendor.id, 'amazon_state': 'cart'}]]),
        ]

    def people(self):
        """Give a buyer, a manager and an administrator; the test database's own administrator is called admin."""
        return self.buyer, self.manager, self.system_administrator

    def test_the_web_clients_endpoint_is_blocked_with_any_context(self):
        for user in self.people():
            for number, (model, method, args) in enumerate(self.tamperings()):
                context = CONTEXTS[number % len(CONTEXTS)]
                with self.subTest(user=user.login, model=model, method=method, args=args, context=context):
                    self.assert_blocked_by_server(self.call_kw, user, model, method, args, context)
        for context in CONTEXTS:
            with self.subTest(context=context):
                self.assert_blocked_by_server(
                    self.call_kw, self.manager, 'purchase.order.line', 'write', [[self.line.id], {'price_unit': 0.01}],
                    context)

    def test_the_jsonrpc_endpoint_is_blocked(self):
        for number, (model, method, args) in enumerate(self.tamperings()):
            user = self.people()[number % 3]
            with self.subTest(user=user.login, model=model, method=method, args=args):
                self.assert_blocked_by_server(self.jsonrpc, user, model, method, args, CONTEXTS[-2])

    def test_the_json2_endpoint_is_blocked(self):
        for number, (model, method, args) in enumerate(self.tamperings()):
            user = self.people()[number % 3]
            with self.subTest(user=user.login, model=model, method=method, args=args):
                self.assert_blocked_by_server(self.json2, user, model, method, args, CONTEXTS[-2])

    def test_defaults_from_a_client_make_no_cart_and_no_line_of_one(self):
        context = {
            'default_amazon_session_id': self.order.amazon_session_id.id, 'default_amazon_state': 'cart',
            'default_amazon_group_id': self.group.id, 'default_amazon_line_type': 'item',
            'default_amazon_asin': "B00FORGED0",
        }
        result = self.call_kw(self.buyer, 'purchase.order', 'create', [[{
            'partner_id': self.vendor.id,
            'order_line': [[0, 0, {'product_id': self.goods.id, 'product_qty': 1}]]}]], context)
        order = self.env['purchase.order'].browse(result['result'])
        self.assertTrue(order.order_line)
        self.assertFalse(order.amazon_session_id or order.amazon_state or order.amazon_group_id)
        self.assertFalse(order.order_line.amazon_line_type or order.order_line.amazon_asin)
        self.assert_blocked_by_server(
            self.call_kw, self.buyer, 'purchase.order.line', 'create',
            [[{'product_id': self.goods.id, 'product_qty': 1, 'name': "More"}]], {'default_order_id': self.order.id})
        self.assert_blocked_by_server(
            self.call_kw, self.buyer, 'purchase.order', 'create', [[{'partner_id': self.vendor.id}]],
            {'default_order_line': [[4, self.line.id]]})

    def test_an_import_changes_no_cart(self):
        for names, row in (
            (['.id', 'partner_id/.id'], [str(self.order.id), str(self.other_vendor.id)]),
            (['.id', 'order_line/.id', 'order_line/price_unit'], [str(self.order.id), str(self.line.id), '0.01']),
            (['.id', 'order_line/product_id/.id', 'order_line/product_qty'],
             [str(self.order.id), str(self.goods.id), '1']),
        ):
            with self.subTest(names=names):
                before = self.picture()
                result = self.call_kw(self.manager, 'purchase.order', 'load', [names, [row]], CONTEXTS[3])['result']
                self.assertFalse(result['ids'])
                self.assertIn("Amazon", result['messages'][0]['message'])
                self.env.invalidate_all()
                self.assertEqual(self.picture(), before)
        before = self.picture()
        result = self.call_kw(self.manager, 'purchase.order.line', 'load', [
            ['.id', 'product_qty'], [[str(self.line.id), '7']]], {})['result']
        self.assertFalse(result['ids'])
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)

    def test_public_methods_that_fill_anew_are_blocked(self):
        self.line.product_id.supplier_taxes_id = self.other_tax
        self.vendor.property_purchase_currency_id = self.env['res.currency'].search([('name', '=', 'JPY')])
        before = self.picture()
        self.assert_blocked_by_server(
            self.call_kw, self.manager, 'purchase.order.line', 'onchange_product_id', [[self.line.id]], {})
        for method in ('onchange_partner_id', 'onchange_date_planned', 'button_lock', 'button_unlock'):
            self.call_kw(self.manager, 'purchase.order', method, [[self.order.id]], {})
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)

    def test_private_methods_are_out_of_reach(self):
        for method, args in (
            ('_write', [{'state': 'purchase'}]), ('_compute_tax_id', []), ('modified', [['partner_id']]),
            ('_amazon_write', [[], {}]),
        ):
            with self.subTest(method=method), mute_logger('odoo.http'):
                body = self.call_kw(self.manager, 'purchase.order', method, [[self.order.id], *args], {})
                self.assertIn('error', body)

    def test_the_catalog_routes_are_blocked(self):
        self.authenticate(self.manager.login, self.manager.login)
        for path, parameters in (
            ('update_order_line_info', {'product_id': self.line.product_id.id, 'quantity': 9}),
            ('update_order_line_info', {'product_id': self.goods.id, 'quantity': 1}),
            ('create_section', {'child_field': 'order_line', 'name': "Section", 'position': 'top'}),
            ('resequence_sections', {'child_field': 'order_line', 'sections': [
                {'id': self.line.id, 'sequence': 90}, {'id': self.order.order_line[1].id, 'sequence': 10}]}),
        ):
            with self.subTest(path=path):
                before = self.picture()
                with mute_logger('odoo.http'):
                    body = self.post(f'/product/catalog/{path}', res_model='purchase.order', order_id=self.order.id,
                                     **parameters)
                self.env.invalidate_all()
                self.assertEqual(self.picture(), before)
                if path != 'resequence_sections':  # which looks at sections only, and a cart has none
                    self.assertIn("Amazon", body['error']['data']['message'])

    def test_the_vendors_portal_changes_no_cart(self):
        portal = self.new_user('vendor', 'base.group_portal')
        portal.partner_id.parent_id = self.vendor
        self.approve()
        self.order.message_subscribe(portal.partner_id.ids)
        self.env.flush_all()
        before = self.picture()
        self.authenticate(portal.login, portal.login)
        page = self.url_open(f'/my/purchase/{self.order.id}')
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.order.name, page.text)
        self.assertEqual(self.url_open(f'/my/purchase/{self.order.id}?acknowledge=True').status_code, 200)
        with mute_logger('odoo.http'):
            for model, method, args in self.tamperings():
                self.assertIn('error', self.post(
                    '/web/dataset/call_kw', model=model, method=method, args=args, kwargs={}))
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)
        self.assertTrue(self.order.acknowledged)
