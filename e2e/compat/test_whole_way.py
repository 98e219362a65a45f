"""What runs beside every addon."""
from lxml import etree

from odoo.tests import tagged

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestWholeWay(CompatCase):

    def test_the_whole_way(self):
        order = self.cart()
        self.assertEqual(
            self.order_at_amazon(order), {"type": "ir.actions.act_window_close"}, order.amazon_status)
        self.assertQueued(order)
        bill = self.follow(order)
        bill.with_user(self.biller).action_post()
        self.assertEqual(bill.state, "posted")

    def test_two_step_approval(self):
        self.set_limit(10)
        order = self.cart()
        self.order_at_amazon(order)
        self.assertNotOrdered(order, "to approve")
        self.order_at_amazon(order, self.manager)
        self.assertQueued(order)
        self.follow(order)

    def test_refused(self):
        self.set_limit(10)
        order = self.cart()
        self.order_at_amazon(order)
        self.env["amazon.punchout.refuse"].with_user(self.manager).create(
            {"order_id": order.id, "reason": "Take the cheaper one."}).action_refuse()
        self.assertEqual((order.state, order.amazon_state), ("cancel", "cancelled"))
        self.assertFalse(self.send())

    def test_cancelled_before_it_is_sent_and_drafted_again(self):
        order = self.cart()
        self.order_at_amazon(order)
        order.with_user(self.buyer).button_cancel()
        self.assertFalse(self.send())
        order.with_user(self.buyer).button_draft()
        self.assertEqual((order.state, order.amazon_state), ("draft", "cart"))
        self.order_at_amazon(order)
        self.assertEqual(self.requests(order).mapped("state"), ["cancelled", "queued"])
        self.assertEqual(len(self.send()), 1)

    def test_the_forms_open(self):
        order = self.cart()
        for user in (self.buyer, self.manager):
            arch = self.env["purchase.order"].with_user(user).get_view(view_type="form")["arch"]
            self.assertIn("action_amazon_ask", str(arch))
        self.order_at_amazon(order)
        bill = self.follow(order)
        for record, user in ((order, self.buyer), (bill, self.biller), (order.picking_ids, self.env.user)):
            arch = etree.fromstring(record.with_user(user).get_view(view_type="form")["arch"])
            names = {field.get("name") for field in arch.xpath("//field[not(ancestor::field)]")}
            record.with_user(user).web_read({name: {} for name in names})
