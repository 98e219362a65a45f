"""Rows of an XLSX, one after the other, as openpyxl reads them."""

import io
import warnings
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.escape import unescape

from .const import HEADER_ROWS, MAX_CELL_LENGTH, MAX_CELLS, MAX_COLUMNS
from .errors import ReportError
from .xlsx_package import XlsxPackage

_MOST_SHEETS, _LAST_ROW = 50, 2 ** 20
_MANIFEST = '[Content_Types].xml'
# It warns of every style and date that it leaves out, so a file could fill the log.
warnings.filterwarnings('ignore', module=r'openpyxl\.')


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
            if _MANIFEST not in self._package.namelist():
                raise ReportError('not_report')
            # What `load_workbook` does, with parts that are checked as they are read.
            reader = ExcelReader(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
            reader.archive = self._package
            try:
                reader.read()
            except OSError as error:
                # The zip has no workbook.
                raise ReportError('not_report') from error
            sheets = reader.wb.worksheets[:_MOST_SHEETS]
            ratings = [
                max((score(cells) for _number, cells in islice(_rows(sheet), HEADER_ROWS)), default=-1)
                for sheet in sheets]
        if not sheets:
            raise ReportError('empty')
        self._sheet = sheets[ratings.index(max(ratings))]
        self.sheet = self._sheet.title

    def __iter__(self):
        """Give the number of each row that is not empty, and its cells: texts, numbers and dates."""
        self._package.cost = 0
        with _damage():
            yield from _rows(self._sheet)


def _rows(sheet):
    # What a sheet says of its size may be wrong.
    sheet.reset_dimensions()
    cells_seen = 0
    # Rows that are left out come, too, and are empty.
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        width = len(row)
        cells_seen += width
        while width and row[width - 1] in (None, ''):
            width -= 1
        if number > _LAST_ROW:
            raise ReportError('too_many_rows')
        if width > MAX_COLUMNS:
            raise ReportError('too_many_columns')
        # Empty cells cost time all the same.
        if cells_seen > 3 * MAX_CELLS:
            raise ReportError('too_many_cells')
        if width:
            yield number, [_cell(value) for value in row[:width]]


def _cell(value):
    if value is None:
        return ''
    if isinstance(value, str):
        if len(value) > MAX_CELL_LENGTH:
            raise ReportError('too_long')
        return unescape(value) if '_x' in value else value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float) and abs(value) < 1e30:
        # Excel computes with 17 digits and shows 15: 19.99 is stored as 19.989999999999998.
        return Decimal(f'{value:.15g}' if isinstance(value, float) else value)
    if isinstance(value, datetime):
        return value.date()
    # A time, a length of time or a number that no report has.
    return value if isinstance(value, date) else str(value)


@contextmanager
def _damage():
    """Make one error of all that zipfile, expat, lxml and openpyxl raise at a damaged file."""
    try:
        yield
    except (MemoryError, ReportError):
        raise
    except Exception as error:
        # openpyxl wraps errors, ours too.
        if isinstance(error.__cause__, ReportError):
            raise error.__cause__ from None
        raise ReportError('damaged') from error
