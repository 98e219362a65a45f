from odoo import fields, models


class AmazonPunchoutShop(models.TransientModel):
    _inherit = 'amazon.punchout.shop'

    purchase_request_id = fields.Many2one('purchase.request', readonly=True)

    def _groups(self):
        """Override of `amazon_punchout` to offer only groups of the request's company."""
        groups = super()._groups()
        if company := self.purchase_request_id.sudo().company_id:
            groups = groups.filtered(lambda group: group.company_id == company)
        return groups

    def _prepare_origin(self):
        """Override of `amazon_punchout` to hand the request over to the trip."""
        origin = super()._prepare_origin()
        if self.purchase_request_id:
            self.purchase_request_id._amazon_check_shopping()  # over RPC it could be any request
            origin['purchase_request_id'] = self.purchase_request_id.id
        return origin
