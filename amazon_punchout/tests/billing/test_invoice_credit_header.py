"""Credit memos without lines take back the taxes of their bill, line by line."""
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import header_credit_xml, invoice_line, item, tax_detail


@tagged('post_install', '-at_install')
class TestInvoiceCreditHeader(BillCase):

    def setUp(self):
        super().setUp()
        self.high, self.low = self.new_tax(20), self.new_tax(5)

    def taxed_shipping(self, number):
        """Bill 100.00 and 10.00 of shipping with 20 % each, and 8.00 with 5 %: 118.00 and 22.40."""
        order = self.mixed_order(shipping='10.00', tax='22.40')
        self.invoice(
            order, invoice_line(1, 2, '50.00', tax='22.00', shipping='10.00', tax_details=tax_detail('20', '20.00')
                                + tax_detail('20', '2.00', purpose='shippingTax')),
            invoice_line(2, 1, '8.00', tax='0.40', tax_details=tax_detail('5', '0.40')),
            shipping='10.00', tax='22.40', net='140.40', invoice_id=f'I-{number}')
        self.assertEqual(self.amounts(self.move(f'I-{number}')), (118, 22.40, 140.40))
        return order

    def mixed_order(self, **cart):
        return self.sent_order([
            item(asin='B00TEST001', price='50.00', quantity='2', auxiliary_id='136-1,1', tax='20.00',
                 details=[('20.00', '20.00', 'subtotalTax')]),
            item(asin='B00TEST002', price='8.00', quantity='1', auxiliary_id='136-1,2', tax='0.40',
                 details=[('5.00', '0.40', 'subtotalTax')]),
        ], **cart)

    def mixed(self, number=1, shipping=True):
        """Bill 100.00 with 20 %, 8.00 with 5 %, and 10.00 of shipping without: 20.00 and 0.40, 138.40 in all."""
        order = self.mixed_order(shipping='10.00' if shipping else '0', tax='20.40')
        self.invoice(
            order, invoice_line(1, 2, '50.00', tax='20.00', tax_details=tax_detail('20', '20.00')),
            invoice_line(2, 1, '8.00', tax='0.40', tax_details=tax_detail('5', '0.40')),
            shipping='10.00' if shipping else None, tax='20.40', net='138.40' if shipping else '128.40',
            invoice_id=f'I-{number}')
        bill = self.move(f'I-{number}')
        self.assertEqual(bill.amount_tax, 20.40)
        bill.action_post()
        return order

    def memo(self, order, amount, tax, number=1, details='', **values):
        self.deliver(header_credit_xml(
            order, f'C-{number}', amount, f'I-{number}', tax=tax, tax_details=details,
            invoice_date=f'2026-03-1{number}T00:00:00Z', **values))
        return self.move(f'C-{number}')

    def taxes(self, credit):
        """Return the taxes of a credit and their amounts, from its journal items."""
        return {line.tax_line_id: -line.amount_currency for line in credit.line_ids if line.tax_line_id}

    def test_a_whole_credit_takes_back_exactly_what_was_claimed(self):
        for number, is_tax_in_line in enumerate((True, False), 1):
            with self.subTest(is_tax_in_line=is_tax_in_line):
                order = self.mixed(number)
                credit = self.memo(order, '118.00', '20.40', number, is_tax_in_line=is_tax_in_line)
                self.assertEqual(self.amounts(credit), (118, 20.40, 138.40))
                self.assertEqual(self.taxes(credit), {self.high: 20, self.low: 0.40})
                self.assertEqual([(line.amazon_bill_line_id, line.price_subtotal) for line in credit.invoice_line_ids],
                                 [(line, line.price_subtotal) for line in self.move(f'I-{number}').invoice_line_ids])
                self.assertFalse(self.bill_activities(credit).note)
                credit.action_post()
                self.assertEqual(self.move(f'I-{number}').amount_residual, 0)

    def test_shipping_beside_the_total_takes_its_own_tax_back(self):
        order = self.taxed_shipping(1)
        credit = self.memo(order, '108.00', '22.40', 1, shipping='10.00')
        self.assertEqual(self.amounts(credit), (118, 22.40, 140.40))
        self.assertEqual(self.taxes(credit), {self.high: 22, self.low: 0.40})
        self.assertFalse(self.bill_activities(credit).note)
        # A tenth: 10.80, 1.00 of shipping and 2.24.
        credit = self.memo(self.taxed_shipping(2), '10.80', '2.24', 2, shipping='1.00')
        self.assertEqual(self.amounts(credit), (11.80, 2.24, 14.04))
        self.assertEqual(self.taxes(credit), {self.high: 2.20, self.low: 0.04})
        self.assertFalse(self.bill_activities(credit).note)

    def test_a_whole_credit_of_estimated_tax_takes_that_back(self):
        order = self.two_lines(tax='2.54')
        self.invoice(order, tax='2.54', net='37.54')
        self.deliver(header_credit_xml(order, 'C-1', '35.00', 'INV-1', tax='2.54'))
        self.assertEqual(self.numbers(self.move('C-1')), [(1, 1, 20, 0), (2, 1, 15, 0), (0, 1, 2.54, 0)])
        self.assertFalse(self.bill_activities(self.move('C-1')).note)

    def test_a_part_goes_back_in_proportion(self):
        # A tenth of 128.40: 12.00 of the first line (2.00 of it tax) and 0.84 (0.04) of the second.
        credit = self.memo(self.mixed(shipping=False), '10.80', '2.04')
        self.assertEqual(self.numbers(credit), [(1, 1, 10, 2), (2, 1, 0.8, 0.04)])
        self.assertEqual(self.taxes(credit), {self.high: 2, self.low: 0.04})
        self.assertFalse(self.bill_activities(credit).note)

    def test_a_cent_of_difference_is_as_amazon_states_it(self):
        credit = self.memo(self.mixed(shipping=False), '10.79', '2.05')
        self.assertEqual((sum(self.taxes(credit).values()), credit.amount_total), (2.05, 12.84))
        self.assertFalse(self.bill_activities(credit).note)

    def test_a_stated_rate_goes_to_the_lines_of_that_rate(self):
        details = tax_detail('20', '-2.00')
        credit = self.memo(self.mixed(), '10.00', '2.00', details=details)
        self.assertEqual(self.numbers(credit), [(1, 1, 10, 2)])
        order = self.mixed(2)
        # 5.00 with 20 %, 2.00 with 5 % and 3.00 without.
        details = tax_detail('20', '-1.00') + tax_detail('5', '-0.10')
        credit = self.memo(order, '10.00', '1.10', 2, details=details)
        self.assertEqual(self.numbers(credit), [(1, 1, 5, 1), (2, 1, 2, 0.1), (0, 1, 3, 0)])
        self.assertEqual(self.taxes(credit), {self.high: 1, self.low: 0.10})
        self.assertFalse(self.bill_activities(credit).note)

    def test_another_tax_than_that_of_the_lines_is_a_problem(self):
        order = self.mixed(shipping=False)
        self.group.post_matching_bills = True
        credit = self.memo(order, '12.84', '0.00')
        self.assertEqual((credit.state, self.amounts(credit)), ('draft', (10.80, 2.04, 12.84)))
        self.assertIn("2.04", self.bill_activities(credit).note)

    def test_what_was_refunded_before_is_left_out(self):
        order = self.mixed(shipping=False)
        bill = self.move('I-1')
        self.record_refund(bill.with_user(self.biller), 1, 120.0, reference="C-0")
        credit = self.memo(order, '8.00', '0.40')
        self.assertEqual(self.numbers(credit), [(2, 1, 8, 0.40)])
        self.assertFalse(self.bill_activities(credit).note)
