"""Take out each protection of e2e/protections/ and demand that its test fails: `bin/test protections [PART …]`.

A protection is an entry of a TOML file: the code that protects, what stands in its place without it, and the test that
must fail then. All of it happens in a copy of the tree with a database server of its own.
"""
from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lab import database, environment, odoo, pages, paths, progress, testing

FOLDER = Path("e2e") / "protections"
COPY = paths.LAB / "protections"
RESULTS = Path("docs") / "results" / "protections.jsonl"
PAGE = paths.ROOT / "docs" / "security.md"
# The table stands between these marks.
BEGIN, END = "<!-- protections -->", "<!-- end of the protections -->"
# The copy shares these with the original, so that nothing is fetched twice.
SHARED = ("odoo", "venv")
# Only the copy may be changed: it has this file.
MARK = ".copy-for-protections"
FAILED = 1
LONGEST = 600


@dataclass(frozen=True)
class Protection:
    """A protection, and the test that fails without it.

    :param part: the name of its file in :data:`FOLDER`
    :param item: the item of the requirements
    :param name: a sentence that says what is promised
    :param file: the path of the code
    :param old: the code, which occurs once in the file
    :param new: what stands there without the protection
    :param test: pytest's id of the test
    :param upgrade: whether the database must be upgraded to lose the protection
    """
    part: str
    item: str
    name: str
    file: str
    old: str
    new: str
    test: str
    upgrade: bool = False


def read(root=paths.ROOT):
    """Read all protections.

    :param Path root: the tree
    :rtype: list[Protection]
    """
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    return [
        Protection(part=file.stem, **entry)
        for file in sorted((root / FOLDER).glob("*.toml"))
        for entry in toml.loads(file.read_text())["protection"]]


def run(arguments):
    """Make the copy, and take out each protection in it.

    The outcome is added to docs/results/protections.jsonl if all of them were tried. LAB_DOCS_SECURITY=1 writes only
    the table in docs/security.md.

    :param list[str] arguments: names of parts; none for all
    :return: 0, or 1 if a protection has no test that fails without it
    :rtype: int
    """
    if (paths.ROOT / MARK).exists():
        return _run_here(arguments)
    if os.environ.get("LAB_DOCS_SECURITY"):
        write_page()
        return 0
    with progress.step(f"Copying the tree to {COPY}"):
        _copy_tree()
    code = subprocess.run(
        [sys.executable, COPY / "lab" / "__main__.py", "test", "protections", *arguments], cwd=COPY, check=False,
    ).returncode
    written = COPY / RESULTS.name
    if written.exists():
        (paths.ROOT / RESULTS).parent.mkdir(exist_ok=True)
        with open(paths.ROOT / RESULTS, "a") as file:
            file.write(written.read_text())
        written.unlink()
        write_page()
    return code


# === docs/security.md === #

def write_page():
    """Write the table between the marks of docs/security.md."""
    pages.fill(PAGE, BEGIN, END, table())


def table():
    """Write what is promised and which test fails without it, and the outcome of the last complete run.

    :rtype: str
    """
    rows = [f"| {each.name} | `{each.test.rpartition('::')[2].partition('[')[0]}` |" for each in read()]
    lines = ["| Protection | Test that fails without it |", "| --- | --- |", *rows]
    if (paths.ROOT / RESULTS).exists():
        last = json.loads((paths.ROOT / RESULTS).read_text().splitlines()[-1])
        lines += ["", f"Last complete run: {last['protections']} protections taken out at commit {last['commit']}; "
                      f"{len(last['missed'])} were missed by their test."]
    return "\n".join([*lines, ""])


# === THE COPY === #


