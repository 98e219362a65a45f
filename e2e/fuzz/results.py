"""The results of the long runs: docs/results/fuzz.jsonl, one JSON object a line; docs are made of it.

| key | meaning |
| --- | --- |
| suite | `codec`, `routes` or `chains` |
| commit | of the code, with `+` if files were changed |
| lxml, libxml2 | their versions |
| seed, first, count | the inputs: from the number `first` on |
| documents | of the codec: how many right documents are mutated; more where the shared samples are at hand |
| seconds | of this part |
| findings | what must not be; an input can be made again by seed and number |
| outcomes | how many of which outcome |
| coverage | percent of the lines, by file, where it was measured |
"""
from __future__ import annotations

import json
import subprocess

from lab import pages, paths

FILE = paths.ROOT / "docs" / "results" / "fuzz.jsonl"


def commit():
    """Name the commit whose code runs.

    :rtype: str
    """
    def git(*arguments):
        return subprocess.run(
            ["git", *arguments], cwd=paths.ROOT, capture_output=True, text=True, check=False).stdout.strip()

    code = (paths.ADDON, "e2e/fuzz")
    name = git("log", "-1", "--format=%h", "--", *code) or "unknown"
    return name + ("+" if git("status", "--porcelain", "--", *code) else "")


def read():
    """Read the results of all runs.

    :rtype: list[dict]
    """
    return pages.read(FILE)


def done(suite, seed, **facts):
    """Return how many inputs of a seed this code has had, so that a run goes on where the last one ended.

    :rtype: int
    """
    wanted = {"suite": suite, "seed": seed, "commit": commit(), **facts}
    return max((each["first"] + each["count"] for each in read()
                if all(each.get(key) == value for key, value in wanted.items())), default=0)


def append(suite, **facts):
    """Keep the result of a part of a run."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with open(FILE, "a") as output:
        output.write(json.dumps({"suite": suite, "commit": commit(), **facts}, sort_keys=True) + "\n")
