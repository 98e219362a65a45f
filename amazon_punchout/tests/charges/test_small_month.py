"""A small month, calculated on paper."""
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ...transactions import CARD, GIFT_CARD, INVOICE, Statement, Transaction, TransactionLine
from ..booking_case import BookingCase

# March 2026, USD, sales tax is cost                     card       gift card   bills      credits
# A  2 × 10.00, 3 × 5.00, 20.00, shipping 4.00,
#    tax 5.23 = 64.23, charged in two shipments          24.90                  24.90
#                                                        39.33                  39.33
# B  35.00, of which 20.00 from a gift card              15.00      20.00       35.00
# C  35.00, of which 5.00 came back                      35.00                  35.00
#                                                        -5.00                             5.00
# D  35.00 and                                           70.00                  35.00
# E  35.00, charged together                                                    35.00
# F  35.00, Pay by Invoice, INV-F                                               35.00
# paper, bought outside                                  12.50                  12.50
# membership fee                                         69.00                  69.00
#                                                       ------      -----      ------      ----
#                                                       260.73      20.00      320.73      5.00
#
# Expenses: 320.73 - 5.00 = 315.73. Paid: 260.73 + 20.00 = 280.73. Left to pay: INV-F, 35.00. 280.73 + 35.00 = 315.73.


@tagged('post_install', '-at_install')
class TestSmallMonth(BookingCase):

    def state(self, amount, *lines, day=10, kind='charge', instrument=CARD, **values):
        """Say what a report states of one charge or refund."""
        return Transaction(
            kind=kind, amount=Decimal(amount), currency='USD', date=date(2026, 3, day), instrument=instrument,
            lines=lines, **values)

    def of(self, order, total, **values):
        return TransactionLine(purchase_order_number=order.name, total=Decimal(total), **values)

    def balance_of(self, accounts):
        lines = self.env['account.move.line'].search([
            ('account_id', 'in', accounts.ids), ('parent_state', '=', 'posted'), ('id', '>', self.last_line.id or 0)])
        return round(sum(lines.mapped('balance')), 2)

    def test_the_books_are_what_the_paper_says(self):
        self.last_line = self.env['account.move.line'].search([], order='id desc', limit=1)
        a = self.order()
        b, c, d, e, f = (self.two_lines() for _each in range(5))
        self.invoice(f, invoice_id='INV-F')
        shipped = {'items': Decimal('35.00'), 'shipping': Decimal('1.00'), 'tax': Decimal('3.33')}
        self.assertEqual(sum(shipped.values()), Decimal('39.33'))
        statement = Statement(kind='transactions', transactions=(
            self.state('24.90', self.of(a, '24.90'), day=8),
            self.state('39.33', self.of(a, '39.33'), day=9),
            self.state('15.00', self.of(b, '15.00')),
            self.state('20.00', self.of(b, '20.00'), instrument=GIFT_CARD),
            self.state('35.00', self.of(c, '35.00'), day=11),
            self.state('5.00', self.of(c, '5.00', line_number='2', quantity=Decimal(1)), day=20, kind='refund'),
            self.state('70.00', self.of(d, '35.00'), self.of(e, '35.00'), day=12),
            self.state('35.00', self.of(f, '35.00'), day=13, instrument=INVOICE, invoice_number='INV-F'),
            self.state('12.50', TransactionLine(
                order_ref='222-0000000-0000002', title="Paper", total=Decimal('12.50')), day=14),
            self.state('69.00', TransactionLine(title="Business Prime", total=Decimal('69.00')), day=15),
        ))
        Charges = self.env['amazon.punchout.transaction']
        for _twice in range(2):
            Charges._import_statement(statement, 'report', groups=self.group, fallback=self.group)
            charges = Charges.search([('company_id', '=', self.company.id)])
            self.assertEqual(len(charges), 10)
            charges.filtered(lambda each: each.state == 'matched')._book()
        for outside in charges.filtered(lambda each: each.state == 'outside'):
            dialog = self.env['amazon.punchout.outside'].browse(outside.action_bill_outside()['res_id'])
            dialog.write({'buyer_id': self.buyer.id, 'reason': "Not in the catalogue"})
            dialog.action_create_bills()
        for _bills_then_credits in range(2):
            self.post(charges.share_ids.move_id.filtered(lambda move: move.state == 'draft'))
        self.assertEqual([each.problem for each in charges if each.state != 'booked'], [])
        self.assertEqual(len(charges.bill_ids), 9)
        self.assertEqual(round(sum(charges.bill_ids.mapped('amount_total')), 2), 320.73)
        self.assertEqual(sum(charges.credit_ids.mapped('amount_total')), 5.00)
        waiting = self.card.outbound_payment_method_line_ids.payment_account_id
        self.assertEqual(self.balance_of(waiting), -260.73)
        self.assertEqual(self.balance_of(self.balance.default_account_id), -20.00)
        self.assertEqual(self.balance_of(self.vendor.property_account_payable_id), -35.00)
        self.assertEqual(self.balance_of(charges.bill_ids.invoice_line_ids.account_id), 315.73)
        self.assertEqual(len(charges.payment_ids), 9)
        self.assertEqual(charges.bill_ids.filtered(lambda bill: bill.amount_residual).ref, 'INV-F')
