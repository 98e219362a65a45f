"""Rows of an XLSX, one after the other."""

from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601
from openpyxl.utils.escape import unescape

from .const import HEADER_ROWS, MAX_CELLS
from .errors import ReportError
from .xlsx_package import XlsxPackage
from .xlsx_xml import Rows

# From here on Excel's days are those of the calendar, and until then, on a day, rounding can't lead to the next one.
_CLEAR_DAY, _LATE = 61, 0.9999


class XlsxRows:
    """The rows of one sheet of an XLSX, which can be read several times.

    :param bytes raw: the file
    :param score: rates the headers of a row, to choose the sheet
    :raise ReportError: if it is no workbook, damaged, too large or protected
    """

    format = 'xlsx'
    encoding = delimiter = None

    def __init__(self, raw, score):
        with _damage():
            self._package = XlsxPackage(raw)
            self._texts = self._package.texts()
            self._styles = self._package.styles()
            sheets, cost, ratings = self._package.sheets(), 0, []
            for _title, part in sheets:
                rows = Rows(self._package, part, self._read_cell)
                rows.cost = cost
                rated = (score(cells) for _number, cells in islice(_bounded(rows), HEADER_ROWS))
                ratings.append(max(rated, default=-1))
                cost = rows.cost
        if not sheets:
            raise ReportError('empty')
        self.sheet, self._part = sheets[ratings.index(max(ratings))]

    def __iter__(self):
        """Give the number of each row that is not empty, and its cells: texts, numbers and dates."""
        with _damage():
            yield from _bounded(Rows(self._package, self._part, self._read_cell))

    def _read_cell(self, kind, style, text):
        """Make a value of a cell: a text, a Decimal or a date."""
        if kind == 's':
            place = int(text)
            if place < 0:
                raise ReportError('damaged')
            text = self._texts[place]
        elif kind == 'n':
            return self._read_number(style, text)
        elif kind == 'b':
            return 'FALSE' if text.strip() == '0' else 'TRUE'
        elif kind == 'd':
            return _plain(from_ISO8601(text))
        return unescape(text) if '_x' in text else text

    def _read_number(self, style, text):
        try:
            value = float(text) if '.' in text or 'e' in text or 'E' in text else int(text)
        except ValueError:
            return text
        if style in self._styles.dates:
            try:
                return self._read_date(style, value)
            except (OverflowError, ValueError):
                return '#VALUE!'
        if abs(value) < 1e30:
            # Excel computes with 17 digits and shows 15: 19.99 is stored as 19.989999999999998.
            return Decimal(f'{value:.15g}' if isinstance(value, float) else value)
        return str(value)


    def _read_date(self, style, value):
        """Make a date of a number of days; the time of the day does not matter."""
        epoch = CALENDAR_MAC_1904 if self._styles.is_1904 else CALENDAR_WINDOWS_1900
        is_duration = style in self._styles.durations
        if value < _CLEAR_DAY or value % 1 > _LATE or is_duration:
            return _plain(from_excel(value, epoch, timedelta=is_duration))
        return date.fromordinal(epoch.toordinal() + int(value))


def _bounded(rows):
    # Cells that are left out are there, too, and cost time all the same.
    seen = 0
    for number, cells in rows.read():
        seen += len(cells)
        if seen > MAX_CELLS:
            raise ReportError('too_many_cells')
        yield number, cells


def _plain(value):
    """Return the day of a date; as text a time, or a length of time, which no report has."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value)


@contextmanager
def _damage():
    """Make one error of all that zipfile, expat and openpyxl raise at a damaged file."""
    try:
        yield
    except (MemoryError, ReportError):
        raise
    except Exception as error:
        raise ReportError('damaged') from error
