from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class AmazonPunchoutDocumentWatch(models.Model):
    """The documents that should have been sent or processed by now."""
    _inherit = 'amazon.punchout.document'

    @api.model
    def _late_order_domain(self, resting=None):
        """Find the order requests that should have left by now.

        While its group rests an order waits for that, and is late only after it. One that is still `sending` was left
        by a sender that died.

        :param resting: the `amazon.punchout.group` records that rest, if the caller knows them
        :rtype: Domain
        """
        late = self.env['amazon.punchout.watch']._late_moment()
        if resting is None:
            resting = self.env['amazon.punchout.outbox'].sudo()._resting_groups(late)  # only ids
        return Domain('document_type', '=', 'OrderRequest') & (
            Domain('state', '=', 'queued') & Domain('group_id', 'not in', resting.ids) & (
                Domain('next_try_at', '=', False) & Domain('queued_at', '<=', late) | Domain('next_try_at', '<=', late))
            | Domain('state', '=', 'sending') & Domain('last_try_at', '<=', late))

    @api.model
    def _waiting_long_domain(self):
        """Find the order requests that could not be sent for an hour, whatever the reason: a person was notified.

        :rtype: Domain
        """
        return Domain('document_type', '=', 'OrderRequest') & Domain('state', '=', 'queued') & Domain(
            'queued_at', '<', fields.Datetime.now() - timedelta(hours=1))

    @api.model
    def _late_message_domain(self):
        """Find the messages from Amazon that should have been processed by now.

        One that waits for its other half is processed, as far as it can be.

        :rtype: Domain
        """
        late = self.env['amazon.punchout.watch']._late_moment()
        return Domain('state', '=', 'received') & Domain('account_group_id', '!=', False) & Domain(
            'create_date', '<=', late)

    def _due_since(self):
        """Give the moment since which this order request should have left.

        :rtype: datetime
        """
        self.ensure_one()
        return self.last_try_at if self.state == 'sending' else self.next_try_at or self.queued_at
