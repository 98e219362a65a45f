from odoo import models
from odoo.tools import format_amount

from ...const import CHARGE_READERS
from ...tools.timeline import day_step


class PurchaseOrderTimeline(models.Model):
    """What was charged and refunded."""
    _inherit = 'purchase.order'

    def _amazon_steps(self, rows):
        """Override to add charges and refunds, for whoever may read them."""
        steps = super()._amazon_steps(rows)
        if not self.env.user.has_groups(CHARGE_READERS):
            return steps
        for charge in self.amazon_transaction_ids.filtered(
                lambda each: each.date and each.is_settled and each.state != 'dismissed'):
            amount = format_amount(self.env, abs(charge.amount), charge.currency_id)
            steps.append(day_step(charge.date, self.env._("Refunded: %s", amount) if charge.kind == 'refund'
                                  else self.env._("Charged: %s", amount)))
        return steps
