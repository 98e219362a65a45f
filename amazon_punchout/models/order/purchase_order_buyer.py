from odoo import models
from odoo.exceptions import AccessError


class PurchaseOrderBuyer(models.Model):
    """Who may order from Amazon and cancel there.

    Core lets accountants write orders, so that they can bill them, and thereby confirm and cancel them. What is sent to
    Amazon is up to buyers.
    """
    _inherit = 'purchase.order'

    def _amazon_check_buyer(self):
        """Check that the user is a buyer, if one of the orders came from Amazon.

        :raises AccessError: the user has no access to Purchase
        """
        carts = self.filtered('amazon_session_id')
        if carts and not self.env.su and not self.env.user.has_group('purchase.group_purchase_user'):
            raise AccessError(self.env._(
                "Only users with access to Purchase can order, withdraw or cancel Amazon orders (%(orders)s). Ask "
                "%(requesters)s.", orders=", ".join(carts.mapped('name')),
                requesters=", ".join(carts.sudo().amazon_requester_id.mapped('name'))))
