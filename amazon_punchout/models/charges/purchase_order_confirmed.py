from odoo import fields, models


class PurchaseOrderConfirmed(models.Model):
    """Orders, and what Amazon has confirmed of them by which day."""
    _inherit = 'purchase.order'

    def _amazon_after_confirmation(self, document):
        """Override to store what is confirmed by now with the confirmation: a later one changes the order."""
        super()._amazon_after_confirmation(document)
        document.confirmed_total = self.env['amazon.punchout.reconciliation']._confirmed_of(self)


class AmazonPunchoutDocumentConfirmed(models.Model):
    """Confirmations, and what was confirmed with them."""
    _inherit = 'amazon.punchout.document'

    confirmed_total = fields.Float(
        readonly=True, copy=False, help="What Amazon had confirmed of the order once this confirmation was applied.")
