"""Amounts for a whole invoice are split across its orders, and bills of parts add up."""
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, status


@tagged('-at_install', 'post_install')
class TestSharesOfAnInvoice(BillCase):

    def bill(self, *orders, **values):
        """Deliver one invoice for all of these orders."""
        document = self.deliver(invoice_xml(
            [(order, invoice_line(1, 2, '10.00'), invoice_line(2, 3, '5.00')) for order in orders], **values))
        self.assertEqual(document.state, 'processed', document.reason)
        return self.move()

    def shares(self, bill, product, *orders):
        """Return the shipping or tax that is billed of each order."""
        return [sum(bill.invoice_line_ids.filtered(
            lambda line, order=order: line.product_id == product and line.amazon_order_id == order
        ).mapped('price_subtotal')) for order in orders]

    def test_shipping_goes_to_the_orders_as_they_expect_it(self):
        one, two, three = self.two_lines(shipping='4.00'), self.two_lines(), self.two_lines(shipping='2.00')
        bill = self.bill(one, two, three, shipping='6.00', net='111.00')
        self.assertEqual(bill.amount_total, 111)
        self.assertEqual(self.shares(bill, self.group.shipping_product_id, one, two, three), [4, 0, 2])
        self.assertEqual([order.amazon_billed_total for order in (one, two, three)], [39, 35, 37])
        for order in (one, three):
            self.assertEqual(self.service_line(order, 'shipping').qty_invoiced, 1)

    def test_shipping_that_no_order_expects_is_shared_by_what_is_billed_of_each(self):
        one, two = self.two_lines(), self.sent_order([item(price='70.00')])
        document = self.deliver(invoice_xml([
            (one, invoice_line(1, 2, '10.00'), invoice_line(2, 3, '5.00')), (two, invoice_line(1, 1, '70.00'))],
            shipping='1.00', net='106.00'))
        self.assertEqual(document.state, 'processed', document.reason)
        self.assertEqual(self.shares(self.move(), self.group.shipping_product_id, one, two), [0.33, 0.67])
        self.assertEqual(self.move().amount_total, 106)

    def test_estimated_tax_goes_to_the_orders_that_expect_it(self):
        one, two = self.two_lines(tax='3.00'), self.two_lines(tax='1.00')
        bill = self.bill(one, two, tax='4.00', net='74.00')
        self.assertEqual(self.shares(bill, self.group.tax_product_id, one, two), [3, 1])
        self.assertEqual([order.amazon_billed_total for order in (one, two)], [38, 36])

    def test_tax_that_no_order_expects_counts_as_billed_on_each(self):
        one, two = self.two_lines(), self.two_lines()
        bill = self.bill(one, two, tax='4.00', net='74.00')
        self.assertEqual(self.shares(bill, self.group.tax_product_id, one, two), [2, 2])
        self.assertEqual([order.amazon_billed_total for order in (one, two)], [37, 37])

    def test_a_discount_lowers_each_order(self):
        one, two = self.two_lines(), self.two_lines()
        bill = self.bill(one, two, discount='7.00', net='63.00')
        self.assertEqual(bill.amount_total, 63)
        self.assertEqual([order.amazon_billed_total for order in (one, two)], [31.5, 31.5])

    def test_a_credit_of_shipping_finds_the_line_of_its_order(self):
        one, two = self.two_lines(shipping='4.00'), self.two_lines(shipping='2.00')
        bill = self.bill(one, two, shipping='6.00', net='76.00')
        bill.action_post()
        document = self.deliver(invoice_xml(
            [(two, invoice_line(1, '-1', '10.00', reason='return'))], invoice_id='CR-1', purpose='lineLevelCreditMemo',
            shipping='-2.00', net='-12.00', original_invoice_id='INV-1'))
        self.assertEqual(document.state, 'processed', document.reason)
        credited = document.account_move_id.invoice_line_ids.amazon_bill_line_id
        self.assertEqual(
            credited.filtered(lambda line: line.product_id == self.group.shipping_product_id).amazon_order_id, two)


@tagged('-at_install', 'post_install')
class TestBillsOfParts(BillCase):

    def create_bill(self, order):
        before = order.invoice_ids
        order.with_user(self.biller).action_create_invoice()
        return order.invoice_ids - before

    def test_bills_of_parts_of_a_line_with_two_prices_add_up_to_the_order(self):
        order = self.sent_order([item(price='10.01', quantity='3')])
        self.deliver(confirmation_xml(order, [
            (1, 3, status(quantity=2, price='10.01') + status(quantity=1, price='9.99'))], total='30.01'))
        self.assertEqual(order.amount_total, 30.01)
        bills = self.env['account.move']
        for _part in range(3):
            self.receive_goods(order, line1=1)
            bills += self.create_bill(order)
        self.assertEqual(bills.mapped('amount_total'), [10, 10, 10.01])
        self.assertAlmostEqual(sum(bills.mapped('amount_total')), order.amount_total)

    def test_a_price_that_the_accountant_changed_is_not_undone_by_the_next_bill(self):
        order = self.sent_order([item(price='10.00', quantity='2')])
        self.receive_goods(order, line1=1)
        self.create_bill(order).invoice_line_ids.price_unit = 8
        self.receive_goods(order, line1=1)
        self.assertEqual(self.create_bill(order).amount_total, 10)
