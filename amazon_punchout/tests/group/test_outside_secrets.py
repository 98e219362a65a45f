"""Secrets that come from the environment or odoo.conf: used like others, and nowhere in the database."""
import os
from unittest.mock import patch

import psycopg2
from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, config, mute_logger

from odoo.addons.base.models.ir_autovacuum import is_autovacuum

from ...tools.outside_secrets import find_outside_secret
from ..common import SECRET, START_PAGE, AmazonCase, answer

OUTSIDE = 'not-a-real-secret-from-outside-5d20'
OUTSIDE_PASSWORD = 'not-a-real-password-from-outside-81c4'
VARIABLES = {
    'AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET': OUTSIDE, 'AMAZON_PUNCHOUT_BERLIN_INBOUND_PASSWORD': OUTSIDE_PASSWORD}


def shared_secret(raw):
    """Read the SharedSecret of a document that was sent."""
    return etree.fromstring(raw).findtext('.//Sender/Credential/SharedSecret')


@tagged('post_install', '-at_install')
class TestOutsideSecrets(AmazonCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict(os.environ, VARIABLES))
        cls.group.inbound_password = "password stored before"
        cls.group.with_user(cls.administrator).secret_name = 'berlin'

    def assertNowhereInTheDatabase(self, *values):
        """Look for values in each row of each table, as one would in a dump."""
        self.env.flush_all()
        tables = self.env.execute_query(SQL(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename != 'ir_ui_view'"))
        pattern = '|'.join(values)
        for (table,) in tables:
            found = self.env.execute_query(SQL(
                "SELECT count(*) FROM %s AS each WHERE each::text ~ %s", SQL.identifier(table), pattern))
            self.assertEqual(found, [(0,)], table)

    def test_shopping_and_orders_use_the_secret_from_the_environment(self):
        order = self.make_order()
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            self.group.with_user(self.buyer)._punch_out()
        self.assertEqual(shared_secret(sent[0]), OUTSIDE)
        order.with_user(self.manager).button_confirm()
        self.assertEqual([shared_secret(raw) for raw in self.send()], [OUTSIDE])
        self.assertEqual(order.amazon_state, 'sent')

    def test_an_order_waits_while_the_variable_is_missing(self):
        order = self.make_order()
        order.with_user(self.manager).button_confirm()
        with patch.dict(os.environ, {'AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET': ""}):
            self.assertEqual(self.send(), [])
        document = order.amazon_document_ids.filtered(lambda each: each.document_type == 'OrderRequest')
        self.assertEqual((order.amazon_state, document.state, document.has_left), ('queued', 'queued', False))
        self.assertIn("has no Shared Secret", document.reason)
        # It isn't Amazon's fault.
        for said in (order.message_ids[0].body, order.amazon_status):
            self.assertRegex(said, "(?i)not sent( yet)?: the Amazon group .* has no Shared Secret")
            self.assertNotIn("reached", said)
        document.next_try_at = False
        self.assertEqual([shared_secret(raw) for raw in self.send()], [OUTSIDE])

    def test_no_dump_of_the_database_has_it(self):
        order = self.make_order()
        order.with_user(self.manager).button_confirm()
        self.send(answer(code='400', text=f"The secret {OUTSIDE} is wrong"))
        self.assertIn("•••", order.amazon_problem)
        with self.amazon(answer(code='401', text=f"The secret {OUTSIDE} is wrong")):
            self.group.with_user(self.administrator).action_test_connection()
        self.assertIn("•••", self.group.connection_problem)
        self.assertNowhereInTheDatabase(OUTSIDE, OUTSIDE_PASSWORD)

    def test_what_the_database_had_is_removed_and_what_is_typed_later_is_not_stored(self):
        self.assertEqual((self.group.shared_secret, self.group.inbound_password), (False, False))
        self.group.with_user(self.administrator).write({
            'shared_secret': "typed later", 'inbound_password': "password typed later"})
        self.assertNowhereInTheDatabase(SECRET, "stored before", "typed later")
        group = self.env['amazon.punchout.group']
        with patch.dict(os.environ, {'AMAZON_PUNCHOUT_PARIS_SHARED_SECRET': OUTSIDE}):
            group = group.create({
                'name': "Paris", 'partner_id': self.vendor.id, 'secret_name': 'Paris', 'shared_secret': "typed",
                'inbound_password': "password only here"})
        self.assertEqual((group.shared_secret, group.inbound_password), (False, "password only here"))

    def assertDropped(self, when):
        """Check that the secrets are dropped which the database has when the variables are set after the name."""
        administrator = self.group.with_user(self.administrator)
        administrator.write({
            'secret_name': False, 'shared_secret': SECRET, 'inbound_password': "password stored before"})
        administrator.write({'shared_secret': "stored later", 'inbound_password': "password stored later"})
        with patch('os.environ', {}):
            administrator.secret_name = 'berlin'
        self.assertEqual((self.group.shared_secret, self.group.old_shared_secret), ("stored later", SECRET))
        when(administrator)
        self.assertNowhereInTheDatabase(SECRET, "stored before", "stored later")

    def test_secrets_that_were_stored_before_the_variables_were_set_are_removed_once_a_day(self):
        groups = self.env['amazon.punchout.group']
        self.assertTrue(is_autovacuum(type(groups)._drop_all_stored_secrets))
        self.assertDropped(lambda _group: groups._drop_all_stored_secrets())
        self.assertEqual(self.group._secret('shared_secret'), OUTSIDE)
        self.group.active = False
        self.assertDropped(lambda _group: groups._drop_all_stored_secrets())

    def test_secrets_that_were_stored_before_the_variables_were_set_are_removed_by_saving(self):
        self.assertDropped(lambda group: group.write({'name': "Berlin"}))

    def test_secrets_that_were_stored_before_the_variables_were_set_are_removed_by_test_connection(self):
        def ask(group):
            with self.amazon(answer(start_page=START_PAGE)) as sent:
                group.action_test_connection()
            self.assertEqual(set(map(shared_secret, sent)), {OUTSIDE})
        self.assertDropped(ask)

    def test_the_form_shows_where_a_secret_comes_from_and_not_what_it_is(self):
        group = self.group.with_user(self.administrator)
        self.assertEqual(
            group.shared_secret_source, "From the environment variable AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET")
        shown = str(group.read()) + str(group.onchange(group.read()[0], ['secret_name'], {
            'secret_name': {}, 'shared_secret': {}, 'shared_secret_source': {}, 'checklist': {}}))
        self.assertNotIn(OUTSIDE, shown)
        self.assertNotIn(OUTSIDE_PASSWORD, shown)
        for user in (self.buyer, self.manager):
            with self.assertRaises(AccessError):
                self.group.with_user(user).read(['secret_name', 'shared_secret_source'])

    def test_an_environment_variable_comes_before_odoo_conf_and_that_before_the_database(self):
        options = {'amazon_punchout_berlin_shared_secret': "from odoo.conf"}
        with patch.dict(config.options.maps[0], options):
            self.assertEqual(self.group._secret('shared_secret'), OUTSIDE)
            with patch.dict(os.environ, {'AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET': ""}):
                self.assertEqual(self.group._secret('shared_secret'), "from odoo.conf")
                self.group.invalidate_recordset()
                self.assertEqual(
                    self.group.shared_secret_source,
                    "From the option amazon_punchout_berlin_shared_secret in odoo.conf")
        with patch.dict(os.environ, {'AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET': ""}):
            self.group.shared_secret = "stored"
            self.assertEqual(self.group._secret('shared_secret'), "stored")
            self.group.invalidate_recordset()
            self.assertFalse(self.group.shared_secret_source)
        self.group.secret_name = False
        self.assertEqual(self.group._secret('shared_secret'), "stored")
        self.assertEqual(self.group._secret('inbound_password'), "")

    def test_a_field_that_another_addon_computes_keeps_working(self):
        """As `server_environment` of OCA makes fields computed ones."""
        self.group.state = 'draft'
        self.group.secret_name = False
        with patch.object(self.group._fields['shared_secret'], '__get__', lambda *_args: "computed"):
            self.assertEqual(self.group._secret('shared_secret'), "computed")
            self.group.secret_name = 'berlin'
            self.assertEqual(self.group._secret('shared_secret'), OUTSIDE, "and what is computed can't be removed")

    def test_values_that_are_no_text_and_blanks_around_them_are_left_out(self):
        for value, expected in ((" a b\n", "a b"), ("\t", None), ("a\udcff", None), ("a\0b", None)):
            with self.subTest(value), patch('os.environ', {'AMAZON_PUNCHOUT_X_SHARED_SECRET': value}):
                found = find_outside_secret('x', 'shared_secret')
                self.assertEqual(found and found.value, expected)
                self.assertNotIn(expected or '-', repr(found))

    def test_a_group_goes_live_with_a_secret_from_outside_and_not_without(self):
        self.assertNotIn('shared_secret', [check.key for check in self.group._open_required()])
        with patch.dict(os.environ, {'AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET': ""}):
            self.assertIn('shared_secret', [check.key for check in self.group._open_required()])
        with self.assertRaisesRegex(ValidationError, "Shared Secret"):
            self.group.with_user(self.administrator).secret_name = False

    def test_another_secret_outside_needs_another_test_of_the_connection(self):
        before = self.group._connection_digest()
        with patch.dict(os.environ, {'AMAZON_PUNCHOUT_BERLIN_SHARED_SECRET': "another"}):
            self.assertNotEqual(self.group._connection_digest(), before)
        self.group.write({'state': 'draft', 'secret_name': False, 'shared_secret': OUTSIDE})
        self.assertEqual(self.group._connection_digest(), before)

    def test_a_name_is_for_one_group_and_fits_a_variable(self):
        twin = self.group.copy({'name': "Twin"})
        self.assertFalse(twin.secret_name)
        for name in ("a-b", "a b", "ü", "a=b", "a\n"):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "letters from A to Z"):
                twin.secret_name = name
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.IntegrityError):
            twin.secret_name = 'BERLIN'
            self.env.flush_all()
