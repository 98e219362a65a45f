from odoo import api, models


class PurchaseOrderWatch(models.Model):
    """The sentence of an order that should have left by now."""
    _inherit = 'purchase.order'

    # The sentences name the group and a time.
    @api.depends('amazon_group_id.sending_delay', 'amazon_document_ids.queued_at')
    def _compute_amazon_status(self):
        """Override to follow the scheduled action that sends."""
        super()._compute_amazon_status()

    @api.depends('amazon_group_id.sending_delay', 'amazon_document_ids.queued_at', 'amazon_document_ids.next_try_at')
    @api.depends_context('tz', 'uid')
    def _compute_amazon_problem(self):
        """Override to follow the scheduled action that sends."""
        super()._compute_amazon_problem()

    @api.model
    def _amazon_notify_unqueued(self):
        """Notify the responsible of each purchase order that is not ordered at Amazon, since an addon skipped that."""
        for order in self.search([('amazon_state', '=', 'cart'), ('state', '=', 'purchase')]):
            order._amazon_raise_problem()

    def _amazon_queued_sentence(self, request):
        """Override to say why an order does not leave."""
        return self._amazon_late_sentence(request) or super()._amazon_queued_sentence(request)

    def _amazon_problem_sentence(self):
        """Override to show an order that does not leave as a problem."""
        sentence = super()._amazon_problem_sentence()
        request = self._amazon_request()
        if sentence or self.state != 'purchase' or self._amazon_settled_state(request) != 'queued':
            return sentence
        return self._amazon_late_sentence(request)

    def _amazon_late_sentence(self, request):
        """Say why an order request does not leave, if it should have.

        :param request: as for :meth:`_amazon_queued_sentence`
        :return: sentences; False if the order is on time, or its group says why it waits
        :rtype: str | bool
        """
        group = self.amazon_group_id
        if group.state == 'draft' or group._sending_stopped_reason():
            return False
        late = self.env['amazon.punchout.watch']._late_moment()
        resting = group.filtered(lambda each: each._resting_outbox(late))  # from memory: this is a list's, too
        is_late = bool(request.filtered_domain(request._late_order_domain(resting)))
        if not is_late and (request.state != 'queued' or request.next_try_at or not group.is_sender_off):
            return False
        values = {
            'order': self.name, 'since': self._amazon_when(request._due_since()),
            'reason': group.sending_delay or self.env._(
                "The scheduled action runs, but has not come to this order yet. If this persists, an administrator can "
                "look at the server log."),
        }
        if request.state == 'sending':
            return self.env._(
                "Sending order %(order)s began at %(since)s and was interrupted. Odoo finds out what became of it in "
                "the next run. %(reason)s", **values)
        return self.env._("Order %(order)s has been waiting in Odoo since %(since)s. %(reason)s", **values)
