"""The XML of an XLSX, element by element as it is unpacked, so that neither time nor memory can grow beyond limits.

openpyxl, which knows all of a workbook, takes two to five times as long for a row, and has no limits.
"""

import sys
from xml.parsers import expat

from openpyxl.xml.constants import SHEET_MAIN_NS as MAIN

from .const import MAX_CELL_LENGTH, MAX_COLUMNS, MAX_PART, MAX_TEXTS, MAX_XLSX_CELLS
from .errors import ReportError

_STEP = 2 ** 16
_MOST_NAMES, _MOST_TAG_BYTES, _DEEPEST = 10_000, 2 ** 17, 50
# What elements cost in time: a cell 3, any other one 1, and each attribute beyond the usual ones 1. A cell with a text
# of its own has three elements.
_MOST_COST, _MOST_UNIT_COST = 5 * MAX_XLSX_CELLS, 50_000
_ROW, _CELL, _VALUE, _FORMULA, _TEXT, _PHONETIC, _ENTRY = (
    f'{MAIN}}}{name}' for name in ('row', 'c', 'v', 'f', 't', 'rPh', 'si'))
_LAST_ROW = 2 ** 20


class _Part:
    """A part of the zip that is parsed step by step, most of it in units: rows, or shared texts.

    :param XlsxPackage package: the zip
    :param str name: of the part
    """

    def __init__(self, package, name):
        self._package, self._name = package, name
        self.cost = 0
        # Of the unit that is being read.
        self._unit_cost = self._unit_end = 0
        self._is_in_unit = self._is_phonetic = False
        # How deep an element is that is in no unit; units have no units in them, so they can't be deep.
        self._depth = 0
        # The text since the last element began, and the texts of a unit or of a cell.
        self._pieces, self._texts = [], []
        self._parser = expat.ParserCreate(namespace_separator='}')
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse

    def _steps(self):
        """Parse the part, and stop after each step."""
        parser, fed = self._parser, 0
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._pieces.append
        with self._package.open(self._name) as file:
            while data := file.read(_STEP):
                fed += len(data)
                parser.Parse(data, False)
                if len(parser.intern) > _MOST_NAMES:
                    raise ReportError('damaged')
                if fed - parser.CurrentByteIndex > _MOST_TAG_BYTES or fed - self._unit_end > MAX_PART:
                    raise ReportError('too_long')
                if self.cost > _MOST_COST or self._unit_cost > _MOST_UNIT_COST:
                    raise ReportError('too_many_cells')
                yield
        parser.Parse(b'', True)
        yield

    def _start(self, element, attributes):
        """Take an element that begins."""
        self._start_outside(attributes)

    def _start_outside(self, attributes):
        """Take an element that is in no unit."""
        self.cost += 1 + len(attributes)
        self._depth += 1
        if self._depth > _DEEPEST:
            _refuse()

    def _end(self, _element):
        """Take an element that ends."""
        self._depth -= 1

    def _end_unit(self):
        """Note that a unit is complete."""
        self.cost += self._unit_cost
        self._is_in_unit, self._unit_cost, self._unit_end = False, 0, self._parser.CurrentByteIndex


class Elements(_Part):
    """All elements of a part that is not large."""

    # pylint: disable-next=method-required-super  # no model of Odoo
    def read(self):
        """Give name and attributes of each, as it begins.

        :rtype: Iterator[tuple[str, dict]]
        """
        if self._package.getinfo(self._name).file_size > MAX_PART:
            raise ReportError('too_much')
        self._found = []
        for _step in self._steps():
            yield from self._found
            self._found.clear()

    def _start(self, element, attributes):
        self._pieces.clear()
        self._start_outside(attributes)
        self._found.append((element, attributes))


class SharedTexts(_Part):
    """The texts that cells share."""

    # pylint: disable-next=method-required-super  # no model of Odoo
    def read(self):
        """Read all of them.

        :rtype: list[str]
        """
        self._found, self._size = [], 0
        for _step in self._steps():
            if self._size > MAX_TEXTS:
                raise ReportError('too_much')
        return self._found

    def _start(self, element, attributes):
        self._pieces.clear()
        if self._is_in_unit:
            self._unit_cost += max(1, len(attributes))
            if element == _PHONETIC:
                self._is_phonetic = True
            elif element == _ENTRY:
                _refuse()
        elif element == _ENTRY:
            self._is_in_unit, self._unit_cost = True, 1 + len(attributes)
        else:
            self._start_outside(attributes)

    def _end(self, element):
        if not self._is_in_unit:
            self._depth -= 1
        elif element == _TEXT:
            if not self._is_phonetic:
                self._texts.append(''.join(self._pieces))
        elif element == _PHONETIC:
            self._is_phonetic = False
        elif element == _ENTRY:
            text = ''.join(self._texts)
            self._texts.clear()
            if len(text) > MAX_CELL_LENGTH:
                raise ReportError('too_long')
            self._found.append(text)
            self._size += sys.getsizeof(text) + 8
            self._end_unit()


