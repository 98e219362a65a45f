"""Every trap that was met on real ledgers, as CSV and as XLSX, with texts in the cells or shared."""
import hashlib
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase

from ...reports import read, recognise
from ...transactions import CARD, GIFT_CARD
from ..report_builder import ORDER_HEADERS, csv_report, order_row, without, xlsx_report


def files(rows, headers=ORDER_HEADERS, names=None):
    """Write the same rows in each format.

    :param dict | None names: what stands in the file for a header
    :return: by the name of the format
    :rtype: dict[str, bytes]
    """
    names = names or {}
    renamed = [names.get(header, header) for header in headers]
    cells = [{names.get(header, header): value for header, value in row.items()} for row in rows]
    return {
        'csv': csv_report(renamed, cells),
        'csv with a BOM': csv_report(renamed, cells, encoding='utf-8-sig'),
        'xlsx, shared texts': xlsx_report(renamed, cells),
        'xlsx, texts in cells': xlsx_report(renamed, cells, shared=False),
    }


class TestLongCells(BaseCase):

    def test_an_identifier_that_is_longer_than_any_of_amazon_is_noted_and_left_out(self):
        """No index has room for it, so it would stop the whole report."""
        long = ''.join(hashlib.sha512(bytes([each])).hexdigest() for each in range(40))
        for raw in files([order_row('9.99', PO_Number=long), order_row('5.00', Order_ID=long)]).values():
            statement = read(raw)
            self.assertEqual([(problem.row, problem.code, problem.column) for problem in statement.problems],
                             [(2, 'value_too_long', 'PO Number'), (3, 'value_too_long', 'Order ID')])
            self.assertEqual([str(each.amount) for each in statement.transactions], ['9.99'])
            self.assertIsNone(statement.transactions[0].lines[0].purchase_order_number)

    def test_a_title_may_be_long(self):
        title = "A cable " * 100
        [charge] = read(csv_report(ORDER_HEADERS, [order_row('9.99', Title=title)])).transactions
        self.assertEqual(charge.lines[0].title, title.strip())


