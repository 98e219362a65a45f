from odoo import fields, models


class AmazonPunchoutGroupBilling(models.Model):
    """How the bills of a group are booked."""
    _inherit = 'amazon.punchout.group'

    charges_with_items = fields.Boolean(
        "Book Charges with Items", default=True,
        help="Shipping, special handling and estimated tax are split across the items that they belong to and booked "
             "on the accounts and analytic distributions of these items, fixed assets included. If an item goes into "
             "stock, its part stays on the account of the product for shipping or estimated tax; use landed costs to "
             "add it to the value of the goods.")
