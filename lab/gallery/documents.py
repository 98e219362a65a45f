"""docs/gallery.md, which shows every scene in three languages: `python3 -m lab gallery --docs` makes all of it.

The page is made of the scenes alone, and a test compares it with them; only the pictures need a run.
"""
from __future__ import annotations

import html

from lab import paths
from lab.gallery import kept, scenes

PAGE = paths.ROOT / "docs" / "gallery.md"
PICTURES = paths.ROOT / "docs" / "images" / "gallery"
LANGUAGES = {"en": "English", "de": "German", "ja": "Japanese"}
# Of the pictures, in pixels: all of them take less than 10 MB.
KEPT_WIDTHS = {"desktop": 900, "phone": 290}
# Who uses the pages, and the subjects of the scenes.
READERS = {
    "Buyers": ("Orders", "Shopping", "Receipts and shipments"),
    "Approvers": ("Approval",),
    "Accountants": ("Bills", "Charges"),
    "Administrators": ("Problems and documents", "Set up and configuration"),
    "Odoo's own pages, to compare": ("Beside them: core's own",),
}
# On the page: English large, the others small. A row of a code host is about 850 pixels wide.
WIDTHS = {"en": {"desktop": 620, "phone": 176}, "de": {"desktop": 304, "phone": 86}}
WIDTHS["ja"] = WIDTHS["de"]


def keep(shots, folder, language):
    """Copy the pictures of a run into the documents, remove those of no scene, and write the page.

    :param list shots: what `camera.Camera.take` returned
    :param Path folder: where the pictures are
    :param str language: of the pictures, as in LANGUAGES
    """
    kept.keep(shots, folder, PICTURES / language, kept.names(scenes.SCENES), KEPT_WIDTHS)
    PAGE.write_text(page())


def page():
    """Write the page that shows all pictures.

    :rtype: str
    """
    groups = {reader: {subject: [scene for scene in scenes.SCENES if scene.subject == subject] for subject in subjects}
              for reader, subjects in READERS.items()}
    lines = [
        "# Gallery", "",
        "Every page and state, on a desktop and on a phone: in English, and smaller in German and Japanese. A click",
        "opens the picture. `python3 -m lab gallery --docs` makes the pictures and this page.", ""]
    for reader, subjects in groups.items():
        lines += [f"- [{reader}](#{_anchor(reader)})"]
        lines += [f"  - [{subject}](#{_anchor(subject)}), {len(found)} pages" for subject, found in subjects.items()]
    for reader, subjects in groups.items():
        lines += ["", f"## {reader}"]
        for subject, found in subjects.items():
            lines += ["", f"### {subject}"]
            for scene in found:
                lines += ["", f"#### {scene.title}", "", *_rows(scene)]
    return "\n".join(lines) + "\n"


def _anchor(heading):
    return "".join(each for each in heading.lower() if each.isalnum() or each in " -").replace(" ", "-")


def _rows(scene):
    """Show a scene: English in a row, the other languages in the next one."""
    yield "<p>"
    for language in LANGUAGES:
        for device in scene.devices:
            file = f"images/gallery/{language}/{scene.name}-{device}{kept.SUFFIX}"
            yield (f'<a href="{file}"><img src="{file}" width="{WIDTHS[language][device]}" '
                   f'alt="{html.escape(scene.title)}, {LANGUAGES[language]}, {device}"></a>')
        if language == "en":
            yield "<br>"
    yield "</p>"
