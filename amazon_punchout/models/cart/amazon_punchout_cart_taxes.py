from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import format_amount

from ...const import RATE_TAXES
from ...tools.money import rounded
from ...tools.sentences import shown_number
from ...tools.tax_choice import TaxChoice, TaxMatch, TaxNote, TaxProblem


class AmazonPunchoutCartTaxes(models.AbstractModel):
    """The taxes of a cart: matched where Odoo computes what Amazon states, otherwise estimated."""
    _inherit = 'amazon.punchout.cart'

    # === WHICH TAXES THERE ARE === #

    def _stated_rates(self, cart):
        """Return the rates that the items of a cart state, in percent.

        :rtype: set[Decimal]
        """
        return self._rates_of([item.tax for item in cart.items])

    def _rates_of(self, taxes):
        """Return the rates for which a purchase tax may stand: the stated ones, the sum of those of a line, and 0.

        :param taxes: the cxml.Tax of each line, or None
        :rtype: set[Decimal]
        """
        rates = set()
        for tax in filter(None, taxes):
            if tax.exemption or any(detail.exemption for detail in tax.details):
                rates.add(Decimal())
            for is_shipping in (False, True):
                stated = [detail.percentage_rate for detail in tax.details
                          if detail.is_shipping == is_shipping and detail.percentage_rate is not None]
                rates.update([*stated, sum(stated, Decimal())] if stated else ())
        return rates

    def _find_taxes(self, group, fiscal_position_id, rates, products):
        """Find the purchase taxes that may stand for the stated rates.

        :param group: the `amazon.punchout.group`
        :param int | bool fiscal_position_id: the fiscal position of the order
        :param set[Decimal] rates: the rates that Amazon states, in percent
        :param products: the products of the lines
        :rtype: TaxChoice
        """
        return TaxChoice(self, group, fiscal_position_id, products, self._taxes_of_rates(
            group.company_id, fiscal_position_id, rates))

    def _taxes_of_rates(self, company, fiscal_position_id, rates):
        """Find the purchase taxes whose amounts can be compared with what Amazon states.

        Taxes of another country than the order's are left out, since no bill could have them; so are those of a reverse
        charge, which never are what Amazon states.

        :param int | bool fiscal_position_id: the fiscal position of the order
        :param set[Decimal] rates: the rates in percent
        :rtype: dict[Decimal, odoo.models.Model]
        """
        found = defaultdict(self.env['account.tax'].browse)
        if not rates:
            return found
        fiscal_position_sudo = self.env['account.fiscal.position'].sudo().browse(fiscal_position_id or ())
        country = fiscal_position_sudo.foreign_vat and fiscal_position_sudo.country_id \
            or company.account_fiscal_country_id
        taxes_sudo = self.env['account.tax'].sudo().search([  # buyers can't read repartition lines
            *self.env['account.tax']._check_company_domain(company),
            *RATE_TAXES,
            '|', ('amount', 'in', [float(rate) for rate in rates]), ('amount_type', '=', 'group'),
        ])
        children_sudo = taxes_sudo.filtered(lambda tax: tax.amount_type == 'group').children_tax_ids
        (taxes_sudo | children_sudo).mapped('has_negative_factor')  # reads all of them at once
        wanted = {rate.normalize() for rate in rates}
        for tax_sudo in taxes_sudo:
            if country and tax_sudo.country_id != country or not tax_sudo._amazon_is_comparable() \
                    or tax_sudo._amazon_is_reverse_charge():
                continue
            # The rates of the parts are stated, and compounded taxes add more than their sum.
            sums = {tax_sudo._amazon_rate(), Decimal(str(sum(tax_sudo._amazon_leaves().mapped('amount')))).normalize()}
            for rate in sums & wanted:
                found[rate] |= tax_sudo.sudo(False)
        return found

    def _taxes_of_products(self, company, fiscal_position_id, products):
        """Return the taxes that core would set on the lines of each product.

        :param int | bool fiscal_position_id: the fiscal position of the order
        :rtype: dict[odoo.models.Model, odoo.models.Model]
        """
        fiscal_position = self.env['account.fiscal.position'].browse(fiscal_position_id or ())
        return {
            product: fiscal_position.map_tax(product.supplier_taxes_id._filter_taxes_by_company(company))
            for product in products if product.supplier_taxes_id
        }

    def _tax_none_due(self, company, fiscal_position_id):
        """Find what the fiscal position puts in place of the company's purchase tax, if the vendor gets nothing of it.

        :param int | bool fiscal_position_id: the fiscal position of the order
        :return: the tax, for example of a reverse charge, or an empty recordset
        """
        fiscal_position = self.env['account.fiscal.position'].browse(fiscal_position_id or ())
        default = company.sudo().account_purchase_tax_id.sudo(False)
        taxes = fiscal_position.map_tax(default) if fiscal_position and default else default.browse()
        return taxes if taxes != default and taxes and not taxes._amazon_rate() else default.browse()

    # === MATCHING === #

    def _match_item_tax(self, item, product, currency, choice):
        """Find the purchase tax of an item.

        :return: the tax or an empty recordset, and notes why there is none
        :rtype: tuple[odoo.models.Model, list[str]]
        """
        details = [detail for detail in item.tax.details if not detail.is_shipping] if item.tax else []
        stated = item.tax.money.amount if item.tax else Decimal()
        if not details and not stated and not (item.tax and item.tax.exemption):
            return self.env['account.tax'], []
        match = self._match_tax(
            self._item_name(item), item.unit_price.amount * item.quantity, item.quantity, details, stated, currency,
            choice, product, bool(item.tax.is_reverse_charge))
        return self._order_tax(match, self._item_name(item), stated, currency, choice)

    def _match_shipping_tax(self, cart, product, shipping, currency, choice):
        """Find the purchase tax of the shipping, whose details stand at the items; each is rounded by itself.

        :return: the tax or an empty recordset, and notes why there is none
        :rtype: tuple[odoo.models.Model, list[str]]
        """
        name, stated, taxes = self.env._("Shipping"), [], set()
        for item in cart.items:
            details = [detail for detail in item.tax.details if detail.is_shipping] if item.tax else []
            if not details:
                continue
            stated += details
            if item.shipping:
                match = self._match_tax(
                    name, item.shipping.money.amount, Decimal(1), details, Decimal(), currency, choice, product)
                taxes.add(match.taxes)
        if not stated:
            return self.env['account.tax'], []
        if len(taxes) == 1 and (tax := taxes.pop()):
            return self._order_tax(TaxMatch(tax), name, Decimal(), currency, choice)
        match = self._match_tax(name, shipping, Decimal(1), stated, Decimal(), currency, choice, product)
        amount = sum((each.tax_amount.amount for each in stated if each.tax_amount), Decimal())
        return self._order_tax(match, name, amount, currency, choice)

    def _order_tax(self, match, name, stated, currency, choice):
        """Return the tax of an order line; the price of an order is without tax, so included taxes are estimated there.

        :param TaxMatch match: what was found for the line
        :param str name: the name of the line
        :param Decimal stated: the stated tax of the line
        :return: the tax or an empty recordset, and notes why there is none
        :rtype: tuple[odoo.models.Model, list[str]]
        """
        none = self.env['account.tax']
        if match.taxes and match.taxes._amazon_is_included():
            return none, [TaxNote('included', self.env._(
                "The tax on “%s” is estimated: its purchase tax is included in prices, but Amazon's prices are without "
                "tax. The bill has the tax.", name))]
        problem = match.problem
        if not problem or problem.kind in ('zero', 'reverse_charge') and not stated:
            return match.taxes, []
        if problem.kind in ('no_rate', 'mixed'):
            return none, [TaxNote('no_rate', self.env._(
                "The tax on “%s” is estimated: Amazon states no single rate for it.", name))]
        if problem.kind == 'differs':
            return none, [TaxNote('differs', self.env._(
                "The tax on “%(name)s” is estimated: %(rate)s%% would be %(computed)s, but Amazon states %(stated)s.",
                name=name, rate=shown_number(self.env, problem.rates[0]),
                computed=format_amount(self.env, float(problem.computed), currency),
                stated=format_amount(self.env, float(stated), currency)))]
        return none, [TaxNote('rate', self._estimate_note(problem, choice))] if stated else []

    def _tax_sentences(self, notes):
        """Say once for each reason that tax is estimated, however many lines it is about.

        :param list[TaxNote] notes: of the lines
        :rtype: list[str]
        """
        sentences = []
        for kind in dict.fromkeys(note.kind for note in notes):
            found = list(dict.fromkeys(note.sentence for note in notes if note.kind == kind))
            if len(found) == 1 or kind == 'rate':  # which has one for each rate
                sentences += found
            elif kind == 'included':
                sentences.append(self.env._(
                    "The tax on %s lines is estimated: their purchase tax is included in prices, but Amazon's prices "
                    "are without tax. The bill has the tax.", len(found)))
            elif kind == 'no_rate':
                sentences.append(self.env._(
                    "The tax on %s lines is estimated: Amazon states no single rate for them.", len(found)))
            else:
                sentences.append(self.env._(
                    "The tax on %s lines is estimated: Amazon states other amounts than its rates yield.", len(found)))
        return sentences

    def _match_tax(self, name, net, quantity, details, stated, currency, choice, product, is_reverse_charge=False):
        """Find the purchase taxes that compute what Amazon states.

        :param str name: the name of the line, for problems
        :param Decimal net: the amount that is taxed
        :param Decimal quantity: the quantity of the line
        :param details: the TaxDetails of the line
        :param Decimal stated: the whole tax of the line, where there is no detail
        :param TaxChoice choice: the taxes of the rates that Amazon states
        :param product: the product of the line
        :param bool is_reverse_charge: whether Amazon says that the company owes the tax
        :rtype: TaxMatch
        """
        is_reverse_charge = is_reverse_charge or any(each.is_reverse_charge for each in details)
        total = sum((each.tax_amount.amount for each in details if each.tax_amount), Decimal()) if details else stated
        if not total and (is_reverse_charge or any(each.exemption or not each.percentage_rate for each in details)):
            return self._match_none_due(choice, product, is_reverse_charge)
        amounts = [(each.percentage_rate, each.tax_amount.amount) for each in details if each.tax_amount]
        if len(amounts) != len(details):
            amounts = [(None, total)]
        return self._match_amounts(name, net, quantity, amounts or [(None, total)], currency, choice, product)

    def _match_amounts(self, name, net, quantity, amounts, currency, choice, product):
        """Find the purchase taxes that compute what Amazon states for each rate, without the rates that are cost.

        :param amounts: tuples of rate and amount
        :rtype: TaxMatch
        """
        none = self.env['account.tax']
        if any(rate is None for rate, _amount in amounts):
            return self._prepare_match(none, problem=('no_rate',))
        left = [(rate, amount) for rate, amount in amounts if not choice.is_cost(rate)]
        match = self._match_rates(name, net, quantity, left, currency, choice, product) if left else TaxMatch(none)
        match.cost = sum((amount for rate, amount in amounts if choice.is_cost(rate)), Decimal())
        return match

    def _prepare_match(self, taxes, parts=None, cost=Decimal(), problem=None):
        """Prepare what was found of a line.

        :param dict | None parts: the amount of each tax
        :param Decimal cost: tax that is part of the cost
        :param tuple | None problem: the values of a TaxProblem
        :rtype: TaxMatch
        """
        return TaxMatch(taxes, parts or {}, cost, problem and TaxProblem(*problem))

    def _match_rates(self, name, net, quantity, amounts, currency, choice, product):
        """Find the purchase taxes that compute what Amazon states for each rate.

        :param amounts: tuples of rate and amount
        :return: the taxes, or the problem
        :rtype: TaxMatch
        """
        none = self.env['account.tax']
        rates = tuple(sorted({rate for rate, _amount in amounts}))
        found = none
        for rate in self._keys(amounts):
            tax = choice.find(rate, product)
            parts = tax._amazon_match(net, quantity, amounts, currency) if tax else None
            if parts is not None:
                return TaxMatch(tax, parts)
            found = found or tax
        if len(rates) > 1:
            return TaxMatch(none, problem=TaxProblem('mixed', rates))
        if found:
            computed = sum(found._amazon_amounts(net).values(), Decimal())
            return TaxMatch(none, problem=TaxProblem('differs', rates, name, rounded(computed, currency)))
        return TaxMatch(none, problem=TaxProblem(
            'several' if choice.by_rate.get(rates[0].normalize()) else 'missing', rates))

    def _keys(self, amounts):
        """Return the rates under which the tax of these details may be found: their only one, and their sum.

        :param amounts: tuples of rate and amount
        :rtype: list[Decimal]
        """
        rates = [rate for rate, _amount in amounts]
        return [*(rates[:1] if len(set(rates)) == 1 else []), *([sum(rates, Decimal())] if len(rates) > 1 else [])]

    def _match_none_due(self, choice, product, is_reverse_charge):
        """Find the tax of a line on which Amazon states no tax.

        :rtype: TaxMatch
        """
        if tax := choice.find_none_due(product, is_reverse_charge):
            return TaxMatch(tax, dict.fromkeys(tax._amazon_leaves(), Decimal()))
        if is_reverse_charge or not choice.is_cost(Decimal()):
            return TaxMatch(tax, problem=TaxProblem('reverse_charge' if is_reverse_charge else 'zero', (Decimal(),)))
        return TaxMatch(tax)

    def _estimate_note(self, problem, choice):
        """Explain why no tax stands for a rate, and how to fix it.

        :param TaxProblem problem: what was found out
        :rtype: str
        """
        rate = shown_number(self.env, problem.rates[0])
        if problem.kind == 'several':
            return self.env._(
                "Tax is estimated: there are several purchase taxes of %(rate)s%%. Choose one of them under Tax Rates "
                "in the Amazon group %(group)s.", rate=rate, group=choice.group.name)
        return self.env._("Tax is estimated: there is no purchase tax of %s%%.", rate)
