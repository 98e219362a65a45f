from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase

from ...reports import read
from ...transactions import CARD, GIFT_CARD, INVOICE
from ..report_builder import ORDER_HEADERS, csv_report, order_row, without


def statement_of(*rows, headers=ORDER_HEADERS):
    return read(csv_report(headers, rows))


def summary(statement):
    """Tell amount, way of payment and whether it is settled, of each transaction."""
    return [(str(each.amount), each.instrument, each.settled) for each in statement.transactions]


def totals(transaction):
    return {line.asin: str(line.total) for line in transaction.lines}


class TestOrdersReport(BaseCase):

    def test_a_payment_is_one_charge_with_its_items_as_lines(self):
        statement = statement_of(
            order_row('36.00', '24.00', '36.00', Payment_Reference_ID='R1', Item_Subtotal='20.00', Item_Tax='4.00',
                      Purchase_PPU='10.00', Item_Quantity='2', Item_Promotion='2.00',
                      **{'Item_Shipping_&_Handling': '2.00'}, UNSPSC='39111500', Order_Date='03/02/2026'),
            order_row('36.00', '12.00', '36.00', Payment_Reference_ID='R1', ASIN='B0DESK', Title='Desk',
                      PO_Line_Item_Id='2'))
        [charge] = statement.transactions
        self.assertEqual(
            (charge.kind, charge.amount, charge.currency, charge.settled, charge.date, charge.instrument),
            ('charge', Decimal(36), 'USD', True, date(2026, 3, 14), CARD))
        self.assertEqual(
            (charge.last_digits, charge.payment_reference, charge.account_group, charge.buyer, charge.buyer_email),
            ('1234', 'R1', 'Main', 'Mia Buyer', 'mia@example.com'))
        self.assertEqual((charge.rows, charge.doubts, statement.problems), ((2, 3), (), ()))
        line = charge.lines[0]
        self.assertEqual(
            (line.order_ref, line.purchase_order_number, line.line_number, line.asin, line.title, line.seller,
             line.unspsc),
            ('111-0000001-0000001', 'P00001', '1', 'B0LAMP', 'Lamp', 'Lamps Inc', '39111500'))
        self.assertEqual(
            [line.quantity, line.unit_price, line.items, line.shipping, line.tax, line.discount, line.total],
            [Decimal(amount) for amount in ('2', '10', '20', '2', '4', '-2', '24')])
        [order] = statement.orders
        self.assertEqual(
            (order.net_total, order.status, order.cancelled, order.pending, order.order_date, order.rows),
            (Decimal(36), 'Closed', False, False, date(2026, 3, 2), (2, 3)))

    def test_two_shipments_are_two_charges_of_their_own_items(self):
        statement = statement_of(
            order_row('10.00', '10.00', '30.00', Payment_Reference_ID='R1', ASIN='A'),
            order_row('20.00', '20.00', '30.00', Payment_Reference_ID='R2', ASIN='B', Payment_Date='03/16/2026'))
        self.assertEqual([totals(each) for each in statement.transactions], [{'A': '10.00'}, {'B': '20.00'}])
        self.assertEqual(statement.problems, ())

    def test_a_card_and_a_gift_card_list_the_items_twice_and_pay_each_once(self):
        def rows(reference, amount, instrument):
            return [
                order_row(amount, item, '50.00', Payment_Reference_ID=reference, Payment_Instrument_Type=instrument,
                          ASIN=asin, Item_Subtotal=subtotal, Item_Tax=tax, Item_Quantity='3')
                for asin, item, subtotal, tax in (('A', '33.34', '30.01', '3.33'), ('B', '16.66', '15.00', '1.66'))]
        statement = statement_of(*rows('R1', '40.01', 'Visa'), *rows('R2', '9.99', 'Gift Certificate/Card'))
        self.assertEqual(summary(statement), [('40.01', CARD, True), ('9.99', GIFT_CARD, True)])
        card, gift = statement.transactions
        for transaction in (card, gift):
            self.assertEqual(sum(line.total for line in transaction.lines), transaction.amount)
            for line in transaction.lines:
                self.assertEqual(line.items + line.tax, line.total)
                self.assertTrue(line.shared)
        for place, (total, items, tax) in enumerate((('33.34', '30.01', '3.33'), ('16.66', '15.00', '1.66'))):
            both = [card.lines[place], gift.lines[place]]
            self.assertEqual(sum(line.total for line in both), Decimal(total))
            self.assertEqual(sum(line.items for line in both), Decimal(items))
            self.assertEqual(sum(line.tax for line in both), Decimal(tax))
            # Three pieces were bought, not six.
            self.assertEqual([line.quantity for line in both], [Decimal(3), None])
        self.assertEqual(statement.problems, ())

    def test_three_payments_of_yen_share_items_without_cents(self):
        rows = [
            order_row(amount, item, '1,000', Payment_Reference_ID=reference, Currency='JPY', ASIN=asin,
                      Payment_Instrument_Type=instrument)
            for reference, amount, instrument in (
                ('1', '333', 'Visa'), ('2', '333', 'Gift Card'), ('3', '334', 'Reward Account'))
            for asin, item in (('A', '501'), ('B', '499'))]
        statement = statement_of(*rows)
        lines = [line for each in statement.transactions for line in each.lines]
        self.assertTrue(all(line.total == line.total.to_integral_value() for line in lines))
        self.assertEqual(sum(line.total for line in lines if line.asin == 'A'), 501)
        self.assertEqual(sum(line.total for line in lines if line.asin == 'B'), 499)
        self.assertEqual([sum(line.total for line in each.lines) for each in statement.transactions], [333, 333, 334])

    def test_what_rounding_leaves_is_with_the_last_payment(self):
        rows = [
            order_row('5', item, '10', Payment_Reference_ID=instrument, Currency='JPY', ASIN=asin,
                      Payment_Instrument_Type=instrument)
            for instrument in ('Visa', 'Gift Card') for asin, item in (('A', '3'), ('B', '7'))]
        self.assertEqual(
            [totals(each) for each in statement_of(*rows).transactions], [{'A': '2', 'B': '3'}, {'A': '1', 'B': '4'}])

    def test_a_settlement_that_is_restated_a_day_later_is_charged_once(self):
        statement = statement_of(
            order_row('25.00', Payment_Reference_ID='R1', Payment_Date='03/14/2026'),
            order_row('25.00', Payment_Reference_ID='R2', Payment_Date='03/15/2026'))
        [charge] = statement.transactions
        self.assertEqual((charge.amount, charge.date, charge.rows), (Decimal(25), date(2026, 3, 14), (2, 3)))
        self.assertEqual((charge.doubts, statement.problems), ((), ()))

    def test_the_restated_one_is_dropped_and_not_a_later_charge_of_another_item(self):
        statement = statement_of(*(
            order_row(
                '25.00', '25.00', '50.00', Payment_Reference_ID=f'R{day}', Payment_Date=f'03/{day}/2026', ASIN=asin)
            for day, asin in ((14, 'A'), (15, 'A'), (16, 'B'))))
        self.assertEqual([totals(each) for each in statement.transactions], [{'A': '25.00'}, {'B': '25.00'}])
        self.assertEqual([each.rows for each in statement.transactions], [(2, 3), (4,)])

    def test_two_real_charges_of_one_amount_are_both_charged(self):
        for items in (('A', 'B'), ('A', 'A')):
            statement = statement_of(*(
                order_row('25.00', '25.00', '50.00', Payment_Reference_ID=f'R{number}', ASIN=asin)
                for number, asin in enumerate(items)))
            self.assertEqual(summary(statement), [('25.00', CARD, True)] * 2)
            self.assertEqual(statement.problems, ())

    def test_the_same_amount_on_another_card_is_no_restatement(self):
        statement = statement_of(
            order_row('25.00', '25.00', '50.00', Payment_Reference_ID='R1'),
            order_row('25.00', '25.00', '50.00', Payment_Reference_ID='R2', Payment_Identifier='9999'))
        self.assertEqual([each.last_digits for each in statement.transactions], ['1234', '9999'])

    def test_a_restated_card_beside_a_gift_card_is_dropped_before_the_items_are_shared(self):
        rows = [
            order_row(
                amount, item, '50.00', Payment_Reference_ID=reference, Payment_Instrument_Type=instrument, ASIN=asin)
            for reference, amount, instrument in (
                ('R1', '30.00', 'Visa'), ('R2', '20.00', 'Gift Card'), ('R3', '30.00', 'Visa'))
            for asin, item in (('A', '20.00'), ('B', '30.00'))]
        statement = statement_of(*rows)
        self.assertEqual(summary(statement), [('30.00', CARD, True), ('20.00', GIFT_CARD, True)])
        self.assertEqual(
            [totals(each) for each in statement.transactions],
            [{'A': '12.00', 'B': '18.00'}, {'A': '8.00', 'B': '12.00'}])

    def test_old_exports_have_no_payment_reference(self):
        headers = without(ORDER_HEADERS, 'Payment Reference ID')
        rows = [
            order_row(amount, item, '50.00', Payment_Instrument_Type=instrument, ASIN=asin)
            for amount, instrument in (('30.00', 'Visa'), ('20.00', 'Gift Card'))
            for asin, item in (('A', '20.00'), ('B', '30.00'))]
        statement = statement_of(*rows, headers=headers)
        self.assertEqual(summary(statement), [('30.00', CARD, True), ('20.00', GIFT_CARD, True)])
        self.assertEqual(statement.problems, ())

    def test_two_payments_of_a_day_without_reference_are_two(self):
        headers = without(ORDER_HEADERS, 'Payment Reference ID')
        rows = [order_row('25.00', item, '50.00', ASIN=asin) for asin, item in (('A', '20.00'), ('B', '5.00'))] * 2
        statement = statement_of(*rows, headers=headers)
        self.assertEqual(summary(statement), [('25.00', CARD, True)] * 2)
        self.assertEqual([totals(each) for each in statement.transactions], [{'A': '20.00', 'B': '5.00'}] * 2)
        # The same twice, but the order cost it once.
        rows = [{**row, 'Order Net Total': '25.00'} for row in rows]
        self.assertEqual(summary(statement_of(*rows, headers=headers)), [('25.00', CARD, True)])

    def test_two_lines_of_one_item_are_one_payment(self):
        headers = without(ORDER_HEADERS, 'Payment Reference ID')
        statement = statement_of(*[order_row('50.00', '25.00', '50.00', ASIN='A')] * 2, headers=headers)
        self.assertEqual(summary(statement), [('50.00', CARD, True)])
        self.assertEqual(len(statement.transactions[0].lines), 2)

    def test_cancelled_and_pending_orders_are_never_settled(self):
        statement = statement_of(
            order_row('N/A', '0.00', '0.00', Order_ID='1', Order_Status='Canceled', Payment_Date='N/A'),
            order_row('0.00', '0.00', '0.00', Order_ID='2', Order_Status='Cancelled'),
            order_row('9.00', Order_ID='3', Order_Status='Pending'),
            order_row('9.00', Order_ID='4', Order_Status='Pending fulfillment', Payment_Date='N/A'),
            order_row('9.00', Order_ID='5', Order_Status='Payment confirmed'),
            order_row('9.00', Order_ID='6', Order_Status='Payment confirmed', Payment_Date='N/A'))
        self.assertEqual(
            [(each.lines[0].order_ref, each.settled) for each in statement.transactions],
            [('3', False), ('4', False), ('5', True), ('6', False)])
        self.assertEqual(
            [(order.order_ref, order.cancelled, order.pending) for order in statement.orders],
            [('1', True, False), ('2', True, False), ('3', False, True), ('4', False, True), ('5', False, False),
             ('6', False, False)])
        self.assertEqual(statement.problems, ())

    def test_a_charge_of_two_orders_is_one_transaction(self):
        # The items tell, whether the orders' totals are known or not.
        for totals_known in (True, False):
            statement = statement_of(*(
                order_row('40.00', item, item if totals_known else 'N/A', Order_ID=order, Payment_Reference_ID='R1')
                for order, item in (('1', '15.00'), ('2', '25.00'))))
            [charge] = statement.transactions
            self.assertEqual(charge.amount, 40)
            self.assertEqual({line.order_ref: str(line.total) for line in charge.lines}, {'1': '15.00', '2': '25.00'})
            self.assertEqual(statement.problems, ())

    def test_a_charge_of_two_orders_may_state_their_shares(self):
        for amounts, total in (
            (('15.00', '25.00'), None), (('20.00', '20.00'), None), (('20.00', '20.00'), 'N/A'),
        ):
            statement = statement_of(*(
                order_row(amount, amount, total, Order_ID=str(number), Payment_Reference_ID='R1')
                for number, amount in enumerate(amounts)))
            self.assertEqual(summary(statement), [('40.00', CARD, True)])
            self.assertEqual(statement.problems, ())

    def test_two_amounts_of_one_order_under_one_reference_are_two_charges(self):
        statement = statement_of(
            order_row('10.00', '10.00', '30.00', Payment_Reference_ID='R1', ASIN='A'),
            order_row('20.00', '20.00', '30.00', Payment_Reference_ID='R1', ASIN='B'))
        self.assertEqual([totals(each) for each in statement.transactions], [{'A': '10.00'}, {'B': '20.00'}])
        self.assertEqual(statement.problems, ())

    def test_pay_by_invoice_names_the_statement_and_no_card(self):
        [charge] = statement_of(
            order_row('9.00', Payment_Instrument_Type='Pay by Invoice', Payment_Identifier='="ST-2026"')).transactions
        self.assertEqual(
            (charge.instrument, charge.last_digits, charge.statement_number), (INVOICE, None, 'ST-2026'))
