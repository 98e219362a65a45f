from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal

from odoo import models

from ...tools.money import share_out
from ...tools.sentences import shown_number


@dataclass
class UnmatchedTax:
    """The tax of an invoice that no purchase tax carries."""
    by_order: dict = field(default_factory=lambda: defaultdict(Decimal))
    problems: dict = field(default_factory=lambda: defaultdict(Decimal))   # the amount of each TaxProblem

    def add(self, match, shares):
        """Add what is left of a stated tax.

        :param TaxMatch match: what was found for it
        :param shares: tuples of order and amount
        """
        for order, amount in shares:
            self.by_order[order] += amount
        if match.problem:
            self.problems[match.problem] += sum((amount for _order, amount in shares), Decimal()) - match.cost


class AmazonPunchoutBillTaxes(models.AbstractModel):
    """The taxes of a bill, found by what Amazon states and corrected to it."""
    _inherit = 'amazon.punchout.bill'

    def _match_taxes(self, draft):
        """Find the tax of each line: the order's own if it computes what Amazon states, else one of the stated rate.

        Tax that no purchase tax computes becomes a separate line. It is a problem, unless it is part of the cost.

        :param BillDraft draft: its lines get their taxes
        """
        self._find_own_taxes(draft)
        choice = self._find_taxes(draft)
        unmatched = UnmatchedTax()
        for line in draft.lines:
            if self._is_stated(draft, line) and not line.is_settled:
                match = self._match_stated(draft, line, choice)
                line.taxes, line.tax, line.tax_parts = match.taxes, match.amount, match.parts
                unmatched.add(match, [(line.order, (line.stated_tax or Decimal()) - line.tax)])
        if draft.tax_rest:
            match = self._match_rest(draft, choice)
            unmatched.add(match, self._share_extra(draft, 'tax', draft.tax_rest - match.amount))
        self._add_unmatched(draft, choice, unmatched)
        # Every tax belongs to a line now.
        draft.tax_rest = Decimal()
        for line in draft.lines:
            line.stated_tax = line.tax

    def _add_unmatched(self, draft, choice, unmatched):
        """Add the tax that no purchase tax carries in a line for each order, and say why.

        :param BillDraft draft: gets the lines, and a problem unless all of the tax is part of the cost
        """
        for order, amount in unmatched.by_order.items():
            if amount:
                draft.lines.append(self._prepare_tax_line(draft, order, amount))
        if not choice.is_never_reclaimed:
            draft.problems += [self._describe(draft, choice, *each) for each in unmatched.problems.items()]
        total = sum(unmatched.by_order.values(), Decimal())
        if total and (choice.is_never_reclaimed or not unmatched.problems):
            draft.notes.append(self._cost_note(draft, choice, total))

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
        Cart, group = self.env['amazon.punchout.cart'], draft.group
        rates = Cart._rates_of([
            draft.invoice.summary.tax, *(item.tax for each in draft.invoice.orders for item in each.items)])
        products = (group.product_id | group.shipping_product_id).union(
            *(line.order_line.product_id for line in draft.lines))
        return Cart._find_taxes(group, draft.orders[0].fiscal_position_id.id, rates, products)

    # === MATCHING === #

    def _is_stated(self, draft, line):
        """Tell whether Amazon states the tax of this line, not only that of the whole invoice.

        Where the invoice has no tax at all, each line has none.

        :rtype: bool
        """
        return line.stated_tax is not None or not draft.tax_rest or line.is_exempt

    def _match_stated(self, draft, line, choice):
        """Find the purchase taxes of a line whose tax is stated.

        :rtype: TaxMatch
        """
        Cart, none = self.env['amazon.punchout.cart'], self.env['account.tax']
        if not line.stated_tax:
            return self._match_nothing(draft, line, choice)
        if match := self._match_portions(draft, line, choice):
            return match
        amounts = self._stated_amounts(line.details, line.stated_tax, draft.item_sign)
        if not any(choice.is_cost(rate) for rate, _amount in amounts):
            parts = line.own_taxes._amazon_match(line.amount, line.quantity, amounts, draft.currency)
            if parts is not None:
                return Cart._prepare_match(line.own_taxes, parts)
        if not line.details and draft.invoice.summary.tax:
            rates = {each.percentage_rate for each in draft.invoice.summary.tax.details}
            amounts = [(rates.pop() if len(rates) == 1 else None, line.stated_tax)]
        match = Cart._match_amounts(
            line.name, line.amount, line.quantity, amounts, draft.currency, choice, self._taxed_product(draft, line))
        is_whole = not match.taxes or match.amount + match.cost == line.stated_tax
        return match if is_whole else Cart._prepare_match(none, problem=('no_rate',))

    def _stated_amounts(self, details, stated, sign):
        """Return the amounts of the rates that add up to a stated tax.

        :param details: the TaxDetails, whose amounts are as they came
        :param Decimal stated: the whole tax
        :param int sign: of the details
        :return: tuples of rate and amount; a rate may be None
        :rtype: list[tuple]
        """
        amounts = [(each.percentage_rate, each.tax_amount.amount * sign) for each in details if each.tax_amount]
        if amounts and sum((amount for _rate, amount in amounts), Decimal()) == stated:
            return amounts
        rates = {each.percentage_rate for each in details}
        return [(rates.pop() if len(rates) == 1 else None, stated)]

    def _match_portions(self, draft, line, choice):
        """Find the tax of the shipping of several items, each rounded by itself.

        :return: the taxes, or None if the portions have none together
        :rtype: TaxMatch | None
        """
        matches = [self._match_stated(draft, replace(
            line, amount=amount, details=details, portions=(),
            stated_tax=sum((each.tax_amount.amount for each in details), Decimal()) * draft.item_sign), choice)
            for amount, details in line.portions]
        if not matches or not matches[0].taxes or any(match.taxes != matches[0].taxes for match in matches):
            return None
        parts = defaultdict(Decimal)
        for match in matches:
            for tax, amount in match.parts.items():
                parts[tax] += amount
        return self.env['amazon.punchout.cart']._prepare_match(
            matches[0].taxes, parts, sum((match.cost for match in matches), Decimal()))

    def _match_nothing(self, draft, line, choice):
        """Find the purchase taxes of a line on which Amazon states no tax: none, or taxes that add nothing.

        :rtype: TaxMatch
        """
        Cart, own = self.env['amazon.punchout.cart'], line.own_taxes
        invoice_tax = draft.invoice.summary.tax
        is_reverse_charge = line.is_reverse_charge or bool(
            not line.details and invoice_tax and invoice_tax.is_reverse_charge)
        has_reason = is_reverse_charge or line.is_exempt or bool(
            invoice_tax and not invoice_tax.money.amount and self._is_exempt(invoice_tax))
        if not line.amount:
            return Cart._prepare_match(own.browse())
        is_due = any(own._amazon_amounts(line.amount).values()) if own and own._amazon_is_comparable() else bool(own)
        if own and not is_due and (own._amazon_is_reverse_charge() or not is_reverse_charge):
            return Cart._prepare_match(own, dict.fromkeys(own._amazon_leaves(), Decimal()))
        if own and not has_reason and (
                parts := own._amazon_match(line.amount, line.quantity, [(None, Decimal())], draft.currency)):
            return Cart._prepare_match(own, parts)  # less than a smallest unit
        if has_reason:
            return Cart._match_none_due(choice, self._taxed_product(draft, line), is_reverse_charge)
        if own and (line.bill_line or line.order_line):
            return Cart._prepare_match(own.browse(), problem=('unstated', (own._amazon_rate(),), line.name))
        return Cart._prepare_match(own.browse())

    def _is_exempt(self, tax):
        """Tell whether Amazon says why it states no tax, or states a rate of 0.

        :param cxml.Tax tax: what Amazon states
        :rtype: bool
        """
        return bool(tax.exemption or any(each.exemption or each.percentage_rate == 0 for each in tax.details))

    def _taxed_product(self, draft, line):
        """Return the product whose own tax comes first.

        :rtype: odoo.models.Model
        """
        if line.order_line.product_id:
            return line.order_line.product_id
        return draft.group.shipping_product_id if line.kind in ('shipping', 'handling') else draft.group.product_id

    # === WHAT NO TAX COMPUTES === #

    def _prepare_tax_line(self, draft, order, amount):
        """Prepare the line of tax that no purchase tax computes.

        :rtype: BillLine
        """
        line = self._prepare_extra(draft, 'tax', amount, order)
        if draft.bill:
            line.bill_line = self._service_lines(draft.bill, 'tax', order)[:1] or None
        return line

    def _cost_note(self, draft, choice, amount):
        """Say that a tax is part of the cost.

        :rtype: str
        """
        values = {'amount': self._format(draft, amount), 'group': draft.group.name}
        if choice.by_table:
            return self.env._(
                "The tax of %(amount)s was added as a separate line: by the Tax Rates of the Amazon group %(group)s, "
                "it is part of the cost.", **values)
        return self.env._(
            "The tax of %(amount)s was added as a separate line, since no purchase tax of this order results in this "
            "amount.", **values)

    def _describe(self, draft, choice, problem, amount):
        """Say why no purchase tax carries a tax, and what to do.

        :param TaxProblem problem: what was found out
        :param Decimal amount: the tax that it is about
        :rtype: str
        """
        rate = shown_number(self.env, problem.rates[0]) if problem.rates else ""
        taxes = choice.by_rate.get(problem.rates[0].normalize()) if problem.rates else None
        values = {
            'amount': self._format(draft, amount), 'rate': rate, 'name': problem.name,
            'rates': ", ".join(self.env._("%s%%", shown_number(self.env, each)) for each in problem.rates),
            'computed': self._format(draft, problem.computed),
            'taxes': ", ".join(taxes.mapped('name')) if taxes else "", 'group': draft.group.name,
            'vendor': draft.group.partner_id.name,
        }
        match problem.kind:
            case 'several':
                return self.env._(
                    "Amazon states %(amount)s of tax at %(rate)s%%, but several purchase taxes of %(rate)s%% exist "
                    "(%(taxes)s). Choose one under Tax Rates in the Amazon group %(group)s. Then set it on this bill, "
                    "or delete the bill and press Process Again on Amazon's document.", **values)
            case 'missing':
                return self.env._(
                    "Amazon states %(amount)s of tax at %(rate)s%%, but there is no purchase tax of %(rate)s%%. Create "
                    "it or, if the tax is part of the cost, add the rate without a tax under Tax Rates in the Amazon "
                    "group %(group)s. Then delete this bill and press Process Again on Amazon's document.", **values)
            case 'differs':
                return self.env._(
                    "Tax of %(rate)s%% on “%(name)s” would be %(computed)s, but Amazon states %(amount)s. Check the "
                    "tax of this line.", **values)
            case 'mixed':
                return self.env._(
                    "Amazon states %(amount)s of tax at several rates (%(rates)s) on one line, and no purchase tax "
                    "computes them together. Set the taxes on this bill.", **values)
            case 'unclear':
                return self.env._(
                    "Amazon states %(amount)s of tax (%(rates)s) only for the whole invoice, and it is not clear which "
                    "lines have which rate. Set the taxes on this bill.", **values)
            case 'zero':
                return self.env._(
                    "Amazon states tax of 0%%, but no purchase tax of 0%% is chosen. Choose one under Tax Rates in the "
                    "Amazon group %(group)s, or add the rate 0%% without a tax. Then delete this bill and press "
                    "Process Again on Amazon's document.", **values)
            case 'reverse_charge':
                return self.env._(
                    "Amazon states no tax since your company owes it (reverse charge), but there is no such tax on the "
                    "order or in the fiscal position of %(vendor)s. Set the fiscal position there, and the tax on this "
                    "bill.", **values)
            case 'unstated':
                return self.env._(
                    "Amazon states no tax on “%(name)s”, but the order expects %(rate)s%%. Check the tax of this line.",
                    **values)
        return self.env._(
            "Amazon states %(amount)s of tax without a rate, and no purchase tax of the order results in this amount. "
            "Set the tax on this bill.", **values)

    # === WRITING === #

    def _prepare_extra_tax_data(self, draft, line, price):
        """Prepare the amounts of the taxes as Amazon states them: Odoo's rounding may differ by a cent.

        A reverse charge has an amount and the same below zero, which Odoo computes.

        :param float price: the unit price of the bill line
        :return: the values, or None where Odoo's own computation applies
        :rtype: dict | None
        """
        if not line.taxes or line.taxes._amazon_is_reverse_charge():
            return None
        parts = line.tax_parts
        if sum(parts.values(), Decimal()) != line.tax or not parts:
            parts = share_out(line.tax, self._tax_weights(line), draft.currency)
        data = {
            'manual_tax_amounts': {str(tax.id): {'tax_amount_currency': float(part)} for tax, part in parts.items()},
            'currency_id': draft.currency.id, 'price_unit': price, 'discount': 0.0, 'quantity': float(line.quantity),
        }
        if line.taxes._amazon_is_included():
            data['manual_total_excluded_currency'] = float(line.amount)
        return data

    def _tax_weights(self, line):
        """Weigh the taxes of a line: a credit takes back as much of each as its bill claims.

        :rtype: dict[odoo.models.Model, float | Decimal]
        """
        billed = (line.bill_line and line.bill_line.extra_tax_data or {}).get('manual_tax_amounts', {})
        weights = {
            tax: billed.get(str(tax.id), {}).get('tax_amount_currency', 0) for tax in line.taxes._amazon_leaves()}
        return weights if any(weights.values()) else line.taxes._amazon_amounts(line.amount)
