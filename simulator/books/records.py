"""What the books are made of. Everything is immutable; a change makes a new version."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

NOTHING = Decimal(0)

CHARGE, REFUND, OVER_REFUND = 'CHARGE', 'REFUND', 'OVERREFUND'

CARD, GIFT_CARD, REWARDS, INVOICE, BANK = 'card', 'gift card', 'rewards', 'invoice', 'bank'
INSTRUMENT_TEXTS = {
    CARD: 'Visa', GIFT_CARD: 'Gift Certificate/Card', REWARDS: 'Reward Account', INVOICE: 'Pay by Invoice',
    BANK: 'Bank Account',
}

PENDING_APPROVAL, PAYMENT_CONFIRMED, PENDING_FULFILLMENT, PENDING, CANCELLED, CLOSED = (
    'PENDING_APPROVAL', 'PAYMENT_CONFIRMED', 'PENDING_FULFILLMENT', 'PENDING', 'CANCELLED', 'CLOSED')


@dataclass(frozen=True)
class Market:
    """A marketplace: its money, the region whose APIs tell of it, and the start of its order numbers."""

    country: str
    region: str
    currency: str
    unit: Decimal
    marketplace_id: str
    order_start: int
    # Sellers charge VAT there, so that card charges have invoices too.
    has_vat: bool


MARKETS = {
    market.country: market for market in (
        Market('US', 'na', 'USD', Decimal('0.01'), 'ATVPDKIKX0DER', 112, False),
        Market('DE', 'eu', 'EUR', Decimal('0.01'), 'A1PA6795UKMFR9', 303, True),
        Market('UK', 'eu', 'GBP', Decimal('0.01'), 'A1F83G8C2ARO7P', 204, True),
        Market('JP', 'jp', 'JPY', Decimal('1'), 'A1VC38T7YXB528', 250, True),
    )
}
REGIONS = tuple(dict.fromkeys(market.region for market in MARKETS.values()))


@dataclass(frozen=True)
class Parts:
    """The parts of an amount; a discount is zero or negative."""

    goods: Decimal = NOTHING
    shipping: Decimal = NOTHING
    tax: Decimal = NOTHING
    discount: Decimal = NOTHING
    fees: Decimal = NOTHING

    @property
    def total(self):
        return self.goods + self.shipping + self.tax + self.discount + self.fees

    def __add__(self, other):
        return self._each(lambda one, two: one + two, other)

    def __sub__(self, other):
        return self._each(lambda one, two: one - two, other)

    def _each(self, combine, other):
        return Parts(*(combine(getattr(self, name), getattr(other, name)) for name in PART_NAMES))

    def times(self, ratio, unit, rounding=ROUND_HALF_UP):
        """Return a fraction of each part, rounded to the unit."""
        return Parts(*((getattr(self, name) * ratio).quantize(unit, rounding) for name in PART_NAMES))

    def worth(self, amount, unit):
        """Return parts in about these proportions whose total is exactly an amount."""
        if not self.total:
            return Parts(goods=amount)
        cut = self.times(amount / self.total, unit)
        return cut + Parts(goods=amount - cut.total)


PART_NAMES = tuple(Parts.__dataclass_fields__)


@dataclass(frozen=True)
class Buyer:
    name: str
    email: str


@dataclass(frozen=True)
class Instrument:
    """What pays: a card by its last digits, or a balance without any."""

    kind: str
    digits: str = ''
    text: str = ''

    @property
    def words(self):
        return self.text or INSTRUMENT_TEXTS[self.kind]


@dataclass(frozen=True)
class Line:
    """A line of a purchase; `number` is the purchasing system's own, empty if there is none."""

    number: str
    item_id: str
    asin: str
    title: str
    quantity: int
    unit_price: Decimal
    parts: Parts
    unspsc: str = ''
    seller: str = ''
    brand: str = ''
    category: str = ''
    tax_rate: Decimal | None = None

    def part(self, start, quantity, unit):
        """Return the parts of some units, so that consecutive ones add up to the whole line."""
        def up_to(count):
            return self.parts.times(Decimal(count) / self.quantity, unit) if self.quantity else Parts()

        return up_to(start + quantity) - up_to(start)


