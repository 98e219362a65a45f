"""Keep the books: sell, ship, charge, refund, invoice, and restate what was stated before."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from .records import (
    CANCELLED,
    CHARGE,
    CLOSED,
    OVER_REFUND,
    PENDING_FULFILLMENT,
    REFUND,
    Charge,
    Contents,
    Document,
    Parts,
    Piece,
    Purchase,
    Return,
    Shipment,
)

DAYS_ON_THE_WAY = 2
DAYS_TO_PAY = 30


class Ledger:
    """The books of one Amazon.

    :param simulator.books.numbers.Numbers numbers: gives the numbers.
    """

    def __init__(self, numbers):
        self.numbers = numbers
        self.contents = Contents()
        # Units that are shipped, charged and refunded, by item.
        self._shipped, self._charged, self._refunded = Counter(), Counter(), Counter()

    # === READING === #

    def purchase(self, ref):
        return self.contents.purchases[ref]

    def transactions(self):
        """Return the last version of each charge and refund.

        :rtype: list[Charge]
        """
        return list({version.transaction_id: version for version in self.contents.versions}.values())

    def shown(self, day):
        """Return the versions that a report of a day shows."""
        return [version for version in self.contents.versions if version.is_shown(day)]

    def unshipped(self, purchase):
        return {line.item_id: count for line in purchase.lines
                if (count := line.quantity - self._shipped[line.item_id]) > 0}

    def uncharged(self, purchase):
        return {line.item_id: count for line in purchase.lines
                if (count := line.quantity - self._charged[line.item_id]) > 0}

    # === PURCHASES AND SHIPMENTS === #

    def sell(self, market, group, company, buyer, day, lines, po_number='', ref=''):
        """Sell something; `lines` have no item id yet, or the one that they had.

        :rtype: Purchase
        """
        purchase = Purchase(
            ref or self.numbers.order_ref(market), po_number, market, group, company, buyer, day,
            tuple(line if line.item_id else replace(line, item_id=self.numbers.item_id()) for line in lines))
        self.contents.purchases[purchase.ref] = purchase
        return purchase

    def put(self, purchase):
        """Keep a purchase that was made elsewhere, or another version of one."""
        self.contents.purchases[purchase.ref] = purchase
        return purchase

    def set_status(self, purchase, day, status):
        return self._replace(purchase, statuses=(*purchase.statuses, (day, status)))

    def cancel(self, purchase, day, quantities=None):
        """Cancel some units by item, or everything.

        :rtype: Purchase
        """
        if quantities is None:
            return self.set_status(purchase, day, CANCELLED)
        lines = []
        for line in purchase.lines:
            left = line.quantity - quantities.get(line.item_id, 0)
            if left:
                parts = line.part(0, left, purchase.market.unit)
                lines.append(replace(line, quantity=left, parts=parts))
        return self._replace(purchase, lines=tuple(lines))

    def _replace(self, purchase, **values):
        changed = self.contents.purchases[purchase.ref] = replace(self.contents.purchases[purchase.ref], **values)
        return changed

    def ship(self, purchase, day, quantities=None, shipment_id='', carrier='Amazon Logistics', tracking=''):
        """Ship some units by item, or everything that is left.

        :rtype: Shipment
        """
        purchase = self.purchase(purchase.ref)
        wanted = self.unshipped(purchase) if quantities is None else quantities
        shipment_id = shipment_id or self.numbers.shipment_id()
        pieces = tuple(
            Piece(purchase, line, wanted[line.item_id],
                  line.part(self._shipped[line.item_id], wanted[line.item_id], purchase.market.unit),
                  shipment_id, day)
            for line in purchase.lines if wanted.get(line.item_id))
        for piece in pieces:
            self._shipped[piece.line.item_id] += piece.quantity
        shipment = Shipment(shipment_id, pieces, day, carrier, tracking or self.numbers.tracking(),
                            day + timedelta(days=DAYS_ON_THE_WAY))
        self.contents.shipments.append(shipment)
        done = not self.unshipped(purchase)
        self.set_status(purchase, day, CLOSED if done else PENDING_FULFILLMENT)
        return shipment

    def give_back(self, pieces, day):
        """Note that a buyer returned something."""
        self.contents.returns += [Return(piece, day) for piece in pieces]

    # === CHARGES === #

    def charge(self, pieces, instrument, day, *, settled_on=None, fed_on=None, listed=(), invoice_number='',
               statement_number=''):
        """Charge pieces, which may belong to several purchases, at once.

        :param settled_on: the day after which the amount is certain; None as long as it is only authorised.
        :rtype: Charge
        """
        for piece in pieces:
            self._charged[piece.line.item_id] += piece.quantity
        return self._add(
            CHARGE, pieces, instrument, day, fed_on or day + timedelta(days=1), settled_on, listed=listed,
            invoice_number=invoice_number, statement_number=statement_number)

    def charge_twice(self, pieces, first, amount, second, day, *, settled_on=None, invoice_number=''):
        """Charge one amount of pieces to an instrument and the rest to another: the report lists all items with both.

        :rtype: tuple[Charge, Charge]
        """
        unit = pieces[0].purchase.market.unit
        shares = _shares(pieces, amount, unit)
        rests = [replace(piece, parts=piece.parts - share.parts)
                 for piece, share in zip(pieces, shares, strict=True)]
        charges = (
            self.charge(tuple(shares), first, day, settled_on=settled_on, listed=pieces, invoice_number=invoice_number),
            self.charge(tuple(rests), second, day, settled_on=settled_on, listed=pieces, invoice_number=invoice_number))
        # The units were counted with both.
        for piece in pieces:
            self._charged[piece.line.item_id] -= piece.quantity
        return charges

    def refund(self, charge, pieces, day, *, over=False, invoice_number='', statement_number='', listed=()):
        """Refund pieces of a charge to its instrument.

        :rtype: Charge
        """
        for piece in pieces:
            self._refunded[piece.line.item_id] += piece.quantity
        return self._add(
            OVER_REFUND if over else REFUND, pieces, charge.instrument, day, day + timedelta(days=1), day,
            associated=(charge.transaction_id,), invoice_number=invoice_number, statement_number=statement_number,
            listed=listed, like=charge)

    def _add(self, kind, pieces, instrument, day, fed_on, settled_on, like=None, **values):
        first = next((piece.purchase for piece in pieces if piece.purchase), None) or like
        charge = Charge(
            kind, self.numbers.transaction_id(), self.numbers.charge_identifier(), self.numbers.payment_reference(),
            instrument, first.market, first.group, first.company, first.buyer, tuple(pieces), day, fed_on, settled_on,
            **values)
        self.contents.versions.append(charge)
        return charge

    def charge_fee(self, like, line, instrument, day):
        """Charge something that belongs to no order, such as a membership.

        :param like: whatever states market, group, company and buyer.
        :rtype: Charge
        """
        return self._add(CHARGE, (Piece(None, line, line.quantity, line.parts),), instrument, day,
                         day + timedelta(days=1), day, like=like)

    def restate(self, charge, day, *, beside, **changes):
        """State a charge again under a new payment reference, with other values if any changed.

        :param bool beside: whether reports go on showing the version before.
        :rtype: Charge
        """
        versions, index = self.contents.versions, self._index(charge)
        if not beside:
            versions[index] = replace(charge, replaced_on=day)
        again = replace(
            charge, reference=self.numbers.payment_reference(), day=day, fed_on=day + timedelta(days=1),
            settled_on=changes.pop('settled_on', charge.settled_on and day), **changes)
        versions.append(again)
        return again

    def settle(self, charge, day):
        """Make the amount of an authorised charge certain.

        :rtype: Charge
        """
        versions, index = self.contents.versions, self._index(charge)
        versions[index] = replace(charge, settled_on=day, fed_on=max(day, charge.fed_on))
        return versions[index]

    def name_invoice(self, charge, number, day):
        """State a charge again with the number of its invoice."""
        self.contents.versions[self._index(charge)] = replace(
            charge, invoice_number=number, fed_on=max(day, charge.fed_on))

    def _index(self, charge):
        # It is among the last ones, and there may be many.
        versions = self.contents.versions
        return next(index for index in range(len(versions) - 1, -1, -1) if versions[index] is charge)

    # === DOCUMENTS === #

    def invoice(self, pieces, day, *, is_owed=False, statement_number='', number='', is_credit=False, credits='',
                consolidated='', paid_on=None):
        """Issue an invoice or a credit memo.

        :rtype: Document
        """
        purchase = pieces[0].purchase
        document = Document(
            number or self.numbers.invoice_number(purchase.market, is_credit), is_credit, purchase.market,
            purchase.group, tuple(pieces), day, day + timedelta(days=DAYS_TO_PAY) if is_owed else None,
            paid_on or (None if is_owed else day), statement_number, consolidated, credits, is_owed)
        self.contents.documents.append(document)
        return document


def _shares(pieces, amount, unit):
    """Share an amount out to pieces in proportion to their totals."""
    total = sum(piece.parts.total for piece in pieces)
    shares, given, counted = [], Parts().total, Parts().total
    for piece in pieces:
        counted += piece.parts.total
        until = (amount * counted / total).quantize(unit)
        shares.append(replace(piece, parts=piece.parts.worth(until - given, unit)))
        given = until
    return shares

