"""Charges and refunds in a database that has grown: import of reports, matching, the page Reconciliation.

`python3 -m lab bench transactions DATABASE…` measures in each of these databases, which have the addon and a live
group, and changes nothing in them. What is counted doesn't depend on the machine: queries, and the blocks of 8 kB that
PostgreSQL touches for them.
"""
from __future__ import annotations

import json
import subprocess

from bench.inside import run_inside
from lab import environment, progress

SCRIPT = "from bench.transactions_inside import measure; measure(env)\n"


def main(arguments):
    """Measure in each database and print one table.

    :param list[str] arguments: the names of the databases, the smallest first
    :return: the exit code
    :rtype: int
    """
    if not arguments:
        progress.say("Skipped: name the databases to measure in.")
        return 0
    source = environment.prepare()
    columns = []
    for name in arguments:
        with progress.step(f"Measuring in {name}"):
            result = run_inside(source, name, SCRIPT, stdout=subprocess.PIPE)
        if result.returncode or not result.stdout.strip():
            raise progress.Problem(f"The measurement in {name} failed.")
        columns.append(json.loads(result.stdout.strip().splitlines()[-1]))
    sizes = [column.pop("size") for column in columns]
    print("\n| measured | " + " | ".join(f"{size:,}" for size in sizes) + " | last ÷ first |")
    print("| --- " + "| ---: " * (len(sizes) + 1) + "|")
    for name in columns[0]:
        values = [column[name] for column in columns]
        cells = [f"{queries:g} queries, {blocks:,.0f} blocks" for queries, blocks in values]
        print(f"| {name} | " + " | ".join(cells) + f" | {values[-1][1] / max(values[0][1], 1):.2f} |")
    return 0
