from odoo.tests import tagged

from odoo.addons.amazon_punchout.tests.cxml_builder import confirmation_xml, ship_notice_xml, status

from .case import CompatCase

FIRST, SECOND = "2099-04-03T12:00:00Z", "2099-04-08T12:00:00Z"


@tagged("post_install", "-at_install")
class TestPurchaseDeliverySplitDate(CompatCase):
    """What arrives on another day has a receipt of its own, by the days that Amazon confirms."""

    def setUp(self):
        super().setUp()
        self.po = self.cart()
        self.order_at_amazon(self.po)
        self.send()

    def confirm(self, *lines, **values):
        document = self.deliver(confirmation_xml(self.po, lines, shipping="3.00", tax="2.00", **values))
        self.assertEqual((document.state, document.reason), ("processed", False))

    def receipts(self):
        """Return what open receipts expect: the day and the quantity of each Amazon line."""
        self.env.invalidate_all()
        pickings = self.po.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        return sorted(
            (str(picking.scheduled_date.date()),
             {move.purchase_line_id.amazon_line_number: move.product_uom_qty for move in picking.move_ids
              if move.state != "cancel"})
            for picking in pickings)

    def test_lines_of_two_days_have_two_receipts(self):
        self.confirm((1, 2, status(quantity=2, delivery_date=FIRST)), (2, 3, status(quantity=3, delivery_date=SECOND)))
        self.assertEqual(self.receipts(), [("2099-04-03", {1: 2}), ("2099-04-08", {2: 3})])

    def test_days_and_a_rejection(self):
        self.confirm((1, 2, status(quantity=2, delivery_date=FIRST)),
                     (2, 3, status(quantity=2, delivery_date=SECOND), status("reject", 1)))
        self.assertEqual(self.receipts(), [("2099-04-03", {1: 2}), ("2099-04-08", {2: 2})])

    def test_a_day_and_a_line_that_is_rejected_altogether(self):
        self.confirm((1, 2, status(quantity=2, delivery_date=FIRST)), (2, 3, status("reject", 3)))
        self.assertEqual(self.receipts(), [("2099-04-03", {1: 2})])

    def test_a_rejection_after_the_days_are_known(self):
        self.confirm((1, 2, status(quantity=2, delivery_date=FIRST)), (2, 3, status(quantity=3, delivery_date=SECOND)))
        self.confirm((1, 2, status("reject", 2)), (2, 3, status(quantity=1), status("reject", 2)),
                     notice_date="2026-03-03T10:00:00Z")
        self.assertEqual([quantities for _day, quantities in self.receipts() if quantities], [{2: 1}])

    def test_what_is_rejected_can_come_back_on_another_day(self):
        self.confirm((1, 2, status(quantity=2, delivery_date=FIRST)), (2, 3, status("reject", 3)))
        self.confirm((2, 3, status(quantity=3, delivery_date=SECOND)), notice_date="2026-03-03T10:00:00Z")
        self.assertEqual(self.receipts(), [("2099-04-03", {1: 2}), ("2099-04-08", {2: 3})])

    def test_a_shipment_moves_its_line(self):
        self.confirm((1, 2, status(quantity=2, delivery_date=FIRST)), (2, 3, status(quantity=3, delivery_date=FIRST)))
        document = self.deliver(ship_notice_xml(self.po, [(2, 3)], delivery_date=SECOND))
        self.assertEqual((document.state, document.reason), ("processed", False))
        self.assertEqual(self.receipts(), [("2099-04-03", {1: 2}), ("2099-04-08", {2: 3})])
