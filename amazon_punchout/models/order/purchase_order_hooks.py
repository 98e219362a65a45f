from contextlib import nullcontext

from odoo import api, models

from ...tools.problems import ACTIVITY_PROBLEM


class PurchaseOrderHooks(models.Model):
    """The bases of the hooks that the rooms extend, so that it does not matter which room comes first.

    Each extension calls super().
    """
    _inherit = 'purchase.order'

    def _amazon_approval_allowed(self):
        """Tell whether the user may approve this order by all rules.

        :rtype: bool
        """
        self.ensure_one()
        return self._approval_allowed()

    def _amazon_missing_fields(self):
        """List what the group wants filled in before anything is ordered; each room adds its own.

        :return: a sentence for each field, with its name and its lines
        :rtype: list[str]
        """
        self.ensure_one()
        return []

    def _amazon_cancelled_note(self, withdrawn):
        """Word the note in the chatter of a cancelled cart.

        :param bool withdrawn: whether it was taken out of the outbox
        :rtype: str
        """
        self.ensure_one()
        if withdrawn:
            return self.env._("Withdrawn before it was sent to Amazon.")
        return self.env._("Cancelled. Nothing was ordered at Amazon.")

    def _amazon_cart_sentences(self):
        """Say where a cart is that is not approved yet.

        :return: sentences without their full stops, each with its sequence: the lowest comes first
        :rtype: list[tuple[int, str]]
        """
        self.ensure_one()
        return []

    def _amazon_progress(self):
        """Say what has happened to an order since Amazon has it.

        :return: as for :meth:`_amazon_cart_sentences`
        :rtype: list[tuple[int, str]]
        """
        self.ensure_one()
        return []

    def _amazon_steps(self, rows):
        """List what happened to an order, for its timeline.

        :param rows: the `amazon.punchout.trail` rows of this order, the oldest first
        :return: in any order
        :rtype: list[Step]
        """
        self.ensure_one()
        return []

    def _amazon_queue(self):
        """Put approved orders into the outbox, in the transaction of their approval."""

    def _amazon_after_cancel(self, by_amazon):
        """Follow up on carts that were just cancelled.

        :param by_amazon: those of them that Amazon cancelled
        """

    def _amazon_deleting(self):
        """Surround the deletion of these orders.

        :return: a context manager
        """
        return nullcontext()

    def _amazon_apply_dates(self, confirmed=None):
        """Set the expected dates of lines and open receipts to those that Amazon gives.

        :param cxml.ConfirmedOrder confirmed: by default from all confirmations that were applied
        """

    def _amazon_after_confirmation(self, document):
        """Follow up on a confirmation that was applied to this order.

        :param document: the `amazon.punchout.document`
        """

    def _amazon_after_arrival(self):
        """Follow up on an order of which it is known now that Amazon has it."""

    def _amazon_link_bills(self):
        """Link bill lines to lines that a confirmation added to the order later."""

    def _amazon_charge_remarks(self):
        """List what a person should do about shipping and tax that a confirmation changed.

        :return: a sentence for each thing
        :rtype: list[str]
        """
        self.ensure_one()
        return []

    @api.model
    def _amazon_problem_activities(self):
        """List the types of activities that notify of problems of orders; other rooms add theirs.

        :return: external ids
        :rtype: list[str]
        """
        return [ACTIVITY_PROBLEM]


class PurchaseOrderLineHooks(models.Model):
    """The bases of the hooks on the lines of an order."""
    _inherit = 'purchase.order.line'

    def _amazon_kept_quantity(self):
        """Count what a cancellation leaves on the order: what has arrived or is on its way.

        :rtype: float
        """
        self.ensure_one()
        return self._amazon_arrived_quantity()

    def _amazon_follow_quantities(self, quantities_before):
        """Adjust open receipts to the quantities that the lines have now.

        :param dict quantities_before: the quantities that they had, by the id of the line
        """
