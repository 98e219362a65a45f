from odoo import api, fields, models
from odoo.tools import SQL, sql

from ...const import ERROR_CODES
from ...tools.packed import TextJson
from ...tools.sentences import Reason, sentence


class PurchaseOrderLine(models.Model):
    """What a line of an order knows about Amazon."""
    _inherit = 'purchase.order.line'
    _ = sentence

    amazon_line_type = fields.Selection(
        [('item', "Item"), ('shipping', "Shipping"), ('tax', "Estimated Tax")], copy=False, readonly=True)
    amazon_line_number = fields.Integer(
        "Amazon Line", copy=False, readonly=True,
        help="The line number in the order request. Amazon's messages refer to the line by it.")
    amazon_title = fields.Char(
        "Title", copy=False, readonly=True,
        help="What is ordered, as the cart names it. Invisible characters are shown by their codes, e.g. [U+202E].")
    amazon_asin = fields.Char("ASIN", copy=False, readonly=True, index='trigram')
    amazon_auxiliary_id = fields.Char("Offer ID", copy=False, readonly=True)
    amazon_seller = fields.Char("Seller", copy=False, readonly=True)
    amazon_condition = fields.Char("Condition", copy=False, readonly=True)
    amazon_url = fields.Char(
        "Link of the Cart", copy=False, readonly=True,
        help="As it came with the cart. It is offered as a link only if it leads to the marketplace.")
    amazon_unspsc = fields.Char("UNSPSC", copy=False, readonly=True)
    amazon_cart_quantity = fields.Float("Cart Quantity", digits='Product Unit', copy=False, readonly=True)
    amazon_cart_price = fields.Float("Cart Price", copy=False, readonly=True)
    amazon_cart_shipping = fields.Float("Cart Shipping", copy=False, readonly=True)
    amazon_cart_tax = fields.Float("Cart Tax", copy=False, readonly=True)
    amazon_item = TextJson(
        "Cart Line", compute='_compute_amazon_item', compute_sudo=True,
        help="The cart's line as it was received, including all extrinsics. The order keeps those of all lines.")

    amazon_confirmation = fields.Selection([
        ('none', "Pending"),
        ('accepted', "Accepted"),
        ('changed', "Changed"),
        ('rejected', "Rejected"),
        ('backordered', "Back-ordered"),
    ], copy=False, readonly=True)
    amazon_confirmed_quantity = fields.Float("Confirmed Quantity", digits='Product Unit', copy=False, readonly=True)
    amazon_confirmed_price = fields.Float("Confirmed Price", copy=False, readonly=True)
    amazon_rejected_quantity = fields.Float("Rejected Quantity", digits='Product Unit', copy=False, readonly=True)
    amazon_backordered_quantity = fields.Float(
        "Back-ordered Quantity", digits='Product Unit', copy=False, readonly=True)
    amazon_reason = Reason("Amazon's Reason", copy=False, readonly=True)
    amazon_expected_at = fields.Datetime("Amazon Delivery Date", copy=False, readonly=True)
    amazon_planned_at = fields.Datetime(
        "Planned Delivery Date", copy=False, readonly=True,
        help="The expected arrival before Amazon stated a date. It applies again if Amazon takes its date back.")

    @api.depends('amazon_line_number', 'order_id.amazon_cart_items')
    def _compute_amazon_item(self):
        for order, lines in self.grouped('order_id').items():
            items = order.amazon_cart_items or lines._amazon_items_before()
            for line in lines:
                number = line.amazon_line_number
                line.amazon_item = 0 < number <= len(items) and items[number - 1]

    def _amazon_items_before(self):
        """Read the cart's lines where versions before 2.5 kept them: on each line.

        Their update moves them. An order that came from such a database in another way is read all the same.

        :return: the items by line number, as in `amazon_cart_items`
        :rtype: list[dict | None]
        """
        items = self.filtered(lambda line: line.amazon_line_type == 'item' and line._origin)
        if not items or not sql.column_exists(self.env.cr, self._table, 'amazon_item'):
            return []
        rows = dict(self.env.execute_query(SQL(
            "SELECT amazon_line_number, amazon_item FROM purchase_order_line"
            " WHERE id = ANY(%s) AND amazon_line_number > 0", items.ids)))
        return [rows.get(number) for number in range(1, max(rows, default=0) + 1)]

    def _amazon_title(self):
        """Give the name of the item on one line: the cart's title, which nobody can change.

        Goods that arrived without being ordered have no title, but the description of their product.

        :rtype: str
        """
        self.ensure_one()
        return self.amazon_title or (self.name or self.amazon_asin or "").strip().split('\n')[0]

    @api.model
    def _amazon_error_codes(self):
        """Say in words why Amazon rejects or declines, by its error codes; another addon adds codes that it knows.

        :return: words in the language of the environment, without a full stop
        :rtype: dict[str, str]
        """
        # pylint: disable-next=gettext-variable  # a table of lazy translations, as LazyTranslate is made for
        return {code: self._(words) for code, words in ERROR_CODES.items()}

    @api.model
    def _amazon_explain_codes(self, codes):
        """Say in words what error codes mean, those that are known.

        :param codes: error codes of Amazon
        :rtype: list[str]
        """
        known = self._amazon_error_codes()
        return [self._("%(words)s (%(code)s)", words=known[code], code=code) for code in codes if code in known]

    def _amazon_arrives_in_parts(self):
        """Tell whether receipts have other products in place of this line's, as those of a kit have its components.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.move_ids) and self.product_id not in self.move_ids.product_id

    def _amazon_arrived_quantity(self):
        """Count what has arrived, whether or not it was returned since: Amazon does not deliver it again.

        Of what arrives in parts, core counts what is complete and was not returned.

        :rtype: float
        """
        if self._amazon_arrives_in_parts():
            return self.qty_received
        arrived = self.move_ids.filtered(
            lambda move: move.state == 'done' and move.product_id == self.product_id
            and not move.origin_returned_move_id and move.location_dest_id.usage != 'supplier')
        return sum(move.product_uom._compute_quantity(move.quantity, self.product_uom_id, rounding_method='HALF-UP')
                   for move in arrived)
