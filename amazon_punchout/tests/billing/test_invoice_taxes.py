"""The taxes of a bill are those that Amazon states, to the cent."""

from odoo.fields import Date
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line, item, tax_detail


@tagged('post_install', '-at_install')
class TestInvoiceTaxes(BillCase):

    def taxed(self, number, quantity, price, tax, rate='10', **values):
        return invoice_line(number, quantity, price, tax=tax, tax_details=tax_detail(rate, tax), **values)

    def taxed_order(self, rate='10', prices=('10.00', '5.00'), **cart):
        """Make an order of 2 and 3 pieces, by default at 10.00 and 5.00, whose cart matched a purchase tax."""
        one, two = (str(round(count * float(price) * int(rate) / 100, 2))
                    for count, price in zip((2, 3), prices, strict=True))
        return self.sent_order([
            item(asin='B00TEST001', price=prices[0], quantity='2', auxiliary_id='136-1,1', tax=one,
                 details=[(rate, one, 'subtotalTax')]),
            item(asin='B00TEST002', price=prices[1], quantity='3', auxiliary_id='136-1,2', tax=two,
                 details=[(rate, two, 'subtotalTax')]),
        ], tax=str(float(one) + float(two)), **cart)

    def rounded_up(self, invoice_id='INV-1', **values):
        """Bill 10% of 20.02 and of 15.03, which is 2.00 and 1.50 in Odoo; Amazon rounds both up."""
        self.invoice(self.taxed_order(prices=('10.01', '5.01')), self.taxed(1, 2, '10.01', '2.01'),
                     self.taxed(2, 3, '5.01', '1.51'), subtotal='35.05', tax='3.52', net='38.57', invoice_id=invoice_id,
                     **values)
        return self.move(invoice_id)

    def test_the_taxes_of_the_order_where_they_compute_what_is_stated(self):
        tax = self.new_tax(10)
        order = self.taxed_order()
        self.new_tax(10)  # the rate alone would not decide
        self.invoice(order, self.taxed(1, 2, '10.00', '2.00'), self.taxed(2, 3, '5.00', '1.50'), subtotal='35.00',
                     tax='3.50', net='38.50', indicators='isTaxInLine="yes"')
        self.assertEqual(self.move().invoice_line_ids.tax_ids, tax)
        self.assertEqual(self.amounts(self.move()), (35, 3.5, 38.5))

    def test_a_cent_that_amazon_states_is_kept(self):
        tax = self.new_tax(10)
        for day, method in ((6, 'round_per_line'), (7, 'round_globally')):
            with self.subTest(method):
                self.company.tax_calculation_rounding_method = method
                bill = self.rounded_up(method, invoice_date=f'2026-03-0{day}T00:00:00Z')
                self.assertEqual(self.amounts(bill), (35.05, 3.52, 38.57))
                self.assertEqual(bill.line_ids.filtered('tax_line_id').mapped('amount_currency'), [3.52])
                self.assertEqual(bill.invoice_line_ids.tax_ids, tax)
                self.assertFalse(self.bill_activities(bill))

    def test_the_cent_is_still_there_after_another_field_was_edited_and_the_bill_posted(self):
        self.new_tax(10)
        bill = self.rounded_up()
        bill.invoice_line_ids[0].name = "Pens"
        bill.invoice_date = Date.today()
        bill.action_post()
        self.assertEqual(self.amounts(bill), (35.05, 3.52, 38.57))

    def test_a_tax_of_the_stated_rate(self):
        tax = self.new_tax(10)
        order = self.two_lines()
        self.assertFalse(order.order_line.tax_ids)
        self.invoice(
            order, self.taxed(1, 2, '10.00', '2.00'), self.taxed(2, 3, '5.00', '1.50'), tax='3.50', net='38.50')
        self.assertEqual(self.move().invoice_line_ids.tax_ids, tax)

    def test_a_tax_of_the_rate_that_only_the_summary_names(self):
        tax = self.new_tax(10)
        self.invoice(self.two_lines(), invoice_line(1, 2, '10.00', tax='2.00'), invoice_line(2, 3, '5.00', tax='1.50'),
                     tax='3.50', tax_details=tax_detail('10', '3.50'), net='38.50')
        self.assertEqual(self.move().invoice_line_ids.tax_ids, tax)

    def test_what_no_tax_computes_is_a_line_of_its_own(self):
        self.new_tax(10)
        order = self.two_lines(tax='4.00')
        self.invoice(
            order, self.taxed(1, 2, '10.00', '2.50'), self.taxed(2, 3, '5.00', '1.50'), tax='4.00', net='39.00')
        bill = self.move()
        self.assertEqual(self.numbers(bill), [(1, 2, 20, 0), (2, 3, 15, 1.5), (0, 1, 2.5, 0)])
        tax_line = bill.invoice_line_ids[2]
        self.assertEqual((tax_line.product_id, tax_line.purchase_line_id, bool(tax_line.tax_ids)),
                         (self.group.tax_product_id, self.service_line(order, 'tax'), False))
        self.assertIn("was added as a separate line", self.said(bill))
        self.assertFalse(self.bill_activities(bill), "in the United States that is so on every bill")

    def test_a_tax_at_the_total_is_spread_over_the_lines(self):
        tax = self.new_tax(10)
        order = self.taxed_order(shipping='4.03')
        self.invoice(order, shipping='4.03', tax='3.91', net='42.94')  # 2.00 + 1.50 + 0.40, and a cent
        bill = self.move()
        self.assertEqual(self.amounts(bill), (39.03, 3.91, 42.94))
        self.assertEqual(bill.invoice_line_ids.filtered('tax_ids').tax_ids, tax)
        # The cart stated no tax on the shipping.
        self.assertIn("is billed on", self.bill_activities(bill).note)

    def test_a_tax_at_the_total_where_the_lines_state_a_tax_of_nothing(self):
        tax = self.new_tax(10)
        self.invoice(self.taxed_order(), invoice_line(1, 2, '10.00', tax='0.00'), invoice_line(
            2, 3, '5.00', tax='0.00'),
                     tax='3.50', net='38.50')
        self.assertEqual((self.move().invoice_line_ids.tax_ids, self.amounts(self.move())), (tax, (35, 3.5, 38.5)))

    def test_a_tax_at_the_total_by_its_rate(self):
        tax = self.new_tax(10)
        self.invoice(self.two_lines(), tax='3.50', tax_details=tax_detail('10', '3.50'), net='38.50')
        self.assertEqual(self.move().invoice_line_ids.tax_ids, tax)
        self.assertEqual(self.amounts(self.move()), (35, 3.5, 38.5))

    def test_a_tax_at_the_total_that_fits_no_rate_is_a_line(self):
        self.new_tax(10)
        self.invoice(self.two_lines(), tax='3.00', tax_details=tax_detail('10', '3.00'), net='38.00')
        self.assertEqual(self.numbers(self.move())[2:], [(0, 1, 3, 0)])

    def test_the_tax_on_shipping_that_stands_at_an_item(self):
        tax = self.new_tax(10)
        details = tax_detail('10', '2.00') + tax_detail('10', '0.40', purpose='shippingTax')
        self.invoice(self.two_lines(), invoice_line(1, 2, '10.00', tax='2.40', tax_details=details, shipping='4.00'),
                     subtotal='20.00', shipping='4.00', tax='2.40', net='26.40')
        bill = self.move()
        self.assertEqual(self.numbers(bill), [(1, 2, 20, 2), (0, 1, 4, 0.4)])
        self.assertEqual(bill.invoice_line_ids.tax_ids, tax)

    def test_a_discount_is_taxed_as_the_items(self):
        self.new_tax(10)
        self.invoice(self.taxed_order(), discount='5.00', tax='3.00', subtotal='35.00', net='33.00')
        self.assertEqual(self.amounts(self.move()), (30, 3, 33))
        self.assertFalse(self.move().invoice_line_ids.filtered(lambda line: not line.tax_ids))

    def test_no_stated_tax_is_no_tax(self):
        self.new_tax(10)
        self.invoice(self.taxed_order())
        self.assertEqual(self.amounts(self.move()), (35, 0, 35))

    def test_yen(self):
        jpy = self.env.ref('base.JPY')
        jpy.active = True
        tax = self.new_tax(10)
        order = self.sent_order(
            [item(price='333.00', quantity='3', tax='99.00', details=[('10', '99.00', 'subtotalTax')])],
            currency='JPY', tax='99.00')
        line = invoice_line(
            1, 3, '333.00', currency='JPY', tax='99.00', tax_details=tax_detail('10', '99.00', 'JPY'))
        self.invoice(order, line, currency='JPY', tax='99.00', net='1098.00')
        self.assertEqual(self.amounts(self.move()), (999, 99, 1098))
        self.assertEqual(self.move().invoice_line_ids.tax_ids, tax)
