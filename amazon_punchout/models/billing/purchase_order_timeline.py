from odoo import models

from ...tools.timeline import Step


class PurchaseOrderTimeline(models.Model):
    """What was billed and credited."""
    _inherit = 'purchase.order'

    def _amazon_steps(self, rows):
        """Override to add bills and credits, from the moment they were created."""
        steps = super()._amazon_steps(rows)
        for move in self.invoice_ids.filtered(lambda move: move.state != 'cancel'):
            is_credit, is_posted = move.move_type == 'in_refund', move.state == 'posted'
            number = move.name if is_posted else move.ref
            if not number:
                sentence = move.display_name
            elif is_credit:
                sentence = self.env._("Credited: %s", number) if is_posted else self.env._("Draft credit: %s", number)
            else:
                sentence = self.env._("Billed: %s", number) if is_posted else self.env._("Draft bill: %s", number)
            steps.append(Step(move.create_date, sentence, 'success' if is_posted else 'warning'))
        return steps
