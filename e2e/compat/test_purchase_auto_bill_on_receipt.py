from odoo.tests import tagged

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestPurchaseAutoBillOnReceipt(CompatCase):
    """Amazon orders are not billed on receipt, since Amazon's invoice becomes their bill; the switch is on the order.

    Turn it for groups whose invoices don't come to Odoo.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.auto_bill_on_receipt = True
        cls.group.product_id.purchase_method = "receive"

    def received(self, order):
        self.order_at_amazon(order)
        self.send()
        self.receive_goods(order)
        self.env["stock.picking"]._cron_auto_bill()
        return order

    def test_amazon_s_invoice_is_the_only_bill(self):
        order = self.received(self.cart())
        self.assertFalse(order.invoice_ids)
        self.invoice(order, net="35.00")
        self.assertEqual((order.invoice_ids, self.move().amount_total), (self.move(), 35.0))

    def test_a_person_may_turn_the_switch(self):
        order = self.cart()
        self.assertTrue(order.block_auto_bill)
        order.with_user(self.buyer).block_auto_bill = False
        self.received(order)
        self.assertEqual(order.invoice_ids.state, "posted")
        order.init()
        self.env.invalidate_all()
        self.assertFalse(order.block_auto_bill)

    def test_an_order_from_before_it_was_installed_is_not_billed_on_receipt(self):
        order = self.cart()
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order SET block_auto_bill = NULL WHERE id = %s", [order.id])
        self.env.invalidate_all()
        order.init()
        self.env.invalidate_all()
        self.assertFalse(self.received(order).invoice_ids)

    def test_other_orders_are_billed_on_receipt(self):
        order = self.env["purchase.order"].create({
            "partner_id": self.vendor.id,
            "order_line": [(0, 0, {"product_id": self.group.product_id.id, "product_qty": 1, "price_unit": 5})]})
        order.button_confirm()
        self.assertFalse(order.block_auto_bill)
        self.receive_goods(order)
        self.env["stock.picking"]._cron_auto_bill()
        self.assertEqual(order.invoice_ids.state, "posted")
