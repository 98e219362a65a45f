"""What is true of an order after its confirmations: the pure fold, without Odoo."""
import itertools
import random
import unittest
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from ..cxml import (
    ConfirmationItem,
    ConfirmationRequest,
    ConfirmationStatus,
    Header,
    ItemIn,
    Money,
    Notice,
    OrderedLine,
    OrderReference,
    Shipping,
    Tax,
    confirm,
    ordered_lines,
    read_cart,
)
from .cxml_fixtures import shared

A, B = '111-0000000-0000001', '111-0000000-0000002'
DAY = datetime(2026, 3, 2, 10, tzinfo=timezone.utc)


def usd(amount):
    return Money(Decimal(str(amount)), 'USD')


def said(kind, quantity, price=None, shipping=None, tax=None, **values):
    """A ConfirmationStatus."""
    return ConfirmationStatus(
        kind, Decimal(str(quantity)), unit_price=price is not None and usd(price) or None,
        shipping=shipping is not None and Shipping(usd(shipping)) or None,
        tax=tax is not None and Tax(usd(tax)) or None, **values)


def of_line(number, *statuses):
    return ConfirmationItem(number, sum((each.quantity for each in statuses), Decimal()), statuses)


class Confirmations:
    """Numbers notices as they arrive; each is an hour younger than the one before."""

    def __init__(self):
        self.notices = []

    def come(self, *items, kind='detail', confirm_id=A, by_hand=False, hours=None, total=None, shipping=None, tax=None,
             payload_id=None, **values):
        arrival = len(self.notices) + 1
        confirmation = ConfirmationRequest(
            payload_id=payload_id or f'p{arrival}', timestamp=None, header=Header(), order=OrderReference('P1'), type=kind,
            confirm_id=confirm_id, notice_date=DAY + timedelta(hours=arrival if hours is None else hours), items=items,
            total=total is not None and usd(total) or None, shipping=shipping is not None and Shipping(usd(shipping)) or None,
            tax=tax is not None and Tax(usd(tax)) or None, **values)
        self.notices.append(Notice(confirmation, arrival, by_hand))
        return self


LINES = (OrderedLine(1, Decimal(2), Decimal('10.00'), Decimal('2.00'), Decimal('1.60')),
         OrderedLine(2, Decimal(3), Decimal('5.00'), Decimal('3.00'), Decimal('1.20')))


