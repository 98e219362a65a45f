from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AmazonPunchoutGroupCharges(models.Model):
    """From which journals the charges of a group are paid."""
    _inherit = 'amazon.punchout.group'

    card_journal_id = fields.Many2one(
        'account.journal', check_company=True, domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        help="What Amazon charges to a card is paid from this journal, although the group pays by invoice as a rule.")
    balance_journal_id = fields.Many2one(
        'account.journal', "Gift Card Journal", check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        help="What Amazon takes from a gift card or a reward balance is paid from this journal, whose account is that "
             "of the balance. It can't be the journal of the card.")

    @api.constrains('payment_method', 'journal_id', 'card_journal_id', 'balance_journal_id')
    def _check_balance_journal(self):
        """Check that a balance at Amazon is never mixed with the money of the card.

        :raises ValidationError: they share a journal or an account
        """
        for group_sudo in self.sudo():  # administrators of the addon can't read journals
            card, balance = group_sudo._instrument_journal('card'), group_sudo.balance_journal_id
            if card and balance and (card == balance or card.default_account_id == balance.default_account_id):
                raise ValidationError(self.env._(
                    "The gift card journal %(balance)s and the card journal %(card)s need different accounts.",
                    balance=balance.display_name, card=card.display_name))

    def _instrument_journal(self, instrument):
        """Find the journal from which an instrument is paid. The instrument decides, not how the group pays.

        :param str instrument: as in `instrument` of a transaction
        :return: the `account.journal` in superuser mode; empty if none is chosen, or if Odoo pays nothing from it
        """
        group_sudo = self.sudo()
        if instrument == 'card':
            # The journal of a group that pays by invoice is that of a bank account.
            return group_sudo.journal_id if group_sudo.payment_method == 'card' else group_sudo.card_journal_id
        return group_sudo.balance_journal_id if instrument in ('gift_card', 'rewards') else \
            self.env['account.journal'].sudo()
