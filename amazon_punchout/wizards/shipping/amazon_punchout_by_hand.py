import re
from datetime import datetime, time, timezone
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ... import cxml
from ...tools.sentences import shown_number

# Amazon's order numbers: a typing error would lead people, and later bills, to another order.
_is_order_number = re.compile(r'\d{3}-\d{7}-\d{7}').fullmatch
ENTERED_PRICE_DIGITS = 6


class AmazonPunchoutByHand(models.TransientModel):
    """The dialog in which a purchase manager enters what Amazon wrote by e-mail or on its pages only."""
    _name = 'amazon.punchout.by.hand'
    _description = "Amazon's Answer, Entered Manually"

    order_id = fields.Many2one('purchase.order', required=True, readonly=True, ondelete='cascade')
    currency_id = fields.Many2one(related='order_id.currency_id', related_sudo=False)
    deployment_mode = fields.Selection(related='order_id.amazon_deployment_mode', related_sudo=False)
    links = fields.Html(related='order_id.amazon_links', related_sudo=False, sanitize=False)
    order_number = fields.Char(
        "Amazon's Order Number",
        help="The number of the Amazon order with the accepted lines. If there are several, enter one after the other.")
    tracking_number = fields.Char(help="The tracking number of a shipment, if Amazon has shipped something.")
    carrier = fields.Char()
    line_ids = fields.One2many('amazon.punchout.by.hand.line', 'by_hand_id')

    @api.model
    def _open(self, order):
        """Open the dialog, in which every quantity without an answer is accepted.

        :param order: the `purchase.order`; the rights were checked
        :return: the action that opens it
        :rtype: dict
        """
        by_hand = self.create({
            'order_id': order.id,
            'line_ids': [fields.Command.create(vals) for vals in self._prepare_lines(order)],
        })
        return by_hand._action_open()

    def _action_open(self):
        """Return the action that opens this dialog.

        :rtype: dict
        """
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Enter Amazon's Answer"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    @api.model
    def _prepare_lines(self, order):
        """Prepare a line of the dialog for each item.

        :param order: the `purchase.order`
        :rtype: list[dict]
        """
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
        """Set all quantities to 0, for an e-mail that is about a few lines only."""
        self.ensure_one()
        self.line_ids.write({'accepted_quantity': 0, 'rejected_quantity': 0})
        return self._action_open()

    def action_enter(self):
        """Process what was entered.

        :return: the action that closes the dialog, with a notification if anything needs attention
        :rtype: dict
        :raises UserError: why it can't be processed; nothing is stored then
        """
        self.ensure_one()
        order = self.order_id
        order._amazon_check_may_enter()
        self._check_lines()
        answered = self.line_ids.filtered(lambda line: line.accepted_quantity or line.rejected_quantity)
        number = (self.order_number or "").strip()
        tracking_number = (self.tracking_number or "").strip()
        self._check_entries(answered, number, tracking_number)
        remarks = []
        if answered:
            remarks.append(order._amazon_enter_confirmation(
                [line._prepare_confirmation_item() for line in answered], confirm_id=number))
        if tracking_number:
            shipped = self.line_ids.filtered('shipped_quantity')
            expected = filter(None, map(_noon, (shipped or self.line_ids).mapped('expected_on')))
            remarks.append(order._amazon_enter_ship_notice(
                [line._prepare_ship_notice_item() for line in shipped], tracking_number,
                carrier=(self.carrier or "").strip(), delivery_date=max(expected, default=None)))
        if remarks := list(filter(None, remarks)):
            return {
                'type': 'ir.actions.client',
                'tag': 'display_notification',
                'params': {
                    'title': self.env._("Entered, but needs attention"),
                    'message': "\n".join(remarks),
                    'type': 'warning',
                    'sticky': True,
                    'next': {'type': 'ir.actions.act_window_close'},
                },
            }
        return {'type': 'ir.actions.act_window_close'}

    def _check_lines(self):
        """Check the lines of the dialog, which may contain anything over RPC.

        :raises UserError: a line of another order, or one line twice
        """
        lines = self.line_ids.mapped('purchase_line_id')
        if lines.order_id - self.order_id or len(lines) < len(self.line_ids):
            raise UserError(self.env._(
                "Each line must belong to order %s and can be entered only once.", self.order_id.name))

    def _check_entries(self, answered, number, tracking_number):
        """Check what was entered.

        :param answered: the lines with an accepted or rejected quantity
        :param str number: Amazon's order number, or empty
        :param str tracking_number: of a shipment, or empty
        :raises UserError: what is missing, too much or impossible
        """
        if not answered and not tracking_number:
            raise UserError(self.env._(
                "Enter an accepted or rejected quantity for at least one line, or the tracking number of a shipment."))
        if number and not _is_order_number(number):
            raise UserError(self.env._(
                "“%s” is not an Amazon order number. Amazon's order numbers look like 123-1234567-1234567.", number))
        if number and not any(answered.mapped('accepted_quantity')):
            raise UserError(self.env._("Enter the quantities that Amazon accepted with order number %s.", number))
        if not tracking_number and any(self.line_ids.mapped('shipped_quantity')):
            raise UserError(self.env._("Enter the tracking number of the shipment."))
        self.line_ids._check_quantities()
        known = self.order_id.amazon_shipment_ids.filtered(
            lambda shipment: shipment.tracking_number == tracking_number and not shipment.is_tracked
            and not shipment.sudo().document_id.entered_by_id)
        if tracking_number and known:
            raise UserError(self.env._(
                "Amazon has already sent a ship notice for tracking number %(number)s of order %(order)s.",
                number=tracking_number, order=self.order_id.name))


