"""Every docstring begins with a summary line, which an editor can show; fields such as `:return:` come after it.

That of an override says whose method it extends and what for.
"""
import ast
import re

import pytest

from lab import paths

# The top folders whose docstrings are checked.
FOLDERS = (paths.ADDON, *paths.GLUE, "bench", "e2e", "lab", "simulator")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

# One that extends a method of another addon names the addon; one that extends a hook of ours need not.
OVERRIDE = re.compile(r"Override (of `\w+` )?to \w")


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


def says_what_it_overrides(docstring):
    """Tell whether a docstring is that of no override, or has the form of one."""
    return not docstring.startswith("Overrid") or bool(OVERRIDE.match(docstring))


def find(folder, is_right):
    """List the docstrings of a folder that are not right, as a file and a line."""
    files = sorted((paths.ROOT / folder).rglob("*.py"))
    assert files
    return [
        f"{file.relative_to(paths.ROOT)}:{line}"
        for file in files for line, docstring in docstrings(file.read_text()).items() if not is_right(docstring)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_docstring_begins_with_a_summary(folder):
    assert find(folder, begins_with_a_summary) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_override_says_what_for(folder):
    assert find(folder, says_what_it_overrides) == []


@pytest.mark.parametrize(("docstring", "is_right"), [
    ("Override of `purchase` to keep the state of a cart.", True),
    ("Override to say who must approve.", True),
    ("Tell whether it is right.", False),
    ("Override.", False),
    ("Override: keep the state.", False),
    ("Override of purchase to keep the state.", False),
    ("Override of `purchase`.", False),
    ("Overrides the state.", False),
])
def test_the_form_of_an_override_is_known(docstring, is_right):
    assert bool(OVERRIDE.match(docstring)) == is_right
    assert says_what_it_overrides(docstring) == (is_right or not docstring.startswith("Overrid"))


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
