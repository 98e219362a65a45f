"""Every error of Amazon's APIs, as the table of docs/administrator.md lists them.

Each is provoked on a real socket and goes through the scheduled action: who is notified and how often, when Odoo asks
again, and that nothing is lost or there twice once the API works again.
"""
import pathlib
import re
import threading
from collections import namedtuple
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.charges import amazon_punchout_api_client
from ...tools.access_tokens import drop_token
from ...tools.api_faults import ApiLater
from ..api_case import ACCESS_TOKEN, SECRETS, error, reply
from ..order_case import PROBLEM
from ..rest_builder import charge
from .test_reporting import SHIPMENTS, ReportingCase

TABLE = pathlib.Path(__file__).resolve().parents[3] / 'docs' / 'administrator.md'
LOGIN, CHARGES, ORDERS = '/auth/o2/token', '/reconciliation/2021-01-08/transactions', '/purchaseOrders/'
RECONCILIATION, REPORTING = 'reconciliation', 'reporting'
BOTH = (RECONCILIATION, REPORTING)
PATHS = {RECONCILIATION: CHARGES, REPORTING: ORDERS}

# When a person is notified, and when Odoo asks again, in the words of the table.
AT_ONCE, AFTER_FIVE = "at once", "after five in a row"
BY_TEST, LESS_OFTEN = "after Test Connection", "after 5 minutes, then less often"
AS_AMAZON_SAYS, NEXT_DAY = "when Amazon says, after 5 minutes at the earliest", "the next day"
NEXT_QUESTION = "with the next question about the order"

# what the access or the order says; when a person is notified; when Odoo asks again; the APIs; the answers; for which
# path, by default that of the API
Row = namedtuple('Row', 'words notified again apis replies path', defaults=(None,))


GAVE_UP = threading.Event()


def late(_asked):
    """Answer only after the client has given up."""
    GAVE_UP.wait(30)
    return reply()


CLOSED = {
    "The authorization was withdrawn or has expired": Row(
        "no longer accepts the Refresh Token", AT_ONCE, BY_TEST, BOTH,
        [reply(400, {'error': 'invalid_grant', 'error_description': "Not found."})], LOGIN),
    "The Client ID or the Client Secret is wrong": Row(
        "does not accept the credentials", AT_ONCE, BY_TEST, BOTH, [reply(401, {'error': 'invalid_client'})], LOGIN),
    "The Login with Amazon Address is wrong": Row(
        "Check the Login with Amazon Address", AT_ONCE, BY_TEST, BOTH,
        [reply(404, raw=b'<html/>'), reply(302, headers={'Location': '/elsewhere'})], LOGIN),
    "HTTP 401": Row("does not accept the access token", AT_ONCE, BY_TEST, BOTH, [error(401, 'Unauthorized')]),
    "HTTP 403": Row("does not let this application use", AT_ONCE, BY_TEST, BOTH, [error(403, 'AccessDenied')]),
    "A redirect": Row(
        "leads somewhere else", AT_ONCE, BY_TEST, BOTH, [reply(302, headers={'Location': '/elsewhere'})]),
}
LATER = {
    "Login with Amazon fails or is asked too often": Row(
        "gives no access token at the moment", AFTER_FIVE, LESS_OFTEN, BOTH,
        [reply(500), reply(503, raw=b'<html/>'), reply(429)], LOGIN),
    "Login with Amazon answers something else": Row(
        "gave an answer without an access token", AFTER_FIVE, LESS_OFTEN, BOTH,
        [reply(raw=b'<html/>'), reply(body=[]), reply(body={'token': 'x'}), reply(raw=b'{"access_token": "x')], LOGIN),
    "HTTP 429 with Retry-After": Row(
        "is asked too often", AFTER_FIVE, AS_AMAZON_SAYS, BOTH,
        [error(429, 'QuotaExceeded', **{'Retry-After': seconds}) for seconds in ('0', '1200')]),
    "HTTP 429 without Retry-After": Row(
        "is asked too often", AFTER_FIVE, LESS_OFTEN, BOTH, [
            error(429, 'QuotaExceeded'),
            error(429, 'QuotaExceeded', **{'Retry-After': 'Mon, 30 Nov 2026 10:00:00 GMT'})]),
    "HTTP 5xx": Row(
        "does not work at the moment", AFTER_FIVE, LESS_OFTEN, BOTH,
        [error(500, 'InternalFailure'), reply(502, raw=b'<html/>'), error(503, 'Unavailable'), error(504, 'Timeout')]),
    "No connection, or none that is secure": Row(
        "can't be reached", AFTER_FIVE, LESS_OFTEN, BOTH, ['http://127.0.0.1:1', 'https', 'http://10.0.0.1']),
    "An answer that is late, cut off or larger than 5 MB": Row(
        "gave no complete answer", AFTER_FIVE, LESS_OFTEN, BOTH,
        [late, reply(headers={'Content-Length': '9999'}), reply(raw=b' ' * (5 * 1024 * 1024 + 1))]),
}
DECLINED = [error(400, 'InvalidInput'), error(413, 'RequestTooLarge'), error(415, 'UnsupportedMediaType')]
ELSEWHERE = [reply(404, raw=b'<html/>'), reply(404, {'message': "Not Found"})]
UNREADABLE = [reply(raw=b'<html>Sign in</html>'), reply(raw=b'{"transactions": [{"a'), reply(body=[None, 5]),
              reply(body={'transactions': 5, 'orderReports': 5}), reply(body={'errors': [{'code': 'X'}]})]
