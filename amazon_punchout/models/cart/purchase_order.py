from odoo import models
from odoo.exceptions import UserError


class PurchaseOrderAccounts(models.Model):
    """The expense account and the analytic distribution of all lines of a cart in one go."""
    _inherit = 'purchase.order'

    def action_amazon_fill(self):
        """Open the dialog that asks what to fill in, and where."""
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
        """:raises UserError: it is decided on already, or no cart at all"""
        self.ensure_one()
        self.check_access('write')
        self._amazon_check_undecided()

    def _amazon_fill(self, account, distribution, is_all=False):
        """Fill in the lines of a cart, as long as it is not decided on. The account is for items only: shipping, tax and what
        goes into stock have those of their products. The distribution is for all, since its plans may be mandatory for all.

        :param account: an `account.account`, or an empty one: then the accounts stay as they are
        :param dict distribution: as of the analytic mixin, or empty: then the distributions stay as they are
        :param bool is_all: also lines that are filled in already
        :raises UserError: nothing to fill in, or decided on already
        """
        self._amazon_check_fillable()
        if not account and not distribution:
            raise UserError(
                self.env._("Choose an expense account, an analytic distribution, or both.")
                if self.env.user.has_group('analytic.group_analytic_accounting') else self.env._("Choose an expense account."))
        of_account = self._amazon_item_lines().filtered(
            lambda line: account and not line.product_id.is_storable and (is_all or not line.expense_account_id))
        of_distribution = self.order_line.filtered(
            lambda line: distribution and line.amazon_line_type and (is_all or not line.analytic_distribution))
        if not of_account and not of_distribution:
            raise UserError(self.env._(
                "No line of order %s lacks these. Choose All Lines to replace what is filled in already.", self.name))
        of_account.write({'expense_account_id': account.id})
        of_distribution.write({'analytic_distribution': distribution})
