"""Credit memos mean the same, however their amounts and quantities are signed."""
from itertools import product

from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import invoice_line, tax_detail


@tagged('post_install', '-at_install')
class TestInvoiceCreditSigns(BillCase):

    def setUp(self):
        super().setUp()
        self.tax = self.new_tax(19)

    def billed_order(self, number):
        """Bill 2 × 10.00, 3 × 5.00 and 4.00 of shipping with 19 % each: 39.00 and 7.41."""
        order = self.two_lines(shipping='4.00')
        self.invoice(
            order,
            invoice_line(1, 2, '10.00', tax='4.56', shipping='4.00',
                         tax_details=tax_detail('19', '3.80') + tax_detail('19', '0.76', purpose='shippingTax')),
            invoice_line(2, 3, '5.00', tax='2.85', tax_details=tax_detail('19', '2.85')),
            shipping='4.00', tax='7.41', net='46.41', invoice_id=f'I-{number}')
        self.assertEqual(self.amounts(self.move(f'I-{number}')), (39, 7.41, 46.41))
        return order

    def credit(self, order, number, *lines, **values):
        """Deliver a credit memo, each on a day of its own: one of the same total and day may be the same."""
        self.invoice(order, *lines, **{
            'invoice_date': f'2026-03-{number + 8:02}T00:00:00Z',
            'purpose': 'lineLevelCreditMemo', 'invoice_id': f'C-{number}', 'original_invoice_id': f'I-{number}',
            **values})
        return self.move(f'C-{number}')

    def test_shipping_alone_is_refunded_with_its_tax(self):
        # The items are stated with nothing, the shipping with 4.00 and 0.76.
        for number, (sign, stated_at, net_sign) in enumerate(product(('-', ''), ('lines', 'summary'), ('-', ''))):
            with self.subTest(sign=sign, stated_at=stated_at, net=net_sign):
                order = self.billed_order(number)
                shipping, tax = f'{sign}4.00', f'{sign}0.76'
                details = tax_detail('19', tax, purpose='shippingTax')
                if stated_at == 'lines':
                    line = invoice_line(1, -1, '0.00', shipping=shipping, tax=tax, tax_details=details)
                    values = {'tax': f'{net_sign}0.76'}
                else:
                    line = invoice_line(1, -1, '0.00')
                    values = {'shipping': shipping, 'tax': tax, 'tax_details': tax_detail('19', tax)}
                credit = self.credit(order, number, line, net=f'{net_sign}4.76', **values)
                self.assertEqual((credit.move_type, *self.amounts(credit)), ('in_refund', 4, 0.76, 4.76))
                self.assertFalse(self.bill_activities(credit).note)
                self.assertEqual(self.billed(order), {1: 2, 2: 3})

    def test_a_standard_invoice_of_less_than_nothing_without_items_is_a_credit(self):
        order = self.billed_order(1)
        credit = self.credit(
            order, 1, invoice_line(1, 1, '0.00', shipping='-4.00', tax='-0.76',
                                   tax_details=tax_detail('19', '-0.76', purpose='shippingTax')), purpose='standard')
        self.assertEqual((credit.move_type, *self.amounts(credit)), ('in_refund', 4, 0.76, 4.76))

    def returned(self, number, quantity_sign, sign):
        """State a line of a return with these signs of its quantity and its amounts."""
        count, amount = {1: (1, '10.00'), 2: (2, '10.00')}[number]
        price = float(f'{sign}{amount}') / int(f'{quantity_sign}{count}')
        return invoice_line(
            number, f'{quantity_sign}{count}', f'{price:.2f}', subtotal=f'{sign}{amount}', tax=f'{sign}1.90',
            tax_details=tax_detail('19', f'{sign}1.90'), reason='return')

    def test_a_return_of_several_lines_is_the_same_in_all_spellings(self):
        # 1 × 10.00 and 2 × 5.00 with 19 %: 23.80.
        alike = list(product(('-', ''), repeat=2))  # the signs of the quantity and of the amounts
        mixed = [(('-', '-'), ('', '')), (('', ''), ('-', '-')), (('-', ''), ('', '-'))]
        spellings = [*zip(alike, alike, strict=True), *mixed]
        for number, ((first, second), net) in enumerate(product(spellings, ('-', ''))):
            with self.subTest(first=first, second=second, net=net):
                order = self.billed_order(number)
                credit = self.credit(
                    order, number, self.returned(1, *first), self.returned(2, *second), tax=f'{net}3.80',
                    net=f'{net}23.80')
                self.assertEqual(self.numbers(credit), [(1, 1, 10, 1.90), (2, 2, 10, 1.90)])
                self.assertEqual((credit.amount_total, credit.amazon_refund_kind), (23.80, 'goods'))
                self.assertEqual(self.billed(order), {1: 1, 2: 1})
                self.assertFalse(self.bill_activities(credit).note)

    def test_what_is_charged_again_on_a_credit_lowers_it(self):
        order = self.billed_order(1)
        credit = self.credit(order, 1, invoice_line(1, -1, '10.00'), invoice_line(2, 1, '5.00'), net='-5.00')
        self.assertEqual(credit.amount_total, 5)
        self.assertFalse(self.bill_activities(credit).note)

    def test_shipping_of_another_sign_than_the_items_is_as_the_summary_says(self):
        for number, net, total in ((1, '-14.00', 14), (2, '-6.00', 6), (3, '14.00', 14), (4, '6.00', 6)):
            with self.subTest(net):
                order = self.billed_order(number)
                credit = self.credit(order, number, invoice_line(1, 1, '10.00', shipping='-4.00'), net=net)
                self.assertEqual(credit.amount_total, total)
                self.assertFalse(self.bill_activities(credit).note)
