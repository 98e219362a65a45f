from odoo import models

from ...tools.steps import attempt, explain


class PurchaseOrderBatch(models.Model):
    """Server actions on many orders that came from Amazon."""
    _inherit = 'purchase.order'

    # === SERVER ACTIONS === #

    def _amazon_one_by_one(self, title, step):
        """Run a step for each order that came from Amazon; one that fails does not stop the others.

        :param str title: of the list
        :param step: called with an order; it returns a sentence about what was done, or a sentence and links to where
            a person continues if it could not be done, or raises UserError
        :return: an action that shows the list
        """
        lines = []
        for order in self.filtered('amazon_session_id'):
            what = f"Amazon order {order.id}"
            result, error = attempt(self.env, lambda order=order: step(order), f"A server action failed on {what}")
            links, done = False, False
            if error:
                result = explain(self.env, error, what)
            elif not (done := isinstance(result, str)):
                result, links = result
            lines.append({'order_id': order.id, 'name': order.name, 'done': done, 'result': result, 'links': links})
        return self.env['amazon.punchout.batch']._show(title, lines)
