"""What makes two statements of Amazon the same charge or refund, and what all statements about one say together.

docs/charges.md has the rules in words. Nothing of Odoo is needed here.
"""
import datetime
import hashlib
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import Enum

from ..transactions import CHARGE, OTHER, Transaction, TransactionLine

API = 'api'
REPORT = 'report'
# The doubt about items that do not add up to their charge.
ITEMS_DIFFER = 'items_differ'
# What is stated again within these days, under another reference, may be the same charge or refund.
RESTATED_DAYS = 3
PARTS = ('items', 'shipping', 'tax', 'discount', 'fees')
# What a statement about the same event may add; the amounts and the orders are what the event is.
ADDED = (
    'feed_date', 'date', 'instrument_text', 'last_digits', 'statement_number', 'transaction_id', 'charge_identifier',
    'payment_reference', 'invoice_number', 'account_group', 'company_name', 'buyer', 'buyer_email', 'marketplace')


class Relation(Enum):
    """How a statement relates to an event that is known."""
    SAME = 'same'            # by an identifier, or alike with the same reference
    ALIKE = 'alike'          # nothing tells them apart: the first of one statement is the first that is known
    OUTDATED = 'outdated'    # alike to what was corrected since
    UNSURE = 'unsure'        # alike, but with another reference or date: the sum of the order decides
    DIFFERENT = 'different'


@dataclass(frozen=True, slots=True)
class Version:
    """One way in which an event was stated.

    `source` is `api` or `report`, `kind` the kind of the report or of the API's answer, `imports` the ids of the
    imported reports that state it in this way.
    """
    source: str
    kind: str
    stated: Transaction
    imports: tuple[int, ...] = ()


# === ORDERS AND SIGNATURES === #

def order_refs(stated):
    """List Amazon's numbers of the orders of a charge, each once and sorted.

    :param Transaction stated: a charge or refund
    :rtype: tuple[str, ...]
    """
    return tuple(sorted({line.order_ref for line in stated.lines if line.order_ref}))


def line_total(line):
    """Give the total of a line: what is stated, else the sum of its parts.

    :param TransactionLine line: a line
    :rtype: Decimal
    """
    if line.total is not None:
        return line.total
    return sum((getattr(line, part) or Decimal() for part in PARTS), Decimal())


def totals_of_orders(stated):
    """Share a charge among its orders, as its lines do; a charge of one order is all of that order.

    :param Transaction stated: a charge or refund
    :return: the amounts by Amazon's numbers
    :rtype: dict[str, Decimal]
    """
    refs = order_refs(stated)
    if len(refs) == 1:
        return {refs[0]: stated.amount}
    totals = dict.fromkeys(refs, Decimal())
    for line in stated.lines:
        if line.order_ref:
            totals[line.order_ref] += line_total(line)
    return totals


def signature(stated):
    """Give what alike charges have in common: kind, currency, amount and orders.

    Instrument, digits and days are compared apart, since not every source states the same.

    :param Transaction stated: a charge or refund
    :rtype: str
    """
    numbers = sorted({line.purchase_order_number or '' for line in stated.lines})
    about = order_refs(stated) or numbers
    text = '|'.join((stated.kind, stated.currency, f'{stated.amount.normalize():f}', *about))
    return hashlib.sha256(text.encode()).hexdigest()


def item_keys(stated):
    """List the items of a charge, if each of its lines names one.

    :param Transaction stated: a charge or refund
    :return: None if they are not known
    :rtype: list[str] | None
    """
    keys = [line.asin for line in stated.lines]
    return sorted(keys) if keys and all(keys) else None


# === THE SAME EVENT === #

def are_compatible(one, other):
    """Tell whether instrument, digits and owner allow two alike statements to be about one event.

    What one of them does not state contradicts nothing. Amazon's numbers of orders are unique, so the owner counts only
    where there is no order.

    :param Transaction one: a charge or refund
    :param Transaction other: another one with the same signature, or of the same orders
    :rtype: bool
    """
    if one.kind != other.kind or one.currency != other.currency:
        return False
    if OTHER not in (one.instrument, other.instrument) and one.instrument != other.instrument:
        return False
    names = ('last_digits',) if order_refs(one) else ('last_digits', 'account_group', 'company_name')
    return not any(getattr(one, name) and getattr(other, name) and getattr(one, name) != getattr(other, name)
                   for name in names)


def are_alike(one, other):
    """Tell whether nothing but identifiers and days can tell two statements apart.

    :param Transaction one: a charge or refund
    :param Transaction other: another one
    :rtype: bool
    """
    return signature(one) == signature(other) and not _contradict(one, other)


def _contradict(one, other):
    """Tell whether instrument, digits, owner or items say that two statements are about two events."""
    ours, theirs = item_keys(one), item_keys(other)
    return not are_compatible(one, other) or bool(ours and theirs) and ours != theirs


