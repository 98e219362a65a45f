import pytest

from lab import core

LOG = """\
2026-11-29 23:00:01,123 77 INFO t odoo.addons.purchase.tests.test_purchase: Starting TestPurchase.test_one ...
2026-11-29 23:00:02,123 77 INFO t odoo.addons.purchase.tests.test_purchase: Starting TestPurchase.test_two ...
2026-11-29 23:00:03,123 77 ERROR t odoo.addons.purchase.tests.test_purchase: FAIL: TestPurchase.test_two
Traceback (most recent call last):
AssertionError: 1 != 2
2026-11-29 23:00:03,456 77 ERROR t odoo.addons.purchase.tests.test_purchase: ERROR: Subtest TestPurchase.test_one (a=1)
2026-11-29 23:00:04,123 77 ERROR t odoo.addons.purchase.tests.test_x: ERROR: setUpClass (odoo.addons.purchase.X)
"""
TESTS = "odoo.addons.purchase.tests.test_purchase:TestPurchase."


def test_results_are_read_from_the_log_of_odoo():
    assert core.results(LOG) == {
        f"{TESTS}test_one": False, f"{TESTS}test_two": False,
        "odoo.addons.purchase.tests.test_x:setUpClass (odoo.addons.purchase.X)": False}


def test_what_fails_without_the_addon_too_is_no_difference():
    assert core.differences(core.results(LOG), core.results(LOG)) == {}


def test_a_test_that_the_addon_breaks_or_keeps_from_running_is_a_difference():
    assert core.differences({"a": True, "b": True, "c": False}, {"a": False, "c": True}) == {
        "a": "fails with the addon, passes without", "b": "does not run with the addon, passes without",
        "c": "passes with the addon, fails without"}


@pytest.mark.parametrize(("test", "tag"), [
    (f"{TESTS}test_one", "/purchase:TestPurchase.test_one"),
    ("odoo.addons.purchase.tests.test_x:setUpClass (odoo.addons.purchase.tests.test_x.TestX)", "/purchase:TestX"),
])
def test_a_test_is_run_again_by_its_tag(test, tag):
    assert core.tag_of(test) == tag