DECLINED_ROWS = {
    "A question about charges is declined": Row(
        "declined the request", AT_ONCE, NEXT_DAY, [RECONCILIATION], [*DECLINED, error(404, 'NotFound')]),
    "A question about an order is declined": Row(
        "declined the request", AFTER_FIVE, NEXT_QUESTION, [REPORTING], DECLINED),
    "HTTP 404 to a question about charges that is not Amazon's": Row(
        "Check the API Address", AT_ONCE, NEXT_DAY, [RECONCILIATION], ELSEWHERE),
    "HTTP 404 to a question about an order that is not Amazon's": Row(
        "Check the API Address", AFTER_FIVE, NEXT_QUESTION, [REPORTING], ELSEWHERE),
    "An answer about charges that can't be read": Row(
        "can't be read", AT_ONCE, NEXT_DAY, [RECONCILIATION], UNREADABLE),
    "An answer about an order that can't be read": Row(
        "can't be read", AT_ONCE, NEXT_QUESTION, [REPORTING], UNREADABLE),
    "Pages that don't end": Row("don't end", AT_ONCE, NEXT_DAY, [RECONCILIATION], [
        reply(body={'transactions': [], 'nextPageToken': 'same'})]),
}
ROWS = {**CLOSED, **LATER, **DECLINED_ROWS}


