"""What one statement of Amazon's means for the charges that are known: which are new, and which are these."""
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from ..transactions import CHARGE, REFUND, Statement, Transaction
from .charge_events import (
    RESTATED_DAYS,
    Relation,
    are_alike,
    are_compatible,
    order_refs,
    relation,
    signature,
    totals_of_orders,
)

# What becomes of a charge or refund that a statement has.
NEW = 'new'
KNOWN = 'known'
ELSEWHERE = 'elsewhere'     # of a company that whoever reads the statement may not see
REJECTED = 'rejected'       # Odoo can't keep it; the reason says why


@dataclass(slots=True)
class Event:
    """A charge or refund that is known: a record, or one that this statement has added."""
    known: Transaction
    record: object = None
    dates: frozenset = frozenset()        # pairs of the kind of a report and the date that it has stated
    references: frozenset = frozenset()
    past: frozenset = frozenset()         # signatures of all that was stated, corrected since or not
    company_id: int = 0                   # 0 while it is held
    is_taken: bool = False                # whether this statement has stated it already
    is_doubtful: bool = False             # whether a person has to decide, or has decided, if it is one at all
    is_waiting: bool = False              # whether that is not decided yet
    is_foreign: bool = False              # of a company that whoever reads the statement may not see: never changed


@dataclass(slots=True)
class Plan:
    """What becomes of one charge or refund of a statement."""
    stated: Transaction
    outcome: str = NEW
    group: object = None                  # empty if it is not known whose it is
    company_id: int = 0
    event: Event | None = None            # the one that is known
    attention: str | None = None          # a code of `attention` of the transaction
    reason: str = ''


@dataclass(slots=True)
class Reading:
    """One statement on its way into the database.

    `groups` may own what it states; `companies` are those of the user who reads it. `report` is the record of an
    imported file, empty for an API. A dry run changes nothing.
    """
    statement: Statement
    source: str
    groups: object
    companies: object
    report: object
    fallback: object                      # the group of what has no name
    names: dict = field(default_factory=dict)         # groups by the kind and the text of their names
    net_totals: dict = field(default_factory=dict)    # of orders, by Amazon's number
    is_dry: bool = False
    added: list = field(default_factory=list)         # events that a dry run would have stored
    taken: set = field(default_factory=set)           # ids of records that this statement has stated
    taken_items: set = field(default_factory=set)     # ids of the shipped and returned items, likewise
    counts: Counter = field(default_factory=Counter)  # rows by outcome
    sums: Counter = field(default_factory=Counter)    # amounts by outcome and currency, refunds below zero
    noted: list = field(default_factory=list)         # pairs of an outcome and a plan, of a dry run
    touched: object = None                            # the records that are new or have changed
    unknown_names: Counter = field(default_factory=Counter)   # rows by kind and text of names without a group
    currencies: dict = field(default_factory=dict)    # by code
    rejected: list = field(default_factory=list)      # plans with the reason why Odoo can't keep them
    concerned: object = None              # the companies that it is about

    def note(self, name, plan):
        """Count a charge or refund under an outcome; it may have several.

        :param str name: of the outcome
        :param Plan plan: what becomes of it
        """
        stated = plan.stated
        self.counts[name] += len(stated.rows) or 1
        self.sums[name, stated.currency] += stated.amount if stated.kind == CHARGE else -stated.amount
        if self.is_dry:
            self.noted.append((name, plan))


class Pool:
    """The charges and refunds that may be those of a part of a statement."""

    def __init__(self, kind, events):
        self.kind = kind  # of the statement
        self.by_mark, self.by_order = defaultdict(list), defaultdict(list)
        for event in events:
            self.add(event)

    def add(self, event):
        """Add what is known from now on.

        :param Event event: a record, or what this statement adds
        """
        for mark in {*marks(event.known), *(('signature', text) for text in event.past)}:
            self.by_mark[mark].append(event)
        for order in order_refs(event.known):
            self.by_order[order].append(event)

    def find(self, stated, company_id):
        """Find what may be the same as a statement.

        :param Transaction stated: what came
        :param int company_id: of its company, 0 if that is not known
        :return: those of its company first, those that may not be changed last
        :rtype: list[tuple[Relation, Event]]
        """
        found = {id(event): event for mark in marks(stated) for event in self.by_mark[mark]
                 if may_be_one(stated, company_id, event)}
        events = sorted(found.values(), key=lambda event: (event.is_foreign, event.company_id != company_id))
        return [(self._relation(stated, event), event) for event in events]

    def _relation(self, stated, event):
        """Say how a statement relates to an event; what was corrected since is stated again, and is no other charge."""
        found = relation(stated, event.known, self._dates(event), event.references)
        if found in (Relation.ALIKE, Relation.UNSURE) and signature(stated) != signature(event.known):
            return Relation.OUTDATED
        return Relation.DIFFERENT if found is Relation.UNSURE and self._is_counted(stated, event) else found

    def _is_counted(self, stated, event):
        """Tell whether a refund is another one because the same statement has stated an alike one of the same day.

        A settlement that is stated again has a later day.

        :rtype: bool
        """
        return stated.kind == REFUND and event.is_taken and stated.date in self._dates(event)

    def _dates(self, event):
        """List the dates that statements of the same kind have stated for an event."""
        return [date for kind, date in event.dates if kind == self.kind]

    def of_orders(self, stated):
        """Find all charges of the orders of a statement, whatever their company: an order has one total.

        :param Transaction stated: what came
        :rtype: list[Event]
        """
        return list({id(event): event for order in order_refs(stated) for event in self.by_order[order]}.values())


