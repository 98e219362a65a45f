from collections import defaultdict
from decimal import Decimal

from odoo import models

from ...tools.money import rounded, share_out, smallest_unit
from .amazon_punchout_bill import BillLine


class AmazonPunchoutBillHeader(models.AbstractModel):
    """Credit memos that state only a total: they take back the lines of their bill, with the taxes of these."""
    _inherit = 'amazon.punchout.bill'

    def _split_sums(self, draft):
        """Split the totals of a credit without lines across the lines of its bill.

        :param BillDraft draft: its bill is known; its totals are replaced by lines with their taxes
        """
        sums = [line for line in draft.lines if line.kind == 'sum']
        weights = {number: abs(line.amount) for number, line in enumerate(sums)}
        rests = share_out(draft.tax_rest, weights, draft.currency)
        if draft.tax_rest:
            draft.tax_rest = Decimal()
            for number, line in enumerate(sums):
                line.stated_tax = (line.stated_tax or 0) + rests[number]
        for line in sums:
            if not line.details and len(sums) == 1 and draft.invoice.summary.tax:
                line.details = draft.invoice.summary.tax.details
            # The summary may state shipping beside the total.
            beside = [each for each in draft.lines
                      if each.kind in ('shipping', 'handling') and each.order == line.order and each.bill_line]
            if parts := self._mirror_bill(draft, line, beside) or self._split_sum(draft, line, beside):
                position = draft.lines.index(line)
                draft.lines[position:position + 1] = parts

    def _split_sum(self, draft, line, beside):
        """Split a total across the lines of its order on the bill.

        :param list beside: the lines of shipping that are stated beside the total
        :return: the lines, or none if the bill has nothing left to refund
        :rtype: list[BillLine]
        """
        refundable = {
            each: values for each, values in draft.bill._amazon_refundable().items()
            if self._is_of_order(each, line.order) and draft.currency.compare_amounts(values.open, 0) > 0}
        charges = draft.bill.invoice_line_ids.browse().union(
            *(self._lines_of_charge(each.bill_line) for each in beside))
        refundable = {each: values for each, values in refundable.items() if each not in charges} or refundable
        if not refundable:
            return []
        for each in beside:
            self._settle_beside(draft, line, each)
        if len(refundable) > 1:
            draft.notes.append(self.env._(
                "Amazon states only a total without lines. It was split across the lines of %s.",
                draft.bill.display_name))
        total = line.amount + (line.stated_tax or 0)
        parts = self._split_sum_by_rate(draft, line, total, refundable) or [
            part for each, share in share_out(total, self._open_weights(refundable, refundable), draft.currency).items()
            for part in self._refund_line(draft, line, each, refundable[each], share)]
        self._correct_tax(draft, line, parts)
        return [part for part in parts if part.amount or part.tax]

    def _settle_beside(self, draft, line, shipping):
        """Give shipping that is stated beside a total the taxes of its bill line; they are in the tax of the total.

        :param BillLine line: the total, whose tax gets lower
        :param BillLine shipping: the line of shipping
        """
        net = Decimal(str(shipping.bill_line.price_subtotal))
        if shipping.stated_tax is None and line.stated_tax and net:
            rate = Decimal(str(shipping.bill_line.price_total)) / net - 1
            shipping.tax = shipping.stated_tax = rounded(shipping.amount * rate, draft.currency)
            shipping.taxes, shipping.is_settled = shipping.bill_line.tax_ids, True
            line.stated_tax -= shipping.tax

    def _open_weights(self, refundable, bill_lines):
        """Weigh bill lines by what is left to refund of them.

        :rtype: dict[odoo.models.Model, float]
        """
        return {each: refundable[each].open for each in bill_lines}

    def _is_of_order(self, bill_line, order):
        """Tell whether a bill line belongs to an order; a line of no order, such as a discount, belongs to any.

        :rtype: bool
        """
        orders = bill_line.amazon_purchase_line_id.order_id | bill_line.amazon_order_id
        return not orders or order in orders

    def _mirror_bill(self, draft, line, beside):
        """Take back every line of the bill as it is, if the total is that of the bill and nothing was refunded.

        :param list beside: the lines of shipping that are stated beside the total; they are taken out of the draft
        :return: the lines, or none
        :rtype: list[BillLine]
        """
        total = sum((each.amount + (each.stated_tax or 0) for each in (line, *beside)), Decimal())
        gross = {each: amount for each, amount in draft.bill._amazon_gross_by_line().items()
                 if self._is_of_order(each, line.order)}
        if draft.bill._amazon_credits() or draft.currency.compare_amounts(sum(gross.values()), float(total)) != 0:
            return []
        draft.lines = [each for each in draft.lines if not any(each is other for other in beside)]
        return [
            self._prepare_part(line, each, rounded(each.price_subtotal, draft.currency),
                               rounded(amount, draft.currency) - rounded(each.price_subtotal, draft.currency))
            for each, amount in gross.items()]

    def _split_sum_by_rate(self, draft, line, total, refundable):
        """Assign the taxes that are stated for a rate to the bill lines of that rate.

        :param Decimal total: the total, taxes included
        :param dict refundable: the refundable amounts by bill line
        :return: the lines, or none if the details don't say it, or the bill has no line of a stated rate
        :rtype: list[BillLine]
        """
        lines_by_rate = defaultdict(list)
        for each in refundable:
            lines_by_rate[self._bill_line_rate(each)].append(each)
        stated = self._stated_rates(draft, line)
        others = [each for rate, lines in lines_by_rate.items() if rate not in stated for each in lines]
        shares = {rate: net + tax for rate, (net, tax) in stated.items()}
        left = total - sum(shares.values(), Decimal())
        if not stated or any(rate not in lines_by_rate for rate in stated):
            return []
        # A net amount that is reckoned from its tax is not exact.
        if not others or abs(left) <= sum((smallest_unit(draft.currency) * 100 / rate for rate in stated), Decimal()):
            if abs(left) > total / 10:
                return []
            shares, left = share_out(total, shares, draft.currency), Decimal()
        elif left < 0:
            return []
        parts = []
        for rate, amount in shares.items():
            weights = self._open_weights(refundable, lines_by_rate[rate])
            taxes = share_out(stated[rate][1], weights, draft.currency)
            for each, share in share_out(amount, weights, draft.currency).items():
                parts.append(self._prepare_part(line, each, share - taxes[each], taxes[each]))
        for each, share in share_out(left, self._open_weights(refundable, others), draft.currency).items():
            parts += self._refund_line(draft, line, each, refundable[each], share)
        return parts

    def _stated_rates(self, draft, line):
        """Read the taxes that the details of a total state for a rate.

        :return: the net amount and the tax of each rate, or nothing if a detail lacks its rate or its amount
        :rtype: dict[Decimal, tuple[Decimal, Decimal]]
        """
        stated = {}
        for detail in line.details:
            if detail.percentage_rate is None or detail.tax_amount is None:
                return {}
            if not detail.tax_amount.amount or not detail.percentage_rate:
                continue
            rate = detail.percentage_rate.normalize()
            tax = abs(self._round(draft, detail.tax_amount))
            net = abs(self._round(draft, detail.taxable_amount)) if detail.taxable_amount else \
                rounded(tax * 100 / rate, draft.currency)
            before = stated.get(rate, (Decimal(), Decimal()))
            stated[rate] = (before[0] + net, before[1] + tax)
        return stated

    def _bill_line_rate(self, bill_line):
        """Return the rate of all taxes of a bill line, in percent.

        :rtype: Decimal
        """
        rates = bill_line.tax_ids.flatten_taxes_hierarchy().filtered(lambda tax: tax.amount_type == 'percent')
        return sum((Decimal(str(tax.amount)) for tax in rates), Decimal()).normalize()

    def _refund_line(self, draft, line, bill_line, values, amount):
        """Take back an amount of a bill line in the proportion of its net amount and its taxes.

        :param Refundable values: the refundable amounts of the bill line
        :param Decimal amount: the amount, taxes included
        :return: the line, and one for its share of each estimated tax
        :rtype: list[BillLine]
        """
        currency, billed = draft.currency, Decimal(str(values.billed))
        charges = {charge: rounded(Decimal(str(share)) * amount / billed, currency)
                   for charge, share in values.taxes.items()}
        own = amount - sum(charges.values(), Decimal())
        gross = Decimal(str(bill_line.price_total))
        net = rounded(own * Decimal(str(bill_line.price_subtotal)) / gross, currency) if gross else own
        return [
            self._prepare_part(line, bill_line, net, own - net),
            *(self._prepare_part(line, charge, share, Decimal()) for charge, share in charges.items())]

    def _prepare_part(self, line, bill_line, net, tax):
        """Prepare a line that takes back a part of a bill line.

        :param BillLine line: the total
        :param Decimal net: the amount without taxes
        :param Decimal tax: the amount of the taxes of the bill line
        :rtype: BillLine
        """
        order_line = bill_line.amazon_purchase_line_id
        kind = {'shipping': 'shipping', 'tax': 'tax'}.get(order_line.amazon_line_type, 'item')
        if bill_line._amazon_is_estimated_tax():
            kind = 'tax'
        return BillLine(
            kind=kind, name=bill_line.name, amount=net, order=line.order, order_line=order_line, bill_line=bill_line,
            quantity=Decimal(-1 if net < 0 else 1), stated_tax=tax, taxes=bill_line.tax_ids, tax=tax, is_counted=False,
            is_settled=True)

    def _correct_tax(self, draft, line, parts):
        """Let the taxes add up to what Amazon states, if they differ by rounding only.

        :param list parts: the lines of the total, the largest of which is corrected
        """
        if line.stated_tax is None:
            return
        computed = sum((part.tax + (part.amount if part.kind == 'tax' else 0) for part in parts), Decimal())
        rest = line.stated_tax - computed
        if abs(rest) > smallest_unit(draft.currency) * len(parts):
            draft.problems.append(self.env._(
                "Amazon states %(stated)s of tax for the credit, but by the lines of %(bill)s it includes "
                "%(computed)s. Compare them before you post the credit.",
                stated=self._format(draft, line.stated_tax), bill=draft.bill.display_name,
                computed=self._format(draft, computed)))
        elif rest and (taxed := [part for part in parts if part.taxes]):
            largest = max(taxed, key=lambda part: part.amount)
            largest.tax += rest
            largest.stated_tax = largest.tax
            largest.amount -= rest
