"""The tests of the charts of accounts are found, and docs/books.md shows what they found."""
import pytest

from lab import charts, progress

CELL = {
    "chart": "de", "scenario": "Whole order", "versions": {"l10n_de": "19.0.3.0"}, "agrees": True, "trouble": "",
    "expected": ["expense 10.00 · VAT 1.90 · payable -11.90", "66 1.90"],
    "got": ["expense 10.00 · VAT 1.90 · payable -11.90", "66 1.90"],
}
ORDERS = {
    "chart": "de", "versions": {}, "orders": 10, "invoices": 15, "credits": 4, "wrong": 2, "errors": {"price": 2},
    "posted_wrong": 0, "stated": "1000.10", "booked": "1000.10", "tax_stated": "159.68", "tax_booked": "159.68",
    "differences": 0,
}


def test_an_unknown_chart_is_named():
    with pytest.raises(progress.Problem, match="There is no chart xx. Charts: us, de, "):
        charts.run(["de", "xx"])


def test_the_tables_show_what_was_found():
    text = charts.results_text([CELL, {**CELL, "scenario": "Return", "agrees": False}, ORDERS, ORDERS])
    assert "| Germany (SKR03) | agrees | **differs** |" in text
    assert "| Germany (SKR03) | 20 | 30 | 8 | 2,000.20 | 2,000.20 | 319.36 | 319.36 | 4 | 0 | 0 |" in text
    assert f"| {' | '.join(charts.cell_row(CELL))} |" in text
    assert "`l10n_de` 19.0.3.0" in text


def test_the_page_has_the_marks_of_the_results():
    page = charts.PAGE.read_text()
    assert page.count(charts.BEGIN) == page.count(charts.END) == 1


def test_a_log_tells_which_tests_failed_and_why(tmp_path):
    log = tmp_path / "log"
    log.write_text("1 INFO x\n2 ERROR odoo.tests: FAIL: TestScenariosDE.test_return\nTraceback\n  File\n"
                   "AssertionError: 1 != 2\n1.de.0-123456789: the order is 1, the cart 2\n")
    assert charts.failures(log).splitlines() == [
        "2 ERROR odoo.tests: FAIL: TestScenariosDE.test_return", "AssertionError: 1 != 2",
        "1.de.0-123456789: the order is 1, the cart 2"]
