from odoo import fields, models

from .. import cxml


class AmazonPunchoutInvoice(models.Model):
    """InvoiceDetailRequest: to a draft bill or a draft credit."""
    _inherit = 'amazon.punchout.document'

    account_move_id = fields.Many2one(
        'account.move', "Bill", readonly=True, index='btree_not_null', ondelete='set null',
        help="The bill or credit that this document made, or that it was found to be about.")

    def _process_invoice(self):
        """See `amazon.punchout.bill`. What is wrong with a bill that was made is told on the bill."""
        invoice = cxml.read_invoice(self._get_body())
        # Whoever presses Retry need not do the invoicing: the document was authenticated.
        self.env['amazon.punchout.bill'].sudo()._import(self.sudo(), invoice)
