"""Steps whose failure must not end their caller, and what a person reads about it."""
import hashlib

import psycopg2

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...tools.steps import attempt, explain, stored_once

LOGGER = 'odoo.addons.amazon_punchout.tools.steps'


@tagged('-at_install', 'post_install')
class TestSteps(TransactionCase):

    def test_a_user_error_speaks_for_itself(self):
        def step():
            raise UserError("Choose a vendor.")
        with self.assertNoLogs(LOGGER):
            _result, error = attempt(self.env, step, "Amazon order 7 failed")
        self.assertEqual(explain(self.env, error, "Amazon order 7"), "Choose a vendor.")

    def test_any_other_error_leads_to_its_place_in_the_log(self):
        def step():
            raise ZeroDivisionError("a bug")
        with self.assertLogs(LOGGER, 'ERROR') as logs:
            _result, error = attempt(self.env, step, "Amazon order 7 failed")
        sentence = explain(self.env, error, "Amazon order 7")
        self.assertIn("in the server log under “Amazon order 7”", sentence)
        self.assertNotIn("a bug", sentence)
        self.assertIn("Amazon order 7", logs.output[0])

    def test_a_text_that_no_index_can_hold_is_no_conflict_that_another_try_solves(self):
        """PostgreSQL's error for it is an OperationalError, as those of conflicts are."""
        def step():
            self.env['ir.model.data'].create({
                'module': 'x', 'model': 'res.partner', 'res_id': 1,
                'name': ''.join(hashlib.sha512(bytes([each])).hexdigest() for each in range(80))})
        with self.assertLogs(LOGGER, 'ERROR'), mute_logger('odoo.sql_db'):
            _result, error = attempt(self.env, step, "Amazon order 7 failed")
        self.assertIsInstance(error, psycopg2.errors.ProgramLimitExceeded)

    def test_what_is_stored_twice_repeats_the_request(self):
        with self.assertRaisesRegex(ConcurrencyError, "The same cart arrived twice"), stored_once("The same cart"):
            raise psycopg2.errors.UniqueViolation
        with self.assertRaises(ZeroDivisionError), stored_once("The same cart"):
            raise ZeroDivisionError
