"""A group that does not answer rests: none of its orders is tried meanwhile, and no other group waits for it."""
from datetime import timedelta
from unittest.mock import patch

import requests
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import SCHEDULED_ACTIONS
from ..common import ORDER_URL, answer
from ..order_case import PROBLEM, OrderCase

WATCH = 'amazon_punchout.mail_activity_watch'
SEND = 'amazon_punchout.ir_cron_send'
REFUSED = requests.exceptions.ConnectTimeout()
LATE = requests.exceptions.ReadTimeout()


class RestCase(OrderCase):
    rests_are_over = False

    def rest(self):
        """Have the group rest with three orders, of which the first is unclear."""
        orders = self.ordered() + self.ordered() + self.ordered()
        self.send(LATE)
        return orders

    def pass_time(self, **passed):
        """Let time pass for the group."""
        self.outbox().rests_until -= timedelta(**passed)

    def outboxes_at_rest(self):
        return self.env['amazon.punchout.outbox'].search([('rests_until', '!=', False)])

    def other_group(self, number=''):
        """Make another group at the same address.

        :return: the group
        """
        group = self.group.copy({
            'name': f"Other group {number}", 'shared_secret': f'not-a-real-secret-of-others{number}',
            'identity': f'OtherGroup{number}', 'responsible_id': self.administrator.id,
            'order_url': f'{ORDER_URL}/other{number}'})
        group.state = 'test'
        group.state = 'active'
        return group

    def ordered_in(self, group):
        order = self.make_order(group=group)
        order.with_user(self.buyer).button_confirm()
        return order

    def sent_names(self, bodies, orders):
        """Tell the order of each body that was sent."""
        return [next(order for order in orders if f'orderID="{order.name}"'.encode() in body) for body in bodies]


