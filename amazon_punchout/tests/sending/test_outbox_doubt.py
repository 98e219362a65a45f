"""An order that may be at Amazon is never taken for one that isn't, whatever happens later, nor the other way round."""
from contextlib import contextmanager, suppress
from unittest.mock import patch

import psycopg2
import requests

from odoo import sql_db
from odoo.exceptions import UserError
from odoo.tests import tagged, test_cursor
from odoo.tools import mute_logger
from odoo.tools.misc import Callbacks

from ...models.sending.amazon_punchout_document_sender import HELD, HOUSE
from ..common import answer
from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestDoubt(OrderCase):

    def sent_again(self):
        """Make an unclear order that a manager has queued once more."""
        order = self.ordered()
        self.send(requests.exceptions.ReadTimeout())
        order.with_user(self.manager).action_amazon_send_again()
        self.assertStands(order, 'queued')
        return order

    def test_an_unclear_order_that_is_sent_again_cannot_be_withdrawn(self):
        order = self.sent_again()
        for user in (self.buyer, self.manager):
            with self.assertRaisesRegex(UserError, "may have reached Amazon"):
                order.with_user(user).button_cancel()
        self.assertEqual(order.state, 'purchase')
        self.assertStands(order, 'queued')

    def test_an_unclear_order_whose_second_try_is_declined_stays_unclear(self):
        order = self.sent_again()
        self.send(answer(code='401', text='Unknown secret'))
        self.assertStands(order, 'unclear')
        self.assertIn("Unknown secret", order.amazon_problem)
        with self.assertRaisesRegex(UserError, "Only purchase managers"):
            order.with_user(self.buyer).action_amazon_send_again()

    def test_an_unclear_order_whose_second_try_arrives_is_sent(self):
        order = self.sent_again()
        self.send(answer())
        self.assertStands(order, 'sent')

    def test_late_news_of_an_older_request_does_not_touch_the_order(self):
        order = self.ordered()
        self.send(answer(code='400', text='Address incomplete'))
        old = self.requests(order)
        order.with_user(self.buyer).action_amazon_send_again()
        messages = len(order.message_ids)
        old.to_tell = True  # as if its outcome had failed to reach the order then
        old._update_order()
        self.assertStands(order, 'queued')
        self.assertEqual(len(order.message_ids), messages)
        old._update_order_state()
        self.assertStands(order, 'queued')

    def test_a_cancel_withdraws_what_is_queued_whatever_the_order_says(self):
        order = self.ordered()
        self.send(answer(code='400', text='Address incomplete'))
        order.with_user(self.buyer).action_amazon_send_again()
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order SET amazon_state = 'refused' WHERE id = %s", [order.id])
        order.invalidate_recordset()
        order.with_user(self.buyer).button_cancel()
        self.assertEqual(self.requests(order).mapped('state'), ['refused', 'cancelled'])
        self.assertEqual(self.send(), [])

    def test_a_queued_request_of_an_order_that_is_not_approved_is_not_sent(self):
        order = self.ordered()
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order SET state = 'cancel' WHERE id = %s", [order.id])
        self.env.invalidate_all()
        self.assertEqual(self.send(), [])

    def test_a_server_error_around_a_declined_order_is_unclear(self):
        order = self.ordered()
        self.send(answer(status=500, code='400', text='Bad request'))
        self.assertStands(order, 'unclear')

    def test_an_address_that_is_none_leaves_the_order_queued(self):
        for url in ('http://[::1/order', 'https://amazon.example:port/order', 'no address', 'https:///order'):
            with self.subTest(url):
                order = self.ordered()
                self.env.flush_all()
                self.env.cr.execute("UPDATE amazon_punchout_group SET order_url = %s", [url])
                self.env.invalidate_all()
                self.run_cron('amazon_punchout.ir_cron_send')
                self.assertStands(order, 'queued')
                self.assertFalse(self.requests(order).has_left)
                self.assertIn("is not valid", self.requests(order).reason)
                order.with_user(self.buyer).button_cancel()
                self.outbox().rests_until = False

    @mute_logger('odoo.addons.amazon_punchout.models.sending.amazon_punchout_document')
    def test_what_fails_before_a_byte_left_is_not_unclear(self):
        """Another addon, or a secret that can't be found, may break what comes before the first byte."""
        Document = type(self.env['amazon.punchout.document'])
        for name in ('_get_body', '_check_mode', '_in_notified_language'):
            with self.subTest(name):
                order = self.ordered()
                with patch.object(Document, name, side_effect=KeyError("broken")):
                    self.run_cron('amazon_punchout.ir_cron_send')
                self.assertStands(order, 'refused')
                self.assertFalse(self.requests(order).has_left)
                self.assertIn("was not sent to Amazon: An error occurred in Odoo", order.amazon_problem)
                order.with_user(self.buyer).action_amazon_send_again()
                self.assertEqual(len(self.send()), 1)
                self.assertStands(order, 'sent')

    def test_a_secret_that_no_document_can_carry_ends_the_tries(self):
        order = self.ordered()
        self.group.shared_secret = 'broken\x01secret'
        self.assertEqual(self.send(), [])
        self.assertStands(order, 'refused')
        self.assertIn("was not sent to Amazon", order.amazon_problem)

    @contextmanager
    def nobody_can_be_woken(self):
        """Let core run what it does after a commit, by a connection to the database `postgres`, which is refused.

        Browsers and schedulers are woken so; the cursors of tests leave it out.
        """
        commit, connect = test_cursor.TestCursor.commit, sql_db.db_connect

        def commit_and_wake(cursor):
            cursor.flush()
            hooks, cursor.postcommit = cursor.postcommit, Callbacks()
            commit(cursor)
            cursor.postcommit = hooks
            hooks.run()

        def refused(to, *args, **kwargs):
            if to == 'postgres':
                raise psycopg2.OperationalError("FATAL: sorry, too many clients already")
            return connect(to, *args, **kwargs)
        with patch.object(test_cursor.TestCursor, 'commit', commit_and_wake), \
                patch.object(sql_db, 'db_connect', refused), \
                mute_logger('odoo.addons.amazon_punchout.tools.steps'), suppress(psycopg2.OperationalError):
            yield

    def test_an_order_of_which_no_byte_had_left_was_unclear(self):
        """It was marked, but nobody could be told so, and that ended the sender before it began to send."""
        order = self.ordered()
        with self.nobody_can_be_woken():
            self.send(answer())
        self.send(answer())
        self.assertStands(order, 'sent')
        self.assertEqual(self.requests(order).tries, 1)

    def test_an_order_behind_one_of_a_dead_sender_was_unclear_too(self):
        """The next run was to bring the dead one's to its order, but the scheduler could not be woken."""
        dead, order = self.ordered(), self.ordered()
        self.requests(dead).state = 'sending'
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:  # another sender looks after dead ones
            cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [HELD, HOUSE])
            with self.nobody_can_be_woken():
                self.send(answer())
        self.assertEqual(self.requests(dead).state, 'unclear')
        self.assertNotEqual(self.requests(order).state, 'sending')
        self.send(answer())
        self.assertStands(dead, 'unclear')
        self.assertStands(order, 'sent')
        self.assertEqual(self.requests(order).tries, 1)
