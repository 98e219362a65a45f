from odoo import models
from odoo.exceptions import UserError

from ...tools.steps import attempt


class PurchaseOrderActions(models.Model):
    """Buttons and server actions on orders that came from Amazon."""
    _inherit = 'purchase.order'

    # === SERVER ACTIONS === #

    def _amazon_one_by_one(self, title, step):
        """Run a step for each order that came from Amazon; one that fails does not stop the others.

        :param str title: of the list
        :param step: called with an order, returns in words what became of it, raises UserError; returns the words and
            links to where a person goes on if it isn't done
        :return: an action that shows the list
        """
        lines = []
        for order in self.filtered('amazon_session_id'):
            result, error = attempt(
                self.env, lambda order=order: step(order), f"A server action failed on Amazon order {order.id}")
            links, done = False, False
            if isinstance(error, UserError):
                result = str(error)
            elif error:
                result = self.env._("An error in Odoo: an administrator finds it in the server's log.")
            elif not (done := isinstance(result, str)):
                result, links = result
            lines.append({'order_id': order.id, 'name': order.name, 'done': done, 'result': result, 'links': links})
        return self.env['amazon.punchout.batch']._show(title, lines)
