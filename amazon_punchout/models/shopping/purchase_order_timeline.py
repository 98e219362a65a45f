from odoo import models

from ...tools.timeline import Step


class PurchaseOrderTimeline(models.Model):
    """Who shopped."""
    _inherit = 'purchase.order'

    def _amazon_steps(self, rows):
        """Override to say when the cart came back, and whose it is."""
        steps = super()._amazon_steps(rows)
        steps += [Step(row.moment, self.env._("Shopped by %s", row._person()))
                  for row in rows if row.event == 'returned' and row.user_id]
        return steps
