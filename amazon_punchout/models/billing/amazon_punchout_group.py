from odoo import fields, models


class AmazonPunchoutGroupBills(models.Model):
    """How the bills of a group are compared with its receipts."""
    _inherit = 'amazon.punchout.group'

    receipt_policy = fields.Selection(
        [('off', "Off"), ('warn', "Warn"), ('hold', "Hold")], "Bills Before Receipt", default='off', required=True,
        help="Off: receipts are not compared. Warn: a bill of goods that were not received is not posted "
             "automatically. Hold: it can't be posted until they are received.")
