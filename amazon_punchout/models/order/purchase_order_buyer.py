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

    def button_confirm(self):
        self._amazon_check_buyer()
        return super().button_confirm()

    def button_approve(self, force=False):
        self._amazon_check_buyer()
        return super().button_approve(force=force)

    def button_cancel(self):
        self._amazon_check_buyer()
        return super().button_cancel()

    def button_draft(self):
        self._amazon_check_buyer()
        return super().button_draft()

    def action_amazon_send_again(self):
        self._amazon_check_buyer()
        return super().action_amazon_send_again()

    def _amazon_check_may_cancel_there(self):
        self._amazon_check_buyer()
        return super()._amazon_check_may_cancel_there()
