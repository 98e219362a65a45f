"""An empty list says what it is for and what to do."""
import ast

import pytest
from lxml import etree

from lab import paths

ADDON = paths.ROOT / paths.ADDON
LISTS = ("list", "kanban", "graph", "pivot")
# These lists are never empty when they open.
FILLED = {
    "amazon_punchout_retention_action": "action_open makes the rows of each company",
    "action_choose_people": "the users whom a group can have as members; whoever opens it is one",
    "action_map_headers": "the headers that the method has just made",
    "action_amazon_history": "an order has a history from the start",
    "action_show_rows": "the rows that a figure above zero counts",
}


def actions():
    """List the actions in the data that show a list."""
    for file in sorted(ADDON.rglob("*.xml")):
        for record in etree.parse(file).getroot().iter("record"):
            fields = {field.get("name"): field for field in record.findall("field")}
            mode = fields.get("view_mode")
            if record.get("model") == "ir.actions.act_window" and (mode is None or mode.text.startswith(LISTS)):
                yield pytest.param(fields.get("help"), id=record.get("id"))


@pytest.mark.parametrize("content", list(actions()))
def test_an_empty_list_says_what_it_is_for_and_what_to_do(content, request):
    if request.node.callspec.id in FILLED:
        return
    paragraphs = [" ".join("".join(each.itertext()).split()) for each in content if each.tag in ("p", "a")] \
        if content is not None else []
    assert len(paragraphs) >= 2, "The help needs a title, and a sentence that says what to press or what comes here"
    assert content[0].get("class") == "o_view_nocontent_smiling_face"
    assert paragraphs[1].endswith((".", "Step"))


def lists_in_code():
    """List the actions that methods return and that show a list of records which are not named one by one."""
    for file in sorted(ADDON.joinpath("models").rglob("*.py")) + sorted(ADDON.joinpath("wizards").rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Dict) and "'ir.actions.act_window'" in ast.unparse(node):
                    pairs = zip(node.keys, node.values, strict=True)
                    yield file, function.name, {
                        ast.literal_eval(key): ast.unparse(value) for key, value in pairs if key}


def test_a_list_that_a_button_opens_says_it_too():
    silent = [
        f"{file.relative_to(ADDON)}: {method}" for file, method, action in lists_in_code()
        if any(f"'{kind}'" in action.get("views", "") or kind in action.get("view_mode", "") for kind in LISTS)
        and "help" not in action and "('id', 'in'" not in action.get("domain", "") and method not in FILLED]
    assert not silent, "The action needs 'help', as the menu's action has it"


def test_every_exception_is_one():
    names = {method for _file, method, _action in lists_in_code()} | {parameter.id for parameter in actions()}
    assert set(FILLED) <= names
