from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase

from ...reports import read, recognise
from ...reports.values import Conventions, instrument_of, last_digits_of, text_of
from ...transactions import BANK, CARD, GIFT_CARD, INVOICE, OTHER, REWARDS
from ..report_builder import ORDER_HEADERS, TRANSACTION_HEADERS, csv_report, order_row, transaction_row


def read_amount(text, *others):
    """Read an amount as in a file that has the others too."""
    conventions = Conventions()
    for each in (text, *others):
        conventions.learn_amount(each)
    return conventions.amount(text)


def read_date(text, *others, day_first=None):
    """Read a date as in a file that has the others too."""
    conventions = Conventions(day_first)
    for each in (text, *others):
        conventions.learn_date(each)
    return conventions.date(text)


class TestReportValues(BaseCase):

    def test_an_amount_is_read_as_each_country_writes_it(self):
        for text, amount in (
            ('12.34', '12.34'), ('$1,234.56', '1234.56'), ('1.234,56 €', '1234.56'), ('1 234,56', '1234.56'),
            ('1\u202f234,56\u00a0€', '1234.56'), ("1'234.56", '1234.56'), ('£0.99', '0.99'), ('₹ 1,234.00', '1234.00'),
            ('US$ 5.00', '5.00'), ('USD 5.00', '5.00'), ('5,00 EUR', '5.00'), ('￥980', '980'), ('12', '12'),
            ('1,234,567.89', '1234567.89'), ('1.234.567,89', '1234567.89'), ('.50', '0.50'), ('0,125', '0.125'),
        ):
            self.assertEqual(read_amount(text), (Decimal(amount), None), text)

    def test_parentheses_and_minus_signs_are_negative(self):
        for text in ('(12.00)', '-12.00', '−12.00', '$-12.00', '-$12.00', '($12.00)', '12.00-', '(12,00 €)'):
            self.assertEqual(read_amount(text), (Decimal('-12.00'), None), text)

    def test_what_is_no_amount_is_none(self):
        for text in (
            'abc', '12.34.5', '1e5', 'NaN', 'Infinity', '12 apples', '=1+1', '9' * 13, '١٢', '1,2,3', '$', ',',
        ):
            self.assertEqual(read_amount(text), (None, 'bad_amount'), text)

    def test_the_file_tells_whether_a_lone_comma_begins_the_cents(self):
        self.assertEqual(read_amount('1,234', '9.99'), (Decimal(1234), None))
        self.assertEqual(read_amount('1,234', '9,99'), (Decimal('1.234'), None))
        self.assertEqual(read_amount('1.234', '9,99'), (Decimal(1234), None))
        # Yen have no cents, and no amount of the file shows any.
        self.assertEqual(read_amount('1,234', '980'), (Decimal(1234), None))

    def test_an_amount_between_two_ways_of_writing_is_not_guessed(self):
        self.assertEqual(read_amount('1,234', '9,99', '9.99'), (None, 'ambiguous_amount'))
        self.assertEqual(read_amount('12,34', '9.99'), (Decimal('12.34'), None))

    def test_a_day_above_twelve_proves_the_order_of_all_dates(self):
        self.assertEqual(read_date('03/04/2026', '13/04/2026'), (date(2026, 4, 3), None))
        self.assertEqual(read_date('03/04/2026', '04/13/2026'), (date(2026, 3, 4), None))
        self.assertEqual(read_date('03-04-26', '13-04-26'), (date(2026, 4, 3), None))

    def test_without_proof_the_marketplace_tells_else_the_date_is_not_guessed(self):
        self.assertEqual(read_date('03/04/2026', day_first=True), (date(2026, 4, 3), None))
        self.assertEqual(read_date('03/04/2026', day_first=False), (date(2026, 3, 4), None))
        self.assertEqual(read_date('03/04/2026'), (None, 'ambiguous_date'))
        self.assertEqual(read_date('04/04/2026'), (date(2026, 4, 4), None))
        # What the file proves wins over the marketplace.
        self.assertEqual(read_date('03/04/2026', '04/13/2026', day_first=True), (date(2026, 3, 4), None))

    def test_a_file_that_proves_both_reads_only_what_is_clear(self):
        self.assertEqual(read_date('03/04/2026', '13/04/2026', '04/13/2026'), (None, 'ambiguous_date'))
        self.assertEqual(read_date('13/04/2026', '04/13/2026'), (date(2026, 4, 13), None))
        self.assertEqual(read_date('03.04.2026', '04/13/2026'), (date(2026, 4, 3), None))

    def test_dates_that_need_no_proof(self):
        for text in (
            '2026-04-03', '2026/04/03', '2026/4/3', '20260403', '03.04.2026', '2026-04-03T10:00:00Z', 'Apr 3, 2026',
            'April 3, 2026', '3 Apr 2026', '03-Apr-2026', '03-Apr-26', '46115', '2026-04-03 10:11:12.5',
            'Apr 3, 2026 10:11 AM',
        ):
            self.assertEqual(read_date(text), (date(2026, 4, 3), None), text)
        self.assertEqual(read_date('04/13/2026 10:11 PM PDT'), (date(2026, 4, 13), None))

    def test_what_is_no_date_is_none(self):
        for text in ('31/02/2026', '2026-13-01', 'tomorrow', '0001-01-01', '13/13/2026', '99999', '3', '2026'):
            self.assertEqual(read_date(text), (None, 'bad_date'), text)

    def test_what_spreadsheets_escape_and_what_means_nothing(self):
        for text, value in (
            ('="1234"', '1234'), ('="…1234"', '…1234'), ('N/A', None), ('n/a ', None), (' - ', None), ('', None),
            ('\u00a0', None), ('="N/A"', None), ('="say ""hi"""', 'say "hi"'), (' a b ', 'a b'), ('=1+1', '=1+1'),
        ):
            self.assertEqual(text_of(text), value, text)

    def test_gift_cards_and_rewards_are_no_money_of_the_card(self):
        for text, instrument in (
            ('Credit card', CARD), ('Visa', CARD), ('Mastercard', CARD), ('American Express', CARD),
            ('Gift Certificate/Card', GIFT_CARD), ('Amazon Gift Card', GIFT_CARD), ('Gift Certificate', GIFT_CARD),
            ('Reward Account', REWARDS), ('Pay by Invoice', INVOICE), ('Bank Account', BANK), ('N/A', OTHER),
            ('Business Credit Account', OTHER), ('Kreditkarte', OTHER), (None, OTHER), ('Visa and Gift Card', OTHER),
        ):
            self.assertEqual(instrument_of(text), instrument, text)

    def test_the_last_digits_are_those_of_the_card(self):
        for text, digits in (
            ('1234', '1234'), ('…1234', '1234'), ('**** **** **** 1234', '1234'), ('Visa (1234)', '1234'),
            ('12', None), ('', None), (None, None),
        ):
            self.assertEqual(last_digits_of(text), digits, text)

    def test_the_report_says_that_its_dates_can_be_read_in_two_ways(self):
        raw = csv_report(TRANSACTION_HEADERS, [transaction_row('5.00', Transaction_Date='03/04/2026')])
        report = recognise(raw)
        self.assertTrue(report.has_doubtful_dates)
        self.assertIsNone(report.day_first)
        statement = read(raw)
        [problem] = statement.problems
        self.assertEqual(
            (problem.code, problem.row, problem.column, problem.value),
            ('ambiguous_date', 2, 'Transaction Date', '03/04/2026'))
        [charge] = statement.transactions
        self.assertFalse(charge.settled, "A charge without a day must not be booked.")
        for day_first, day in ((True, date(2026, 4, 3)), (False, date(2026, 3, 4))):
            self.assertFalse(recognise(raw, day_first=day_first).has_doubtful_dates)
            [charge] = read(raw, day_first=day_first).transactions
            self.assertEqual((charge.date, charge.settled), (day, True))

    def test_amounts_of_a_german_export(self):
        rows = [
            order_row('1.234,56 €', Order_Date='02.03.2026', Payment_Date='14.03.2026', Currency='EUR'),
            order_row('1.000 €', Order_ID='2', Order_Date='02.03.2026', Payment_Date='04.03.2026', Currency='')]
        statement = read(csv_report(ORDER_HEADERS, rows, delimiter=';', encoding='cp1252'))
        self.assertEqual([each.amount for each in statement.transactions], [Decimal('1234.56'), Decimal(1000)])
        self.assertEqual({each.currency for each in statement.transactions}, {'EUR'})
        self.assertEqual(statement.transactions[1].date, date(2026, 3, 4))
        self.assertEqual(statement.problems, ())

    def test_the_currency_of_the_marketplace_stands_in_for_a_column_that_is_not_there(self):
        headers = tuple(header for header in TRANSACTION_HEADERS if header != 'Currency')
        raw = csv_report(headers, [transaction_row('5.00')])
        self.assertEqual(recognise(raw).missing, ('currency',))
        self.assertEqual(recognise(raw, currency='CAD').missing, ())
        [charge] = read(raw, currency='CAD').transactions
        self.assertEqual(charge.currency, 'CAD')
