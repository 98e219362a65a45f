import re
from datetime import datetime, time, timezone
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ... import cxml

# Amazon's numbers of orders: a typing error would lead people, and later bills, to another order.
_is_order_number = re.compile(r'\d{3}-\d{7}-\d{7}').fullmatch
ENTERED_PRICE_DIGITS = 6


class AmazonPunchoutByHand(models.TransientModel):
    """What Amazon says of an order only by e-mail or on its pages, entered by a purchase manager."""
    _name = 'amazon.punchout.by.hand'
    _description = "What Amazon Says, by Hand"

    order_id = fields.Many2one('purchase.order', required=True, readonly=True, ondelete='cascade')
    currency_id = fields.Many2one(related='order_id.currency_id', related_sudo=False)
    deployment_mode = fields.Selection(related='order_id.amazon_deployment_mode', related_sudo=False)
    links = fields.Html(related='order_id.amazon_links', related_sudo=False, sanitize=False)
    order_number = fields.Char(
        "Amazon's Order Number", help="Of what Amazon accepts below. One at a time: enter the next Amazon order afterwards.")
    tracking_number = fields.Char(help="Of a shipment, if there is one.")
    carrier = fields.Char()
    line_ids = fields.One2many('amazon.punchout.by.hand.line', 'by_hand_id')

    @api.model
    def _open(self, order):
        """:param order: the `purchase.order`; the rights were checked
        :return: an action that opens the dialog, in which everything unanswered is accepted
        :rtype: dict
        """
        by_hand = self.create({
            'order_id': order.id,
            'line_ids': [fields.Command.create(vals) for vals in self._prepare_lines(order)],
        })
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Enter What Amazon Says"),
            'res_model': self._name,
            'res_id': by_hand.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    @api.model
    def _prepare_lines(self, order):
        vals_list = []
        for line in order._amazon_item_lines():
            unanswered = line._amazon_unanswered_quantity()
            vals_list.append({
                'purchase_line_id': line.id,
                'accepted_quantity': unanswered,
                'price': line.amazon_cart_price if unanswered or not line.amazon_confirmed_price
                else line.amazon_confirmed_price,
            })
        return vals_list

    def action_accept_nothing(self):
        """Empty the list, for an e-mail that is about a few lines only."""
        self.ensure_one()
        self.line_ids.write({'accepted_quantity': 0, 'rejected_quantity': 0})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Enter What Amazon Says"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def action_enter(self):
        """Take what was entered; what can't be taken is said, and nothing is stored then."""
        self.ensure_one()
        order = self.order_id
        order._amazon_check_may_enter()
        self._check_lines()
        answered = self.line_ids.filtered(lambda line: line.accepted_quantity or line.rejected_quantity)
        number = (self.order_number or "").strip()
        tracking_number = (self.tracking_number or "").strip()
        self._check(answered, number, tracking_number)
        remarks = []
        if answered:
            remarks.append(order._amazon_enter_confirmation(
                [line._prepare_confirmation_item() for line in answered], confirm_id=number))
        if tracking_number:
            shipped = self.line_ids.filtered('shipped_quantity')
            remarks.append(order._amazon_enter_ship_notice(
                [line._prepare_ship_notice_item() for line in shipped], tracking_number,
                carrier=(self.carrier or "").strip(),
                delivery_date=max(filter(None, map(_noon, (shipped or self.line_ids).mapped('expected_on'))), default=None)))
        if remarks := list(filter(None, remarks)):
            return {
                'type': 'ir.actions.client',
                'tag': 'display_notification',
                'params': {
                    'title': self.env._("Entered, but it needs attention"),
                    'message': "\n".join(remarks),
                    'type': 'warning',
                    'sticky': True,
                    'next': {'type': 'ir.actions.act_window_close'},
                },
            }
        return {'type': 'ir.actions.act_window_close'}

    def _check_lines(self):
        """Over RPC a dialog may be filled with anything: the quantities are checked line by line.

        :raises UserError: a line of another order, or one line twice
        """
        lines = self.line_ids.mapped('purchase_line_id')
        if lines.order_id - self.order_id or len(lines) < len(self.line_ids):
            raise UserError(self.env._("Each line must be of order %s, and each only once.", self.order_id.name))

    def _check(self, answered, number, tracking_number):
        """:raises UserError: what is missing, too much, or can't be"""
        if not answered and not tracking_number:
            raise UserError(self.env._(
                "Enter what Amazon accepts or rejects of at least one line, or the tracking number of a shipment."))
        if number and not _is_order_number(number):
            raise UserError(self.env._(
                "“%s” is no order number of Amazon: they look like 123-1234567-1234567.", number))
        if number and not any(answered.mapped('accepted_quantity')):
            raise UserError(self.env._("Enter which lines Amazon accepted under the number %s.", number))
        if not tracking_number and any(self.line_ids.mapped('shipped_quantity')):
            raise UserError(self.env._("Enter the tracking number of what was shipped."))
        self.line_ids._check_quantities()
        known = self.order_id.amazon_shipment_ids.filtered(
            lambda shipment: shipment.tracking_number == tracking_number and not shipment.sudo().document_id.entered_by_id)
        if tracking_number and known:
            raise UserError(self.env._(
                "Amazon itself has told of the shipment %(number)s of order %(order)s already.",
                number=tracking_number, order=self.order_id.name))


