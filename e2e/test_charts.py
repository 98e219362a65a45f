"""The short form of `bin/test charts`: all charts of accounts in one database, with a few random orders each."""
import os

from lab import charts, environment

# The charts whose scenarios are all tested here: without and with tax grids for what is taxed.
WHOLE = ("de", "uk")


def test_the_books_of_each_chart(tmp_path):
    keys = list(charts.table().CHARTS)
    classes = [*(f"TestRandomOrders{key.upper()}" for key in keys), *(f"TestScenarios{key.upper()}" for key in WHOLE)]
    run = charts.run_tests(
        environment.prepare(), f"test_{os.getpid()}_charts", keys, charts.FEW, tmp_path,
        ",".join(f"/{charts.ADDON}:{each}" for each in classes))
    assert run.succeeded, f"{run.summary}\n{charts.failures(run.log)}"
    page, found = charts.PAGE.read_text(), charts.read(tmp_path)
    rows = [" | ".join(charts.cell_row(each)) for each in found if "scenario" in each]
    assert rows
    assert not [row for row in rows if row not in page], "docs/books.md is old: LAB_DOCS_BOOKS=1 bin/test charts"
