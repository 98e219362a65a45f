from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase

from ...reports import read
from ...transactions import INVOICE
from ..report_builder import (
    RECONCILIATION_HEADERS,
    RETURN_HEADERS,
    SHIPMENT_HEADERS,
    csv_report,
    reconciliation_row,
    return_row,
    shipment_row,
    without,
)


def statement_of(*rows, headers=RECONCILIATION_HEADERS, **options):
    return read(csv_report(headers, rows), **options)


class TestReconciliationReport(BaseCase):

    def test_the_rows_of_an_invoice_are_one_charge_that_no_card_paid(self):
        statement = statement_of(
            reconciliation_row('12.00', Total_Tax_Amount='2.00', Shipment_Quantity='3'),
            reconciliation_row('8.00', Title='Desk', Order_ID='2', PO_Number='P00002'))
        [charge] = statement.transactions
        self.assertEqual(
            (charge.kind, charge.amount, charge.instrument, charge.settled, charge.invoice_number,
             charge.statement_number),
            ('charge', Decimal(20), INVOICE, True, '1XQX-T4VG-0001', 'S1'))
        self.assertEqual(
            [(line.purchase_order_number, line.total, line.tax, line.quantity) for line in charge.lines],
            [('P00001', Decimal(12), Decimal(2), Decimal(3)), ('P00002', Decimal(8), None, Decimal(1))])
        [invoice] = statement.invoices
        self.assertEqual(
            (invoice.number, invoice.amount, invoice.credit, invoice.issue_date, invoice.due_date, invoice.status),
            ('1XQX-T4VG-0001', Decimal(20), False, date(2026, 3, 15), date(2026, 4, 14), 'Issued'))
        self.assertEqual((invoice.order_ref, invoice.rows), (None, (2, 3)))

    def test_a_credit_memo_is_told_by_its_type_its_number_or_its_sign(self):
        for row in (
            reconciliation_row('5.00', Transaction_Type='Refund', Credit_Memo_Number='CR1', Total_Tax_Amount='1.00'),
            reconciliation_row(
                '-5.00', Transaction_Type='REFUND - item', Invoice_Number='CR1', Total_Tax_Amount='-1.00'),
            reconciliation_row('5.00', Invoice_Number='', Credit_Memo_Number='CR1', Total_Tax_Amount='1.00'),
            reconciliation_row('(5.00)', Invoice_Number='CR1', Total_Tax_Amount='1.00'),
        ):
            statement = statement_of(row)
            [refund], [facts] = statement.transactions, statement.invoices
            self.assertEqual((refund.kind, refund.amount, refund.invoice_number), ('refund', Decimal(5), 'CR1'))
            self.assertEqual((refund.lines[0].total, refund.lines[0].tax), (Decimal(5), Decimal(1)))
            self.assertEqual((facts.number, facts.credit, facts.amount), ('CR1', True, Decimal(5)))

    def test_what_was_not_delivered_is_a_negative_line_of_the_invoice(self):
        statement = statement_of(reconciliation_row('12.00'), reconciliation_row('-2.00', Total_Tax_Amount='0.40'))
        [charge] = statement.transactions
        self.assertEqual((charge.kind, charge.amount), ('charge', Decimal(10)))
        self.assertEqual([str(line.total) for line in charge.lines], ['12.00', '-2.00'])
        self.assertEqual(str(charge.lines[1].tax), '-0.40')

    def test_days_stand_first_in_india_and_rupees_need_no_column(self):
        statement = statement_of(
            reconciliation_row('₹1,200.00', Document_Issue_Date='03-04-2026', Invoice_Due_Date='25-04-2026'),
            headers=without(RECONCILIATION_HEADERS, 'Currency'), currency='INR')
        [charge] = statement.transactions
        self.assertEqual((charge.date, charge.currency, charge.amount), (date(2026, 4, 3), 'INR', Decimal(1200)))

    def test_a_row_without_a_number_is_named(self):
        statement = statement_of(reconciliation_row('5.00', Invoice_Number=''), reconciliation_row('6.00'))
        self.assertEqual([str(each.amount) for each in statement.transactions], ['6.00'])
        self.assertEqual([(each.code, each.row, each.column) for each in statement.problems],
                         [('missing_value', 2, 'Invoice Number')])

    def test_a_document_that_is_not_issued_is_not_settled(self):
        for status, settled in (
            ('Issued', True), ('Past Due', True), ('Closed', True), ('Pending', False), ('Void', False),
        ):
            [charge] = statement_of(reconciliation_row('5.00', Document_Status=status)).transactions
            self.assertEqual(charge.settled, settled, status)

    def test_shipments_say_what_came_and_charge_nothing(self):
        statement = read(csv_report(SHIPMENT_HEADERS, [shipment_row(Expected_Delivery_Date='2026-03-15')]))
        [facts] = statement.shipments
        self.assertEqual(
            (facts.purchase_order_number, facts.line_number, facts.carrier, facts.tracking_number, facts.status),
            ('P00001', '1', 'UPS', '1Z1', 'Delivered'))
        self.assertEqual(
            (facts.date, facts.expected_date, facts.quantity, facts.returned, facts.rows),
            (date(2026, 3, 13), date(2026, 3, 15), Decimal(1), False, (2,)))
        self.assertEqual((statement.transactions, statement.problems), ((), ()))

    def test_returns_say_what_went_back_and_refund_nothing(self):
        statement = read(csv_report(RETURN_HEADERS, [return_row(), return_row(Order_ID='', PO_Number='')]))
        [facts] = statement.shipments
        self.assertEqual((facts.returned, facts.reason, facts.status, facts.date),
                         (True, 'Damaged', 'Received', date(2026, 3, 18)))
        self.assertEqual(statement.transactions, ())
        self.assertEqual([(each.code, each.row) for each in statement.problems], [('missing_value', 3)])
