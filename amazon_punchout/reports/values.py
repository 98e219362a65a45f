"""Cells to values: amounts, dates, statuses, ways of payment.

How amounts and dates are written is decided for a file as a whole (:class:`Conventions`): "03/04/2026" says nothing
alone, but one "13/04/2026" in the same file proves that all days stand first.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..transactions import BANK, CARD, GIFT_CARD, INVOICE, OTHER, REWARDS
from .headers import normalized

BLANK = ' \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff'
_NOTHING = {'', 'n/a', '#n/a', '-', '--', '\u2014', '\u2013', 'null'}
# A spreadsheet is told not to read "1234" as a number by ="1234".
_ESCAPED = re.compile(r'="(.*)"', re.DOTALL)

_NUMBER = re.compile(
    r"[0-9]{1,12}(?:[.,][0-9]{1,8})?|[.,][0-9]{1,8}|[0-9]{1,3}(?:[.,' ][0-9]{3}){1,3}(?:[.,][0-9]{1,8})?")
_NEGATIVE_SIGNS = '-\u2212\u2013'
_CURRENCY_SIGN = re.compile(r'^(?:[A-Z]{1,3}\s?[$\u00a3\u00a5]|[A-Z]{3}|Rs\.?|[$\u20ac\u00a3\u00a5\u20b9])?\s*(.*?)\s*'
                            r'(?:[A-Z]{3}|[$\u20ac\u00a3\u00a5\u20b9\u5186]|Rs\.?)?$')
_LONGEST_AMOUNT = 40
# A quantity or an amount of the whole file above this is a mistake; Odoo's floats keep the cents of sums below it.
_MOST = Decimal(10) ** 12

_NUMERIC_DATE = re.compile(r'([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})')
_ISO_DATE = re.compile(r'([0-9]{4})([/.-]?)([0-9]{2})\2([0-9]{2})|([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})')
_NAMED_MONTH = re.compile(
    r'(?:(?P<day>[0-9]{1,2})[ -]\s*(?P<month>[A-Za-z]{3,9})\.?|(?P<month2>[A-Za-z]{3,9})\.?\s+(?P<day2>[0-9]{1,2}))'
    r'[ ,-]+(?P<year>[0-9]{4}|[0-9]{2})')
# What may follow a date: a time, which the reports don't need.
_TIME = re.compile(r'[T ,]+[0-9]{1,2}:[0-9]{2}.*$', re.DOTALL)
_MONTHS = ('jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec')
_LONGEST_DATE = 60
_YEARS = range(1995, 2101)
# Excel counts the days from here, and so do CSV files that were made of date cells without a format.
_DAY_ZERO = date(1899, 12, 30)
_SERIAL = re.compile(r'[34567][0-9]{4}')

# Currencies of Amazon's marketplaces that have no cents.
_WITHOUT_CENTS = {'JPY', 'KRW', 'VND', 'CLP'}
_SIGN_CURRENCIES = {'\u20ac': 'EUR', '\u00a3': 'GBP', '\u20b9': 'INR', '\u5186': 'JPY'}

SETTLED, PENDING, CANCELLED = 'settled', 'pending', 'cancelled'
_ORDER_STATUSES = {
    'closed': SETTLED, 'payment confirmed': SETTLED,
    'pending': PENDING, 'pending fulfillment': PENDING, 'pending fulfilment': PENDING, 'pending approval': PENDING,
    'canceled': CANCELLED, 'cancelled': CANCELLED,
}
_REFUND_STATUSES = {
    **dict.fromkeys(('refunded', 'completed', 'complete', 'issued', 'processed', 'closed', 'settled', 'paid'), SETTLED),
    **dict.fromkeys(
        ('pending', 'initiated', 'processing', 'in progress', 'requested', 'approved', 'authorized', 'refund initiated',
         'refund pending'), PENDING),
    **dict.fromkeys(('canceled', 'cancelled', 'rejected', 'denied', 'declined', 'failed'), CANCELLED),
    'refund issued': SETTLED, 'refund completed': SETTLED,
}
_INSTRUMENT_WORDS = {
    GIFT_CARD: re.compile(r'\bgift\b'),
    REWARDS: re.compile(r'\b(rewards?|points)\b'),
    INVOICE: re.compile(r'\binvoice\b'),
    BANK: re.compile(r'\b(bank|direct debit|sepa|checking)\b'),
    CARD: re.compile(
        r'\b(visa|master ?card|american express|amex|discover|jcb|diners|maestro|(credit|debit|purchasing|corporate)'
        r' card)\b'),
}
_LAST_DIGITS = re.compile(r'([0-9]{4})\D{0,2}$')


def text_of(cell):
    """Return a cell as text, as a spreadsheet shows it; None if there is nothing or "N/A" in it.

    :param str | Decimal | date cell: from a CSV all are texts
    :rtype: str | None
    """
    text = raw_text(cell).strip(BLANK)
    if match := _ESCAPED.fullmatch(text):
        text = match[1].replace('""', '"').strip(BLANK)
    return None if text.casefold() in _NOTHING else text


def raw_text(cell):
    """Return what stands in a cell.

    :rtype: str
    """
    if isinstance(cell, str):
        return cell
    return f'{cell:f}' if isinstance(cell, Decimal) else cell.isoformat()


@dataclass
class Conventions:
    """How a file writes dates and amounts, learned from all of them.

    `votes` has what was seen that proves one way: 'day', 'month', 'comma', 'point', and that something was seen which
    proves none: 'date', 'amount'. `day_first` is what to take if the file itself proves nothing.
    """

    day_first: bool | None = None
    votes: set = field(default_factory=set)

    def learn_date(self, cell):
        """Look at a cell of a column of dates."""
        if isinstance(cell, str) and (parts := _numeric_date(cell)):
            first, sign, second, _year = parts
            if sign == '.' or first > 12 >= second:
                self.votes.add('day')
            elif second > 12 >= first:
                self.votes.add('month')
            elif first != second:
                self.votes.add('date')

    def learn_amount(self, cell):
        """Look at a cell of a column of amounts."""
        digits = isinstance(cell, str) and _digits_of(cell)
        if not digits:
            return
        signs = [sign for sign in digits if sign in '.,']
        if not signs:
            return
        last = signs[-1]
        whole, _sign, decimals = digits.rpartition(last)
        if signs.count(last) > 1:
            # Thousands repeat, the decimal sign does not.
            self.votes.add('point' if last == ',' else 'comma')
        elif len(set(signs)) > 1 or len(decimals) != 3 or whole in ('', '0') or len(whole) > 3:
            self.votes.add('point' if last == '.' else 'comma')
        else:
            self.votes.add('amount')

    @property
    def is_day_first(self):
        """Whether days stand before months; None if it can't be known.

        :rtype: bool | None
        """
        seen = self.votes & {'day', 'month'}
        return self.day_first if not seen else None if len(seen) > 1 else seen == {'day'}

    @property
    def is_decimal_comma(self):
        """Whether a comma begins the decimals; None if no amount tells, or if they contradict each other.

        :rtype: bool | None
        """
        seen = self.votes & {'comma', 'point'}
        return seen == {'comma'} if len(seen) == 1 else None

    @property
    def has_doubtful_dates(self):
        """Whether some dates can be read in two ways.

        :rtype: bool
        """
        return 'date' in self.votes and self.is_day_first is None

    def date(self, cell):
        """Read a date.

        :param str | Decimal | date cell: not empty
        :return: the date, and the code of the problem if there is none
        :rtype: tuple[date | None, str | None]
        """
        if isinstance(cell, Decimal):
            cell = f'{cell:f}'.partition('.')[0]
        if not isinstance(cell, str):
            return (cell, None) if cell.year in _YEARS else (None, 'bad_date')
        text = cell.strip(BLANK)[:_LONGEST_DATE]
        if parts := _numeric_date(text):
            first, sign, second, year = parts
            is_day_first = True if sign == '.' or first > 12 else False if second > 12 else self.is_day_first
            if is_day_first is None and first != second:
                return None, 'ambiguous_date'
            day, month = (first, second) if is_day_first else (second, first)
            return _checked_date(year, month, day)
        return _unmistakable_date(_TIME.sub('', text))

    def amount(self, cell):
        """Read an amount or a quantity; what stands in parentheses is negative.

        :param str | Decimal cell: not empty
        :return: the amount, and the code of the problem if there is none
        :rtype: tuple[Decimal | None, str | None]
        """
        if isinstance(cell, Decimal):
            return (cell, None) if abs(cell) < _MOST else (None, 'bad_amount')
        if not isinstance(cell, str):
            return None, 'bad_amount'
        digits = _digits_of(cell)
        if not digits:
            return None, 'bad_amount'
        separator = self._decimal_sign(digits)
        if separator is None:
            return None, 'ambiguous_amount'
        whole, _sign, decimals = digits.rpartition(separator) if separator else (digits, '', '')
        if set(decimals) & set('.,') or (separator and separator in whole):
            return None, 'bad_amount'
        whole = re.sub(r"[.,' ]", '', whole)
        amount = Decimal(f'{whole or 0}.{decimals}' if decimals else whole)
        return (-amount if _is_negative(cell) else amount), None

    def _decimal_sign(self, digits):
        """Tell which sign begins the decimals of an amount: '' if none does, None if it can't be known."""
        signs = {sign for sign in digits if sign in '.,'}
        if not signs:
            return ''
        if self.is_decimal_comma is not None:
            sign = ',' if self.is_decimal_comma else '.'
            return sign if sign in signs else ''
        own = Conventions()
        own.learn_amount(digits)
        if own.votes & {'comma', 'point'}:
            sign = ',' if 'comma' in own.votes else '.'
            return sign if sign in signs else ''
        # "1,234" alone: Amazon's amounts have two decimals or none, so a file without other proof has none.
        return None if self.votes & {'comma', 'point'} else ''


