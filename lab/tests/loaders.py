"""Print as JSON the addon's tests that one loader finds: `python -m lab.tests.loaders odoo`, or `pytest`.

Run each in a process of its own that has Odoo and the lab on its PYTHONPATH. Neither opens a database.
"""
import contextlib
import json
import sys

from lab import paths

FOLDER = paths.ROOT / paths.ADDON / "tests"


def found_by_odoo():
    """List what `odoo -i amazon_punchout --test-enable` runs.

    :return: file, module, class and method of each test, and whether Odoo's runner takes it
    :rtype: list[tuple[str, str, str, str, bool]]
    """
    from odoo.tests import loader
    from odoo.tools import config

    config.parse_config([])
    return [
        (module.__file__, module.__name__, type(test).__name__, test._testMethodName, _is_odoo(type(test)))
        for module in loader.get_test_modules(paths.ADDON)
        for test in loader.get_module_test_cases(module)
    ]


def found_by_pytest():
    """List what `bin/test amazon_punchout/tests` runs.

    :return: file, module, class and method of each test, and whether Odoo's runner takes it
    :rtype: list[tuple[str, str, str, str, bool]]
    """
    import pytest

    collected = []

    class Plugin:
        def pytest_collection_finish(self, session):
            collected.extend(
                (str(item.path), item.module.__name__, item.cls.__name__, item.originalname, _is_odoo(item.cls))
                for item in session.items)

    # pytest-odoo wants the name of a database, but opens it only to run tests.
    code = pytest.main(
        ["-c", str(paths.ROOT / "pyproject.toml"), "-p", "no:cacheprovider", "--collect-only", "-q",
         "--odoo-database", "none", str(FOLDER)], plugins=[Plugin()])
    if code:
        sys.exit(int(code))
    return collected


def _is_odoo(case):
    """Tell whether a class of tests has tags, without which Odoo's runner skips it silently."""
    from odoo.tests import BaseCase

    return issubclass(case, BaseCase)


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        found = {"odoo": found_by_odoo, "pytest": found_by_pytest}[sys.argv[1]]()
    json.dump(found, sys.stdout)
