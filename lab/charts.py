"""Test the books of Amazon orders in each chart of accounts: `bin/test charts`; docs/books.md shows the results."""
from __future__ import annotations

import functools
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lab import database, environment, odoo, pages, paths, progress

ADDON = "amazon_punchout_charts"
ADDONS = paths.ROOT / "e2e" / "addons"
RESULTS = paths.LAB / "charts"
# Random orders of each chart: in `bin/test charts`, and among all tests.
MANY, FEW = 500, 10
# Databases that are tested at a time.
MOST_PROCESSES = 2
# What a log says of a test that failed, and of each random order.
FAILURE = re.compile(r" (ERROR|FAIL): |^\w[\w.]*(Error|Exception): |^\d+\.\w+\.\d+-")
PAGE = paths.ROOT / "docs" / "books.md"
# The results stand between these marks.
BEGIN, END = "<!-- results -->", "<!-- end of the results -->"
MAKE_COMPANIES = f"""
from odoo.addons.{ADDON}.companies import make_companies
make_companies(env)
env.cr.commit()
"""


@dataclass
class Run:
    """The tests of one database."""
    succeeded: bool
    summary: str
    seconds: float
    log: Path


@functools.cache
def table():
    """Return the module of the charts, which is plain Python.

    :rtype: module
    """
    spec = importlib.util.spec_from_file_location("charts_of_accounts", ADDONS / ADDON / "charts.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(arguments):
    """Run every scenario and many random orders of each chart, in a database of its own: `bin/test charts [CHART …]`.

    LAB_CHARTS_ORDERS and LAB_CHARTS_SEED change the random orders. LAB_DOCS_BOOKS=1 writes the results into
    docs/books.md; those of charts that are not named are the ones of their last run.

    :param list[str] arguments: keys of charts; none for all
    :return: 0, or 1 if a test failed
    :rtype: int
    """
    if unknown := set(arguments) - set(table().CHARTS):
        raise progress.Problem(f"There is no chart {', '.join(sorted(unknown))}. Charts: {', '.join(table().CHARTS)}")
    source = environment.prepare()
    database.drop_left_over()
    database.template(source, with_demo=False)
    keys = arguments or list(table().CHARTS)
    for key in keys:
        for file in RESULTS.glob(f"{key}-*.json"):
            file.unlink()
    orders = int(os.environ.get("LAB_CHARTS_ORDERS") or MANY)

    def run_one(key):
        done = run_tests(source, f"test_{os.getpid()}_{key}", [key], orders, RESULTS)
        progress.say(f"{table().CHARTS[key].name}: {done.summary} ({done.seconds:.0f} s, {done.log})")
        if not done.succeeded:
            progress.say(failures(done.log))
        return done

    with ThreadPoolExecutor(min(MOST_PROCESSES, os.cpu_count() or 1)) as pool:
        runs = list(pool.map(run_one, keys))
    if os.environ.get("LAB_DOCS_BOOKS"):
        write_page(RESULTS)
    return 0 if all(each.succeeded for each in runs) else 1


def run_tests(source, name, keys, orders, results, tags=f"/{ADDON}"):
    """Make a database with a company for each of these charts, run the tests in it, and drop it.

    :param odoo_source.Source source: where Odoo is
    :param str name: name of the database
    :param list[str] keys: the charts
    :param int orders: random orders of each chart
    :param Path results: the folder for what the tests find
    :param str tags: which tests, as Odoo names them
    :rtype: Run
    """
    began = time.monotonic()
    results.mkdir(parents=True, exist_ok=True)
    paths.LOG.mkdir(parents=True, exist_ok=True)
    log = paths.LOG / f"{name}.log"
    options = [f"--addons-path={','.join(map(str, (*source.addons, odoo.ADDONS, ADDONS)))}", "--max-cron-threads=0"]
    environ = {
        **odoo.environ(source), "LAB_CHARTS": ",".join(keys), "LAB_CHARTS_ORDERS": str(orders),
        "LAB_CHARTS_RESULTS": str(results)}
    database.create(name, database.template(source, with_demo=False))
    try:
        odoo.install(
            source, name, sorted({ADDON, *(table().CHARTS[key].module for key in keys)}), f"install-{name}", *options)
        with open(log, "wb") as output:
            for arguments, script in (
                (["shell", "-d", name, "--no-http", *options], MAKE_COMPANIES),
                (["-d", name, "-u", ADDON, "--stop-after-init", "--http-port=0", *options, "--test-enable",
                  f"--test-tags={tags}"], ""),
            ):
                code = subprocess.run(
                    odoo.command(*arguments), input=script.encode(), env=environ, cwd=paths.ROOT, stdout=output,
                    stderr=subprocess.STDOUT, check=False).returncode
                if code:
                    break
    finally:
        if os.environ.get("LAB_KEEP_DB"):
            progress.say(f"The database {name} was kept: bin/odoo shell -d {name}")
        else:
            database.drop(name)
    found = re.findall(r"\d+ failed, \d+ error\(s\) of (\d+) tests", log.read_text(errors="replace"))
    summary = re.findall(r"\d+ failed, \d+ error\(s\) of \d+ tests", log.read_text(errors="replace"))
    # Tests that were not found would be no proof.
    return Run(code == 0 and found[-1:] not in ([], ["0"]), (summary or ["no tests ran"])[-1], time.monotonic() - began,
               log)


def failures(log):
    """Return which tests failed, and what their assertions say.

    :param Path log: the log of a run
    :rtype: str
    """
    return "\n".join(line for line in log.read_text(errors="replace").splitlines() if FAILURE.search(line))


# === docs/books.md === #

def write_page(results):
    """Write what the tests found between the marks of docs/books.md.

    :param Path results: the folder with what they found
    """
    pages.fill(PAGE, BEGIN, END, results_text(read(results)))


def read(results):
    """Read what the tests found.

    :param Path results: the folder with what they found
    :rtype: list[dict]
    """
    return [json.loads(file.read_text()) for file in sorted(results.glob("*.json"))]


def results_text(found):
    """Write the tables: all at a glance, the random orders, and each scenario with its figures.

    :param list[dict] found: what the tests found
    :rtype: str
    """
    charts = [chart for chart in table().CHARTS.values() if any(each["chart"] == chart.key for each in found)]
    cells = {(each["chart"], each["scenario"]): each for each in found if "scenario" in each}
    titles = [title for title in table().SCENARIOS if any(title == each for _key, each in cells)]
    versions = dict(sorted({name: version for each in found for name, version in each["versions"].items()}.items()))
    return "\n".join([
        "Modules: " + ", ".join(f"`{name}` {version}" for name, version in versions.items()) + ".",
        "",
        *_table(["Chart", *titles], [
            [chart.name, *(_mark(cells.get((chart.key, title))) for title in titles)] for chart in charts]),
        "",
        "### Random orders",
        "",
        *_table(
            ["Chart", "Orders", "Invoices", "Credits", "Stated by Amazon", "In the books", "VAT stated", "VAT claimed",
             "Wrong invoices", "Of these posted", "Differences"],
            [row for chart in charts if (row := _random_row(chart, found))]),
        *(line for chart in charts for line in [
            "",
            f"### {chart.name}",
            "",
            *_table(["Scenario", "Expected", "In the books", "Tax grids expected", "Tax grids in the books"], [
                cell_row(cells[chart.key, title]) for title in titles if (chart.key, title) in cells])]),
        ""])


def cell_row(cell):
    """Write a row of a chart's table.

    :param dict cell: what the test of a scenario found
    :rtype: list[str]
    """
    (accounts, grids), (got, got_grids) = cell["expected"], cell["got"]
    return [cell["scenario"], accounts, got, grids or "none", got_grids or "none"]


def _random_row(chart, found):
    batches = [each for each in found if each["chart"] == chart.key and "orders" in each]
    if not batches:
        return None
    counts = (sum(batch[name] for batch in batches) for name in ("orders", "invoices", "credits"))
    sums = (f"{sum(Decimal(batch[name]) for batch in batches).quantize(chart.unit):,}"
            for name in ("stated", "booked", "tax_stated", "tax_booked"))
    wrong = (sum(batch[name] for batch in batches) for name in ("wrong", "posted_wrong", "differences"))
    return [chart.name, *map(str, counts), *sums, *map(str, wrong)]


def _mark(cell):
    return "–" if cell is None else "agrees" if cell["agrees"] else "**differs**"


def _table(head, rows):
    return [f"| {' | '.join(each)} |" for each in (head, ["---"] * len(head), *rows)]
