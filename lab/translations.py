"""Export the addon's strings and bring its translations up to date: `python3 -m lab translations`.

The strings go to i18n/amazon_punchout.pot, as `odoo i18n export` writes them. In each language's .po what is translated
stays, what is new is added without a translation, and what is gone goes; nothing is guessed. A translator fills in what
is empty. lab/tests/test_translations.py demands that nothing is missing and that placeholders are the same.
"""
from __future__ import annotations

import os
import re
from collections import Counter

import polib

from lab import database, environment, odoo, paths, progress, readme

# Each language of the addon, with its plural forms, as core's own files have them.
LANGUAGES = {
    "de": "nplurals=2; plural=(n != 1);", "es": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);",
    "it": "nplurals=2; plural=(n != 1);", "ja": "nplurals=1; plural=0;"}
# What code fills in, and what a browser reads: the same in each language, in any order.
KEPT = re.compile(r"%\(\w+\)[sdf]|%[sd%]|\{\w*\}|https?://[^\s<\"]+|</?[a-zA-Z][^>]*>")
# Attributes of a tag that people read.
READ = re.compile(r' (title|placeholder|aria-label|alt)="[^"]*"')


def run(_arguments):
    """Export the strings, update all translations, and say what is untranslated.

    :return: 0, or 1 if something is not translated
    :rtype: int
    """
    export()
    missing = 0
    for addon in readme.ADDONS:
        for language in LANGUAGES:
            file = po_of(addon, language)
            update(file, template_of(addon), language)
            found = problems(file, template_of(addon))
            missing += len(found)
            progress.say("\n".join([f"{file.relative_to(paths.ROOT)}: {len(found)} problems", *found[:20]]))
    return 1 if missing else 0


def template_of(addon):
    """Return the file of all strings of an addon.

    :param Path addon: its folder
    :rtype: Path
    """
    return addon / "i18n" / f"{addon.name}.pot"


def po_of(addon, language):
    """Return the file of an addon's translations.

    :param Path addon: its folder
    :param str language: its code, as in LANGUAGES
    :rtype: Path
    """
    return addon / "i18n" / f"{language}.po"


def export():
    """Write the .pot of the addon from a database that has nothing but the addon and what it needs."""
    source = environment.prepare()
    name = f"test_{os.getpid()}_strings"
    database.create(name, database.template(source, with_demo=False))
    try:
        odoo.install(source, name, [paths.ADDON], f"install-{name}", strict=True)
        progress.run_logged(
            odoo.command("i18n", "export", "-d", name, "-l", "pot", "-o", template_of(readme.ADDONS[0]), paths.ADDON),
            "strings", "Exporting the strings", env=odoo.environ(source))
    finally:
        database.drop(name)


def update(file, template, language):
    """Write the translations of a language anew: the strings of the template, with what is translated.

    :param Path file: the .po, which need not exist
    :param Path template: the .pot
    :param str language: its code
    """
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(file))} if file.exists() else {}
    # Weblate and Odoo's own export break lines at the same width.
    written = polib.pofile(str(template), wrapwidth=78)
    written.metadata |= {
        "Language": language, "Plural-Forms": LANGUAGES[language], "Content-Transfer-Encoding": "8bit"}
    for entry in written:
        entry.msgstr = known.get(entry.msgid, "")
    written.save(str(file))


def problems(file, template):
    """Say what is missing or wrong in the translations of a language.

    :param Path file: the .po
    :param Path template: the .pot
    :return: a sentence each
    :rtype: list[str]
    """
    strings = {entry.msgid for entry in polib.pofile(str(template))}
    entries = polib.pofile(str(file))
    found = [f"not in the .po: {string}" for string in sorted(strings - {entry.msgid for entry in entries})]
    for entry in entries:
        if entry.obsolete or entry.msgid not in strings:
            found.append(f"not in the .pot: {entry.msgid}")
        elif not entry.msgstr:
            found.append(f"not translated: {entry.msgid}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {entry.msgid}")
        elif kept(entry.msgid) != kept(entry.msgstr):
            found.append(f"other placeholders, tags or spaces: {entry.msgid} / {entry.msgstr}")
    return found


def kept(text):
    """Return what a translation must keep: placeholders, tags, line breaks, and the spaces around it.

    :param str text: a string or its translation
    :rtype: tuple
    """
    found = Counter(READ.sub(r" \1", each) for each in KEPT.findall(text))
    return found, text.count("\n"), text[:1].isspace(), text[-1:].isspace()
