"""Compare the CPU time of plain pages, with and without the addon: `python3 -m lab bench plain [ROUNDS]`.

Two copies of a database with the same data, one with the addon, are read by a process of Odoo each. Both take turns,
page by page and round by round, so that other work on the machine affects both sides. What counts is the CPU time of
Odoo and of its PostgreSQL together, never the time that passes. The ratio of a page is the median of the ratios of its
rounds.
"""
from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess

from lab import database, environment, odoo, paths, progress, python

ROUNDS = 25
HEAD = "| page or step | without, ms | with, ms | ratio | quarter of the rounds below | above |\n" \
       "| --- | ---: | ---: | ---: | ---: | ---: |"


def main(arguments):
    """Make both databases, measure, and print a table in Markdown.

    :param list[str] arguments: how many rounds, 25 by default
    :return: the exit code
    :rtype: int
    """
    rounds = int(arguments[0]) if arguments else ROUNDS
    source = environment.prepare()
    with_addon, without = (f"bench_{os.getpid()}_{name}" for name in ("with", "without"))
    try:
        with progress.step("Making two databases"):
            database.create(without, database.template(source, with_demo=False))
            database.create(with_addon, without)
            odoo.install(source, with_addon, [paths.ADDON], f"install-{with_addon}")
        with Reader(source, with_addon) as ours, Reader(source, without) as plain:
            show(ours, plain, rounds)
    finally:
        for name in (with_addon, without):
            database.drop(name)
    return 0


def show(ours, plain, rounds):
    """Measure each page in turns, and print a table.

    :param Reader ours: with the addon
    :param Reader plain: without it
    :param int rounds: how often each side reads each page
    """
    print(HEAD)
    sums, ratios = [0, 0], []
    for page in ours.pages:
        pairs = []
        for turn in range(rounds + 2):  # two to warm up
            sides = (ours, plain) if turn % 2 else (plain, ours)
            seconds = {side: side.read(page) for side in sides}
            pairs.append((seconds[plain], seconds[ours]))
        pairs = pairs[2:]
        low, middle, high = statistics.quantiles([mine / other for other, mine in pairs], n=4)
        medians = [statistics.median(each) for each in zip(*pairs, strict=True)]
        sums = [total + median for total, median in zip(sums, medians, strict=True)]
        ratios.append(middle)
        print(f"| {page} | {medians[0] * 1000:.1f} | {medians[1] * 1000:.1f} | {middle:.3f} | {low:.3f} | {high:.3f} |",
              flush=True)
    print(f"| **all** | {sums[0] * 1000:.1f} | {sums[1] * 1000:.1f} | {sums[1] / sums[0]:.3f} | | |")
    print(f"\nMedian of the ratios: {statistics.median(ratios):.3f}")


class Reader(contextlib.AbstractContextManager):
    """A process of Odoo that reads pages when it is told to."""

    def __init__(self, source, name):
        self._process = subprocess.Popen(
            [python.VENV_PYTHON, paths.ROOT / "bench" / "plain_inside.py", name], env=odoo.environ(source),
            cwd=paths.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pages = self._answer()

    def __exit__(self, *_error):
        self._process.stdin.close()
        self._process.wait()

    def read(self, page):
        """Read a page.

        :return: CPU seconds
        :rtype: float
        """
        self._process.stdin.write(page + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise progress.Problem(f"The process ended with exit code {self._process.wait()}.")
        return json.loads(line)
