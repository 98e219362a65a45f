"""The page that shows the pictures of a gallery, desktop and phone side by side."""
from __future__ import annotations

import json

from lab.gallery import scenes


def write(output, language):
    """Write the page of a language from all pictures in its folder, those of earlier runs included.

    :param Path output: the folder of the gallery
    :param str language: such as en, the name of its folder
    :return: the page
    :rtype: Path
    """
    known = {each["name"]: each for each in (
        json.loads(file.read_text()) for file in (output / language).glob("*.json"))}
    lines = [f"# Gallery ({language})", "", "Made by `python3 -m lab gallery`.", ""]
    subject = None
    for scene in scenes.SCENES:
        each = known.get(scene.name)
        if not each:
            continue
        if scene.subject != subject:
            subject = scene.subject
            lines += [f"## {subject}", ""]
        lines += [f"### {each['title']}", ""]
        lines += [_row(each, language), ""] if each["files"] else []
        lines += [*(f"- {note}" for note in each["notes"]), ""] if each["notes"] else []
    page = output / f"gallery-{language}.md"
    page.write_text("\n".join(lines))
    return page


def _row(each, language):
    widths = {"desktop": 700, "phone": 200}
    return " ".join(
        f'<img src="{language}/{file}" width="{widths[device]}" alt="{each["title"]}, {device}">'
        for device, file in each["files"].items())
