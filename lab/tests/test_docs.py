"""The guides explain all error codes, and their links and pictures exist."""
import ast
import re

import pytest

from lab import paths

DOCS = paths.ROOT / "docs"
GUIDES = sorted([paths.ROOT / "README.md", *DOCS.glob("*.md")])
MOST_BYTES = 150_000


def error_codes():
    tree = ast.parse((paths.ROOT / paths.ADDON / "const.py").read_text())
    table = next(node.value for node in tree.body if isinstance(node, ast.Assign)
                 and getattr(node.targets[0], "id", None) == "ERROR_CODES")
    return [key.value for key in table.keys]


def files_of_the_addon():
    """Return the name in docs/architecture.md of each Python file of the addon that is not a test."""
    addon = paths.ROOT / paths.ADDON
    files = sorted(file.relative_to(addon) for file in addon.rglob("*.py") if not file.name.startswith("__"))
    return [
        f"{paths.ADDON}/{file}" if len(file.parts) == 1 else file.as_posix().removeprefix("models/")
        for file in files if file.parts[0] != "tests"]


def links(guide):
    """Return the targets of a guide's links and pictures that are in this repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", guide.read_text())
    return [target for target in targets if not target.startswith(("http:", "https:"))]


def anchors(guide):
    """Return the names that links use for a guide's headings."""
    headings = re.findall(r"^#+ (.+)$", guide.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_administrators_guide_explains_every_error_code():
    guide = (DOCS / "administrator.md").read_text()
    explained = re.findall(r"^\| (\d{3}-\d{3}) \| .+ \| .+ \|$", guide, re.MULTILINE)
    assert error_codes()
    assert explained == error_codes()


def test_the_administrators_guide_explains_why_a_trip_does_not_start():
    guide = (DOCS / "administrator.md").read_text()
    assert re.findall(r"^\| (\d{3}) \| .+ \| .+ \|$", guide, re.MULTILINE) == ["400", "401", "403", "500"]


def test_the_map_has_one_row_for_each_file_of_the_addon():
    rows = re.findall(r"^\|.+\|$", (DOCS / "architecture.md").read_text(), re.MULTILINE)
    named = sorted(re.findall(r"`([\w/]+\.py)`", " ".join(cell for row in rows for cell in row.split(" | ")[:2])))
    assert named == sorted(files_of_the_addon())


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_link_and_picture_exists(guide):
    lost = []
    for link in links(guide):
        file, _hash, anchor = link.partition("#")
        target = (guide.parent / file).resolve() if file else guide
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert not lost


def test_pictures_are_small_and_each_is_used():
    shown = {(guide.parent / link).resolve() for guide in GUIDES for link in links(guide) if link.endswith(".png")}
    pictures = set((DOCS / "images").glob("*.png"))
    assert pictures == shown
    assert not [picture.name for picture in pictures if picture.stat().st_size > MOST_BYTES]
