from odoo import api, fields, models
from odoo.exceptions import UserError


class AmazonPunchoutShop(models.TransientModel):
    """Asks for the group to shop with and the location to deliver to.

    A group that the user picks narrows the locations, and a location narrows the groups. Values that were only filled
    in narrow nothing, so every group and every location can still be chosen.
    """
    _name = 'amazon.punchout.shop'
    _description = "Shop on Amazon"

    group_id = fields.Many2one(
        'amazon.punchout.group', "Amazon Group", domain="[('id', 'in', allowed_group_ids)]")
    filled_group_id = fields.Many2one('amazon.punchout.group', readonly=True)
    allowed_group_ids = fields.Many2many('amazon.punchout.group', compute='_compute_allowed')
    warehouse_id = fields.Many2one('stock.warehouse', "Deliver To", domain="[('id', 'in', allowed_warehouse_ids)]")
    filled_warehouse_id = fields.Many2one('stock.warehouse', readonly=True)
    allowed_warehouse_ids = fields.Many2many('stock.warehouse', compute='_compute_allowed')
    is_narrowed = fields.Boolean(compute='_compute_allowed', help="Some groups or locations are not listed.")
    deliver_to_note = fields.Text(compute='_compute_deliver_to_note')
    search_word = fields.Char("Search For", help="A word or an ASIN that Amazon opens with.")
    order_id = fields.Many2one('purchase.order', readonly=True)
    is_test = fields.Boolean(compute='_compute_is_test')
    again_order_id = fields.Many2one(
        'purchase.order', "Shop Again For", readonly=True, help="The order whose items are shopped for again.")
    again_session_id = fields.Many2one(
        'amazon.punchout.session', readonly=True, help="The expired shopping trip whose items are shopped for again.")
    again_remark = fields.Char(compute='_compute_again_items')
    again_items = fields.Html(compute='_compute_again_items', sanitize=False)  # escaped where made

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to note which group and location were filled in, since the user did not pick these."""
        return super().create([
            {'filled_group_id': vals.get('group_id'), 'filled_warehouse_id': vals.get('warehouse_id'), **vals}
            for vals in vals_list
        ])

    # === COMPUTE METHODS === #

    @api.depends(
        'group_id', 'filled_group_id', 'warehouse_id', 'filled_warehouse_id', 'order_id', 'again_order_id',
        'again_session_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_allowed(self):
        for shop in self:
            groups = shop._groups()
            locations = {group: group._offered_warehouses() for group in groups}
            all_locations = self.env['stock.warehouse'].union(*locations.values())
            picked_location = shop.warehouse_id if shop.warehouse_id != shop.filled_warehouse_id else None
            picked_group = shop.group_id if shop.group_id != shop.filled_group_id else None
            shop.allowed_group_ids = groups.filtered(
                lambda group: not picked_location or picked_location in locations[group])  # noqa: B023 - called at once
            shop.allowed_warehouse_ids = locations.get(picked_group, all_locations) if picked_group else all_locations
            shop.is_narrowed = shop.allowed_group_ids != groups or shop.allowed_warehouse_ids != all_locations

    @api.depends('group_id', 'warehouse_id')
    @api.depends_context('uid')
    def _compute_deliver_to_note(self):
        for shop in self:
            is_chosen = shop.group_id and shop.warehouse_id
            shop.deliver_to_note = (
                is_chosen and shop.warehouse_id._amazon_deliver_to_note(shop.group_id, self.env.user) or False)

    @api.depends('group_id')
    def _compute_is_test(self):
        for shop in self:
            shop.is_test = shop.group_id.state == 'test'

    @api.depends('again_order_id', 'again_session_id')
    @api.depends_context('lang')
    def _compute_again_items(self):
        for shop in self:
            order, session = shop.again_order_id, shop.again_session_id
            shop.again_items = order._amazon_again_html() if order else session._again_html() if session else False
            shop.again_remark = order._amazon_again_remark() if order else False

    def _groups(self):
        """Find the groups that the user may choose for this trip.

        :return: the groups, in the user's order of preference
        """
        groups = self.env['amazon.punchout.group']._shopping_groups(self.order_id)
        if again := self.again_order_id.amazon_group_id or self.again_session_id.group_id:
            groups &= again
        return groups._in_order_of_preference()

    # === ONCHANGE METHODS === #

    @api.onchange('group_id')
    def _onchange_group_id(self):
        locations = self.group_id._offered_warehouses() if self.group_id else None
        if locations is not None and self.warehouse_id not in locations:
            self.warehouse_id = self.filled_warehouse_id = locations[:1]

    @api.onchange('warehouse_id')
    def _onchange_warehouse_id(self):
        if self.warehouse_id and not (self.group_id and self.warehouse_id in self.group_id._offered_warehouses()):
            self.group_id = self.filled_group_id = self._groups().filtered(
                lambda group: self.warehouse_id in group._offered_warehouses())[:1]

    # === ACTIONS === #

    def action_clear(self):
        """List every group and every location again."""
        self.ensure_one()
        self.write({
            'group_id': False, 'filled_group_id': False, 'warehouse_id': False, 'filled_warehouse_id': False})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Shop on Amazon"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def action_shop(self):
        """Start the shopping trip.

        :return: an action, see :meth:`amazon.punchout.group._punch_out`
        :rtype: dict
        :raises UserError: the user may not shop, or another user has created the order of the kept cart
        """
        self.ensure_one()
        if not self.group_id or not self.warehouse_id:
            raise UserError(self.env._("Choose an Amazon group and a location to deliver to."))
        self.again_order_id.check_access('write')  # before Amazon is asked: the trip is noted in its chatter
        if self.again_session_id:
            self.again_session_id._lock_for_shopping_again()
        action = self.group_id._punch_out(
            warehouse=self.warehouse_id, order=self.order_id, search=self.search_word, **self._prepare_origin())
        if self.again_items and action['type'] == 'ir.actions.act_url':
            if self.again_order_id:
                self.again_order_id._amazon_note_shopped_again()
            if self.again_session_id:
                self.again_session_id._note_shopped_again()
            action['target'] = 'new'  # the list of the other items stays open here
        return action

    def _prepare_origin(self):
        """Prepare what else the trip starts from; another addon adds its fields.

        :rtype: dict
        """
        self.ensure_one()
        return {}
