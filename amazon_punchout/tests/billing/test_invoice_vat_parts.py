"""VAT of shipping, of the whole invoice, and VAT that Amazon does not charge."""
from odoo.fields import Command
from odoo.tests import tagged

from ..cxml_builder import invoice_line, item, tax_detail
from .test_invoice_vat import VatCase


@tagged('post_install', '-at_install')
class TestVatOfShipping(VatCase):

    def setUp(self):
        super().setUp()
        self.standard, self.reduced = self.new_tax(20), self.new_tax(5)

    def mixed_order(self):
        """Make an order of 100.00 at 20% and 100.00 at 5%, with shipping of 4.00 and 2.00 at the same rates."""
        return self.sent_order([
            item(asin='B00TEST001', price='100.00', auxiliary_id='136-1,1', shipping='4.00', tax='20.80',
                 details=[('20', '20.00', 'subtotalTax'), ('20', '0.80', 'shippingTax')]),
            item(asin='B00TEST002', price='100.00', auxiliary_id='136-1,2', shipping='2.00', tax='5.10',
                 details=[('5', '5.00', 'subtotalTax'), ('5', '0.10', 'shippingTax')]),
        ], shipping='6.00', tax='25.90')

    def lines(self, taxable=(None, None), **shipping):
        return [
            invoice_line(1, 1, '100.00', tax='20.80', shipping=shipping.get('first'), tax_details=tax_detail(
                '20', '20.00') + tax_detail('20', '0.80', purpose='shippingTax', taxable=taxable[0])),
            invoice_line(2, 1, '100.00', tax='5.10', shipping=shipping.get('second'), tax_details=tax_detail(
                '5', '5.00') + tax_detail('5', '0.10', purpose='shippingTax', taxable=taxable[1]))]

    def assertSplit(self, order, bill):
        self.assertPosted(bill, 206, 25.9, 231.9)
        self.assertEqual(self.taxes_of(bill), {self.standard: 20.8, self.reduced: 5.1})
        shipping = bill.invoice_line_ids.filtered(lambda line: line.product_id == self.group.shipping_product_id)
        self.assertEqual([(line.price_subtotal, line.tax_ids) for line in shipping],
                         [(4, self.standard), (2, self.reduced)])
        self.assertEqual(self.service_line(order, 'shipping').qty_invoiced, 1)

    def test_one_line_of_shipping_for_each_rate(self):
        order = self.mixed_order()
        bill = self.bill(order, *self.lines(first='4.00', second='2.00'), shipping='6.00', tax='25.90', net='231.90')
        self.assertSplit(order, bill)

    def test_shipping_in_the_summary_with_its_tax_at_the_items(self):
        order = self.mixed_order()
        bill = self.bill(order, *self.lines(('4.00', '2.00')), shipping='6.00', tax='25.90', net='231.90')
        self.assertSplit(order, bill)

    def test_the_tax_of_each_items_shipping_is_rounded_by_itself(self):
        """0.33 at 20% is 0.066, rounded to 0.07 for each of three items; 0.99 at 20% would be 0.20."""
        details = [('20', '2.00', 'subtotalTax'), ('20', '0.07', 'shippingTax')]
        order = self.sent_order([
            item(asin=f'B00TEST00{number}', price='10.00', auxiliary_id=f'136-1,{number}', shipping='0.33', tax='2.07',
                 details=details) for number in (1, 2, 3)], shipping='0.99', tax='6.21')
        self.assertEqual(order.order_line.tax_ids, self.standard)
        lines = [invoice_line(
            number, 1, '10.00', tax='2.07', shipping='0.33', tax_details=tax_detail('20', '2.00') + tax_detail(
                '20', '0.07', purpose='shippingTax')) for number in (1, 2, 3)]
        bill = self.bill(order, *lines, shipping='0.99', tax='6.21', net='37.20')
        self.assertPosted(bill, 30.99, 6.21, 37.2)

    def test_shipping_whose_tax_is_not_stated_although_the_order_expects_it(self):
        order = self.sent_order([item(price='100.00', shipping='4.00', tax='20.80', details=[
            ('20', '20.00', 'subtotalTax'), ('20', '0.80', 'shippingTax')])], shipping='4.00', tax='20.80')
        line = invoice_line(1, 1, '100.00', tax='20.00', tax_details=tax_detail('20', '20.00'), shipping='4.00')
        bill = self.bill(order, line, shipping='4.00', tax='20.00', net='124.00')
        self.assertHeld(bill, "states no tax on “Shipping”", "expects 20%")