@tagged('post_install', '-at_install')
class TestRest(RestCase):

    def test_after_one_time_out_no_other_order_of_the_group_is_tried(self):
        for respond, state in (
                (LATE, 'unclear'), (REFUSED, 'queued'), (answer(status=503, body=""), 'unclear'),
                (answer(code='500'), 'unclear')):
            with self.subTest(state, respond=respond):
                first, second = self.ordered(), self.ordered()
                self.assertEqual(len(self.send(respond)), 1)
                self.assertStands(first, state)
                self.assertStands(second, 'queued')
                self.assertEqual(self.requests(second).tries, 0)
                self.assertFalse(self.send(), "it was tried before its time")
                self.pass_time(hours=2)
                self.send()
                self.assertStands(second, 'sent')

    def test_a_clear_answer_is_none_to_rest_after(self):
        for respond in (answer(code='400'), answer(status=404, body="nothing"), answer(status=302, body="")):
            with self.subTest(respond=respond):
                orders = self.ordered() + self.ordered()
                self.assertEqual(len(self.send(respond)), 2)
                self.assertEqual(orders.mapped('amazon_state'), ['refused', 'refused'])

    def test_an_order_that_waits_says_why_and_until_when(self):
        _first, second, _third = self.rest()
        reason = self.outbox().reason
        self.assertIn("amazon.example: no answer in time", reason)
        self.assertIn(f"Not sent yet: {reason}. No order of the Amazon group Test group is sent until Amazon answers "
                      "again. Next try: ", second.amazon_status)
        self.assertTrue(second.amazon_is_resting)
        self.assertFalse(self.chatter(second).count("not sent"))

    def test_a_group_that_has_rested_is_asked_without_an_order_first(self):
        orders = self.rest()
        self.pass_time(minutes=2)
        self.assertEqual(len(self.send()), 2)
        self.assertEqual(len(self.probes), 1)
        self.assertNotIn(b'OrderRequest', self.probes[0])
        self.assertEqual(orders.mapped('amazon_state'), ['unclear', 'sent', 'sent'])
        self.assertFalse(self.outbox().failures)
        self.ordered()
        self.send()
        self.assertFalse(self.probes, "who has answered is not asked")

    def test_no_order_is_risked_while_amazon_does_not_answer(self):
        orders = self.rest()
        for fault in (LATE, REFUSED, answer(status=503, body="")):
            with self.subTest(fault=fault):
                self.probe_answer = fault
                self.pass_time(hours=2)
                self.assertFalse(self.send())
                self.assertEqual(len(self.probes), 1)
                self.assertEqual(orders.mapped('amazon_state'), ['unclear', 'queued', 'queued'])
                self.assertTrue(self.group.is_resting)

    def test_an_amazon_that_does_not_know_the_question_has_answered(self):
        for respond in (answer(code='400'), answer(status=500, code='500'), answer(status=404, body="nothing")):
            with self.subTest(respond=respond):
                first, second = self.ordered(), self.ordered()
                self.send(LATE)
                self.probe_answer = respond
                self.pass_time(hours=2)
                self.send()
                self.assertStands(first, 'unclear')
                self.assertStands(second, 'sent')

    @mute_logger('odoo.addons.amazon_punchout.models.sending.amazon_punchout_outbox')
    def test_a_question_that_can_not_be_written_holds_up_nobody(self):
        """Another addon may extend how it is written; no sender would come past this group."""
        orders = self.rest()

        def fail(_group):
            raise ValueError("an error of another addon")
        self.patch(type(self.group), '_prepare_header', fail)
        self.pass_time(minutes=2)
        self.assertEqual(len(self.send()), 2)
        self.assertFalse(self.probes)
        self.assertEqual(orders.mapped('amazon_state'), ['unclear', 'sent', 'sent'])

    def test_the_rests_grow_up_to_an_hour_and_end_with_a_clear_answer(self):
        orders = [self.ordered() for _each in range(8)]
        minutes = []
        for _try in range(6):
            before = fields.Datetime.now()
            self.send(LATE)
            outbox = self.outbox()
            minutes.append(round((outbox.rests_until - before).total_seconds() / 60))
            self.assertTrue(self.env['ir.cron.trigger'].search_count([
                ('cron_id', '=', self.env.ref(SEND).id), ('call_at', '=', outbox.rests_until)]),
                "the sender is woken when the rest ends")
            self.pass_time(hours=2)
        self.assertEqual(minutes, [1, 5, 10, 30, 60, 60])
        self.send()
        self.assertStands(orders[-1], 'sent')
        self.assertEqual((self.outbox().failures, self.outbox().rests_until, self.outbox().reason), (0, False, False))

    def test_the_rests_grow_while_only_questions_are_answered(self):
        """A server that answers questions and hangs with every order would get one more each minute."""
        self.rest()
        self.pass_time(minutes=2)
        self.send(LATE)
        self.assertEqual(self.outbox().failures, 2)

    def test_the_responsible_is_notified_once_and_not_for_each_order(self):
        now = fields.Datetime.now()
        for key in SCHEDULED_ACTIONS:  # they all run
            self.env.ref(f'amazon_punchout.{key}').write({'lastcall': now, 'nextcall': now + timedelta(days=1)})
        orders = self.rest()
        self.run_cron('amazon_punchout.ir_cron_watch')
        activity = self.activities(self.group, WATCH)
        self.assertEqual(activity.user_id, self.administrator)
        self.assertIn("Amazon does not answer to orders of this group: amazon.example: no answer in time. Orders that "
                      "wait: 2. Next try: ", activity.note)
        for request in orders.amazon_document_ids.filtered(lambda document: document.state == 'queued'):
            request.queued_at -= timedelta(hours=3)
        self.send()
        self.run_cron('amazon_punchout.ir_cron_watch')
        self.assertEqual(self.activities(self.group, WATCH), activity)
        self.assertFalse(self.activities(orders[1:], PROBLEM))
        self.pass_time(hours=2)
        self.run_cron('amazon_punchout.ir_cron_watch')
        self.assertEqual(self.activities(self.group, WATCH), activity, "a rest that is over is no answer")
        self.send()
        self.run_cron('amazon_punchout.ir_cron_watch')
        self.assertFalse(self.activities(self.group, WATCH), "what is solved is closed")

    def test_an_order_that_waits_with_its_group_is_not_late(self):
        orders = self.rest()
        request = self.requests(orders[1])
        request.queued_at -= timedelta(minutes=30)
        self.assertFalse(orders[1].amazon_problem)
        self.assertFalse(request.filtered_domain(request._late_order_domain()))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=30)):
            orders.invalidate_recordset()
            self.assertIn("has been waiting in Odoo", orders[1].amazon_problem, "the rest is over and nothing goes on")

    def test_the_first_order_stays_the_first(self):
        first, second = self.ordered(), self.ordered()
        self.send(REFUSED)
        self.pass_time(minutes=2)
        self.requests(first).next_try_at -= timedelta(minutes=2)
        self.assertEqual(self.sent_names(self.send(), (first, second)), [first, second])


