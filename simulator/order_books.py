"""Keep the books of what this Amazon sells: what is shipped is charged by itself, what is invoiced is owed."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from .books import sums
from .books.ledger import Ledger
from .books.numbers import Numbers
from .books.records import (
    CANCELLED,
    CARD,
    CLOSED,
    GIFT_CARD,
    INVOICE,
    MARKETS,
    PAYMENT_CONFIRMED,
    PENDING,
    PENDING_FULFILLMENT,
    REWARDS,
    Buyer,
    Instrument,
    Line,
    Parts,
    Piece,
    Purchase,
)
from .catalogue import BY_ASIN
from .cxml_elements import now
from .options import Options
from .portions import whole_line

INSTRUMENTS = (CARD, GIFT_CARD, REWARDS, INVOICE)
SHOPPER = 'shopper@buyer.example'


@dataclass(frozen=True)
class MoneySettings:
    """How a group pays, and whether it is charged by itself when something is shipped."""

    # A group whose invoices are sent pays by invoice, whatever this says.
    pays: str = CARD
    digits: str = '4271'
    # This much of each charge is paid with a gift card first.
    gift_percent: int = 0
    auto: bool = True
    company: str = 'Simulated Works'

    @classmethod
    def from_json(cls, values):
        """Read settings from a request.

        :raises Impossible: if they are wrong; its text is shown to the user.
        """
        options = Options(values, 'The settings')
        settings = cls(
            pays=options.text('pays', CARD, INSTRUMENTS), digits=options.text('digits', cls.digits),
            gift_percent=options.whole('gift_percent', 0, 0, 99), auto=options.flag('auto', True),
            company=options.text('company', cls.company))
        options.done()
        return settings


class OrderBooks:
    """The books of the simulator, which follow the orders of the desk."""

    def __init__(self, lock, post_office, orders):
        self._lock = lock
        self._post_office = post_office
        self._orders = orders
        self.ledger = Ledger(Numbers(random.Random()))
        self.month = None
        self._settings = {}
        # By order number on the desk: a status that a person wants.
        self._statuses = {}
        self._statements = {}

    def settings(self, account):
        return self._settings.get(account.identity, MoneySettings())

    def set_up(self, account, values):
        settings = MoneySettings.from_json(values)
        with self._lock:
            self._settings[account.identity] = settings

    def load(self, month):
        """Take over the books of a month, beside what is sold here.

        :param simulator.month.Month month: a month that was generated.
        """
        with self._lock:
            self.month = month
            self.ledger = month.ledger
            for order in self._orders.all():
                self.follow(order)

    def locked(self):
        """Return the lock of the books, for reading them while nobody writes."""
        return self._lock

    def transactions_of(self, order):
        """Return the charges and refunds of an order of the desk in their last versions.

        :rtype: list[simulator.books.records.Charge]
        """
        with self._lock:
            refs = {purchase.ref for purchase in self._purchases(order)}
            return [charge for charge in self.ledger.transactions() if refs & set(charge.refs)]

    def sums(self):
        """Return the sums of each Amazon order."""
        with self._lock:
            return sums.of_purchases(self.ledger, self.day())

    def day(self):
        """Return the day until which everything is known: today, or the end of a month that was loaded."""
        return max(today(), self.month.until) if self.month else today()

    # === WHAT HAPPENS BY ITSELF === #

    def follow(self, order):
        """Enter an order of the desk as purchases, or bring them up to date with its confirmations."""
        with self._lock:
            fulfilment = order.fulfilment
            if not fulfilment.amazon_orders:
                portions = [whole_line(order, line) for line in order.request.lines if line.quantity]
                gone = bool(+fulfilment.rejected)
                self._enter(order, fulfilment.first_ref, portions, CANCELLED if gone else PENDING)
            for amazon_order in fulfilment.amazon_orders:
                self._enter(order, amazon_order.confirm_id, amazon_order.portions, PAYMENT_CONFIRMED)

    def _enter(self, order, ref, portions, status):
        known = self.ledger.contents.purchases.get(ref)
        before = {line.number: line for line in known.lines} if known else {}
        lines = {}
        for portion in portions:
            line = _line(portion, before.get(portion.line_number), self.ledger.numbers)
            if portion.line_number in lines:
                first = lines[portion.line_number]
                line = replace(first, quantity=first.quantity + line.quantity, parts=first.parts + line.parts)
            lines[portion.line_number] = line
        account = order.account
        email = order.request.extrinsic_email or order.request.contact_email or SHOPPER
        purchase = self.ledger.put(Purchase(
            ref, order.request.order_id, MARKETS[account.country], account.identity, self.settings(account).company,
            Buyer(email.partition('@')[0], email), order.received_at.date(),
            tuple(lines.values()) or (known.lines if known else ()), known.statuses if known else (),
            order.received_at))
        if not lines:
            status = CANCELLED
        elif status == PAYMENT_CONFIRMED and (shipped := self._units_shipped(ref)):
            status = CLOSED if shipped >= sum(line.quantity for line in lines.values()) else PENDING_FULFILLMENT
        status = self._statuses.get(order.number, status)
        if purchase.status(today()) != status or not purchase.statuses:
            self.ledger.set_status(purchase, today(), status)

    def _units_shipped(self, ref):
        return sum(piece.quantity for shipment in self.ledger.contents.shipments for piece in shipment.pieces
                   if piece.ref == ref)

    def shipped(self, order, notice):
        """Enter a shipment, and charge it unless the group pays by invoice."""
        shipment = notice.shipment
        if notice.operation != 'new':
            # What was charged stays charged.
            kept = [known for known in self.ledger.contents.shipments if known.shipment_id != shipment.shipment_id]
            self.ledger.contents.shipments = kept if notice.operation == 'delete' else self.ledger.contents.shipments
            return
        self.follow(order)
        left = Counter(shipment.lines)
        for purchase in self._purchases(order):
            wanted = {}
            for line in purchase.lines:
                count = min(left[line.number], self.ledger.unshipped(purchase).get(line.item_id, 0))
                left[line.number] -= count
                wanted[line.item_id] = count
            if not any(wanted.values()):
                continue
            made = self.ledger.ship(purchase, today(), wanted, shipment.shipment_id, shipment.carrier,
                                    shipment.tracking)
            settings = self.settings(order.account)
            if settings.auto and self._pays(order.account) != INVOICE and _is_live(order):
                uncharged = self.ledger.uncharged(purchase)
                due = [piece for piece in made.pieces if uncharged.get(piece.line.item_id, 0) >= piece.quantity]
                if due:
                    self._charge(order.account, tuple(due), settings, Decimal(settings.gift_percent))

    def _charge(self, account, due, settings, gift_percent, settled=True, kind=None):
        day = today()
        settled_on = day if settled else None
        instrument = Instrument(kind or self._pays(account), settings.digits)
        if instrument.kind != CARD:
            instrument = replace(instrument, digits='')
        if not gift_percent:
            return [self.ledger.charge(due, instrument, day, settled_on=settled_on, fed_on=day)]
        total = sum(piece.parts.total for piece in due)
        gift = (total * gift_percent / 100).quantize(account.smallest_unit)
        return list(self.ledger.charge_twice(due, Instrument(GIFT_CARD), gift, instrument, day, settled_on=settled_on))

    def _pays(self, account):
        if self._post_office.settings(account).invoices:
            return INVOICE
        return self.settings(account).pays

    def invoiced(self, made):
        """Enter an invoice: it is owed if the group pays by invoice, else it is that of the charges."""
        by_group = [self._piece(item, 1) for item in made.items]
        account = made.items[0].order.account
        is_owed = self._pays(account) == INVOICE
        statement = self._statement(account) if is_owed else ''
        self.ledger.invoice(by_group, today(), is_owed=is_owed, statement_number=statement, number=made.invoice_id)
        if is_owed:
            self.ledger.charge(tuple(by_group), Instrument(INVOICE), today(), settled_on=today(), fed_on=today(),
                               invoice_number=made.invoice_id, statement_number=statement)
            return
        refs = {piece.ref for piece in by_group}
        for charge in self.ledger.transactions():
            if refs & set(charge.refs) and not charge.invoice_number:
                self.ledger.name_invoice(charge, made.invoice_id, today())

    def credited(self, made):
        """Enter a credit memo, and refund it to what paid its invoice."""
        credited = tuple(self._piece(item, -1) for item in made.items)
        charge = next((charge for charge in reversed(self.ledger.transactions())
                       if charge.invoice_number == made.credited.invoice_id), None)
        self.ledger.invoice(
            credited, today(), is_owed=bool(charge and charge.statement_number), number=made.invoice_id, is_credit=True,
            statement_number=charge.statement_number if charge else '', credits=made.credited.invoice_id)
        self.ledger.give_back([piece for item, piece in zip(made.items, credited, strict=True) if item.returned],
                              today())
        if charge:
            self.ledger.refund(charge, credited, today(), invoice_number=made.invoice_id,
                               statement_number=charge.statement_number)

    def _piece(self, item, sign):
        self.follow(item.order)
        purchase = self.ledger.purchase(item.confirm_id)
        line = next(line for line in purchase.lines if line.number == item.portion.line_number)
        portion = item.portion
        return Piece(purchase, line, sign * portion.quantity, Parts(
            sign * portion.goods, sign * portion.shipping, sign * portion.tax, -sign * portion.discount))

    def _statement(self, account):
        return self._statements.setdefault(account.identity, self.ledger.numbers.statement_number())

    def _purchases(self, order):
        refs = [amazon_order.confirm_id for amazon_order in order.fulfilment.amazon_orders]
        return [self.ledger.purchase(ref) for ref in refs]


def today():
    return now().date()


def _is_live(order):
    return order.request.header.deployment_mode != 'test'


def _line(portion, before, numbers):
    """Return a line of a purchase; it keeps the item id that it had."""
    product = BY_ASIN.get(portion.asin)
    return Line(
        portion.line_number, before.item_id if before else numbers.item_id(), portion.asin, portion.title,
        portion.quantity, portion.unit_price,
        Parts(portion.goods, portion.shipping, portion.tax, -portion.discount), product.unspsc if product else '',
        (product.seller if product else '') or 'Amazon', product.brand if product else '',
        product.category if product else '', portion.rate / 100)
