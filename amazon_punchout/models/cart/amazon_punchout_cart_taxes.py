from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from odoo import models
from odoo.tools import format_amount

from ...tools.numbers import plain


@dataclass
class TaxChoice:
    """Which purchase taxes the rates that Amazon states may stand for."""
    group: models.Model
    by_rate: dict        # all of each rate
    by_product: dict     # a product's own, as the vendor's fiscal position maps them
    by_table: dict       # the group's table, read only where a rate has several

    def find(self, rate, product):
        """Choose among the taxes of a rate: the product's own, else the one in the group's table, else the only one.

        :param Decimal rate: in percent
        :param product: of the line
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
    """The taxes of a cart: matched where Odoo computes what Amazon states, else estimated."""
    _inherit = 'amazon.punchout.cart'

    # === WHICH TAXES THERE ARE === #

    def _stated_rates(self, cart):
        """:return: in percent
        :rtype: set[Decimal]
        """
        return {
            detail.percentage_rate for item in cart.items if item.tax for detail in item.tax.details
            if detail.percentage_rate is not None
        }

    def _find_taxes(self, group, fiscal_position_id, rates, products):
        """:param group: the `amazon.punchout.group`
        :param int | bool fiscal_position_id: of the order
        :param set[Decimal] rates: that Amazon states, in percent
        :param products: of the lines
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
        """The purchase taxes that could match: a percentage on top of the price, without reverse charge. A tax of another
        country than the order's is left out: no bill could carry it.

        :param int | bool fiscal_position_id: of the order
        :param set[Decimal] rates: in percent
        :rtype: dict[Decimal, odoo.models.Model]
        """
        found = defaultdict(self.env['account.tax'].browse)
        if not rates:
            return found
        fiscal_position_sudo = self.env['account.fiscal.position'].sudo().browse(fiscal_position_id or ())
        country = fiscal_position_sudo.foreign_vat and fiscal_position_sudo.country_id \
            or company.account_fiscal_country_id
        taxes_sudo = self.env['account.tax'].sudo().search([  # repartition lines are not for buyers
            *self.env['account.tax']._check_company_domain(company),
            ('type_tax_use', '=', 'purchase'),
            ('amount_type', '=', 'percent'),
            ('amount', 'in', [float(rate) for rate in rates]),
        ])
        for tax_sudo in taxes_sudo:
            if not (tax_sudo.price_include or tax_sudo.has_negative_factor
                    or country and tax_sudo.country_id != country):
                found[Decimal(str(tax_sudo.amount)).normalize()] |= tax_sudo.sudo(False)
        return found

    def _taxes_of_products(self, company, fiscal_position_id, products):
        """:param int | bool fiscal_position_id: of the order
        :return: the taxes that core would put on each product's lines
        :rtype: dict[odoo.models.Model, odoo.models.Model]
        """
        fiscal_position = self.env['account.fiscal.position'].browse(fiscal_position_id or ())
        return {
            product: fiscal_position.map_tax(product.supplier_taxes_id._filter_taxes_by_company(company))
            for product in products if product.supplier_taxes_id
        }

    # === MATCHING === #

    def _match_item_tax(self, item, product, currency, choice):
        """:return: the purchase tax of an item or none, and notes why none
        :rtype: tuple[odoo.models.Model, list[str]]
        """
        details = [detail for detail in item.tax.details if not detail.is_shipping] if item.tax else []
        stated = item.tax.money.amount if item.tax else Decimal()
        return self._match_tax(
            self._item_name(item), item.unit_price.amount * item.quantity, details, stated, 1, currency, choice, product)

    def _match_shipping_tax(self, cart, product, shipping, currency, choice):
        details = [detail for item in cart.items if item.tax for detail in item.tax.details if detail.is_shipping]
        return self._match_tax(
            self.env._("Shipping"), shipping, details, Decimal(), len(cart.items), currency, choice, product)

    def _match_tax(self, name, base, details, stated, lines, currency, choice, product):
        """Find the one purchase tax that computes what Amazon states.

        :param str name: of the line, for the note
        :param Decimal base: what the tax is on
        :param details: the TaxDetails of the line
        :param Decimal stated: the line's whole tax, for the note where it has no detail
        :param int lines: how many cart lines the stated amounts are summed over, a smallest unit of rounding each
        :param TaxChoice choice: of the rates that Amazon states
        :param product: of the line
        :return: the tax or none, and notes why none
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
        computed = Decimal(str(currency.round(float(base * rate / 100))))
        if abs(computed - amount) > Decimal(str(currency.rounding)) * lines:
            return none, [self.env._(
                "The tax on “%(name)s” is estimated: %(rate)s %% would make %(computed)s, Amazon states %(stated)s.",
                name=name, rate=plain(rate), computed=format_amount(self.env, float(computed), currency),
                stated=format_amount(self.env, float(amount), currency))]
        return tax, []

    def _estimate_note(self, rate, choice):
        """:return: why no tax stands for a rate, and how that is mended
        :rtype: str
        """
        if choice.by_rate[rate.normalize()]:
            return self.env._(
                "Tax is estimated: several purchase taxes of %(rate)s %% exist. Add a row for %(rate)s %% to the tax rates of "
                "the Amazon group %(group)s.", rate=plain(rate), group=choice.group.name)
        return self.env._("Tax is estimated: no purchase tax of %s %% exists.", plain(rate))
