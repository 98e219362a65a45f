"""Which report a file is, and what can be read of it."""

from dataclasses import dataclass

from .const import HEADER_ROWS, MAX_BYTES, MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from .csv_rows import CsvRows
from .errors import ReportError
from .headers import (
    AMOUNT,
    DATE,
    FIELDS,
    duplicates,
    fields_of,
    is_unused,
    kind_of,
    missing,
    missing_recommended,
)
from .values import Conventions, text_of
from .xlsx_rows import XlsxRows

_OLE = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
_ENCRYPTED = 'EncryptedPackage'.encode('utf-16-le')
_OTHER_FILES = (b'%PDF', b'\x89PNG', b'\xff\xd8\xff', b'GIF8', b'\x1f\x8b', b'7z\xbc\xaf', b'Rar!')


@dataclass(frozen=True)
class Report:
    """What a file is.

    `kind` is one of the reports of :mod:`.headers`, None if it is not recognised. `headers` are those of the file,
    `fields` the key of each, None for the `unknown_headers` and for the second of two columns with one meaning
    (`duplicate_headers`). What is `missing` keeps the report from being read; what is in `missing_recommended` does
    not. Both hold keys of :data:`.headers.FIELDS`. `row_count` is the number of rows below the headers. `day_first` is
    how dates are written, `has_doubtful_dates` says that some can be read in two ways: a person must say which.
    `decimal_comma` is None where no amount tells.
    """

    kind: str | None
    format: str
    headers: tuple[str, ...]
    fields: tuple[str | None, ...]
    missing: tuple[str, ...] = ()
    missing_recommended: tuple[str, ...] = ()
    unknown_headers: tuple[str, ...] = ()
    duplicate_headers: tuple[str, ...] = ()
    row_count: int = 0
    header_row: int = 1
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    day_first: bool | None = None
    has_doubtful_dates: bool = False
    decimal_comma: bool | None = None


class Table:
    """The rows below the headers of a file, and where each field is.

    :param bytes raw: the file
    :param dict | None mapping: fields by header
    :raise ReportError: if there are no rows to be read
    """

    def __init__(self, raw, mapping=None):
        self._mapping = mapping
        self.source = _opened(raw, self._score)
        self.header_row, cells = self._find_headers()
        self.headers = tuple(text_of(cell) or '' for cell in cells)
        self.fields = tuple(fields_of(self.headers, mapping))
        self.indexes = {key: index for index, key in enumerate(self.fields) if key}

    def __iter__(self):
        """Give the number and the cells of each row below the headers that is not empty."""
        cells_seen = rows_seen = 0
        for number, cells in self.source:
            if number <= self.header_row or not any(map(text_of, cells)):
                continue
            rows_seen += 1
            cells_seen += len(cells)
            if rows_seen > MAX_ROWS:
                raise ReportError('too_many_rows')
            if cells_seen > MAX_CELLS:
                raise ReportError('too_many_cells')
            yield number, cells

    def _score(self, cells):
        """Count the known headers of a row."""
        return sum(key is not None for key in fields_of(_texts(cells), self._mapping))

    def _find_headers(self):
        best, most = None, (0, 0)
        for place, (number, cells) in enumerate(self.source):
            if place >= HEADER_ROWS:
                break
            if len(cells) > MAX_COLUMNS:
                raise ReportError('too_many_columns')
            rating = (self._score(cells), len(list(filter(None, _texts(cells)))))
            # One known word in a row of values is no header, so the widest row stands in if nothing is known.
            rating = rating if rating[0] > 1 else (0, rating[1])
            if rating > most:
                best, most = (number, cells), rating
        if best is None:
            raise ReportError('empty')
        return best

    def unknown_headers(self):
        """List the headers that mean nothing to the readers.

        :rtype: tuple[str, ...]
        """
        known = set(self.duplicate_headers())
        return tuple(
            header for header, key in zip(self.headers, self.fields, strict=True)
            if header and key is None and header not in known and not is_unused(header))

    def duplicate_headers(self):
        """List the headers of columns that are not read, since one before means the same.

        :rtype: tuple[str, ...]
        """
        return tuple(duplicates(self.headers, self.fields, self._mapping))

    def learn(self, conventions, cells):
        """Let a row tell how dates and amounts are written."""
        for key, index in self.indexes.items():
            if index < len(cells) and (kind := FIELDS[key].type) in (DATE, AMOUNT) and text_of(cells[index]):
                learn = conventions.learn_date if kind == DATE else conventions.learn_amount
                learn(_plain(cells[index]))

    def report(self, conventions, row_count, currency=None):
        """Describe the file.

        :rtype: Report
        """
        kind = kind_of(self.indexes)
        source = self.source
        return Report(
            kind, source.format, self.headers, self.fields,
            missing=missing(kind, self.indexes, currency) if kind else (),
            missing_recommended=missing_recommended(kind, self.indexes) if kind else (),
            unknown_headers=self.unknown_headers(), duplicate_headers=self.duplicate_headers(), row_count=row_count,
            header_row=self.header_row, encoding=source.encoding, delimiter=source.delimiter, sheet=source.sheet,
            day_first=conventions.is_day_first, has_doubtful_dates=conventions.has_doubtful_dates,
            decimal_comma=conventions.is_decimal_comma)


def recognise(raw, filename=None, *, mapping=None, day_first=None, currency=None):
    """Tell what a file is, without reading its rows into values.

    :param bytes raw: the file, CSV or XLSX
    :param str | None filename: not needed, since the contents tell the format
    :param dict | None mapping: keys of :data:`.headers.FIELDS` by header as it came
    :param bool | None day_first: how dates are written if the file does not prove it
    :param str | None currency: what stands for the column Currency where there is none
    :rtype: Report
    :raise ReportError: if it is no file of rows
    """
    table = Table(raw, mapping)
    conventions, count = Conventions(day_first), 0
    for _number, cells in table:
        count += 1
        table.learn(conventions, cells)
    return table.report(conventions, count, currency)


def _opened(raw, score):
    """Open the rows of a file by what its bytes are."""
    if not raw.strip():
        raise ReportError('empty')
    if len(raw) > MAX_BYTES:
        raise ReportError('too_large')
    if raw.startswith(_OLE):
        raise ReportError('encrypted' if _ENCRYPTED in raw else 'old_excel')
    if raw.startswith(_OTHER_FILES):
        raise ReportError('not_report')
    return XlsxRows(raw, score) if raw.startswith(b'PK') else CsvRows(raw, score)


def _texts(cells):
    return [text_of(cell) or '' for cell in cells[:MAX_COLUMNS]]


def _plain(cell):
    """Return a cell without what escapes it."""
    return text_of(cell) if isinstance(cell, str) else cell
