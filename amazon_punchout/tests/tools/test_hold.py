import psycopg2

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...tools.hold import Hold

LOCK = (int.from_bytes(b'test', 'big'), 7)
LOCKS = """FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database() AND locktype = 'advisory' AND classid = %s AND objid = %s"""


@tagged('post_install', '-at_install')
class TestHold(TransactionCase):
    """With connections of its own, as a sender has it."""

    def held(self):
        """Count the sessions that have the lock."""
        with self.registry.cursor() as cr:
            cr.execute(f"SELECT count(*) {LOCKS}", LOCK)
            return cr.fetchone()[0]

    def test_only_one_has_it_and_no_session_keeps_it(self):
        """Behind a pooler, another transaction of the same sender may have another session, which can't unlock it."""
        with Hold(self.registry) as first, Hold(self.registry) as second:
            for hold in (first, second):
                hold.begin()
            self.assertTrue(first.take(*LOCK))
            self.assertFalse(second.take(*LOCK))
            self.assertEqual(self.held(), 1)
            first.end()
            self.assertEqual(self.held(), 0)
            self.assertTrue(second.take(*LOCK))
            second.begin()
            self.assertEqual(self.held(), 0)

    def test_it_outlives_the_time_that_a_server_gives_idle_transactions(self):
        with Hold(self.registry) as hold:
            cr = hold._cr
            cr.execute("SET idle_in_transaction_session_timeout = 60000")
            cr.commit()  # pylint: disable=invalid-commit  # a transaction of its own
            try:
                hold.begin()
                cr.execute("SHOW idle_in_transaction_session_timeout")
                self.assertEqual(cr.fetchone()[0], '0')
                hold.begin()
                cr.rollback()
                cr.execute("SHOW idle_in_transaction_session_timeout")
                self.assertEqual(cr.fetchone()[0], '1min', "for this transaction only")
            finally:
                cr.execute("RESET idle_in_transaction_session_timeout")

    def test_if_the_server_ends_it_the_sender_goes_on(self):
        with self.assertLogs('odoo.addons.amazon_punchout.tools.hold', 'WARNING'), mute_logger('odoo.sql_db'), \
                Hold(self.registry) as hold:
            hold.begin()
            hold.take(*LOCK)
            with self.registry.cursor() as cr:
                cr.execute(f"SELECT pg_terminate_backend(pid) {LOCKS}", LOCK)
            with self.assertRaises(psycopg2.Error):
                hold.take(*LOCK)
        self.assertEqual(self.held(), 0)
