from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase

from ...reports import read, recognise
from .. import report_builder as build

ROWS = [build.order_row('5.00', Title='Stehlampe für Büro'), build.order_row('7.00', Order_ID='2')]


def amounts(raw):
    return [transaction.amount for transaction in read(raw).transactions]


class TestReportFiles(BaseCase):

    def test_a_csv_is_read_in_any_encoding_and_with_any_delimiter(self):
        for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-le', 'utf-16-be', 'cp1252'):
            for delimiter in ',;\t':
                raw = build.csv_report(build.ORDER_HEADERS, ROWS, delimiter, encoding)
                statement = read(raw)
                with self.subTest(encoding=encoding, delimiter=delimiter):
                    self.assertEqual(recognise(raw).delimiter, delimiter)
                    self.assertEqual(statement.problems, ())
                    self.assertEqual([each.amount for each in statement.transactions], [Decimal(5), Decimal(7)])
                    self.assertEqual(statement.transactions[0].lines[0].title, 'Stehlampe für Büro')

    def test_a_cell_may_have_line_breaks_delimiters_and_quotation_marks(self):
        title = 'Lamp, "large"\r\nwith 2; bulbs\nand a 6" foot'
        rows = [build.order_row('5.00', Title=title), build.order_row('7.00', Order_ID='2')]
        for delimiter in ',;\t':
            first, second = read(build.csv_report(build.ORDER_HEADERS, rows, delimiter)).transactions
            self.assertEqual(first.lines[0].title, title)
            # Rows are numbered as a spreadsheet does, whatever lines they have in the file.
            self.assertEqual((first.rows, second.rows), ((2,), (3,)))
            self.assertEqual(first.raw[0]['Title'], title)

    def test_spreadsheets_may_name_the_delimiter_above_the_headers(self):
        self.assertEqual(
            amounts(build.csv_report(build.ORDER_HEADERS, ROWS, ';', before='sep=;\n')), [Decimal(5), Decimal(7)])

    def test_empty_rows_are_passed_over_and_counted_in_the_numbers(self):
        raw = build.csv_report(build.ORDER_HEADERS, [ROWS[0], {}, {'Title': 'N/A'}, ROWS[1]])
        statement = read(raw)
        self.assertEqual((statement.row_count, recognise(raw).row_count, statement.problems), (2, 2, ()))
        self.assertEqual([each.rows for each in statement.transactions], [(2,), (5,)])

    def test_a_report_without_rows_says_nothing(self):
        statement = read(build.csv_report(build.ORDER_HEADERS, []))
        self.assertEqual((statement.kind, statement.row_count, statement.transactions), ('orders', 0, ()))

    def test_a_row_with_a_delimiter_in_a_text_is_not_trusted(self):
        raw = build.csv_report(build.ORDER_HEADERS, ROWS).replace(b'Stehlampe', b'Steh,lampe')
        statement = read(raw)
        self.assertEqual([each.amount for each in statement.transactions], [Decimal(7)])
        self.assertEqual([(problem.code, problem.row) for problem in statement.problems], [('row_too_long', 2)])

    def test_an_xlsx_says_the_same_as_a_csv(self):
        expected = read(build.csv_report(build.ORDER_HEADERS, ROWS))
        for shared in (True, False):
            raw = build.xlsx_report(build.ORDER_HEADERS, ROWS, shared)
            report = recognise(raw)
            self.assertEqual((report.kind, report.format, report.sheet), ('orders', 'xlsx', 'Report'))
            self.assertEqual(read(raw), expected)

    def test_numbers_and_dates_of_an_xlsx_need_no_guess(self):
        row = build.order_row(
            Decimal('1234.5'), Payment_Date=date(2026, 3, 4), Order_Date=date(2026, 3, 2),
            PO_Number=Decimal(4500012345), Payment_Identifier=Decimal(1234), Item_Quantity=Decimal(3))
        for day_zero in (date(1899, 12, 30), date(1904, 1, 1)):
            statement = read(build.xlsx_report(build.ORDER_HEADERS, [row], day_zero=day_zero))
            [charge] = statement.transactions
            self.assertEqual(
                (charge.amount, charge.date, charge.last_digits, statement.problems),
                (Decimal('1234.5'), date(2026, 3, 4), '1234', ()))
            [line] = charge.lines
            self.assertEqual((line.purchase_order_number, line.quantity), ('4500012345', Decimal(3)))
            self.assertEqual(statement.orders[0].order_date, date(2026, 3, 2))

    def test_a_sum_that_excel_stored_with_seventeen_digits_is_read_to_the_cent(self):
        raw = build.xlsx_report(build.ORDER_HEADERS, [build.order_row(Decimal('19.989999999999998'))])
        self.assertEqual(amounts(raw), [Decimal('19.99')])

    def test_a_date_may_have_a_format_of_its_own(self):
        cell = '<c r="A2" s="2"><v>46094.25</v></c>'
        rows = ('<row r="1"><c r="A1" t="inlineStr"><is><t>Return Date</t></is></c>'
                '<c r="B1" t="inlineStr"><is><r><t>Return</t></r><r><t> Status</t></r></is></c>'
                '<c r="C1" t="str"><v>Order ID</v></c></row>'
                f'<row r="2">{cell}<c t="str"><v>Received</v></c><c r="C2" t="str"><f>"111"</f><v>111</v></c></row>')
        [facts] = read(build.workbook(rows, styles=build.STYLES)).shipments
        self.assertEqual((facts.date, facts.status, facts.order_ref), (date(2026, 3, 13), 'Received', '111'))

    def test_a_formula_is_never_computed(self):
        raw = build.csv_report(build.ORDER_HEADERS, [build.order_row('5.00', Title='=HYPERLINK("http://x","y")')])
        self.assertEqual(read(raw).transactions[0].lines[0].title, '=HYPERLINK("http://x","y")')
        rows = ('<row><c t="str"><v>Return Date</v></c><c t="str"><v>Return Reason</v></c>'
                '<c t="str"><v>Order ID</v></c></row>'
                '<row><c><f>TODAY()</f></c><c t="e"><v>#N/A</v></c><c><f>"0111"</f></c></row>')
        statement = read(build.workbook(rows))
        [facts] = statement.shipments
        self.assertEqual((facts.date, facts.reason, facts.order_ref, statement.problems), (None, None, '0111', ()))

    def test_the_sheet_with_the_report_is_read(self):
        raw = build.xlsx_report(build.ORDER_HEADERS, ROWS, shared=False)
        with build.zipfile.ZipFile(build.io.BytesIO(raw)) as package:
            parts = {name: package.read(name).decode() for name in package.namelist()}
        parts['xl/workbook.xml'] = parts['xl/workbook.xml'].replace(
            '<sheets>', '<sheets><sheet name="Cover" sheetId="2" r:id="r9"/>')
        parts['xl/_rels/workbook.xml.rels'] = parts['xl/_rels/workbook.xml.rels'].replace(
            '<Relationship Id="r1"',
            '<Relationship Id="r9" Type="x/worksheet" Target="worksheets/cover.xml"/><Relationship Id="r1"')
        parts['xl/worksheets/cover.xml'] = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="str">'
            '<v>A cover</v></c></row></sheetData></worksheet>')
        raw = build.zipped(parts)
        self.assertEqual(recognise(raw).sheet, 'Report')
        self.assertEqual(amounts(raw), [Decimal(5), Decimal(7)])

    def test_every_row_is_kept_as_it_came(self):
        raw = build.csv_report(build.ORDER_HEADERS, [build.order_row('$5.00', Payment_Identifier='="1234"')])
        [charge] = read(raw).transactions
        self.assertEqual(charge.raw[0]['Payment Amount'], '$5.00')
        self.assertEqual(charge.raw[0]['Payment Identifier'], '="1234"')
        self.assertEqual(charge.last_digits, '1234')
