from odoo.fields import Command
from odoo.tests import tagged

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestPurchaseRequisition(CompatCase):
    """An order with alternatives asks about them first: Keep Alternatives and Cancel Alternatives order at Amazon."""

    def with_alternative(self, order):
        alternative = self.env["purchase.order"].create({
            "partner_id": self.env["res.partner"].create({"name": "Stationer"}).id,
            "order_line": [Command.create({
                "product_id": order.order_line[0].product_id.id, "product_qty": 2, "price_unit": 11})]})
        self.env["purchase.order.group"].create({"order_ids": [Command.set((order + alternative).ids)]})
        return alternative

    def question(self, action):
        self.assertEqual(action["res_model"], "purchase.requisition.alternative.warning")
        return self.env[action["res_model"]].with_user(self.buyer).with_context(action["context"]).create({})

    def test_the_question_about_alternatives_is_shown_and_kept_alternatives_order(self):
        order = self.cart()
        alternative = self.with_alternative(order)
        question = self.question(self.order_at_amazon(order))
        self.assertNotOrdered(order)
        question.action_keep_alternatives()
        self.assertQueued(order)
        self.assertEqual(alternative.state, "draft")
        self.follow(order)

    def test_cancelled_alternatives_order(self):
        order = self.cart()
        alternative = self.with_alternative(order)
        self.question(self.order_at_amazon(order)).action_cancel_alternatives()
        self.assertQueued(order)
        self.assertEqual(alternative.state, "cancel")

    def test_an_alternative_and_approval(self):
        self.set_limit(10)
        order = self.cart()
        self.with_alternative(order)
        self.question(order.with_user(self.buyer).button_confirm()).action_keep_alternatives()
        self.assertNotOrdered(order, "to approve")
        self.order_at_amazon(order, self.manager)
        self.assertQueued(order)

    def test_the_list_shows_the_question_of_one_order(self):
        order = self.cart()
        self.with_alternative(order)
        self.question(order.with_user(self.buyer).action_amazon_confirm()).action_keep_alternatives()
        self.assertQueued(order)

    def test_the_list_says_which_of_many_orders_ask_something(self):
        order, other = self.cart(), self.cart()
        self.with_alternative(order)
        action = (order + other).with_user(self.buyer).action_amazon_confirm()
        lines = self.env[action["res_model"]].browse(action["res_id"]).line_ids
        self.assertEqual(lines.mapped("done"), [False, True])
        self.assertIn("What about the alternative Requests for Quotations?", lines[0].result)
        self.assertIn("press Order at Amazon", lines[0].result)
        self.assertFalse(self.requests(order))
        self.assertQueued(other)

    def test_a_direct_order_with_an_alternative_stays_a_draft_with_the_reason(self):
        self.group.write({"flow": "direct", "direct_limit": 100, "direct_user_ids": [Command.set(self.buyer.ids)]})
        rfq = self.env["purchase.order"].with_user(self.buyer).create({"partner_id": self.vendor.id})
        self.env["purchase.order.group"].create({"order_ids": [Command.set((rfq + rfq.copy()).ids)]})
        order = self.cart(trip={"order": rfq})
        self.assertEqual(order, rfq)
        self.assertNotOrdered(order)
        self.assertIn("What about the alternative Requests for Quotations?", order.amazon_direct_problem)
