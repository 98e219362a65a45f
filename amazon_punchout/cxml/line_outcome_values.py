"""The values that :mod:`.line_outcomes` takes and returns."""

from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal

from .confirmation_request import ConfirmationItem, ConfirmationRequest

ACCEPTED, REJECTED, BACKORDERED = 'accepted', 'rejected', 'backordered'
# Header types that can be followed, and what they mean for the lines that have no status.
HEADER_KINDS = {
    'accept': ACCEPTED, 'allDetail': ACCEPTED, 'except': ACCEPTED, 'detail': None, 'reject': REJECTED,
    'backordered': BACKORDERED,
}
_ZERO = Decimal()
_BEGINNING = datetime.min.replace(tzinfo=timezone.utc)


# === WHAT GOES IN === #

@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line as it was ordered, with its share of the cart's shipping and tax."""

    number: int
    quantity: Decimal
    price: Decimal
    shipping: Decimal = _ZERO
    tax: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Notice:
    """A confirmation that arrived; `arrival` is larger for later ones, `by_hand` means that a person entered it.

    `unconverted` are those of its items that are not in a unit of the order; see
    :func:`.ordered_units.in_ordered_units`. They are not followed.
    """

    confirmation: ConfirmationRequest
    arrival: int
    by_hand: bool = False
    unconverted: tuple[ConfirmationItem, ...] = ()

    @property
    def age(self):
        """The key by which notices are sorted: the supplier's own date, then the payloadID."""
        return (self.confirmation.notice_date or self.confirmation.timestamp or _BEGINNING,
                self.confirmation.payload_id or '', self.arrival)


def amount_of(charge):
    """Return the amount of a Shipping or Tax, None if it is not stated."""
    return charge.money.amount if charge else None


def ordered_lines(items, total=None, shipping=None, tax=None):
    """Distribute the amounts of a cart's header over its lines, so that an unanswered line can keep its part.

    :param items: pairs of a line number and the :class:`~.punchout_order_message.ItemIn` that was ordered under it
    :param Money | None total: of the header, without shipping and tax; what it exceeds the lines by goes with the tax
    :param Shipping | None shipping: of the header; None: the lines' own
    :param Tax | None tax: of the header; None: the lines' own
    :return: the lines, whose amounts add up to the header's
    :rtype: tuple[OrderedLine, ...]
    """
    items = tuple(items)
    nets = [item.quantity * item.unit_price.amount for _number, item in items]
    shippings = _shared_out(amount_of(shipping), [amount_of(item.shipping) or _ZERO for _number, item in items], nets)
    taxes = _shared_out(amount_of(tax), [amount_of(item.tax) or _ZERO for _number, item in items], nets)
    rests = _shared_out(total and total.amount - sum(nets, _ZERO), [_ZERO] * len(items), nets)
    return tuple(
        OrderedLine(number, item.quantity, item.unit_price.amount, line_shipping, line_tax + rest)
        for (number, item), line_shipping, line_tax, rest in zip(items, shippings, taxes, rests, strict=True))


def _shared_out(amount, parts, weights):
    """Change parts in proportion so that they add up to an amount."""
    stated = sum(parts, _ZERO)
    if amount is None or amount == stated or not parts:
        return parts
    if stated:
        weights = parts
    whole = sum(weights, _ZERO)
    if not whole:
        return [amount / len(parts)] * len(parts)
    return [amount * weight / whole for weight in weights]


# === WHAT COMES OUT === #

@dataclass(frozen=True, slots=True)
class ConfirmedLine:
    """The outcome of a line.

    `net` is what Amazon bills for `open_quantity`, without shipping and tax: at the confirmed prices, and at the
    ordered price for what it has not accepted yet. `highest_price` is the highest of these prices.
    """

    number: int
    quantity: Decimal
    ordered_price: Decimal
    accepted: Decimal = _ZERO
    rejected: Decimal = _ZERO
    backordered: Decimal = _ZERO
    net: Decimal = _ZERO
    accepted_net: Decimal = _ZERO
    highest_price: Decimal = _ZERO
    is_repriced: bool = False
    delivery_date: datetime | None = None
    error_codes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # comments that a person wrote
    shipping: Decimal = _ZERO  # the part of the order's that belongs to `open_quantity`
    tax: Decimal = _ZERO  # likewise
    confirm_ids: tuple[str, ...] = ()  # the Amazon orders that accepted some of it

    @property
    def open_quantity(self):
        """The quantity that will be delivered and billed, as far as is known."""
        return self.quantity - self.rejected

    @property
    def is_answered(self):
        """Whether Amazon has said something about any of it."""
        return self.accepted + self.rejected + self.backordered > 0

    @property
    def price(self):
        """The price for which open_quantity × price is `net`; the average of several confirmed prices."""
        return ratio(self.net, self.open_quantity, self.ordered_price)

    @property
    def confirmed_price(self):
        """The average price of what Amazon accepted, None if it accepted nothing."""
        return ratio(self.accepted_net, self.accepted, None)

    @property
    def is_accepted_in_full(self):
        """Whether Amazon accepted the whole quantity, at any price."""
        return self.accepted == self.quantity

    @property
    def confirmation(self):
        """'none', 'accepted', 'changed', 'rejected' or 'backordered'; part of it may still be unanswered."""
        if not self.is_answered:
            return 'none'
        if self.rejected:
            return 'rejected' if self.rejected == self.quantity else 'changed'
        if self.backordered:
            return 'backordered'
        return 'changed' if self.is_repriced else 'accepted'


def ratio(amount, quantity, otherwise):
    """Divide an amount by a quantity, unless that is zero."""
    return amount / quantity if quantity else otherwise


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What could not be followed in a notice; `stated_total` is set where its Total is not the sum of its parts."""

    unknown_lines: tuple[int, ...] = ()
    unread_types: tuple[str, ...] = ()
    excess_lines: tuple[int, ...] = ()
    stated_total: Decimal | None = None
    computed_total: Decimal | None = None
    unconverted: tuple[ConfirmationItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmedOrder:
    """The outcome of an order.

    `shipping` and `total` (with shipping and tax) are what Amazon confirmed, and the cart's share of them for what it
    has not confirmed yet. `facts` has the :class:`NoticeFacts` by the arrival of their notice.
    """

    lines: dict[int, ConfirmedLine]
    confirm_ids: tuple[str, ...] = ()
    shipping: Decimal = _ZERO
    total: Decimal = _ZERO
    facts: dict[int, NoticeFacts] = field(default_factory=dict)

    @property
    def state(self):
        """The state of the order after its confirmations.

        'sent' where no line is answered, 'cancelled' where nothing is left, 'confirmed' where every line is accepted in
        full, changed prices included, else 'partial'.
        """
        lines = self.lines.values()
        if not any(line.is_answered for line in lines):
            return 'sent'
        if not any(line.open_quantity for line in lines):
            return 'cancelled'
        return 'confirmed' if all(line.is_accepted_in_full for line in lines) else 'partial'
