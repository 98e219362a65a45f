from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...const import NOT_OPEN_STATES

STOCK_USER = 'stock.group_stock_user'


class ReceivedParcel(NamedTuple):
    """A parcel that is filled in or received, as it is before a ship notice is written over its record."""

    shipment: models.Model
    key: str
    contents: tuple
    is_stand_in: bool
    receipt: models.Model
    entered: dict | bool


class AmazonPunchoutShipmentReceipt(models.Model):
    """A parcel on the receipt that it arrives with: one click fills in what it holds, and Validate receives it."""
    _inherit = 'amazon.punchout.shipment'

    receipt_id = fields.Many2one(
        'stock.picking', readonly=True, index='btree_not_null', ondelete='set null', copy=False,
        help="The receipt on which this parcel was filled in, or which received it.")
    # So that Undo takes back no more: by move what was added, and what was set to zero.
    entered = fields.Json(readonly=True, copy=False)
    can_fill_in = fields.Boolean(compute='_compute_can_fill_in')
    can_undo = fields.Boolean(compute='_compute_can_fill_in')
    receipt_words = fields.Text("On Receipt", compute='_compute_can_fill_in')

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
            # A form that is read anew does not say which receipt it shows.
            shipment.can_undo = (
                bool(receipt_sudo) and receipt_sudo.state not in NOT_OPEN_STATES and shown_sudo in (
                    receipt_sudo, shown_sudo.browse()))
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
        remarks, entered = receipt._amazon_fill_in(self)
        # No user writes shipments; the rights were checked.
        self.sudo().write({'receipt_id': receipt.id, 'entered': entered})
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
        entered = self.entered or {}
        receipt.move_ids.filtered(lambda move: str(move.id) in entered.get('added', {}))._amazon_check_not_numbered()
        self.sudo().write({'receipt_id': False, 'entered': False})
        receipt._amazon_take_back(entered)

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

    # === WHAT BECOMES OF IT === #

    def _parcel_contents(self):
        """Give what is in this parcel in a form that can be compared, also if it was withdrawn.

        :rtype: tuple
        """
        lines = self.with_context(active_test=False).line_ids
        return self.is_whole_order, tuple(sorted(
            (line.line_number, line.quantity, line.stated_quantity or '') for line in lines))

    def _is_stand_in(self):
        """Tell whether a person entered this parcel, or only Reporting states it.

        :rtype: bool
        """
        return bool(self.document_id) and self.document_id._is_stand_in()

    def _received_parcels(self):
        """Collect which of these parcels are filled in or received, before a ship notice is written over them.

        :rtype: list[ReceivedParcel]
        """
        return [ReceivedParcel(
            shipment, shipment._tracking_key(), shipment._parcel_contents(), shipment._is_stand_in(),
            shipment.receipt_id, shipment.entered) for shipment in self if shipment.receipt_id]

    def _settle_receipts(self, received):
        """Leave to each parcel the receipt that it was filled in on, whatever record it has become.

        Amazon's notice takes the place of what was entered manually, and what was received stays received. A parcel
        that is withdrawn, or holds something else now, is taken off an open receipt.

        :param list[ReceivedParcel] received: from before the ship notice was written
        """
        for each in received:
            record = each.shipment & self
            is_same = record and record.operation != 'delete' and each.key in ('', record._tracking_key()) \
                and each.contents == record._parcel_contents()
            if is_same and record.active:
                continue
            heir = self.filtered(lambda other, each=each: other._is_heir(each))[:1]
            if is_same and not heir:
                continue  # entered manually and replaced by other parcels
            record.write({'receipt_id': False, 'entered': False})
            if heir:
                heir.write({'receipt_id': each.receipt.id, 'entered': each.entered})
            elif each.receipt.state not in NOT_OPEN_STATES:
                each.receipt._amazon_take_back(each.entered)

    def _is_heir(self, received):
        """Tell whether this is the parcel that another record was before.

        :param ReceivedParcel received: the record before
        :rtype: bool
        """
        return self.active and not self.receipt_id and self._tracking_key() == received.key != '' and (
            received.is_stand_in or self._is_stand_in() or received.contents == self._parcel_contents())

    def _find_received(self):
        """Find which of these parcels were received without Fill In: the oldest, as far as what was received reaches.

        :return: those without a receipt that are covered
        """
        found = self.browse()
        for order, parcels in self.filtered(lambda each: each.active and not each.is_planned).grouped(
                'purchase_order_id').items():
            lines = order.order_line.filtered(lambda line: line.product_id.type == 'consu' and line.product_qty)
            left = {line: line.qty_received for line in lines}
            known = parcels.filtered(lambda parcel: parcel._current_receipt().state == 'done')
            for line, quantity in known._quantities_of(lines).items():
                left[line] -= line.qty_received if quantity is None else quantity
            for parcel in parcels.filtered(lambda parcel: not parcel._current_receipt()).sorted(
                    lambda parcel: (parcel.shipped_at or parcel.create_date, parcel.id)):
                contents = {line: line.product_qty if quantity is None else quantity
                            for line, quantity in parcel._quantities_of(lines).items()}
                is_stated = any(parcel.line_ids.filtered('active').mapped('stated_quantity'))
                if contents and not is_stated and all(
                        line.product_uom_id.compare(left[line], quantity) >= 0 for line, quantity in contents.items()):
                    found |= parcel
                    for line, quantity in contents.items():
                        left[line] -= quantity
        return found
