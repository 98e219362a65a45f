from odoo import models

from ...const import CHANGED


class PurchaseOrderFollow(models.Model):
    """Open forms follow what happens to their order, so that nobody looks at a state that is over."""
    _name = 'purchase.order'
    _inherit = ['purchase.order', 'bus.listener.mixin']

    def _amazon_notify_forms(self):
        """Have the forms in which these orders are open read them anew, once this transaction is committed.

        A message says nothing but which order has changed. What it is now, each browser reads with its user's rights.
        """
        told = self.env.cr.precommit.data.setdefault(CHANGED, set())  # one message for all that happens at once
        for order in self:
            if order.amazon_session_id and order.id not in told:
                told.add(order.id)
                order._bus_send(CHANGED, {'id': order.id})
