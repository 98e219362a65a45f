"""The zip of an XLSX: its directory, and what its parts other than sheets say. All of it is bounded."""

import io
import posixpath
import zipfile
from typing import NamedTuple

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.xml.constants import REL_NS

from .const import MAX_UNPACKED
from .errors import ReportError
from .xlsx_xml import MAIN, Elements, SharedTexts

_MANIFEST = '[Content_Types].xml'
_MOST_FILES, _MOST_SHEETS = 1_000, 50
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# A sheet is packed to a tenth or so, a bomb to a thousandth.
_MOST_RATIO, _FREE_BYTES = 200, 32 * 2 ** 20
# Excel itself has no more styles.
_MOST_STYLES = 65_536


class Styles(NamedTuple):
    """The numbers of the styles that show dates, and of those that show lengths of time, and where days begin."""

    dates: frozenset[str]
    durations: frozenset[str]
    is_1904: bool


class XlsxPackage(zipfile.ZipFile):
    """The zip, whose directory is checked at once.

    :param bytes raw: the file
    :raise ReportError: if it is protected, damaged, too large or no workbook
    """

    def __init__(self, raw):
        # The directory is read as a whole, so it is counted first.
        if raw.count(b'PK\x01\x02') > _MOST_FILES:
            raise ReportError('damaged')
        super().__init__(io.BytesIO(raw))
        files = self.infolist()
        if any(file.flag_bits & 1 for file in files):
            raise ReportError('encrypted')
        if any(file.compress_type not in _READABLE for file in files):
            raise ReportError('damaged')
        # zipfile gives no more bytes than the directory says.
        if sum(file.file_size for file in files) > min(MAX_UNPACKED, _FREE_BYTES + _MOST_RATIO * len(raw)):
            raise ReportError('too_much')
        if _MANIFEST not in self.namelist():
            raise ReportError('not_report')
        self._workbook = self._find_workbook()
        self._relations = self._read_relations()

    def _find_workbook(self):
        for _name, attributes in Elements(self, _MANIFEST).read():
            kind = attributes.get('ContentType', '')
            if kind.endswith('.main+xml') and ('spreadsheetml' in kind or 'ms-excel' in kind):
                return attributes.get('PartName', '/xl/workbook.xml').lstrip('/')
        raise ReportError('not_report')

    def _read_relations(self):
        """Read to which parts the workbook refers.

        :return: kind and name of each part, by its id
        :rtype: dict[str, tuple[str, str]]
        """
        folder, name = posixpath.split(self._workbook)
        return {
            attributes.get('Id'): (
                attributes.get('Type', '').rpartition('/')[2],
                posixpath.normpath(posixpath.join('/', folder, attributes.get('Target', ''))).lstrip('/'))
            for _name, attributes in Elements(self, f'{folder}/_rels/{name}.rels'.lstrip('/')).read()}

    def _part(self, kind):
        return next((name for each, name in self._relations.values() if each == kind and name in self.NameToInfo), None)

    def sheets(self):
        """List the first sheets that are there.

        :return: title and part of each
        :rtype: list[tuple[str, str]]
        """
        found = []
        for name, attributes in Elements(self, self._workbook).read():
            if name == f'{MAIN}}}sheet' and len(found) < _MOST_SHEETS:
                kind, part = self._relations.get(attributes.get(f'{REL_NS}}}id'), (None, None))
                if kind == 'worksheet' and part in self.NameToInfo:
                    found.append((attributes.get('name', ''), part))
        return found

    def texts(self):
        """Read the texts that cells share.

        :rtype: list[str]
        """
        part = self._part('sharedStrings')
        return SharedTexts(self, part).read() if part else []

    def styles(self):
        """Read how cells show numbers.

        :rtype: Styles
        """
        is_1904 = any(
            name == f'{MAIN}}}workbookPr' and attributes.get('date1904') in ('1', 'true')
            for name, attributes in Elements(self, self._workbook).read())
        formats, styles, table = {}, [], ''
        part = self._part('styles')
        for name, attributes in Elements(self, part).read() if part else ():
            local = name.rpartition('}')[2]
            if local == 'numFmt':
                formats[attributes.get('numFmtId')] = attributes.get('formatCode', '')
            elif local == 'xf' and table == 'cellXfs':
                styles.append(attributes.get('numFmtId', '0'))
            elif local in ('cellXfs', 'cellStyleXfs', 'cellStyles', 'dxfs'):
                table = local
            if max(len(formats), len(styles)) > _MOST_STYLES:
                raise ReportError('damaged')
        known = {str(number): code for number, code in BUILTIN_FORMATS.items()} | formats
        dates = {number for number in set(styles) if is_date_format(known.get(number))}
        durations = {number for number in dates if is_timedelta_format(known.get(number))}
        return Styles(*(
            frozenset(str(place) for place, number in enumerate(styles) if number in numbers)
            for numbers in (dates, durations)), is_1904)
