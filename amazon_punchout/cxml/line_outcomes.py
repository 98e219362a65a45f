"""What becomes of the lines of an order, by all of its confirmations together.

Each confirmation (a notice) claims quantities of the lines; the claims that are left at the end are the outcome.
Notices are sorted by their own date, so the order in which they arrive doesn't matter:

- An update replaces the whole notice that it names. Any other notice adds to what is there, also to what the same
  Amazon order stated about the same line: it may confirm a line part by part.
- Each statement claims the unanswered quantity first, then what the same Amazon order promised, then the claims of
  others; among both, what is back-ordered comes first, then the oldest.
- What a person entered by hand comes last, and only for lines about which Amazon itself has said nothing since.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from .confirmation_request import ConfirmationStatus
from .line_claims import Line
from .line_outcome_values import (
    ACCEPTED,
    BACKORDERED,
    HEADER_KINDS,
    REJECTED,
    ConfirmedLine,
    ConfirmedOrder,
    NoticeFacts,
    amount_of,
    ratio,
)

_KINDS = {
    'accept': ACCEPTED, 'allDetail': ACCEPTED, 'detail': ACCEPTED, 'reject': REJECTED, 'backordered': BACKORDERED,
}
# By the standard the status is not known at this time.
_SAYS_NOTHING = 'unknown'
_ZERO = Decimal()


def confirm(ordered, notices, rounding=Decimal('0.01')):
    """Fold all confirmations of an order into its outcome.

    :param ordered: every :class:`OrderedLine` of the order
    :param notices: every :class:`Notice` about it, in any order; of two with one payloadID the first to arrive counts
    :param Decimal rounding: the smallest unit of the currency
    :rtype: ConfirmedOrder
    """
    return _Fold(ordered, notices, rounding).result()


class _Fold:
    """All notices of an order, followed one after the other."""

    def __init__(self, ordered, notices, rounding):
        self.lines = {each.number: Line(each) for each in ordered}
        self.rounding = rounding
        first = {}
        for notice in sorted(notices, key=lambda each: each.arrival):
            first.setdefault(notice.confirmation.payload_id or notice.arrival, notice)
        self.real = sorted((each for each in first.values() if not each.by_hand), key=lambda each: each.age)
        self.by_hand = [each for each in first.values() if each.by_hand]
        self.taken_back = set()
        # Quantity and value that each notice accepted, before later ones took of it.
        self.accepted, self.accepted_net = defaultdict(Decimal), defaultdict(Decimal)
        self.unknown_lines, self.unread_types, self.excess_lines = (defaultdict(list) for _each in range(3))

    def result(self):
        for position, notice in enumerate(self.real):
            self._take_back(notice, self.real[:position])
            self._follow(notice, notice.confirmation.items)
            self._follow_header(notice)
        for notice in self.by_hand:
            self._follow(notice, [item for item in notice.confirmation.items if not self._is_superseded(notice, item)])
        return self._summed_up()

    def _take_back(self, notice, earlier):
        """An update replaces the notice that it names by its payloadID, else those of its Amazon order."""
        confirmation = notice.confirmation
        if confirmation.operation != 'update':
            return
        named = [each for each in earlier if confirmation.replaces_payload_id
                 and each.confirmation.payload_id == confirmation.replaces_payload_id]
        replaced = named or [each for each in earlier if confirmation.confirm_id
                             and each.confirmation.confirm_id == confirmation.confirm_id]
        self.taken_back.update(each.arrival for each in replaced)
        for line in self.lines.values():
            line.drop(lambda claim: claim.notice in replaced)

    def _is_superseded(self, notice, item):
        """Return whether Amazon itself said something about a line after a person entered a notice about it."""
        return any(_is_about(real.confirmation, item.line_number)
                   for real in self.real if real.arrival > notice.arrival and real.arrival not in self.taken_back)

    def _follow(self, notice, items):
        """Follow what a notice states about single lines."""
        header = notice.confirmation
        for item in items:
            line = self.lines.get(item.line_number)
            if not line:
                self.unknown_lines[notice.arrival].append(item.line_number)
                continue
            if item in notice.unconverted:
                continue
            for status in _statuses(header, item):
                confirm_id = status.confirm_id or header.confirm_id
                kind = _KINDS.get(status.type)
                if not kind:
                    if status.type != _SAYS_NOTHING:
                        self.unread_types[notice.arrival].append(status.type)
                    continue
                status = line.even(status)
                freed = line.free(status.quantity, notice, confirm_id=confirm_id)
                if freed < status.quantity:
                    self.excess_lines[notice.arrival].append(item.line_number)
                if kind == ACCEPTED:
                    self._note_accepted(notice, line, status, status.quantity)
                    if status.delivery_date:
                        line.promises.append((notice.arrival, status.delivery_date))
                line.claim(notice, status, kind, confirm_id, freed, status.quantity)

    def _follow_header(self, notice):
        """Follow what the header states about the lines that the notice doesn't mention."""
        header = notice.confirmation
        if not _speaks_of_all(header):
            return
        kind = HEADER_KINDS[header.type]
        status = ConfirmationStatus(type=header.type, quantity=_ZERO, error_codes=header.error_codes,
                                    comments=header.comments)
        mentioned = {item.line_number for item in header.items}
        lines = [line for number, line in self.lines.items() if number not in mentioned]
        of_this_order = [claim for line in lines for claim in line.claims
                         if header.confirm_id and claim.confirm_id == header.confirm_id]
        for line in lines:
            if kind == REJECTED and of_this_order:
                # One of several Amazon orders is cancelled: the others stand.
                freed = sum((claim.quantity for claim in of_this_order if claim.line is line), _ZERO)
                line.drop(lambda claim: claim in of_this_order)
            elif kind == REJECTED:
                freed = line.free(line.ordered.quantity, notice)
            else:
                # What is answered for good stays as it is.
                open_kinds = (BACKORDERED,) if kind == ACCEPTED else ()
                freed = line.free(line.ordered.quantity, notice, open_kinds)
            if kind == ACCEPTED:
                self._note_accepted(notice, line, status, freed)
            line.claim(notice, status, kind, header.confirm_id, freed)

    def _note_accepted(self, notice, line, status, quantity):
        self.accepted[notice.arrival] += quantity
        self.accepted_net[notice.arrival] += quantity * line.price_of(status)

    # === SUMMING UP === #

    def _summed_up(self):
        claims = defaultdict(list)
        for line in self.lines.values():
            for claim in line.claims:
                if claim.kind == ACCEPTED:
                    claims[claim.notice.arrival].append(claim)
        shipping, total, facts = _ZERO, _ZERO, {}
        charges = {name: defaultdict(Decimal) for name in ('shipping', 'tax')}
        for notice in (*self.real, *self.by_hand):
            money = self._money(notice, claims[notice.arrival])
            shipping += money.shipping
            total += money.total
            net = sum((claim.net for claim in claims[notice.arrival]), _ZERO)
            for name, amount in (('shipping', money.shipping), ('tax', money.total - net - money.shipping)):
                for number, share in _shares(amount, claims[notice.arrival], name):
                    charges[name][number] += share
            facts[notice.arrival] = NoticeFacts(
                tuple(self.unknown_lines[notice.arrival]), tuple(dict.fromkeys(self.unread_types[notice.arrival])),
                tuple(dict.fromkeys(self.excess_lines[notice.arrival])),
                *((money.total, money.computed) if money.disagrees else (None, None)), notice.unconverted)
        for line in self.lines.values():
            left = line.ordered.quantity - line.sum(ACCEPTED) - line.sum(REJECTED)
            shipping += _ordered_part(line, line.ordered.shipping, left)
            total += left * line.ordered.price + _ordered_part(line, line.ordered.shipping + line.ordered.tax, left)
            for name, shares in charges.items():
                shares[line.ordered.number] += _ordered_part(line, getattr(line.ordered, name), left)
        return ConfirmedOrder(
            lines={number: self._line(line, {name: shares[number] for name, shares in charges.items()})
                   for number, line in self.lines.items()},
            confirm_ids=tuple(dict.fromkeys(self._confirm_ids())), shipping=shipping, total=total, facts=facts)

    def _line(self, line, charges):
        accepted = [claim for claim in line.claims if claim.kind == ACCEPTED]
        accepted_net = sum((claim.net for claim in accepted), _ZERO)
        left = line.ordered.quantity - line.sum(ACCEPTED) - line.sum(REJECTED)
        prices = [claim.price for claim in accepted] + ([line.ordered.price] if left else [])
        # An acceptance without a date, also of what was back-ordered, leaves the date that was accepted before.
        promised = next((date for arrival, date in reversed(line.promises) if arrival not in self.taken_back), None)
        dates = [date for claim in line.claims if claim.kind != REJECTED
                 if (date := claim.status.delivery_date or (promised if claim.kind == ACCEPTED else None))]
        # What was accepted as ordered needs no reason.
        explained = [claim for claim in line.claims if claim.kind != ACCEPTED or claim.price != line.ordered.price]
        return ConfirmedLine(
            number=line.ordered.number, quantity=line.ordered.quantity, ordered_price=line.ordered.price,
            accepted=line.sum(ACCEPTED), rejected=line.sum(REJECTED), backordered=line.sum(BACKORDERED),
            net=accepted_net + left * line.ordered.price, accepted_net=accepted_net,
            highest_price=max(prices, default=line.ordered.price),
            is_repriced=any(claim.price != line.ordered.price for claim in accepted),
            delivery_date=max(dates, default=None),
            error_codes=_reasons(explained, 'error_codes', 'error_codes'),
            comments=_reasons(
                (claim for claim in explained if not claim.notice.by_hand), 'comments', 'error_comments'),
            notes=_reasons((claim for claim in explained if claim.notice.by_hand), 'comments', 'error_comments'),
            confirm_ids=tuple(dict.fromkeys(claim.confirm_id for claim in accepted if claim.confirm_id)), **charges)

    def _confirm_ids(self):
        """The numbers in the order in which Amazon gave them. What was entered by hand counts as long as it stands."""
        standing = {claim.notice.arrival for line in self.lines.values() for claim in line.claims}
        for notice in (*self.real, *(each for each in self.by_hand if each.arrival in standing)):
            confirmation = notice.confirmation
            yield from filter(None, (confirmation.confirm_id, *(
                status.confirm_id for item in confirmation.items for status in item.statuses)))

    # === MONEY OF ONE NOTICE === #

    def _money(self, notice, claims):
        """Compute shipping and total of the goods that a notice accepts and that no later notice claimed.

        Its own Total counts while no later notice has claimed any of it; Amazon's includes shipping and tax.
        """
        net = sum((claim.net for claim in claims), _ZERO)
        if not claims:
            return _Money()
        is_whole = (sum((claim.quantity for claim in claims), _ZERO) == self.accepted[notice.arrival]
                    and not self.unknown_lines[notice.arrival] and not notice.unconverted)
        part = Decimal(1) if is_whole else ratio(net, self.accepted_net[notice.arrival], _ZERO)
        shipping = _charge(notice.confirmation, claims, 'shipping', part)
        tax = _charge(notice.confirmation, claims, 'tax', part)
        ordered_shipping = sum(
            (_ordered_part(claim.line, claim.line.ordered.shipping, claim.quantity) for claim in claims), _ZERO)
        ordered_tax = sum(
            (_ordered_part(claim.line, claim.line.ordered.tax, claim.quantity) for claim in claims), _ZERO)
        charges = [shipping, tax]
        computed = net + (ordered_shipping if shipping is None else shipping) + (ordered_tax if tax is None else tax)
        stated = notice.confirmation.total and notice.confirmation.total.amount
        money = _Money(shipping=ordered_shipping if shipping is None else shipping, total=computed, computed=computed)
        if stated is None or not is_whole:
            return money
        if self._is_without_charges(notice, stated, net, charges):
            return money
        if shipping is None:
            # Whatever the Total leaves for it, up to what the cart said.
            money.shipping = max(_ZERO, min(ordered_shipping, stated - net - (tax or _ZERO)))
        money.total = stated
        known = net + sum((charge for charge in charges if charge is not None), _ZERO)
        money.disagrees = not self._same(stated, known, len(claims)) and (None not in charges or stated < known)
        return money

    def _is_without_charges(self, notice, stated, net, charges):
        """Return whether a Total can't be used as one with shipping and tax.

        It is of the goods alone although the notice states shipping or tax, or it includes what the notice rejects.
        """
        charged = sum((charge for charge in charges if charge is not None), _ZERO)
        if self._same(stated, net) and not self._same(charged, _ZERO):
            return True
        rejected = sum(
            (status.quantity * line.price_of(status)
             for item in notice.confirmation.items if (line := self.lines.get(item.line_number))
             for status in item.statuses if status.type == 'reject'), _ZERO)
        return bool(rejected) and (self._same(stated, net + rejected) or self._same(stated, net + rejected + charged))

    def _same(self, one, other, units=1):
        """Return whether two amounts differ by no more than a smallest unit for each line that was rounded."""
        return abs(one - other) <= self.rounding * units


