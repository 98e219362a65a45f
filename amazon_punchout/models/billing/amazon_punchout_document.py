from odoo import api, fields, models

from ... import cxml


class AmazonPunchoutInvoice(models.Model):
    """Processing of InvoiceDetailRequest, which becomes a draft bill or a draft credit."""
    _inherit = 'amazon.punchout.document'

    account_move_id = fields.Many2one(
        'account.move', "Bill", readonly=True, index='btree_not_null', ondelete='set null',
        help="The bill or credit that was created from this document or matched with it.")

    @api.depends('account_move_id.move_type')
    def _compute_type_name(self):
        """Override to tell credits from bills."""
        super()._compute_type_name()
        for document in self:
            if document.account_move_id.sudo().move_type == 'in_refund':  # buyers can't always read bills
                document.type_name = self.env._("Credit")

    def _process_invoice(self):
        """Create or match the bill; problems with a bill that was created are described on the bill."""
        invoice = cxml.read_invoice(self._get_body())
        # Users who press Retry don't need the invoicing role: the document was authenticated.
        self.env['amazon.punchout.bill'].sudo()._import(self.sudo(), invoice)

    @api.model
    def _message_steps(self):
        """Override to process InvoiceDetailRequest."""
        return {**super()._message_steps(), 'InvoiceDetailRequest': '_process_invoice'}
