"""What an order costs after its confirmations: the pure fold, without Odoo."""
from decimal import Decimal

from ...cxml import (
    ItemIn,
    Shipping,
    Tax,
    confirm,
    ordered_lines,
    read_cart,
)
from .cxml_inventor import shared
from .line_outcomes_case import A, B, LineOutcomesCase, of_line, said, usd


class TestLineOutcomesMoney(LineOutcomesCase):

    # === MONEY === #

    def assertMoney(self, total, shipping):
        order = self.fold()
        self.assertEqual((order.total, order.shipping), (Decimal(str(total)), Decimal(str(shipping))))

    def test_totals_add_up_once_everything_is_settled(self):
        self.says.come(of_line(1, said('detail', 2)), total='24.10', shipping='2.50', tax='1.60', confirm_id=A)
        # 20.00 + 2.50 + 1.60; of the other line the cart: 15.00 + 3.00 + 1.20
        self.assertMoney('43.30', '5.50')
        self.says.come(of_line(2, said('detail', 3)), total='16.20', shipping='0.20', tax='1.00', confirm_id=B)
        self.assertMoney('40.30', '2.70')

    def test_shipping_and_tax_of_the_lines_count_where_the_header_is_silent(self):
        self.says.come(of_line(1, said('detail', 2, shipping='1.00', tax='0.50')), of_line(2, said('reject', 3)))
        self.assertMoney('21.50', '1.00')

    def test_what_no_confirmation_states_stays_as_in_the_cart(self):
        self.says.come(of_line(1, said('detail', 1), said('reject', 1)), of_line(2, said('reject', 3)))
        # Half of the first line: 10.00, shipping 1.00, tax 0.80
        self.assertMoney('11.80', '1.00')

    # === PARTS OF THE LINES === #

    def assertParts(self, first, second):
        """Assert shipping and tax of both lines, and that they add up to the order's."""
        order = self.fold()
        self.assertEqual(
            [(line.shipping, line.tax) for line in order.lines.values()],
            [tuple(map(Decimal, part)) for part in (first, second)])
        lines = order.lines.values()
        self.assertEqual(sum(line.shipping for line in lines), order.shipping)
        self.assertEqual(sum(line.net + line.shipping + line.tax for line in lines), order.total)

    def test_each_line_has_the_charges_that_the_cart_states(self):
        self.assertParts(('2.00', '1.60'), ('3.00', '1.20'))
        self.says.come(of_line(1, said('detail', 1), said('reject', 1)))
        self.assertParts(('1.00', '0.80'), ('3.00', '1.20'))

    def test_what_is_confirmed_for_a_line_belongs_to_it(self):
        self.says.come(of_line(1, said('detail', 2, shipping='1.00', tax='0.50')),
                       of_line(2, said('detail', 3, shipping='4.00', tax='2.00')))
        self.assertParts(('1.00', '0.50'), ('4.00', '2.00'))

    def test_the_charges_of_an_amazon_order_belong_to_its_lines(self):
        self.says.come(of_line(1, said('detail', 2)), total='24.10', shipping='2.50', tax='1.60', confirm_id=A)
        self.says.come(of_line(2, said('detail', 3)), total='16.20', shipping='0.20', tax='1.00', confirm_id=B)
        self.assertParts(('2.50', '1.60'), ('0.20', '1.00'))
        self.assertEqual([line.confirm_ids for line in self.fold().lines.values()], [(A,), (B,)])

    # === THE HIGHEST PRICE === #

    def assertHighest(self, number, price):
        self.assertEqual(self.fold().lines[number].highest_price, Decimal(price))

    def test_the_highest_of_several_prices_of_a_line(self):
        self.assertHighest(2, '5.00')
        self.says.come(of_line(2, said('detail', 1, price='4.00')))
        self.assertHighest(2, '5.00')  # of the rest the cart's
        self.says.come(of_line(2, said('detail', 1, price='6.00')), confirm_id=B)
        self.says.come(of_line(2, said('reject', 1)), confirm_id=B)
        self.assertHighest(2, '6.00')
        self.says.come(of_line(1, said('detail', 2, price='9.00')))
        self.assertHighest(1, '9.00')

    def test_a_total_alone_tells_what_tax_there_is(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='25.00')
        # 20.00 and the cart's 2.00 of shipping: 3.00 are tax
        self.assertMoney('25.00', '2.00')
        self.assertIsNone(self.fold().facts[1].stated_total)

    def test_a_total_without_its_own_tax_and_shipping_is_completed(self):
        self.says.come(
            of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='20.00', shipping='2.00', tax='1.60'
        )
        self.assertMoney('23.60', '2.00')

    def test_a_total_that_includes_what_is_rejected_is_corrected(self):
        self.says.come(
            of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='38.60', shipping='2.00', tax='1.60'
        )
        self.assertMoney('23.60', '2.00')

    def test_any_other_total_leads_and_is_named(self):
        self.says.come(
            of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='22.00', shipping='2.00', tax='1.60'
        )
        self.assertMoney('22.00', '2.00')
        facts = self.fold().facts[1]
        self.assertEqual((facts.stated_total, facts.computed_total), (22, Decimal('23.60')))

    def test_a_cent_of_rounding_is_not_worth_naming(self):
        self.says.come(
            of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='23.61', shipping='2.00', tax='1.60'
        )
        self.assertMoney('23.61', '2.00')
        self.assertIsNone(self.fold().facts[1].stated_total)

    def test_a_total_is_void_once_a_later_notice_took_of_its_goods(self):
        self.says.come(
            of_line(1, said('detail', 2)), of_line(2, said('detail', 3)), total='42.80', shipping='5.00', tax='2.80'
        )
        self.says.come(of_line(2, said('reject', 3)), confirm_id=None)
        # What is left is 20.00 of 35.00, and so much of the shipping and the tax.
        order = self.fold()
        self.assertEqual(round(order.total, 2), Decimal('24.46'))  # 20 + 5 × 4/7 + 2.80 × 4/7
        self.assertEqual(round(order.shipping, 2), Decimal('2.86'))

    def test_a_total_is_void_that_includes_what_was_never_ordered(self):
        self.says.come(
            of_line(1, said('detail', 2)), of_line(9, said('detail', 1)), total='99.00', shipping='2.00', tax='1.60'
        )
        self.assertEqual(self.fold().total, Decimal('23.60') + Decimal('19.20'))

    def test_nothing_is_charged_for_what_is_rejected(self):
        self.says.come(kind='reject', confirm_id=None, total='42.80', shipping='5.00', tax='2.80')
        self.assertMoney('0', '0')

    def test_a_header_that_accepts_all_brings_its_total(self):
        self.says.come(kind='accept', total='41.00', shipping='4.00', tax='2.00')
        self.assertMoney('41.00', '4.00')

    # === THE CART'S OWN AMOUNTS === #

    def test_the_headers_amounts_are_shared_out_to_the_lines(self):
        cart = read_cart(shared(self, 'samples', 'cart-jp-3-lines.xml').read_bytes())
        lines = ordered_lines(enumerate(cart.items, start=1), cart.total, cart.shipping, cart.tax)
        order = confirm(lines, ())
        self.assertEqual(order.total, cart.total.amount + cart.shipping.money.amount + cart.tax.money.amount)

    def test_a_header_that_differs_from_its_lines_is_shared_out_as_they_are(self):
        items = [
            ItemIn(quantity=Decimal(1), supplier_part_id='B00TEST001', unit_price=usd(10), shipping=Shipping(usd(each)))
            for each in (3, 1)
        ]
        lines = ordered_lines(enumerate(items, start=1), usd(20), Shipping(usd(2)), None)
        self.assertEqual([line.shipping for line in lines], [Decimal('1.5'), Decimal('0.5')])

    def test_a_header_without_detail_at_the_lines_is_shared_out_by_value(self):
        items = [
            ItemIn(quantity=Decimal(1), supplier_part_id='B00TEST001', unit_price=usd(price)) for price in (30, 10)
        ]
        lines = ordered_lines(enumerate(items, start=1), usd('40.01'), Shipping(usd(4)), Tax(usd(8)))
        self.assertEqual([line.shipping for line in lines], [3, 1])
        self.assertEqual(confirm(lines, ()).total, Decimal('52.01'))
