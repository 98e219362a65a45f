"""The results of `bin/test faults` are added up over sittings, and nothing is lost in them."""
import pytest

from lab import faults, progress

LINE = {
    "fault": "sender", "seed": "7/0", "commit": "aaa", "tree": "t1", "seconds": 60, "failed": [], "findings": [],
    "places": {"mark committed": {"runs": 10, "orders": 10, "unclear": 10}, "head sent": {"runs": 10, "orders": 10}},
}
OTHER = {**LINE, "seed": "8/0", "commit": "bbb", "tree": "t2"}
BAD = {**LINE, "places": {"mark committed": {"runs": 10, "orders": 10, "doubled": 1}}}


def test_an_unknown_fault_is_named():
    with pytest.raises(progress.Problem, match="There is no fault sendr. Faults: sender, approval, "):
        faults.choose(["sender", "sendr"])


def test_wildcards_choose_faults():
    names = [fault.name for fault in faults.choose(["storm-*", "sender"])]
    assert names == ["sender", "storm-messages", "storm-repeated", "storm-carts"]
    assert len(faults.choose([])) > 20


def test_a_sitting_goes_on_where_the_last_one_on_this_code_ended():
    assert faults.runs_so_far([LINE, LINE, OTHER], "sender", "t1") == 20
    assert faults.runs_so_far([LINE, LINE, OTHER], "cart", "t1") == 0


def test_sittings_add_up():
    sums = faults.rows([LINE, OTHER])
    assert sums["sender", "mark committed"]["runs"] == 20
    assert sums["sender", "mark committed"]["unclear"] == 20


def test_what_was_found_is_shown_until_the_code_has_changed():
    assert faults.rows([LINE, BAD])["sender", "mark committed"]["doubled"] == 1
    sums = faults.rows([LINE, BAD, OTHER])
    assert sums["sender", "mark committed"]["doubled"] == 0
    assert sums["sender", "mark committed"]["runs"] == 10
    assert sums["sender", "head sent"]["runs"] == 20


def test_the_table_has_a_row_for_each_place():
    text = faults.table([LINE, OTHER])
    assert "| SIGKILL during the sender | mark committed | 20 | 20 | 0 | 0 | 20 | 0 | `bin/test faults sender` |" \
        in text.splitlines()
    assert "In all 40 runs with 40 orders, messages and carts: 0 lost, 0 doubled, 20 unclear, 0 stuck." in text
    assert "Commits: aaa, bbb. Seeds: 7, 8." in text


def test_nothing_was_lost_doubled_or_stuck():
    sums = faults.rows(faults.read(faults.RESULTS))
    assert not [key for key, counts in sums.items() if any(counts[name] for name in faults.BAD)]