class TestConfirmed(unittest.TestCase):

    def setUp(self):
        self.says = Confirmations()

    def fold(self, lines=LINES):
        return confirm(lines, self.says.notices)

    def assertLine(self, number, confirmation, accepted=0, rejected=0, backordered=0, price=None):
        line = self.fold().lines[number]
        self.assertEqual((line.confirmation, line.accepted, line.rejected, line.backordered),
                         (confirmation, accepted, rejected, backordered))
        if price is not None:
            self.assertEqual(line.price, Decimal(str(price)))

    # === SINGLE LINES === #

    def test_without_a_confirmation_the_cart_stands(self):
        order = self.fold()
        self.assertEqual((order.state, order.shipping, order.total), ('sent', 5, Decimal('42.80')))
        self.assertLine(1, 'none', price='10.00')

    def test_accept_detail_and_all_detail_accept(self):
        for kind in ('accept', 'detail', 'allDetail'):
            with self.subTest(kind):
                self.says = Confirmations().come(of_line(1, said(kind, 2)))
                self.assertLine(1, 'accepted', 2, price='10.00')
                self.assertEqual(self.fold().state, 'partial')

    def test_every_line_in_full_is_confirmed_even_at_other_prices(self):
        self.says.come(of_line(1, said('detail', 2, price='9.00')), of_line(2, said('detail', 3)))
        self.assertEqual(self.fold().state, 'confirmed')
        self.assertLine(1, 'changed', 2, price='9.00')
        self.assertEqual(self.fold().lines[1].ordered_price, 10)

    def test_a_part_is_rejected(self):
        self.says.come(of_line(2, said('detail', 2), said('reject', 1)))
        self.assertLine(2, 'changed', 2, 1)
        self.assertEqual(self.fold().lines[2].open_quantity, 2)

    def test_part_of_a_line_answered_is_no_change(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(2, said('detail', 2)))
        self.assertLine(2, 'accepted', 2)
        self.assertEqual((self.fold().state, self.fold().lines[2].open_quantity), ('partial', 3))

    def test_back_ordered_stays_on_the_line(self):
        self.says.come(of_line(2, said('accept', 1), said('backordered', 2)))
        self.assertLine(2, 'backordered', 1, 0, 2)
        self.assertEqual((self.fold().lines[2].open_quantity, self.fold().state), (3, 'partial'))

    def test_unknown_says_nothing(self):
        self.says.come(of_line(1, said('unknown', 2)))
        self.assertLine(1, 'none')
        self.assertEqual((self.fold().state, self.fold().facts[1].unread_types), ('sent', ()))

    def test_a_status_that_nobody_knows_is_named(self):
        self.says.come(of_line(1, said('requestToPay', 2)))
        self.assertLine(1, 'none')
        self.assertEqual(self.fold().facts[1].unread_types, ('requestToPay',))

    def test_a_line_that_was_not_ordered_is_named_and_the_rest_followed(self):
        self.says.come(of_line(9, said('accept', 1)), of_line(1, said('accept', 2)))
        self.assertEqual(self.fold().facts[1].unknown_lines, (9,))
        self.assertLine(1, 'accepted', 2)

    def test_more_than_was_ordered_is_cut_and_named(self):
        self.says.come(of_line(1, said('accept', 5)))
        self.assertLine(1, 'accepted', 2)
        self.assertEqual(self.fold().facts[1].excess_lines, (1,))

    def test_the_parts_of_one_notice_do_not_take_of_each_other(self):
        self.says.come(of_line(2, said('detail', 2), said('reject', 2)))
        self.assertLine(2, 'changed', 2, 1)
        self.assertEqual(self.fold().facts[1].excess_lines, (2,))

    def test_several_prices_of_a_line_make_the_exact_sum(self):
        self.says.come(of_line(2, said('detail', 2, price='4.99')), confirm_id=A)
        self.says.come(of_line(2, said('detail', 1, price='5.02')), confirm_id=B)
        line = self.fold().lines[2]
        self.assertEqual((line.net, line.confirmation), (Decimal('15.00'), 'changed'))
        self.assertEqual(round(line.open_quantity * line.price, 9), Decimal('15.00'))

    def test_the_last_delivery_of_a_line_counts(self):
        self.says.come(of_line(2, said('detail', 1, delivery_date=DAY + timedelta(days=9))), confirm_id=A)
        self.says.come(of_line(2, said('detail', 1, delivery_date=DAY), said('reject', 1, delivery_date=DAY.replace(year=2030))),
                       confirm_id=B)
        self.assertEqual(self.fold().lines[2].delivery_date, DAY + timedelta(days=9))

    def test_reasons_are_the_lines_own_else_the_headers(self):
        self.says.come(of_line(1, said('reject', 2, error_codes=('015-005',), comments=("Sold out",))),
                       of_line(2, said('reject', 3)), error_codes=('001-012',), comments=("Cancelled",))
        self.says.come(of_line(3, said('detail', 1, comments=("Thank you",))))
        lines = self.fold((*LINES, OrderedLine(3, Decimal(1), Decimal(1)))).lines
        self.assertEqual(lines[3].comments, ())
        self.assertEqual((lines[1].error_codes, lines[1].comments), (('015-005',), ("Sold out",)))
        self.assertEqual((lines[2].error_codes, lines[2].comments), (('001-012',), ("Cancelled",)))

    # === HEADERS === #

    def test_a_header_speaks_of_all_lines(self):
        for kind, confirmation, state in (
            ('accept', 'accepted', 'confirmed'), ('allDetail', 'accepted', 'confirmed'), ('reject', 'rejected', 'cancelled'),
            ('backordered', 'backordered', 'partial'), ('except', 'accepted', 'confirmed'), ('detail', 'none', 'sent'),
        ):
            with self.subTest(kind):
                self.says = Confirmations().come(kind=kind)
                order = self.fold()
                self.assertEqual({line.confirmation for line in order.lines.values()}, {confirmation})
                self.assertEqual(order.state, state)

    def test_except_accepts_what_it_does_not_name(self):
        self.says.come(of_line(2, said('reject', 3)), kind='except')
        self.assertLine(1, 'accepted', 2)
        self.assertLine(2, 'rejected', 0, 3)

    def test_a_rejection_that_names_lines_rejects_no_others(self):
        self.says.come(of_line(2, said('reject', 3)), kind='reject')
        self.assertLine(1, 'none')

    def test_an_item_without_a_status_is_what_its_header_says(self):
        self.says.come(ConfirmationItem(2, Decimal(3)), kind='reject')
        self.assertLine(2, 'rejected', 0, 3)
        self.assertLine(1, 'none')

    def test_a_later_header_leaves_what_is_answered_for_good(self):
        self.says.come(of_line(1, said('reject', 1), said('backordered', 1)), confirm_id=None)
        self.says.come(kind='accept')
        self.assertLine(1, 'changed', 1, 1)
        self.assertLine(2, 'accepted', 3)

    def test_a_header_that_cancels_one_amazon_order_leaves_the_others(self):
        self.says.come(of_line(1, said('detail', 2)), confirm_id=A)
        self.says.come(of_line(2, said('detail', 3)), confirm_id=B)
        self.says.come(kind='reject', confirm_id=A)
        self.assertLine(1, 'rejected', 0, 2)
        self.assertLine(2, 'accepted', 3)

    # === SEVERAL CONFIRMATIONS === #

    def test_the_numbers_stand_in_the_order_of_their_dates(self):
        self.says.come(of_line(1, said('detail', 2)), confirm_id=B, hours=9)
        self.says.come(of_line(2, said('detail', 3, confirm_id=A)), confirm_id=None, hours=1)
        self.assertEqual(self.fold().confirm_ids, (A, B))

    def test_an_amazon_order_restates_its_part_of_a_line(self):
        self.says.come(of_line(2, said('detail', 1)), confirm_id=B)
        self.says.come(of_line(2, said('detail', 2, price='4.00')), confirm_id=A)
        self.says.come(of_line(2, said('detail', 1, price='4.50'), said('reject', 1)), confirm_id=A)
        self.assertLine(2, 'changed', 2, 1)
        self.assertEqual(self.fold().lines[2].net, Decimal('9.50'))

    def test_an_amazon_order_cancels_a_part_of_what_it_accepted(self):
        self.says.come(of_line(2, said('detail', 3, price='4.00')), confirm_id=A)
        self.says.come(of_line(2, said('reject', 1)), confirm_id=A)
        self.assertLine(2, 'changed', 2, 1, price='4.00')

    def test_an_amazon_order_that_restates_less_leaves_the_rest_unanswered(self):
        self.says.come(of_line(2, said('detail', 3)), confirm_id=A)
        self.says.come(of_line(2, said('detail', 1)), confirm_id=A)
        self.assertLine(2, 'accepted', 1)

    def test_a_second_rejection_of_an_amazon_order_is_one_more(self):
        self.says.come(of_line(2, said('reject', 1), said('detail', 2)), confirm_id=A)
        self.says.come(of_line(2, said('reject', 1)), confirm_id=A)
        self.assertLine(2, 'changed', 1, 2)

    def test_an_amazon_order_takes_back_its_own_goods_and_no_others(self):
        self.says.come(of_line(2, said('detail', 1, price='3.00')), confirm_id=B)
        self.says.come(of_line(2, said('detail', 2, price='4.00')), confirm_id=A)
        self.says.come(of_line(2, said('reject', 1)), confirm_id=A)
        self.assertLine(2, 'changed', 2, 1, price='3.50')
        self.says.come(of_line(2, said('reject', 1)), confirm_id=A)
        self.assertLine(2, 'changed', 1, 2, price='3.00')

    def test_an_amazon_order_that_rejects_means_what_nobody_answered_first(self):
        self.says.come(of_line(2, said('detail', 2)), confirm_id=A)
        self.says.come(of_line(2, said('reject', 1)), confirm_id=A)
        self.assertLine(2, 'changed', 2, 1)

    def test_a_rejection_without_a_number_takes_what_nobody_answered_first(self):
        self.says.come(of_line(2, said('detail', 2)), confirm_id=A)
        self.says.come(of_line(2, said('reject', 1)), confirm_id=None)
        self.assertLine(2, 'changed', 2, 1)

    def test_what_was_back_ordered_is_delivered_after_all(self):
        self.says.come(of_line(2, said('detail', 1), said('backordered', 2)), confirm_id=A)
        self.says.come(of_line(2, said('detail', 2)), confirm_id=B)
        self.assertLine(2, 'accepted', 3)

    def test_what_was_rejected_is_delivered_after_all(self):
        self.says.come(of_line(2, said('reject', 3)), confirm_id=None)
        self.says.come(of_line(2, said('detail', 3)), confirm_id=B)
        self.assertLine(2, 'accepted', 3)

    def test_an_update_takes_back_what_it_names(self):
        self.says.come(of_line(1, said('reject', 2)), of_line(2, said('detail', 3)), confirm_id=A)
        self.says.come(of_line(2, said('detail', 3)), confirm_id=A, operation='update')
        self.assertLine(1, 'none')
        self.assertLine(2, 'accepted', 3)

    def test_an_update_names_the_document_rather_than_the_number(self):
        self.says.come(of_line(1, said('reject', 2)), confirm_id=None)
        self.says.come(of_line(2, said('detail', 3)), confirm_id=A)
        self.says.come(of_line(1, said('detail', 2)), confirm_id=A, operation='update', replaces_payload_id='p1')
        self.assertLine(1, 'accepted', 2)
        self.assertLine(2, 'accepted', 3)

    def test_the_same_document_twice_counts_once(self):
        self.says.come(of_line(2, said('reject', 1)), confirm_id=None, payload_id='x')
        self.says.come(of_line(2, said('reject', 1)), confirm_id=None, payload_id='x')
        self.assertLine(2, 'changed', 0, 1)

    def test_whatever_order_they_arrive_in(self):
        random_source = random.Random(7)
        kinds = ('detail', 'accept', 'reject', 'backordered', 'unknown')
        for _round in range(60):
            says = Confirmations()
            for _each in range(4):
                items = [of_line(number, *(
                    said(random_source.choice(kinds), random_source.randint(1, 2), price=random_source.choice((None, '4.00')))
                    for _status in range(random_source.randint(1, 2)))) for number in (1, 2) if random_source.random() < .8]
                says.come(*items, kind=random_source.choice(('detail', 'detail', 'accept', 'reject', 'except', 'backordered')),
                          confirm_id=random_source.choice((A, B, None)), operation=random_source.choice(('new', 'new', 'update')))
            results = set()
            for arrivals in itertools.permutations(range(4)):
                order = confirm(LINES, [replace(says.notices[index], arrival=arrival + 1)
                                        for arrival, index in enumerate(arrivals)])
                results.add((order.state, order.confirm_ids, order.total, order.shipping, tuple(order.lines.values())))
                for line in order.lines.values():
                    self.assertLessEqual(line.accepted + line.rejected + line.backordered, line.quantity)
            self.assertEqual(len(results), 1)

    # === ENTERED BY HAND === #

    def test_what_is_entered_by_hand_comes_after_what_was_there(self):
        self.says.come(of_line(1, said('detail', 2)), hours=99)
        self.says.come(of_line(1, said('reject', 2)), by_hand=True, confirm_id=None, hours=1)
        self.assertLine(1, 'rejected', 0, 2)

    def test_a_real_confirmation_that_comes_later_wins_its_lines_only(self):
        self.says.come(of_line(1, said('reject', 2)), of_line(2, said('reject', 3)), by_hand=True, confirm_id=None)
        self.says.come(of_line(1, said('detail', 2)), confirm_id=B)
        self.assertLine(1, 'accepted', 2)
        self.assertLine(2, 'rejected', 0, 3)

    def test_a_number_entered_by_hand_counts_as_long_as_it_stands(self):
        self.says.come(of_line(1, said('detail', 2)), by_hand=True, confirm_id=A)
        self.assertEqual(self.fold().confirm_ids, (A,))
        self.says.come(of_line(1, said('detail', 2)), confirm_id=B)
        self.assertEqual(self.fold().confirm_ids, (B,))

    def test_a_later_entry_corrects_an_earlier_one(self):
        self.says.come(of_line(2, said('detail', 2), said('reject', 1)), by_hand=True, confirm_id=None)
        self.says.come(of_line(2, said('detail', 3)), by_hand=True, confirm_id=None)
        self.assertLine(2, 'accepted', 3)

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

    def test_a_total_alone_tells_what_tax_there_is(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='25.00')
        # 20.00 and the cart's 2.00 of shipping: 3.00 are tax
        self.assertMoney('25.00', '2.00')
        self.assertIsNone(self.fold().facts[1].stated_total)

    def test_a_total_without_its_own_tax_and_shipping_is_completed(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='20.00', shipping='2.00', tax='1.60')
        self.assertMoney('23.60', '2.00')

    def test_a_total_that_includes_what_is_rejected_is_corrected(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='38.60', shipping='2.00', tax='1.60')
        self.assertMoney('23.60', '2.00')

    def test_any_other_total_leads_and_is_named(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='22.00', shipping='2.00', tax='1.60')
        self.assertMoney('22.00', '2.00')
        facts = self.fold().facts[1]
        self.assertEqual((facts.stated_total, facts.computed_total), (22, Decimal('23.60')))

    def test_a_cent_of_rounding_is_not_worth_naming(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(2, said('reject', 3)), total='23.61', shipping='2.00', tax='1.60')
        self.assertMoney('23.61', '2.00')
        self.assertIsNone(self.fold().facts[1].stated_total)

    def test_a_total_is_void_once_a_later_notice_took_of_its_goods(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(2, said('detail', 3)), total='42.80', shipping='5.00', tax='2.80')
        self.says.come(of_line(2, said('reject', 3)), confirm_id=None)
        # What is left is 20.00 of 35.00, and so much of the shipping and the tax.
        order = self.fold()
        self.assertEqual(round(order.total, 2), Decimal('24.46'))  # 20 + 5 × 4/7 + 2.80 × 4/7
        self.assertEqual(round(order.shipping, 2), Decimal('2.86'))

    def test_a_total_is_void_that_includes_what_was_never_ordered(self):
        self.says.come(of_line(1, said('detail', 2)), of_line(9, said('detail', 1)), total='99.00', shipping='2.00', tax='1.60')
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
        items = [ItemIn(quantity=Decimal(1), supplier_part_id='B00TEST001', unit_price=usd(10), shipping=Shipping(usd(each)))
                 for each in (3, 1)]
        lines = ordered_lines(enumerate(items, start=1), usd(20), Shipping(usd(2)), None)
        self.assertEqual([line.shipping for line in lines], [Decimal('1.5'), Decimal('0.5')])

    def test_a_header_without_detail_at_the_lines_is_shared_out_by_value(self):
        items = [ItemIn(quantity=Decimal(1), supplier_part_id='B00TEST001', unit_price=usd(price)) for price in (30, 10)]
        lines = ordered_lines(enumerate(items, start=1), usd('40.01'), Shipping(usd(4)), Tax(usd(8)))
        self.assertEqual([line.shipping for line in lines], [3, 1])
        self.assertEqual(confirm(lines, ()).total, Decimal('52.01'))
