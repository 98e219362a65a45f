"""Which quantities are still to be billed or credited, and what Create Bills makes of them."""
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, status
from ..refund_case import RefundCase


@tagged('-at_install', 'post_install')
class TestToBill(RefundCase):

    def billed_early(self, order, post=True):
        """Bill everything before it has arrived."""
        order.action_create_invoice()
        bill = order.invoice_ids
        for line in bill.invoice_line_ids:
            line.quantity = line.purchase_line_id.product_qty
        bill.invoice_date = '2026-03-06'
        if post:
            bill.action_post()
        return bill.with_user(self.accountant)

    def receive_two_of_three(self, order):
        """Receive everything but one of the second line, and keep the rest as a back-order."""
        picking = order.picking_ids
        for move in picking.move_ids:
            move.quantity = 2 if move.purchase_line_id.amazon_line_number == 2 else move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return order.picking_ids - picking

    def create_bill(self, order):
        before = order.invoice_ids
        order.with_user(self.accountant).action_create_invoice()
        return order.invoice_ids - before

    def to_bill(self, order):
        return [self.line(order, number).qty_to_invoice for number in (1, 2, 3)]

    # === BILLED, BUT NEVER RECEIVED === #

    def test_billed_goods_that_are_not_received_wait_for_a_credit_once_no_receipt_is_open(self):
        order = self.three_lines()
        self.billed_early(order)
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))
        rest = self.receive_two_of_three(order)
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))
        rest.action_cancel()
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, -1, 0], 'to invoice'))
        credit = self.create_bill(order)
        self.assertEqual((credit.move_type, credit.amazon_refund_kind), ('in_refund', 'goods'))
        self.assertEqual(
            [(line.amazon_purchase_line_id, line.quantity, line.price_subtotal) for line in credit.invoice_line_ids],
            [(self.line(order, 2), 1, 5)])
        self.assertIn("1 × ", self.chatter(credit))
        self.assertIn("billed but not received", self.chatter(credit))
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))

    def test_ordered_quantities_that_are_billed_wait_for_no_credit(self):
        self.group.product_id.purchase_method = 'purchase'
        order = self.three_lines()
        self.billed_early(order)
        rest = self.receive_two_of_three(order)
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))
        rest.action_cancel()
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))  # as core does

    def test_what_amazon_rejects_after_it_was_billed_waits_for_a_credit(self):
        for method in ('receive', 'purchase'):
            with self.subTest(method):
                self.group.product_id.purchase_method = method
                order = self.three_lines()
                self.billed_early(order)
                self.deliver(confirmation_xml(order, [
                    (1, 2, status(quantity=2)), (2, 3, status(quantity=2) + status('reject', 1)),
                    (3, 1, status(quantity=1))], total='50.00'))
                self.assertEqual((self.line(order, 2).product_qty, self.expected(order)), (2, {1: 2, 2: 2, 3: 1}))
                self.assertEqual(self.to_bill(order), [0, -1, 0])  # two can still arrive
                credit = self.create_bill(order)
                self.assertEqual((credit.move_type, credit.amount_total), ('in_refund', 5))
                self.receive_goods(order)
                self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))

    # === RETURNED GOODS AND MONEY === #

    def test_what_money_gave_back_is_not_credited_again_for_returned_goods(self):
        order = self.three_lines()
        bill = self.billed(order)
        self.refund(bill, 1, 10).action_post()  # one of two: Amazon paid, and the goods are sent back
        self.send_back(order, 1, 1)
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))
        self.send_back(order, 1, 1)
        self.assertEqual(self.to_bill(order), [-2, 0, 0])
        credit = self.create_bill(order)
        self.assertEqual((credit.invoice_line_ids.quantity, credit.amount_total), (2, 10))
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))
        credit.invoice_date = '2026-03-20'
        credit.action_post()
        self.assertEqual(order.amazon_refunded_total, 20)

    def test_a_part_of_the_money_lowers_the_credit_of_returned_goods(self):
        order = self.three_lines()
        bill = self.billed(order)
        self.refund(bill, 1, 4).action_post()
        self.send_back(order, 1, 1)
        self.assertEqual((self.to_bill(order), order.invoice_status), ([-1, 0, 0], 'to invoice'))
        credit = self.create_bill(order)
        self.assertEqual((credit.move_type, credit.invoice_line_ids.quantity, credit.amount_total), ('in_refund', 1, 6))
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))

    def test_a_cancelled_refund_gave_nothing_back(self):
        order = self.three_lines()
        self.refund(self.billed(order), 1, 10).button_cancel()
        self.send_back(order, 1, 1)
        self.assertEqual(self.create_bill(order).amount_total, 10)

    def test_the_dialog_proposes_a_return_where_goods_were_sent_back(self):
        order = self.three_lines()
        bill = self.billed(order)
        dialog = self.dialog(bill)
        self.assertEqual((dialog.kind, dialog.line_ids.mapped('quantity')), ('money', [0, 0, 0]))
        self.send_back(order, 2, 2)
        dialog = self.dialog(bill)
        self.assertEqual((dialog.kind, dialog.line_ids.mapped('quantity')), ('goods', [0, 2, 0]))
        dialog.line_ids[1].amount = 10
        self.env['account.move'].browse(dialog.action_record()['res_id']).action_post()
        self.assertEqual((self.to_bill(order), order.invoice_status), ([0, 0, 0], 'invoiced'))
        self.assertEqual(self.dialog(bill).kind, 'money')
