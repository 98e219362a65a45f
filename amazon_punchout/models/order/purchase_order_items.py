from odoo import api, fields, models
from odoo.tools import format_amount

from ...tools.numbers import PRICE_DIGITS
from ...tools.sentences import in_a_row, shown_number
from ...tools.short import titles_in_short


class PurchaseOrderItems(models.Model):
    """What is in an order, and what Amazon changed in it, in few words for lists.

    Both are stored when they change: a list must not read the lines of each order.
    """
    _inherit = 'purchase.order'

    amazon_items = fields.Char(
        "Items", copy=False, readonly=True,
        help="The item with the highest amount in the Amazon cart, and how many others there are.")
    amazon_heading = fields.Char(
        "Items in Full", compute='_compute_amazon_heading', compute_sudo=True,
        help="The same with the whole title of that item.")
    amazon_change = fields.Selection(
        [('rejected', "Items Rejected"), ('dearer', "Higher Price"), ('changed', "Changed"),
         ('backordered', "Back-ordered")],
        "Changed by Amazon", copy=False, readonly=True,
        help="The most important difference between what was approved and what Amazon has confirmed.")

    _amazon_changed_idx = models.Index("(priority, id) INCLUDE (company_id) WHERE amazon_change IS NOT NULL")

    @api.depends('amazon_items', 'order_line.amazon_title', 'order_line.product_qty')
    def _compute_amazon_heading(self):
        for order in self:
            lines = order._amazon_main_lines_first() if order.amazon_items else []
            title = lines and lines[0]._amazon_title()
            order.amazon_heading = f'{title} + {len(lines) - 1}' if len(lines) > 1 else title or order.amazon_items

    def _amazon_main_lines_first(self):
        """Sort the items by their amounts in the cart; what Amazon does not deliver at all comes last."""
        return self._amazon_item_lines().sorted(
            lambda line: (not line.product_qty, -line.amazon_cart_price * line.amazon_cart_quantity))

    def _amazon_name_items(self):
        """Name what is in this order, by an item that comes.

        :return: a value of `amazon_items`
        :rtype: str | bool
        """
        self.ensure_one()
        return self.amazon_items and titles_in_short([
            line._amazon_title() for line in self._amazon_main_lines_first()])

    def _amazon_items_title(self):
        """Name what is in this order, as the title of an e-mail does.

        :rtype: str
        """
        self.ensure_one()
        return self.amazon_items or self._amazon_item_lines()[:1]._amazon_title() or self.name

    def _amazon_find_change(self):
        """Find the most important difference between what was approved and what Amazon has confirmed.

        :return: a value of `amazon_change`; False if the order is as approved, or cancelled as a whole
        :rtype: str | bool
        """
        self.ensure_one()
        lines = self._amazon_item_lines()
        if self.state == 'cancel':
            return False
        if any(lines.mapped('amazon_rejected_quantity')):
            return 'rejected'
        if lines.filtered(lambda line: line._amazon_is_dearer()):
            return 'dearer'
        if 'changed' in lines.mapped('amazon_confirmation'):
            return 'changed'
        return 'backordered' if any(lines.mapped('amazon_backordered_quantity')) else False


class PurchaseOrderLineItems(models.Model):
    _inherit = 'purchase.order.line'

    amazon_change_text = fields.Text(  # a list breaks the lines of texts
        "Change", compute='_compute_amazon_change_text',
        help="What Amazon does not deliver as ordered, from and to, and why.")

    @api.depends('product_qty', 'price_unit', 'amazon_cart_quantity', 'amazon_cart_price', 'amazon_confirmation',
                 'amazon_backordered_quantity', 'amazon_reason')
    @api.depends_context('lang')
    def _compute_amazon_change_text(self):
        for line in self:
            is_answered = line.amazon_line_type == 'item' and line.amazon_confirmation not in (False, 'none')
            line.amazon_change_text = is_answered and line._amazon_what_changed() or False

    def _amazon_what_changed(self):
        """Say in which way this line is not as ordered, from and to, and why.

        :return: empty if it is as ordered
        :rtype: str
        """
        self.ensure_one()
        parts, currency = [], self.currency_id
        if self.product_uom_id.compare(self.product_qty, self.amazon_cart_quantity):
            parts.append(self.env._(
                "quantity %(old)s → %(new)s", old=shown_number(self.env, self.amazon_cart_quantity),
                new=shown_number(self.env, self.product_qty)))
        if self.product_qty and round(self.price_unit - self.amazon_cart_price, PRICE_DIGITS):
            parts.append(self.env._(
                "unit price %(old)s → %(new)s", old=format_amount(self.env, self.amazon_cart_price, currency),
                new=format_amount(self.env, self.price_unit, currency)))
        if self.amazon_backordered_quantity:
            parts.append(self.env._("%s back-ordered", shown_number(self.env, self.amazon_backordered_quantity)))
        return in_a_row(self.env, filter(None, (", ".join(parts), self.amazon_reason)))

    def _amazon_is_dearer(self):
        """Tell whether Amazon has raised the unit price above that of the cart.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.product_qty) and round(self.price_unit - self.amazon_cart_price, PRICE_DIGITS) > 0
