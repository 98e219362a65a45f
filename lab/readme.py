"""Make README.rst of each addon and CHANGELOG.md from the addons' fragments: `python3 -m lab readme`.

The fragments are OCA's: readme/DESCRIPTION.md, INSTALL.md and so on, in Markdown. OCA makes README.rst from them with
a tool of its own, which needs pandoc; this makes the same sections, in the same order, from the little Markdown that
the fragments use. CHANGELOG.md repeats readme/HISTORY.md where people look for it. lab/tests/test_readme.py demands
that both are up to date.
"""
from __future__ import annotations

import ast
import re

from lab import paths, progress

ADDONS = tuple(paths.ROOT / name for name in (paths.ADDON, *paths.GLUE))
HISTORY = ADDONS[0] / "readme" / "HISTORY.md"
CHANGELOG = paths.ROOT / "CHANGELOG.md"
# The fragments in OCA's order, with the titles of their sections. Those of the credits stand one level deeper.
SECTIONS = {
    "CONTEXT": "Use Cases / Context", "INSTALL": "Installation", "CONFIGURE": "Configuration", "USAGE": "Usage",
    "ROADMAP": "Known issues / Roadmap", "HISTORY": "Changelog"}
CREDITS = {"CONTRIBUTORS": "Contributors", "CREDITS": "Other credits"}
WARNING = "..\n   This file is made by `python3 -m lab readme` from the folder readme: change it there.\n"


def run(_arguments):
    """Write all files.

    :return: 0
    :rtype: int
    """
    made = {addon / "README.rst": make_readme(addon) for addon in ADDONS}
    for file, text in (made | {CHANGELOG: make_changelog()}).items():
        file.write_text(text)
        progress.say(f"Wrote {file.relative_to(paths.ROOT)}")
    return 0


def manifest(addon):
    """Return the manifest of an addon.

    :param Path addon: its folder
    :rtype: dict
    """
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def make_changelog():
    """Make the text of CHANGELOG.md.

    :rtype: str
    """
    return "# Changelog\n\n<!-- Made by `python3 -m lab readme` from amazon_punchout/readme/HISTORY.md. -->\n\n" + (
        HISTORY.read_text())


def make_readme(addon):
    """Make the text of an addon's README.rst.

    :param Path addon: its folder
    :rtype: str
    """
    facts = manifest(addon)
    parts = [
        _title(facts["name"], "=", over=True), WARNING, _fragment(addon, "DESCRIPTION"),
        "**Table of contents**\n\n.. contents::\n   :local:\n"]
    for name, title in SECTIONS.items():
        if _file(addon, name).exists():
            parts += [_title(title, "="), _fragment(addon, name)]
    authors = (author.strip() for author in facts["author"].split(","))
    parts += [
        _title("Bug Tracker", "="),
        f"Report bugs at `{facts['website']} <{facts['website']}>`__. Report weaknesses in security privately, as\n"
        "SECURITY.md says.\n",
        _title("Credits", "="), _title("Authors", "-"), *(f"* {author}" for author in authors), ""]
    for name, title in CREDITS.items():
        if _file(addon, name).exists():
            parts += [_title(title, "-"), _fragment(addon, name)]
    parts += [
        _title("Maintainers", "-"), "* " + "\n* ".join(facts["maintainers"]) + "\n",
        f"Version {'.'.join(facts['version'].split('.')[:2])} of Odoo. Licence: {facts['license']}.\n"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _title(text, character, over=False):
    line = character * len(text)
    return f"{line}\n{text}\n{line}\n" if over else f"{text}\n{line}\n"


def _file(addon, name):
    return addon / "readme" / f"{name}.md"


def _fragment(addon, name):
    return to_rst(_file(addon, name).read_text())


def to_rst(markdown):
    """Turn a fragment into reStructuredText.

    These are paragraphs, headings, lists, blocks of code that are indented or between fences, and, inside of lines,
    code, links, bold and italics.

    :param str markdown: a fragment
    :raises ValueError: if it has something else
    :rtype: str
    """
    lines, is_code = [], False
    for line in markdown.strip().splitlines():
        if line.startswith("```"):
            is_code = not is_code
            lines += [".. code-block:: bash", ""] if is_code else [""]
        elif is_code:
            lines.append(f"   {line}" if line else "")
        elif heading := re.fullmatch(r"(##+) (.+)", line):
            lines += [_inline(heading[2]), "-~^"[len(heading[1]) - 2] * len(heading[2]), ""]
        elif re.match(r"[|<#]|!\[", line.strip()):
            raise ValueError(f"lab/readme.py does not know this: {line}")
        else:
            # A list must not follow a paragraph without an empty line.
            if re.match(r"\s*([-*]|\d+\.) ", line) and lines and _is_text(lines[-1]) and not _is_in_list(lines):
                lines.append("")
            lines.append(_inline(line))
    return "\n".join(lines) + "\n"


def _is_text(line):
    return bool(line.strip()) and not re.match(r"\s*([-*]|\d+\.) ", line)


def _is_in_list(lines):
    """Tell whether the last line continues an item."""
    for line in reversed(lines):
        if re.match(r"\s*([-*]|\d+\.) ", line):
            return True
        if not line.startswith(" "):
            return False
    return False


def _inline(line):
    """Turn what stands inside of a line into reStructuredText; code stays as it is.

    :rtype: str
    """
    parts = re.split(r"(`[^`]+`)", line)
    return "".join(
        f"`{part}`" if part.startswith("`") else re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"`\1 <\2>`__", part)
        for part in parts)
