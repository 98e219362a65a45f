"""A database with orders in every state, made by each version after the first, is upgraded: nothing is lost.

The version before this one runs always; `bin/test upgrades` runs all. test_upgrade.py compares more, with the first.
"""
import dataclasses
import json
import re

import pytest

from lab import database, upgrades

from .upgrade import WITH_NEW_RECORDS, Upgrade, differences, kept, known

# What changes on purpose: the field came within this version, and its default is not for groups that exist.
CHANGED = {"19.0.2.0.0": {("amazon.punchout.group", "charges_with_items")}}


@dataclasses.dataclass
class Story:
    """What was recorded on the way.

    :ivar version: the old one
    :ivar before: the snapshot of the filled database
    :ivar arrived: the payloadIDs of the order requests that Amazon had
    :ivar after: the snapshot after the upgrade
    :ivar log: of the upgrade
    :ivar acts: what people did then
    """

    version: str
    before: dict
    arrived: list
    after: dict
    log: str
    acts: dict


@pytest.fixture(scope="module", params=upgrades.chosen())
def story(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("upgrades")
    upgrade = Upgrade(folder, request.param)
    try:
        upgrade.make()
        arrived = folder / "arrived.json"
        before = upgrade.snapshot(
            "before", "upgrade_tools.py", "upgrade_fill_short.py", with_old=True, ARRIVED=str(arrived))
        log = upgrade.upgrade()
        after = folder / "after.json"
        acts = upgrade.act(
            "upgrade_snapshot.py", "upgrade_acts.py", "upgrade_tools.py", "upgrade_work.py", SNAPSHOT=str(after),
            ARRIVED=str(arrived))
        yield Story(
            request.param, before, json.loads(arrived.read_text()), json.loads(after.read_text()), log, acts)
    finally:
        database.drop(upgrade.name)


def test_every_record_keeps_its_values(story):
    changed = CHANGED.get(story.version, ())
    expected = {
        model: {number: {name: value for name, value in row.items() if (model, name) not in changed}
                for number, row in rows.items()}
        for model, rows in story.before["stored"].items()}
    assert differences(expected, known(kept(story.after), expected, WITH_NEW_RECORDS)) == []


def test_no_table_has_fewer_rows(story):
    fewer = {
        table: (count, story.after["tables"].get(table, [0])[0])
        for table, (count, _digest) in story.before["tables"].items()
        if story.after["tables"].get(table, [0])[0] < count}
    assert {table: counts for table, counts in fewer.items() if not table.startswith("ir_")} == {}


def test_the_log_has_no_warning(story):
    assert re.findall(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", story.log, re.MULTILINE) == []


def test_every_order_says_where_it_is(story):
    states = {state for state, _status in story.acts["statuses"].values()}
    assert states == {"cart", "queued", "sent", "unclear", "refused", "confirmed", "partial", "cancelled"}
    assert [name for name, (_state, status) in story.acts["statuses"].items() if not status] == []


def test_what_was_queued_is_sent_once(story):
    queued = story.acts["queued"]
    assert len(queued) == 2
    assert sorted(story.acts["sent"]) == sorted([name, payload] for name, payload, _state in queued)
    assert story.acts["arrived"] == [[name, payload, "sent"] for name, payload, _state in queued]


def test_nothing_that_amazon_has_is_sent_again(story):
    left = [payload for key in ("sent", "sent again", "new sent") for _name, payload in story.acts[key]]
    assert len(story.arrived) > 5
    assert set(left).isdisjoint(story.arrived)
    assert len(set(left)) == len(left)


def test_send_again_sends_a_declined_order_anew_and_an_unclear_one_unchanged(story):
    before, after = story.acts["to send again"], story.acts["arrived again"]
    assert sorted(state for _name, _payload, state in before) == ["refused", "unclear"]
    assert [state for _name, _payload, state in after] == ["sent"] * 2
    for (_name, old, state), (_same, new, _state) in zip(before, after, strict=True):
        assert (old == new) == (state == "unclear")


def test_what_amazon_says_of_an_older_order_is_applied(story):
    assert story.acts["confirmed"] == ["purchase", "confirmed", ["99"], [9.99]]


def test_people_approve_order_and_post_as_before(story):
    assert [state for _name, _payload, state in story.acts["new"]] == ["queued"] * 3
    assert sorted(story.acts["new sent"]) == sorted([name, payload] for name, payload, _state in story.acts["new"])
    assert [state for _name, _payload, state in story.acts["new arrived"]] == ["sent"] * 3
    assert story.acts["posted"] == "posted"
