"""Steps whose failure must not end their caller, and what a person reads about it."""
import psycopg2

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import TransactionCase, tagged

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

    def test_what_is_stored_twice_repeats_the_request(self):
        with self.assertRaisesRegex(ConcurrencyError, "The same cart arrived twice"), stored_once("The same cart"):
            raise psycopg2.errors.UniqueViolation
        with self.assertRaises(ZeroDivisionError), stored_once("The same cart"):
            raise ZeroDivisionError
