import io
import logging
import os
import zipfile
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ...tools.access_tokens import drop_token
from ...tools.api_faults import ApiFault
from ..api_case import ACCESS_TOKEN, CLIENT_SECRET, REFRESH_TOKEN, SECRETS, ApiCase, error, reply
from ..order_case import PROBLEM
from ..rest_builder import charge
from .test_reporting import ReportingCase

VARIABLES = {
    'AMAZON_PUNCHOUT_EMEA_CLIENT_SECRET': 'client-secret-from-outside-77a0',
    'AMAZON_PUNCHOUT_EMEA_REFRESH_TOKEN': 'refresh-token-from-outside-1d9c'}


@tagged('post_install', '-at_install')
class TestApiSecrets(ApiCase):
    """No secret of an API is in a log, a page, an export or a dump."""

    def found_in_the_database(self, *values):
        """Look for values in each row of each table, as one would in a dump.

        :return: the names of the tables
        """
        self.env.flush_all()
        tables = self.env.execute_query(SQL(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename != 'ir_ui_view'"))
        return {table for (table,) in tables if self.env.execute_query(SQL(
            "SELECT count(*) FROM %s AS each WHERE each::text ~ %s", SQL.identifier(table), '|'.join(values)))[0][0]}

    def go_through_everything(self):
        """Use the APIs, with answers that quote the secrets."""
        secrets = [self.access._secret(name) for name in ('client_secret', 'refresh_token')]
        quoting = " ".join([*secrets, ACCESS_TOKEN])
        self.access.write({'use_reconciliation': True, 'use_reporting': True})
        self.server.on('/transactions', reply(body={
            'transactions': [charge(buyer={'name': quoting[:90]})], 'note': quoting}))
        self.server.on('/invoices', error(400, 'Bad', quoting))
        self.server.on('/reports/', error(404, 'NotFound', quoting))
        self.access.action_test_connection()
        self.run_cron('amazon_punchout.ir_cron_fetch')
        self.run_cron('amazon_punchout.ir_cron_follow')
        for status in (400, 401, 403, 429, 500):
            self.server.on('/transactions', error(status, 'Bad', quoting))
            self.access.action_test_connection()
            self.access.write({'next_fetch_at': False, 'reconciliation_state': 'untested'})
            self.run_cron('amazon_punchout.ir_cron_fetch')
        self.server.on('/auth/o2/token', reply(400, {
            'error': 'invalid_grant', 'error_description': " ".join(secrets)}))
        drop_token(self.access._login().key)
        self.access.action_test_connection()

    def test_no_log_has_them(self):
        lines = []

        class Keeper(logging.Handler):
            def emit(self, record):
                lines.append(f'{record.getMessage()} {record.exc_text or ""} {record.args!r}')

        root, keeper = logging.getLogger(), Keeper(logging.DEBUG)
        loggers = [root, *(logging.getLogger(name) for name in ('urllib3', 'requests', 'odoo.addons.amazon_punchout'))]
        levels = [logger.level for logger in loggers]
        root.addHandler(keeper)
        try:
            for logger in loggers[1:]:
                logger.setLevel(logging.DEBUG)
            self.go_through_everything()
        finally:
            root.removeHandler(keeper)
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
        self.assertTrue(any("Amazon API reconciliation: GET" in line for line in lines))
        for secret in SECRETS:
            self.assertFalse([line for line in lines if secret in line])

    def test_only_the_fields_themselves_are_in_the_database(self):
        self.go_through_everything()
        self.assertEqual(self.found_in_the_database(CLIENT_SECRET, REFRESH_TOKEN), {'amazon_punchout_api'})
        self.access.write({'client_secret': False, 'refresh_token': False})
        self.assertEqual(self.found_in_the_database(*SECRETS), set())

    def test_no_page_and_no_export_has_them(self):
        self.go_through_everything()
        access = self.access.with_user(self.administrator)
        names = [name for name in access._fields if name not in ('client_secret', 'refresh_token', 'fetch_cursor')]
        self.assertTrue(access.page_ids)
        shown = str(access.read(names)) + str(access.page_ids.read()) + str(
            [each.body for each in access.message_ids] + [page._raw() for page in access.page_ids]
        ) + self.problem_notes()
        for secret in SECRETS:
            self.assertNotIn(secret, shown)
        exported = {field['name'] for field in access.fields_get().values() if field.get('exportable', True)}
        self.assertFalse({'client_secret', 'refresh_token', 'secret_name', 'fetch_cursor'} & exported)
        for record in (access._login(), self.access._call):
            self.assertNotIn(CLIENT_SECRET, repr(record))

    def test_only_administrators_of_the_addon_open_it(self):
        for user in (self.buyer, self.manager):
            with self.assertRaises(AccessError):
                self.access.with_user(user).read(['name'])
            with self.assertRaises(AccessError):
                self.group.with_user(user).read(['api_id'])
            with self.assertRaises(AccessError):
                self.access.with_user(user).action_test_connection()
            with self.assertRaises(AccessError):
                self.access.with_user(user).action_fetch_now()

    def test_no_role_below_administrator_gets_them_by_any_way(self):
        """A search tells a secret as well: by its first letter, then by the next."""
        self.go_through_everything()
        page = self.access.page_ids[:1]
        self.assertTrue(page)
        people = [self.new_user(role.rpartition('.')[2], f'{role},base.group_allow_export') for role in (
            'base.group_user', 'purchase.group_purchase_user', 'purchase.group_purchase_manager', 'base.group_system',
            'account.group_account_readonly', 'account.group_account_invoice', 'account.group_account_manager')]
        for user in people:
            access, pages = self.access.with_user(user), page.with_user(user)
            for way in (
                lambda access=access: access.read(['client_secret']),
                lambda access=access: access.web_read({'refresh_token': {}}),
                lambda access=access: access.export_data(['client_secret', 'name']),
                lambda access=access: access.search([('client_secret', '=like', 'n%')]),
                lambda access=access: access.search_read([], ['name']),
                lambda access=access: access.formatted_read_group([], ['refresh_token'], ['__count']),
                lambda access=access: access.copy_data(),
                lambda pages=pages: pages.read(['body']),
                lambda pages=pages: pages.export_data(['body']),
                lambda pages=pages: pages.action_retry(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    way()
            for group in (self.group, self.env['amazon.punchout.group']):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    group.with_user(user).search([('api_id.client_secret', '=like', 'n%')])

    def test_secrets_from_the_environment_are_used_and_nowhere_in_the_database(self):
        with patch.dict(os.environ, VARIABLES):
            self.access.secret_name = 'emea'
            self.assertEqual((self.access.client_secret, self.access.refresh_token), (False, False))
            self.assertIn('AMAZON_PUNCHOUT_EMEA_CLIENT_SECRET', self.access.client_secret_source)
            self.go_through_everything()
            self.assertEqual(self.server.logins[0]['client_secret'], 'client-secret-from-outside-77a0')
            self.assertEqual(self.found_in_the_database(*VARIABLES.values(), *SECRETS), set())

    def test_a_neutralized_copy_has_none(self):
        self.access.write({'use_reconciliation': True, 'use_reporting': True, 'secret_name': 'emea'})
        self.env.flush_all()
        with open(__file__.rpartition('/tests/')[0] + '/data/neutralize.sql', encoding='utf-8') as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assertEqual(
            (self.access.client_secret, self.access.refresh_token, self.access.secret_name,
             self.access.use_reconciliation, self.access.use_reporting), (False,) * 5)

    def test_a_fault_has_none(self):
        self.server.on('/', error(400, 'Bad', ACCESS_TOKEN))
        with self.assertRaises(ApiFault) as caught:
            self.access._call('reporting', 'GET', '/reports/x')
        self.assertNotIn(ACCESS_TOKEN, str(caught.exception))


@tagged('post_install', '-at_install')
class TestApiSecretsOfOrders(ReportingCase):
    """What becomes of an order has no secret: what people read, its history and the zip for auditors."""

    def test_neither_the_order_nor_the_zip_for_auditors_has_them(self):
        quoting = " ".join(SECRETS)
        order = self.unclear()
        self.server.on('/purchaseOrders/', error(400, quoting[:40], quoting))
        self.follow()
        self.assertIn("•••", self.requests(order).reporting_answer)
        texts = [order.amazon_problem, order.amazon_status, *self.activities(order, PROBLEM).mapped('note')]
        self.knows(order, {**self.report(order), 'note': quoting})
        self.server.routes = {key: self.server.routes[key] for key in sorted(self.server.routes, key=len, reverse=True)}
        self.again(order)
        self.assertStands(order, 'sent')
        _name, packed = order.with_user(self.administrator)._amazon_history_zip()
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            texts += [archive.read(name).decode(errors='replace') for name in archive.namelist()]
        self.assertTrue([text for text in texts if "Reporting API" in text])
        chief = self.new_user('chief', 'account.group_account_manager')
        for user in (self.buyer, self.manager, self.administrator, chief):
            for model in ('purchase.order', 'mail.message', 'mail.activity', 'amazon.punchout.document',
                          'amazon.punchout.trail', 'amazon.punchout.transaction'):
                if self.env[model].with_user(user).has_access('read'):
                    texts.append(str(self.env[model].with_user(user).search([]).read()))
        for secret in SECRETS:
            self.assertFalse([text for text in texts if secret in text])
