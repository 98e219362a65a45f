import re

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.marked import fetch_marked
from ...tools.sentences import joined, shown_number
from ...tools.tracking import TRACKING_NUMBER

# What people search that can be an ASIN.
ASIN = re.compile(r'[A-Za-z0-9]{10}')


class PurchaseOrderShipping(models.Model):
    """The shipments of an order."""
    _inherit = 'purchase.order'

    amazon_tracking = fields.Html("Tracking", compute='_compute_amazon_tracking', sanitize=False)  # escaped where made
    amazon_shipment_ids = fields.One2many('amazon.punchout.shipment', 'purchase_order_id', "Shipments", readonly=True)
    amazon_number = fields.Char("Tracking Number or ASIN", store=False, search='_search_amazon_number')

    @api.depends('amazon_shipment_ids.tracking_link', 'amazon_shipment_ids.active')
    @api.depends_context('lang')
    def _compute_amazon_tracking(self):
        for order in self:
            order.amazon_tracking = order.amazon_shipment_ids._tracking_links() or False

    def _fetch_query(self, query, fields):
        """Override of `base` to look up shipments of carts only: other orders have none."""
        return fetch_marked(super()._fetch_query, query, fields, ('amazon_shipment_ids',), 'amazon_session_id')

    @api.model
    def _search_amazon_number(self, operator, value):
        """Search for orders by what the search box has, which mostly is neither a tracking number nor an ASIN.

        The orders are found first. As a part of one big query, PostgreSQL would take each of them for a costly one.

        :rtype: Domain
        """
        if operator != 'ilike':
            return NotImplemented
        found, text = Domain.FALSE, (value or '').strip()
        if TRACKING_NUMBER.fullmatch(text):
            shipments = self.env['amazon.punchout.shipment']._read_group(
                [('tracking_number', 'ilike', text)], ['purchase_order_id'])
            found |= Domain('id', 'in', [order.id for [order] in shipments])
        if ASIN.fullmatch(text):
            lines = self.env['purchase.order.line']._read_group([('amazon_asin', '=ilike', text)], ['order_id'])
            found |= Domain('id', 'in', [order.id for [order] in lines])
        return found

    def _prepare_picking(self):
        """Override of `purchase_stock` to tell receipts of test orders from others."""
        return {**super()._prepare_picking(), 'amazon_deployment_mode': self.amazon_deployment_mode}

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
        return self._(
            "Amazon shipped %(stated)s of “%(item)s” in order %(order)s, but %(ordered)s were ordered, so they do not "
            "count as shipped. %(advice)s",
            item=self._amazon_title(), order=self.order_id.name, ordered=self._amazon_ordered_text(),
            stated=joined(" ", (shown_number(self.env, item.quantity), item.unit_of_measure)),
            advice=self._amazon_unit_advice(item.unit_of_measure))

    def _amazon_kept_quantity(self):
        """Override to count what was shipped, too."""
        return max(super()._amazon_kept_quantity(), self.amazon_shipped_quantity)
