from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...const import EXPENSE_ACCOUNT_TYPES, UNAPPROVED_STATES


class PurchaseOrderLineAccount(models.Model):
    """The expense account of a cart's line: chosen on the order, carried to its bills. Amazon does not get it."""
    _inherit = 'purchase.order.line'

    expense_account_id = fields.Many2one(
        'account.account', "Expense Account", copy=False, check_company=True, ondelete='restrict', index='btree_not_null',
        domain=f"[('account_type', 'in', {EXPENSE_ACCOUNT_TYPES})]",
        help="Where the bills of this line are booked. Empty: on the account of its product.")

    # === CONSTRAINTS === #

    @api.constrains('expense_account_id')
    def _check_expense_account(self):
        for line in self.filtered('expense_account_id'):
            account = line.expense_account_id
            # Over RPC no domain of a view holds.
            if account.account_type not in EXPENSE_ACCOUNT_TYPES or not account.filtered_domain(
                    account._check_company_domain(line.company_id)):
                raise ValidationError(self.env._(
                    "%(account)s is no expense account of %(company)s: choose another one for “%(line)s”.",
                    account=account.display_name, company=line.company_id.name, line=line._amazon_title()))
            if line.product_id.is_storable:
                raise ValidationError(self.env._(
                    "“%(line)s” goes into stock as %(product)s: its account is that of the product. Leave the expense account "
                    "empty.", line=line._amazon_title(), product=line.product_id.display_name))

    def write(self, vals):
        """The account stays open until the final approval; then bills may have it already."""
        if 'expense_account_id' in vals:
            for line in self.filtered('amazon_line_type'):
                if line.order_id.state not in UNAPPROVED_STATES and line.expense_account_id.id != (vals['expense_account_id'] or False):
                    raise UserError(self.env._(
                        "Order %s is decided: its expense accounts can't be changed any more. Change the account on its bill.",
                        line.order_id.name))
        return super().write(vals)

    # === BILLS === #

    def _amazon_expense_account(self):
        """:return: the account that was chosen for the bills of this line, or none: then its product's counts"""
        if self.amazon_line_type and self.expense_account_id.active and not self.product_id.is_storable:
            return self.expense_account_id
        return self.env['account.account']


class AccountMoveLineAccount(models.Model):
    _inherit = 'account.move.line'

    def _compute_account_id(self):
        """Where core would take the account of the product: on every way by which an order's lines come onto a bill."""
        super()._compute_account_id()
        for line in self:
            if line.move_id.is_purchase_document() and (account := line.purchase_line_id._amazon_expense_account()):
                line.account_id = account
