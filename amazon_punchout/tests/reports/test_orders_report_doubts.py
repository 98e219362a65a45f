from decimal import Decimal

from odoo.tests import BaseCase

from ...transactions import CARD, GIFT_CARD
from ..report_builder import order_row
from .test_orders_report import statement_of, summary


def codes(statement):
    return [(problem.code, problem.row) for problem in statement.problems]


class TestOrdersReportDoubts(BaseCase):

    def test_alike_charges_of_one_item_in_an_open_order_are_doubtful(self):
        statement = statement_of(*(
            order_row('25.00', '25.00', '90.00', Payment_Reference_ID=reference, Order_Status='Payment confirmed')
            for reference in ('R1', 'R2')))
        self.assertEqual([each.doubts for each in statement.transactions], [(), ('maybe_restated',)])
        self.assertEqual(codes(statement), [('maybe_restated', 3)])

    def test_alike_charges_of_different_items_in_an_open_order_are_real(self):
        statement = statement_of(*(
            order_row('25.00', '25.00', '90.00', Payment_Reference_ID=asin, ASIN=asin, Order_Status='Payment confirmed')
            for asin in 'AB'))
        self.assertEqual([each.doubts for each in statement.transactions], [(), ()])

    def test_two_cards_that_both_may_be_restated_are_doubtful(self):
        # 25 of either card is too much, and nothing says of which.
        statement = statement_of(*(
            order_row('25.00', '25.00', '75.00', Payment_Reference_ID=f'R{number}', Payment_Identifier=digits)
            for number, digits in enumerate(('1111', '1111', '2222', '2222'))))
        self.assertEqual(
            [each.doubts for each in statement.transactions], [(), ('maybe_restated',), (), ('maybe_restated',)])

    def test_items_that_do_not_sum_to_the_payment_are_for_a_person(self):
        statement = statement_of(
            order_row('40.00', '30.00', '50.00', Payment_Reference_ID='R1', ASIN='A', Order_Status='Payment confirmed'),
            order_row('40.00', '20.00', '50.00', Payment_Reference_ID='R1', ASIN='B', Order_Status='Payment confirmed'))
        [charge] = statement.transactions
        self.assertEqual((charge.amount, charge.doubts), (Decimal(40), ('items_differ',)))
        self.assertEqual([str(line.total) for line in charge.lines], ['24.00', '16.00'])
        self.assertEqual(codes(statement), [('items_differ', 2)])

    def test_items_without_totals_leave_a_line_for_the_order(self):
        [charge] = statement_of(order_row('40.00', 'N/A', '40.00')).transactions
        [line] = charge.lines
        self.assertEqual((line.asin, str(line.total), line.order_ref), (None, '40.00', '111-0000001-0000001'))
        self.assertEqual(charge.doubts, ('items_differ',))

    def test_an_order_that_was_charged_more_or_less_than_it_costs_is_named(self):
        for total in ('20.00', '30.00'):
            statement = statement_of(order_row('25.00', '25.00', total, Payment_Reference_ID='R1'))
            self.assertEqual(codes(statement), [('order_differs', 2)])
            self.assertEqual(statement.problems[0].value, '25.00')
        open_order = order_row('25.00', '25.00', '30.00', Order_Status='Payment confirmed')
        self.assertEqual(codes(statement_of(open_order)), [])

    def test_rows_that_contradict_each_other_about_the_total_prove_nothing(self):
        statement = statement_of(
            order_row('25.00', '25.00', '25.00', Payment_Reference_ID='R1'),
            order_row('25.00', '25.00', '50.00', Payment_Reference_ID='R2'))
        self.assertIsNone(statement.orders[0].net_total)
        self.assertEqual(codes(statement), [('conflicting_value', 2), ('maybe_restated', 3)])
        self.assertEqual(statement.transactions[1].doubts, ('maybe_restated',))

    def test_a_charge_of_two_orders_whose_meaning_nothing_tells_is_for_a_person(self):
        statement = statement_of(*(
            order_row('40.00', '15.00', 'N/A', Order_ID=order, Payment_Reference_ID='R1') for order in '12'))
        self.assertEqual([each.doubts for each in statement.transactions], [('share_or_whole', 'items_differ')])

    def test_net_totals_tell_what_the_items_do_not(self):
        # The items lack the shipping, the orders do not.
        statement = statement_of(*(
            order_row('40.00', '15.00', '20.00', Order_ID=order, Payment_Reference_ID='R1') for order in '12'))
        [charge] = statement.transactions
        self.assertEqual((str(charge.amount), charge.doubts), ('40.00', ('items_differ',)))
        statement = statement_of(*(
            order_row('20.00', '15.00', '20.00', Order_ID=order, Payment_Reference_ID='R1') for order in '12'))
        [charge] = statement.transactions
        self.assertEqual((str(charge.amount), charge.doubts), ('40.00', ('items_differ',)))

    def test_an_unknown_status_is_named_and_not_settled(self):
        statement = statement_of(order_row('9.00', Order_Status='Geschlossen'))
        self.assertEqual(summary(statement), [('9.00', CARD, False)])
        [problem] = statement.problems
        self.assertEqual(
            (problem.code, problem.column, problem.value), ('unknown_status', 'Order Status', 'Geschlossen'))

    def test_a_cancelled_order_with_an_amount_is_named(self):
        statement = statement_of(order_row('9.00', Order_Status='Canceled'))
        self.assertEqual(summary(statement), [('9.00', CARD, False)])
        self.assertEqual(codes(statement), [('cancelled_amount', 2)])

    def test_a_negative_payment_is_a_refund_that_a_person_looks_at(self):
        [refund] = statement_of(order_row('-9.00', '-9.00', '9.00')).transactions
        self.assertEqual((refund.kind, refund.amount, refund.doubts), ('refund', Decimal(9), ('negative_payment',)))

    def test_a_pending_charge_does_not_disturb_the_settled_ones(self):
        rows = [
            order_row(
                amount, item, '50.00', Payment_Reference_ID=reference, Payment_Instrument_Type=instrument, ASIN=asin,
                Payment_Date=day)
            for reference, amount, instrument, day in (
                ('R1', '30.00', 'Visa', '03/14/2026'), ('R2', '20.00', 'Gift Card', '03/14/2026'),
                ('R3', '30.00', 'Visa', 'N/A'))
            for asin, item in (('A', '20.00'), ('B', '30.00'))]
        statement = statement_of(*rows)
        self.assertEqual(
            summary(statement), [('30.00', CARD, True), ('20.00', GIFT_CARD, True), ('30.00', CARD, False)])
        self.assertEqual(statement.problems, ())
