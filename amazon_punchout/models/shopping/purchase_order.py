from odoo import api, fields, models

# The kinds of views whose header has the button Shop on Amazon.
WITH_SHOP_BUTTON = ('list', 'kanban')


class PurchaseOrderShop(models.Model):
    """The button Shop on Amazon above the orders, for users who can shop with a group.

    Odoo caches views per set of access groups, and the members of a group are no such set: the key of the cache
    therefore tells whether there is a button.
    """
    _inherit = 'purchase.order'

    amazon_can_shop = fields.Boolean("Can Shop on Amazon", compute='_compute_amazon_can_shop')

    @api.depends('partner_id', 'state', 'amazon_session_id', 'company_id')
    @api.depends_context('uid')
    def _compute_amazon_can_shop(self):
        shops = self.env['amazon.punchout.group']._stand_ins().shops
        typed = self.filtered(lambda order: (
            order.state in ('draft', 'sent') and not order.amazon_session_id
            and (order.partner_id._origin.id, order.company_id.id) in shops))
        # Groups are few: those of the user are read once for all orders.
        groups = self.env['amazon.punchout.group']._shopping_groups() if typed else None
        for order in self:
            order.amazon_can_shop = order in typed and any(
                group.partner_id == order.partner_id and group.company_id == order.company_id for group in groups)

    @api.model
    def _amazon_has_shop_button(self):
        """Tell whether the current user can shop with any group.

        :rtype: bool
        """
        return bool(self.env['amazon.punchout.group']._shopping_groups())

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        """Override of `base` to cache lists with and without the button Shop on Amazon."""
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return key + (view_type in WITH_SHOP_BUTTON and self._amazon_has_shop_button(),)

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Override of `base` to remove the button Shop on Amazon for users who can't shop."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in WITH_SHOP_BUTTON and not self._amazon_has_shop_button():
            for button in arch.xpath("./header/button[@name='action_amazon_shop']"):
                button.getparent().remove(button)
        return arch, view

    def action_amazon_shop(self):
        """Start shopping from a list, or from a request for quotation of a group's vendor.

        :return: an action, see :meth:`amazon.punchout.group._shop`
        :rtype: dict
        """
        order = self if len(self) == 1 and self.amazon_can_shop else None
        return self.env['amazon.punchout.group']._shop(order=order)
