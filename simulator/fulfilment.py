"""Accept, change, reject and cancel orders as Amazon does; each step returns what its message says."""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .cxml_elements import new_payload_id, now
from .errors import Impossible
from .order_checks import ITEM_ERRORS, OUT_OF_STOCK
from .portions import Portion, line_of, lines_of


@dataclass(frozen=True)
class LineStatus:
    """What a confirmation says about some units of a line; accepted ones have a portion."""

    line_number: str
    kind: str
    quantity: int
    portion: Portion | None = None
    price_changed: bool = False
    # (code, text) pairs; an empty text means the default one.
    reasons: tuple[tuple[str, str], ...] = ()
    delivery_date: datetime | None = None


@dataclass(frozen=True)
class Confirmation:
    payload_id: str
    confirm_id: str
    statuses: tuple[LineStatus, ...]
    # Reasons for the whole order, as in LineStatus.
    reasons: tuple[tuple[str, str], ...]
    made_at: datetime
    replaces: str = ''

    @property
    def portions(self):
        return [status.portion for status in self.statuses if status.portion]


@dataclass
class AmazonOrder:
    """One of Amazon's own orders; a purchase order can become several."""

    confirm_id: str
    portions: list[Portion]
    last_payload_id: str


@dataclass
class Fulfilment:
    """The progress of an order's lines, by line number."""

    # The number of the first Amazon order, which exists as soon as the order is received.
    first_ref: str = ''
    amazon_orders: list[AmazonOrder] = field(default_factory=list)
    rejected: Counter = field(default_factory=Counter)
    backordered: Counter = field(default_factory=Counter)
    shipments: list = field(default_factory=list)
    invoices: list = field(default_factory=list)

    def confirmed(self, number):
        return sum(portion.quantity for amazon_order in self.amazon_orders for portion in amazon_order.portions
                   if portion.line_number == number)

    def shipped(self, number):
        return sum(shipment.lines.get(number, 0) for shipment in self.shipments)

    def invoiced(self, number):
        return sum(item.portion.quantity for invoice in self.invoices if not invoice.is_credit
                   for item in invoice.items if item.portion.line_number == number)

    def of_line(self, number):
        """Return the number of units of a line that are confirmed, rejected, back-ordered, shipped and billed."""
        return {'confirmed': self.confirmed(number), 'rejected': self.rejected[number],
                'backordered': self.backordered[number], 'shipped': self.shipped(number),
                'invoiced': self.invoiced(number)}

    @property
    def is_untouched(self):
        return not (self.amazon_orders or self.rejected or self.backordered or self.shipments)


@dataclass(frozen=True)
class LineWish:
    """How to confirm a line: without any quantity, in full."""

    quantity: int | None = None
    price: Decimal | None = None
    reject: int = 0
    backorder: int = 0
    code: str = OUT_OF_STOCK
    text: str = ''
    delivery_date: datetime | None = None


def new_confirm_id(account):
    """Make an order number of three, seven and seven digits, which begins by country as Amazon's do."""
    start = {'US': 112, 'DE': 303, 'JP': 250}[account.country]
    return f'{start}-{secrets.randbelow(10**7):07d}-{secrets.randbelow(10**7):07d}'


def _next_confirm_id(order):
    used = [amazon_order.confirm_id for amazon_order in order.fulfilment.amazon_orders]
    first = order.fulfilment.first_ref
    return first if first and first not in used else new_confirm_id(order.account)


# === CONFIRMATIONS === #

def confirm_by_verdict(order):
    """Confirm the order by its own problems: lines that are sold out are rejected; any other problem rejects all.

    :rtype: list[Confirmation]
    """
    if any(problem.code != OUT_OF_STOCK for problem in order.problems):
        general = list(dict.fromkeys(p.code for p in order.problems if not p.line_number)) or [ITEM_ERRORS]
        return [reject_all(order, general)]
    sold_out = {problem.line_number for problem in order.problems}
    return confirm(order, {
        number: LineWish(reject=open_quantity(order, number)) for number in sold_out if open_quantity(order, number)})


def reject_all(order, codes, text=''):
    """Reject everything that is not answered, with reasons for the whole order and for its lines.

    :rtype: Confirmation
    """
    of_lines = {}
    for problem in order.problems:
        if problem.line_number:
            of_lines.setdefault(problem.line_number, []).append((problem.code, ''))
    statuses = []
    for line in order.request.lines:
        quantity = open_quantity(order, line.line_number)
        if quantity or not line.quantity:
            reasons = tuple(dict.fromkeys(of_lines.get(line.line_number, ())))
            statuses.append(LineStatus(line.line_number, 'reject', quantity, reasons=reasons))
            order.fulfilment.rejected[line.line_number] += quantity
    if not statuses:
        raise Impossible('Every line of this order has been answered.')
    order.fulfilment.backordered.clear()
    return _confirmation(order, '', statuses, tuple((code, text) for code in codes))


