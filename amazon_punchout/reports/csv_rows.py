"""Rows of a CSV: its encoding, its delimiter, its records one after the other."""

import codecs
import csv
import io
from contextlib import suppress
from itertools import islice

from .const import HEADER_ROWS, MAX_CELL_LENGTH, MAX_CELLS, MAX_COLUMNS, MAX_LINE_LENGTH, MAX_ROWS
from .errors import ReportError

_MARKS = (
    (codecs.BOM_UTF8, 'utf-8-sig'), (codecs.BOM_UTF16_LE, 'utf-16'), (codecs.BOM_UTF16_BE, 'utf-16'))
_SAMPLE = 4096
_STEP = 2 ** 20
_DELIMITERS = (',', ';', '\t')
# Empty rows, and empty cells at the end of rows, may be there too; they cost time all the same.
_MOST_ROWS, _MOST_COLUMNS, _MOST_CELLS = 2 * MAX_ROWS, 20 * MAX_COLUMNS, 3 * MAX_CELLS


class CsvRows:
    """The rows of a CSV, which can be read several times.

    :param bytes raw: the file
    :param score: rates the headers of a row, to choose the delimiter
    """

    format = 'csv'
    sheet = None

    def __init__(self, raw, score):
        self._raw = raw
        self.encoding = _encoding_of(raw)
        self.delimiter = None
        self.delimiter = self._find_delimiter(score)

    def __iter__(self):
        """Give the number of each row that is not empty, and its cells."""
        return self._rows(self.delimiter)

    def _find_delimiter(self, score):
        first = next(self._lines(), '').strip().lower()
        if first.startswith('sep=') and first[4:] in _DELIMITERS:
            return first[4:]
        best, most = ',', (0, 1)
        for delimiter in _DELIMITERS:
            rows = []
            # A wrong delimiter can make one cell of a long line.
            with suppress(ReportError):
                for _number, cells in islice(self._rows(delimiter), HEADER_ROWS):
                    rows.append(cells)
            rating = (max(map(score, rows), default=0), max(map(len, rows), default=0))
            if rating > most:
                best, most = delimiter, rating
        return best

    def _lines(self):
        # Some exports have bytes that are no text of their encoding; a row with one is read all the same.
        text = io.TextIOWrapper(io.BytesIO(self._raw), self.encoding, errors='replace', newline='')
        for line in text:
            if len(line) > MAX_LINE_LENGTH:
                raise ReportError('too_long')
            yield line.replace('\0', '')

    def _rows(self, delimiter):
        reader, count = csv.reader(self._lines(), delimiter=delimiter), 0
        try:
            for number, cells in enumerate(reader, start=1):
                count += len(cells)
                _check_size(number, cells, count)
                while cells and not cells[-1].strip():
                    cells.pop()
                if number == 1 and len(cells) < 3 and ''.join(cells).lower().startswith('sep='):
                    continue
                if cells:
                    if max(map(len, cells)) > MAX_CELL_LENGTH:
                        raise ReportError('too_long')
                    yield number, cells
        except csv.Error as error:
            # A quotation mark that is never closed makes one cell of the rest of the file.
            raise ReportError('too_long') from error


def _check_size(number, cells, count):
    if number > _MOST_ROWS:
        raise ReportError('too_many_rows')
    if len(cells) > _MOST_COLUMNS:
        raise ReportError('too_many_columns')
    if count > _MOST_CELLS:
        raise ReportError('too_many_cells')


def _encoding_of(raw):
    """Tell how the text of a file is encoded.

    :rtype: str
    :raise ReportError: if it is no text
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    sample = raw[:_SAMPLE]
    if b'\0' in sample:
        # Latin letters in UTF-16 have a NUL in every second byte.
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if max(even, odd) * 4 < len(sample) or min(even, odd) * 10 > max(even, odd):
            raise ReportError('not_report')
        return 'utf-16-le' if odd > even else 'utf-16-be'
    if sum(byte < 32 and byte not in b'\t\n\r\f\x1a' for byte in sample) * 20 > len(sample):
        raise ReportError('not_report')
    decoder = codecs.getincrementaldecoder('utf-8')()
    try:
        for start in range(0, len(raw), _STEP):
            decoder.decode(raw[start:start + _STEP], final=start + _STEP >= len(raw))
    except UnicodeDecodeError:
        return 'cp1252'
    return 'utf-8'
