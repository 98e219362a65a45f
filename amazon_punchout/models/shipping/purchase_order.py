from odoo import api, fields, models


class PurchaseOrderShipping(models.Model):
    """What of an order is on its way."""
    _inherit = 'purchase.order'

    amazon_tracking = fields.Html("Tracking", compute='_compute_amazon_tracking', sanitize=False)  # escaped where made

    @api.depends('amazon_shipment_ids.tracking_link', 'amazon_shipment_ids.active')
    @api.depends_context('lang')
    def _compute_amazon_tracking(self):
        for order in self:
            order.amazon_tracking = order.amazon_shipment_ids._tracking_links() or False

    def _amazon_only_page(self):
        """:return: the page on Amazon of an order that is one order there, else None
        :rtype: str | None
        """
        self.ensure_one()
        return self._amazon_pages()[0][1] if len(self._amazon_order_numbers()) == 1 else None

    def _amazon_settle_manual_shipments(self):
        """What was entered by hand gives way to what Amazon itself says later: of the same number, or of the same lines.

        All of it follows from what is stored, so a notice that is processed again, or taken back, ends alike.
        """
        self.ensure_one()
        shipments = self.with_context(active_test=False).amazon_shipment_ids.filtered(
            lambda shipment: shipment.operation != 'delete')
        manual = shipments.filtered('document_id.entered_by_id')
        for shipment in manual:
            later = (shipments - manual).filtered(lambda real, mine=shipment: real.document_id.id > mine.document_id.id)
            told = set(later.line_ids.mapped('line_number'))
            gone = shipment.line_ids.filtered(lambda line, told=told: line.line_number in told)
            if any(later.mapped('is_whole_order')):
                gone = shipment.line_ids
            gone.active = False
            (shipment.line_ids - gone).active = True
            same_number = shipment.tracking_number and shipment.tracking_number in later.mapped('tracking_number')
            shipment.active = not same_number and not (later and gone == shipment.line_ids)


class PurchaseOrderLineShipping(models.Model):
    _inherit = 'purchase.order.line'

    amazon_shipped_quantity = fields.Float(
        "Shipped", compute='_compute_amazon_shipped_quantity', digits='Product Unit',
        help="What Amazon says is on its way or delivered.")

    @api.depends('product_qty', 'amazon_line_type', 'order_id.amazon_shipment_ids.active',
                 'order_id.amazon_shipment_ids.is_planned', 'order_id.amazon_shipment_ids.is_whole_order',
                 'order_id.amazon_shipment_ids.line_ids.quantity', 'order_id.amazon_shipment_ids.line_ids.active',
                 'order_id.amazon_shipment_ids.line_ids.purchase_line_id')
    def _compute_amazon_shipped_quantity(self):
        """A shipment without a list is the whole order: all that Amazon delivers of it."""
        items = self.filtered(lambda line: line.amazon_line_type == 'item')
        (self - items).amazon_shipped_quantity = 0
        # Also where a list shows what is archived: what was taken back is not shipped.
        of_items = [('purchase_order_id', 'in', items.order_id.ids), ('is_planned', '=', False), ('active', '=', True)]
        shipped = {line.id: quantity for line, quantity in self.env['amazon.punchout.shipment.line']._read_group(
            [('shipment_id', 'any', of_items), ('active', '=', True)], ['purchase_line_id'], ['quantity:sum'])}
        whole = {order.id for [order] in self.env['amazon.punchout.shipment']._read_group(
            [*of_items, ('is_whole_order', '=', True)], ['purchase_order_id'])}
        for line in items:
            quantity = shipped.get(line._origin.id, 0)
            line.amazon_shipped_quantity = max(quantity, line.product_qty) if line.order_id._origin.id in whole else quantity

    def _amazon_kept_quantity(self):
        """Override of this addon to count what was shipped, too."""
        return max(super()._amazon_kept_quantity(), self.amazon_shipped_quantity)