class AmazonPunchoutByHandLine(models.TransientModel):
    _name = 'amazon.punchout.by.hand.line'
    _description = "Line of Amazon's Answer, Entered Manually"

    by_hand_id = fields.Many2one('amazon.punchout.by.hand', "Amazon's Answer", required=True, ondelete='cascade')
    purchase_line_id = fields.Many2one('purchase.order.line', "Item", required=True, readonly=True, ondelete='cascade')
    currency_id = fields.Many2one(related='purchase_line_id.currency_id', related_sudo=False)
    ordered_quantity = fields.Float("Ordered", related='purchase_line_id.amazon_cart_quantity', related_sudo=False)
    accepted_quantity = fields.Float("Accepted", digits='Product Unit')
    rejected_quantity = fields.Float("Rejected", digits='Product Unit')
    # Without digits: a price of the cart may have more than two, and would look changed if it were rounded.
    price = fields.Float(
        "Unit Price", help="The unit price of the accepted quantity. As on the order, taxes are added to it.")
    expected_on = fields.Date("Expected")
    shipped_quantity = fields.Float(
        "Shipped", digits='Product Unit',
        help="The quantity in this shipment. Leave it empty on all lines if the whole order was shipped.")
    reason = fields.Char("Amazon's Reason")

    def _check_quantities(self):
        """Check the quantities and prices of these lines.

        :raises UserError: which line is wrong, and why
        """
        for line in self:
            ordered, name = line.ordered_quantity, line.purchase_line_id.name
            unit = line.purchase_line_id.product_uom_id
            if min(line.accepted_quantity, line.rejected_quantity, line.shipped_quantity, line.price) < 0:
                raise UserError(self.env._("The quantities and the price of “%s” can't be negative.", name))
            if unit.compare(line.accepted_quantity + line.rejected_quantity, ordered) > 0:
                raise UserError(self.env._(
                    "You ordered %(ordered)s × “%(item)s”: Amazon can't accept and reject more than that in total.",
                    ordered=shown_number(self.env, ordered), item=name))
            if unit.compare(line.shipped_quantity, ordered) > 0:
                raise UserError(self.env._(
                    "You ordered %(ordered)s × “%(item)s”: Amazon can't ship more than that.",
                    ordered=shown_number(self.env, ordered), item=name))

    def _prepare_confirmation_item(self):
        """Prepare the item of a confirmation for this line.

        :rtype: cxml.ConfirmationItem
        """
        self.ensure_one()
        line = self.purchase_line_id
        accepted, rejected = map(line._amazon_decimal, (self.accepted_quantity, self.rejected_quantity))
        comments = tuple(filter(None, [(self.reason or "").strip()]))
        statuses = []
        if accepted:
            # Like Amazon's own, it states a price only where it differs from the cart's.
            unit_price = None
            if float_compare(self.price, line.amazon_cart_price, precision_digits=ENTERED_PRICE_DIGITS):
                unit_price = cxml.Money(Decimal(f'{self.price:.{ENTERED_PRICE_DIGITS}f}'), self.currency_id.name)
            statuses.append(cxml.ConfirmationStatus(
                type='detail', quantity=accepted, unit_price=unit_price, delivery_date=_noon(self.expected_on),
                comments=() if rejected else comments))
        if rejected:
            statuses.append(cxml.ConfirmationStatus(type='reject', quantity=rejected, comments=comments))
        return cxml.ConfirmationItem(
            line_number=line.amazon_line_number, quantity=line._amazon_decimal(self.ordered_quantity),
            statuses=tuple(statuses), unit_of_measure=line._amazon_unit_code())

    def _prepare_ship_notice_item(self):
        """Prepare the item of a ship notice for this line.

        :rtype: cxml.ShipNoticeItem
        """
        self.ensure_one()
        line = self.purchase_line_id
        return cxml.ShipNoticeItem(
            line_number=line.amazon_line_number, quantity=line._amazon_decimal(self.shipped_quantity),
            unit_of_measure=line._amazon_unit_code())


def _noon(day):
    """Give noon of a day in UTC, which is on the same day nearly everywhere on Earth.

    :param date | bool day: the day, if there is one
    :rtype: datetime | None
    """
    return datetime.combine(day, time(12), tzinfo=timezone.utc) if day else None
