"""The order's total is what Amazon's confirmations state, to the cent."""
import random

from odoo import Command
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, item, status, tax_detail
from ..message_case import MessageCase

FIRST, SECOND = '111-0000000-0000001', '111-0000000-0000002'


@tagged('post_install', '-at_install')
class TestConfirmationTotals(MessageCase):

    def confirm(self, order, *lines, **values):
        document = self.deliver(confirmation_xml(order, lines, **values))
        self.assertEqual(document.state, 'processed', document.reason)

    def accept_all(self, order, **values):
        self.confirm(order, (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status(quantity=1)),
                     **values)

    def charges(self, order):
        """Sum up the lines of shipping and tax."""
        return {line_type: round(sum(self.service_line(order, line_type).mapped('price_subtotal')), 2)
                for line_type in ('shipping', 'tax')}

    # === ESTIMATES AND WHAT REPLACES THEM === #

    def test_what_is_not_answered_keeps_its_share_of_the_estimates(self):
        # 2 × 10 + 3 × 5 + 20 = 55; by value of the goods 8.00 of shipping and 5.50 of tax.
        order = self.three_lines(shipping='11.00', tax='5.50')
        self.confirm(order, (1, 2, status(quantity=2)), total='21.00', shipping='0.00', tax='1.00', confirm_id=FIRST)
        # 21.00 + 35.00 + 7.00 + 3.50
        self.assertEqual((order.amount_total, self.charges(order)), (66.5, {'shipping': 7.0, 'tax': 4.5}))
        self.confirm(order, (2, 3, status(quantity=3)), (3, 1, status('reject', 1)), total='16.50', shipping='0.50',
                     tax='1.00', confirm_id=SECOND)
        self.assertEqual((order.amount_total, self.charges(order)), (37.5, {'shipping': 0.5, 'tax': 2.0}))

    def test_lines_of_shipping_and_tax_are_made_where_the_cart_had_none(self):
        order = self.three_lines()
        self.assertFalse(self.service_line(order, 'shipping') | self.service_line(order, 'tax'))
        self.accept_all(order, total='63.28', shipping='4.00', tax='4.28')
        self.assertEqual((order.amount_total, self.charges(order)), (63.28, {'shipping': 4.0, 'tax': 4.28}))
        shipping, tax = self.service_line(order, 'shipping'), self.service_line(order, 'tax')
        self.assertEqual((shipping.product_id, tax.product_id),
                         (self.group.shipping_product_id, self.group.tax_product_id))
        self.assertEqual((shipping.amazon_cart_price, tax.tax_ids, order.order_line[-1]),
                         (0, self.env['account.tax'], tax))

    def test_lines_of_shipping_and_tax_are_set_to_nothing_where_amazon_charges_none(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        self.accept_all(order, total='55.00', shipping='0.00', tax='0.00')
        self.assertEqual((order.amount_total, self.charges(order)), (55.0, {'shipping': 0.0, 'tax': 0.0}))

    def test_without_amounts_in_the_confirmation_the_carts_stay(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        self.accept_all(order)
        self.assertEqual((order.amount_total, self.charges(order)), (63.28, {'shipping': 4.0, 'tax': 4.28}))

    def test_a_total_that_its_parts_do_not_add_up_to_counts_and_is_reported(self):
        order = self.three_lines()
        self.accept_all(order, total='50.00', shipping='0.00', tax='0.00')
        self.assertEqual((order.amount_total, self.charges(order)), (50.0, {'shipping': 0.0, 'tax': -5.0}))
        self.assertRegex(self.chatter(order), "a total of .*50.00, but .* add up to .*55.00. The stated total is used")

    # === PURCHASE TAXES === #

    def vat_order(self, tax, **cart):
        """2 × 9.99 and 3 × 5.55 with 19 % VAT: 19.98 + 16.65 = 36.63, VAT 3.80 + 3.16 = 6.96.

        :param tax: the one purchase tax of 19 %
        """
        order = self.sent_order([
            item(asin='B00TEST001', price='9.99', quantity='2', auxiliary_id='257-1,1', tax='3.80',
                 details=[('19.00', '3.80', 'subtotalTax')]),
            item(asin='B00TEST002', price='5.55', quantity='3', auxiliary_id='257-1,2', tax='3.16',
                 details=[('19.00', '3.16', 'subtotalTax')])], tax='6.96', **cart)
        self.assertEqual(order.order_line.filtered(lambda line: line.amazon_line_type == 'item').tax_ids, tax)
        return order

    def test_a_purchase_tax_stays_on_the_lines_and_makes_what_amazon_states(self):
        vat = self.new_tax(19)
        for rounding in ('round_per_line', 'round_globally'):
            self.company.tax_calculation_rounding_method = rounding
            order = self.vat_order(vat)
            # 2 × 9.00 + 2 × 5.55 = 29.10; VAT 3.42 + 2.11 (2.109) = 5.53.
            self.confirm(order,
                         (1, 2, status(quantity=2, price='9.00', tax='3.42', tax_details=tax_detail('19.00', '3.42'))),
                         (2, 3, status(quantity=2, tax='2.11', tax_details=tax_detail('19.00', '2.11')),
                          status('reject', 1)),
                         total='34.63', shipping='0.00', tax='5.53')
            self.assertEqual((order.amount_untaxed, order.amount_tax, order.amount_total), (29.10, 5.53, 34.63))
            self.assertFalse(sum(self.service_line(order, 'tax').mapped('price_unit')))

    def test_a_cent_that_the_companys_rounding_makes_is_taken_by_the_estimate(self):
        order = self.vat_order(self.new_tax(19))
        self.confirm(order, (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), total='43.60', shipping='0.00',
                     tax='6.97')
        self.assertEqual((order.amount_total, self.charges(order)['tax']), (43.60, 0.01))

    def test_tax_that_amazon_does_not_charge_after_all_is_taken_off(self):
        order = self.vat_order(self.new_tax(19))
        self.confirm(order, (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), total='36.63', shipping='0.00',
                     tax='0.00')
        self.assertEqual((order.amount_total, self.charges(order)['tax']), (36.63, -6.96))

    def test_any_two_confirmations_add_up_to_their_totals(self):
        source = random.Random(11)
        self.new_tax(19)
        for _round in range(6):
            currency = source.choice(('USD', 'JPY'))
            self.env.ref(f'base.{currency}').write({'active': True, 'rate_ids': [Command.clear()]})
            digits = 0 if currency == 'JPY' else 2
            items = [item(asin=f'B00TEST{number:03}', price=f'{source.uniform(1, 90):.{digits}f}',
                          quantity=str(source.randint(1, 7)), auxiliary_id=f'1-1,{number}') for number in range(4)]
            order = self.sent_order(items, currency=currency, shipping='7', tax='9')
            totals = []
            for confirm_id, numbers in ((FIRST, (1, 2)), (SECOND, (3, 4))):
                lines, net = [], 0
                for number in numbers:
                    quantity, price = int(items[number - 1]['quantity']), round(source.uniform(1, 90), digits)
                    rejected = source.randint(0, quantity - 1)
                    net += (quantity - rejected) * price
                    lines.append((number, quantity,
                                  status(quantity=quantity - rejected, price=price, currency=currency), *(
                        [status('reject', rejected)] if rejected else [])))
                shipping, tax = source.randint(0, 9), round(net * .0725, digits)
                totals.append(round(net + shipping + tax, digits))
                self.confirm(order, *lines, confirm_id=confirm_id, total=f'{totals[-1]:.2f}', shipping=f'{shipping}.00',
                             tax=f'{tax:.2f}')
            with self.subTest(currency=currency, items=items, totals=totals):
                self.assertEqual(order.amount_total, round(sum(totals), digits))
