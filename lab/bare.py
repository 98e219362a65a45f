"""Run the addon's tests under Odoo's own runner, with nothing but Odoo.

`bin/test bare [folder|wheel] [short|TAGS]`; the short form, for CI, runs one class of each folder of tests.

The environments in .lab/bare have the packages that Odoo declares and no other; the addon is there as others get it:
as a folder on the addons path, or as a wheel. The repository is not beside it.
"""
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from lab import database, environment, lint, locks, odoo, paths, postgres, process, progress, python

BARE = paths.LAB / "bare"
# What Odoo declares, what builds the wheel, and the environment into which it is installed.
PLAIN, BUILD, WITH_WHEEL = BARE / "odoo", BARE / "build", BARE / "wheel"
# The argument that asks for a few of the tests.
SHORT = "short"
# Databases that are tested at a time.
MOST_PROCESSES = 2
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
# What a log says of a test that failed or was skipped.
FAILURE = re.compile(r" (?:ERROR|FAIL): |^\w[\w.]*(?:Error|Exception): |CRITICAL")
SKIPPED = re.compile(r" skipped \S+ : (.*)")
# Variables by which the lab's own tests reach what a stranger does not have.
OURS = ("AMAZON_PUNCHOUT_SHARED", "PYTHONPATH", "ODOO_RC")


class Run(NamedTuple):
    """Tests of one form of the addon.

    :ivar counts: failed, errors and all, as Odoo says; None if it said nothing
    """
    form: str
    code: int
    counts: tuple | None
    skipped: int
    seconds: float
    log: Path


def run(arguments):
    """Run all tests of the addon as a folder and as a wheel, or those that tags choose.

    :param list[str] arguments: `folder` or `wheel`, none for both; then `short`, or tags as Odoo has them, e.g.
        /amazon_punchout:TestLock
    :return: 0, or 1 if a test failed or did not run
    :rtype: int
    """
    forms = [name for name in FORMS if name in arguments] or list(FORMS)
    tags = [argument for argument in arguments if argument not in (*FORMS, SHORT)]
    source = environment.prepare()
    database.drop_left_over()
    template = database.template(source, with_demo=False)
    places = {form: FORMS[form]() for form in forms}

    def run_one(form, part, chosen):
        return run_tests(source, template, form, part, *places[form], chosen)

    # Each part has a database of its own.
    expected = None if tags else tests_of_pytest(source, short=SHORT in arguments)
    parts = [",".join(tags)] if tags else halves(expected, whole=SHORT not in arguments)
    jobs = [(form, number, part) for form in forms for number, part in enumerate(parts, start=1)]
    with ThreadPoolExecutor(min(MOST_PROCESSES, os.cpu_count() or 1)) as pool:
        runs = list(pool.map(run_one, *zip(*jobs, strict=True)))
    for each in runs:
        failed, errors, count = each.counts or ("?", "?", "no")
        progress.say(f"{each.form}: {failed} failed, {errors} error(s) of {count} tests, {each.skipped} skipped, "
                     f"{each.seconds / 60:.1f} minutes ({each.log})")
        if each.code:
            progress.say(failures(each.log))
    problems = [problem for each in runs for problem in problems_of(each)]
    if expected is not None:
        problems += [problem for form in forms for problem in missing(form, runs, expected.total())]
    progress.say("\n".join(problems) or (
        f"All is well; pytest finds {expected.total()} tests too." if expected else "All is well."))
    return 1 if problems else 0


def halves(expected, whole=True):
    """Share the tests out to two databases.

    :param Counter expected: how many tests each class has
    :param bool whole: whether these are all tests; then the second part is all that the first leaves, so that none is
        forgotten
    :return: the tags of each part
    :rtype: list[str]
    """
    first, count = [], 0
    for name in sorted(expected):
        if count + expected[name] <= expected.total() / 2:
            first.append(f"/{paths.ADDON}:{name}")
            count += expected[name]
    rest = [f"/{paths.ADDON}", *(f"-{tag}" for tag in first)] if whole else [
        tag for tag in (f"/{paths.ADDON}:{name}" for name in sorted(expected)) if tag not in first]
    return [",".join(first), ",".join(rest)]


def problems_of(found):
    """Say what is wrong with a run.

    :param Run found: the run
    :rtype: list[str]
    """
    if not found.counts or not found.counts[2]:
        return [f"{found.form}: no test ran"]
    failed, errors, _count = found.counts
    if found.code or failed or errors:
        return [f"{found.form}: {failed} tests failed, {errors} had errors, Odoo ended with {found.code}"]
    return []


def missing(form, runs, expected):
    """Say whether Odoo ran other tests of a form than pytest.

    :param str form: the name of the form
    :param list[Run] runs: all runs
    :param int expected: how many tests pytest finds
    :rtype: list[str]
    """
    count = sum(each.counts[2] for each in runs if each.form == form and each.counts)
    return [] if count == expected else [f"{form}: Odoo ran {count} tests, but pytest finds {expected}"]


