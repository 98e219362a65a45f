from datetime import date, datetime
from decimal import Decimal
from itertools import product

from odoo.tests import BaseCase

from ...rest import (
    invoices_body,
    payment_details_body,
    read_instrument,
    read_invoices,
    read_payment_details,
    read_transactions,
    transactions_path,
)
from ...transactions import BANK, CARD, CHARGE, GIFT_CARD, INVOICE, OTHER, REFUND, REWARDS, InvoiceFacts, Problem
from ..rest_builder import answer_of, charge, charge_line, money


class TestReconciliation(BaseCase):

    def read(self, **values):
        """Read a page with one transaction."""
        statement = read_transactions(answer_of(transactions=[charge(**values)]))
        self.assertEqual(statement.problems, ())
        return statement.transactions[0]

    def test_a_charge_with_everything(self):
        found = self.read()
        self.assertEqual(
            (found.kind, found.amount, found.currency, found.settled, found.date, found.feed_date),
            (CHARGE, Decimal('119.00'), 'USD', True, date(2026, 11, 3), date(2026, 11, 4)))
        self.assertEqual(
            (found.transaction_id, found.charge_identifier, found.instrument, found.last_digits, found.company_name),
            ('T-1', 'AMZN*1A2B3C', CARD, '1234', "Example Inc"))
        self.assertEqual((found.buyer, found.buyer_email, found.account_group),
                         ("Ada Buyer", 'ada@example.com', "Office"))
        [line] = found.lines
        self.assertEqual(
            (line.order_ref, line.purchase_order_number, line.line_number, line.asin, line.quantity, line.unit_price),
            ('111-1111111-1111111', 'P00042', '1', 'B000000001', 2, 50))
        self.assertEqual(
            (line.items, line.tax, line.total, line.tax_rate, line.shipping, line.discount, line.fees),
            (100, 19, 119, Decimal('0.19'), None, None, None))
        self.assertEqual((line.shipment_id, line.shipment_date), ('SH-1', date(2026, 11, 2)))
        self.assertEqual(found.raw[0]['amount'], {'currencyCode': 'USD', 'amount': '119.00'})

    def test_the_type_decides_and_the_sign_does_not(self):
        for type_name, sign, line_sign in product(('REFUND', 'OVERREFUND', 'CHARGE'), (1, -1), (1, -1)):
            with self.subTest(f"{type_name} {sign} {line_sign}"):
                found = self.read(amount=119 * sign, transactionType=type_name, lines=[charge_line(
                    119 * line_sign, principalAmount=money(110 * line_sign), tax=money(19 * line_sign),
                    discount=money(-10 * line_sign))])
                self.assertEqual(found.kind, CHARGE if type_name == 'CHARGE' else REFUND)
                self.assertEqual(found.over_refund, type_name == 'OVERREFUND')
                line = found.lines[0]
                self.assertEqual((found.amount, line.total, line.items, line.tax, line.discount),
                                 (119, 119, 110, 19, -10))

    def test_a_line_against_the_rest_keeps_the_sum(self):
        found = self.read(amount='90.00', lines=[charge_line('100.00'), charge_line('-10.00')])
        self.assertEqual(sum(line.total for line in found.lines), found.amount)

    def test_amounts_may_be_numbers_and_days_may_be_objects(self):
        found = self.read(
            amount=None, lines=[charge_line(totalAmount={'currencyCode': 'JPY', 'amount': 1190},
                                            principalAmount={'amount': 1000}, tax={'amount': 190.0}, unitPrice=None)],
            transactionDate={'date': '2026-11-03'})
        self.assertEqual((found.amount, found.currency, found.date), (1190, 'JPY', date(2026, 11, 3)))

    def test_fees_are_regulatory_and_for_wrapping(self):
        found = self.read(lines=[charge_line(regulatoryFee=money('1.50'), giftWrappingCharge=money('2.50'))])
        self.assertEqual(found.lines[0].fees, 4)

    def test_everything_is_optional_but_type_amount_and_currency(self):
        for name in charge():
            if name not in ('transactionType', 'amount'):
                self.read(**{name: None} if name != 'transactionLineItems' else {'lines': []})
        for name in charge_line():
            self.read(lines=[charge_line(**{name: None}) if name != 'totalAmount' else charge_line(totalAmount=None)])

    def test_what_can_t_be_understood_is_named_and_stops_nothing_else(self):
        statement = read_transactions(answer_of(nextPageToken='more', transactions=[
            charge(transactionType='ADJUSTMENT'), charge(amount=None, lines=[]),
            charge(amount=None, lines=[charge_line(totalAmount=money(5, 'EUR')), charge_line()]),
            charge(lines=[], amount='5'), 'nonsense']))
        self.assertEqual(statement.problems, (
            Problem('unknown_type', 1, 'transactionType', 'ADJUSTMENT'),
            Problem('missing', 2, 'amount', 'T-1'),
            Problem('mixed_currency', 3, 'currencyCode', 'EUR, USD')))
        self.assertEqual((len(statement.transactions), statement.row_count), (1, 4))
        self.assertEqual(statement.next_page_token, 'more')
        no_currency = read_transactions(answer_of(transactions=[charge(lines=[], **{'amount': 5})]))
        self.assertEqual(len(no_currency.transactions), 1)
        bare = charge(lines=[])
        bare['amount'] = 5
        self.assertEqual(read_transactions(answer_of(transactions=[bare])).problems[0].code, 'missing')

    def test_the_last_page_has_no_token(self):
        for last in ({}, {'nextPageToken': None}, {'nextPageToken': ''}):
            self.assertIsNone(read_transactions(answer_of(transactions=[], **last)).next_page_token)
        self.assertEqual(read_transactions(answer_of()).transactions, ())

    def test_a_refund_names_its_charge(self):
        found = self.read(transactionType='REFUND', associatedTransactionDetails=[
            {'associatedTransactionId': 'T-0'}, {}, {'associatedTransactionId': 'T-9'}])
        self.assertEqual(found.associated_ids, ('T-0', 'T-9'))

    def test_instruments(self):
        for text, kind in (
            ('Credit card', CARD), ('Visa', CARD), ('American Express', CARD), ('Business Credit Account', CARD),
            ('Pay by Invoice', INVOICE), ('PAY_BY_INVOICE', INVOICE), ('Gift Certificate/Card', GIFT_CARD),
            ('Gift card', GIFT_CARD), ('Reward Account', REWARDS), ('Bank Account', BANK), ('N/A', OTHER),
            (None, OTHER),
        ):
            with self.subTest(text):
                self.assertEqual(read_instrument(text), kind)

    def test_what_is_asked(self):
        path = transactions_path(datetime(2026, 11, 1), datetime(2026, 11, 30, 12), 'a b&c')
        self.assertEqual(path, '/reconciliation/2021-01-08/transactions?feedStartDate=2026-11-01T00%3A00%3A00Z'
                               '&feedEndDate=2026-11-30T12%3A00%3A00Z&nextPageToken=a+b%26c')
        self.assertEqual(invoices_body([('1', '2', None)])[1], {'orderLineItems': [
            {'orderId': '1', 'orderLineItemId': '2'}]})
        self.assertEqual(payment_details_body(['A-1'])[1], {'invoiceIds': ['A-1']})


