"""Bill lines begin as core's `_prepare_account_move_line` makes them, which other addons extend."""
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line, item


@tagged('post_install', '-at_install')
class TestBillLinesOfOthers(BillCase):

    def setUp(self):
        super().setUp()
        model = self.env.registry['purchase.order.line']
        original = model._prepare_account_move_line

        def prepare(line, move=False):  # as stock_landed_costs does, with a field of its own
            return {**original(line, move), 'is_downpayment': True}

        self.patch(model, '_prepare_account_move_line', prepare)
        self.po = self.two_lines(shipping='4.00', tax='2.00')

    def marks(self, move):
        return {line.name: line.is_downpayment for line in move.invoice_line_ids}

    def test_the_lines_of_amazons_invoice_keep_what_other_addons_write(self):
        self.invoice(
            self.po, invoice_line(1, 2, '10.00'), invoice_line(2, 3, '5.00'), shipping='4.00', subtotal='35.00',
            net='39.00')
        self.assertEqual(self.amounts(self.move()), (39, 0, 39))
        self.assertEqual(set(self.marks(self.move()).values()), {True}, self.marks(self.move()))

    def test_parts_of_a_charge_keep_it(self):
        account = self.env['account.account'].create({'name': "Pens", 'code': 'PENS1', 'account_type': 'expense'})
        cart = self.make_order([item(price='10.00'), item(asin='B00TEST002', price='5.00')], shipping='4.00')
        self.group.product_id.purchase_method = 'purchase'
        self.line(cart, 1).expense_account_id = account
        cart.with_user(self.buyer).button_confirm()
        self.send()
        cart.action_create_invoice()
        [bill] = cart.invoice_ids
        self.assertEqual(len(bill.invoice_line_ids.filtered(
            lambda line: line.amazon_purchase_line_id.amazon_line_type == 'shipping')), 2)
        self.assertEqual(set(self.marks(bill).values()), {True}, self.marks(bill))

    def test_a_refund_keeps_it(self):
        self.invoice(self.po)
        bill = self.move()
        bill.action_post()
        self.record_refund(bill.with_user(self.biller), 1, 5)
        self.assertEqual(set(self.marks(bill._amazon_credits()).values()), {True})

    def test_core_s_amounts_are_replaced_by_amazons(self):
        self.invoice(self.po, invoice_line(1, 1, '9.00'), net='9.00')
        [line] = self.move().invoice_line_ids
        self.assertEqual((line.quantity, line.price_unit, line.balance, line.discount), (1, 9, 9, 0))
