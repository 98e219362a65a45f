"""The page Reconciliation as of a date, its export, and who reads it."""
import io
import json

import openpyxl

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..charge_case import ChargeCase
from ..cxml_builder import confirmation_xml, status
from ..reconciliation_case import COLUMNS, LINE, ReconciliationCase


@tagged('post_install', '-at_install')
class TestReconciliationAsOf(ReconciliationCase):
    """One order, of which something happens on each of some days of March 2026."""

    def test_each_event_counts_from_its_own_day(self):
        po = self.order()
        self.confirm(po)
        receipt = self.receive_goods(po)
        self.book(po, 64.23, date='2026-03-10')
        back = self.send_back(po, 2, 1)
        refund = self.refunded(po, 5.48, {**LINE, 'total': 5.48, 'refund_reason': "Customer Return"})
        self.post(refund.credit_ids)
        self.env.flush_all()
        self.happened('purchase_order', 'date_approve', '2026-03-02 23:30:00', po)
        self.happened('amazon_punchout_document', 'create_date', '2026-03-03 12:00:00', po.amazon_document_ids)
        self.happened('stock_move', 'date', '2026-03-06 12:00:00', receipt.move_ids)
        self.happened('stock_move', 'date', '2026-03-15 12:00:00', back.move_ids)
        self.assertFalse(self.row(po, '2026-03-01'))
        expected = {
            # as of        approved  confirmed received charged billed refunded paid
            '2026-03-02': ((64.23, 0, 0, 0, 0, 0, 0), ""),
            '2026-03-03': ((64.23, 64.23, 0, 0, 0, 0, 0), ""),
            '2026-03-05': ((64.23, 64.23, 0, 0, 0, 0, 0), ""),
            '2026-03-06': ((64.23, 64.23, 64.23, 0, 0, 0, 0), "Received goods for $ 64.23 that are not charged yet."),
            '2026-03-09': ((64.23, 64.23, 64.23, 0, 0, 0, 0), "Received goods for $ 64.23 that are not charged yet."),
            # The bill and the credit are booked on the last day of the month, as Odoo does with earlier months.
            '2026-03-10': ((64.23, 64.23, 64.23, 64.23, 0, 0, 0), "Charged $ 64.23, but not billed."),
            '2026-03-15': ((64.23, 64.23, 64.23, 64.23, 0, 0, 0),
                           "Charged $ 64.23, but not billed. Returned goods for $ 5.48, but not refunded."),
            '2026-03-19': ((64.23, 64.23, 64.23, 64.23, 0, 0, 0),
                           "Charged $ 64.23, but not billed. Returned goods for $ 5.48, but not refunded."),
            '2026-03-20': ((64.23, 64.23, 64.23, 64.23, 0, 5.48, 0),
                           "Charged $ 64.23, but not billed. Refunded $ 5.48 more than credited."),
            '2026-03-31': ((64.23, 64.23, 64.23, 64.23, 64.23, 5.48, 58.75), ""),
        }
        for day, (sums, words) in expected.items():
            with self.subTest(as_of=day):
                self.assertEqual((self.sums(po, day), self.words(po, day)), (sums, words))
                self.assertEqual(str(self.row(po, day).as_of), day)
        self.assertEqual(self.sums(po), expected['2026-03-31'][0])
        self.assertEqual(self.found(po, '2026-03-09'), {'to_accrue'})
        self.assertEqual(self.found(po, '2026-03-19'), {'difference', 'not_billed', 'refund_due'})
        # 23:30 in London is the next day in Berlin.
        self.biller.tz = 'Europe/Berlin'
        self.assertFalse(self.row(po, '2026-03-02'))
        self.assertTrue(self.row(po, '2026-03-03'))

    def happened(self, table, column, moment, records):
        self.env.cr.execute(f'UPDATE {table} SET {column} = %s WHERE id IN %s', (moment, tuple(records.ids)))

    def test_goods_that_come_in_the_next_month(self):
        po = self.two_lines()
        receipt = self.receive_goods(po)
        self.book(po, 35.00, date='2026-03-30')
        self.env.flush_all()
        self.happened('purchase_order', 'date_approve', '2026-03-02 12:00:00', po)
        self.happened('stock_move', 'date', '2026-04-02 12:00:00', receipt.move_ids)
        self.assertEqual(self.row(po, '2026-03-31').to_receive, 35)
        self.assertEqual(self.words(po, '2026-03-31'), "Charged $ 35.00 for goods that have not arrived.")
        self.assertEqual(self.found(po, '2026-03-31'), {'to_receive'})
        self.assertEqual(self.found(po, '2026-04-02'), set())

    def test_a_payment_counts_from_its_own_day(self):
        po = self.two_lines()
        self.receive_goods(po)
        bill = self.book(po, 35.00, instrument='bank')
        self.pay(bill, payment_date='2026-04-15')
        self.assertEqual([self.row(po, day).paid for day in (False, '2026-04-14', '2026-04-15')], [35, 0, 35])

    def test_a_later_confirmation_does_not_change_what_was_confirmed_before(self):
        po = self.order()
        first = [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))]
        one = self.deliver(confirmation_xml(po, first, total='42.33'))
        two = self.deliver(confirmation_xml(po, [(3, 1, status(quantity=1))], confirm_id='111-0000000-0000009',
                                            total='21.90'))
        self.assertEqual((one.confirmed_total, two.confirmed_total), (42.33, 64.23))
        self.env.flush_all()
        self.happened('purchase_order', 'date_approve', '2026-03-02 12:00:00', po)
        self.happened('amazon_punchout_document', 'create_date', '2026-03-03 12:00:00', one)
        self.happened('amazon_punchout_document', 'create_date', '2026-03-05 12:00:00', two)
        self.assertEqual([self.row(po, f'2026-03-0{day}').confirmed for day in (2, 3, 4, 5)], [0, 42.33, 42.33, 64.23])

    def test_the_dialog_proposes_the_end_of_the_month_before(self):
        dialog = self.env['amazon.punchout.reconciliation.date'].with_user(self.biller).create({})
        self.assertEqual((dialog.date.day > 27, dialog.date < dialog.create_date.date()), (True, True))
        dialog.date = '2026-03-31'
        action = dialog.action_show()
        self.assertEqual(action['context'], {'amazon_as_of': '2026-03-31'})
        self.assertIn("Mar 31", action['name'])


