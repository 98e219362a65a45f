from odoo import fields, models

from ...tools.checklist import RECOMMENDED, REQUIRED, Check


class AmazonPunchoutGroupAccounts(models.Model):
    """How the orders of a group are booked and paid."""
    _inherit = 'amazon.punchout.group'

    require_location = fields.Boolean(
        "Delivery Location",
        help="If there are several locations, the location of the order must be chosen or confirmed.")
    require_account = fields.Boolean(
        "Expense Account", help="Each item needs an expense account, except items that go into stock.")
    require_analytic = fields.Boolean(
        "Analytic Distribution",
        help="Each item needs an analytic distribution, such as a department, a project or a budget.")

    # === CHECKLIST === #

    def _checklist(self):
        """Override to add the products that carts need, and how orders are booked and paid."""
        return [
            *super()._checklist(), *self._checklist_products(), *self._checklist_analytic(),
            *self._checklist_payment()]

    def _checklist_products(self):
        """Check that the chosen products can be bought; they may have been changed or archived since.

        :rtype: list[Check]
        """
        problems = self._find_product_problems()
        mapped = self._find_category_problems()
        return [
            Check('products', 60, REQUIRED, not problems, " ".join(problems) or self.env._(
                "The products for items, shipping and estimated tax can be bought."), 'products', 'product_id'),
            Check('categories', 61, RECOMMENDED, not mapped, " ".join(mapped) or self.env._(
                "The products of your categories can be bought."), 'amazon_punchout.amazon_punchout_unspsc_action'),
        ]

    def _find_product_problems(self):
        """Find the products with which carts of this group can't become orders.

        :return: a sentence for each product
        :rtype: list[str]
        """
        self.ensure_one()
        problems = []
        if problem := self.env['amazon.punchout.unspsc']._find_product_problem(self.product_id):
            problems.append(problem)
        for product in self.shipping_product_id | self.tax_product_id:
            if not product.active or product.type != 'service':
                problems.append(self.env._(
                    "Product %s for shipping or tax must be an active service: choose another one.",
                    product.display_name))
        return problems

    def _find_category_problems(self):
        """Find the mapped products that can't be bought, which the item product replaces.

        :return: a sentence for each mapping
        :rtype: list[str]
        """
        Unspsc = self.env['amazon.punchout.unspsc']
        mappings = Unspsc.search([
            ('company_id', '=', self.company_id.id), ('group_id', 'in', (False, self.id)), ('product_id', '!=', False)])
        return [
            self.env._("Category %(prefix)s: %(problem)s", prefix=mapping.prefix, problem=problem)
            for mapping in mappings if (problem := Unspsc._find_product_problem(mapping.product_id))]

    def _checklist_analytic(self):
        """Check that buyers can see the analytic distribution where it is required.

        :rtype: list[Check]
        """
        if not self.require_analytic:
            return []
        group_user_sudo = self.env.ref('base.group_user').sudo()  # only a settings administrator can read roles
        is_shown = self.env.ref('analytic.group_analytic_accounting') in group_user_sudo.all_implied_ids
        return [Check('analytic', 63, REQUIRED, is_shown, self.env._(
            "Buyers can see the analytic distribution that each item needs.") if is_shown else self.env._(
            "Orders need an analytic distribution, but buyers can't see the field. Ask a system administrator to "
            "enable Analytic Accounting in the Accounting settings, or clear Analytic Distribution here."), 'products',
            'require_analytic')]

    def _checklist_payment(self):
        """Check the journal of the card, or the payment term and the messages for Pay by Invoice.

        :rtype: list[Check]
        """
        if self.payment_method == 'card':
            return [Check('payment_journal', 64, RECOMMENDED, bool(self.journal_id), self.env._(
                "Choose the journal of the card's charges. Each bill then states that it is paid from this journal."),
                'payment', 'journal_id')]
        group = self.with_company(self.company_id)
        has_term = bool(group.payment_term_id or group.partner_id.property_supplier_payment_term_id)
        group_sudo = self.sudo()  # only to see whether there is an inbound user
        has_messages = bool(group_sudo.inbound_user or self.confirmations_expected)
        return [
            Check('payment_term', 65, RECOMMENDED, has_term, self.env._(
                "Choose the payment term that Amazon grants you for Pay by Invoice, for example 30 days. It sets the "
                "due date of bills."), 'payment', 'payment_term_id'),
            Check('invoice_messages', 66, RECOMMENDED, has_messages, self.env._(
                "Have Amazon send its invoices to Odoo: give Amazon the address on the Messages page. Until then, "
                "select orders in the list of purchase orders and press Create Bills."), 'messages', 'messages_url'),
        ]
