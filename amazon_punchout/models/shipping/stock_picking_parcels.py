from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import NOT_OPEN_STATES
from ...tools.found_first import MOST
from ...tools.sentences import shown_number
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
            receipt.amazon_parcel_ids = parcels.sorted(lambda parcel, mine=receipt: (  # Fill In moves no row
                bool(parcel.receipt_id - mine._origin), parcel.expected_at or fields.Datetime.now(), parcel.id))

    def _compute_show_check_availability(self):
        """Override of `stock` to offer no button that fills in all that is expected, whatever the parcels hold."""
        super()._compute_show_check_availability()
        offered = self.filtered('show_check_availability')
        for receipt in offered.filtered('amazon_deployment_mode'):
            receipt.show_check_availability = not receipt.sudo()._amazon_filled_in()  # salespeople read no shipments

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
        wanted = Domain('tracking_number', 'ilike', text)
        shipments = self.env['amazon.punchout.shipment'].search(wanted, limit=MOST + 1, order='id')
        if len(shipments) > MOST:  # part of a number: not worth to look into each parcel
            return Domain('move_ids.purchase_line_id.order_id.amazon_shipment_ids', 'any', wanted)
        receipts = self.env['stock.move'].search([
            ('purchase_line_id', 'in', shipments.purchase_order_id.order_line.ids), ('picking_id', '!=', False),
        ]).picking_id.filtered(lambda receipt: receipt.amazon_parcel_ids & shipments)
        return Domain('id', 'in', receipts.ids)

    # === FILLING IN === #

    def _amazon_fill_in(self, parcel):
        """Enter what a parcel holds; the rest waits for a backorder, as core does it.

        Core has filled in all that is expected, so the first parcel sets that to zero: the screen shows what Validate
        will receive. What a person has entered stays and counts once; what other parcels hold is added to.

        :param parcel: an `amazon.punchout.shipment`
        :return: what the receiver must enter or should know, and what was done, for :meth:`_amazon_take_back`
        :rtype: tuple[list[str], dict]
        :raises UserError: this receipt expects nothing of the parcel, or numbers of lots were entered
        """
        self.ensure_one()
        lines, filled_in = self.move_ids.purchase_line_id, self._amazon_filled_in()
        others = filled_in._quantities_of(lines)
        contents, remarks, is_filled = parcel._quantities_of(lines), [], False
        open_moves = self._amazon_open_moves()
        open_moves.filtered(lambda move: move.purchase_line_id in contents)._amazon_check_not_numbered()
        zeroed = open_moves.browse()
        if not filled_in:
            orders = self.amazon_parcel_ids.purchase_order_id
            zeroed = open_moves.filtered(
                lambda move: move.purchase_line_id.order_id in orders and move._amazon_is_as_core_filled())
            zeroed.quantity = 0
        before = {move: move.quantity for move in open_moves}
        for line, quantity in contents.items():
            moves = self._amazon_moves_of(line)
            for same_product in moves.grouped('product_id').values():
                added, missing = same_product._amazon_add(line, quantity, line in others)
                is_filled |= added > 0
            if moves and missing:
                remarks.append(self.env._(
                    "%(receipt)s expects only %(added)s of %(quantity)s × %(item)s. Check what was received before.",
                    receipt=self.name, added=shown_number(self.env, max(quantity - missing, 0)),
                    quantity=shown_number(self.env, quantity), item=line._amazon_title()))
        if not is_filled:
            raise UserError(self.env._(
                "%(receipt)s expects nothing that is in parcel %(parcel)s: it was received, rejected by Amazon, or "
                "belongs to another receipt.", receipt=self.name, parcel=parcel.display_name))
        stated = parcel.line_ids.filtered(lambda content: content.active and content.stated_quantity)
        remarks += [self.env._(
            "Enter what arrived of %s yourself: Odoo can't convert the unit.", content._text()) for content in stated]
        return remarks, {
            'added': {str(move.id): move.quantity - quantity for move, quantity in before.items()
                      if move.quantity > quantity},
            'zeroed': zeroed.ids}

    def _amazon_take_back(self, entered):
        """Subtract what a parcel added, which is no longer filled in.

        After the last parcel, what the first one had set to zero is as core had filled it in, unless a person has
        entered something since.

        :param dict entered: as :meth:`_amazon_fill_in` returned it; None does nothing
        """
        self.ensure_one()
        added, zeroed = (entered or {}).get('added', {}), (entered or {}).get('zeroed', [])
        moves = self._amazon_open_moves().filtered(lambda move: not move._amazon_is_numbered())
        for move in moves.filtered(lambda move: str(move.id) in added):
            move.quantity = move.product_uom.round(max(move.quantity - added[str(move.id)], 0.0))
            if move.product_uom.is_zero(move.quantity):
                move.picked = False
        if other := self._amazon_filled_in()[:1].sudo():
            own = other.entered or {}
            other.entered = {**own, 'zeroed': [*own.get('zeroed', []), *zeroed]}
            return
        for move in moves.filtered(lambda move: move.id in zeroed and move.product_uom.is_zero(move.quantity)):
            move.quantity = move.product_uom_qty

    def _amazon_filled_in(self):
        """Find the parcels that are filled in on this receipt."""
        return self.move_ids.purchase_line_id.order_id.amazon_shipment_ids.filtered(
            lambda parcel: parcel.active and parcel.receipt_id == self)

    def _amazon_open_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in NOT_OPEN_STATES).sorted('id')

    def _amazon_moves_of(self, line):
        """Find the open moves of an order line on this receipt.

        :param line: a `purchase.order.line`
        """
        return self._amazon_open_moves().filtered(lambda move: move.purchase_line_id == line)


