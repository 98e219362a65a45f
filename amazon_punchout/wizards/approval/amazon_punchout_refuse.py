from odoo import api, fields, models


class AmazonPunchoutRefuse(models.TransientModel):
    """The dialog that asks why an order is refused; the order itself checks who may refuse it."""
    _name = 'amazon.punchout.refuse'
    _description = "Refuse an Amazon Order"

    order_id = fields.Many2one('purchase.order', required=True, readonly=True, ondelete='cascade')
    requester_id = fields.Many2one(related='order_id.amazon_requester_id', related_sudo=False)
    currency_id = fields.Many2one(related='order_id.currency_id', related_sudo=False)
    amount_total = fields.Monetary(related='order_id.amount_total', related_sudo=False)
    items = fields.Html(compute='_compute_items', sanitize=False)  # escaped where made
    deployment_mode = fields.Selection(related='order_id.amazon_deployment_mode', related_sudo=False)
    reason = fields.Text(required=True)

    @api.depends('order_id')
    @api.depends_context('lang')
    def _compute_items(self):
        for refuse in self:
            refuse.items = refuse.order_id and refuse.order_id._amazon_items_html()

    def action_refuse(self):
        """Refuse the order with the reason that was entered."""
        self.ensure_one()
        self.order_id._amazon_refuse(self.reason)
        return {'type': 'ir.actions.act_window_close'}
