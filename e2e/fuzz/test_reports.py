"""Reports that Hypothesis invents, and mutated ones; other libraries write the workbooks."""
from __future__ import annotations

import io
import random
import sys
import time
import zipfile
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from e2e.fuzz import pure

sys.path.insert(0, str(pure.ADDON / "tests"))

import report_builder as build  # noqa: E402 - sys.path comes first

reports = pure.load("reports")
values = pure.load("reports.values")

FEW = 1_000
SECONDS = 2.0
# The same ones each time, so that only a change of the code makes these tests fail.
each_time = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))

CENTS = st.integers(1, 500_000)
ITEMS = st.lists(st.tuples(CENTS, st.integers(1, 9)), min_size=1, max_size=4)
# How an order is paid: at once, a part by gift card, per item; and which payments are restated.
ORDER = st.tuples(ITEMS, st.sampled_from(("card", "gift", "items")), st.booleans(), st.sampled_from(("USD", "JPY")))
ORDERS = st.lists(ORDER, min_size=1, max_size=4)
REPORTS = (
    (build.ORDER_HEADERS, build.order_row), (build.TRANSACTION_HEADERS, build.transaction_row),
    (build.REFUND_HEADERS, build.refund_row), (build.RECONCILIATION_HEADERS, build.reconciliation_row),
)
TOKENS = (
    "", "N/A", "-5.00", "1,234", "1.234,56", "(3.00)", '="12"', "13/04/2026", "03/04/2026", "Pending", "Canceled",
    "Refund", "Charge", "€", "\n", '"', ",", ";", "\t", "\ufeff", "１２", "NaN", "1e9", "9" * 20, "A" * 200, "R1", "R2",
    "Visa", "Gift Card", "Pay by Invoice", "JPY", "0", "5.00", "10.00", "1", "2", '="', "_x0041_", "&lt;", "<", "\0",
)


def amount(cents, currency):
    return str(cents) if currency == "JPY" else f"{cents // 100}.{cents % 100:02}"


def rows_of(number, order):
    """Write the rows of an order.

    :return: the rows, and what was paid by (way, currency)
    """
    items, way, is_restated, currency = order
    costs = [(f"A{place}", cents, quantity) for place, (cents, quantity) in enumerate(items)]
    total = sum(cents for _asin, cents, _quantity in costs)
    gift = total // 3
    payments = {
        "card": [("Visa", total, costs)],
        "gift": [("Visa", total - gift, costs), ("Gift Card", gift, costs)] if gift else [("Visa", total, costs)],
        "items": [("Visa", cents, [(asin, cents, quantity)]) for asin, cents, quantity in costs],
    }[way]
    rows, truth = [], defaultdict(Decimal)
    for place, (instrument, paid, listed) in enumerate(payments):
        key = "gift_card" if instrument == "Gift Card" else "card"
        truth[key, currency] += Decimal(amount(paid, currency))
        # One restated payment of a sum that is not the sum of others can be told from a real one.
        for again in range(1 + (is_restated and place == 0)):
            rows += [
                build.order_row(
                    amount(paid, currency), amount(cents, currency), amount(total, currency), Order_ID=f"O{number}",
                    Payment_Reference_ID=f"R{number}-{place}-{again}", Currency=currency, ASIN=asin,
                    Payment_Instrument_Type=instrument, Item_Quantity=str(quantity), Order_Date="2026-03-02",
                    Payment_Date=(date(2026, 3, 14) + timedelta(days=again)).isoformat())
                for asin, cents, quantity in listed]
    return rows, truth


@each_time
@given(ORDERS, st.randoms(use_true_random=False))
def test_sums_are_those_of_the_orders_in_any_order_of_rows(orders, rnd):
    rows, truth, cost, pieces = [], defaultdict(Decimal), defaultdict(Decimal), defaultdict(Decimal)
    for number, order in enumerate(orders):
        of_order, paid = rows_of(number, order)
        rows += of_order
        for key, sum_ in paid.items():
            truth[key] += sum_
        for place, (cents, quantity) in enumerate(order[0]):
            cost[f"O{number}", f"A{place}"] += Decimal(amount(cents, order[3]))
            pieces[f"O{number}", f"A{place}"] += quantity
    rnd.shuffle(rows)
    statement = reports.read(build.csv_report(build.ORDER_HEADERS, rows))
    assert statement.problems == ()
    found, item_cost, item_pieces = defaultdict(Decimal), defaultdict(Decimal), defaultdict(Decimal)
    for transaction in statement.transactions:
        assert transaction.settled
        assert sum(line.total for line in transaction.lines) == transaction.amount
        found[transaction.instrument, transaction.currency] += transaction.amount
        for line in transaction.lines:
            item_cost[line.order_ref, line.asin] += line.total
            item_pieces[line.order_ref, line.asin] += line.quantity or 0
    assert (found, item_cost, item_pieces) == (truth, cost, pieces)
    assert sorted(row for each in statement.transactions for row in each.rows) == list(range(2, len(rows) + 2))


@each_time
@given(st.lists(CENTS, min_size=1, max_size=5), st.lists(st.integers(1, 100), min_size=1, max_size=4))
def test_items_are_shared_between_payments_to_the_cent(totals, weights):
    totals = [Decimal(cents) / 100 for cents in totals]
    amounts = reports.share_out(sum(totals), list(map(Decimal, weights)), 2)
    shares = reports.share_between(amounts, totals, 2)
    assert [sum(of_payment) for of_payment in shares] == amounts
    assert [sum(of_item) for of_item in zip(*shares, strict=True)] == totals
    assert all(share >= 0 and share == share.quantize(Decimal("0.01")) for of_payment in shares for share in of_payment)


