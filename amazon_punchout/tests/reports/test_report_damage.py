import io
import random
import time
import zipfile
from unittest.mock import patch

from odoo.tests import BaseCase

from ...reports import ReportError, const, headers, read, recognise, xlsx_package, xlsx_xml
from ...reports.errors import PROBLEM_SENTENCES
from .. import report_builder as build

ROWS = [build.order_row('5.00'), build.order_row('7.00', Order_ID='2')]
SHEET = 'xl/worksheets/sheet1.xml'
START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
NAMES = ('Return Date', 'Return Status', 'Order ID')
HEADERS = '<row>' + ''.join(f'<c t="str"><v>{name}</v></c>' for name in NAMES) + '</row>'


def parts_of(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return {name: package.read(name) for name in package.namelist()}


class TestReportDamage(BaseCase):

    def assertNotRead(self, raw, kind):
        for read_it in (recognise, read):
            with self.subTest(kind=kind, raw=raw[:20]), self.assertRaises(ReportError) as raised:
                read_it(raw)
            self.assertEqual(raised.exception.kind, kind)
            self.assertTrue(str(raised.exception))

    def test_what_is_no_report_is_named(self):
        for raw, kind in (
            (b'', 'empty'), (b' \r\n ', 'empty'), (b'\xef\xbb\xbf', 'empty'), (b',,,\n,,,\n', 'empty'),
            (b'%PDF-1.7\n%\xe2\xe3', 'not_report'), (b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'not_report'),
            (bytes(range(256)) * 40, 'not_report'), (b'\0' * 5000, 'not_report'),
            (b'PK\x03\x04 and nothing else', 'damaged'),
            (b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + b'\0' * 512, 'old_excel'),
            (b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + 'EncryptedPackage'.encode('utf-16-le'), 'encrypted'),
            (build.zipped({'content.xml': '<a/>'}), 'not_report'),
            (build.zipped({'xl/workbook.bin': 'x'}), 'not_report'),
        ):
            self.assertNotRead(raw, kind)

    def test_a_file_that_is_too_large_is_not_looked_at(self):
        self.assertNotRead(b'Order ID,Order Date\n' + b'1' * (64 * 2 ** 20), 'too_large')

    def test_a_quotation_mark_that_is_never_closed_is_named(self):
        raw = build.csv_report(build.ORDER_HEADERS, ROWS * 2000)
        position = raw.index(b'Lamp')
        self.assertNotRead(raw[:position] + b'"' + raw[position:].replace(b'"', b''), 'too_long')

    def test_a_workbook_that_is_cut_off_or_changed_is_damaged(self):
        raw = build.xlsx_report(build.ORDER_HEADERS, ROWS * 50)
        self.assertNotRead(raw[:len(raw) // 2], 'damaged')
        parts = parts_of(raw)
        sheet = parts[SHEET]
        for wrong in (
            sheet[:-40], sheet.replace(b'</row>', b'', 1), b'', b'no xml', sheet.replace(b'UTF-8', b'UTF-8x', 1),
        ):
            self.assertNotRead(build.zipped({**parts, SHEET: wrong}), 'damaged')

    def test_a_protected_part_is_named(self):
        raw = bytearray(build.xlsx_report(build.ORDER_HEADERS, ROWS))
        for mark, offset in ((b'PK\x01\x02', 8), (b'PK\x03\x04', 6)):
            position = raw.find(mark)
            while position >= 0:
                raw[position + offset] |= 1
                position = raw.find(mark, position + 1)
        self.assertNotRead(bytes(raw), 'encrypted')

    def test_entities_are_not_expanded(self):
        parts = parts_of(build.xlsx_report(build.ORDER_HEADERS, ROWS))
        entities = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
        for name in set(parts) - {'_rels/.rels'}:
            head, end, rest = parts[name].decode().partition('?>')
            text = f'{head}{end}<!-- {"a" * 20_000} -->{entities}{rest}'
            for encoding in ('utf-8', 'utf-16'):
                bomb = text.replace('UTF-8', encoding).encode(encoding)
                self.assertNotRead(build.zipped({**parts, name: bomb}), 'damaged')

    def test_a_zip_bomb_costs_little(self):
        parts = parts_of(build.xlsx_report(build.ORDER_HEADERS, ROWS))
        end = HEADERS.encode() + b'</sheetData></worksheet>'
        self.assertEqual(read(build.zipped({**parts, SHEET: START + b'<a><b/></a>' + end})).kind, 'returns')
        for sheet, kind in (
            (START + b'<row><c t="str"><v>' + b'a' * (20 * 2 ** 20), 'too_long'),
            (START + b'<row><c t="str"><v>' + b'a' * 70_000 + b'</v></c></row>' + end, 'too_long'),
            (START + b'<row><c a="' + b'a' * (20 * 2 ** 20), 'too_long'),
            (START + b'<a>' * 20_000 + b'</a>' * 20_000 + end, 'damaged'),
            (START + b''.join(b'<a%d/>' % number for number in range(20_000)) + end, 'damaged'),
            (START + b'<row r="1"><c r="ZZZ1" t="str"><v>1</v></c></row>' + end, 'too_many_columns'),
            (START + b'<row>' + b'<c/>' * 1_000_000 + b'</row>' + end, 'too_many_cells'),
            (START + b'<row>' * 2 + b'</row>' * 2 + end, 'damaged'),
            (START + b'<row/>' * 1_500_000 + end, 'too_many_rows'),
            (b' ' * (80 * 2 ** 20), 'too_much'),
            # These have nothing, and are passed over.
            (START + b'<row><c r="ZZZ1"/></row>' * 5_000 + end, None),
            (START + b'<a/>' * 200_000 + end, None),
            (START + (b'<a b="' + b'A1 ' * 20_000 + b'"/>') * 60 + end, None),
        ):
            raw = build.zipped({**parts, SHEET: sheet})
            begun = time.process_time()
            if kind:
                self.assertNotRead(raw, kind)
            else:
                self.assertEqual(read(raw).kind, 'returns')
            self.assertLess(time.process_time() - begun, 20, kind)

    def test_a_part_that_is_named_often_is_counted_each_time(self):
        parts = parts_of(build.workbook(HEADERS + '<row><c/></row>' * 20_000))
        sheet = b'<sheet name="Report" sheetId="1" r:id="r1"/>'
        book = parts['xl/workbook.xml'].replace(sheet, sheet * 100)
        raw = build.zipped({**parts, 'xl/workbook.xml': book})
        with patch.object(xlsx_xml, '_MOST_COST', 500_000):
            self.assertNotRead(raw, 'too_many_cells')
        with patch.object(xlsx_xml, '_MOST_COST', 500_000), patch.object(xlsx_package, '_MOST_SHEETS', 1):
            self.assertEqual(read(raw).kind, 'returns')

    def test_cells_of_nothing_are_counted(self):
        raw = build.workbook(HEADERS + '<row>' + '<c/>' * 2_000 + '</row>')
        self.assertEqual(read(raw).row_count, 0)
        with patch.object(xlsx_xml, '_MOST_COST', 1_000):
            self.assertNotRead(raw, 'too_many_cells')

    def test_no_part_is_unpacked_beyond_its_limit(self):
        parts = parts_of(build.xlsx_report(build.ORDER_HEADERS, ROWS))
        for name, limit, kind in (
            (SHEET, patch.object(xlsx_package, 'MAX_UNPACKED', 2 ** 20), 'too_much'),
            (SHEET, patch.object(xlsx_xml, 'MAX_PART', 2 ** 20), 'too_long'),
            ('xl/sharedStrings.xml', patch.object(xlsx_xml, 'MAX_PART', 2 ** 20), 'too_long'),
            ('xl/sharedStrings.xml', patch.object(xlsx_xml, 'MAX_TEXTS', 1_000), 'too_much'),
            ('xl/styles.xml', patch.object(xlsx_xml, 'MAX_PART', 2 ** 20), 'too_much'),
            ('xl/styles.xml', patch.object(xlsx_package, '_MOST_STYLES', 2), 'damaged'),
            ('xl/workbook.xml', patch.object(xlsx_xml, 'MAX_PART', 2 ** 20), 'too_much'),
        ):
            raw = build.zipped({**parts, name: parts[name] + b' ' * 2 ** 20})
            self.assertEqual(len(read(raw).transactions), 2)
            with limit:
                self.assertNotRead(raw, kind)

    def test_fifty_thousand_rows_of_all_columns_are_within_the_limits(self):
        """Calculated from some rows: the whole file would take a while."""
        names = [field.label for field in headers.FIELDS.values()] + list(headers._UNUSED)
        self.assertGreater(len(names), 70)
        row = dict.fromkeys(names, 'A text of usual length') | {'Title': 'x' * 100}
        for shared in (True, False):
            raw = build.xlsx_report(names[:70], [row] * 100, shared)
            rows = xlsx_xml.Rows(xlsx_package.XlsxPackage(raw), SHEET, lambda _type, _style, text: text)
            self.assertEqual(len(list(rows.read())), 101)
            self.assertLess(50_000 * rows.cost / 101, xlsx_xml._MOST_COST)
            self.assertLess(50_000 * len(parts_of(raw)[SHEET]) / 101, const.MAX_UNPACKED)
            self.assertLess(50_000 * 70, const.MAX_CELLS)

    def test_a_gap_of_a_million_rows_costs_little_and_no_sheet_has_more(self):
        rows = HEADERS + '<row r="{}"><c t="str"><v>2026-03-04</v></c><c/><c t="str"><v>111</v></c></row>'
        statement = read(build.workbook(rows.format(1_048_576)))
        self.assertEqual((statement.row_count, statement.shipments[0].rows), (1, (1_048_576,)))
        self.assertNotRead(build.workbook(rows.format(99_999_999)), 'too_many_rows')

    def test_the_size_that_a_sheet_says_is_not_believed(self):
        parts = parts_of(build.xlsx_report(build.ORDER_HEADERS, ROWS))
        for size in ('A1:A1', 'A1:ZZZ99999999', 'B2:C2'):
            sheet = parts[SHEET].replace(b'<sheetData>', f'<dimension ref="{size}"/><sheetData>'.encode())
            self.assertEqual(len(read(build.zipped({**parts, SHEET: sheet})).transactions), 2)

    def test_cells_without_a_value_may_be_anywhere(self):
        rows = HEADERS + (
            '<row r="2"><c t="str"><v>2026-03-04</v></c><c/><c t="str"><v>111</v></c><c r="XFD2" s="1"/></row>')
        self.assertEqual(read(build.workbook(rows)).problems, ())

    def test_wrong_references_of_a_workbook_are_passed_over(self):
        rows = HEADERS + (
            '<row r="x"><c r="A2" t="s"><v>99</v></c><c r="?" t="str" s="9999"><v>Received</v></c>'
            '<c r="C2" t="str"><v>111</v></c></row>')
        try:
            read(build.workbook(rows))
        except ReportError as error:
            self.assertEqual(error.kind, 'damaged')

    def test_too_many_columns_are_named(self):
        raw = b','.join(b'a%d' % number for number in range(100_000)) + b'\n1\n'
        self.assertNotRead(raw, 'too_many_columns')
        self.assertNotRead(b',' * (2 ** 20 + 10) + b'a\n', 'too_long')
        self.assertNotRead(b'Order ID' + b',' * 99_999 + b'\n1\n', 'too_many_columns')

    def test_rows_and_cells_of_nothing_cost_little(self):
        headers = b'Order ID,Order Date,Order Status,Carrier Name,Delivery Status\n'
        for rows, kind in (
            (b'\n' * (60 * 2 ** 20), 'too_many_rows'), ((b',' * 9_000 + b'\n') * 6_000, 'too_many_cells'),
            (b'1\n' * 200_001, 'too_many_rows'),
        ):
            begun = time.process_time()
            self.assertNotRead(headers + rows, kind)
            self.assertLess(time.process_time() - begun, 20, kind)

    def test_rows_that_are_not_understood_stop_no_other(self):
        rows = [
            build.order_row('5.00'),
            build.order_row('five', Order_ID='2'),
            build.order_row('5.00', Order_ID=''),
            build.order_row('5.00', Order_ID='4', Currency='dollars'),
            build.order_row('5.00', Order_ID='5', Payment_Date='soon'),
            build.order_row('7.00', Order_ID='6'),
        ]
        statement = read(build.csv_report(build.ORDER_HEADERS, rows))
        self.assertEqual(
            [(each.lines[0].order_ref, each.settled) for each in statement.transactions],
            [('111-0000001-0000001', True), ('5', False), ('6', True)])
        self.assertEqual(
            sorted({(problem.row, problem.code, problem.column) for problem in statement.problems}),
            [(3, 'bad_amount', 'Item Net Total'), (3, 'bad_amount', 'Item Subtotal'),
             (3, 'bad_amount', 'Order Net Total'), (3, 'bad_amount', 'Payment Amount'),
             (4, 'missing_value', 'Order ID'), (5, 'bad_currency', 'Currency'), (6, 'bad_date', 'Payment Date')])

    def test_every_code_of_a_problem_has_a_sentence(self):
        for sentence in PROBLEM_SENTENCES.values():
            self.assertTrue(sentence.format(column='Title', value='x').endswith('.'))

    def test_changed_bytes_raise_no_error_but_ours(self):
        """Change some bytes of right files; `bin/test e2e/fuzz` does so by the thousand."""
        rnd = random.Random(13)
        csv = build.csv_report(build.ORDER_HEADERS, ROWS)
        xlsx = build.xlsx_report(build.ORDER_HEADERS, ROWS)
        for raw in (csv, xlsx):
            for _time in range(100):
                changed = bytearray(raw)
                for _byte in range(rnd.randint(1, 20)):
                    changed[rnd.randrange(len(changed))] = rnd.randrange(256)
                try:
                    statement = read(bytes(changed))
                except ReportError:
                    continue
                self.assertLessEqual({problem.code for problem in statement.problems}, set(PROBLEM_SENTENCES))
