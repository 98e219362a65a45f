"""Amazon's credit memos become draft credits of the right bill, each once."""
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import header_credit_xml, invoice_line, invoice_xml, tax_detail


class CreditCase(BillCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()

    def credit(self, *lines, order=None, **values):
        """Deliver a credit memo of INV-1, by default of one piece of the first line, stated below zero.

        :return: the credit
        """
        lines = lines or (invoice_line(1, -1, '10.00'),)
        values = {'purpose': 'lineLevelCreditMemo', 'invoice_id': 'CR-1', 'original_invoice_id': 'INV-1',
                  'net': '-10.00', **values}
        self.invoice(order or self.po, *lines, **values)
        return self.move(values['invoice_id'])

    def posted(self, move):
        move.invoice_date = move.invoice_date or fields.Date.today()
        move.action_post()
        return move

    def credits(self):
        return self.all_bills(self.po).filtered(lambda move: move.move_type == 'in_refund')


@tagged('post_install', '-at_install')
class TestInvoiceCredit(CreditCase):

    def test_a_credit_is_a_draft_of_its_bill_and_its_lines(self):
        self.invoice(self.po)
        credit = self.credit()
        bill = self.move()
        self.assertEqual(
            (credit.move_type, credit.state, credit.amount_total, credit.ref), ('in_refund', 'draft', 10, 'CR-1'))
        self.assertEqual(credit.reversed_entry_id, bill)
        line = credit.invoice_line_ids
        self.assertEqual((line.quantity, line.price_unit), (1, 10))
        self.assertEqual(line.amazon_purchase_line_id, self.line(self.po, 1))
        self.assertEqual(line.amazon_bill_line_id, bill.invoice_line_ids[0])
        self.assertEqual(line.account_id, bill.invoice_line_ids[0].account_id)

    def test_amounts_may_be_stated_above_or_below_zero(self):
        for number, line, net in (
            (1, invoice_line(1, -1, '10.00'), '-10.00'),
            (2, invoice_line(1, 1, '10.00'), '10.00'),
            (3, invoice_line(1, 1, '-10.00'), '-10.00'),
            (4, invoice_line(1, -1, '10.00'), '10.00'),
        ):
            with self.subTest(f"{number}: {net}"):
                order = self.two_lines()
                self.invoice(order, invoice_id=f'I-{number}')
                credit = self.credit(  # on days of their own: of one day and total, they may be the same
                    line, order=order, invoice_id=f'C-{number}', original_invoice_id=f'I-{number}', net=net,
                    invoice_date=f'2026-03-1{number}T00:00:00Z')
                self.assertEqual((credit.amount_total, credit.invoice_line_ids.quantity), (10, 1))
                self.assertFalse(self.bill_activities(credit))

    def test_money_only_leaves_the_order_billed(self):
        self.receive_goods(self.po)
        self.invoice(self.po)
        credit = self.posted(self.credit())
        self.assertEqual((credit.amazon_refund_kind, self.billed(self.po)), ('money', {1: 2, 2: 3}))
        self.assertFalse(credit.invoice_line_ids.purchase_line_id)
        self.assertEqual(self.po.invoice_status, 'invoiced')

    def test_returned_goods_no_longer_count_as_billed(self):
        self.invoice(self.po)
        credit = self.credit(invoice_line(1, -1, '10.00', reason='return'))
        self.assertEqual((credit.amazon_refund_kind, self.billed(self.po)), ('goods', {1: 1, 2: 3}))
        self.assertEqual(credit.invoice_line_ids.purchase_line_id, self.line(self.po, 1))

    def test_a_change_of_price_is_no_return(self):
        self.invoice(self.po)
        credit = self.credit(invoice_line(1, -2, '5.00', reason='return'), indicators='isPriceAdjustmentInLine="yes"')
        self.assertEqual((credit.amazon_refund_kind, self.billed(self.po)), ('money', {1: 2, 2: 3}))

    def test_a_posted_credit_meets_its_posted_bill(self):
        self.invoice(self.po)
        bill = self.posted(self.move())
        self.posted(self.credit())
        self.assertEqual(bill.amount_residual, 25)

    def test_an_invoice_below_zero_is_a_credit(self):
        self.invoice(self.po)
        credit = self.credit(purpose='standard', subtotal='-10.00')
        self.assertEqual(
            (credit.move_type, credit.amount_total, credit.reversed_entry_id), ('in_refund', 10, self.move()))

    def test_negative_lines_on_an_invoice_stay_there(self):
        self.invoice(self.po, invoice_line(1, 2, '10.00'), invoice_line(2, -1, '5.00'), net='15.00')
        bill = self.move()
        self.assertEqual((bill.move_type, bill.amount_total), ('in_invoice', 15))
        self.assertEqual(self.numbers(bill), [(1, 2, 20, 0), (2, -1, -5, 0)])
        self.assertEqual(self.billed(self.po), {1: 2, 2: 0}, "money was given back, nothing came back")

    def test_a_negative_line_for_goods_that_came_back(self):
        self.invoice(self.po, invoice_line(1, 3, '5.00', line_number=2), net='15.00')
        self.invoice(self.po, invoice_line(1, 2, '10.00'), invoice_line(2, -1, '5.00', reason='return'), net='15.00',
                     invoice_id='INV-2')
        self.assertEqual(self.billed(self.po), {1: 2, 2: 2})

    def test_a_credit_without_lines_is_split_across_those_of_its_bill(self):
        self.invoice(self.po)
        self.deliver(header_credit_xml(self.po, 'CR-1', '7.00', 'INV-1'))
        credit = self.move('CR-1')
        # 20 and 15 of 35: 4.00 and 3.00.
        self.assertEqual(self.numbers(credit), [(1, 1, 4, 0), (2, 1, 3, 0)])
        self.assertEqual(credit.invoice_line_ids.amazon_bill_line_id, self.move().invoice_line_ids)
        self.assertIn("split across", self.said(credit))
        self.assertEqual(self.billed(self.po), {1: 2, 2: 3})

    def test_the_taxes_of_the_bill_are_the_taxes_of_the_credit(self):
        tax = self.new_tax(8.25)
        details = tax_detail('8.25', '1.65')
        self.invoice(self.po, invoice_line(1, 2, '10.00', tax='1.65', tax_details=details), tax='1.65', net='21.65')
        credit = self.credit(invoice_line(1, -1, '10.00', tax='-0.82'), tax='-0.82', net='-10.82')
        self.assertEqual(self.amounts(credit), (10, 0.82, 10.82))
        self.assertEqual(credit.invoice_line_ids.tax_ids, tax)

    def test_a_tax_without_a_tax_of_ours_is_credited_as_it_was_billed(self):
        order = self.two_lines(tax='2.54')
        self.invoice(order, tax='2.54', net='37.54', invoice_id='INV-9')
        credit = self.credit(invoice_line(1, -1, '10.00', tax='-0.73'), order=order, original_invoice_id='INV-9',
                             tax='-0.73', net='-10.73')
        self.assertEqual(self.numbers(credit), [(1, 1, 10, 0), (0, 1, 0.73, 0)])
        self.assertEqual(credit.invoice_line_ids[1].amazon_bill_line_id, self.move('INV-9').invoice_line_ids[2])
        self.assertFalse(credit.invoice_line_ids.purchase_line_id)

    def test_shipping_is_credited_as_it_was_billed(self):
        order = self.two_lines(shipping='4.00')
        self.invoice(order, shipping='4.00', net='39.00', invoice_id='INV-9')
        credit = self.credit(order=order, original_invoice_id='INV-9', shipping='-4.00', net='-14.00')
        self.assertEqual(self.numbers(credit), [(1, 1, 10, 0), (0, 1, 4, 0)])
        self.assertEqual(credit.invoice_line_ids[1].amazon_bill_line_id, self.move('INV-9').invoice_line_ids[2])

    def test_more_than_was_billed_is_a_problem(self):
        self.invoice(self.po, invoice_line(1, 1, '10.00'), net='10.00')
        first = self.credit()
        self.assertFalse(self.bill_activities(first))
        second = self.credit(invoice_id='CR-2')
        self.assertIn("20.00", self.bill_activities(second).note)

    # === WHICH BILL === #

    def test_a_credit_waits_for_the_invoice_that_it_names(self):
        document = self.invoice(self.po, invoice_line(1, -1, '10.00'), invoice_id='CR-1', purpose='lineLevelCreditMemo',
                                net='-10.00', original_invoice_id='INV-1', state='waiting')
        self.assertIn("INV-1", document.reason)
        self.invoice(self.po, invoice_line(1, 1, '10.00'), invoice_id='INV-0', net='10.00')
        self.assertEqual(document.state, 'waiting', "another invoice of the same line is not the one")
        self.invoice(self.po, invoice_line(1, 1, '10.00'), net='10.00')
        self.assertEqual(document.state, 'processed')
        self.assertEqual(self.move('CR-1').reversed_entry_id, self.move())

    def test_a_credit_that_names_no_invoice_waits_for_any_bill(self):
        document = self.invoice(self.po, invoice_line(1, -1, '10.00'), invoice_id='CR-1', purpose='creditMemo',
                                net='-10.00', state='waiting')
        self.assertIn(self.po.name, document.reason)
        self.invoice(self.po)
        self.assertEqual(self.move('CR-1').reversed_entry_id, self.move())

    def test_after_a_day_a_person_looks_at_it(self):
        document = self.invoice(self.po, invoice_line(1, -1, '10.00'), invoice_id='CR-1', purpose='creditMemo',
                                net='-10.00', state='waiting')
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, 'attention')
        self.assertIn("nothing is billed", document.reason)

    def test_a_credit_may_name_the_document_of_its_invoice(self):
        self.invoice(self.po, invoice_line(1, 1, '10.00'), net='10.00', payload_id='first@amazon.example')
        self.invoice(
            self.po, invoice_line(1, 1, '10.00'), invoice_id='INV-2', net='10.00', payload_id='second@amazon.example')
        raw = invoice_xml(
            [(self.po, invoice_line(1, -1, '10.00'))], invoice_id='CR-1', purpose='lineLevelCreditMemo', net='-10.00')
        self.deliver(raw.replace(
            b'</InvoiceDetailRequestHeader>',
            b'<DocumentReference payloadID="second@amazon.example"/></InvoiceDetailRequestHeader>'))
        self.assertEqual(self.move('CR-1').reversed_entry_id, self.move('INV-2'))

    def test_a_credit_of_one_of_several_bills_is_a_problem(self):
        self.invoice(self.po, invoice_line(1, 1, '10.00'), net='10.00')
        self.invoice(self.po, invoice_line(1, 1, '10.00'), invoice_id='INV-2', net='10.00')
        document = self.invoice(self.po, invoice_line(1, -1, '10.00'), invoice_id='CR-1', purpose='lineLevelCreditMemo',
                                net='-10.00', original_invoice_id=None, state='attention')
        self.assertIn("any of", document.reason)
        self.assertFalse(self.credits())

    def test_a_credit_of_one_of_several_bills_goes_to_the_one_with_enough_left(self):
        self.invoice(self.po, invoice_line(1, 1, '10.00'), net='10.00')
        self.invoice(self.po, invoice_line(1, 1, '10.00'), invoice_id='INV-2', net='10.00')
        self.credit()
        second = self.credit(invoice_id='CR-2', original_invoice_id=None)
        self.assertEqual(second.reversed_entry_id, self.move('INV-2'))
        self.assertEqual(second.invoice_line_ids.amazon_bill_line_id, self.move('INV-2').invoice_line_ids)

    def test_a_manually_entered_bill_is_the_one_that_is_refunded(self):
        self.receive_goods(self.po)
        self.po.action_create_invoice()
        credit = self.credit()
        self.assertEqual(credit.reversed_entry_id, self.po.invoice_ids - credit)

    # === NEVER A SECOND CREDIT === #

    def test_the_same_credit_again_changes_nothing(self):
        self.invoice(self.po)
        credit = self.credit()
        self.assertEqual(self.credit(), credit)
        self.assertEqual(self.credits(), credit)

    def by_hand(self, amount=10.0, **vals):
        """Record a refund of the first line of INV-1, as an accountant."""
        before = self.credits()
        self.record_refund(self.move().with_user(self.biller), 1, amount, 'money', **vals)
        return self.credits() - before

    def test_it_meets_the_credit_of_the_same_reference(self):
        self.invoice(self.po)
        self.posted(self.move())
        other, by_hand = self.by_hand(reference='CR-0'), self.by_hand(reference='CR-1')
        self.assertEqual(self.credit(), by_hand)
        self.assertEqual(self.credits(), other | by_hand)
        self.assertIn("was attached here", self.said(by_hand))
        self.assertTrue(
            self.env['ir.attachment'].search([('res_model', '=', 'account.move'), ('res_id', '=', by_hand.id)]))

    def test_it_meets_the_credit_of_the_same_reference_before_its_invoice_is_known(self):
        self.receive_goods(self.po)
        self.po.action_create_invoice()
        bill = self.posted(self.po.invoice_ids)
        self.record_refund(bill.with_user(self.biller), 1, 10.0, 'money', reference='CR-1')
        self.assertEqual(self.credit(original_invoice_id='INV-77'), self.credits())

    def test_else_the_credit_of_the_same_bill_and_amount(self):
        self.invoice(self.po)
        self.posted(self.move())
        other, by_hand = self.by_hand(amount=9.0), self.by_hand()
        self.assertEqual(self.credit(), by_hand)
        self.assertEqual(by_hand.ref, 'CR-1')
        self.assertFalse(other.amazon_invoice_id)

    def test_it_meets_a_credit_that_was_made_with_the_credit_note_button(self):
        self.invoice(self.po)
        bill = self.posted(self.move())
        wizard = self.env['account.move.reversal'].with_user(self.biller).with_context(
            active_model='account.move', active_ids=bill.ids).create({'journal_id': bill.journal_id.id})
        wizard.reverse_moves()
        credit = self.credit(invoice_line(1, -2, '10.00'), invoice_line(2, -3, '5.00'), net='-35.00')
        self.assertEqual(self.credits(), credit)
        self.assertEqual((credit.amount_total, credit.amazon_refund_kind), (35, 'money'))

    def test_in_doubt_a_person_decides(self):
        self.invoice(self.po)
        self.posted(self.move())
        self.by_hand()
        self.by_hand()
        document = self.invoice(self.po, invoice_line(1, -1, '10.00'), invoice_id='CR-1', purpose='lineLevelCreditMemo',
                                net='-10.00', original_invoice_id='INV-1', state='attention')
        self.assertIn("may be any of", document.reason)
        self.assertEqual(len(self.credits()), 2)

    def test_the_same_reference_with_another_amount_is_a_problem(self):
        self.invoice(self.po)
        self.posted(self.move())
        self.by_hand(amount=9.0, reference='CR-1')
        document = self.invoice(self.po, invoice_line(1, -1, '10.00'), invoice_id='CR-1', purpose='lineLevelCreditMemo',
                                net='-10.00', original_invoice_id='INV-1', state='attention')
        self.assertIn("10.00", document.reason)
        self.assertEqual(len(self.credits()), 1)

    def test_a_cancelled_credit_is_not_met(self):
        self.invoice(self.po)
        self.posted(self.move())
        by_hand = self.by_hand()
        by_hand.button_cancel()
        self.assertNotEqual(self.credit(), by_hand)
