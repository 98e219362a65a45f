"""Attack the addon with faults and count what is lost or doubled: `bin/test faults`; docs/reliability.md shows it."""
from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections import Counter
from fnmatch import fnmatch

from lab import pages, paths, progress

RESULTS = paths.ROOT / "docs" / "results" / "faults.jsonl"
PAGE = paths.ROOT / "docs" / "reliability.md"
# The table stands between these marks.
BEGIN, END = "<!-- results of bin/test faults -->", "<!-- end of the results of bin/test faults -->"
COUNTS = ("runs", "orders", "lost", "doubled", "unclear", "stuck", "lost commits")
BAD = ("lost", "doubled", "stuck")
# Rounds after which the results are written.
BATCH = 10


def run(arguments):
    """Run each fault until it has run often enough on this code, in any number of sittings: `bin/test faults [NAME …]`.

    A name may have wildcards: `bin/test faults '*postgres*'`. Results are added to docs/results/faults.jsonl every few
    minutes, so that Ctrl-C loses little; several sittings may run at once, with other faults each. LAB_FAULTS_RUNS
    changes how often, LAB_FAULTS_SEED what is left to chance. LAB_DOCS_FAULTS=1 writes the table into
    docs/reliability.md, and without arguments does only that.

    :param list[str] arguments: names of faults; none for all
    :return: 0, or 1 if something was lost, doubled or stuck
    :rtype: int
    """
    from e2e.faults.driver import Driver
    chosen = choose(arguments)
    if os.environ.get("LAB_DOCS_FAULTS"):
        write_page(read(RESULTS))
        if not arguments:
            return 0
    driver = Driver()
    try:
        found = sit(driver, chosen, RESULTS)
    finally:
        driver.end()
    if os.environ.get("LAB_DOCS_FAULTS"):
        write_page(read(RESULTS))
    return 1 if found else 0


def choose(names):
    """Find faults by their names.

    :param list[str] names: with or without wildcards; none for all
    :return: the faults
    :rtype: list
    """
    from e2e.faults.registry import FAULTS
    if unknown := [name for name in names if not any(fnmatch(each, name) for each in FAULTS)]:
        raise progress.Problem(f"There is no fault {', '.join(unknown)}. Faults: {', '.join(FAULTS)}")
    return [fault for name, fault in FAULTS.items() if not names or any(fnmatch(name, each) for each in names)]


def sit(driver, faults, results, runs=None):
    """Run faults in batches, one after the other, until each place of each has had its runs.

    :param Driver driver: where
    :param list faults: which
    :param Path results: the file that keeps what was found
    :param int | None runs: of each place, instead of the fault's own number
    :return: sentences about what was lost, doubled or stuck
    :rtype: list[str]
    """
    seed = int(os.environ.get("LAB_FAULTS_SEED") or random.SystemRandom().randrange(10 ** 9))
    code, found = version(), []
    runs = runs or int(os.environ.get("LAB_FAULTS_RUNS") or 0)
    done = {fault.name: runs_so_far(read(results), fault.name, code["tree"]) for fault in faults}
    while open_faults := [fault for fault in faults if done[fault.name] < (runs or fault.runs)]:
        for fault in open_faults:
            count = min(BATCH, (runs or fault.runs) - done[fault.name])
            line, findings = run_batch(driver, fault, f"{seed}/{done[fault.name]}", count)
            done[fault.name] += count - len(line["failed"])
            found += findings
            if len(line["failed"]) == count:
                raise progress.Problem(f"{fault.name}: no round gets to its end: {line['failed'][-1]}")
            with open(results, "a", encoding="utf-8") as file:
                file.write(json.dumps({**line, **code}) + "\n")
            total = sum(map(Counter, line["places"].values()), Counter())
            progress.say(f"{fault.name}: {done[fault.name]} of {runs or fault.runs} rounds, "
                         + ", ".join(f"{name} {total[name]}" for name in COUNTS) + f" ({line['seconds']} s)")
            for finding in findings:
                progress.say(f"    {finding}")
    return found