def run_tests(source, template, form, part, interpreter, folder, tags):
    """Install the addon in a database of its own and run its tests.

    :param odoo_source.Source source: where Odoo is
    :param str template: the database to copy
    :param str form: the name of the form of the addon
    :param int part: the number of the part of its tests
    :param Path interpreter: the Python of the environment
    :param folder: the folder that has the addon; None if the environment has it
    :param str tags: which tests, as Odoo names them
    :rtype: Run
    """
    began = time.monotonic()
    name = f"test_{os.getpid()}_bare_{form}_{part}"
    paths.LOG.mkdir(parents=True, exist_ok=True)
    log = paths.LOG / f"{name}.log"
    addons = [*source.addons, *filter(None, [folder])]
    environ = {key: value for key, value in os.environ.items() if key not in OURS and not key.startswith("LAB_")}
    environ |= {"PYTHONPATH": str(source.python_path), "ODOO_RC": os.devnull}
    command = [
        interpreter, "-m", "odoo", "-d", name, "-i", paths.ADDON, f"--test-tags={tags}", "--stop-after-init",
        f"--addons-path={','.join(map(str, addons))}", f"--data-dir={paths.DATA}", "--max-cron-threads=0",
        f"--http-port={process.free_port()}"]
    try:
        database.create(name, template)
        _forget_the_lab(name)
        with open(log, "wb") as output:
            code = subprocess.run(
                list(map(str, command)), cwd=paths.LOG, env=environ, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, check=False).returncode
    finally:
        database.drop(name)
    text = log.read_text(errors="replace")
    counts = SUMMARY.findall(text)
    return Run(form, code, tuple(map(int, counts[-1])) if counts else None, len(SKIPPED.findall(text)),
               time.monotonic() - began, log)


def failures(log):
    """Return which tests failed, and what their assertions say.

    :param Path log: the log of a run
    :rtype: str
    """
    return "\n".join(line for line in log.read_text(errors="replace").splitlines() if FAILURE.search(line))


def tests_of_pytest(source, short):
    """Count the tests of the addon that pytest finds.

    :param odoo_source.Source source: where Odoo is
    :param bool short: whether to count only one class of each folder
    :return: how many each class has
    :rtype: Counter
    """
    environ = odoo.environ(source)
    environ["PYTHONPATH"] += os.pathsep + str(paths.ROOT)
    found = subprocess.run(
        [python.VENV_PYTHON, "-m", "lab.tests.loaders", "pytest"], env=environ, cwd=paths.ROOT, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    found = json.loads(found)
    counts = Counter(name for _file, _module, name, _method, _is_odoo in found)
    if not short:
        return counts
    return Counter({name: counts[name] for name in one_of_each_folder(
        (Path(file).parent, name) for file, _module, name, _method, _is_odoo in found)})


def one_of_each_folder(tests):
    """Return the class of each folder that has most tests, the first of several by name.

    :param tests: folder and class of each test
    :rtype: list[str]
    """
    most = {}
    for (folder, name), count in sorted(Counter(tests).items()):
        if count > most.get(folder, (0, ""))[0]:
            most[folder] = (count, name)
    return [name for _count, name in most.values()]


def _forget_the_lab(name):
    """Delete the setting that the lab gives its databases."""
    connection = postgres.connect(name)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ir_config_parameter WHERE key = 'amazon_punchout.allowed_networks'")
    connection.close()


# === THE FORMS OF THE ADDON === #

def _as_folder():
    """Copy the addon alone into a folder.

    :return: the Python and the folder
    :rtype: tuple[Path, Path]
    """
    _make_venv(PLAIN, python.pinned("odoo"))
    folder = BARE / "addons"
    shutil.rmtree(folder, ignore_errors=True)
    for name in lint.files(paths.ADDON):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(paths.ROOT / name, folder / name)
    return PLAIN / "bin" / "python", folder


def _as_wheel():
    """Build the wheel and install it into an environment.

    :return: the Python, and no folder
    :rtype: tuple[Path, None]
    """
    _make_venv(PLAIN, python.pinned("odoo"))
    wheel = build_wheel()
    with progress.step(f"Installing {wheel.name}"):
        progress.run_logged(
            [python.VENV_PYTHON, "-m", "venv", "--clear", WITH_WHEEL], "bare-wheel", f"Making {WITH_WHEEL}")
        # Odoo's packages take minutes to install once more.
        [packages], [more] = (folder.glob("lib/python3*/site-packages") for folder in (PLAIN, WITH_WHEEL))
        (more / "odoo.pth").write_text(f"{packages}\n")
        interpreter = WITH_WHEEL / "bin" / "python"
        progress.run_logged(
            [interpreter, "-m", "pip", "install", "--no-input", "--no-deps", wheel], "bare-wheel",
            f"Installing {wheel.name}")
    return interpreter, None


def build_wheel():
    """Build the wheel of the addon.

    :rtype: Path
    """
    _make_venv(BUILD, python.pinned("wheel"))
    wheels = BARE / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    progress.run_logged(
        [BUILD / "bin" / "python", "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels,
         paths.ROOT / paths.ADDON], "bare-wheel", "Building the wheel")
    [wheel] = wheels.iterdir()
    return wheel


FORMS = {"folder": _as_folder, "wheel": _as_wheel}


def _make_venv(folder, pins):
    key = locks.digest(*pins)
    if locks.is_stamped(folder, key):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with progress.step(f"Making the environment {folder.relative_to(paths.LAB)}"):
        progress.run_logged([python.VENV_PYTHON, "-m", "venv", "--clear", folder], "bare", f"Making {folder}")
        progress.run_logged(
            [folder / "bin" / "python", "-m", "pip", "install", "--no-input", "--no-deps", *pins], "bare",
            f"Installing the packages of {folder}")
    locks.stamp(folder, key)
