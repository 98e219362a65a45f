"""What is true of an order after its confirmations: the pure fold, without Odoo."""
import itertools
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from ...cxml import (
    ConfirmationItem,
    OrderedLine,
    confirm,
    in_ordered_units,
)
from .line_outcomes_case import DAY, LINES, A, B, Confirmations, LineOutcomesCase, of_line, said


class TestLineOutcomes(LineOutcomesCase):

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
        self.says.come(
            of_line(2, said('detail', 1, delivery_date=DAY), said('reject', 1, delivery_date=DAY.replace(year=2030))),
            confirm_id=B,
        )
        self.assertEqual(self.fold().lines[2].delivery_date, DAY + timedelta(days=9))

    def test_an_accepted_date_stays_until_a_notice_with_another_or_an_update_of_its_own(self):
        day = DAY + timedelta(days=9)
        self.says.come(of_line(2, said('detail', 3, delivery_date=day)))
        self.says.come(of_line(2, said('backordered', 3)))
        self.assertIsNone(self.fold().lines[2].delivery_date)
        self.says.come(of_line(2, said('accept', 3)))
        self.assertEqual(self.fold().lines[2].delivery_date, day)
        self.says.come(of_line(2, said('accept', 3)), operation='update', replaces_payload_id='p1')
        self.assertIsNone(self.fold().lines[2].delivery_date)

    def test_reasons_of_the_header_stand_beside_those_of_the_lines(self):
        self.says.come(of_line(1, said('reject', 2, error_codes=('015-005',), comments=("Sold out",))),
                       of_line(2, said('reject', 3)), error_codes=('018-007',), comments=("Too few 018-007",),
                       error_comments=("Too few 018-007",))
        lines = self.fold().lines
        self.assertEqual((lines[1].error_codes, lines[1].comments),
                         (('015-005', '018-007'), ("Sold out", "Too few 018-007")))
        self.assertEqual((lines[2].error_codes, lines[2].comments), (('018-007',), ("Too few 018-007",)))

    def test_a_greeting_in_the_header_is_no_reason_of_a_line_that_has_its_own(self):
        self.says.come(of_line(1, said('reject', 2, comments=("Sold out",))), of_line(2, said('reject', 3)),
                       comments=("Thank you",))
        self.says.come(of_line(3, said('detail', 1, comments=("Thank you",))))
        self.says.come(of_line(4, said('backordered', 1)), comments=("Thank you",))
        lines = self.fold((*LINES, *(OrderedLine(number, Decimal(1), Decimal(1)) for number in (3, 4)))).lines
        self.assertEqual((lines[3].comments, lines[4].comments), ((), ()))
        self.assertEqual((lines[1].comments, lines[2].comments), (("Sold out",), ("Thank you",)))

    # === HEADERS === #

    def test_a_header_speaks_of_all_lines(self):
        for kind, confirmation, state in (
            ('accept', 'accepted', 'confirmed'),
            ('allDetail', 'accepted', 'confirmed'),
            ('reject', 'rejected', 'cancelled'),
            ('backordered', 'backordered', 'partial'),
            ('except', 'accepted', 'confirmed'),
            ('detail', 'none', 'sent'),
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

    def test_two_notices_of_one_amazon_order_for_parts_of_a_line_add_up(self):
        self.says.come(of_line(2, said('detail', 1, price='4.00')), confirm_id=A)
        self.says.come(of_line(2, said('detail', 2)), confirm_id=A)
        self.assertLine(2, 'changed', 3)
        self.assertEqual(self.fold().lines[2].net, 14)

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

    def test_only_an_update_takes_back_a_part_that_it_does_not_repeat(self):
        for operation, accepted in (('new', 3), ('update', 1)):
            with self.subTest(operation):
                self.says = Confirmations().come(of_line(2, said('detail', 3)), confirm_id=A)
                self.says.come(of_line(2, said('detail', 1)), confirm_id=A, operation=operation)
                self.assertLine(2, 'accepted', accepted)

    def test_what_an_amazon_order_had_back_ordered_is_accepted_in_a_notice_of_its_own(self):
        self.says.come(of_line(2, said('detail', 1), said('backordered', 2)), confirm_id=A)
        self.says.come(of_line(2, said('detail', 2)), confirm_id=A)
        self.assertLine(2, 'accepted', 3)

    # === UNITS === #

    def converted(self, per_unit):
        """Convert what was said: one piece (EA) of a line is a part of an ordered unit; other units are unknown."""
        self.says.notices = [in_ordered_units(
            notice, lambda number, unit: {'EA': 1 / Fraction(per_unit), 'BX': Fraction(1)}.get(unit))
            for notice in self.says.notices]

    def test_pieces_of_what_was_ordered_in_dozens(self):
        self.says.come(of_line(1, said('detail', 24, price='0.75', unit_of_measure='EA')), total='18.00')
        self.converted(12)
        self.assertLine(1, 'changed', 2, price='9.00')
        self.assertEqual(self.fold().lines[1].net, 18)

    def test_parts_that_do_not_divide_evenly_make_the_whole(self):
        for _part in range(6):
            self.says.come(of_line(1, said('detail', 1, unit_of_measure='EA')))
        self.converted(3)
        self.assertLine(1, 'accepted', 2)

    def test_a_rounded_factor_makes_no_excess(self):
        self.says.come(of_line(1, said('detail', 120, unit_of_measure='EA')))
        self.converted(1 / Fraction('0.0166667'))
        self.assertLine(1, 'accepted', 2)
        self.assertEqual(self.fold().facts[1].excess_lines, ())

    def test_a_line_in_a_unit_that_can_not_be_converted_is_named_and_left(self):
        self.says.come(of_line(1, said('detail', 24, price='0.75', unit_of_measure='PK')),
                       of_line(2, said('detail', 3, unit_of_measure='BX')), kind='except', total='35.00')
        self.converted(12)
        self.assertLine(1, 'none', price='10.00')
        self.assertLine(2, 'accepted', 3)
        order = self.fold()
        self.assertEqual(order.facts[1].unconverted, (self.says.notices[0].confirmation.items[0],))
        self.assertEqual(order.total, self.before().total, "the Total is also of the line that was left")

    def before(self):
        return confirm(LINES, ())

    # === SEVERAL CONFIRMATIONS OF ONE AMAZON ORDER === #

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
                items = [
                    of_line(
                        number,
                        *(
                            said(
                                random_source.choice(kinds),
                                random_source.randint(1, 2),
                                price=random_source.choice((None, '4.00')),
                            )
                            for _status in range(random_source.randint(1, 2))
                        ),
                    )
                    for number in (1, 2)
                    if random_source.random() < 0.8
                ]
                says.come(
                    *items,
                    kind=random_source.choice(('detail', 'detail', 'accept', 'reject', 'except', 'backordered')),
                    confirm_id=random_source.choice((A, B, None)),
                    operation=random_source.choice(('new', 'new', 'update')),
                )
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
