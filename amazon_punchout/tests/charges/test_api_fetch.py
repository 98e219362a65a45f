from datetime import timedelta
from unittest.mock import patch
from xmlrpc.client import dumps

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_autovacuum import is_autovacuum

from ...models.charges import amazon_punchout_api_page
from ..api_case import ApiCase, error, reply
from ..rest_builder import charge, charge_line

TRANSACTIONS = '/reconciliation/2021-01-08/transactions'
INVOICES = '/reconciliation/2021-01-08/invoices'
PAYMENTS = INVOICES + '/batch/paymentDetails'


@tagged('post_install', '-at_install')
class TestApiFetch(ApiCase):
    """Charges and refunds are fetched page by page, each is stored first, and nothing is lost or asked without end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access.write({'use_reconciliation': True, 'fetch_since': fields.Date.today() - timedelta(days=20)})

    def setUp(self):
        super().setUp()
        self.imported = []
        pages = type(self.env['amazon.punchout.api.page'])
        self.startPatcher(patch.object(
            pages, '_import_statement', lambda page, statement: self.imported.append(statement)))
        self.server.on(PAYMENTS, reply())
        self.server.on(INVOICES, reply())

    def fetch(self):
        self.run_cron('amazon_punchout.ir_cron_fetch')

    def again(self):
        """Fetch as at the time that was planned."""
        self.access.next_fetch_at = False
        self.fetch()

    def pages(self, *kinds):
        return self.access.page_ids.sorted('id').filtered(lambda page: page.kind in kinds or not kinds)

    def asked(self, path=TRANSACTIONS):
        return [each for each in self.server.asked if each.path == path]

    def transactions_of(self):
        return [each.transaction_id for statement in self.imported for each in statement.transactions]

    def test_all_pages_of_a_period_are_stored_as_they_came_and_then_processed(self):
        self.server.on(
            TRANSACTIONS, reply(body={'transactions': [charge(transactionId='A')], 'nextPageToken': 'two'}),
            reply(body={'transactions': [charge(transactionId='B')], 'nextPageToken': 'three'}),
            reply(body={'transactions': [charge(transactionId='C')]}))
        self.fetch()
        self.assertEqual([each.query.get('nextPageToken') for each in self.asked()], [None, 'two', 'three'])
        self.assertEqual(self.transactions_of(), ['A', 'B', 'C'])
        pages = self.pages('transactions')
        self.assertEqual(pages.mapped('state'), ['processed'] * 3)
        self.assertIn(b'"transactionId": "B"', pages[1]._raw())
        self.assertEqual(pages[0].request_id, 'R-1')
        self.assertTrue(self.access.fetched_until)
        self.assertFalse(self.access.fetch_to)
        # Nothing is due before tomorrow.
        self.fetch()
        self.assertEqual(len(self.asked()), 3)

    def test_the_next_day_some_days_are_fetched_again(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': []}))
        self.fetch()
        since = self.asked()[0].query['feedStartDate']
        self.assertEqual(since[:10], str(self.access.fetch_since))
        self.again()
        begin = fields.Datetime.to_datetime(self.asked()[1].query['feedStartDate'].replace('T', ' ')[:19])
        self.assertEqual((fields.Datetime.now() - begin).days, 5)

    def test_an_earlier_first_day_is_fetched_from_there(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': []}))
        self.fetch()
        self.access.with_user(self.administrator).fetch_since = fields.Date.today() - timedelta(days=25)
        self.fetch()
        self.assertEqual(self.asked()[-1].query['feedStartDate'][:10], str(self.access.fetch_since))

    def test_a_long_period_is_fetched_in_parts(self):
        self.access.fetch_since = fields.Date.today() - timedelta(days=100)
        self.server.on(TRANSACTIONS, reply(body={'transactions': []}))
        self.fetch()
        begins = [each.query['feedStartDate'] for each in self.asked()]
        ends = [each.query['feedEndDate'] for each in self.asked()]
        self.assertEqual(len(begins), 4)
        self.assertEqual(begins[1:], ends[:-1])

    def test_an_interrupted_fetch_goes_on_with_the_next_page(self):
        self.server.on(
            TRANSACTIONS, reply(body={'transactions': [charge(transactionId='A')], 'nextPageToken': 'two'}),
            error(503, 'Unavailable'), reply(body={'transactions': [charge(transactionId='B')]}))
        self.fetch()
        self.assertEqual(self.transactions_of(), ['A'])
        self.assertIn("does not work at the moment", self.access.fetch_problem)
        self.assertFalse(self.problem_notes())
        self.again()
        self.assertEqual(self.transactions_of(), ['A', 'B'])
        self.assertEqual(self.asked()[-1].query['nextPageToken'], 'two')
        self.assertFalse(self.access.fetch_problem)

    def test_the_pauses_grow_and_a_lasting_failure_is_told(self):
        self.server.on(TRANSACTIONS, error(500, 'InternalFailure'))
        pauses = []
        for _each in range(7):
            self.again()
            pauses.append(round((self.access.next_fetch_at - fields.Datetime.now()).total_seconds() / 60))
        self.assertEqual(pauses, [5, 15, 60, 240, 720, 720, 720])
        self.assertEqual(len(self.asked()), 7)
        self.assertEqual(self.problem_notes().count("does not work at the moment"), 1)
        self.server.on(TRANSACTIONS, reply(body={'transactions': []}))
        self.again()
        self.assertFalse(self.problem_notes())

    def test_amazon_says_when_to_ask_again(self):
        self.server.on(TRANSACTIONS, error(429, 'QuotaExceeded', **{'Retry-After': '1800'}))
        self.fetch()
        self.fetch()
        self.assertEqual(len(self.asked()), 1)
        self.assertAlmostEqual((self.access.next_fetch_at - fields.Datetime.now()).total_seconds(), 1800, delta=60)

    def test_what_amazon_forbids_rests_until_someone_tests_again(self):
        self.server.on(TRANSACTIONS, error(403, 'Unauthorized'))
        self.fetch()
        self.assertEqual((self.access.reconciliation_state, self.access.reporting_state), ('stopped', 'untested'))
        self.assertIn("Business Purchase Reconciliation", self.problem_notes())
        for _each in range(3):
            self.again()
        self.assertEqual(len(self.asked()), 1)
        answer = self.access.action_fetch_now()
        self.assertIn("Press Test Connection", answer['params']['message'])
        self.assertIn("Press Test Connection", dumps((answer,), allow_none=True), "a program may press it, too")
        self.server.on(TRANSACTIONS, reply(body={'transactions': [charge()]}))
        self.access.action_test_connection()
        self.again()
        self.assertEqual(self.transactions_of(), ['T-1'])

    def test_a_withdrawn_token_is_told_once(self):
        self.server.on('/auth/o2/token', reply(400, {'error': 'invalid_grant'}))
        for _each in range(3):
            self.again()
        self.assertEqual(len(self.server.logins), 1)
        self.assertEqual((self.access.reconciliation_state, self.access.reporting_state), ('stopped', 'stopped'))
        self.assertEqual(self.problem_notes().count("Refresh Token: it was withdrawn"), 1)

    def test_a_declined_question_is_asked_again_tomorrow_only(self):
        self.server.on(TRANSACTIONS, error(400, 'InvalidInput', "Wrong date"))
        self.fetch()
        self.assertGreater(self.access.next_fetch_at, fields.Datetime.now() + timedelta(hours=23))
        self.assertIn("Wrong date", self.problem_notes())

    def test_an_expired_page_token_begins_the_period_again(self):
        self.server.on(
            TRANSACTIONS, reply(body={'transactions': [], 'nextPageToken': 'two'}), error(400, 'InvalidInput'),
            reply(body={'transactions': []}))
        self.fetch()
        self.assertFalse(self.problem_notes())
        self.again()
        self.assertNotIn('nextPageToken', self.asked()[-1].query)
        self.assertTrue(self.access.fetched_until)

    def test_pages_without_end_are_left(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': [], 'nextPageToken': 'same'}))
        self.fetch()
        self.assertEqual(len(self.asked()), 2)
        self.assertIn("don't end", self.problem_notes())
        numbers = iter(range(1000))
        self.server.on(TRANSACTIONS, lambda _asked: reply(
            body={'transactions': [], 'nextPageToken': f'token {next(numbers)}'}))
        with patch.object(type(self.access), '_call', self.without_pace()), \
                patch('odoo.addons.amazon_punchout.models.charges.amazon_punchout_api_fetch.MAX_PAGES', 20):
            self.again()
        self.assertLessEqual(next(numbers), 21)

    def without_pace(self):
        call = type(self.access)._call

        def fast(access, *args, **kwargs):
            with patch('time.sleep'):
                return call(access, *args, **kwargs)
        return fast

    def test_an_unreadable_answer_is_kept_and_told(self):
        self.server.on(TRANSACTIONS, reply(raw=b'<html>Welcome</html>'))
        self.fetch()
        page = self.pages()
        self.assertEqual((page.state, page._raw()), ('attention', b'<html>Welcome</html>'))
        self.assertIn("It is not JSON", page.reason)
        self.assertIn("It is not JSON", self.problem_notes())
        self.fetch()
        self.assertEqual(len(self.asked()), 1)

    def test_what_is_not_understood_is_told_and_the_rest_is_processed(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': [
            charge(transactionType='ADJUSTMENT'), charge(transactionId='B')], 'somethingNew': 5}))
        self.fetch()
        self.assertEqual(self.transactions_of(), ['B'])
        self.assertIn("Entry 1: Odoo does not know the type “ADJUSTMENT”", self.pages('transactions').reason)
        self.assertIn("ADJUSTMENT", self.problem_notes())
        self.assertTrue(self.access.fetched_until)

    def test_an_error_in_odoo_loses_no_page(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': [charge()]}))
        pages = type(self.env['amazon.punchout.api.page'])
        with patch.object(pages, '_import_statement', side_effect=ZeroDivisionError), \
                mute_logger('odoo.addons.amazon_punchout.tools.steps'):
            self.fetch()
        page = self.pages('transactions')
        self.assertEqual(page.state, 'attention')
        page.with_user(self.administrator).action_retry()
        self.assertEqual((page.state, page.reason, self.transactions_of()), ('processed', False, ['T-1']))

    def test_a_page_that_was_stored_and_not_processed_is_processed_later(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': [charge()]}))
        with patch.object(type(self.env['amazon.punchout.api.page']), '_process', lambda _page: None):
            self.fetch()
        self.assertEqual((self.pages('transactions').state, self.imported), ('received', []))
        self.fetch()
        self.assertEqual((self.pages('transactions').state, self.transactions_of()), ('processed', ['T-1']))

    def test_invoices_are_asked_for_where_a_charge_names_none(self):
        lines = [charge_line(orderLineItemId=f'LI-{number}') for number in range(30)]
        self.server.on(TRANSACTIONS, reply(body={'transactions': [
            charge(lines=lines), charge(transactionId='I', invoiceNumber='1XQX-T4VG-9939',
                                        paymentInstrumentType='Pay by Invoice')]}))
        self.server.on(INVOICES, reply(body={'invoices': [{'orderId': '1', 'invoiceNumber': 'A-1'}]}))
        self.server.on(PAYMENTS, reply(body={'details': [{'invoiceId': '1XQX-T4VG-9939', 'status': 'Past Due'}]}))
        self.fetch()
        self.assertEqual([each.body.count(b'LI-') for each in self.asked(INVOICES)], [25, 5])
        self.assertEqual([each.body for each in self.asked(PAYMENTS)], [b'{"invoiceIds": ["1XQX-T4VG-9939"]}'])
        self.assertEqual([page.kind for page in self.pages()],
                         ['transactions', 'invoices', 'invoices', 'payment_details'])
        self.assertEqual(self.imported[-1].invoices[0].status, 'Past Due')

    def test_what_is_closed_for_invoices_stops_no_charges(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': [charge()]}))
        self.server.on(INVOICES, error(403, 'Unauthorized'))
        self.fetch()
        self.assertEqual((self.transactions_of(), self.access.reconciliation_state), (['T-1'], 'untested'))

    def test_nothing_is_fetched_where_it_must_not_be(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': []}))
        for vals, back in (({'use_reconciliation': False}, {'use_reconciliation': True}),
                           ({'is_sandbox': True}, {'is_sandbox': False}),
                           ({'active': False}, {'active': True}),
                           ({'fetch_since': '2099-01-01'}, {'fetch_since': '2026-01-01'})):
            addresses = {name: self.access[name] for name in ('base_url', 'login_url')}
            self.access.write({**vals, **addresses})
            self.fetch()
            self.access.write({**back, **addresses})
        for vals in ({'database_name': 'another'}, {'database_uuid': 'another'}, {'state': 'draft'}, {'api_id': False}):
            before = {name: self.group[name] for name in vals}
            self.group.write(vals)
            self.fetch()
            self.assertTrue(self.access.resting)
            self.group.with_context(tracking_disable=True).write(before if 'state' not in before else {'state': 'test'})
        self.assertEqual((self.server.asked, self.server.logins), ([], []))
        self.again()
        self.assertTrue(self.asked())

    def test_fetch_now(self):
        self.server.on(TRANSACTIONS, reply(body={'transactions': []}))
        self.fetch()
        self.access.with_user(self.administrator).action_fetch_now()
        self.assertTrue(self.env['ir.cron.trigger'].search_count([
            ('cron_id', '=', self.env.ref('amazon_punchout.ir_cron_fetch').id)]))
        self.fetch()
        self.assertEqual(len(self.asked()), 2)

    def test_only_old_answers_about_orders_are_removed(self):
        pages = self.env['amazon.punchout.api.page']
        kinds = [(kind, state, days) for kind in ('orders', 'transactions') for state in ('processed', 'attention')
                 for days in (80, 100)]
        pages = pages.create([{
            'api_id': self.access.id, 'kind': kind, 'state': state,
            'asked_at': fields.Datetime.now() - timedelta(days=days)} for kind, state, days in kinds])
        self.assertTrue(is_autovacuum(type(pages)._drop_old_answers))
        pages._drop_old_answers()
        self.assertEqual([kind for kind, page in zip(kinds, pages, strict=True) if not page.exists()],
                         [('orders', 'processed', 100)])

    def test_every_kind_of_answer_has_a_reader(self):
        kinds = dict(self.env['amazon.punchout.api.page']._fields['kind'].selection)
        self.assertEqual(set(kinds), set(amazon_punchout_api_page.READERS))
