"""The one exception of the readers of reports, and what a row can have that is not understood."""

from .const import MAX_BYTES, MAX_CELL_LENGTH, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED, MAX_XLSX_CELLS

_SENTENCES = {
    'empty': "The file is empty.",
    'too_large': f"The file is larger than {MAX_BYTES // 2 ** 20} MB.",
    'not_report': "The file is neither CSV nor XLSX.",
    'old_excel': "The file is in Excel's old format (.xls). Save it as XLSX or CSV.",
    'encrypted': "The file is protected by a password. Save it without one.",
    'damaged': "The file is damaged: it can't be read to its end.",
    'too_much': f"The file is larger than {MAX_UNPACKED // 2 ** 20} MB once it is unpacked, or its texts are. "
                "Download one month at a time, or CSV instead of XLSX.",
    'too_many_rows': f"The file has more than {MAX_ROWS:,} rows. Download a shorter period.",
    'too_many_columns': f"The file has more than {MAX_COLUMNS} columns.",
    'too_many_cells': f"The file has more than {MAX_CELLS:,} cells, or as XLSX more than about {MAX_XLSX_CELLS:,}. "
                      "Download one month at a time, fewer columns, or CSV instead of XLSX.",
    'too_long': f"The file has a cell of more than {MAX_CELL_LENGTH:,} characters.",
    'no_report': "The headers of the file are not those of a report of Amazon Business.",
    'missing_column': "The report has no column {value}. Download it again with this column.",
}

# What can be wrong with a row or with an order, by the code of a `transactions.Problem`.
PROBLEM_SENTENCES = {
    'missing_value': "The row has no {column}.",
    'row_too_long': "The row has more cells than there are headers.",
    'value_too_long': "{value} in {column} is too long for a number or a name, so it was left out.",
    'bad_amount': "{value} in {column} is not an amount.",
    'ambiguous_amount': "{value} in {column} can be read in two ways.",
    'bad_date': "{value} in {column} is not a date.",
    'ambiguous_date': "{value} in {column} can be read in two ways: day first or month first.",
    'bad_currency': "{value} in {column} is not a currency.",
    'unknown_status': "The status {value} is unknown, so the row counts as not settled.",
    'unknown_type': "The type {value} is unknown, so the row counts as not settled.",
    'cancelled_amount': "The order is cancelled, yet the row has an amount of {value}.",
    'negative_payment': "The payment of {value} is negative.",
    'conflicting_value': "The rows of the order have different values in {column}: {value}.",
    'duplicate_header': "Two columns are named {column}; only the first one is read.",
    'share_or_whole': "It can't be known whether {value} is the share of an order or the whole charge.",
    'maybe_restated': "A charge of {value} is listed twice, and the total of the order does not tell if it is one.",
    'items_differ': "The items do not add up to the payment of {value}.",
    'order_differs': "The payments of the order add up to {value}, which is not its Order Net Total.",
}
_EXCERPT_LENGTH = 80


class ReportError(ValueError):
    """A file that can't be read as a report.

    `str()` gives an English sentence; callers that translate build their own from the attributes.

    :param str kind: a key of `_SENTENCES`, e.g. 'encrypted' or 'missing_column'
    :param str value: what is missing, by its header; else empty
    """

    def __init__(self, kind, value=''):
        if kind not in _SENTENCES:
            raise TypeError(f"unknown kind of ReportError: {kind!r}")
        value = ' '.join(str(value).split())[:_EXCERPT_LENGTH]
        super().__init__(kind, value)
        self.kind = kind
        self.value = value

    def __str__(self):
        return _SENTENCES[self.kind].format(value=self.value or "(nothing)")


def excerpt(text):
    """Return the beginning of a text, on one line.

    :rtype: str
    """
    return ' '.join(str(text).split())[:_EXCERPT_LENGTH]