class TestInvoices(BaseCase):

    def test_invoices_are_found_wherever_the_answer_has_them(self):
        invoice = {'invoiceNumber': '1XQX-T4VG-9939', 'invoiceDate': {'date': '2026-11-05'}, 'invoiceType': 'STANDARD',
                   'consolidatedInvoiceDetails': {'consolidatedInvoiceNumber': '11XS-123S-XFA1'}}
        facts = InvoiceFacts(
            number='1XQX-T4VG-9939', issue_date=date(2026, 11, 5), order_ref='111-1111111-1111111',
            order_line_item_id='LI-1', shipment_id='SH-1', consolidated_number='11XS-123S-XFA1')
        line = {'orderId': '111-1111111-1111111', 'orderLineItemId': 'LI-1', 'shipmentId': 'SH-1'}
        for answer in (
            {'invoiceDetailsByOrderLineItems': [{'orderLineItem': line, 'invoiceDetails': [invoice]}]},
            {'invoices': [{**line, **invoice}]}, {'anything': {'deeper': [{**line, 'invoiceDetails': invoice}]}},
        ):
            with self.subTest(answer):
                statement = read_invoices(answer_of(**answer))
                self.assertEqual(statement.invoices, (facts,))

    def test_a_credit_memo_names_its_invoice_in_japan(self):
        statement = read_invoices(answer_of(invoices=[{
            'invoiceNumber': 'JP218PV8HMOC', 'invoiceType': 'CREDIT_MEMO', 'associatedInvoiceNumber': 'JP218PV8HMOI'}]))
        self.assertTrue(statement.invoices[0].credit)
        self.assertEqual(statement.invoices[0].associated_number, 'JP218PV8HMOI')

    def test_how_invoices_stand(self):
        statement = read_payment_details(answer_of(invoicePaymentDetails=[
            {'invoiceId': 'A-1', 'status': 'Past Due', 'dueDate': '2026-11-30T00:00:00Z'}, {'invoiceId': 'A-2'},
            {'status': 'Closed'}]))
        self.assertEqual(statement.invoices, (
            InvoiceFacts(number='A-1', status='Past Due', due_date=date(2026, 11, 30)),))
