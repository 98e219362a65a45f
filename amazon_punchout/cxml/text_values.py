"""Text of cXML documents to Python values and back: numbers, timestamps, web addresses."""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache, wraps

# Zero-width characters occur between the elements of real documents; inside a value they are as invisible as a space.
BLANK = ' \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff'

# 12 digits before the point and 12 behind it are more than any price has; Odoo's floats keep the cents of their sums.
_is_number = re.compile(r'[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})').fullmatch
# A lone comma may be a decimal comma ("1,234"), so it needs a second comma or a decimal point to be understood.
_GROUPED_NUMBER = re.compile(
    r'[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){1,3}\.[0-9]{1,12}|(?:,[0-9]{3}){2,3})',
)
_TIMESTAMP = re.compile(
    r'([0-9]{4})-([0-9]{2})-([0-9]{2})'
    r'(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?)?'
    r'\s*(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2})?)?',
)
_MAX_OFFSET = timedelta(hours=14)
_WEB_URL = re.compile(r'https?://[^\s/?#\\]\S*', re.IGNORECASE)
_NOT_XML = re.compile('[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')

# How many texts a function remembers, and how long they may be: a stranger's documents must not fill the memory.
_REMEMBERED, _LONGEST = 256, 100


def remembers(function):
    """Remember what the last short texts mean: dates and words of taxes are the same on most lines of a document.

    :param function: its only argument is a text, and only that decides its result, which nobody can change
    """
    of_short_text = lru_cache(maxsize=_REMEMBERED)(function)

    @wraps(function)
    def recall(text):
        return of_short_text(text) if len(text) <= _LONGEST else function(text)
    return recall


def parse_decimal(text):
    """Read a number as Amazon or another shop may write it: '5855.00', ' 12 ', '1,234.50'.

    :param str text: the number
    :return: its value; None if it is no number, not finite, has an exponent, or can be read in two ways ('1,234')
    :rtype: Decimal | None
    """
    if _is_number(text):
        return Decimal(text)
    text = text.strip(BLANK)
    if _is_number(text):
        return Decimal(text)
    if _GROUPED_NUMBER.fullmatch(text):
        return Decimal(text.replace(',', ''))
    return None


# For quantities and rates, of which a document has few; each amount is another one.
parse_usual_decimal = remembers(parse_decimal)


def format_amount(amount):
    """Write an amount of money with at least two decimals, as Amazon does for every currency, and no exponent.

    :param Decimal amount: a finite number
    :rtype: str
    """
    whole, _point, fraction = f'{amount if amount else abs(amount):f}'.partition('.')
    return f'{whole}.{fraction:0<2}'


def format_number(number):
    """Write a quantity or a rate in its shortest form, without an exponent.

    :param Decimal number: a finite number
    :rtype: str
    """
    text = f'{number if number else abs(number):f}'
    return text.rstrip('0').rstrip('.') if '.' in text else text


def parse_timestamp(text):
    """Read a timestamp as tolerantly as Amazon writes them: with 'Z', '+0000', fractions, or an impossible offset.

    An offset that no place on Earth has ('+17:37' was seen in an Amazon cart) is a mistake of the writer, the time is
    then taken as UTC; so is a time without an offset.

    :param str | None text: e.g. '2018-12-04T02:06:10.714Z'
    :return: the moment in UTC; None if there is none to be read
    :rtype: datetime.datetime | None
    """
    return _parse_moment(text) if text else None


@remembers
def _parse_moment(text):
    match = _TIMESTAMP.fullmatch(text.strip(BLANK))
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, _zulu, sign, offset_hours, offset_minutes = match.groups()
    offset = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
    if offset > _MAX_OFFSET:
        offset = timedelta()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0),
            min(int(second or 0), 59),  # 60 is a leap second
            int((fraction or '0')[:6].ljust(6, '0')),
            timezone.utc,
        )
        return moment + offset if sign == '-' else moment - offset
    except (ValueError, OverflowError):
        return None


def format_timestamp(moment):
    """Write a moment as ISO 8601 with seconds and offset.

    :param datetime.datetime moment: must be aware
    :rtype: str
    :raise ValueError: if it is naive, since its place on the time line is unknown
    """
    if moment.utcoffset() is None:
        raise ValueError("a timestamp of a cXML document needs a time zone")
    return moment.isoformat(timespec='seconds')


def web_url(text):
    """Let only addresses through that are safe to be followed by a browser.

    :param str | None text: an address from a foreign document
    :return: the address without surrounding blanks; None if it isn't http or https
    :rtype: str | None
    """
    text = (text or '').strip(BLANK)
    return text if _WEB_URL.fullmatch(text) else None


def collapsed(text):
    """Return the text on one line, with single spaces."""
    return ' '.join(text.split())


def xml_text(text):
    """Drop the characters that XML can't carry, such as control characters and lone surrogates."""
    return _NOT_XML.sub('', text)


def split_comments(comments):
    """Split comments into the single texts that Amazon joins by ||.

    :param comments: texts as they came
    :return: each text once, in their order
    :rtype: tuple[str, ...]
    """
    return tuple(dict.fromkeys(text for comment in comments for each in comment.split('||') if (text := each.strip())))
