from odoo import fields, models


class AmazonPunchoutSession(models.Model):
    _inherit = 'amazon.punchout.session'

    purchase_request_id = fields.Many2one(
        'purchase.request', readonly=True, index='btree_not_null', ondelete='set null',
        help="The purchase request that the user shops for.")

    def _prepare_origin(self):
        """Override of `amazon_punchout` to shop for the same request when the trip is started again."""
        origin = super()._prepare_origin()
        if self.purchase_request_id:
            origin['purchase_request_id'] = self.purchase_request_id.id
        return origin