@tagged('post_install', '-at_install')
class TestVatOfTheWholeInvoice(VatCase):

    def order_of(self, *prices, taxed=(), tax=None):
        """Make an order of items at these prices, some of them with tax of 20%.

        :param tax: the tax of the cart, where it states that only for all items
        """
        tax = tax or sum(round(float(price) * 0.2, 2) for number, price in enumerate(prices) if number in taxed)
        return self.sent_order([
            item(asin=f'B00TEST00{number}', price=price, auxiliary_id=f'136-1,{number}',
                 **({'tax': str(round(float(price) * 0.2, 2)), 'details': [
                     ('20', str(round(float(price) * 0.2, 2)), 'subtotalTax')]} if number in taxed else {}))
            for number, price in enumerate(prices)], tax=str(tax))

    def whole(self, order, *prices, details, tax, net):
        lines = [invoice_line(number, 1, price) for number, price in enumerate(prices, start=1)]
        return self.bill(order, *lines, tax=tax, tax_details=details, net=net)

    def taxes_by_price(self, bill):
        return {line.price_subtotal: line.tax_ids for line in bill.invoice_line_ids}

    def test_the_tax_of_one_item_is_not_found_on_another(self):
        """The cart had tax on the item of 1.03, which is 0.21; Amazon states 0.20, from 1.00."""
        tax = self.new_tax(20)
        order = self.order_of('1.03', '1.00', taxed=[0])
        bill = self.whole(order, '1.03', '1.00', details=tax_detail('20', '0.20', taxable='1.00'), tax='0.20',
                          net='2.23')
        self.assertEqual(self.taxes_by_price(bill), {1.03: self.env['account.tax'], 1: tax})

    def test_a_cent_too_much_is_not_found_on_any_item(self):
        self.new_tax(20)
        bill = self.whole(self.order_of('10.00', '20.00', taxed=[0, 1]), '10.00', '20.00',
                          details='', tax='6.01', net='36.01')
        self.assertHeld(bill, "6.01", "without a rate")

    def test_each_rate_has_the_lines_that_it_is_computed_from(self):
        standard, reduced = self.new_tax(20), self.new_tax(5)
        details = tax_detail('20', '6.00', taxable='30.00') + tax_detail('5', '2.10', taxable='42.00')
        order = self.order_of('10.00', '20.00', '42.00', tax='8.10')
        bill = self.whole(order, '10.00', '20.00', '42.00', details=details, tax='8.10', net='80.10')
        self.assertPosted(bill, 72, 8.1, 80.1)
        self.assertEqual(self.taxes_by_price(bill), {10: standard, 20: standard, 42: reduced})

    def test_the_amounts_tell_the_lines_where_nothing_else_does(self):
        standard, reduced = self.new_tax(20), self.new_tax(5)
        details = tax_detail('20', '6.00') + tax_detail('5', '2.10')
        order = self.order_of('30.00', '42.00', tax='8.10')
        bill = self.whole(order, '30.00', '42.00', details=details, tax='8.10', net='80.10')
        self.assertPosted(bill, 72, 8.1, 80.1)
        self.assertEqual(self.taxes_by_price(bill), {30: standard, 42: reduced})

    def test_two_lines_that_could_have_either_rate_wait_for_a_person(self):
        self.new_tax(20)
        self.new_tax(5)
        details = tax_detail('20', '2.00', taxable='10.00') + tax_detail('5', '0.50', taxable='10.00')
        bill = self.whole(self.order_of('10.00', '10.00'), '10.00', '10.00', details=details, tax='2.50', net='22.50')
        self.assertHeld(bill, "2.50", "20%, 5%", "not clear which lines")
        self.assertFalse(bill.invoice_line_ids.tax_ids)

    def test_the_order_tells_which_of_two_equal_lines_has_the_tax(self):
        tax = self.new_tax(20)
        order = self.order_of('10.00', '10.00', taxed=[1])
        bill = self.whole(order, '10.00', '10.00', details=tax_detail('20', '2.00'), tax='2.00', net='22.00')
        self.assertPosted(bill, 20, 2, 22)
        self.assertEqual([line.tax_ids for line in bill.invoice_line_ids], [self.env['account.tax'], tax])

    def test_a_group_of_taxes(self):
        tax = self.new_group_tax(5, 9.975)
        gst, qst = tax.children_tax_ids
        details = tax_detail('5', '1.50') + tax_detail('9.975', '2.99')
        order = self.order_of('10.00', '20.00', tax='4.49')
        bill = self.whole(order, '10.00', '20.00', details=details, tax='4.49', net='34.49')
        self.assertPosted(bill, 30, 4.49, 34.49)
        self.assertEqual(self.taxes_of(bill), {gst: 1.5, qst: 2.99})

    def test_a_part_that_is_cost(self):
        gst = self.new_tax(5)
        self.row(7)
        details = tax_detail('5', '1.50') + tax_detail('7', '2.10')
        order = self.order_of('10.00', '20.00', tax='3.60')
        bill = self.whole(order, '10.00', '20.00', details=details, tax='3.60', net='33.60')
        self.assertPosted(bill, 32.1, 1.5, 33.6)
        self.assertEqual(self.taxes_of(bill), {gst: 1.5})


