from odoo import fields, models

from ...tools.checklist import RECOMMENDED, Check


class AmazonPunchoutGroupBills(models.Model):
    """How the bills of a group are booked, and compared with its receipts."""
    _inherit = 'amazon.punchout.group'

    charges_with_items = fields.Boolean(
        "Book Charges with Items", default=True,
        help="Shipping, special handling and estimated tax are split across the items that they belong to and booked "
             "on the accounts and analytic distributions of these items, fixed assets included. If an item goes into "
             "stock, its part stays on the account of the product for shipping or estimated tax; use landed costs to "
             "add it to the value of the goods.")
    receipt_policy = fields.Selection(
        [('off', "Off"), ('warn', "Warn"), ('hold', "Hold")], "Bills Before Receipt", default='off', required=True,
        help="Off: receipts are not compared. Warn: a bill of goods that were not received is not posted "
             "automatically. Hold: it can't be posted until they are received.")

    # === CHECKLIST === #

    def _checklist(self):
        """Override to add how payments by card are booked."""
        return [*super()._checklist(), *self._checklist_payment_outstanding()]

    def _checklist_payment_outstanding(self):
        """Check that payments of bills wait on an account of their own until the card's statement is booked.

        On the account of the card itself they would be booked twice: by the payment and by the statement.

        :rtype: list[Check]
        """
        self.ensure_one()
        journal_sudo = self.journal_id.sudo()  # administrators of the addon can't read journals
        account_sudo = journal_sudo.outbound_payment_method_line_ids[:1].payment_account_id
        if self.payment_method != 'card' or not journal_sudo or (
                account_sudo and account_sudo != journal_sudo.default_account_id):
            return []
        return [Check('payment_outstanding', 67, RECOMMENDED, False, self.env._(
            "Ask your accountant to choose an outstanding account for the outgoing payments of journal %s, other than "
            "the account of the card. Payments of bills then wait on it until the card's statement is reconciled.",
            journal_sudo.display_name), '')]
