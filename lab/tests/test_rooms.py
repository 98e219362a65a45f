"""The rooms of the addon use each other in one direction only, by imports and by what they call."""
import ast
import re
from collections import defaultdict

import pytest

from lab import paths

ADDON = paths.ROOT / paths.ADDON
# A room uses those of its own row and of the rows above: docs/architecture.md draws the same.
ROWS = (
    ("group", "parties"),
    ("documents", "order"),
    ("cart",),
    ("shopping",),
    ("approval",),
    ("sending",),
    ("messages",),
    ("shipping",),
    ("billing",),
    ("punchin",),
    ("setup",),
)
LEVELS = {room: level for level, rooms in enumerate(ROWS) for room in rooms}
# What a file of a room may import of the addon besides its own room.
SHARED = ("tools", "const", "cxml")
# A name of ours: fields and methods on core's models carry it.
OURS = re.compile(r"_?(action_)?amazon_\w+")


def files_of_rooms():
    """List the Python files of models and wizards that lie in a room."""
    files = (file for folder in ("models", "wizards") for file in (ADDON / folder).rglob("*.py"))
    return sorted(file for file in files if file.name != "__init__.py")


def room_of(file):
    return file.relative_to(ADDON).parts[1]


def classes_of(file):
    return [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)]


def calls_super(function):
    """Tell whether a method calls the same method of super()."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == function.name and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", None) == "super" for node in ast.walk(function))


def is_ours(name, function=None):
    """Tell whether a name says by itself whose it is: ours on core's models, or a private method."""
    return bool(OURS.fullmatch(name)) or (function is not None and name.startswith("_") and not name.startswith("__"))


def definitions():
    """Find where each name of ours is defined; an override that calls super() defines nothing.

    :return: the rooms by the name
    :rtype: dict[str, set[str]]
    """
    found = defaultdict(set)
    for file in files_of_rooms():
        for owner in classes_of(file):
            for node in owner.body:
                if isinstance(node, ast.FunctionDef) and is_ours(node.name, node) and not calls_super(node):
                    found[node.name].add(room_of(file))
                elif isinstance(node, ast.Assign) and is_ours(getattr(node.targets[0], "id", "")):
                    found[node.targets[0].id].add(room_of(file))
    return found


def used_names(file):
    """List the names that a file uses: attributes, and the parts of paths of fields in strings."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+", node.value):
            for part in node.value.split("."):
                if OURS.fullmatch(part):
                    yield part, node.lineno


def imported_rooms(file):
    """List what a file imports of the addon: the first part of each path below models, or a shared folder."""
    package = file.relative_to(ADDON).parts[:-1]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[:len(package) - node.level + 1]
            for alias in node.names:
                yield (*base, *(node.module or "").split("."), alias.name) if node.module else (*base, alias.name)


def test_every_file_lies_in_a_room_of_the_map():
    assert {room_of(file) for file in files_of_rooms()} == set(LEVELS)


@pytest.mark.parametrize("file", files_of_rooms(), ids=lambda file: str(file.relative_to(ADDON)))
def test_a_room_imports_nothing_of_other_rooms(file):
    wrong = [
        ".".join(path) for path in imported_rooms(file)
        if path[0] not in SHARED and path[:2] not in (("models", room_of(file)), ("wizards", room_of(file)))]
    assert not wrong, f"Move it to tools/ or const.py: {wrong}"


def test_a_room_uses_only_its_own_row_and_those_above():
    where, wrong = definitions(), []
    for file in files_of_rooms():
        for name, line in used_names(file):
            rooms = where.get(name, set())
            if rooms and all(LEVELS[room] > LEVELS[room_of(file)] for room in rooms):
                wrong.append(f"{file.relative_to(ADDON)}:{line} uses {name} of {', '.join(sorted(rooms))}")
    assert not wrong, "\n".join(wrong)


def test_the_map_shows_the_same_rooms_in_the_same_order():
    text = (paths.ROOT / "docs" / "architecture.md").read_text()
    table = text.partition("## The rooms")[2].partition("Around the rooms:")[0]
    rows = re.findall(r"^\| `(\w+)/` \|", table, re.MULTILINE)
    assert rows == [room for rooms in ROWS for room in rooms]


def test_every_room_has_its_place_in_wizards_views_and_tests_by_the_same_name():
    for folder in ("wizards", "views"):
        rooms = {path.name for path in (ADDON / folder).iterdir() if path.is_dir() and path.name != "__pycache__"}
        assert rooms <= set(LEVELS), folder
    tests = {path.name for path in (ADDON / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert tests - {"cxml", "roles", "tools"} <= set(LEVELS)
    assert not list((ADDON / "models").glob("[!_]*.py"))
    assert not list((ADDON / "wizards").glob("[!_]*.py"))


def fixed_files():
    """List the files that models/__init__.py imports first, in a fixed order."""
    text = (ADDON / "models" / "__init__.py").read_text()
    first, comment, _rest = text.partition("# The extensions of the rooms, in any order.")
    assert comment
    return {
        ADDON.joinpath("models", *module.split("."), f"{name}.py")
        for module, name in re.findall(r"^from \.([\w.]+) import (\w+)$", first, re.MULTILINE)}


def model_of(owner):
    """Name the model of a class, and tell whether the class makes it."""
    values = {
        node.targets[0].id: ast.literal_eval(node.value) for node in owner.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in ("_name", "_inherit")}
    name, parents = values.get("_name"), values.get("_inherit", ())
    # A core model that gets a mixin of ours repeats its own name.
    return name or parents, name is not None and name not in parents


def test_our_own_models_come_first():
    named = {
        file for file in (ADDON / "models").rglob("*.py") for owner in classes_of(file) if model_of(owner)[1]}
    assert named
    assert named <= fixed_files()


def test_the_base_of_a_hook_that_several_files_define_comes_first():
    definers = defaultdict(list)
    for file in files_of_rooms():
        for owner in classes_of(file):
            for node in owner.body:
                if isinstance(node, ast.FunctionDef):
                    definers[model_of(owner)[0], node.name].append((file, calls_super(node)))
    wrong = [
        f"{name} of {model} in {file.relative_to(ADDON)}" for (model, name), found in definers.items() if len(found) > 1
        for file, has_super in found if not has_super and file not in fixed_files()]
    assert not wrong
