"""Try wrong documents, requests and whole orders by the thousand: `bin/test fuzz [codec|routes|chains …]`."""
from __future__ import annotations

import json
import os
import subprocess

from e2e.fuzz import results
from lab import locks, pages, paths, progress, python, testing

FOLDER = paths.ROOT / "e2e" / "fuzz"
# Each part: the variable that sets how many, how many by default, and the test that runs them.
PARTS = {
    "codec": ("LAB_FUZZ_INPUTS", 1_000_000, None),
    "routes": ("LAB_FUZZ_REQUESTS", 50_000, FOLDER / "test_routes.py"),
    "chains": ("LAB_FUZZ_CHAINS", 5_000, FOLDER / "test_chains.py"),
}
# Inputs of the codec whose result is kept at a time, and for how many the lines that ran are measured.
BATCH, MEASURED = 25_000, 25_000
PAGE = paths.ROOT / "docs" / "security.md"
# The results stand between these marks.
BEGIN, END = "<!-- fuzz -->", "<!-- end of the fuzz -->"
# An environment with the oldest lxml, see pyproject.toml.
OLD = paths.LAB / "old-lxml"


def run(arguments):
    """Try what the arguments name, or all.

    LAB_FUZZ_INPUTS, LAB_FUZZ_REQUESTS and LAB_FUZZ_CHAINS set how many in this run, LAB_FUZZ_SEED the seed. The results
    are added to docs/results/fuzz.jsonl bit by bit. A run with the same seed and code goes on where the last one ended,
    so that many short runs do as well as a long one.

    :param list[str] arguments: of `codec`, `routes` and `chains`
    :return: 0, or 1 if there was a finding
    :rtype: int
    """
    if unknown := set(arguments) - set(PARTS):
        raise progress.Problem(f"There is no {', '.join(sorted(unknown))}. Parts: {', '.join(PARTS)}")
    codes = []
    for name in arguments or PARTS:
        variable, many, test = PARTS[name]
        count = int(os.environ.get(variable) or many)
        if test:
            os.environ[variable] = str(count)
            codes.append(testing.run([str(test), "-q", "-s"]))
        else:
            codes += [_read(python.VENV_PYTHON, count), _read(old_lxml(), count)]
    write_page()
    return 1 if any(codes) else 0


# === docs/security.md === #

def write_page():
    """Write the table between the marks of docs/security.md."""
    pages.fill(PAGE, BEGIN, END, table(results.read()))


def table(found):
    """Write how much was tried at which commit, and the lines that ran.

    :param list[dict] found: see e2e/fuzz/results.py
    :rtype: str
    """
    sums = {}
    for each in found:
        key = each["suite"], each.get("lxml", ""), each["commit"]
        tried, seconds, findings, seeds = sums.get(key, (0, 0, 0, set()))
        sums[key] = (tried + each["count"], seconds + each["seconds"], findings + len(each["findings"]),
                     seeds | {each["seed"]})
    lines = [
        "| Part | lxml | Commit | Seeds | Tried | Seconds | Findings |",
        "| --- | --- | --- | --- | ---: | ---: | ---: |"]
    lines += [
        f"| {suite} | {lxml} | {commit} | {', '.join(map(str, sorted(seeds)))} | {tried:,} | {seconds:,.0f} "
        f"| {findings} |"
        for (suite, lxml, commit), (tried, seconds, findings, seeds) in sums.items()]
    covered = {each["suite"]: each["coverage"] for each in found if "coverage" in each}
    for suite, percents in covered.items():
        files = ", ".join(
            f"`{name}` {percent:g} %" for name, percent in percents.items()
            # The codec has figures of its own.
            if suite != "routes" or name.startswith("controllers/"))
        lines += ["", f"Lines that ran by `{suite}`: {files}."]
    return "\n".join([*lines, ""])


# === THE CODEC === #


def old_lxml():
    """Make .lab/old-lxml, unless it is up to date.

    :return: its Python
    :rtype: Path
    """
    pins = python.pinned("old-lxml")
    key = locks.digest(*pins)
    interpreter = OLD / "bin" / "python"
    with locks.lock("old-lxml"):
        if not locks.is_stamped(OLD, key):
            with progress.step("Making an environment with the oldest lxml"):
                progress.run_logged(
                    [python.VENV_PYTHON, "-m", "venv", "--clear", OLD], "old-lxml", "Making .lab/old-lxml")
                progress.run_logged(
                    [interpreter, "-m", "pip", "install", "--no-input", "--no-deps", *pins], "old-lxml",
                    "Installing the oldest lxml")
            locks.stamp(OLD, key)
    return interpreter


def _read(interpreter, count):
    """Have the codec read so many documents with the lxml of an environment.

    :return: 0, or 1 if there was a finding
    :rtype: int
    """
    seed = int(os.environ.get("LAB_FUZZ_SEED") or 1)
    version = subprocess.run(
        [interpreter, "-c", "from lxml import etree; print('.'.join(map(str, etree.LXML_VERSION[:3])))"],
        capture_output=True, text=True, check=True).stdout.strip()
    first = results.done("codec", seed, lxml=version)
    found = 0
    for start in range(first, first + count, BATCH):
        size = min(BATCH, first + count - start)
        # The oldest lxml has no coverage beside it, and needs none: the lines are the same.
        measures = start < MEASURED and interpreter == python.VENV_PYTHON
        result = read(interpreter, seed, start, size, *(["coverage"] if measures else []))
        results.append("codec", **result)
        found += len(result["findings"])
        progress.say(f"codec, lxml {version}: {start + size:,} documents, {found} findings {result['findings'][:3]}")
    return 1 if found else 0


def read(interpreter, seed, first, count, *options):
    """Have a process read documents.

    :param interpreter: the Python with the lxml
    :param options: `coverage` measures which lines run
    :return: what it found, see e2e/fuzz/codec.py
    :rtype: dict
    """
    result = subprocess.run(
        list(map(str, (interpreter, FOLDER / "codec.py", seed, first, count, *options))), cwd=paths.ROOT,
        env=testing.with_shared(os.environ), capture_output=True, text=True, check=False)
    if result.returncode:
        return {"seed": seed, "first": first, "count": 0, "seconds": 0, "outcomes": {},
                "findings": [f"the process ended with {result.returncode}: {result.stderr[-500:]}"]}
    return json.loads(result.stdout)
