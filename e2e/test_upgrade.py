"""A database that the first version made, and people have used, is upgraded: nothing is lost.

One database is filled by the old addon (upgrade_fill.py) and upgraded twice; after each step everything that concerns
the addon is recorded (upgrade_snapshot.py), and at the end people go on working (upgrade_acts.py). The versions between
are in test_upgrades.py.
"""
import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo.tests.common import get_db_name

from lab import database

from .upgrade import FIRST, WITH_NEW_RECORDS, Upgrade, differences, kept, known

FILL = ("upgrade_tools.py", "upgrade_fill.py")
GROUP = "amazon.punchout.group"
SESSION = "amazon.punchout.session"
SETUP = "amazon.punchout.setup"

# === WHAT CHANGES ON PURPOSE === #

RENAMED_FIELDS = {(GROUP, "refuse_used"): "new_items_only", (SESSION, "came_by"): "received_from"}
RENAMED_VALUES = {(GROUP, "hold_policy"): {"refuse": "block"}, (SETUP, "state"): {"places": "locations"}}
RENAMED_IDS = {
    "field_amazon_punchout_group__refuse_used": "field_amazon_punchout_group__new_items_only",
    "field_amazon_punchout_session__came_by": "field_amazon_punchout_session__received_from",
    "selection__amazon_punchout_group__hold_policy__refuse": "selection__amazon_punchout_group__hold_policy__block",
    "selection__amazon_punchout_session__came_by__browser":
        "selection__amazon_punchout_session__received_from__browser",
    "selection__amazon_punchout_session__came_by__server": "selection__amazon_punchout_session__received_from__server",
    "selection__amazon_punchout_setup__state__places": "selection__amazon_punchout_setup__state__locations",
}
# The setup has the group's own list of marketplaces, which other addons may add to. The dialog before going live
# computes its field anew. Nothing used the trips of a group; they name their group themselves.
REMOVED_IDS = {
    *(f"selection__amazon_punchout_setup__marketplace__{code}" for code in (
        "au", "br", "ca", "de", "es", "fr", "gb", "in", "it", "jp", "mx", "us")),
    "cart_page_full", "field_stock_picking__amazon_tracking", "field_amazon_punchout_go_live__advice",
    "field_amazon_punchout_group__session_ids"}
REMOVED_FIELDS = {(GROUP, "session_ids"), ("stock.picking", "amazon_tracking")}
# Computed before, stored now.
STORED_NOW = {("account.move", "amazon_order_ref")}
# What counts more things than before: bills and carts are problems of a group, too, and carts without an order show
# what is in them.
COUNTED_ANEW = {
    (GROUP, "checklist"), (GROUP, "problem_count"), (SESSION, "cart_items"), (SESSION, "cart_summary"),
    (SESSION, "cart_total")}
# The taxes of a marketplace's rates have to be chosen now, whether or not the chart has several of a rate.
CHANGED_CHECKS = {"fsync", "payment_outstanding", "tax_rates"}
# Locations to which the marketplace does not deliver are named now.
NEW_CHECKS = "country_"

# === WHAT UPGRADE_FILL.PY EDITED AS A PERSON === #

EDITED = {
    ("product_item", "name"): "Bought online",
    ("mail_activity_approval", "summary"): "Please approve",
    ("mail_activity_problem", "name"): "Trouble at Amazon",
    ("uom_pc", "uom_id"): ["uom.product_uom_dozen"],
    ("ir_cron_process", "interval_number"): 20,
    ("ir_cron_process", "interval_type"): "minutes",
    ("ir_cron_remind_hold", "name"): "Price holds of Amazon",
    ("ir_cron_remind_hold", "active"): False,
    ("sequence_cart", "prefix"): "CART-",
    ("amazon_punchout_group_rule_company", "name"): "Our own name of this rule",
}
# Where else the same values show.
SHOWN_TOO = {
    ("product_item_product_template", "name"), ("ir_cron_remind_hold", "cron_name"),
    ("ir_cron_remind_hold_ir_actions_server", "name")}
