"""What the tests of the parcels of a receipt have in common."""
from odoo.tests import Form

from .cxml_builder import ship_notice_xml
from .ship_notice_case import ShipNoticeCase


class ParcelCase(ShipNoticeCase):
    """The order has two staplers (line 1), three of line 2, and one of line 3."""

    def setUp(self):
        super().setUp()
        self.clerk = self.new_user('clerk', 'stock.group_stock_user')
        self.po = self.three_lines()

    def ship(self, number, *lines, **values):
        """Let Amazon ship lines in a parcel.

        :return: the parcel, as the clerk sees it
        """
        document = self.deliver(ship_notice_xml(self.po, lines, tracking=number, shipment_id=f'S{number}', **values))
        self.assertEqual(document.state, 'processed', document.reason)
        return self.parcel(number)

    def parcel(self, number):
        self.env.invalidate_all()
        return self.po.amazon_shipment_ids.filtered(
            lambda each: each.tracking_number == number).with_user(self.clerk)

    def receipt(self):
        """Return the open receipt, as the clerk sees it."""
        self.env.invalidate_all()
        return self.po.picking_ids.filtered(lambda each: each.state not in ('done', 'cancel')).with_user(self.clerk)

    def press(self, parcel, receipt=None, button='action_fill_in'):
        return getattr(parcel.with_context(amazon_receipt_id=(receipt or self.receipt()).id), button)()

    def validate(self, receipt=None):
        """Press Validate, and create a backorder if Odoo asks."""
        receipt = receipt or self.receipt()
        action = receipt.button_validate()
        if isinstance(action, dict) and action.get('res_model') == 'stock.backorder.confirmation':
            Form(self.env['stock.backorder.confirmation'].with_user(self.clerk).with_context(
                **action['context'])).save().process()
        self.assertEqual(receipt.state, 'done')
        self.env.invalidate_all()

    def filled(self, receipt=None):
        """Return the quantities of a receipt by Amazon's line."""
        moves = (receipt or self.receipt()).sudo().move_ids
        return {move.purchase_line_id.amazon_line_number: move.quantity for move in moves}

    def move(self, number):
        """Return the move of an Amazon line on the open receipt, as the clerk sees it."""
        return self.receipt().move_ids.filtered(lambda each: each.purchase_line_id.amazon_line_number == number)

    def received(self):
        return {number: self.line(self.po, number).qty_received for number in (1, 2, 3)}
