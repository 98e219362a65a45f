from collections import defaultdict
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from odoo import models

from ...tools.money import share_out, smallest_unit

# Above so many possible sums, the lines of a rate are not searched.
MAX_SUMS = 5000


class AmazonPunchoutBillTaxRest(models.AbstractModel):
    """The taxes of an invoice that states them only for the whole invoice."""
    _inherit = 'amazon.punchout.bill'

    def _match_rest(self, draft, choice):
        """Find the lines and the taxes that compute the tax that is stated for the whole invoice.

        :param BillDraft draft: its lines get their taxes
        :return: the amount that was matched, and why the rest was not
        :rtype: TaxMatch
        """
        Cart, none = self.env['amazon.punchout.cart'], self.env['account.tax']
        lines = [line for line in draft.lines
                 if line.amount and not line.is_settled and not self._is_stated(draft, line)]
        stated = self._rest_by_rate(draft)
        cost = sum((amount for rate, (amount, _base) in stated.items() if choice.is_cost(rate)), Decimal())
        stated = {rate: each for rate, each in stated.items() if not choice.is_cost(rate)}
        rest = draft.tax_rest - cost
        if not rest:
            return Cart._prepare_match(none, cost=cost)
        for taxed in self._guess_taxes(draft, lines, stated, choice):
            if parts := self._rest_parts(draft, taxed, rest, stated):
                whole = defaultdict(Decimal)
                for (line, line.taxes), line.tax_parts in zip(taxed, parts, strict=True):
                    line.tax = sum(line.tax_parts.values(), Decimal())
                    for tax, amount in line.tax_parts.items():
                        whole[tax] += amount
                return Cart._prepare_match(none, whole, cost)
        problem = ('unclear', tuple(stated)) if stated else ('no_rate',)
        for rate in stated:
            if rate and not choice.find(rate, draft.group.product_id):
                problem = ('several' if choice.by_rate.get(rate.normalize()) else 'missing', (rate,))
        return Cart._prepare_match(none, problem=problem, cost=cost)

    def _rest_by_rate(self, draft):
        """Return the tax that the summary states for each rate, and what it is computed from, if it states that.

        :return: amount and base by rate; empty if the summary does not state the rates of all of the rest
        :rtype: dict[Decimal, tuple[Decimal, Decimal | None]]
        """
        details = draft.invoice.summary.tax.details if draft.invoice.summary.tax else ()
        if any(each.percentage_rate is None or each.tax_amount is None for each in details):
            return {}
        amounts, bases = defaultdict(Decimal), defaultdict(Decimal)
        for each in details:
            amounts[each.percentage_rate] += each.tax_amount.amount * draft.total_sign
            bases[each.percentage_rate] += each.taxable_amount.amount * draft.total_sign if each.taxable_amount else \
                Decimal('NaN')
        if sum(amounts.values(), Decimal()) != draft.tax_rest:
            return {}
        return {rate: (amount, None if bases[rate].is_nan() else bases[rate]) for rate, amount in amounts.items()}

    def _guess_taxes(self, draft, lines, stated, choice):
        """List what the taxes of the lines may be, the most probable first: the order's own, then the stated rates.

        The cart may not have stated that the shipping is taxed.

        :return: tuples of line and taxes, only of taxed lines
        :rtype: Iterator[list[tuple]]
        """
        common = self._common_taxes(draft)
        yield from (
            [(line, taxes) for line, taxes in each if taxes and taxes._amazon_is_comparable()]
            for each in ([(line, line.own_taxes) for line in lines], [(line, common) for line in lines]))
        rates = [rate for rate in stated if rate]
        for rate in {*rates[:1], sum(rates, Decimal())} if rates else ():
            taxes = choice.find(rate, draft.group.product_id)
            if taxes and (len(rates) == 1 or len(taxes._amazon_leaves()) > 1):
                yield [(line, taxes) for line in lines]
        if assigned := self._assign_rates(draft, lines, stated):
            taxed = [(line, choice.find(rate, self._taxed_product(draft, line)))
                     for line, rate in zip(lines, assigned, strict=True)]
            if all(taxes for (_line, taxes), rate in zip(taxed, assigned, strict=True) if rate):
                yield [(line, taxes) for line, taxes in taxed if taxes]

    def _assign_rates(self, draft, lines, stated):
        """Find the rate of each line, so that the lines of each rate add up to what its tax is computed from.

        :param stated: amount and base by rate
        :return: the rates of the lines; None if there is no solution, or more than one
        :rtype: list[Decimal] | None
        """
        rates = [rate for rate in stated if rate]
        choices = [*rates, Decimal()]  # a line may have no tax
        found = {(Decimal(),) * len(rates): [()]}
        for line in lines:
            sums = defaultdict(list)
            for amounts, ways in found.items():
                for place, rate in enumerate(choices):
                    key = amounts if not rate else (
                        *amounts[:place], amounts[place] + line.amount, *amounts[place + 1:])
                    sums[key] = (sums[key] + [(*way, rate) for way in ways])[:2]
            if len(sums) > MAX_SUMS:
                return None
            found = sums
        unit = smallest_unit(draft.currency)
        fitting = [way for amounts, ways in found.items() for way in ways if all(
            stated[rate][1] == amount if stated[rate][1] is not None
            else abs(stated[rate][0] - amount * rate / 100) < unit
            for rate, amount in zip(rates, amounts, strict=True))]
        return list(fitting[0]) if len(fitting) == 1 else None

    def _rest_parts(self, draft, taxed, rest, stated):
        """Share the stated tax out over lines whose taxes compute it: for each rate, or over the whole.

        :param taxed: tuples of line and taxes
        :param Decimal rest: the stated tax
        :param stated: amount and base by rate
        :return: the amount of each tax for each line; empty if the taxes compute something else
        :rtype: list[dict]
        """
        computed = [taxes._amazon_amounts(line.amount) for line, taxes in taxed]
        if not taxed:
            return []
        for by_tax in (False, True):
            groups = self._group_by_rate(taxed, computed, by_tax)
            wanted = {rate.normalize(): each for rate, each in stated.items() if each[0]}
            if wanted and wanted.keys() != groups.keys():
                continue
            if not wanted:  # no rates: all taxes together
                groups = {None: {key: amount for each in groups.values() for key, amount in each.items()}}
                wanted = {None: (rest, None)}
            if all(self._sum_agrees(draft, taxed, groups[rate], *each) for rate, each in wanted.items()):
                parts = [dict.fromkeys(amounts, Decimal()) for amounts in computed]
                for rate, (amount, _base) in wanted.items():
                    for (number, leaf), share in share_out(amount, groups[rate], draft.currency).items():
                        parts[number][leaf] = share
                return parts
        return []

    def _group_by_rate(self, taxed, computed, by_tax):
        """Group what the taxes of lines compute by their rate.

        :param computed: the amounts of the taxes of each line
        :param bool by_tax: whether the rate is that of each tax, or that of all taxes of a line
        :return: for each rate, the amounts by number of the line and tax
        :rtype: dict[Decimal, dict]
        """
        groups = defaultdict(dict)
        for number, ((_line, taxes), amounts) in enumerate(zip(taxed, computed, strict=True)):
            for tax, amount in amounts.items():
                if amount:
                    rate = Decimal(str(tax.amount)) if by_tax else taxes._amazon_rate()
                    groups[rate.normalize()][number, tax] = amount
        return groups

    def _sum_agrees(self, draft, taxed, amounts, stated, base):
        """Tell whether taxes compute a stated sum, rounded once, for each line or for each piece.

        :param amounts: the exact amounts by number of the line and tax
        :param Decimal stated: the stated sum
        :param Decimal | None base: what it is computed from, if stated
        :rtype: bool
        """
        unit = smallest_unit(draft.currency)
        by_line = defaultdict(Decimal)
        for (number, _leaf), amount in amounts.items():
            by_line[number] += amount
        if base is not None and base != sum((taxed[number][0].amount for number in by_line), Decimal()):
            return False

        def rounded_by(way, pieces=False):
            total = Decimal()
            for number, amount in by_line.items():
                count = abs(taxed[number][0].quantity) if pieces else Decimal(1)
                total += (amount / count / unit).to_integral_value(way) * unit * count
            return total
        return abs(stated - sum(by_line.values(), Decimal())) < unit or stated in (
            rounded_by(ROUND_HALF_UP), rounded_by(ROUND_DOWN), rounded_by(ROUND_UP), rounded_by(ROUND_HALF_UP, True))
