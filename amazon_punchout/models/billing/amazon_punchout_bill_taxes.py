from decimal import Decimal

from odoo import models
from odoo.tools import format_amount

from ...tools.money import rounded, smallest_unit


class AmazonPunchoutBillTaxes(models.AbstractModel):
    """The taxes of a bill, found by what Amazon states and corrected to it."""
    _inherit = 'amazon.punchout.bill'

    def _match_taxes(self, draft):
        """Find the tax of each line: the order's own if it computes what Amazon states, else one of the stated rate.

        Tax that no purchase tax computes becomes a separate line.

        :param BillDraft draft: its lines get their taxes
        """
        self._find_own_taxes(draft)
        choice = self._find_taxes(draft)
        unmatched = dict.fromkeys(draft.orders, Decimal())
        for line in draft.lines:
            if line.stated_tax is None or line.is_settled:
                continue
            if tax := self._match_stated(draft, line, choice):
                line.taxes, line.tax = tax, line.stated_tax
            else:
                unmatched[line.order] += line.stated_tax
        if draft.tax_rest and not self._match_rest(draft, choice):
            for order, share in self._share_extra(draft, 'tax', draft.tax_rest):
                unmatched[order] += share
        for order, amount in unmatched.items():
            if amount:
                draft.lines.append(self._prepare_tax_line(draft, order, amount))
        # Every tax belongs to a line now.
        draft.tax_rest = Decimal()
        for line in draft.lines:
            line.stated_tax = line.tax

    def _find_own_taxes(self, draft):
        """Find the taxes that each line would have by itself: those of the refunded bill, else those of the order.

        :param BillDraft draft: its lines get their own taxes
        """
        none = self.env['account.tax']
        for line in draft.lines:
            known = line.bill_line or line.order_line
            line.own_taxes = known.tax_ids if known else none
        # Lines without an order line, such as discounts, are taxed like the items if these are all taxed alike.
        common = self._common_taxes(draft)
        for line in draft.lines:
            if not (line.bill_line or line.order_line):
                line.own_taxes = common

    def _common_taxes(self, draft):
        """Return the taxes that all items have, or an empty recordset if they differ."""
        taxes = [line.own_taxes for line in draft.lines
                 if line.kind in ('item', 'sum') and (line.bill_line or line.order_line)]
        return taxes[0] if taxes and all(each == taxes[0] for each in taxes) else self.env['account.tax']

    def _find_taxes(self, draft):
        """Find the purchase taxes that may stand for the rates of the invoice.

        :rtype: TaxChoice
        """
        details = [detail for line in draft.lines for detail in line.details]
        if draft.invoice.summary.tax:
            details += draft.invoice.summary.tax.details
        rates = {detail.percentage_rate for detail in details if detail.percentage_rate is not None}
        order = draft.orders[0]
        products = draft.group.product_id.union(*(line.order_line.product_id for line in draft.lines))
        return self.env['amazon.punchout.cart']._find_taxes(draft.group, order.fiscal_position_id.id, rates, products)

    # === MATCHING === #

    def _match_stated(self, draft, line, choice):
        """Find the purchase tax of a line whose tax is stated.

        :return: the tax, or None
        """
        own = line.own_taxes
        if own._amazon_is_simple() and self._agrees(draft, self._computed(draft, line, own), line.stated_tax):
            return own
        if not line.details:
            taxes = self._summary_tax(draft, choice)
        else:
            sign = draft.item_sign  # the details are as they came
            taxes, _notes = self.env['amazon.punchout.cart']._match_tax(
                line.name, line.amount * sign, line.details, line.stated_tax * sign, 1, draft.currency, choice,
                line.order_line.product_id or draft.group.product_id)
        return taxes if taxes and self._agrees(draft, self._computed(draft, line, taxes), line.stated_tax) else None

    def _summary_tax(self, draft, choice):
        """Return the purchase tax of the only rate that the summary states, or an empty recordset."""
        details = draft.invoice.summary.tax.details if draft.invoice.summary.tax else ()
        rates = {detail.percentage_rate for detail in details}
        if len(rates) != 1 or None in rates:
            return self.env['account.tax']
        return choice.find(rates.pop(), draft.group.product_id)

    def _match_rest(self, draft, choice):
        """Apply a tax that is stated for the whole invoice to the lines without a stated tax.

        :return: whether the taxes compute what is stated
        :rtype: bool
        """
        lines = [line for line in draft.lines if line.stated_tax is None and line.amount and not line.is_settled]
        # The cart may not have stated that the shipping is taxed.
        for taxes_of_lines in (
            [line.own_taxes for line in lines],
            [self._common_taxes(draft)] * len(lines),
            [self._summary_tax(draft, choice)] * len(lines),
        ):
            taxed = [(line, taxes) for line, taxes in zip(lines, taxes_of_lines, strict=True) if taxes]
            if not taxed or not all(taxes._amazon_is_simple() for _line, taxes in taxed):
                continue
            computed = [self._computed(draft, line, taxes) for line, taxes in taxed]
            if not self._agrees(draft, sum(computed, Decimal()), draft.tax_rest, len(taxed)):
                continue
            for (line, taxes), amount in zip(taxed, computed, strict=True):
                line.taxes, line.tax = taxes, amount
            largest = max(taxed, key=lambda each: abs(each[0].amount))[0]
            largest.tax += draft.tax_rest - sum(computed, Decimal())
            return True
        return False

    def _computed(self, draft, line, tax):
        """Compute a tax on the amount of a line.

        :rtype: Decimal
        """
        return rounded(line.amount * Decimal(str(tax.amount)) / 100, draft.currency)

    def _agrees(self, draft, computed, stated, lines=1):
        """Tell whether a computed tax agrees with the stated one.

        :param int lines: the number of rounded lines; each may differ by a smallest unit
        :rtype: bool
        """
        return abs(computed - stated) <= smallest_unit(draft.currency) * lines

    def _prepare_tax_line(self, draft, order, amount):
        """Prepare the line of tax that no purchase tax computes.

        :param BillDraft draft: gets a note about it
        :rtype: BillLine
        """
        line = self._prepare_extra(draft, 'tax', amount, order)
        if draft.bill:
            line.bill_line = self._service_lines(draft.bill, 'tax', order)[:1] or None
        draft.notes.append(self.env._(
            "The tax of %s was added as a separate line, since no purchase tax of this order results in this amount.",
            format_amount(self.env, float(amount), draft.currency)))
        return line
