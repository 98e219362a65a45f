from odoo import api, fields, models
from odoo.tools import float_round, format_amount

from ...tools.expired import ContentExpired
from ...tools.numbers import PRICE_DIGITS
from ...tools.steps import attempt

# Of how many decimals a price has, since the average of several confirmed prices is not exact.
EXACT_DIGITS = PRICE_DIGITS - 3


class PurchaseOrderCompare(models.Model):
    """What may be billed of an order: what Amazon confirmed or, before that, what was ordered."""
    _inherit = 'purchase.order'

    def _amazon_is_above(self, billed, expected, roundings=0):
        """Tell whether a billed amount is above the expected one by more than the group's tolerance.

        :param float billed: in the currency of the order, as the expected amount
        :param int roundings: how many amounts were rounded; each may be a smallest unit too high
        :rtype: bool
        """
        self.ensure_one()
        leeway = self._amazon_tolerance(expected) + roundings * self.currency_id.rounding
        return self.currency_id.compare_amounts(billed - expected, leeway) > 0

    def _amazon_is_unconfirmed(self):
        """Tell whether an order was neither confirmed nor received, although its group expects confirmations.

        :rtype: bool
        """
        self.ensure_one()
        group_sudo = self.amazon_group_id.sudo()  # accountants can't read groups
        if not group_sudo.confirmations_expected or self.amazon_state in ('confirmed', 'partial'):
            return False
        requests_sudo = self.sudo().amazon_document_ids.filtered(lambda each: each.document_type == 'OrderRequest')
        sent_at = max(filter(None, requests_sudo.mapped('last_try_at')), default=None)
        if sent_at and sent_at < group_sudo.confirmations_since:
            return False
        return not any(line.product_uom_id.compare(line.qty_received, 0) > 0 for line in self._amazon_item_lines())

    def _amazon_highest_prices(self):
        """Find the highest of the prices of each item: Amazon may confirm parts of a line at different prices.

        :return: the prices by Amazon's line number
        :rtype: dict[int, float]
        """
        self.ensure_one()
        try:
            return {number: float(line.highest_price) for number, line in self._amazon_confirmed().lines.items()}
        except ContentExpired:
            return {line.amazon_line_number: line.price_unit for line in self._amazon_item_lines()}

    # === SENTENCES === #

    def _amazon_bill_differences(self):
        """Say where more is billed of this order, on all bills less all credits, than may be.

        :return: a sentence for each difference beyond the group's tolerance
        :rtype: list[str]
        """
        self.ensure_one()
        sentences = []
        billed = self.amazon_billed_total - self.amazon_refunded_total
        if self._amazon_is_above(billed, self.amount_total, len(self.order_line.amazon_bill_line_ids)):
            sentences.append(self.env._(
                "%(billed)s is billed on %(order)s, but the order's total is %(expected)s.",
                billed=format_amount(self.env, billed, self.currency_id), order=self.name,
                expected=format_amount(self.env, self.amount_total, self.currency_id)))
        sentences += [sentence for line in self.order_line if (sentence := line._amazon_bill_difference())]
        if self._amazon_is_unconfirmed():
            sentences.append(self._amazon_unconfirmed_sentence())
        return sentences

    def _amazon_unconfirmed_sentence(self):
        """Say that an order was neither confirmed nor received.

        :rtype: str
        """
        return self.env._("Amazon has not confirmed order %s, and nothing was received.", self.name)


