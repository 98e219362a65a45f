from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import DECIDED_STATES
from ...tools.links import LINK
from ...tools.sentences import shown_number


class PurchaseOrderShopAgain(models.Model):
    """Shop Again: for what Amazon did not deliver, for a cart that was not ordered in time, or for the same items.

    The new trip is not linked to the old order.
    """
    _inherit = 'purchase.order'

    amazon_can_shop_again = fields.Boolean("Can Shop Again on Amazon", compute='_compute_amazon_can_shop_again')

    @api.depends(
        'state', 'amazon_state', 'amazon_group_id', 'order_line.amazon_rejected_quantity', 'amazon_valid_until',
        'receipt_status', 'invoice_status')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_amazon_can_shop_again(self):
        carts = self.filtered('amazon_session_id')
        is_buyer = self.env.user.has_group('purchase.group_purchase_user')  # accountants read orders but no groups
        groups = self.env['amazon.punchout.group']._shopping_groups() if carts and is_buyer else ()
        (self - carts).amazon_can_shop_again = False
        for order in carts:
            order.amazon_can_shop_again = order.amazon_group_id in groups and bool(order._amazon_again_quantities())

    def _amazon_is_price_hold_over(self):
        """Tell whether the price hold of this cart ended before it was ordered.

        :rtype: bool
        """
        self.ensure_one()
        return self.state not in DECIDED_STATES and self.amazon_hold_over

    def _amazon_is_finished(self):
        """Tell whether this order is completely received or billed and Amazon rejected none of its items.

        Rejected items are probably still needed, so they alone are shopped for again rather than the whole order.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.state == 'purchase' and (self.receipt_status == 'full' or self.invoice_status == 'invoiced')
            and not any(self._amazon_item_lines().mapped('amazon_rejected_quantity')))

    def _amazon_again_quantities(self):
        """List what is shopped for again.

        :return: tuples of an item line and a quantity: the whole order if it is cancelled, declined, finished or its
            price hold is over, else what Amazon rejected
        :rtype: list[tuple]
        """
        self.ensure_one()
        whole = (
            self.state == 'cancel' or self.amazon_state == 'refused' or self._amazon_is_price_hold_over()
            or self._amazon_is_finished())
        quantities = [(line, line.amazon_cart_quantity if whole else line.amazon_rejected_quantity)
                      for line in self._amazon_item_lines()]
        return [(line, quantity) for line, quantity in quantities if line.product_uom_id.compare(quantity, 0) > 0]

    def action_amazon_shop_again(self):
        """Open the dialog that starts a new trip on the first item and lists the links to all of them.

        :rtype: dict
        :raises UserError: there is nothing to shop for again, or the user may not shop with the group
        """
        self.ensure_one()
        group = self.amazon_group_id
        quantities = self._amazon_again_quantities()
        if not quantities:
            raise UserError(self.env._(
                "There is nothing to shop for again: order %s is in progress and Amazon rejected none of its items.",
                self.name))
        group._check_may_shop(self.env.user)
        warehouse = self.picking_type_id.sudo().warehouse_id  # buyers need no access to Inventory
        allowed = group._offered_warehouses()
        shop = self.env['amazon.punchout.shop'].create({
            'group_id': group.id,
            'warehouse_id': (warehouse & allowed or allowed)[:1].id,
            'search_word': quantities[0][0].amazon_asin,
            'again_order_id': self.id,
        })
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Order the Same Again") if self._amazon_is_finished() else self.env._("Shop Again"),
            'res_model': shop._name,
            'res_id': shop.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _amazon_again_html(self):
        """List the items to shop for again, each with its quantity and its page on Amazon.

        :rtype: Markup
        """
        self.ensure_one()
        return Markup('<ol>%s</ol>') % Markup('').join(
            Markup('<li>%s × %s</li>') % (
                shown_number(self.env, quantity), LINK % (line._amazon_page(), line._amazon_title()))
            for line, quantity in self._amazon_again_quantities())

    def _amazon_note_shopped_again(self):
        """Note in the chatter that the items are shopped for again."""
        self.ensure_one()
        self.message_post(body=Markup('%s %s') % (
            self.env._("Shopping again on Amazon for:"), self._amazon_again_html()))

    def _amazon_again_remark(self):
        """Tell what to do about the old cart if it could still be ordered as well.

        :rtype: str | bool
        """
        self.ensure_one()
        return self._amazon_is_price_hold_over() and self.env._(
            "Amazon no longer holds the prices of order %s. The order stays open: press Give Up on it once the new "
            "cart has arrived, or both might be ordered.", self.name)
