"""Pages are mirrored for people who read from right to left: nothing is placed on the left or on the right."""
import re

import pytest
from lxml import etree

from lab import paths, readme

# A property or a value of a style sheet.
SIDE = re.compile(r"(?<![\w-])(?:[a-z]+-)*(?:left|right)(?:-[a-z]+)*\s*[:;]|:[^;{]*\b(?:left|right)\b")
# Four values, of which the second is that of the right and the fourth that of the left.
SIDES = re.compile(r"(?:padding|margin|inset)\s*:\s*([^\s;]+)\s+([^\s;]+)\s+([^\s;]+)\s+(?!\2\s*;)([^\s;]+)\s*;")
PAGES = ("views/**/*.xml", "wizards/**/*.xml", "report/*.xml", "static/src/**/*.xml")
CLASS = re.compile(r"\b(?:text|float)-(?:left|right)\b|\b[mp][lr]-(?:\d|auto)\b")


def wrong_styles(text):
    """Find what a style sheet places on one side.

    :rtype: list[str]
    """
    text = re.sub(r"(?s)/\*.*?\*/|//[^\n]*", "", text)
    return [found[0].strip() for pattern in (SIDE, SIDES) for found in pattern.finditer(text)]


@pytest.mark.parametrize(("style", "is_wrong"), [
    ("a { left: 0; }", True),
    ("a { margin-right: 1px; }", True),
    ("a { text-align: left; }", True),
    ("a { padding: 1px 2px 1px 0; }", True),
    ("a { padding: 1px 2px 1px 2px; }", False),
    ("a { padding: 1px 2px; }", False),
    ("a { inset-inline-start: 0; text-align: start; }", False),
    ("a { color: red; } // left: of nothing", False),
])
def test_styles_for_one_side_are_found(style, is_wrong):
    assert bool(wrong_styles(style)) is is_wrong


def test_no_style_is_for_one_side():
    found = {}
    for addon in readme.ADDONS:
        for file in (*addon.rglob("*.scss"), *addon.rglob("*.css")):
            found[file.name] = wrong_styles(file.read_text())
        for file in (file for pattern in PAGES for file in addon.glob(pattern)):
            root = etree.parse(str(file)).getroot()
            styles = [f"{each};" for each in root.xpath("//@style")] + root.xpath("//style/text()")
            found[file.name] = [wrong for style in styles for wrong in wrong_styles(style)]
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_no_class_is_for_one_side():
    found = [f"{file.relative_to(paths.ROOT)}: {wrong}" for addon in readme.ADDONS
             for pattern in (*PAGES, "models/**/*.py", "wizards/**/*.py") for file in addon.glob(pattern)
             for wrong in CLASS.findall(file.read_text())]
    assert found == []