@tagged('post_install', '-at_install')
class TestReconciliationPage(ReconciliationCase, HttpCase):

    def read(self, limit, as_of=False):
        """Read a page of the list as the web client does.

        :return: the rows and the number of queries
        """
        rows = self.env['amazon.punchout.reconciliation'].with_user(self.biller).with_context(amazon_as_of=as_of)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = rows.web_search_read(
            [('group_id', '=', self.group.id)],
            {name: {'fields': {'display_name': {}}} if name in ('order_id', 'currency_id') else {} for name in COLUMNS},
            limit=limit)['records']
        return found, self.env.cr.sql_log_count - before

    def multiply(self, order, count):
        """Copy a sent order by SQL, as it is."""
        self.env.flush_all()
        for table, link, given in (('purchase_order', None, "name || '-' || n"),
                                   ('purchase_order_line', 'order_id', None)):
            self.env.cr.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'",
                (table,))
            names = [name for name, in self.env.cr.fetchall()]
            values = [given if name == 'name' and given else f'"{name}"' for name in names]
            if link:
                values = ["copied.id" if name == link else f'line."{name}"' for name in names]
                source = ("purchase_order_line line JOIN purchase_order copied ON copied.name LIKE %s"
                          " WHERE line.order_id = %s")
                parameters = (order.name + '-%', order.id)
            else:
                source = "purchase_order CROSS JOIN generate_series(1, %s) n WHERE id = %s"
                parameters = (count, order.id)
            columns = ", ".join(f'"{name}"' for name in names)
            self.env.cr.execute(f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)} FROM {source}", parameters)
        self.env.invalidate_all()

    def test_a_hundred_rows_need_as_many_queries_as_ten(self):
        po = self.two_lines()
        self.transact(35.00, order=po)
        self.multiply(po, 120)
        self.read(1)  # what is read once per server
        ten, queries_of_ten = self.read(10)
        hundred, queries_of_hundred = self.read(100)
        self.assertEqual((len(ten), len(hundred)), (10, 100))
        self.assertEqual(queries_of_ten, queries_of_hundred)
        self.assertLess(queries_of_hundred, 15)

    def test_the_export_has_the_figures_of_the_screen(self):
        po, other = self.order(), self.two_lines()
        self.receive_goods(po, line1=2)
        self.transact(26.90, order=po)
        self.transact(35.00, order=other)
        self.biller.group_ids |= self.env.ref('base.group_allow_export')
        self.authenticate(self.biller.login, self.biller.login)
        for as_of in (False, '2026-03-09', '2026-03-10'):
            shown, _queries = self.read(80, as_of)
            answer = self.url_open('/web/export/xlsx', data={
                'csrf_token': http.Request.csrf_token(self),
                'data': json.dumps({
                    'model': 'amazon.punchout.reconciliation', 'ids': False, 'groupby': [], 'import_compat': False,
                    'domain': [('group_id', '=', self.group.id)], 'context': {'amazon_as_of': as_of},
                    'fields': [{'name': name, 'label': name, 'type': ''} for name in COLUMNS]})})
            self.assertEqual(answer.status_code, 200, answer.text)
            header, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
            self.assertEqual(tuple(header), COLUMNS)
            exported = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
            self.assertEqual(len(exported), len(shown))
            for row, screen in zip(exported, shown, strict=True):
                for name in COLUMNS:
                    value = screen[name]['display_name'] if isinstance(screen[name], dict) else screen[name]
                    value = str(value) if name == 'as_of' and value else value
                    cell = str(row[name].date()) if name == 'as_of' and row[name] else row[name]
                    self.assertEqual(cell or False, value or False, (as_of, name))

    def test_a_row_opens_the_order_its_charges_and_its_bills(self):
        po = self.two_lines()
        charge = self.charge(po, 35.00)
        row = self.row(po)
        self.assertEqual((row.action_open()['res_model'], row.action_open()['res_id']), ('purchase.order', po.id))
        charges = row.action_open_charges()
        self.assertEqual(row.env[charges['res_model']].search(charges['domain']), charge)
        self.assertEqual(row.action_open_bills()['res_id'], charge.bill_ids.id)
        outside = row.action_open_outside()
        self.assertEqual(outside['context'], {'search_default_outside': 1})

    def test_a_buyer_does_not_read_it(self):
        po = self.two_lines()
        with self.assertRaises(AccessError):
            self.row(po, user=self.buyer)
        self.assertTrue(self.row(po, user=self.manager))


