"""Measure every screen of databases that have grown: `python3 -m lab bench screens [SIZE ...]`.

Of each screen it counts queries, blocks of 8 kB and milliseconds; Odoo's own screens, on which Amazon's vendor or
product appear, also without the addon on the same data. Options: --label TEXT names the state of the code (before,
after), --ours or --core leaves the other kind out, --update updates the addon in the databases first, --detailed writes
the queries that read most to .lab/log/, and is slower.
"""
from __future__ import annotations

import argparse
import datetime
import json
from contextlib import contextmanager

from bench import generate, table
from lab import database, environment, odoo, pages, paths, postgres, progress

RESULTS = paths.ROOT / "docs" / "results" / "speed.jsonl"
SCRIPT = "from bench.pages import main; main(env, {kinds}, {output!r}, {detailed})\n"


def main(arguments):
    """Measure the databases of some sizes; they are made if they don't exist.

    :return: the exit code
    :rtype: int
    """
    parser = argparse.ArgumentParser("python3 -m lab bench screens")
    parser.add_argument("sizes", nargs="*", default=generate.SIZES)
    parser.add_argument("--label", default="after")
    parser.add_argument("--ours", action="store_true")
    parser.add_argument("--core", action="store_true")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--detailed", action="store_true")
    options = parser.parse_args(arguments)
    source = environment.prepare()
    kinds = [kind for kind in ("ours", "core") if getattr(options, kind)] or ["ours", "core"]
    for size in options.sizes:
        name = generate.name_of(size)
        if not database.exists(name):
            generate.make(source, size)
        if options.update:
            with progress.step(f"Updating {name}"):
                progress.run_logged(
                    odoo.command("-d", name, "-u", paths.ADDON, "--stop-after-init", "--no-http",
                                 "--max-cron-threads=0"), f"update-{name}", "Updating", env=odoo.environ(source),
                    cwd=paths.ROOT)
                _analyze(name)
        with progress.step(f"Measuring {name}"):
            keep(options.label, size, measure(source, name, kinds, options.detailed))
        if "core" in kinds:
            with progress.step(f"Measuring {name} without the addon"), without_addon(name):
                keep("without", size, measure(source, name, ["core"], options.detailed))
    table.fill()
    return 0


def measure(source, name, kinds, is_detailed=False):
    """Measure a database.

    :return: what :mod:`bench.pages` writes
    :rtype: list[dict]
    """
    paths.LOG.mkdir(parents=True, exist_ok=True)
    output = paths.LOG / f"{name}.jsonl"
    generate.run(source, name, SCRIPT.format(kinds=kinds, output=str(output), detailed=is_detailed))
    return pages.read(output)


def keep(label, size, results):
    """Keep results, in place of older ones of the same screen, size and state of the code."""
    new = {(label, size, each["kind"], each["name"]): {
        "label": label, "size": size, **{key: value for key, value in each.items() if key != "slow"},
        "date": datetime.date.today().isoformat()} for each in results}
    kinds = {(label, size, each["kind"]) for each in results}
    kept = [each for each in pages.read(RESULTS)
            if (each["label"], each["size"], each["kind"]) not in kinds]
    with RESULTS.open("w") as file:
        for each in [*kept, *new.values()]:
            file.write(json.dumps(each) + "\n")


@contextmanager
def without_addon(name):
    """Let Odoo load a database as if the addon weren't installed, on the same data.

    Its models, fields, overrides and views are absent, its columns and indexes stay.
    """
    views = ("SELECT res_id FROM ir_model_data WHERE module = 'amazon_punchout' AND model = 'ir.ui.view'")
    rules = ("SELECT res_id FROM ir_model_data WHERE module = 'amazon_punchout' AND model = 'ir.rule'")
    _execute(name, f"UPDATE ir_ui_view SET active = false WHERE id IN ({views}) AND active")
    _execute(name, f"UPDATE ir_rule SET active = false WHERE id IN ({rules}) AND active")
    _execute(name, "UPDATE ir_module_module SET state = 'uninstalled' WHERE name = 'amazon_punchout'")
    try:
        yield
    finally:
        _execute(name, f"UPDATE ir_ui_view SET active = true WHERE id IN ({views})")
        _execute(name, f"UPDATE ir_rule SET active = true WHERE id IN ({rules})")
        _execute(name, "UPDATE ir_module_module SET state = 'installed' WHERE name = 'amazon_punchout'")


def _analyze(name):
    _execute(name, "VACUUM ANALYZE")


def _execute(name, query):
    connection = postgres.connect(name)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(query)
    connection.close()