class TestReportTraps(BaseCase):

    def assertRead(self, rows, expected, problems=(), **options):
        """Check amount, instrument and settlement of each charge, and the codes of the problems, in each format."""
        statements = {}
        for name, raw in files(rows, **options).items():
            with self.subTest(name):
                statements[name] = statement = read(raw)
                self.assertEqual([(str(each.amount), each.instrument, each.settled)
                                  for each in statement.transactions], expected)
                self.assertEqual(sorted({problem.code for problem in statement.problems}), sorted(problems))
        first = statements['csv']
        for name, statement in statements.items():
            self.assertEqual((statement.transactions, statement.orders), (first.transactions, first.orders), name)
        return first

    def test_1_a_bom_and_blanks_in_headers(self):
        names = {
            'Order Date': '\ufeffOrder Date', 'Order Status': "Order Status ", 'Order Net Total': "Order  Net Total",
            'Item Shipping & Handling': "Item Shipping &  Handling ", 'Payment Amount': " payment amount"}
        statement = self.assertRead([order_row('5.00')], [('5.00', CARD, True)], names=names)
        self.assertEqual(statement.orders[0].net_total, Decimal(5))
        for raw in files([order_row('5.00')], names={'Order Date': '\ufeffOrder Date'}).values():
            self.assertEqual(recognise(raw).unknown_headers, ())

    def test_2_numbers_as_spreadsheets_escape_them(self):
        statement = self.assertRead(
            [order_row('$1,234.50', Payment_Identifier='="…1234"', UNSPSC='="39111500"', PO_Number='="4500012345"',
                       Item_Promotion='N/A', Seller_Name='N/A')], [('1234.50', CARD, True)])
        [charge] = statement.transactions
        [line] = charge.lines
        self.assertEqual((charge.last_digits, line.unspsc, line.purchase_order_number, line.discount, line.seller),
                         ('1234', '39111500', '4500012345', None, None))

    def test_3_items_repeat_once_for_each_payment(self):
        statement = self.assertRead([
            order_row(amount, total, '50.00', ASIN=asin, Payment_Reference_ID=reference,
                      Payment_Instrument_Type=instrument)
            for amount, reference, instrument in (('40.01', 'R1', 'Visa'), ('9.99', 'R2', 'Gift Card'))
            for asin, total in (('A', '33.34'), ('B', '16.66'))], [('40.01', CARD, True), ('9.99', GIFT_CARD, True)])
        self.assertEqual([[str(line.total) for line in charge.lines] for charge in statement.transactions],
                         [['26.68', '13.33'], ['6.66', '3.33']])
        # One whose items add up to it stands alone.
        statement = self.assertRead([
            order_row('33.34', '33.34', '50.00', ASIN='A', Payment_Reference_ID='R1'),
            order_row('16.66', '16.66', '50.00', ASIN='B', Payment_Reference_ID='R2',
                      Payment_Instrument_Type='Gift Card'),
        ], [('33.34', CARD, True), ('16.66', GIFT_CARD, True)])
        self.assertEqual([len(charge.lines) for charge in statement.transactions], [1, 1])

    def test_4_a_settlement_that_is_stated_again_is_one_and_two_charges_of_one_amount_are_two(self):
        twice = [order_row('20.00', '20.00', '20.00', Payment_Reference_ID='R1', Payment_Date='03/14/2026'),
                 order_row('20.00', '20.00', '20.00', Payment_Reference_ID='R2', Payment_Date='03/15/2026')]
        self.assertRead(twice, [('20.00', CARD, True)])
        self.assertRead([{**row, 'Order Net Total': '40.00'} for row in twice], [('20.00', CARD, True)] * 2)

    def test_5_old_exports_lack_the_payment_reference(self):
        headers = without(ORDER_HEADERS, 'Payment Reference ID')
        self.assertRead([order_row('20.00', '10.00', '20.00', ASIN=asin) for asin in 'AB'], [('20.00', CARD, True)],
                        headers=headers)

    def test_6_cancelled_rows_are_nothing_and_pending_ones_are_not_settled(self):
        self.assertRead([
            order_row('0.00', Order_ID='1', Order_Status='Canceled'),
            order_row('N/A', Order_ID='2', Order_Status='Canceled', Payment_Date='N/A'),
            order_row('7.00', Order_ID='3', Order_Status='Pending'),
            order_row('8.00', Order_ID='4', Order_Status='Pending fulfillment'),
            order_row('9.00', Order_ID='5', Payment_Date='N/A')], [
                ('7.00', CARD, False), ('8.00', CARD, False), ('9.00', CARD, False)])

    def test_7_items_that_do_not_add_up_are_for_a_person(self):
        statement = self.assertRead(
            [order_row('20.00', '30.00', '30.00', Payment_Reference_ID='R1')], [('20.00', CARD, True)],
            ('items_differ', 'order_differs'))
        self.assertEqual(statement.transactions[0].doubts, ('items_differ',))

    def test_8_months_first_in_the_us_and_days_first_elsewhere(self):
        for other, day in (('03/28/2026', date(2026, 3, 4)), ('28/03/2026', date(2026, 4, 3))):
            statement = self.assertRead(
                [order_row('5.00', Payment_Date='03/04/2026', Order_Date='03/04/2026'),
                 order_row('6.00', Order_ID='2', Payment_Date=other, Order_Date=other)],
                [('5.00', CARD, True), ('6.00', CARD, True)])
            self.assertEqual(statement.transactions[0].date, day)
        for raw in files([order_row('5.00', Payment_Date='03/04/2026', Order_Date='03/02/2026')]).values():
            self.assertTrue(recognise(raw).has_doubtful_dates)
            self.assertEqual(read(raw, day_first=True).transactions[0].date, date(2026, 4, 3))

    def test_8_headers_of_another_language_are_mapped(self):
        names = {'Order ID': "Bestellnummer", 'Order Net Total': "Nettobetrag der Bestellung"}
        mapping = {"Bestellnummer": 'order_ref', "nettobetrag  der Bestellung ": 'order_net_total'}
        for raw in files([order_row('5.00')], names=names).values():
            self.assertEqual(set(recognise(raw).missing), {'order_ref', 'order_net_total'})
            self.assertEqual(len(read(raw, mapping=mapping).transactions), 1)
