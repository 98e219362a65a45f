from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import NOT_OPEN_STATES
from ...tools.tracking import TRACKING_NUMBER


class StockPickingParcels(models.Model):
    """The parcels of a receipt, and what filling them in does to its quantities."""
    _inherit = 'stock.picking'

    amazon_parcel_ids = fields.Many2many(
        'amazon.punchout.shipment', string="Parcels", compute='_compute_amazon_parcel_ids',
        help="What is on its way for this receipt. Fill In enters what a parcel holds, Validate receives it.")
    amazon_tracking_number = fields.Char("Tracking Number", store=False, search='_search_amazon_tracking_number')

    @api.depends('picking_type_code', 'amazon_deployment_mode')
    def _compute_amazon_parcel_ids(self):
        """Find the shipments that contain anything of a receipt; of one that is done, those that came with it."""
        receipts = self.filtered(
            lambda picking: picking.amazon_deployment_mode and picking.picking_type_code == 'incoming')
        (self - receipts).amazon_parcel_ids = False
        for receipt in receipts:
            lines = receipt.move_ids.purchase_line_id
            parcels = lines.order_id.amazon_shipment_ids._concerning(lines).filtered('active')
            if receipt.state == 'done':
                parcels = parcels.filtered(lambda parcel, mine=receipt: parcel.receipt_id == mine._origin) or parcels
            receipt.amazon_parcel_ids = parcels.sorted(lambda parcel: (
                bool(parcel.receipt_id), parcel.expected_at or fields.Datetime.now(), parcel.id))

    @api.model
    def _search_amazon_tracking_number(self, operator, value):
        """Search for receipts by the number on a parcel; the orders are found first, as in searches of orders.

        :rtype: Domain
        """
        if operator != 'ilike':
            return NotImplemented
        text = (value or '').strip()
        if not TRACKING_NUMBER.fullmatch(text):
            return Domain.FALSE
        shipments = self.env['amazon.punchout.shipment'].search([('tracking_number', 'ilike', text)])
        receipts = self.env['stock.move'].search([
            ('purchase_line_id', 'in', shipments.purchase_order_id.order_line.ids), ('picking_id', '!=', False),
        ]).picking_id.filtered(lambda receipt: receipt.amazon_parcel_ids & shipments)
        return Domain('id', 'in', receipts.ids)

    # === FILLING IN === #

    def _amazon_fill_in(self, parcel):
        """Set the quantities of this receipt to what a parcel holds; the rest waits for a backorder, as core does it.

        Core has filled in all that is expected, so the first parcel sets the rest to zero: the screen shows what
        Validate will receive. Of another parcel, what was filled in, and perhaps corrected since, is added to.

        :param parcel: an `amazon.punchout.shipment`
        :return: what the receiver must enter or should know
        :rtype: list[str]
        :raises UserError: this receipt expects nothing of the parcel
        """
        self.ensure_one()
        lines, filled_in = self.move_ids.purchase_line_id, self._amazon_filled_in()
        others = filled_in._quantities_of(lines)
        contents, remarks, is_filled = parcel._quantities_of(lines), [], False
        if not filled_in:
            self._amazon_open_moves().write({'quantity': 0, 'picked': False})
        for line, quantity in contents.items():
            moves = self._amazon_moves_of(line)
            for same_product in moves.grouped('product_id').values():
                added, missing = same_product._amazon_add(line, quantity, line in others)
                is_filled |= added > 0
            if moves and missing:
                remarks.append(self.env._(
                    "%(receipt)s expects only %(added)s of %(quantity)s × %(item)s. Check what was received before.",
                    receipt=self.name, added=f'{max(quantity - missing, 0):g}', quantity=f'{quantity:g}',
                    item=line._amazon_title()))
        if not is_filled:
            raise UserError(self.env._(
                "%(receipt)s expects nothing that is in parcel %(parcel)s: it was received, rejected by Amazon, or "
                "belongs to another receipt.", receipt=self.name, parcel=parcel.display_name))
        stated = parcel.line_ids.filtered(lambda content: content.active and content.stated_quantity)
        remarks += [self.env._(
            "Enter what arrived of %s yourself: Odoo can't convert the unit.", content._text()) for content in stated]
        return remarks

    def _amazon_undo_fill_in(self, parcel):
        """Set the quantities to what the other parcels hold that are filled in, else as core fills in a receipt.

        :param parcel: the `amazon.punchout.shipment` that is no longer filled in
        """
        self.ensure_one()
        lines, filled_in = self.move_ids.purchase_line_id, self._amazon_filled_in()
        if not filled_in:
            for move in self._amazon_open_moves():
                move.quantity = move.product_uom_qty
            return
        others = filled_in._quantities_of(lines)
        for line in parcel._quantities_of(lines):
            moves = self._amazon_moves_of(line)
            moves.quantity = 0
            if line in others:
                for same_product in moves.grouped('product_id').values():
                    same_product._amazon_add(line, others[line], False)

    def _amazon_filled_in(self):
        """Find the parcels that are filled in on this receipt."""
        return self.move_ids.purchase_line_id.order_id.amazon_shipment_ids.filtered(
            lambda parcel: parcel.receipt_id == self)

    def _amazon_open_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in NOT_OPEN_STATES).sorted('id')

    def _amazon_moves_of(self, line):
        """Find the open moves of an order line on this receipt.

        :param line: a `purchase.order.line`
        """
        return self._amazon_open_moves().filtered(lambda move: move.purchase_line_id == line)


