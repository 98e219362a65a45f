from odoo.tests import BaseCase

from ...reports import FIELDS, ReportError, read, recognise
from .. import report_builder as build

REPORTS = {
    'orders': (build.ORDER_HEADERS, build.order_row('5.00')),
    'transactions': (build.TRANSACTION_HEADERS, build.transaction_row('5.00')),
    'refunds': (build.REFUND_HEADERS, build.refund_row('5.00')),
    'reconciliation': (build.RECONCILIATION_HEADERS, build.reconciliation_row('5.00')),
    'shipments': (build.SHIPMENT_HEADERS, build.shipment_row()),
    'returns': (build.RETURN_HEADERS, build.return_row()),
}


class TestReportHeaders(BaseCase):

    def test_each_report_is_recognised_with_its_columns_in_any_order(self):
        for kind, (headers, row) in REPORTS.items():
            for order in (headers, headers[::-1], sorted(headers)):
                report = recognise(build.csv_report(order, [row]))
                self.assertEqual((report.kind, report.missing, report.unknown_headers), (kind, (), ()), kind)
                statement = read(build.csv_report(order, [row]))
                self.assertEqual((statement.kind, statement.row_count, statement.problems), (kind, 1, ()), kind)

    def test_columns_in_another_order_say_the_same(self):
        for kind, (headers, row) in REPORTS.items():
            def values(statement):
                return [
                    {name: value for name, value in self._plain(each).items() if name != 'raw'}
                    for part in ('transactions', 'orders', 'invoices', 'shipments')
                    for each in getattr(statement, part)]
            self.assertEqual(
                values(read(build.csv_report(headers[::-1], [row]))), values(read(build.csv_report(headers, [row]))),
                kind)

    @staticmethod
    def _plain(value):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}

    def test_blanks_case_and_signs_in_headers_do_not_matter(self):
        names = {
            'Order Status': 'Order Status ', 'Item Shipping & Handling': 'Item  Shipping and handling',
            'Account User Email': 'Account User E-mail', 'Order ID': '\ufeffORDER id', 'Title': '\u00a0Title\u200b'}
        raw = build.csv_report(build.ORDER_HEADERS, [build.order_row('5.00')], names=names)
        report = recognise(raw)
        self.assertEqual((report.kind, report.missing, report.unknown_headers), ('orders', (), ()))
        [charge] = read(raw).transactions
        self.assertTrue(charge.settled)
        raw = build.csv_report(
            (*build.SHIPMENT_HEADERS, 'Amazon-Internal  Product Category'), [build.shipment_row()],
            names={'Carrier Tracking #': 'Carrier Tracking'})
        self.assertEqual(recognise(raw).unknown_headers, ())
        self.assertEqual(read(raw).shipments[0].tracking_number, '1Z1')

    def test_each_missing_essential_column_is_named(self):
        essential = {
            'orders': (
                'Order ID', 'Order Status', 'Payment Date', 'Payment Amount', 'Currency', 'Payment Instrument Type',
                'Order Net Total', 'Item Net Total'),
            'transactions': (
                'Transaction Date', 'Transaction Type', 'Order ID', 'Order Status', 'Payment Amount', 'Currency',
                'Payment Instrument Type'),
            'refunds': (
                'Order ID', 'Refund Date', 'Refund Status', 'Refund Payment Amount', 'Currency',
                'Refund Payment Instrument Type'),
            'reconciliation': ('Net Total', 'Currency', 'Document Issue Date'),
        }
        for kind, names in essential.items():
            headers, row = REPORTS[kind]
            for name in names:
                raw = build.csv_report(build.without(headers, name), [row])
                report = recognise(raw)
                self.assertEqual([FIELDS[key].label for key in report.missing], [name])
                with self.assertRaises(ReportError) as raised:
                    read(raw)
                self.assertEqual((raised.exception.kind, raised.exception.value), ('missing_column', name))
                self.assertIn(name, str(raised.exception))

    def test_a_report_without_what_tells_its_items_or_documents_apart_is_not_read(self):
        headers, row = REPORTS['orders']
        raw = build.csv_report(build.without(headers, 'ASIN', 'Title', 'PO Line Item Id'), [row])
        self.assertEqual(recognise(raw).missing, ('asin',))
        headers, row = REPORTS['reconciliation']
        raw = build.csv_report(build.without(headers, 'Invoice Number', 'Credit Memo Number'), [row])
        self.assertEqual(recognise(raw).missing, ('invoice_number',))

    def test_what_should_be_there_is_named_and_keeps_nothing_from_being_read(self):
        headers, row = REPORTS['orders']
        raw = build.csv_report(build.without(headers, 'PO Number', 'Account Group'), [row])
        self.assertLessEqual({'purchase_order_number', 'account_group'}, set(recognise(raw).missing_recommended))
        self.assertEqual(len(read(raw).transactions), 1)

    def test_headers_of_another_language_are_mapped_once(self):
        names = {'Order ID': 'Bestellnummer', 'Order Status': 'Status der Bestellung', 'Order Net Total': 'Summe'}
        raw = build.csv_report(build.ORDER_HEADERS, [build.order_row('5.00')], names=names)
        report = recognise(raw)
        self.assertEqual(set(report.unknown_headers), set(names.values()))
        self.assertEqual(set(report.missing), {'order_ref', 'order_status', 'order_net_total'})
        mapping = {'Bestellnummer ': 'order_ref', 'Status der Bestellung': 'order_status', 'summe': 'order_net_total'}
        self.assertEqual(recognise(raw, mapping=mapping).missing, ())
        self.assertEqual(read(raw, mapping=mapping).orders, read(build.csv_report(*REPORTS_OF_ORDERS)).orders)

    def test_a_mapping_makes_a_report_of_a_file_that_has_only_foreign_headers(self):
        names = {header: f'Spalte {number}' for number, header in enumerate(build.TRANSACTION_HEADERS)}
        raw = build.csv_report(build.TRANSACTION_HEADERS, [build.transaction_row('5.00')], names=names)
        report = recognise(raw)
        self.assertIsNone(report.kind)
        self.assertEqual(report.unknown_headers, tuple(names.values()))
        labels = {field.label: key for key, field in FIELDS.items()}
        mapping = {name: labels[header] for header, name in names.items()}
        self.assertEqual(recognise(raw, mapping=mapping).kind, 'transactions')
        self.assertEqual(len(read(raw, mapping=mapping).transactions), 1)

    def test_a_mapping_to_a_field_that_does_not_exist_is_an_error_of_the_program(self):
        with self.assertRaises(ValueError):
            recognise(b'a,b\n1,2\n', mapping={'a': 'nothing'})

    def test_every_key_has_a_name_that_a_person_reads(self):
        labels = [field.label for field in FIELDS.values()]
        self.assertEqual(len(labels), len(set(labels)))
        self.assertTrue(all(label[0].isupper() for label in labels))

    def test_unknown_headers_are_listed_and_known_ones_without_use_are_not(self):
        raw = build.csv_report(
            (*build.ORDER_HEADERS, 'Segment', 'GL Code', 'Favourite Colour', ''), [build.order_row('5.00')])
        self.assertEqual(recognise(raw).unknown_headers, ('Favourite Colour',))
        self.assertEqual(read(raw).unknown_headers, ('Favourite Colour',))

    def test_of_two_columns_with_one_meaning_the_first_is_read_and_the_other_named(self):
        raw = build.csv_report(
            (*build.TRANSACTION_HEADERS, 'Payment  Amount'), [build.transaction_row('5.00', Payment__Amount='9.00')])
        self.assertEqual(recognise(raw).duplicate_headers, ('Payment  Amount',))
        statement = read(raw)
        self.assertEqual([str(each.amount) for each in statement.transactions], ['5.00'])
        self.assertEqual([problem.code for problem in statement.problems], ['duplicate_header'])

    def test_a_title_above_the_headers_is_passed_over(self):
        raw = build.csv_report(*REPORTS_OF_ORDERS, before='My report\n\nFrom 2026-03-01,to 2026-03-31\n')
        report = recognise(raw)
        self.assertEqual((report.kind, report.header_row, report.row_count), ('orders', 4, 1))
        self.assertEqual(read(raw).transactions[0].rows, (5,))

    def test_a_table_of_something_else_is_no_report(self):
        raw = b'Name,Price\nLamp,5.00\n'
        report = recognise(raw)
        names = ('Name', 'Price')
        self.assertEqual((report.kind, report.headers, report.unknown_headers), (None, names, names))
        with self.assertRaises(ReportError) as raised:
            read(raw)
        self.assertEqual(raised.exception.kind, 'no_report')


REPORTS_OF_ORDERS = (build.ORDER_HEADERS, [build.order_row('5.00')])
