"""pytest and Odoo find the same tests of the addon; Odoo sees only what tests/__init__.py itself imports."""
import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from lab import locks, odoo, odoo_source, paths, python
from lab.tests.loaders import FOLDER


class Found(NamedTuple):
    file: Path
    module: str
    case: str
    method: str
    is_odoo: bool


@pytest.fixture(scope="module")
def environ():
    """Give the variables under which a process finds Odoo, the addon and the lab."""
    with locks.lock():
        source = odoo_source.ensure()
    environ = odoo.environ(source)
    environ["PYTHONPATH"] += os.pathsep + str(paths.ROOT)
    return environ


@pytest.fixture(scope="module")
def by_odoo(environ):
    return _found_by("odoo", environ)


@pytest.fixture(scope="module")
def by_pytest(environ):
    return _found_by("pytest", environ)


def _found_by(loader, environ):
    """Ask one loader, in a process of its own.

    :rtype: set[Found]
    """
    process = subprocess.run(
        [python.VENV_PYTHON, "-m", "lab.tests.loaders", loader], env=environ, cwd=paths.ROOT, check=False,
        capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    return {Found(Path(file).resolve(), *rest) for file, *rest in json.loads(process.stdout)}


def _files():
    return set(FOLDER.rglob("test_*.py"))


def test_pytest_finds_every_file(by_pytest):
    assert {found.file for found in by_pytest} == _files()


def test_odoo_finds_every_file(by_odoo):
    found = {found.file for found in by_odoo}
    assert found == _files()


def test_both_find_the_same_tests(by_odoo, by_pytest):
    assert by_odoo == by_pytest


def test_odoo_runs_every_test(by_pytest):
    """Odoo's runner silently skips what is no odoo.tests.BaseCase."""
    assert sorted({found.file for found in by_pytest if not found.is_odoo}) == []


def test_pytest_names_modules_as_odoo_does(by_pytest):
    for found in by_pytest:
        path = found.file.relative_to(FOLDER).with_suffix("")
        assert found.module == ".".join(["odoo.addons", paths.ADDON, "tests", *path.parts])


def test_names_of_test_modules_are_unique():
    """tests/__init__.py imports them all into one namespace: of two with one name, Odoo would see the last."""
    names = Counter(file.stem for file in _files())
    assert [name for name, count in names.items() if count > 1] == []
