"""A copied and a neutralized database send nothing and say why."""
import requests
from lxml import etree

from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from ..common import ORDER_URL, SECRET, SETUP_URL, answer
from ..order_case import PROBLEM, OrderCase


@tagged('post_install', '-at_install')
class TestCopiedDatabase(OrderCase):

    def copy_database(self, uuid='another-uuid', name=None):
        """Turn this database into a copy: the original had another uuid, or another name."""
        remembered = {'database_uuid': uuid} if uuid else {}
        if name:
            remembered['database_name'] = name
        self.group.write(remembered)

    def database_check(self, group=None):
        """Give the checklist's item about the database."""
        return next(check for check in (group or self.group)._checklist() if check.key == 'database')

    def test_a_group_remembers_where_it_was_opened(self):
        here = self.group._this_database()
        self.assertEqual((self.group.database_uuid, self.group.database_name), here)
        self.assertEqual(here[1], self.env.cr.dbname)
        draft = self.group.copy({'shared_secret': SECRET})
        self.assertFalse(draft.database_uuid)
        draft.state = 'test'
        self.assertEqual(draft.database_uuid, here[0])
        created = self.env['amazon.punchout.group'].create({
            'name': "New", 'partner_id': self.vendor.id, 'setup_url': SETUP_URL, 'order_url': ORDER_URL,
            'identity': 'X', 'shared_secret': 'y', 'state': 'test'})
        self.assertEqual(created.database_uuid, here[0])
        self.assertFalse(self.group._sending_stopped_reason())

    def test_another_uuid_or_another_name_stops_sending(self):
        order = self.ordered()
        for uuid, name, words in (
            ('another-uuid', None, "another database with the name"),
            (None, 'production', "in the database production, and this one is"),
        ):
            with self.subTest(words):
                here_uuid, here_name = self.group._this_database()
                self.group.write({'database_uuid': here_uuid, 'database_name': here_name})
                self.copy_database(uuid, name)
                self.assertFalse(self.send())
                self.assertStands(order, 'queued')
                self.assertIn(words, self.group._sending_stopped_reason())
                self.assertIn("this database may be a copy", order.with_user(self.buyer).amazon_status)

    def test_the_responsible_is_notified_once(self):
        self.copy_database()
        self.assertFalse(self.send())
        self.assertFalse(self.send())
        activity = self.activities(self.group, PROBLEM)
        self.assertEqual(activity.user_id, self.administrator)
        self.assertIn("Nothing is sent to Amazon", activity.note)
        self.assertIn("Send from This Database", activity.note)
        waiting = self.make_company("Elsewhere")[1]
        self.send()
        self.assertFalse(self.activities(waiting, PROBLEM), "a group that was opened here goes on")

    def test_without_a_responsible_an_administrator_is_notified(self):
        self.group.responsible_id = False
        self.copy_database()
        self.send()
        person = self.activities(self.group, PROBLEM).user_id
        self.assertTrue(person.has_group('amazon_punchout.group_administrator'))
        self.assertEqual(person, person._amazon_people(self.company))

    def test_nobody_shops_and_everybody_learns_why(self):
        self.copy_database(name='production')
        with self.amazon(answer()) as sent, self.assertRaisesRegex(UserError, "set up in the database production"):
            self.group.with_user(self.buyer).action_punch_out()
        self.assertFalse(sent)
        self.assertIn("set up in the database production", self.group.with_user(self.administrator).sending_stopped)

    def test_a_copy_does_not_even_test_its_connection(self):
        self.copy_database(name='production')
        with self.amazon(answer()) as sent, self.assertRaisesRegex(UserError, "set up in the database production"):
            self.group.with_user(self.administrator).action_test_connection()
        self.assertFalse(sent)

    def test_an_order_that_waits_for_more_than_an_hour_says_why(self):
        order = self.ordered()
        self.copy_database()
        self.later(self.requests(order), minutes=61)
        self.send()
        self.assertIn("set up in another database", self.activities(order, PROBLEM).note)

    def test_an_administrator_decides_with_one_click(self):
        self.copy_database(name='production')
        self.send()
        self.group.with_user(self.administrator).action_send_from_this_database()
        self.assertFalse(self.group._sending_stopped_reason())
        self.assertFalse(self.activities(self.group, PROBLEM))
        self.assertIn("set up in production", self.chatter(self.group))
        self.assertNotIn("waited", self.chatter(self.group))
        self.assertEqual(self.group.message_ids[0].author_id, self.administrator.partner_id)
        order = self.ordered()
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')
        messages = len(self.group.message_ids)
        self.group.with_user(self.administrator).action_send_from_this_database()
        self.assertEqual(len(self.group.message_ids), messages, "nothing is left to decide")

    def test_what_waited_is_for_a_person_to_look_at_since_the_original_may_have_sent_it(self):
        sent = self.ordered()
        self.send()
        order = self.ordered()
        elsewhere = self.make_company("Elsewhere")[1]
        other = self.make_order(group=elsewhere, user=self.shopper_of(elsewhere))
        other.with_user(other.amazon_requester_id).button_confirm()
        self.copy_database(name='production')
        self.group.with_user(self.administrator).action_send_from_this_database()
        self.assertStands(order, 'unclear')
        self.assertTrue(self.requests(order).has_left)
        self.assertEqual(len(self.send()), 1, "of the group that was opened here")
        self.assertStands(order, 'unclear')
        self.assertStands(sent, 'sent')
        self.assertStands(other, 'sent')
        self.assertIn("Possibly sent from another database", order.with_user(self.buyer).amazon_status)
        self.assertIn("may have sent it. Look for order", order.amazon_problem)
        activity = self.activities(order, PROBLEM)
        self.assertEqual(activity.user_id, self.administrator)
        self.assertIn("press Amazon Has It. If not, press Send Again", activity.note)
        self.assertIn("may have sent it", self.chatter(order))
        said = self.group.message_ids[0].body
        for words in (
                order.name, self.administrator.name, "press Amazon Has It or Send Again", "Only purchase managers"):
            self.assertIn(words, said)
        self.assertNotIn(sent.name, said)

    def test_what_waited_is_decided_as_after_a_lost_answer(self):
        arrived, again, cancelled = self.ordered(), self.ordered(), self.ordered()
        self.copy_database()
        self.group.with_user(self.administrator).action_send_from_this_database()
        with self.assertRaisesRegex(UserError, "has to look for it on Amazon first"), self.env.cr.savepoint():
            cancelled.with_user(self.buyer).button_cancel()
        arrived.with_user(self.manager).action_amazon_arrived()
        again.with_user(self.manager).action_amazon_send_again()
        body = self.requests(again)._get_body()
        self.assertEqual(len(self.send()), 1)
        self.assertStands(arrived, 'sent')
        self.assertStands(again, 'sent')
        self.assertEqual(self.requests(again)._get_body(), body, "Amazon recognises its payloadID")
        self.assertFalse(self.activities(again, PROBLEM))

    def test_a_manager_looks_where_nobody_is_responsible(self):
        order = self.ordered()
        self.group.responsible_id = False
        self.copy_database()
        self.group.with_user(self.administrator).action_send_from_this_database()
        person = self.activities(order, PROBLEM).user_id
        self.assertTrue(person.has_group('purchase.group_purchase_manager'), "the shopper lacks the buttons")
        self.assertIn(f"Notified: {person.name}.", self.chatter(self.group))

    def test_a_responsible_who_has_left_is_not_notified_and_not_named(self):
        order = self.ordered()
        leaver = self.new_user('leaver', 'amazon_punchout.group_administrator')
        self.group.responsible_id = leaver
        leaver.active = False
        self.copy_database()
        self.group.with_user(self.administrator).action_send_from_this_database()
        person = self.activities(order, PROBLEM).user_id
        self.assertTrue(person.has_group('purchase.group_purchase_manager'))
        said = self.group.message_ids[0].body
        self.assertIn(f"Notified: {person.name}.", said)
        self.assertIn("Only purchase managers and Amazon administrators can do that.", said)
        self.assertIn("Only purchase managers and Amazon administrators can do that.", order.amazon_problem)
        self.assertNotIn(leaver.name, said)

    def test_an_administrator_is_notified_if_the_shopper_has_left_too(self):
        order = self.ordered()
        self.group.responsible_id = False
        self.buyer.active = False
        self.copy_database()
        self.group.with_user(self.administrator).action_send_from_this_database()
        person = self.activities(order, PROBLEM).user_id
        self.assertTrue(person.active and person.has_group('amazon_punchout.group_administrator'))
        self.assertIn(f"Notified: {person.name}.", self.group.message_ids[0].body)

    def test_what_could_not_connect_before_the_copy_was_never_sent_from_here(self):
        order = self.ordered()
        self.send(requests.exceptions.ConnectTimeout())
        self.assertEqual(self.requests(order).tries, 1)
        self.copy_database()
        self.group.with_user(self.administrator).action_send_from_this_database()
        self.assertIn("Possibly sent from another database", order.with_user(self.buyer).amazon_status)
        order.with_user(self.manager).action_amazon_send_again()
        self.send(requests.exceptions.ReadTimeout())
        self.assertStands(order, 'unclear')
        self.assertIn("Sent at", order.with_user(self.buyer).amazon_status, "from here, this time")

    def shopper_of(self, group):
        return self.env['res.users'].search([('company_id', '=', group.company_id.id)], limit=1)

    def test_going_back_and_forth_decides_nothing(self):
        self.copy_database()
        group = self.group.with_user(self.administrator)
        for state in ('test', 'draft', 'test'):
            group.state = state
        self.assertTrue(group._sending_stopped_reason())
        self.assertFalse(self.database_check().done)
        with self.assertRaisesRegex(UserError, "press Send from This Database"):
            group.state = 'active'
        group.action_send_from_this_database()
        group.state = 'active'

    def test_a_test_group_of_a_copy_stops_as_well_and_a_draft_needs_nothing(self):
        self.group.state = 'test'
        self.copy_database()
        self.assertTrue(self.group._sending_stopped_reason())
        self.group.state = 'draft'
        self.assertFalse(self.group._sending_stopped_reason())
        self.send()
        self.assertFalse(self.activities(self.group, PROBLEM))

    def test_an_archived_group_of_a_copy_sends_nothing_either(self):
        self.ordered()
        self.copy_database()
        self.group.active = False
        self.assertFalse(self.send())
        self.assertTrue(self.activities(self.group, PROBLEM))