@each_time
@given(
    st.integers(-10 ** 11, 10 ** 11), st.sampled_from((",.", ".,", " ,", "'.")),
    st.sampled_from(("$", "€", "EUR ", "")))
def test_an_amount_is_read_as_it_is_written(cents, separators, sign):
    group, point = separators
    whole, _point, decimals = f"{abs(cents) / 100:,.2f}".partition(".")
    written = f"{'-' if cents < 0 else ''}{sign}{whole.replace(',', group)}{point}{decimals}"
    conventions = values.Conventions()
    conventions.learn_amount(written)
    assert conventions.amount(written) == (Decimal(cents).scaleb(-2), None)


@each_time
@given(st.text(max_size=50) | st.from_regex(r"[-+0-9.,()$€ ]{1,30}") | st.from_regex(r"[0-9/.: -]{1,30}"))
def test_any_text_is_an_amount_and_a_date_or_none(text):
    conventions = values.Conventions()
    for each in (text, "9.99"):
        conventions.learn_amount(each)
        conventions.learn_date(each)
    number, code = conventions.amount(text)
    assert (number is None) == (code is not None)
    assert number is None or (number.is_finite() and abs(number) < 10 ** 13)
    day, code = conventions.date(text)
    assert (day is None) == (code is not None)
    assert values.currency_of(text) is None or len(values.currency_of(text)) == 3


@each_time
@given(ORDERS, st.sampled_from((",", ";", "\t")), st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252")))
def test_workbooks_of_other_writers_say_the_same_as_a_csv(orders, delimiter, encoding):
    rows = [row for number, order in enumerate(orders) for row in rows_of(number, order)[0]]
    plain = reports.read(build.csv_report(build.ORDER_HEADERS, rows, delimiter, encoding))
    for write in (by_openpyxl, by_xlsxwriter):
        statement = reports.read(write(build.ORDER_HEADERS, rows))
        assert list(map(facts, statement.transactions)) == list(map(facts, plain.transactions))
        assert statement.problems == plain.problems


def facts(transaction):
    lines = [(line.asin, line.total, line.quantity, line.title) for line in transaction.lines]
    return transaction.amount, transaction.currency, transaction.date, transaction.last_digits, transaction.rows, lines


def cell_of(header, text):
    """Type a cell as a spreadsheet would."""
    if header == "Payment Date":
        return date.fromisoformat(text)
    if text and header.startswith(("Item ", "Payment Amount", "Order Net")):
        return float(text)
    return text


def by_openpyxl(headers, rows):
    book = openpyxl.Workbook()
    book.active.append(headers)
    for row in rows:
        book.active.append([cell_of(header, row.get(header, "")) for header in headers])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_xlsxwriter(headers, rows):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, headers)
    for number, row in enumerate(rows, start=1):
        for place, header in enumerate(headers):
            cell = cell_of(header, row.get(header, ""))
            (sheet.write_datetime if isinstance(cell, date) else sheet.write)(number, place, cell)
    book.close()
    return file.getvalue()


# === MUTATED FILES === #

def mutated(raw, rnd):
    """Change a file in some places."""
    raw = bytearray(raw)
    for _time in range(rnd.choice((0, 1, 3, 20))):
        place, what = rnd.randrange(len(raw) + 1), rnd.random()
        if what < 0.4 and place < len(raw):
            raw[place] = rnd.choice((rnd.randrange(256), 0, 34, 44, 59, 10, 60))
        elif what < 0.6:
            del raw[place:place + rnd.randint(1, 50)]
        elif what < 0.8:
            raw[place:place] = rnd.choice(TOKENS).encode()
        else:
            other = rnd.randrange(len(raw) + 1)
            raw[place:place] = raw[other:other + rnd.randint(1, 200)]
    return bytes(raw)


def mutated_file(rnd):
    """Make a report with odd cells, as a CSV or an XLSX, and damage it."""
    headers, make = rnd.choice(REPORTS)
    rows = []
    for _row in range(rnd.randint(0, 6)):
        row = make(rnd.choice(("5.00", "10.00")))
        rows.append({name: rnd.choice(TOKENS) if rnd.random() < 0.1 else text for name, text in row.items()})
    if rnd.random() < 0.5:
        return mutated(build.csv_report(headers, rows, rnd.choice(",;\t"), rnd.choice(("utf-8", "utf-16"))), rnd)
    rows = [{name: text.replace("\0", "") for name, text in row.items()} for row in rows]
    raw = build.xlsx_report(headers, rows, rnd.random() < 0.5)
    if rnd.random() < 0.3:
        return mutated(raw, rnd)
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = rnd.choice(sorted(parts))
    return build.zipped({**parts, name: mutated(parts[name], rnd)})


def read_or_none(raw):
    """Read a file, or check that the error has words."""
    try:
        return reports.read(raw, currency="USD")
    except reports.ReportError as raised:
        error = raised
    assert str(error).endswith((".", ")"))
    return None


def test_mutated_reports_are_read_or_refused_in_words():
    for number in range(FEW):
        raw = mutated_file(random.Random(number))
        begun = time.process_time()
        statement = read_or_none(raw)
        if statement:
            assert {problem.code for problem in statement.problems} <= set(reports.PROBLEM_SENTENCES), number
            for transaction in statement.transactions:
                assert transaction.amount >= 0, number
                assert transaction.currency, number
        assert time.process_time() - begun < SECONDS, number


@each_time
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | st.binary(max_size=99).map(b"PK\3\4".__add__))
def test_any_bytes_are_read_or_refused_in_words(raw):
    read_or_none(raw)
