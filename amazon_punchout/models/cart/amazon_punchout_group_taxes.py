import re
from decimal import Decimal

from odoo import fields, models

from ...const import RATE_TAXES, SALES_TAX_MARKETPLACES, STANDING_RATES
from ...tools.checklist import RECOMMENDED, REQUIRED, Check
from ...tools.sentences import shown_number

# The latest orders in which the checklist looks for rates.
LATEST_ORDERS = 50


class AmazonPunchoutGroupTaxes(models.Model):
    """Which purchase tax each rate of Amazon's stands for."""
    _inherit = 'amazon.punchout.group'

    tax_rate_ids = fields.One2many(
        'amazon.punchout.tax.rate', 'group_id', "Tax Rates", copy=True,
        help="The purchase tax to use for each rate that Amazon states. A tax of the product itself, mapped by the "
             "vendor's fiscal position, takes precedence. A rate without a tax is part of the cost.")

    # === PROPOSING === #

    def action_propose_tax_rates(self):
        """Add the rates of the marketplace that are not in the table, each with the purchase tax that fits best."""
        self.ensure_one()
        self.check_access('write')
        self._propose_tax_rates()

    def _propose_tax_rates(self):
        """Add the rates that are not in the table, each with the purchase tax that fits best.

        A rate without any purchase tax is not added, since a row without a tax means that the tax is part of the cost.
        An archived tax is activated: some localizations bring the taxes of rarer rates archived.
        """
        for group in self:
            known = {Decimal(str(row.rate)).normalize() for row in group.tax_rate_ids}
            vals_list = []
            for rate in sorted(group._expected_rates() - known, reverse=True):
                # An administrator of the addon may not be allowed to write taxes.
                tax_sudo = group._find_best_tax(rate).sudo().with_context(active_test=False)
                if not tax_sudo:
                    continue
                if archived_sudo := (tax_sudo | tax_sudo.children_tax_ids).filtered(lambda tax: not tax.active):
                    archived_sudo.active = True
                    tax_sudo.invalidate_recordset(['children_tax_ids'])  # core remembers the active ones
                vals_list.append({'group_id': group.id, 'tax_id': tax_sudo.id, 'rate': float(rate)})
            self.env['amazon.punchout.tax.rate'].create(vals_list)

    def _expected_rates(self):
        """Return the standing rates of the marketplace and those of the latest carts.

        :rtype: set[Decimal]
        """
        self.ensure_one()
        standing = {Decimal(rate).normalize() for rate in STANDING_RATES.get(self.marketplace, ())}
        return standing | {rate for rates in self._seen_rates() if len(rates) == 1 for rate in rates}

    def _seen_rates(self):
        """Return the rates that the latest carts stated.

        :return: the rates of each line
        :rtype: set[frozenset[Decimal]]
        """
        orders_sudo = self.env['purchase.order'].sudo().search(  # also those that the user may not read
            [('amazon_group_id', '=', self.id)], order='id desc', limit=LATEST_ORDERS)
        seen = set()
        for item in orders_sudo.order_line.mapped('amazon_item'):
            details = ((item or {}).get('tax') or {}).get('details') or ()
            for is_shipping in (False, True):
                seen.add(frozenset(
                    Decimal(each['percentage_rate']).normalize() for each in details if 'percentage_rate' in each
                    and ('shipping' in (each.get('purpose') or '').casefold()) == is_shipping))
        return seen - {frozenset()}

    def _find_best_tax(self, rate):
        """Find the purchase tax that fits a rate best: the company's default, else a tax for goods at home like it.

        :param Decimal rate: the rate in percent
        :return: the `account.tax`, active or not, or an empty recordset
        """
        self.ensure_one()
        company = self.company_id
        default_sudo = company.sudo().account_purchase_tax_id
        domestic_sudo = company.sudo().domestic_fiscal_position_id
        taxes_sudo = self.env['account.tax'].sudo().with_context(active_test=False).search([
            *self.env['account.tax']._check_company_domain(company), *RATE_TAXES,
            '|', ('amount', 'in', [float(rate)]), ('amount_type', '=', 'group')])
        country = company.account_fiscal_country_id
        taxes_sudo = taxes_sudo.filtered(
            lambda tax: tax._amazon_is_comparable() and tax._amazon_rate() == rate
            and (not country or tax.country_id == country) and not tax._amazon_is_reverse_charge())

        def kind(tax_sudo):
            """Return the name of a tax without its rate: taxes of one kind differ in nothing else."""
            return re.sub(r'^[\d.,]+\s*%\s*', '', tax_sudo.name)

        def rank(tax_sudo):
            positions_sudo = tax_sudo.fiscal_position_ids
            lines_sudo = tax_sudo._amazon_leaves().invoice_repartition_line_ids
            return (
                tax_sudo != default_sudo,
                {'consu': 0, 'service': 2}.get(tax_sudo.tax_scope, 1),
                1 if not positions_sudo else 0 if domestic_sudo in positions_sudo else 2,
                tax_sudo._amazon_is_included(),
                kind(tax_sudo) != kind(default_sudo) if default_sudo else False,
                # What is not reclaimed as a whole is for special purposes, such as fuel.
                any(not line.account_id for line in lines_sudo if line.repartition_type == 'tax'),
                not tax_sudo.active, tax_sudo.sequence, tax_sudo.id)
        return min(taxes_sudo, key=rank, default=taxes_sudo).with_env(self.env)

    # === CHECKLIST === #

    def _checklist(self):
        """Override to add the rates of tax."""
        return [*super()._checklist(), *self._checklist_taxes()]

    def _checklist_taxes(self):
        """Check that each rate stands for one purchase tax, or is part of the cost.

        It is required as soon as Amazon's invoices become bills, since these are held otherwise.

        :rtype: list[Check]
        """
        undecided = self._find_undecided_rates()
        group_sudo = self.sudo()  # only to see whether there is an inbound user
        has_invoices = self.payment_method == 'invoice' and (group_sudo.inbound_user or self.confirmations_expected)
        level = RECOMMENDED
        if self.marketplace not in SALES_TAX_MARKETPLACES and (self.post_matching_bills or has_invoices):
            level = REQUIRED
        rates = ", ".join(self.env._("%s%%", shown_number(self.env, rate)) for rate in sorted(undecided))
        return [Check('tax_rates', 62, level, not rates, self.env._(
            "Choose the purchase tax of %s under Tax Rates, or press Propose Taxes there. Until then, the tax of carts "
            "is only estimated, and bills with it are not posted.", rates) if rates else self.env._(
            "Each rate has one purchase tax, or is part of the cost."), 'products', 'tax_rate_ids')]

    def _find_undecided_rates(self):
        """Find the rates of the marketplace and of the latest carts for which nothing says which tax applies.

        :return: the rates in percent
        :rtype: set[Decimal]
        """
        self.ensure_one()
        standing = {frozenset([Decimal(rate).normalize()]) for rate in STANDING_RATES.get(self.marketplace, ())}
        lines = standing | self._seen_rates()
        rates = {rate for line in lines for rate in (*line, sum(line, Decimal()).normalize())}
        choice = self.env['amazon.punchout.cart']._find_taxes(self, False, rates, self.product_id)
        undecided = set()
        for line in lines:
            left = [rate for rate in line if not choice.is_cost(rate)]
            whole = sum(left, Decimal()).normalize()
            if left and not choice.find(whole, self.product_id) and (
                    choice.by_rate.get(whole) or not choice.is_never_reclaimed):
                undecided.add(whole)
        return undecided
