"""Charge, refund, settle and restate on request; each step takes JSON, as those of the message desk do."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from .books.records import (
    CANCELLED,
    CARD,
    CHARGE,
    CLOSED,
    MARKETS,
    PAYMENT_CONFIRMED,
    PENDING,
    PENDING_APPROVAL,
    PENDING_FULFILLMENT,
    Buyer,
    Instrument,
    Line,
    Parts,
    Piece,
    Purchase,
)
from .catalogue import BY_ASIN
from .cxml_elements import now
from .errors import Impossible
from .month.orders import line_of
from .month.stage import amount_only, some
from .options import Options, amount, pieces
from .order_books import INSTRUMENTS, SHOPPER, OrderBooks, today

STATUSES = (PENDING_APPROVAL, PAYMENT_CONFIRMED, PENDING_FULFILLMENT, PENDING, CANCELLED, CLOSED)
MOST_CHARACTERS = 120


class MoneyDesk(OrderBooks):
    """The steps that users and scripts can request."""

    def act(self, step, order, values):
        """Take one of the steps.

        :param str step: charge, refund, settle, restate or status.
        :raises ValueError: if it is not possible; its text is shown to the user.
        :return: the charges and refunds that were made or changed.
        :rtype: list[simulator.books.records.Charge]
        """
        steps = {'charge': self._act_charge, 'refund': self._act_refund, 'settle': self._act_settle,
                 'restate': self._act_restate, 'status': self._act_status}
        with self._lock:
            self.follow(order)
            return steps[step](order, Options(values))

    def _act_charge(self, order, options):
        lines, others = options.lines(pieces), options.take('orders', [])
        kind, settled = options.text('instrument', None, INSTRUMENTS), options.flag('settled', True)
        gift_percent = options.whole('gift_percent', 0, 0, 99)
        options.done()
        due = self._due(order, lines)
        for number in others if isinstance(others, list) else [None]:
            other = self._orders.find(number) if type(number) is int else None
            if other is None or other is order or other.account is not order.account:
                raise Impossible('orders must be a list of the numbers of other orders of this group.')
            self.follow(other)
            due += self._due(other, None)
        if not due:
            raise Impossible('Everything that is confirmed has been charged.')
        return self._charge(order.account, tuple(due), self.settings(order.account), gift_percent, settled, kind)

    def _due(self, order, lines):
        due = []
        left = Counter(lines or {})
        for purchase in self._purchases(order):
            uncharged = self.ledger.uncharged(purchase)
            for line in purchase.lines:
                possible = uncharged.get(line.item_id, 0)
                count = possible if lines is None else min(possible, left[line.number])
                left[line.number] -= count
                if count:
                    start = line.quantity - possible
                    due.append(Piece(purchase, line, count, line.part(start, count, purchase.market.unit)))
        if too_many := +left:
            raise Impossible(f'Line {", ".join(map(str, too_many))}: that is more than is confirmed and not charged.')
        return due

    def _act_refund(self, order, options):
        lines = options.lines(pieces)
        value, over = options.take('amount'), options.flag('over')
        reason = options.text('reason', 'Customer return')[:MOST_CHARACTERS]
        options.done()
        charge = next(iter(reversed(self._charges(order))), None)
        if charge is None:
            raise Impossible('Nothing of this order was charged.')
        if value is not None:
            given = [amount_only(charge.pieces[0], amount(value, 'amount', order.account))]
        else:
            given = _some_of(charge, lines)
        refunded = sum(known.of(ref) for known in self.ledger.transactions() for ref in charge.refs
                       if charge.transaction_id in known.associated)
        if refunded + sum(piece.parts.total for piece in given) > charge.amount and not over:
            raise Impossible('That is more than was charged and not refunded.')
        given = [replace(piece, reason=reason) for piece in given]
        self.ledger.give_back([piece for piece in given if piece.quantity], today())
        return [self.ledger.refund(charge, given, today(), over=over)]

    def _act_settle(self, order, options):
        options.done()
        waiting = [charge for charge in self._charges(order) if charge.settled_on is None]
        if not waiting:
            raise Impossible('Every charge of this order is settled.')
        return [self.ledger.settle(charge, today()) for charge in waiting]

    def _act_restate(self, order, options):
        beside = options.flag('beside', True)
        options.done()
        settled = [charge for charge in self._charges(order) if charge.settled_on]
        if not settled:
            raise Impossible('No charge of this order is settled.')
        return [self.ledger.restate(settled[-1], today(), beside=beside)]

    def _act_status(self, order, options):
        status = options.text('status', None, STATUSES)
        options.done()
        if status is None:
            self._statuses.pop(order.number, None)
        else:
            self._statuses[order.number] = status
        self.follow(order)
        return []

    def buy(self, account, values):
        """Sell something past the purchasing system, ship it and charge it.

        :rtype: list[simulator.books.records.Charge]
        """
        options = Options(values)
        asin, quantity = options.text('asin', 'B0SIM00001'), options.whole('quantity', 1, 1)
        email, po_number = options.text('email', SHOPPER), options.text('po_number')
        kind, settled = options.text('instrument', None, INSTRUMENTS), options.flag('settled', True)
        options.done()
        product, market = BY_ASIN.get(asin), MARKETS[account.country]
        if not product:
            raise Impossible(f'There is no product {asin}.')
        with self._lock:
            settings = self.settings(account)
            purchase = self.ledger.sell(
                market, account.identity, settings.company, Buyer(email.partition('@')[0], email), today(),
                [line_of(market, '', product, quantity)], po_number)
            self.ledger.put(replace(purchase, ordered_at=now()))
            shipped = self.ledger.ship(purchase, today()).pieces
            return self._charge(account, shipped, settings, 0, settled, kind or CARD)

    def charge_fee(self, account, values):
        """Charge something that belongs to no order.

        :rtype: list[simulator.books.records.Charge]
        """
        options = Options(values)
        fee = options.money('amount', account, Decimal(100))
        title = options.text('title', 'Business membership, one year')[:MOST_CHARACTERS]
        options.done()
        with self._lock:
            settings = self.settings(account)
            line = Line('', '', '', title, 1, fee, Parts(fees=fee))
            like = Purchase('', '', MARKETS[account.country], account.identity, settings.company,
                            Buyer(*SHOPPER.split('@')[:1], SHOPPER), today(), ())
            return [self.ledger.charge_fee(like, line, Instrument(CARD, settings.digits), today())]

    def _charges(self, order):
        return [charge for charge in self.transactions_of(order) if charge.kind == CHARGE]


def _some_of(charge, lines):
    """Return pieces of a charge: some units by line number, or everything."""
    if lines is None:
        return list(charge.pieces)
    given, left = [], Counter(lines)
    for piece in charge.pieces:
        count = min(left[piece.line.number], piece.quantity)
        left[piece.line.number] -= count
        if count:
            given.append(some(piece, count))
    if too_many := +left:
        raise Impossible(f'Line {", ".join(map(str, too_many))}: that is more than the last charge has.')
    return given
