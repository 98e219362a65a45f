from odoo import api, fields, models

# States of requests whose items may be ordered.
APPROVED_STATES = ('approved', 'in_progress', 'done')


class PurchaseOrder(models.Model):
    _inherit = 'purchase.order'

    purchase_request_id = fields.Many2one(
        'purchase.request', compute='_compute_purchase_request_id', compute_sudo=True,
        help="The purchase request for which this cart was shopped.")

    @api.depends('amazon_session_id')
    def _compute_purchase_request_id(self):
        for order in self:
            order.purchase_request_id = order.amazon_session_id.purchase_request_id

    @api.depends('amazon_session_id.purchase_request_id.state')
    def _compute_amazon_missing(self):
        """Override of `amazon_punchout` to depend on the request."""
        super()._compute_amazon_missing()

    def _amazon_missing_fields(self):
        """Override of `amazon_punchout` to order nothing before its request is approved."""
        missing = super()._amazon_missing_fields()
        request_sudo = self.sudo().purchase_request_id  # who approves the order may not see the request
        if request_sudo and request_sudo.state not in APPROVED_STATES:
            states = dict(request_sudo._fields['state']._description_selection(self.env))
            missing.append(self.env._(
                "Purchase request %(request)s must be approved first. Its status is %(state)s.",
                request=request_sudo.name, state=states[request_sudo.state]))
        return missing