@tagged('post_install', '-at_install')
class TestApiErrors(ReportingCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access.write({'use_reconciliation': True, 'fetch_since': fields.Date.today() - timedelta(days=10)})

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(amazon_punchout_api_client, 'take_turn', lambda *_args: 0.0))
        self.order = self.unclear()
        self.works()

    # === THE SERVER === #

    def works(self):
        """Let the APIs work: there is one charge, and Amazon has the order."""
        self.server.routes.clear()
        self.server.on(LOGIN, reply(body={'access_token': ACCESS_TOKEN, 'expires_in': 3600}))
        self.server.on(CHARGES, reply(body={'transactions': [charge()], 'somethingNew': {'a': [1]}}))
        self.server.on('/reconciliation/2021-01-08/invoices', reply())
        self.server.on(SHIPMENTS, reply(body={'shipmentLineItemReports': []}))
        self.knows(self.order, self.report(self.order))

    def breaks(self, api, answer, path):
        """Let the API give an answer, or have an address where it is not to be reached."""
        drop_token(self.access._login().key)
        if isinstance(answer, str):
            url = self.access.base_url.replace('http:', 'https:') if answer == 'https' else answer
            self.access.base_url = url
        else:
            self.server.routes = {path or PATHS[api]: [answer], **{
                key: value for key, value in self.server.routes.items()
                if key != path and PATHS[api] not in (path or key)}}

    def run_api(self, api):
        """Run the scheduled action of an API as at the time that was planned.

        :return: how many requests there were
        """
        before = len(self.server.asked) + len(self.server.logins)
        if api == RECONCILIATION:
            self.access.next_fetch_at = False
            self.run_cron('amazon_punchout.ir_cron_fetch')
        else:
            self.again(self.order)
        return len(self.server.asked) + len(self.server.logins) - before

    # === WHAT BECAME OF IT === #

    def said(self, api):
        """Join what the access, its activity and the order say."""
        problem = 'fetch_problem' if api == RECONCILIATION else 'report_problem'
        return "\n".join(filter(None, (
            self.access[f'{api}_problem'], self.access[problem], self.problem_notes(),
            self.requests(self.order)[-1].reporting_answer)))

    def asked_again(self, api):
        """Give when Odoo asks again, in the words of the table."""
        if self.access[f'{api}_state'] == 'stopped':
            return BY_TEST
        at = self.access.next_fetch_at if api == RECONCILIATION else self.access.next_report_at
        if not at:
            return NEXT_QUESTION
        seconds = (at - fields.Datetime.now()).total_seconds()
        return LESS_OFTEN if 280 <= seconds <= 300 else NEXT_DAY if seconds > 80_000 else AS_AMAZON_SAYS

    def activities_of_access(self):
        return self.env['mail.activity'].search([
            ('res_model', '=', 'amazon.punchout.api'), ('res_id', '=', self.access.id)])

    def charges_and_order(self):
        charges = self.env['amazon.punchout.transaction'].search([('transaction_ref', '=', 'T-1')])
        return len(charges), self.order.amazon_state

    def check(self, api, row, answer):
        """Provoke an error of an API again and again, then let it work."""
        urls = {name: self.access[name] for name in ('base_url', 'login_url')}
        self.breaks(api, answer, row.path)
        seconds = 0.6 if answer is late else 30
        GAVE_UP.clear()
        self.addCleanup(GAVE_UP.set)
        with mute_logger('odoo.addons.amazon_punchout.tools.http_post'), \
                patch.object(amazon_punchout_api_client, 'API_TIMEOUT', seconds):
            requests = self.run_api(api)
            self.assertLessEqual(requests, 4)  # one question, its second try and their logins
            self.assertIn(row.words, self.said(api))
            again = self.asked_again(api)
            self.assertIn(again, {row.again} if row.again != AS_AMAZON_SAYS else {AS_AMAZON_SAYS, LESS_OFTEN})
            self.assertEqual(bool(self.activities_of_access()), row.notified == AT_ONCE)
            for _each in range(5):
                requests = self.run_api(api)
                self.assertLessEqual(requests, 0 if again == BY_TEST else 4)
        GAVE_UP.set()
        activity = self.activities_of_access()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.administrator)
        self.assertRegex(activity.note, "Test Connection|tries again automatically|The answer is kept under Answers")
        self.assertIn(self.order.amazon_state, ('unclear', 'sent'))
        self.assertFalse(self.charges_and_order()[0] if api == RECONCILIATION else self.order.amazon_state == 'sent')
        for secret in SECRETS:
            self.assertNotIn(secret, self.said(api))
        # It works again.
        self.access.write(urls)
        self.works()
        if again == BY_TEST:
            self.access.action_test_connection()
        for _each in range(2):
            self.run_api(api)
        found = self.charges_and_order()
        self.assertEqual(found[0] if api == RECONCILIATION else found[1], 1 if api == RECONCILIATION else 'sent')
        self.assertFalse(self.activities_of_access())
        self.assertFalse(self.access[f'{api}_problem'])

    def check_all(self, rows, api):
        self.access.write({f'use_{name}': name == api for name in BOTH})
        for name, row in rows.items():
            for number, answer in enumerate(row.replies if api in row.apis else ()):
                with self.subTest(name, api=api, answer=number):
                    savepoint = self.env.cr.savepoint()
                    try:
                        self.check(api, row, answer)
                    finally:
                        savepoint.close(rollback=True)
                        self.env.invalidate_all()
                        self.works()

    def test_what_amazon_closes_to_reconciliation(self):
        self.check_all(CLOSED, RECONCILIATION)

    def test_what_amazon_closes_to_reporting(self):
        self.check_all(CLOSED, REPORTING)

    def test_what_passes_by_of_reconciliation(self):
        self.check_all(LATER, RECONCILIATION)

    def test_what_passes_by_of_reporting(self):
        self.check_all(LATER, REPORTING)

    def test_what_reconciliation_declines_or_odoo_can_t_read(self):
        self.check_all(DECLINED_ROWS, RECONCILIATION)

    def test_what_reporting_declines_or_odoo_can_t_read(self):
        self.check_all(DECLINED_ROWS, REPORTING)

    def test_the_table_of_the_guide_is_this_one(self):
        if not TABLE.exists():
            self.skipTest(
                "NOT TESTED: docs/administrator.md is not beside this copy of the addon, so its rows were not compared")
        section = TABLE.read_text().partition('\n### When an API does not work\n')[2].partition('\n## ')[0]
        rows = re.findall(r'^\| (.+?) \| … (.+?) … \| (.+?) \| (.+?) \| .+ \|$', section, re.MULTILINE)
        self.assertEqual({row[0]: row[1:] for row in rows}, {
            name: (row.words, row.notified, row.again) for name, row in ROWS.items()})

    # === MORE THAN ONE ANSWER === #

    def test_page_tokens_that_expire_each_day_are_told(self):
        self.access.use_reporting = False
        page = reply(body={'transactions': [charge()], 'nextPageToken': 'two'})
        self.server.on(CHARGES, page, error(400, 'InvalidInput', "Token expired"))
        self.run_api(RECONCILIATION)
        self.assertFalse(self.problem_notes())
        self.server.on(CHARGES, page, error(400, 'InvalidInput', "Token expired"))
        self.run_api(RECONCILIATION)
        self.assertEqual(self.problem_notes().count("Token expired"), 1)
        self.assertEqual(self.charges_and_order()[0], 1)
        self.assertFalse(self.access.fetched_until)
        self.works()
        self.run_api(RECONCILIATION)
        self.assertTrue(self.access.fetched_until)
        self.assertFalse(self.problem_notes())
        self.assertEqual(self.charges_and_order()[0], 1)

    def test_invoices_that_could_not_be_asked_for_are_asked_for_the_next_day(self):
        def asked():
            return [each for each in self.server.asked if each.path.endswith('/invoices')]

        self.server.routes = {'/invoices': [error(429, 'QuotaExceeded')], **self.server.routes}
        self.run_api(RECONCILIATION)
        self.assertEqual((len(asked()), self.charges_and_order()[0]), (1, 1))
        self.assertFalse(self.problem_notes())
        self.access.page_ids.asked_at -= timedelta(days=7)
        self.server.on(CHARGES, reply(body={'transactions': []}))  # those of the first day are not stated again
        self.run_api(RECONCILIATION)
        self.assertEqual(len(asked()), 2)
        self.assertIn("The numbers of their invoices are missing", self.problem_notes())
        self.server.on('/invoices', reply())
        self.run_api(RECONCILIATION)
        self.run_api(RECONCILIATION)
        self.assertEqual(len(asked()), 3)
        self.assertFalse(self.problem_notes())

    def test_invoices_that_amazon_forbids_are_told_and_stop_no_charges(self):
        self.server.routes = {'/invoices': [error(403, 'AccessDenied')], **self.server.routes}
        for _day in range(2):
            self.run_api(RECONCILIATION)
        self.assertEqual(self.access.reconciliation_state, 'untested')
        self.assertEqual(len(self.activities_of_access()), 1)
        self.assertIn("The numbers of their invoices are missing", self.problem_notes())
        self.assertEqual(self.charges_and_order()[0], 1)

    def test_invoices_that_amazon_declines_are_told_until_a_person_has_looked(self):
        self.server.routes = {'/invoices': [error(400, 'InvalidInput', "No such line")], **self.server.routes}
        self.run_api(RECONCILIATION)
        self.assertIn("No such line", self.problem_notes())
        self.server.on(CHARGES, reply(body={'transactions': []}))
        self.run_api(RECONCILIATION)
        self.assertEqual(len([each for each in self.server.asked if each.path.endswith('/invoices')]), 1)
        self.assertIn("No such line", self.problem_notes())
        page = self.access.page_ids.filtered(lambda each: each.state == 'attention')
        self.assertIn("No such line", page.reason)
        page.with_user(self.administrator).action_retry()
        self.assertFalse(self.problem_notes())
        self.assertEqual(self.charges_and_order()[0], 1)

    def test_what_one_api_is_told_about_is_not_done_because_the_other_works(self):
        self.server.routes = {ORDERS: [error(403, 'AccessDenied')], **self.server.routes}
        self.run_api(REPORTING)
        self.assertIn("Amazon Business Analytics", self.problem_notes())
        self.run_api(RECONCILIATION)
        self.assertEqual(self.charges_and_order()[0], 1)
        self.assertIn("Amazon Business Analytics", self.problem_notes())

    def test_pdfs_and_prices_that_fail_are_told_until_they_work(self):
        for api in ('documents', 'products'):
            self.access[f'use_{api}'] = True
            for _each in range(5):
                self.access._pause(api, ApiLater("It does not work.", 0))
            pause = (self.access[f'{api}_next_at'] - fields.Datetime.now()).total_seconds()
            self.assertGreater(pause, 280)  # although Amazon says at once
            self.run_api(RECONCILIATION)
            self.assertEqual(self.problem_notes().count("It does not work."), 1)
            self.access._end_pause(api)
            self.assertFalse(self.problem_notes())

    def test_an_order_that_another_server_does_not_know_is_not_said_to_be_unknown_to_amazon(self):
        self.server.routes = {ORDERS: [reply(404, raw=b'<html/>')], **self.server.routes}
        self.run_api(REPORTING)
        answer = self.requests(self.order)[-1].reporting_answer
        self.assertIn("Check the API Address", answer)
        self.assertNotIn("does not know", answer)
        self.assertIn("Check the API Address", self.activities(self.order, PROBLEM).note)
        self.access.action_test_connection()
        self.assertEqual(self.access.reporting_state, 'untested')

    def test_two_runs_ask_about_an_order_once(self):
        self.assertTrue(self.order._amazon_plan_question())
        self.assertFalse(self.order._amazon_plan_question())
        self.assertEqual(self.order.amazon_follow_count, 1)
