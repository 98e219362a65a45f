from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...const import NOT_OPEN_STATES

STOCK_USER = 'stock.group_stock_user'


class AmazonPunchoutShipmentReceipt(models.Model):
    """A parcel on the receipt that it arrives with: one click fills in what it holds, and Validate receives it."""
    _inherit = 'amazon.punchout.shipment'

    receipt_id = fields.Many2one(
        'stock.picking', "Receipt", readonly=True, index='btree_not_null', ondelete='set null', copy=False,
        help="The receipt on which this parcel was filled in.")
    can_fill_in = fields.Boolean(compute='_compute_can_fill_in')
    can_undo = fields.Boolean(compute='_compute_can_fill_in')
    receipt_words = fields.Char("On Receipt", compute='_compute_can_fill_in')

    # === COMPUTE METHODS === #

    @api.depends('receipt_id', 'active', 'is_planned', 'is_whole_order', 'line_ids.active')
    @api.depends_context('lang', 'amazon_receipt_id')
    def _compute_can_fill_in(self):
        """Tell what can be done on the receipt of the context, which shows its parcels."""
        shown_sudo = self.env['stock.picking'].sudo().browse(self.env.context.get('amazon_receipt_id'))
        is_open = not shown_sudo or shown_sudo.state not in NOT_OPEN_STATES
        for shipment in self:
            receipt_sudo = shipment._current_receipt()
            has_contents = shipment.is_whole_order or shipment.line_ids.filtered('active')
            shipment.can_fill_in = (
                is_open and bool(has_contents) and shipment.active and not shipment.is_planned and not receipt_sudo)
            shipment.can_undo = is_open and bool(receipt_sudo) and receipt_sudo == shown_sudo
            if receipt_sudo.state == 'done':
                shipment.receipt_words = shipment.env._("Received: %s", receipt_sudo.name)
            elif receipt_sudo:
                shipment.receipt_words = shipment.env._("Filled in: %s", receipt_sudo.name)
            else:
                shipment.receipt_words = shipment.is_planned and shipment.env._("Not shipped yet")

    def _current_receipt(self):
        """Return the receipt on which this parcel is filled in; a cancelled one receives nothing.

        :return: a `stock.picking` in superuser mode, or none
        """
        return self.sudo().receipt_id.filtered(lambda receipt: receipt.state != 'cancel')

    # === ACTIONS === #

    def action_fill_in(self):
        """Set the quantities of the receipt of the context to what this parcel holds.

        :return: an action that says what the receiver must enter, or None
        :rtype: dict | None
        :raises UserError: the parcel is filled in or received already, or the receipt expects nothing of it
        """
        receipt = self._receipt_to_fill()
        if other := self._current_receipt():
            raise UserError(self.env._(
                "Parcel %(parcel)s is already filled in on %(receipt)s. Press Undo there first.",
                parcel=self.display_name, receipt=other.name))
        if not self.can_fill_in:
            raise UserError(self.env._(
                "Amazon does not say what is in parcel %s. Enter the quantities that arrived.", self.display_name))
        remarks = receipt._amazon_fill_in(self)
        self.sudo().receipt_id = receipt  # no user writes shipments; the rights were checked
        return remarks and {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning', 'sticky': True, 'message': "\n".join(remarks),
                'next': {'type': 'ir.actions.act_window_close'},  # shows the receipt as it is now
            },
        } or None

    def action_undo_fill_in(self):
        """Take what this parcel holds off the receipt again."""
        receipt = self._receipt_to_fill()
        if self._current_receipt() != receipt:
            raise UserError(self.env._(
                "Parcel %(parcel)s is not filled in on %(receipt)s.", parcel=self.display_name, receipt=receipt.name))
        self.sudo().receipt_id = False
        receipt._amazon_undo_fill_in(self)

    def _receipt_to_fill(self):
        """Find the receipt on which the button was pressed, and check that this user may fill it in.

        :return: the `stock.picking`
        :raises AccessError: the user may not receive goods
        :raises UserError: the parcel was received
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env.user.has_group(STOCK_USER):
            raise AccessError(self.env._("Only users of Inventory can fill in a receipt."))
        receipt = self.env['stock.picking'].browse(self.env.context.get('amazon_receipt_id')).exists()
        receipt.check_access('write')
        self.sudo().lock_for_update()  # two people may press the button at once
        if (current := self._current_receipt()).state == 'done':
            raise UserError(self.env._(
                "Parcel %(parcel)s was already received with %(receipt)s.",
                parcel=self.display_name, receipt=current.name))
        if len(receipt) != 1 or receipt.state in NOT_OPEN_STATES:
            raise UserError(self.env._("Open the receipt that waits for parcel %s.", self.display_name))
        return receipt

    # === WHAT IS IN IT === #

    def _quantities_of(self, lines):
        """Say how much of some order lines is in these parcels.

        :param lines: `purchase.order.line` records
        :return: quantities in the unit of each line; None is all that is still expected
        :rtype: dict
        """
        quantities = {}
        for shipment in self:
            if shipment.is_whole_order:
                quantities.update(dict.fromkeys(
                    lines.filtered(lambda line, order=shipment.purchase_order_id: line.order_id == order)))
                continue
            for content in shipment.line_ids.filtered(lambda each: each.active and not each.stated_quantity):
                if (line := content.purchase_line_id) in lines and quantities.get(line, 0) is not None:
                    quantities[line] = quantities.get(line, 0) + content.quantity
        return quantities

    def _settle_receipts(self):
        """Let a parcel be received that was received as the record whose place it takes, by its tracking number.

        Amazon's own notice takes the place of what was entered manually, and what was received stays received. What
        else came in the same parcel is received by itself.
        """
        replaced = self.filtered(lambda each: each.receipt_id and not each.active)
        by_number = replaced.grouped(lambda shipment: shipment._tracking_key())
        for shipment in self.filtered(lambda each: each.active and not each.receipt_id and each._tracking_key()):
            known = by_number.get(shipment._tracking_key(), self.browse()).filtered(
                lambda each, shipment=shipment: each.is_whole_order or not shipment.is_whole_order
                and set(shipment.line_ids.mapped('line_number')) <= set(each.line_ids.mapped('line_number')))
            if known:
                shipment.receipt_id = known[0].receipt_id
