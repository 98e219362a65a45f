"""What was spent, ordered, charged and bought outside, compared with sums that an accountant makes by hand."""
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools.cart_lock import lifted
from ..booking_case import BookingCase
from ..cxml_builder import item

ELSEWHERE = '111-9999999-0000001'


@tagged('post_install', '-at_install')
class TestSpend(BookingCase):

    def sums(self, *by, user=None, domain=()):
        """Add up the measures, by fields.

        :return: spent, ordered, charged and outside for each group, without groups in which all are zero
        :rtype: dict | tuple
        """
        self.env.flush_all()
        self.env.invalidate_all()
        report = self.env['amazon.punchout.spend'].with_user(user or self.biller)
        found = {}
        measures = ['spent:sum', 'ordered:sum', 'charged:sum', 'outside:sum']
        for *keys, spent, ordered, charged, outside in report._read_group(domain, list(by), measures):
            values = tuple(round(value, 2) for value in (spent, ordered, charged, outside))
            if any(values):
                found[tuple(keys)] = values
        return found if by else found.get((), (0, 0, 0, 0))

    # === SPENT === #

    def test_an_order_is_ordered_and_nothing_is_spent(self):
        self.order()
        self.assertEqual(self.sums(), (0, 64.23, 0, 0))

    def test_a_cart_is_nothing_yet(self):
        self.make_order()
        self.assertEqual(self.sums(), (0, 0, 0, 0))

    def test_a_draft_bill_is_not_spent_and_a_posted_one_is(self):
        po = self.two_lines()
        self.invoice(po)
        self.assertEqual(self.sums(), (0, 35, 0, 0))
        self.post(self.move())
        self.assertEqual(self.sums(), (35, 35, 0, 0))

    def test_a_credit_is_taken_off_in_its_own_month(self):
        po = self.two_lines()
        self.invoice(po)
        bill = self.post(self.move())
        self.record_refund(bill, 1, 4.00)
        credit = self.all_bills(po) - bill
        credit.write({'invoice_date': '2026-04-02', 'date': '2026-04-02'})
        self.post(credit)
        spent = {key[0].strftime('%Y-%m'): sums[0] for key, sums in self.sums('date:month').items() if sums[0]}
        self.assertEqual(spent, {bill.date.strftime('%Y-%m'): 35, '2026-04': -4})

    def test_recoverable_tax_is_not_spent_and_the_rest_is_divided_among_its_items(self):
        account = self.env['account.account'].create({
            'name': "Input tax", 'code': 'X131', 'account_type': 'asset_current'})
        tax = self.env['account.tax'].create({
            'name': "Partly recoverable", 'amount': 10, 'type_tax_use': 'purchase',
            'invoice_repartition_line_ids': [
                Command.create({'repartition_type': 'base'}),
                Command.create({'repartition_type': 'tax', 'factor_percent': 40, 'account_id': account.id}),
                Command.create({'repartition_type': 'tax', 'factor_percent': 60})],
            'refund_repartition_line_ids': [
                Command.create({'repartition_type': 'base'}),
                Command.create({'repartition_type': 'tax', 'factor_percent': 40, 'account_id': account.id}),
                Command.create({'repartition_type': 'tax', 'factor_percent': 60})]})
        po = self.two_lines()
        self.invoice(po)
        bill = self.move()
        bill.invoice_line_ids.tax_ids = tax
        self.post(bill)
        # 35.00 and 3.50 of tax, of which 1.40 comes back. 2.10 stay: 1.20 for 20.00 and 0.90 for 15.00.
        self.assertEqual(self.sums()[0], 37.10)
        by_line = self.env['amazon.punchout.spend'].with_user(self.biller).search([('spent', '!=', 0)])
        self.assertEqual(sorted(by_line.mapped('spent')), [15.90, 21.20])

    def test_a_test_order_counts_nowhere(self):
        po = self.two_lines()
        self.invoice(po)
        self.post(self.move())
        self.transact(35.00, {'order_id': po.id, 'total': 35}, order=po)
        with lifted():
            po.amazon_deployment_mode = 'test'
        self.assertEqual(self.sums(), (0, 0, 0, 0))

    # === BY WHAT === #

    def test_by_category_seller_requester_location_and_group(self):
        po = self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1', unspsc='44121618'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2', unspsc='43211500'),
        ])
        self.invoice(po)
        self.post(self.move())
        self.assertEqual(self.sums('segment'), {('43',): (15, 15, 0, 0), ('44',): (20, 20, 0, 0)})
        for field, value in (
                ('requester_id', po.amazon_requester_id), ('group_id', self.group), ('company_id', self.company),
                ('warehouse_id', po.picking_type_id.warehouse_id), ('order_id', po)):
            with self.subTest(field=field):
                self.assertEqual(self.sums(field), {(value.with_user(self.biller),): (35, 35, 0, 0)})

    # === CHARGED AND OUTSIDE === #

    def test_charges_of_orders_and_what_was_bought_outside_are_never_one_sum(self):
        po = self.two_lines()
        self.transact(35.00, {'total': 35.00}, order=po)
        self.transact(5.00, {'total': 5.00}, order=po, kind='refund')
        self.transact(12.00, {'total': 12.00, 'seller': "Others"})
        self.transact(99.00, {'total': 99.00}, is_settled=False)
        self.transact(98.00, {'total': 98.00}, state='dismissed')
        self.assertEqual(self.sums(), (0, 35, 30, 12))
        self.assertEqual(self.sums('seller', domain=[('outside', '!=', 0)]), {("Others",): (0, 0, 0, 12)})

    def test_a_charge_in_another_currency_is_converted_at_the_rate_of_its_day(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create([
            {'currency_id': euro.id, 'name': day, 'rate': rate}
            for day, rate in (('2026-03-01', 0.8), ('2026-03-20', 0.5))])
        self.transact(12.00, {'total': 12.00}, currency_id=euro.id, date='2026-03-19')
        self.assertEqual(self.sums(), (0, 0, 0, 15))
        self.transact(12.00, {'total': 12.00}, currency_id=euro.id, date='2026-03-20')
        self.assertEqual(self.sums(), (0, 0, 0, 39))

    def test_the_amounts_of_a_foreign_currency_that_the_list_shows_add_up_to_its_total(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create({'currency_id': euro.id, 'name': '2020-01-01', 'rate': 0.3})
        po = self.sent_order([
            item(asin=f'B00TEST00{number}', price='5.00', auxiliary_id=f'136-1,{number}') for number in (1, 2)
        ], currency='EUR')
        self.transact(10.00, {'total': 5.00, 'number': 1}, {'total': 5.00, 'number': 2}, order=po,
                      currency_id=euro.id)
        self.transact(10.00, {'total': 5.00}, {'total': 5.00}, currency_id=euro.id)
        rows = self.env['amazon.punchout.spend'].with_user(self.biller).search([])
        for measure in ('ordered', 'charged', 'outside'):
            with self.subTest(measure=measure):
                self.assertEqual([row[measure] for row in rows if row[measure]], [16.67, 16.67])
        self.assertEqual(self.sums(), (0, 33.34, 33.34, 33.34))

    def test_lines_that_do_not_add_up_to_their_charge_count_as_in_the_books(self):
        po = self.two_lines()
        self.transact(35.00, {'total': 19.99, 'number': 1}, {'total': 15.00, 'number': 2}, order=po)
        self.assertEqual(self.sums(domain=[('charged', '!=', 0)]), (0, 0, 35, 0))

    def test_an_order_that_amazon_declined_is_not_ordered(self):
        po = self.two_lines()
        with lifted():
            po.amazon_state = 'refused'
        self.assertEqual(self.sums(), (0, 0, 0, 0))

    def test_a_bill_of_what_was_bought_outside_is_spent_by_its_buyer(self):
        account = self.env['account.account'].create({
            'name': "Lamps", 'code': 'LAMP1', 'account_type': 'expense'})
        bought = self.transact(
            12.00, {'total': 12.00, 'title': "Lamp", 'unspsc': '39111500', 'seller': "Others", 'order_ref': ELSEWHERE})
        bills = bought._bill_outside(self.other_buyer, "Urgent", dict.fromkeys(bought.line_ids, account))
        bills.invoice_date = '2026-03-06'
        self.post(bills)
        self.assertEqual(self.sums('segment', 'seller', domain=[('requester_id', '=', self.other_buyer.id)]), {
            ('39', "Others"): (12, 0, 0, 12)})

    # === WHO === #

    def test_a_buyer_does_not_see_what_everybody_spends(self):
        with self.assertRaises(AccessError):
            self.sums(user=self.buyer)
