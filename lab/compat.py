"""Test our addon beside those that buyers run: `bin/test compat [ADDON …] [pytest's options]`.

The rows are in e2e/compat/rows.py; docs/compatibility.md shows what became of each. The addons of the OCA are fetched
as wheels when this runs. A wheel that can't be had is an error: a row that is left out would prove nothing.
"""
from __future__ import annotations

import ast
import json
import os
import re
import shutil
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from xml.etree import ElementTree

from e2e.compat.rows import ALL, DATABASES, ROWS
from lab import database, environment, locks, odoo, pages, paths, progress, python, testing

FOLDER = paths.ROOT / "e2e" / "compat"
WHEELS = FOLDER / "wheels.txt"
# The tests that run in each database, whatever is installed beside us.
WHOLE_WAY = FOLDER / "test_whole_way.py"
HOME = paths.LAB / "compat"
# Where the wheels have their addons.
ADDONS = HOME / "odoo" / "addons"
# Databases that are tested at a time.
MOST_PROCESSES = 2
RESULTS = paths.ROOT / "docs" / "results" / "compat.jsonl"
PAGE = paths.ROOT / "docs" / "compatibility.md"
# The table stands between these marks.
BEGIN, END = "<!-- compat -->", "<!-- end of compat -->"
PASSED = "passed"


@dataclass
class Run:
    """The tests of one database.

    :ivar outcomes: of each test, by the file and the name of the test: `passed`, or why not
    """
    name: str
    succeeded: bool
    seconds: float
    outcomes: dict = field(default_factory=dict)
    trouble: str = ""


def run(arguments):
    """Test the rows that the arguments name, or all.

    LAB_DOCS_COMPAT=1 keeps the outcome in docs/results/compat.jsonl and writes the table. LAB_KEEP_DB=1 keeps the
    databases.

    :param list[str] arguments: addons, then options for pytest
    :return: 0, or 1 if something failed
    :rtype: int
    """
    count = next((number for number, each in enumerate(arguments) if each.startswith("-")), len(arguments))
    addons, options = arguments[:count], arguments[count:]
    if unknown := set(addons) - {*ROWS, ALL}:
        raise progress.Problem(f"There is no row {', '.join(sorted(unknown))}. Rows: {', '.join((*ROWS, ALL))}")
    chosen = {name: [each for each in rows if not addons or each in addons] for name, rows in DATABASES.items()}
    chosen = {name: rows for name, rows in chosen.items() if rows}
    if not addons or ALL in addons:
        chosen[ALL] = []
    source = environment.prepare()
    fetch()
    database.drop_left_over()
    base = f"test_{os.getpid()}_ours"
    database.create(base, database.template(source, with_demo=False))
    try:
        odoo.install(source, base, [paths.ADDON], "install-compat", more_addons=ADDONS)

        def run_one(name):
            done = _run_database(source, name, base, chosen[name], options)
            progress.say(f"{name}: {len(done.outcomes)} tests {'passed' if done.succeeded else 'FAILED'} "
                         f"({done.seconds:.0f} s){done.trouble}")
            return done

        # The longest first, so that two processes end at about the same time.
        names = sorted(chosen, key=lambda name: -len(DATABASES.get(name, ROWS)))
        with ThreadPoolExecutor(min(MOST_PROCESSES, os.cpu_count() or 1)) as pool:
            runs = list(pool.map(run_one, names))
    finally:
        database.drop(base)
    if os.environ.get("LAB_DOCS_COMPAT"):
        keep(runs, chosen)
        write_page()
    return 0 if all(each.succeeded for each in runs) else 1


# === WHEELS === #

def fetch():
    """Fetch the wheels that are listed and unpack them, unless that was done."""
    key = locks.digest(WHEELS.read_bytes())
    with locks.lock("compat"):
        if locks.is_stamped(HOME, key):
            return
        shutil.rmtree(HOME, ignore_errors=True)
        wheels = HOME / "wheels"
        with progress.step("Fetching the addons of the OCA"):
            progress.run_logged(
                [python.VENV_PYTHON, "-m", "pip", "download", "--no-input", "--no-deps", "--only-binary=:all:",
                 "--require-hashes", "-r", WHEELS, "-d", wheels], "compat-wheels", "Fetching the addons of the OCA")
            for wheel in sorted(wheels.glob("*.whl")):
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(HOME)
        locks.stamp(HOME, key)


def wheel_versions():
    """Read which version of each addon is listed.

    :rtype: dict[str, str]
    """
    found = re.findall(r"^odoo-addon-([\w-]+)==([\d.]+) --hash=sha256:[0-9a-f]{64}$", WHEELS.read_text(), re.MULTILINE)
    return {name.replace("-", "_"): version for name, version in found}


# === DATABASES === #

