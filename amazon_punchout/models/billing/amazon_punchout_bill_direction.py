from decimal import Decimal

from odoo import models

from ... import cxml
from .amazon_punchout_bill import CREDITS


class AmazonPunchoutBillDirection(models.AbstractModel):
    """Whether an invoice is a bill or a credit, and what the signs of its amounts mean."""
    _inherit = 'amazon.punchout.bill'

    def _read(self, document, invoice, orders):
        """Override to read a credit without its signs, if it adds up to its own total only then.

        The signs of credit memos mean little: some of its amounts may be stated above and others below zero.
        """
        draft = super()._read(document, invoice, orders)
        if draft.is_credit and not self._adds_up(draft):
            unsigned = self._prepare_draft(document, cxml.without_signs(invoice), orders)
            unsigned.move_type = draft.move_type
            self._read_lines(unsigned)
            if self._adds_up(unsigned):
                return unsigned
        return draft

    def _adds_up(self, draft):
        """Tell whether the lines of a credit add up to the total that it states, if it states one.

        :rtype: bool
        """
        summary = draft.invoice.summary
        stated = summary.net or summary.due or summary.gross
        return not stated or abs(self._round(draft, stated)) == draft.total

    def _find_direction(self, draft):
        """Decide whether an invoice is a bill or a credit, and whether its amounts are stated below zero.

        A credit memo may state its amounts above or below zero, and an ordinary invoice below zero is a credit too.

        :param BillDraft draft: gets its type and signs
        """
        summary = draft.invoice.summary
        at_lines = sum((self._line_total(draft, item) for each in draft.invoice.orders for item in each.items),
                       Decimal())
        totals = (summary.net, summary.gross, summary.due, summary.subtotal)
        parts = (summary.shipping, summary.special_handling, summary.tax and summary.tax.money)
        stated = next((each.amount for each in totals if each and each.amount), at_lines) or sum(
            (each.amount for each in parts if each), Decimal())
        if draft.invoice.purpose in CREDITS:
            draft.move_type = 'in_refund'
            draft.item_sign = -1 if (at_lines or stated) < 0 else 1
            draft.total_sign = -1 if stated < 0 else 1
        elif stated < 0:
            draft.move_type = 'in_refund'
            draft.item_sign = draft.total_sign = -1

    def _line_total(self, draft, item):
        """Add up all amounts that a line of an invoice states, with their signs.

        :rtype: Decimal
        """
        charges = [each for each in (item.shipping, item.special_handling, item.tax, *item.charges) if each]
        return self._item_amount(draft, item) - self._item_discount(draft, item) + sum(
            (each.money.amount for each in charges), Decimal())