# Fields of the version before that no record of upgrade_fill.py fills.
UNFILLED = {
    "amazon.punchout.by.hand.line": {"expected_on", "reason", "rejected_quantity", "shipped_quantity"},
    "amazon.punchout.document": {"to_tell", "website_message_ids"},
    "amazon.punchout.group": {"activity_ids", "message_follower_ids", "website_message_ids"},
    "amazon.punchout.refund": {"is_unbilled", "problem"},
    "amazon.punchout.refund.line": {"quantity"},
    "amazon.punchout.session": {"website_message_ids"},
    "amazon.punchout.setup": {"checked_state", "name", "payment_term_id", "place_ids"},
}
# Dialogs and models without records of their own.
WITHOUT_RECORDS = {
    "account.bank.statement.line", "account.move.reversal", "amazon.punchout.ask", "amazon.punchout.batch",
    "amazon.punchout.batch.line", "amazon.punchout.cancel", "amazon.punchout.claim", "amazon.punchout.dismiss",
    "amazon.punchout.fill", "amazon.punchout.go.live", "amazon.punchout.refuse", "amazon.punchout.setup.place",
    "amazon.punchout.shop", "bill.to.po.wizard",
}


@dataclasses.dataclass
class Story:
    """What was recorded on the way.

    :ivar before: the snapshot of the filled database
    :ivar after: the one after the upgrade
    :ivar again: the one after a second upgrade
    :ivar fresh: the one of a database in which today's addon was installed
    :ivar logs: the logs of both upgrades
    """

    before: dict
    after: dict
    again: dict
    fresh: dict
    logs: list


@pytest.fixture(scope="module")
def upgrade(tmp_path_factory):
    upgrade = Upgrade(tmp_path_factory.mktemp("upgrade"), FIRST)
    yield upgrade
    database.drop(upgrade.name)


@pytest.fixture(scope="module")
def story(upgrade):
    with ThreadPoolExecutor() as pool:
        fresh = pool.submit(upgrade.snapshot, "fresh", of=get_db_name())
        upgrade.make()
        before = upgrade.snapshot("before", *FILL, with_old=True)
    logs = [upgrade.upgrade()]
    after = upgrade.snapshot("after")
    logs.append(upgrade.upgrade())
    return Story(before, after, upgrade.snapshot("again"), fresh.result(), logs)


@pytest.fixture(scope="module")
def acts(upgrade, story):
    """What upgrade_acts.py did after all of the story."""
    return upgrade.act("upgrade_acts.py", "upgrade_acts_saved.py", DEFAULTS=["hold_policy", *RENAMED_FIELDS.values()])


def renamed(model, values):
    """Return the values of a record as they are to be after the upgrade."""
    return {
        RENAMED_FIELDS.get((model, name), name): RENAMED_VALUES.get((model, name), {}).get(value, value)
        if isinstance(value, str) else value for name, value in values.items() if (model, name) not in REMOVED_FIELDS}


def test_the_old_database_has_something_in_every_field(story):
    empty = {
        model: {name for name in next(iter(rows.values())) if not any(row[name] for row in rows.values())}
        for model, rows in story.before["stored"].items() if rows}
    assert {model: names for model, names in empty.items() if names} == UNFILLED
    assert {model for model, rows in story.before["stored"].items() if not rows} == WITHOUT_RECORDS


def test_every_record_keeps_its_values(story):
    expected = {
        model: {number: renamed(model, row) for number, row in rows.items()}
        for model, rows in story.before["stored"].items()}
    assert differences(expected, known(kept(story.after), expected, WITH_NEW_RECORDS)) == []


def test_what_is_computed_is_the_same_but_for_sentences(story):
    """Sentences may be worded anew, but what has one still has one."""
    def comparable(model, row):
        return {
            name: bool(value) if isinstance(value, str) else value for name, value in renamed(model, row).items()
            if (model, name) not in COUNTED_ANEW}

    def facts(snapshot):
        return {model: {number: comparable(model, row) for number, row in rows.items()}
                for model, rows in snapshot["computed"].items()}

    expected = facts(story.before)
    after = facts(story.after)
    for model, name in STORED_NOW:
        for number, row in story.after["stored"][model].items():
            after[model][number] |= comparable(model, {name: row[name]})
    assert differences(expected, known(after, expected, WITH_NEW_RECORDS)) == []


def test_a_checklist_finds_the_same_things_done(story):
    def done(snapshot):
        rows = snapshot["computed"][GROUP]
        return {number: {each["key"]: each["done"] for each in row["checklist"]
                         if each["key"] not in CHANGED_CHECKS and not each["key"].startswith(NEW_CHECKS)}
                for number, row in rows.items()}

    assert differences(done(story.before), done(story.after)) == []


