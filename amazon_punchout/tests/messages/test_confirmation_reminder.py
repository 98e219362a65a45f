"""The person in charge is notified, once, of an order that Amazon received but has not confirmed."""
from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..cxml_builder import confirmation_xml, status
from ..message_case import MessageCase

UNCONFIRMED = 'amazon_punchout.mail_activity_confirmation'
NOW = '2026-03-02 13:00:00'


@tagged('-at_install', 'post_install')
class TestConfirmationReminder(MessageCase):

    def setUp(self):
        super().setUp()
        clock = freeze_time(NOW)
        self.clock = clock.start()
        self.addCleanup(clock.stop)
        self.group.confirmations_expected = True
        self.clock.tick(timedelta(minutes=1))

    def notified(self, order, **passed):
        """Let time pass and the scheduled action run.

        :return: the open activities of the order
        """
        self.clock.tick(timedelta(**passed))
        self.run_cron('amazon_punchout.ir_cron_remind_confirmation')
        return self.activities(order, UNCONFIRMED)

    def test_after_a_day_without_a_confirmation_the_responsible_is_notified_with_a_link_to_amazon(self):
        order = self.sent_order()
        self.assertFalse(self.notified(order, hours=23))
        activity = self.notified(order, hours=2)
        self.assertEqual(activity.user_id, self.administrator)
        self.assertIn(order.name, activity.summary)
        self.assertIn("more than 24 hours", activity.note)
        self.assertIn('href="https://www.amazon.com/gp/css/order-history"', activity.note)

    def test_one_notification_is_enough(self):
        order = self.sent_order()
        activity = self.notified(order, hours=25)
        self.assertEqual(self.notified(order, hours=25), activity)
        activity.with_user(self.administrator).action_feedback()
        self.assertFalse(self.notified(order, hours=25))

    def test_the_group_says_after_how_many_hours(self):
        self.group.confirmation_hours = 3
        order = self.sent_order()
        self.assertFalse(self.notified(order, hours=2))
        self.assertIn("more than 3 hours", self.notified(order, hours=2).note)

    def test_a_group_that_expects_none_is_not_reminded(self):
        self.group.confirmations_expected = False
        self.assertFalse(self.notified(self.sent_order(), hours=100))

    def test_orders_from_before_confirmations_were_expected_are_left_alone(self):
        self.group.confirmations_expected = False
        old = self.sent_order()
        self.clock.tick(timedelta(days=30))
        self.group.confirmations_expected = True
        self.clock.tick(timedelta(minutes=1))
        new = self.sent_order()
        self.assertFalse(self.notified(old, days=2))
        self.assertTrue(self.activities(new, UNCONFIRMED))

    def test_a_confirmation_closes_it(self):
        order = self.sent_order()
        self.assertTrue(self.notified(order, hours=25))
        self.deliver(confirmation_xml(order, [(1, 1, status())]))
        self.assertFalse(self.activities(order, UNCONFIRMED))
        self.assertFalse(self.notified(order, hours=100))

    def test_nobody_is_notified_of_a_confirmed_order(self):
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status())]))
        self.assertFalse(self.notified(order, hours=100))

    def test_a_confirmation_that_answers_no_line_is_one_too(self):
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status('unknown'))], confirm_id=None))
        self.assertEqual(order.amazon_state, 'sent')
        self.assertFalse(self.notified(order, hours=100))

    def test_without_a_responsible_the_requester_is_notified(self):
        self.group.responsible_id = False
        self.assertEqual(self.notified(self.sent_order(), hours=25).user_id, self.buyer)

    def test_if_the_responsible_has_left_the_requester_is_notified(self):
        self.group.responsible_id = leaver = self.new_user('leaver', 'purchase.group_purchase_user')
        leaver.active = False
        self.assertEqual(self.notified(self.sent_order(), hours=25).user_id, self.buyer)

    def test_the_filter_of_problems_finds_it(self):
        order = self.sent_order()
        arch = etree.fromstring(self.env['purchase.order'].with_user(self.buyer).get_view(
            self.env.ref('purchase.purchase_order_view_search').id, 'search')['arch'])
        domain = safe_eval(arch.xpath("//filter[@name='amazon_problems']")[0].get('domain'))
        self.assertNotIn(order, self.env['purchase.order'].search(domain))
        self.notified(order, hours=25)
        self.assertIn(order, self.env['purchase.order'].search(domain))

    def test_nobody_is_notified_of_an_order_that_waits_or_is_cancelled(self):
        queued = self.ordered()
        self.assertFalse(self.notified(queued, hours=100))
        sent = self.sent_order()
        sent.with_user(self.buyer)._amazon_state_cancelled()
        self.assertFalse(self.notified(sent, hours=100))