@dataclass(frozen=True)
class Purchase:
    """One of Amazon's orders; `po_number` is the purchasing system's, or what a buyer typed, or empty."""

    ref: str
    po_number: str
    market: Market
    group: str
    company: str
    buyer: Buyer
    ordered_on: date
    lines: tuple[Line, ...]
    # (day, status): the last one that is not in the future holds.
    statuses: tuple[tuple[date, str], ...] = ()
    ordered_at: datetime | None = None

    @property
    def parts(self):
        return sum((line.parts for line in self.lines), Parts())

    def status(self, day):
        reached = [status for since, status in self.statuses if since <= day]
        return reached[-1] if reached else PENDING

    def is_cancelled(self, day):
        return self.status(day) == CANCELLED


@dataclass(frozen=True)
class Piece:
    """Some units of a line: what is shipped, charged, invoiced or refunded of it."""

    purchase: Purchase | None
    line: Line
    quantity: int
    parts: Parts
    shipment_id: str = ''
    shipped_on: date | None = None
    reason: str = ''

    @property
    def ref(self):
        return self.purchase.ref if self.purchase else ''


@dataclass(frozen=True)
class Shipment:
    shipment_id: str
    pieces: tuple[Piece, ...]
    shipped_on: date
    carrier: str
    tracking: str
    delivered_on: date

    def is_delivered(self, day):
        return self.delivered_on <= day


@dataclass(frozen=True)
class Return:
    piece: Piece
    returned_on: date
    status: str = 'Completed'


@dataclass(frozen=True)
class Charge:
    """A version of a charge or a refund.

    The transaction id is the same in all versions, the payment reference is not. `listed` are the items that the Orders
    report shows with this payment, if not those that it paid. A version that is replaced is shown until that day;
    without that day it stays beside the next one.
    """

    kind: str
    transaction_id: str
    charge_identifier: str
    reference: str
    instrument: Instrument
    market: Market
    group: str
    company: str
    buyer: Buyer
    pieces: tuple[Piece, ...]
    day: date
    fed_on: date
    settled_on: date | None
    listed: tuple[Piece, ...] = ()
    replaced_on: date | None = None
    invoice_number: str = ''
    statement_number: str = ''
    associated: tuple[str, ...] = ()

    @property
    def amount(self):
        return sum((piece.parts.total for piece in self.pieces), NOTHING)

    @property
    def refs(self):
        return tuple(dict.fromkeys(piece.ref for piece in self.pieces if piece.ref))

    def of(self, ref):
        """Return the amount that concerns one purchase."""
        return sum((piece.parts.total for piece in self.pieces if piece.ref == ref), NOTHING)

    def is_settled(self, day):
        return self.settled_on is not None and self.settled_on <= day

    def is_shown(self, day):
        return self.day <= day and (self.replaced_on is None or day < self.replaced_on)


@dataclass(frozen=True)
class Document:
    """An invoice or a credit memo; the amounts of both are positive."""

    number: str
    is_credit: bool
    market: Market
    group: str
    pieces: tuple[Piece, ...]
    issued_on: date
    due_on: date | None = None
    paid_on: date | None = None
    statement_number: str = ''
    # The consolidated invoice that this one is a part of.
    consolidated: str = ''
    credits: str = ''
    # Pay by Invoice: only such documents are in the Reconciliation report.
    is_owed: bool = False

    @property
    def amount(self):
        return sum((piece.parts.total for piece in self.pieces), NOTHING)

    def status(self, day):
        if self.paid_on and self.paid_on <= day:
            return 'Closed'
        if self.due_on and self.due_on < day:
            return 'Past Due'
        return 'Issued'


@dataclass
class Contents:
    """All records of the books, in the order in which they were made."""

    purchases: dict[str, Purchase] = field(default_factory=dict)
    shipments: list[Shipment] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    versions: list[Charge] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