def test_external_ids_lead_to_the_same_records(story):
    before, after = story.before["external ids"], story.after["external ids"]
    gone = set(before) - set(after)
    assert gone == REMOVED_IDS | set(RENAMED_IDS)
    kept = {RENAMED_IDS.get(name, name): value for name, value in before.items() if name not in REMOVED_IDS}
    assert differences(kept, {name: value for name, value in after.items() if name in kept}) == []
    # What is new is what today's addon defines.
    assert {name: (model, noupdate) for name, (model, _id, noupdate) in after.items()} == {
        name: (model, noupdate) for name, (model, _id, noupdate) in story.fresh["external ids"].items()}


def test_an_upgraded_database_has_what_a_fresh_one_has(story):
    """Views, access, rules, actions, menus, fields and texts: all that nobody edited is as in a fresh database.

    So no view of the version before stays behind, and unedited texts follow that an update leaves alone.
    """
    differ = [
        (path, old, new) for path, old, new in differences(story.fresh["definitions"], story.after["definitions"])
        if path[:2] not in {*EDITED, *SHOWN_TOO}]
    assert differ == []


def test_what_a_person_edited_is_kept(story, acts):
    for snapshot in (story.before, story.after):
        assert {(name, field): snapshot["definitions"][name][field] for name, field in EDITED} == EDITED
    assert acts["German"]["product_tax"] == "Geschätzte Steuer"
    # What nobody has translated there is in the German of the addon.
    assert acts["German"]["product_shipping"] == "Amazon-Versand"


def test_nothing_else_is_lost(story):
    """No table has fewer rows, but for those of what a module defines."""
    fewer = {
        table: (count, story.after["tables"].get(table, [0])[0])
        for table, (count, _digest) in story.before["tables"].items()
        if story.after["tables"].get(table, [0])[0] < count}
    assert {table: counts for table, counts in fewer.items() if not table.startswith("ir_")} == {}


def test_the_log_has_no_warning(story):
    for log in story.logs:
        assert re.findall(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", log, re.MULTILINE) == []


def test_a_second_upgrade_changes_nothing(story):
    volatile = {"ir_cron_trigger", "orm_signaling_registry"}
    changed = {table for table, digest in story.after["tables"].items() if story.again["tables"].get(table) != digest}
    assert changed - volatile == set()
    for part in ("external ids", "stored", "definitions"):
        assert differences(story.after[part], story.again[part]) == [], part


# === WORK GOES ON === #

def test_every_order_says_where_it_is(acts):
    states = {state for state, _status in acts["statuses"].values()}
    assert states == {"cart", "queued", "sent", "unclear", "refused", "confirmed", "partial", "cancelled"}
    assert [name for name, (_state, status) in acts["statuses"].items() if not status] == []


def test_what_was_queued_is_sent(acts):
    queued = acts["queued"]
    assert len(queued) == 2
    assert {state for _name, _payload, state in queued} == {"queued"}
    assert sorted(acts["sent"]) == sorted([name, payload] for name, payload, _state in queued)
    assert acts["arrived"] == [[name, payload, "sent"] for name, payload, _state in queued]


def test_send_again_sends_a_declined_order_anew_and_an_unclear_one_unchanged(acts):
    before, after = acts["to send again"], acts["arrived again"]
    assert sorted(state for _name, _payload, state in before) == ["refused", "unclear", "unclear"]
    assert [state for _name, _payload, state in after] == ["sent"] * 3
    assert sorted(acts["sent again"]) == sorted([name, payload] for name, payload, _state in after)
    for (_name, old, state), (_same, new, _state) in zip(before, after, strict=True):
        assert (old == new) == (state == "unclear")


def test_what_people_saved_of_renamed_settings_goes_on_working(acts):
    [used, _context, *_rest], [late, *_more] = acts["filters"].values()
    assert (used, late) == (2, 3)
    assert all("refuse" not in text for _count, *texts in acts["filters"].values() for text in texts)
    assert acts["defaults"] == {"hold_policy": "block", "new_items_only": False}
    [rows] = acts["export"]
    assert all(len(row) == 3 for row in rows)


def test_every_view_opens_with_what_people_added(acts):
    assert len(acts["views"]) > 30
    # No view of the version before has become one that belongs to nobody.
    assert acts["views of people"] == [
        "A person's addition", "A person's addition to a renamed field", "A person's copy"]
    assert set(acts["views of people"]) < set(acts["views"])
    assert {name: problem for name, problem in acts["views"].items() if problem} == {}