class PurchaseOrderLineCompare(models.Model):
    """What was billed of a line on all bills, and what may be."""
    _inherit = 'purchase.order.line'

    # In superuser mode: accountants and buyers see the sums, also of bills and groups that they can't read.
    amazon_agreed_price = fields.Float(
        "Agreed Price", compute='_compute_amazon_agreed_price', compute_sudo=True,
        help="The price that Amazon confirmed.")
    amazon_billed_amount = fields.Monetary(
        "Billed Amount", compute='_compute_amazon_billed_amount', compute_sudo=True,
        help="The amount on all bills, including drafts, less all credits. Without taxes.")
    amazon_billed_difference = fields.Monetary(
        "Difference", compute='_compute_amazon_billed_amount', compute_sudo=True,
        help="The billed amount less the confirmed or ordered price of the billed quantity.")

    # === COMPUTE METHODS === #

    @api.depends('amazon_confirmation', 'amazon_confirmed_price', 'price_subtotal', 'order_id.amazon_state')
    def _compute_amazon_agreed_price(self):
        for line in self:
            # Without taxes, as Amazon states it: the unit price of a line may include them.
            price = line.amazon_confirmed_price if line.amazon_line_type == 'item' else line.price_subtotal
            line.amazon_agreed_price = price if line._amazon_is_confirmed() else 0.0

    @api.depends(
        'amazon_bill_line_ids.price_subtotal', 'amazon_bill_line_ids.parent_state', 'qty_invoiced', 'price_unit',
        'price_subtotal', 'product_qty')
    def _compute_amazon_billed_amount(self):
        highest_prices = {}
        for line in self:
            amount = 0.0
            for bill_line in line.amazon_bill_line_ids:
                sign = {'in_invoice': 1, 'in_refund': -1}.get(bill_line.move_id.move_type)
                if sign and bill_line.parent_state != 'cancel':
                    amount += sign * line._amazon_in_order_currency(bill_line)
            line.amazon_billed_amount = amount
            line.amazon_billed_difference = line._amazon_difference(amount, highest_prices)

    def _amazon_difference(self, billed, highest_prices):
        """Compare what is billed of a line with what may be.

        Amazon bills charges in parts, so they are compared only once more than the whole is billed.

        :param float billed: the amount on all bills
        :param dict highest_prices: see :meth:`_amazon_expected_amount`
        :rtype: float
        """
        self.ensure_one()
        if self.amazon_line_type == 'item':
            return self.currency_id.round(billed - self._amazon_expected_amount(self.qty_invoiced, highest_prices))
        return self.currency_id.round(max(billed - self.price_subtotal, 0.0)) if self.amazon_line_type else 0.0

    # === WHAT MAY BE BILLED === #

    def _amazon_expected_amount(self, quantity, highest_prices=None):
        """Compute what may be billed for a quantity of an item, without taxes.

        For a part of a line with several confirmed prices that is the highest of them, up to the amount of the line. A
        price with fractions of a smallest unit may be rounded up.

        :param float quantity: the billed quantity
        :param dict | None highest_prices: what is known of :meth:`_amazon_highest_prices` by order; it is added to
        :rtype: float
        """
        self.ensure_one()
        currency, price = self.currency_id, self.price_unit
        if self.product_qty and currency.compare_amounts(price * self.product_qty, self.price_subtotal):
            price = self.price_subtotal / self.product_qty  # a discount, or a price that includes taxes
        if self.product_uom_id.compare(quantity, self.product_qty) >= 0:
            return self.price_subtotal + self._amazon_rounded_up((quantity - self.product_qty) * price)
        if self._amazon_is_confirmed() and currency.compare_amounts(self.price_unit, self.amazon_cart_price):
            highest_prices = {} if highest_prices is None else highest_prices
            if self.order_id not in highest_prices:
                highest_prices[self.order_id] = self.order_id._amazon_highest_prices()
            price = max(price, highest_prices[self.order_id].get(self.amazon_line_number, price))
        return min(self._amazon_rounded_up(quantity * price), self.price_subtotal)

    def _amazon_rounded_up(self, amount):
        return float_round(
            round(amount, EXACT_DIGITS), precision_rounding=self.currency_id.rounding, rounding_method='UP')

    # === SENTENCES === #

    def _amazon_bill_difference(self):
        """Say that too much is billed of this line, if that is beyond the group's tolerance.

        Whether a tax is a line depends on the purchase taxes of each bill, so taxes count within the total only.

        :rtype: str | None
        """
        self.ensure_one()
        if self.amazon_line_type not in ('item', 'shipping'):
            return None
        expected = self.amazon_billed_amount - self.amazon_billed_difference
        roundings = len(self.amazon_bill_line_ids) if self.amazon_line_type == 'shipping' else 0
        if not self.order_id._amazon_is_above(self.amazon_billed_amount, expected, roundings):
            return None
        values = {
            'item': self._amazon_title(), 'order': self.order_id.name,
            'billed': format_amount(self.env, self.amazon_billed_amount, self.currency_id),
            'expected': format_amount(self.env, expected, self.currency_id),
        }
        if self._amazon_is_confirmed():
            return self.env._(
                "“%(item)s” on %(order)s: %(billed)s is billed, but %(expected)s was confirmed.", **values)
        return self.env._("“%(item)s” on %(order)s: %(billed)s is billed, but %(expected)s was ordered.", **values)

    def _amazon_is_confirmed(self):
        """Tell whether Amazon has confirmed the price of this line; charges are confirmed with their order.

        :rtype: bool
        """
        self.ensure_one()
        if self.amazon_line_type == 'item':
            return self.amazon_confirmation not in (False, 'none')
        return self.order_id.amazon_state in ('confirmed', 'partial')

    # === RECEIPTS === #

    def _amazon_is_received_here(self):
        """Tell whether the received quantity of this line is known: from stock, or entered manually.

        :rtype: bool
        """
        self.ensure_one()
        return self.amazon_line_type == 'item' and bool(self.qty_received_method)

    def _amazon_billed_by(self, bills):
        """Count what some bills and all posted ones bill of this line, less the goods that were credited.

        :param bills: `account.move` records; other drafts don't count, since one of several must be the first
        :rtype: float
        """
        self.ensure_one()
        quantity = 0.0
        for line in self.invoice_lines:
            move = line.move_id
            if move.move_type == 'in_refund' and move.state != 'cancel':
                sign = -1
            elif move.move_type == 'in_invoice' and (move.state == 'posted' or move in bills):
                sign = 1
            else:
                continue
            quantity += sign * line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id)
        return quantity

    def write(self, vals):
        """Override of `purchase` to notice a received quantity that is entered manually."""
        result = super().write(vals)
        if 'qty_received' in vals or 'qty_received_manual' in vals:
            self._amazon_goods_received()
        return result

    def _amazon_goods_received(self):
        """Let the bills that waited for these goods go on; whatever becomes of a bill, the goods are received."""
        lines_sudo = self.sudo().filtered('amazon_line_type')  # users of stock may have no access to bills
        bills_sudo = lines_sudo.amazon_bill_line_ids.move_id
        for bill_sudo in bills_sudo.filtered(lambda move: move.amazon_awaits_receipt and move.state == 'draft'):
            attempt(
                self.env, bill_sudo._amazon_settle_receipt,
                f"Bill {bill_sudo.id} of Amazon's invoice could not be compared with its receipt", conflicts=())


class StockPickingCompare(models.Model):
    """Receipts for which bills wait."""
    _inherit = 'stock.picking'

    def _action_done(self):
        """Override of `stock` to let bills go on that waited for these goods."""
        result = super()._action_done()
        self.move_ids.purchase_line_id._amazon_goods_received()
        return result
