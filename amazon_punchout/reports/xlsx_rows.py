"""Rows of an XLSX, one after the other, without the workbook in memory.

A library that reads any workbook builds trees of styles and of texts, gives an empty row for each number that is left
out (up to a billion), and can't be stopped in between. A report needs the values of one sheet, so expat reads them from
the zip as a stream: nothing is kept but the shared texts, and every number is bounded. A formula is never computed: its
stored value counts, else its text.
"""

import io
import itertools
import math
import posixpath
import re
import struct
import zipfile
import zlib
from datetime import date, timedelta
from decimal import Decimal
from xml.parsers import expat

from .const import HEADER_ROWS, MAX_CELL_LENGTH, MAX_CELLS, MAX_COLUMNS, MAX_PART, MAX_ROWS, MAX_TEXTS, MAX_UNPACKED
from .errors import ReportError

_STEP = 2 ** 16
_MOST_FILES = 10_000
_MOST_NAMES = 10_000
_MOST_TAG_BYTES = 2 ** 20
# A cell has an element for its value, most of the time.
_MOST_ELEMENTS = 2 * MAX_CELLS + 2 * MAX_ROWS
_MOST_TEXTS = 2_000_000
_MOST_STYLES = 100_000
_DEEPEST = 50
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the standard modules raise at a damaged zip, part or number.
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error, EOFError, OSError, LookupError, ValueError,
    NotImplementedError, OverflowError, UnicodeError, RuntimeError)
# The date formats that are in no list of a workbook.
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NO_FORMAT_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_COLUMN = re.compile(r'([A-Z]{1,3})[0-9]*')
_ESCAPED = re.compile(r'_x([0-9A-Fa-f]{4})_')
_DAY_ZERO, _DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LAST_SERIAL = 2_958_465


class _Part:
    """What one XML part of a workbook has; the classes below take from it what they need."""

    most_bytes = MAX_PART

    def __init__(self):
        self.names = []
        self.elements = 0

    def start(self, name, attributes):
        """Begin an element."""
        name = name.rpartition('}')[2]
        self.names.append(name)
        self.elements += 1
        if len(self.names) > _DEEPEST:
            raise ReportError('damaged')
        if self.elements > _MOST_ELEMENTS:
            raise ReportError('too_many_cells')
        self.opened(name, attributes)

    def end(self, _name):
        """End an element."""
        self.closed(self.names.pop())

    def opened(self, name, attributes):
        """Take what an element has at its start."""

    def closed(self, name):
        """Take what an element has at its end."""

    def text(self, text):
        """Take text."""


class _Relations(_Part):
    """Where the parts are: (type, path) by id."""

    def __init__(self):
        super().__init__()
        self.targets = {}

    def opened(self, name, attributes):
        if name == 'Relationship':
            kind = attributes.get('Type', '').rpartition('/')[2]
            self.targets[attributes.get('Id', '')] = (kind, attributes.get('Target', ''))


class _Workbook(_Part):
    """The sheets, and from which day dates count."""

    def __init__(self):
        super().__init__()
        self.sheets = []
        self.day_zero = _DAY_ZERO

    def opened(self, name, attributes):
        if name == 'sheet':
            link = next((value for key, value in attributes.items() if key.rpartition('}')[2] == 'id'), '')
            self.sheets.append((attributes.get('name', ''), link))
        elif name == 'workbookPr' and attributes.get('date1904') in ('1', 'true'):
            self.day_zero = _DAY_ZERO_1904


class _Styles(_Part):
    """Which styles of cells show dates."""

    def __init__(self):
        super().__init__()
        self._formats = {}
        self._is_inside = False
        self.dates = []

    def opened(self, name, attributes):
        if name == 'numFmt':
            code = _NO_FORMAT_LETTERS.sub('', attributes.get('formatCode', '')[:1000]).lower()
            is_date = code != 'standard' and ('d' in code or 'y' in code)
            self._formats[attributes.get('numFmtId', '')] = is_date
        elif name == 'cellXfs':
            self._is_inside = True
        elif name == 'xf' and self._is_inside:
            number = attributes.get('numFmtId', '0')
            is_built_in = number.isdecimal() and len(number) < 5 and int(number) in _DATE_FORMATS
            self.dates.append(self._formats.get(number, is_built_in))
            if len(self.dates) > _MOST_STYLES:
                raise ReportError('damaged')

    def closed(self, name):
        if name == 'cellXfs':
            self._is_inside = False


