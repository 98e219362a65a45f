"""Refunds that Amazon announces by e-mail only, as an accountant records them.

The expected amounts are calculated beside each test, not taken from the code.
"""
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..cxml_builder import item
from ..refund_case import RefundCase


@tagged('-at_install', 'post_install')
class TestRefund(RefundCase):

    def vat_order(self, rate='19.00', price='9.99', quantity='3', **cart):
        """Make an order of one line with a purchase tax of ours."""
        self.new_tax(float(rate))
        net = round(float(price) * int(quantity), 2)
        tax = str(round(net * float(rate) / 100 + 1e-9, 2))
        return self.sent_order([
            item(price=price, quantity=quantity, tax=tax, details=[(rate, tax, 'subtotalTax')])], tax=tax, **cart)

    # === THE AMOUNT === #

    def test_an_amount_with_tax_becomes_net_and_the_bills_own_tax(self):
        # 3 × 9.99 = 29.97, 19 % 5.69 (5.6943): 35.66. One back: 11.89 = 9.99 + 1.90 (1.8981).
        bill = self.billed(self.vat_order())
        self.assertEqual(bill.amount_total, 35.66)
        credit = self.refund(bill, 1, 11.89, reference="CR-1", date='2026-03-20')
        self.assertEqual((credit.move_type, credit.state), ('in_refund', 'draft'))
        self.assertEqual((credit.amount_untaxed, credit.amount_tax, credit.amount_total), (9.99, 1.90, 11.89))
        self.assertEqual((credit.ref, credit.invoice_date), ("CR-1", fields.Date.to_date('2026-03-20')))
        line, billed = credit.invoice_line_ids, bill.invoice_line_ids
        self.assertEqual((line.account_id, line.tax_ids), (billed.account_id, billed.tax_ids))
        self.assertEqual(line.amazon_bill_line_id, billed)
        self.assertEqual(line.amazon_purchase_line_id, billed.purchase_line_id)
        self.assertFalse(line.purchase_line_id)
        self.assertEqual(credit.amazon_group_id, self.group)

    def test_every_cent_that_amazon_may_state_is_met(self):
        bill = self.billed(self.vat_order(price='0.10', quantity='9'))
        total = 0.0
        for cents in range(1, 14):
            credit = self.refund(bill, 1, cents / 100)
            self.assertEqual(credit.amount_total, cents / 100)
            self.assertTrue(all(line.price_unit >= 0 for line in credit.invoice_line_ids))
            total += cents / 100
        self.assertEqual(round(total, 2), 0.91)  # of 9 × 0.10 + 0.17 = 1.07
        left = self.refund(bill, 1, 0.16)
        self.assertEqual(left.amount_total, 0.16)
        with self.assertRaisesRegex(UserError, "more than was billed"):
            self.refund(bill, 1, 0.01)

    def test_a_refund_is_in_the_currency_of_its_bill(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].search([('currency_id', '=', euro.id)]).unlink()
        self.env['res.currency.rate'].create({
            'currency_id': euro.id, 'name': '2026-01-01', 'rate': 0.5, 'company_id': self.company.id})
        bill = self.billed(self.vat_order(price='0.10', quantity='9', currency='EUR'))
        for cents in (5, 6, 9):
            credit = self.refund(bill, 1, cents / 100)
            self.assertEqual((credit.currency_id, credit.amount_total), (euro, cents / 100))
            self.assertEqual(credit.amount_total_signed, cents / 50)
            credit.action_post()
        self.assertEqual(bill.amount_residual, 0.87)  # 1.07 - 0.20

    def test_a_tax_that_is_in_the_price_stays_in_it(self):
        order = self.sent_order([item(price='10.00', quantity='2')])
        bill = self.billed(order, post=False)
        bill.sudo().invoice_line_ids.tax_ids = self.new_tax(19, price_include_override='tax_included')
        bill.action_post()
        self.assertEqual((bill.amount_untaxed, bill.amount_total), (16.81, 20))
        credit = self.refund(bill, 1, 5)
        # 5.00 / 1.19 = 4.20
        self.assertEqual((credit.amount_untaxed, credit.amount_tax, credit.amount_total), (4.20, 0.80, 5))

    def test_an_estimated_tax_is_refunded_with_its_item(self):
        # 20 + 15 + 20 = 55, shipping 4, tax 4.28: 7.25 % of 59. Item 1 with tax: 20 + 1.45.
        bill = self.billed(self.three_lines(shipping='4.00', tax='4.28'))
        credit = self.refund(bill, 1, 10.73)
        self.assertEqual(credit.invoice_line_ids.amazon_purchase_line_id.mapped('amazon_line_type'), ['item', 'tax'])
        self.assertEqual(credit.invoice_line_ids.mapped('price_total'), [10, 0.73])
        rest = self.refund(bill, 1, 10.72)
        self.assertEqual(rest.amount_total, 10.72)
        with self.assertRaisesRegex(UserError, "more than was billed"):
            self.refund(bill, 1, 0.02)

    def test_an_estimated_tax_belongs_to_the_items_as_the_cart_said(self):
        order = self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='1', tax='1.00', auxiliary_id='136-1,1'),
            item(asin='B00TEST002', price='10.00', quantity='1', tax='0.00', auxiliary_id='136-1,2'),
        ], tax='1.00')
        bill = self.billed(order)
        dialog = self.dialog(bill)
        self.assertEqual(dialog.line_ids.mapped('billed'), [11, 10])
        with self.assertRaisesRegex(UserError, "more than was billed"):
            self.refund(bill, 2, 10.50)
        self.assertEqual(self.refund(bill, 1, 11).invoice_line_ids.mapped('price_total'), [10, 1])

    def test_shipping_is_a_line_of_its_own(self):
        bill = self.billed(self.three_lines(shipping='4.00'))
        dialog = self.dialog(bill)
        dialog.line_ids.filtered(
            lambda line: line.bill_line_id.amazon_purchase_line_id.amazon_line_type == 'shipping').amount = 4
        dialog.line_ids[0].amount = 20
        credit = self.env['account.move'].browse(dialog.action_record()['res_id'])
        self.assertEqual(credit.amount_total, 24)
        self.assertEqual(
            credit.invoice_line_ids.amazon_purchase_line_id.mapped('amazon_line_type'), ['item', 'shipping'])

    def test_the_whole_bill_is_refunded_to_the_last_cent(self):
        self.new_tax(19)
        # 3 × 3.33 = 9.99 and 1.90; 1 × 0.05 and 0.01; shipping 1.99 and 0.38: 14.32.
        order = self.sent_order([
            item(asin='B00TEST001', price='3.33', quantity='3', auxiliary_id='136-1,1', tax='1.90',
                 details=[('19.00', '1.90', 'subtotalTax')]),
            item(asin='B00TEST002', price='0.05', quantity='1', auxiliary_id='136-1,2', tax='0.39',
                 details=[('19.00', '0.01', 'subtotalTax'), ('19.00', '0.38', 'shippingTax')]),
        ], shipping='1.99', tax='2.29')
        bill = self.billed(order)
        self.assertEqual(bill.amount_total, 14.32)
        dialog = self.dialog(bill)
        self.assertEqual(round(sum(dialog.line_ids.mapped('billed')), 2), 14.32)
        for line in dialog.line_ids:
            line.amount = line.billed
        credit = self.env['account.move'].browse(dialog.action_record()['res_id'])
        self.assertEqual(credit.amount_total, 14.32)
        credit.action_post()
        self.assertEqual((bill.amount_residual, bill.payment_state), (0, 'reversed'))

    def test_a_discount_of_the_bill_lowers_what_can_be_refunded(self):
        bill = self.billed(self.three_lines(), post=False)
        discount = {'name': "Discount", 'quantity': 1, 'price_unit': -5.5, 'tax_ids': False}
        bill.sudo().write({'invoice_line_ids': [Command.create(discount)]})
        bill.action_post()
        # 55.00 - 5.50: a tenth off everything, so 18.00 of 20.00.
        self.assertEqual(self.dialog(bill).line_ids.mapped('billed'), [18, 13.5, 18])
        credit = self.refund(bill, 1, 18)
        self.assertEqual(credit.amount_total, 18)
        with self.assertRaisesRegex(UserError, "more than was billed"):
            self.refund(bill, 1, 2)

    # === SEVERAL REFUNDS === #

    def test_refunds_of_one_line_add_up_and_drafts_count(self):
        bill = self.billed(self.three_lines())
        self.refund(bill, 1, 15)
        with self.assertRaisesRegex(UserError, "refund of .*6.00 would be more than was billed"):
            self.refund(bill, 1, 6)
        self.assertEqual(self.dialog(bill).line_ids[0].refunded, 15)
        first = bill.reversal_move_ids
        self.refund(bill, 1, 5).action_post()
        first.button_cancel()
        self.assertEqual(self.dialog(bill).line_ids[0].refunded, 5)
        self.refund(bill, 1, 15)

    def test_a_posted_refund_is_reconciled_with_its_bill(self):
        order = self.three_lines()
        bill = self.billed(order)
        self.refund(bill, 1, 15).action_post()
        self.assertEqual(bill.amount_residual, 40)
        self.assertEqual((order.amazon_billed_total, order.amazon_refunded_total), (55, 15))

    def test_a_refund_from_the_order_finds_the_bills(self):
        order = self.three_lines()
        self.receive_goods(order, line1=2)
        order.action_create_invoice()
        order.invoice_ids.write({'invoice_date': '2026-03-06'})
        order.invoice_ids.action_post()
        first = order.invoice_ids
        second = self.billed(order).sudo()
        dialog = self.dialog(order.with_user(self.accountant))
        self.assertEqual(dialog.line_ids.move_id, first | second)
        for line in dialog.line_ids:
            line.amount = 1
        action = dialog.action_record()
        credits = self.env['account.move'].search(action['domain'])
        self.assertEqual(
            {(credit.reversed_entry_id, credit.amount_total) for credit in credits}, {(first, 1), (second, 2)})
        self.assertIn("was recorded for", self.chatter(order))
        self.assertEqual(order.invoice_ids, first | second | credits)

    # === WHAT BECOMES OF THE ORDER === #

    def test_after_a_money_only_refund_the_order_waits_for_no_bill(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        bill = self.billed(order)
        self.refund(bill, 1, 10).action_post()
        self.assertEqual((order.invoice_status, self.line(order, 1).qty_invoiced), ('invoiced', 2))

    def test_after_a_return_the_order_agrees_with_the_receipts_whenever_the_goods_leave(self):
        for first in ('refund', 'goods'):
            with self.subTest(first):
                order = self.three_lines()
                bill = self.billed(order)
                if first == 'goods':
                    self.send_back(order, 1, 1)
                    self.assertEqual(order.invoice_status, 'to invoice')  # the credit is waited for
                credit = self.refund(bill, 1, 10, 'goods', 1)
                credit.action_post()
                self.assertEqual(self.line(order, 1).qty_invoiced, 1)
                self.assertEqual(order.invoice_status, 'invoiced')
                if first == 'refund':
                    self.send_back(order, 1, 1)
                self.assertEqual((self.line(order, 1).qty_received, self.line(order, 1).qty_invoiced), (1, 1))
                self.assertEqual((self.line(order, 1).qty_to_invoice, order.invoice_status), (0, 'invoiced'))

    def test_after_a_return_nothing_is_billed_again_if_ordered_quantities_are_billed(self):
        self.group.product_id.purchase_method = 'purchase'
        order = self.three_lines(shipping='4.00')
        bill = self.billed(order)
        self.refund(bill, 1, 20, 'goods', 2)
        self.assertEqual((self.line(order, 1).qty_invoiced, order.invoice_status), (0, 'invoiced'))

    def test_what_comes_after_a_return_is_billed(self):
        order = self.three_lines()
        self.receive_goods(order, line1=1)
        order.action_create_invoice()
        order.invoice_ids.write({'invoice_date': '2026-03-06'})
        order.invoice_ids.action_post()
        self.refund(order.invoice_ids.with_user(self.accountant), 1, 10, 'goods', 1)
        self.send_back(order, 1, 1)
        self.assertEqual((self.line(order, 1).qty_to_invoice, order.invoice_status), (0, 'invoiced'))
        picking = order.picking_ids.filtered(lambda each: each.state == 'assigned')
        picking.button_validate()
        self.assertEqual(self.line(order, 1).qty_received, 1)
        self.assertEqual(self.line(order, 1).qty_to_invoice, 1)

    def test_more_than_was_billed_can_not_be_returned(self):
        bill = self.billed(self.three_lines())
        self.refund(bill, 1, 10, 'goods', 1)
        with self.assertRaisesRegex(UserError, "more can't be returned"):
            self.refund(bill, 1, 10, 'goods', 2)
        with self.assertRaisesRegex(UserError, "Enter the returned quantity"):
            self.refund(bill, 1, 10, 'goods', 0)

    # === BEFORE THERE IS A BILL === #

    def test_nothing_billed_yet_says_so_and_offers_to_bill(self):
        order = self.three_lines()
        self.receive_goods(order)
        dialog = self.dialog(order.with_user(self.accountant))
        self.assertTrue(dialog.is_unbilled)
        self.assertIn("Create the bill first", dialog.problem)
        with self.assertRaisesRegex(UserError, "Create the bill first"):
            dialog.action_record()
        dialog.action_create_bill()
        self.assertEqual(order.invoice_ids.amount_total, 55)

    def test_a_draft_bill_is_corrected_instead(self):
        order = self.three_lines()
        bill = self.billed(order, post=False)
        for record in (bill, order.with_user(self.accountant)):
            dialog = self.dialog(record)
            self.assertIn("is still a draft", dialog.problem)
            self.assertFalse(dialog.is_unbilled or dialog.line_ids)

    def test_nothing_below_zero_is_refunded(self):
        bill = self.billed(self.three_lines())
        with self.assertRaisesRegex(UserError, "greater than zero"):
            self.refund(bill, 1, -5)
        with self.assertRaisesRegex(UserError, "Enter the refunded amount"):
            self.refund(bill, 1, 0)

    # === WHO MAY === #

    def test_a_buyer_can_not_record_refunds(self):
        order = self.three_lines()
        bill = self.billed(order)
        for record in (order, bill):
            for user in (self.buyer, self.manager):
                with self.assertRaisesRegex(AccessError, "Only invoicing users"):
                    record.with_user(user).action_amazon_refund()
        dialog = self.dialog(bill)
        with self.assertRaises(AccessError):
            dialog.with_user(self.buyer).action_record()

    def test_an_accountant_of_another_company_can_not_either(self):
        bill = self.billed(self.three_lines())
        company, _group, _warehouse = self.make_company("Elsewhere")
        stranger = self.new_user('stranger', 'account.group_account_invoice')
        stranger.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        with self.assertRaises(AccessError):
            bill.with_user(stranger).action_amazon_refund()

    def test_the_dialog_can_be_filled_in(self):
        dialog = self.dialog(self.billed(self.three_lines()))
        with Form(dialog) as form:
            form.kind = 'goods'
            form.reference = "CR-7"
            with form.line_ids.edit(0) as line:
                line.amount = 10
                line.quantity = 1
            self.assertEqual(form.amount_total, 10)
        credit = self.env['account.move'].browse(dialog.action_record()['res_id'])
        self.assertEqual((credit.ref, credit.amazon_refund_kind, credit.amount_total), ("CR-7", 'goods', 10))
