from odoo import models

from ...tools.timeline import Step


class PurchaseOrderTimeline(models.Model):
    """What became of the order request, and who decided about it."""
    _inherit = 'purchase.order'

    def _amazon_steps(self, rows):
        """Override to follow the order to Amazon, and to say who decided about it or cancelled it."""
        steps = super()._amazon_steps(rows)
        return steps + [
            step for row in rows if (step := self._amazon_outcome_step(row) or self._amazon_decision_step(row))]

    def _amazon_outcome_step(self, row):
        """Say what became of a try to send the order.

        :param row: an `amazon.punchout.trail` row
        :return: None if the row is about something else
        :rtype: Step | None
        """
        reason = row._detail('reason') or ""
        match row.event:
            case 'sent':
                return Step(row.moment, self.env._("Received by Amazon"))
            case 'declined' if row._detail('answer'):
                return Step(row.moment, self.env._("Declined by Amazon"), 'danger', reason)
            case 'declined':
                return Step(row.moment, self.env._("Not sent"), 'danger', reason)
            case 'unclear':
                return Step(row.moment, self.env._("Sent, but it is unclear whether Amazon has it"), 'warning')
        return None

    def _amazon_decision_step(self, row):
        """Say what somebody decided; the parameter and the result are those of :meth:`_amazon_outcome_step`."""
        person = row._person()
        match row.event:
            case 'again':
                return Step(row.moment, self.env._("Sent again by %s", person))
            case 'arrived':
                return Step(row.moment, self.env._("Found at Amazon by %s", person))
            case 'withdrawn':
                return Step(row.moment, self.env._("Withdrawn by %s", person), 'danger')
            case 'cancelled' if row._detail('by'):
                return Step(row.moment, self.env._("Cancelled by Amazon"), 'danger')
            case 'cancelled' if not self.amazon_refused_by_id:
                return Step(row.moment, self.env._("Cancelled by %s", person), 'danger')
            case 'drafted':
                return Step(row.moment, self.env._("Set to draft by %s", person))
        return None
