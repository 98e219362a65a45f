"""The report Orders: a row is one item × one payment of it.

So the items of an order are listed once for each of its payments: a card and a gift card list the whole order twice.
The rows of a payment are one transaction, and its items are its lines.
"""

import dataclasses
import itertools
from collections import Counter, defaultdict
from decimal import Decimal
from math import gcd

from ..transactions import REFUND, TransactionLine
from .footing import drop_restated, payment_of, sums_by_order
from .report_reader import ReportReader
from .sharing import decimals_in, share_between, share_out
from .values import CANCELLED

_PARTS = ('items', 'shipping', 'tax', 'discount', 'fees')


class OrdersReader(ReportReader):
    """Reads the rows of some orders."""

    # pylint: disable-next=method-required-super  # no model of Odoo
    def read(self, rows):
        """Read the rows of orders that have payments in common.

        :param list rows: the :class:`.rows.Row` values
        :return: transactions and order facts
        :rtype: dict[str, list]
        """
        rows = [row for row in rows if self.reader.is_whole(row) and self._is_read(row)]
        facts = self.order_facts(rows)
        net_totals = {order: fact.net_total for order, fact in facts.items()}
        payments = drop_restated(self._payments(rows, net_totals), net_totals)
        self._compare(payments, facts)
        return {'transactions': list(self._transactions(payments)), 'orders': list(facts.values())}

    def _is_read(self, row):
        reader = self.reader
        row.order_ref = reader.text(row, 'order_ref')
        if not reader.needed(row, 'order_ref', row.order_ref):
            return False
        self.read_state(row)
        self.read_instrument(row)
        row.reference = reader.text(row, 'payment_reference')
        row.date = reader.date(row, 'payment_date')
        row.currency = reader.currency(row, 'payment_amount', 'order_net_total')
        row.amount = reader.amount(row, 'payment_amount')
        row.line = self.stated_line(row)
        line = row.line
        row.item = (line.line_number, line.order_line_item_id, line.asin, line.title, str(line.quantity))
        return True

    # === PAYMENTS === #

    def _payments(self, rows, net_totals):
        """Put the rows together that state one payment."""
        groups = defaultdict(list)
        for row in rows:
            # What costs nothing, or was never paid, is no payment.
            if row.amount and self.reader.needed(row, 'currency', row.currency):
                day = None if row.reference else row.date
                order = None if row.reference else row.order_ref
                groups[row.reference, order, day, row.currency, row.instrument, row.digits].append(row)
        certain, uncertain = [], []
        for group in groups.values():
            for part in _with_one_amount(group):
                is_certain = len({row.order_ref for row in part}) == 1
                (certain if is_certain else uncertain).extend(_without_repeats(part) if is_certain else [part])
        payments = [payment_of(part, net_totals) for part in certain]
        others = sums_by_order(payments) if len(uncertain) == 1 else None
        payments += [payment_of(part, net_totals, others) for part in uncertain]
        payments.sort(key=lambda payment: payment.first.number)
        for payment in payments:
            self._check_sign(payment)
        return payments

    def _check_sign(self, payment):
        row = payment.first
        if payment.amount < 0:
            for each in payment.rows:
                each.kind = REFUND
            payment.doubts.append('negative_payment')
        if row.state == CANCELLED:
            self.reader.note('cancelled_amount', row, value=row.amount)

    def _compare(self, payments, facts):
        """Note the orders whose payments don't sum to their total, though nothing else is to be expected."""
        paid, doubtful = sums_by_order(payments), set()
        for payment in payments:
            if payment.doubts:
                doubtful.update(payment.shares)
        for order, amount in paid.items():
            fact = facts[order]
            if fact.net_total is None or amount == fact.net_total or order in doubtful:
                continue
            if amount > fact.net_total or (fact.status or '').strip().lower() == 'closed':
                row = next(payment.first for payment in payments if order in payment.shares)
                self.reader.note('order_differs', row, value=amount)

    # === LINES === #

    def _transactions(self, payments):
        lines = {}
        for is_settled in (True, False):
            pools = defaultdict(list)
            for payment in payments:
                if payment.is_settled == is_settled:
                    if sum(filter(None, (row.line.total for row in payment.rows)), Decimal()) == payment.amount:
                        lines[id(payment)] = [row.line for row in payment.rows]
                    else:
                        pools[tuple(payment.items), payment.first.currency].append(payment)
            for pool in pools.values():
                for payment, its_lines in zip(pool, self._pooled(pool), strict=True):
                    lines[id(payment)] = its_lines
        for payment in payments:
            yield self.transaction(payment, lines[id(payment)])

    def _pooled(self, pool):
        """Share items out between the payments that list the same ones."""
        pool_rows = [sorted(payment.rows, key=lambda row: row.key) for payment in pool]
        totals = [row.line.total or Decimal() for row in pool_rows[0]]
        amounts = [payment.amount for payment in pool]
        decimals = decimals_in(pool[0].first.currency, [*amounts, *totals])
        if sum(amounts, Decimal()) == sum(totals, Decimal()):
            shares = share_between(amounts, totals, decimals)
        else:
            for payment in pool:
                if payment.is_settled:
                    payment.doubts.append('items_differ')
            if not sum(totals, Decimal()) or any(row.line.total is None for row in pool_rows[0]):
                return [self._lines_by_order(payment) for payment in pool]
            shares = [share_out(amount, totals, decimals) for amount in amounts]
        return _shared_lines(pool_rows, shares, decimals)

    def _lines_by_order(self, payment):
        """Make a line for each order where the items tell nothing."""
        return [
            TransactionLine(
                order_ref=order, total=share, purchase_order_number=next(
                    row.line.purchase_order_number for row in payment.rows if row.order_ref == order))
            for order, share in payment.shares.items()]


