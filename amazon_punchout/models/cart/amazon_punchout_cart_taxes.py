from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from odoo import models
from odoo.tools import format_amount

from ...const import PERCENTAGE_TAXES
from ...tools.money import rounded, smallest_unit
from ...tools.numbers import plain


@dataclass
class TaxChoice:
    """The purchase taxes that may stand for the rates that Amazon states."""
    group: models.Model
    by_rate: dict        # all taxes of each rate
    by_product: dict     # the product's own taxes, as the vendor's fiscal position maps them
    by_table: dict       # the group's table of tax rates, read only where a rate has several taxes

    def find(self, rate, product):
        """Choose among the taxes of a rate: the product's own, else the one in the group's table, else the only one.

        :param Decimal rate: the rate in percent
        :param product: the product of the line
        :return: the tax, or an empty recordset
        """
        taxes = self.by_rate[rate.normalize()]
        for chosen in (
            taxes & self.by_product.get(product, taxes.browse()),
            taxes & self.by_table.get(rate.normalize(), taxes.browse()),
            taxes,
        ):
            if len(chosen) == 1:
                return chosen
        return taxes.browse()


class AmazonPunchoutCartTaxes(models.AbstractModel):
    """The taxes of a cart: matched where Odoo computes what Amazon states, otherwise estimated."""
    _inherit = 'amazon.punchout.cart'

    # === WHICH TAXES THERE ARE === #

    def _stated_rates(self, cart):
        """Return the rates that the items of a cart state, in percent.

        :rtype: set[Decimal]
        """
        return {
            detail.percentage_rate for item in cart.items if item.tax for detail in item.tax.details
            if detail.percentage_rate is not None
        }

    def _find_taxes(self, group, fiscal_position_id, rates, products):
        """Find the purchase taxes that may stand for the stated rates.

        :param group: the `amazon.punchout.group`
        :param int | bool fiscal_position_id: the fiscal position of the order
        :param set[Decimal] rates: the rates that Amazon states, in percent
        :param products: the products of the lines
        :rtype: TaxChoice
        """
        by_rate = self._taxes_of_rates(group.company_id, fiscal_position_id, rates)
        by_table = {}
        if any(len(taxes) > 1 for taxes in by_rate.values()):
            by_table = {Decimal(str(row.rate)).normalize(): row.tax_id for row in group.tax_rate_ids}
        return TaxChoice(
            group, by_rate, self._taxes_of_products(group.company_id, fiscal_position_id, products) if by_rate else {},
            by_table)

    def _taxes_of_rates(self, company, fiscal_position_id, rates):
        """Find the purchase taxes whose amounts can be compared with what Amazon states.

        Taxes of another country than the order's are left out, since no bill could have them.

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
            *PERCENTAGE_TAXES,
            ('amount', 'in', [float(rate) for rate in rates]),
        ])
        for tax_sudo in taxes_sudo:
            if tax_sudo._amazon_is_simple() and (not country or tax_sudo.country_id == country):
                found[Decimal(str(tax_sudo.amount)).normalize()] |= tax_sudo.sudo(False)
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

    # === MATCHING === #

    def _match_item_tax(self, item, product, currency, choice):
        """Find the purchase tax of an item.

        :return: the tax or an empty recordset, and notes why there is none
        :rtype: tuple[odoo.models.Model, list[str]]
        """
        details = [detail for detail in item.tax.details if not detail.is_shipping] if item.tax else []
        stated = item.tax.money.amount if item.tax else Decimal()
        return self._match_tax(
            self._item_name(item), item.unit_price.amount * item.quantity, details, stated, 1, currency, choice,
            product)

    def _match_shipping_tax(self, cart, product, shipping, currency, choice):
        """Find the purchase tax of the shipping, whose details stand at the items.

        :return: the tax or an empty recordset, and notes why there is none
        :rtype: tuple[odoo.models.Model, list[str]]
        """
        details = [detail for item in cart.items if item.tax for detail in item.tax.details if detail.is_shipping]
        return self._match_tax(
            self.env._("Shipping"), shipping, details, Decimal(), len(cart.items), currency, choice, product)

    def _match_tax(self, name, base, details, stated, lines, currency, choice, product):
        """Find the one purchase tax that computes what Amazon states.

        :param str name: the name of the line, for the note
        :param Decimal base: the amount that is taxed
        :param details: the TaxDetails of the line
        :param Decimal stated: the whole tax of the line, for the note where there is no detail
        :param int lines: the number of cart lines whose amounts are added up; each may be rounded by a smallest unit
        :param TaxChoice choice: the taxes of the rates that Amazon states
        :param product: the product of the line
        :return: the tax or an empty recordset, and notes why there is none
        :rtype: tuple[odoo.models.Model, list[str]]
        """
        none = self.env['account.tax']
        rates = {detail.percentage_rate for detail in details}
        if len(rates) != 1 or None in rates or any(detail.tax_amount is None for detail in details):
            if not details and not stated:
                return none, []
            return none, [self.env._("The tax on “%s” is estimated: Amazon states no single rate for it.", name)]
        rate = rates.pop()
        amount = sum((detail.tax_amount.amount for detail in details), Decimal())
        tax = choice.find(rate, product)
        if not tax:
            return none, [self._estimate_note(rate, choice)] if amount else []
        computed = rounded(base * rate / 100, currency)
        if abs(computed - amount) > smallest_unit(currency) * lines:
            return none, [self.env._(
                "The tax on “%(name)s” is estimated: %(rate)s%% would be %(computed)s, but Amazon states %(stated)s.",
                name=name, rate=plain(rate), computed=format_amount(self.env, float(computed), currency),
                stated=format_amount(self.env, float(amount), currency))]
        return tax, []

    def _estimate_note(self, rate, choice):
        """Explain why no tax stands for a rate, and how to fix it.

        :rtype: str
        """
        if choice.by_rate[rate.normalize()]:
            return self.env._(
                "Tax is estimated: there are several purchase taxes of %(rate)s%%. Choose one of them under Tax Rates "
                "in the Amazon group %(group)s.", rate=plain(rate), group=choice.group.name)
        return self.env._("Tax is estimated: there is no purchase tax of %s%%.", plain(rate))
