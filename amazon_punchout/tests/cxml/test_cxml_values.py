"""What is read can't be changed, however cheaply it was made, and what is remembered of documents stays little."""
from dataclasses import FrozenInstanceError, fields
from decimal import Decimal

from odoo.tests import BaseCase

from ...cxml import ItemIn, LocalizedText, Money, read_cart, text_values
from ...cxml.text_values import remembers
from ..cxml_builder import cart

MONEY = Money(Decimal('9.99'), 'EUR')


class TestValues(BaseCase):

    def test_nothing_that_was_read_can_be_changed(self):
        read = read_cart(cart())
        for value in (read, read.total, read.items[0], read.items[0].description, read.items[0].tax.details[0]):
            with self.subTest(type(value).__name__), self.assertRaises(FrozenInstanceError):
                setattr(value, fields(value)[0].name, None)

    def test_both_ways_to_make_a_value_give_the_same(self):
        made = ItemIn.new(Decimal(2), 'B0LAMP0001', Money.new(Decimal('9.99'), 'EUR'))
        self.assertEqual(made, ItemIn(Decimal(2), 'B0LAMP0001', MONEY))
        self.assertEqual((type(made), type(made.unit_price)), (ItemIn, Money))
        self.assertEqual(hash(made), hash(ItemIn(Decimal(2), 'B0LAMP0001', MONEY)))
        self.assertEqual(made.description, LocalizedText(''))


class TestRemembered(BaseCase):

    def test_short_texts_are_understood_once_and_long_ones_are_not_kept(self):
        asked = []

        @remembers
        def meaning(text):
            asked.append(text)
            return len(text)

        long_text = 'x' * (text_values._LONGEST + 1)
        for text in ('8.00', '8.00', long_text, long_text):
            self.assertEqual(meaning(text), len(text))
        self.assertEqual(asked, ['8.00', long_text, long_text])

    def test_only_so_many_texts_are_kept(self):
        asked = []
        meaning = remembers(asked.append)
        for number in range(text_values._REMEMBERED + 1):
            meaning(str(number))
        meaning('0')
        self.assertEqual(asked[-1], '0', "the oldest was forgotten")