@tagged('post_install', '-at_install')
class TestNeutralizedDatabase(OrderCase):

    def neutralize(self):
        """Run the addon's part of Odoo's neutralization."""
        self.env.flush_all()
        queries = list(get_neutralization_queries(['amazon_punchout']))
        self.assertEqual(len(queries), 1)
        for query in queries:
            self.env.cr.execute(query)
        self.env.invalidate_all()

    def test_every_group_is_a_draft_without_secrets(self):
        self.group.write({
            'inbound_user': 'amazon', 'inbound_password': 'not-a-real-password', 'secret_name': 'amazon',
            'base_url': 'https://odoo.example.com'})
        archived = self.group.copy({'shared_secret': SECRET, 'state': 'test', 'active': False})
        self.neutralize()
        for group in self.group + archived:
            self.assertEqual(
                (group.state, group.shared_secret, group.inbound_password, group.secret_name),
                ('draft', False, False, False))
        self.assertFalse(self.group.base_url, "carts of the copy must not go to the original")
        self.env.cr.execute("SELECT count(*) FROM amazon_punchout_group WHERE amazon_punchout_group::text LIKE %s",
                            [f'%{SECRET}%'])
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_what_was_queued_is_not_sent_and_says_why(self):
        sent = self.ordered()
        self.send()
        self.assertStands(sent, 'sent')
        order = self.ordered()
        self.neutralize()
        self.assertFalse(self.send())
        self.assertStands(order, 'refused')
        self.assertIn("Not sent: this database is a neutralized copy", order.with_user(self.buyer).amazon_status)
        self.assertIn("neutralized", order.amazon_problem)
        request = self.requests(order)
        self.assertFalse(request.reason, "words are not stored: readers have languages of their own")
        self.assertIn("neutralized copy", request.explanation)
        self.assertStands(sent, 'sent')

    def test_opened_again_it_sends_nothing_that_waited(self):
        order = self.ordered()
        self.neutralize()
        group = self.group.with_user(self.administrator)
        with self.assertRaisesRegex(UserError, "Shared Secret"), self.env.cr.savepoint():
            group.state = 'test'
        group.shared_secret = 'another-secret'
        group.state = 'test'
        self.assertEqual(group.sudo().database_uuid, group._this_database()[0])
        group.state = 'active'
        self.assertFalse(self.send())
        self.assertStands(order, 'refused')

    def test_nobody_shops_and_no_message_comes_in(self):
        self.group.write({'inbound_user': 'amazon', 'inbound_password': 'not-a-real-password'})
        self.neutralize()
        with self.assertRaisesRegex(UserError, "not open for shopping"):
            self.group.with_user(self.buyer).action_punch_out()
        self.assertFalse(self.group._with_secret('', ('shared_secret', 'inbound_password')))
        self.assertFalse(self.group._with_secret(SECRET, ('shared_secret', 'inbound_password')))

    def test_the_form_of_a_neutralized_group_still_opens(self):
        self.neutralize()
        group = self.group.with_user(self.administrator)
        view = group.get_view(view_type='form')
        names = {field.get('name') for field in etree.fromstring(view['arch']).iter('field') if not list(
            field.iterancestors('list'))} & set(group._fields)
        values = group.read(sorted(names))[0]
        self.assertEqual(values['state'], 'draft')
        self.assertIn('shared_secret', [check['key'] for check in values['checklist'] if not check['done']])
