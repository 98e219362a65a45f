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
    page = charts.PAGE.read_text()
    lost = [cell for cell in charts.read(tmp_path) if "scenario" in cell and " | ".join(charts.row(cell)) not in page]
    assert not lost, "docs/books.md shows other figures: LAB_DOCS_BOOKS=1 bin/test charts"
