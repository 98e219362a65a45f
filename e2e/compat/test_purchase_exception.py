from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestPurchaseException(CompatCase):
    """Order at Amazon shows the exceptions, and Ignore orders.

    An exception that is found only at the approval is named.
    """

    def new_rule(self, **values):
        return self.env["exception.rule"].create({
            "name": "No vendor reference", "model": "purchase.order", "exception_type": "by_domain",
            "domain": "[('partner_ref', '=', False)]", **values})

    def question(self, action):
        self.assertEqual(action["res_model"], "purchase.exception.confirm")
        return self.env[action["res_model"]].with_user(self.buyer).with_context(action["context"])

    def test_an_exception_is_raised_and_ignored(self):
        self.new_rule()
        order = self.cart()
        question = self.question(self.order_at_amazon(order))
        self.assertNotOrdered(order)
        wizard = question.create({"ignore": True})
        self.assertEqual(wizard.exception_ids.name, "No vendor reference")
        wizard.action_confirm()
        self.assertQueued(order)
        self.follow(order)

    def test_an_exception_is_raised_and_fixed(self):
        self.new_rule()
        order = self.cart()
        self.question(self.order_at_amazon(order)).create({}).action_confirm()
        self.assertNotOrdered(order)
        order.with_user(self.buyer).partner_ref = "4711"
        self.order_at_amazon(order)
        self.assertQueued(order)

    def test_an_exception_that_blocks_can_not_be_ignored(self):
        self.new_rule(is_blocking=True)
        order = self.cart()
        self.question(self.order_at_amazon(order)).create({"ignore": True}).action_confirm()
        self.assertNotOrdered(order)

    def test_an_exception_before_approval_is_ignored(self):
        self.new_rule()
        self.set_limit(10)
        order = self.cart()
        self.question(order.with_user(self.buyer).button_confirm()).create({"ignore": True}).action_confirm()
        self.assertNotOrdered(order, "to approve")
        self.order_at_amazon(order, self.manager)
        self.assertQueued(order)

    def test_an_exception_that_is_found_at_the_approval_is_named(self):
        self.set_limit(10)
        order = self.cart()
        self.order_at_amazon(order)
        self.new_rule()
        with self.assertRaisesRegex(ValidationError, "No vendor reference"), self.env.cr.savepoint():
            self.order_at_amazon(order, self.manager)
        self.assertNotOrdered(order, "to approve")

    def test_an_exception_of_a_line(self):
        self.new_rule(model="purchase.order.line", domain="[('product_qty', '>', 2)]")
        order = self.cart()
        self.question(self.order_at_amazon(order)).create({"ignore": True}).action_confirm()
        self.assertQueued(order)

    def test_the_list_shows_the_exception_of_one_order(self):
        self.new_rule()
        order = self.cart()
        wizard = self.question(order.with_user(self.buyer).action_amazon_confirm()).create({"ignore": True})
        self.assertEqual(wizard.exception_ids.name, "No vendor reference")
        wizard.action_confirm()
        self.assertQueued(order)

    def test_a_direct_order_with_an_exception_stays_a_draft_with_the_reason(self):
        self.new_rule()
        self.group.write({"flow": "direct", "direct_limit": 100, "direct_user_ids": [Command.set(self.buyer.ids)]})
        order = self.cart()
        self.assertNotOrdered(order)
        self.assertIn("Outstanding exceptions", order.amazon_direct_problem)
