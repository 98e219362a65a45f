from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.amazon_punchout.tests.cxml_builder import confirmation_xml, status

from .case import CompatCase

LATER = "2026-03-03T10:00:00Z"


@tagged("post_install", "-at_install")
class TestPurchaseMrp(CompatCase):
    """Receipts expect the components of a kit only as long as Amazon delivers it.

    A kit is one of your products with the ASIN as its vendor code.
    """

    def setUp(self):
        super().setUp()
        self.kit, self.frame, self.screw = self.env["product.product"].create([
            {"name": name, "is_storable": True, "purchase_method": "receive"} for name in ("Shelf", "Frame", "Screw")])
        self.kit.seller_ids = [Command.create({"partner_id": self.vendor.id, "product_code": "B00TEST002"})]
        self.env["mrp.bom"].create({
            "product_tmpl_id": self.kit.product_tmpl_id.id, "type": "phantom", "bom_line_ids": [
                Command.create({"product_id": self.frame.id, "product_qty": 1}),
                Command.create({"product_id": self.screw.id, "product_qty": 4})]})
        self.group.item_policy = "match"
        self.po = self.cart()
        self.order_at_amazon(self.po)
        self.send()
        self.assertEqual(self.line(self.po, 2).product_id, self.kit)

    def confirm(self, *lines, **values):
        document = self.deliver(confirmation_xml(self.po, lines, shipping="3.00", tax="2.00", **values))
        self.assertEqual(document.state, "processed", document.reason)

    def parts(self):
        """Return how many frames and screws open receipts expect."""
        self.env.invalidate_all()
        moves = self.line(self.po, 2).move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        return tuple(sum(moves.filtered(lambda move, part=part: move.product_id == part).mapped("product_uom_qty"))
                     for part in (self.frame, self.screw))

    def test_components_of_rejected_kits_are_not_expected(self):
        self.assertEqual(self.parts(), (3, 12))
        self.confirm((2, 3, status(quantity=2), status("reject", 1)))
        self.assertEqual(self.parts(), (2, 8))
        self.receive_goods(self.po)
        self.assertEqual((self.line(self.po, 2).qty_received, self.po.receipt_status), (2, "full"))

    def test_nothing_of_a_kit_that_is_rejected_altogether_is_expected(self):
        self.confirm((2, 3, status("reject", 3)))
        self.assertEqual(self.parts(), (0, 0))
        self.receive_goods(self.po)
        self.assertEqual(self.po.receipt_status, "full")

    def test_kits_that_come_back_are_expected_again(self):
        self.confirm((2, 3, status("reject", 3)))
        self.confirm((2, 3, status(quantity=3)), notice_date=LATER)
        self.assertEqual(self.parts(), (3, 12))

    def test_kits_that_come_back_after_others_have_arrived_are_expected_again(self):
        self.confirm((2, 3, status(quantity=2), status("reject", 1)))
        self.receive_goods(self.po)
        self.confirm((2, 3, status(quantity=3)), notice_date=LATER)
        self.assertEqual(self.parts(), (1, 4))
        self.receive_goods(self.po)
        self.assertEqual(self.line(self.po, 2).qty_received, 3)

    def test_kits_that_are_billed_first_are_not_to_be_credited(self):
        self.invoice(self.po, net="35.00")
        self.assertEqual((self.line(self.po, 2).qty_invoiced, self.line(self.po, 2).qty_to_invoice), (3, 0))
        self.receive_goods(self.po)
        self.assertEqual((self.line(self.po, 2).qty_received, self.line(self.po, 2).qty_to_invoice), (3, 0))