class StockMoveParcels(models.Model):
    _inherit = 'stock.move'

    def _amazon_add(self, line, quantity, is_added):
        """Fill in some of an order line, up to what these moves expect.

        :param line: the `purchase.order.line`
        :param quantity: in its unit; None is all that is expected
        :param bool is_added: whether what is filled in counts; otherwise it is replaced
        :return: how much was filled in, and how much was not expected, in the unit of the line
        :rtype: tuple[float, float]
        """
        product_unit = self.product_id.uom_id
        expected = sum(self.mapped('product_qty'))
        before = sum(move.product_uom._compute_quantity(move.quantity, product_unit, round=False)
                     for move in self) if is_added else 0.0
        per_piece = self._amazon_per_piece(line)
        wanted = expected - before if quantity is None else quantity * per_piece
        added = min(wanted, max(expected - before, 0.0))
        if product_unit.compare(added, 0) > 0:
            self._amazon_distribute(before + added)
        missing = wanted - added
        return added, missing / per_piece if per_piece and product_unit.compare(missing, 0) > 0 else 0.0

    def _amazon_per_piece(self, line):
        """Tell how much of the product of these moves one unit of an order line is, such as 4 screws of a kit.

        :param line: the `purchase.order.line`
        :rtype: float
        """
        if not line._amazon_arrives_in_parts():
            return line.product_uom_id._compute_quantity(1, self.product_id.uom_id, round=False)
        incoming = line.move_ids.filtered(
            lambda move: move.product_id == self.product_id and move.state != 'cancel'
            and not move.origin_returned_move_id and move.location_dest_id.usage != 'supplier')
        whole = sum(move.product_qty if move.state != 'done' else move.product_uom._compute_quantity(
            move.quantity, move.product_id.uom_id, round=False) for move in incoming)
        return whole / line.product_qty if line.product_qty else 0.0

    def _amazon_distribute(self, quantity):
        """Fill in a quantity, move by move up to what each expects, the rest with the last one.

        :param float quantity: in the unit of the product
        """
        unit = self.product_id.uom_id
        for index, move in enumerate(self):
            share = quantity if index == len(self) - 1 else min(quantity, move.product_qty)
            if unit.compare(share, 0) > 0:
                move.quantity = unit._compute_quantity(share, move.product_uom, rounding_method='HALF-UP')
                if any(self.picking_id.move_ids.mapped('picked')):  # then Validate leaves out what is not
                    move.picked = True
            quantity -= share
