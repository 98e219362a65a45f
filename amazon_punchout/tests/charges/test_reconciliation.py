"""What was approved, received, charged, billed, refunded and paid of each order, calculated by hand."""
import io
import json

import openpyxl
from lxml import etree

from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import date_utils
from odoo.tools.safe_eval import safe_eval

from ...tools.cart_lock import lifted
from ..booking_case import NUMBER, BookingCase
from ..charge_case import ChargeCase
from ..cxml_builder import confirmation_xml, invoice_line, status

WHAT = ('approved', 'confirmed', 'received', 'charged', 'billed', 'refunded', 'paid')
LINE = {'number': 2, 'quantity': 1, 'total': 5.00}
COLUMNS = (
    'order_id', 'as_of', *WHAT, 'returned', 'invoiced', 'drafted', 'credited', 'credit_drafted', 'not_billed',
    'not_charged', 'to_accrue', 'to_receive', 'refund_due', 'sentence', 'currency_id')


def page_filters(env):
    """Read the filters of the page.

    :return: the domain by name
    :rtype: dict[str, list]
    """
    arch = etree.fromstring(env.ref('amazon_punchout.amazon_punchout_reconciliation_view_search').arch)
    names = {'context_today': lambda: fields.Date.context_today(env.user), 'relativedelta': date_utils.relativedelta}
    return {node.get('name'): safe_eval(node.get('domain'), names)
            for node in arch.iter('filter') if node.get('domain')}


