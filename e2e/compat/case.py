"""What the tests beside other addons have in common: an order from its cart to its bill."""
from odoo.addons.amazon_punchout.tests.bill_case import BillCase
from odoo.addons.amazon_punchout.tests.cxml_builder import (
    confirmation_xml,
    invoice_line,
    invoice_xml,
    item,
    ship_notice_xml,
    status,
)


class CompatCase(BillCase):

    def cart(self, **values):
        """Shop 2 × 10.00 and 3 × 5.00, with shipping and tax: 40.00 in all.

        :return: the order as superuser
        """
        return self.make_order([
            item(asin="B00TEST001", price="10.00", quantity="2", auxiliary_id="136-1,1"),
            item(asin="B00TEST002", price="5.00", quantity="3", auxiliary_id="136-1,2"),
        ], shipping="3.00", tax="2.00", **values)

    def order_at_amazon(self, order, user=None):
        """Press Order at Amazon.

        :return: the action that the button returns
        """
        return order.with_user(user or self.buyer).action_amazon_order()

    def assertQueued(self, order):
        """Assert that the order was ordered, with exactly one order request in the outbox."""
        self.assertStands(order, "queued")
        self.assertEqual((order.state, len(self.requests(order))), ("purchase", 1))

    def assertNotOrdered(self, order, state="draft"):
        """Assert that the order stays a cart, of which Amazon gets nothing."""
        order.invalidate_recordset()
        self.assertEqual((order.state, order.amazon_state), (state, "cart"))
        self.assertFalse(self.requests(order))
        self.assertFalse(self.send())

    def follow(self, order):
        """Follow an approved order: Amazon receives, confirms, ships and bills it; the goods are received.

        :return: the bill
        """
        [body] = self.send()
        self.assertIn(f'orderID="{order.name}"'.encode(), body)
        self.assertStands(order, "sent")
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2)),
            (2, 3, status(quantity=2), status("reject", quantity=1, error="Out of stock [Error code: 015-005]")),
        ], shipping="3.00", tax="2.00"))
        self.assertEqual(order.amazon_state, "partial", order.amazon_status)
        self.assertEqual(order.order_line.sorted("amazon_line_number").filtered(
            lambda line: line.amazon_line_type == "item").mapped("product_qty"), [2, 2])
        self.deliver(ship_notice_xml(order, [(1, 2), (2, 2)]))
        self.assertEqual(len(self.env["amazon.punchout.shipment"].search([("purchase_order_id", "=", order.id)])), 1)
        self.assertEqual(order.order_line.mapped("amazon_shipped_quantity"), [2, 2, 0, 0])
        document = self.deliver(invoice_xml(
            [(order, invoice_line(1, 2, "10.00"), invoice_line(2, 2, "5.00"))], subtotal="30.00", net="30.00"))
        self.assertEqual(document.state, "processed", document.reason)
        self.assertEqual([(each.document_type, each.state, each.reason) for each in order.amazon_document_ids
                          if each.state not in ("sent", "processed")], [])
        bill = self.move()
        self.assertEqual((bill.amount_total, bill.state), (30.0, "draft"))
        self.assertEqual(bill.invoice_line_ids.purchase_line_id.order_id, order)
        self.receive_goods(order)
        return bill
