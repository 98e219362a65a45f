"""Make a picture of every page and state, on a desktop and on a phone: `python3 -m lab gallery`."""
from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import polib

from lab import check, database, demo, environment, paths, process, progress
from lab.gallery import camera, documents, guides, index, places, scenes, stage

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
    parser.add_argument("--language", choices=LANGUAGES, help="default: en; with --docs: all of docs/gallery.md")
    parser.add_argument("--output", type=Path, default=TARGET, help="folder for the pictures (default: .lab/gallery)")
    parser.add_argument("--whole", action="store_true", help="show pages that are longer than the screen as a whole")
    parser.add_argument("--guides", action="store_true", help="only the pictures of docs/guides, and keep them there")
    parser.add_argument("--docs", action="store_true", help="keep the pictures in docs/gallery.md, in its languages")
    parser.add_argument("--list", action="store_true", help="only print the names")
    parser.add_argument("--odoo", help="address of an Odoo that bin/demo runs, of this or an earlier version")
    parser.add_argument("--simulator", help="address of its simulator")
    parser.add_argument("--database", default=demo.DATABASE, help=f"its database (default: {demo.DATABASE})")
    options = parser.parse_args(arguments)
    languages = [options.language or "en"]
    if options.guides:
        languages = ["en"]
    elif options.docs:
        languages = _of_documents(options)
    chosen = [scene for scene in (guides.shown() if options.guides else scenes.SCENES)
              if not options.names or any(re.search(name, scene.name) for name in options.names)]
    if not chosen:
        raise progress.Problem("No page has such a name; --list prints all.")
    if options.list:
        print("\n".join(f"{scene.name:36}{scene.title}" for scene in chosen))
        return 0
    if bool(options.odoo) != bool(options.simulator):
        raise progress.Problem("--odoo and --simulator belong together: bin/demo prints both.")
    source = environment.prepare()
    if options.odoo:
        return max([_shoot(options, chosen, words(source, language), language, options.odoo, options.simulator,
                           options.database) for language in languages])
    database.drop_left_over()
    return max([_shoot_fresh(options, chosen, source, language) for language in languages])


def _of_documents(options):
    """List the languages of docs/gallery.md, or the one of them that is asked for.

    :rtype: list[str]
    """
    if options.guides or options.language not in (None, *documents.LANGUAGES):
        raise progress.Problem(f"--docs is of {', '.join(documents.LANGUAGES)}, and --guides has pictures of its own.")
    return [options.language] if options.language else list(documents.LANGUAGES)


def _shoot_fresh(options, chosen, source, language):
    """Make the pictures of a language in a database of its own, of which no other language has pressed a button.

    It is no copy of another one: the addon would notice that, and send nothing.

    :return: 0, or 1 if a page failed
    :rtype: int
    """
    name = f"test_{os.getpid()}_gallery"
    try:
        demo.make(source, name)
        with demo.Running(source, name, process.free_port(), process.free_port(), has_month=True) as running:
            return _shoot(options, chosen, words(source, language), language, running.odoo_url,
                          running.simulator_url, name)
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


def _shoot(options, chosen, said, language, odoo_url, simulator_url, name):
    """Make pictures of an Odoo that runs.

    :return: 0, or 1 if a page failed
    :rtype: int
    """
    places.WORDS = said
    odoo = check.Odoo(odoo_url, name, "admin")
    stage.speak(odoo, LANGUAGES[language])
    stage.play(odoo, odoo_url, simulator_url, name)
    folder = options.output / language
    folder.mkdir(parents=True, exist_ok=True)
    shots = []
    with camera.Camera(odoo_url, folder, options.whole) as pictures:
        for number, scene in enumerate(chosen, 1):
            shot = pictures.take(scene, odoo)
            shots.append(shot)
            progress.say(f"{language} {number}/{len(chosen)} {scene.name}{': ' if shot.notes else ''}"
                         f"{'; '.join(shot.notes)}")
    if options.guides:
        guides.keep(shots, folder)
    if options.docs:
        documents.keep(shots, folder, language)
    page = index.write(options.output, language)
    taken = sum(bool(shot.files) for shot in shots)
    progress.say(f"{language}: {taken} of {len(chosen)} pages; see {documents.PAGE if options.docs else page}")
    return int(bool(_failed(shots, options.guides or options.docs)))


def _failed(shots, is_kept):
    """Name the pages that failed; a document needs the pictures of those that were skipped, too.

    :param list shots: what `camera.Camera.take` returned
    :param bool is_kept: whether the pictures are those of documents
    :rtype: list[str]
    """
    failed = [shot.scene.name for shot in shots
              if shot.failed or is_kept and len(shot.files) < len(shot.scene.devices)]
    if failed:
        progress.say(f"Failed: {', '.join(failed)}")
    return failed