class StockMoveParcels(models.Model):
    _inherit = 'stock.move'

    def _amazon_is_numbered(self):
        """Tell whether lots, serial numbers or packages were entered, which a change of the quantity may delete.

        :rtype: bool
        """
        self.ensure_one()
        return any(detail.lot_id or detail.lot_name or detail.result_package_id for detail in self.move_line_ids)

    def _amazon_check_not_numbered(self):
        """Leave alone what has lots, serial numbers or packages.

        :raises UserError: some were entered
        """
        for move in self.filtered(lambda each: each._amazon_is_numbered())[:1]:
            raise UserError(self.env._(
                "Lots, serial numbers or packages were entered for %(item)s on %(receipt)s. Change its quantity "
                "yourself.", item=move.purchase_line_id._amazon_title(), receipt=move.picking_id.name))

    def _amazon_is_as_core_filled(self):
        """Tell whether nobody has entered anything here: all that is expected is filled in.

        :rtype: bool
        """
        self.ensure_one()
        return not self.picked and not self._amazon_is_numbered() \
            and self.product_uom.compare(self.quantity, self.product_uom_qty) == 0

    def _amazon_add(self, line, quantity, is_added):
        """Fill in some of an order line, up to what these moves expect.

        :param line: the `purchase.order.line`
        :param quantity: in its unit; None is all that is expected
        :param bool is_added: whether it comes to what is filled in; otherwise that is a part of it
        :return: how much of it is filled in, in the unit of the product, and how much was not expected, in the unit
            of the line
        :rtype: tuple[float, float]
        """
        product_unit = self.product_id.uom_id
        expected = sum(self.mapped('product_qty'))
        before = sum(move._amazon_filled_quantity() for move in self)
        room = max(expected - (before if is_added else 0.0), 0.0)
        per_piece = self._amazon_per_piece(line)
        wanted = room if quantity is None else quantity * per_piece
        added = min(wanted, room)
        self._amazon_distribute(added if is_added else added - before)
        missing = wanted - added
        return added, missing / per_piece if per_piece and product_unit.compare(missing, 0) > 0 else 0.0

    def _amazon_filled_quantity(self):
        """Give the quantity that is filled in, in the unit of the product.

        :rtype: float
        """
        return self.product_uom._compute_quantity(self.quantity, self.product_id.uom_id, round=False)

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
        """Add a quantity, move by move up to what each expects, the rest with the last one.

        :param float quantity: in the unit of the product; nothing happens unless it is positive
        """
        unit = self.product_id.uom_id
        for index, move in enumerate(self):
            before = move._amazon_filled_quantity()
            share = quantity if index == len(self) - 1 else min(quantity, max(move.product_qty - before, 0.0))
            if unit.compare(share, 0) > 0:
                move.quantity = unit._compute_quantity(before + share, move.product_uom, rounding_method='HALF-UP')
                if any(self.picking_id.move_ids.mapped('picked')):  # then Validate leaves out what is not
                    move.picked = True
                quantity -= share


class StockRuleParcels(models.Model):
    _inherit = 'stock.rule'

    @api.model
    def _get_moves_to_assign_domain(self, company_id):
        """Override of `stock` to let the scheduler leave alone what waits for Validate.

        It would fill in all that the receipt expects, also what is in none of the parcels that arrived.
        """
        filled_in_sudo = self.env['amazon.punchout.shipment'].sudo().search([
            ('receipt_id', '!=', False), ('receipt_id.state', 'not in', NOT_OPEN_STATES)])
        return super()._get_moves_to_assign_domain(company_id) & Domain(
            'picking_id', 'not in', filled_in_sudo.receipt_id.ids)
