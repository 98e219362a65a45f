"""Every addon beside which ours is tested has a row in docs/compatibility.md, with the tests that there are."""
import ast

import pytest

from lab import compat, paths, progress

ROW = {"addon": "purchase_exception", "version": "19.0.1.0.0.2", "seconds": 40,
       "tests": {"test_the_whole_way": "passed", "test_it_is_ignored": "AssertionError: 1 != 2"}}


def test_an_unknown_addon_is_named():
    with pytest.raises(progress.Problem, match="There is no row purchase_excuse. Rows: purchase_exception, "):
        compat.run(["purchase_exception", "purchase_excuse", "-x"])


def test_each_addon_has_one_row():
    assert len(compat.ROWS) == len(set(compat.ROWS))


def test_each_wheel_has_its_version_and_its_hash():
    lines = [line for line in compat.WHEELS.read_text().splitlines() if not line.startswith("#")]
    assert len(compat.wheel_versions()) == len(lines)


@pytest.mark.parametrize("name", paths.GLUE)
def test_an_addon_that_connects_ours_with_another_one_is_tested_in_its_row(name):
    manifest = ast.literal_eval((paths.ROOT / name / "__manifest__.py").read_text())
    assert manifest["auto_install"] is True
    [other] = set(manifest["depends"]) - {paths.ADDON}
    assert compat.own_tests(other).is_relative_to(paths.ROOT / name)


def test_each_file_of_tests_belongs_to_a_row():
    files = {file.stem for file in compat.FOLDER.glob("test_*.py")}
    assert files <= {compat.WHOLE_WAY.stem, *(compat.own_tests(addon).stem for addon in compat.ROWS)}


@pytest.mark.parametrize("addon", [*compat.ROWS, compat.ALL])
def test_each_row_shows_the_tests_that_it_has(addon):
    kept = {each["addon"]: each for each in compat.read()}
    assert addon in kept, f"LAB_DOCS_COMPAT=1 bin/test compat {addon}"
    assert sorted(kept[addon]["tests"]) == sorted(compat.tests_of(addon)), f"LAB_DOCS_COMPAT=1 bin/test compat {addon}"


def test_the_page_shows_what_became_of_each():
    page = compat.PAGE.read_text()
    assert page.count(compat.BEGIN) == page.count(compat.END) == 1
    assert compat.table(compat.read()) in page, "docs/compatibility.md is old: LAB_DOCS_COMPAT=1 bin/test compat"


def test_the_table_names_what_fails():
    text = compat.table([ROW])
    assert "| `purchase_exception` | 19.0.1.0.0.2 | the whole way; it is ignored | **fails**: it is ignored |" in text


def test_an_error_after_a_test_counts_as_its_failure(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="e2e.compat.test_whole_way.TestWholeWay" name="test_a"/>'
        '<testcase classname="e2e.compat.test_whole_way.TestWholeWay" name="test_a"><error message="no end"/>'
        "</testcase>"
        '<testcase classname="e2e.compat.test_x.TestX" name="test_b"><skipped message="no"/></testcase>'
        "</testsuite></testsuites>")
    assert compat.read_report(report) == {("test_whole_way", "test_a"): "no end", ("test_x", "test_b"): "no"}
