from datetime import timedelta

import requests
from freezegun import freeze_time
from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..common import answer
from ..order_case import OrderCase

# A Monday.
NOW = '2026-03-02 13:02:00'


@tagged('post_install', '-at_install')
class TestStatus(OrderCase):
    """One sentence says where an order is, in the reader's time zone."""

    def setUp(self):
        super().setUp()
        self.buyer.tz = 'UTC'
        clock = freeze_time(NOW)
        self.clock = clock.start()
        self.addCleanup(clock.stop)

    def says(self, order, user=None):
        order.invalidate_recordset()
        return order.with_user(user or self.buyer).amazon_status.replace('\u202f', ' ')

    def ask(self):
        self.set_limit(5)
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        return order

    def test_a_plain_order_says_nothing(self):
        order = self.env['purchase.order'].create({'partner_id': self.vendor.id})
        self.assertFalse(order.amazon_status)
        self.assertFalse(order.amazon_problem)
        self.assertTrue(order.amazon_not_sent)

    def test_a_cart(self):
        order = self.make_order()
        self.assertFalse(order.amazon_not_sent)
        self.assertEqual(self.says(order), "Not ordered yet, price held until Mar 9, 1:02 PM")
        self.clock.tick(timedelta(days=3))
        self.assertEqual(self.says(order), "Not ordered yet, price held until Monday 1:02 PM")
        self.clock.tick(timedelta(days=4, hours=1))
        self.assertEqual(self.says(order), "Not ordered yet; Amazon held the price only until 1:02 PM")

    def test_waiting_since_the_moment_it_was_asked_for(self):
        order, why = self.ask(), "A purchase manager must approve it, like every order of $\xa05.00 or more"
        self.clock.tick(timedelta(days=2))
        order.with_user(self.buyer).note = "<p>Urgent</p>"  # an edit is no new question
        self.env.flush_all()
        self.assertEqual(
            self.says(order), f"Waiting for approval since Monday 1:02 PM, price held until Monday 1:02 PM. {why}")
        self.clock.tick(timedelta(days=10))
        self.assertEqual(
            self.says(order),
            f"Waiting for approval since Mar 2, 1:02 PM; Amazon held the price only until Monday 1:02 PM. {why}")

    def test_asking_again_counts_anew(self):
        order = self.ask()
        order.with_user(self.buyer).button_cancel()
        order.with_user(self.buyer).button_draft()
        self.clock.tick(timedelta(hours=2))
        order.with_user(self.buyer).button_confirm()
        self.assertIn("since 3:02 PM", self.says(order))

    def test_on_its_way(self):
        self.assertEqual(self.says(self.ordered()), "On its way to Amazon")

    def test_being_sent(self):
        order = self.ordered()
        self.requests(order).write({'state': 'sending', 'last_try_at': NOW})
        self.assertEqual(self.says(order), "Being sent to Amazon since 1:02 PM")

    def test_no_answer_yet(self):
        order = self.ordered()
        self.send(requests.exceptions.ConnectTimeout())
        reason = self.requests(order).reason
        self.assertIn("no connection within", reason)
        self.assertEqual(self.says(order), (
            f"Not sent yet: {reason}. No order of the Amazon group Test group is sent until Amazon answers again. Next "
            "try: 1:03 PM"))
        self.assertFalse(order.amazon_problem)

    def test_each_reads_the_time_of_their_own_zone(self):
        order = self.ordered()
        self.send()
        self.manager.tz = 'Asia/Tokyo'
        self.assertEqual(self.says(order), "At Amazon since 1:02 PM")
        self.assertEqual(self.says(order, self.manager), "At Amazon since 10:02 PM")

    def test_the_group_is_in_draft(self):
        order = self.ordered()
        self.group.state = 'draft'
        self.assertEqual(self.says(order), "Not sent yet: the Amazon group Test group is in draft")

    def test_declined(self):
        order = self.ordered()
        self.send(answer(code='400', text='Cart has changed.'))
        self.assertEqual(self.says(order), "Declined by Amazon at 1:02 PM: Cart has changed.")
        self.assertEqual(
            order.with_user(self.buyer).amazon_problem,
            f"Amazon declined order {order.name}: Cart has changed. Fix what it mentions and press Send Again, or "
            "cancel the order.")

    def test_unclear(self):
        order = self.ordered()
        self.send(requests.exceptions.ReadTimeout())
        self.assertEqual(self.says(order), "Sent at 1:02 PM, but it is unclear whether Amazon has it")
        self.assertIn(f"Look for order {order.name} under Your Orders on Amazon. If it is there, press Amazon Has It.",
                      order.with_user(self.manager).amazon_problem)
        buyer = order.with_user(self.buyer).amazon_problem
        self.assertIn("A purchase manager or an Amazon administrator looks for order", buyer)
        self.assertNotIn("press", buyer, "a button that the buyer does not have")

    def test_withdrawn_and_cancelled(self):
        order, cart = self.ordered(), self.make_order()
        order.with_user(self.buyer).button_cancel()
        cart.with_user(self.buyer).button_cancel()
        self.assertEqual(self.says(order), "Withdrawn before it was sent to Amazon")
        self.assertEqual(self.says(cart), "Cancelled: nothing was ordered at Amazon")
        self.assertFalse(order.amazon_problem or cart.amazon_problem)

    def test_a_problem_is_over_once_the_order_goes_again(self):
        order = self.ordered()
        self.send(answer(code='400', text='no'))
        order.with_user(self.buyer).action_amazon_send_again()
        self.assertEqual(self.says(order), "On its way to Amazon")
        self.assertFalse(order.amazon_problem)


@tagged('post_install', '-at_install')
class TestFilters(OrderCase):

    def filtered(self, view, name, user):
        arch = etree.fromstring(self.env['purchase.order'].with_user(user).get_view(
            self.env.ref(view).id, 'search')['arch'])
        domain = safe_eval(arch.xpath(f"//filter[@name='{name}']")[0].get('domain'), {'uid': user.id})
        return self.env['purchase.order'].with_user(user).search(domain) & self.orders

    def test_the_filters_find_what_they_say(self):
        declined, unclear, sent = self.ordered(), self.ordered(), self.ordered()
        self.send(answer(code='400'), requests.exceptions.ReadTimeout(), answer())
        self.set_limit(5)
        waiting = self.make_order()
        waiting.with_user(self.buyer).button_confirm()
        others = self.make_order(user=self.other_buyer)
        plain = self.env['purchase.order'].create({'partner_id': self.vendor.id, 'user_id': self.buyer.id})
        plain_waiting = self.env['purchase.order'].create({'partner_id': self.vendor.id, 'state': 'to approve'})
        amazon = declined + unclear + sent + waiting + others
        self.orders = amazon + plain + plain_waiting
        rfqs, orders = 'purchase.view_purchase_order_filter', 'purchase.purchase_order_view_search'
        for view in (rfqs, orders):
            self.assertEqual(self.filtered(view, 'amazon', self.buyer), amazon.sorted('id', reverse=True))
            self.assertEqual(self.filtered(view, 'my_amazon', self.buyer), (amazon - others).sorted('id', reverse=True))
            self.assertEqual(self.filtered(view, 'my_amazon', self.other_buyer), others)
            self.assertEqual(self.filtered(view, 'amazon_problems', self.buyer), unclear + declined)
        self.assertEqual(self.filtered(rfqs, 'amazon_waiting', self.manager), waiting)
