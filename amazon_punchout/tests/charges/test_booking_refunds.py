"""What Amazon refunded becomes credits and payments, once."""
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..booking_case import BookingCase
from ..cxml_builder import invoice_line, invoice_xml

LINE = {'number': 2, 'quantity': 1, 'total': 5.00}


@tagged('post_install', '-at_install')
class TestBookingRefunds(BookingCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()

    def paid(self):
        """Book and post a charge of the whole order.

        :return: the bill
        """
        charge = self.charge(self.po, 35.00)
        return self.post(charge.bill_ids)

    def memo(self, number='CM-1', price='5.00', quantity=1, state='processed'):
        document = self.deliver(invoice_xml(
            [(self.po, invoice_line(2, quantity, price))], invoice_id=number, purpose='lineLevelCreditMemo',
            net=str(float(price) * quantity), invoice_date='2026-03-20T00:00:00Z'))
        self.assertEqual(document.state, state, document.reason)
        return self.move(number)

    def credits(self):
        return self.all_bills(self.po).filtered(lambda move: move.move_type == 'in_refund')

    # === CREDITS === #

    def test_a_refund_is_a_draft_credit_and_its_payment_comes_back_to_the_card(self):
        bill = self.paid()
        refund = self.refunded(self.po, 5.00, LINE)
        self.assertEqual(self.outcome(refund), [('booked', "")])
        credit = refund.credit_ids
        self.assertEqual((credit.state, credit.amount_total, credit.amazon_refund_kind), ('draft', 5, 'money'))
        self.assertEqual((credit.reversed_entry_id, str(credit.invoice_date)), (bill, '2026-03-20'))
        self.assertFalse(refund.payment_ids)
        self.post(credit)
        payment = refund.payment_ids
        self.assertEqual(
            (payment.payment_type, payment.amount, payment.journal_id), ('inbound', 5, self.card))
        self.assertEqual((credit.amount_residual, bill.amount_residual), (0, 0))
        self.assertTrue(payment.is_reconciled)

    def test_a_refund_to_a_gift_card_comes_back_to_its_account(self):
        self.paid()
        refund = self.refunded(self.po, 5.00, LINE, instrument='gift_card')
        self.post(refund.credit_ids)
        self.assertEqual(refund.payment_ids.journal_id, self.balance)

    def test_a_refund_waits_until_its_bill_is_posted(self):
        refund = self.refunded(self.po, 5.00, LINE)
        self.assertEqual(self.outcome(refund), [('matched', "")])
        charge = self.charge(self.po, 35.00)
        self.assertFalse(refund.credit_ids)
        self.post(charge.bill_ids)
        self.assertEqual(self.outcome(refund), [('booked', "")])
        self.assertEqual(refund.credit_ids.amount_total, 5)

    def test_a_refund_without_items_is_split_like_a_memo_without_lines(self):
        self.paid()
        refund = self.refunded(self.po, 7.00)
        self.assertEqual(self.outcome(refund), [('booked', "")])
        # 7.00 of 35.00: 4.00 of 20.00, and 3.00 of 15.00.
        self.assertEqual(sorted(refund.credit_ids.invoice_line_ids.mapped('price_total')), [3, 4])

    def test_returned_goods_are_no_longer_billed(self):
        self.receive_goods(self.po)
        self.paid()
        self.send_back(self.po, 2, 1)
        refund = self.refunded(self.po, 5.00, {**LINE, 'refund_reason': "Customer Return"})
        self.assertEqual(refund.credit_ids.amazon_refund_kind, 'goods')
        self.assertEqual(self.billed(self.po), {1: 2, 2: 2})

    # === THE SAME REFUND ON OTHER WAYS === #

    def test_a_refund_is_the_credit_that_a_person_recorded(self):
        bill = self.paid()
        self.record_refund(bill.with_user(self.biller), 2, 5.00)
        credit = self.credits()
        refund = self.refunded(self.po, 5.00, LINE)
        self.assertEqual((refund.credit_ids, self.credits()), (credit, credit))

    def test_what_a_person_records_replaces_the_draft_of_the_refund(self):
        bill = self.paid()
        refund = self.refunded(self.po, 5.00, LINE)
        self.record_refund(bill.with_user(self.biller), 2, 5.00, reference="CM-1")
        self.assertEqual(len(self.credits()), 1)
        self.assertEqual((refund.state, refund.credit_ids.ref), ('booked', "CM-1"))

    def test_a_refund_is_amazons_credit_memo(self):
        self.paid()
        credit = self.memo()
        refund = self.refunded(self.po, 5.00, LINE)
        self.assertEqual((refund.credit_ids, self.credits()), (credit, credit))

    def test_amazons_credit_memo_replaces_the_draft_of_the_refund(self):
        self.paid()
        refund = self.refunded(self.po, 5.00, LINE)
        credit = self.memo()
        self.assertEqual((refund.state, refund.credit_ids, self.credits()), ('booked', credit, credit))

    def test_a_credit_memo_may_be_of_several_refunds(self):
        self.paid()
        one = self.refunded(self.po, 5.00, LINE)
        two = self.refunded(self.po, 5.00, LINE, date='2026-03-21')
        self.assertEqual(len(self.credits()), 2)
        credit = self.memo(quantity=2)
        self.assertEqual(self.credits(), credit)
        self.assertEqual([one.credit_ids, two.credit_ids], [credit, credit])
        self.post(credit)
        self.assertEqual((one | two).payment_ids.mapped('amount'), [5, 5])
        self.assertEqual(credit.amount_residual, 0)

    def test_another_refund_of_the_same_amount_is_another_credit(self):
        bill = self.paid()
        self.record_refund(bill.with_user(self.biller), 2, 5.00, reference="CM-1")
        one = self.refunded(self.po, 5.00, LINE)
        two = self.refunded(self.po, 5.00, LINE, date='2026-03-22')
        self.assertEqual(len(self.credits()), 2)
        self.assertNotEqual(one.credit_ids, two.credit_ids)

    def test_a_credit_memo_waits_for_the_draft_of_a_charge(self):
        charge = self.charge(self.po, 35.00)
        self.memo(state='waiting')
        self.post(charge.bill_ids)
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(self.move('CM-1').reversed_entry_id, charge.bill_ids)

    def test_what_is_paid_by_invoice_is_on_its_invoice_although_amazon_has_credited_that_as_a_whole(self):
        self.invoice(self.po)
        bill = self.post(self.move())
        self.deliver(invoice_xml(
            [(self.po, invoice_line(1, 2, '10.00'), invoice_line(2, 3, '5.00'))], invoice_id='CM-1',
            purpose='lineLevelCreditMemo', net='35.00', invoice_date='2026-03-20T00:00:00Z'))
        self.post(self.move('CM-1'))
        self.assertEqual(bill.payment_state, 'reversed')
        charge = self.charge(self.po, 35.00, instrument='invoice', invoice_number='INV-1')
        for number in ('INV-1', False):
            charge.invoice_number = number
            charge._rebook()
            self.assertEqual((charge.state, charge.bill_ids, charge.payment_ids.ids), ('booked', bill, []))

    def test_the_credited_tax_belongs_to_the_order_although_that_has_no_line_of_it(self):
        self.post(self.charge(self.po, 38.50, {'number': 1, 'quantity': 2, 'items': 20.00, 'tax': 2.00, 'total': 22.00},
                              {'number': 2, 'quantity': 3, 'items': 15.00, 'tax': 1.50, 'total': 16.50}).bill_ids)
        refund = self.refunded(self.po, 5.50, {'number': 2, 'quantity': 1, 'items': 5.00, 'tax': 0.50, 'total': 5.50})
        self.assertEqual(refund.credit_ids.amount_total, 5.50)
        for line in refund.credit_ids.invoice_line_ids:
            self.assertEqual(line.amazon_purchase_line_id.order_id | line.amazon_order_id, self.po, line.name)

    # === MORE THAN WAS BILLED === #

    def test_what_is_refunded_beyond_the_bill_waits_for_a_person(self):
        self.paid()
        refund = self.refunded(self.po, 18.00, {**LINE, 'quantity': 3, 'total': 18.00}, is_over_refund=True)
        self.assertEqual(refund.credit_ids.amount_total, 15)
        self.assertEqual((refund.state, refund.excess_amount), ('attention', 3))
        self.assertIn("3.00 more than was billed", refund.problem)
        with self.assertRaises(AccessError):
            refund.with_user(self.manager).action_book_excess()
        action = refund.with_user(self.biller).action_book_excess()
        dialog = self.env['amazon.punchout.excess'].with_user(self.biller).browse(action['res_id'])
        self.assertIn(dialog.account_id.account_type, ('income', 'income_other'))
        dialog.action_book()
        self.assertEqual(self.outcome(refund), [('booked', "")])
        excess = refund.credit_ids.sorted('id')[-1]
        self.assertEqual((excess.state, excess.amount_total), ('draft', 3))
        self.post(refund.credit_ids)
        self.assertEqual(refund.payment_ids.amount, 18)
        self.assertEqual(sum(refund.credit_ids.mapped('amount_residual')), 0)
