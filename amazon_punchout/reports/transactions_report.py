"""The report Transactions: a row is one charge × one order of it.

Rows with the same Payment Reference ID are one charge. Without it, each row is a charge of its own: alike rows are so
many charges.
"""

from collections import Counter, defaultdict
from decimal import Decimal

from ..transactions import CHARGE, REFUND
from .footing import Payment, drop_restated, payment_of, sums_by_order
from .headers import normalized
from .report_reader import ReportReader
from .values import CANCELLED, SETTLED

_TYPES = {
    'charge': CHARGE, 'payment': CHARGE, 'purchase': CHARGE, 'credit': REFUND,
}


class TransactionsReader(ReportReader):
    """Reads the rows of charges that have orders in common."""

    # pylint: disable-next=method-required-super  # no model of Odoo
    def read(self, rows):
        """Read the rows of charges and refunds.

        :param list rows: the :class:`.rows.Row` values
        :return: transactions and order facts
        :rtype: dict[str, list]
        """
        rows = [row for row in rows if self.reader.is_whole(row) and self._is_read(row)]
        facts = self.order_facts(rows)
        net_totals = {order: fact.net_total for order, fact in facts.items()}
        charges = [row for row in rows if row.kind == CHARGE]
        payments = drop_restated(self._payments(charges, net_totals), net_totals)
        # Refunds are no part of what an order costs.
        payments += self._payments([row for row in rows if row.kind == REFUND], {})
        payments.sort(key=lambda payment: payment.first.number)
        return {
            'transactions': [self.transaction(payment, self._lines(payment)) for payment in payments],
            'orders': list(facts.values()),
        }

    def _is_read(self, row):
        reader = self.reader
        row.order_ref = reader.text(row, 'order_ref')
        row.amount = reader.amount(row, 'payment_amount')
        row.currency = reader.currency(row, 'payment_amount')
        row.reference = reader.text(row, 'payment_reference')
        row.date = reader.date(row, 'transaction_date')
        self.read_instrument(row)
        self._read_kind(row)
        if row.kind == CHARGE and row.state == CANCELLED and row.amount:
            reader.note('cancelled_amount', row, value=row.amount)
        return True

    def _read_kind(self, row):
        """Read whether a row charges or refunds, and whether the money was taken."""
        text = self.reader.text(row, 'transaction_type')
        words = normalized(text or '')
        kind = REFUND if 'refund' in words else _TYPES.get(words)
        row.kind = kind or (REFUND if row.amount is not None and row.amount < 0 else CHARGE)
        row.amount = None if row.amount is None else abs(row.amount)
        if kind is None:
            self.reader.note('unknown_type', row, 'transaction_type', text or '')
        elif kind == REFUND or (row.order_ref is None and self.reader.text(row, 'order_status') is None):
            # A refund is made of an order in whatever status; a membership fee has no order.
            row.state = SETTLED
        else:
            self.read_state(row)

    def _payments(self, rows, net_totals):
        groups, single = defaultdict(list), []
        for row in rows:
            if row.is_settled:
                self.reader.needed(row, 'payment_amount', row.amount)
            # What costs nothing, or was never paid, is no payment.
            if not row.amount or not self.reader.needed(row, 'currency', row.currency):
                continue
            if row.reference:
                groups[row.reference, row.currency, row.instrument, row.digits].append(row)
            else:
                single.append(Payment([row], row.amount, {row.order_ref: row.amount}))
        certain, uncertain = single, []
        for group in groups.values():
            if len(group) == 1 or len({row.amount for row in group}) > 1:
                certain.append(_of_shares(group))
            else:
                uncertain.append(group)
        others = sums_by_order(certain) if len(uncertain) == 1 else None
        return certain + [_decided(group, net_totals, others) for group in uncertain]

    def _lines(self, payment):
        """Make a line for each order of a charge.

        :rtype: list[TransactionLine]
        """
        by_order = {row.order_ref: row for row in reversed(payment.rows)}
        return [
            self.item_line(by_order[order], total=share, quantity=None, unit_price=None, tax_rate=None)
            for order, share in payment.shares.items()]


def _of_shares(rows):
    """Make a charge of rows that each state the share of an order."""
    shares = defaultdict(Decimal)
    for row in rows:
        shares[row.order_ref] += row.amount
    return Payment(rows, sum(shares.values(), Decimal()), dict(shares))


def _decided(rows, net_totals, others):
    """Make a charge of rows that all state the same amount: shares that are alike, or the whole charge each time."""
    counts = Counter(row.order_ref for row in rows)
    if len(counts) == len(rows):
        return payment_of(rows, net_totals, others)
    # An order that is there twice: the sum of its rows, or one of them repeated.
    amount = rows[0].amount
    payment = _of_shares(rows)
    if len(counts) == 1 and others is not None and net_totals.get(rows[0].order_ref) is not None:
        order = rows[0].order_ref
        due = net_totals[order] - others.get(order, Decimal())
        if due == payment.amount:
            return payment
        if due == amount:
            return Payment(rows, amount, {order: amount})
    payment.doubts.append('share_or_whole')
    return payment
