from markupsafe import Markup

from odoo import api, fields, models

from ...const import AMAZON_CARRIERS, TRACKING_PAGES
from ...tools.found_first import found_first
from ...tools.links import LINK
from ...tools.sentences import shown_number
from ...tools.tracking import is_amazon, tracking_page

# What a notice does with its shipment. Of two notices of the same moment, the one that comes later here is the newer.
OPERATIONS = ('new', 'update', 'delete')


class AmazonPunchoutShipment(models.Model):
    """What is on its way for one order: a shipment of Amazon, or the part of it that belongs to the order.

    A shipment with several tracking numbers is one record for each, so that each can be found and tracked. Only the
    first has the contents: Amazon doesn't say what is in which parcel, and nothing may count twice.
    """
    _name = 'amazon.punchout.shipment'
    _description = "Amazon Shipment"
    _order = 'shipped_at desc, id'
    _rec_name = 'tracking_number'

    purchase_order_id = fields.Many2one(
        'purchase.order', "Order", required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='purchase_order_id.company_id', store=True, precompute=True, index=True)
    deployment_mode = fields.Selection(related='purchase_order_id.amazon_deployment_mode', string="Amazon Mode")
    shipment_id = fields.Char(
        "Shipment ID", readonly=True, index='btree_not_null',
        help="Amazon's identifier. All ship notices of the shipment share it.")
    carrier = fields.Char(readonly=True, index='trigram')
    tracking_number = fields.Char(readonly=True, index='trigram')
    carrier_url = fields.Char("Carrier's Page", readonly=True, help="The tracking page that the ship notice states.")
    tracking_url = fields.Char("Tracking Page", compute='_compute_tracking_url')
    tracking_link = fields.Html("Tracking", compute='_compute_tracking_link', sanitize=False)  # escaped where made
    shipped_at = fields.Datetime("Shipped", readonly=True)
    expected_at = fields.Datetime("Expected", readonly=True)
    notice_at = fields.Datetime(
        "Notice Date", readonly=True, help="The date of the newest ship notice, from which all values are taken.")
    operation = fields.Char(readonly=True, help="The operation of the newest ship notice: new, update or delete.")
    active = fields.Boolean(default=True, readonly=True, help="Archived shipments were withdrawn by Amazon.")
    is_planned = fields.Boolean("Announced", readonly=True, help="Nothing has been shipped yet.")
    is_whole_order = fields.Boolean("Whole Order", readonly=True)
    document_id = fields.Many2one(
        'amazon.punchout.document', "Ship Notice", readonly=True, index='btree_not_null', ondelete='set null')
    line_ids = fields.One2many('amazon.punchout.shipment.line', 'shipment_id', "Lines", readonly=True)
    contents = fields.Text(compute='_compute_contents')

    # The list and its filters, in the order of the list.
    _shipped_idx = models.Index("(shipped_at DESC, id)")
    _expected_idx = models.Index("(expected_at) WHERE expected_at IS NOT NULL")
    _withdrawn_idx = models.Index("(shipped_at DESC, id) WHERE active IS NOT TRUE")

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `base` to look up first whom or what a text means."""
        return super()._search(found_first(self, domain), *args, **kwargs)

    # === COMPUTE METHODS === #

    @api.depends('tracking_number')
    def _compute_display_name(self):
        for shipment in self:
            shipment.display_name = shipment.tracking_number or shipment.shipment_id

    @api.depends('carrier', 'tracking_number', 'carrier_url', 'purchase_order_id.amazon_order_ref')
    def _compute_tracking_url(self):
        pages, amazon = self._tracking_pages(), self._amazon_carriers()
        for shipment in self:
            url = shipment.carrier_url or tracking_page(shipment.carrier, shipment.tracking_number, pages, amazon)
            if not url and is_amazon(shipment.carrier, pages, amazon):
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
        # Read for all shipments of a list at once.
        self.line_ids.filtered('active').purchase_line_id.mapped('name')
        for shipment in self:
            shipment.contents = "\n".join(shipment._contents()) or shipment._together_with()

    # === CARRIERS === #

    @api.model
    def _tracking_pages(self):
        """Name the carriers' tracking pages; another addon adds or changes some.

        :return: by the first words of the carrier's name in small letters, the address with {number}, or None where the
            name is that of another company
        :rtype: dict[str, str | None]
        """
        return dict(TRACKING_PAGES)

    @api.model
    def _amazon_carriers(self):
        """Name Amazon's own delivery, whose parcels are tracked on the page of the order; another addon adds names.

        :return: the first words of the names in small letters
        :rtype: set[str]
        """
        return set(AMAZON_CARRIERS)

    # === READING === #

    def _contents(self):
        """Say what is in the shipment, one text per line.

        :rtype: list[str]
        """
        self.ensure_one()
        if self.is_whole_order:
            return [self.env._("The whole order")]
        return [line._text() for line in self.line_ids.filtered('active')]

    def _contents_title(self):
        """Say in the title of an e-mail what is in the shipment.

        :rtype: str
        """
        contents = [] if self.is_whole_order else self._contents()
        if len(contents) > 1:
            return self.env._("%(item)s + %(count)s more", item=contents[0], count=len(contents) - 1)
        return contents[0] if contents else self._together_with() or self.purchase_order_id._amazon_items_title()

    def _together_with(self):
        """Say with which parcel of the same shipment this one came: Amazon states the contents only of both together.

        :rtype: str
        """
        self.ensure_one()
        first = self.purchase_order_id.amazon_shipment_ids.filtered(
            lambda each: each.shipment_id == self.shipment_id and each.document_id == self.document_id and each.active
            and (each.is_whole_order or each.line_ids))[:1]
        return self.env._("Together with %s", first.display_name) if first - self else ""

    def _notice_age(self):
        """Give the sort key of the newest notice: its moment, its operation, its payloadID.

        :rtype: tuple
        """
        newest = self[0]
        return newest.notice_at, OPERATIONS.index(newest.operation), newest.document_id.payload_id or ''

    def _is_same(self, parcels, contents, is_planned):
        """Tell whether a notice states what these records of another notice state.

        :param set[tuple] parcels: carrier, tracking number and page of each
        :param list[tuple] contents: line numbers, quantities and stated quantities, sorted
        :param bool is_planned: whether nothing has been shipped yet
        :rtype: bool
        """
        own_parcels = {(each.carrier, each.tracking_number, each.carrier_url) for each in self}
        own_contents = sorted(self.line_ids.mapped(
            lambda line: (line.line_number, line.quantity, line.stated_quantity or '')))
        return self[0].active and (own_parcels, own_contents, self[0].is_planned) == (parcels, contents, is_planned)

    def _tracking_keys(self):
        """Collect carrier, tracking number and page of what has been shipped.

        :rtype: set[tuple]
        """
        return {(shipment.carrier, shipment.tracking_number, shipment.carrier_url)
                for shipment in self if shipment.active and not shipment.is_planned}

    def _tracking_links(self):
        """Put the tracking links of these shipments below each other.

        :return: empty if there is nothing to show
        :rtype: Markup
        """
        return Markup("<br/>").join(dict.fromkeys(filter(None, self.filtered('active').mapped('tracking_link'))))

    def _concerning(self, lines):
        """Find the shipments that contain any of some lines, with all their tracking numbers.

        :param lines: `purchase.order.line` records of the shipments' order
        :return: `amazon.punchout.shipment` records
        """
        first = self.filtered(
            lambda shipment: shipment.is_whole_order or shipment.line_ids.filtered('active').purchase_line_id & lines)
        return self.filtered(lambda shipment: shipment.shipment_id in first.mapped('shipment_id'))


class AmazonPunchoutShipmentLine(models.Model):
    _name = 'amazon.punchout.shipment.line'
    _description = "Amazon Shipment Line"
    _order = 'line_number, id'

    shipment_id = fields.Many2one(
        'amazon.punchout.shipment', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='shipment_id.company_id', store=True, precompute=True)
    line_number = fields.Integer("Amazon Line", readonly=True)
    purchase_line_id = fields.Many2one(
        'purchase.order.line', "Order Line", readonly=True, index='btree_not_null', ondelete='set null')
    quantity = fields.Float(digits='Product Unit', readonly=True)
    stated_quantity = fields.Char(
        readonly=True, help="The quantity and the unit as Amazon states them, if Odoo can't convert the unit.")
    active = fields.Boolean(
        default=True, readonly=True,
        help="Lines that were entered manually are archived when Amazon's own ship notice covers them.")

    def _text(self):
        """Say how much of what this line contains.

        :rtype: str
        """
        self.ensure_one()
        title = self.purchase_line_id._amazon_title() if self.purchase_line_id \
            else self.env._("line %s, which is not in the order", self.line_number)
        return self.env._(
            "%(quantity)s × %(title)s", quantity=self.stated_quantity or shown_number(self.env, self.quantity),
            title=title)
