"""The traps of real ledgers on their way into Odoo, as CSV and as XLSX, and what a large report costs."""
import gc
import tracemalloc

from odoo.tests import tagged

from ..charge_case import ChargeCase
from ..report_builder import (
    ORDER_HEADERS,
    SHIPMENT_HEADERS,
    csv_report,
    order_row,
    shipment_row,
    without,
    xlsx_report,
)

ROW = {'Account_Group': "Test group"}


@tagged('post_install', '-at_install')
class TestImportTraps(ChargeCase):

    def setUp(self):
        super().setUp()
        self.order = self.order_at_amazon()

    def row(self, amount, *args, **values):
        """Make a row of the order at Amazon, whose item is the one of the order."""
        return order_row(amount, *args, **{
            'PO_Number': self.order.name, 'ASIN': 'B00TEST001', 'Order_ID': '111-1', **ROW, **values})

    def take(self, *exports, headers=ORDER_HEADERS):
        """Import exports one after the other, each first as CSV, then as XLSX, and forget all of it before.

        :return: what is stored
        """
        self.stated().unlink()
        self.env['amazon.punchout.reported.order'].search([]).unlink()
        for rows in exports:
            for write in (csv_report, xlsx_report):
                self.upload(write(headers, rows)).action_import()
        return [(each.amount, each.instrument, each.is_settled, each.state, each.attention or "")
                for each in self.stated()]

    def test_1_and_2_signs_of_spreadsheets_do_not_matter(self):
        renamed = [f"{header} " if header.startswith("Order") else header for header in ORDER_HEADERS]
        row = self.row('$1,234.50', Payment_Identifier='="…1234"', Seller_Name='N/A')
        found = self.take([{new: row.get(old) or '' for old, new in zip(ORDER_HEADERS, renamed, strict=True)}],
                          headers=renamed)
        self.assertEqual(found, [(1234.5, 'card', True, 'matched', "")])
        self.assertEqual((self.stated().last_digits, self.stated().seller), ('1234', False))

    def test_3_a_card_and_a_gift_card_pay_each_item_once(self):
        rows = [self.row(amount, total, '50.00', PO_Line_Item_Id='', Title=title, Payment_Reference_ID=reference,
                         Payment_Instrument_Type=instrument)
                for amount, reference, instrument in (('40.01', 'R1', 'Visa'), ('9.99', 'R2', 'Gift Card'))
                for title, total in (("Lamp", '33.34'), ("Desk", '16.66'))]
        self.assertEqual(self.take(rows), [
            (40.01, 'card', True, 'matched', ""), (9.99, 'gift_card', True, 'matched', "")])
        self.assertEqual(round(sum(self.stated().line_ids.mapped('total')), 2), 50.0)

    def test_4_what_the_next_export_states_again_is_no_second_charge(self):
        first = self.row('20.00', Payment_Reference_ID='R1', Payment_Date='03/14/2026')
        again = {**first, 'Payment Reference ID': 'R2', 'Payment Date': '03/15/2026'}
        one = [(20.0, 'card', True, 'matched', "")]
        self.assertEqual(self.take([first], [again]), one)
        self.assertEqual(self.take([again], [first, again]), one)
        two = [{**row, 'Order Net Total': '40.00'} for row in (first, again)]
        self.assertEqual(self.take(two), one * 2)
        self.assertEqual(self.take(two[:1], two), one * 2)

    def test_5_an_old_export_and_a_new_one_state_the_same_charge(self):
        old = csv_report(without(ORDER_HEADERS, 'Payment Reference ID'), [self.row('20.00')])
        self.take([self.row('20.00', Payment_Reference_ID='R1')])
        self.upload(old).action_import()
        self.assertEqual(len(self.stated()), 1)

    def test_6_cancelled_rows_are_no_charges_and_pending_ones_are_not_booked(self):
        found = self.take([
            self.row('0.00', Order_Status='Canceled'), self.row('N/A', Order_ID='111-2', Order_Status='Canceled'),
            self.row('7.00', Order_ID='111-3', Order_Status='Pending')])
        self.assertEqual(found, [(7.0, 'card', False, 'matched', "")])
        self.run_cron('amazon_punchout.ir_cron_charges')
        self.assertFalse(self.stated().bill_ids)

    def test_7_a_difference_waits_for_a_person(self):
        self.assertEqual(self.take([self.row('20.00', '30.00', '30.00')]), [
            (20.0, 'card', True, 'attention', 'doubtful')])
        self.run_cron('amazon_punchout.ir_cron_charges')
        self.assertFalse(self.stated().bill_ids)

    def test_8_days_that_can_be_read_in_two_ways_are_asked_for(self):
        row = self.row('20.00', Payment_Date='03/04/2026')
        for write in (csv_report, xlsx_report):
            report = self.upload(write(ORDER_HEADERS, [row]))
            self.assertEqual(report.question, 'dates')
        report.action_month_first()
        report.action_import()
        self.assertEqual(str(self.stated().date), '2026-03-04')


@tagged('post_install', '-at_install')
class TestLargeReport(ChargeCase):

    def cost(self, raw):
        """Import a report in parts, as the scheduled action does.

        :return: queries per row, and how much the memory has grown from the second part to the last one, in MB
        """
        report = self.upload(raw).sudo()
        report.write({'state': 'running', 'part': 0, 'done_rows': 0})
        rows, before, sizes = report.row_count, self.env.cr.sql_log_count, []
        for part in report._parts_left():
            report._run_part(part)
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.transaction.clear()
            gc.collect()
            if not sizes:
                tracemalloc.start()
                self.addCleanup(tracemalloc.stop)
            sizes.append(tracemalloc.get_traced_memory()[0] / 2 ** 20)
        self.assertGreater(len(sizes), 2)
        return (self.env.cr.sql_log_count - before) / rows, sizes[-1] - sizes[1]

    def test_fifteen_hundred_rows_need_few_queries_each_and_no_more_memory_than_some(self):
        queries, growth = self.cost(csv_report(ORDER_HEADERS, [
            order_row('2.00', Order_ID=f'111-{number}', Payment_Reference_ID=f'R{number}', **ROW)
            for number in range(1500)]))
        self.assertEqual(len(self.stated()), 1500)
        self.assertLess(queries, 1)
        self.assertLess(growth, 3)

    def test_fifteen_hundred_rows_of_shipments_of_charges_need_few_queries_each(self):
        order = self.order_at_amazon()
        self.upload(csv_report(ORDER_HEADERS, [
            order_row('2.00', Order_ID=f'111-{number}', Payment_Reference_ID=f'R{number}', ASIN='B00TEST001',
                      PO_Number=order.name, **ROW) for number in range(500)])).action_import()
        queries, growth = self.cost(csv_report((*SHIPMENT_HEADERS, 'Account Group'), [
            shipment_row(Order_ID=f'111-{number}', PO_Number='', ASIN='B00TEST001', **ROW) for number in range(1500)]))
        self.assertEqual(len(self.stated().line_ids.reported_item_id), 500)
        self.assertLess(queries, 1)
        self.assertLess(growth, 3)
