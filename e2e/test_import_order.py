"""The order in which the rooms' extensions are imported changes nothing: a whole order has the same outcome in each.

Odoo puts the class that is imported last in front. Each order is loaded from a copy of the addon, in a process of its
own, against the database of this run, whose tables are the same.
"""
import ast
import json
import os
import random
import shutil
import subprocess

import pytest

from odoo.tests.common import get_db_name

from lab import environment, odoo, paths, python

# Imports before this comment have a fixed order: our own models, and the bases of the hooks.
MARK = "# The extensions of the rooms, in any order."
SEEDS = (1, 2)
MODELS = paths.ROOT / paths.ADDON / "models"


def extensions(imports):
    """List the imports of a source without anything else, as (package, module)."""
    nodes = ast.parse(imports).body
    assert all(isinstance(node, ast.ImportFrom) and node.level == 1 for node in nodes)
    return [(node.module, alias.name) for node in nodes for alias in node.names]


def written(modules):
    """Write imports, each on a line of its own and with a name of its own."""
    return "".join(
        f"from .{package} import {module} as _{package.replace('.', '_')}_{module}\n" for package, module in modules)


class Loader:
    """Copies of the addon whose extensions are imported in some order."""

    def __init__(self, folder):
        self.folder = folder
        self.fixed, mark, imports = (MODELS / "__init__.py").read_text().partition(MARK)
        assert mark, f"models/__init__.py has no line {MARK}"
        self.modules = extensions(imports)
        self.source = environment.prepare()

    def outcome(self, name, modules):
        """Run the main way with the extensions in this order.

        :param str name: name of the copy
        :param list[tuple[str, str]] modules: (package, module) of each extension
        :return: what e2e/main_way.py records
        :rtype: dict
        """
        addons, result = self.folder / name, self.folder / f"{name}.json"
        copy = addons / paths.ADDON
        shutil.copytree(paths.ROOT / paths.ADDON, copy, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "models" / "__init__.py").write_text(self.fixed + written(modules))
        environ = odoo.environ(self.source)
        environ["PYTHONPATH"] += os.pathsep + str(paths.ROOT)
        environ["MAIN_WAY_OUTCOME"] = str(result)
        process = subprocess.run(
            [python.VENV_PYTHON, "-m", "pytest", "-c", paths.ROOT / "pyproject.toml", "-p", "no:cacheprovider", "-q",
             "--odoo-database", get_db_name(),
             "--odoo-addons-path", ",".join(map(str, (*self.source.addons, addons))),
             paths.ROOT / "e2e" / "main_way.py"],
            env=environ, cwd=paths.ROOT, capture_output=True, text=True, check=False)
        assert process.returncode == 0, process.stdout + process.stderr
        return json.loads(result.read_text())


@pytest.fixture(scope="module")
def loader(tmp_path_factory):
    return Loader(tmp_path_factory.mktemp("orders"))


@pytest.fixture(scope="module")
def forward(loader):
    return loader.outcome("forward", loader.modules)


def shuffled(modules, seed):
    return random.Random(seed).sample(modules, len(modules))


def test_every_module_of_the_rooms_is_imported_once(loader):
    imported = [f"{package}.{module}" for package, module in extensions(loader.fixed) + loader.modules]
    files = (file.relative_to(MODELS).with_suffix("") for file in MODELS.rglob("*.py") if file.name != "__init__.py")
    assert sorted(imported) == sorted(".".join(file.parts) for file in files)


@pytest.mark.parametrize("order", ["reversed", *SEEDS])
def test_the_order_of_extensions_changes_nothing(loader, forward, order):
    modules = loader.modules[::-1] if order == "reversed" else shuffled(loader.modules, order)
    outcome = loader.outcome(f"order-{order}", modules)
    names = list(map(".".join, modules))
    assert [name for name in outcome["imported"] if name in names] == names, "a module imports another extension"
    for step, facts in forward["steps"].items():
        assert outcome["steps"][step] == facts, step
    assert outcome["fields"] == forward["fields"]
