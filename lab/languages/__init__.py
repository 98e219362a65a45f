"""Look for English that can't be translated, in a language that nobody speaks: `bin/test languages`.

Odoo and the addon are translated into letters that show it. Then all pages of the gallery, all views, labels and menus,
what the records say, what is refused, messages and printed orders are read: what is in plain letters must be data. At
the end, the pages are opened in real languages: no label of ours is cut.
"""
from __future__ import annotations

import argparse
import ast
import os
import re
import runpy
import subprocess
from pathlib import Path

import polib

from lab import check, database, demo, environment, odoo, paths, postgres, process, progress
from lab.gallery import camera, places, scenes, stage
from lab.languages import crawl, cut
from lab.languages.judge import Judge

PSEUDO = "amazon_punchout_pseudo"
LETTERS = runpy.run_path(str(paths.ROOT / "e2e" / "addons" / PSEUDO / "letters.py"))
FOLDER = paths.LAB / "languages"
PARTS = ("pages", "views", "records", "prints", "refusals", "others", "messages", "cut")
# What each row of is told to somebody.
TOLD = ("mail_message", "mail_activity")
# What people read on a page, with where it stands.
READ = """() => {
    const found = [];
    const shown = each => each && each.getClientRects().length && getComputedStyle(each).visibility !== "hidden";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest("script, style, noscript, .o_main_navbar, .o_debug_manager")) { continue; }
        if (walker.currentNode.textContent.trim() && shown(parent)) {
            found.push(walker.currentNode.textContent);
        }
    }
    for (const name of ["title", "placeholder", "aria-label", "data-tooltip", "alt"]) {
        for (const each of document.querySelectorAll(`[${name}]`)) {
            if (shown(each) && !each.closest(".o_main_navbar")) { found.push(each.getAttribute(name)); }
        }
    }
    found.push(document.title);
    return found;
}"""


def run(arguments):
    """Crawl everything, and print what is English.

    :param list[str] arguments: the options below
    :return: 0, or 1 if something can't be translated
    :rtype: int
    """
    parser = argparse.ArgumentParser(prog="bin/test languages", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"what to read: {', '.join(PARTS)}; all by default")
    parser.add_argument("--scenes", default="", help="parts of the names of pages, e.g. order|charge-")
    options = parser.parse_args(arguments)
    if wrong := set(options.parts) - set(PARTS):
        raise progress.Problem(f"There is no {', '.join(sorted(wrong))}; there are {', '.join(PARTS)}.")
    parts = options.parts or PARTS
    source = environment.prepare()
    name = f"test_{os.getpid()}_languages"
    database.drop_left_over()
    try:
        demo.make(source, name)
        with Running(source, name, process.free_port(), process.free_port(), has_month=True) as running:
            found = _crawl(running, name, parts, options.scenes)
            if "cut" in parts:
                found += cut.find(source, running, name, options.scenes)
    finally:
        database.drop(name)
    for where, text in found:
        progress.say(f"{where}: {text}")
    progress.say(f"{len(found)} texts can't be translated, or are cut.")
    return int(bool(found))


def _crawl(running, name, parts, chosen):
    """Read the parts in an order in which none changes what a later one reads, as far as that is possible.

    :return: where a text is, and the text; each text once
    :rtype: list[tuple[str, str]]
    """
    admin = crawl.Speaker(running.odoo_url, name, "admin", LETTERS["LANGUAGE"])
    stage.play(admin, running.odoo_url, running.simulator_url, name)
    entries = [entry for file in sorted(FOLDER.glob("*.pot")) for entry in polib.pofile(str(file))]
    judge = Judge(name, [entry.msgid for entry in entries], running.last)
    reader = crawl.Reader(admin, judge, running.last, newest(name))
    for text in sorted(_falsely_extracted(entries)):
        reader.found[f"no text for people, but translators get it ({text})"] = text
    if "pages" in parts:
        places.WORDS = _Words()
        _read_pages(running.odoo_url, admin, reader, chosen)
    for part in PARTS[1:-1]:
        if part in parts:
            with progress.step(f"Reading {part}"):
                if part == "others":
                    reader.read_others(*(check.Odoo(running.odoo_url, name, login) for login in ("demo", "admin")))
                else:
                    getattr(reader, f"read_{part}")()
    progress.say(f"{reader.count} lines read.")
    for where, reason in reader.unread.items():
        progress.say(f"Not read: {where}: {reason}")
    return list(reader.found.items())


