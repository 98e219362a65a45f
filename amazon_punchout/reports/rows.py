"""Rows of a report as values of its fields; what can't be understood is noted and stops nothing."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from ..transactions import CHARGE, Problem, TransactionLine
from .const import MAX_IDENTIFIER
from .errors import excerpt
from .headers import FIELDS, IDENTIFIERS
from .values import SETTLED, currency_in, currency_of, raw_text, text_of


@dataclass(slots=True, eq=False)
class Row:
    """One row: its number in the spreadsheet, its cells, and what was read of them."""

    number: int
    cells: list
    order_ref: str | None = None
    reference: str | None = None
    kind: str = CHARGE
    amount: Decimal | None = None
    currency: str | None = None
    date: datetime.date | None = None
    state: str | None = None
    instrument: str | None = None
    digits: str | None = None
    # The line that the row is, and what tells its item from the others of the order.
    line: TransactionLine | None = None
    item: tuple = ()

    @property
    def key(self):
        """What another payment of the same item has in its row, too.

        :rtype: str
        """
        total = self.line and self.line.total
        return repr((self.order_ref, self.item, None if total is None else str(total.normalize())))

    @property
    def is_settled(self):
        """Whether the row's amount was charged or refunded, not only authorized.

        :rtype: bool
        """
        return self.state == SETTLED and self.date is not None


class RowReader:
    """Reads the cells of rows and notes what it does not understand.

    :param table: the :class:`.recognition.Table`
    :param conventions: the :class:`.values.Conventions` of the whole file
    :param str | None currency: what stands for the column Currency where there is none
    """

    def __init__(self, table, conventions, currency=None):
        self._headers, self._indexes = table.headers, table.indexes
        # Each column keeps a name of its own.
        self._names = [
            header if header and header not in table.headers[:number] else f"{header} ({number + 1})".strip()
            for number, header in enumerate(table.headers)]
        self._conventions, self._currency = conventions, currency
        self.problems = []
        self._left_out = set()

    def has(self, key):
        """Tell whether the report has a column.

        :rtype: bool
        """
        return key in self._indexes

    def note(self, code, row=None, key=None, value=None):
        """Note what is not understood.

        :param str code: a key of `errors.PROBLEM_SENTENCES`
        :param row: the :class:`Row` that it is about
        :param str | None key: the field that it is about
        """
        column = self._headers[self._indexes[key]] if key in self._indexes else FIELDS[key].label if key else None
        self.problems.append(
            Problem(code, row and row.number, column, excerpt(value) if value is not None else None))

    def is_whole(self, row):
        """Tell whether a row has no more cells than there are headers.

        One that has more came of a delimiter or a quotation mark inside a text, so its cells are in wrong columns.

        :rtype: bool
        """
        if len(row.cells) <= len(self._headers):
            return True
        self.note('row_too_long', row, value=len(row.cells))
        return False

    def text(self, row, key):
        """Read a text. An identifier that is too long for one is noted and left out.

        :rtype: str | None
        """
        index = self._indexes.get(key)
        if index is None or index >= len(row.cells):
            return None
        text = text_of(row.cells[index])
        if text and len(text) > MAX_IDENTIFIER and key in IDENTIFIERS:
            if (row.number, key) not in self._left_out:
                self._left_out.add((row.number, key))
                self.note('value_too_long', row, key, text)
            return None
        return text

    def date(self, row, key):
        """Read a date.

        :rtype: datetime.date | None
        """
        return self._value(row, key, self._conventions.date)

    def amount(self, row, key):
        """Read an amount, a quantity or a rate.

        :rtype: Decimal | None
        """
        return self._value(row, key, self._conventions.amount)

    def quantity(self, row, *keys):
        """Read the first quantity that is stated, which is never negative.

        :rtype: Decimal | None
        """
        found = next((value for key in keys if (value := self.amount(row, key)) is not None), None)
        return None if found is None else abs(found)

    def _value(self, row, key, read):
        text = self.text(row, key)
        if text is None:
            return None
        cell = row.cells[self._indexes[key]]
        value, code = read(text if isinstance(cell, str) else cell)
        if code:
            self.note(code, row, key, text)
        return value

    def currency(self, row, *amount_keys):
        """Read the currency of a row: its column, else the sign of its amounts, else that of the marketplace.

        :rtype: str | None
        """
        text = self.text(row, 'currency')
        if text:
            code = currency_of(text)
            if code is None:
                self.note('bad_currency', row, 'currency', text)
            return code
        signs = (currency_in(self.text(row, key)) for key in amount_keys)
        return next(filter(None, signs), self._currency)

    def needed(self, row, key, value):
        """Note it if a row lacks what it can't be read without.

        :param value: what was read
        :return: whether it is there
        :rtype: bool
        """
        if value is None:
            # What was there and could not be understood is noted already.
            if self.text(row, key) is None and (row.number, key) not in self._left_out:
                self.note('missing_value', row, key)
            return False
        return True

    def raw(self, row):
        """Return a row as it came: its texts by their headers.

        :rtype: dict[str, str]
        """
        return {
            name: raw_text(cell) for name, cell in zip(self._names, row.cells, strict=False) if cell != ''}