@dataclass(slots=True)
class _Money:
    shipping: Decimal = _ZERO
    total: Decimal = _ZERO
    computed: Decimal = _ZERO
    disagrees: bool = False


def _statuses(header, item):
    """Return the statuses of a line; one without any has that of the header."""
    if item.statuses:
        return item.statuses
    kind = header.type if HEADER_KINDS.get(header.type) else _SAYS_NOTHING
    return (ConfirmationStatus(type={'except': 'accept'}.get(kind, kind), quantity=item.quantity),)


def _speaks_of_all(header):
    """Return whether a header applies to the lines that have no ConfirmationItem."""
    if header.type in ('accept', 'except'):
        return True
    return bool(HEADER_KINDS.get(header.type)) and not header.items


def _is_about(confirmation, line_number):
    return _speaks_of_all(confirmation) or any(
        item.line_number == line_number and any(status.type in _KINDS for status in _statuses(confirmation, item))
        for item in confirmation.items)


def _ordered_part(line, amount, quantity):
    return amount * quantity / line.ordered.quantity if line.ordered.quantity else _ZERO


def _shares(amount, claims, name):
    """Split the shipping or tax of what a notice accepts.

    By what it states for each line, else by what was ordered, else by value.

    :param str name: 'shipping' or 'tax'
    :return: tuples of line number and share
    """
    stated = [amount_of(getattr(claim.status, name)) for claim in claims]
    for weights in (
        [claim.part_of(each or _ZERO) for claim, each in zip(claims, stated, strict=True)],
        [_ordered_part(claim.line, getattr(claim.line.ordered, name), claim.quantity) for claim in claims],
        [claim.net for claim in claims],
    ):
        if whole := sum(weights, _ZERO):
            return [(claim.line.ordered.number, amount * weight / whole)
                    for claim, weight in zip(claims, weights, strict=True)]
    return [(claim.line.ordered.number, amount / len(claims)) for claim in claims]