@tagged('post_install', '-at_install')
class TestNoVatCharged(VatCase):

    def untaxed(self, detail, order=None, **values):
        order = order or self.sent_order([item(price='100.00')])
        return self.bill(order, invoice_line(1, 1, '100.00', tax='0.00', tax_details=detail), net='100.00', **values)

    def new_position(self, tax, mapped):
        """Give the vendor a fiscal position that replaces a tax."""
        position = self.env['account.fiscal.position'].create({'name': "Intra-EU"})
        mapped.write({'fiscal_position_ids': [Command.set(position.ids)], 'original_tax_ids': [Command.set(tax.ids)]})
        self.vendor.property_account_position_id = position

    def test_zero_percent_needs_a_tax_of_zero(self):
        self.assertHeld(self.untaxed(tax_detail('0', '0.00')), "0%", "Tax Rates")

    def test_the_only_tax_of_zero(self):
        tax = self.new_tax(0)
        bill = self.untaxed(tax_detail('0', '0.00'))
        self.assertPosted(bill, 100, 0, 100)
        self.assertEqual(bill.invoice_line_ids.tax_ids, tax)

    def test_a_row_of_zero_without_a_tax(self):
        self.row(0)
        self.row(20, self.new_tax(20))
        self.assertPosted(self.untaxed(tax_detail('0', '0.00')), 100, 0, 100)

    def test_exempt_without_a_rate(self):
        tax = self.new_tax(0)
        bill = self.untaxed(tax_detail(None, '0.00', exempt='exempt'))
        self.assertPosted(bill, 100, 0, 100)
        self.assertEqual(bill.invoice_line_ids.tax_ids, tax)

    def test_exempt_is_said_of_the_whole_invoice(self):
        tax = self.new_tax(0)
        bill = self.bill(self.sent_order([item(price='100.00')]), invoice_line(1, 1, '100.00'), tax='0.00',
                         tax_details=tax_detail(None, '0.00', exempt='zeroRated'), net='100.00')
        self.assertPosted(bill, 100, 0, 100)
        self.assertEqual(bill.invoice_line_ids.tax_ids, tax)

    def test_a_reverse_charge_is_that_of_the_vendors_fiscal_position(self):
        standard, reverse = self.new_tax(20), self.new_reverse_charge(20)
        self.company.account_purchase_tax_id = standard
        self.new_position(standard, reverse)
        order = self.sent_order([item(price='100.00', tax='0.00', details=[('0', '0.00', 'subtotalTax')])], tax='0.00')
        self.assertEqual((order.order_line.tax_ids, order.amount_total), (reverse, 100))
        bill = self.untaxed(tax_detail('0', '0.00', description="Reverse charge, VATEX-EU-AE"), order)
        self.assertPosted(bill, 100, 0, 100)
        self.assertEqual(bill.invoice_line_ids.tax_ids, reverse)
        self.assertEqual(sorted(bill.line_ids.filtered('tax_line_id').mapped('amount_currency')), [-20, 20])

    def test_a_reverse_charge_that_the_cart_did_not_announce(self):
        standard, reverse = self.new_tax(20), self.new_reverse_charge(20)
        self.company.account_purchase_tax_id = standard
        self.new_position(standard, reverse)
        bill = self.untaxed(tax_detail('0', '0.00', description="VATEX-EU-IC"))
        self.assertPosted(bill, 100, 0, 100)
        self.assertEqual(bill.invoice_line_ids.tax_ids, reverse)

    def test_a_reverse_charge_without_a_tax_waits_for_a_person(self):
        self.new_tax(0)  # is no reverse charge
        for number, words in enumerate(("VATEX-EU-AE", "Reverse charge", "Inversione contabile")):
            bill = self.untaxed(tax_detail('0', '0.00', description=words), invoice_id=f'RC-{number}')
            self.assertHeld(bill, "your company owes it", "Amazon Business")
            self.assertFalse(bill.invoice_line_ids.tax_ids)

    def test_a_reverse_charge_in_the_table(self):
        reverse = self.new_reverse_charge(20)
        self.row(0, reverse)
        bill = self.untaxed(tax_detail(None, '0.00', description="VATEX-EU-AE"))
        self.assertPosted(bill, 100, 0, 100)
        self.assertEqual(bill.invoice_line_ids.tax_ids, reverse)

    def test_no_tax_at_all_where_none_is_expected(self):
        bill = self.bill(self.sent_order([item(price='100.00')]), invoice_line(1, 1, '100.00'), net='100.00')
        self.assertPosted(bill, 100, 0, 100)
