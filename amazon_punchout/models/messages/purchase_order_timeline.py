from odoo import models

from ...tools.timeline import Step

TONES = {'partial': 'warning', 'cancelled': 'danger'}


class PurchaseOrderTimeline(models.Model):
    """What Amazon answered, and who wanted to cancel."""
    _inherit = 'purchase.order'

    def _amazon_steps(self, rows):
        """Override to add Amazon's confirmations and cancelling there."""
        steps = super()._amazon_steps(rows) + self._amazon_confirmation_steps(rows)
        for row in rows:
            person = row._person()
            match row.event:
                case 'cancel_wanted':
                    steps.append(Step(row.moment, self.env._("To be cancelled on Amazon by %s", person), 'warning'))
                case 'cancel_unwanted':
                    steps.append(Step(row.moment, self.env._("Kept after all by %s", person)))
                case 'stated_cancelled':
                    steps.append(Step(row.moment, self.env._("Found cancelled on Amazon by %s", person), 'danger'))
        return steps

    def _amazon_confirmation_steps(self, rows):
        """List Amazon's confirmations. What they all say together is known of the last one only.

        :param rows: as for :meth:`_amazon_steps`
        :rtype: list[Step]
        """
        applied, cancelling, is_cancelled = {}, None, False
        for row in rows:
            if row.event == 'cancelled':
                is_cancelled, cancelling = True, None
            elif row.event == 'applied' and row._detail('type') == 'ConfirmationRequest':
                applied.setdefault(row.document_id, row)  # one may be applied again, after Retry
                if is_cancelled and not cancelling:
                    cancelling = row.document_id
        last = next(reversed(applied), None)
        if self.amazon_state == 'cancelled' and cancelling:
            del applied[cancelling]  # by it Amazon cancelled the order, which is a step of its own
        steps = []
        for document, row in applied.items():
            if document.entered_by_id:
                sentence = self.env._("Amazon's answer entered by %s", document.entered_by_id.name)
            else:
                sentence = self.env._("Answered by Amazon")
            steps.append(Step(row.moment, sentence))
        if last in applied:
            sentences = {
                'confirmed': self.env._("Confirmed by Amazon"),
                'partial': self.env._("Partly confirmed by Amazon"),
                'cancelled': self.env._("Rejected by Amazon"),
            }
            steps[-1] = steps[-1]._replace(tone=TONES.get(self.amazon_state, 'success'))
            if not last.entered_by_id:
                steps[-1] = steps[-1]._replace(sentence=sentences.get(self.amazon_state, steps[-1].sentence))
        return steps
