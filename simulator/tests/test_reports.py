"""The files of reports have the traps of real ones."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from simulator.books.report_files import STYLES
from simulator.books.reports import KINDS, old_style, plain_style
from simulator.month import Month, read
from simulator.tests.month_files import money, payments, read_csv, read_xlsx


@pytest.fixture(scope='module')
def month():
    return Month(seed=1, count=200)


def rows_of(month, case, rows):
    refs = {ref for number, known in month.stage.cases.items() if known == case for ref in month.stage.refs[number]}
    found = [row for row in rows if row['Order ID'] in refs]
    assert found, case
    return found


def test_a_mark_of_the_encoding_odd_headers_and_columns_in_any_order(month):
    raw = month.report('orders', 'US')
    headers = raw.decode('utf-8').splitlines()[0].split(',')
    assert headers[0].startswith('\ufeff')
    assert {'Order Status ', 'Amazon-Internal  Product Category'} <= set(headers)
    assert headers.index('Order ID') > 5
    assert month.report('orders', 'JP').startswith(b'\xff\xfe')
    assert ' Carrier Tracking #' in month.report('shipments', 'US').decode('utf-8-sig').splitlines()[0].split(',')


def test_escaped_digits_symbols_thousands_and_absent_values(month):
    rows = read_csv(month.report('orders', 'US'))
    assert {row['Payment Identifier'] for row in rows} >= {'="4271"', 'N/A'}
    assert any(row['Order Net Total'].startswith('$1,') for row in rows)
    assert all(row['Item Net Total'][0].isdigit() for row in rows)
    german = Month(read([{'number': 'P1', 'country': 'DE', 'lines': [
        {'number': 1, 'asin': 'B0X', 'quantity': 1, 'price': '1234.50'}]}], date(2026, 10, 1)))
    row = next(row for row in read_csv(german.report('orders', 'DE'), 'DE') if row['PO Number'] == 'P1')
    assert (row['Order Subtotal'], money(row['Order Subtotal'], 'DE')) == ('1.234,50', Decimal('1234.5'))


def test_item_rows_repeat_once_per_payment(month):
    rows = rows_of(month, 'gift_card', read_csv(month.report('orders', 'US')))
    by_order = {}
    for row in rows:
        by_order.setdefault(row['Order ID'], {}).setdefault(row['Payment Reference ID'], []).append(row)
    for of_payments in by_order.values():
        assert len(of_payments) == 2
        first, second = ([(row['ASIN'], row['Item Net Total']) for row in found] for found in of_payments.values())
        assert first == second
        amounts = [money(found[0]['Payment Amount']) for found in of_payments.values()]
        assert sum(amounts) == sum(money(total) for __, total in first)


def test_a_settlement_is_restated_and_two_real_charges_are_alike(month):
    rows = read_csv(month.report('orders', 'US'))
    for case, count in (('restated', 1), ('twin_charges', 2)):
        by_reference = payments(rows_of(month, case, rows), identity='Payment Reference ID')
        by_charge = payments(rows_of(month, case, rows))
        for ref, found in by_reference.items():
            assert (len(found), len(set(found.values())), len(by_charge[ref])) == (2, 1, count)
    moved = payments(rows_of(month, 'moved', rows), identity='Payment Reference ID')
    assert {len(found) for found in moved.values()} == {1}


def test_optional_and_older_columns_are_missing(month):
    plain = read_csv(month.report('orders', 'US', style=plain_style('US')))[0]
    assert ('Charge Identifier' in plain, 'Payment Reference ID' in plain) == (False, True)
    old = read_csv(month.report('orders', 'US', style=old_style('US')))[0]
    assert ('Charge Identifier' in old, 'Payment Reference ID' in old) == (False, False)


def test_what_is_cancelled_pending_or_only_authorised_is_not_settled(month):
    rows = read_csv(month.report('orders', 'US'))
    for row in rows_of(month, 'cancelled', rows):
        assert (row['Order Status'], row['Order Net Total'], row['Order Tax'], row['Payment Amount']) == (
            'Canceled', '$0.00', 'N/A', 'N/A')
    for row in rows_of(month, 'pending', rows):
        assert (row['Order Status'], row['Payment Amount'], row['Payment Date']) == ('Pending', 'N/A', 'N/A')
    for row in rows_of(month, 'authorised', rows):
        assert (row['Order Status'], row['Payment Reference ID'], row['Payment Date']) == (
            'Payment confirmed', 'N/A', 'N/A')
        assert money(row['Payment Amount']) > 0


def test_items_do_not_always_sum_to_the_payment(month):
    found = {country: read_csv(month.report('orders', country), country) for country in month.countries}
    rows = [(row, country) for country, rows in found.items() for row in rows]
    refs = {ref for doubt in month.stage.ambiguities if doubt.reason == 'items_do_not_sum' for ref in doubt.refs}
    wrong = [row for row, country in rows if row['Order ID'] in refs
             and money(row['Item Net Total'], country) != money(row['Payment Amount'], country)]
    assert wrong


@pytest.mark.parametrize(('country', 'text'), [('US', '09/03/2026'), ('DE', '03.09.2026'), ('JP', '2026/09/03')])
def test_days_are_written_as_in_the_marketplace(country, text):
    month = Month(seed=1, count=60)
    days = {row['Order Date'] for row in read_csv(month.report('orders', country), country)}
    order = next(order for order in month.orders if order.group.market.country == country)
    assert order.day.strftime(STYLES[country].dates) in days
    assert len(text) == len(days.pop())


def test_headers_of_another_language_and_amounts_of_whole_charges(month):
    style = replace(STYLES['DE'], headers={'Order ID': 'Bestellnummer'})
    assert 'Bestellnummer' in read_csv(month.report('orders', 'DE', style=style), 'DE')[0]
    shares = rows_of(month, 'joint_charge', read_csv(month.report('transactions', 'US')))
    whole = rows_of(month, 'joint_charge', read_csv(month.report('transactions', 'US', style=replace(
        STYLES['US'], whole_amounts=True))))
    first = shares[0]['Payment Reference ID']
    assert sum(money(row['Payment Amount']) for row in shares if row['Payment Reference ID'] == first) == money(
        next(row for row in whole if row['Payment Reference ID'] == first)['Payment Amount'])


def test_refunds_have_either_sign(month):
    assert {money(row['Refund Amount']) < 0 for row in read_csv(month.report('refunds', 'US'))} == {True}
    assert {money(row['Refund Amount']) > 0 for row in read_csv(month.report('refunds', 'JP'), 'JP')} == {True}
    for country, signs in (('US', {True}), ('JP', {False})):
        rows = read_csv(month.report('transactions', country), country)
        assert {money(row['Payment Amount']) < 0 for row in rows if row['Transaction Type'] == 'Refund'} == signs
        assert all(money(row['Payment Amount']) > 0 for row in rows if row['Transaction Type'] == 'Charge')
    memos = [row for row in read_csv(month.report('reconciliation', 'US')) if row['Credit Memo Number'] != 'N/A']
    assert {(row['Transaction Type'], money(row['Net Total']) < 0) for row in memos} == {('Invoice refund', True)}


def test_a_spreadsheet_has_numbers_and_days_or_the_same_texts(month):
    cells = read_xlsx(month.report('orders', 'US', 'xlsx'))
    texts = read_csv(month.report('orders', 'US'))
    assert isinstance(cells[0]['Order Date'], datetime)
    assert [Decimal(str(row['Order Net Total'])) for row in cells] == [money(row['Order Net Total']) for row in texts]
    same = read_xlsx(month.report('orders', 'US', 'xlsx', style=replace(STYLES['US'], texts=True)))
    # A spreadsheet has other ends of lines in a text.
    assert [row['Order Net Total'] for row in same] == [row['Order Net Total'] for row in texts]


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('file_format', ['csv', 'xlsx'])
def test_a_report_without_rows_has_its_headers(kind, file_format):
    month = Month(seed=1, count=1)
    raw = month.report(kind, 'UK', file_format, date(2026, 1, 1))
    assert raw
    if file_format == 'xlsx':
        assert read_xlsx(raw) == []
    else:
        assert len(raw.splitlines()) == 1