def _run_database(source, name, base, rows, options):
    """Make a database, install its addons beside ours, and run the tests of the chosen rows in it.

    :param str name: of the database, in the table of rows
    :param str base: the database that has ours
    :param list[str] rows: the rows whose own tests run
    :param list[str] options: for pytest
    :rtype: Run
    """
    began = time.monotonic()
    copy = f"test_{os.getpid()}_{name}"
    report = HOME / f"{copy}.xml"
    report.unlink(missing_ok=True)
    log = paths.LOG / f"{copy}.log"
    environ = testing.with_shared(odoo.environ(source, ADDONS))
    environ["PYTHONPATH"] += os.pathsep + str(paths.ROOT)
    files = [WHOLE_WAY, *filter(lambda file: file.exists(), map(own_tests, rows))]
    try:
        if name == ALL:
            database.create(copy, database.template(source, with_demo=False))
            odoo.install(source, copy, list(ROWS), f"install-{copy}", more_addons=ADDONS)
            odoo.install(source, copy, [paths.ADDON], f"install-{copy}-ours", more_addons=ADDONS)
        else:
            database.create(copy, base)
            odoo.install(source, copy, list(DATABASES[name]), f"install-{copy}", more_addons=ADDONS)
        progress.run_logged(testing.pytest_command(
            "--odoo-database", copy, "--odoo-http", "-o", f"cache_dir={paths.LAB / 'pytest' / copy}", "-q",
            f"--junit-xml={report}", *options, *files), copy, f"Testing {name}", env=environ, cwd=paths.ROOT)
        trouble = ""
    except progress.Problem as problem:
        trouble = f"\n{problem}\n{failures(log)}"
    finally:
        if os.environ.get("LAB_KEEP_DB"):
            progress.say(f"The database {copy} was kept.")
        else:
            database.drop(copy)
    outcomes = read_report(report) if report.exists() else {}
    # Tests that were not found would be no proof.
    return Run(name, not trouble and bool(outcomes), time.monotonic() - began, outcomes, trouble)


def failures(log):
    """Return which tests failed, and what their assertions say.

    :param Path log: the log of a run
    :rtype: str
    """
    return "\n".join(re.findall(r"^(?:E  .*|FAILED .*|ERROR .*)$", log.read_text(errors="replace"), re.MULTILINE)[:60]
                     if log.exists() else [])


def read_report(report):
    """Read what became of each test.

    :param Path report: as pytest wrote it for JUnit
    :return: by file and test
    :rtype: dict[tuple[str, str], str]
    """
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        # e2e.compat.test_whole_way.TestWholeWay
        file = next((part for part in case.get("classname").split(".") if part.startswith("test_")), "")
        bad = next((each for each in case if each.tag in ("failure", "error", "skipped")), None)
        key = file, case.get("name")
        if bad is not None or key not in outcomes:  # an error while the test ends is a case of its own
            outcomes[key] = PASSED if bad is None else (bad.get("message") or bad.tag).strip().split("\n")[0]
    return outcomes


# === docs/compatibility.md === #

def own_tests(addon):
    """Return the file of what is special to an addon: in the one that connects it with ours, if there is one.

    :rtype: Path
    """
    glue = f"{paths.ADDON}_{addon}"
    return (paths.ROOT / glue / "tests" if glue in paths.GLUE else FOLDER) / f"test_{addon}.py"


def listed_tests(file):
    """Read which tests a file has, without importing it, and what its class says about the addon.

    :param Path file: with tests
    :return: the names of the tests, and the docstring of the class in one line
    :rtype: tuple[list[str], str]
    """
    classes = [each for each in ast.parse(file.read_text()).body if isinstance(each, ast.ClassDef)]
    tests = [each.name for one in classes for each in one.body
             if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")]
    return tests, " ".join(" ".join(filter(None, map(ast.get_docstring, classes))).split())


def tests_of(addon):
    """Name the tests of a row, the whole way first.

    :rtype: list[str]
    """
    files = [WHOLE_WAY, *([own_tests(addon)] if own_tests(addon).exists() else [])]
    return [test for file in files for test in listed_tests(file)[0]]


def keep(runs, chosen):
    """Keep the outcome of each row whose database was tested.

    :param list[Run] runs: the databases
    :param dict[str, list[str]] chosen: the rows that were tested in each
    """
    kept = {each["addon"]: each for each in read()}
    for each in runs:
        for addon in chosen[each.name] or ([ALL] if each.name == ALL else []):
            tests = {test: outcome for (file, test), outcome in each.outcomes.items()
                     if file in (WHOLE_WAY.stem, own_tests(addon).stem)}
            kept[addon] = {
                "addon": addon, "version": _version(addon), "tests": tests,
                "seconds": round(each.seconds), **({} if tests else {"trouble": "It can't be installed."})}
    RESULTS.write_text("".join(
        json.dumps(kept[addon], sort_keys=True) + "\n" for addon in (*ROWS, ALL) if addon in kept))


def _version(addon):
    if addon == ALL:
        return ""
    if version := wheel_versions().get(addon):
        return version
    source = environment.prepare()
    manifest = next(folder / addon / "__manifest__.py" for folder in source.addons if (folder / addon).is_dir())
    return ast.literal_eval(manifest.read_text()).get("version", "1.0")


def read():
    """Read the kept outcomes.

    :rtype: list[dict]
    """
    return pages.read(RESULTS)


def write_page():
    """Write the table between the marks of docs/compatibility.md."""
    pages.fill(PAGE, BEGIN, END, table(read()))


def table(found):
    """Write what was tried beside each addon, and what became of it.

    :param list[dict] found: the kept outcomes
    :rtype: str
    """
    lines = ["| Addon | Version | What was tried | Result | Good to know |", "| --- | --- | --- | --- | --- |"]
    for each in found:
        addon = each["addon"]
        order = [*tests_of(addon), *each["tests"]]
        tests = {test: each["tests"][test] for test in sorted(each["tests"], key=order.index)}
        wrong = [test for test, outcome in tests.items() if outcome != PASSED]
        result = each.get("trouble") or ("works" if not wrong else f"**fails**: {'; '.join(map(sentence, wrong))}")
        about = listed_tests(own_tests(addon))[1] if own_tests(addon).exists() else ""
        name = "All of these together, ours installed last" if addon == ALL else f"`{addon}`"
        lines.append(f"| {name} | {each['version']} | {'; '.join(map(sentence, tests))} | {result} | {about} |")
    return "\n".join([*lines, ""])


def sentence(test):
    """Write the name of a test as words.

    :rtype: str
    """
    return test.removeprefix("test_").replace("_", " ")