class ReconciliationCase(BookingCase):
    """The rows of the page as an accountant reads them."""

    def row(self, order, as_of=False, user=None):
        """Find the row of an order."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env['amazon.punchout.reconciliation'].with_user(user or self.biller)
        return rows.with_context(amazon_as_of=as_of).search([('order_id', '=', order.id)])

    def sums(self, order, as_of=False):
        row = self.row(order, as_of)
        return tuple(row[name] for name in WHAT)

    def words(self, order, as_of=False):
        return (self.row(order, as_of).sentence or "").replace('\N{NO-BREAK SPACE}', " ")

    def found(self, order, as_of=False):
        """Say which filters of the page find an order."""
        row = self.row(order, as_of)
        return {name for name, domain in page_filters(self.env).items()
                if name not in ('card', 'recent') and row.search([*domain, ('id', '=', order.id)])}

    def book(self, order, amount, *lines, **values):
        """Book and post what Amazon charged.

        :return: the bill
        """
        return self.post(self.charge(order, amount, *lines, **values).bill_ids)


@tagged('post_install', '-at_install')
class TestReconciliation(ReconciliationCase):

    # === SITUATIONS === #

    def test_an_order_that_was_only_sent_has_no_difference(self):
        po = self.order()
        self.assertEqual(self.sums(po), (64.23, 0, 0, 0, 0, 0, 0))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_a_cart_and_an_order_in_the_outbox_are_not_there(self):
        self.assertFalse(self.row(self.make_order()))
        self.assertFalse(self.row(self.ordered()))

    def test_a_test_order_is_not_there(self):
        po = self.two_lines()
        self.assertTrue(self.row(po))
        with lifted():
            po.amazon_deployment_mode = 'test'
        self.assertFalse(self.row(po))

    def test_a_confirmed_order_has_what_amazon_confirmed(self):
        po = self.order()
        # 24.90 and 17.43 of three items; the third one is not answered yet.
        self.deliver(confirmation_xml(po, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], total='42.33'))
        self.assertEqual(self.sums(po), (64.23, 42.33, 0, 0, 0, 0, 0))

    def test_a_charge_without_a_bill(self):
        po = self.two_lines()
        self.transact(35.00, order=po)
        self.assertEqual(self.sums(po), (35, 0, 0, 35, 0, 0, 0))
        self.assertEqual(
            self.words(po), "Charged $ 35.00, but not billed. Charged $ 35.00 for goods that have not arrived.")
        self.assertEqual(self.found(po), {'difference', 'not_billed', 'to_receive'})

    def test_what_is_not_settled_or_dismissed_does_not_count(self):
        po = self.two_lines()
        self.transact(35.00, order=po, is_settled=False)
        self.transact(35.00, order=po, state='dismissed')
        self.assertEqual(self.sums(po), (35, 0, 0, 0, 0, 0, 0))

    def test_a_charge_higher_than_its_bill(self):
        po = self.two_lines()
        self.invoice(po)
        self.transact(47.00, order=po)
        self.assertEqual(self.sums(po), (35, 0, 0, 47, 35, 0, 0))
        self.assertEqual(self.row(po).not_billed, 12)
        self.assertIn("Charged $ 12.00 more than billed. Charged $ 12.00 more than approved.", self.words(po))
        self.assertEqual(self.found(po), {'difference', 'not_billed', 'drafted', 'to_receive'})

    def test_a_bill_without_a_charge(self):
        po = self.two_lines()
        self.invoice(po)
        self.assertEqual(self.sums(po), (35, 0, 0, 0, 35, 0, 0))
        self.assertEqual(self.words(po), "Billed $ 35.00, but not charged. $ 35.00 is on draft bills.")
        self.assertEqual(self.found(po), {'difference', 'not_charged', 'drafted'})
        self.post(self.move())
        self.assertEqual(
            self.words(po), "Billed $ 35.00, but not charged. Charged $ 35.00 for goods that have not arrived.")

    def test_a_bill_higher_than_its_charge(self):
        po = self.two_lines()
        self.invoice(po)
        self.transact(30.00, order=po)
        self.assertIn("Billed $ 5.00 more than charged.", self.words(po))
        self.assertEqual(self.row(po).not_charged, 5)
        self.assertEqual(self.found(po), {'difference', 'not_charged', 'drafted', 'to_receive'})

    def test_a_shipment_that_was_received_charged_billed_and_paid(self):
        po = self.order()
        self.receive_goods(po, line1=2)
        # 2 × 10.00, shipping 3.00, tax 1.90
        self.assertEqual(self.sums(po), (64.23, 0, 24.90, 0, 0, 0, 0))
        self.assertEqual(self.words(po), "Received goods for $ 24.90 that are not charged yet.")
        self.assertEqual(self.found(po), {'to_accrue'})
        charge = self.charge(po, 24.90, {
            'number': 1, 'quantity': 2, 'items': 20.00, 'shipping': 3.00, 'tax': 1.90, 'total': 24.90})
        self.assertEqual(self.sums(po), (64.23, 0, 24.90, 24.90, 24.90, 0, 0))
        self.assertEqual((self.words(po), self.found(po)), ("$ 24.90 is on draft bills.", {'drafted'}))
        self.post(charge.bill_ids)
        self.assertEqual(self.sums(po), (64.23, 0, 24.90, 24.90, 24.90, 0, 24.90))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_card_and_gift_card_together(self):
        po = self.two_lines()
        self.receive_goods(po)
        one, two = self.transact(20.00, order=po), self.transact(15.00, order=po, instrument='gift_card')
        (one | two)._book()
        self.post((one | two).bill_ids)
        self.assertEqual(self.sums(po), (35, 0, 35, 35, 35, 0, 35))
        self.assertEqual(self.words(po), "")

    def test_one_charge_of_two_orders(self):
        one, two = self.two_lines(), self.two_lines()
        charge = self.transact(70.01, {'total': 35.00}, {'total': 35.01, 'order_id': two.id}, order=one)
        self.assertEqual((self.row(one).charged, self.row(two).charged), (35, 35.01))
        # What the lines don't add up to belongs to the largest, as on the bill.
        charge.amount = 70.05
        self.assertEqual((self.row(one).charged, self.row(two).charged), (35, 35.05))

    def test_one_bill_of_two_orders(self):
        one, two = self.two_lines(), self.two_lines()
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'invoice_date': '2026-03-10',
            'invoice_line_ids': [
                (0, 0, {**line._prepare_account_move_line(), 'quantity': line.product_qty})
                for line in (one.order_line | two.order_line[:1])]})
        # 20.00 and 15.00 of the first one, 20.00 of the second one.
        self.assertEqual((self.row(one).billed, self.row(two).billed, bill.amount_total), (
            one.amazon_billed_total, two.amazon_billed_total, 55))
        self.assertEqual((self.row(one).billed, self.row(two).billed), (35, 20))
        self.post(bill)
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=bill.ids).create(
            {'amount': 27.50, 'payment_date': '2026-03-12'}).action_create_payments()
        self.assertEqual((self.row(one).paid, self.row(two).paid), (17.50, 10))

    # === RETURNS AND REFUNDS === #

    def test_returned_goods_wait_for_their_refund(self):
        po = self.order()
        self.receive_goods(po)
        self.book(po, 64.23)
        self.send_back(po, 2, 1)
        # (15.00 + tax 1.43) / 3 = 5.4767; Amazon keeps the shipping.
        self.assertEqual((self.row(po).returned, self.row(po).refund_due), (5.48, 5.48))
        self.assertEqual(self.words(po), "Returned goods for $ 5.48, but not refunded.")
        self.assertEqual(self.found(po), {'difference', 'refund_due'})
        refund = self.refunded(po, 5.48, {**LINE, 'total': 5.48, 'refund_reason': "Customer Return"})
        self.assertEqual(self.sums(po), (64.23, 0, 64.23, 64.23, 64.23, 5.48, 64.23))
        self.assertEqual((self.words(po), self.found(po)), ("$ 5.48 is on draft credits.", {'drafted'}))
        self.post(refund.credit_ids)
        self.assertEqual(self.sums(po), (64.23, 0, 64.23, 64.23, 64.23, 5.48, 58.75))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_what_only_a_report_says_was_returned_waits_for_its_refund(self):
        po = self.order()
        self.receive_goods(po)
        self.book(po, 64.23)
        returned = self.env['amazon.punchout.reported.item'].create({
            'is_return': True, 'company_id': po.company_id.id, 'order_id': po.id,
            'purchase_line_id': self.line(po, 2).id, 'quantity': 1, 'date': '2026-03-20'})
        self.assertEqual((self.row(po).returned, self.row(po).refund_due), (5.48, 5.48))
        self.assertEqual(self.row(po, '2026-03-19').returned, 0)
        self.send_back(po, 2, 1)  # the same one
        self.assertEqual(self.row(po).returned, 5.48)
        returned.quantity = 2
        self.assertEqual(self.row(po).returned, 10.95)
        returned.is_cancelled = True
        self.assertEqual(self.row(po).returned, 5.48)

    def test_a_replacement_is_no_refund_that_is_due(self):
        po = self.two_lines()
        picking = self.receive_goods(po)
        self.book(po, 35.00)
        self.send_back(po, 2, 1)
        again = picking.copy({'move_ids': []})
        move = self.line(po, 2).move_ids.filtered(lambda each: each.state == 'done')[:1].copy({
            'picking_id': again.id, 'product_uom_qty': 1, 'purchase_line_id': self.line(po, 2).id,
            'origin_returned_move_id': False})
        again.action_confirm()
        move.write({'quantity': 1, 'picked': True})
        again.button_validate()
        self.assertEqual((self.row(po).received, self.row(po).returned, self.row(po).refund_due), (40, 5, 0))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_money_back_without_a_return(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00)
        refund = self.refunded(po, 5.00, LINE)
        self.post(refund.credit_ids)
        self.assertEqual(self.sums(po), (35, 0, 35, 35, 35, 5, 30))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_a_refund_that_is_not_credited(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00)
        self.transact(5.00, LINE, order=po, kind='refund', date='2026-03-20')
        self.assertIn("Refunded $ 5.00 more than credited.", self.words(po))
        self.assertIn('difference', self.found(po))

    def test_a_credit_that_amazon_did_not_refund(self):
        po = self.two_lines()
        self.receive_goods(po)
        bill = self.book(po, 35.00)
        self.record_refund(bill.with_user(self.biller), 2, 5.00)
        self.assertEqual(self.words(po), "Credited $ 5.00 more than refunded. $ 5.00 is on draft credits.")

    def test_more_refunded_than_billed(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00)
        refund = self.refunded(po, 18.00, {**LINE, 'quantity': 3, 'total': 18.00}, is_over_refund=True)
        self.post(refund.credit_ids)
        # 15.00 of 18.00 is credited.
        self.assertEqual((self.row(po).refunded, self.row(po).credited), (18, 15))
        self.assertEqual(self.words(po), "Refunded $ 3.00 more than credited.")
        action = refund.with_user(self.biller).action_book_excess()
        self.env['amazon.punchout.excess'].with_user(self.biller).browse(action['res_id']).action_book()
        self.post(refund.credit_ids.filtered(lambda credit: credit.state == 'draft'))
        # The credit of the excess names no order, but it has a part of its refund.
        self.assertEqual((self.row(po).credited, self.row(po).paid), (18, 17))
        self.assertEqual((self.words(po), self.found(po)), ("", set()))

    def test_more_refunded_than_charged(self):
        po = self.two_lines()
        self.transact(35.00, order=po)
        self.transact(40.00, order=po, kind='refund', date='2026-03-20')
        self.assertIn("Refunded $ 5.00 more than charged.", self.words(po))

    def test_a_bill_that_was_made_anew_is_no_difference(self):
        po = self.two_lines()
        self.receive_goods(po)
        bill = self.book(po, 35.00)
        wizard = self.env['account.move.reversal'].with_user(self.biller).with_context(
            active_model='account.move', active_ids=bill.ids).create({'journal_id': bill.journal_id.id})
        new = self.env['account.move'].browse(wizard.modify_moves()['res_id'])
        self.assertEqual((self.row(po).billed, self.row(po).credited), (70, 35))
        self.assertEqual(self.row(po).codes, "")
        self.assertIn("is on draft bills", self.words(po))
        self.assertEqual((new.amount_total, self.row(po).paid), (35, 0))

    # === CONFIRMED, CANCELLED, PAID === #

    def test_a_charge_higher_than_what_was_confirmed(self):
        po = self.two_lines()
        self.deliver(confirmation_xml(
            po, [(1, 2, status(quantity=2)), (2, 3, status('reject', quantity=3))], total='20.00'))
        self.transact(35.00, order=po)
        self.assertEqual(self.sums(po)[:2], (35, 20))
        self.assertIn("Charged $ 15.00 more than confirmed.", self.words(po))
        self.transact(15.00, order=po, kind='refund', date='2026-03-20')
        self.assertNotIn("more than confirmed", self.words(po))

    def test_what_amazon_has_not_answered_yet_may_be_charged(self):
        po = self.order()
        self.deliver(confirmation_xml(po, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], total='42.33'))
        self.transact(64.23, order=po)
        self.assertNotIn("more than", self.words(po))
        self.transact(1.00, order=po)
        self.assertIn("Charged $ 1.00 more than approved.", self.words(po))

    def test_a_charge_of_a_cancelled_order(self):
        po = self.two_lines()
        self.transact(35.00, order=po)
        self.deliver(confirmation_xml(
            po, [(1, 2, status('reject', quantity=2)), (2, 3, status('reject', quantity=3))], confirm_id=NUMBER))
        self.assertEqual(po.state, 'cancel')
        self.assertIn("Charged $ 35.00, but the order is cancelled.", self.words(po))

    def test_a_bill_that_was_paid_twice(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00)
        self.invoice(po, invoice_line(1, 1, '10.00'), invoice_id='INV-2', subtotal='10.00', net='10.00',
                     state='attention')
        other = self.move('INV-2') or self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'invoice_date': '2026-03-11',
            'invoice_line_ids': [(0, 0, {**self.line(po, 1)._prepare_account_move_line(), 'quantity': 1})]})
        self.post(other)
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=other.ids).create(
            {'payment_date': '2026-03-12'}).action_create_payments()
        self.assertIn("Billed $ 10.00 more than charged. Paid $ 10.00 more than charged.", self.words(po))

    def test_a_charge_that_is_billed_but_not_paid(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.book(po, 35.00, instrument='bank')
        self.assertEqual(self.words(po), "Charged $ 35.00 that is not paid in Odoo.")

    # === PAY BY INVOICE === #

    def test_pay_by_invoice_is_compared_with_what_was_confirmed(self):
        self.group.payment_method = 'invoice'
        po = self.two_lines()
        self.deliver(confirmation_xml(
            po, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], total='35.00'))
        self.invoice(po)
        self.receive_goods(po)
        self.move().invoice_line_ids[0].price_unit = 15.00
        self.assertEqual(self.sums(po), (35, 35, 35, 0, 45, 0, 0))
        self.assertIn("Billed $ 10.00 more than confirmed.", self.words(po))
        self.assertEqual(self.found(po), {'difference', 'invoice', 'drafted', 'to_accrue'})
        self.move().invoice_line_ids[0].price_unit = 10.00
        self.post(self.move())
        self.assertEqual(self.sums(po), (35, 35, 35, 0, 35, 0, 0))
        self.assertEqual((self.words(po), self.found(po)), ("", {'invoice'}))

    def test_pay_by_invoice_without_a_bill(self):
        po = self.two_lines()
        self.receive_goods(po)
        self.transact(35.00, order=po, instrument='invoice', invoice_number='INV-1')
        self.assertEqual((self.row(po).charged, self.row(po).invoiced, self.row(po).payment), (0, 35, 'invoice'))
        self.assertEqual(
            self.words(po),
            "Amazon invoiced $ 35.00 more than billed. Received goods for $ 35.00 that are not billed yet.")
        self.assertEqual(self.found(po), {'difference', 'invoice', 'to_accrue'})

    # === CURRENCIES === #

    def test_a_charge_in_another_currency_is_said_and_not_added(self):
        self.env.ref('base.EUR').active = True
        po = self.two_lines()
        self.receive_goods(po)
        charge = self.transact(30.00, order=po, currency_id=self.env.ref('base.EUR').id)
        self.assertEqual(self.sums(po), (35, 0, 35, 0, 0, 0, 0))
        self.assertEqual(self.words(po), "In EUR: charged 30.00 €, billed 0.00 €.")
        self.assertEqual(self.found(po), {'difference', 'other_currency'})
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'invoice_date': '2026-03-10',
            'currency_id': self.env.ref('base.EUR').id, 'invoice_line_ids': [(0, 0, {
                **self.line(po, 1)._prepare_account_move_line(), 'quantity': 1, 'price_unit': 30.00})]})
        self.assertEqual(self.sums(po), (35, 0, 35, 0, 0, 0, 0))
        self.assertEqual(self.words(po), "In EUR: charged 30.00 €, billed 30.00 €.")
        self.assertEqual(self.found(po), {'other_currency'})
        self.assertEqual((bill.amount_total, charge.amount), (30, 30))


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
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=bill.ids).create(
            {'payment_date': '2026-04-15'}).action_create_payments()
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
        self.assertIn("03/31/2026", action['name'])


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
