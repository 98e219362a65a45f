from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestPurchaseOrderApproved(CompatCase):
    """Order at Amazon leads to the status Approved.

    Convert to Purchase Order, or Order at Amazon once more, orders then. Limits and checks count again.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.purchase_approve_active = True

    def approved(self, user=None):
        order = self.cart()
        self.order_at_amazon(order, user)
        self.assertNotOrdered(order, "approved")
        return order

    def test_approved_and_converted(self):
        order = self.approved()
        self.assertIn("Approved", order.with_user(self.buyer).amazon_status)
        self.assertRegex(order.name, "^AMZ-CART/")
        order.with_user(self.buyer).button_release()
        self.assertQueued(order)
        self.follow(order)

    def test_approved_and_ordered_with_our_button(self):
        order = self.approved()
        self.order_at_amazon(order)
        self.assertQueued(order)

    def test_the_list_says_that_it_is_approved_and_orders_it_then(self):
        order = self.cart()
        action = order.with_user(self.buyer).action_amazon_confirm()
        self.assertIn("Approved", self.env[action["res_model"]].browse(action["res_id"]).line_ids.result)
        self.assertNotOrdered(order, "approved")
        order.with_user(self.buyer).action_amazon_confirm()
        self.assertQueued(order)

    def test_the_manager_approves_and_only_a_manager_converts(self):
        self.set_limit(10)
        order = self.cart()
        self.order_at_amazon(order)
        self.assertNotOrdered(order, "to approve")
        self.order_at_amazon(order, self.manager)
        self.assertNotOrdered(order, "approved")
        with self.assertRaisesRegex(UserError, "waiting for the approval of a purchase manager"):
            order.with_user(self.buyer).button_release()
        self.assertNotOrdered(order, "approved")
        order.with_user(self.manager).button_release()
        self.assertQueued(order)

    def test_checks_count_when_it_is_converted(self):
        order = self.approved()
        self.group.state = "draft"
        with self.assertRaisesRegex(UserError, "is in draft"):
            order.with_user(self.buyer).button_release()
        self.assertNotOrdered(order, "approved")

    def test_nobody_writes_the_status_over_rpc(self):
        self.set_limit(10)
        order = self.cart()
        for user in (self.buyer, self.manager, self.env.user):
            for method in ("write", "web_save"):
                args = [order.ids, {"state": "approved"}, *([{}] if method == "web_save" else [])]
                with self.assertRaisesRegex(UserError, "is a cart from Amazon"):
                    call_kw(self.env["purchase.order"].with_user(user), method, args, {})
        with self.assertRaisesRegex(UserError, "is a cart from Amazon"):
            order.with_user(self.manager).state = "approved"
        self.assertNotOrdered(order)

    def test_set_to_draft_and_ordered_again(self):
        self.set_limit(10)
        order = self.cart()
        self.order_at_amazon(order)
        self.order_at_amazon(order, self.manager)
        order.with_user(self.manager).button_draft()
        self.assertNotOrdered(order)
        self.company.purchase_approve_active = False
        self.order_at_amazon(order, self.manager)
        self.assertQueued(order)

    def test_cancelled_refused_and_deleted_while_approved(self):
        cancelled, refused, deleted = self.approved(), self.approved(), self.approved()
        cancelled.with_user(self.buyer).button_cancel()
        self.env["amazon.punchout.refuse"].with_user(self.manager).create(
            {"order_id": refused.id, "reason": "Take the cheaper one."}).action_refuse()
        self.assertEqual((cancelled + refused).mapped("amazon_state"), ["cancelled"] * 2)
        deleted.with_user(self.buyer).unlink()
        self.assertFalse(self.send())
