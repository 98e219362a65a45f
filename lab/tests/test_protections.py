"""Each protection names code that exists once and a test that exists: `bin/test protections` takes them out."""
import ast
import importlib.util

import pytest

from lab import paths, protections, testing

ALL = protections.read()


@pytest.mark.parametrize("protection", ALL, ids=[f"{each.part}: {each.name}" for each in ALL])
def test_the_protection_and_its_test_exist(protection):
    code = (paths.ROOT / protection.file).read_text()
    assert code.count(protection.old) == 1, f"correct e2e/protections/{protection.part}.toml: its code has changed"
    assert protection.new != protection.old
    file, *names = protection.test.split("[")[0].split("::")
    tree = ast.parse((paths.ROOT / file).read_text())
    for name in names:
        tree = next((node for node in tree.body if getattr(node, "name", None) == name), None)
        assert tree, f"{protection.test} is no test"


def test_no_two_protections_have_one_name():
    assert len({each.name for each in ALL}) == len(ALL)


@pytest.mark.parametrize("name", testing.SUITES)
def test_a_suite_with_a_name_of_its_own_exists(name):
    assert importlib.util.find_spec(testing.SUITES[name])


def test_the_page_lists_all_protections():
    page = protections.PAGE.read_text()
    assert protections.table() in page, "run LAB_DOCS_SECURITY=1 bin/test protections"


def test_the_page_counts_what_was_missed(tmp_path, monkeypatch):
    results = tmp_path / "protections.jsonl"
    results.write_text('{"commit": "abc", "protections": 9, "missed": ["One", "Two"], "seconds": 60}\n')
    monkeypatch.setattr(protections, "RESULTS", results)
    assert "9 protections taken out at commit abc; 2 were missed" in protections.table()
