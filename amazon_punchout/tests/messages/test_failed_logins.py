"""Wrong passwords and secrets: slowed, counted, shown and logged; and a right one always passes."""
import base64
import http.client
import time
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import fields, sql_db
from odoo.tests import tagged
from odoo.tools import SQL

from ... import cxml
from ...controllers import cxml as cxml_controller
from ...models.messages import amazon_punchout_failed_login as failed_login
from ..common import SECRET
from ..cxml_builder import envelope
from ..endpoint_case import ENDPOINT, PASSWORD, USER, EndpointCase
from .test_endpoint import message


@tagged('post_install', '-at_install')
class TestFailedLogins(EndpointCase):

    def rows(self):
        self.env.invalidate_all()
        return self.env['amazon.punchout.failed.login'].search([])

    def wrong(self, **kwargs):
        """Post with a wrong password.

        :return: the answer
        """
        return self.post_message(message(), **{'basic': (USER, 'wrong'), **kwargs})

    # === BEFORE READING === #

    def test_with_a_wrong_password_nothing_of_the_document_is_read(self):
        """The answer comes before the document: its sender needs to send none of it."""
        address = urlsplit(self.base_url())
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=5)
        connection.putrequest('POST', ENDPOINT)
        connection.putheader('Authorization', 'Basic ' + base64.b64encode(f'{USER}:wrong'.encode()).decode())
        connection.putheader('Content-Length', str(cxml.MAX_BYTES))
        with self.allow_requests(all_requests=True):
            connection.endheaders(b'<cXML')
            self.assertEqual(connection.getresponse().status, 401)
            connection.close()

    def test_with_a_wrong_password_nothing_is_parsed(self):
        with patch.object(cxml_controller.cxml, 'read_request') as read:
            self.wrong()
            read.assert_not_called()

    # === SLOWED === #

    def test_a_wrong_password_is_answered_late_and_a_right_one_at_once(self):
        with patch.object(cxml_controller, 'FAILED_LOGIN_SECONDS', 0.3):
            for post, seconds in (
                (lambda: self.wrong(), 0.3),
                (lambda: self.post_message(message(secret='wrong')), 0.3),
                (lambda: self.post_message(message(secret='wrong', to_identity='Nobody')), 0.3),
            ):
                started = time.monotonic()
                self.assertAnswer(post(), 401, 401)
                self.assertGreaterEqual(time.monotonic() - started, seconds)
        with patch.object(cxml_controller.time, 'sleep') as sleep:
            self.assertAnswer(self.post_message(message(secret=SECRET)), 200)
            sleep.assert_not_called()

    @contextmanager
    def places_taken(self):
        """Let others wait for the answers to their wrong passwords."""
        connection = sql_db.db_connect(self.env.cr.dbname)
        with connection.cursor() as cr:
            for place in range(failed_login.MAX_WAITING):
                cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", failed_login.WAITING_LOCK, place))
            yield

    def test_few_wait_at_a_time_and_the_others_are_sent_away(self):
        """Else wrong passwords would occupy all threads of the server."""
        with self.places_taken():
            with patch.object(cxml_controller.time, 'sleep') as sleep:
                for _each in range(3):
                    response = self.wrong()
                    self.assertAnswer(response, 429, 429)
                    self.assertEqual(response.headers['Retry-After'], '1')
                sleep.assert_not_called()
            # Whoever has the right one passes, from the same address and at the same moment.
            self.assertAnswer(self.post_message(message(), basic=(USER, PASSWORD)), 200)
            self.assertAnswer(self.post_message(message(secret=SECRET)), 200)
            self.assertFalse(self.rows(), "nothing is written for them")
        self.assertAnswer(self.wrong(), 401, 401)
        self.assertEqual(self.rows().attempts, 4, "but all are counted by the next one")

    def test_a_server_of_few_processes_keeps_one_free(self):
        asked = []
        failed_logins = self.env['amazon.punchout.failed.login'].sudo()
        for workers, places in ((0, 2), (1, 0), (2, 1), (3, 1), (4, 2), (16, 2)):
            asked.clear()
            taken = patch.object(
                type(self.env), 'execute_query', lambda _env, query: asked.append(query.params) or [(False,)])
            with self.subTest(workers=workers), patch.dict(failed_login.config.options, {'workers': workers}), taken:
                self.assertFalse(failed_logins._take_place())
                self.assertEqual(len(asked), places)

    def test_the_only_process_of_a_server_keeps_nobody_waiting_and_counts_all(self):
        """While it waits, it serves nobody."""
        only = patch.dict(failed_login.config.options, {'workers': 1})
        failed_login._counted_at.clear()
        with only, patch.object(cxml_controller.time, 'sleep') as sleep:
            for _each in range(3):
                self.assertAnswer(self.wrong(), 429, 429)
            self.assertAnswer(self.post_message(message(secret=SECRET)), 200)
            sleep.assert_not_called()
        self.assertEqual(self.rows().attempts, 1, "a flood does not write a row each")
        with only, patch.object(failed_login, 'COUNT_SECONDS', 0):
            self.wrong()
        self.assertEqual(self.rows().attempts, 4, "but none is forgotten")

    def test_a_right_one_passes_after_any_number_of_wrong_ones(self):
        for number in range(30):
            self.wrong(basic=(USER, f'wrong-{number}'))
            self.post_message(message(secret=f'wrong-{number}'))
        self.assertAnswer(self.post_message(message(), basic=(USER, PASSWORD)), 200)
        self.assertAnswer(self.post_message(message(secret=SECRET)), 200)

    # === COUNTED === #

    def test_wrong_ones_are_counted_by_group_and_hour(self):
        self.wrong()
        self.post_message(message(secret='wrong'))
        self.post_message(message(secret='wrong'))
        row = self.rows()
        self.assertEqual((row.group_id, row.attempts, row.last_address), (self.group, 3, '127.0.0.1'))
        self.assertEqual(row.hour, row.last_at.replace(minute=0, second=0, microsecond=0))

    def test_names_that_strangers_invent_make_no_rows(self):
        for number in range(20):
            self.wrong(basic=(f'nobody-{number}', PASSWORD))
            self.post_message(message(secret='wrong', to_identity=f'nobody-{number}'))
        row = self.rows()
        self.assertEqual((len(row), row.group_id.id, row.attempts), (1, False, 40))

    def test_a_count_that_can_t_be_written_fails_nothing(self):
        def fail(*_args, **_kwargs):
            raise RuntimeError
        with patch.object(self.env.registry, 'cursor', fail), self.assertLogs(failed_login.__name__, 'ERROR'):
            failed_logins = self.env['amazon.punchout.failed.login'].sudo()
            self.assertTrue(failed_logins._note_failure(self.group, '127.0.0.1', "A test.", 'basic'))

    def test_old_counts_are_deleted(self):
        self.wrong()
        rows = self.rows()
        rows._forget_failed_logins()
        self.assertTrue(rows.exists())
        rows.hour -= timedelta(days=31)
        rows._forget_failed_logins()
        self.assertFalse(rows.exists())

    # === SHOWN === #

    def test_administrators_see_them_on_the_group(self):
        group = self.group.with_user(self.administrator)
        self.assertFalse(group.failed_logins)
        self.wrong()
        self.wrong()
        self.wrong(basic=('nobody', 'wrong'))
        self.env.invalidate_all()
        self.assertRegex(group.failed_logins, r"in the last 24 hours: 2\. The last one: .* \(address: 127\.0\.0\.1")
        self.assertRegex(group.failed_logins, "belongs to no group: 1")
        now = fields.Datetime.now()
        self.assertEqual(self.group._failed_logins_since(now), 2)
        self.assertEqual(self.env['amazon.punchout.group']._failed_logins_since(now), 3)
        self.assertEqual(self.group._failed_logins_since(now + timedelta(hours=1)), 0)
        for row in self.rows():
            row.hour -= timedelta(hours=26)
        self.env.invalidate_all()
        self.assertFalse(group.failed_logins)

    def test_the_responsible_is_notified_once_of_very_many(self):
        before = self.group.message_ids
        with patch.object(failed_login, 'FAILED_LOGINS_TO_NOTIFY', 5):
            for _each in range(4):
                self.wrong()
            self.env.invalidate_all()
            self.assertEqual(self.group.message_ids, before)
            for _each in range(8):
                self.wrong()
        self.env.invalidate_all()
        note = self.group.message_ids - before
        self.assertEqual((len(note), note.notified_partner_ids), (1, self.administrator.partner_id))
        self.assertIn(f"Wrong passwords for Amazon group {self.group.name}: ", note.subject)
        self.assertIn("5 messages with a wrong password or secret arrived", note.body)

    def test_strangers_who_name_no_group_notify_nobody(self):
        messages = self.env['mail.message'].search_count([])
        with patch.object(failed_login, 'FAILED_LOGINS_TO_NOTIFY', 1):
            for _each in range(3):
                self.wrong(basic=('nobody', 'wrong'))
        self.assertEqual(self.env['mail.message'].search_count([]), messages)

    # === LOGGED === #

    def test_the_log_names_address_and_group_and_nothing_that_was_typed(self):
        with self.assertLogs(failed_login.__name__, 'WARNING') as logs:
            self.wrong(basic=(USER, 'a-wrong-secret'))
            self.post_message(message(secret='a-wrong-secret', to_identity='a-made-up-name'))
        self.assertEqual([record.getMessage() for record in logs.records], [
            f"Amazon message from 127.0.0.1 for group {self.group.id}: The user name or the password is wrong.",
            "Amazon message from 127.0.0.1 for no known group: The credentials in Header are unknown, or the "
            "SharedSecret is wrong."])

    def test_a_wrong_secret_is_an_http_error_too(self):
        response = self.post_message(envelope('<ProfileRequest/>', secret='wrong'))
        self.assertAnswer(response, 401, 401)
        self.assertIn('Basic', response.headers['WWW-Authenticate'])