def run_batch(driver, fault, seed, count):
    """Run rounds of a fault.

    :param Driver driver: where
    :param Fault fault: which
    :param str seed: of the first round; the others are made of it
    :param int count: how many
    :return: a line of the results, and sentences about what was found
    :rtype: tuple[dict, list[str]]
    """
    began, places, findings, failed = time.monotonic(), {}, [], []
    driver.set_durability(fault.synchronous_commit)
    for number in range(count):
        try:
            verdicts = fault.verdicts(driver, random.Random(f"{seed}/{number}/{fault.name}"))
        except Exception as error:  # the round says nothing about the addon, the next ones may
            failed.append(f"{type(error).__name__}: {error}"[:500])
            progress.say(f"{fault.name}: a round did not get to its end: {failed[-1]}")
            driver.clean()
            continue
        for place, verdict in verdicts.items():
            counts = places.setdefault(place, Counter())
            counts.update(verdict.counts)
            counts["runs"] += not verdict.counts["runs"]  # a round may count its own
            findings += [f"{fault.name}, {place}: {finding}" for finding in verdict.findings]
    driver.set_durability("on")
    return {
        "fault": fault.name, "seed": seed, "places": {place: dict(counts) for place, counts in places.items()},
        "seconds": round(time.monotonic() - began), "findings": findings[:10], "failed": failed,
    }, findings


# === RESULTS === #

def version():
    """Name the code that runs: the commit, and the addon's tree, which stays the same where only other files change.

    :rtype: dict[str, str]
    """
    def git(*arguments):
        return subprocess.run(
            ["git", *arguments], cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout.strip()
    changed = "+" if git("status", "--porcelain", paths.ADDON) else ""
    return {"commit": git("rev-parse", "--short=12", "HEAD") + changed,
            "tree": git("rev-parse", "--short=12", f"HEAD:{paths.ADDON}") + changed}


def read(results):
    """Read what was found in all sittings.

    :param Path results: the file
    :rtype: list[dict]
    """
    return [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


def runs_so_far(lines, name, tree):
    """Count the rounds of a fault on this code.

    :param list[dict] lines: the results
    :param str name: of the fault
    :param str tree: of the addon
    :rtype: int
    """
    return sum(max((counts["runs"] for counts in line["places"].values()), default=0)
               for line in lines if line["fault"] == name and line["tree"] == tree)


def rows(lines):
    """Add up the results: by fault and place, without what was found in code that was changed afterwards.

    :param list[dict] lines: the results, the oldest first
    :return: counts by the name of the fault and the place
    :rtype: dict[tuple[str, str], Counter]
    """
    sums = {}
    for number, line in enumerate(lines):
        for place, counts in line["places"].items():
            later = any(each["fault"] == line["fault"] and each["tree"] != line["tree"] for each in lines[number + 1:])
            if later and any(counts.get(name) for name in BAD):
                sums.pop((line["fault"], place), None)  # fixed since: what ran before proves nothing
                continue
            sums.setdefault((line["fault"], place), Counter()).update(counts)
    return sums


def write_page(lines):
    """Write the table between the marks of docs/reliability.md.

    :param list[dict] lines: the results
    """
    if not PAGE.exists() or BEGIN not in PAGE.read_text():
        raise progress.Problem(f"{PAGE} has no line {BEGIN}")
    pages.fill(PAGE, BEGIN, END, table(lines))


def table(lines):
    """Write the table of all faults.

    :param list[dict] lines: the results
    :rtype: str
    """
    from e2e.faults.points import in_order
    from e2e.faults.registry import FAULTS
    head = ["Fault", "Where", "Runs", "Orders", "Lost", "Doubled", "Unclear", "Stuck", "Command"]
    sums = rows(lines)
    body = []
    for name, fault in FAULTS.items():
        for place in in_order(place for fault_name, place in sums if fault_name == name):
            counts = sums[name, place]
            cells = [f"{counts[each]:,}" for each in ("runs", "orders", "lost", "doubled", "unclear", "stuck")]
            body.append([fault.title, place.replace("_", " ") or "–", *cells, f"`bin/test faults {name}`"])
    total = sum(sums.values(), Counter())
    commits = sorted({line["commit"] for line in lines})
    seeds = sorted({line["seed"].partition("/")[0] for line in lines})
    return "\n".join([
        *(f"| {' | '.join(each)} |" for each in (head, ["---"] * len(head), *body)),
        "",
        f"In all {total['runs']:,} runs with {total['orders']:,} orders, messages and carts: {total['lost']:,} lost, "
        f"{total['doubled']:,} doubled, {total['unclear']:,} unclear, {total['stuck']:,} stuck. Runs in which a crash "
        f"of PostgreSQL undid a commit that nobody had secured: {total['lost commits']:,}.",
        "",
        f"Commits: {', '.join(commits)}. Seeds: {', '.join(seeds)}.",
        ""])
