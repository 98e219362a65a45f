"""A discount on a whole invoice lowers what its items cost."""
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line, item, tax_detail


@tagged('-at_install', 'post_install')
class TestDiscounts(BillCase):

    def taxed_order(self, **kwargs):
        """Make an order of 2 × 10.00 at 19 % and 3 × 5.00 at 7 %."""
        return self.sent_order([
            item(asin='B00TEST001', price='10.00', quantity='2', auxiliary_id='136-1,1', tax='3.80',
                 details=[('19', '3.80', 'subtotalTax')]),
            item(asin='B00TEST002', price='5.00', quantity='3', auxiliary_id='136-1,2', tax='1.05',
                 details=[('7', '1.05', 'subtotalTax')]),
        ], **kwargs)

    def test_each_item_bears_its_part_and_no_line_is_left(self):
        self.group.post_matching_bills = True
        order = self.two_lines()
        self.invoice(order, subtotal='35.00', discount='7.00', net='28.00')
        bill = self.move()
        self.assertEqual(self.numbers(bill), [(1, 2, 16, 0), (2, 3, 12, 0)])
        self.assertEqual((bill.state, bill.amount_total), ('posted', 28), self.said(bill))
        self.assertIn("7.00 (Discount) was split across the items", self.said(bill))
        self.assertEqual(self.billed(order), {1: 2, 2: 3})

    def test_the_cents_add_up(self):
        order = self.two_lines()
        self.invoice(order, subtotal='35.00', discount='0.01', net='34.99')
        self.assertEqual(self.numbers(self.move()), [(1, 2, 19.99, 0), (2, 3, 15, 0)])

    def test_the_taxes_are_computed_on_the_lowered_amounts(self):
        high, low = self.new_tax(19), self.new_tax(7)
        # 20.00 - 4.00 at 19 %, 15.00 - 3.00 at 7 %
        self.invoice(
            self.taxed_order(), invoice_line(1, 2, '10.00', tax='3.04', tax_details=tax_detail(19, '3.04')),
            invoice_line(2, 3, '5.00', tax='0.84', tax_details=tax_detail(7, '0.84')),
            subtotal='35.00', discount='7.00', tax='3.88', net='31.88')
        bill = self.move()
        self.assertEqual(self.numbers(bill), [(1, 2, 16, 3.04), (2, 3, 12, 0.84)])
        self.assertEqual([line.tax_ids for line in bill.invoice_line_ids], [high, low])
        self.assertEqual(self.amounts(bill), (28, 3.88, 31.88))
        bases = {line.tax_line_id: line.tax_base_amount for line in bill.line_ids if line.tax_line_id}
        self.assertEqual(bases, {high: 16, low: 12})
        self.assertFalse(self.bill_activities(bill))

    def test_beside_discounts_of_the_lines(self):
        order = self.two_lines()
        self.invoice(
            order, invoice_line(1, 2, '10.00', discount='3.00'), invoice_line(2, 3, '5.00'),
            subtotal='35.00', discount='7.00', net='28.00')
        # 4.00 over 17.00 and 15.00
        self.assertEqual(self.numbers(self.move()), [(1, 2, 14.87, 0), (2, 3, 13.13, 0)])
        self.assertFalse(self.bill_activities(self.move()))

    def test_a_subtotal_may_be_stated_before_or_after_the_discount_of_a_line(self):
        for number, subtotal in enumerate(('20.00', '17.00'), start=1):
            order = self.two_lines()
            self.invoice(order, invoice_line(1, 2, '10.00', discount='3.00'), invoice_id=f'INV-{number}',
                         subtotal=subtotal, discount='5.00', net='15.00', invoice_date=f'2026-03-0{number}T00:00:00Z')
            self.assertFalse(self.bill_activities(self.move(f'INV-{number}')))

    def test_a_discount_for_free_shipping_that_is_more_than_the_items_stays_a_line(self):
        order = self.sent_order([item(price='1.00')], shipping='4.00')
        self.invoice(order, invoice_line(1, 1, '1.00'), subtotal='1.00', shipping='4.00', discount='4.00', net='1.00')
        bill = self.move()
        self.assertEqual(sorted(bill.invoice_line_ids.mapped('price_subtotal')), [-4, 1, 4])
        self.assertEqual(bill.amount_total, 1)
        self.assertFalse(self.bill_activities(bill))

    def test_valued_goods_enter_the_stock_at_what_they_cost(self):
        category = self.env['product.category'].create({'name': "Valued", 'property_cost_method': 'average'})
        stored = self.env['product.product'].create({
            'name': "Blue pen", 'type': 'consu', 'is_storable': True, 'categ_id': category.id})
        self.env['product.supplierinfo'].create({
            'partner_id': self.vendor.id, 'product_code': 'B00TEST001', 'product_tmpl_id': stored.product_tmpl_id.id})
        self.group.item_policy = 'match'
        order = self.two_lines()
        self.assertEqual(self.line(order, 1).product_id, stored)
        self.receive_goods(order)
        self.assertEqual(stored.total_value, 20)
        self.invoice(order, subtotal='35.00', discount='7.00', net='28.00')
        self.move().action_post()
        self.assertEqual((stored.total_value, stored.standard_price), (16, 8))

    def test_a_credit_of_a_discounted_bill_takes_back_what_was_billed(self):
        order = self.two_lines()
        self.invoice(order, subtotal='35.00', discount='7.00', net='28.00')
        self.move().action_post()
        self.invoice(
            order, invoice_line(1, -2, '10.00', reason='return'), invoice_line(2, -3, '5.00', reason='return'),
            invoice_id='CR-1', purpose='lineLevelCreditMemo', subtotal='-35.00', discount='-7.00', net='-28.00',
            original_invoice_id='INV-1')
        credit = self.move('CR-1')
        self.assertEqual(
            {line.amazon_bill_line_id: line.price_subtotal for line in credit.invoice_line_ids},
            {line: line.price_subtotal for line in self.move().invoice_line_ids})
        self.assertFalse(self.bill_activities(credit))
