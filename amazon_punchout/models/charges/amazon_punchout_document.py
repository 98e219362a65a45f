from odoo import fields, models

from ...tools.sentences import Reason


class AmazonPunchoutDocumentAsked(models.Model):
    """What the Reporting API answered about an order that is unclear."""
    _inherit = 'amazon.punchout.document'

    reporting_asked_at = fields.Datetime(
        "Reporting Asked On", readonly=True, copy=False,
        help="When Amazon's Reporting API was last asked whether Amazon has this order.")
    reporting_question = fields.Char("Asked Reporting", readonly=True, copy=False)
    reporting_answer = Reason("Answer of Reporting", readonly=True, copy=False)
