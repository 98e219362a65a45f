import random
from itertools import islice

from odoo.tests import BaseCase

from ...reports import read, read_batches
from ..report_builder import ORDER_HEADERS, RECONCILIATION_HEADERS, csv_report, order_row, reconciliation_row


def orders(count):
    """Make orders of two items that a card and a gift card paid."""
    rows = []
    for number in range(count):
        for reference, amount, instrument in (('C', '30.00', 'Visa'), ('G', '20.00', 'Gift Card')):
            rows += [
                order_row(
                    amount, item, '50.00', Order_ID=f'111-{number}', ASIN=asin, Payment_Instrument_Type=instrument,
                    Payment_Reference_ID=f'{reference}{number}')
                for asin, item in (('A', '10.00'), ('B', '40.00'))]
    return rows


class TestReportBatches(BaseCase):

    def test_batches_say_together_what_the_whole_file_says(self):
        raw = csv_report(ORDER_HEADERS, orders(40))
        whole = read(raw)
        for size in (1, 7, 50, 1000):
            batches = list(read_batches(raw, size=size))
            for part in ('transactions', 'orders', 'problems'):
                self.assertEqual(
                    [each for batch in batches for each in getattr(batch, part)], list(getattr(whole, part)))
            self.assertEqual(sum(batch.row_count for batch in batches), 160)
        self.assertEqual(len(list(read_batches(raw, size=1))), 40)

    def test_rows_of_one_order_are_together_wherever_they_stand(self):
        rows = orders(40)
        random.Random(13).shuffle(rows)
        whole = read(csv_report(ORDER_HEADERS, rows))
        self.assertEqual(whole.problems, ())
        self.assertEqual(len(whole.transactions), 80)
        self.assertEqual({len(each.lines) for each in whole.transactions}, {2})
        for batch in read_batches(csv_report(ORDER_HEADERS, rows), size=5):
            self.assertEqual({line.order_ref for each in batch.transactions for line in each.lines},
                             {fact.order_ref for fact in batch.orders})

    def test_an_invoice_of_two_orders_at_both_ends_of_the_file_is_one(self):
        rows = [reconciliation_row('1.00', Invoice_Number=str(number), Order_ID=str(number)) for number in range(20)]
        rows.append(reconciliation_row('2.00', Invoice_Number='0', Order_ID='99'))
        raw = csv_report(RECONCILIATION_HEADERS, rows)
        facts = [fact for batch in read_batches(raw, size=3) for fact in batch.invoices]
        self.assertEqual(len(facts), 20)
        [both] = [fact for fact in facts if fact.number == '0']
        self.assertEqual((str(both.amount), both.order_ref, both.rows), ('3.00', None, (2, 22)))

    def test_a_charge_of_two_orders_at_both_ends_of_the_file_is_one(self):
        rows = [order_row('5.00', Order_ID=str(number), Payment_Reference_ID=f'R{number}') for number in range(20)]
        rows[0] |= {'Payment Reference ID': 'both', 'Payment Amount': '8.00'}
        rows[19] |= {'Payment Reference ID': 'both', 'Payment Amount': '8.00', 'Item Net Total': '3.00'}
        charges = [charge for batch in read_batches(csv_report(ORDER_HEADERS, rows), size=3)
                   for charge in batch.transactions]
        self.assertEqual(len(charges), 19)
        [both] = [charge for charge in charges if charge.payment_reference == 'both']
        self.assertEqual((str(both.amount), both.rows, both.doubts), ('8.00', (2, 21), ()))

    def test_the_batches_are_the_same_each_time_so_that_reading_can_be_resumed(self):
        rows = orders(30)
        random.Random(1).shuffle(rows)
        raw = csv_report(ORDER_HEADERS, rows)
        first = list(read_batches(raw, size=10))
        self.assertEqual(list(islice(read_batches(raw, size=10), 4, None)), first[4:])

    def test_a_file_without_rows_is_one_empty_batch(self):
        [batch] = read_batches(csv_report(ORDER_HEADERS, []))
        self.assertEqual((batch.kind, batch.row_count), ('orders', 0))
