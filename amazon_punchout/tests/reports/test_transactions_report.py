from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase

from ...reports import read
from ...transactions import CARD, GIFT_CARD
from ..report_builder import TRANSACTION_HEADERS, csv_report, transaction_row, without

WITH_TOTALS = (*TRANSACTION_HEADERS, 'Order Net Total')


def statement_of(*rows, headers=TRANSACTION_HEADERS):
    return read(csv_report(headers, rows))


def shares(transaction):
    return {line.order_ref: str(line.total) for line in transaction.lines}


class TestTransactionsReport(BaseCase):

    def test_a_row_is_a_charge_with_a_line_for_its_order(self):
        statement = statement_of(transaction_row('="$1,025.00"', Payment_Identifier='="…1234"'))
        [charge] = statement.transactions
        self.assertEqual(
            (charge.kind, charge.amount, charge.currency, charge.settled, charge.date, charge.instrument,
             charge.last_digits),
            ('charge', Decimal(1025), 'USD', True, date(2026, 3, 14), CARD, '1234'))
        [line] = charge.lines
        self.assertEqual(
            (line.order_ref, line.purchase_order_number, str(line.total), line.quantity),
            ('111-0000001-0000001', 'P00001', '1025.00', None))
        self.assertEqual(statement.orders[0].status, 'Closed')

    def test_a_charge_of_several_orders_is_one(self):
        statement = statement_of(
            transaction_row('10.00', Order_ID='1'), transaction_row('15.00', Order_ID='2'),
            transaction_row('7.00', Order_ID='3', Payment_Reference_ID='R2'))
        self.assertEqual([str(each.amount) for each in statement.transactions], ['25.00', '7.00'])
        self.assertEqual(shares(statement.transactions[0]), {'1': '10.00', '2': '15.00'})
        self.assertEqual(statement.problems, ())

    def test_one_reference_on_a_card_and_a_gift_card_is_two_charges(self):
        statement = statement_of(
            transaction_row('10.00'),
            transaction_row('5.00', Payment_Instrument_Type='Gift Card', Payment_Identifier=''))
        self.assertEqual([(str(each.amount), each.instrument) for each in statement.transactions],
                         [('10.00', CARD), ('5.00', GIFT_CARD)])

    def test_alike_amounts_of_two_orders_may_be_shares_or_the_whole(self):
        rows = [transaction_row('20.00', Order_ID=order) for order in '12']
        statement = statement_of(*rows)
        [charge] = statement.transactions
        self.assertEqual((str(charge.amount), charge.doubts), ('40.00', ('share_or_whole',)))
        self.assertEqual([problem.code for problem in statement.problems], ['share_or_whole'])

    def test_the_net_totals_tell_whether_alike_amounts_are_shares(self):
        rows = [transaction_row('20.00', Order_ID=order, Order_Net_Total='20.00') for order in '12']
        [charge] = statement_of(*rows, headers=WITH_TOTALS).transactions
        self.assertEqual((str(charge.amount), charge.doubts), ('40.00', ()))
        rows = [
            transaction_row('20.00', Order_ID=order, Order_Net_Total=total)
            for order, total in (('1', '5.00'), ('2', '15.00'))]
        [charge] = statement_of(*rows, headers=WITH_TOTALS).transactions
        self.assertEqual((str(charge.amount), charge.doubts), ('20.00', ()))
        self.assertEqual(shares(charge), {'1': '5.00', '2': '15.00'})

    def test_an_order_that_is_there_twice_with_one_reference(self):
        [charge] = statement_of(transaction_row('20.00'), transaction_row('5.00')).transactions
        self.assertEqual(str(charge.amount), '25.00')
        rows = [transaction_row('20.00')] * 2
        self.assertEqual([each.doubts for each in statement_of(*rows).transactions], [('share_or_whole',)])
        for total in ('20.00', '40.00'):
            rows = [transaction_row('20.00', Order_Net_Total=total)] * 2
            [charge] = statement_of(*rows, headers=WITH_TOTALS).transactions
            self.assertEqual((str(charge.amount), charge.doubts), (total, ()))

    def test_alike_rows_without_a_reference_are_so_many_charges(self):
        headers = without(TRANSACTION_HEADERS, 'Payment Reference ID')
        statement = statement_of(*[transaction_row('20.00')] * 3, headers=headers)
        self.assertEqual([str(each.amount) for each in statement.transactions], ['20.00'] * 3)

    def test_a_restated_charge_is_dropped_only_if_the_order_then_sums(self):
        def read_with(total):
            return statement_of(*(
                transaction_row('20.00', Payment_Reference_ID=reference, Order_Net_Total=total, Transaction_Date=day)
                for reference, day in (('R1', '03/14/2026'), ('R2', '03/15/2026'))), headers=WITH_TOTALS).transactions
        self.assertEqual([each.date.day for each in read_with('20.00')], [14])
        self.assertEqual(len(read_with('40.00')), 2)
        self.assertEqual(len(read_with('55.00')), 2)
        # Without the totals nothing is dropped: the importer knows the orders.
        rows = [transaction_row('20.00', Payment_Reference_ID=reference) for reference in ('R1', 'R2')]
        self.assertEqual(len(statement_of(*rows).transactions), 2)

    def test_refunds_are_told_by_their_type_with_either_sign(self):
        for amount in ('-5.00', '5.00', '(5.00)'):
            [refund] = statement_of(transaction_row(amount, Transaction_Type='Refund')).transactions
            self.assertEqual((refund.kind, refund.amount, refund.settled), ('refund', Decimal(5), True))

    def test_a_charge_and_its_refund_with_one_reference_are_two(self):
        statement = statement_of(transaction_row('5.00'), transaction_row('-5.00', Transaction_Type='Refund'))
        self.assertEqual([each.kind for each in statement.transactions], ['charge', 'refund'])
        self.assertEqual(statement.problems, ())

    def test_an_unknown_type_is_named_and_not_settled(self):
        statement = statement_of(transaction_row('5.00', Transaction_Type='Chargeback'))
        self.assertEqual([each.settled for each in statement.transactions], [False])
        self.assertEqual([(each.code, each.value) for each in statement.problems], [('unknown_type', 'Chargeback')])

    def test_what_is_only_authorized_is_not_settled(self):
        statement = statement_of(
            transaction_row('5.00', Order_Status='Pending'),
            transaction_row('6.00', Payment_Reference_ID='2', Transaction_Date=''),
            transaction_row('N/A', Payment_Reference_ID='3', Order_Status='Canceled'),
            transaction_row('0.00', Payment_Reference_ID='4', Order_Status='Canceled'),
            transaction_row('9.00', Payment_Reference_ID='5', Order_Status='Canceled'))
        self.assertEqual([(str(each.amount), each.settled) for each in statement.transactions],
                         [('5.00', False), ('6.00', False), ('9.00', False)])
        self.assertEqual([(each.code, each.row) for each in statement.problems], [('cancelled_amount', 6)])

    def test_a_membership_fee_has_no_order(self):
        statement = statement_of(transaction_row('179.00', Order_ID='N/A', PO_Number='', Order_Status='N/A'))
        [charge] = statement.transactions
        self.assertTrue(charge.settled)
        self.assertEqual([(line.order_ref, str(line.total)) for line in charge.lines], [(None, '179.00')])
        self.assertEqual((statement.orders, statement.problems), ((), ()))
