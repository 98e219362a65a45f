from odoo import api, fields, models


class AmazonPunchoutShop(models.TransientModel):
    _name = 'amazon.punchout.shop'
    _description = "Shop on Amazon"

    group_id = fields.Many2one('amazon.punchout.group', required=True, domain="[('id', 'in', allowed_group_ids)]")
    allowed_group_ids = fields.Many2many('amazon.punchout.group', compute='_compute_allowed_group_ids')
    warehouse_id = fields.Many2one(
        'stock.warehouse', "Deliver To", domain="[('id', 'in', allowed_warehouse_ids)]",
        compute='_compute_warehouse_id', store=True, readonly=False, required=True, precompute=True)
    allowed_warehouse_ids = fields.Many2many('stock.warehouse', compute='_compute_allowed_warehouse_ids')
    search_word = fields.Char("Look For", help="A word or an ASIN to land on.")
    order_id = fields.Many2one('purchase.order', readonly=True)

    @api.depends('order_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_allowed_group_ids(self):
        for shop in self:
            shop.allowed_group_ids = self.env['amazon.punchout.group']._shopping_groups(shop.order_id)

    @api.depends('group_id')
    def _compute_allowed_warehouse_ids(self):
        for shop in self:
            shop.allowed_warehouse_ids = shop.group_id and shop.group_id._allowed_warehouses()

    @api.depends('group_id')
    def _compute_warehouse_id(self):
        for shop in self:
            if shop.warehouse_id not in shop.allowed_warehouse_ids:
                shop.warehouse_id = shop.allowed_warehouse_ids[:1]

    def action_shop(self):
        self.ensure_one()
        return self.group_id._punch_out(
            warehouse=self.warehouse_id, order=self.order_id, search=self.search_word)
