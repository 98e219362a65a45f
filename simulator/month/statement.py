"""The statement of a card: a line per charge or refund, some without an identifier, and lines of other shops."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from ..books.records import CARD, CHARGE, MARKETS

HEADERS = ('Date', 'Text', 'Amount', 'Currency', 'Original Amount', 'Original Currency')
# How a line finds its charge.
IDENTIFIER, AMOUNT, AMBIGUOUS, OTHER_CURRENCY, NOT_AMAZON = (
    'identifier', 'amount', 'ambiguous', 'other_currency', 'not_amazon')
# A line without an identifier is of a charge of the same amount that is at most as many days older.
DAYS = 5
# Of a hundred lines.
_WITHOUT_IDENTIFIER = 15
_OTHER_SHOPS = ('HOTEL EXAMPLE', 'FUEL STATION 12', 'TAXI SAMPLE')
# In dollars.
_RATES = {'USD': Decimal(1), 'EUR': Decimal('1.08'), 'GBP': Decimal('1.27'), 'JPY': Decimal('0.0067')}
_UNITS = {market.currency: market.unit for market in MARKETS.values()}


@dataclass(frozen=True)
class StatementLine:
    """A line; what leaves the card is negative. `how` and `transaction_id` are the truth about it."""

    day: date
    text: str
    amount: Decimal
    currency: str
    original_amount: Decimal | None
    original_currency: str
    transaction_id: str
    how: str
    charged_on: date | None = None


def make(transactions, digits, currency, day, chance):
    """Make the statement of one card.

    :param transactions: the last version of all charges and refunds.
    :param str currency: that of the card.
    :param date day: the statement's day.
    :param random.Random chance: decides.
    :rtype: list[StatementLine]
    """
    made = []
    for transaction in transactions:
        if transaction.instrument.kind == CARD and transaction.instrument.digits == digits \
                and transaction.is_settled(day):
            made.append(_line(transaction, currency, chance))
    if made:
        made += _of_others(made, chance)
    made = [line for line in made if line.day <= day]
    return sorted(_judged(made), key=lambda line: (line.day, line.text, line.amount))


def as_csv(lines):
    """Write a statement as CSV.

    :rtype: bytes
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator='\r\n')
    writer.writerow(HEADERS)
    writer.writerows(
        (line.day.isoformat(), line.text, f'{line.amount:f}', line.currency,
         '' if line.original_amount is None else f'{line.original_amount:f}', line.original_currency)
        for line in lines)
    return out.getvalue().encode()


def _line(transaction, currency, chance):
    is_foreign = transaction.market.currency != currency
    amount = transaction.amount * (-1 if transaction.kind == CHARGE else 1)
    has_identifier = chance.random() * 100 >= _WITHOUT_IDENTIFIER
    # Now and then the bank does not say what a foreign amount was.
    says_original = is_foreign and chance.random() < 0.9
    original = amount if says_original else None
    if is_foreign:
        rate = _RATES[transaction.market.currency] / _RATES[currency]
        amount = (amount * rate * (1 + Decimal(chance.randint(-8, 20)) / 1000)).quantize(_UNITS[currency])
    how = IDENTIFIER if has_identifier else OTHER_CURRENCY if is_foreign and not says_original else AMOUNT
    return StatementLine(
        transaction.day + timedelta(days=chance.randint(0, 3)),
        f'AMZN Business*{transaction.charge_identifier} amzn.example' if has_identifier else 'AMAZON BUSINESS PURCHASE',
        amount, currency, original, transaction.market.currency if says_original else '', transaction.transaction_id,
        how, transaction.day)


def _of_others(made, chance):
    """Add lines of other shops; one has the amount of a charge, whose own line has an identifier."""
    days = sorted(line.day for line in made)
    alike = next((line for line in made if line.how == IDENTIFIER and line.amount < 0), None)
    if alike:
        yield replace(alike, text='HOTEL EXAMPLE', transaction_id='', how=NOT_AMAZON, original_amount=None,
                      original_currency='')
    for __ in range(len(made) // 60):
        amount = -Decimal(chance.randint(900, 25000)) / 100
        yield StatementLine(chance.choice(days), chance.choice(_OTHER_SHOPS), amount.quantize(_UNITS[made[0].currency]),
                            made[0].currency, None, '', '', NOT_AMAZON)


def _judged(lines):
    """Say which lines without an identifier have more than one charge that they could be of."""
    open_lines = [line for line in lines if line.how == AMOUNT]

    def could_be(line, charged):
        return _key(line) == _key(charged) and abs((line.day - charged.charged_on).days) <= DAYS

    for line in lines:
        if line.how == AMOUNT:
            alike = [other for other in open_lines
                     if other is not line and (could_be(line, other) or could_be(other, line))]
            line = replace(line, how=AMBIGUOUS) if alike else line
        yield line


def _key(line):
    return (line.amount, line.currency) if line.original_amount is None else (
        line.original_amount, line.original_currency)
