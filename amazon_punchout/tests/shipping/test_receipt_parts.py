"""Receipts that have the components of a kit, or other parts, in place of what the order line names."""
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import confirmation_xml, status

LATER = '2026-03-03T10:00:00Z'


@tagged('post_install', '-at_install')
class TestReceiptParts(BillCase):

    def setUp(self):
        super().setUp()
        self.frame, self.screw = self.env['product.product'].create([
            {'name': name, 'type': 'consu'} for name in ("Frame", "Screw")])
        parts = {self.frame: 1, self.screw: 4}
        model = self.env.registry['purchase.order.line']
        original = model._prepare_stock_moves

        def prepare(line, picking):  # as an addon for kits does, when it explodes the moves
            return [{**vals, 'product_id': part.id, 'product_uom_qty': vals['product_uom_qty'] * count}
                    for vals in original(line, picking) for part, count in parts.items()]

        self.patch(model, '_prepare_stock_moves', prepare)
        self.po = self.three_lines()

    def confirm(self, *lines, **values):
        document = self.deliver(confirmation_xml(self.po, lines, **values))
        self.assertEqual(document.state, 'processed', document.reason)

    def parts(self, number=2):
        """Return how many frames and screws open receipts expect of a line."""
        moves = self.line(self.po, number).move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        return tuple(sum(moves.filtered(lambda move, part=part: move.product_id == part).mapped('product_uom_qty'))
                     for part in (self.frame, self.screw))

    def receive_parts(self, frames, screws):
        """Receive parts of the second line, with a back order for the rest."""
        picking = self.po.picking_ids.filtered(lambda each: each.state not in ('done', 'cancel'))
        for move in picking.move_ids:
            is_line = move.purchase_line_id == self.line(self.po, 2)
            move.quantity = (frames if move.product_id == self.frame else screws) if is_line else 0
            move.picked = True
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()
        self.assertEqual(picking.state, 'done')

    def test_the_parts_of_what_is_rejected_are_not_expected(self):
        self.assertEqual(self.parts(), (3, 12))
        self.confirm((1, 2, status('reject', 2)), (2, 3, status(quantity=2), status('reject', 1)))
        self.assertEqual((self.parts(1), self.parts(2), self.parts(3)), ((0, 0), (2, 8), (1, 4)))
        self.assertEqual(set(self.line(self.po, 1).move_ids.mapped('state')), {'cancel'})

    def test_parts_that_have_arrived_count(self):
        self.receive_parts(1, 12)
        self.assertEqual(self.parts(), (2, 0))
        self.confirm((2, 3, status(quantity=2), status('reject', 1)))
        self.assertEqual(self.parts(), (1, 0))

    def test_the_parts_of_what_comes_back_are_expected_again(self):
        self.confirm((2, 3, status(quantity=2), status('reject', 1)))
        self.confirm((2, 3, status(quantity=3)), notice_date=LATER)
        self.assertEqual(self.parts(), (3, 12))

    def test_the_parts_of_what_comes_back_after_the_rest_has_arrived_are_expected_again(self):
        self.confirm((2, 3, status(quantity=2), status('reject', 1)))
        self.receive_parts(2, 8)
        self.confirm((2, 3, status(quantity=3)), notice_date=LATER)
        self.assertEqual(self.parts(), (1, 4))

    def test_nothing_is_to_be_credited_while_the_parts_of_billed_goods_can_still_arrive(self):
        self.group.product_id.purchase_method = 'receive'
        self.env['purchase.order.line'].search([('order_id', '=', self.po.id)])._compute_qty_invoiced()
        self.invoice(self.po)
        self.assertEqual((self.line(self.po, 2).qty_invoiced, self.line(self.po, 2).qty_to_invoice), (3, 0))
