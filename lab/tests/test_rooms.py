"""The rooms of the addon use each other in one direction only, by imports and by what they call."""
import ast
import re
from collections import defaultdict
from typing import NamedTuple

import pytest

from lab import paths

ADDON = paths.ROOT / paths.ADDON
# A room uses those of its own row and of the rows above: docs/architecture.md draws the same.
ROWS = (
    ("group", "parties"),
    ("documents", "order"),
    ("cart", "shopping"),
    ("approval",),
    ("sending",),
    ("messages",),
    ("shipping",),
    ("billing",),
    ("charges",),
    ("spend",),
    ("punchin",),
    ("watching",),
    ("setup",),
)
LEVELS = {room: level for level, rooms in enumerate(ROWS) for room in rooms}
# What a file of a room may import of the addon besides its own room. These use no room themselves.
SHARED = ("tools", "const", "cxml", "reports", "rest", "transactions")
# The models of the addon, and the names of ours on core's models, say by themselves whose they are.
MODEL = re.compile(r"amazon\.punchout\.[a-z.]+")
OURS = re.compile(r"_?(action_)?(compute_|inverse_|search_|onchange_|check_)?amazon_\w+")


class Source(NamedTuple):
    room: str
    name: str
    tree: ast.Module


def read(file):
    """Read a file of a room.

    :rtype: Source
    """
    path = file.relative_to(ADDON)
    return Source(path.parts[1], str(path), ast.parse(file.read_text()))


def files_of_rooms():
    """List the Python files of models and wizards that lie in a room."""
    files = (file for folder in ("models", "wizards") for file in (ADDON / folder).rglob("*.py"))
    return sorted(file for file in files if file.name != "__init__.py")