def may_be_one(stated, company_id, event):
    """Tell whether the companies allow a statement to be about an event.

    The name of an account group may belong to another company since the event was stored. So what Amazon itself
    numbers, and what bears the same name, is the same one whatever company its name belongs to now.

    :param Transaction stated: what came
    :param int company_id: of its company, 0 if that is not known
    :param Event event: what is known
    :rtype: bool
    """
    if not event.is_foreign and (not company_id or not event.company_id or company_id == event.company_id):
        return True
    return bool(order_refs(stated)) or any(
        getattr(stated, name) and getattr(stated, name) == getattr(event.known, name)
        for name in ('transaction_id', 'account_group', 'company_name'))


def marks(stated):
    """Give all by which a charge may be found.

    :param Transaction stated: a charge or refund
    :rtype: list[tuple[str, str]]
    """
    found = [('signature', signature(stated))]
    found += [(name, value) for name in ('transaction_id', 'charge_identifier') if (value := getattr(stated, name))]
    return found


def first(found, wanted, is_free=False):
    """Give the first event that relates in a certain way.

    :param list found: of :meth:`Pool.find`
    :param Relation wanted: the relation
    :param bool is_free: leave out those that the statement has stated already
    :rtype: Event | None
    """
    return next((event for each, event in found if each is wanted and not (is_free and event.is_taken)), None)


def settled_sum(events, orders, kind=CHARGE):
    """Add up what was charged for, or refunded of, some orders.

    :param list[Event] events: those of the orders
    :param tuple[str] orders: Amazon's numbers
    :rtype: Decimal
    """
    return _sum_of((event for event in events if not event.is_doubtful), orders, kind)


def _sum_of(events, orders, kind):
    return sum(
        (amount for event in events if event.known.settled and event.known.kind == kind
         for order, amount in totals_of_orders(event.known).items() if order in orders), Decimal())


def foot(stated, events, target):
    """Tell by the sums of its orders whether an alike charge is another one or a settlement that is stated again.

    It is stated again if the orders sum to their total without it, and another one if they do with it, or with all that
    wait for a decision. While the orders are only charged in part, it is another one only if it is too late for a
    settlement that is stated again.

    :param Transaction stated: what came
    :param list[Event] events: all of its orders, without it
    :param Decimal | None target: what the orders cost, None if that is not known
    :return: KNOWN, NEW, or None if only a person can tell, as with all refunds
    :rtype: str | None
    """
    if stated.kind != CHARGE or target is None:
        return None
    orders = order_refs(stated)
    charged = settled_sum(events, orders)
    if charged == target:
        return KNOWN
    with_it = charged + stated.amount
    waiting = _sum_of((event for event in events if event.is_waiting), orders, CHARGE)
    if target in (with_it, with_it + waiting):
        return NEW
    return NEW if with_it < target and all(
        _is_days_apart(stated, event) for event in events if are_alike(stated, event.known)) else None


def _is_days_apart(stated, event):
    """Tell whether a charge is too far from an alike one to be that settlement, stated again."""
    days = {event.known.date, *(date for _kind, date in event.dates)}
    return stated.date is not None and None not in days and all(
        abs((stated.date - day).days) > RESTATED_DAYS for day in days)


def is_stale(stated, events, target):
    """Tell whether an authorization is over, since all of it was charged meanwhile.

    :param Transaction stated: what came, not settled
    :param list[Event] events: all of its orders
    :param Decimal | None target: what the orders cost, None if that is not known
    :rtype: bool
    """
    due = stated.amount if target is None else target
    return 0 < due <= settled_sum(events, order_refs(stated), stated.kind)


def predecessor(stated, events):
    """Find the authorization that a settled charge replaces: the only one of the same orders that nothing else states.

    :param Transaction stated: what came, settled and not known
    :param list[Event] events: all of its orders
    :rtype: Event | None
    """
    found = [
        event for event in events if not event.known.settled and not event.is_taken and event.record
        and order_refs(stated) and order_refs(event.known) == order_refs(stated)
        and are_compatible(stated, event.known)
        and not (stated.transaction_id and event.known.transaction_id)]
    return found[0] if len(found) == 1 else None
