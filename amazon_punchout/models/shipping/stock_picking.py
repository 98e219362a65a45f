from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    amazon_tracking = fields.Html("Tracking", compute='_compute_amazon_tracking', sanitize=False)  # escaped where made
    # Everybody who reads a receipt may know that it is only a test; stock users need not be able to read the order.
    amazon_is_test = fields.Boolean(
        "Amazon Test", compute='_compute_amazon_is_test', compute_sudo=True,
        help="This receipt belongs to a test order. Nothing will be delivered.")

    @api.depends('picking_type_code', 'move_ids.purchase_line_id.order_id.amazon_shipment_ids.tracking_link')
    @api.depends_context('lang')
    def _compute_amazon_tracking(self):
        """Show the links of the shipments that contain anything of this receipt."""
        receipts = self.filtered(lambda picking: picking.picking_type_code == 'incoming')
        (self - receipts).amazon_tracking = False
        for receipt in receipts:
            lines = receipt.move_ids.purchase_line_id
            receipt.amazon_tracking = lines.order_id.amazon_shipment_ids._concerning(lines)._tracking_links() or False

    @api.depends('move_ids.purchase_line_id.order_id.amazon_deployment_mode')
    def _compute_amazon_is_test(self):
        for picking in self:
            orders = picking.move_ids.purchase_line_id.order_id
            picking.amazon_is_test = 'test' in orders.mapped('amazon_deployment_mode')
