from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ....tools.cart_lock import are_lines_lifted, is_receiving

# What Amazon was asked for, which order it belongs to, and the amounts that Odoo derives from it: they are stored, so a
# write would persist where they were computed.
LOCKED_FIELDS = frozenset({
    'product_id', 'product_qty', 'product_uom_qty', 'product_uom_id', 'price_unit', 'technical_price_unit', 'discount',
    'tax_ids', 'order_id', 'sequence', 'display_type', 'is_downpayment',
    'price_subtotal', 'price_tax', 'price_total', 'company_id', 'partner_id',
})


class PurchaseOrderLineLock(models.Model):
    """What nobody may change on the lines of a returned cart. See :mod:`...tools.cart_lock` for the only keys."""
    _name = 'purchase.order.line'
    _inherit = ['purchase.order.line', 'amazon.punchout.lock']

    def _compute_price_unit_and_date_planned_and_name(self):
        """Override of `purchase` to leave price, date and name of a cart's lines to Amazon.

        Core would take them from vendor prices as soon as a quantity changes, and at quantity 0 from nowhere.
        """
        return super(
            PurchaseOrderLineLock, self.filtered(lambda line: not line.amazon_line_type)
        )._compute_price_unit_and_date_planned_and_name()

    @api.model
    def _amazon_field_names(self):
        """Override to lock the item as well: its column is the order's."""
        return super()._amazon_field_names() | {'amazon_item'}

    # === CREATING === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `purchase` to let only the cart itself add lines and Amazon values, also by default_ keys."""
        if not are_lines_lifted():
            self._amazon_check_create(vals_list)
        return super().create(vals_list)

    @api.model
    def _amazon_check_create(self, vals_list):
        """Block lines for carts and forged Amazon values, and shut out their defaults.

        :param list[dict] vals_list: as in create()
        :raises UserError: why, and what to do instead
        """
        order_ids = [self._amazon_named_order(vals) for vals in vals_list]
        carts = self._amazon_carts(order_ids)
        for vals, order_id in zip(vals_list, order_ids, strict=True):
            self._amazon_check_new_values(vals)
            if order_id in carts.ids and not self._amazon_is_unordered_receipt(vals):
                raise UserError(carts.browse(order_id)._amazon_locked_sentence())

    @api.model
    def _amazon_named_order(self, vals):
        """Find the order that a new line is for, in whatever form it is named.

        A default_order_id names one too, and PostgreSQL takes '5' and 5.0 for 5 where the ORM doesn't. The value that
        was judged replaces the one that came, so that it is the one that is written.

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
        """Find the orders that came back as carts.

        :param order_ids: ids of orders, False among them
        :return: the `purchase.order` records
        """
        orders = self.env['purchase.order'].browse({order_id for order_id in order_ids if order_id})
        return orders.filtered('amazon_session_id')

    @api.model
    def _amazon_is_unordered_receipt(self, vals):
        """Tell whether a new line notes goods that arrived without being ordered: see `stock.move`.

        :param dict vals: of the line
        :rtype: bool
        """
        return (
            is_receiving() and not vals.get('product_qty') and not vals.get('display_type')
            and not vals.get('is_downpayment'))

    # === WRITING === #

    def write(self, vals):
        """Override of `purchase` to block every change of what Amazon was asked for."""
        if are_lines_lifted():
            return super().write(vals)
        self._amazon_check_values(vals)
        if LOCKED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        locked_lines = self.filtered(lambda line: line.order_id.amazon_session_id)
        for line in locked_lines:
            if line._amazon_changes(LOCKED_FIELDS, vals):
                raise UserError(line.order_id._amazon_locked_sentence())
        other_lines = self - locked_lines
        if other_lines and 'order_id' in vals:
            order_id = self._fields['order_id'].convert_to_cache(vals['order_id'], other_lines)
            if carts := self._amazon_carts([order_id]):
                raise UserError(carts._amazon_locked_sentence())
        if not locked_lines:
            return super().write(vals)
        # The web client and imports repeat what is there. It is left out: even the same value makes core recompute
        # what depends on it.
        open_vals = {name: value for name, value in vals.items() if name not in LOCKED_FIELDS}
        super(PurchaseOrderLineLock, other_lines).write(vals)
        return super(PurchaseOrderLineLock, locked_lines).write(open_vals)

    def _amazon_changes_field(self, name, value):
        """Override to compare taxes, which come as commands."""
        if name == 'tax_ids':
            return self._amazon_changes_taxes(value)
        return super()._amazon_changes_field(name, value)

    def _amazon_changes_taxes(self, value):
        """Tell whether commands lead to other taxes than the line has.

        :param value: commands, as in write()
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

    # === DELETING === #

    def unlink(self):
        """Override of `purchase` to block this first: core cancels the moves of a line before it checks the line."""
        if not are_lines_lifted() and (carts := self.order_id.filtered('amazon_session_id')):
            # pylint: disable-next=raise-unlink-override,no-raise-unlink  # @api.ondelete would come too late
            raise UserError(carts[0]._amazon_locked_sentence())
        return super().unlink()