@tagged('post_install', '-at_install')
class TestSendNow(RestCase):

    def assertTriedAtOnce(self, act):
        """Assert that something has Amazon asked at once, and risks no order while it does not answer."""
        orders = self.rest()
        triggers = self.env['ir.cron.trigger'].search([])
        act(orders)
        self.assertTrue((self.env['ir.cron.trigger'].search([]) - triggers).filtered(
            lambda trigger: trigger.call_at <= fields.Datetime.now()))
        orders.invalidate_recordset()
        self.assertIn("Odoo is asking Amazon whether it answers again", orders[1].amazon_status)
        self.probe_answer = LATE
        self.assertFalse(self.send(LATE), "an order would become unclear")
        self.assertEqual(len(self.probes), 1)
        self.assertEqual(orders[1].amazon_state, 'queued')
        self.assertEqual(self.outbox().failures, 2, "a person does not make the rests short again")
        orders.invalidate_recordset()
        self.assertIn("No order of the Amazon group Test group is sent until Amazon answers again",
                      orders[1].amazon_status)
        self.probe_answer = answer()
        self.group.with_user(self.administrator).action_send_now()
        self.assertTrue(self.send())
        self.assertStands(orders[1], 'sent')

    def test_a_buyer_tries_an_order_at_once(self):
        self.assertTriedAtOnce(lambda orders: orders[1].with_user(self.buyer).action_amazon_send_now())

    def test_an_administrator_tries_a_group_at_once(self):
        self.assertTriedAtOnce(lambda _orders: self.group.with_user(self.administrator).action_send_now())

    def test_an_order_that_a_person_sends_again_is_tried_at_once(self):
        self.assertTriedAtOnce(lambda orders: orders[0].with_user(self.manager).action_amazon_send_again())

    def test_another_address_is_tried_at_once(self):
        self.assertTriedAtOnce(
            lambda _orders: self.group.with_user(self.administrator).write({'order_url': ORDER_URL + '/new'}))

    def test_what_was_not_connected_is_tried_at_once_too(self):
        order = self.ordered()
        self.send(REFUSED)
        order.with_user(self.buyer).action_amazon_send_now()
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')

    def test_who_can_not_order_can_not_try(self):
        orders = self.rest()
        accountant = self.new_user('accountant', 'account.group_account_invoice')
        with self.assertRaises(AccessError):
            orders[1].with_user(accountant).action_amazon_send_now()
        with self.assertRaises(AccessError):
            self.group.with_user(self.buyer).action_send_now()