class Rows(_Part):
    """The rows of a sheet.

    What it does for each cell is in few methods, since calls cost most of the time.

    :param XlsxPackage package: the zip
    :param str name: of the part
    :param read_cell: makes a value of the type, the style and the text of a cell
    """

    def __init__(self, package, name, read_cell):
        super().__init__(package, name)
        self._read_cell = read_cell
        self._columns = {}
        self._number = self._column = 0
        self._type = self._style = self._value = self._formula = ''

    # pylint: disable-next=method-required-super  # no model of Odoo
    def read(self):
        """Give the number and the cells of each row with a value.

        :rtype: Iterator[tuple[int, list]]
        """
        self._found, self._cells = [], []
        for _step in self._steps():
            yield from self._found
            self._found.clear()

    def _start(self, element, attributes):
        self._pieces.clear()
        if not self._is_in_unit:
            if element == _ROW:
                self._start_row(attributes)
            else:
                self._start_outside(attributes)
        elif element == _CELL:
            self._unit_cost += max(3, len(attributes))
            if 'r' in attributes:
                letters = attributes['r'].rstrip('0123456789')
                self._column = self._columns.get(letters) or self._column_of(letters)
            else:
                self._column += 1
            self._type, self._style = attributes.get('t', 'n'), attributes.get('s', '0')
            self._value = self._formula = ''
        else:
            self._unit_cost += max(1, len(attributes))
            if element == _PHONETIC:
                self._is_phonetic = True
            elif element == _ROW:
                _refuse()

    def _start_row(self, attributes):
        self._is_in_unit, self._unit_cost, self._column = True, 2 + len(attributes), 0
        self._number = int(attributes['r']) if 'r' in attributes else self._number + 1
        if self._number > _LAST_ROW:
            raise ReportError('too_many_rows')

    def _end(self, element):
        if not self._is_in_unit:
            self._depth -= 1
        elif element == _CELL:
            if self._texts:
                if self._type == 'inlineStr':
                    self._value = ''.join(self._texts)
                self._texts.clear()
            if not self._value and self._formula[:1] == '"':  # ="0012" is a text, and programs write it without value
                self._type, self._value = 'str', f'={self._formula}'
            if self._value:
                self._add_cell()
        elif element == _VALUE:
            self._value = ''.join(self._pieces)
        elif element == _TEXT and not self._is_phonetic:
            self._texts.append(''.join(self._pieces))
        elif element == _ROW:
            self._end_row()
        else:
            self._end_rare(element)

    def _end_rare(self, element):
        if element == _FORMULA:
            self._formula = ''.join(self._pieces)
        elif element == _PHONETIC:
            self._is_phonetic = False

    def _end_row(self):
        if self._cells:
            self._found.append((self._number, self._cells))
            self._cells = []
        self._end_unit()

    def _add_cell(self):
        if self._column > MAX_COLUMNS:
            raise ReportError('too_many_columns')
        if len(self._value) > MAX_CELL_LENGTH:
            raise ReportError('too_long')
        cells, cell = self._cells, self._read_cell(self._type, self._style, self._value)
        if self._column == len(cells) + 1:
            cells.append(cell)
        else:
            cells.extend([''] * (self._column - len(cells)))
            cells[self._column - 1] = cell

    def _column_of(self, letters):
        self._columns[letters] = number = _column_of(letters)
        return number


def _refuse(*_declaration):
    # No workbook has rows in rows, or a document type, which is where entities are declared.
    raise ReportError('damaged')


def _column_of(letters):
    number = 0
    for letter in letters.upper():
        if not 'A' <= letter <= 'Z' or number > 10 ** 6:
            _refuse()
        number = number * 26 + ord(letter) - 64
    return number or _refuse()