def relation(stated, known, dates=(), references=()):
    """Say how a statement relates to an event that is known, if both have the same signature or identifier.

    :param Transaction stated: what came
    :param Transaction known: what is known of the event
    :param dates: the dates that reports of the same kind have stated; those of other kinds are no comparison
    :param references: all payment references under which it was stated
    :rtype: Relation
    """
    if stated.kind != known.kind:
        return Relation.DIFFERENT
    for name in ('transaction_id', 'charge_identifier'):
        ours, theirs = getattr(stated, name), getattr(known, name)
        if ours and theirs:
            same = ours == theirs and (name == 'transaction_id' or order_refs(stated) == order_refs(known))
            return Relation.SAME if same else Relation.DIFFERENT
    if _contradict(stated, known):
        return Relation.DIFFERENT
    if stated.payment_reference and known.payment_reference:
        if stated.payment_reference in (known.payment_reference, *references):
            return Relation.SAME
        return Relation.UNSURE if stated.kind == CHARGE and order_refs(stated) else _by_days(stated, known)
    if dates and stated.date and stated.date not in dates:
        return Relation.UNSURE if stated.kind == CHARGE and order_refs(stated) else _by_days(stated, known)
    if not order_refs(stated) and _by_days(stated, known) is Relation.DIFFERENT:
        return Relation.DIFFERENT
    return Relation.ALIKE


def _by_days(stated, known):
    """Say by the days between them whether two alike statements may be one event that is stated again."""
    if not stated.date or not known.date or abs(stated.date - known.date).days <= RESTATED_DAYS:
        return Relation.UNSURE
    return Relation.DIFFERENT


# === WHAT ALL STATEMENTS SAY TOGETHER === #

def rank(version, place):
    """Order the versions of an event: what is settled counts more, then the API, then the newest.

    :param Version version: one of them
    :param int place: when it arrived
    :rtype: tuple
    """
    stated = version.stated
    day = stated.feed_date or stated.date or datetime.date.min
    return stated.settled, version.source == API, day, place


def detail(stated):
    """Count what the lines of a statement tell.

    :param Transaction stated: a charge or refund
    :rtype: int
    """
    names = [field.name for field in fields(TransactionLine)]
    return sum(getattr(line, name) is not None for line in stated.lines for name in names)


def combine(versions):
    """Put all statements about one event together, whatever the order in which they came.

    :param list[Version] versions: at least one
    :rtype: Transaction
    """
    by_rank = [version for _rank, version in sorted(
        ((rank(version, place), version) for place, version in enumerate(versions)),
        key=lambda pair: pair[0], reverse=True)]
    first = by_rank[0]
    event = first.stated
    added = {
        name: next(filter(None, (getattr(version.stated, name) for version in by_rank)), None) for name in ADDED}
    if event.instrument == OTHER:
        added['instrument'] = next(
            (version.stated.instrument for version in by_rank if version.stated.instrument != OTHER), OTHER)
    alike = [version for version in by_rank if signature(version.stated) == signature(event)]
    sure = [version for version in alike if not version.stated.doubts and (
        version.source == API or item_keys(version.stated))]
    # Of equal detail, the first by rank.
    lines = max((version.stated for version in sure or alike), key=detail).lines
    doubts = () if sure else _doubts_left(alike)
    return replace(
        event, lines=lines, doubts=doubts, over_refund=any(version.stated.over_refund for version in versions), **added)


def _doubts_left(alike):
    """List what is doubtful about an event. A source without items confirms its amount, but not its items.

    :param list[Version] alike: its versions, none of which states items without a doubt
    :rtype: tuple[str, ...]
    """
    is_confirmed = any(not version.stated.doubts for version in alike)
    doubts = dict.fromkeys(code for version in alike for code in version.stated.doubts)
    return tuple(code for code in doubts if code == ITEMS_DIFFER or not is_confirmed)


def is_correction(before, after):
    """Tell whether two states of an event differ in what the books depend on.

    :param Transaction before: what was known
    :param Transaction after: what is known now
    :rtype: bool
    """
    return (before.kind, before.currency, before.amount, before.settled, totals_of_orders(before)) != (
        after.kind, after.currency, after.amount, after.settled, totals_of_orders(after))


# === AS TEXT === #

def to_json(value):
    """Give a value as JSON has it: numbers and dates as text, without what is not stated.

    :param value: a :class:`Transaction`, a :class:`Version` or a part of one
    """
    if isinstance(value, Transaction | TransactionLine | Version):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, dict):
        return {name: to_json(each) for name, each in value.items() if each is not None and each != ()}
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    return value if isinstance(value, str | bool | int) else str(value)


def version_from_json(value):
    """Read a version that :func:`to_json` gave.

    :param dict value: as read from JSON
    :rtype: Version
    """
    return Version(
        value['source'], value['kind'], transaction_from_json(value['stated']), tuple(value.get('imports', ())))


def transaction_from_json(value):
    """Read a charge that :func:`to_json` gave.

    :param dict value: as read from JSON
    :rtype: Transaction
    """
    lines = tuple(_read(TransactionLine, line) for line in value.get('lines', ()))
    tuples = {name: tuple(value.get(name, ())) for name in ('rows', 'raw', 'doubts')}
    rest = {name: each for name, each in value.items() if name != 'lines' and name not in tuples}
    return replace(_read(Transaction, rest), lines=lines, **tuples)


def _read(kind, value):
    """Read the fields of a dataclass by their annotations."""
    types = {field.name: field.type for field in fields(kind)}
    return kind(**{name: _read_field(types[name], each) for name, each in value.items() if name in types})


def _read_field(annotation, value):
    text = str(annotation)
    if 'Decimal' in text:
        return Decimal(value)
    if 'date' in text:
        return datetime.date.fromisoformat(value)
    return value


def says_the_same(one, other):
    """Tell whether two statements say the same, wherever in a file they stand.

    :param Transaction one: a charge or refund
    :param Transaction other: another one
    :rtype: bool
    """
    return replace(one, rows=(), raw=()) == replace(other, rows=(), raw=())
