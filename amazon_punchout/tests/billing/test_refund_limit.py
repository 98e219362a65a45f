"""No more is credited than was billed, in total and per line, whichever way a credit comes about."""
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line, item
from ..refund_case import RefundCase


@tagged('-at_install', 'post_install')
class TestRefundLimit(RefundCase):
    # 2 × 10.00, 3 × 5.00 and 1 × 20.00, of which 20.00 is billed for the first line.

    def credit_note(self, bill):
        """Press Credit Note on a bill."""
        before = bill.reversal_move_ids
        wizard = self.env['account.move.reversal'].with_user(self.accountant).with_context(
            active_model='account.move', active_ids=bill.ids).create({'journal_id': bill.journal_id.id})
        wizard.reverse_moves()
        return (bill.reversal_move_ids - before).with_user(self.accountant)

    def assertTooMuch(self, credit, *figures):
        """Check that a credit can't be posted, and that the message has these figures."""
        with self.assertRaises(UserError) as caught:
            credit.action_post()
        for figure in figures:
            self.assertIn(figure, str(caught.exception))
        self.assertEqual(credit.state, 'draft')

    def typed(self, order, number, amount, quantity=1.0, **vals):
        """Type a credit by hand, with core's link to a line of an Amazon order."""
        return self.env['account.move'].with_user(self.accountant).create({
            'move_type': 'in_refund', 'partner_id': self.vendor.id, 'invoice_date': '2026-03-20',
            'invoice_line_ids': [Command.create({
                'name': "By hand", 'quantity': quantity, 'price_unit': amount / abs(quantity), 'tax_ids': False,
                'purchase_line_id': self.line(order, number).id})],
            **vals,
        })

    def test_a_credit_note_after_a_refund_is_too_much(self):
        bill = self.billed(self.three_lines())
        self.refund(bill, 1, 10).action_post()
        credit = self.credit_note(bill)
        self.assertTooMuch(credit, "20.00", "30.00")
        for line in credit.invoice_line_ids[1:]:
            line.unlink()
        self.assertTooMuch(credit, "20.00", "30.00")
        credit.invoice_line_ids.price_unit = 5
        credit.action_post()

    def test_a_reversal_that_is_posted_at_once_is_too_much(self):
        bill = self.billed(self.three_lines())
        self.refund(bill, 1, 10).action_post()
        with self.assertRaisesRegex(UserError, "30.00"):
            bill._reverse_moves([{'invoice_date': '2026-03-21'}], cancel=True)

    def test_a_whole_bill_can_be_reversed_whatever_is_on_it(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        bill = self.billed(order, post=False)
        discount = {'name': "Discount", 'quantity': 1, 'price_unit': -5.5, 'tax_ids': False}
        bill.sudo().write({'invoice_line_ids': [Command.create(discount)]})
        bill.action_post()
        self.credit_note(bill).action_post()
        self.assertEqual((bill.amount_residual, bill.payment_state), (0, 'reversed'))

    def test_one_line_can_not_be_credited_with_more_than_it_costs(self):
        bill = self.billed(self.three_lines())
        credit = self.credit_note(bill)
        credit.invoice_line_ids[1:].unlink()
        credit.invoice_line_ids.price_unit = 11.5
        self.assertTooMuch(credit, "20.00", "23.00")

    def test_shipping_can_not_be_credited_with_more_than_it_costs(self):
        bill = self.billed(self.three_lines(shipping='4.00'))
        credit = self.credit_note(bill)
        credit.invoice_line_ids[:3].unlink()
        credit.invoice_line_ids.price_unit = 5
        self.assertTooMuch(credit, "4.00", "5.00")

    def test_of_two_drafts_the_second_is_too_much(self):
        bill = self.billed(self.three_lines())
        credits = self.credit_note(bill) | self.credit_note(bill)
        credits[0].action_post()
        self.assertTooMuch(credits[1], "20.00", "40.00")

    def test_two_credits_that_are_posted_together_count_both(self):
        bill = self.billed(self.three_lines())
        credits = self.credit_note(bill) | self.credit_note(bill)
        with self.assertRaises(UserError):
            credits.action_post()

    def test_a_credit_that_is_typed_by_hand_counts(self):
        order = self.three_lines()
        bill = self.billed(order)
        self.assertTooMuch(self.typed(order, 1, 23), "20.00", "23.00")
        self.refund(bill, 1, 15).action_post()
        self.assertTooMuch(self.typed(order, 1, 6), "20.00", "21.00")
        self.typed(order, 1, 5).action_post()

    def test_what_a_bill_gives_back_counts(self):
        order = self.three_lines()
        self.refund(self.billed(order), 1, 15).action_post()
        move = self.typed(order, 1, 6, move_type='in_invoice', quantity=-1)
        move.write({'invoice_line_ids': [Command.create({'name': "Else", 'price_unit': 10, 'tax_ids': False})]})
        self.assertTooMuch(move, "20.00", "21.00")
        move.invoice_line_ids[0].price_unit = 5
        move.action_post()

    def test_more_pieces_than_were_billed_can_not_be_credited(self):
        order = self.three_lines()
        self.billed(order)
        self.assertTooMuch(self.typed(order, 1, 9, quantity=3), "2 ×", "3 ")

    def test_create_bill_credits_no_more_than_is_left(self):
        order = self.three_lines()
        bill = self.billed(order)
        self.send_back(order, 1, 1)
        order.action_create_invoice()
        credit = order.invoice_ids.filtered(lambda move: move.move_type == 'in_refund')
        credit.invoice_date = '2026-03-20'
        self.refund(bill, 1, 20).action_post()  # meanwhile
        self.assertTooMuch(credit.with_user(self.accountant), "20.00", "30.00")

    def test_credits_of_other_vendors_are_posted_as_usual(self):
        partner = self.env['res.partner'].create({'name': "Other"})
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': partner.id, 'invoice_date': '2026-03-06',
            'invoice_line_ids': [Command.create({'name': "Thing", 'price_unit': 10, 'tax_ids': False})]})
        bill.action_post()
        credit = self.credit_note(bill)
        credit.invoice_line_ids.price_unit = 12
        credit.action_post()
        self.assertEqual(credit.state, 'posted')