def _copy_tree():
    """Copy what git knows or would add, and share what was fetched."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=paths.ROOT, check=True,
        capture_output=True).stdout.decode().split("\0")
    for path in COPY.glob("*"):  # .lab stays: it has the database server
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for name in filter(None, listed):
        if (paths.ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(paths.ROOT / name, COPY / name)
    (COPY / MARK).touch()
    (COPY / ".lab").mkdir(exist_ok=True)
    for name in SHARED:
        if not (COPY / ".lab" / name).exists():
            shutil.copytree(
                paths.LAB / name, COPY / ".lab" / name, symlinks=True,
                copy_function=os.link if name == "odoo" else shutil.copy2)


def _run_here(arguments):
    """Take out each protection in this tree, which is a copy."""
    protections = [each for each in read() if not arguments or each.part in arguments]
    if unknown := set(arguments) - {each.part for each in protections}:
        raise progress.Problem(f"There is no part {', '.join(sorted(unknown))} in {FOLDER}.")
    source = environment.prepare()
    name = "test_protections"
    database.create(name, database.template(source, with_demo=False))
    odoo.install(source, name, [paths.ADDON], f"install-{name}")
    environ = {
        **odoo.environ(source), "AMAZON_PUNCHOUT_SHARED": os.environ.get("AMAZON_PUNCHOUT_SHARED", ""),
        "PYTHONDONTWRITEBYTECODE": "1"}
    environ["PYTHONPATH"] += os.pathsep + str(paths.ROOT)
    began, missed = time.monotonic(), []
    tests = list(dict.fromkeys(each.test for each in protections))
    progress.say(f"{len(protections)} protections, {len(tests)} tests. First all tests with every protection in place.")
    for group in (list(filter(_is_plain, tests)), [test for test in tests if not _is_plain(test)]):
        if group and _run_pytest(group, name, environ, "before", timeout=None):
            raise progress.Problem(f"Not all tests pass with the protections in place: {paths.LOG / 'before.log'}")
    try:
        for number, each in enumerate(protections, start=1):
            if trouble := _try_without(source, each, name, environ):
                missed.append(each)
                progress.say(f"MISSED {each.part}: {each.name}: {trouble}")
            else:
                progress.say(f"{number}/{len(protections)} {each.part}: {each.name}")
    finally:
        database.drop(name)
    progress.say(f"{len(protections) - len(missed)} of {len(protections)} protections have a test that fails without "
                 f"them ({time.monotonic() - began:.0f} s).")
    if not arguments:
        _keep_result(protections, missed, time.monotonic() - began)
    return 1 if missed else 0


def _try_without(source, protection, name, environ):
    """Take one protection out, run its test, and put it back.

    :return: what is wrong, None if the test failed as it should
    :rtype: str | None
    """
    file = paths.ROOT / protection.file
    text = file.read_text()
    if text.count(protection.old) != 1:
        return f"the code occurs {text.count(protection.old)} times in {protection.file}"
    without = text.replace(protection.old, protection.new)
    if file.suffix == ".py":
        try:
            compile(without, str(file), "exec")
        except SyntaxError as error:
            return f"without it the file is no Python: {error}"
    upgrade = protection.upgrade or (file.suffix != ".py" and file.is_relative_to(paths.ROOT / paths.ADDON))
    try:
        file.write_text(without)
        if upgrade:
            _upgrade(source, name)
        code = _run_pytest([protection.test], name, environ, "without", timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return None  # it hangs without the protection
    finally:
        file.write_text(text)
        if upgrade:
            _upgrade(source, name)
    if code == FAILED:
        return None
    return f"{protection.test} {'passes' if not code else f'could not run ({code})'} without it"


def _upgrade(source, name):
    progress.run_logged(
        odoo.command("-d", name, "-u", paths.ADDON, "--stop-after-init", "--no-http", "--max-cron-threads=0"),
        f"upgrade-{name}", "Upgrading the database", env=odoo.environ(source), cwd=paths.ROOT)


def _is_plain(test):
    return any((paths.ROOT / test.partition("::")[0]).is_relative_to(folder) for folder in testing.PLAIN)


def _run_pytest(tests, name, environ, log_name, timeout):
    plugins = ["-p", "no:odoo"] if _is_plain(tests[0]) else ["--odoo-database", name, "--odoo-http"]
    paths.LOG.mkdir(parents=True, exist_ok=True)
    with open(paths.LOG / f"{log_name}.log", "ab") as output:
        return subprocess.run(
            testing.pytest_command(*plugins, "-q", *tests), cwd=paths.ROOT, env=environ, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, timeout=timeout, check=False).returncode


def _keep_result(protections, missed, seconds):
    """Write the outcome where :func:`run` in the original takes it from."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=paths.ROOT.parent, check=False, capture_output=True,
        text=True).stdout.strip()
    (paths.ROOT / RESULTS.name).write_text(json.dumps({
        "commit": commit, "protections": len(protections), "missed": [each.name for each in missed],
        "seconds": round(seconds)}) + "\n")
