"""What a report states, a sentence for each figure, with its rows."""
from odoo.tests import tagged

from ..charge_case import ChargeCase
from ..report_builder import ORDER_HEADERS, csv_report, order_row


def row(amount, order, group="Test group", **values):
    """Write a row of the report Orders."""
    return order_row(amount, Order_ID=order, Payment_Reference_ID=f'R{order}', Account_Group=group, **values)


@tagged('post_install', '-at_install')
class TestImportFigures(ChargeCase):

    def setUp(self):
        super().setUp()
        self.order = self.order_at_amazon()
        ours = {'PO_Number': self.order.name, 'ASIN': 'B00TEST001'}
        self.rows = [
            row('20.00', '111-1', **ours),
            row('8.00', '111-2', Payment_Instrument_Type="Pay by Invoice", **ours),
            row('10.00', '111-3', item='4.00', PO_Number='', Title="Lamp"),
            row('10.00', '111-3', item='6.00', PO_Number='', Title="Desk"),
            row('1.50', '111-4', PO_Number='', Currency='EUR'),
            row('9.00', '111-5', Order_Status='Pending', **ours),
            row('7.00', '111-6', "Annex"),
            row('6.00', '111-7', "Berlin"),
            row('ten', '111-8'),
        ]

    def figures(self, report):
        return {figure['key']: figure for figure in report.figures}

    def listed(self, report, key):
        action = report.with_context(figure=key).action_show_rows()
        return report.env[action['res_model']].search(action['domain'])

    def test_each_figure_is_a_sentence_with_its_sum_and_its_rows(self):
        report = self.upload(csv_report(ORDER_HEADERS, self.rows))
        figures = self.figures(report)
        self.assertEqual(
            {key: (figure['rows'], figure['sum'].replace('\xa0', ' ')) for key, figure in figures.items()}, {
                'to_book': (1, '$ 20.00'), 'by_invoice': (1, '$ 8.00'), 'outside': (3, '1.50 €, $ 10.00'),
                'unsettled': (1, '$ 9.00'), 'held': (1, '$ 7.00'), 'elsewhere': (1, ''), 'problem': (1, '')})
        self.assertIn("will be booked", figures['to_book']['text'])
        self.assertIn("Annex", figures['held']['text'])
        outside = self.listed(report, 'outside')
        self.assertEqual([(each.rows, each.title, each.amount) for each in outside],
                         [('4-5', "Lamp, Desk", 10.0), ('6', "Lamp", 1.5)])
        self.assertEqual(self.listed(report, 'held').mapped('order_ref'), ['111-6'])
        self.assertFalse(self.stated())

    def test_rows_and_sums_of_a_company_without_access_are_not_listed(self):
        report = self.upload(csv_report(ORDER_HEADERS, self.rows))
        self.assertFalse(self.figures(report)['elsewhere']['opens'])
        self.assertNotIn('111-7', report.row_ids.mapped('order_ref'))
        self.assertNotIn('elsewhere', report.sums)
        other = self.new_user_of('otheraccountant', 'account.group_account_invoice', self.company)
        self.assertFalse(self.env['amazon.punchout.import.row'].with_user(other).search([]))

    def test_after_the_import_the_figures_lead_to_the_charges(self):
        report = self.upload(csv_report(ORDER_HEADERS, self.rows))
        report.action_import()
        self.assertFalse(report.row_ids)
        figures = self.figures(report)
        self.assertIn("They are booked", figures['to_book']['text'])
        self.assertEqual({key: self.listed(report, key).mapped('amount') for key in figures if figures[key]['opens']}, {
            'to_book': [20.0], 'by_invoice': [8.0], 'outside': [1.5, 10.0], 'unsettled': [9.0], 'held': [7.0]})

    def test_checking_again_lists_each_row_once(self):
        report = self.upload(csv_report(ORDER_HEADERS, self.rows))
        before = self.figures(report)
        report.action_check_again()
        self.assertEqual(self.figures(report), before)
        self.assertEqual(len(report.row_ids), 6)

    def test_a_known_report_says_that_it_changes_nothing(self):
        self.upload(csv_report(ORDER_HEADERS, self.rows[:1])).action_import()
        report = self.upload(csv_report(ORDER_HEADERS, self.rows[:1]))
        self.assertEqual(list(self.figures(report)), ['known'])
        self.assertEqual(self.listed(report, 'known').order_ref, '111-1')

    def test_a_charge_leads_to_its_order(self):
        self.upload(csv_report(ORDER_HEADERS, self.rows[:1])).action_import()
        charge = self.stated().with_user(self.accountant)
        self.assertEqual(charge.order_count, 1)
        self.assertEqual(charge.action_open_orders()['res_id'], self.order.id)
        self.assertEqual((charge.move_count, charge.payment_count), (0, 0))
