from odoo import models
from odoo.tools import float_repr


class PurchaseOrderTrail(models.Model):
    """The history of an order, which the steps of an order write."""
    _inherit = 'purchase.order'

    def _amazon_record(self, event, document=None, **details):
        """Add an event to the histories of those of these orders that came from Amazon, and have open forms follow.

        :param str event: a value of `amazon.punchout.trail.event`
        :param document: the `amazon.punchout.document` that it is about, if any
        :param details: what an auditor should know, without secrets: texts and numbers. `moment`, `user` and `address`
            replace those of the running request.
        """
        if orders := self.filtered('amazon_session_id'):
            self.env['amazon.punchout.trail']._append([
                order._amazon_prepare_event(event, document, **details) for order in orders])
            orders._amazon_notify_forms()

    def _amazon_prepare_event(self, event, document=None, **details):
        """Prepare an event of this order; the parameters are those of :meth:`_amazon_record`.

        :rtype: dict
        """
        self.ensure_one()
        known = {name: details.pop(name) for name in ('moment', 'user', 'address') if name in details}
        return {'order': self, 'event': event, 'document': document, 'details': details, **known}

    def _amazon_total_text(self):
        """Write the total as the history has it, e.g. '9.99 USD'.

        :rtype: str
        """
        self.ensure_one()
        currency = self.currency_id
        return f'{float_repr(self.amount_total, currency.decimal_places)} {currency.name}'


class AmazonPunchoutDocumentTrail(models.Model):
    _inherit = 'amazon.punchout.document'

    def _record_event(self, event, **details):
        """Add an event to the histories of all orders of these documents.

        :param str event: as in :meth:`purchase.order._amazon_record`
        :param details: as there
        """
        for document in self:
            document._orders()._amazon_record(event, document=document, **details)
