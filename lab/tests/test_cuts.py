"""Where the addon could be cut into several: what the rest uses of each part is what docs/architecture.md lists.

A name that comes in addition makes a cut harder: use a hook of an earlier room instead, or add it to the list with how
the cut would deal with it.
"""
import ast
import re

import pytest

from lab import paths
from lab.tests import test_rooms as rooms

ADDON = rooms.ADDON
# What files outside of a part use of it, by the part.
USED = {
    "billing": {
        "demo/amazon_punchout_demo_story.py": {"amazon_invoice_id"},
        "models/watching/amazon_punchout_problem.py": {"amazon_awaits_receipt", "amazon_differences"},
        "views/documents/amazon_punchout_document_views.xml": {"action_process_again"},
        "security/amazon_punchout_dialogs.xml": {
            "amazon.punchout.refund", "amazon.punchout.refund.line", "amazon.punchout.shipment.bill",
            "amazon.punchout.shipment.bill.line"},
        "security/ir.model.access.csv": {
            "amazon.punchout.refund", "amazon.punchout.refund.line", "amazon.punchout.shipment.bill",
            "amazon.punchout.shipment.bill.line"},
    },
    "punchin": {
        "controllers/cart.py": {"_claim_path", "_claim_path_of", "_hold_unsolicited_cart"},
        "demo/amazon_punchout_demo_story.py": {"_hold_unsolicited_cart"},
        "controllers/cxml.py": {"_claim_path", "_is_open_for_punchin", "_receive_punchin"},
        "models/watching/amazon_punchout_problem_actions.py": {"action_dismiss_cart"},
        "views/shopping/amazon_punchout_session_views.xml": {"action_claim"},
        "security/amazon_punchout_dialogs.xml": {"amazon.punchout.claim"},
        "security/ir.model.access.csv": {"amazon.punchout.claim"},
    },
}
# What goes with a part although it lies elsewhere.
MOVES_ALONG = {
    "billing": ("demo/amazon_punchout_demo_charges.py", "static/src/tours/refund_tour.js"),
    "punchin": ("controllers/punchin.py",),
}
# Rooms that go with a part, since they build on it.
ROOMS_ALONG = {"billing": ("charges", "spend")}
# The end of the names of many fields of the setup, and a method of bills.
FALSE_FRIENDS = {"_problem"}
FOLDERS = ("controllers", "data", "demo", "models", "report", "security", "static", "views", "wizards")


def names_of(part):
    """Find what only the part defines: our models and fields, private methods and actions.

    :rtype: set[str]
    """
    sources = [rooms.read(file) for file in rooms.files_of_rooms()]
    where = rooms.definitions(sources)
    for source in sources:
        for owner in rooms.classes_of(source.tree):
            for node in owner.body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("action_") \
                        and not rooms.calls_super(node):
                    where[node.name].add(source.room)
    return {name for name, places in where.items() if places == {part}} - FALSE_FRIENDS


def used(part):
    """Find what files outside of the part use of it, by the file.

    :rtype: dict[str, set[str]]
    """
    names, found = names_of(part), {}
    for folder in FOLDERS:
        for file in sorted((ADDON / folder).rglob("*")):
            path = file.relative_to(ADDON)
            if file.suffix not in (".csv", ".js", ".py", ".xml") or part in path.parts \
                    or set(ROOMS_ALONG.get(part, ())) & set(path.parts) \
                    or path.as_posix() in MOVES_ALONG.get(part, ()):
                continue
            text = file.read_text()
            words = set(re.findall(r"[\w.]+", text))
            if file.suffix == ".py":
                words = {name for name, _line in rooms.used_names(ast.parse(text))}
            hits = {name for name in names if name in words or f"model_{name.replace('.', '_')}" in words}
            if hits:
                found[path.as_posix()] = hits
    return found


@pytest.mark.parametrize("part", USED)
def test_the_rest_uses_only_this_of_a_part(part):
    assert used(part) == USED[part]


@pytest.mark.parametrize("part", USED)
def test_the_map_lists_what_stands_in_the_way(part):
    text = (paths.ROOT / "docs" / "architecture.md").read_text().partition("## Splitting")[2].partition("\n## ")[0]
    wanted = {name for file, names in USED[part].items() if not file.startswith("security/") for name in names}
    assert wanted <= set(re.findall(r"`([^`]+)`", text))


def test_the_codec_needs_nothing_of_the_addon():
    files = list((ADDON / "cxml").rglob("*.py"))
    assert len(files) > 20
    assert not [
        file.name for file in files for path in rooms.imported(file.relative_to(ADDON), ast.parse(file.read_text()))
        if path[0] != "cxml"]
    assert not [file.name for file in files if re.search(r"^(from|import) odoo", file.read_text(), re.MULTILINE)]
