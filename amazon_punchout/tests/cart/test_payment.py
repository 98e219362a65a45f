"""The payment method of a group decides how its bills are paid."""
from odoo.tests import tagged

from ..message_case import MessageCase


@tagged('-at_install', 'post_install')
class TestPayment(MessageCase):

    def bill(self):
        order = self.three_lines()
        self.receive_goods(order)
        order.with_user(self.new_user('accountant', 'account.group_account_invoice')).action_create_invoice()
        return order.invoice_ids

    def test_a_card_paid_group_sets_term_and_payment_method_of_its_bills(self):
        card = self.env['account.journal'].create({'name': "Company card", 'type': 'credit', 'code': 'CARD'})
        term = self.env.ref('account.account_payment_term_immediate')
        self.group.write({'payment_method': 'card', 'journal_id': card.id, 'payment_term_id': term.id})
        bill = self.bill()
        self.assertEqual(bill.invoice_payment_term_id, term)
        self.assertTrue(bill.preferred_payment_method_line_id)
        self.assertEqual(bill.preferred_payment_method_line_id.journal_id, card)
        self.assertEqual(bill.preferred_payment_method_line_id.payment_type, 'outbound')

    def test_without_a_journal_the_vendors_own_payment_method_stays(self):
        bank = self.env['account.journal'].create({'name': "Bank", 'type': 'bank', 'code': 'BNKX'})
        self.vendor.property_outbound_payment_method_line_id = bank.outbound_payment_method_line_ids[:1]
        term = self.env.ref('account.account_payment_term_30days')
        self.group.write({'payment_method': 'invoice', 'payment_term_id': term.id})
        bill = self.bill()
        self.assertEqual(bill.invoice_payment_term_id, term)
        self.assertEqual(bill.preferred_payment_method_line_id.journal_id, bank)