def _digits_of(text):
    """Return the digits and separators of an amount, without sign and currency; '' if it is none."""
    if len(text) > _LONGEST_AMOUNT:
        return ''
    text = unicodedata.normalize('NFKC', text).strip(BLANK)
    for _once in range(2):
        text = text.strip(_NEGATIVE_SIGNS + '+' + BLANK)
        if text.startswith('(') and text.endswith(')'):
            text = text[1:-1].strip(BLANK)
        match = _CURRENCY_SIGN.match(text)
        text = match[1] if match else text
    text = re.sub(r'[\u2019\u02bc]', "'", text.strip(_NEGATIVE_SIGNS + '+' + BLANK))
    return text if _NUMBER.fullmatch(text) else ''


def _is_negative(text):
    text = unicodedata.normalize('NFKC', text)
    return any(sign in text for sign in _NEGATIVE_SIGNS) or text.strip(BLANK).startswith('(')


def _numeric_date(text):
    """Return first number, separator, second number and year of "03/04/2026"; None if it is not such a date."""
    match = _NUMERIC_DATE.fullmatch(_TIME.sub('', text.strip(BLANK)[:_LONGEST_DATE]))
    if not match:
        return None
    year = int(match[4])
    return int(match[1]), match[2], int(match[3]), year if year > 99 else 2000 + year


