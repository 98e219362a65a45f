"""Make a fresh database with the addon and run pytest, in as many processes as are useful: `bin/test`."""
from __future__ import annotations

import contextlib
import ctypes.util
import importlib
import os
import re
import shutil
from pathlib import Path

from lab import database, environment, odoo, paths, process, progress, python

# Tests that run in databases of their own: of the example addon, and beside other addons.
ELSEWHERE = (paths.ROOT / "e2e" / "addons", paths.ROOT / "e2e" / "compat")
# The short forms of suites with a name of their own: stages of .ci/run, not part of all tests.
SHORT_FORMS = (paths.ROOT / "e2e" / "test_charts.py", paths.ROOT / "e2e" / "test_faults_short.py")
FOLDERS = ("amazon_punchout/tests", "simulator/tests", "lab/tests", "e2e")
# These tests need neither Odoo nor a database.
PLAIN = (paths.ROOT / "simulator", paths.ROOT / "lab")
# Files whose tests share two servers and a browser, the fixture `site`, so one process runs them all.
TOGETHER = re.compile(r"\bsite\b")
# Seconds that a test takes, roughly, by folder: used only to share the tests out evenly.
SECONDS = {"amazon_punchout": 0.7, "e2e": 8, "simulator": 0.05, "lab": 0.3}
# Files whose tests take longer, or far less, than others of their folder.
LONG_FILES = {
    "amazon_punchout/tests/charges/test_card_statement.py": 42, "e2e/fuzz/test_codec.py": 5,
    "e2e/fuzz/test_reports.py": 5, "e2e/fuzz/test_routes.py": 40, "e2e/test_accessible_in_browser.py": 200,
    "e2e/test_api_faults.py": 60, "e2e/test_charges_in_browser.py": 37, "e2e/test_import_order.py": 60,
    "e2e/test_main_job_in_browser.py": 70, "e2e/test_month.py": 150, "e2e/test_outbox_processes.py": 95,
    "e2e/test_plain_pages.py": 52, "amazon_punchout/tests/roles/test_roles_fields.py": 40,
    "amazon_punchout/tests/roles/test_roles_buttons.py": 30,
    "e2e/test_setup_in_browser.py": 54, "e2e/test_unclear_reporting.py": 177, "e2e/test_upgrade.py": 50,
    "e2e/test_upgrades.py": 45, "e2e/test_year.py": 50}
# More would only slow down the tests in the browser.
MOST_PROCESSES = 2
# Exit codes of pytest after a complete run: some tests failed, or none was selected.
TESTS_FAILED, NO_TESTS = 1, 5
# Long tests with a name of their own: `bin/test NAME`, by the module whose `run` takes the other arguments.
SUITES = {
    "bare": "lab.bare", "charts": "lab.charts", "compat": "lab.compat", "core": "lab.core", "debian": "lab.fresh",
    "faults": "lab.faults", "fuzz": "lab.fuzz", "lint": "lab.lint", "protections": "lab.protections",
    "upgrades": "lab.upgrades"}
# The programs that Odoo's tests look for as a browser.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def run(arguments):
    """Run pytest, or one of the long tests that have a name of their own.

    :param list[str] arguments: arguments for pytest; if they name paths, only those run, in one process; or the name of
        a suite and its arguments
    :return: pytest's exit code; with several processes, that of one that failed
    :rtype: int
    """
    if arguments and arguments[0] in SUITES:
        return importlib.import_module(SUITES[arguments[0]]).run(arguments[1:])
    arguments, named = with_absolute_paths(arguments, Path.cwd())
    environ = with_shared(os.environ)
    if named and all(any(path.is_relative_to(folder) for folder in PLAIN) for path in named):
        return process.run_in_foreground(
            pytest_command("-p", "no:odoo", *arguments), {**environ, "PYTHONPATH": str(paths.ROOT)})
    _check_programs()
    source = environment.prepare()
    parts = [[]] if named else dealt_out(test_files(), min(MOST_PROCESSES, os.cpu_count() or 1))
    with _databases(source, len(parts)) as names:
        environ |= odoo.environ(source)
        environ["PYTHONPATH"] += os.pathsep + str(paths.ROOT)
        return _run_parts(parts, names, arguments, environ)


def with_shared(environ):
    """Return the environment with the folder of shared samples, if it is beside the repository.

    :rtype: dict[str, str]
    """
    shared = paths.ROOT.parent / "shared"
    return {**({"AMAZON_PUNCHOUT_SHARED": str(shared)} if shared.is_dir() else {}), **environ}


