from odoo import models
from odoo.exceptions import UserError

from ...tools.steps import attempt


class AmazonPunchoutSessionDirect(models.Model):
    """A cart that is ordered in the request that brings it home."""
    _inherit = 'amazon.punchout.session'

    def _receive_cart(self, raw):
        """The same cart may be brought twice: only the one that makes the order orders it."""
        known = self.purchase_order_id
        taken = super()._receive_cart(raw)
        if self.purchase_order_id - known and self.group_id.flow == 'direct':
            self._order_directly()
        return taken

    def _order_directly(self):
        """Order the cart as its shopper, in a savepoint of its own; where that fails it stays a draft that says why."""
        self.ensure_one()
        order = self.purchase_order_id.with_env(self._as_shopper().env)
        _done, error = attempt(
            self.env, order._amazon_order_directly,
            f"The cart of Amazon shopping trip {self.id} could not be ordered directly")
        if isinstance(error, UserError):
            order._amazon_stay_draft(str(error))
        elif error:
            order._amazon_stay_draft(order.env._(
                "There was an error in Odoo; an administrator finds it in the server's log under shopping trip %s.", self.id))

    def action_retry(self):
        """Whoever presses Retry is not the shopper, and prices have aged: nothing is ordered at once then."""
        action = super().action_retry()
        session_sudo = self.sudo()  # trips are written by the addon only; the rights were checked there
        if (order := session_sudo.purchase_order_id) and self.group_id.flow == 'direct':
            order.sudo(False)._amazon_stay_draft(self.env._("It was made of a kept cart by %s.", self.env.user.name))
        return action
