from odoo import api, fields, models


class AmazonPunchoutGroup(models.Model):
    _inherit = 'amazon.punchout.group'

    marketplace = fields.Selection(
        selection_add=[('sg', "Singapore (amazon.sg)")], ondelete={'sg': 'set default'})

    @api.model
    def _marketplace_hosts(self):
        """Override of `amazon_punchout` to name the host of the marketplace."""
        return {**super()._marketplace_hosts(), 'sg': 'sg'}
