from odoo import fields, models

from ...const import EXPENSE_ACCOUNT_TYPES


class AmazonPunchoutFill(models.TransientModel):
    """Dialog that fills in the accounts of a cart; the order checks whether that is still allowed."""
    _name = 'amazon.punchout.fill'
    _description = "Fill In Accounts of an Amazon Cart"
    _inherit = ['analytic.mixin']
    _check_company_auto = True

    order_id = fields.Many2one('purchase.order', required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='order_id.company_id', related_sudo=False)
    expense_account_id = fields.Many2one(
        'account.account', check_company=True, ondelete='cascade',
        domain=f"[('account_type', 'in', {EXPENSE_ACCOUNT_TYPES})]")
    scope = fields.Selection(
        [('empty', "Empty Lines Only"), ('all', "All Lines")], "Apply To", default='empty', required=True)

    def action_fill(self):
        """Fill in the lines of the order.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one()
        self.order_id._amazon_fill(self.expense_account_id, self.analytic_distribution, is_all=self.scope == 'all')
        return {'type': 'ir.actions.act_window_close'}
