from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestPurchaseTierValidation(CompatCase):
    """An order that needs a review can be ordered once it is validated.

    Its delivery location can be filled in meanwhile.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tier.definition"].create({
            "name": "Head of office", "model_id": cls.env["ir.model"]._get_id("purchase.order"),
            "review_type": "individual", "reviewer_id": cls.manager.id, "definition_domain": "[]"})
        cls.other_warehouse = cls.env["stock.warehouse"].create({
            "name": "Second dock", "code": "DOCK2", "company_id": cls.company.id,
            "partner_id": cls.warehouse.partner_id.copy().id})

    def requested(self, **values):
        order = self.cart(**values)
        order.with_user(self.buyer).request_validation()
        self.env.invalidate_all()
        self.assertEqual(order.validation_status, "pending")
        return order

    def validate(self, order):
        order.with_user(self.manager).validate_tier()
        order.invalidate_recordset()
        self.assertEqual(order.validation_status, "validated")

    def test_without_a_review_the_order_is_not_ordered_and_the_review_is_named(self):
        order = self.cart()
        with self.assertRaisesRegex(ValidationError, "Head of office"), self.env.cr.savepoint():
            self.order_at_amazon(order)
        self.assertNotOrdered(order)

    def test_while_the_review_is_open_the_order_is_not_ordered(self):
        order = self.requested()
        with self.assertRaisesRegex(ValidationError, "still open"), self.env.cr.savepoint():
            self.order_at_amazon(order)
        self.assertNotOrdered(order)

    def test_requested_validated_and_ordered(self):
        order = self.requested()
        cart = order.name
        self.validate(order)
        self.order_at_amazon(order)
        self.assertQueued(order)
        self.assertNotEqual(order.name, cart)
        self.assertEqual((order.origin, order.picking_ids.origin), (cart, order.name))
        self.follow(order)

    def test_a_rejected_review_orders_nothing(self):
        order = self.requested()
        order.with_user(self.manager).reject_tier()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.order_at_amazon(order)
        self.assertNotOrdered(order)

    def test_the_reviewer_orders_without_asking(self):
        order = self.cart()
        self.order_at_amazon(order, self.manager)
        self.assertQueued(order)

    def test_the_location_is_filled_in_under_review_and_after_it(self):
        self.group.write({
            "require_location": True, "warehouse_ids": [Command.set((self.warehouse + self.other_warehouse).ids)]})
        order = self.requested()
        order.with_user(self.buyer).picking_type_id = self.other_warehouse.in_type_id
        self.assertTrue(order.location_checked)
        self.validate(order)
        order.with_user(self.buyer).location_checked = False
        order.with_user(self.buyer).write({"location_checked": True})
        self.order_at_amazon(order)
        self.assertQueued(order)
        self.assertEqual(order.picking_ids.picking_type_id, self.other_warehouse.in_type_id)

    def test_nothing_else_is_changed_under_review(self):
        order = self.requested()
        with self.assertRaisesRegex(ValidationError, "under validation"), self.env.cr.savepoint():
            order.with_user(self.buyer).write({"location_checked": True, "partner_ref": "4711"})

    def test_review_and_two_step_approval(self):
        self.set_limit(10)
        order = self.requested()
        self.order_at_amazon(order)
        self.assertNotOrdered(order, "to approve")
        self.validate(order)
        self.order_at_amazon(order, self.manager)
        self.assertQueued(order)

    def test_refused_and_given_up_under_review(self):
        self.set_limit(10)
        order, own = self.requested(), self.requested()
        self.order_at_amazon(order)
        self.env["amazon.punchout.refuse"].with_user(self.manager).create(
            {"order_id": order.id, "reason": "Take the cheaper one."}).action_refuse()
        own.with_user(self.buyer).action_amazon_give_up()
        for each in (order, own):
            self.assertEqual((each.state, each.amazon_state), ("cancel", "cancelled"))
            self.assertFalse(each.review_ids)

    def test_the_end_of_the_price_hold_is_reminded_of_under_review(self):
        self.set_limit(10)
        order = self.requested()
        self.order_at_amazon(order)
        order._amazon_remind_hold()
        self.assertTrue(order.amazon_hold_reminded)

    def test_a_direct_order_stays_a_draft_and_says_which_review_is_open(self):
        self.group.write({"flow": "direct", "direct_limit": 100, "direct_user_ids": [Command.set(self.buyer.ids)]})
        order = self.cart()
        self.assertNotOrdered(order)
        self.assertIn("Head of office", order.amazon_direct_problem)
        self.assertIn("Head of office", order.with_user(self.buyer).amazon_status)
