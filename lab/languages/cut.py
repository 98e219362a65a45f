"""Find texts of ours that a page cuts off, in languages whose words are long or whose letters are wide."""
from __future__ import annotations

import re

import polib

from lab import check, gallery, paths, progress
from lab.gallery import camera, places, scenes, stage

LANGUAGES = ("de", "ja")
# Texts that reach beyond something that hides what is outside of it, and beyond the screen where nothing scrolls. What
# people wrote may be cut; a caller picks what is ours.
CUT = """() => {
    const hides = (style, axis) => ["hidden", "clip"].includes(style[axis]);
    const scrolls = (style, axis) => ["auto", "scroll"].includes(style[axis]);
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const parent = node.parentElement;
        if (!node.textContent.trim() || parent.closest("script, style, noscript, .visually-hidden, .o_main_navbar")
                || !parent.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) {
            continue;
        }
        const range = document.createRange();
        range.selectNodeContents(node);
        const {left, right, top, bottom} = range.getBoundingClientRect();
        if (right - left < 1) { continue; }
        let isReachable = false;
        for (let each = parent; each; each = each.parentElement) {
            const style = getComputedStyle(each);
            const box = each.getBoundingClientRect();
            if (hides(style, "overflowX") && !isReachable && box.width > 1
                    && (right > box.right + 1.5 || left < box.left - 1.5)
                || hides(style, "overflowY") && !isReachable && box.height > 1 && each !== document.body
                    && style.webkitLineClamp === "none" && top >= box.top && top < box.bottom - 1
                    && bottom > box.bottom + 3) {
                found.add(node.textContent.trim());
                break;
            }
            isReachable ||= scrolls(style, "overflowX") || scrolls(style, "overflowY");
        }
        if (!isReachable && right > document.documentElement.clientWidth + 1.5) {
            found.add(node.textContent.trim());
        }
    }
    return [...found];
}"""


def find(source, running, name, chosen):
    """Open every page of the gallery in each language.

    :param odoo_source.Source source: where Odoo is
    :param demo.Running running: the servers
    :param str name: of the database
    :param str chosen: a pattern of names of pages
    :return: where a text is, and the text
    :rtype: list[tuple[str, str]]
    """
    found = []
    for language in LANGUAGES:
        odoo = check.Odoo(running.odoo_url, name, "admin")
        stage.speak(odoo, gallery.LANGUAGES[language])
        places.WORDS = gallery.words(source, language)
        ours = Ours(language)
        with camera.Camera(running.odoo_url, None, read=lambda tab: tab.evaluate(CUT)) as browser:
            for number, scene in enumerate(scenes.SCENES, 1):
                if re.search(chosen, scene.name):
                    notes = browser.take(scene, odoo).notes
                    cut = [(device, text) for device, _colon, text in (note.partition(": ") for note in notes)
                           if text in ours]
                    found += [(f"cut in {language}, {scene.name} on a {device}", text) for device, text in cut]
                    progress.say(f"{language} {number}/{len(scenes.SCENES)} {scene.name}: "
                                 f"{'; '.join(f'{text} ({device})' for device, text in cut)}")
    return found


class Ours:
    """The texts of the addon in a language.

    :param str language: such as de
    """

    def __init__(self, language):
        entries = polib.pofile(str(paths.ROOT / paths.ADDON / "i18n" / f"{language}.po"))
        self._texts = {_plain(entry.msgstr) for entry in entries}

    def __contains__(self, text):
        return _plain(text) in self._texts


def _plain(text):
    return " ".join(re.sub(r"<[^>]*>", " ", text).split()).rstrip("?:. ")
