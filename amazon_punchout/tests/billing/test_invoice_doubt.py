"""If it is unclear what an invoice or a credit is about, a person decides, and nothing is booked twice."""
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import confirmation_xml, invoice_line, status


@tagged('post_install', '-at_install')
class TestInvoiceDoubt(BillCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()

    def posted(self, invoice_id='INV-1', **values):
        self.invoice(self.po, invoice_id=invoice_id, **values)
        bill = self.move(invoice_id)
        bill.action_post()
        return bill

    def memo(self, net='-10.00', price='10.00', state='processed', **values):
        """Deliver a credit memo of one piece of the first line."""
        return self.invoice(self.po, invoice_line(1, -1, price, currency=values.get('currency', 'USD')), **{
            'invoice_id': 'CR-1', 'purpose': 'lineLevelCreditMemo', 'original_invoice_id': 'INV-1', 'net': net,
            'state': state, **values})

    def refunded(self, bill, *amounts, reference=False):
        """Record refunds of the first line, as an accountant."""
        for amount in amounts:
            self.record_refund(bill.with_user(self.accountant), 1, amount, reference=reference)
        return bill.reversal_move_ids

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.new_user('doubtful', 'account.group_account_invoice')

    # === NEVER A SECOND CREDIT === #

    def test_two_refunds_by_hand_may_be_the_one_of_amazon(self):
        bill = self.posted()
        by_hand = self.refunded(bill, 4.0, 6.0)
        document = self.memo(state='attention')
        self.assertIn("may already be recorded", document.reason)
        self.assertEqual(bill.reversal_move_ids, by_hand)

    def test_a_refund_by_hand_that_differs_by_a_cent_may_be_the_one_of_amazon(self):
        bill = self.posted()
        by_hand = self.refunded(bill, 10.0)
        document = self.memo(net='-10.01', price='10.01', state='attention')
        self.assertEqual(bill.reversal_move_ids, by_hand)
        by_hand.ref = 'R-OTHER'
        document.with_user(self.manager).action_retry()
        self.assertEqual(document.state, 'processed')
        self.assertEqual(len(bill.reversal_move_ids), 2)

    def test_a_refund_by_hand_on_one_of_two_bills_is_met(self):
        self.invoice(self.po, invoice_line(1, 1, '10.00'), net='10.00')
        self.invoice(self.po, invoice_line(1, 1, '10.00'), invoice_id='INV-2', net='10.00')
        for number in ('INV-1', 'INV-2'):
            self.move(number).action_post()
        by_hand = self.refunded(self.move('INV-2'), 10.0)
        self.memo(original_invoice_id=None)
        self.assertEqual(self.move('CR-1'), by_hand)
        self.assertFalse(self.move('INV-1').reversal_move_ids)

    # === MORE THAN ALLOWED === #

    def test_billing_what_amazon_has_rejected_is_a_problem(self):
        self.group.post_matching_bills = True
        self.reject_one()
        self.invoice(self.po)
        bill = self.move()
        self.assertEqual(bill.state, 'draft')
        self.assertIn("rejected", self.bill_activities(bill).note)

    def test_more_returned_than_billed_is_a_problem(self):
        self.posted()
        self.invoice(self.po, invoice_line(1, -3, '5.00', reason='return'), invoice_id='CR-1',
                     purpose='lineLevelCreditMemo', original_invoice_id='INV-1', net='-15.00')
        self.assertIn("returns 3", self.bill_activities(self.move('CR-1')).note)

    def test_a_credit_in_another_currency_is_a_problem(self):
        self.env.ref('base.EUR').active = True
        bill = self.posted()
        self.memo(currency='EUR', net=None, subtotal=None)
        self.assertIn("EUR", self.bill_activities(self.move('CR-1')).note)
        refundable = bill._amazon_refundable()
        self.assertNotEqual(refundable[bill.invoice_line_ids[0]].refunded, 0)

    def test_nothing_is_posted_without_a_stated_total(self):
        self.group.post_matching_bills = True
        self.invoice(self.po, subtotal='35.00', net=None)
        self.assertEqual(self.move().state, 'draft')
        self.invoice(self.two_lines(), invoice_id='INV-2', invoice_date='2026-03-07T00:00:00Z')
        self.assertEqual(self.move('INV-2').state, 'posted')

    # === REJECTED AFTER IT WAS BILLED === #

    def test_an_order_that_was_billed_and_credited_can_be_rejected(self):
        bill = self.posted()
        document = self.reject_all()
        self.assertEqual((document.state, self.po.amazon_state), ('attention', 'sent'))
        bill._reverse_moves([{'invoice_date': bill.invoice_date}]).action_post()
        document.with_user(self.manager).action_retry()
        self.assertEqual((document.state, self.po.amazon_state), ('processed', 'cancelled'), document.reason)
        self.assertEqual(self.expected(self.po), {1: 0, 2: 0})
        self.assertIn("cancelled by Amazon", self.po.amazon_status)
        self.assertFalse(self.po.amazon_change, "it would be found by the filter Amazon: Changed")

    def reject_one(self):
        return self.deliver(confirmation_xml(self.po, [
            (1, 2, status(quantity=1), status('reject', 1)), (2, 3, status(quantity=3))]))

    def reject_all(self):
        return self.deliver(confirmation_xml(self.po, [(1, 2, status('reject', 2)), (2, 3, status('reject', 3))],
                                             confirm_id=None))
