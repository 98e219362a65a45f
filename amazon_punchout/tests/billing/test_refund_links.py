"""Credits that are made with Odoo's own button, and credits whose type is changed later."""
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..cxml_builder import item
from ..refund_case import RefundCase


@tagged('-at_install', 'post_install')
class TestRefundLinks(RefundCase):

    def credit_note(self, bill, modify=False, date='2026-03-20'):
        """Press Credit Note on a posted bill.

        :return: what it made: the credit, or the new bill
        """
        wizard = bill.env['account.move.reversal'].with_context(
            active_model='account.move', active_ids=bill.ids).create({'journal_id': bill.journal_id.id, 'date': date})
        wizard.reverse_moves(is_modify=modify)
        return wizard.new_move_ids

    def stored_order(self):
        """Order two of a product of ours at 10.00, valued in stock at average cost.

        :return: the order and the product
        """
        category = self.env['product.category'].create({'name': "Counted", 'property_cost_method': 'average'})
        product = self.env['product.product'].create({
            'name': "Toner", 'type': 'consu', 'is_storable': True, 'categ_id': category.id,
            'purchase_method': 'receive', 'supplier_taxes_id': [Command.clear()]})
        order = self.make_order([item(price='10.00', quantity='2')])
        self.env.cr.execute(  # as if the group matched its items with our products
            "UPDATE purchase_order_line SET product_id = %s WHERE id = %s", [product.id, order.order_line.id])
        self.env.invalidate_all()
        order.with_user(self.buyer).button_confirm()
        self.send()
        return order, product

    # === ODOO'S OWN BUTTON === #

    def test_odoos_own_credit_note_counts_as_money_only(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        bill = self.billed(order)
        credit = self.credit_note(bill)
        self.assertEqual((credit.amazon_refund_kind, credit.amazon_group_id), ('money', self.group))
        self.assertFalse(credit.invoice_line_ids.purchase_line_id)
        self.assertEqual(credit.invoice_line_ids.amazon_purchase_line_id, order.order_line)
        self.assertEqual(credit.invoice_line_ids.amazon_bill_line_id, bill.invoice_line_ids)
        credit.action_post()
        self.assertEqual((bill.payment_state, order.invoice_status), ('reversed', 'invoiced'))
        self.assertEqual(order.amazon_refunded_total, 63.28)
        self.assertEqual({line.refunded - line.billed for line in self.dialog(bill).line_ids}, {0})

    def test_a_replaced_bill_is_not_billed_twice(self):
        for date in ('2026-03-20', '2126-03-20'):
            with self.subTest(date):
                order = self.three_lines(shipping='4.00', tax='4.28')
                bill = self.billed(order)
                new_bill = self.credit_note(bill, modify=True, date=date)
                self.assertEqual((new_bill.move_type, new_bill.state), ('in_invoice', 'draft'))
                self.assertEqual(new_bill.amazon_group_id, self.group)
                self.assertEqual(new_bill.invoice_line_ids.amazon_purchase_line_id, order.order_line)
                self.assertFalse(bill.reversal_move_ids.amazon_refund_kind)
                self.assertEqual([self.line(order, number).qty_invoiced for number in (1, 2, 3)], [2, 3, 1])
                self.assertEqual(order.invoice_status, 'invoiced')
                new_bill.sudo().unlink()
                self.assertEqual([self.line(order, number).qty_invoiced for number in (1, 2, 3)], [0, 0, 0])
                self.assertEqual(order.invoice_status, 'to invoice')

    def test_credit_notes_of_other_bills_work_as_usual(self):
        goods = self.env['product.product'].create({'name': "Chair", 'type': 'consu', 'purchase_method': 'purchase'})
        order = self.env['purchase.order'].create({
            'partner_id': self.vendor.id,
            'order_line': [Command.create({'product_id': goods.id, 'product_qty': 2, 'price_unit': 5})]})
        order.button_confirm()
        order.action_create_invoice()
        order.invoice_ids.write({'invoice_date': '2026-03-06'})
        order.invoice_ids.action_post()
        credit = self.credit_note(order.invoice_ids)
        self.assertFalse(credit.amazon_refund_kind)
        self.assertEqual(credit.invoice_line_ids.purchase_line_id, order.order_line)
        self.assertEqual(order.invoice_status, 'to invoice')

    def test_a_reversed_refund_can_be_recorded_again(self):
        bill = self.billed(self.three_lines())
        credit = self.refund(bill, 1, 20).with_user(self.accountant)
        credit.action_post()
        credit._reverse_moves([{'invoice_date': '2026-03-21'}], cancel=True)
        self.assertEqual(self.dialog(bill).line_ids[0].refunded, 0)
        self.refund(bill, 1, 20)

    # === CHANGING THE TYPE === #

    def test_changing_the_type_to_goods_returned_lowers_the_billed_quantity(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        bill = self.billed(order)
        credit = self.credit_note(bill)
        for post in (False, True):
            with self.subTest(posted=post):
                if post:
                    credit.action_post()
                credit.amazon_refund_kind = 'goods'
                items = order.order_line.filtered(lambda line: line.amazon_line_type == 'item')
                self.assertEqual(credit.invoice_line_ids.purchase_line_id, items)
                self.assertEqual(items.mapped('qty_invoiced'), [0, 0, 0])
                self.assertEqual(order.invoice_status, 'invoiced')  # what came back is not billed again
                credit.amazon_refund_kind = 'money'
                self.assertEqual(items.mapped('qty_invoiced'), [2, 3, 1])
                self.assertEqual(order.invoice_status, 'invoiced')

    def test_a_whole_line_of_money_becomes_a_whole_line_of_goods(self):
        order = self.three_lines()
        credit = self.refund(self.billed(order), 1, 20).with_user(self.accountant)
        credit.amazon_refund_kind = 'goods'
        self.assertEqual(self.line(order, 1).qty_invoiced, 0)

    def test_a_buyer_can_not_change_the_type(self):
        credit = self.credit_note(self.billed(self.three_lines()))
        for user in (self.buyer, self.manager):
            with self.assertRaisesRegex(AccessError, "Only invoicing users"):
                credit.with_user(user).amazon_refund_kind = 'goods'
        credit.with_user(self.buyer).write({'amazon_refund_kind': 'money'})  # a form that repeats what is there

    # === THE STOCK === #

    def test_a_money_only_refund_leaves_the_value_of_the_stock(self):
        order, product = self.stored_order()
        bill = self.billed(order)
        self.assertEqual((product.qty_available, product.total_value), (2, 20))
        self.refund(bill, 1, 4).action_post()
        self.assertEqual((product.qty_available, product.total_value), (2, 20))
        self.assertEqual(self.credit_note(bill).invoice_line_ids.purchase_line_id.ids, [])
        rest = bill.reversal_move_ids.filtered(lambda move: move.state == 'draft')
        rest.invoice_line_ids.price_unit = 8  # 16 of 20: 4 are refunded
        rest.action_post()
        self.assertEqual((product.qty_available, product.total_value), (2, 20))

    def test_the_stock_is_valued_again_when_the_type_is_changed(self):
        order, product = self.stored_order()
        credit = self.refund(self.billed(order), 1, 4).with_user(self.accountant)
        credit.action_post()
        credit.amazon_refund_kind = 'goods'
        self.assertEqual(product.total_value, 26)  # core: 20 - 4 for one that is billed, and 10 for the other
        credit.amazon_refund_kind = 'money'
        self.assertEqual(product.total_value, 20)

    def test_a_return_takes_its_value_with_it(self):
        order, product = self.stored_order()
        bill = self.billed(order)
        self.refund(bill, 1, 10, 'goods', 1).action_post()
        self.send_back(order, 1, 1)
        self.assertEqual((product.qty_available, product.total_value), (1, 10))
        self.assertEqual((self.line(order, 1).qty_to_invoice, order.invoice_status), (0, 'invoiced'))