def _falsely_extracted(entries):
    """Find what Odoo took for a text of the code: the first one in a bracket after a text, unless a name is between.

    :param entries: of the .pot
    :rtype: set[str]
    """
    taken = {entry.msgid for entry in entries if any(
        place.startswith("code:") and place.endswith(".py") for place, _line in entry.occurrences)}
    for addon in (paths.ADDON, *paths.GLUE):
        for file in (paths.ROOT / addon).rglob("*.py"):
            taken -= {call.args[0].value for call in ast.walk(ast.parse(file.read_text()))
                      if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
                      and getattr(call.func, "attr", getattr(call.func, "id", "")) in ("_", "_lt")}
    return taken


def newest(name):
    """Find what was told to somebody last.

    :param str name: of the database
    :return: ids by table
    :rtype: dict[str, int]
    """
    connection, found = postgres.connect(name), {}
    with connection.cursor() as cursor:
        for table in TOLD:
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
            [found[table]] = cursor.fetchone()
    connection.close()
    return found


class _Words(dict):
    """What the scenes press, as the pages spell it."""

    def get(self, name, _default=None):
        return LETTERS["pseudo"](name)


def _read_pages(odoo_url, admin, reader, chosen):
    with camera.Camera(odoo_url, None, read=lambda tab: tab.evaluate(READ)) as browser:
        for number, scene in enumerate(scenes.SCENES, 1):
            if not re.search(chosen, scene.name):
                continue
            shot = browser.take(scene, admin)
            new = [text for note in shot.notes if not note.partition(": ")[0].startswith("skipped")
                   for text in reader.take(f"page {scene.name}", note.partition(": ")[2])]
            skipped = [note for note in shot.notes if " skipped, " in f" {note}"]
            reader.unread |= {f"page {scene.name}": "; ".join(skipped)} if skipped else {}
            progress.say(f"{number}/{len(scenes.SCENES)} {scene.name}: {len(new)} {'; '.join(skipped)}")


class Running(demo.Running):
    """An Odoo that is translated before anybody works in it: what OdooBot tells people comes in their language.

    :ivar dict last: what was told to somebody last before that, see :func:`newest`
    """

    def __init__(self, source, *arguments, **options):
        super().__init__(source, *arguments, **options)
        addons = FOLDER / "addons"
        addons.mkdir(parents=True, exist_ok=True)
        if not (addons / PSEUDO).exists():
            (addons / PSEUDO).symlink_to(paths.ROOT / "e2e" / "addons" / PSEUDO)
        self._environ = {**odoo.environ(source, addons), "LAB_STRINGS": str(FOLDER)}
        # Each process speaks it.
        configuration = FOLDER / "odoo.conf"
        configuration.write_text(
            f"{Path(self._environ['ODOO_RC']).read_text()}server_wide_modules = base,web,{PSEUDO}\n")
        self._environ["ODOO_RC"] = str(configuration)
        self.last = {}

    def _set_up(self):
        log = paths.LOG / "languages-load.log"
        with progress.step("Translating it"), open(paths.ROOT / "lab/languages/load.py") as script, \
                open(log, "wb") as output:
            result = subprocess.run(
                odoo.command("shell", "-d", self._database, "--no-http"), stdin=script, stdout=output, stderr=output,
                cwd=paths.ROOT, check=False, env=self._environ)
        if result.returncode or b"Traceback" in log.read_bytes():
            raise progress.Problem(f"lab/languages/load.py failed. The end of {log}:\n{progress.tail(log)}")
        self.last = newest(self._database)
        return super()._set_up()
