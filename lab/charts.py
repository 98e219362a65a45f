"""Test the books of Amazon orders in each chart of accounts: `bin/test charts`; docs/books.md shows the results."""
from __future__ import annotations

import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lab import database, environment, odoo, paths, progress

ADDON = "amazon_punchout_charts"
ADDONS = paths.ROOT / "e2e" / "addons"
RESULTS = paths.LAB / "charts"
# Random orders of each chart: in `bin/test charts`, and among all tests.
MANY, FEW = 500, 10
# Databases that are tested at a time.
MOST_PROCESSES = 2
MAKE_COMPANIES = f"""
from odoo.addons.{ADDON}.companies import make_companies
make_companies(env)
env.cr.commit()
"""


@dataclass
class Run:
    """The tests of one database."""
    keys: list[str]
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

    LAB_CHARTS_ORDERS and LAB_CHARTS_SEED change the random orders. With LAB_DOCS_BOOKS=1 docs/books.md shows the
    results.

    :param list[str] arguments: keys of charts; none for all
    :return: 0, or 1 if a test failed
    :rtype: int
    """
    if unknown := set(arguments) - set(table().CHARTS):
        raise progress.Problem(f"There are no charts {', '.join(sorted(unknown))}: {', '.join(table().CHARTS)}")
    source = environment.prepare()
    database.drop_left_over()
    database.template(source, with_demo=False)
    shutil.rmtree(RESULTS, ignore_errors=True)
    orders = int(os.environ.get("LAB_CHARTS_ORDERS") or MANY)
    keys = arguments or list(table().CHARTS)

    def run_one(key):
        done = test(source, f"test_{os.getpid()}_{key}", [key], orders)
        progress.say(f"{table().CHARTS[key].name}: {done.summary} ({done.seconds:.0f} s, {done.log})")
        return done

    with ThreadPoolExecutor(min(MOST_PROCESSES, os.cpu_count() or 1)) as pool:
        runs = list(pool.map(run_one, keys))
    for cell in cells(RESULTS):
        if not cell["agrees"]:
            print(f"{cell['chart']}: {cell['scenario']}: expected {cell['expected']}; got {cell['got']}"
                  f"; {cell['trouble'] or ''}")
    return 0 if all(each.succeeded for each in runs) else 1


def test(source, name, keys, orders, tags=f"/{ADDON}"):
    """Make a database with a company for each of these charts, run the tests in it, and drop it.

    :param odoo_source.Source source: where Odoo is
    :param str name: name of the database
    :param list[str] keys: the charts
    :param int orders: random orders of each chart
    :param str tags: which tests, as Odoo names them
    :rtype: Run
    """
    began = time.monotonic()
    RESULTS.mkdir(parents=True, exist_ok=True)
    log = paths.LOG / f"charts-{'-'.join(keys)}.log"
    options = [f"--addons-path={','.join(map(str, (*source.addons, odoo.ADDONS, ADDONS)))}", "--max-cron-threads=0"]
    environ = {
        **odoo.environ(source), "LAB_CHARTS": ",".join(keys), "LAB_CHARTS_ORDERS": str(orders),
        "LAB_CHARTS_RESULTS": str(RESULTS)}
    modules = sorted({table().CHARTS[key].module for key in keys})
    database.create(name, database.template(source, with_demo=False))
    try:
        odoo.install(source, name, [*modules, ADDON], f"install-{name}", *options)
        with open(log, "wb") as output:
            for arguments, script in (
                (["shell", "-d", name, "--no-http", *options], MAKE_COMPANIES),
                (["-d", name, "-u", ADDON, "--stop-after-init", "--http-port=0", *options, "--test-enable",
                  f"--test-tags={tags}"], ""),
            ):
                done = subprocess.run(
                    odoo.command(*arguments), input=script.encode(), env=environ, cwd=paths.ROOT, stdout=output,
                    stderr=subprocess.STDOUT, check=False)
                if done.returncode:
                    break
    finally:
        if os.environ.get("LAB_KEEP_DB"):
            progress.say(f"The database {name} was kept: bin/odoo shell -d {name}")
        else:
            database.drop(name)
    found = re.findall(r"\d+ failed, \d+ error\(s\) of (\d+) tests", log.read_text(errors="replace"))
    summary = re.findall(r"\d+ failed, \d+ error\(s\) of \d+ tests", log.read_text(errors="replace"))[-1:]
    ran = bool(found and int(found[-1]))
    return Run(keys, done.returncode == 0 and ran, (summary or ["no tests"])[0], time.monotonic() - began, log)


# === docs/books.md === #

def cells(folder):
    """Read what the tests found, by chart and scenario.

    :param Path folder: where the tests wrote it
    :rtype: list[dict]
    """
    found = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    for cell in found:
        cell["agrees"] = bool(cell["expected"]) and cell["expected"] == cell["got"] and not cell["trouble"]
    return found
