"""What people do later, and what comes late, leaves every amount in the books once."""
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...transactions import CARD, CHARGE, Statement, Transaction, TransactionLine
from ..booking_case import BookingCase
from ..cxml_builder import confirmation_xml, status

ELSEWHERE = '222-0000000-0000002'


@tagged('post_install', '-at_install')
class TestBookingEdits(BookingCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()

    # === WHAT HAPPENS === #

    def billed_by_hand(self, *orders):
        bills = self.env['account.move']
        for order in orders or (self.po,):
            self.receive_goods(order)
            order.with_user(self.biller).action_create_invoice()
            bill = order.invoice_ids
            bill.invoice_date = '2026-03-06'
            bills |= self.post(bill)
        return bills

    def pay_part(self, bill, amount, journal=None):
        self.pay(bill, amount=amount, journal_id=(journal or self.balance).id)

    def typed(self, number='INV-1', amount=35.00, move_type='in_invoice', post=True, **vals):
        move = self.env['account.move'].with_user(self.biller).create({
            'move_type': move_type, 'partner_id': self.vendor.id, 'ref': number, 'invoice_date': '2026-03-06',
            'invoice_line_ids': [Command.create({
                'name': "Pens", 'quantity': 1, 'price_unit': amount, 'tax_ids': [Command.clear()]})], **vals})
        if post:
            move.action_post()
        return move.sudo()

    def state(self, amount, *lines, source='report', **values):
        self.env['amazon.punchout.transaction']._import_statement(Statement(kind='transactions', transactions=(
            Transaction(kind=values.pop('kind', CHARGE), amount=Decimal(amount), currency='USD',
                        date=date(2026, 3, 10), instrument=values.pop('instrument', CARD), lines=lines, **values),)),
            source, groups=self.group, fallback=self.group)
        return self.env['amazon.punchout.transaction'].search([('company_id', '=', self.company.id)])

    def drafts(self):
        return self.env['account.move'].search([('amazon_is_from_charge', '=', True), ('state', '=', 'draft')])

    def paid(self, transactions):
        return sorted(transactions.payment_ids.mapped('amount'))

    # === PAID BY HAND === #

    def test_what_a_person_paid_counts_for_one_charge_only(self):
        order = self.two_lines(currency='USD')
        bill = self.billed_by_hand(order)
        self.pay_part(bill, 17.50)
        one, two = self.transact(17.50, order=order), self.transact(17.50, order=order)
        (one | two)._book()
        self.assertEqual((one | two).bill_ids, bill)
        self.assertEqual((self.paid(one | two), bill.amount_residual), ([17.5], 0))

    def test_a_charge_of_two_orders_of_which_one_is_paid_is_for_a_person(self):
        one, two = self.two_lines(), self.two_lines()
        bills = self.billed_by_hand(one, two)
        self.pay_part(bills[0], 35.00)
        charge = self.transact(70.00, {'order_id': one.id, 'total': 35.00}, {'order_id': two.id, 'total': 35.00})
        charge._book()
        self.assertEqual(charge.bill_ids, bills)
        self.assertEqual((charge.state, self.paid(charge)), ('attention', []))

    def test_a_card_pays_its_part_although_the_bank_paid_the_other(self):
        bill = self.billed_by_hand()
        bank = self.charge(self.po, 17.50, instrument='bank')
        self.assertEqual(bank.bill_ids, bill)
        journal = self.env['account.journal'].search(
            [('type', '=', 'bank'), ('company_id', '=', self.company.id)], limit=1)
        line = self.env['account.bank.statement.line'].create({
            'journal_id': journal.id, 'date': '2026-03-10', 'payment_ref': "AMAZON", 'amount': -17.50})
        line._amazon_reconcile_with(bill._amazon_payable_lines())
        card = self.charge(self.po, 17.50)
        self.assertEqual((self.paid(card), bill.amount_residual), ([17.5], 0))

    def test_a_payment_that_is_cancelled_leaves_the_bill_out_of_payment_runs(self):
        charge = self.charge(self.po, 35.00)
        bill = self.post(charge.bill_ids)
        charge.payment_ids.action_cancel()
        self.assertEqual((bill.amount_residual, bill.payment_state), (35, 'blocked'))

    def test_what_was_cancelled_can_be_dismissed(self):
        charge = self.charge(self.po, 35.00)
        bill = self.post(charge.bill_ids)
        charge.payment_ids.action_cancel()
        bill.button_draft()
        bill.button_cancel()
        charge.with_user(self.biller)._dismiss("Not ours")
        self.assertEqual(charge.state, 'dismissed')

    # === BILLS THAT CHANGE === #

    def test_a_bill_that_is_reversed_and_made_anew_is_paid_by_its_charge(self):
        charge = self.charge(self.po, 35.00)
        bill = self.post(charge.bill_ids)
        self.env['account.move.reversal'].with_context(active_model='account.move', active_ids=bill.ids).create({
            'journal_id': bill.journal_id.id, 'date': '2026-03-12'}).modify_moves()
        again = self.all_bills(self.po).filtered(lambda move: move.state == 'draft')
        self.assertEqual(len(again), 1)
        again.invoice_date = '2026-03-12'
        self.post(again)
        self.assertEqual(charge.bill_ids, again)
        self.assertEqual((again.amount_residual, self.paid(charge)), (0, [35]))

    def test_a_charge_does_not_pay_a_bill_that_was_reversed(self):
        bill = self.billed_by_hand()
        bill._reverse_moves([{'date': date(2026, 3, 7), 'invoice_date': date(2026, 3, 7)}], cancel=True)
        self.assertEqual(bill.payment_state, 'reversed')
        charge = self.charge(self.po, 35.00)
        self.assertNotIn(bill, charge.bill_ids)
        self.assertEqual((charge.state, self.paid(charge)), ('attention', []))

    def test_a_bill_that_a_person_lowers_says_so_on_its_charge(self):
        charge = self.charge(self.po, 35.00)
        bill = charge.bill_ids
        bill.invoice_line_ids.filtered(lambda line: line.price_subtotal == 15).price_unit = 4
        self.assertEqual(bill.amount_total, 32)
        self.post(bill)
        self.assertEqual(charge.state, 'attention')

    # === NUMBERS === #

    def test_the_invoice_of_a_seller_that_was_typed_first_is_the_bill_of_the_charge(self):
        seller = self.env['res.partner'].create({'name': "A seller on Amazon"})
        bill = self.typed(partner_id=seller.id)
        charge = self.charge(self.po, 35.00, invoice_number='INV-1')
        self.assertEqual((charge.bill_ids, bill.amount_residual), (bill, 0))
        self.assertFalse(self.drafts())

    def test_another_vendor_with_the_same_number_replaces_nothing(self):
        charge = self.charge(self.po, 35.00, invoice_number='2026-001')
        draft = charge.bill_ids
        other = self.typed('2026-001', 400.00, partner_id=self.env['res.partner'].create({'name': "The landlord"}).id)
        self.assertEqual((charge.bill_ids, other.amount_residual, self.paid(charge)), (draft, 400, []))

    def test_an_invoice_of_less_than_was_charged_says_so(self):
        bill = self.typed(amount=30.00)
        charge = self.charge(self.po, 35.00, invoice_number='INV-1')
        self.assertIn(bill, charge.bill_ids)
        self.assertEqual(charge.state, 'attention')

    def test_a_typed_invoice_of_less_than_was_charged_says_so(self):
        charge = self.charge(self.po, 35.00, invoice_number='INV-1')
        bill = self.typed(amount=30.00)
        self.assertIn(bill, charge.bill_ids)
        self.assertEqual(charge.state, 'attention')

    def test_a_charge_paid_by_invoice_meets_an_invoice_that_is_typed_later(self):
        charge = self.charge(self.po, 35.00, instrument='invoice', invoice_number='INV-1')
        bill = self.typed()
        self.assertEqual((charge.state, charge.bill_ids), ('booked', bill))

    def test_a_typed_credit_memo_is_the_credit_of_its_refund(self):
        charge = self.charge(self.po, 35.00)
        self.post(charge.bill_ids)
        for is_first in (True, False):
            with self.subTest(is_first=is_first):
                number = f'CM-{is_first}'
                memo = self.typed(number, 5.00, 'in_refund') if is_first else None
                refund = self.refunded(
                    self.po, 5.00, {'number': 2, 'quantity': 1, 'total': 5.00}, invoice_number=number)
                memo = memo or self.typed(number, 5.00, 'in_refund')
                self.assertEqual((refund.credit_ids, refund.state), (memo, 'booked'))
                self.assertEqual((self.paid(refund), memo.amount_residual), ([5], 0))
        self.assertFalse(self.all_bills(self.po).filtered(lambda move: move.state == 'draft'))

    # === LATE === #

    def test_a_refund_of_an_item_that_is_not_billed_waits(self):
        line = {'number': 1, 'quantity': 2, 'items': 20.00, 'total': 20.00}
        self.post(self.charge(self.po, 20.00, line).bill_ids)
        refund = self.refunded(self.po, 5.00, {'number': 2, 'quantity': 1, 'total': 5.00})
        self.assertEqual((refund.state, refund.excess_amount), ('matched', 0))
        late = self.charge(self.po, 15.00, {'number': 2, 'quantity': 3, 'items': 15.00, 'total': 15.00})
        self.post(late.bill_ids)
        self.assertEqual((refund.state, refund.excess_amount, refund.credit_ids.amount_total), ('booked', 0, 5))

    def test_an_excess_that_found_its_bill_is_not_booked_again(self):
        line = {'number': 1, 'quantity': 1, 'items': 10.00, 'total': 10.00}
        self.post(self.charge(self.po, 10.00, line).bill_ids)
        refund = self.refunded(self.po, 12.00, {'number': 1, 'quantity': 1, 'total': 12.00})
        self.assertEqual(refund.excess_amount, 2)
        self.post(self.charge(self.po, 10.00, line).bill_ids)
        self.assertEqual((refund.state, refund.excess_amount), ('booked', 0))
        with self.assertRaises(UserError):
            refund.with_user(self.biller)._book_excess(self.env['account.account'].search(
                [('account_type', '=', 'income')], limit=1))

    def test_two_refunds_of_a_day_can_be_posted(self):
        self.post(self.charge(self.po, 35.00).bill_ids)
        line = {'number': 2, 'quantity': 1, 'total': 5.00}
        one, two = self.refunded(self.po, 5.00, line), self.refunded(self.po, 5.00, line)
        self.post(one.credit_ids | two.credit_ids)
        self.assertEqual(self.paid(one | two), [5, 5])

    def test_the_rest_of_an_item_that_is_billed_is_for_a_person(self):
        bill = self.billed_by_hand()
        self.assertTrue(bill)
        charge = self.charge(self.po, 38.00, {'number': 1, 'quantity': 2, 'total': 22.00},
                             {'number': 2, 'quantity': 3, 'total': 16.00})
        self.assertEqual(charge.state, 'attention')
        charge.with_user(self.biller).action_retry()
        self.assertEqual(charge.state, 'attention')
        self.assertNotIn("error occurred in Odoo", charge.problem)

    def test_a_charge_that_is_partly_outside_is_booked_once_both_parts_are(self):
        charge = self.transact(
            47.50, {'order_id': self.po.id, 'total': 35.00},
            {'order_ref': ELSEWHERE, 'title': "Paper", 'total': 12.50}, state='attention', attention='part_outside')
        charge._book()
        self.assertEqual((charge.state, charge.attention), ('attention', 'part_outside'))
        dialog = self.env['amazon.punchout.outside'].browse(charge.action_bill_outside()['res_id'])
        dialog.write({'buyer_id': self.buyer.id, 'reason': "Urgent"})
        dialog.action_create_bills()
        self.assertEqual((charge.state, charge.attention, len(charge.bill_ids)), ('booked', False, 2))

    def test_details_that_come_later_change_nothing_that_is_posted(self):
        charge = self.state('12.50', TransactionLine(order_ref=ELSEWHERE, title="Paper", total=Decimal('12.50')))
        dialog = self.env['amazon.punchout.outside'].browse(charge.action_bill_outside()['res_id'])
        dialog.write({'buyer_id': self.buyer.id, 'reason': "Urgent"})
        dialog.action_create_bills()
        bill = self.post(charge.bill_ids)
        self.state('12.50', TransactionLine(
            order_ref=ELSEWHERE, title="Paper", total=Decimal('12.50'), asin='B00PAPER01', shipment_id='S1',
            quantity=Decimal(1), items=Decimal('12.50')), source='api', transaction_id='T1')
        self.assertEqual(len(charge.exists()), 1)
        self.assertEqual((charge.state, charge.bill_ids, charge.can_bill_outside), ('booked', bill, False))

    def test_details_that_come_later_leave_the_draft_of_what_was_bought_outside(self):
        charge = self.state('12.50', TransactionLine(order_ref=ELSEWHERE, title="Paper", total=Decimal('12.50')))
        dialog = self.env['amazon.punchout.outside'].browse(charge.action_bill_outside()['res_id'])
        dialog.write({'buyer_id': self.buyer.id, 'reason': "Urgent"})
        dialog.action_create_bills()
        bill = charge.bill_ids
        self.state('12.50', TransactionLine(
            order_ref=ELSEWHERE, title="Paper", total=Decimal('12.50'), asin='B00PAPER01'), source='api')
        self.assertEqual((charge.state, charge.bill_ids, bill.exists()), ('booked', bill, bill))

    def test_what_was_billed_as_outside_is_looked_at_again_once_its_order_is_known(self):
        for is_posted in (False, True):
            with self.subTest(is_posted=is_posted):
                order = self.two_lines()
                ref = f'333-0000000-000000{int(is_posted)}'
                charge = self.transact(35.00, {'order_ref': ref, 'title': "Paper", 'total': 35.00})
                dialog = self.env['amazon.punchout.outside'].browse(charge.action_bill_outside()['res_id'])
                dialog.write({'buyer_id': self.buyer.id, 'reason': "Urgent"})
                dialog.action_create_bills()
                outside = charge.bill_ids
                if is_posted:
                    self.post(outside)
                self.deliver(confirmation_xml(
                    order, [(1, 2, status(quantity=2)), (2, 3, status(quantity=3))], confirm_id=ref, total='35.00'))
                self.assertEqual(charge.order_ids, order)
                if is_posted:
                    self.assertEqual((charge.state, charge.bill_ids), ('attention', outside))
                    self.assertIn(order.name, charge.problem)
                else:
                    self.assertEqual((charge.state, charge.bill_ids, outside.exists()),
                                     ('booked', self.all_bills(order), outside.browse()))

    def test_what_amazon_changed_after_posting_stays_changed(self):
        """The next statement, with a buyer, alters nothing of what is posted."""
        line = TransactionLine(purchase_order_number=self.po.name, total=Decimal('35.00'))
        charge = self.state('35.00', line, transaction_id='T1')
        charge._book()
        self.post(charge.bill_ids)
        less = TransactionLine(purchase_order_number=self.po.name, total=Decimal('30.00'))
        self.state('30.00', less, source='api', transaction_id='T1')
        self.assertEqual((charge.amount, charge.attention), (35, 'changed'))
        self.state('30.00', less, source='api', transaction_id='T1', buyer="Mia")
        self.assertEqual((charge.amount, charge.attention), (35, 'changed'))
        self.assertEqual(charge.line_ids.share_ids.amount, 35)

    def test_the_number_of_an_invoice_that_comes_later_replaces_the_draft(self):
        line = TransactionLine(purchase_order_number=self.po.name, total=Decimal('35.00'))
        charge = self.state('35.00', line)
        charge._book()
        self.assertTrue(charge.bill_ids.amazon_is_from_charge)
        bill = self.typed()
        self.state('35.00', line, source='api', transaction_id='T1', invoice_number='INV-1')
        self.assertEqual((charge.bill_ids, bill.amount_residual), (bill, 0))
        self.assertFalse(self.drafts())

    def test_a_number_that_a_person_typed_stays_on_the_draft(self):
        self.group.marketplace = 'de'
        self.new_tax(19)
        line = TransactionLine(purchase_order_number=self.po.name, total=Decimal('35.00'))
        charge = self.state('35.00', line)
        charge._book()
        bill = charge.bill_ids
        bill.with_user(self.biller).ref = "INV-77"
        self.state('35.00', TransactionLine(
            purchase_order_number=self.po.name, total=Decimal('35.00'), shipment_id='S1'), source='api')
        self.assertEqual((charge.bill_ids, bill.exists().ref, charge.state), (bill, "INV-77", 'booked'))

    def test_two_refunds_of_one_memo_are_two_credits_until_it_comes(self):
        self.post(self.charge(self.po, 35.00).bill_ids)
        line = {'number': 2, 'quantity': 1, 'total': 5.00}
        one = self.refunded(self.po, 5.00, line, invoice_number='CM-1')
        two = self.refunded(self.po, 5.00, line, invoice_number='CM-1', date='2026-03-21')
        self.assertEqual(sum((one | two).credit_ids.mapped('amount_total')), 10)
        memo = self.typed('CM-1', 10.00, 'in_refund')
        self.assertEqual([one.credit_ids, two.credit_ids], [memo, memo])
        self.assertEqual((self.paid(one | two), memo.amount_residual), ([5, 5], 0))

    def test_a_line_below_zero_is_no_bill_of_more_than_was_charged(self):
        charge = self.charge(
            self.po, 15.00, {'number': 1, 'quantity': 2, 'items': 20.00, 'total': 20.00}, {'total': -5.00})
        self.assertEqual((charge.state, charge.bill_ids.amount_total), ('attention', 20))
        bill = charge.bill_ids
        bill.invoice_line_ids.price_unit = 7.50
        self.post(bill)
        self.assertEqual((charge.state, self.paid(charge), bill.amount_residual), ('booked', [15], 0))

    # === FAILURES === #

    def test_a_payment_that_can_not_be_reconciled_is_told(self):
        charge = self.charge(self.po, 35.00)
        with patch.object(type(self.env['account.move.line']), 'reconcile', side_effect=UserError("No journal")):
            self.post(charge.bill_ids)
        self.assertEqual((charge.bill_ids.state, charge.state), ('posted', 'attention'))
        self.assertIn("No journal", charge.problem)
        charge.with_user(self.biller).action_retry()
        self.assertEqual((charge.state, charge.problem, charge.bill_ids.amount_residual), ('booked', False, 0))

    def test_an_order_that_is_locked_delays_no_payment(self):
        """Another transaction books a charge of the same order while a person posts the bill."""
        charge = self.charge(self.po, 35.00)
        self.transact(5.00, order=self.po)
        Orders = type(self.env['purchase.order'])
        bill = charge.bill_ids
        with patch.object(Orders, 'lock_for_update', side_effect=LockError("Cannot grab a lock on records")):
            self.post(bill)
        self.assertEqual((bill.state, self.paid(charge), bill.amount_residual), ('posted', [35], 0))

    def test_a_refund_to_the_bank_does_not_lower_the_bill_that_the_bank_pays(self):
        charge = self.charge(self.po, 35.00, instrument='bank')
        bill = self.post(charge.bill_ids)
        memo = self.typed('CM-1', 5.00, 'in_refund')
        refund = self.refunded(self.po, 5.00, {'number': 2, 'quantity': 1, 'total': 5.00}, instrument='bank',
                               invoice_number='CM-1')
        refund._pay()
        self.assertEqual((refund.credit_ids, bill.amount_residual, memo.amount_residual), (memo, 35, 5))
