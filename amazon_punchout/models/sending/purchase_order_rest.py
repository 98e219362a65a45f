from datetime import timedelta

from odoo import api, fields, models

from ...const import LATE_MINUTES


class PurchaseOrderRest(models.Model):
    """Orders that wait since their group rests: Amazon does not answer."""
    _inherit = 'purchase.order'

    amazon_is_resting = fields.Boolean(
        "Waiting for Amazon", compute='_compute_amazon_is_resting', compute_sudo=True,
        help="The order is not sent at present, since Amazon does not answer to its Amazon group.")

    @api.depends('amazon_group_id.outbox_ids.rests_until', 'amazon_group_id.outbox_ids.reason')
    def _compute_amazon_status(self):
        """Override to follow the rest of the group."""
        super()._compute_amazon_status()

    @api.depends('amazon_state', 'amazon_group_id.outbox_ids.rests_until', 'amazon_document_ids.state')
    def _compute_amazon_is_resting(self):
        """Tell the orders that Send Now would try at once."""
        for order in self:
            order.amazon_is_resting = order.amazon_state == 'queued' and bool(
                order.amazon_group_id._resting_outbox()) and order._amazon_request().state == 'queued'

    def _amazon_queued_sentence(self, request):
        """Override to say that the group rests, and why, or that Odoo asks whether Amazon answers again."""
        group, now = self.amazon_group_id, fields.Datetime.now()
        # An order that is still here long after the rest is late, which has a sentence of its own.
        outbox_sudo = group._resting_outbox(now - timedelta(minutes=LATE_MINUTES))
        if not outbox_sudo or request.state != 'queued' or group.state == 'draft' or group._sending_stopped_reason():
            return super()._amazon_queued_sentence(request)
        if outbox_sudo.rests_until <= now:
            return self.env._(
                "Not sent yet: %s. Odoo is asking Amazon whether it answers again.", outbox_sudo.reason)
        return self.env._(
            "Not sent yet: %(reason)s. No order of the Amazon group %(group)s is sent until Amazon answers again. Next "
            "try: %(next)s", reason=outbox_sudo.reason, group=group.name,
            next=self._amazon_when(outbox_sudo.rests_until))

    def action_amazon_send_now(self):
        """Ask Amazon at once whether it answers, and send the orders of the group of a resting order if it does."""
        self._amazon_check_buyer()
        self.check_access('write')
        self.amazon_group_id._ask_now()
