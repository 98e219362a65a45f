"""Make the file of a report from the books."""

from dataclasses import replace

from .report_files import IDENTIFIER, REFERENCE, STYLES, as_csv, as_xlsx
from .report_rows import HEADERS, KINDS, rows

FORMATS = {'csv': as_csv, 'xlsx': as_xlsx}


def report(ledger, kind, country, day, file_format='csv', style=None):
    """Make a report as its administrator downloads it.

    :param str kind: one of KINDS.
    :param str file_format: csv or xlsx.
    :param simulator.books.report_files.Style style: by default that of the marketplace.
    :rtype: bytes
    """
    style = style or STYLES[country]
    return FORMATS[file_format](HEADERS[kind], rows(
        ledger, kind, country, day, style.whole_amounts, style.refunds), style)


def plain_style(country):
    """Return the style of an export without the optional column that identifies a charge."""
    return replace(STYLES[country], without=(IDENTIFIER,))


def old_style(country):
    """Return the style of exports of earlier years, without what identifies a payment."""
    return replace(STYLES[country], without=(REFERENCE, IDENTIFIER))


__all__ = ['FORMATS', 'KINDS', 'old_style', 'plain_style', 'report']
