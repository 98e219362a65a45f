from odoo import fields, models


class AmazonPunchoutImportRow(models.Model):
    """A charge or refund of a report that was checked and is not imported yet, and what will become of it.

    One with two outcomes is listed twice, such as one that is held and not settled.
    """
    _name = 'amazon.punchout.import.row'
    _description = "Charge or Refund in an Amazon Report"
    _order = 'row, id'
    _rec_name = 'rows'

    import_id = fields.Many2one(
        'amazon.punchout.import', required=True, readonly=True, index=True, ondelete='cascade')
    outcome = fields.Selection([
        ('to_book', "For Orders in Odoo"),
        ('outside', "Outside"),
        ('by_invoice', "Paid by Invoice"),
        ('unsure', "To Decide"),
        ('held', "Company Unknown"),
        ('unsettled', "Not Settled"),
        ('known', "Known"),
    ], required=True, readonly=True)
    row = fields.Integer("First Row", readonly=True, help="As a spreadsheet numbers them.")
    rows = fields.Char(readonly=True, help="The rows of the file that state it, as a spreadsheet numbers them.")
    kind = fields.Selection([('charge', "Charge"), ('refund', "Refund")], required=True, readonly=True)
    date = fields.Date(readonly=True)
    order_ref = fields.Char("Amazon Order", readonly=True)
    purchase_order_number = fields.Char("PO Number", readonly=True)
    title = fields.Char("Item", readonly=True)
    buyer = fields.Char(readonly=True)
    owner = fields.Char("Account Group", readonly=True, help="The account group or legal entity that Amazon names.")
    instrument_text = fields.Char("Payment Instrument", readonly=True, help="In Amazon's own words.")
    amount = fields.Monetary(readonly=True, help="Refunds are below zero.")
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
