import time
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...tools.access_tokens import find_token
from ...tools.api_faults import ApiClosed, ApiLater, ApiRejected
from ...tools.pace import take_turn
from ..api_case import ACCESS_TOKEN, CLIENT_SECRET, REFRESH_TOKEN, ApiCase, error, reply

PATH = '/reconciliation/2021-01-08/transactions'


@tagged('post_install', '-at_install')
class TestApiClient(ApiCase):
    """What Amazon's servers may answer, and what becomes of it."""

    def ask(self, api_name='reconciliation'):
        return self.access._call(api_name, 'GET', PATH)

    def assertFault(self, kind, *words):
        """Ask, and expect a fault whose sentence has these words and no secret."""
        with self.assertRaises(kind) as caught:
            self.ask()
        for word in words:
            self.assertIn(word, caught.exception.sentence)
        for secret in (CLIENT_SECRET, REFRESH_TOKEN, ACCESS_TOKEN):
            self.assertNotIn(secret, caught.exception.sentence)
        return caught.exception

    def test_a_token_is_asked_for_once(self):
        self.server.on(PATH, reply(body={'transactions': []}))
        self.assertEqual(self.ask().status, 200)
        self.ask()
        self.assertEqual(self.server.logins, [{
            'grant_type': 'refresh_token', 'refresh_token': REFRESH_TOKEN, 'client_id': 'amzn1.client',
            'client_secret': CLIENT_SECRET}])
        self.assertEqual([each.headers['x-amz-access-token'] for each in self.server.asked], [ACCESS_TOKEN] * 2)

    def test_a_token_that_expires_is_asked_for_again(self):
        self.server.on(PATH, reply())
        self.server.on('/auth/o2/token', reply(body={'access_token': 'a', 'expires_in': 60}))
        self.ask()
        self.ask()
        self.assertEqual(len(self.server.logins), 2)

    def test_a_token_that_was_withdrawn_before_its_time_is_replaced_once(self):
        self.server.on(PATH, reply())
        self.ask()
        for count, status in enumerate((401, 403), start=2):
            self.server.on(PATH, error(status, 'Unauthorized'), reply())
            self.assertEqual(self.ask().status, 200)
            self.assertEqual(len(self.server.logins), count)
        self.server.on(PATH, error(401, 'Unauthorized'))
        self.assertFault(ApiClosed, "does not accept the access token", "HTTP 401: Unauthorized: No.")
        self.assertEqual(len(self.server.asked), 7)

    def test_other_credentials_never_use_the_token_of_the_old_ones(self):
        self.server.on(PATH, reply())
        self.ask()
        self.access.refresh_token = 'another'
        self.ask()
        self.assertEqual(self.server.logins[-1]['refresh_token'], 'another')

    def test_login_with_amazon_declines(self):
        for code, status, words in (
            ('invalid_grant', 400, "no longer accepts the Refresh Token"),
            ('invalid_client', 401, "Check Client ID, Client Secret and Refresh Token"),
            ('unauthorized_client', 400, "Check Client ID"),
            (None, 404, "Check the Login with Amazon Address"),
        ):
            with self.subTest(code):
                self.server.on('/auth/o2/token', reply(status, {
                    'error': code, 'error_description': f"Not {CLIENT_SECRET} nor {REFRESH_TOKEN}"}))
                self.assertTrue(self.assertFault(ApiClosed, words, f"HTTP {status}").is_login)
        self.assertEqual(self.server.asked, [])

    def test_login_with_amazon_does_not_work(self):
        for answer in (reply(500), reply(503, raw=b'<html/>'), reply(429), reply(200, {'token': 'no'}),
                       reply(200, raw=b'nonsense')):
            self.server.on('/auth/o2/token', answer)
            self.assertFault(ApiLater, "Login with Amazon")

    def test_missing_credentials_are_named(self):
        self.access.write({'client_secret': False, 'client_id': False})
        self.assertFault(ApiClosed, "Fill in Client ID, Client Secret of the API access")
        self.assertEqual((self.server.logins, self.server.asked), ([], []))

    def test_each_error_of_an_api(self):
        for status, kind, words in (
            (400, ApiRejected, "declined the request (HTTP 400: InvalidInput: No.)"),
            (403, ApiClosed, "needs the role Business Purchase Reconciliation"),
            (404, ApiRejected, "HTTP 404"), (413, ApiRejected, "HTTP 413"), (415, ApiRejected, "HTTP 415"),
            (429, ApiLater, "asked too often"), (500, ApiLater, "does not work at the moment"),
            (503, ApiLater, "HTTP 503"), (504, ApiLater, "HTTP 504"),
        ):
            with self.subTest(status):
                self.server.on(PATH, error(status, 'InvalidInput'))
                fault = self.assertFault(kind, words)
                if kind is ApiRejected:
                    self.assertEqual(fault.status, status)

    def test_amazon_says_how_long_to_wait(self):
        self.server.on(PATH, error(429, 'QuotaExceeded', **{'Retry-After': '120'}))
        self.assertEqual(self.assertFault(ApiLater).seconds, 120)
        self.server.on(PATH, error(503, 'Unavailable', **{'Retry-After': '9999999'}))
        self.assertEqual(self.assertFault(ApiLater).seconds, 86400)
        self.server.on(PATH, error(429, 'QuotaExceeded'))
        self.assertIsNone(self.assertFault(ApiLater).seconds)  # the caller's pauses count

    def test_an_answer_that_quotes_a_secret_is_masked(self):
        self.server.on(PATH, error(400, 'Bad', f"{CLIENT_SECRET} {REFRESH_TOKEN} {ACCESS_TOKEN}"))
        self.assertFault(ApiRejected, "••• ••• •••")

    def test_a_redirect_is_not_followed(self):
        self.server.on(PATH, reply(302, headers={'Location': self.access.base_url + '/elsewhere'}))
        self.assertFault(ApiClosed, "leads somewhere else")
        self.assertEqual(len(self.server.asked), 1)

    def test_a_server_that_can_t_be_reached_is_asked_later(self):
        self.access.base_url = 'http://127.0.0.1:1'
        self.assertFault(ApiLater, "Reconciliation can't be reached (127.0.0.1: the connection was refused)")
        self.env['ir.config_parameter'].set_param('amazon_punchout.allowed_networks', False)
        self.assertFault(ApiLater, "may not connect to this host")

    def test_the_pace_is_kept(self):
        key = ('test', time.monotonic())
        waits = [take_turn(key, 2, 10, now=100.0) for _each in range(12)]
        self.assertEqual(waits, [0.0] * 10 + [0.5, 1.0])
        self.assertEqual(take_turn(key, 2, 10, now=1000.0), 0.0)
        with patch('odoo.addons.amazon_punchout.models.charges.amazon_punchout_api_client.take_turn', return_value=60):
            self.assertEqual(self.assertFault(ApiLater, "often enough").seconds, 61)

    def test_an_address_that_is_none_can_t_be_saved(self):
        for address in ('eu.business-api.amazon.com', 'https://a b', 'https://u:p@amazon.example', 'https://a.example/?x'):
            with self.subTest(address), self.assertRaises(ValidationError):
                self.access.base_url = address

    def test_addresses_by_region(self):
        access = self.env['amazon.punchout.api'].create({'name': "Europe", 'region': 'eu'})
        self.assertEqual(access.base_url, 'https://eu.business-api.amazon.com')
        access.is_sandbox = True
        self.assertEqual(access.base_url, 'https://sandbox.eu.business-api.amazon.com')
        self.assertEqual(access.login_url, 'https://api.amazon.com/auth/o2/token')


