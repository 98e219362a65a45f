"""What the statements of Pay by Invoice say about invoices, and which of these Odoo lacks."""
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ...transactions import InvoiceFacts, Statement
from ..booking_case import BookingCase


@tagged('post_install', '-at_install')
class TestStatedInvoices(BookingCase):

    def state(self, number='INV-1', **values):
        facts = InvoiceFacts(**{
            'number': number, 'currency': 'USD', 'amount': Decimal('35.00'), 'statement_number': 'ST-3',
            'due_date': date(2026, 4, 5), 'status': 'Issued', **values})
        self.env['amazon.punchout.transaction']._import_statement(
            Statement(kind='reconciliation', invoices=(facts,)), 'report', groups=self.group, fallback=self.group)
        return self.env['amazon.punchout.stated.invoice'].search([('number', '=', number)])

    def on(self, bill):
        return bill.amazon_statement_number, str(bill.amazon_due_date), bill.amazon_payment_status

    def test_a_bill_shows_what_the_statement_says(self):
        order = self.two_lines()
        self.invoice(order)
        due = self.move().invoice_date_due
        self.state()
        self.assertEqual(self.on(self.move()), ('ST-3', '2026-04-05', 'Issued'))
        self.state(status='Past Due')
        self.assertEqual(self.on(self.move()), ('ST-3', '2026-04-05', 'Past Due'))
        self.assertEqual(self.move().invoice_date_due, due)

    def test_an_invoice_that_comes_later_shows_it_too(self):
        stated = self.state()
        self.assertFalse(stated.move_id)
        self.assertIn(stated, stated.search([('move_id', '=', False)]))
        self.invoice(self.two_lines())
        stated.invalidate_recordset()
        self.assertEqual(stated.move_id, self.move())
        self.assertNotIn(stated, stated.search([('move_id', '=', False)]))
        self.assertEqual(self.on(self.move()), ('ST-3', '2026-04-05', 'Issued'))

    def test_a_typed_invoice_counts(self):
        stated = self.state()
        bill = self.env['account.move'].with_user(self.biller).create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id})
        self.assertFalse(stated.move_id)
        bill.ref = 'INV-1'
        stated.invalidate_recordset()
        self.assertEqual(stated.move_id, bill)
        self.assertEqual(bill.amazon_statement_number, 'ST-3')

    def test_the_same_statement_again_changes_nothing(self):
        stated = self.state()
        self.assertEqual(self.state(), stated)
        self.assertEqual(self.state(status=None), stated)
        self.assertEqual((len(stated), stated.status, stated.amount), (1, 'Issued', 35))

    def test_users_do_not_write_what_amazon_says(self):
        self.invoice(self.two_lines())
        self.state()
        self.move().with_user(self.biller).write({'amazon_payment_status': 'Closed', 'amazon_lacks_invoice': True})
        self.assertEqual(self.move().amazon_payment_status, 'Issued')
        self.assertFalse(self.move().amazon_lacks_invoice)
