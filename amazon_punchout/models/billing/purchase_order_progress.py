from odoo import api, models


class PurchaseOrderBilled(models.Model):
    """What the sentence of an order says of its bills."""
    _inherit = 'purchase.order'

    @api.depends('invoice_status')
    def _compute_amazon_status(self):
        """Override to follow the bills."""
        super()._compute_amazon_status()

    def _amazon_progress(self):
        """Override to say whether the order was billed."""
        sentences = super()._amazon_progress()
        if self.invoice_ids.filtered(lambda move: move.state == 'posted'):
            sentences = [*sentences, (20, self.env._("Billed") if self.invoice_status == 'invoiced'
                                      else self.env._("Partly billed"))]
        return sentences
