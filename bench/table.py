"""Write the results of :mod:`bench.screens` into docs/speed.md and its charts: `python3 -m lab bench table`."""
from __future__ import annotations

from bench import chart, core_screens
from lab import pages, paths

PAGE = paths.ROOT / "docs" / "speed.md"
RESULTS = paths.ROOT / "docs" / "results" / "speed.jsonl"
IMAGES = paths.ROOT / "docs" / "images"
SIZES = ("1k", "10k", "100k")
KINDS = ("step", "screen", "core")
# Pages of so few blocks vary by a few of the catalogue.
FEW = 30


def main(_arguments):
    """Write the tables and the charts.

    :return: the exit code
    :rtype: int
    """
    fill()
    return 0


def fill():
    """Write the tables and the charts, of what has been measured until now."""
    results = {}
    for each in pages.read(RESULTS):
        results.setdefault((each["kind"], each["name"]), {})[each["label"], each["size"]] = each
    grown = {name: ratio(found, "without") for (kind, name), found in results.items() if kind == "core"}
    for kind in KINDS:
        rows = {name: found for (each, name), found in results.items() if each == kind}
        compared = "without" if kind == "core" else "before"
        begin, end = f"<!-- {kind}: begin -->", f"<!-- {kind}: end -->"
        if begin in PAGE.read_text():
            pages.fill(PAGE, begin, end, _table(rows, compared, grown))
    ours = {name: found for (kind, name), found in results.items() if kind != "core"}
    core = {name: found for (kind, name), found in results.items() if kind == "core"}
    for name, rows, label, title in (
        ("speed-ours", ours, "before", "Blocks at 100,000 orders, before and now"),
        ("speed-core", core, "without", "Blocks at 100,000 orders, without the addon and with it"),
    ):
        bars = _worst(rows, label)
        if bars:
            names = label, "now" if label == "before" else "with"
            (IMAGES / f"{name}.svg").write_text(chart.bars(title, bars, names))


def ratio(found, label, what="blocks"):
    """Divide what the largest database costs by what the smallest does.

    :return: None if one of them was not measured
    :rtype: float | None
    """
    small, large = found.get((label, "1k")), found.get((label, "100k"))
    if not small or not large or small[what] is None or large[what] is None:
        return None
    return large[what] / max(small[what], FEW if what == "blocks" else 1)


def _table(rows, compared, grown):
    heads = [f"blocks {'without' if compared == 'without' else 'before'}: 1k", "10k", "100k", "÷",
             f"blocks {'with' if compared == 'without' else 'now'}: 1k", "10k", "100k", "÷",
             "queries", *(["÷ of Odoo's own"] if compared == "before" else []), "better"]
    small = {name for name, found in rows.items() if all((each["blocks"] or FEW + 1) <= FEW for each in found.values())}
    lines = [f"| screen or step | {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)} --- |"]
    for name, found in sorted(rows.items(), key=lambda row: -(ratio(row[1], "after") or 0)):
        if name in small:
            continue
        cells = []
        for label in (compared, "after"):
            cells += [_number(found.get((label, size)), "blocks") for size in SIZES]
            growth = ratio(found, label)
            cells.append("" if growth is None else f"{growth:.1f}")
        cells.append(_pair(found, compared, "queries"))
        if compared == "before":
            cells.append(_own(name, grown))
        lines.append(f"| {name.replace('|', '/')} | {' | '.join(cells)} | less |")
    if small:
        lines += ["", f"{len(small)} more read at most {FEW} blocks in each database."]
    return "\n".join(lines) + "\n"


def _own(name, grown):
    """Write how much the screen of Odoo grows with which one of the addon is compared."""
    own = grown.get(core_screens.compared_with(name))
    return f"{own:.1f}" if own else ""


def _pair(found, compared, what):
    """Write a figure of the largest database that was measured, before and now."""
    for size in reversed(SIZES):
        both = [found.get((label, size)) for label in (compared, "after")]
        if any(both):
            return " → ".join(_number(each, what) or "–" for each in both)
    return ""


def _number(found, what):
    if not found:
        return ""
    return "given up" if found[what] is None else f"{found[what]:,.0f}"


def _worst(rows, label, count=14):
    found = [(name, each[label, "100k"]["blocks"], each["after", "100k"]["blocks"]) for name, each in rows.items()
             if (label, "100k") in each and ("after", "100k") in each
             and None not in (each[label, "100k"]["blocks"], each["after", "100k"]["blocks"])]
    return sorted(found, key=lambda row: -row[1])[:count]
