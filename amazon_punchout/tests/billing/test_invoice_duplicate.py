"""One invoice is one bill: nothing is posted beside a bill that may be the same."""
from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line


@tagged('post_install', '-at_install')
class TestInvoiceDuplicate(BillCase):

    def setUp(self):
        super().setUp()
        self.group.post_matching_bills = True
        self.po = self.two_lines()
        self.receive_goods(self.po)

    def hand_made(self, ref, amount=35.0, **vals):
        """Enter a bill of Amazon without a link to an order, as accountants do who got it by e-mail, and post it."""
        bill = self.env['account.move'].with_user(self.biller).create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id, 'ref': ref, 'invoice_date': '2026-03-06',
            'invoice_line_ids': [Command.create({'name': "Office supplies", 'price_unit': amount, 'tax_ids': False})],
            **vals,
        })
        bill.action_post()
        return bill.sudo()

    def pay(self, bill):
        wizard = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=bill.ids).create({})
        wizard.action_create_payments()
        self.assertIn(bill.payment_state, ('paid', 'in_payment'))

    def test_a_paid_bill_of_the_number_in_other_letters_is_not_posted_again(self):
        for number, ref in enumerate(("inv-1", " INV-1", "Inv-1\t"), 1):
            with self.subTest(ref):
                order = self.two_lines()
                bill = self.hand_made(ref.replace("1", str(number)), invoice_date=f'2026-03-0{number}')
                self.pay(bill)
                document = self.invoice(order, invoice_id=f'INV-{number}', state='attention')
                self.assertIn(bill.name, document.reason)
                self.assertFalse(self.all_bills(order))

    def test_a_paid_bill_that_agrees_gets_the_document_whatever_the_letters_of_its_number(self):
        self.po.with_user(self.biller).action_create_invoice()
        bill = self.po.invoice_ids
        bill.write({'ref': " inv-1", 'invoice_date': '2026-03-06'})
        bill.action_post()
        self.pay(bill)
        self.invoice(self.po)
        self.assertEqual(self.move(), bill)
        self.assertEqual(self.all_bills(self.po), bill)

    def test_wildcards_in_a_number_find_no_other_bill(self):
        self.hand_made("INVX1", amount=12, invoice_date='2026-02-06')
        self.invoice(self.po, invoice_id="INV_1")
        self.assertEqual(self.move("INV_1").state, 'posted')

    def test_nothing_is_posted_over_the_warning_of_odoo(self):
        bill = self.hand_made("E-mail of Monday")  # of the same vendor, day and amount
        self.invoice(self.po)
        self.assertEqual((self.move().duplicated_ref_ids, self.move().state), (bill, 'draft'))
        self.assertIn(bill.name, self.bill_activities(self.move()).note)

    def test_without_a_warning_it_is_posted(self):
        self.hand_made("E-mail of Monday", invoice_date='2026-03-05')
        self.invoice(self.po)
        self.assertEqual(self.move().state, 'posted')

    def test_a_credit_beside_one_that_may_be_the_same_stays_a_draft(self):
        self.invoice(self.po)
        other = self.hand_made("Refund", amount=10.0, move_type='in_refund', invoice_date='2026-03-08')
        self.invoice(
            self.po, invoice_line(1, -1, '10.00'), invoice_id='CR-1', purpose='lineLevelCreditMemo', net='-10.00',
            original_invoice_id='INV-1', invoice_date='2026-03-08T00:00:00Z')
        self.assertEqual(self.move('CR-1').state, 'draft')
        self.assertIn(other.name, self.bill_activities(self.move('CR-1')).note)
        self.assertEqual(self.move('CR-1').invoice_date, fields.Date.to_date('2026-03-08'))
