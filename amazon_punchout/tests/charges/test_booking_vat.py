"""What Amazon charged where VAT is reclaimed."""
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..booking_case import BookingCase
from ..cxml_builder import item


@tagged('post_install', '-at_install')
class TestBookingVat(BookingCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['account.tax'].search([('type_tax_use', '=', 'purchase')]).active = False
        cls.group.marketplace = 'de'
        cls.vat = cls.new_tax(19)

    def one_item(self, price='99.90', quantity='1', shipping='4.99', of_item='18.98', of_shipping='0.95'):
        """Send an order of an item with shipping, both with VAT of 19%."""
        tax = f'{float(of_item) + float(of_shipping):.2f}'
        return self.sent_order([item(
            price=price, quantity=quantity, shipping=shipping, tax=tax,
            details=[('19', of_item, 'subtotalTax'), ('19', of_shipping, 'shippingTax')])])

    def test_where_vat_is_reclaimed_a_charge_is_no_invoice(self):
        order = self.order()
        charge = self.charge(order, 64.23)
        bill = charge.bill_ids
        self.assertIn("VAT invoice missing", bill.amazon_differences)
        with self.assertRaisesRegex(UserError, "VAT invoice missing"):
            self.post(bill)
        bill.with_user(self.biller).ref = "INV-77"
        self.assertNotIn("VAT invoice missing", bill.amazon_differences or "")
        self.post(bill)
        self.assertEqual(charge.payment_ids.amount, 64.23)

    def test_the_tax_of_an_item_and_its_shipping_needs_no_rate(self):
        """Amazon's Orders report states one tax for both, and no rate."""
        order = self.one_item()
        charge = self.charge(order, 124.82, {
            'number': 1, 'quantity': 1, 'items': 99.90, 'shipping': 4.99, 'tax': 19.93, 'total': 124.82})
        bill = charge.bill_ids
        self.assertEqual(self.amounts(bill), (104.89, 19.93, 124.82))
        self.assertEqual(bill.line_ids.tax_line_id, self.vat)
        self.assertIn("It agrees with order", self.said(bill))

    def test_the_tax_of_many_pieces_and_their_shipping_may_be_rounded_by_the_piece(self):
        """Three pieces of 8.39 have 3 × 1.60 of tax, and not 4.78."""
        order = self.one_item('8.39', '3', of_item='4.80')
        charge = self.charge(order, 35.91, {
            'number': 1, 'quantity': 3, 'items': 25.17, 'shipping': 4.99, 'tax': 5.75, 'total': 35.91})
        self.assertEqual(self.amounts(charge.bill_ids), (30.16, 5.75, 35.91))

    def test_another_tax_waits_for_a_person(self):
        order = self.one_item()
        charge = self.charge(order, 114.89, {
            'number': 1, 'quantity': 1, 'items': 99.90, 'shipping': 4.99, 'tax': 10.00, 'total': 114.89})
        bill = charge.bill_ids
        self.assertFalse(bill.line_ids.tax_line_id)
        self.assertIn("without a rate", self.said(bill))
