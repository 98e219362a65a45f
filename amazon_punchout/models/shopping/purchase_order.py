from odoo import api, models

# Views whose header has the button Shop on Amazon.
WITH_SHOP_BUTTON = ('list', 'kanban')


class PurchaseOrderShop(models.Model):
    """The button Shop on Amazon above the orders, for those who have something to shop with.

    Views are kept per set of access groups, and members are no such set: so the key says whether there is a button.
    """
    _inherit = 'purchase.order'

    @api.model
    def _amazon_has_shop_button(self):
        """:rtype: bool"""
        return bool(self.env['amazon.punchout.group']._shopping_groups())

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return key + (view_type in WITH_SHOP_BUTTON and self._amazon_has_shop_button(),)

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in WITH_SHOP_BUTTON and not self._amazon_has_shop_button():
            for button in arch.xpath("./header/button[@name='action_amazon_shop']"):
                button.getparent().remove(button)
        return arch, view
