"""The addon and its tests import nothing that an Odoo may lack."""
import ast
import sys

from lab import paths

ADDON = paths.ROOT / paths.ADDON
# Odoo declares these and imports them by the same name wherever it runs. Either of two packages reads PDF files for it:
# `odoo.tools.pdf` knows which.
DECLARED = {
    "babel", "cryptography", "freezegun", "lxml", "markupsafe", "openpyxl", "psycopg2", "pytz", "requests", "urllib3",
    "werkzeug"}
# A test runs this program by itself, next to the modules that it imports.
PROGRAMS = {"document_costs.py": {"cxml", "hostile_documents"}}


def imported(file):
    """Return the top names of the packages that a file imports; what is relative is the addon's own.

    :rtype: set[str]
    """
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_the_addon_and_its_tests_need_nothing_but_odoo():
    files = list(ADDON.rglob("*.py"))
    assert len(files) > 400
    allowed = sys.stdlib_module_names | DECLARED | {"odoo"}
    wrong = {
        file.relative_to(ADDON).as_posix(): foreign for file in files
        if (foreign := imported(file) - allowed - PROGRAMS.get(file.name, set()))}
    assert wrong == {}


def test_each_declared_package_is_used():
    assert set().union(*map(imported, ADDON.rglob("*.py"))) >= DECLARED
