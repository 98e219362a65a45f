from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .purchase_order_links import LINK


class PurchaseOrderShopAgain(models.Model):
    """Shopping again for what Amazon did not deliver. The new trip knows nothing of the old order."""
    _inherit = 'purchase.order'

    amazon_can_shop_again = fields.Boolean(compute='_compute_amazon_can_shop_again')

    @api.depends('state', 'amazon_state', 'amazon_group_id', 'order_line.amazon_rejected_quantity')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_amazon_can_shop_again(self):
        carts = self.filtered('amazon_session_id')
        is_buyer = self.env.user.has_group('purchase.group_purchase_user')  # accountants read orders, but no groups
        groups = self.env['amazon.punchout.group']._shopping_groups() if carts and is_buyer else ()
        (self - carts).amazon_can_shop_again = False
        for order in carts:
            order.amazon_can_shop_again = order.amazon_group_id in groups and bool(order._amazon_undelivered())

    def _amazon_undelivered(self):
        """:return: tuples of an item line and the quantity that is shopped for again: all of a cancelled or refused order,
            else what Amazon rejected
        :rtype: list[tuple]
        """
        self.ensure_one()
        whole = self.state == 'cancel' or self.amazon_state == 'refused'
        quantities = [(line, line.amazon_cart_quantity if whole else line.amazon_rejected_quantity)
                      for line in self._amazon_item_lines()]
        return [(line, quantity) for line, quantity in quantities if line.product_uom_id.compare(quantity, 0) > 0]

    def action_amazon_shop_again(self):
        """Open the dialog from which a new trip starts on the first item, beside the links of all of them."""
        self.ensure_one()
        group = self.amazon_group_id
        undelivered = self._amazon_undelivered()
        if not undelivered:
            raise UserError(self.env._("Amazon rejected nothing of order %s: there is nothing to shop for again.", self.name))
        group._check_may_shop(self.env.user)
        warehouse = self.picking_type_id.sudo().warehouse_id  # buyers need no rights in stock
        allowed = group._allowed_warehouses()
        shop = self.env['amazon.punchout.shop'].create({
            'group_id': group.id,
            'warehouse_id': (warehouse & allowed or allowed)[:1].id,
            'search_word': undelivered[0][0].amazon_asin,
            'again_order_id': self.id,
        })
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Shop Again"),
            'res_model': shop._name,
            'res_id': shop.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _amazon_again_html(self):
        """:return: the items to shop for again, each with its quantity and its page on Amazon
        :rtype: Markup
        """
        self.ensure_one()
        return Markup('<ol>%s</ol>') % Markup('').join(
            Markup('<li>%s × %s</li>') % (
                f'{quantity:g}', LINK % (line._amazon_page(), line._amazon_title()))
            for line, quantity in self._amazon_undelivered())

    def _amazon_note_shopped_again(self):
        self.ensure_one()
        self.message_post(body=Markup('%s %s') % (
            self.env._("Shopping again on Amazon for:"), self._amazon_again_html()))
