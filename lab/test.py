"""bin/test: a fresh database with the addon, then pytest over every test."""
from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from lab import database, environment, odoo, paths, process, progress, python

FOLDERS = ("amazon_punchout/tests", "simulator/tests", "lab/tests", "e2e", "bench/tests")
# What lies here needs neither Odoo nor a database to be tested.
PLAIN = (paths.ROOT / "simulator", paths.ROOT / "lab")
# The names under which Odoo's tests look for a browser.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def run(arguments):
    """Run pytest.

    :param list[str] arguments: pytest's own; if paths are among them, only what they name runs
    :return: pytest's exit code
    :rtype: int
    """
    arguments, named = with_absolute_paths(arguments, Path.cwd())
    if not named:
        named = [paths.ROOT / folder for folder in FOLDERS if (paths.ROOT / folder).is_dir()]
        arguments = [*arguments, *map(str, named)]
    environ = dict(os.environ)
    shared = paths.ROOT.parent / "shared"
    if shared.is_dir():
        environ.setdefault("AMAZON_PUNCHOUT_SHARED", str(shared))
    if all(any(path.is_relative_to(folder) for folder in PLAIN) for path in named):
        return _pytest(["-p", "no:odoo", *arguments], {**environ, "PYTHONPATH": str(paths.ROOT)})
    _check_browser()
    source = environment.prepare()
    with _database(source) as name:
        environ |= odoo.environ(source)
        environ["PYTHONPATH"] += os.pathsep + str(paths.ROOT)
        return _pytest(["--odoo-database", name, "--odoo-http", *arguments], environ)


def with_absolute_paths(arguments, folder):
    """pytest runs in the repository's root, so what names a file where the person stands is made absolute.

    :param list[str] arguments: for pytest
    :param Path folder: where the person stands
    :return: the arguments, and the paths that are among them
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


def _pytest(arguments, environ):
    return process.run_in_foreground(
        [str(python.VENV_PYTHON), "-m", "pytest", "-c", str(paths.ROOT / "pyproject.toml"), *arguments], environ
    )


@contextlib.contextmanager
def _database(source):
    """A database of this run alone, dropped at its end.

    LAB_TEST_DB names another one, LAB_KEEP_DB=1 keeps it to be looked at.
    """
    name = os.environ.get("LAB_TEST_DB") or f"test_{os.getpid()}"
    database.drop_left_over()
    template = database.template(source, with_demo=False)
    try:
        with progress.step(f"Making the test database {name}"):
            database.create(name, template)
            odoo.install(source, name, [paths.ADDON], f"install-{name}")
        yield name
    finally:
        if os.environ.get("LAB_KEEP_DB"):
            progress.say(f"Kept the database {name}: bin/odoo shell -d {name}")
        else:
            database.drop(name)


def _check_browser():
    """Odoo skips its browser tests silently where there is no browser: say so aloud, and let CI fail."""
    if any(shutil.which(browser) for browser in BROWSERS):
        return
    text = "There is no Chromium, so tests in a browser are skipped. To run them: apt-get install chromium"
    if os.environ.get("CI"):
        raise progress.Problem(text)
    progress.say(f"WARNING: {text}")
