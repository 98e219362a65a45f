"""An invoice whose bill is gone, or that was dismissed, is processed again when a person wants that."""
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..bill_case import BillCase


@tagged('post_install', '-at_install')
class TestProcessAgain(BillCase):

    def setUp(self):
        super().setUp()
        self.po = self.two_lines()
        self.document = self.invoice(self.po)

    def press(self, user=None):
        self.document.with_user(user or self.biller).action_process_again()
        return self.move()

    def offered(self):
        self.document.invalidate_recordset()
        return self.document.with_user(self.biller).may_process_again

    def test_a_document_with_its_bill_is_not_offered(self):
        self.assertFalse(self.offered())
        with self.assertRaisesRegex(UserError, "was dismissed, or"):
            self.press()

    def test_a_cancelled_bill_can_be_made_again(self):
        bill = self.move()
        bill.button_cancel()
        self.assertTrue(self.offered())
        self.document.with_user(self.biller).action_process_again()
        again = self.all_bills(self.po) - bill
        self.assertEqual((again.state, again.amount_total, self.document.account_move_id), ('draft', 35, again))
        self.assertEqual((self.document.state, self.billed(self.po)), ('processed', {1: 2, 2: 3}))
        self.assertIn("Process Again", self.said(self.document))
        self.assertFalse(self.offered())

    def test_a_deleted_bill_is_said_and_can_be_made_again(self):
        self.move().with_user(self.biller).unlink()
        self.assertEqual(self.document.state, 'attention')
        self.assertIn("INV-1", self.document.reason)
        self.assertIn("deleted", self.document.reason)
        self.assertTrue(self.activities(self.document, 'amazon_punchout.mail_activity_problem'))
        self.document.with_user(self.biller).action_retry()
        bill = self.move()
        self.assertEqual((self.document.account_move_id, bill.amount_total), (bill, 35))
        self.assertFalse(self.activities(self.document, 'amazon_punchout.mail_activity_problem'))

    def test_a_deleted_bill_that_nobody_wants_is_dismissed(self):
        self.move().unlink()
        self.document.with_user(self.biller)._dismiss("Paid in cash")
        self.assertEqual(self.document.state, 'dismissed')

    def test_a_dismissed_document_can_be_processed_after_all(self):
        self.move().unlink()
        self.document.with_user(self.biller)._dismiss("A mistake")
        self.assertTrue(self.offered())
        bill = self.press()
        self.assertEqual((self.document.state, self.document.account_move_id), ('processed', bill))
        self.assertFalse(self.document.dismissed_by_id or self.document.dismiss_reason)

    def test_only_those_who_decide_about_invoices_may(self):
        self.move().button_cancel()
        for user in (self.buyer, self.other_buyer):
            with self.assertRaises(UserError):
                self.press(user)
        self.assertFalse(self.document.with_user(self.buyer).may_process_again)

    def test_other_messages_are_not_offered(self):
        order_request = self.requests(self.po)
        self.assertFalse(order_request.may_process_again)
        with self.assertRaises(UserError):
            order_request.with_user(self.administrator).action_process_again()
