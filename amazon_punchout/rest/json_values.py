"""JSON of strangers to plain values: bounded, with exact numbers, and tolerant of what single fields contain."""

import json
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from .errors import RestError

# Amazon's pages have some thousand values. Marks (quotes, brackets, commas) and their depth are counted
# on the bytes, in linear time, before the parser gets them, so that no answer takes long or much memory.
MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 32
MAX_MARKS = 1_000_000
# What Amazon writes is shorter. An identifier must fit into an index of the database.
MAX_TEXT = 2000
MAX_IDENTIFIER = 255

_MARK = re.compile(rb'\\.|["\[\]{},]', re.DOTALL)
# 12 digits before the point and 12 behind it are more than any amount has; Odoo's floats keep the cents of their sums.
_NUMBER = re.compile(r'[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})')
_MOMENT = re.compile(
    r'([0-9]{4})-([0-9]{2})-([0-9]{2})'
    r'(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,12})?)?'
    r'\s*(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2}))?)?')
# What neither PostgreSQL nor a page can hold.
_NO_TEXT = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]')


def parse(raw):
    """Parse an answer.

    :param bytes raw: the answer as it came
    :return: the object; its numbers are Decimal, its texts have no characters that a database can't hold
    :rtype: dict
    :raise RestError: it is no JSON object, or not within bounds
    """
    value = parse_any(raw)
    if not isinstance(value, dict):
        raise RestError('wrong_shape')
    return value


def parse_any(raw):
    """Parse JSON whose outermost value may be anything.

    :param bytes raw: as it came
    :return: as :func:`parse`
    :raise RestError: it is no JSON, or not within bounds
    """
    _check_bounds(raw)
    try:
        value = json.loads(
            raw.decode('utf-8-sig'), parse_float=_exact, parse_int=_exact, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise RestError('not_json') from None
    return _clean(value)


def _check_bounds(raw):
    """Check the size and the depth of an answer, in linear time."""
    if len(raw) > MAX_BYTES:
        raise RestError('too_large', MAX_BYTES)
    depth, in_text = 0, False
    for count, match in enumerate(_MARK.finditer(raw)):
        mark = match[0]
        if mark == b'"':
            in_text = not in_text
        elif not in_text and mark in b'[{':
            depth += 1
        elif not in_text and mark in b']}':
            depth -= 1
        if depth > MAX_DEPTH:
            raise RestError('too_deep')
        if count > MAX_MARKS:
            raise RestError('too_many', MAX_MARKS)


def _exact(text):
    """Keep a number exactly as it is written; one of absurd length is kept as its text."""
    try:
        return Decimal(text) if len(text) <= 100 else text[:100]
    except InvalidOperation:
        return text


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def _clean(value):
    if isinstance(value, str):
        return _NO_TEXT.sub('', value)
    if isinstance(value, dict):
        return {_NO_TEXT.sub('', key): _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return value


def as_it_came(value):
    """Give a parsed value as JSON can hold it again: numbers become the texts that they were.

    :rtype: dict | list | str | bool | None
    """
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: as_it_came(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_it_came(each) for each in value]
    return value


# === ONE FIELD === #

def text_of(owner, *names, limit=MAX_TEXT):
    """Read a text, or a number that should be one.

    :param dict owner: the object
    :param str names: of the field; the first that has a text counts
    :return: the text without blanks around it; None if there is none
    :rtype: str | None
    """
    for name in names:
        value = owner.get(name)
        if isinstance(value, Decimal):
            value = str(value)
        if isinstance(value, str) and (value := value.strip()):
            return value[:limit]
    return None


def identifier_of(owner, *names):
    """Read a text that identifies something.

    :rtype: str | None
    """
    return text_of(owner, *names, limit=MAX_IDENTIFIER)


def object_of(owner, *names):
    """Read an object.

    :return: empty if there is none
    :rtype: dict
    """
    for name in names:
        if isinstance(owner.get(name), dict):
            return owner[name]
    return {}


def objects_of(owner, *names):
    """Read a list of objects; a single object counts as a list of one.

    :rtype: list[dict]
    """
    for name in names:
        value = owner.get(name)
        if isinstance(value, dict):
            return [value]
        if isinstance(value, list):
            return [each for each in value if isinstance(each, dict)]
    return []


def listed_of(answer, *names):
    """Read the list of an answer whose name was not seen in any specification.

    :param dict answer: the whole answer
    :param str names: that the list probably has
    :return: the objects of the first of these lists that there is, else those of every list of the answer
    :rtype: list[dict]
    :raise RestError: the answer says something else
    """
    if found := objects_of(answer, *names):
        return found
    check_list(answer, names[0])
    lists = (value for name, value in answer.items() if name != 'errors' and isinstance(value, list))
    return [each for value in lists for each in value if isinstance(each, dict)]


def check_list(answer, name, kinds=(list,)):
    """Check that an answer has its list, or says nothing at all.

    An answer that says something else must not be taken for one that states nothing: what it stands for would be lost,
    or an order would be thought to be unknown.

    :param dict answer: the whole answer
    :param str name: that the list probably has
    :param tuple kinds: the types that count as one
    :raise RestError: it says something else
    """
    said = {key: value for key, value in answer.items() if key != 'nextPageToken' and value is not None}
    if said and not any(isinstance(value, kinds) for key, value in said.items() if key != 'errors'):
        raise RestError('missing', name)


def number_of(owner, *names):
    """Read a number that may be written as a text.

    :rtype: Decimal | None
    """
    for name in names:
        if (number := _number(owner.get(name))) is not None:
            return number
    return None


def _number(value):
    if isinstance(value, Decimal):
        value = f'{value:f}' if value.is_finite() and abs(value.adjusted()) <= 12 else None
    return Decimal(value.strip()) if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) else None


def money_of(owner, *names):
    """Read an amount: an object of currencyCode and amount, or a bare number.

    :return: the amount and the currency, each None if it is not stated
    :rtype: tuple[Decimal | None, str | None]
    """
    for name in names:
        value = owner.get(name)
        if isinstance(value, dict):
            amount = number_of(value, 'amount', 'value')
            if amount is not None:
                currency = text_of(value, 'currencyCode', 'currency', 'code')
                return amount, currency.upper() if currency and re.fullmatch('[A-Za-z]{3}', currency) else None
        elif (amount := _number(value)) is not None:
            return amount, None
    return None, None


def moment_of(owner, *names):
    """Read a moment: a text, or an object that has one.

    :return: the moment in UTC; a `date` if no time of day is stated; None if there is none to be read
    :rtype: datetime.datetime | datetime.date | None
    """
    for name in names:
        value = owner.get(name)
        if isinstance(value, dict):
            value = text_of(value, 'date', 'dateTime', 'value')
        match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 60 else None
        if match and (moment := _moment(*match.groups())):
            return moment
    return None


def _moment(year, month, day, hour, minute, second, _zulu, sign, offset_hours, offset_minutes):
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=timezone.utc)
        offset = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
        return moment + offset if sign == '-' else moment - offset
    except (ValueError, OverflowError):
        return None


def date_of(owner, *names):
    """Read a day as Amazon writes it, whatever time zone stands behind it.

    :rtype: datetime.date | None
    """
    for name in names:
        value = owner.get(name)
        if isinstance(value, dict):
            value = text_of(value, 'date', 'dateTime', 'value')
        if isinstance(value, str) and isinstance(moment_of({'value': value}, 'value'), date):
            return date.fromisoformat(value.strip()[:10])
    return None
