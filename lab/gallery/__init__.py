"""Make a picture of every page and state, on a desktop and on a phone: `python3 -m lab gallery`."""
from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import polib

from lab import check, database, demo, environment, paths, process, progress
from lab.gallery import camera, guides, index, places, scenes, stage

TARGET = paths.LAB / "gallery"
LANGUAGES = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "it": "it_IT", "ja": "ja_JP"}
# Modules whose buttons and menus the scenes press; ours comes last.
SPOKEN = ("base", "web", "mail", "purchase", "stock", "account", "purchase_stock")


def run(arguments):
    """Make the pictures and a page that shows them side by side.

    :param list[str] arguments: the options below
    :return: 0, or 1 if a page failed
    :rtype: int
    """
    parser = argparse.ArgumentParser(prog="python3 -m lab gallery", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of the names of pages, e.g. order charge-; all by default")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--output", type=Path, default=TARGET, help="folder for the pictures (default: .lab/gallery)")
    parser.add_argument("--whole", action="store_true", help="show pages that are longer than the screen as a whole")
    parser.add_argument("--guides", action="store_true", help="only the pictures of docs/guides, and keep them there")
    parser.add_argument("--list", action="store_true", help="only print the names")
    parser.add_argument("--odoo", help="address of an Odoo that bin/demo runs, of this or an earlier version")
    parser.add_argument("--simulator", help="address of its simulator")
    parser.add_argument("--database", default=demo.DATABASE, help=f"its database (default: {demo.DATABASE})")
    options = parser.parse_args(arguments)
    if options.guides:
        options.language = "en"
    chosen = [scene for scene in (guides.shown() if options.guides else scenes.SCENES)
              if not options.names or any(re.search(name, scene.name) for name in options.names)]
    if not chosen:
        raise progress.Problem("No page has such a name; --list prints all.")
    if options.list:
        print("\n".join(f"{scene.name:36}{scene.title}" for scene in chosen))
        return 0
    if bool(options.odoo) != bool(options.simulator):
        raise progress.Problem("--odoo and --simulator belong together: bin/demo prints both.")
    if options.odoo:
        places.WORDS = words(environment.prepare(), options.language)
        return _shoot(options, chosen, options.odoo, options.simulator, options.database)
    source = environment.prepare()
    places.WORDS = words(source, options.language)
    name = f"test_{os.getpid()}_gallery"
    database.drop_left_over()
    try:
        demo.make(source, name)
        with demo.Running(source, name, process.free_port(), process.free_port(), has_month=True) as running:
            return _shoot(options, chosen, running.odoo_url, running.simulator_url, name)
    finally:
        database.drop(name)


def words(source, language):
    """Say how the pages of a language spell what the scenes press.

    :param odoo_source.Source source: where Odoo is
    :param str language: as in LANGUAGES
    :return: the translations by their English
    :rtype: dict[str, str]
    """
    found = {}
    folders = [source.python_path / "odoo" / "addons" / module for module in SPOKEN]
    for folder in [*folders, *(paths.ROOT / addon for addon in (*paths.GLUE, paths.ADDON))]:
        file = folder / "i18n" / f"{language}.po"
        if file.exists():
            found |= {entry.msgid: entry.msgstr for entry in polib.pofile(str(file)) if entry.msgstr}
    return found


def _shoot(options, chosen, odoo_url, simulator_url, name):
    """Make pictures of an Odoo that runs.

    :return: 0, or 1 if a page failed
    :rtype: int
    """
    odoo = check.Odoo(odoo_url, name, "admin")
    language = LANGUAGES[options.language]
    stage.speak(odoo, language)
    stage.play(odoo, odoo_url, simulator_url, name)
    folder = options.output / options.language
    folder.mkdir(parents=True, exist_ok=True)
    shots = []
    with camera.Camera(odoo_url, folder, options.whole) as pictures:
        for number, scene in enumerate(chosen, 1):
            shot = pictures.take(scene, odoo)
            shots.append(shot)
            progress.say(f"{number}/{len(chosen)} {scene.name}{': ' if shot.notes else ''}{'; '.join(shot.notes)}")
    if options.guides:
        guides.keep(shots, folder)
    page = index.write(options.output, options.language)
    taken = sum(bool(shot.files) for shot in shots)
    progress.say(f"{taken} of {len(chosen)} pages; see {page}")
    return int(any(shot.failed for shot in shots))
