"""Compare core's own tests with and without the addon: `bin/test core [MODULE …]`.

Each module's tests run twice under Odoo's own runner, in two databases that differ only in the addon. A test that
fails in both is core's own affair.
"""
from __future__ import annotations

import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from lab import database, environment, odoo, paths, process, progress

MODULES = ("purchase", "purchase_stock", "account")
# Databases that are tested at a time.
MOST_PROCESSES = 2
STARTED = re.compile(r" (odoo\.addons\.\S+): Starting (\w+\.\w+) \.\.\.")
FAILED = re.compile(r" (odoo\.addons\.\S+): (?:FAIL|ERROR): (?:Subtest )?(\w+\.\w+|setUpClass \(\S+\))")


class Run(NamedTuple):
    """The tests of one module in one database.

    :ivar results: whether each test passed, by its name
    """
    results: dict
    seconds: float
    log: Path


def run(arguments):
    """Run the tests of these modules of core, or of those that matter most to the addon.

    :param list[str] arguments: names of modules
    :return: 0, or 1 if the addon makes a difference, or if no test ran
    :rtype: int
    """
    source = environment.prepare()
    database.drop_left_over()
    template = database.template(source, with_demo=False)
    jobs = [(module, with_addon) for module in arguments or MODULES for with_addon in (False, True)]
    with ThreadPoolExecutor(min(MOST_PROCESSES, os.cpu_count() or 1)) as pool:
        runs = dict(zip(jobs, pool.map(lambda job: run_tests(source, template, *job), jobs), strict=True))
    code = 0
    for module in arguments or MODULES:
        without, beside = runs[module, False], runs[module, True]
        found = differences(without.results, beside.results)
        if found:
            # On a busy machine, core's tours are now and then too fast for their own pages.
            progress.say(f"{module}: {len(found)} differences; running these tests again ({', '.join(found)})")
            tags = ",".join(map(tag_of, found))
            again = [run_tests(source, template, module, with_addon, tags).results for with_addon in (False, True)]
            found = differences(*again) | {
                test: words for test, words in found.items() if not any(test in results for results in again)}
        failed = sum(not passed for passed in without.results.values())
        progress.say(
            f"{module}: {len(without.results)} tests, {failed} of which fail without the addon too; "
            f"{len(found)} differences ({without.seconds / 60:.1f} and {beside.seconds / 60:.1f} minutes, "
            f"{without.log}, {beside.log})")
        for test, words in found.items():
            progress.say(f"    {test} {words}")
        if found or not without.results:
            code = 1
    return code


def run_tests(source, template, module, with_addon, tags=None):
    """Run the tests of a module in a database of its own.

    :param odoo_source.Source source: where Odoo is
    :param str template: the database to copy
    :param str module: a module of core
    :param bool with_addon: whether the addon is installed
    :param str tags: which of its tests, as Odoo has them; all by default
    :rtype: Run
    """
    began = time.monotonic()
    name = f"test_{os.getpid()}_core_{module}{'_with' if with_addon else ''}"
    paths.LOG.mkdir(parents=True, exist_ok=True)
    log = paths.LOG / f"{name}.log"
    try:
        database.create(name, template)
        if with_addon:
            odoo.install(source, name, [paths.ADDON], f"install-{name}", strict=True)
        with open(log, "wb") as output:
            # Tests that don't wait for all modules run only while their own is installed or updated.
            subprocess.run(
                odoo.command("-d", name, "-u", module, f"--test-tags={tags or f'/{module}'}", "--stop-after-init",
                             "--max-cron-threads=0", f"--http-port={process.free_port()}"),
                env=odoo.environ(source), cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, check=False)
    finally:
        database.drop(name)
    return Run(results(log.read_text(errors="replace")), time.monotonic() - began, log)


def results(text):
    """Read the result of each test from a log.

    :param str text: the log
    :return: whether it passed, by its name
    :rtype: dict[str, bool]
    """
    found = {f"{place}:{test}": True for place, test in STARTED.findall(text)}
    return found | {f"{place}:{test}": False for place, test in FAILED.findall(text)}


def differences(without, beside):
    """Say in which tests the addon makes a difference.

    :param dict without: the results without the addon
    :param dict beside: the results beside it
    :return: what is different, by the name of the test
    :rtype: dict[str, str]
    """
    words = {True: "passes", False: "fails", None: "does not run"}
    return {
        test: f"{words[beside.get(test)]} with the addon, {words[without.get(test)]} without"
        for test in sorted(without.keys() | beside.keys()) if without.get(test) != beside.get(test)}


def tag_of(test):
    """Return the tag by which Odoo runs a test, or all tests of a class that could not be set up.

    :param str test: its name in :func:`results`
    :rtype: str
    """
    place, name = test.split(":")
    module = place.split(".")[2]
    if set_up := re.fullmatch(r"setUpClass \(\S+\.(\w+)\)", name):
        name = set_up[1]
    return f"/{module}:{name}"
