from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase

from ...reports import read
from ...transactions import CARD, GIFT_CARD
from ..report_builder import REFUND_HEADERS, csv_report, refund_row, without


def statement_of(*rows, headers=REFUND_HEADERS):
    return read(csv_report(headers, rows))


class TestRefundsReport(BaseCase):

    def test_a_row_is_a_refund_of_its_item(self):
        statement = statement_of(refund_row('-12.00', '12.00', Item_Subtotal='10.00', Item_Tax='2.00'))
        [refund] = statement.transactions
        self.assertEqual(
            (refund.kind, refund.amount, refund.settled, refund.date, refund.instrument, refund.last_digits),
            ('refund', Decimal(12), True, date(2026, 3, 20), CARD, '1234'))
        [line] = refund.lines
        self.assertEqual(
            (line.asin, line.refund_reason, line.total, line.items, line.tax, line.quantity, line.line_number),
            ('B0LAMP', 'Damaged', Decimal(12), Decimal(10), Decimal(2), Decimal(1), '1'))
        self.assertEqual(statement.problems, ())

    def test_a_part_of_an_item_takes_no_amounts_of_the_whole_item(self):
        [refund] = statement_of(refund_row('3.00', '12.00', Item_Subtotal='10.00', Item_Tax='2.00')).transactions
        self.assertEqual((refund.lines[0].total, refund.lines[0].items, refund.lines[0].tax), (Decimal(3), None, None))

    def test_only_what_is_refunded_is_settled(self):
        statuses = ('Refunded', 'Completed', 'Pending', 'Rejected', 'Refund initiated', 'Irgendwas')
        statement = statement_of(*(
            refund_row('5.00', Order_ID=str(number), Refund_Status=status) for number, status in enumerate(statuses)))
        self.assertEqual([each.settled for each in statement.transactions], [True, True, False, False, False, False])
        self.assertEqual([(each.code, each.value) for each in statement.problems], [('unknown_status', 'Irgendwas')])
        [refund] = statement_of(refund_row('5.00', Refund_Date='N/A')).transactions
        self.assertFalse(refund.settled)

    def test_items_with_amounts_of_their_own_are_refunds_of_their_own(self):
        statement = statement_of(refund_row('5.00', '5.00', ASIN='A'), refund_row('7.00', '7.00', ASIN='B'))
        self.assertEqual([str(each.amount) for each in statement.transactions], ['5.00', '7.00'])
        statement = statement_of(refund_row('5.00', '5.00', ASIN='A'), refund_row('5.00', '5.00', ASIN='B'))
        self.assertEqual([str(each.amount) for each in statement.transactions], ['5.00', '5.00'])
        self.assertEqual(statement.problems, ())

    def test_items_with_one_reference_or_identifier_are_one_refund(self):
        for name in ('Payment_Reference_ID', 'Charge_Identifier'):
            rows = [refund_row(amount, item, ASIN=asin, **{name: mark}) for amount, item, asin, mark in (
                ('5.00', '5.00', 'A', 'R1'), ('7.00', '7.00', 'B', 'R1'), ('5.00', '5.00', 'A', 'R2'),
                ('4.00', '4.00', 'A', 'R3'), ('4.00', '4.00', 'B', 'R3'), ('9.00', '4.00', 'A', 'R4'),
                ('9.00', '5.00', 'B', 'R4'))]
            statement = statement_of(*rows, headers=(*REFUND_HEADERS, name.replace('_', ' ')))
            self.assertEqual(
                [(str(each.amount), [str(line.total) for line in each.lines]) for each in statement.transactions],
                [('12.00', ['5.00', '7.00']), ('5.00', ['5.00']), ('8.00', ['4.00', '4.00']),
                 ('9.00', ['4.00', '5.00'])])
            self.assertEqual(statement.problems, ())

    def test_one_refund_that_is_repeated_with_each_item_is_one(self):
        statement = statement_of(refund_row('12.00', '5.00', ASIN='A'), refund_row('12.00', '7.00', ASIN='B'))
        [refund] = statement.transactions
        self.assertEqual(str(refund.amount), '12.00')
        self.assertEqual([str(line.total) for line in refund.lines], ['5.00', '7.00'])
        self.assertEqual(statement.problems, ())

    def test_alike_amounts_that_no_item_explains_are_for_a_person(self):
        statement = statement_of(refund_row('4.00', '9.00', ASIN='A'), refund_row('4.00', '9.00', ASIN='B'))
        self.assertEqual([each.doubts for each in statement.transactions], [('share_or_whole',)] * 2)
        self.assertEqual([each.code for each in statement.problems], ['share_or_whole'] * 2)

    def test_a_refund_to_a_card_and_a_gift_card_returns_the_item_once(self):
        statement = statement_of(
            refund_row('8.00', '12.00'), refund_row('4.00', '12.00', Refund_Payment_Instrument_Type='Gift Card'))
        self.assertEqual([(str(each.amount), each.instrument) for each in statement.transactions],
                         [('8.00', CARD), ('4.00', GIFT_CARD)])
        self.assertEqual([each.lines[0].quantity for each in statement.transactions], [Decimal(1), None])

    def test_an_over_refund_says_so(self):
        statement = statement_of(refund_row('5.00', Refund_Type='Over-refund'), refund_row('5.00', Order_ID='2'))
        self.assertEqual([each.over_refund for each in statement.transactions], [True, False])

    def test_the_instrument_of_the_payment_stands_in_where_the_refunds_is_not_chosen(self):
        headers = (
            *without(REFUND_HEADERS, 'Refund Payment Instrument Type', 'Refund Payment Identifier'),
            'Payment Instrument Type', 'Payment Identifier')
        row = refund_row('5.00', Payment_Instrument_Type='Mastercard', Payment_Identifier='9876')
        [refund] = statement_of(row, headers=headers).transactions
        self.assertEqual((refund.instrument, refund.last_digits, refund.instrument_text), (CARD, '9876', 'Mastercard'))
