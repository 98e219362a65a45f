"""Taxes of a cart: matched where Odoo computes what Amazon states, else estimated, with the total of the cart."""
import random
from decimal import ROUND_HALF_UP, Decimal

from odoo.fields import Command
from odoo.tests import tagged

from ..common import AmazonCase
from ..cxml_builder import item


class TaxCase(AmazonCase):

    def taxed(self, rate='8', tax='8.00', price='100.00', **vals):
        """Return an item whose tax is stated with its rate."""
        return item(price=price, tax=tax, details=[(rate, tax, 'subtotalTax')], **vals)

    def new_reverse_charge(self, rate):
        lines = [Command.clear(), Command.create({'repartition_type': 'base', 'factor_percent': 100}),
                 Command.create({'repartition_type': 'tax', 'factor_percent': 100}),
                 Command.create({'repartition_type': 'tax', 'factor_percent': -100})]
        return self.new_tax(rate, invoice_repartition_line_ids=lines, refund_repartition_line_ids=lines)

    def notes(self, order):
        return " ".join(order.message_ids.mapped('body'))

    def assertEstimated(self, order, amount, *words):
        """Check that the order has no tax except one estimate of this amount, and that its chatter says why."""
        estimate = order.order_line.filtered(lambda line: line.amazon_line_type == 'tax')
        self.assertEqual(estimate.mapped('price_unit'), [amount])
        self.assertFalse(order.order_line.tax_ids)
        for word in ("Estimated tax" if amount else "", *words):
            self.assertIn(word.lower(), self.notes(order).lower())

    def assertMatched(self, order, tax):
        self.assertEqual(order.order_line.tax_ids, tax)
        self.assertNotIn('tax', order.order_line.mapped('amazon_line_type'))
        self.assertNotIn("stimated", self.notes(order))


