from odoo import api, fields, models

from ...const import DECIDED_STATES


class PurchaseOrderPlace(models.Model):
    """Where a cart is to be delivered, as its buyer and its approvers see it."""
    _inherit = 'purchase.order'

    # Who reads an order may know where it is delivered; buyers can't read every contact.
    amazon_delivery_address = fields.Char(
        "Delivery Address", compute='_compute_amazon_place', compute_sudo=True)
    amazon_moved_note = fields.Text(
        "Other Delivery Location", compute='_compute_amazon_place', compute_sudo=True,
        help="Shown if the order is to be delivered to another location than the one that it was shopped for.")
    amazon_picking_type_ids = fields.Many2many(
        'stock.picking.type', string="Locations", compute='_compute_amazon_picking_type_ids', compute_sudo=True,
        help="Where this order can be delivered.")

    # === COMPUTE METHODS === #

    @api.depends('picking_type_id', 'amazon_session_id', 'state')
    @api.depends_context('lang')
    def _compute_amazon_place(self):
        for order in self:
            warehouse = order.amazon_session_id and order.picking_type_id.warehouse_id
            is_cart = bool(warehouse)
            order.amazon_delivery_address = is_cart and warehouse._amazon_address_text()
            order.amazon_moved_note = is_cart and order._amazon_is_moved() and order._amazon_location_warning(warehouse)

    @api.depends('amazon_session_id', 'state')
    def _compute_amazon_picking_type_ids(self):
        """Offer the locations of the order's group to which Amazon can deliver."""
        for order in self:
            is_open = bool(order.amazon_session_id) and order.state not in DECIDED_STATES
            order.amazon_picking_type_ids = is_open and self.env['stock.picking.type'].search([
                ('code', '=', 'incoming'), ('warehouse_id', 'in', order.amazon_group_id._offered_warehouses().ids)])

    @api.depends('picking_type_id')
    def _compute_amazon_status(self):
        """Override to depend on the delivery location."""
        super()._compute_amazon_status()

    # === BUSINESS METHODS === #

    def _amazon_is_moved(self):
        """Tell whether a cart is to be delivered to another location than the one that it was shopped for.

        :rtype: bool
        """
        self.ensure_one()
        first_sudo = self.amazon_session_id.sudo().warehouse_id  # who reads the order may know where it was shopped for
        return (bool(first_sudo) and self.state not in DECIDED_STATES
                and self.picking_type_id.sudo().warehouse_id != first_sudo)

    def _amazon_cart_sentences(self):
        """Override to say that prices and tax were computed for another location."""
        sentences = super()._amazon_cart_sentences()
        if self._amazon_is_moved():
            sentences = [*sentences, (15, self.env._(
                "Price, shipping and tax are those of a delivery to %(first)s, not to %(now)s, so they may change",
                first=self.amazon_session_id.sudo().warehouse_id.name,
                now=self.picking_type_id.sudo().warehouse_id.name))]
        return sentences
