"""The checklist: each required item has its own sentence, and no path bypasses it."""
from datetime import timedelta
from unittest.mock import patch

from odoo import fields, http, service
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import config

from ...const import REACH_PATH
from ...tools.checklist import REQUIRED
from ..checklist_case import ChecklistCase
from ..common import ORDER_URL, SECRET, SETUP_URL, START_PAGE, answer


@tagged('post_install', '-at_install')
class TestChecklist(ChecklistCase):

    def test_a_group_where_nothing_is_missing_goes_live(self):
        self.assertFalse(self.as_admin._open_required())
        self.as_admin.state = 'active'
        self.assertEqual(self.group.state, 'active')

    def test_credentials(self):
        draft = self.group.copy({'shared_secret': SECRET}).with_user(self.administrator)
        for name, label in (('setup_url', "Setup Address"), ('order_url', "Order Request Address"),
                            ('identity', "From Identity"), ('shared_secret', "Shared Secret")):
            with self.subTest(name):
                self.assertTrue(self.check(name, draft).done)
                before, draft[name] = draft[name], False
                check = self.check(name, draft)
                self.assertEqual((check.level, check.done, check.page), (REQUIRED, False, 'credentials'))
                self.assertIn(label, check.sentence)
                with self.assertRaisesRegex(UserError, label):
                    draft.action_go_live()
                with self.assertRaisesRegex(ValidationError, label), self.env.cr.savepoint():
                    draft.state = 'test'
                draft.invalidate_recordset()
                draft[name] = before

    def test_a_secret_from_outside_that_is_missing_names_the_variable_that_odoo_looks_for(self):
        self.group.write({'state': 'draft', 'secret_name': 'berlin', 'shared_secret': False})
        self.assertIn("Set the environment variable AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET to the Shared Secret",
                      self.check('shared_secret').sentence)

    def test_connection(self):
        with patch.object(self.registry['amazon.punchout.group'], '_has_connected', lambda _group: False):
            self.assertRequired('connection', "Press Test Connection")

    def test_https(self):
        self.group.base_url = 'http://odoo.example.com'
        self.assertRequired('https', "must start with https://")
        self.group.base_url = False
        self.env['ir.config_parameter'].set_param('web.base.url', 'http://odoo.example.com:8069')
        self.assertRequired('https', "http://odoo.example.com:8069, which must start")
        for address in ('https://odoo.example.com', 'http://localhost:8069', 'http://127.0.0.1:8069',
                        'http://[::1]:8069'):
            self.group.base_url = address
            self.assertTrue(self.check('https').done, address)
        self.group.base_url = 'http://localhost.example.com'
        self.assertFalse(self.check('https').done)

    def test_an_address_that_is_half_typed_is_judged_too(self):
        for address in ('https://[::1', 'https://', 'odoo', 'http:'):
            new = self.env['amazon.punchout.group'].with_user(self.administrator).new({'base_url': address})
            open_keys = [check['key'] for check in new.checklist if not check['done']]
            self.assertIn('https', open_keys, address)

    def test_one_database(self):
        name = self.env.cr.dbname
        for found, words in (([name, 'another'], "2 databases answer.*dbfilter"), ([], "does not seem to answer"),
                             (['another'], "does not seem to answer")):
            with patch.object(http, 'db_list', lambda force, host, found=found: found):
                self.assertRequired('one_database', words)
                self.assertNotIn('another', self.check('one_database').sentence)
        hosts = []
        with patch.object(http, 'db_list', lambda force, host: hosts.append(host) or [name]):
            self.assertTrue(self.check('one_database').done)
        self.assertEqual(hosts, ['odoo.example.com'])

    def test_a_database_that_postgresql_does_not_list_counts_once_a_browser_has_found_it(self):
        name = self.env.cr.dbname
        self.as_admin.action_note_reached(self.as_admin.reach_url)
        for found, done in (([], True), (['another'], True), ([name, 'another'], False)):
            with patch.object(http, 'db_list', lambda force, host, found=found: found):
                self.assertEqual(self.check('one_database').done, done, found)
        self.group.base_url = 'https://another.example.com'
        with patch.object(http, 'db_list', lambda force, host: []):
            self.assertRequired('one_database', f"does not seem to answer.*db_name = {name}.*Try Our Address")

    def test_a_database_of_another_owner_and_a_hidden_list_are_found_as_odoo_finds_them(self):
        """With db_name and no dbfilter Odoo does not ask PostgreSQL; list_db hides the list from people only."""
        name = self.env.cr.dbname
        with patch.dict(config.options, {'db_name': [name], 'dbfilter': '', 'list_db': False}):
            self.assertTrue(self.check('one_database').done)
        with patch.object(service.db, 'list_dbs', lambda force: []), \
                patch.dict(config.options, {'db_name': [], 'dbfilter': f'^{name}$'}):
            self.assertRequired('one_database', "Odoo's user must own the database in PostgreSQL")

    def test_scheduled_actions(self):
        crons = self.env['ir.cron'].with_context(active_test=False).search([])
        now = fields.Datetime.now()
        crons.write({'lastcall': now - timedelta(minutes=6), 'nextcall': now + timedelta(hours=1)})
        self.assertTrue(self.check('scheduled_actions').done, "nothing was due")
        crons[-1].nextcall = now - timedelta(minutes=6)
        self.assertRequired('scheduled_actions', "No scheduled action ran.*5 minutes.*max_cron_threads", page='')
        crons[-1].lastcall = now - timedelta(minutes=4)
        self.assertTrue(self.check('scheduled_actions').done)
        crons.write({'lastcall': False, 'nextcall': now})
        self.assertRequired('scheduled_actions', "No scheduled action ran", page='')
        crons[-1].lastcall = now
        self.env.ref('amazon_punchout.ir_cron_send').active = False
        self.assertRequired('scheduled_actions', "is inactive", page='')
        self.env.ref('amazon_punchout.ir_cron_send').unlink()
        self.assertRequired('scheduled_actions', "is inactive", page='')
        self.administrator.group_ids += self.env.ref('base.group_system')
        self.assertEqual(self.check('scheduled_actions').page, 'base.ir_cron_act')

    def test_database(self):
        self.group.database_name = 'production'
        self.assertRequired('database', "set up in another database.*press Send from This Database")

    def test_no_group_is_created_or_imported_live(self):
        vals = {'name': "New", 'partner_id': self.vendor.id, 'setup_url': SETUP_URL, 'order_url': ORDER_URL,
                'identity': 'X', 'shared_secret': 'y', 'state': 'active'}
        groups = self.env['amazon.punchout.group'].with_user(self.administrator)
        with self.assertRaisesRegex(UserError, "Test first"), self.env.cr.savepoint():
            groups.create(vals)
        names = [name if name != 'partner_id' else 'partner_id/.id' for name in vals]
        result = groups.load(names, [[str(value) for value in vals.values()]])
        self.assertFalse(result['ids'])
        self.assertIn("Test first", result['messages'][0]['message'])

    def test_several_groups_at_once_are_blocked_for_the_one_that_lacks_something(self):
        other = self.group.copy({'name': "Other", 'shared_secret': SECRET, 'base_url': 'http://odoo.example.com'})
        other.state = 'test'
        with self.assertRaisesRegex(UserError, "group Other can't go live"), self.env.cr.savepoint():
            (self.group + other).with_user(self.administrator).write({'state': 'active'})

    # === RECOMMENDED === #

    def test_a_public_host_is_recommended(self):
        for address in ('https://odoo.lan', 'https://odoo', 'https://192.168.1.5', 'http://localhost:8069'):
            self.group.base_url = address
            self.assertRecommended('public_host', "own network only")
        for address in ('https://odoo.example.com', 'https://93.184.216.34:8443'):
            self.group.base_url = address
            self.assertTrue(self.check('public_host').done, address)

    def test_amazon_s_messages_and_a_test_order_are_recommended(self):
        self.assertRecommended('messages', "tick Confirmations Expected", page='messages')
        self.assertRecommended('test_order', "Place a test order", page='amazon_punchout.action_shop')
        self.group.confirmations_expected = True
        self.assertTrue(self.check('messages').done)
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        self.assertFalse(self.check('test_order').done)
        self.send()
        self.assertTrue(self.check('test_order').done)

    def test_a_test_order_that_amazon_declined_is_named_before_going_live(self):
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        self.send(answer(code='403', text="These credentials belong to another address."))
        check = self.check('test_order')
        self.assertFalse(check.done)
        self.assertIn(f"Amazon declined the test order {order.name}", check.sentence)
        self.assertIn("These credentials belong to another address", check.sentence)
        self.assertIn("place another test order", check.sentence)

    def test_a_group_in_test_is_not_asked_to_be_set_to_test(self):
        for flow, state, words in (
            ('punchout', 'draft', "set the group to Test and press Shop on Amazon"),
            ('punchout', 'test', "press Shop on Amazon"),
            ('punchin', 'draft', "set the group to Test, fill a cart"),
            ('punchin', 'test', "fill a cart"),
        ):
            self.group.write({'flow': flow, 'state': state})
            self.assertIn(f"Place a test order: {words}", self.check('test_order').sentence)

    def test_the_items_are_on_the_form_of_administrators_only(self):
        checklist = self.as_admin.checklist
        self.assertEqual(
            [check['key'] for check in checklist], [check.key for check in self.as_admin._sorted_checklist()])
        self.assertEqual({'key', 'sequence', 'level', 'done', 'sentence', 'page', 'field'}, set(checklist[0]))
        new = self.env['amazon.punchout.group'].with_user(self.administrator).new({'name': "New"})
        self.assertIn('identity', [check['key'] for check in new.checklist if not check['done']])
        for user in (self.buyer, self.manager):
            with self.assertRaises(AccessError):
                self.group.with_user(user).read(['checklist'])

    def test_reading_it_sends_nothing(self):
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            self.assertTrue(self.as_admin.checklist)
        self.assertFalse(sent)


