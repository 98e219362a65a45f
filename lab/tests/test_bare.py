from collections import Counter
from pathlib import Path

import pytest

from lab import bare


def run(code=0, counts=(0, 0, 9)):
    return bare.Run("wheel", code, counts, 0, 1.0, Path("x.log"))


def test_a_green_run_of_all_tests_is_fine():
    assert bare.problems_of(run()) == []
    assert bare.missing("wheel", [run(), run(counts=(0, 0, 4)), run()._replace(form="folder")], 13) == []


def test_fewer_tests_than_pytest_finds_are_a_problem():
    assert len(bare.missing("wheel", [run(), run(counts=None)], 10)) == 1


def test_two_databases_share_all_tests():
    first, second = bare.halves(Counter(TestA=3, TestB=4, TestC=1))
    assert first == "/amazon_punchout:TestA,/amazon_punchout:TestC"
    assert second == "/amazon_punchout,-/amazon_punchout:TestA,-/amazon_punchout:TestC"


def test_the_short_form_runs_one_class_of_each_folder():
    tests = [("a", "TestA"), ("a", "TestB"), ("a", "TestB"), ("b", "TestD"), ("b", "TestC")]
    chosen = bare.one_of_each_folder(tests)
    assert chosen == ["TestB", "TestC"]
    first, second = bare.halves(Counter(TestB=2, TestC=1), whole=False)
    assert {first, second} == {"/amazon_punchout:TestB", "/amazon_punchout:TestC"}


@pytest.mark.parametrize("found", [
    run(counts=None), run(counts=(0, 0, 0)), run(counts=(1, 0, 9)), run(counts=(0, 1, 9)), run(code=1)])
def test_a_failure_or_an_error_is_a_problem(found):
    assert len(bare.problems_of(found)) == 1


def test_what_odoo_says_at_the_end_is_read():
    text = "INFO t odoo.service.server: 1 failed, 2 error(s) of 345 tests when loading database 't' \n"
    assert bare.SUMMARY.findall(text) == [("1", "2", "345")]


def test_nothing_of_the_repository_but_the_addon_is_copied():
    assert {name.split("/")[0] for name in bare.lint.files(bare.paths.ADDON)} == {bare.paths.ADDON}
