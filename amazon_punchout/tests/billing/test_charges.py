"""Shipping, special handling and estimated tax are booked with the items that they belong to."""
from odoo.tests import tagged

from ..account_case import DESK, PEN, AccountCase
from ..cxml_builder import confirmation_xml, header_credit_xml, invoice_line, invoice_xml, item, status, tax_detail


@tagged('post_install', '-at_install')
class TestCharges(AccountCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.distribution = {str(cls.lab.id): 100.0}

    def order(self, pen=None, desk=None, filled=True, **cart):
        """Send an order of 5 pens for 10.00 and a desk for 100.00, on accounts of their own.

        :param dict pen: what the cart states with the pens
        :param dict desk: what it states with the desk
        """
        order = self.make_order([
            item(asin='B00000PEN1', title="Pen", price='2.00', quantity='5', unspsc=PEN, auxiliary_id='136-1,1',
                 **(pen or {})),
            item(asin='B000DESK01', title="Desk", price='100.00', unspsc=DESK, auxiliary_id='136-1,2',
                 **(desk or {})),
        ], **cart)
        if filled:
            pen_line, desk_line = self.items(order)
            pen_line.write({'expense_account_id': self.supplies.id, 'analytic_distribution': self.distribution})
            desk_line.expense_account_id = self.furniture
        order.with_user(self.buyer).button_confirm()
        self.send()
        return order

    def invoice(self, order, *lines, **values):
        lines = lines or (invoice_line(1, 5, '2.00'), invoice_line(2, 1, '100.00'))
        document = self.deliver(invoice_xml([(order, *lines)], **values))
        self.assertEqual(document.state, 'processed', document.reason)
        return document.account_move_id

    def whole_bill(self, order):
        self.receive_goods(order)
        return self.create_bill(order)

    def charges(self, bill, line_type='shipping'):
        """Return account, distribution and amount of each line of a charge."""
        product = self.group[f'{line_type}_product_id']
        return [(line.account_id, line.analytic_distribution or False, line.price_subtotal)
                for line in bill.invoice_line_ids if line.product_id == product]

    def assertShared(self, bill, line_type, pen, desk):
        """Assert that a charge is booked with the items, and counts as billed once."""
        self.assertEqual(self.charges(bill, line_type), [
            (self.supplies, self.distribution, pen), (self.furniture, False, desk)])
        order = bill.invoice_line_ids.amazon_purchase_line_id.order_id
        if charge := self.service_line(order, line_type):
            self.assertEqual(charge.qty_invoiced, 1)
            self.assertEqual(bill.invoice_line_ids.filtered(
                lambda line: line.product_id == self.group[f'{line_type}_product_id']).amazon_purchase_line_id, charge)

    # === CREATE BILL === #

    def test_create_bill_books_the_charges_with_the_items_as_the_cart_states_them(self):
        order = self.order({'shipping': '3.00', 'tax': '0.50'}, {'shipping': '1.00', 'tax': '2.50'})
        bill = self.whole_bill(order)
        self.assertShared(bill, 'shipping', 3, 1)
        self.assertShared(bill, 'tax', 0.5, 2.5)
        self.assertEqual((bill.amount_total, order.invoice_status), (117, 'invoiced'))

    def test_without_amounts_at_the_items_the_charges_are_split_by_price(self):
        bill = self.whole_bill(self.order(shipping='4.40', tax='3.00'))
        self.assertShared(bill, 'shipping', 0.4, 4)
        self.assertShared(bill, 'tax', 0.27, 2.73)
        self.assertEqual(bill.amount_total, 117.4)

    def test_the_confirmation_counts_before_the_cart(self):
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'})
        self.deliver(confirmation_xml(order, [
            (1, 5, status(quantity=5, shipping='1.00')), (2, 1, status(quantity=1, shipping='3.00'))], total='114.00'))
        self.assertShared(self.whole_bill(order), 'shipping', 1, 3)

    def test_a_bill_of_a_part_takes_the_whole_charge_for_all_items(self):
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'})
        self.receive_goods(order, line1=5)
        first = self.create_bill(order)
        self.assertShared(first, 'shipping', 3, 1)
        self.receive_goods(order)
        second = self.create_bill(order)
        self.assertEqual((first.amount_total, second.amount_total), (14, 100))

    def test_items_on_one_account_have_one_line_of_shipping(self):
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'}, filled=False)
        self.group.product_id.property_account_expense_id = self.furniture
        bill = self.whole_bill(order)
        self.assertEqual(self.charges(bill), [(self.furniture, False, 4)])
        self.assertEqual(self.service_line(order, 'shipping').qty_invoiced, 1)

    def test_equipment_is_an_asset_with_its_shipping_and_tax(self):
        equipment = self.new_account("Equipment", '150100', 'asset_fixed')
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'}, filled=False)
        self.assertTrue(order.order_line.filtered('amazon_line_number'))
        other = self.make_order([
            item(asin='B000DESK01', title="Desk", price='100.00', unspsc=DESK, auxiliary_id='136-1,2')],
            shipping='9.00', tax='8.00')
        self.items(other).expense_account_id = equipment
        other.with_user(self.buyer).button_confirm()
        self.send()
        self.assertEqual(self.whole_bill(other).invoice_line_ids.account_id, equipment)

    def test_goods_that_go_into_stock_leave_their_part_on_the_account_of_shipping(self):
        stored = self.env['product.product'].create({'name': "Blue pen", 'type': 'consu', 'is_storable': True})
        self.env['product.supplierinfo'].create({
            'partner_id': self.vendor.id, 'product_code': 'B00000PEN1', 'product_tmpl_id': stored.product_tmpl_id.id})
        self.group.item_policy = 'match'
        freight = self.new_account("Freight", '600400')
        self.group.shipping_product_id.property_account_expense_id = freight
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'}, filled=False)
        self.assertEqual(self.items(order)[0].product_id, stored)
        self.group.product_id.property_account_expense_id = self.furniture
        bill = self.whole_bill(order)
        self.assertEqual(self.charges(bill), [(freight, False, 3), (self.furniture, False, 1)])

    def test_a_charge_with_an_account_of_its_own_keeps_it(self):
        freight = self.new_account("Freight", '600400')
        order = self.make_order([item(price='10.00')], shipping='4.00')
        self.items(order).expense_account_id = self.supplies
        self.service_line(order, 'shipping').expense_account_id = freight
        order.with_user(self.buyer).button_confirm()
        self.send()
        self.assertEqual(self.charges(self.whole_bill(order)), [(freight, False, 4)])

    def test_a_buyer_creates_the_same_bill(self):
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'})
        self.receive_goods(order)
        order.with_user(self.buyer).action_create_invoice()
        self.assertShared(order.invoice_ids, 'shipping', 3, 1)

    def test_switched_off_the_charges_stay_on_their_own_accounts(self):
        self.group.charges_with_items = False
        freight = self.new_account("Freight", '600400')
        self.group.shipping_product_id.property_account_expense_id = freight
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'})
        self.assertEqual(self.charges(self.whole_bill(order)), [(freight, False, 4)])
        other = self.order(shipping='4.00')
        bill = self.invoice(other, subtotal='110.00', shipping='4.00', net='114.00')
        self.assertEqual(self.charges(bill), [(freight, False, 4)])

    def test_what_a_bill_left_of_a_charge_is_on_the_next_one(self):
        order = self.order(shipping='4.40', filled=False)
        self.receive_goods(order, line1=5)
        first = self.create_bill(order)
        shipping = first.invoice_line_ids.filtered(lambda line: line.product_id == self.group.shipping_product_id)
        shipping.write({'price_unit': 1, 'purchase_line_id': False})
        shipping.sudo().amazon_purchase_line_id = self.service_line(order, 'shipping')
        self.receive_goods(order)
        self.assertEqual(self.create_bill(order).amount_total, 103.4)

    def test_a_charge_that_the_confirmation_took_off_after_it_was_billed(self):
        order = self.order(shipping='4.40', filled=False)
        self.receive_goods(order, line1=5)
        self.assertEqual(self.create_bill(order).amount_total, 14.4)
        self.deliver(confirmation_xml(
            order, [(1, 5, status(quantity=5)), (2, 1, status(quantity=1))], total='110.00', shipping='0.00'))
        self.assertEqual(order.amount_total, 110)
        self.receive_goods(order)
        self.assertEqual(self.create_bill(order).amount_total, 100)

    # === AMAZON'S INVOICES === #

    def test_amazons_invoice_books_the_charges_with_its_items(self):
        order = self.order(shipping='4.40', tax='3.00')
        bill = self.invoice(order, subtotal='110.00', shipping='4.40', tax='3.00', net='117.40')
        self.assertShared(bill, 'shipping', 0.4, 4)
        self.assertShared(bill, 'tax', 0.27, 2.73)
        self.assertEqual(bill.amount_total, 117.4)

    def test_what_the_invoice_states_with_an_item_counts_first(self):
        order = self.order({'shipping': '3.00', 'tax': '2.00'}, {'shipping': '1.00', 'tax': '1.00'})
        bill = self.invoice(
            order, invoice_line(1, 5, '2.00', shipping='1.00', tax='0.75'),
            invoice_line(2, 1, '100.00', shipping='3.00', tax='2.25'),
            subtotal='110.00', shipping='4.00', tax='3.00', net='117.00')
        self.assertShared(bill, 'shipping', 1, 3)
        self.assertShared(bill, 'tax', 0.75, 2.25)

    def test_the_cart_counts_for_what_the_invoice_states_as_a_whole(self):
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'})
        self.assertShared(self.invoice(order, subtotal='110.00', shipping='4.00', net='114.00'), 'shipping', 3, 1)

    def test_special_handling_and_a_charge_of_the_whole_go_with_the_items_too(self):
        order = self.order(shipping='4.40')
        bill = self.invoice(
            order, subtotal='110.00', shipping='4.40', special_handling='1.10', net='115.50')
        self.assertEqual(sorted(amount for _account, _analytic, amount in self.charges(bill)), [0.1, 0.4, 1, 4])
        self.assertEqual(self.service_line(order, 'shipping').qty_invoiced, 1)

    def test_shipping_that_is_billed_alone_goes_with_the_items_of_the_order(self):
        order = self.order({'shipping': '3.00'}, {'shipping': '1.00'})
        self.invoice(order, subtotal='110.00', net='110.00')
        free = invoice_line(1, 0, '0.00').replace('lineNumber="1"', 'lineNumber="9"')
        raw = invoice_xml([(order, free)], invoice_id='INV-2', shipping='4.00', net='4.00')
        document = self.deliver(raw[:raw.index(b'<InvoiceDetailItem ')] + raw[raw.index(b'</InvoiceDetailItem>') + 20:])
        self.assertEqual(document.state, 'processed', document.reason)
        self.assertShared(document.account_move_id, 'shipping', 3, 1)

    def test_a_taxed_charge_keeps_its_tax_to_the_cent(self):
        self.new_tax(19)
        details = [[('19', net, 'subtotalTax'), ('19', shipping, 'shippingTax')]
                   for net, shipping in (('1.90', '0.19'), ('19.00', '0.63'))]
        order = self.order({'shipping': '1.00', 'tax': '2.09', 'details': details[0]},
                           {'shipping': '3.33', 'tax': '19.63', 'details': details[1]})
        bill = self.invoice(order, subtotal='110.00', shipping='4.33', tax='21.72', net='136.05')
        self.assertEqual((bill.amount_untaxed, bill.amount_tax, bill.amount_total), (114.33, 21.72, 136.05))
        self.assertShared(bill, 'shipping', 1, 3.33)

    def test_shipping_that_a_confirmation_brings_later_counts_once(self):
        order = self.order()
        bill = self.invoice(order, subtotal='110.00', shipping='4.40', net='114.40')
        self.assertEqual(len(self.charges(bill)), 2)
        self.deliver(confirmation_xml(
            order, [(1, 5, status(quantity=5)), (2, 1, status(quantity=1))], total='114.40', shipping='4.40'))
        self.assertShared(bill, 'shipping', 0.4, 4)

    def test_a_second_invoice_with_shipping_does_not_count_it_twice(self):
        order = self.order(shipping='4.40')
        self.invoice(order, invoice_line(1, 5, '2.00'), shipping='0.40', net='10.40')
        second = self.invoice(
            order, invoice_line(2, 1, '100.00'), invoice_id='INV-2', shipping='4.00', net='104.00')
        self.assertEqual(second.amount_total, 104)
        self.assertEqual(self.service_line(order, 'shipping').qty_invoiced, 1)

    def test_the_rounded_taxes_of_a_split_charge_add_up_to_the_order(self):
        self.new_tax(19)
        details = [[('19', net, 'subtotalTax'), ('19', '0.01', 'shippingTax')] for net in ('1.90', '19.00')]
        self.company.tax_calculation_rounding_method = 'round_per_line'
        # The tax on 0.06 is 0.01, but on 0.03 it is 0.01, too.
        order = self.order({'shipping': '0.03', 'tax': '1.91', 'details': details[0]},
                           {'shipping': '0.03', 'tax': '19.01', 'details': details[1]})
        bill = self.whole_bill(order)
        self.assertShared(bill, 'shipping', 0.03, 0.03)
        self.assertEqual((bill.amount_total, order.amount_total), (130.98, 130.98))

    # === CREDITS === #

    def test_a_credit_of_shipping_goes_back_to_the_accounts_of_the_bill(self):
        order = self.order({'shipping': '3.00', 'tax': '1.00'}, {'shipping': '1.00', 'tax': '3.00'})
        bill = self.invoice(order, subtotal='110.00', shipping='4.00', tax='4.00', net='118.00')
        bill.action_post()
        credit = self.invoice(
            order, invoice_line(1, -5, '2.00', reason='return'), invoice_line(2, -1, '100.00', reason='return'),
            invoice_id='CR-1', purpose='lineLevelCreditMemo', subtotal='-110.00', shipping='-4.00', tax='-4.00',
            net='-118.00', original_invoice_id='INV-1')
        self.assertEqual((credit.move_type, credit.amount_total), ('in_refund', 118))
        for line_type in ('shipping', 'tax'):
            self.assertEqual(self.charges(credit, line_type), self.charges(bill, line_type))
        self.assertEqual(
            {line.amazon_bill_line_id: line.price_subtotal for line in credit.invoice_line_ids},
            {line: line.price_subtotal for line in bill.invoice_line_ids})

    def test_a_credit_without_lines_takes_back_each_line_once(self):
        order = self.order({'shipping': '3.00', 'tax': '1.00'}, {'shipping': '1.00', 'tax': '3.00'})
        bill = self.invoice(order, subtotal='110.00', shipping='4.00', tax='4.00', net='118.00')
        bill.action_post()
        document = self.deliver(header_credit_xml(order, 'CR-1', '118.00', 'INV-1'))
        self.assertEqual(document.state, 'processed', document.reason)
        credit = document.account_move_id
        by_account = {}
        for line in credit.invoice_line_ids:
            by_account[line.account_id] = by_account.get(line.account_id, 0) + line.price_subtotal
        self.assertEqual(by_account, {self.supplies: 14, self.furniture: 104})
        self.assertEqual(len(self.charges(credit)), 2)

    def test_a_recorded_refund_of_an_item_takes_back_its_own_tax(self):
        order = self.order({'tax': '1.00'}, {'tax': '3.00'})
        bill = self.whole_bill(order)
        bill.invoice_date = '2026-03-06'
        bill.action_post()
        self.record_refund(bill.with_user(self.accountant), 1, 11.0)
        self.assertEqual(
            [(line.account_id, line.price_subtotal) for line in bill.reversal_move_ids.invoice_line_ids],
            [(self.supplies, 10), (self.supplies, 1)])

    def test_a_credit_of_a_total_takes_back_the_tax_of_shipping_that_was_split(self):
        tax = self.new_tax(20)
        order = self.order(shipping='10.00', tax='24.00')
        bill = self.invoice(
            order,
            invoice_line(1, 5, '2.00', tax='2.20', shipping='1.00', tax_details=tax_detail('20', '2.00')
                         + tax_detail('20', '0.20', purpose='shippingTax')),
            invoice_line(2, 1, '100.00', tax='21.80', shipping='9.00', tax_details=tax_detail('20', '20.00')
                         + tax_detail('20', '1.80', purpose='shippingTax')),
            shipping='10.00', tax='24.00', net='144.00')
        self.assertShared(bill, 'shipping', 1, 9)
        self.deliver(header_credit_xml(order, 'C-1', '11.00', 'INV-1', tax='2.40', shipping='1.00'))
        credit = bill.reversal_move_ids
        self.assertShared(credit, 'shipping', 0.1, 0.9)
        self.assertEqual((credit.amount_untaxed, credit.amount_tax, credit.amount_total), (12, 2.4, 14.4))
        self.assertEqual(credit.invoice_line_ids.tax_ids, tax)
