from odoo.tests import tagged

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestPurchaseOrderType(CompatCase):
    """An order takes its number from the sequence of its type when it is approved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sequence = cls.env["ir.sequence"].create({
            "name": "Office supplies", "code": "purchase.order.office", "prefix": "OFFICE", "padding": 3,
            "implementation": "no_gap"})
        cls.type = cls.env["purchase.order.type"].create({"name": "Office", "sequence_id": cls.sequence.id})

    def test_the_number_is_of_the_type(self):
        self.vendor.purchase_type = self.type
        order = self.cart()
        self.assertEqual((order.order_type, order.name), (self.type, order.amazon_cart_ref))
        self.assertEqual(self.sequence.number_next, 1)
        self.order_at_amazon(order)
        self.assertQueued(order)
        self.assertEqual((order.name, self.sequence.number_next), ("OFFICE001", 2))
        self.assertEqual(order.picking_ids.origin, "OFFICE001")
        [body] = self.send()
        self.assertIn(b'orderID="OFFICE001"', body)

    def test_the_buyer_chooses_the_type_of_a_cart(self):
        order = self.cart()
        order.with_user(self.buyer).order_type = self.type
        self.order_at_amazon(order)
        self.assertEqual(order.name, "OFFICE001")

    def test_an_order_without_a_type_takes_the_company_s_number(self):
        order = self.cart()
        self.assertFalse(order.order_type)
        self.order_at_amazon(order)
        self.assertQueued(order)
        self.assertEqual(self.sequence.number_next, 1)
        self.assertNotEqual(order.name, order.amazon_cart_ref)