@tagged('post_install', '-at_install')
class TestReconciliationCompanies(ChargeCase):

    def test_each_company_has_its_own_orders_in_its_own_currency(self):
        first, second, german = self.three_orders()
        transactions = self.env['amazon.punchout.transaction'].sudo()
        for order, amount in ((first, 10.00), (german, 40.70)):
            transactions.create({
                'kind': 'charge', 'amount': amount, 'currency_id': order.currency_id.id, 'is_settled': True,
                'date': '2026-03-10', 'source': 'report', 'instrument': 'card', 'state': 'matched',
                'company_id': order.company_id.id, 'order_ids': [(6, 0, order.ids)],
                'line_ids': [(0, 0, {'order_id': order.id, 'total': amount})]})
        self.env.flush_all()

        def rows(user, *companies):
            found = self.env['amazon.punchout.reconciliation'].with_user(user).with_context(
                allowed_company_ids=[company.id for company in companies]).search([])
            return {row.order_id.id: (row.currency_id.name, row.approved, row.charged) for row in found}

        ours = {first.id: ('USD', 10, 10), second.id: ('USD', 20, 0)}
        theirs = {german.id: ('EUR', 35.70, 40.70)}
        self.assertEqual(rows(self.accountant, self.company), ours)
        self.assertEqual(rows(self.de_accountant, self.gmbh), theirs)
        self.assertEqual(rows(self.chief, self.company, self.gmbh), {**ours, **theirs})
        words = self.env['amazon.punchout.reconciliation'].with_user(self.de_accountant).with_context(
            allowed_company_ids=self.gmbh.ids).search([]).sentence.replace('\N{NO-BREAK SPACE}', " ")
        self.assertIn("Charged 5.00 € more than approved.", words)
