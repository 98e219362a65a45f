"""Run measurements: `python3 -m lab bench [NAME [arguments]]`.

A measurement is a module of this folder with a function `main(arguments)` that returns the exit code. It makes what it
needs and runs by itself.
"""
from __future__ import annotations

import ast
import importlib
from pathlib import Path

from lab import progress

FOLDER = Path(__file__).parent
# They make or show something and measure nothing, so they aren't run without their name.
TOOLS = ("generate", "table")


def run(arguments):
    """Run one measurement, or all of them.

    :param list[str] arguments: the name of the measurement, then what is passed on to it; `list` shows the names
    :return: the exit code
    :rtype: int
    """
    known = names()
    if not arguments:
        return max([_run(name, []) for name in known if name not in TOOLS])
    name, *rest = arguments
    if name == "list":
        for each in known:
            print(f"{each:12} {known[each]}")
        return 0
    if name not in known:
        raise progress.Problem(f"There is no measurement “{name}”. These exist: {', '.join(known)}")
    return _run(name, rest)


def names():
    """Return the names of the measurements, each with the first line of its documentation.

    :rtype: dict[str, str]
    """
    found = {}
    for file in sorted(FOLDER.glob("*.py")):
        module = ast.parse(file.read_text())
        if any(isinstance(node, ast.FunctionDef) and node.name == "main"
               and [each.arg for each in node.args.args] in (["arguments"], ["_arguments"]) for node in module.body):
            found[file.stem] = (ast.get_docstring(module) or "").partition("\n")[0]
    return found


def _run(name, arguments):
    progress.say(f"Measuring {name} ...")
    return importlib.import_module(f"bench.{name}").main(arguments) or 0
