"""The report Refunds: a row is one item × one payment of its refund.

Rows of one order, day and card are one refund if a payment reference or a charge identifier says so, and then their
amounts are those of its items. Without one, rows that state different amounts are refunds of their own. Where rows
state the same amount, it is that of each item, or that of one refund which is repeated with each item of it: the items'
own totals decide.
"""

import dataclasses
from collections import defaultdict
from decimal import Decimal

from ..transactions import REFUND
from .footing import Payment
from .report_reader import ReportReader
from .sharing import decimals_in, share_out
from .values import refund_state


class RefundsReader(ReportReader):
    """Reads the rows of the refunds of some orders."""

    # pylint: disable-next=method-required-super  # no model of Odoo
    def read(self, rows):
        """Read the rows of refunds.

        :param list rows: the :class:`.rows.Row` values
        :return: transactions
        :rtype: dict[str, list]
        """
        groups = defaultdict(list)
        for row in rows:
            if self.reader.is_whole(row) and self._is_read(row):
                mark = row.reference or self.reader.text(row, 'charge_identifier')
                groups[row.order_ref, mark, row.date, row.currency, row.instrument, row.digits].append(row)
        payments = [
            payment for (_order, mark, *_rest), group in groups.items() for payment in self._payments(group, mark)]
        payments.sort(key=lambda payment: payment.first.number)
        self._state_quantities_once(payments)
        return {'transactions': [self._transaction(payment) for payment in payments]}

    def _is_read(self, row):
        reader = self.reader
        row.kind = REFUND
        row.order_ref = reader.text(row, 'order_ref')
        row.amount = reader.amount(row, 'refund_amount')
        row.currency = reader.currency(row, 'refund_amount')
        if not reader.needed(row, 'order_ref', row.order_ref):
            return False
        status = reader.text(row, 'refund_status')
        row.state = refund_state(status)
        if row.state is None:
            reader.note('unknown_status', row, 'refund_status', status or '')
        row.date = reader.date(row, 'refund_date')
        row.reference = reader.text(row, 'payment_reference')
        if row.is_settled:
            reader.needed(row, 'refund_amount', row.amount)
        if not row.amount or not reader.needed(row, 'currency', row.currency):
            return False
        row.amount = abs(row.amount)
        instrument = 'refund_instrument' if reader.has('refund_instrument') else 'payment_instrument'
        identifier = 'refund_identifier' if reader.has('refund_identifier') else 'payment_identifier'
        self.read_instrument(row, instrument, identifier)
        row.line = self._line(row)
        return True

    def instrument_text(self, row):
        """Override to read where the refund went, if the report says so."""
        return self.reader.text(row, 'refund_instrument') or super().instrument_text(row)

    def _line(self, row):
        """Make the line of a row; the item's own amounts are those of its refund only if they sum to it."""
        amount, text = self.reader.amount, self.reader.text
        total = amount(row, 'item_total')
        values = {'items': None, 'shipping': None, 'tax': None}
        if total is not None and abs(total) == row.amount:
            values = {'items': amount(row, 'item_subtotal'), 'shipping': amount(row, 'item_shipping'),
                      'tax': amount(row, 'item_tax')}
        values |= {
            name: value for name in values
            if (value := amount(row, 'refund_subtotal' if name == 'items' else f'refund_{name}')) is not None}
        values = {name: None if value is None else abs(value) for name, value in values.items()}
        quantity = self.reader.quantity(row, 'refund_quantity', 'return_quantity', 'quantity')
        return self.item_line(
            row, quantity=quantity, refund_reason=text(row, 'refund_reason'), total=row.amount, **values)

    def _payments(self, rows, mark):
        """Make the refunds of the rows of one order, day and card.

        :param list rows: the rows
        :param str | None mark: what says that they are one refund, if anything
        :rtype: list[Payment]
        """
        amounts = [row.amount for row in rows]
        totals = [abs(total) for row in rows if (total := self.reader.amount(row, 'item_total')) is not None]
        if len(rows) > 1 and len(set(amounts)) == 1:
            if len(totals) == len(rows) and sum(totals, Decimal()) == amounts[0]:
                return [self._of_items(rows, amounts[0], totals)]
            if totals != amounts:
                return [_of_row(row, ['share_or_whole']) for row in rows]
        if mark and len(rows) > 1:
            amount = sum(amounts, Decimal())
            return [Payment(rows, amount, {rows[0].order_ref: amount})]
        return [_of_row(row) for row in rows]

    def _of_items(self, rows, amount, totals):
        """Make one refund of several items, whose amount is repeated with each of them."""
        shares = share_out(amount, totals, decimals_in(rows[0].currency, [amount, *totals]))
        for row, share in zip(rows, shares, strict=True):
            row.line = dataclasses.replace(row.line, total=share)
        return Payment(rows, amount, {rows[0].order_ref: amount})

    def _state_quantities_once(self, payments):
        """Leave the quantity with one of the refunds where a card and a gift card both got a part of an item back."""
        seen = defaultdict(set)
        for payment in payments:
            for row in payment.rows:
                line = row.line
                item = (row.order_ref, row.date, line.line_number, line.order_line_item_id, line.asin, line.title)
                others = seen[item] - {(row.instrument, row.digits)}
                seen[item].add((row.instrument, row.digits))
                if others and any(item[2:]):
                    row.line = dataclasses.replace(line, quantity=None, shared=True)

    def _transaction(self, payment):
        kind = (self.reader.text(payment.first, 'refund_type') or '').lower()
        transaction = self.transaction(payment, [row.line for row in payment.rows])
        return dataclasses.replace(transaction, over_refund='over' in kind)


def _of_row(row, doubts=()):
    return Payment([row], row.amount, {row.order_ref: row.amount}, list(doubts))
