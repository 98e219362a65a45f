"""The guides explain all error codes, and their links and pictures exist."""
import ast
import re

import pytest

from lab import paths

DOCS = paths.ROOT / "docs"
GUIDES = sorted([*paths.ROOT.glob("*.md"), *DOCS.glob("*.md"), *DOCS.glob("guides/*.md")])
# The guides for developers that name files and methods of the code.
MAPS = [DOCS / "architecture.md", DOCS / "porting.md"]
MOST_BYTES = 150_000


def error_codes():
    tree = ast.parse((paths.ROOT / paths.ADDON / "const.py").read_text())
    table = next(node.value for node in tree.body if isinstance(node, ast.Assign)
                 and getattr(node.targets[0], "id", None) == "ERROR_CODES")
    return [key.value for key in table.keys]


def names_in_code(guide):
    """List what stands between backticks in a guide.

    :param Path guide: a file
    :rtype: set[str]
    """
    return set(re.findall(r"`([^`\n]+)`", guide.read_text()))


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


@pytest.mark.parametrize("guide", MAPS, ids=lambda guide: guide.name)
def test_every_file_that_the_map_names_is_there(guide):
    # .lab can have whole systems in it.
    tops = [path for path in paths.ROOT.iterdir() if path.name not in (".lab", ".git")]
    files = [file.relative_to(paths.ROOT).as_posix() for top in tops for file in (top, *top.rglob("*"))]
    names = names_in_code(guide)
    named = {name.rstrip("/") for name in names if re.fullmatch(r"[\w./]+(\.(py|xml|md|sql|csv|js)|/)", name)}
    assert named
    assert not [name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in files)]


@pytest.mark.parametrize("guide", MAPS, ids=lambda guide: guide.name)
def test_every_method_that_the_map_names_is_there(guide):
    code = "\n".join(file.read_text() for file in (paths.ROOT / paths.ADDON).rglob("*.py"))
    names = names_in_code(guide) - {"_name", "_inherit"}
    named = {name.rstrip("()") for name in names if re.fullmatch(r"_\w+(\(\))?", name)}
    assert named
    assert not [name for name in named if f"def {name}(" not in code]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: str(guide.relative_to(paths.ROOT)))
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
    assert pictures == {picture for picture in shown if picture.parent == DOCS / "images"}
    assert not [picture.name for picture in pictures if picture.stat().st_size > MOST_BYTES]