@tagged('post_install', '-at_install')
class TestTestConnection(ApiCase):

    def press(self):
        action = self.access.with_user(self.administrator).action_test_connection()
        self.access.invalidate_recordset()
        return action['params']

    def test_it_says_which_apis_are_open(self):
        self.server.on(PATH, reply(body={'transactions': []}))
        self.server.on('/reports/2025-06-09', error(403, 'Unauthorized', "Access denied"))
        self.server.on('/reports/2021-09-30', reply(body={'reports': []}))
        self.server.on('/getProductsByAsins', reply(body={'products': []}))
        params = self.press()
        self.assertEqual(
            (self.access.reconciliation_state, self.access.reporting_state, self.access.documents_state,
             self.access.products_state), ('open', 'stopped', 'open', 'open'))
        self.assertIn("Reconciliation: open. Odoo does not use it yet", params['message'])
        self.assertIn("Amazon Business Analytics", params['message'])
        self.assertIn("Document: open. Odoo does not use it yet", params['message'])
        self.assertIn("Product Search: open. Odoo does not use it yet", params['message'])
        self.assertEqual(params['type'], 'success')
        self.assertEqual([each.path[:15] for each in self.server.asked[:4]],
                         ['/reconciliation', '/reports/2025-0', '/reports/2025-0', '/reports/2021-0'])  # a new token
        self.assertFalse(self.problem_notes())  # Odoo uses neither

    def test_that_amazon_knows_no_such_order_shows_that_reporting_is_open(self):
        self.server.on(PATH, error(500, 'InternalFailure'))
        self.server.on('/reports/', error(404, 'NotFound'))
        self.press()
        self.assertEqual((self.access.reconciliation_state, self.access.reporting_state), ('untested', 'open'))
        self.assertIn("does not work at the moment", self.access.reconciliation_problem)

    def test_what_login_with_amazon_declines_is_said_once(self):
        self.server.on('/auth/o2/token', reply(400, {'error': 'invalid_grant'}))
        params = self.press()
        self.assertEqual(params['message'].count("no longer accepts the Refresh Token"), 1)
        self.assertEqual(params['type'], 'danger')
        self.assertEqual((self.access.reconciliation_state, self.access.reporting_state), ('stopped', 'stopped'))
        self.assertEqual(len(self.server.logins), 1)

    def test_it_opens_what_was_stopped(self):
        self.access.write({'use_reconciliation': True, 'use_reporting': True})
        self.access._stop('reporting', ApiClosed("Withdrawn.", is_login=True))
        self.assertIn("Withdrawn.", self.problem_notes())
        self.assertEqual((self.access.reconciliation_state, self.access.reporting_state), ('stopped', 'stopped'))
        self.assertIn("Withdrawn. Then press Test Connection", " ".join(
            check['sentence'] for check in self.group.checklist))
        self.server.on(PATH, reply())
        self.server.on('/reports/', error(404, 'NotFound'))
        self.press()
        self.assertEqual((self.access.reconciliation_state, self.access.reporting_state), ('open', 'open'))
        self.assertFalse(self.problem_notes())

    def test_a_copied_database_asks_nothing(self):
        self.group.sudo().database_name = 'another'
        with self.assertRaisesRegex(UserError, "set up in the database another"):
            self.access.action_test_connection()
        self.assertEqual(self.server.logins, [])
        self.assertIn("set up in the database another", self.access.resting)

    def test_a_token_lives_in_this_process_only(self):
        self.server.on('/', reply())
        self.press()
        self.assertEqual(find_token(self.access._login().key), ACCESS_TOKEN)