class _Texts(_Part):
    """The shared texts. How they are to be pronounced is left out."""

    most_bytes = MAX_TEXTS

    def __init__(self):
        super().__init__()
        self.texts = []
        self._pieces = []
        self._length = 0

    def closed(self, name):
        if name == 'si':
            self.texts.append(_unescaped(''.join(self._pieces)))
            self._pieces = []
            self._length = 0
            if len(self.texts) > _MOST_TEXTS:
                raise ReportError('too_many_cells')

    def text(self, text):
        if self.names[-1] == 't' and 'rPh' not in self.names:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > MAX_CELL_LENGTH:
                raise ReportError('too_long')


class _Sheet(_Part):
    """The rows of a sheet, as they become complete."""

    most_bytes = MAX_UNPACKED

    def __init__(self, texts, dates, day_zero):
        super().__init__()
        self.rows = []
        self._texts, self._dates, self._day_zero = texts, dates, day_zero
        self._number, self._cells, self._column = 0, [], 0
        self._type, self._is_date = '', False
        self._pieces = {'v': [], 't': [], 'f': []}
        self._length = 0

    def opened(self, name, attributes):
        if name == 'row':
            number = attributes.get('r', '')
            given = int(number) if number.isdecimal() and len(number) < 9 else 0
            self._number = max(given, self._number + 1)
            self._cells, self._column = [], 0
        elif name == 'c':
            match = _COLUMN.fullmatch(attributes.get('r', ''))
            self._column = _column_number(match[1]) if match else self._column + 1
            self._type = attributes.get('t', 'n')
            style = attributes.get('s', '')
            style = int(style) if style.isdecimal() and len(style) < 9 else 0
            self._is_date = style < len(self._dates) and self._dates[style]
            self._pieces = {'v': [], 't': [], 'f': []}
            self._length = 0

    def text(self, text):
        name = self.names[-1]
        if name in self._pieces and 'rPh' not in self.names:
            self._pieces[name].append(text)
            self._length += len(text)
            if self._length > MAX_CELL_LENGTH:
                raise ReportError('too_long')

    def closed(self, name):
        if name == 'c':
            value = self._value()
            if value != '':
                self._put(value)
        elif name == 'row' and self._cells:
            self.rows.append((self._number, self._cells))

    def _put(self, value):
        if self._column > MAX_COLUMNS:
            raise ReportError('too_many_columns')
        self._cells.extend([''] * (self._column - len(self._cells)))
        self._cells[self._column - 1] = value

    def _value(self):
        value, inline, formula = (''.join(self._pieces[name]) for name in ('v', 't', 'f'))
        if self._type == 's':
            return self._texts[int(value)] if value.strip().isdecimal() and len(value) < 9 else ''
        if self._type == 'inlineStr':
            return _unescaped(inline)
        if not value:
            return f'={formula}' if formula else ''
        if self._type in ('n', ''):
            return self._number_or_date(value)
        return value if self._type == 'd' else _unescaped(value)

    def _number_or_date(self, value):
        try:
            number = float(value)
        except ValueError:
            return value
        if not math.isfinite(number):
            return value
        if self._is_date and 1 <= number <= _LAST_SERIAL:
            return self._day_zero + timedelta(days=int(number))
        # Excel computes with 17 digits and shows 15: 19.99 is stored as 19.989999999999998.
        return Decimal(f'{number:.15g}') if abs(number) < 1e30 else value


