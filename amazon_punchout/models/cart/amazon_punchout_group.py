from decimal import Decimal

from odoo import fields, models

from ...tools.checklist import RECOMMENDED, REQUIRED, Check
from ...tools.numbers import plain


class AmazonPunchoutGroupAccounts(models.Model):
    """How a group's orders are booked and paid."""
    _inherit = 'amazon.punchout.group'

    tax_rate_ids = fields.One2many(
        'amazon.punchout.tax.rate', 'group_id', "Tax Rates", copy=True,
        help="Which purchase tax counts where your company has several of the rate that Amazon states. A tax of the product "
             "itself, as the vendor's fiscal position maps it, comes first.")
    require_location = fields.Boolean(
        "Delivery Location", help="Of several locations a person must have chosen the order's, or tick that it is right.")
    require_account = fields.Boolean(
        "Expense Account", help="Each item must have an expense account of its own, save what goes into stock.")
    require_analytic = fields.Boolean(
        "Analytic Distribution", help="Each item must have an analytic distribution: a department, a project, a budget.")

    # === CHECKLIST === #

    def _checklist(self):
        """Products that every cart needs, and how it is booked and paid."""
        return super()._checklist() + self._checklist_products() + self._checklist_taxes() + self._checklist_analytic() \
            + self._checklist_payment()

    def _checklist_products(self):
        """A product may have been changed or archived since it was chosen here."""
        problems = self._find_product_problems()
        mapped = self._find_category_problems()
        return [
            Check('products', 60, REQUIRED, not problems, " ".join(problems) or self.env._(
                "The products of items, shipping and estimated tax can be bought."), 'products'),
            Check('categories', 61, RECOMMENDED, not mapped, " ".join(mapped) or self.env._(
                "The products of your categories can be bought."), 'amazon_punchout.amazon_punchout_unspsc_action'),
        ]

    def _find_product_problems(self):
        """:return: why carts of this group can't become orders, a sentence for each product
        :rtype: list[str]
        """
        self.ensure_one()
        problems = []
        if problem := self.env['amazon.punchout.unspsc']._find_product_problem(self.product_id):
            problems.append(problem)
        for product in self.shipping_product_id | self.tax_product_id:
            if not product.active or product.type != 'service':
                problems.append(self.env._(
                    "The product %s of shipping or tax must be a service that is not archived: choose another one.",
                    product.display_name))
        return problems

    def _find_category_problems(self):
        """:return: which mapped products can't be bought, so that the item product is taken instead
        :rtype: list[str]
        """
        Unspsc = self.env['amazon.punchout.unspsc']
        mappings = Unspsc.search([
            ('company_id', '=', self.company_id.id), ('group_id', 'in', (False, self.id)), ('product_id', '!=', False)])
        return [
            self.env._("Category %(prefix)s: %(problem)s", prefix=mapping.prefix, problem=problem)
            for mapping in mappings if (problem := Unspsc._find_product_problem(mapping.product_id))]

    def _checklist_taxes(self):
        rates = ", ".join(self.env._("%s %%", plain(rate)) for rate in sorted(self._find_undecided_rates()))
        return [Check('tax_rates', 62, RECOMMENDED, not rates, self.env._(
            "There are several purchase taxes of %s: say in Tax Rates which one counts, else the tax of a cart is only "
            "estimated.", rates) if rates else self.env._("Each rate stands for one purchase tax."), 'products')]

    def _find_undecided_rates(self):
        """:return: rates, in percent, of which the company has several purchase taxes and nothing says which one counts
        :rtype: set[Decimal]
        """
        self.ensure_one()
        taxes_sudo = self.env['account.tax'].sudo().search([  # repartition lines are not for everybody
            *self.env['account.tax']._check_company_domain(self.company_id),
            ('type_tax_use', '=', 'purchase'), ('amount_type', '=', 'percent')])
        rates = {Decimal(str(tax_sudo.amount)) for tax_sudo in taxes_sudo}
        choice = self.env['amazon.punchout.cart']._find_taxes(self, False, rates, self.product_id)
        return {rate for rate, taxes in choice.by_rate.items() if taxes and not choice.find(rate, self.product_id)}

    def _checklist_analytic(self):
        if not self.require_analytic:
            return []
        is_shown = self.env.ref('analytic.group_analytic_accounting') in self.env.ref('base.group_user').sudo().all_implied_ids
        return [Check('analytic', 63, REQUIRED, is_shown, self.env._(
            "Buyers see the analytic distribution that each item needs.") if is_shown else self.env._(
            "Orders need an analytic distribution, and buyers don't see the field: a system administrator switches on Analytic "
            "Accounting in the settings of Accounting, or you untick Analytic Distribution."), 'products')]

    def _checklist_payment(self):
        if self.payment_method == 'card':
            return [Check('payment_journal', 64, RECOMMENDED, bool(self.journal_id), self.env._(
                "Choose the journal of the card: the bills say then that they are paid from it."), 'payment')]
        group = self.with_company(self.company_id)
        has_term = bool(group.payment_term_id or group.partner_id.property_supplier_payment_term_id)
        group_sudo = self.sudo()  # the inbound user: only whether there is one
        return [
            Check('payment_term', 65, RECOMMENDED, has_term, self.env._(
                "Choose the payment term that Amazon gives you with Pay by Invoice, for example 30 days: bills get their due "
                "date from it."), 'payment'),
            Check('invoice_messages', 66, RECOMMENDED, bool(group_sudo.inbound_user or self.confirmations_expected), self.env._(
                "Let Amazon send its invoices here: give it the address on the page Messages. Without, bills are made "
                "with Create Bill."), 'messages'),
        ]
