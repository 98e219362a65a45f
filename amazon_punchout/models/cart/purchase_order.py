from odoo import models
from odoo.exceptions import UserError


class PurchaseOrderAccounts(models.Model):
    """The expense account and the analytic distribution of all lines of a cart at once."""
    _inherit = 'purchase.order'

    def action_amazon_fill(self):
        """Open the dialog that fills in the accounts.

        :return: the action that opens it
        :rtype: dict
        """
        self.ensure_one()
        self._amazon_check_fillable()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Fill In Accounts"),
            'res_model': 'amazon.punchout.fill',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_order_id': self.id},
        }

    def _amazon_check_fillable(self):
        """Check that the accounts of this cart may still be filled in.

        :raises UserError: the order is not a cart, or was already approved or cancelled
        """
        self.ensure_one()
        self.check_access('write')
        self._amazon_check_undecided()

    def _amazon_fill(self, account, distribution, is_all=False):
        """Fill in the lines of a cart that is neither approved nor cancelled.

        The account applies to items only: shipping, tax and stored goods keep the accounts of their products. The
        distribution applies to all lines, since its plans may be mandatory for all.

        :param account: the `account.account`; if empty, the accounts stay as they are
        :param dict distribution: the analytic distribution; if empty, the distributions stay as they are
        :param bool is_all: whether to replace the values of lines that are already filled in
        :raises UserError: there is nothing to fill in, or the order was already approved or cancelled
        """
        self._amazon_check_fillable()
        if not account and not distribution:
            raise UserError(
                self.env._("Choose an expense account, an analytic distribution, or both.")
                if self.env.user.has_group('analytic.group_analytic_accounting')
                else self.env._("Choose an expense account."))
        of_account = self._amazon_item_lines().filtered(
            lambda line: account and not line.product_id.is_storable and (is_all or not line.expense_account_id))
        of_distribution = self.order_line.filtered(
            lambda line: distribution and line.amazon_line_type and (is_all or not line.analytic_distribution))
        if not of_account and not of_distribution:
            raise UserError(self.env._(
                "All lines of order %s are already filled in. Choose All Lines to replace their values.", self.name))
        of_account.write({'expense_account_id': account.id})
        of_distribution.write({'analytic_distribution': distribution})
