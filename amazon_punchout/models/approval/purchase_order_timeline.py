from odoo import models

from ...tools.timeline import Step


class PurchaseOrderTimeline(models.Model):
    """Who asked, who approved and who refused."""
    _inherit = 'purchase.order'

    def _amazon_steps(self, rows):
        """Override to name those who decided."""
        steps = super()._amazon_steps(rows)
        for row in rows:
            person = row._person()
            match row.event:
                case 'asked':
                    steps.append(Step(row.moment, self.env._("Approval requested by %s", person)))
                case 'approved':
                    steps.append(Step(row.moment, self.env._("Approved by %s", person)))
                case 'direct':
                    steps.append(Step(row.moment, self.env._("Ordered without approval by %s", person)))
                case 'refused':
                    steps.append(Step(
                        row.moment, self.env._("Refused by %s", person), 'danger', row._detail('reason') or ""))
        return steps
