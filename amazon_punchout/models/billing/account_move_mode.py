from odoo import api, fields, models


class AccountMoveMode(models.Model):
    """Whether a bill or credit is about a test order and must not be paid."""
    _inherit = 'account.move'

    # In superuser mode: accountants can't always read the order.
    amazon_is_test = fields.Boolean("Amazon Test", compute='_compute_amazon_is_test', compute_sudo=True)

    @api.depends(
        'move_type', 'amazon_group_id', 'invoice_line_ids.amazon_purchase_line_id.order_id.amazon_deployment_mode',
        'invoice_line_ids.amazon_order_id.amazon_deployment_mode')
    def _compute_amazon_is_test(self):
        for move in self:
            orders = self.env['purchase.order']
            if move.amazon_group_id and move.is_purchase_document():  # all of Amazon's bills have a group
                lines = move.invoice_line_ids
                orders = lines.amazon_purchase_line_id.order_id | lines.amazon_order_id
            move.amazon_is_test = 'test' in orders.mapped('amazon_deployment_mode')
