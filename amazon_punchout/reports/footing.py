"""What proves how many charges there are, and how much each one is: the sums of the orders."""

import datetime
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from .sharing import decimals_in, share_out

# More ways to drop alike payments than this prove nothing.
_MOST_WAYS = 2_000


@dataclass(slots=True, eq=False)
class Payment:
    """A payment as the rows of a report list it. `shares` is what it paid of each order, together its amount."""

    rows: list
    amount: Decimal
    shares: dict
    doubts: list = field(default_factory=list)
    # Rows that state the same payment again.
    restated: list = field(default_factory=list)
    # Whether an alike payment paid the same items.
    is_repeat: bool = False

    @property
    def first(self):
        """The first row, which stands for what all rows have in common."""
        return self.rows[0]

    @property
    def is_settled(self):
        """Whether the money was taken: one pending row keeps the payment from it.

        :rtype: bool
        """
        return all(row.is_settled for row in self.rows)

    @property
    def date(self):
        """When it was made; a date that lacks sorts last.

        :rtype: datetime.date
        """
        return self.first.date or datetime.date.max

    @property
    def likeness(self):
        """What another payment must have to be the same one, restated.

        :rtype: tuple
        """
        row = self.first
        orders = frozenset((order, share) for order, share in self.shares.items())
        return row.kind, self.amount, row.currency, row.instrument, row.digits, orders

    @property
    def items(self):
        """What was paid, to be compared with another payment.

        :rtype: list
        """
        return sorted(row.key for row in self.rows)


def payment_of(rows, net_totals, others=None):
    """Make a payment of the rows of one reference.

    A row states one amount, and it is not known whether that is the share of the row's order or the whole charge. With
    one order both are the same. Different amounts are shares. Alike ones are decided by what foots: the items first,
    then the Order Net Totals.

    :param list rows: with an amount for each order
    :param dict net_totals: by order, as far as they are known
    :param dict | None others: by order, the sum of its other payments; None if it can't be known
    :rtype: Payment
    """
    by_order = {}
    for row in rows:
        by_order.setdefault(row.order_ref, row.amount)
    amounts = list(by_order.values())
    if len(set(amounts)) > 1 or len(amounts) == 1:
        return Payment(rows, sum(amounts, Decimal()), by_order)
    amount = amounts[0]
    items = _items_by_order(rows)
    if items:
        if sum(items.values(), Decimal()) == amount:
            return Payment(rows, amount, items)
        if all(total == amount for total in items.values()):
            return Payment(rows, sum(amounts, Decimal()), by_order)
    decided = _decided_by_net_totals(amount, by_order, net_totals, others)
    if decided is not None:
        if decided:
            return Payment(rows, amount, _shares_of_whole(rows[0], amount, by_order, net_totals))
        return Payment(rows, sum(amounts, Decimal()), by_order)
    return Payment(rows, sum(amounts, Decimal()), by_order, ['share_or_whole'])


def _items_by_order(rows):
    """Add up the items of each order; None if one has no total."""
    totals = defaultdict(Decimal)
    for row in rows:
        if row.line is None or not row.item or row.line.total is None:
            return None
        totals[row.order_ref] += row.line.total
    return dict(totals)


def _decided_by_net_totals(amount, by_order, net_totals, others):
    """Tell whether an amount that several orders state is a whole charge; None if that can't be known."""
    if others is None or any(net_totals.get(order) is None for order in by_order):
        return None
    owed = {order: net_totals[order] - others.get(order, Decimal()) for order in by_order}
    is_whole = sum(owed.values(), Decimal()) == amount
    is_share = all(due == amount for due in owed.values())
    return None if is_whole == is_share else is_whole


def _shares_of_whole(row, amount, by_order, net_totals):
    weights = [net_totals[order] for order in by_order]
    return dict(zip(by_order, share_out(amount, weights, decimals_in(row.currency, [amount])), strict=True))


def drop_restated(payments, net_totals):
    """Find settled payments that state another one again, under a new reference and perhaps a new date.

    Of alike payments (:attr:`Payment.likeness`) some are dropped only if each of their orders then sums to its Order
    Net Total, and only if there is one way to do so. Two real charges of one amount sum with both. Where nothing sums,
    as long as an order is not complete, alike payments of the same items are doubtful.

    :param list[Payment] payments: all of some orders
    :param dict net_totals: by order, as far as they are known
    :return: the payments that are left; a doubtful one has 'maybe_restated'
    :rtype: list[Payment]
    """
    settled = [payment for payment in payments if payment.is_settled]
    groups = defaultdict(list)
    for payment in sorted(settled, key=lambda each: (each.date, each.first.number)):
        groups[payment.likeness].append(payment)
    alike = [_repeats_last(group) for group in groups.values() if len(group) > 1]
    dropped = set()
    for together in _connected(alike):
        ways = _ways(together, settled, net_totals)
        if len(ways) == 1:
            for group, count in zip(together, ways[0], strict=True):
                for payment in group[len(group) - count:]:
                    kept = next((each for each in group if each.items == payment.items), group[0])
                    kept.restated += payment.rows
                    dropped.add(id(payment))
            continue
        for group in together:
            for payment in group[1:]:
                if ways or (any(row.item for row in payment.rows) and payment.is_repeat):
                    payment.doubts.append('maybe_restated')
    return [payment for payment in payments if id(payment) not in dropped]


def _repeats_last(payments):
    """Put alike payments in the order in which they are kept: first those whose items no other has paid."""
    seen = set()
    for payment in payments:
        items = tuple(payment.items)
        payment.is_repeat = items in seen
        seen.add(items)
    return sorted(payments, key=lambda payment: payment.is_repeat)


def _connected(groups):
    """Put groups of payments together that have an order in common."""
    found = []
    for group in groups:
        orders, together = set(group[0].shares), [group]
        apart = []
        for others, members in found:
            if others & orders:
                orders |= others
                together = members + together
            else:
                apart.append((others, members))
        found = [*apart, (orders, together)]
    return [members for _orders, members in found]


def _ways(groups, settled, net_totals):
    """List how many payments of each group can be dropped so that every order of theirs foots."""
    orders = {order for group in groups for order in group[0].shares}
    if any(net_totals.get(order) is None for order in orders):
        return []
    if any('share_or_whole' in payment.doubts for payment in settled if orders & set(payment.shares)):
        return []
    excess = {
        order: sum((payment.shares.get(order, Decimal()) for payment in settled), Decimal()) - net_totals[order]
        for order in orders}
    ways, tries = [], itertools.product(*(range(len(group)) for group in groups))
    for tried, counts in enumerate(tries):
        if tried == _MOST_WAYS:
            return []
        rest = dict(excess)
        for group, count in zip(groups, counts, strict=True):
            for order, share in group[0].shares.items():
                rest[order] -= share * count
        if not any(rest.values()):
            ways.append(counts)
    return ways


def sums_by_order(payments):
    """Add up what settled payments paid of each order.

    :rtype: dict[str, Decimal]
    """
    sums = defaultdict(Decimal)
    for payment in payments:
        if payment.is_settled:
            for order, share in payment.shares.items():
                sums[order] += share
    return dict(sums)
