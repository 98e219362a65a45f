from odoo import fields, models


class AmazonPunchoutAwaited(models.Model):
    """What a document waits for: the payloadIDs and the numbers by which it names what is not in Odoo yet.

    So what arrives wakes only the documents that name it, however many wait.
    """
    _name = 'amazon.punchout.awaited'
    _description = "Awaited by an Amazon Document"
    _rec_name = 'reference'

    document_id = fields.Many2one(
        'amazon.punchout.document', required=True, readonly=True, index=True, ondelete='cascade')
    reference = fields.Char(
        required=True, readonly=True, index=True,
        help="The payload ID of an order request or an invoice, or the number of an order or an invoice.")
