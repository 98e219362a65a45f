"""Measure every screen of databases that have grown: `python3 -m lab bench screens [SIZE ...]`.

Of each screen it counts queries, blocks of 8 kB and milliseconds; Odoo's own screens, on which Amazon's vendor or
product appear, also without the addon on the same data. Options: --label TEXT names the state of the code (before,
after), --ours or --core leaves the other kind out, --only WORD, any number of times, measures only what has one of the
words in its name, --update updates the addon in the databases first, --detailed writes the queries that read most to
.lab/log/, and is slower.
"""
from __future__ import annotations

import argparse
import datetime
import json
from contextlib import contextmanager

from bench import generate, table
from lab import database, environment, odoo, pages, paths, postgres, progress

RESULTS = paths.ROOT / "docs" / "results" / "speed.jsonl"
SCRIPT = "from bench.pages import main; main(env, {kinds}, {output!r}, {detailed}, {words})\n"


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
    parser.add_argument("--only", action="append", default=[])
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
            results = measure(source, name, kinds, options.detailed, options.only)
            keep(options.label, size, results, bool(options.only))
        if "core" in kinds:
            with progress.step(f"Measuring {name} without the addon"), without_addon(name):
                results = measure(source, name, ["core"], options.detailed, options.only)
                keep("without", size, results, bool(options.only))
    table.fill()
    return 0


def measure(source, name, kinds, is_detailed=False, words=()):
    """Measure a database.

    :param words: of which one is in the name of each screen that is measured; by default all are
    :return: what :mod:`bench.pages` writes
    :rtype: list[dict]
    """
    paths.LOG.mkdir(parents=True, exist_ok=True)
    output = paths.LOG / f"{name}.jsonl"
    generate.run(source, name, SCRIPT.format(
        kinds=kinds, output=str(output), detailed=is_detailed, words=tuple(words)))
    return pages.read(output)


def keep(label, size, results, is_part=False):
    """Keep results, in place of older ones of the same size and state of the code.

    :param bool is_part: whether only some screens were measured; the older results of all others stay
    """
    new = {(label, size, each["kind"], each["name"]): {
        "label": label, "size": size, **{key: value for key, value in each.items() if key != "slow"},
        "date": datetime.date.today().isoformat()} for each in results}
    kinds = {key[:3] for key in new}
    kept = [each for each in pages.read(RESULTS) if (each["label"], each["size"], each["kind"]) not in kinds
            or is_part and (each["label"], each["size"], each["kind"], each["name"]) not in new]
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
