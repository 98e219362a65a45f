"""Check the addon with bandit and with Odoo's own checks of code: `bin/test lint`.

Odoo's addon `test_lint` checks all addons on the path; `pylint` runs with its checkers on ours alone. The tools live in
an environment of their own, .lab/lint, since Odoo doesn't need them.
"""
from __future__ import annotations

import os
import re
import subprocess

from lab import database, environment, locks, odoo, paths, progress, python

VENV = paths.LAB / "lint"
# What test_lint's own test of pylint switches on.
PYLINT = (
    "--rcfile=/dev/null", "--disable=all", "--reports=n", "--score=n", "--bad-functions=input",
    "--msg-template={path}:{line}: {msg} ({symbol})",
    "--enable=used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,bad-builtin,"
    "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,raise-unlink-override",
    "--load-plugins=_pylint_path_setup,pylint.extensions.bad_builtin,_odoo_checker_sql_injection,"
    "_odoo_checker_gettext,_odoo_checker_unlink_override",
)
# Runs pylint above all of Odoo, and eslint, which is no Python package.
ELSEWHERE = "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint"


def run(_arguments):
    """Run all checks.

    :return: 0, or 1 if one of them found something
    :rtype: int
    """
    source = environment.prepare()
    _make_environment()
    environ = odoo.environ(source)
    checks = source.python_path / "odoo" / "addons" / "test_lint"
    environ["PYTHONPATH"] = os.pathsep.join(
        [environ["PYTHONPATH"], str(checks / "tests"), *map(str, VENV.glob("lib/python3*/site-packages"))])
    addons = (paths.ADDON, *paths.GLUE)
    tests = ",".join(f"{addon}/tests" for addon in addons)
    codes = [
        _check("bandit", [VENV / "bin" / "bandit", "-q", "-r", *addons, "-x", tests], environ),
        _check("pylint", [python.VENV_PYTHON, "-m", "pylint", *PYLINT, *addons], {
            **environ, "ADDONS_PATH": str(odoo.ADDONS)}),
        _check_test_lint(source, environ),
    ]
    return 1 if any(codes) else 0


def _make_environment():
    """Make .lab/lint with the pinned packages, unless it is up to date."""
    pins = python.pinned("lint")
    key = locks.digest(*pins)
    if not locks.is_stamped(VENV, key):
        with progress.step("Making the environment of the checks"):
            progress.run_logged([python.VENV_PYTHON, "-m", "venv", "--clear", VENV], "lint", "Making .lab/lint")
            progress.run_logged(
                [VENV / "bin" / "python", "-m", "pip", "install", "--no-input", "--no-deps", *pins], "lint",
                "Installing the checks")
        locks.stamp(VENV, key)


def _check(name, command, environ):
    """Run one program and show what it finds.

    :return: its exit code
    :rtype: int
    """
    result = subprocess.run(
        list(map(str, command)), cwd=paths.ROOT, env=environ, check=False, capture_output=True, text=True)
    found = (result.stdout + result.stderr).strip()
    progress.say(f"{name}: no finding" if not result.returncode else f"{name}:\n{found}")
    return result.returncode


def _check_test_lint(source, environ):
    """Run Odoo's test_lint in a database of its own.

    :return: 0, or 1 if a test failed
    :rtype: int
    """
    name, log = f"test_{os.getpid()}_lint", paths.LOG / "test_lint.log"
    database.create(name, database.template(source, with_demo=False))
    try:
        odoo.install(source, name, [paths.ADDON], f"install-{name}")
        with open(log, "wb") as output:
            subprocess.run(
                odoo.command("-d", name, "-i", "test_lint", "--stop-after-init", "--http-port=0",
                             "--max-cron-threads=0", f"--test-tags={ELSEWHERE}"),
                cwd=paths.ROOT, env=environ, check=False, stdout=output, stderr=subprocess.STDOUT)
    finally:
        database.drop(name)
    text = log.read_text(errors="replace")
    summary = (re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text) or [("0", "0", "0")])[-1]
    progress.say(f"test_lint: {summary[0]} failed, {summary[1]} error(s) of {summary[2]} tests ({log})")
    failed = summary[:2] != ("0", "0") or summary[2] == "0"
    if failed:
        progress.say("\n".join(line for line in text.splitlines() if re.search(r" (ERROR|FAIL): |Error:", line)))
    return 1 if failed else 0
