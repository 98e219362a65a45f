"""Bills of orders for which Amazon sends no invoices: Create Bills, as usual."""
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..cxml_builder import confirmation_xml, item, status
from ..message_case import MessageCase


@tagged('-at_install', 'post_install')
class TestBilling(MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.new_user('accountant', 'account.group_account_invoice')

    def create_bill(self, order, user=None):
        """Press Create Bills.

        :return: the new bill, in superuser mode
        """
        before = order.invoice_ids
        order.with_user(user or self.accountant).action_create_invoice()
        return order.invoice_ids - before

    def lines(self, bill):
        """Return Amazon line or kind of charge, quantity and amount of each line of a bill."""
        return [(line.amazon_purchase_line_id.amazon_line_number or line.amazon_purchase_line_id.amazon_line_type,
                 line.quantity, line.price_total) for line in bill.invoice_line_ids.sorted('sequence')]

    def charged_order(self):
        """Make an order of 2 × 10.00, 3 × 5.00 and 1 × 20.00, 4.00 for shipping and 4.28 of estimated tax."""
        return self.three_lines(shipping='4.00', tax='4.28')

    # === WHAT IS TO BE BILLED === #

    def test_an_order_just_approved_is_not_waiting_for_bills(self):
        order = self.charged_order()
        self.assertEqual(order.invoice_status, 'no')
        self.assertEqual(set(order.order_line.mapped('qty_to_invoice')), {0})

    def test_shipping_and_tax_go_on_the_first_bill_that_has_an_item(self):
        order = self.charged_order()
        self.receive_goods(order, line2=3)
        self.assertEqual(order.invoice_status, 'to invoice')
        bill = self.create_bill(order, self.buyer)
        self.assertEqual(self.lines(bill), [(2, 3, 15), ('shipping', 1, 4), ('tax', 1, 4.28)])
        self.assertEqual(order.invoice_status, 'invoiced')  # of what has come
        self.receive_goods(order)
        self.assertEqual(order.invoice_status, 'to invoice')
        second = self.create_bill(order)
        self.assertEqual(self.lines(second), [(1, 2, 20), (3, 1, 20)])
        self.assertEqual(order.invoice_status, 'invoiced')
        self.assertEqual(bill.amount_total + second.amount_total, order.amount_total)

    def test_an_order_is_fully_billed_even_if_shipping_was_removed_from_its_bill(self):
        order = self.charged_order()
        self.receive_goods(order)
        bill = self.create_bill(order)
        bill.invoice_line_ids.filtered(
            lambda line: line.amazon_purchase_line_id.amazon_line_type == 'shipping').unlink()
        self.assertEqual(self.service_line(order, 'shipping').qty_invoiced, 0)
        self.assertEqual(order.invoice_status, 'invoiced')

    def test_a_cancelled_bill_leaves_shipping_and_tax_for_the_next(self):
        order = self.charged_order()
        self.receive_goods(order)
        self.create_bill(order).button_cancel()
        self.assertEqual(order.invoice_status, 'to invoice')
        self.assertEqual(self.create_bill(order).amount_total, order.amount_total)

    def test_ordered_quantities_are_billed_immediately_with_shipping_and_tax(self):
        self.group.product_id.purchase_method = 'purchase'
        order = self.charged_order()
        self.assertEqual(order.invoice_status, 'to invoice')
        bill = self.create_bill(order)
        self.assertEqual(bill.amount_total, order.amount_total)
        self.assertEqual(order.invoice_status, 'invoiced')

    def test_goods_that_were_billed_before_they_arrived_wait_for_no_credit(self):
        order = self.charged_order()
        bill = self.create_bill(order)
        # As core does, for users who bill early.
        self.assertEqual([line.quantity for line in bill.invoice_line_ids], [0] * 5)
        for line in bill.invoice_line_ids:
            line.quantity = line.purchase_line_id.product_qty
        self.assertEqual((order.invoice_status, bill.amount_total), ('invoiced', order.amount_total))
        self.receive_goods(order, line1=2)
        self.assertEqual(order.invoice_status, 'invoiced')
        self.receive_goods(order)
        self.assertEqual(order.invoice_status, 'invoiced')

    def test_what_amazon_rejected_is_never_billed(self):
        self.group.product_id.purchase_method = 'purchase'
        order = self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2'), item(asin='B00TEST002', price='5.00', quantity='3')],
            shipping='4.00')
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2)), (2, 3, status('reject', 3, error="Out of stock [Error code: 015-005]")),
        ], total='24.00', shipping='4.00'))
        bill = self.create_bill(order)
        self.assertEqual(self.lines(bill), [(1, 2, 20), ('shipping', 1, 4)])
        self.assertEqual(order.invoice_status, 'invoiced')

    def test_returned_goods_wait_for_a_credit(self):
        order = self.charged_order()
        self.receive_goods(order)
        self.create_bill(order).write({'invoice_date': '2026-03-06'})
        order.invoice_ids.action_post()
        self.send_back(order, 1, 1)
        self.assertEqual((self.line(order, 1).qty_to_invoice, order.invoice_status), (-1, 'to invoice'))
        credit = self.create_bill(order, self.buyer)
        self.assertEqual((credit.move_type, credit.amazon_refund_kind), ('in_refund', 'goods'))
        self.assertEqual(self.lines(credit), [(1, 1, 10)])
        self.assertEqual(order.invoice_status, 'invoiced')

    def test_one_bill_for_two_orders_takes_each_ones_charges(self):
        orders = self.charged_order() | self.charged_order()
        for order in orders:
            self.receive_goods(order)
        orders.with_user(self.accountant).action_create_invoice()
        bill = orders.invoice_ids
        self.assertEqual((len(bill), bill.amount_total), (1, sum(orders.mapped('amount_total'))))
        self.assertEqual(orders.mapped('amazon_billed_total'), [63.28, 63.28])

    def test_other_orders_are_billed_as_usual(self):
        service = self.env['product.product'].create({'name': "Advice", 'type': 'service'})
        goods = self.env['product.product'].create({'name': "Chair", 'type': 'consu', 'purchase_method': 'receive'})
        order = self.env['purchase.order'].create({
            'partner_id': self.vendor.id,
            'order_line': [Command.create({'product_id': product.id, 'product_qty': 2, 'price_unit': 5})
                           for product in (service, goods)]})
        order.button_confirm()
        self.assertEqual(order.invoice_status, 'to invoice')
        self.assertEqual(order.order_line.mapped('qty_to_invoice'), [2, 0])
        bill = self.create_bill(order)
        self.assertEqual(bill.invoice_line_ids.mapped('quantity'), [2, 0])
        self.assertFalse(bill.amazon_group_id or bill.invoice_line_ids.amazon_purchase_line_id)
        bill.invoice_line_ids[1].quantity = 1  # before it has come: core waits for a credit
        self.assertEqual(order.order_line[1].qty_to_invoice, -1)

    # === THE BILL === #

    def test_the_bill_knows_its_amazon_order_and_its_lines(self):
        order = self.charged_order()
        self.deliver(confirmation_xml(order, [
            (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status(quantity=1)),
        ], confirm_id='111-0000000-0000001', total='63.28', shipping='4.00', tax='4.28'))
        self.receive_goods(order)
        bill = self.create_bill(order)
        self.assertEqual(bill.amazon_group_id, self.group)
        self.assertEqual(bill.amazon_order_ref, '111-0000000-0000001')
        self.assertEqual(bill.ref, order.partner_ref)
        for line in bill.invoice_line_ids:
            self.assertEqual(line.amazon_purchase_line_id, line.purchase_line_id)
        self.assertEqual((order.amazon_billed_total, order.amazon_refunded_total), (63.28, 0))

    def test_auto_complete_adds_what_is_billed_and_nothing_else(self):
        order = self.charged_order()
        self.receive_goods(order, line2=3)
        both = self.new_user('both', 'account.group_account_invoice,purchase.group_purchase_user')
        with Form(self.env['account.move'].with_user(both).with_context(default_move_type='in_invoice')) as form:
            form.partner_id = self.vendor
            form.purchase_vendor_bill_id = self.env['purchase.bill.union'].search(
                [('purchase_order_id', '=', order.id)])
        bill = order.invoice_ids
        self.assertEqual(self.lines(bill), [(2, 3, 15), ('shipping', 1, 4), ('tax', 1, 4.28)])
        self.assertEqual(bill.amazon_group_id, self.group)
        self.assertEqual(order.invoice_status, 'invoiced')

    def test_a_line_that_moves_to_a_plain_order_loses_its_amazon_link(self):
        order = self.charged_order()
        self.receive_goods(order)
        bill = self.create_bill(order)
        goods = self.env['product.product'].create({'name': "Chair", 'type': 'consu'})
        other = self.env['purchase.order'].create({
            'partner_id': self.vendor.id, 'order_line': [Command.create({'product_id': goods.id, 'price_unit': 5})]})
        bill.invoice_line_ids[0].purchase_line_id = other.order_line
        self.assertFalse(bill.invoice_line_ids[0].amazon_purchase_line_id)

    def test_an_accountant_without_the_purchase_role_reads_order_and_bill(self):
        order = self.charged_order()
        self.receive_goods(order)
        bill = self.create_bill(order)
        status = order.with_user(self.manager).amazon_status
        self.env.invalidate_all()
        with Form(order.with_user(self.accountant)) as form:
            self.assertEqual(form.amazon_status, status)
            self.assertEqual(form.amazon_billed_total, 63.28)
        with Form(bill.with_user(self.accountant)) as form:
            self.assertEqual(form.amazon_group_id.id, self.group.id)
