"""The statement of the card: which of its lines are Amazon's charges."""
from datetime import date, timedelta

from odoo.service.model import call_kw
from odoo.tests import tagged

from ..booking_case import BookingCase

DAY = date(2026, 3, 10)


@tagged('post_install', '-at_install')
class TestCardStatement(BookingCase):

    def paid(self, amount, identifier=False, day=DAY, kind='charge', **values):
        """Store a charge that is paid: on a bill of its own, without an order, so that hundreds are quick."""
        charge = self.transact(amount, {'title': "Fee", 'order_ref': False, 'total': amount}, kind=kind, date=day,
                               charge_identifier=identifier, **values)
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice' if kind == 'charge' else 'in_refund', 'partner_id': self.vendor.id,
            'invoice_date': day, 'currency_id': charge.currency_id.id, 'amazon_group_id': self.group.id,
            'invoice_line_ids': [(0, 0, {'name': "Fee", 'quantity': 1, 'price_unit': amount, 'tax_ids': [(5, 0, 0)]})]})
        charge.line_ids._share_with(bill)
        charge._settle_state()
        bill.action_post()
        self.assertEqual(charge.payment_ids.amount, amount)
        return charge

    def line(self, amount, text="AMZN Mktp US", day=DAY, **vals):
        return self.env['account.bank.statement.line'].create({
            'journal_id': self.card.id, 'date': day, 'payment_ref': text, 'amount': amount, **vals})

    def dialog(self, journal=None):
        action = (journal or self.card).with_user(self.biller).action_amazon_reconcile()
        return self.env['amazon.punchout.statement'].with_user(self.biller).browse(action['res_id'])

    def test_a_journal_without_a_statement_says_what_to_do(self):
        self.assertIn("has no open lines. Import the statement of the card", self.dialog().note)
        self.line(-12.50)
        self.assertIn("Open lines of the statement: 1.", self.dialog().note)

    def proposed(self, line):
        found = self.dialog().line_ids.filtered(lambda each: each.statement_line_id == line)
        return (found.transaction_id, found.reason, found.is_chosen) if found else None

    def test_the_button_above_the_list_of_charges_opens_the_dialog(self):
        charges = self.env['amazon.punchout.transaction'].with_user(self.biller)
        # As the web client calls it: with the selected charges, of which there may be none.
        action = call_kw(charges, 'action_reconcile_statement', [[]], {})
        self.assertEqual(action['res_model'], 'amazon.punchout.statement')

    def test_the_identifier_comes_first(self):
        one, other = self.paid(20.00, '2K3LM4QR0'), self.paid(20.00, 'ZT5AB6789')
        line = self.line(-20.00, "AMZN MKTP US*ZT5AB6789 SEATTLE")
        self.assertEqual(self.proposed(line), (other, 'identifier', True))
        self.dialog().action_reconcile()
        self.assertTrue(line.is_reconciled)
        self.assertTrue(other.payment_ids.is_matched)
        self.assertFalse(one.payment_ids.is_matched)
        self.assertEqual(other.bill_ids.payment_state, 'paid')

    def test_the_only_charge_of_an_amount_is_it(self):
        charge = self.paid(20.00)
        self.assertEqual(self.proposed(self.line(-20.00, day=DAY + timedelta(days=3))), (charge, 'amount', True))

    def test_two_charges_of_an_amount_are_for_a_person(self):
        self.paid(20.00)
        self.paid(20.00, day=DAY + timedelta(days=1))
        self.assertIsNone(self.proposed(self.line(-20.00)))

    def test_two_lines_of_an_amount_are_for_a_person(self):
        self.paid(20.00)
        self.line(-20.00)
        self.assertIsNone(self.proposed(self.line(-20.00, day=DAY + timedelta(days=1))))

    def test_a_charge_of_another_week_is_not_it(self):
        self.paid(20.00)
        self.assertIsNone(self.proposed(self.line(-20.00, day=DAY + timedelta(days=6))))

    def test_what_another_shop_charged_is_not_chosen(self):
        charge = self.paid(20.00)
        self.assertEqual(self.proposed(self.line(-20.00, "OFFICE WORLD 0815")), (charge, 'other_text', False))

    def test_a_line_that_names_another_charge_is_not_chosen(self):
        charge = self.paid(20.00, '2K3LM4QR0')
        self.assertEqual(self.proposed(self.line(-20.00, "AMZN Mktp US*9X8Y7Z6W5")), (charge, 'other_charge', False))

    def test_an_identifier_with_another_amount_is_not_chosen(self):
        charge = self.paid(20.00, '2K3LM4QR0')
        self.assertEqual(self.proposed(self.line(-21.00, "AMZN*2K3LM4QR0")), (charge, 'differs', False))

    def test_a_refund_is_money_that_comes_in(self):
        refund = self.paid(5.00, kind='refund')
        self.assertIsNone(self.proposed(self.line(-5.00)))
        self.assertEqual(self.proposed(self.line(5.00)), (refund, 'amount', True))

    def test_a_foreign_amount_is_compared_in_its_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        charge = self.paid(20.00, currency_id=euro.id)
        line = self.line(-22.40, foreign_currency_id=euro.id, amount_currency=-20.00)
        self.assertEqual(self.proposed(line), (charge, 'amount', True))
        self.dialog().action_reconcile()
        self.assertTrue(line.is_reconciled)
        self.assertTrue(charge.payment_ids.is_matched)

    def test_another_currency_is_proposed_only_and_core_books_the_difference(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create({
            'currency_id': euro.id, 'name': '2026-01-01', 'rate': 0.9, 'company_id': self.company.id})
        charge = self.paid(20.00, '2K3LM4QR0', currency_id=euro.id)
        line = self.line(-22.40, "AMZN*2K3LM4QR0")
        self.assertEqual(self.proposed(line), (charge, 'currency', False))
        dialog = self.dialog()
        dialog.line_ids.is_chosen = True
        dialog.action_reconcile()
        self.assertTrue(line.is_reconciled)
        self.assertTrue(charge.payment_ids.is_matched)

    def test_a_line_that_is_reconciled_in_part_is_left_alone(self):
        charge = self.paid(20.00, '2K3LM4QR0')
        line = self.line(-20.00, "AMZN*2K3LM4QR0")
        rest = line.with_context(skip_account_move_synchronization=True)._seek_for_lines()[1]
        expense = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        line.with_context(force_delete=True, skip_readonly_check=True).write({'line_ids': [
            (2, rest.id, 0), *((0, 0, {
                'account_id': account.id, 'balance': amount, 'amount_currency': amount, 'name': "Fee"})
                for account, amount in ((rest.account_id, 15.00), (expense, 5.00)))]})
        dialog = self.dialog()
        dialog.line_ids.is_chosen = True
        dialog.action_reconcile()
        self.assertIn("reconciled with something else", dialog.note)
        self.assertIn(expense, line.move_id.line_ids.account_id)
        self.assertFalse(charge.payment_ids.is_matched)

    def test_search_again_with_other_days_proposes_anew(self):
        charge = self.paid(20.00)
        line = self.line(-20.00, "Amazon.com", charge.date + timedelta(days=9))
        dialog = self.dialog()
        self.assertFalse(dialog.line_ids)
        for _twice in range(2):
            dialog.days = 10
            dialog.action_search()
            self.assertEqual((dialog.line_ids.statement_line_id, dialog.line_ids.transaction_id), (line, charge))

    def test_a_bill_that_is_not_posted_is_shown_and_not_chosen(self):
        charge = self.charge(self.two_lines(), 35.00, charge_identifier='2K3LM4QR0')
        self.assertEqual(self.proposed(self.line(-35.00, "AMZN*2K3LM4QR0")), (charge, 'not_posted', False))

    def test_a_statement_of_a_hundred_lines_takes_three_clicks(self):
        """Must show 4. 60 lines name their charge, 37 don't, one is another shop's, two have the same amount."""
        charges = {}
        self.paid(9.99)
        # Without figures on tables that were filled just now, PostgreSQL plans core's search for payments badly.
        self.env.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment")
        for number in range(60):
            charge = self.paid(10 + number % 7, f'ID{number:07}X', DAY + timedelta(days=number % 20))
            charges[self.line(-charge.amount, f"AMZN Mktp US*ID{number:07}X", charge.date + timedelta(days=2))] = charge
        for number in range(37):
            kind = 'refund' if number % 9 == 0 else 'charge'
            charge = self.paid(100 + number / 4, day=DAY + timedelta(days=number % 20), kind=kind)
            amount = charge.amount if kind == 'refund' else -charge.amount
            charges[self.line(amount, "Amazon.com", charge.date + timedelta(days=1))] = charge
        wrong = self.line(-55.55, "OFFICE WORLD 0815")
        self.paid(55.55)
        alike = self.line(-77.00), self.line(-77.00)
        self.paid(77.00), self.paid(77.00)
        dialog = self.dialog()       # the first click
        dialog.action_reconcile()    # and the second
        reconciled = [line for line in charges if line.is_reconciled]
        self.assertEqual(len(reconciled), 97)
        for line, charge in charges.items():
            lines = line.move_id.line_ids
            payments = (lines.matched_debit_ids.debit_move_id | lines.matched_credit_ids.credit_move_id).payment_id
            self.assertEqual(payments, charge.payment_ids)
        self.assertFalse(any(line.is_reconciled for line in (wrong, *alike)))
