from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_compare

from ...tools.marked import fetch_marked
from ...tools.sentences import shown_amount

# The lines of a cart that are no items.
CHARGES = ('shipping', 'tax')


class PurchaseOrderBilling(models.Model):
    """What is to be billed of an order, and what was billed and refunded."""
    _inherit = 'purchase.order'

    amazon_billed_total = fields.Monetary(
        "Billed Total", compute='_compute_amazon_billed_totals',
        help="The total of all bills of this order, including drafts and taxes.")
    amazon_refunded_total = fields.Monetary(
        "Refunded Total", compute='_compute_amazon_billed_totals',
        help="The total of all credits of this order, including drafts and taxes.")

    # Only as the way back from an order to its charges, see `amazon_charged_order_id`.
    amazon_charge_line_ids = fields.One2many(
        'purchase.order.line', 'amazon_charged_order_id', "Charges", compute='_compute_amazon_charge_line_ids')

    # === COMPUTE METHODS === #

    @api.depends('amazon_session_id', 'order_line.amazon_line_type')
    def _compute_amazon_charge_line_ids(self):
        for order in self:
            order.amazon_charge_line_ids = order.order_line.filtered(
                lambda line: line.amazon_line_type in CHARGES) if order.amazon_session_id else False

    @api.depends('order_line.amazon_bill_line_ids.move_id')
    def _compute_invoice(self):
        """Override of `purchase` to include money-only credits, which lack core's link."""
        super()._compute_invoice()
        for order in self:
            if credits := order.order_line.amazon_bill_line_ids.move_id - order.invoice_ids:
                order.invoice_ids |= credits
                order.invoice_count = len(order.invoice_ids)

    @api.depends('order_line.amazon_bill_line_ids.price_total', 'order_line.amazon_bill_line_ids.parent_state')
    def _compute_amazon_billed_totals(self):
        for order in self:
            # Users who can read the order may see what was billed of it.
            order_sudo = order.sudo()
            moves_sudo = order_sudo.order_line.amazon_bill_line_ids.move_id
            order.amazon_billed_total, order.amazon_refunded_total = (
                order_sudo._amazon_total_on(moves_sudo.filtered(lambda move, kind=kind: move.move_type == kind))
                for kind in ('in_invoice', 'in_refund'))

    def _amazon_total_on(self, moves):
        """Add up what belongs to this order on bills, or on credits, without cancelled ones.

        :param moves: bills or credits of this order
        :return: the amount with taxes, in the currency of the order
        :rtype: float
        """
        self.ensure_one()
        total = 0.0
        for move in moves.filtered(lambda move: move.state != 'cancel'):
            # A line without an order, such as one that was typed, belongs to the only order of the bill.
            is_only = move._amazon_billed_orders() == self
            total += move._amazon_to_currency(sum(
                gross for line, gross in move._amazon_gross_by_line().items()
                if is_only or self in (line.amazon_purchase_line_id.order_id, line.amazon_order_id)),
                self.currency_id)
        return total

    # === REFUNDS === #

    def action_amazon_refund(self):
        """Open the dialog of the button Record Amazon Refund on an order.

        :return: the action that opens it
        :rtype: dict
        """
        self.ensure_one()
        return self.env['amazon.punchout.refund']._open(self)

    # === CREATE BILL === #

    def _prepare_invoice(self):
        """Override of `purchase` to add the Amazon group, its payment method and the reference."""
        vals = super()._prepare_invoice()
        if self.amazon_session_id:
            group_sudo = self.amazon_group_id.sudo()  # accountants can't read groups
            vals['amazon_group_id'] = group_sudo.id
            if not self.invoice_ids:  # a second bill with the same reference would be reported as a duplicate
                vals['ref'] = self.partner_ref
            if payment_line := group_sudo.journal_id.outbound_payment_method_line_ids[:1]:
                vals['preferred_payment_method_line_id'] = payment_line.id
        return vals

    def action_create_invoice(self, attachment_ids=False):
        """Override of `purchase` to leave out lines of Amazon orders with nothing to bill.

        Core adds a line of quantity 0 for them, which makes it harder to compare the bill with Amazon's invoice. If
        nothing at all is to be billed, they stay for users who bill before the goods arrive.
        """
        before = self.invoice_ids
        action = super().action_create_invoice(attachment_ids=attachment_ids)
        for move in self.invoice_ids - before:
            lines = move.invoice_line_ids.filtered(lambda line: line.amazon_purchase_line_id)
            empty = lines.filtered(lambda line: line.product_uom_id.is_zero(line.quantity))
            if lines - empty:
                empty.sudo().unlink()  # buyers can create bills but not delete their lines
            if move.move_type == 'in_invoice':
                self._amazon_share_charges(move)
            elif lines:
                # Less is to be billed than was billed: goods went back, or never came.
                move.sudo().amazon_refund_kind = 'goods'
                move._amazon_note_missing()
            move._amazon_record_bill()
        return action

    # === AFTER A CONFIRMATION === #

    def _amazon_charge_remarks(self):
        """Override to mention charges that rose after they were billed.

        A charge is billed as a whole with the first item, so no quantity shows that its amount rose later. Amazon's own
        invoices bill their part each.

        :rtype: list[str]
        """
        remarks = super()._amazon_charge_remarks()
        for line in self._amazon_charge_lines('shipping') | self._amazon_charge_lines('tax'):
            bill_lines = line._amazon_charge_bill_lines()
            billed = sum(bill_lines.mapped('price_subtotal'))
            if (bill_lines and not any(bill_lines.move_id.mapped('amazon_invoice_id'))
                    and self.currency_id.compare_amounts(line.price_subtotal, billed) > 0):
                remarks.append(self._(
                    "“%(charge)s” of order %(order)s is now %(amount)s, of which %(billed)s is billed. Add the rest to "
                    "a bill.",
                    charge=line._amazon_title(), order=self.name,
                    amount=shown_amount(self.env, line.price_subtotal, self.currency_id),
                    billed=shown_amount(self.env, billed, self.currency_id)))
        return remarks


