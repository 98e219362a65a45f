"""Every docstring begins with a summary line, which an editor can show; fields such as `:return:` come after it."""
import ast

import pytest

from lab import paths

# The top folders whose docstrings are checked.
FOLDERS = ("amazon_punchout", "bench", "e2e", "lab", "simulator")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(source):
    """Return the docstrings of a module, of its classes and of its functions, by line."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            found[node.body[0].lineno] = ast.get_docstring(node, clean=False)
    return found


def begins_with_a_summary(docstring):
    """Tell whether the first line is a whole sentence that stands alone."""
    summary, *rest = docstring.split("\n")
    return bool(summary.strip()) and not summary.startswith((":", " ")) and summary.rstrip().endswith((".", "?", "!")) \
        and not (rest and rest[0].strip())


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_docstring_begins_with_a_summary(folder):
    files = sorted((paths.ROOT / folder).rglob("*.py"))
    assert files
    assert [
        f"{file.relative_to(paths.ROOT)}:{line}"
        for file in files for line, docstring in docstrings(file.read_text()).items()
        if not begins_with_a_summary(docstring)
    ] == []


@pytest.mark.parametrize("docstring", [
    ":return: the order",
    "",
    "\n    The summary stands on the second line.\n    ",
    "A summary that goes on\n    in the second line.\n    ",
    "A summary without a full stop",
])
def test_a_docstring_without_a_summary_is_found(docstring):
    assert not begins_with_a_summary(docstring)


def test_docstrings_are_found_at_every_level():
    source = '"""M."""\nclass C:\n "C."\n def f(self):\n  "F."\n  async def g():\n   "G."\n'
    assert list(docstrings(source).values()) == ["M.", "C.", "F.", "G."]
