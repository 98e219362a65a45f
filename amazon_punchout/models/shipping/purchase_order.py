from odoo import api, fields, models

from ...tools.numbers import plain


class PurchaseOrderShipping(models.Model):
    """The shipments of an order."""
    _inherit = 'purchase.order'

    amazon_tracking = fields.Html("Tracking", compute='_compute_amazon_tracking', sanitize=False)  # escaped where made
    amazon_shipment_ids = fields.One2many('amazon.punchout.shipment', 'purchase_order_id', "Shipments", readonly=True)

    @api.depends('amazon_shipment_ids.tracking_link', 'amazon_shipment_ids.active')
    @api.depends_context('lang')
    def _compute_amazon_tracking(self):
        for order in self:
            order.amazon_tracking = order.amazon_shipment_ids._tracking_links() or False

    def _amazon_only_page(self):
        """Find the page on Amazon of this order.

        :return: its address, or None unless it is exactly one order on Amazon
        :rtype: str | None
        """
        self.ensure_one()
        return self._amazon_pages()[0][1] if len(self._amazon_order_numbers()) == 1 else None

    def _amazon_settle_manual_shipments(self):
        """Let Amazon's later ship notices replace stand-ins with the same tracking number or lines.

        Everything follows from what is stored, so processing a notice again or withdrawing it has the same result.
        """
        self.ensure_one()
        shipments = self.with_context(active_test=False).amazon_shipment_ids.filtered(
            lambda shipment: shipment.operation != 'delete' and not shipment.is_tracked)
        manual = shipments.filtered(lambda shipment: shipment.document_id and shipment.document_id._is_stand_in())
        for shipment in manual:
            later = (shipments - manual).filtered(lambda real, mine=shipment: real.document_id.id > mine.document_id.id)
            covered = set(later.line_ids.mapped('line_number'))
            replaced = shipment.line_ids.filtered(lambda line, covered=covered: line.line_number in covered)
            if any(later.mapped('is_whole_order')):
                replaced = shipment.line_ids
            replaced.active = False
            (shipment.line_ids - replaced).active = True
            same_number = shipment.tracking_number and shipment.tracking_number in later.mapped('tracking_number')
            shipment.active = not same_number and not (later and replaced == shipment.line_ids)


class PurchaseOrderLineShipping(models.Model):
    _inherit = 'purchase.order.line'

    amazon_shipped_quantity = fields.Float(
        "Shipped", compute='_compute_amazon_shipped_quantity', digits='Product Unit',
        help="The quantity that Amazon has shipped, whether or not it has arrived.")

    @api.depends('product_qty', 'amazon_line_type', 'order_id.amazon_shipment_ids.active',
                 'order_id.amazon_shipment_ids.is_planned', 'order_id.amazon_shipment_ids.is_whole_order',
                 'order_id.amazon_shipment_ids.line_ids.quantity', 'order_id.amazon_shipment_ids.line_ids.active',
                 'order_id.amazon_shipment_ids.line_ids.purchase_line_id')
    def _compute_amazon_shipped_quantity(self):
        """Sum up the shipments; one without lines contains all that Amazon delivers of the order."""
        items = self.filtered(lambda line: line.amazon_line_type == 'item')
        (self - items).amazon_shipped_quantity = 0
        # Also where a list shows archived records: what Amazon withdrew is not shipped.
        of_items = [('purchase_order_id', 'in', items.order_id.ids), ('is_planned', '=', False), ('active', '=', True)]
        shipped = {line.id: quantity for line, quantity in self.env['amazon.punchout.shipment.line']._read_group(
            [('shipment_id', 'any', of_items), ('active', '=', True)], ['purchase_line_id'], ['quantity:sum'])}
        whole = {order.id for [order] in self.env['amazon.punchout.shipment']._read_group(
            [*of_items, ('is_whole_order', '=', True)], ['purchase_order_id'])}
        for line in items:
            quantity = shipped.get(line._origin.id, 0)
            is_whole = line.order_id._origin.id in whole
            line.amazon_shipped_quantity = max(quantity, line.product_qty) if is_whole else quantity

    def _amazon_shipped_unit_remark(self, item):
        """Say that Amazon ships this line in a unit that Odoo can't convert.

        :param cxml.ShipNoticeItem item: what the ship notice states
        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "Amazon shipped %(stated)s of “%(item)s” in order %(order)s, but %(ordered)s were ordered, so they do not "
            "count as shipped. %(advice)s",
            item=self._amazon_title(), order=self.order_id.name, ordered=self._amazon_ordered_text(),
            stated=f'{plain(item.quantity)} {item.unit_of_measure}',
            advice=self._amazon_unit_advice(item.unit_of_measure))

    def _amazon_kept_quantity(self):
        """Override to count what was shipped, too."""
        return max(super()._amazon_kept_quantity(), self.amazon_shipped_quantity)
