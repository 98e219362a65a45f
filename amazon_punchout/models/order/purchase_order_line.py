from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.cart_lock import are_lines_lifted, is_receiving

# What Amazon was asked for, which order it belongs to, and the amounts that Odoo derives from it: stored, so a write
# would stand where they were computed.
LOCKED_FIELDS = frozenset({
    'product_id', 'product_qty', 'product_uom_qty', 'product_uom_id', 'price_unit', 'technical_price_unit', 'discount',
    'tax_ids', 'order_id', 'sequence', 'display_type', 'is_downpayment',
    'price_subtotal', 'price_tax', 'price_total', 'company_id', 'partner_id',
})


class PurchaseOrderLine(models.Model):
    _inherit = 'purchase.order.line'

    amazon_line_type = fields.Selection(
        [('item', "Item"), ('shipping', "Shipping"), ('tax', "Estimated Tax")], copy=False, readonly=True)
    amazon_line_number = fields.Integer(
        "Amazon Line", copy=False, readonly=True,
        help="lineNumber of the order request, by which Amazon names the line ever after.")
    amazon_asin = fields.Char("ASIN", copy=False, readonly=True, index='trigram')
    amazon_auxiliary_id = fields.Char("Offer", copy=False, readonly=True)
    amazon_seller = fields.Char("Seller", copy=False, readonly=True)
    amazon_condition = fields.Char("Condition", copy=False, readonly=True)
    amazon_url = fields.Char("Page on Amazon", copy=False, readonly=True)
    amazon_unspsc = fields.Char("UNSPSC", copy=False, readonly=True)
    amazon_cart_quantity = fields.Float("Cart Quantity", digits='Product Unit', copy=False, readonly=True)
    amazon_cart_price = fields.Float("Cart Price", copy=False, readonly=True)
    amazon_cart_shipping = fields.Float("Cart Shipping", copy=False, readonly=True)
    amazon_cart_tax = fields.Float("Cart Tax", copy=False, readonly=True)
    amazon_item = fields.Json(copy=False, readonly=True, help="The cart's line as it came, all extrinsics included.")

    amazon_confirmation = fields.Selection([
        ('none', "Awaited"),
        ('accepted', "Accepted"),
        ('changed', "Changed"),
        ('rejected', "Rejected"),
        ('backordered', "Back-ordered"),
    ], "Amazon Says", copy=False, readonly=True)
    amazon_confirmed_quantity = fields.Float(digits='Product Unit', copy=False, readonly=True)
    amazon_confirmed_price = fields.Float(copy=False, readonly=True)
    amazon_rejected_quantity = fields.Float(digits='Product Unit', copy=False, readonly=True)
    amazon_backordered_quantity = fields.Float("Back-ordered Quantity", digits='Product Unit', copy=False, readonly=True)
    amazon_reason = fields.Text("Amazon's Reason", copy=False, readonly=True)
    amazon_expected_at = fields.Datetime("Expected by Amazon", copy=False, readonly=True)

    def _amazon_title(self):
        """:return: the item's name on one line
        :rtype: str
        """
        self.ensure_one()
        return (self.name or self.amazon_asin or "").strip().split('\n')[0]

    def _compute_price_unit_and_date_planned_and_name(self):
        """Amazon sets price, date and name of a cart's line. Core would take them from vendor prices as soon as a
        quantity changes, and at quantity 0 from nowhere."""
        return super(
            PurchaseOrderLine, self.filtered(lambda line: not line.amazon_line_type)
        )._compute_price_unit_and_date_planned_and_name()

    # === THE LOCK === #

    @api.model
    @tools.ormcache()
    def _amazon_field_names(self):
        """:return: the stored fields that only the addon itself writes
        :rtype: frozenset[str]
        """
        return frozenset(
            name for name, field in self._fields.items()
            if name.startswith('amazon_') and field.store and not field.compute)

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody but the cart itself brings lines or Amazon values, by values or by default_ keys."""
        if not are_lines_lifted():
            self._amazon_check_create(vals_list)
        return super().create(vals_list)

    @api.model
    def _amazon_check_create(self, vals_list):
        """Refuse lines of carts and forged Amazon values, and shut out their defaults.

        :param list[dict] vals_list: as in create()
        :raises UserError: why, and what to do instead
        """
        names = self._amazon_field_names()
        order_ids = [self._amazon_named_order(vals) for vals in vals_list]
        carts = self._amazon_carts(order_ids)
        for vals, order_id in zip(vals_list, order_ids, strict=True):
            if any(vals.get(name) for name in names):
                raise UserError(self.env._("Only a cart from Amazon fills the Amazon fields of an order."))
            vals.update(dict.fromkeys(names, False))
            if order_id in carts.ids and not self._amazon_is_unordered_receipt(vals):
                raise UserError(carts.browse(order_id)._amazon_refusal())

    @api.model
    def _amazon_named_order(self, vals):
        """Find the order that a new line is for, in whatever form it is named: a default_order_id names one too, and
        PostgreSQL takes '5' and 5.0 for 5 where the ORM doesn't. What was looked at is what gets written.

        :param dict vals: of the line
        :rtype: int | bool
        """
        if 'order_id' not in vals:
            return self.default_get(['order_id']).get('order_id', False)
        if type(vals['order_id']) is not int:
            try:
                vals['order_id'] = int(vals['order_id'] or 0) or False
            except (TypeError, ValueError):
                vals['order_id'] = False
        return vals['order_id']

    @api.model
    def _amazon_carts(self, order_ids):
        """:param order_ids: ids of orders, False among them
        :return: those that came back as carts
        """
        orders = self.env['purchase.order'].browse({order_id for order_id in order_ids if order_id})
        return orders.filtered('amazon_session_id')

    @api.model
    def _amazon_is_unordered_receipt(self, vals):
        """Goods that nobody ordered have arrived whatever Amazon was asked for: see `stock.move`.

        :param dict vals: of the line
        :rtype: bool
        """
        return (
            is_receiving() and not vals.get('product_qty') and not vals.get('display_type')
            and not vals.get('is_downpayment'))

    def write(self, vals):
        if are_lines_lifted():
            return super().write(vals)
        if not self._amazon_field_names().isdisjoint(vals):
            raise UserError(self.env._("The Amazon fields of an order are filled by Amazon's messages only."))
        if LOCKED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        locked_lines = self.filtered(lambda line: line.order_id.amazon_session_id)
        for line in locked_lines:
            if line._amazon_changes(vals):
                raise UserError(line.order_id._amazon_refusal())
        other_lines = self - locked_lines
        if other_lines and 'order_id' in vals:
            order_id = self._fields['order_id'].convert_to_cache(vals['order_id'], other_lines)
            if carts := self._amazon_carts([order_id]):
                raise UserError(carts._amazon_refusal())
        if not locked_lines:
            return super().write(vals)
        # The web client and imports repeat what is there. It is left out: even the same value makes core compute anew
        # what depends on it.
        open_vals = {name: value for name, value in vals.items() if name not in LOCKED_FIELDS}
        super(PurchaseOrderLine, other_lines).write(vals)
        return super(PurchaseOrderLine, locked_lines).write(open_vals)

    def _amazon_changes(self, vals):
        """Tell whether locked values differ from the line's.

        :param dict vals: as in write()
        :rtype: bool
        """
        self.ensure_one()
        for name in LOCKED_FIELDS & vals.keys():
            if name == 'tax_ids':
                if self._amazon_changes_taxes(vals[name]):
                    return True
                continue
            field = self._fields[name]
            if field.convert_to_cache(vals[name], self) != field.convert_to_cache(self[name], self):
                return True
        return False

    def _amazon_changes_taxes(self, value):
        """:param value: commands, as in write()
        :rtype: bool
        """
        before = set(self.tax_ids.ids)
        after = set(before)
        if isinstance(value, models.BaseModel):
            value = [Command.set(value.ids)]
        for command in value or [Command.clear()]:
            match command:
                case [Command.SET, _, tax_ids]:
                    after = set(tax_ids)
                case [Command.CLEAR, *_]:
                    after = set()
                case [Command.LINK, tax_id, *_]:
                    after.add(tax_id)
                case [Command.UNLINK | Command.DELETE, tax_id, *_]:
                    after.discard(tax_id)
                case _:  # a new tax, or another percentage of one that is there
                    return True
        return after != before

    def unlink(self):
        """Refused at once: core cancels the moves of a line before it asks whether the line may go."""
        if not are_lines_lifted() and (carts := self.order_id.filtered('amazon_session_id')):
            raise UserError(carts[0]._amazon_refusal())
        return super().unlink()

    def _amazon_arrived_quantity(self):
        """:return: what has come, whether or not it went back since: nobody sends it again
        :rtype: float
        """
        arrived = self.move_ids.filtered(
            lambda move: move.state == 'done' and move.product_id == self.product_id and not move.origin_returned_move_id
            and move.location_dest_id.usage != 'supplier')
        return sum(move.product_uom._compute_quantity(move.quantity, self.product_uom_id, rounding_method='HALF-UP')
                   for move in arrived)