def _column_number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _unescaped(text):
    """Undo how control characters are written: _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if '_x' in text else text


class XlsxRows:
    """The rows of one sheet of an XLSX, which can be read several times.

    :param bytes raw: the file
    :param score: rates the headers of a row, to choose the sheet
    :raise ReportError: if it is no workbook, damaged, too large or protected
    """

    format = 'xlsx'
    encoding = delimiter = None

    def __init__(self, raw, score):
        # The directory is read as a whole, so it is counted first.
        if raw.count(b'PK\x01\x02') > _MOST_FILES:
            raise ReportError('damaged')
        with _Damage():
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        self._open(score)

    def _open(self, score):
        with _Damage():
            files = set(self._zip.namelist())
            roots = [path for kind, path in self._relations('') if kind == 'officeDocument']
            book = roots[0].lstrip('/') if roots else 'xl/workbook.xml'
            if book not in files or not book.endswith('.xml'):
                raise ReportError('not_report')
            relations = self._relations(book)
            workbook = self._parsed(book, _Workbook())
            paths = {kind: path for kind, path in relations if kind in ('sharedStrings', 'styles')}
            self._texts, self._styles = (
                self._parsed(paths[kind], part) if paths.get(kind) in files else part
                for kind, part in (('sharedStrings', _Texts()), ('styles', _Styles())))
            self._day_zero = workbook.day_zero
            self._find_sheet(workbook, files, book, score)

    def _find_sheet(self, workbook, files, book, score):
        """Choose the sheet whose first rows have the most known headers."""
        paths = {link: path for link, _kind, path in self._links(book)}
        best = -1
        self.sheet = self._path = None
        for name, link in workbook.sheets[:50]:
            path = paths.get(link)
            if path not in files:
                continue
            rating = max((score(cells) for _number, cells in self._first_rows(path)), default=-1)
            if rating > best:
                self.sheet, self._path, best = name, path, rating
        if self._path is None:
            raise ReportError('empty')

    def _first_rows(self, path):
        rows = itertools.chain.from_iterable(self._streamed(path, self._new_sheet()))
        return itertools.islice(rows, HEADER_ROWS)

    def _new_sheet(self):
        return _Sheet(self._texts.texts, self._styles.dates, self._day_zero)

    def __iter__(self):
        """Give the number of each row that is not empty, and its cells: texts, numbers and dates."""
        with _Damage():
            for rows in self._streamed(self._path, self._new_sheet()):
                yield from rows

    def _relations(self, part):
        return [(kind, path) for _link, kind, path in self._links(part)]

    def _links(self, part):
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, '_rels', f'{name}.rels')
        if path not in self._zip.namelist():
            return []
        return [
            (link, kind, posixpath.normpath(posixpath.join('/', folder, target)).lstrip('/'))
            for link, (kind, target) in self._parsed(path, _Relations()).targets.items()]

    def _parsed(self, path, part):
        for _rows in self._streamed(path, part):
            pass
        return part

    def _streamed(self, path, part):
        """Parse a part bit by bit.

        :return: the rows that each bit completes
        """
        info = self._zip.getinfo(path)
        if info.flag_bits & 1:
            raise ReportError('encrypted')
        if info.file_size > part.most_bytes:
            raise ReportError('too_much')
        if info.compress_type not in _READABLE:
            raise ReportError('damaged')
        parser = expat.ParserCreate(namespace_separator='}')
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = part.start, part.end
        parser.CharacterDataHandler = part.text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        fed = 0
        with self._zip.open(info) as file:
            while data := file.read(_STEP):
                parser.Parse(data, False)
                fed += len(data)
                if fed - parser.CurrentByteIndex > _MOST_TAG_BYTES:
                    raise ReportError('too_long')
                if len(parser.intern) > _MOST_NAMES:
                    raise ReportError('damaged')
                yield getattr(part, 'rows', ())
                part.rows = []
        parser.Parse(b'', True)
        yield part.rows


def _refuse_doctype(*_declaration):
    # No workbook has one, and it is where entities are declared.
    raise ReportError('damaged')


class _Damage:
    """Make one error of what the standard modules raise at a damaged file."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _trace):
        if isinstance(error, _DAMAGES) and not isinstance(error, ReportError):
            raise ReportError('damaged') from error
