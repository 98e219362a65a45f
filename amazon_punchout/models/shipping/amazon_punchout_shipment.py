from markupsafe import Markup

from odoo import api, fields, models

from ...tools.links import LINK
from ...tools.tracking import is_amazon, tracking_page

# What a notice does with its shipment; of two of the same moment the later in this row is the newer.
OPERATIONS = ('new', 'update', 'delete')


class AmazonPunchoutShipment(models.Model):
    """What is on its way for one order: a shipment of Amazon, or a part of one that serves several orders.

    A shipment in several parcels is one record for each number, so that each can be found and followed. What is in
    them stands on the first only: Amazon doesn't say what is in which, and nothing may count twice.
    """
    _name = 'amazon.punchout.shipment'
    _description = "Amazon Shipment"
    _order = 'shipped_at desc, id'
    _rec_name = 'tracking_number'

    purchase_order_id = fields.Many2one(
        'purchase.order', "Order", required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='purchase_order_id.company_id', store=True, precompute=True, index=True)
    deployment_mode = fields.Selection(related='purchase_order_id.amazon_deployment_mode', string="Amazon Mode")
    shipment_id = fields.Char("Shipment", readonly=True, help="Amazon's name for it; all its notices share it.")
    carrier = fields.Char(readonly=True)
    tracking_number = fields.Char(readonly=True, index='trigram')
    carrier_url = fields.Char("Carrier's Page", readonly=True, help="As the notice states it.")
    tracking_url = fields.Char("Tracking Page", compute='_compute_tracking_url')
    tracking_link = fields.Html("Tracking", compute='_compute_tracking_link', sanitize=False)  # escaped as it is made
    shipped_at = fields.Datetime("Shipped", readonly=True)
    expected_at = fields.Datetime("Expected", readonly=True)
    notice_at = fields.Datetime("Notice of", readonly=True, help="Of the newest notice, from which all of it is taken.")
    operation = fields.Char(readonly=True, help="Of that notice: new, update or delete.")
    active = fields.Boolean(default=True, readonly=True, help="Amazon has not taken it back.")
    is_planned = fields.Boolean("Announced", readonly=True, help="Nothing has left yet.")
    is_whole_order = fields.Boolean("Whole Order", readonly=True)
    document_id = fields.Many2one(
        'amazon.punchout.document', "Notice", readonly=True, index='btree_not_null', ondelete='set null')
    line_ids = fields.One2many('amazon.punchout.shipment.line', 'shipment_id', "Contents", readonly=True)
    contents = fields.Text(compute='_compute_contents')

    # === COMPUTE METHODS === #

    @api.depends('tracking_number')
    def _compute_display_name(self):
        for shipment in self:
            shipment.display_name = shipment.tracking_number or shipment.shipment_id

    @api.depends('carrier', 'tracking_number', 'carrier_url', 'purchase_order_id.amazon_order_ref')
    def _compute_tracking_url(self):
        for shipment in self:
            url = shipment.carrier_url or tracking_page(shipment.carrier, shipment.tracking_number)
            if not url and is_amazon(shipment.carrier):
                url = shipment.purchase_order_id._amazon_only_page()
            shipment.tracking_url = url or False

    @api.depends('carrier', 'tracking_number', 'tracking_url')
    @api.depends_context('lang')
    def _compute_tracking_link(self):
        for shipment in self:
            number = shipment.tracking_number or (shipment.env._("Tracking page") if shipment.tracking_url else "")
            link = number and shipment.tracking_url and LINK % (shipment.tracking_url, number)
            shipment.tracking_link = Markup(" ").join(filter(None, (shipment.carrier, link or number)))

    @api.depends('is_whole_order', 'line_ids.quantity', 'line_ids.active', 'line_ids.purchase_line_id.name')
    @api.depends_context('lang')
    def _compute_contents(self):
        for shipment in self:
            shipment.contents = "\n".join(shipment._contents())

    # === READING === #

    def _contents(self):
        """:return: what is in the shipment, a text for each line
        :rtype: list[str]
        """
        self.ensure_one()
        if self.is_whole_order:
            return [self.env._("The whole order")]
        return [line._text() for line in self.line_ids.filtered('active')]

    def _notice_age(self):
        """:return: what a newer notice of this shipment has more of: its moment, its operation, its payloadID
        :rtype: tuple
        """
        newest = self[0]
        return newest.notice_at, OPERATIONS.index(newest.operation), newest.document_id.payload_id or ''

    def _parcels(self):
        """:return: who carries what has left, under which numbers
        :rtype: set[tuple]
        """
        return {(shipment.carrier, shipment.tracking_number, shipment.carrier_url)
                for shipment in self if shipment.active and not shipment.is_planned}

    def _tracking_links(self):
        """:return: the links of these shipments, one below the other; empty if there is nothing to show
        :rtype: Markup
        """
        return Markup("<br/>").join(dict.fromkeys(filter(None, self.filtered('active').mapped('tracking_link'))))

    def _concerning(self, lines):
        """:param lines: `purchase.order.line` records of the shipments' order
        :return: the shipments in which any of these is, all parcels of them
        """
        first = self.filtered(
            lambda shipment: shipment.is_whole_order or shipment.line_ids.filtered('active').purchase_line_id & lines)
        return self.filtered(lambda shipment: shipment.shipment_id in first.mapped('shipment_id'))


class AmazonPunchoutShipmentLine(models.Model):
    _name = 'amazon.punchout.shipment.line'
    _description = "Amazon Shipment Line"
    _order = 'line_number, id'

    shipment_id = fields.Many2one('amazon.punchout.shipment', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='shipment_id.company_id', store=True, precompute=True)
    line_number = fields.Integer("Amazon Line", readonly=True)
    purchase_line_id = fields.Many2one(
        'purchase.order.line', "Order Line", readonly=True, index='btree_not_null', ondelete='set null')
    quantity = fields.Float(digits='Product Unit', readonly=True)
    active = fields.Boolean(
        default=True, readonly=True, help="What was entered by hand gives way to what Amazon says of the line later.")

    def _text(self):
        """:rtype: str"""
        self.ensure_one()
        title = self.purchase_line_id._amazon_title() if self.purchase_line_id \
            else self.env._("line %s, which the order doesn't have", self.line_number)
        return self.env._("%(quantity)s × %(title)s", quantity=f'{self.quantity:g}', title=title)
