from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...const import DECIDED_STATES, EXPENSE_ACCOUNT_TYPES


class PurchaseOrderLineAccount(models.Model):
    """The expense account of a line, chosen on the order and used on its bills; it is not sent to Amazon."""
    _inherit = 'purchase.order.line'

    expense_account_id = fields.Many2one(
        'account.account', copy=False, check_company=True, ondelete='restrict',
        index='btree_not_null',
        domain=f"[('account_type', 'in', {EXPENSE_ACCOUNT_TYPES})]",
        help="The account for the bills of this line. Leave empty to use the account of the product.")

    # === CONSTRAINTS === #

    @api.constrains('expense_account_id')
    def _check_expense_account(self):
        """Check that the account is an expense account of the company, and that the line does not go into stock."""
        for line in self.filtered('expense_account_id'):
            account = line.expense_account_id
            # The domain of a view does not apply over RPC.
            if account.account_type not in EXPENSE_ACCOUNT_TYPES or not account.filtered_domain(
                    account._check_company_domain(line.company_id)):
                raise ValidationError(self.env._(
                    "%(account)s is not an expense account of %(company)s. Choose another one for “%(line)s”.",
                    account=account.display_name, company=line.company_id.name, line=line._amazon_title()))
            if line.product_id.is_storable:
                raise ValidationError(self.env._(
                    "“%(line)s” goes into stock as %(product)s, whose account is used. Leave the expense account "
                    "empty.", line=line._amazon_title(), product=line.product_id.display_name))

    def write(self, vals):
        """Override of `purchase` to keep the account after the final approval, when bills may have it already."""
        if 'expense_account_id' in vals:
            for line in self.filtered('amazon_line_type'):
                is_changed = line.expense_account_id.id != (vals['expense_account_id'] or False)
                if line.order_id.state in DECIDED_STATES and is_changed:
                    raise UserError(self.env._(
                        "Order %s was approved or cancelled, so its expense accounts can't be changed. Change the "
                        "account on the bill instead.", line.order_id.name))
        return super().write(vals)

    # === BILLS === #

    def _amazon_expense_account(self):
        """Return the account that was chosen for the bills of this line; empty if that of the product applies."""
        if self.amazon_line_type and self.expense_account_id.active and not self.product_id.is_storable:
            return self.expense_account_id
        return self.env['account.account']


class AccountMoveLineAccount(models.Model):
    """Bill lines that are booked on the expense account of their order line."""
    _inherit = 'account.move.line'

    def _compute_account_id(self):
        """Override of `account` to use the expense account of the order line instead of the product's.

        This covers all ways by which the lines of an order come onto a bill.
        """
        super()._compute_account_id()
        for line in self:
            if line.move_id.is_purchase_document() and (account := line.purchase_line_id._amazon_expense_account()):
                line.account_id = account
