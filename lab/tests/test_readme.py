"""README.rst, CHANGELOG.md and the manifest say the same as the fragments in each addon's folder readme."""
import re

import pytest
from docutils.core import publish_doctree

from lab import paths, readme

ADDON = paths.ROOT / paths.ADDON
each_addon = pytest.mark.parametrize("addon", readme.ADDONS, ids=lambda addon: addon.name)


def versions():
    """Return the versions in the history, the newest first."""
    return re.findall(r"^## ([\d.]+) \(.+\)$", readme.HISTORY.read_text(), re.MULTILINE)


def numbers(version):
    return tuple(map(int, version.split(".")))


@each_addon
def test_the_readme_is_made_of_its_fragments(addon):
    assert (addon / "README.rst").read_text() == readme.make_readme(addon), "Run python3 -m lab readme"


def test_the_changelog_is_made_of_the_history():
    assert readme.CHANGELOG.read_text() == readme.make_changelog(), "Run python3 -m lab readme"


@each_addon
def test_every_fragment_is_in_the_readme(addon):
    names = {file.stem for file in (addon / "readme").glob("*.md")}
    assert names <= {"DESCRIPTION", *readme.SECTIONS, *readme.CREDITS}


@each_addon
def test_the_readme_is_correct_markup(addon):
    text = (addon / "README.rst").read_text()
    document = publish_doctree(text, settings_overrides={"report_level": 2, "halt_level": 2})
    titles = [node.astext() for node in document.findall() if node.tagname == "title"]
    assert titles[0] == readme.manifest(addon)["name"]
    assert {"Installation", "Usage", "Changelog", "Maintainers"} <= set(titles)


def test_the_history_has_the_version_of_the_manifest():
    assert readme.manifest(ADDON)["version"] in versions()
    assert versions() == sorted(versions(), key=numbers, reverse=True)


def test_every_version_with_a_migration_is_in_the_history():
    assert {folder.name for folder in (ADDON / "migrations").iterdir() if folder.is_dir()} <= set(versions())


@pytest.mark.parametrize(("markdown", "rst"), [
    ("Use `x`.", "Use ``x``.\n"),
    ("See [the guide](https://a.example/b).", "See `the guide <https://a.example/b>`__.\n"),
    ("**Bold**, *italic*.", "**Bold**, *italic*.\n"),
    ("Two:\n- a\n- b", "Two:\n\n- a\n- b\n"),
    ("- a\n  goes on\n- b", "- a\n  goes on\n- b\n"),
    ("## 1.0 (now)", "1.0 (now)\n---------\n"),
    ("```\npip install x\n```", ".. code-block:: bash\n\n   pip install x\n"),
])
def test_markdown_becomes_restructuredtext(markdown, rst):
    assert readme.to_rst(markdown).rstrip() == rst.rstrip()


@pytest.mark.parametrize("markdown", ["| a | b |", "![picture](a.png)", "<b>bold</b>"])
def test_other_markdown_is_not_taken_for_text(markdown):
    with pytest.raises(ValueError, match="does not know"):
        readme.to_rst(markdown)