class AmazonPunchoutByHandLine(models.TransientModel):
    _name = 'amazon.punchout.by.hand.line'
    _description = "What Amazon Says of a Line, by Hand"

    by_hand_id = fields.Many2one('amazon.punchout.by.hand', required=True, ondelete='cascade')
    purchase_line_id = fields.Many2one('purchase.order.line', "Item", required=True, readonly=True, ondelete='cascade')
    currency_id = fields.Many2one(related='purchase_line_id.currency_id', related_sudo=False)
    ordered_quantity = fields.Float("Ordered", related='purchase_line_id.amazon_cart_quantity', related_sudo=False)
    accepted_quantity = fields.Float("Accepted", digits='Product Unit')
    rejected_quantity = fields.Float("Rejected", digits='Product Unit')
    # Without digits: a price of the cart may have more than two, and must not look like another one for that.
    price = fields.Float("Unit Price", help="Of what is accepted, as on the order: without the taxes that are added to it.")
    expected_on = fields.Date("Expected")
    shipped_quantity = fields.Float(
        "Shipped", digits='Product Unit', help="In this shipment. All empty: the shipment is the whole order.")
    reason = fields.Char("Amazon's Reason")

    def _check_quantities(self):
        """:raises UserError: of a line that can't be as it was entered"""
        for line in self:
            ordered, name = line.ordered_quantity, line.purchase_line_id.name
            unit = line.purchase_line_id.product_uom_id
            if min(line.accepted_quantity, line.rejected_quantity, line.shipped_quantity, line.price) < 0:
                raise UserError(self.env._("Quantities and prices can't be below zero: “%s”.", name))
            if unit.compare(line.accepted_quantity + line.rejected_quantity, ordered) > 0:
                raise UserError(self.env._(
                    "%(ordered)s of “%(item)s” were ordered: Amazon can't have accepted and rejected more together.",
                    ordered=f"{ordered:g}", item=name))
            if unit.compare(line.shipped_quantity, ordered) > 0:
                raise UserError(self.env._(
                    "%(ordered)s of “%(item)s” were ordered: Amazon can't have shipped more.",
                    ordered=f"{ordered:g}", item=name))

    def _prepare_confirmation_item(self):
        """:rtype: cxml.ConfirmationItem"""
        self.ensure_one()
        line = self.purchase_line_id
        accepted, rejected = map(line._amazon_decimal, (self.accepted_quantity, self.rejected_quantity))
        comments = tuple(filter(None, [(self.reason or "").strip()]))
        statuses = []
        if accepted:
            # Like Amazon's own, it names a price only where it is another than the cart's.
            changed = float_compare(self.price, line.amazon_cart_price, precision_digits=ENTERED_PRICE_DIGITS)
            statuses.append(cxml.ConfirmationStatus(
                type='detail', quantity=accepted,
                unit_price=cxml.Money(Decimal(f'{self.price:.{ENTERED_PRICE_DIGITS}f}'), self.currency_id.name) if changed else None,
                delivery_date=_noon(self.expected_on), comments=() if rejected else comments))
        if rejected:
            statuses.append(cxml.ConfirmationStatus(type='reject', quantity=rejected, comments=comments))
        return cxml.ConfirmationItem(
            line_number=line.amazon_line_number, quantity=line._amazon_decimal(self.ordered_quantity), statuses=tuple(statuses))

    def _prepare_ship_notice_item(self):
        """:rtype: cxml.ShipNoticeItem"""
        self.ensure_one()
        line = self.purchase_line_id
        return cxml.ShipNoticeItem(
            line_number=line.amazon_line_number, quantity=line._amazon_decimal(self.shipped_quantity))


def _noon(day):
    """:return: noon of a day in UTC: nearly everywhere on Earth it is the same day
    :rtype: datetime | None
    """
    return datetime.combine(day, time(12), tzinfo=timezone.utc) if day else None