@tagged('post_install', '-at_install')
class TestTaxMatching(TaxCase):

    def test_the_one_purchase_tax_of_that_rate_matches(self):
        tax = self.new_tax(8)
        order = self.make_order([self.taxed()], tax='8.00')
        self.assertMatched(order, tax)
        self.assertEqual((order.amount_untaxed, order.amount_tax, order.amount_total), (100, 8, 108))

    def test_the_rate_may_be_written_with_zeros(self):
        tax = self.new_tax(10)
        self.assertMatched(self.make_order([self.taxed('10.00', '10.00')], tax='10.00'), tax)

    def test_a_rate_with_decimals_matches(self):
        tax = self.new_tax(5.5)
        self.assertMatched(self.make_order([self.taxed('5.50', '5.50')], tax='5.50'), tax)

    def test_an_archived_tax_does_not_match(self):
        self.new_tax(8, active=False)
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8, "no purchase tax of 8%")

    def test_a_tax_of_another_company_does_not_match(self):
        company = self.env['res.company'].create({'name': "Elsewhere", 'country_id': self.company.country_id.id})
        self.new_tax(8, company_id=company.id)
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8)

    def test_a_tax_on_sales_does_not_match(self):
        self.new_tax(8, type_tax_use='sale')
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8)

    def test_a_fixed_amount_does_not_match(self):
        self.new_tax(8, amount_type='fixed')
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8)

    def test_a_share_of_the_total_does_not_match(self):
        self.new_tax(8, amount_type='division')
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8)

    def test_a_tax_included_in_the_price_does_not_match(self):
        self.new_tax(8, price_include_override='tax_included')
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8)

    def test_a_reverse_charge_does_not_match(self):
        self.new_reverse_charge(8)
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8)

    def test_a_tax_of_another_rate_does_not_match(self):
        self.new_tax(8.5)
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8)

    def test_a_tax_of_another_country_does_not_match(self):
        group = self.env['account.tax.group'].create({'name': "JP", 'country_id': self.env.ref('base.jp').id})
        self.new_tax(8, country_id=self.env.ref('base.jp').id, tax_group_id=group.id)
        self.assertEstimated(self.make_order([self.taxed()], tax='8.00'), 8)

    def test_one_of_several_does_not_match(self):
        self.new_tax(10)
        self.new_tax(10)
        order = self.make_order([self.taxed('10', '10.00')], tax='10.00')
        self.assertEstimated(order, 10, "several purchase taxes of 10%")

    def test_a_reverse_charge_beside_the_right_tax_does_not_make_it_several(self):
        tax = self.new_tax(8)
        self.new_reverse_charge(8)
        self.assertMatched(self.make_order([self.taxed()], tax='8.00'), tax)

    def test_an_amount_rounded_up_or_down_matches_and_the_cent_is_estimated_without_tax(self):
        tax = self.new_tax(8)
        # 8% is 8.0048, which Odoo rounds to 8.00, and 8.0056, which it rounds to 8.01.
        for price, stated, rest in (('100.06', '8.01', 0.01), ('100.07', '8.00', -0.01)):
            with self.subTest(stated):
                order = self.make_order([self.taxed(price=price, tax=stated)], tax=stated)
                self.assertEqual(order.order_line[0].tax_ids, tax)
                estimate = order.order_line[1]
                self.assertEqual((estimate.price_unit, estimate.amazon_line_type), (rest, 'tax'))
                self.assertFalse(estimate.tax_ids)
                self.assertAlmostEqual(order.amount_total, float(price) + float(stated))

    def test_an_amount_a_whole_cent_off_does_not_match(self):
        self.new_tax(8)
        order = self.make_order([self.taxed(tax='8.01')], tax='8.01')
        self.assertEstimated(order, 8.01, "8% would be", "Amazon states")

    def test_three_pieces_at_a_price_with_tax(self):
        """Three at 9.99 with tax: 1.60 of each is tax; Odoo computes 19% of 25.17, which is 4.78."""
        tax = self.new_tax(19)
        order = self.make_order([self.taxed('19', '4.80', '8.39', quantity='3')], tax='4.80')
        self.assertEqual((order.order_line[0].tax_ids, order.amount_tax), (tax, 4.78))
        self.assertEqual((order.order_line[1].amazon_line_type, order.order_line[1].price_unit), ('tax', 0.02))
        self.assertEqual(order.amount_total, 29.97)

    def test_a_group_of_taxes_matches_its_parts_and_their_sum(self):
        children = self.new_tax(5, type_tax_use='none') | self.new_tax(7, type_tax_use='none')
        tax = self.new_tax(0, amount_type='group', children_tax_ids=[Command.set(children.ids)])
        for details in ([('12', '12.00', 'subtotalTax')], [('5', '5.00', 'subtotalTax'), ('7', '7.00', 'subtotalTax')]):
            with self.subTest(details):
                order = self.make_order([item(price='100.00', tax='12.00', details=details)], tax='12.00')
                self.assertMatched(order, tax)

    def test_an_amount_two_cents_off_does_not_match(self):
        self.new_tax(8)
        order = self.make_order([self.taxed(tax='8.02')], tax='8.02')
        self.assertEstimated(order, 8.02, "8% would be", "Amazon states")

    def test_one_yen_is_the_smallest_unit_of_yen(self):
        self.env.ref('base.JPY').active = True
        tax = self.new_tax(8)
        order = self.make_order([self.taxed(price='1185.00', tax='94.00')], currency='JPY', tax='94.00')
        self.assertEqual((order.order_line[0].tax_ids, order.amount_total), (tax, 1279))
        order = self.make_order([self.taxed(price='1185.00', tax='93.00')], currency='JPY', tax='93.00')
        self.assertEstimated(order, 93)

    def test_a_tax_without_rate_is_estimated(self):
        self.new_tax(8)
        self.assertEstimated(self.make_order([item(price='100.00', tax='8.00')], tax='8.00'), 8, "no single rate")

    def test_one_sentence_explains_the_estimate_of_many_items(self):
        self.new_tax(8)
        order = self.make_order([item(title=title, price='100.00', tax='8.00') for title in ("Pen", "Ink", "Ruler")],
                                tax='24.00')
        self.assertEstimated(order, 24, "The tax on 3 lines is estimated: Amazon states no single rate for them.")
        self.assertNotIn("“Pen”", "".join(order.message_ids.mapped('body')))

    def test_two_rates_on_one_item_are_estimated(self):
        self.new_tax(5)
        self.new_tax(3)
        order = self.make_order([item(price='100.00', tax='8.00', details=[
            ('5', '5.00', 'subtotalTax'), ('3', '3.00', 'subtotalTax')])], tax='8.00')
        self.assertEstimated(order, 8, "no single rate")

    def test_each_item_has_the_tax_of_its_rate(self):
        eight, ten = self.new_tax(8), self.new_tax(10)
        order = self.make_order(
            [self.taxed(), self.taxed('10', '10.00'), self.taxed('12', '12.00'), item(price='5.00')], tax='30.00')
        self.assertEqual([line.tax_ids.ids for line in order.order_line], [eight.ids, ten.ids, [], [], []])
        self.assertEqual(order.order_line[4].price_unit, 12)
        self.assertIn("no purchase tax of 12%", self.notes(order))
        self.assertEqual(order.amount_total, 335)

    def test_a_cart_without_tax_has_neither_tax_nor_note(self):
        self.new_tax(8)
        order = self.make_order([item()], tax='0.00')
        self.assertMatched(order, self.env['account.tax'])

    def test_zero_percent_matches_its_tax_and_is_nothing_without_one(self):
        self.env['account.tax'].search([('amount', '=', 0), ('type_tax_use', '=', 'purchase')]).active = False
        self.assertMatched(self.make_order([self.taxed('0', '0.00')], tax='0.00'), self.env['account.tax'])
        zero = self.new_tax(0)
        self.assertMatched(self.make_order([self.taxed('0', '0.00')], tax='0.00'), zero)

    def test_shipping_carries_its_own_tax(self):
        tax = self.new_tax(20)
        taxed = item(price='10.00', tax='3.00', details=[('20', '2.00', 'subtotalTax'), ('20', '1.00', 'shippingTax')])
        order = self.make_order([taxed], shipping='5.00', tax='3.00')
        self.assertMatched(order, tax)
        self.assertEqual(order.order_line.mapped('amazon_line_type'), ['item', 'shipping'])
        self.assertEqual(order.order_line.mapped('price_tax'), [2, 1])

    def test_shipping_taxed_at_two_rates_is_estimated(self):
        five, ten = self.new_tax(5), self.new_tax(10)
        order = self.make_order([
            item(price='100.00', tax='5.10', details=[('5', '5.00', 'subtotalTax'), ('5', '0.10', 'shippingTax')]),
            item(price='100.00', tax='10.20', details=[('10', '10.00', 'subtotalTax'), ('10', '0.20', 'shippingTax')]),
        ], shipping='4.00', tax='15.30')
        self.assertEqual([line.tax_ids.ids for line in order.order_line], [five.ids, ten.ids, [], []])
        self.assertEqual(order.order_line[3].price_unit, 0.3)
        self.assertEqual(order.amount_total, 219.3)
        self.assertIn("Shipping", self.notes(order))

    def test_a_branch_uses_the_taxes_of_its_parent_company(self):
        tax = self.new_tax(8)
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.assertEqual(
            self.env['amazon.punchout.cart'].with_company(branch)._taxes_of_rates(branch, False, {Decimal(8)}),
            {Decimal(8): tax})


