from odoo import fields, models


class AmazonPunchoutExcess(models.TransientModel):
    """Dialog that books what Amazon refunded beyond what was billed."""
    _name = 'amazon.punchout.excess'
    _description = "Excess of an Amazon Refund"

    transaction_id = fields.Many2one(
        'amazon.punchout.transaction', "Refund", required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='transaction_id.company_id', related_sudo=False)
    currency_id = fields.Many2one(related='transaction_id.currency_id', related_sudo=False)
    excess_amount = fields.Monetary(related='transaction_id.excess_amount', related_sudo=False)
    account_id = fields.Many2one(
        'account.account', check_company=True, domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="The income account on which the excess is credited.")

    def action_book(self):
        """Create the draft credit of the excess.

        :return: the action that opens it
        :rtype: dict
        """
        self.ensure_one()
        return self.transaction_id._book_excess(self.account_id)