def _run_parts(parts, names, arguments, environ):
    """Run one pytest per part: the first in this terminal; the output of the others is shown when it has ended.

    :param list[list[Path]] parts: the files of each process; an empty part runs what the arguments name
    :param list[str] names: the database of each process
    :return: 0, or the exit code of one that failed
    :rtype: int
    """
    commands = [
        pytest_command("--odoo-database", name, "--odoo-http", "-o", f"cache_dir={paths.LAB / 'pytest' / str(number)}",
                *arguments, *map(str, part))
        for number, (part, name) in enumerate(zip(parts, names, strict=True), start=1)
    ]
    others = [
        process.Service(f"Tests-{number}", command, environ) for number, command in enumerate(commands[1:], start=2)]
    try:
        codes = [process.run_in_foreground(commands[0], environ)]
        # Interrupting the process in the terminal ends all of them.
        for other in others if codes[0] in (0, TESTS_FAILED, NO_TESTS) else ():
            codes.append(other.wait())
            print(other.log.read_text(errors="replace"), flush=True)
        return next((code for code in codes if code), 0)
    finally:
        for other in others:
            other.end()


def test_files():
    """List every file of tests but those that run in databases of their own, and short forms of long suites.

    :rtype: list[Path]
    """
    files = (file for folder in FOLDERS for file in (paths.ROOT / folder).rglob("test_*.py"))
    return sorted(file for file in files if not any(map(file.is_relative_to, (*ELSEWHERE, *SHORT_FORMS))))


def dealt_out(files, count):
    """Share files of tests out to processes, so that each takes about as long.

    :param list[Path] files: all files
    :param int count: number of processes
    :return: the files of each
    :rtype: list[list[Path]]
    """
    together = [file for file in files if shares_servers(file)]
    piles = [together, *([file] for file in files if file not in together)]
    parts = [[] for _ in range(count)]
    for pile in sorted(piles, key=_seconds, reverse=True):
        min(parts, key=_seconds).extend(pile)
    return [sorted(part) for part in parts]


def shares_servers(file):
    """Tell whether the tests of a file use the two servers that are started once.

    :rtype: bool
    """
    return file.is_relative_to(paths.ROOT / "e2e") and bool(TOGETHER.search(file.read_text()))


def _seconds(files):
    return sum(map(_seconds_of, files))


def _seconds_of(file):
    name = file.relative_to(paths.ROOT)
    count = len(re.findall(r"^ *def test_", file.read_text(), re.MULTILINE))
    return LONG_FILES.get(name.as_posix()) or count * SECONDS.get(name.parts[0], 1)


def with_absolute_paths(arguments, folder):
    """Make relative paths among pytest's arguments absolute, since it runs in the root of the repository.

    :param list[str] arguments: arguments for pytest
    :param Path folder: the current folder
    :return: the arguments, and the paths among them
    :rtype: tuple[list[str], list[Path]]
    """
    result, named = [], []
    for argument in arguments:
        file, separator, test = argument.partition("::")
        path = next((base / file for base in (folder, paths.ROOT) if (base / file).exists()), None)
        if path and file and not file.startswith("-"):
            named.append(path.resolve())
            argument = f"{named[-1]}{separator}{test}"
        result.append(argument)
    return result, named


def pytest_command(*arguments):
    """Return the command line of pytest in the virtual environment.

    :param str arguments: arguments for pytest
    :rtype: list[str]
    """
    return [str(python.VENV_PYTHON), "-m", "pytest", "-c", str(paths.ROOT / "pyproject.toml"), *arguments]


@contextlib.contextmanager
def _databases(source, count):
    """Make the databases of this run, and drop them at its end.

    LAB_TEST_DB sets the name of the first one; LAB_KEEP_DB=1 keeps them.
    """
    first = os.environ.get("LAB_TEST_DB") or f"test_{os.getpid()}"
    names = [first, *(f"{first}_{number}" for number in range(2, count + 1))]
    database.drop_left_over()
    template = database.template(source, with_demo=False)
    try:
        with progress.step(f"Making the test database {first}"):
            database.create(first, template)
            odoo.install(source, first, [paths.ADDON], f"install-{first}", strict=True)
            for name in names[1:]:
                database.create(name, first)
        yield names
    finally:
        for name in names:
            if os.environ.get("LAB_KEEP_DB"):
                progress.say(f"The database {name} was kept: bin/odoo shell -d {name}")
            else:
                database.drop(name)


def _check_programs():
    """Warn of missing programs, or raise in CI if it is the browser: without one Odoo skips its tests silently."""
    if not shutil.which("wkhtmltopdf"):
        progress.say("WARNING: wkhtmltopdf is missing, so PDFs are not tested. Where Debian has it (not in 13): "
                     "apt-get install wkhtmltopdf")
    if not any(shutil.which(browser) for browser in BROWSERS):
        text = "Chromium is missing, so tests in a browser are skipped. To run them: apt-get install chromium"
    elif not ctypes.util.find_library("atomic"):
        text = "libatomic is missing, so Playwright can't start a browser. To run its tests: apt-get install libatomic1"
    else:
        return
    if os.environ.get("CI"):
        raise progress.Problem(text)
    progress.say(f"WARNING: {text}")