def classes_of(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def model_of(owner):
    """Name the model of a class, and tell whether the class makes it.

    A model of core that takes a mixin of ours must repeat its own name, and is no model of ours for that.
    """
    values = {
        node.targets[0].id: ast.literal_eval(node.value) for node in owner.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in ("_name", "_inherit")}
    name, inherited = values.get("_name"), values.get("_inherit")
    inherited = [inherited] if isinstance(inherited, str) else inherited or []
    return name or next(iter(inherited), None), name is not None and name not in inherited


def calls_super(function):
    """Tell whether a method calls the same method of super()."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == function.name and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", None) == "super" for node in ast.walk(function))


def is_field(node):
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) \
        and getattr(getattr(node.value.func, "value", None), "id", None) == "fields"


def definitions(sources):
    """Find where each name of ours is defined; an override that calls super() defines nothing.

    These are the fields and methods whose name says that they are ours, all private methods, and our models.

    :param sources: :class:`Source` values
    :return: the rooms by the name
    :rtype: dict[str, set[str]]
    """
    found = defaultdict(set)
    for source in sources:
        for owner in classes_of(source.tree):
            model, is_new = model_of(owner)
            if is_new:
                found[model].add(source.room)
            for node in owner.body:
                if isinstance(node, ast.FunctionDef):
                    if (node.name.startswith("_") or OURS.fullmatch(node.name)) and not calls_super(node):
                        found[node.name].add(source.room)
                elif is_field(node) and OURS.fullmatch(node.targets[0].id):
                    found[node.targets[0].id].add(source.room)
    return found


def used_names(tree):
    """List the names that a file uses, with their lines.

    These are attributes, names of methods in strings (as in `compute=`), parts of paths of fields in strings, and our
    models: in the environment, and as the model of an action. A relation may point to any model of ours.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            yield node.slice.value, node.lineno
        elif isinstance(node, ast.Dict):
            yield from ((model, node.lineno) for model in models_of_action(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((name, node.lineno) for name in names_in_text(node.value))


def models_of_action(node):
    return [value.value for key, value in zip(node.keys, node.values, strict=True)
            if getattr(key, "value", None) == "res_model" and isinstance(value, ast.Constant)]


def names_in_text(text):
    if not re.fullmatch(r"[\w.]+", text):
        return []
    return [part for part in (text, *text.split(".")) if part.startswith("_") or OURS.fullmatch(part)]


def wrong_uses(sources, where):
    """Find what a room uses of rooms in rows below its own.

    :param sources: :class:`Source` values
    :param dict where: of :func:`definitions`
    :return: a sentence for each
    :rtype: list[str]
    """
    return [
        f"{source.name}:{line} uses {name} of {', '.join(sorted(where[name]))}"
        for source in sources for name, line in dict.fromkeys(used_names(source.tree))
        if where.get(name) and all(LEVELS[room] > LEVELS[source.room] for room in where[name])]


def imported(path, tree):
    """List what a file imports of the addon, as paths below the addon.

    :param path: of the file, below the addon
    :rtype: Iterator[tuple[str]]
    """
    package = path.parts[:-1]
    ours = ("odoo", "addons", paths.ADDON)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = tuple((node.module or "").split(".")) if node.module else ()
            if node.level:
                module = (*package[:len(package) - node.level + 1], *module)
            elif module[:3] == ours:
                module = module[3:]
            else:
                continue
            yield from ((*module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if tuple(alias.name.split("."))[:3] == ours:
                    yield tuple(alias.name.split("."))[3:]


def fixed_files():
    """List the files that models/__init__.py imports first, in a fixed order."""
    text = (ADDON / "models" / "__init__.py").read_text()
    first, comment, _rest = text.partition("# The extensions of the rooms, in any order.")
    assert comment
    return {
        ADDON.joinpath("models", *module.split("."), f"{name}.py")
        for module, name in re.findall(r"^from \.([\w.]+) import (\w+)$", first, re.MULTILINE)}


def test_every_file_lies_in_a_room_of_the_map():
    assert {read(file).room for file in files_of_rooms()} == set(LEVELS)


@pytest.mark.parametrize("file", files_of_rooms(), ids=lambda file: str(file.relative_to(ADDON)))
def test_a_room_imports_nothing_of_other_rooms(file):
    source = read(file)
    own = (("models", source.room), ("wizards", source.room))
    wrong = [
        ".".join(path) for path in imported(file.relative_to(ADDON), source.tree)
        if path[0] not in SHARED and path[:2] not in own]
    assert not wrong, f"Move it to tools/ or const.py: {wrong}"


def test_extensions_import_no_other_extension():
    """Otherwise the imports of others, not models/__init__.py, decide which class comes in front."""
    models = ADDON / "models"
    extensions = {
        file.relative_to(ADDON).with_suffix("").parts: file for file in models.rglob("*.py")
        if file.name != "__init__.py" and file not in fixed_files()}
    assert len(extensions) > 50
    wrong = [
        f"{file.relative_to(ADDON)} imports {'.'.join(path)}" for file in files_of_rooms()
        for path in imported(file.relative_to(ADDON), read(file).tree)
        if path in extensions or path[:-1] in extensions]
    assert not wrong, f"Move it to tools/ or const.py: {wrong}"


def test_what_is_shared_uses_no_room():
    files = [ADDON / "const.py", *(ADDON / "tools").rglob("*.py"), *(ADDON / "cxml").rglob("*.py")]
    wrong = [
        f"{file.relative_to(ADDON)} imports {'.'.join(path)}" for file in files
        for path in imported(file.relative_to(ADDON), ast.parse(file.read_text())) if path[0] not in SHARED]
    assert not wrong


def test_a_room_uses_only_its_own_row_and_those_above():
    sources = [read(file) for file in files_of_rooms()]
    where = definitions(sources)
    assert len(where) > 500
    assert not (wrong := wrong_uses(sources, where)), "\n".join(wrong)


@pytest.mark.parametrize("use", [
    "order._amazon_shipping_only()", "order.mapped('amazon_shipping_only')",
    "self.env['amazon.punchout.shipping.only']", "{'res_model': 'amazon.punchout.shipping.only'}",
    "fields.Char(compute='_compute_amazon_shipping_only')"])
def test_a_use_of_a_later_room_is_found(use):
    later = Source("shipping", "later.py", ast.parse(
        "class Later(models.Model):\n    _name = 'amazon.punchout.shipping.only'\n"
        "    amazon_shipping_only = fields.Char()\n    def _amazon_shipping_only(self): pass\n"
        "    def _compute_amazon_shipping_only(self): pass\n"))
    earlier = Source("group", "earlier.py", ast.parse(use))
    assert len(wrong_uses([earlier, later], definitions([earlier, later]))) == 1
    assert not wrong_uses([earlier._replace(room="billing"), later], definitions([earlier, later]))


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
    assert tests - {"cxml", "reports", "rest", "roles", "tools"} <= set(LEVELS)
    assert not list((ADDON / "models").glob("[!_]*.py"))
    assert not list((ADDON / "wizards").glob("[!_]*.py"))


def test_our_own_models_come_first():
    named = {
        file for file in files_of_rooms() if file.is_relative_to(ADDON / "models")
        for owner in classes_of(read(file).tree) if model_of(owner)[1]}
    assert named
    assert named <= fixed_files()


def test_the_base_of_a_hook_that_several_files_define_comes_first():
    definers = defaultdict(list)
    for file in files_of_rooms():
        for owner in classes_of(read(file).tree):
            for node in owner.body:
                if isinstance(node, ast.FunctionDef):
                    definers[model_of(owner)[0], node.name].append((file, calls_super(node)))
    shared = {key: found for key, found in definers.items() if len(found) > 1}
    assert len(shared) > 20
    wrong = [
        f"{name} of {model} in {file.relative_to(ADDON)}" for (model, name), found in shared.items()
        for file, has_super in found if not has_super and file not in fixed_files()]
    assert not wrong
