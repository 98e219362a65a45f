from odoo import models

from ...tools.steps import attempt, explain


class AmazonPunchoutSessionDirect(models.Model):
    """Carts that are ordered in the request that brings them back."""
    _inherit = 'amazon.punchout.session'

    def _receive_cart(self, raw):
        """Override to place a direct order, once even if the same cart comes twice."""
        known = self.purchase_order_id
        taken = super()._receive_cart(raw)
        if self.purchase_order_id - known and self.group_id.flow == 'direct':
            self._order_directly()
        return taken

    def _order_directly(self):
        """Order the cart as its shopper, in a savepoint of its own. If that fails, it stays a draft that says why."""
        self.ensure_one()
        order = self.purchase_order_id.with_env(self._as_shopper().env)
        what = f"Amazon shopping trip {self.id}"
        _done, error = attempt(
            self.env, order._amazon_order_directly, f"The cart of {what} could not be ordered directly")
        if error:
            order._amazon_keep_draft(explain(order.env, error, what))

    def action_retry(self):
        """Override to place no direct order: the user who presses Retry may be another one, and prices have aged."""
        action = super().action_retry()
        session_sudo = self.sudo()  # users can't write trips; the rights were checked by super()
        if (order := session_sudo.purchase_order_id) and self.group_id.flow == 'direct':
            order.sudo(False)._amazon_keep_draft(self._(
                "The order was made from a kept cart by %s.", self.env.user.name))
        return action
