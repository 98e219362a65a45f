"""The claims on the lines of an order: which quantity each confirmation has of a line."""

from dataclasses import dataclass, replace
from decimal import Decimal

from .confirmation_request import ConfirmationStatus
from .line_outcome_values import ACCEPTED, BACKORDERED, REJECTED, Notice

_ZERO = Decimal()
# The factors of units are rounded, and thirds have no end.
_UNEVEN = Decimal('0.00001')


@dataclass(slots=True, eq=False)
class Claim:
    """A quantity of a line that a notice claims; later notices may reduce it."""

    line: 'Line'
    notice: Notice
    status: ConfirmationStatus
    kind: str
    quantity: Decimal
    first_quantity: Decimal
    confirm_id: str | None

    @property
    def price(self):
        return self.line.price_of(self.status)

    @property
    def net(self):
        return self.quantity * self.price

    def part_of(self, amount):
        """Return the part of an amount that belongs to the quantity that is left."""
        return amount * self.quantity / self.first_quantity


class Line:
    """A line and the claims on it, the oldest first."""

    def __init__(self, ordered):
        self.ordered = ordered
        self.claims = []
        self.promises = []  # (arrival of the notice, date) of what was accepted, the oldest first

    def price_of(self, status):
        """Return the price of a status: it states one only where that differs from the ordered one."""
        return status.unit_price.amount if status.unit_price else self.ordered.price

    def sum(self, kind=None):
        return sum((claim.quantity for claim in self.claims if kind in (None, claim.kind)), _ZERO)

    @property
    def unanswered(self):
        return self.ordered.quantity - self.sum()

    def even(self, status):
        """Return a status of the unanswered quantity if its own differs from that only because units were converted."""
        is_even = abs(self.unanswered - status.quantity) < status.quantity * _UNEVEN
        return replace(status, quantity=self.unanswered) if is_even else status

    def drop(self, is_dropped):
        self.claims = [claim for claim in self.claims if not is_dropped(claim)]

    def free(self, quantity, notice, kinds=(BACKORDERED, ACCEPTED, REJECTED), confirm_id=None):
        """Free a quantity for a notice.

        First what is unanswered, then what its own Amazon order promised, then the claims of others; among both, what
        is back-ordered comes first, then the oldest.

        :param str | None confirm_id: of the Amazon order that only takes back a part of what it said
        :return: how much could be freed
        """
        freed = min(quantity, self.unanswered)
        own = [
            claim for claim in self.claims
            if confirm_id and claim.confirm_id == confirm_id and claim.kind != REJECTED]
        others = [claim for claim in self.claims if claim not in own]
        for claims in (own, others):
            claims.sort(key=lambda claim: claim.kind != BACKORDERED)
        return freed + self._take(quantity - freed, [claim for claim in own + others if claim.kind in kinds], notice)

    def _take(self, quantity, claims, notice):
        taken = _ZERO
        for claim in claims:
            if claim.notice is not notice:
                part = min(quantity - taken, claim.quantity)
                claim.quantity -= part
                taken += part
        self.drop(lambda claim: not claim.quantity)
        return taken

    def claim(self, notice, status, kind, confirm_id, quantity, first_quantity=None):
        if quantity:
            self.claims.append(Claim(self, notice, status, kind, quantity, first_quantity or quantity, confirm_id))