@tagged('post_install', '-at_install')
class TestTurns(RestCase):

    def dead_groups(self, count):
        """Make groups that don't answer, each with an order, whose rests are over and whose turns were long ago."""
        self.ordered()
        self.send()
        groups = [self.other_group(number) for number in range(count)]
        for group in groups:
            self.ordered_in(group)
        self.send(REFUSED)
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        for outbox in self.outboxes_at_rest():
            outbox.write({'rests_until': hour_ago, 'last_turn_at': hour_ago, 'rested_at': hour_ago})
        self.requests(self.env['purchase.order'].search([('amazon_state', '=', 'queued')])).next_try_at = False
        self.probe_answer = LATE
        return groups

    def events_of_sending(self, order):
        """Send, and tell what happened in which order: a group was asked, or the order left.

        :return: names
        """
        events, outboxes, documents = [], type(self.outbox()), type(self.requests(order))
        probe, send = outboxes._probe, documents._send

        def asked(outbox):
            events.append('asked')
            probe(outbox)

        def left(document):
            events.append('left')
            send(document)
        self.patch(outboxes, '_probe', asked)
        self.patch(documents, '_send', left)
        self.send()
        return events

    def test_an_order_waits_for_one_group_that_does_not_answer_however_many_there_are(self):
        """One sender asks one group after the other, each for up to 40 seconds."""
        self.dead_groups(3)
        order = self.ordered()
        self.requests(order).queued_at -= timedelta(minutes=5)
        self.assertEqual(self.events_of_sending(order), ['asked', 'left', 'asked', 'asked'])
        self.assertStands(order, 'sent')

    def test_orders_that_keep_coming_do_not_keep_a_group_from_being_asked(self):
        self.dead_groups(2)
        order = self.ordered()
        with freeze_time(fields.Datetime.now() - timedelta(minutes=5)):
            events = self.events_of_sending(order)  # it was approved after each of them was asked
        self.assertEqual(events, ['asked', 'asked', 'left'])

    def test_a_group_that_hangs_holds_up_no_other(self):
        other = self.other_group()
        for _each in range(3):
            self.ordered()
        order = self.ordered_in(other)

        def respond(prepared, **kwargs):
            if prepared.url == ORDER_URL:
                raise LATE
            return answer()(prepared, **kwargs)
        self.assertEqual(len(self.send(respond)), 2, "one time-out, and the order of the other group")
        self.assertStands(order, 'sent')

    def test_groups_take_turns_and_each_keeps_the_order_of_its_approvals(self):
        other = self.other_group()
        ours = [self.ordered() for _each in range(3)]
        theirs = [self.ordered_in(other) for _each in range(2)]
        sent = self.sent_names(self.send(), ours + theirs)
        self.assertEqual(sent, [ours[0], theirs[0], ours[1], theirs[1], ours[2]])

    def test_whose_turn_was_longer_ago_is_next(self):
        other = self.other_group()
        self.ordered()
        self.send()
        ours, theirs = self.ordered(), self.ordered_in(other)
        self.assertEqual(self.sent_names(self.send(), (ours, theirs)), [theirs, ours])

    def test_what_a_dead_sender_left_is_settled_by_the_next_sender_of_the_group(self):
        """Orders of the group may be due all the time, so that its lock is never free."""
        left, order = self.ordered(), self.ordered()
        Documents = self.env['amazon.punchout.document']
        self.requests(left).write({'state': 'sending', 'last_try_at': fields.Datetime.now()})
        self.patch(type(Documents), '_settle_if_sender_died', lambda _document: None)
        self.send()
        self.assertStands(order, 'sent')
        self.assertEqual(self.requests(left).state, 'unclear')


@tagged('post_install', '-at_install')
class TestWaking(RestCase):

    def triggers_from(self, before):
        """List the moments at which the sender is woken, without those that were there."""
        triggers = self.env['ir.cron.trigger'].search([('cron_id', '=', self.env.ref(SEND).id)]) - before
        return triggers.mapped('call_at')

    def run_sender(self, time):
        """Run the sender, with so many seconds for it.

        :return: the moments at which it is woken, and how much it reported as left
        """
        Cron, reported = self.env.registry['ir.cron'], []
        commit = Cron._commit_progress

        def in_time(cron, processed=0, *, remaining=None, **kwargs):
            reported.append(remaining)
            commit(cron, processed, remaining=remaining, **kwargs)
            return time
        before = self.env['ir.cron.trigger'].search([])
        with patch.object(Cron, '_commit_progress', in_time):
            self.run_cron(SEND)
        return self.triggers_from(before), reported

    def test_what_is_due_at_the_end_of_a_run_wakes_the_next(self):
        """Odoo itself would look for it up to a minute later."""
        self.ordered()
        with self.amazon(answer()):
            moments, reported = self.run_sender(time=0.0)
        self.assertEqual(reported[-1], 1)
        self.assertTrue(moments)
        self.assertLessEqual(max(moments), fields.Datetime.now())

    def test_while_only_groups_that_rest_have_orders_nothing_is_woken_before_their_time(self):
        self.rest()
        with self.amazon(answer()):
            moments, reported = self.run_sender(time=0.0)
        self.assertFalse(moments)
        self.assertFalse(reported[-1])

    def test_what_a_person_is_in_the_way_of_wakes_the_next_run_a_little_later(self):
        self.ordered()
        self.patch(type(self.env['amazon.punchout.document']), '_mark_next', lambda documents, _group: documents[:0])
        with self.amazon(answer()):
            moments, reported = self.run_sender(time=10.0)
        self.assertFalse(reported[-1])
        self.assertTrue(moments)
        self.assertGreater(min(moments), fields.Datetime.now())
