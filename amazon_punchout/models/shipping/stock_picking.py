from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    # Stored, so that pages with receipts of all vendors need not look for their orders.
    amazon_deployment_mode = fields.Selection(
        [('test', "Test"), ('production', "Live")], "Amazon Mode", readonly=True,
        help="The mode of the Amazon order that this receipt belongs to. Backorders and returns have it, too.")
    # Everybody who reads a receipt may know that it is only a test; stock users need not be able to read the order.
    amazon_is_test = fields.Boolean(
        "Amazon Test", compute='_compute_amazon_is_test',
        help="This receipt belongs to a test order. Nothing will be delivered.")

    amazon_is_estimated = fields.Boolean(
        "Date Is Estimated", compute='_compute_amazon_is_estimated', compute_sudo=True,
        help="Amazon has not named a day yet: the receipt is expected after the lead time of the Amazon group.")

    amazon_requester_ids = fields.Many2many(
        'res.users', string="Requester", compute='_compute_amazon_requester_ids', compute_sudo=True,
        help="Who shopped what this receipt contains.")

    @api.depends('amazon_deployment_mode', 'move_ids.purchase_line_id')
    def _compute_amazon_requester_ids(self):
        """Find for whom the goods of Amazon orders are; receipts of other vendors cost no query."""
        amazon = self.filtered('amazon_deployment_mode')
        (self - amazon).amazon_requester_ids = False
        for picking in amazon:
            picking.amazon_requester_ids = picking.move_ids.purchase_line_id.order_id.amazon_requester_id

    @api.depends('amazon_deployment_mode', 'scheduled_date', 'state')
    def _compute_amazon_is_estimated(self):
        for picking in self:
            is_open = picking.amazon_deployment_mode and picking.state not in ('done', 'cancel')
            orders = is_open and picking.move_ids.purchase_line_id.order_id
            picking.amazon_is_estimated = (
                bool(orders) and picking.scheduled_date in orders.mapped('amazon_estimated_at'))

    @api.depends('amazon_deployment_mode')
    def _compute_amazon_is_test(self):
        for picking in self:
            picking.amazon_is_test = picking.amazon_deployment_mode == 'test'

    def write(self, vals):
        """Override of `stock` to keep users from changing the mode, which the receipt has from its order."""
        if 'amazon_deployment_mode' in vals and not self.env.su:
            vals = {name: value for name, value in vals.items() if name != 'amazon_deployment_mode'}
        return super().write(vals)

    def _action_done(self):
        """Override of `stock` to add what was received and returned to the histories of Amazon orders."""
        result = super()._action_done()
        for picking in self.filtered(lambda each: each.amazon_deployment_mode and each.state == 'done'):
            # Users of stock need not be able to read the order.
            orders_sudo = picking.sudo().move_ids.purchase_line_id.order_id
            is_return = picking._amazon_is_return()
            orders_sudo._amazon_record(
                'goods_back' if is_return else 'goods', receipt=picking.id, reference=picking.name)
            if not is_return:
                orders_sudo.amazon_shipment_ids._find_received().write({'receipt_id': picking.id})
        return result

    def _amazon_is_return(self):
        """Tell whether the goods go back to the vendor.

        :rtype: bool
        """
        return self.location_dest_id.usage == 'supplier'