def confirm(order, wishes, others=True, split=None, update='', anyway=False):
    """Confirm lines as requested.

    :param dict wishes: LineWish by line number.
    :param bool others: confirm the unanswered units of all other lines in full.
    :param list split: lists of line numbers; each becomes an Amazon order with its own confirmation.
    :param str update: the number of an Amazon order to restate; it then has only the lines in wishes.
    :param bool anyway: allow more than is unanswered.
    :rtype: list[Confirmation]
    """
    updated = next((o for o in order.fulfilment.amazon_orders if o.confirm_id == update), None)
    if update and not updated:
        raise Impossible(f'{update} is not an Amazon order of this order.')
    before = _take_back(order, updated) if updated else None
    try:
        statuses = _statuses(order, wishes, others and not updated, anyway)
        if not statuses:
            raise Impossible('Every line of this order has been answered.')
        groups = _split(statuses, split)
    except Impossible:
        if updated:
            updated.portions = before
        raise
    confirmations = []
    for group in groups:
        accepted = [status.portion for status in group if status.portion]
        reasons = () if any(status.kind != 'reject' for status in group) else ((ITEM_ERRORS, ''),)
        confirmation = _confirmation(
            order, update or (_next_confirm_id(order) if accepted else ''), group, reasons,
            replaces=updated.last_payload_id if updated else '')
        if updated:
            updated.portions, updated.last_payload_id = accepted, confirmation.payload_id
        elif accepted:
            order.fulfilment.amazon_orders.append(
                AmazonOrder(confirmation.confirm_id, accepted, confirmation.payload_id))
        for status in group:
            _count(order, status)
        confirmations.append(confirmation)
    return confirmations


def cancel(order, quantities=None, code=ITEM_ERRORS, text=''):
    """Cancel what has not been shipped, confirmed or not: Amazon rejects it.

    :param dict quantities: units by line number; without any, everything that has not been shipped.
    :rtype: Confirmation
    """
    fulfilment, statuses = order.fulfilment, []
    for number, line in lines_of(order).items():
        possible = line.quantity - fulfilment.rejected[number] - fulfilment.shipped(number)
        wanted = possible if quantities is None else quantities.get(number, 0)
        if wanted > possible:
            raise Impossible(f'Line {number}: {wanted} is more than the {possible} that can still be cancelled.')
        if wanted:
            statuses.append(LineStatus(number, 'reject', wanted))
    unknown = set(quantities or ()) - set(lines_of(order))
    if unknown:
        raise Impossible(f'The order has no line {", ".join(sorted(unknown))}.')
    if not statuses:
        raise Impossible('There is nothing left to cancel.')
    for status in statuses:
        _unconfirm(order, status)
        _count(order, status)
    return _confirmation(order, '', statuses, ((code, text),))


def open_quantity(order, number):
    """Return the units of a line without a final answer; back-ordered units have none."""
    line = line_of(order, number)
    return max(0, line.quantity - order.fulfilment.confirmed(number) - order.fulfilment.rejected[number])


def _take_back(order, amazon_order):
    before, amazon_order.portions = amazon_order.portions, []
    return before


def _statuses(order, wishes, others, anyway):
    for number in wishes:
        line_of(order, number)
    statuses = []
    for line in order.request.lines:
        number = line.line_number
        if number in wishes:
            statuses += _line_statuses(order, number, wishes[number], anyway)
        elif others and open_quantity(order, number):
            statuses += _line_statuses(order, number, LineWish(), anyway)
    return statuses


def _line_statuses(order, number, wish, anyway):
    unanswered = open_quantity(order, number)
    quantity = wish.quantity
    if quantity is None:
        quantity = max(0, unanswered - wish.reject - wish.backorder)
    if quantity + wish.reject + wish.backorder > unanswered and not anyway:
        raise Impossible(f'Line {number}: only {unanswered} wait for an answer.')
    if quantity:
        whole = line_of(order, number)
        portion = whole.part(order.fulfilment.confirmed(number), quantity, wish.price)
        yield LineStatus(number, 'detail', quantity, portion, portion.unit_price != whole.unit_price,
                         delivery_date=wish.delivery_date)
    if wish.backorder:
        yield LineStatus(number, 'backordered', wish.backorder, delivery_date=wish.delivery_date)
    if wish.reject:
        yield LineStatus(number, 'reject', wish.reject, reasons=((wish.code, wish.text),))


def _split(statuses, split):
    if split is None:
        return [statuses]
    named = [number for group in split for number in group]
    spoken_of = {status.line_number for status in statuses}
    if set(named) != spoken_of or len(named) != len(set(named)):
        raise Impossible(f'split must name each of the lines {", ".join(sorted(spoken_of))} once.')
    return [[status for status in statuses if status.line_number in group] for group in split if group]


def _count(order, status):
    number, fulfilment = status.line_number, order.fulfilment
    if status.kind == 'reject':
        fulfilment.rejected[number] += status.quantity
    fulfilment.backordered[number] += status.quantity if status.kind == 'backordered' else 0
    fulfilment.backordered[number] = min(fulfilment.backordered[number], open_quantity(order, number))


def _unconfirm(order, status):
    """Remove rejected units from the Amazon orders, the latest first."""
    wanted = status.quantity - open_quantity(order, status.line_number)
    for amazon_order in reversed(order.fulfilment.amazon_orders):
        for index, portion in enumerate(amazon_order.portions):
            if portion.line_number == status.line_number and wanted > 0:
                taken = min(wanted, portion.quantity)
                wanted -= taken
                amazon_order.portions[index] = portion.part(0, portion.quantity - taken)
        amazon_order.portions = [portion for portion in amazon_order.portions if portion.quantity]


def _confirmation(order, confirm_id, statuses, reasons, replaces=''):
    return Confirmation(new_payload_id(), confirm_id, tuple(statuses), reasons, now(), replaces)
