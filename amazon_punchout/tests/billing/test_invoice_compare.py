"""An invoice is compared with the order: a bill of more than that is never posted automatically."""
from odoo.tests import tagged

from ..bill_case import ACTIVITY_TODO
from ..compare_case import CompareCase
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, money, status


@tagged('post_install', '-at_install')
class TestInvoiceCompare(CompareCase):

    # === WHAT AN ACCOUNTANT SAW === #

    def test_1350_28_billed_of_an_order_of_124_41(self):
        order = self.staplers()
        self.assertEqual(order.amount_total, 124.41)
        bill = self.bill(order, staplers='580.00', shipping='99.00', tax='21.83', net='1350.28')
        self.assertEqual(bill.amount_total, 1350.28)
        self.assertHeld(
            bill, f"INV-1 bills $ 580.00 each for “Stapler” on {order.name}, but $ 24.99 was confirmed.",
            f"With INV-1, shipping of $ 99.00 is billed on {order.name}, but $ 4.98 was confirmed.",
            f"With INV-1, $ 1,350.28 is billed on {order.name}, but the order's total is $ 124.41.")

    def test_special_handling_that_nobody_ordered(self):
        order = self.staplers()
        self.group.tolerance_amount = 1000
        self.assertHeld(
            self.bill(order, special_handling='500.00', net='624.41'),
            f"INV-1 bills $ 500.00 for “Special handling”, but order {order.name} has no such charge.")

    def test_another_currency_than_the_order_s(self):
        self.env.ref('base.EUR').active = True
        order = self.staplers()
        lines = [invoice_line(1, 2, '24.99', currency='EUR'), invoice_line(2, 3, '23.15', currency='EUR')]
        self.deliver(invoice_xml([(order, *lines)], shipping='4.98', net='124.41', currency='EUR'))
        self.assertHeld(self.move(), f"INV-1 is in EUR, but order {order.name} is in USD.")

    def test_a_line_whose_quantity_times_price_is_not_its_subtotal(self):
        order = self.staplers()
        lines = [invoice_line(1, 2, '20.00', subtotal='49.98'), invoice_line(2, 3, '23.15')]
        self.invoice(order, *lines, shipping='4.98', net='124.41')
        self.assertHeld(self.move(), "INV-1 states 2 × 20.00 for “Stapler”, but a subtotal of $ 49.98.")

    # === PRICES === #

    def test_what_is_as_confirmed_is_posted(self):
        order = self.staplers()
        bill = self.bill(order)
        self.assertPosted(bill)
        self.assertIn(f"It agrees with Amazon's invoice and with order {order.name}", self.said(bill))
        self.assertIn("Receipts were not compared.", self.said(bill))

    def test_cheaper_is_never_a_problem(self):
        self.assertPosted(self.bill(self.staplers(), staplers='20.00', shipping='0.01'))

    def test_the_confirmed_price_counts_and_not_the_ordered_one(self):
        order = self.staplers(confirmed=False)
        self.deliver(confirmation_xml(
            order, [(1, 2, status(quantity=2, price='26.00')), (2, 3, status(quantity=3))], shipping='4.98'))
        self.assertPosted(self.bill(order, staplers='26.00'))

    def test_without_a_confirmation_the_ordered_price_counts(self):
        order = self.staplers(confirmed=False)
        self.assertHeld(
            self.bill(order, staplers='26.00'),
            f"INV-1 bills $ 26.00 each for “Stapler” on {order.name}, but $ 24.99 was ordered.")

    def test_a_discount_counts(self):
        order = self.staplers()
        lines = [invoice_line(1, 2, '29.99', discount='10.00'), invoice_line(2, 3, '23.15')]
        self.invoice(order, *lines, shipping='4.98', net='124.41')
        self.assertPosted(self.move())

    def test_a_part_at_a_higher_price(self):
        order = self.staplers()
        self.invoice(order, invoice_line(1, 1, '25.00', line_number=2), net='25.00')
        self.assertHeld(
            self.move(), f"INV-1 bills $ 25.00 each for “Punch” on {order.name}, but $ 23.15 was confirmed.")

    def test_a_cent_too_much_on_a_line(self):
        order = self.staplers()
        lines = [invoice_line(1, 2, '24.995', subtotal='49.99'), invoice_line(2, 3, '23.15')]
        self.invoice(order, *lines, shipping='4.98', net='124.42')
        self.assertHeld(
            self.move(), f"INV-1 bills $ 49.99 for 2 × “Stapler” on {order.name}, but $ 49.98 was confirmed.")

    def test_several_confirmed_prices(self):
        order = self.sent_order([item(title="Stapler", price='10.00', quantity='3')])
        for number, (quantity, price) in enumerate([(1, '10.00'), (2, '11.00')], start=1):
            self.deliver(confirmation_xml(
                order, [(1, quantity, status(quantity=quantity, price=price))], confirm_id=f'111-{number}'))
        self.assertEqual(order.amount_total, 32)
        self.invoice(order, invoice_line(1, 2, '11.00'), net='22.00')
        self.assertPosted(self.move())
        self.invoice(order, invoice_line(1, 1, '10.00'), net='10.00', invoice_id='INV-2')
        self.assertPosted(self.move('INV-2'))

    def test_all_at_the_highest_of_several_confirmed_prices(self):
        order = self.sent_order([item(title="Stapler", price='10.00', quantity='3')])
        for number, (quantity, price) in enumerate([(1, '10.00'), (2, '11.00')], start=1):
            self.deliver(confirmation_xml(
                order, [(1, quantity, status(quantity=quantity, price=price))], confirm_id=f'111-{number}'))
        self.invoice(order, invoice_line(1, 3, '11.00'), net='33.00')
        self.assertHeld(
            self.move(), f"INV-1 bills $ 33.00 for 3 × “Stapler” on {order.name}, but $ 32.00 was confirmed.")

    def test_an_amount_without_a_quantity(self):
        order = self.staplers()
        line = invoice_line(2, 1, '5.00', line_number=1).replace(
            '<InvoiceDetailItem invoiceLineNumber="2" quantity="1">', '<InvoiceDetailServiceItem invoiceLineNumber="2">'
        ).replace('</InvoiceDetailItem>', '</InvoiceDetailServiceItem>').replace(
            'InvoiceDetailItemReference', 'InvoiceDetailServiceItemReference')
        self.group.tolerance_amount = 1000
        self.invoice(order, line, net='5.00')
        self.assertHeld(self.move(), (
            f"INV-1 bills $ 5.00 for “Stapler” on {order.name} without a quantity, in addition to the price."))

    # === CHARGES === #

    def test_shipping_of_an_order_without_shipping(self):
        self.group.tolerance_amount = 1000
        order = self.staplers(shipping=None)
        self.assertHeld(
            self.bill(order), f"INV-1 bills $ 4.98 for “Shipping”, but order {order.name} has no such charge.")

    def test_shipping_in_several_parts(self):
        order = self.staplers()
        self.invoice(order, invoice_line(1, 2, '24.99'), shipping='3.00', net='52.98')
        self.assertPosted(self.move())
        self.invoice(
            order, invoice_line(1, 3, '23.15', line_number=2), shipping='3.00', net='72.45', invoice_id='INV-2')
        self.assertHeld(
            self.move('INV-2'), f"With INV-2, shipping of $ 6.00 is billed on {order.name}, but $ 4.98 was confirmed.")

    def test_a_charge_that_is_taken_off_is_no_problem(self):
        order = self.staplers()
        self.assertPosted(self.bill(order, discount='10.00', net='114.41'))

    # === TOTALS === #

    def test_tax_that_was_not_ordered(self):
        order = self.staplers()
        self.assertHeld(
            self.bill(order, tax='8.00', net='132.41'),
            f"With INV-1, $ 132.41 is billed on {order.name}, but the order's total is $ 124.41.")

    def test_many_lines_give_no_room_for_a_cent_each(self):
        order = self.sent_order([
            item(asin=f'B{number:09}', auxiliary_id=f'1-2-3,{number}', price='10.00') for number in range(1, 21)],
            shipping='4.98')
        self.invoice(
            order, *(invoice_line(each, 1, '10.00') for each in range(1, 21)), shipping='5.08', net='205.08')
        self.assertHeld(
            self.move(), f"With INV-1, $ 205.08 is billed on {order.name}, but the order's total is $ 204.98.")

    def test_more_tax_on_a_part_than_on_the_whole_order(self):
        order = self.staplers()
        self.invoice(order, invoice_line(1, 2, '24.99'), tax='40.00', net='89.98')
        self.assertHeld(self.move(), f"INV-1 bills tax of $ 40.00 on {order.name}, but the order's tax is $ 0.00.")

    def test_goods_that_were_credited_as_returned_may_be_billed_again(self):
        order = self.staplers()
        self.invoice(order, invoice_line(1, 2, '24.99'), shipping='4.98', net='54.96')
        self.invoice(
            order, invoice_line(1, -2, '24.99', reason='return'), purpose='lineLevelCreditMemo', net='-49.98',
            invoice_id='CR-1', original_invoice_id='INV-1')
        self.assertEqual(self.move('CR-1').amazon_refund_kind, 'goods')
        self.assertPosted(self.bill(order, shipping=None, net='119.43', invoice_id='INV-2'))

    def test_several_invoices_together(self):
        order = self.staplers()
        self.invoice(order, invoice_line(1, 2, '24.99'), shipping='4.98', tax='0', net='54.96')
        self.invoice(order, invoice_line(1, 3, '23.15', line_number=2), tax='1.00', net='70.45', invoice_id='INV-2')
        self.assertPosted(self.move())
        self.assertHeld(
            self.move('INV-2'), f"With INV-2, $ 125.41 is billed on {order.name}, but the order's total is $ 124.41.")

    def test_each_order_of_an_invoice_is_compared(self):
        one, two = self.staplers(), self.staplers()
        self.deliver(invoice_xml([
            (one, invoice_line(1, 2, '24.99')), (two, invoice_line(2, 2, '25.99', line_number=1))], net='101.96'))
        bill = self.move()
        self.assertHeld(bill, f"INV-1 bills $ 25.99 each for “Stapler” on {two.name}, but $ 24.99 was confirmed.")
        self.assertNotIn(f"on {one.name}", self.said(bill))

    # === TOLERANCE === #

    def test_within_the_tolerance(self):
        self.group.tolerance_percentage = 5
        bill = self.bill(self.staplers(), staplers='26.00')  # 24.99 and 5 % are 26.24
        self.assertPosted(bill)
        self.assertIn("$ 126.43 is billed", self.said(bill))
        self.assertIn("within the tolerance", self.said(bill))

    def test_each_line_has_the_percentage_of_its_own_amount(self):
        self.group.tolerance_percentage = 5
        order = self.staplers()
        self.assertHeld(
            self.bill(order, staplers='26.30', punches='22.00'),
            f"INV-1 bills $ 26.30 each for “Stapler” on {order.name}, but $ 24.99 was confirmed.")

    def test_the_total_has_the_larger_of_both_tolerances(self):
        self.group.write({'tolerance_percentage': 1, 'tolerance_amount': 5})
        self.assertPosted(self.bill(self.staplers(), staplers='26.00', shipping='6.98'))

    def test_above_the_total_s_tolerance_although_each_line_is_within(self):
        self.group.tolerance_amount = 5
        order = self.staplers()
        self.assertHeld(
            self.bill(order, staplers='27.00', punches='24.00'),
            f"With INV-1, $ 130.98 is billed on {order.name}, but the order's total is $ 124.41.")

    # === CONFIRMATIONS === #

    def test_neither_confirmed_nor_received(self):
        self.group.confirmations_expected = True
        order = self.staplers(confirmed=False)
        sentence = f"Amazon has not confirmed order {order.name}, and nothing was received."
        self.assertHeld(self.bill(order), sentence)

    def test_received_but_not_confirmed(self):
        self.group.confirmations_expected = True
        order = self.staplers(confirmed=False)
        self.receive_goods(order, line1=1)
        self.assertPosted(self.bill(order))

    def test_ordered_before_confirmations_were_expected(self):
        order = self.staplers(confirmed=False)
        self.later(self.requests(order), hours=1)
        self.group.confirmations_expected = True
        self.assertPosted(self.bill(order))

    # === WHAT IS SAID === #

    def test_without_posting_its_person_reads_what_was_compared(self):
        self.group.post_matching_bills = False
        order = self.staplers()
        bill = self.bill(order)
        self.assertEqual(bill.state, 'draft')
        note = self.bill_activities(bill, ACTIVITY_TODO).note
        self.assertIn(f"It agrees with Amazon's invoice and with order {order.name}", note)
        self.assertIn("Receipts were not compared.", note)

    def test_an_invoice_that_states_no_total_agrees_with_the_order_only(self):
        order = self.staplers()
        bill = self.bill(order, net=None)
        self.assertEqual(bill.state, 'draft')
        note = self.bill_activities(bill, ACTIVITY_TODO).note
        self.assertIn(f"It agrees with order {order.name}", note)
        self.assertIn("Amazon's invoice states no total", note)
        self.assertNotIn("It agrees with Amazon's invoice", note)

    def test_where_there_is_a_problem_it_agrees_with_nothing(self):
        bill = self.bill(self.staplers(), staplers='580.00')
        self.assertNotIn("agrees", self.said(bill))


