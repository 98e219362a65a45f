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
    is_test = fields.Boolean(compute='_compute_is_test')
    again_order_id = fields.Many2one(
        'purchase.order', "Shop Again For", readonly=True, help="What Amazon did not deliver of it is shopped for again.")
    again_items = fields.Html(compute='_compute_again_items', sanitize=False)  # escaped where made

    @api.depends('order_id', 'again_order_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_allowed_group_ids(self):
        for shop in self:
            groups = self.env['amazon.punchout.group']._shopping_groups(shop.order_id)
            shop.allowed_group_ids = groups & shop.again_order_id.amazon_group_id if shop.again_order_id else groups

    @api.depends('group_id')
    def _compute_is_test(self):
        for shop in self:
            shop.is_test = shop.group_id.state == 'test'

    @api.depends('again_order_id')
    def _compute_again_items(self):
        for shop in self:
            shop.again_items = shop.again_order_id._amazon_again_html() if shop.again_order_id else False

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
        self.again_order_id.check_access('write')  # before Amazon is asked: the trip is noted there
        action = self.group_id._punch_out(
            warehouse=self.warehouse_id, order=self.order_id, search=self.search_word)
        if self.again_order_id and action['type'] == 'ir.actions.act_url':
            self.again_order_id._amazon_note_shopped_again()
            action['target'] = 'new'  # the list of the other items stays open here
        return action
