from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import requests
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import cxml
from ..common import ORDER_URL, SECRET, answer
from ..order_case import PROBLEM, OrderCase

APART = 'odoo.addons.amazon_punchout.tools.steps'


@tagged('post_install', '-at_install')
class TestQueue(OrderCase):

    def test_the_secret_is_in_the_bytes_sent_only(self):
        order = self.ordered()
        sent = self.send()
        self.assertIn(SECRET.encode(), sent[0])
        stored = self.requests(order)._get_body()
        self.assertNotIn(b'SharedSecret>n', stored)
        self.assertEqual(sent[0].replace(f'<SharedSecret>{SECRET}</SharedSecret>'.encode(), b''), stored)
        self.assertNothingLeaks(order)

    def add_to_order_request(self, element):
        """Add an element to the header of each order request, as another addon does."""
        Order = type(self.env['purchase.order'])
        prepare = Order._amazon_prepare_order_request
        extra = (cxml.ExtraElement('OrderRequestHeader', element),)
        self.patch(Order, '_amazon_prepare_order_request', lambda order: replace(prepare(order), extra=extra))

    def test_another_addon_adds_an_element_to_the_order_request(self):
        self.add_to_order_request(cxml.Element('PaymentTerm', attributes=(('payInNumberOfDays', '30'),)))
        order = self.ordered()
        self.assertRegex(self.requests(order)._get_body(), rb'<PaymentTerm payInNumberOfDays="30"\s*/>')
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')

    def test_an_element_that_cxml_does_not_allow_is_explained(self):
        self.add_to_order_request(cxml.Element('StartPage'))
        order = self.make_order()
        with self.assertRaisesRegex(UserError, "can't be sent to Amazon. StartPage is not allowed in"):
            order.with_user(self.buyer).button_confirm()

    def test_what_another_addon_can_not_prepare_is_explained(self):
        order = self.make_order()
        with patch.object(
            type(order), '_amazon_prepare_order_request',
            side_effect=cxml.CxmlError('missing', 'OrderRequest', 'PaymentTerm'),
        ), self.assertRaisesRegex(UserError, "can't be sent to Amazon. .*PaymentTerm"):
            order.with_user(self.buyer).button_confirm()

    def test_without_a_connection_the_same_bytes_are_tried_again_later(self):
        order = self.ordered()
        request = self.requests(order)
        self.send(requests.exceptions.ConnectTimeout())
        self.assertStands(order, 'queued')
        self.assertFalse(request.has_left)
        self.assertIn("no connection within", request.reason)
        self.assertIn(f"The order was not sent: {request.reason}. Odoo tries again automatically.", self.chatter(order))
        self.assertFalse(self.send(), "it was tried before its time")
        self.later(request, minutes=2)
        payload_id, body = request.payload_id, request._get_body()
        sent = self.send()
        self.assertEqual(len(sent), 1)
        self.assertIn(payload_id.encode(), sent[0])
        self.assertEqual((request.payload_id, request._get_body()), (payload_id, body))
        self.assertStands(order, 'sent')
        self.assertEqual(request.tries, 2)

    def test_the_times_between_tries_grow_and_the_chatter_has_the_first(self):
        order = self.ordered()
        request = self.requests(order)
        minutes = []
        for _try in range(6):
            before = fields.Datetime.now()
            self.send(requests.exceptions.ConnectTimeout())
            minutes.append(round((request.next_try_at - before).total_seconds() / 60))
            self.assertTrue(self.env['ir.cron.trigger'].search_count([
                ('cron_id', '=', self.env.ref('amazon_punchout.ir_cron_send').id),
                ('call_at', '=', request.next_try_at)]))
            self.later(request, hours=1)
        self.assertEqual(minutes, [1, 5, 10, 30, 60, 60])
        self.assertEqual(self.chatter(order).count("The order was not sent"), 1)

    def test_a_dead_address_is_asked_once_and_not_once_for_each_order(self):
        orders = self.ordered() + self.ordered() + self.ordered()
        sent = self.send(requests.exceptions.ConnectTimeout())
        self.assertEqual(len(sent), 1)
        for order in orders:
            self.assertStands(order, 'queued')
            self.assertIn("Next try", order.amazon_status)
        self.later(self.requests(orders[0]), minutes=2)
        self.assertEqual(len(self.send()), 3, "the others go as soon as there is an answer")
        for order in orders:
            self.assertStands(order, 'sent')

    def test_orders_leave_in_the_order_of_their_approval(self):
        first, second = self.make_order(), self.make_order()
        second.with_user(self.buyer).button_confirm()
        first.with_user(self.buyer).button_confirm()
        sent = self.send()
        self.assertEqual([order.name.encode() in body for order, body in zip((second, first), sent, strict=True)],
                         [True, True])

    def test_waiting_for_more_than_an_hour_is_notified_once(self):
        order = self.ordered()
        request = self.requests(order)
        request.write({'reason': "another addon keeps it", 'next_try_at': '2999-01-01'})
        self.send()
        self.assertFalse(self.activities(order, PROBLEM))
        request.queued_at -= timedelta(minutes=61)
        self.send()
        activity = self.activities(order, PROBLEM)
        self.assertEqual(activity.user_id, self.administrator)
        self.assertIn("more than an hour and was not sent: another addon keeps it.", activity.note)
        self.assertIn("Withdraw", activity.note)
        self.send()
        self.assertEqual(self.activities(order, PROBLEM), activity)
        request.next_try_at = False
        self.send()
        self.assertStands(order, 'sent')
        self.assertFalse(self.activities(order, PROBLEM), "what is solved is closed")

    def test_an_order_that_waits_for_no_known_reason_is_not_blamed_on_amazon(self):
        order = self.ordered()
        request = self.requests(order)
        request.next_try_at = '2999-01-01'
        self.assertIn("Not sent yet. Next try: ", order.amazon_status)
        request.queued_at = fields.Datetime.now() - timedelta(minutes=61)
        self.send()
        note = self.activities(order, PROBLEM).note
        self.assertIn("has been waiting for more than an hour and was not sent yet.", note)
        self.assertNotIn("reached", note)

    def test_the_one_activity_has_the_latest_problem(self):
        order = self.ordered()
        request = self.requests(order)
        request.write({'queued_at': fields.Datetime.now() - timedelta(minutes=61), 'next_try_at': '2999-01-01'})
        self.send()
        self.assertIn("more than an hour", self.activities(order, PROBLEM).note)
        request.next_try_at = False
        self.send(answer(code='400', text='Offer expired'))
        activity = self.activities(order, PROBLEM)
        self.assertEqual(len(activity), 1)
        self.assertIn("Offer expired", activity.note)
        self.assertNotIn("more than an hour", activity.note)

    def test_while_the_group_is_in_draft_its_orders_wait(self):
        order = self.ordered()
        self.group.state = 'draft'
        self.assertFalse(self.send())
        self.assertStands(order, 'queued')
        self.assertIn("draft", order.amazon_status)
        self.later(self.requests(order), minutes=61)
        self.assertFalse(self.send())
        self.assertIn("is in draft", self.activities(order, PROBLEM).note)
        self.group.state = 'test'
        self.group.state = 'active'
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')

    def test_an_order_never_leaves_in_another_mode_than_it_was_shopped_in(self):
        order = self.ordered()
        self.group.state = 'test'
        self.assertFalse(self.send())
        self.assertStands(order, 'refused')
        self.assertFalse(self.requests(order).has_left)
        self.assertIn("Live mode", order.amazon_problem)
        self.assertIn("Not sent", order.amazon_status)
        self.assertEqual(len(self.activities(order, PROBLEM)), 1)
        self.group.state = 'active'
        order.with_user(self.buyer).action_amazon_send_again()
        self.assertEqual(len(self.send()), 1)
        self.assertStands(order, 'sent')

    def test_the_order_address_and_nothing_else_is_asked(self):
        self.ordered()
        asked = []

        def respond(prepared, **kwargs):
            asked.append((prepared.url, prepared.headers['Content-Type'], kwargs['allow_redirects']))
            return answer()(prepared)
        self.send(respond)
        self.assertEqual(asked, [(ORDER_URL, 'text/xml; charset=UTF-8', False)])

    def test_the_database_blocks_a_second_open_request(self):
        order = self.ordered()
        for state in ('queued', 'sending', 'unclear', 'sent'):
            self.requests(order).state = state
            self.env.flush_all()
            with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
                order._amazon_new_requests()
                self.env.flush_all()
        self.requests(order).state = 'refused'
        order._amazon_new_requests()
        self.env.flush_all()

    def test_the_scheduler_goes_on_while_orders_are_due(self):
        """A run that takes too long ends and reports that there is more to do."""
        orders = [self.ordered() for _each in range(3)]
        cron = self.env.ref('amazon_punchout.ir_cron_send')
        with patch('odoo.addons.base.models.ir_cron.MIN_TIME_PER_JOB', 0):
            self.assertFalse(self.send(), "nothing begins once the time is over")
        progress = self.env['ir.cron.progress'].search([('cron_id', '=', cron.id)], order='id desc', limit=1)
        self.assertEqual(progress.remaining, 3)
        self.assertEqual(len(self.send()), 3)
        for order in orders:
            self.assertStands(order, 'sent')


