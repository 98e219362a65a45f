from odoo import models

from ...tools.timeline import Step


class PurchaseOrderTimeline(models.Model):
    """Who claimed a cart that was shopped without a trip of ours."""
    _inherit = 'purchase.order'

    def _amazon_steps(self, rows):
        """Override to say when the cart came, and who claimed it."""
        steps = super()._amazon_steps(rows)
        for row in rows:
            if row.event == 'returned' and not row.user_id:
                steps.append(Step(row.moment, self.env._("Shopped on Amazon")))
            elif row.event == 'claimed':
                steps.append(Step(row.moment, self.env._("Claimed by %s", row._person())))
        return steps
