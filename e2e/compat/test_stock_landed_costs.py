from odoo.tests import tagged

from odoo.addons.amazon_punchout.tests.cxml_builder import invoice_line

from .case import CompatCase


@tagged("post_install", "-at_install")
class TestStockLandedCosts(CompatCase):
    """If the group's product for shipping is a landed cost, so is the shipping on Amazon's invoices."""

    def test_shipping_on_amazon_s_invoice_is_a_landed_cost(self):
        self.group.shipping_product_id.write({"landed_cost_ok": True, "split_method_landed_cost": "by_quantity"})
        order = self.cart()
        self.order_at_amazon(order)
        self.send()
        self.invoice(order, invoice_line(1, 2, "10.00"), invoice_line(2, 3, "5.00"), shipping="3.00", net="38.00")
        bill = self.move()
        self.assertEqual(bill.invoice_line_ids.filtered("is_landed_costs_line").mapped("price_subtotal"), [3.0])
        self.assertTrue(bill.landed_costs_visible)
        bill.action_post()
        action = bill.button_create_landed_costs()
        self.assertEqual(self.env["stock.landed.cost"].browse(action["res_id"]).amount_total, 3.0)
