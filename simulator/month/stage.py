"""What happens to the orders of a month: the steps that the cases are made of, and the notes about them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from ..books.records import (
    CANCELLED,
    CARD,
    GIFT_CARD,
    INVOICE,
    PAYMENT_CONFIRMED,
    PENDING,
    REWARDS,
    Instrument,
    Parts,
    Piece,
)

# A plain report lacks the optional column with the identifier of the charge.
REPORT, PLAIN_REPORT, API = 'report', 'plain_report', 'api'
EVERYWHERE = (PLAIN_REPORT, REPORT, API)


@dataclass(frozen=True)
class Ambiguity:
    """What only a person can decide, and from which source."""

    reason: str
    sources: tuple[str, ...]
    orders: tuple[str, ...]
    refs: tuple[str, ...]
    transactions: tuple[str, ...]


class Stage:
    """The books of a month, with what is known about its orders.

    :param simulator.books.ledger.Ledger ledger: the books.
    :param random.Random chance: decides.
    """

    def __init__(self, ledger, chance):
        self.ledger = ledger
        self.chance = chance
        # By order number: the case, and Amazon's orders.
        self.cases, self.refs = {}, {}
        self.ambiguities, self.outside, self.fees, self.held = [], [], [], []
        self._statements = {}

    # === BEFORE ANYTHING IS SHIPPED === #

    def sell(self, order, lines=None, status=PAYMENT_CONFIRMED):
        """Receive an order at Amazon; `lines` are those that Amazon has, if they differ from the order's."""
        group = order.group
        purchase = self.ledger.sell(group.market, group.name, group.company, order.buyer, order.day,
                                    order.lines if lines is None else lines, order.number, order.ref)
        self.refs.setdefault(order.number, []).append(purchase.ref)
        return self.ledger.set_status(purchase, order.day, status)

    def wait(self, order):
        return self.sell(order, status=PENDING)

    def cancel(self, purchase, days=1):
        return self.ledger.set_status(purchase, after(purchase, days), CANCELLED)

    # === SHIPPING AND CHARGING === #

    def deliver(self, order, purchase, days=2, quantities=None):
        """Ship, charge and, where there are invoices, invoice.

        :return: the charge.
        :rtype: simulator.books.records.Charge
        """
        shipment = self.ledger.ship(purchase, after(purchase, days), quantities)
        return self.charge(order, shipment.pieces, days)

    def charge(self, order, pieces, days, number='', consolidated=''):
        """Charge what is shipped, with an invoice unless its number says that another one covers it."""
        purchase, is_owed = pieces[0].purchase, order.pays == INVOICE
        day = after(purchase, days)
        statement = self._statement(order.group) if is_owed else ''
        if not number and (is_owed or purchase.market.has_vat):
            number = self.ledger.invoice(
                pieces, day, is_owed=is_owed, statement_number=statement, consolidated=consolidated,
                paid_on=after(purchase, days + 20) if is_owed and self.chance.random() < 0.3 else None).number
        return self.ledger.charge(
            pieces, self.instrument(order), day, settled_on=day + timedelta(days=1), invoice_number=number,
            statement_number=statement)

    def instrument(self, order):
        if order.pays == INVOICE:
            return Instrument(INVOICE)
        return Instrument(CARD, order.group.card)

    def balance(self):
        return Instrument(self.chance.choice((GIFT_CARD, GIFT_CARD, REWARDS)))

    def _statement(self, group):
        if group not in self._statements:
            self._statements[group] = self.ledger.numbers.statement_number()
        return self._statements[group]

    # === REFUNDS === #

    def refund(self, charge, pieces, days, reason='Customer return', over=False, returned=True):
        """Refund, with a credit memo where there was an invoice."""
        pieces = tuple(replace(piece, reason=reason) for piece in pieces)
        day = charge.day + timedelta(days=days)
        number = ''
        if charge.invoice_number:
            number = self.ledger.invoice(
                pieces, day, is_owed=bool(charge.statement_number), statement_number=charge.statement_number,
                is_credit=True, credits=charge.invoice_number).number
        if returned:
            self.ledger.give_back(pieces, day - timedelta(days=1))
        return self.ledger.refund(charge, pieces, day, over=over, invoice_number=number,
                                  statement_number=charge.statement_number)

    # === NOTES === #

    def doubt(self, reason, sources, orders, charges, refs=()):
        """Note what only a person can decide."""
        refs = refs or tuple(dict.fromkeys(ref for charge in charges for ref in charge.refs))
        self.ambiguities.append(Ambiguity(
            reason, sources, tuple(orders), refs, tuple(charge.transaction_id for charge in charges)))


def after(purchase, days):
    return purchase.ordered_on + timedelta(days=days)


def some(piece, quantity, rounding=ROUND_HALF_UP):
    """Return some units of a piece."""
    share = Decimal(quantity) / piece.quantity
    return replace(piece, quantity=quantity, parts=piece.parts.times(share, piece.purchase.market.unit, rounding))


def amount_only(piece, amount):
    """Return an amount of a line, without units."""
    return Piece(piece.purchase, piece.line, 0, Parts(goods=amount), piece.shipment_id, piece.shipped_on)


def halves(purchase):
    """Divide a purchase into two shipments, each as units by item."""
    if len(purchase.lines) > 1:
        return ({line.item_id: line.quantity for line in purchase.lines[:1]},
                {line.item_id: line.quantity for line in purchase.lines[1:]})
    line = purchase.lines[0]
    first = line.quantity // 2
    return {line.item_id: first}, {line.item_id: line.quantity - first}


def cents(market, amount):
    """Return an amount of dollars or euros; of yen, a hundred times as many."""
    return Decimal(amount).quantize(market.unit) if market.unit < 1 else Decimal(amount * 100).quantize(market.unit)
