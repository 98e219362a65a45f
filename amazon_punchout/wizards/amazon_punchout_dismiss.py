from odoo import fields, models


class AmazonPunchoutDismiss(models.TransientModel):
    """Asks why nothing shall come of a document."""
    _name = 'amazon.punchout.dismiss'
    _description = "Dismiss an Amazon Document"

    document_id = fields.Many2one('amazon.punchout.document', required=True, readonly=True, ondelete='cascade')
    reason = fields.Text(required=True)

    def action_dismiss(self):
        self.ensure_one()
        self.document_id._dismiss(self.reason)
        return {'type': 'ir.actions.act_window_close'}