@tagged('post_install', '-at_install')
class TestInvoicePrices(CompareCase):
    """A unit price may be rounded to its own last digit; the subtotal leads."""

    def states(self, price, quantity, subtotal, currency='USD', basis=None):
        """Tell whether an invoice line of these values is a problem."""
        line = invoice_line(1, quantity, price, subtotal=subtotal)
        if basis:
            price_element = f'<UnitPrice>{money(price, "USD")}</UnitPrice>'
            self.assertIn(price_element, line)
            line = line.replace(price_element, (
                f'{price_element}<PriceBasisQuantity quantity="{basis}" conversionFactor="1">'
                '<UnitOfMeasure>EA</UnitOfMeasure></PriceBasisQuantity>'))
        order = self.sent_order([item(title="Clips", price='1000.00', quantity='900')])
        self.invoice(order, line, net=subtotal)
        return "but a subtotal of" in self.said(self.move())

    def test_exact(self):
        self.assertFalse(self.states('0.35', 900, '315.00'))

    def test_a_rounded_price(self):
        self.assertFalse(self.states('0.35', 900, '310.60'))

    def test_beyond_what_rounding_explains(self):
        self.assertTrue(self.states('0.35', 900, '310.00'))

    def test_more_digits_are_more_exact(self):
        self.assertTrue(self.states('0.3500', 900, '314.00'))

    def test_a_price_for_a_hundred(self):
        self.assertFalse(self.states('35.00', 900, '315.00', basis=100))

    def test_a_price_for_a_hundred_taken_as_one_for_each(self):
        self.assertTrue(self.states('35.00', 900, '31500.00', basis=100))