@tagged('post_install', '-at_install')
class TestTotals(TaxCase):

    def test_a_cent_of_rounding_goes_to_the_estimate(self):
        tax = self.new_tax(8.25)
        items = [self.taxed('8.25', '0.01', price='0.10', auxiliary_id=f'1,{number}') for number in range(10)]
        for method, rest in (('round_per_line', 0), ('round_globally', 0.02)):
            with self.subTest(method):
                self.company.tax_calculation_rounding_method = method
                order = self.make_order(items, tax='0.10')
                self.assertEqual(order.order_line.tax_ids, tax)
                estimate = order.order_line.filtered(lambda line: line.amazon_line_type == 'tax')
                self.assertEqual(estimate.price_unit, rest)
                self.assertEqual(order.amount_total, 1.1)

    def test_prices_below_a_cent_sum_up_to_the_carts_total(self):
        order = self.make_order([item(price='0.0333', quantity='3')], total='0.10')
        self.assertEqual(order.amount_total, 0.1)

    def test_any_cart_makes_an_order_of_its_own_total(self):
        """Compare Total + Shipping + Tax to the cent over currencies, ways of rounding, with and without taxes."""
        for code in ('EUR', 'JPY'):
            self.env.ref(f'base.{code}').active = True
        taxes = self.env['account.tax'].union(*(self.new_tax(rate) for rate in (5, 8, 8.25, 19, 20)))
        dice = random.Random(20260301)
        matched = estimated = 0
        for number in range(48):
            code = dice.choice(('USD', 'EUR', 'JPY'))
            self.company.tax_calculation_rounding_method = dice.choice(('round_per_line', 'round_globally'))
            taxes.active = dice.random() < 0.75
            items, cart = self._random_cart(dice, code)
            with self.subTest(number=number, cart=cart):
                order = self.make_order(items, currency=code, **cart)
                expected = sum(Decimal(cart[part] or 0) for part in ('total', 'shipping', 'tax'))
                self.assertEqual(order.amount_total, float(expected))
                self.assertEqual(len(order.order_line.filtered('amazon_asin')), len(items))
                matched += bool(order.order_line.tax_ids)
                estimated += 'tax' in order.order_line.mapped('amazon_line_type')
        self.assertGreater(matched, 10, "the carts must try what they are meant to try")
        self.assertGreater(estimated, 10)

    def _random_cart(self, dice, code):
        """Make amounts like Amazon's: two decimals even of yen, taxes rounded and now and then a unit off."""
        unit = Decimal(1) if code == 'JPY' else Decimal('0.01')

        def rounded(amount):
            return amount.quantize(unit, ROUND_HALF_UP).quantize(Decimal('0.01'))

        def stated(base, rate):
            return max(rounded(base * rate / 100) + dice.choice((0, 0, 0, 1, -1)) * unit, Decimal())
        sum_of_lines, shipping, tax, items = Decimal(), Decimal(), Decimal(), []
        for number in range(dice.randint(1, 7)):
            price = rounded(Decimal(dice.randint(1, 99999)) / 100 + unit)
            if code != 'JPY' and dice.random() < 0.2:
                price += Decimal(dice.randint(0, 99)) / 10000
            quantity = dice.randint(1, 30)
            rate = Decimal(dice.choice(('0', '5', '8', '8.25', '19', '20', '21')))
            details = [(rate, stated(price * quantity, rate), 'subtotalTax')]
            freight = rounded(Decimal(dice.randint(0, 2000)) / 100) if dice.random() < 0.5 else Decimal()
            if freight:
                details.append((rate, stated(freight, rate), 'shippingTax'))
            line_tax = sum(amount for _rate, amount, _purpose in details)
            items.append(item(
                asin=f'B{number:09}', auxiliary_id=f'1-2-3,{number}', price=str(price), quantity=str(quantity),
                shipping=freight, tax=line_tax, details=details if dice.random() < 0.9 else ()))
            sum_of_lines += price * quantity
            shipping += freight
            tax += line_tax
        return items, {'total': str(rounded(sum_of_lines)), 'shipping': str(shipping), 'tax': str(tax)}