class PurchaseOrderLineBilling(models.Model):
    """The quantities of a line that are to be billed, and were."""
    _inherit = 'purchase.order.line'

    amazon_bill_line_ids = fields.One2many(
        'account.move.line', 'amazon_purchase_line_id', "Amazon Bill Lines", readonly=True)
    # Shipping and tax follow the items of their order. By `order_id.order_line` each line of every order would depend
    # on all others, and be written again whenever one of them changes.
    amazon_charged_order_id = fields.Many2one(
        'purchase.order', "Order of the Charge", compute='_compute_amazon_charged_order_id',
        search='_search_amazon_charged_order_id')

    def _fetch_query(self, query, fields):
        """Override of `base` to look up bill lines of the lines of carts only: other lines have none of ours."""
        return fetch_marked(super()._fetch_query, query, fields, ('amazon_bill_line_ids',), 'amazon_line_type')

    @api.depends('order_id', 'amazon_line_type')
    def _compute_amazon_charged_order_id(self):
        for line in self:
            line.amazon_charged_order_id = line.order_id if line.amazon_line_type in CHARGES else False

    def _search_amazon_charged_order_id(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain('order_id', 'in', value) & Domain('amazon_line_type', 'in', CHARGES)

    @api.depends(
        'invoice_lines.move_id.amazon_refund_kind', 'move_ids.to_refund', 'move_ids.state', 'move_ids.product_uom_qty',
        'amazon_bill_line_ids.price_subtotal', 'amazon_bill_line_ids.parent_state',
        'amazon_charged_order_id.order_line.qty_received', 'amazon_charged_order_id.order_line.product_uom_qty',
        'amazon_charged_order_id.order_line.invoice_lines.quantity',
        'amazon_charged_order_id.order_line.invoice_lines.move_id.state',
        'amazon_charged_order_id.order_line.invoice_lines.move_id.amazon_refund_kind',
        'amazon_charged_order_id.order_line.move_ids.to_refund')
    def _compute_qty_invoiced(self):
        """Override of `purchase` to compute what is to be billed of lines of Amazon orders."""
        super()._compute_qty_invoiced()
        amazon_lines = self.filtered(lambda line: line.amazon_line_type and line.order_id.state == 'purchase')
        items = amazon_lines.filtered(lambda line: line.amazon_line_type == 'item')
        for line in items:
            line.qty_to_invoice = line._amazon_item_to_bill()
        for line in amazon_lines - items:
            line.qty_to_invoice = line._amazon_service_to_bill()

    def _prepare_account_move_line(self, move=False):
        """Override of `purchase` to let the last bill take the cents that are left, and credits what is not refunded.
        """
        vals = super()._prepare_account_move_line(move)
        in_own_currency = not move or move.currency_id == self.currency_id
        if self.amazon_line_type == 'item' and in_own_currency:
            price = self._amazon_credit_price() if self.qty_to_invoice < 0 else \
                self._amazon_closing_price(vals['quantity'])
            vals['price_unit'] = vals['price_unit'] if price is None else price
        elif self.amazon_line_type and in_own_currency and (bill_lines := self._amazon_charge_bill_lines()):
            # A part of the charge is billed, but the rest is not.
            vals['price_unit'] = self._amazon_charge_price(self._amazon_unbilled_charge(bill_lines))
        return vals

    def _amazon_prepare_common_vals(self):
        """Prepare what core, or another addon, writes onto each bill line of this line, whatever part it bills.

        :rtype: dict
        """
        vals = self._prepare_account_move_line()
        vals.pop('balance', None)  # core's, of the whole quantity that is to be billed
        return vals

    def _amazon_charge_price(self, amount):
        """Return the price of a bill line for an amount of this charge: taxes may be included in the price.

        :param Decimal | float amount: the amount without taxes
        :rtype: float
        """
        return float(amount) * (self.price_unit / self.price_subtotal if self.price_subtotal else 1)

    def _amazon_charge_bill_lines(self):
        """Return the bill lines of this charge; a charge may be split across accounts and shipments."""
        return self.amazon_bill_line_ids.filtered(
            lambda line: line.parent_state != 'cancel' and line.move_id.move_type == 'in_invoice')

    def _amazon_unbilled_charge(self, bill_lines):
        """Compute what is left to bill of this charge.

        :param bill_lines: its bill lines
        :rtype: float
        """
        billed = sum(bill_lines.filtered(lambda line: line.currency_id == self.currency_id).mapped('price_subtotal'))
        rest = self.currency_id.round(self.price_subtotal - billed)
        return rest if rest * self.price_subtotal > 0 else 0.0

    def _amazon_closing_price(self, quantity):
        """Compute the price of the last bill of a line with several confirmed prices.

        Such a line has their average, which bills of a part round each. The last bill takes the cents that are over or
        short; changes that an accountant made on an earlier bill are not undone.

        :param float quantity: the quantity that is to be billed now
        :return: the price that brings all bills to the line's amount, or None if its own does
        :rtype: float | None
        """
        self.ensure_one()
        currency = self.currency_id
        billed = self.invoice_lines.filtered(lambda line: line.parent_state != 'cancel')
        if (not billed or billed.currency_id != currency or set(billed.move_id.mapped('move_type')) != {'in_invoice'}
                or self.product_uom_id.compare(self.qty_invoiced + quantity, self.product_qty) != 0):
            return None
        rest = currency.round(self.price_subtotal - sum(billed.mapped('price_subtotal')))
        cents = currency.round(rest - currency.round(self.price_unit * quantity))
        if currency.is_zero(cents) or currency.compare_amounts(abs(cents), currency.rounding * (len(billed) + 1)) > 0:
            return None
        return rest / quantity

    def _amazon_item_to_bill(self):
        """Compute the quantity of an item that is to be billed; core's, with two exceptions.

        Goods that were billed before they arrived are not to be credited as long as they can still arrive. Goods that
        were credited as returned are not to be billed again, even if they have not left the stock yet.

        :rtype: float
        """
        self.ensure_one()
        to_bill = self.qty_to_invoice
        if to_bill < 0:
            return -self._amazon_quantity_to_credit(-to_bill)
        credited = self._amazon_credited_quantity()
        if self.product_id.purchase_method != 'purchase':
            # What has left the stock no longer counts as received.
            credited = max(credited - self._amazon_returned_quantity(), 0.0)
        return max(to_bill - credited, 0.0)

    def _amazon_service_to_bill(self):
        """Compute the quantity of shipping or estimated tax that is to be billed: all of it with the first item.

        :rtype: float
        """
        self.ensure_one()
        digits = self.env['decimal.precision'].precision_get('Product Unit')
        items = self.order_id._amazon_item_lines()
        if not any(float_compare(item.qty_to_invoice, 0, precision_digits=digits) > 0 for item in items):
            return 0.0
        return max(self.product_qty - self.qty_invoiced, 0.0)

    # === WHAT IS TO BE CREDITED === #

    def _amazon_quantity_to_credit(self, surplus):
        """Compute the quantity of an item that is to be credited.

        :param float surplus: the quantity that is billed beyond what core counts: received, or ordered
        :rtype: float
        """
        if self.product_id.purchase_method != 'purchase':
            if self.qty_received_method == 'stock_moves':
                surplus = max(surplus - self._amazon_open_quantity(), 0.0)
            else:  # a person may still enter it as received
                surplus = 0.0
        return surplus if surplus and self._amazon_amount_to_credit(surplus) else 0.0

    def _amazon_open_quantity(self):
        """Return the quantity that open receipts still expect.

        :rtype: float
        """
        if self._amazon_arrives_in_parts():
            is_open = any(move.state not in ('done', 'cancel') and not move._is_purchase_return()
                          for move in self.move_ids)
            return max(self.product_qty - self.qty_received, 0.0) if is_open else 0.0
        return sum(
            move.product_uom._compute_quantity(move.product_uom_qty, self.product_uom_id, rounding_method='HALF-UP')
            for move in self._get_po_line_moves()
            if move.state not in ('done', 'cancel') and not move._is_purchase_return())

    def _amazon_amount_to_credit(self, quantity):
        """Compute the net amount to credit for a quantity: what was billed for it, less what money refunds gave back.

        Money that lowered an earlier credit of this line counts only once.

        :param float quantity: a quantity without a credit
        :rtype: float
        """
        self.ensure_one()
        amounts = {'bill': [0.0, 0.0], 'goods': [0.0, 0.0], 'money': [0.0, 0.0]}
        for line in self._amazon_counted_bill_lines():
            move = line.move_id
            if move.move_type == 'in_invoice' and not line.purchase_line_id:
                continue
            if move.move_type == 'in_refund' and not line.purchase_line_id and move._amazon_is_reversed():
                continue
            kind = 'bill' if move.move_type == 'in_invoice' else 'goods' if line.purchase_line_id else 'money'
            amounts[kind][0] += line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id)
            amounts[kind][1] += self._amazon_in_order_currency(line)
        (billed_quantity, billed), (credited_quantity, credited), (_quantity, money) = amounts.values()
        price = billed / billed_quantity if billed_quantity else self.price_subtotal / (self.product_qty or 1.0)
        money = max(money - max(credited_quantity * price - credited, 0.0), 0.0)
        return max(self.currency_id.round(quantity * price - money), 0.0)

    def _amazon_counted_bill_lines(self):
        """Return the lines of bills and credits of this line; of those of a day, if the context has core's key for it.
        """
        lines = self.amazon_bill_line_ids.filtered(lambda line: line.parent_state != 'cancel')
        if day := fields.Date.to_date(self.env.context.get('accrual_entry_date')):
            lines = lines.filtered(lambda line: line.move_id.invoice_date and line.move_id.invoice_date <= day)
        return lines

    def _amazon_in_order_currency(self, bill_line):
        """Convert the net amount of a bill line to the currency of the order.

        :rtype: float
        """
        return bill_line.move_id._amazon_to_currency(bill_line.price_subtotal, self.currency_id)

    def _amazon_credit_price(self):
        """Compute the price at which the quantity that is to be credited is credited.

        :return: the price, or None if the price of the order is right
        :rtype: float | None
        """
        quantity = -self.qty_to_invoice
        at_order_price = self.price_subtotal / self.product_qty * quantity if self.product_qty else 0.0
        amount = self._amazon_amount_to_credit(quantity)
        if not at_order_price:
            return amount / quantity
        if self.currency_id.compare_amounts(amount, at_order_price) == 0:
            return None
        return self.price_unit * amount / at_order_price  # the price may include taxes

    def _amazon_quantity_to_return(self):
        """Compute the quantity that a credit should take back: goods that were returned, or billed but never received.

        :rtype: float
        """
        self.ensure_one()
        returned = max(self._amazon_returned_quantity() - self._amazon_credited_quantity(), 0.0)
        if returned and not self._amazon_amount_to_credit(returned):
            returned = 0.0
        return max(returned, -self.qty_to_invoice)

    def _amazon_credited_quantity(self):
        """Return the quantity that was credited as returned, with drafts.

        :rtype: float
        """
        return sum(
            line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id)
            for line in self._get_invoice_lines()
            if line.move_id.move_type == 'in_refund' and line.move_id.amazon_refund_kind == 'goods'
            and line.move_id.state != 'cancel')

    def _amazon_returned_quantity(self):
        """Return the quantity that was returned from the stock, as core counts it in the received quantity.

        :rtype: float
        """
        return sum(
            move.product_uom._compute_quantity(move.quantity, self.product_uom_id, rounding_method='HALF-UP')
            for move in self._get_po_line_moves()
            if move.state == 'done' and move._is_purchase_return()
            and (not move.origin_returned_move_id or move.to_refund))
