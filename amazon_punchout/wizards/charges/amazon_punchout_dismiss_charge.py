from odoo import fields, models


class AmazonPunchoutDismissCharge(models.TransientModel):
    """The dialog that asks why a charge is dismissed."""
    _name = 'amazon.punchout.dismiss.charge'
    _description = "Dismiss an Amazon Charge"

    transaction_id = fields.Many2one(
        'amazon.punchout.transaction', required=True, readonly=True, ondelete='cascade')
    reason = fields.Text(required=True)

    def action_dismiss(self):
        """Dismiss the charge with the reason."""
        self.ensure_one()
        self.transaction_id._dismiss(self.reason)
        return {'type': 'ir.actions.act_window_close'}
