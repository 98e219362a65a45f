"""New passwords and secrets for Amazon's messages: long ones, and no message is lost while they change."""
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ... import cxml
from ..common import SECRET, START_PAGE, answer
from ..cxml_builder import envelope
from ..endpoint_case import PASSWORD, USER, EndpointCase

NEW_PASSWORD, NEWEST_PASSWORD = 'not-a-real-password-new', 'not-a-real-password-newest'
NEW_SECRET = 'not-a-real-secret-new'


@tagged('post_install', '-at_install')
class TestRotation(EndpointCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.as_admin = cls.group.with_user(cls.administrator)

    def by_password(self, password):
        """Post a message with HTTP Basic.

        :return: whether it is accepted
        """
        return self.is_accepted(envelope('<ProfileRequest/>', to_identity='TestGroup'), (USER, password))

    def by_secret(self, secret):
        """Post a message with a SharedSecret.

        :return: whether it is accepted
        """
        return self.is_accepted(envelope('<ProfileRequest/>', to_identity='TestGroup', secret=secret))

    def is_accepted(self, raw, basic=None):
        accepted = self.post_message(raw, basic=basic).status_code == 200
        self.env.invalidate_all()
        return accepted

    def pass_days(self, days):
        for name in ('old_inbound_password_until', 'old_shared_secret_until'):
            if self.group[name]:
                self.group[name] -= timedelta(days=days)

    def test_amazon_may_use_the_old_password_for_some_days(self):
        self.as_admin.inbound_password = NEW_PASSWORD
        self.assertTrue(self.by_password(PASSWORD))
        self.assertTrue(self.by_password(NEW_PASSWORD))
        self.assertFalse(self.by_password(PASSWORD + 'x'))
        self.pass_days(6.9)
        self.assertTrue(self.by_password(PASSWORD))
        self.pass_days(0.2)
        self.assertFalse(self.by_password(PASSWORD))
        self.assertTrue(self.by_password(NEW_PASSWORD))

    def test_amazon_may_use_the_old_secret_and_odoo_sends_the_new_one(self):
        self.as_admin.shared_secret = NEW_SECRET
        self.assertTrue(self.by_secret(SECRET))
        self.assertTrue(self.by_secret(NEW_SECRET))
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            self.group.with_user(self.buyer)._punch_out()
        self.assertIn(NEW_SECRET.encode(), sent[0])
        self.assertNotIn(SECRET.encode(), sent[0])
        self.as_admin.action_stop_old_secret()
        self.assertFalse(self.by_secret(SECRET))
        self.assertTrue(self.by_secret(NEW_SECRET))

    def test_the_administrator_sees_which_one_amazon_uses_and_stops_the_old_one(self):
        self.assertFalse(self.as_admin.old_inbound_password_status)
        self.as_admin.inbound_password = NEW_PASSWORD
        self.assertRegex(
            self.as_admin.old_inbound_password_status, "accepted until .*the old one never, the new one never")
        self.by_password(PASSWORD)
        self.assertRegex(self.as_admin.old_inbound_password_status, "the old one [^n].*, the new one never")
        self.by_password(NEW_PASSWORD)
        self.assertNotIn("never", self.as_admin.old_inbound_password_status)
        with self.assertRaises(AccessError):
            self.group.with_user(self.buyer).action_stop_old_password()
        self.as_admin.action_stop_old_password()
        self.assertFalse(self.as_admin.old_inbound_password_status)
        self.assertFalse(self.by_password(PASSWORD))
        self.assertTrue(self.by_password(NEW_PASSWORD))

    def test_not_every_message_writes_on_the_group(self):
        self.as_admin.inbound_password = NEW_PASSWORD
        self.by_password(PASSWORD)
        used_at = self.group.old_inbound_password_used_at
        self.group.old_inbound_password_used_at = used_at - timedelta(minutes=50)
        self.by_password(PASSWORD)
        self.assertEqual(self.group.old_inbound_password_used_at, used_at - timedelta(minutes=50))
        self.group.old_inbound_password_used_at = used_at - timedelta(minutes=70)
        self.by_password(PASSWORD)
        self.assertGreaterEqual(self.group.old_inbound_password_used_at, used_at)

    def test_a_password_that_is_changed_twice_is_still_the_one_that_amazon_has(self):
        self.as_admin.inbound_password = NEW_PASSWORD
        self.as_admin.inbound_password = NEWEST_PASSWORD  # nobody has entered the new one on Amazon
        self.assertTrue(self.by_password(PASSWORD))
        self.assertFalse(self.by_password(NEW_PASSWORD))
        self.assertTrue(self.by_password(NEWEST_PASSWORD))
        self.as_admin.inbound_password = NEW_PASSWORD  # by now Amazon has the newest one
        self.assertTrue(self.by_password(NEWEST_PASSWORD))
        self.assertFalse(self.by_password(PASSWORD))

    def test_removing_a_secret_ends_both(self):
        self.as_admin.inbound_password = NEW_PASSWORD
        self.as_admin.inbound_password = False
        self.assertFalse(self.by_password(PASSWORD) or self.by_password(NEW_PASSWORD) or self.by_password(''))

    def test_what_was_typed_into_a_draft_does_not_stay_valid(self):
        self.group.state = 'draft'
        self.as_admin.shared_secret = 'typo'
        self.as_admin.shared_secret = NEW_SECRET
        self.assertFalse(self.by_secret('typo'))
        self.assertFalse(self.by_secret(SECRET))

    def test_an_old_secret_is_forgotten_when_its_time_is_over(self):
        self.as_admin.inbound_password = NEW_PASSWORD
        self.pass_days(8)
        self.env['amazon.punchout.group']._forget_old_secrets()
        self.env.flush_all()
        stored = self.env.execute_query(SQL("SELECT g::text FROM amazon_punchout_group g WHERE id = %s", self.group.id))
        self.assertNotIn(PASSWORD, stored[0][0])

    def test_old_secrets_are_read_by_nobody(self):
        self.as_admin.inbound_password = NEW_PASSWORD
        for name in ('old_inbound_password', 'old_shared_secret'):
            with self.assertRaises(AccessError):
                self.as_admin.read([name])

    def test_groups_that_share_credentials_share_them_again_once_both_have_the_new_secret(self):
        """Amazon has one secret for both. Until the second group has it, too, its messages wait for it."""
        second = self.group.copy({'name': "Second", 'shared_secret': SECRET})
        second.state = 'test'
        groups = self.env['amazon.punchout.group']

        def authenticated(secret):
            raw = envelope('<ProfileRequest/>', to_identity='TestGroup', secret=secret)
            return groups._authenticate_secret(cxml.read_request(raw))

        self.assertEqual(self.group._with_shared_credentials(), self.group | second)
        self.as_admin.shared_secret = NEW_SECRET
        self.assertEqual(authenticated(SECRET), self.group | second)
        self.assertEqual(authenticated(NEW_SECRET), self.group)
        self.assertEqual(self.group._with_shared_credentials(), self.group)
        second.shared_secret = NEW_SECRET
        self.assertEqual(authenticated(SECRET), self.group | second)
        self.assertEqual(authenticated(NEW_SECRET), self.group | second)
        self.assertEqual(self.group._with_shared_credentials(), self.group | second)



@tagged('post_install', '-at_install')
class TestPasswordLength(EndpointCase):

    def checks(self):
        return {check.key: check for check in self.group.with_user(self.administrator)._checklist()}

    def test_a_short_password_can_t_be_entered(self):
        for short in ('short', 'x' * 15):
            with self.subTest(short), self.assertRaisesRegex(ValidationError, "at least 16 characters"):
                self.group.inbound_password = short
            with self.subTest(short), self.assertRaisesRegex(ValidationError, "at least 16 characters"):
                self.group.copy({'inbound_password': short})
        self.group.inbound_password = 'x' * 16
        self.group.inbound_password = False

    def test_a_short_one_from_before_goes_on_and_another_one_is_recommended(self):
        self.assertNotIn('inbound_password', self.checks())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_punchout_group SET inbound_password = 'short' WHERE id = %s", [self.group.id])
        self.env.invalidate_all()
        self.assertAnswer(self.post_message(envelope('<ProfileRequest/>'), basic=(USER, 'short')), 200)
        self.assertIn("Press Generate Password", self.checks()['inbound_password'].sentence)
        self.group.write({'inbound_password': 'short', 'name': "Renamed"})  # as an import of the same values does
        self.group.with_user(self.administrator).action_generate_password()
        self.assertNotIn('inbound_password', self.checks())

    def test_a_short_one_from_outside_goes_on_and_another_one_is_recommended(self):
        with patch('os.environ', {'AMAZON_PUNCHOUT_BERLIN_INBOUND_PASSWORD': 'short'}):
            self.group.with_user(self.administrator).secret_name = 'berlin'
            self.assertAnswer(self.post_message(envelope('<ProfileRequest/>'), basic=(USER, 'short')), 200)
            self.assertIn("where it is kept, outside of the database", self.checks()['inbound_password'].sentence)

    def test_generate_password_makes_a_long_one_that_works(self):
        group = self.group.with_user(self.administrator)
        made = set()
        for _twice in range(2):
            group.action_generate_password()
            made.add(group.inbound_password)
        self.assertEqual(len(made), 2)
        self.assertGreaterEqual(min(map(len, made)), 32)
        self.assertAnswer(
            self.post_message(envelope('<ProfileRequest/>'), basic=(USER, group.inbound_password)), 200)
        with self.assertRaises(AccessError):
            self.group.with_user(self.manager).action_generate_password()

    def test_the_form_has_the_password_to_copy_and_can_still_be_written(self):
        with Form(self.group.with_user(self.administrator)) as form:
            form.inbound_password = 'typed by an administrator'
        self.assertEqual(self.group.inbound_password, 'typed by an administrator')
        self.assertGreater(self.group.old_inbound_password_until, fields.Datetime.now())