@tagged('post_install', '-at_install')
class TestReach(HttpCase, ChecklistCase):

    def test_a_browser_without_a_login_finds_this_database_and_learns_nothing_else(self):
        self.group.base_url = self.base_url()
        self.assertEqual(self.as_admin.reach_url, self.base_url() + REACH_PATH)
        response = self.url_open(REACH_PATH, allow_redirects=False)
        self.assertEqual((response.status_code, response.json()), (200, {'mark': self.as_admin.reach_mark}))
        self.assertEqual(response.headers['Access-Control-Allow-Origin'], '*')
        self.assertNotIn('session_id', response.headers.get('Set-Cookie', ''))
        self.assertNotIn(self.env['ir.config_parameter'].get_param('database.uuid'), response.text)

    def test_it_is_recommended_until_a_browser_found_it_at_the_present_address(self):
        self.assertRecommended('reached', "Press Try Our Address")
        self.as_admin.action_note_reached('https://elsewhere.example.com' + REACH_PATH)
        self.assertFalse(self.check('reached').done)
        self.as_admin.action_note_reached(self.as_admin.reach_url)
        self.assertTrue(self.check('reached').done)
        self.group.base_url = 'https://another.example.com'
        self.assertFalse(self.check('reached').done)
        with self.assertRaises(AccessError):
            self.group.with_user(self.buyer).action_note_reached('https://odoo.example.com' + REACH_PATH)

    def test_an_administrator_at_another_host_than_the_shoppers_is_warned(self):
        self.group.base_url = 'https://odoo.example.com'
        self.administrator.password = 'amazonadmin_amazon'
        self.authenticate(self.administrator.login, 'amazonadmin_amazon')
        same_host = self.ask_same_host()
        self.assertFalse(same_host['done'])
        self.assertIn("Amazon returns shoppers to odoo.example.com", same_host['sentence'])
        self.group.base_url = self.base_url()
        self.assertTrue(self.ask_same_host()['done'])

    def ask_same_host(self):
        """Read the item as the form in a browser does."""
        result = self.make_jsonrpc_request('/web/dataset/call_kw', {
            'model': self.group._name, 'method': 'read', 'args': [self.group.ids, ['checklist']], 'kwargs': {}})
        return next(check for check in result[0]['checklist'] if check['key'] == 'same_host')