def _with_one_amount(rows):
    """Part the rows of one reference so that each order has one amount in each part."""
    amounts = defaultdict(set)
    for row in rows:
        amounts[row.order_ref].add(row.amount)
    if all(len(found) == 1 for found in amounts.values()):
        return [rows]
    parts = defaultdict(list)
    for row in rows:
        parts[row.order_ref, row.amount].append(row)
    return list(parts.values())


def _without_repeats(rows):
    """Part rows that state the same payment several times.

    Exports without Payment Reference ID list two payments of one amount, day and card as one set of rows twice. Each
    row is then there as often, and the items of one part sum to the amount.

    :return: the rows of each payment
    :rtype: list[list]
    """
    if rows[0].reference or any(row.line.total is None for row in rows):
        return [rows]
    counts = Counter((row.item, row.line.total) for row in rows)
    total, most = sum((row.line.total for row in rows), Decimal()), gcd(*counts.values())
    times = next(
        (times for times in range(1, most + 1) if most % times == 0 and total == rows[0].amount * times), 1)
    parts, seen = [[] for _time in range(times)], Counter()
    for row in rows:
        key = (row.item, row.line.total)
        parts[seen[key] * times // counts[key]].append(row)
        seen[key] += 1
    return parts


def _shared_lines(pool_rows, shares, decimals):
    """Make the lines of payments that share items; the parts of a line are shared out as its total is.

    :param list pool_rows: the rows of each payment, in the same order
    :param list shares: for each payment its share of each item
    :return: the lines of each payment
    """
    lines = [[] for _rows in pool_rows]
    is_shared = len(pool_rows) > 1
    for place in range(len(pool_rows[0])):
        stated = [rows[place].line for rows in pool_rows]
        of_item = [payment_shares[place] for payment_shares in shares]
        parts = _shared_parts(stated[0], of_item, decimals)
        for number, (line, share) in enumerate(zip(stated, of_item, strict=True)):
            lines[number].append(dataclasses.replace(
                line, total=share, shared=is_shared, quantity=None if number else line.quantity, **parts[number]))
    return lines


def _shared_parts(line, shares, decimals):
    """Share the parts of an item out, so that they add up to each share as they do to the item's total."""
    values = {name: value for name in _PARTS if (value := getattr(line, name)) is not None}
    total = line.total or Decimal()
    # What the parts don't explain takes its share too.
    weights = [*values.values(), total - sum(values.values(), Decimal())]
    if sum(shares, Decimal()) == total:
        found = share_between(shares, weights, decimals)
    else:
        found = [share_out(share, weights, decimals) if total else [None] * len(weights) for share in shares]
    return [dict(zip(values, itertools.islice(parts, len(values)), strict=True)) for parts in found]
