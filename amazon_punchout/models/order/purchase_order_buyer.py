from odoo import models
from odoo.exceptions import AccessError


class PurchaseOrderBuyer(models.Model):
    """Core lets accountants write orders, so that they can bill them, and with that confirm and cancel them. What Amazon is
    told is a matter of the people who buy."""
    _inherit = 'purchase.order'

    def _amazon_check_buyer(self):
        """:raises AccessError: one of the orders came from Amazon, and the user has no role in Purchase"""
        carts = self.filtered('amazon_session_id')
        if carts and not self.env.su and not self.env.user.has_group('purchase.group_purchase_user'):
            raise AccessError(self.env._(
                "Only people with a role in Purchase order, withdraw or cancel what came from Amazon (%(orders)s). Ask "
                "%(requesters)s.", orders=", ".join(carts.mapped('name')),
                requesters=", ".join(carts.sudo().amazon_requester_id.mapped('name'))))
