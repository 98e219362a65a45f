"""The checks of `bin/test lint` are those of pre-commit, and what they leave out has its reason."""
import json
import re
from collections import defaultdict

import pytest

from lab import lint, paths, progress

# The forms of a suppression: the rules, and the reason after them.
SUPPRESSIONS = (
    re.compile(r"# noqa: (?P<rules>[A-Z]+\d+(?:, ?[A-Z]+\d+)*)(?P<reason>.*)"),
    re.compile(r"# pylint: disable(?:-next)?=(?P<rules>[\w,-]+)(?P<reason>.*)"),
    re.compile(r"// eslint-disable-(?:next-)?line (?P<rules>[\w,-]+)(?P<reason>.*)"),
    re.compile(r"# nosec (?P<rules>B\d+)(?P<reason>.*)"),
)
# A check is never switched off as a whole, or for a whole file.
WHOLE = re.compile(r"# noqa(?!:)|# nosec(?! B\d)|# ruff: noqa|/\* eslint-disable|prettier-ignore|oca-hooks: ?disable")


def hooks():
    """Return the commands of pre-commit's hooks, by id."""
    text = (paths.ROOT / ".pre-commit-config.yaml").read_text()
    return dict(re.findall(r"- id: (\S+)\n(?:.*\n)*?\s+entry: (.+)", text))


def texts():
    return {name: (paths.ROOT / name).read_text() for name in lint.files("*.py", "*.js", "*.scss", "*.xml")
            if name != "lab/tests/test_lint.py"}


def test_pre_commit_has_each_check_that_needs_no_database():
    assert hooks() == {name: f"bin/test lint {name}" for name in lint.CHECKS if name != "test_lint"}


def test_an_unknown_check_is_named():
    with pytest.raises(progress.Problem, match="There is no check pylnit. Checks: ruff, bandit"):
        lint.run(["pylnit"])


def test_each_check_has_files():
    assert [name for name, check in lint.CHECKS.items() if not lint.files(*check.what)] == []


def test_packages_of_node_are_pinned_with_their_hashes_and_without_addresses():
    text = (lint.NODE_PINS / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert "://" not in text


def test_each_suppression_has_its_reason_at_its_first_place_in_a_file():
    reasons = defaultdict(list)
    for name, text in texts().items():
        for form in SUPPRESSIONS:
            for found in form.finditer(text):
                for rule in found["rules"].split(","):
                    reasons[name, rule.strip()].append(found["reason"].strip(" -#,"))
    assert len(reasons) > 10
    assert [f"{name}: {rule}" for (name, rule), given in reasons.items() if not any(given)] == []


def test_no_check_is_switched_off_for_a_whole_file():
    assert [name for name, text in texts().items() if WHOLE.search(text)] == []


def test_what_no_check_of_the_oca_reports_has_its_reason():
    assert all({**lint.PYLINT_ODOO_OFF, **lint.PYLINT_ODOO_OFF_IN_TESTS}.values())
