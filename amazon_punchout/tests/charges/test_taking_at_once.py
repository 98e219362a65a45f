"""Two imports at the same time, in real transactions, and an import while the scheduled action fetches."""
from decimal import Decimal
from threading import Thread

import psycopg2

from odoo import SUPERUSER_ID, api, sql_db
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...models.charges.amazon_punchout_import import TAKING
from ...tools.one_at_a_time import PREFIX, is_free
from ...transactions import Statement
from ..charge_case import charge

# The tests commit, since a transaction sees only what others have committed, and delete it at the end.
NAME = "Nobody's group of test_taking_at_once"


@tagged('post_install', '-at_install')
class TestTakingAtOnce(TransactionCase):

    def setUp(self):
        super().setUp()
        self.cursors = []
        self.addCleanup(self.clean)

    def clean(self):
        for cr in self.cursors:
            cr.rollback()
            cr.close()
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("DELETE FROM amazon_punchout_transaction WHERE account_group = %s", [NAME])
            cr.execute("DELETE FROM ir_config_parameter WHERE key LIKE %s", [f'{PREFIX}%'])

    def connect(self):
        """Begin a transaction as another request does: it sees the database as it is now."""
        cr = sql_db.db_connect(self.env.cr.dbname).cursor()
        self.cursors.append(cr)
        cr.execute("SELECT 1")
        return api.Environment(cr, SUPERUSER_ID, {})

    def take(self, env, amount='20.00', source='report', **values):
        """Import a charge whose company is not known, so that no index keeps it from being stored twice."""
        company = env['res.company'].search([], limit=1)
        statement = Statement('orders' if source == 'report' else 'transactions_api', transactions=(
            charge(amount, account_group=NAME, **values),))
        env['amazon.punchout.transaction']._import_statement(
            statement, source, groups=env['amazon.punchout.group'], companies=company)
        env.flush_all()

    def stored(self):
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute("SELECT amount, source FROM amazon_punchout_transaction WHERE account_group = %s", [NAME])
            return sorted((float(amount), source) for amount, source in cr.fetchall())

    def test_an_import_that_began_before_another_one_ended_begins_anew(self):
        one, two = self.connect(), self.connect()
        self.take(one)
        one.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            self.take(two)
        two.cr.rollback()
        self.take(two)
        two.cr.commit()
        self.assertEqual(self.stored(), [(20.0, 'report')])

    def test_two_imports_at_once_and_the_fetch_store_each_charge_once(self):
        """The second one waits for the first, and is repeated as Odoo repeats a request."""
        one, two = self.connect(), self.connect()
        self.take(one)

        def fetch():
            # Not by Odoo's own function: in its runner, the registry is locked by the thread of the tests.
            try:
                self.take(two, source='api', transaction_id='T1')
            except psycopg2.errors.SerializationFailure:
                two.cr.rollback()
                self.take(two, source='api', transaction_id='T1')
            two.cr.commit()

        with mute_logger('odoo.sql_db', 'odoo.service.model'):
            thread = Thread(target=fetch)
            thread.start()
            thread.join(0.5)
            self.assertTrue(thread.is_alive(), "it waits")
            one.cr.commit()
            thread.join(30)
        self.assertFalse(thread.is_alive())
        self.assertEqual(self.stored(), [(20.0, 'api')])

    def test_what_was_authorized_and_what_is_settled_is_one_charge(self):
        """Their amounts differ, so an index on these would not do."""
        one, two = self.connect(), self.connect()
        self.take(one, '21.00', settled=False)
        one.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            self.take(two)
        two.cr.rollback()
        self.take(two)
        two.cr.commit()
        self.assertEqual(self.stored(), [(20.0, 'report')])

    def test_what_can_wait_is_told_that_an_import_is_running(self):
        one, two = self.connect(), self.connect()
        self.assertTrue(is_free(two.cr, TAKING), "nothing was ever imported")
        self.take(one)
        one.cr.commit()
        one.cr.execute("SELECT 1")
        self.take(one)
        two.cr.rollback()
        self.assertFalse(is_free(two.cr, TAKING))
        one.cr.commit()
        two.cr.rollback()
        self.assertTrue(is_free(two.cr, TAKING))

    def test_a_transaction_that_takes_nothing_waits_for_none(self):
        one, two = self.connect(), self.connect()
        self.take(one)
        self.assertGreater(two['amazon.punchout.transaction'].search_count([]), -1)
        two['ir.config_parameter'].set_param('amazon_punchout.test_taking_at_once', str(Decimal(1)))
        two.flush_all()
        two.cr.rollback()
