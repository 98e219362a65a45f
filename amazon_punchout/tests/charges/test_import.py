"""A report from Amazon is checked, imported, and taken back."""
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..charge_case import ChargeCase
from ..report_builder import (
    ORDER_HEADERS,
    REFUND_HEADERS,
    TRANSACTION_HEADERS,
    csv_report,
    order_row,
    refund_row,
    transaction_row,
    without,
    xlsx_report,
)


def orders_report(*rows, headers=ORDER_HEADERS):
    """Write an Orders report of the group Test group."""
    return csv_report(headers, [{**row, 'Account Group': row.get('Account Group', '').replace('Main', 'Test group')}
                                for row in rows])


THREE = (
    order_row('20.00', Order_ID='111-1', Payment_Reference_ID='R1'),
    order_row('5.00', Order_ID='111-2', Payment_Reference_ID='R2'),
    order_row('9.00', Order_ID='111-3', Payment_Reference_ID='R3', Order_Status='Pending'),
)


@tagged('post_install', '-at_install')
class TestImport(ChargeCase):

    def test_a_report_is_shown_before_anything_is_imported(self):
        report = self.upload(orders_report(*THREE))
        self.assertEqual(
            (report.state, report.kind, report.row_count, report.new_rows, report.known_rows, report.unsettled_rows,
             report.to_book_rows, report.outside_rows, report.held_rows, report.problem_rows),
            ('ready', 'orders', 3, 3, 0, 1, 0, 2, 0, 0))
        self.assertFalse(self.stated())
        report.action_import()
        self.assertEqual((report.state, report.new_rows, report.transaction_count), ('done', 3, 3))
        self.assertEqual(self.stated().mapped('amount'), [20.0, 5.0, 9.0])

    def test_the_check_says_what_will_be_booked(self):
        order = self.order_at_amazon()
        rows = [{**row, 'PO Number': number, 'ASIN': 'B00TEST001'} for row, number in zip(
            THREE, (order.name, "P99999", order.name), strict=True)]
        rows.append({**rows[0], 'Order ID': '111-5', 'Payment Reference ID': 'R5',
                     'Payment Instrument Type': "Pay by Invoice"})
        report = self.upload(orders_report(*rows))
        self.assertEqual((report.new_rows, report.to_book_rows, report.outside_rows, report.unsettled_rows),
                         (4, 1, 1, 1))
        report.action_import()
        self.assertEqual(sorted(self.stated().mapped('state')), ['matched', 'matched', 'matched', 'outside'])

    def test_a_report_that_is_read_in_the_background_says_how_far_it_is(self):
        report = self.upload(orders_report(*THREE))
        self.assertFalse(report.progress_text)
        for state in ('checking', 'running'):
            report.sudo().write({'state': state, 'row_count': 30000, 'done_rows': 1200})
            self.assertEqual((report.progress, report.progress_text), (4.0, "1,200 of 30,000 rows"))

    def test_an_imported_report_says_how_many_charges_are_booked(self):
        order = self.order_at_amazon()
        report = self.upload(orders_report(
            {**THREE[0], 'PO Number': order.name, 'ASIN': 'B00TEST001'}, {**THREE[1], 'PO Number': ""}))
        self.assertFalse(report.booking_text)
        report.action_import()
        self.assertIn("0 of 1 are booked", report.booking_text)
        self.run_cron('amazon_punchout.ir_cron_charges')
        report.invalidate_recordset()
        self.assertFalse(report.booking_text)

    def test_a_thousand_rows_need_few_queries(self):
        """Less than three for each row; here it is one for several rows."""
        rows = [order_row('2.00', Order_ID=f'111-{number}', Payment_Reference_ID=f'R{number}')
                for number in range(1000)]
        for _time in range(2):
            report = self.upload(orders_report(*rows))
            self.begin_anew()
            before = self.env.cr.sql_log_count
            report.action_import()
            self.env.flush_all()
            self.assertLess(self.env.cr.sql_log_count - before, 400)
        self.assertEqual(len(self.stated()), 1000)

    def test_the_same_report_and_one_that_overlaps_change_nothing(self):
        self.upload(orders_report(*THREE)).action_import()
        before = self.books()
        for rows in (THREE, THREE[1:], tuple(reversed(THREE))):
            report = self.upload(orders_report(*rows))
            self.assertEqual((report.new_rows, report.known_rows), (0, len(rows)))
            report.action_import()
            self.assertEqual(self.books(), before)

    def test_orders_transactions_and_refunds_of_one_month_are_each_charge_once_in_any_order(self):
        reports = [
            orders_report(*THREE[:2]),
            csv_report(TRANSACTION_HEADERS, [
                transaction_row('20.00', Order_ID='111-1', Account_Group="Test group"),
                transaction_row('5.00', Order_ID='111-2', Payment_Reference_ID='R2', Account_Group="Test group")]),
            xlsx_report(REFUND_HEADERS, [
                refund_row(Decimal('3.00'), Order_ID='111-1', Account_Group="Test group")]),
        ]
        seen = []
        for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2, 1, 0)):
            for place in order:
                self.upload(reports[place]).action_import()
            seen.append(self.books())
            self.stated().unlink()
            self.env['amazon.punchout.reported.order'].search([]).unlink()
        self.assertEqual(seen, [seen[0]] * 3)
        self.assertEqual([row[:2] for row in seen[0]], [('charge', 5.0), ('charge', 20.0), ('refund', 3.0)])

    def test_a_missing_column_is_named(self):
        report = self.upload(orders_report(*THREE, headers=without(ORDER_HEADERS, 'Order Net Total')))
        self.assertEqual(report.state, 'draft')
        self.assertIn("Order Net Total", report.problem)
        with self.assertRaises(UserError):
            report.action_import()

    def test_a_file_that_is_no_report_says_so(self):
        for raw, word in ((b'%PDF-1.4', "CSV"), (b'a,b\n1,2\n', "columns")):
            report = self.upload(raw)
            self.assertIn(report.state, ('draft', 'failed'))
            self.assertIn(word, report.problem)

    def test_dates_that_can_be_read_in_two_ways_are_asked_for(self):
        rows = [{**row, 'Order Date': '03/02/2026', 'Payment Date': '03/04/2026'} for row in THREE]
        report = self.upload(orders_report(*rows))
        self.assertEqual((report.state, report.question), ('draft', 'dates'))
        report.action_day_first()
        self.assertEqual(report.state, 'ready')
        report.action_import()
        self.assertEqual({str(date) for date in self.stated().mapped('date')}, {'2026-04-03'})

    def test_a_report_without_a_currency_is_asked_for_it(self):
        report = self.upload(orders_report(*THREE, headers=without(ORDER_HEADERS, 'Currency')))
        self.assertEqual(report.question, 'currency')
        action = report.action_choose_currency()
        dialog = self.env[action['res_model']].with_user(self.accountant).with_context(**action['context']).create({
            'currency_id': self.env.ref('base.EUR').id})
        dialog.action_answer()
        self.assertEqual(report.state, 'ready')
        report.action_import()
        self.assertEqual(self.stated().currency_id.name, 'EUR')

    def test_an_administrator_maps_columns_of_another_language_once(self):
        german = {'Order Net Total': "Bestellung Nettobetrag"}
        raw = csv_report(ORDER_HEADERS, [{**row, 'Account Group': "Test group"} for row in THREE], names=german)
        report = self.upload(raw)
        self.assertEqual(report.unknown_headers_text, "Bestellung Nettobetrag")
        with self.assertRaises(AccessError):
            report.action_map_headers()
        action = report.with_user(self.administrator).action_map_headers()
        header = self.env['amazon.punchout.header'].search(action['domain'])
        header.with_user(self.administrator).field = 'order_net_total'
        report.action_check_again()
        self.assertEqual(report.state, 'ready')
        self.assertEqual(self.upload(raw).state, 'ready')

    def test_rows_that_are_not_understood_are_listed_with_the_reason(self):
        report = self.upload(orders_report(*THREE, order_row('ten', Order_ID='111-4', Payment_Reference_ID='R4')))
        self.assertEqual((report.problem_rows, set(report.problem_ids.mapped('row'))), (1, {5}))
        self.assertIn("ten", report.problem_ids[0].reason)
        listed = report.problem_ids.mapped('reason')
        report.action_import()
        self.assertEqual((report.problem_rows, report.problem_ids.mapped('reason'), len(self.stated())), (1, listed, 3))

    def test_unknown_account_groups_are_held_until_an_administrator_assigns_them(self):
        report = self.upload(csv_report(ORDER_HEADERS, THREE))
        self.assertEqual((report.held_rows, report.outside_rows), (3, 0))
        self.assertIn("Main", report.unknown_names_text)
        self.assign(report, self.group)
        self.assertEqual((report.held_rows, report.outside_rows), (0, 2))
        report.action_import()
        self.assertEqual(self.stated().company_id, self.company)

    def test_a_report_without_account_groups_is_held_until_a_group_is_chosen(self):
        report = self.upload(orders_report(*THREE, headers=without(ORDER_HEADERS, 'Account Group')))
        report.action_import()
        self.assertEqual(set(self.stated().mapped('attention')), {'no_company'})
        self.assign(report, self.group)
        self.assertEqual(self.stated().company_id, self.company)
        self.assertEqual(len(self.stated()), 3)
        self.assertEqual(self.upload(orders_report(
            *THREE, headers=without(ORDER_HEADERS, 'Account Group'))).known_rows, 3)

    def test_a_report_of_two_companies_is_opened_only_by_users_of_both(self):
        rows = (*THREE, order_row('7.00', Order_ID='303-1', Payment_Reference_ID='R9', Account_Group="Berlin"))
        report = self.upload(orders_report(*rows), user=self.chief)
        report.action_import()
        self.assertEqual(self.stated().mapped('company_id'), self.company | self.gmbh)
        self.assertTrue(report.has_access('read'))
        for user in (self.accountant, self.de_accountant):
            alone = report.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            self.assertFalse(alone.has_access('read'))
        self.assertEqual(self.charges.with_user(self.de_accountant).search([]).mapped('amount'), [7.0])

    def test_rows_of_a_company_without_access_are_counted_and_left_out(self):
        rows = (*THREE, order_row('7.00', Order_ID='303-1', Payment_Reference_ID='R9', Account_Group="Berlin"))
        report = self.upload(orders_report(*rows))
        self.assertEqual((report.elsewhere_rows, report.new_rows), (1, 3))
        report.action_import()
        self.assertEqual(self.stated().company_id, self.company)
        other = self.new_user_of('otheraccountant', 'account.group_account_invoice', self.company)
        self.assertFalse(report.with_user(other).has_access('read'), "the file has rows of another company")

    def test_an_import_is_taken_back_as_long_as_nothing_is_posted(self):
        first = self.upload(orders_report(*THREE[:2]))
        first.action_import()
        second = self.upload(orders_report(*THREE[1:]))
        second.action_import()
        second.action_undo()
        self.assertEqual(self.stated().mapped('amount'), [20.0, 5.0], "what the first report states stays")
        self.patch(self.registry['amazon.punchout.transaction'], '_is_posted', lambda _self: True)
        with self.assertRaises(UserError):
            first.action_undo()
        self.assertEqual(len(self.stated()), 2)

    def test_an_import_that_only_repeats_what_is_posted_is_taken_back(self):
        first, again = (self.upload(orders_report(*THREE[:2])) for _download in range(2))
        first.action_import()
        again.action_import()
        self.patch(self.registry['amazon.punchout.transaction'], '_is_posted', lambda _self: True)
        again.action_undo()
        self.assertEqual(again.state, 'undone')
        self.assertEqual(self.stated().mapped('amount'), [20.0, 5.0], "nothing that is posted was touched")
        self.assertEqual(self.stated().import_ids, first)

    def test_taking_back_a_correction_brings_back_what_was_stated_before(self):
        self.upload(orders_report({**THREE[0], 'Charge Identifier': 'AMZ1'},
                                  headers=(*ORDER_HEADERS, 'Charge Identifier'))).action_import()
        changed = order_row('19.00', Order_ID='111-1', Payment_Reference_ID='R1', Payment_Date='03/15/2026')
        second = self.upload(orders_report({**changed, 'Charge Identifier': 'AMZ1'},
                                           headers=(*ORDER_HEADERS, 'Charge Identifier')))
        second.action_import()
        self.assertEqual(self.stated().mapped('amount'), [19.0])
        second.action_undo()
        self.assertEqual(self.stated().mapped('amount'), [20.0])

    def test_only_invoicing_users_import(self):
        for user in (self.buyer, self.manager, self.administrator):
            with self.assertRaises(AccessError):
                self.upload(orders_report(*THREE), user=user)
        report = self.upload(orders_report(*THREE))
        with self.assertRaises(AccessError):
            report.with_user(self.administrator).action_import()
        with self.assertRaises(AccessError):
            report.write({'state': 'done'})

    def run_until(self, report, state):
        """Run the scheduled action, which stops after some seconds on a slow machine, until a report is in a state."""
        for _run in range(10):
            if report.state != state:
                self.run_cron('amazon_punchout.ir_cron_charges')

    def test_a_large_report_is_read_by_the_scheduled_action_in_parts_and_goes_on_where_it_stopped(self):
        rows = [order_row('2.00', Order_ID=f'111-{number}', Payment_Reference_ID=f'R{number}')
                for number in range(1200)]
        report = self.upload(orders_report(*rows))
        self.assertEqual((report.state, report.done_rows), ('checking', 0))
        self.run_until(report, 'ready')
        self.assertEqual((report.state, report.new_rows), ('ready', 1200))
        report.action_import()
        report_sudo = report.sudo()
        first = next(iter(report_sudo._parts_left()))
        report_sudo._run_part(first)
        self.assertEqual((report.state, report.part, len(self.stated())), ('running', 1, report.done_rows))
        self.run_until(report, 'done')
        self.assertEqual((report.state, report.new_rows, len(self.stated())), ('done', 1200, 1200))
        self.assertEqual(report.progress, 100.0)

    def test_a_small_report_waits_for_the_one_that_is_being_imported(self):
        report = self.upload(orders_report(*THREE))
        with patch('odoo.addons.amazon_punchout.models.charges.amazon_punchout_import_run.is_free', lambda *_a: False):
            report.action_import()
        self.assertEqual((report.state, len(self.stated())), ('running', 0))
        self.run_until(report, 'done')
        self.assertEqual((report.state, len(self.stated())), ('done', 3))

    def test_a_report_that_can_not_be_read_again_and_again_gives_up_and_says_so(self):
        report = self.upload(orders_report(*THREE)).sudo()
        report.write({'state': 'running', 'tries': 3})
        self.run_cron('amazon_punchout.ir_cron_charges')
        self.assertEqual(report.state, 'failed')
        self.assertTrue(report.problem)
