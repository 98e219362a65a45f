from contextlib import nullcontext

from odoo import models


class PurchaseOrderHooks(models.Model):
    """The bases of the hooks that the rooms extend, so that it does not matter which room comes first.

    Each extension calls super().
    """
    _inherit = 'purchase.order'

    def _amazon_missing_fields(self):
        """What the group wants filled in before anything is ordered. Other files add their own.

        :return: a sentence for each field, naming it and its lines
        :rtype: list[str]
        """
        self.ensure_one()
        return []

    def _amazon_cancelled_note(self, withdrawn):
        """:param bool withdrawn: whether it was taken out of the outbox
        :return: what the chatter says of a cancelled cart
        :rtype: str
        """
        self.ensure_one()
        if withdrawn:
            return self.env._("Withdrawn before it was sent to Amazon.")
        return self.env._("Cancelled; nothing is ordered at Amazon.")

    def _amazon_cart_sentences(self):
        """Say where a cart is that nobody has approved yet.

        :return: sentences without their full stops, each with its place among the others: the lowest comes first
        :rtype: list[tuple[int, str]]
        """
        self.ensure_one()
        return []

    def _amazon_queue(self):
        """Put approved orders into the outbox, in the transaction of their approval."""

    def _amazon_after_cancel(self, by_amazon):
        """Follow up on carts that were just cancelled.

        :param by_amazon: those of them that Amazon has cancelled
        """

    def _amazon_deleting(self):
        """Give a context manager that surrounds the deletion of these orders."""
        return nullcontext()

    def _amazon_apply_dates(self, confirmed=None):
        """Bring the expected dates of lines and open receipts to what Amazon says.

        :param cxml.ConfirmedOrder confirmed: by default of all confirmations that were applied
        """

    def _amazon_link_bills(self):
        """Link lines of bills to lines of the order that a confirmation brought later."""

    def _amazon_charge_remarks(self):
        """Collect what a person should do about shipping and tax that a confirmation has changed.

        :return: a sentence for each thing
        :rtype: list[str]
        """
        self.ensure_one()
        return []


class PurchaseOrderLineHooks(models.Model):
    """The same for the lines of an order."""
    _inherit = 'purchase.order.line'

    def _amazon_kept_quantity(self):
        """Count what no cancellation takes back.

        :return: the quantity that has arrived or is on its way
        :rtype: float
        """
        self.ensure_one()
        return self._amazon_arrived_quantity()

    def _amazon_follow_quantities(self, quantities_before):
        """Let open receipts expect what the lines carry now.

        :param dict quantities_before: of each line, by id
        """