@tagged('post_install', '-at_install')
class TestOutcomeIsKept(OrderCase):
    """The answer comes only once, so it is stored whatever else fails."""

    def test_what_a_dead_sender_left_is_unclear_and_not_sent_again(self):
        order = self.ordered()
        self.requests(order).write({'state': 'sending', 'last_try_at': fields.Datetime.now()})
        self.assertFalse(self.send())
        self.assertStands(order, 'unclear')
        self.assertTrue(self.requests(order).has_left)
        self.assertIn("Odoo stopped", order.amazon_problem)
        self.assertEqual(len(self.activities(order, PROBLEM)), 1)

    @mute_logger(APART)
    def test_a_failing_chatter_loses_no_answer(self):
        order, other = self.ordered(), self.ordered()
        Order = type(self.env['purchase.order'])
        message_post = Order.message_post

        def fail(self, **kwargs):
            if self == order:
                raise ValueError("the chatter is broken")
            return message_post(self, **kwargs)
        with patch.object(Order, 'message_post', fail):
            self.assertEqual(len(self.send()), 2)
        self.assertStands(order, 'sent')
        self.assertStands(other, 'sent')
        self.assertFalse(self.send())
        self.assertEqual(self.chatter(order).count("Amazon has received the order"), 1, "notified as soon as it works")

    @mute_logger(APART)
    def test_an_order_that_can_not_be_written_does_not_hide_what_became_of_it(self):
        order = self.ordered()
        Order = type(self.env['purchase.order'])
        with patch.object(Order, '_amazon_apply_state', side_effect=ValueError("another addon is broken")):
            self.send(answer(code='400', text='Offer expired'))
        self.assertStands(order, 'queued', 'refused')
        self.assertIn("Offer expired", order.amazon_status)
        self.assertIn("Offer expired", order.amazon_problem)
        self.assertFalse(self.send())
        self.assertStands(order, 'refused')
        self.assertEqual(len(self.activities(order, PROBLEM)), 1)

    def test_amazons_own_message_is_not_overwritten_by_a_late_answer(self):
        order = self.ordered()

        def respond(prepared, **_kwargs):
            self.env.cr.execute("UPDATE purchase_order SET amazon_state = 'confirmed' WHERE id = %s", [order.id])
            return answer()(prepared)
        self.send(respond)
        self.assertStands(order, 'confirmed', 'sent')

    def test_problems_are_written_in_the_language_of_the_responsible_person(self):
        self.env['res.lang']._activate_lang('de_DE')
        self.administrator.lang = 'de_DE'
        order = self.ordered()
        seen = []
        Document = type(self.env['amazon.punchout.document'])
        read = Document._read_order_answer

        def spy(self, each):
            seen.append(self.env.lang)
            return read(self, each)
        with patch.object(Document, '_read_order_answer', spy):
            self.send(answer(code='400', text='Offer expired'))
        self.assertEqual(seen, ['de_DE'])
        self.assertEqual(order.message_ids[0].author_id, self.vendor, "not the approver, and not OdooBot")

    def test_an_outcome_reaches_the_order_once(self):
        """Another sender may bring it to the order at the same moment."""
        order = self.ordered()
        self.send()
        self.requests(order)._update_order()
        self.assertEqual(self.chatter(order).count("Amazon has received the order"), 1)

    def test_without_a_responsible_person_the_requester_is_notified(self):
        self.group.responsible_id = False
        order = self.ordered()
        self.send(answer(code='400', text='Offer expired'))
        self.assertEqual(self.activities(order, PROBLEM).user_id, self.buyer)

    def test_after_the_responsible_person_has_left_the_requester_is_notified_in_their_language(self):
        self.env['res.lang']._activate_lang('de_DE')
        self.buyer.lang = 'de_DE'
        self.group.responsible_id = leaver = self.new_user('leaver', 'purchase.group_purchase_user')
        leaver.active = False
        order = self.ordered()
        self.assertEqual(self.requests(order)._in_notified_language().env.lang, 'de_DE')
        self.send(answer(code='400', text='Offer expired'))
        self.assertEqual(self.activities(order, PROBLEM).user_id, self.buyer)