def _charge(confirmation, claims, name, part):
    """Return the shipping or tax of what a notice accepts.

    It is that of the header; where later notices claimed some of it, that of the lines, or a part.

    :param str name: 'shipping' or 'tax'
    :param Decimal part: of the header's amount, by the value of the goods that are left
    :return: None where the notice states none
    """
    header = amount_of(getattr(confirmation, name))
    if part == 1 and header is not None:
        return header
    amounts = [(claim, amount_of(getattr(claim.status, name))) for claim in claims]
    if any(amount is not None for _claim, amount in amounts):
        return sum((claim.part_of(amount) for claim, amount in amounts if amount is not None), _ZERO)
    return None if header is None else header * part


def _reasons(claims, codes_or_comments, of_header):
    """Return the error codes or comments of these claims, and the reasons that the headers of their notices give.

    A header may give another reason than the line, e.g. 018-007 beside 015-005. What else it says, which may be a
    greeting, counts only for a rejection without any reason of its own.

    :param str of_header: the field that has only the reasons of a header
    """
    reasons = []
    for claim in claims:
        status, header = claim.status, claim.notice.confirmation
        reasons += getattr(status, codes_or_comments)
        has_own = status.error_codes or status.comments or claim.kind != REJECTED
        reasons += getattr(header, of_header if has_own else codes_or_comments)
    return tuple(dict.fromkeys(reasons))
