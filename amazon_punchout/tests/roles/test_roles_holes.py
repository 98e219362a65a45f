"""Attempts to bypass what docs/roles.md says.

They use the dialogs of others, rights that core gives for other purposes, HTTP, followers, attachments and contexts.
"""
import json
import re

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import SECRET, START_PAGE, answer
from ..roles_case import MODULE
from ..roles_story import RolesStory

PASSWORD = 'not-a-real-password'
BLOCKED = ('odoo.exceptions.AccessError', 'odoo.exceptions.UserError')
QUIET = ('odoo.http', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule', 'odoo.orm.models')


@tagged('post_install', '-at_install')
class TestRolesHoles(RolesStory, HttpCase):

    def rpc(self, role, model, method, *args, **kwargs):
        """Call a method as the web client does.

        :return: the answer's text, and the answer
        """
        self.env.flush_all()
        user = self.people[role]
        self.authenticate(user.login, user.login)
        with mute_logger(*QUIET):
            response = self.url_open(
                f'/web/dataset/call_kw/{model}/{method}', headers={'Content-Type': 'application/json'},
                data=json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': {
                    'model': model, 'method': method, 'args': args, 'kwargs': kwargs}}))
        self.env.invalidate_all()
        return response.text, response.json()

    def assertBlockedOverRpc(self, role, model, method, *args, words="", **kwargs):
        text, response = self.rpc(role, model, method, *args, **kwargs)
        self.assertIn('error', response, text)
        self.assertIn(response['error']['data']['name'], BLOCKED, text)
        message = response['error']['data']['message']
        # Another addon may demand rights of its own first.
        named = re.findall(r"\(([a-z_]+(?:\.[a-z_]+)+)\)", message)
        if not any(self.is_foreign(model) for model in named if model in self.env):
            self.assertIn(words, message)

    # === DIALOGS === #

    def test_nobody_changes_the_dialog_of_a_colleague(self):
        order, approver = self.orders['an order at Amazon'], self.people['approver']
        dialog_id = order.with_user(approver).action_amazon_enter()['res_id']
        colleague = self.manager
        dialog = self.env['amazon.punchout.by.hand'].browse(dialog_id)
        for user in (colleague, self.people['elsewhere']):
            with self.subTest(user.login), mute_logger(*QUIET):
                self.assertFalse(dialog.with_user(user).search([('id', '=', dialog_id)]))
                for act in (lambda user=user: dialog.with_user(user).write({'order_number': '111-1111111-1111111'}),
                            lambda user=user: dialog.line_ids.with_user(user).write({'rejected_quantity': 1}),
                            lambda user=user: dialog.with_user(user).action_enter(),
                            lambda user=user: dialog.line_ids.with_user(user).create({
                                'by_hand_id': dialog_id, 'purchase_line_id': order.order_line[:1].id})):
                    with self.assertRaises(AccessError):
                        act()
        self.assertFalse(dialog.order_number)
        self.assertBlockedOverRpc('elsewhere', 'amazon.punchout.by.hand', 'web_read', [dialog_id], {'order_number': {}})

    def test_a_dialog_shows_no_name_of_another_company(self):
        """A many2one shows the name of its record, whether or not the user may read the record."""
        for model, vals in (
            ('amazon.punchout.cancel', {'order_id': self.orders['an order at Amazon'].id}),
            ('amazon.punchout.dismiss', {'document_id': self.documents['an invoice'].id, 'reason': "x"}),
            ('amazon.punchout.refund', {'bill_id': self.bills['a posted bill'].id}),
            ('amazon.punchout.shipment.bill', {'line_ids': [
                (0, 0, {'shipment_id': self.orders['a shipped order'].amazon_shipment_ids.id})]}),
            ('amazon.punchout.shop', {'group_id': self.group.id, 'warehouse_id': self.warehouse.id}),
            ('amazon.punchout.shop', {'filled_group_id': self.group.id}),
            ('amazon.punchout.shop', {'again_session_id': self.trips['a trip'].id}),
            ('amazon.punchout.claim', {'session_id': self.trips['an unclaimed cart'].id, 'group_id': self.group.id,
                                       'warehouse_id': self.warehouse.id}),
            ('amazon.punchout.refuse', {'order_id': self.orders['a cart'].id, 'reason': "x"}),
            ('amazon.punchout.fill', {'order_id': self.orders['a cart'].id}),
            ('amazon.punchout.go.live', {'group_id': self.group.id}),
            ('amazon.punchout.batch', {'line_ids': [(0, 0, {'order_id': self.orders['a cart'].id})]}),
        ):
            with self.subTest(model=model):
                self.assertBlockedOverRpc('elsewhere', model, 'web_save', [], vals, {
                    name: {'fields': {'display_name': {}}} for name in vals if name.endswith('_id')})

    # === RIGHTS THAT CORE GIVES FOR OTHER PURPOSES === #

    def test_an_accountant_without_a_role_in_purchase_orders_withdraws_and_cancels_nothing(self):
        for which, methods in (
            ('a cart', (
                'button_confirm', 'button_approve', 'button_cancel', 'action_amazon_order', 'action_amazon_ask')),
            ('a waiting cart', ('button_approve', 'action_amazon_order', 'button_cancel')),
            ('a queued order', ('button_cancel',)),
            ('a declined order', ('action_amazon_send_again', 'button_cancel')),
            ('an order at Amazon', ('action_amazon_cancel_there',)),
            ('a cancelled cart', ('button_draft',)),
        ):
            order = self.orders[which]
            before = order.read(['state', 'amazon_state', 'name', 'amazon_cancel_wanted'])
            for method in methods:
                with self.subTest(which=which, method=method):
                    self.assertBlockedOverRpc(
                        'accountant', 'purchase.order', method, order.ids, words=f"Ask {self.shopper.name}.")
                    self.assertEqual(order.read(['state', 'amazon_state', 'name', 'amazon_cancel_wanted']), before)

    def test_an_accountant_bills_amazon_orders_and_other_orders_as_before(self):
        accountant = self.people['accountant']
        order = self.orders['an order at Amazon'].with_user(accountant)
        order.message_post(body="Where is the invoice?")
        order.action_amazon_refund()
        plain = self.orders['a request for quotation'].with_user(accountant)
        plain.button_cancel()
        self.assertEqual(plain.state, 'cancel')

    # === SECRETS === #

    def test_the_web_client_gives_out_no_secret(self):
        group, order, shop = self.group, self.orders['an order at Amazon'], {
            'group_id': self.group.id, 'warehouse_id': self.warehouse.id}
        requests = {
            'read': ('amazon.punchout.group', 'read', [group.ids]),
            'read by name': ('amazon.punchout.group', 'read', [group.ids, ['shared_secret']]),
            'web_read': ('amazon.punchout.group', 'web_read', [group.ids, {'name': {}, 'inbound_password': {}}]),
            'from the order': ('purchase.order', 'web_read', [order.ids, {
                'amazon_group_id': {'fields': {'shared_secret': {}}}}]),
            'from a new dialog': ('amazon.punchout.shop', 'onchange', [[], shop, ['group_id'], {
                'group_id': {'fields': {'shared_secret': {}}},
                'allowed_group_ids': {'fields': {'inbound_password': {}}}}]),
            'from a kept dialog': ('amazon.punchout.shop', 'web_save', [[], shop, {
                'allowed_group_ids': {'fields': {'shared_secret': {}}}}]),
            'search': (
                'amazon.punchout.group', 'search_read', [[('shared_secret', '=like', SECRET[:3] + '%')], ['name']]),
            'export': ('amazon.punchout.group', 'export_data', [group.ids, ['name', 'shared_secret']]),
            'export of an order': ('purchase.order', 'export_data', [order.ids, ['amazon_group_id/shared_secret']]),
            'grouped': ('amazon.punchout.group', 'formatted_read_group', [[], ['shared_secret'], ['__count']]),
            'grouped from afar': ('amazon.punchout.session', 'formatted_read_group', [[], ['group_id.shared_secret']]),
            'filtered': ('amazon.punchout.group', 'filtered_domain', [group.ids, [('shared_secret', '=', SECRET)]]),
            'mapped': ('amazon.punchout.group', 'mapped', [group.ids, 'shared_secret']),
            'copied': ('amazon.punchout.group', 'copy_data', [group.ids]),
        }
        for name, (model, method, args) in requests.items():
            with self.subTest(request=name):
                text, answer = self.rpc('member', model, method, *args)
                self.assertNotIn(SECRET, text)
                self.assertNotIn(PASSWORD, text)
                if name not in ('read', 'copied'):
                    self.assertIn('error', answer, text)

    def test_a_copied_group_has_no_secret(self):
        copied = self.group.with_user(self.people['administrator']).copy()
        self.assertFalse(copied.shared_secret or copied.inbound_user or copied.inbound_password)

    def test_the_export_dialog_offers_an_administrator_no_secret(self):
        administrator = self.people['administrator']
        self.authenticate(administrator.login, administrator.login)
        response = self.url_open(
            '/web/export/get_fields', headers={'Content-Type': 'application/json'}, data=json.dumps({
                'jsonrpc': '2.0', 'method': 'call', 'params': {
                    'model': 'amazon.punchout.group', 'domain': [], 'prefix': '', 'parent_name': '',
                    'import_compat': False, 'parent_field_type': None, 'parent_field': None, 'exclude': None}}))
        names = {field['id'] for field in response.json()['result']}
        self.assertIn('order_url', names)
        self.assertFalse({name for name in names if 'secret' in name or 'password' in name})

    def test_the_bytes_of_a_document_are_for_its_readers_only(self):
        path = f"/web/content/amazon.punchout.document/{self.documents['an order request'].id}/body"
        for role, status in (('outsider', 404), ('member', 404), ('accountant', 404), ('portal', 404), ('system', 404),
                             ('elsewhere', 404), ('approver', 200), ('administrator', 200)):
            with self.subTest(role=role), mute_logger(*QUIET, 'werkzeug'):
                self.authenticate(self.people[role].login, self.people[role].login)
                response = self.url_open(path, allow_redirects=False)
                self.assertEqual(response.status_code, status)
                self.assertEqual(b'OrderRequest' in response.content, status == 200)

    # === CHATTER === #

    def test_following_and_attachments_open_nothing(self):
        """Followers get e-mails of messages for followers; our notes are not."""
        for record in (self.group, self.documents['an order request'], self.trips['a kept cart']):
            people = [self.people[role] for role in ('portal', 'accountant', 'elsewhere', 'system')]
            partners = self.env['res.partner'].union(*(user.partner_id for user in people))
            record.message_subscribe(partners.ids)
            note = record.message_post(body="A note about it.")
            attachment = self.env['ir.attachment'].create({
                'name': "Screenshot", 'raw': b'seen', 'res_model': record._name, 'res_id': record.id})
            self.env.flush_all()
            self.assertFalse(note.notified_partner_ids & partners)
            for user in people:
                with self.subTest(record=record._name, user=user.login), mute_logger(*QUIET):
                    self.env.invalidate_all()
                    self.assertFalse(record.with_user(user).has_access('read'))
                    for kept, field in ((note, 'body'), (attachment, 'raw')):
                        self.env.invalidate_all()
                        with self.assertRaises(AccessError):
                            kept.with_user(user).read([field])

    def test_readers_of_documents_and_trips_write_nothing_into_their_chatter(self):
        member = self.people['member']
        for record in (self.documents['an order request'], self.own(member, 'amazon.punchout.session'), self.group):
            with self.subTest(record=record._name), mute_logger(*QUIET):
                reader = record.with_user(member)
                self.assertTrue(reader.has_access('read'))
                for act in (lambda reader=reader: reader.message_post(body="I was here."),
                            lambda reader=reader: reader.message_subscribe(self.vendor.ids),
                            lambda reader=reader: reader.activity_schedule('mail.mail_activity_data_todo')
                            if reader._name != 'amazon.punchout.group' else reader.write({'name': "Mine"})):
                    with self.assertRaises(AccessError):
                        act()

    # === CONTEXTS, COMPANIES === #

    def test_another_companys_user_reaches_nothing_by_naming_our_company(self):
        ours = {'allowed_company_ids': [self.company.id], 'force_company': self.company.id, 'uid': 1, 'su': True}
        for record in (self.group, self.trips['a trip'], self.documents['an invoice'], self.orders['a confirmed order'],
                       self.orders['a confirmed order'].amazon_shipment_ids, self.bills['a posted bill']):
            with self.subTest(record=record._name):
                self.assertBlockedOverRpc('elsewhere', record._name, 'read', record.ids, ['display_name'], context=ours)
                text, _answer = self.rpc('elsewhere', record._name, 'name_search', "", context={'active_test': False})
                self.assertNotIn(f'[{record.id}, ', text)

    def test_only_members_go_shopping_by_any_way(self):
        for role in ('outsider', 'approver', 'administrator', 'accountant', 'portal', 'system', 'elsewhere'):
            for model, method, args in (
                ('amazon.punchout.group', 'action_punch_out', [self.group.ids]),
                ('amazon.punchout.group', 'action_shop', []),
                ('purchase.order', 'action_amazon_shop', [[]]),
                ('purchase.order', 'action_amazon_shop', [self.orders['a request for quotation'].ids]),
                ('purchase.order', 'action_amazon_shop_again', [self.orders['a rejected order'].ids]),
                ('amazon.punchout.session', 'action_try_again', [self.trips['a failed trip'].ids]),
            ):
                with self.subTest(role=role, method=method):
                    self.assertLeadsNowhere(role, model, method, *args)

    def assertLeadsNowhere(self, role, model, method, *args):
        """Assert that a call is blocked or says whom to ask, and does not lead to Amazon."""
        before = self.env['amazon.punchout.session'].search_count([])
        with self.amazon_behind(answer(start_page=START_PAGE)) as sent:
            text, response = self.rpc(role, model, method, *args)
        if 'error' in response:
            self.assertIn(response['error']['data']['name'], BLOCKED, text)
        else:
            self.assertEqual(response['result']['res_model'], 'amazon.punchout.ask', text)
        self.assertFalse(sent, "Amazon got a setup request")
        self.assertEqual(self.env['amazon.punchout.session'].search_count([]), before)

    # === WHAT CAN BE CALLED === #

    def test_public_methods_are_actions_or_cores_own(self):
        """Every method whose name has no leading underscore can be called over RPC, with any arguments."""
        for name, model in self.env.registry.items():
            for definition in model.__mro__:
                if getattr(definition, '_module', None) != MODULE:
                    continue
                for method, function in vars(definition).items():
                    if (method.startswith('_') or not callable(function) or method.startswith('action_')
                            or getattr(function, '_api_private', False)):
                        continue
                    with self.subTest(model=name, method=method):
                        self.assertTrue(
                            any(method in vars(other) for other in model.__mro__
                                if getattr(other, '_module', None) != MODULE),
                            "all users may call it over RPC: add an underscore to its name, or make it an action with "
                            "a row in docs/roles.md")

    def test_private_methods_are_blocked(self):
        for model, method, args in (
            ('amazon.punchout.group', '_punch_out', [self.group.ids]),
            ('amazon.punchout.group', '_authenticate_secret', [[], None]),
            ('amazon.punchout.session', '_receive_cart', [self.trips['a trip'].ids, "<cXML/>"]),
            ('amazon.punchout.document', '_cron_send', []),
            ('purchase.order', '_amazon_queue', [self.orders['a cart'].ids]),
        ):
            with self.subTest(method=method):
                self.assertBlockedOverRpc('administrator', model, method, *args)
