from odoo import api, fields, models


class AmazonPunchoutDismiss(models.TransientModel):
    """The dialog that asks why a document is dismissed."""
    _name = 'amazon.punchout.dismiss'
    _description = "Dismiss an Amazon Document"

    document_id = fields.Many2one('amazon.punchout.document', required=True, readonly=True, ondelete='cascade')
    is_test = fields.Boolean(compute='_compute_is_test')
    reason = fields.Text(required=True)

    @api.depends('document_id')
    def _compute_is_test(self):
        """Look at the order, too: Amazon's messages about test orders need not say that they are tests."""
        for dismiss in self:
            document_sudo = dismiss.document_id.sudo()  # an accountant may not be able to read the order of an invoice
            dismiss.is_test = 'test' in (
                document_sudo.deployment_mode, document_sudo.purchase_order_id.amazon_deployment_mode)

    def action_dismiss(self):
        """Dismiss the document with the reason."""
        self.ensure_one()
        self.document_id._dismiss(self.reason)
        return {'type': 'ir.actions.act_window_close'}