@tagged('-at_install', 'post_install')
class TestMemoLimit(BillCase):

    def setUp(self):
        super().setUp()
        self.group.post_matching_bills = True
        self.po = self.two_lines()
        self.invoice(self.po)  # 2 × 10.00 and 3 × 5.00
        self.assertEqual(self.move().state, 'posted')

    def memo(self, *lines, number=1, net='-10.00'):
        self.invoice(
            self.po, *lines, invoice_id=f'CR-{number}', purpose='lineLevelCreditMemo', original_invoice_id='INV-1',
            net=net, invoice_date=f'2026-03-1{number}T00:00:00Z')
        return self.move(f'CR-{number}')

    def test_a_memo_is_not_posted_before_its_bill(self):
        """A bill that is deleted later would leave a refund of what was never billed."""
        bill = self.move()
        bill.button_draft()
        credit = self.memo(invoice_line(1, -1, '10.00'))
        self.assertEqual((credit.state, credit.amount_total), ('draft', 10))
        self.assertIn(f"{bill.display_name} is not posted yet", self.said(credit))
        bill.action_post()
        credit.action_post()
        self.assertEqual(self.memo(invoice_line(1, -1, '10.00'), number=2).state, 'posted')

    def test_a_memo_of_more_than_its_line_stays_a_draft(self):
        credit = self.memo(invoice_line(1, -2, '11.50'), net='-23.00')
        self.assertEqual(credit.state, 'draft')
        self.assertIn("20.00", self.bill_activities(credit).note)
        self.assertIn("23.00", self.bill_activities(credit).note)

    def test_memos_that_add_up_to_more_than_their_line_stay_drafts(self):
        self.assertEqual(self.memo(invoice_line(1, -1, '10.00')).state, 'posted')
        credit = self.memo(invoice_line(1, -1, '13.00'), number=2, net='-13.00')
        self.assertEqual(credit.state, 'draft')
        self.assertIn("23.00", self.bill_activities(credit).note)

    def test_a_memo_of_more_pieces_than_are_billed_stays_a_draft(self):
        credit = self.memo(invoice_line(1, -3, '2.00', reason='return'), net='-6.00')
        self.assertEqual(credit.state, 'draft')
        self.assertIn("3", self.bill_activities(credit).note)

    def test_a_memo_within_its_line_is_posted(self):
        self.assertEqual(self.memo(invoice_line(1, -2, '10.00'), net='-20.00').state, 'posted')

    def test_a_memo_with_its_whole_sales_tax_is_posted_although_another_line_had_a_discount(self):
        """Credit 20.00 and 1.45 of a bill with 2.18 of tax, of which the cart's tax would give this line only 1.24."""
        order = self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1', tax='1.45'),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2', tax='1.09')], tax='2.54')
        self.invoice(
            order, invoice_line(1, 2, '10.00', tax='1.45'), invoice_line(2, 3, '5.00', discount='5.00', tax='0.73'),
            invoice_id='INV-2', tax='2.18', net='32.18', invoice_date='2026-03-07T00:00:00Z')
        self.assertEqual(self.amounts(self.move('INV-2')), (32.18, 0, 32.18))
        self.invoice(
            order, invoice_line(1, -2, '10.00', tax='-1.45'), invoice_id='CR-2', purpose='lineLevelCreditMemo',
            original_invoice_id='INV-2', tax='-1.45', net='-21.45')
        credit = self.move('CR-2')
        self.assertEqual((credit.state, credit.amount_total), ('posted', 21.45), self.said(credit))
