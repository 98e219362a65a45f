from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import BaseCase

from ...cxml import parse_timestamp
from ...cxml.text_values import format_amount, format_number, format_timestamp, parse_decimal, web_url


class TestNumbers(BaseCase):

    def test_numbers_are_read(self):
        for text, number in (
            ('5855.00', '5855.00'),
            (' 12\n', '12'),
            ('\u200b7\ufeff', '7'),
            ('+3.5', '3.5'),
            ('-3.5', '-3.5'),
            ('.5', '0.5'),
            ('5.', '5'),
            ('1,234.50', '1234.50'),
            ('1,234,567', '1234567'),
            ('12,345,678.9', '12345678.9'),
            ('007', '7'),
            ('999999999999.99', '999999999999.99'),
            ('999,999,999,999.99', '999999999999.99'),
        ):
            with self.subTest(text):
                self.assertEqual(parse_decimal(text), Decimal(number))
        self.assertEqual(str(parse_decimal('8.00')), '8.00', "decimals are kept")

    def test_what_is_no_number_or_could_be_two_is_not_read(self):
        for text in (
            '', ' ', 'NaN', 'Infinity', '-inf', '1e5', '1E400', '0x10', '1_000', '1 000', '1,234', '12,50', '1.234,50',
            '0,123.50', '1,23.45', '1,2345.0', '.', '-', '--1', '١٢', '1' * 13, '1,000,000,000,000',
            '1,000,000,000,000.00', '1.' + '0' * 13, 'EUR 5', '5€',
        ):
            with self.subTest(text):
                self.assertIsNone(parse_decimal(text))

    def test_amounts_have_two_decimals_or_more_and_no_exponent(self):
        for amount, text in (
            ('5855', '5855.00'),
            ('5855.5', '5855.50'),
            ('0.12345', '0.12345'),
            ('1E+3', '1000.00'),
            ('1E-7', '0.0000001'),
            ('-0.00', '0.00'),
            ('-4.5', '-4.50'),
            ('0', '0.00'),
        ):
            with self.subTest(amount):
                self.assertEqual(format_amount(Decimal(amount)), text)

    def test_quantities_are_short(self):
        long = '1' * 30 + '.5'
        for number, text in (('1', '1'), ('1.00', '1'), ('2.50', '2.5'), ('1E+2', '100'), ('100', '100'), (long, long)):
            with self.subTest(number):
                self.assertEqual(format_number(Decimal(number)), text)


class TestTimestamps(BaseCase):

    def test_every_way_amazon_writes_a_moment(self):
        for text in (
            '2024-08-29T23:47:08.619Z', '2024-08-29T23:47:08.619+0000', '2024-08-30T08:47:08.619+09:00',
            '2024-08-30T08:47:08.619+09', '2024-08-29T19:47:08,619-0400', ' 2024-08-29 23:47:08.619 ',
            '2024-08-29T23:47:08.619+23:47', '2024-08-29T23:47:08.619-99:99',
        ):
            with self.subTest(text):
                moment = parse_timestamp(text)
                self.assertEqual(moment, datetime(2024, 8, 29, 23, 47, 8, 619000, timezone.utc))
        self.assertEqual(parse_timestamp('2024-08-29'), datetime(2024, 8, 29, tzinfo=timezone.utc))
        self.assertEqual(parse_timestamp('2016-12-31T23:59:60Z').second, 59)
        self.assertEqual(parse_timestamp('2024-01-01T00:00:00.123456789Z').microsecond, 123456)

    def test_nonsense_is_no_moment_and_no_crash(self):
        for text in (
            None,
            '',
            'yesterday',
            '2024-13-01T00:00:00Z',
            '2023-02-29T00:00:00Z',
            '0000-01-01T00:00:00Z',
            '2024-08-29T',
            '0001-01-01T00:00:00+14:00',
            '9999-12-31T23:59:59-14:00',
            '2024-08-29T24:00:00Z',
            '2024-08-29T23:47:08Zulu',
        ):
            with self.subTest(text):
                self.assertIsNone(parse_timestamp(text))

    def test_moments_are_written_with_seconds_and_offset(self):
        moment = datetime(2025, 3, 30, 14, 5, 9, 999999, timezone(timedelta(hours=-3, minutes=-30)))
        self.assertEqual(format_timestamp(moment), '2025-03-30T14:05:09-03:30')
        with self.assertRaises(ValueError):
            format_timestamp(datetime(2025, 3, 30))


class TestWebUrl(BaseCase):

    def test_only_web_addresses_pass(self):
        self.assertEqual(web_url('\n https://shop.example/a?b=%20c+d '), 'https://shop.example/a?b=%20c+d')
        self.assertEqual(web_url('HTTP://shop.example'), 'HTTP://shop.example')
        for text in (
            None, '', 'javascript:alert(1)', ' JavaScript:x//https://a', 'data:text/html,x', '//shop.example', '/a',
            'https://', 'https:///x', 'https:\\\\x', 'https://a b', 'ftp://a', 'xhttps://a', 'https://a\njavascript:b',
        ):
            with self.subTest(text):
                self.assertIsNone(web_url(text))
