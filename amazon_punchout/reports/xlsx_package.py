"""The zip of an XLSX, bounded: openpyxl has no limits, so expat counts the elements of a part before it gets them."""

import io
import zipfile
from xml.parsers import expat

from openpyxl.xml.constants import SHEET_MAIN_NS

from .const import MAX_PART, MAX_TEXTS, MAX_UNPACKED
from .errors import ReportError

_MOST_FILES, _MOST_NAMES, _MOST_TAG_BYTES, _DEEPEST = 1_000, 10_000, 2 ** 16, 50
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# A sheet is packed to a tenth or so, a bomb to a thousandth.
_MOST_RATIO, _FREE_BYTES = 200, 32 * 2 ** 20
# openpyxl keeps all elements of a row or a text until its end, and all others. Here is how long all units may be.
_UNITS = {f'{SHEET_MAIN_NS}}}row': MAX_UNPACKED, f'{SHEET_MAIN_NS}}}si': MAX_TEXTS}
# What an element costs in time and memory: a cell or its value 1, another one in a unit 2, a unit 5, any other one 50,
# such as a style. So a workbook may have about 2,500,000 cells; cells with texts of their own cost twice as much.
_COSTS = dict.fromkeys((f'{SHEET_MAIN_NS}}}{name}' for name in 'cvf'), 1)
_MOST_COST, _MOST_UNIT_COST = 6_000_000, 50_000


class XlsxPackage(zipfile.ZipFile):
    """The zip, whose directory is checked at once, and whose parts are checked whenever they are read.

    `cost` is what all that was read cost; whoever reads again sets it to 0.

    :param bytes raw: the file
    :raise ReportError: if it is protected, damaged or too large
    """

    def __init__(self, raw):
        # The directory is read as a whole, so it is counted first.
        if raw.count(b'PK\x01\x02') > _MOST_FILES:
            raise ReportError('damaged')
        super().__init__(io.BytesIO(raw))
        self.cost = 0
        files = self.infolist()
        if any(file.flag_bits & 1 for file in files):
            raise ReportError('encrypted')
        if any(file.compress_type not in _READABLE for file in files):
            raise ReportError('damaged')
        # zipfile gives no more bytes than the directory says.
        if sum(file.file_size for file in files) > min(MAX_UNPACKED, _FREE_BYTES + _MOST_RATIO * len(raw)):
            raise ReportError('too_much')

    def open(self, name, *args, **options):
        """Override of `zipfile` to check what is read; `read` comes here, too."""
        return _Part(self, super().open(name, *args, **options), self.getinfo(name).file_size)


class _Part(io.RawIOBase):
    """An open part of the zip."""

    def __init__(self, package, file, size):
        self._package, self._file, self._size = package, file, size
        self._depth = self._fed = self._cost = self._unit_end = self._unit_cost = 0
        self._is_in_unit, self._most_bytes = False, MAX_UNPACKED
        self._parser = expat.ParserCreate(namespace_separator='}')
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, size=-1):
        """Read some of a sheet or of the shared texts; all of any other part."""
        if self._size > (MAX_PART if size < 0 else self._most_bytes):
            raise ReportError('too_much')
        data = self._file.read(size)
        self._fed += len(data)
        self._parser.Parse(data, size < 0 or not data)
        self._package.cost, self._cost = self._package.cost + self._cost, 0
        if self._depth > _DEEPEST or len(self._parser.intern) > _MOST_NAMES:
            raise ReportError('damaged')
        if self._fed - self._unit_end > MAX_PART or self._fed - self._parser.CurrentByteIndex > _MOST_TAG_BYTES:
            raise ReportError('too_long')
        if self._package.cost > _MOST_COST or self._unit_cost > _MOST_UNIT_COST:
            raise ReportError('too_many_cells')
        return data

    def _start(self, name, attributes):
        self._depth += 1
        if self._is_in_unit and name not in _UNITS:
            cost = _COSTS.get(name, 2)
            self._unit_cost += cost
        else:
            length = sum(map(len, attributes.values()))
            cost = 5 + len(attributes) + length // 4 if name in _UNITS else 50 + 2 * length
            if self._is_in_unit:
                self._refuse()
            self._is_in_unit = name in _UNITS
        self._cost += cost

    def _end(self, name):
        self._depth -= 1
        if name in _UNITS:
            self._is_in_unit, self._unit_cost, self._unit_end = False, 0, self._parser.CurrentByteIndex
            self._most_bytes = min(self._most_bytes, _UNITS[name])

    def _refuse(self, *_declaration):
        # No workbook has rows in rows, or a document type, which is where entities are declared.
        raise ReportError('damaged')
