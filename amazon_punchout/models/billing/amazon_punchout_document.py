from odoo import api, fields, models

from ... import cxml


class AmazonPunchoutInvoice(models.Model):
    """InvoiceDetailRequest: to a draft bill or a draft credit."""
    _inherit = 'amazon.punchout.document'

    account_move_id = fields.Many2one(
        'account.move', "Bill", readonly=True, index='btree_not_null', ondelete='set null',
        help="The bill or credit that this document made, or that it was found to be about.")

    @api.depends('account_move_id.move_type')
    def _compute_type_name(self):
        super()._compute_type_name()
        for document in self:
            if document.account_move_id.sudo().move_type == 'in_refund':  # buyers need not read bills
                document.type_name = self.env._("Credit")

    def _process_invoice(self):
        """See `amazon.punchout.bill`. What is wrong with a bill that was made is told on the bill."""
        invoice = cxml.read_invoice(self._get_body())
        # Whoever presses Retry need not do the invoicing: the document was authenticated.
        self.env['amazon.punchout.bill'].sudo()._import(self.sudo(), invoice)

    @api.model
    def _message_steps(self):
        """Override of this addon to process InvoiceDetailRequests."""
        return {**super()._message_steps(), 'InvoiceDetailRequest': '_process_invoice'}
