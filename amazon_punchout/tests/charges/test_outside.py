"""What was bought past the purchasing system, and fees without an order."""
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..booking_case import BookingCase

ELSEWHERE = '222-0000000-0000002'


@tagged('post_install', '-at_install')
class TestOutside(BookingCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paper = cls.env['account.account'].create({
            'name': "Paper", 'code': 'PAPER1', 'account_type': 'expense'})
        cls.env['amazon.punchout.unspsc'].create({'prefix': '1411', 'account_id': cls.paper.id})

    def outside(self, amount=12.50, **values):
        line = {'order_ref': ELSEWHERE, 'title': "Paper", 'unspsc': '14111507', 'total': amount, 'seller': "Paper Inc."}
        return self.transact(amount, line, buyer_email='buyer@example.com', buyer="Buyer Person", **values)

    def dialog(self, charges, user=None):
        action = charges.with_user(user or self.biller).action_bill_outside()
        return self.env['amazon.punchout.outside'].with_user(user or self.biller).browse(action['res_id'])

    def bill(self, charges, **vals):
        dialog = self.dialog(charges)
        dialog.write({'reason': "Urgent", **vals})
        dialog.action_create_bills()
        return charges.bill_ids

    def test_nothing_is_booked_by_itself(self):
        charge = self.outside()
        charge._book()
        self.assertEqual((charge.state, charge.bill_ids), ('outside', self.env['account.move']))

    def test_one_click_makes_a_draft_on_the_account_of_the_category(self):
        self.group.post_matching_bills = True
        charge = self.outside()
        dialog = self.dialog(charge)
        self.assertEqual((dialog.buyer_id, dialog.stated_buyer), (self.buyer, "Buyer Person"))
        self.assertEqual(dialog.line_ids.account_id, self.paper)
        bill = self.bill(charge)
        self.assertEqual((bill.state, bill.amount_total, bill.ref), ('draft', 12.50, ELSEWHERE))
        self.assertEqual(bill.invoice_line_ids.account_id, self.paper)
        self.assertEqual((charge.state, charge.outside_buyer_id, charge.outside_reason),
                         ('booked', self.buyer, "Urgent"))
        self.assertIn("Bought by Buyer Person: Urgent", self.said(bill))
        self.post(bill)
        self.assertEqual((charge.payment_ids.amount, bill.amount_residual), (12.50, 0))

    def test_buyer_and_reason_are_required(self):
        dialog = self.dialog(self.outside())
        with self.assertRaisesRegex(UserError, "why it was not bought"):
            dialog.action_create_bills()
        dialog = self.dialog(self.transact(69.00, {'title': "Business Prime", 'order_ref': False, 'total': 69.00}))
        dialog.reason = "Membership"
        with self.assertRaisesRegex(UserError, "who bought it"):
            dialog.action_create_bills()

    def test_a_buyer_whom_amazon_knows_by_another_address_is_proposed(self):
        self.manager.sudo().amazon_email = 'kim@elsewhere.example'
        charge = self.transact(
            12.50, {'order_ref': ELSEWHERE, 'title': "Paper", 'total': 12.50},
            buyer="Kim Sample", buyer_email='Kim@elsewhere.example')
        self.assertEqual(self.dialog(charge).buyer_id, self.manager)

    def test_a_buyer_who_is_no_user_need_not_be_replaced_by_another_person(self):
        charge = self.transact(
            12.50, {'order_ref': ELSEWHERE, 'title': "Paper", 'unspsc': '14111507', 'total': 12.50},
            buyer="Kim Sample", buyer_email='kim@elsewhere.example')
        self.assertFalse(self.dialog(charge).buyer_id)
        bill = self.bill(charge)
        self.assertFalse(charge.outside_buyer_id)
        self.assertIn("Bought outside Odoo by Kim Sample: Urgent", bill.narration)
        self.assertIn("Bought by Kim Sample: Urgent", self.said(bill))

    def test_card_and_gift_card_of_one_purchase_are_one_bill(self):
        card, gift = self.outside(7.50), self.outside(5.00, instrument='gift_card')
        bill = self.bill(card)
        self.assertEqual((gift.bill_ids, bill.amount_total), (bill, 12.50))
        self.post(bill)
        self.assertEqual((card | gift).payment_ids.journal_id, self.card | self.balance)
        self.assertEqual(bill.amount_residual, 0)

    def test_a_membership_fee_has_no_order(self):
        fee = self.transact(69.00, {'title': "Business Prime", 'order_ref': False, 'total': 69.00})
        bill = self.bill(fee, buyer_id=self.manager.id)
        self.assertEqual((bill.state, bill.amount_total), ('draft', 69))
        self.assertEqual(bill.invoice_line_ids.name, "Business Prime")

    def test_it_is_billed_once(self):
        charge = self.outside()
        dialog = self.dialog(charge)
        self.bill(charge)
        dialog.reason = "Again"
        with self.assertRaisesRegex(UserError, "billed already"):
            dialog.action_create_bills()
        with self.assertRaisesRegex(UserError, "billed already"):
            charge.with_user(self.biller).action_bill_outside()

    def test_a_charge_that_is_corrected_while_the_dialog_is_open_is_looked_at_again(self):
        charge = self.outside()
        dialog = self.dialog(charge)
        dialog.reason = "Urgent"
        charge.write({'amount': 13.50, 'line_ids': [Command.clear(), Command.create({
            'order_ref': ELSEWHERE, 'title': "Paper", 'total': 13.50})]})
        with self.assertRaisesRegex(UserError, "open it again"):
            dialog.action_create_bills()
        self.assertFalse(charge.bill_ids)
        self.assertEqual(self.bill(charge).amount_total, 13.50)

    def test_a_refund_of_it_is_credited_on_its_bill(self):
        self.post(self.bill(self.outside()))
        refund = self.transact(2.50, {'order_ref': ELSEWHERE, 'total': 2.50}, kind='refund', date='2026-03-20')
        refund._book()
        self.assertEqual((refund.state, refund.credit_ids.amount_total), ('booked', 2.50))

    def test_only_invoicing_users_bill_it(self):
        with self.assertRaises(AccessError):
            self.outside().with_user(self.manager).action_bill_outside()
