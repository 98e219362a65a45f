"""Write a report as a file with the peculiarities of real ones: in the style of a marketplace, or in one of yours."""

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# Headers as they really came: with blanks that one does not see.
ODD_HEADERS = {
    'Order Status': 'Order Status ', 'Amazon-Internal Product Category': 'Amazon-Internal  Product Category',
    'Carrier Tracking #': ' Carrier Tracking #',
}
# Columns that hold digits which a spreadsheet must not take for a number.
ESCAPED = ('Payment Identifier', 'PO Line Item Id', 'Seller ZipCode')
REFERENCE, IDENTIFIER = 'Payment Reference ID', 'Charge Identifier'


@dataclass(frozen=True)
class Style:
    """How a file is written."""

    # As strftime takes it.
    dates: str = '%Y-%m-%d'
    delimiter: str = ','
    encoding: str = 'utf-8-sig'
    decimal: str = '.'
    thousands: str = ','
    # Before amounts of the order, as some columns have it and others don't.
    symbol: str = ''
    absent: str = 'N/A'
    # `="1234"` for digits.
    escaped: bool = True
    odd_headers: bool = True
    # Put the columns into an order of chance that this number decides; None keeps it.
    shuffle: int | None = None
    # Columns that the administrator did not choose.
    without: tuple[str, ...] = ()
    # The amount of a whole charge in the row of each of its orders.
    whole_amounts: bool = False
    # The sign of amounts that were refunded.
    refunds: str = 'negative'
    # In a spreadsheet: texts as in a CSV file, in place of numbers and days.
    texts: bool = False
    # Other words for headers, as another language would have.
    headers: dict = field(default_factory=dict)


STYLES = {
    'US': Style(dates='%m/%d/%Y', symbol='$', shuffle=1),
    'DE': Style(dates='%d.%m.%Y', delimiter=';', decimal=',', thousands='.', shuffle=2),
    'UK': Style(dates='%d/%m/%Y', symbol='£', encoding='cp1252', shuffle=3),
    'JP': Style(dates='%Y/%m/%d', thousands='', encoding='utf-16', delimiter='\t', refunds='positive',
                shuffle=4),
}


def headers(known, style):
    """Return the headers of a report in the order of a style.

    :rtype: list[str]
    """
    chosen = [header for header in known if header not in style.without]
    if style.shuffle is not None:
        random.Random(style.shuffle).shuffle(chosen)
    return chosen


def title(header, style):
    """Return a header as a style writes it."""
    return style.headers.get(header) or (ODD_HEADERS.get(header, header) if style.odd_headers else header)


def as_csv(known, rows, style):
    """Write rows as CSV.

    :param known: all headers of the report.
    :rtype: bytes
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=style.delimiter, lineterminator='\r\n')
    chosen = headers(known, style)
    writer.writerow([title(header, style) for header in chosen])
    writer.writerows([_text(header, row[header], style) for header in chosen] for row in rows)
    return out.getvalue().encode(style.encoding, errors='replace')


def as_xlsx(known, rows, style):
    """Write rows as a spreadsheet.

    :rtype: bytes
    """
    # Here, since the simulator starts faster without it.
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet('Report')
    chosen = headers(known, style)
    sheet.append([title(header, style) for header in chosen])
    for row in rows:
        sheet.append([
            _text(header, row[header], style) if style.texts else _cell(row[header], style) for header in chosen])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value, style):
    return style.absent if value is None else value


def _text(header, value, style):
    if value is None:
        return style.absent
    if isinstance(value, date):
        return value.strftime(style.dates)
    if isinstance(value, Decimal):
        return _amount(header, value, style)
    text = str(value)
    return f'="{text}"' if style.escaped and header in ESCAPED and text.isdigit() else text


def _amount(header, value, style):
    text = f'{abs(value):,f}'.replace(',', '\0').replace('.', style.decimal).replace('\0', style.thousands)
    symbol = style.symbol if header.startswith('Order') or header == 'Payment Amount' else ''
    return ('-' if value < 0 else '') + symbol + text
