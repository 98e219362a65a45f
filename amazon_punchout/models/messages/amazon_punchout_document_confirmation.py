from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import cxml
from ...tools.doubt import MessageFacts


class AmazonPunchoutDocumentConfirmation(models.Model):
    """ConfirmationRequest: what Amazon will deliver, and at which price.

    A confirmation is never applied alone: the order gets what all of its confirmations say together, so the order in
    which they arrive doesn't matter.
    """
    _inherit = 'amazon.punchout.document'

    is_told = fields.Boolean(
        "Notified", readonly=True,
        help="People were notified of this document. Processing it again sends no further notifications.")

    def _process_confirmation(self):
        """Apply the confirmation to its order.

        :return: what a person should look at, or None
        :rtype: str | None
        """
        confirmation = cxml.read_confirmation(self._get_body())
        order = self._find_order(confirmation.order)
        self._check_confirmation(confirmation, order)
        self._assign_orders(order)
        return order._amazon_process_confirmation(self, self._as_notice(confirmation))

    def _check_confirmation(self, confirmation, order):
        """Check that a confirmation can be applied.

        :param cxml.ConfirmationRequest confirmation: this document
        :param order: the `purchase.order` that it is about
        :raises UserError: it can't be applied
        """
        if order.state not in ('purchase', 'cancel'):
            raise UserError(self._(
                "Amazon confirmed order %s, which was never sent to Amazon. Check Your Orders on Amazon.",
                order.name))
        if confirmation.type not in cxml.HEADER_KINDS:
            raise UserError(self._(
                "Amazon's confirmation of order %(order)s has the type “%(kind)s”, which Odoo does not support. "
                "Nothing was changed. Check the order under Your Orders on Amazon, then press Dismiss.",
                order=order.name, kind=confirmation.type))
        if others := self._currencies(confirmation) - {order.currency_id.name}:
            raise UserError(self._(
                "Amazon confirmed order %(order)s in %(other)s, but it was ordered in %(currency)s. Nothing was "
                "changed. Check the order under Your Orders on Amazon.",
                order=order.name, other=", ".join(sorted(others)), currency=order.currency_id.name))

    def _currencies(self, confirmation):
        """Collect the currencies of all amounts of a confirmation.

        :param cxml.ConfirmationRequest confirmation: the confirmation
        :rtype: set[str]
        """
        statuses = [status for item in confirmation.items for status in item.statuses]
        charges = [
            charge.money for owner in (confirmation, *statuses) for charge in (owner.shipping, owner.tax) if charge]
        amounts = [*charges, confirmation.total, *(status.unit_price for status in statuses)]
        return {money.currency for money in amounts if money}

    def _as_notice(self, confirmation=None):
        """Give this document to the fold of all confirmations of its order.

        :param cxml.ConfirmationRequest confirmation: what is in it, if the caller has read it
        :return: None if it can't be read or followed
        :rtype: cxml.Notice | None
        """
        self.ensure_one()
        try:
            confirmation = confirmation or cxml.read_confirmation(self._get_body())
        except cxml.CxmlError:
            return None
        if confirmation.type not in cxml.HEADER_KINDS:
            return None
        if self.reuses_document_id:  # a person has decided that it is no repetition
            confirmation = replace(confirmation, payload_id=self.payload_id)
        return cxml.Notice(confirmation, self.id, by_hand=self._is_stand_in())

    def _message_facts(self):
        """Override to say what a confirmation says."""
        if self.document_type != 'ConfirmationRequest':
            return super()._message_facts()
        confirmation = cxml.read_confirmation(self._get_body())
        return MessageFacts(
            confirmation.confirm_id, confirmation.total, confirmation.notice_date,
            tuple((item.line_number, item.quantity, None) for item in confirmation.items))

    @api.model
    def _message_steps(self):
        """Override to process ConfirmationRequests."""
        return {**super()._message_steps(), 'ConfirmationRequest': '_process_confirmation'}
