"""Each version of the addon has a test of its upgrade, from the last commit that had it."""
import ast
import re
import shutil
import subprocess

import pytest

from lab import paths, upgrades

MANIFEST = f"{paths.ADDON}/__manifest__.py"


def git(*arguments):
    result = subprocess.run(
        [shutil.which("git") or "git", *arguments], cwd=paths.ROOT, capture_output=True, text=True, check=False)
    return result.stdout if not result.returncode else None


def version_of(commit):
    return re.search(r"'version': '(.+)'", git("show", f"{commit}:{MANIFEST}") or "'version': 'missing'")[1]


def commits():
    """Read COMMITS of e2e/upgrade.py, which imports Odoo."""
    tree = ast.parse((paths.ROOT / "e2e" / "upgrade.py").read_text())
    values = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign)}
    first = ast.literal_eval(values["FIRST"])
    table = values["COMMITS"]
    return {first if isinstance(key, ast.Name) else key.value: value.value
            for key, value in zip(table.keys, table.values, strict=True)}


@pytest.fixture(scope="module", autouse=True)
def history():
    if git("rev-parse", "--is-shallow-repository") != "false\n":
        pytest.skip("NOT TESTED: a shallow clone, or no clone, has no earlier versions")


def test_each_earlier_version_is_upgraded_from():
    lines = git("log", "--format=", "--unified=0", "-G'version'", "-p", "--", MANIFEST).splitlines()
    seen = {found[1] for line in lines if (found := re.match(r"[-+] *'version': '(.+)'", line))}
    today = ast.literal_eval((paths.ROOT / MANIFEST).read_text())["version"]
    assert set(commits()) == seen - {today}
    assert (*commits(),) == ("19.0.1.0.0", *upgrades.VERSIONS)


@pytest.mark.parametrize(("version", "commit"), commits().items())
def test_each_commit_has_its_version_and_is_in_the_history(version, commit):
    assert version_of(commit) == version
    assert git("merge-base", "--is-ancestor", commit, "HEAD") is not None
