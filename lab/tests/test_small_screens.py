"""What a phone or a narrow column needs, in views and in actions that the code makes."""
import ast
import re

import pytest
from lxml import etree

from lab import paths

ADDON = paths.ROOT / paths.ADDON
MODELS = sorted((ADDON / "models").rglob("*.py"))


def actions_with_cards():
    """Yield each action in the code that opens a list which has cards, too."""
    for file in MODELS:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Dict):
                keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
                views = [value for key, value in zip(node.keys, node.values, strict=True)
                         if isinstance(key, ast.Constant) and key.value == "views"]
                if views and "'kanban'" in ast.unparse(views[0]):
                    yield pytest.param(keys, id=f"{file.name}:{node.lineno}")


@pytest.mark.parametrize("keys", list(actions_with_cards()))
def test_a_phone_shows_cards_where_there_are_some(keys):
    # Odoo fills this in for actions that are records only. Without it a phone shows the list, which is too wide.
    assert "mobile_view_mode" in keys


def test_a_moment_is_not_shown_as_a_date_with_its_time():
    # That widget shows the time of a moment, too, in a column that is as wide as a date.
    moments = set(re.findall(r"(\w+) = fields\.Datetime\(", "\n".join(file.read_text() for file in MODELS)))
    assert moments
    shown = {(file.name, name) for file in ADDON.rglob("*.xml")
             for name in re.findall(r'<field name="(\w+)"[^>]*widget="date"', file.read_text())}
    assert not {(name, field) for name, field in shown if field in moments}


# A phone has no button that opens it.
DESK_ONLY = {"amazon_punchout_statement_views.xml"}
MOST_COLUMNS = 5


def lists_of_dialogs():
    """Yield each list in a dialog, with its file."""
    for file in sorted((ADDON / "wizards").rglob("*.xml")):
        for found in etree.parse(file).iter("list"):
            yield pytest.param(file.name, found, id=f"{file.name}:{found.getparent().get('name')}")


@pytest.mark.parametrize(("file", "found"), list(lists_of_dialogs()))
def test_a_dialog_with_many_columns_shows_cards_on_a_phone(file, found):
    columns = [field.get("name") for field in found.findall("field")
               if field.get("column_invisible") not in {"1", "True"} and field.get("optional") != "hide"]
    if len(columns) > MOST_COLUMNS and file not in DESK_ONLY:
        assert found.getparent().find("kanban") is not None
