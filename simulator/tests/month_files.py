"""Read the simulator's reports and answers again, as simply as possible and without its own code."""

import csv
import io
import re
from collections import defaultdict
from decimal import Decimal

import openpyxl

ENCODINGS = {'US': 'utf-8-sig', 'DE': 'utf-8-sig', 'JP': 'utf-16'}
DELIMITERS = {'US': ',', 'DE': ';', 'JP': '\t'}
ABSENT = 'N/A'


def read_csv(raw, country='US'):
    """Return the rows with tidy headers, as texts."""
    text = raw.decode(ENCODINGS[country])
    rows = csv.reader(io.StringIO(text, newline=''), delimiter=DELIMITERS[country])
    headers = [' '.join(header.split()) for header in next(rows)]
    return [dict(zip(headers, row, strict=True)) for row in rows]


def read_xlsx(raw):
    rows = openpyxl.load_workbook(io.BytesIO(raw)).active.iter_rows(values_only=True)
    headers = [' '.join(header.split()) for header in next(rows)]
    return [dict(zip(headers, row, strict=True)) for row in rows]


def money(text, country='US'):
    """Read an amount as its marketplace writes it."""
    text = text.replace('$', '')
    if country == 'DE':
        text = text.replace('.', '').replace(',', '.')
    return Decimal(0) if text == ABSENT else Decimal(text.replace(',', ''))


def unescaped(text):
    return re.sub(r'^="(.*)"$', r'\1', text)


def payments(rows, country='US', identity='Charge Identifier'):
    """Return the payments of an Orders report by order and identity; each is (amount, how it was paid)."""
    found = defaultdict(dict)
    for row in rows:
        if row['Payment Reference ID'] != ABSENT:
            known = row[identity] if row[identity] != ABSENT else row['Payment Reference ID']
            found[row['Order ID']][known] = (
                money(row['Payment Amount'], country), row['Payment Instrument Type'], row['Payment Identifier'])
    return found


def transactions(pages):
    """Return the last version of each transaction of the API."""
    return {transaction['transactionId']: transaction for page in pages for transaction in page['transactions']}


def sums(found):
    """Add up the lines of transactions by kind and order."""
    added = defaultdict(Decimal)
    for transaction in found.values():
        for line in transaction['transactionLineItems']:
            kind = 'charged' if transaction['transactionType'] == 'CHARGE' else 'refunded'
            added[kind, line.get('orderId')] += abs(Decimal(str(line['totalAmount']['amount'])))
    return added