def _unmistakable_date(text):
    if match := _ISO_DATE.fullmatch(text):
        return _checked_date(int(match[1] or match[5]), int(match[3] or match[6]), int(match[4] or match[7]))
    if match := _NAMED_MONTH.fullmatch(text):
        month = (match['month'] or match['month2'])[:3].lower()
        year = int(match['year'])
        if month in _MONTHS:
            return _checked_date(
                year if year > 99 else 2000 + year, _MONTHS.index(month) + 1, int(match['day'] or match['day2']))
    if _SERIAL.fullmatch(text):
        return _DAY_ZERO + timedelta(days=int(text)), None
    return None, 'bad_date'


def _checked_date(year, month, day):
    try:
        return (datetime(year, month, day).date(), None) if year in _YEARS else (None, 'bad_date')
    except ValueError:
        return None, 'bad_date'


def currency_of(text):
    """Read a currency code.

    :param str text: the cell
    :rtype: str | None
    """
    text = text.strip(BLANK).upper()
    return text if re.fullmatch('[A-Z]{3}', text) else _SIGN_CURRENCIES.get(text)


def currency_in(cell):
    """Tell the currency by the sign in an amount, if no other currency has the same sign.

    :rtype: str | None
    """
    if not isinstance(cell, str):
        return None
    return next((code for sign, code in _SIGN_CURRENCIES.items() if sign in cell), None)


def decimals_of(currency):
    """Return how many decimals the amounts of a currency have.

    :rtype: int
    """
    return 0 if currency in _WITHOUT_CENTS else 2


def order_state(status):
    """Tell what the status of an order means for its payments.

    :rtype: str | None
    """
    return _ORDER_STATUSES.get(normalized(status)) if status else None


def refund_state(status):
    """Tell what the status of a refund means.

    :rtype: str | None
    """
    return _REFUND_STATUSES.get(normalized(status)) if status else None


def instrument_of(text):
    """Tell how something was paid; a text that names two ways, or none that is known, is OTHER.

    :param str | None text: Amazon's word, e.g. "Gift Certificate/Card"
    :rtype: str
    """
    words = normalized(text or '')
    found = [instrument for instrument, pattern in _INSTRUMENT_WORDS.items() if pattern.search(words)]
    return found[0] if len(found) == 1 else OTHER


def last_digits_of(identifier):
    """Return the last four digits of a card from what stands for it, e.g. "****1234".

    :rtype: str | None
    """
    match = _LAST_DIGITS.search(identifier or '')
    return match[1] if match else None
