"""The guides in docs/guides are short, name buttons as on screen, and their pictures are those of the gallery."""
import re

import pytest

from lab import paths, progress
from lab.gallery import guides, kept
from lab.odoo_source import UNPACKED

DOCS = paths.ROOT / "docs"
GUIDES = sorted(guides.FOLDER.glob("*.md"))
# Under ten minutes at 200 words a minute.
MOST_WORDS = 1_900
MOST_BYTES = 60_000
# What the guides name of Odoo's own screens, by the module whose it is.
CORE = {
    "Purchase": "purchase", "Reporting": "purchase", "Receipts": "stock", "Validate": "stock", "Return": "stock",
    "Vendors": "account", "Bills": "account"}
# A question is answered within two minutes for whoever reads every word on the way, at a usual speed.
WORDS_A_MINUTE, SECONDS_A_CLICK, MOST_SECONDS = 240, 5, 120

each_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)


def visible(markdown):
    """Return what a reader reads: without pictures, and without the addresses of links."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|<!--.*?-->", "", markdown, flags=re.DOTALL)
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)


def words(markdown):
    return len(re.findall(r"\w[\w'’/.-]*", visible(markdown)))


def terms(file):
    """Return the texts of a template of translations."""
    found = re.findall(r'^msgid ((?:"(?:[^"\\]|\\.)*"\n)+)', file.read_text(), re.MULTILINE)
    return {"".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"') for text in found}


def names_on_screen(guide):
    """Return what a guide has in bold type; a way through menus is several names."""
    text = re.sub(r"```.*?```", "", guide.read_text(), flags=re.DOTALL)
    bolds = re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)
    return {name for bold in bolds for name in " ".join(bold.split()).split(" > ")}


def section(document, anchor):
    """Return the part of a document below one of its headings."""
    for part in re.split(r"^(?=#+ )", document.read_text(), flags=re.MULTILINE):
        heading = re.match(r"#+ (.+)", part)
        if heading and re.sub(r"[^\w\- ]", "", heading[1].lower()).replace(" ", "-") == anchor:
            return part
    raise AssertionError(f"{document.name} has no {anchor}")


def questions():
    """Yield each question of the map of documents with the document and the heading that answer it."""
    table = section(DOCS / "README.md", "where-is-it-answered")
    for question, file, anchor in re.findall(r"^\| (.+?) \| \[.+?\]\((.+?)#(.+?)\) \|$", table, re.MULTILINE):
        yield question, DOCS / file, anchor


def seconds_to(question, document, anchor):
    """Return how long somebody takes who reads every word: of README.md, of the questions, and of the answer."""
    readme = (paths.ROOT / "README.md").read_text()
    table = section(DOCS / "README.md", "where-is-it-answered")
    read = (readme[:readme.index("#where-is-it-answered")], table[:table.index(question) + len(question)],
            section(document, anchor))
    return round(sum(map(words, read)) * 60 / WORDS_A_MINUTE + 2 * SECONDS_A_CLICK)


@each_guide
def test_a_guide_is_read_in_less_than_ten_minutes(guide):
    assert words(guide.read_text()) <= MOST_WORDS


@each_guide
def test_a_guide_has_pictures_and_leads_to_the_documents_in_detail(guide):
    text = guide.read_text()
    assert guides.SHOWN.search(text)
    assert "\n## Read more\n" in text
    assert "\n## Your first week\n" in text or guide.stem == "buyer"


@each_guide
def test_buttons_and_menus_are_named_as_on_screen(guide):
    ours = set().union(*(
        terms(paths.ROOT / addon / "i18n" / f"{addon}.pot") for addon in (paths.ADDON, *paths.GLUE)))
    named = names_on_screen(guide)
    assert named & ours
    assert not named - ours - set(CORE)


@pytest.mark.parametrize("name", CORE)
def test_buttons_of_core_are_named_as_on_screen(name):
    module = CORE[name]
    files = list(UNPACKED.glob(f"usr/lib/python3/dist-packages/odoo/addons/{module}/i18n/{module}.pot"))
    if not files:
        pytest.skip("Odoo's terms are not there: run python3 -m lab setup")
    assert name in terms(files[0])


def test_code_of_the_guides_is_that_of_the_example_addon():
    code = "\n".join(file.read_text() for file in (paths.ROOT / "e2e" / "addons").rglob("*.py"))
    blocks = re.findall(r"```python\n(.+?)```", "\n".join(guide.read_text() for guide in GUIDES), re.DOTALL)
    assert blocks
    assert not [line for block in blocks for line in block.splitlines() if line not in code]


def test_each_picture_is_a_scene_and_is_small_and_no_other_is_there():
    wanted = {f"{name}{kept.SUFFIX}" for name in kept.names(guides.shown())}
    pictures = {picture.name: picture.stat().st_size for picture in guides.PICTURES.iterdir()}
    assert set(pictures) == wanted, "Run python3 -m lab gallery --guides"
    assert not [name for name, size in pictures.items() if size > MOST_BYTES]


def test_a_picture_of_no_scene_is_named(tmp_path, monkeypatch):
    (tmp_path / "guide.md").write_text("![x](../images/guides/no-such-page-desktop.webp)")
    monkeypatch.setattr(guides, "FOLDER", tmp_path)
    with pytest.raises(progress.Problem, match="no-such-page"):
        guides.shown()


def test_every_guide_and_every_document_is_on_the_map():
    text = (DOCS / "README.md").read_text()
    files = {file.relative_to(DOCS).as_posix() for file in (*DOCS.glob("*.md"), *GUIDES)} - {"README.md"}
    assert {file for file in files if f"({file})" not in text} == set()
    readme = (paths.ROOT / "README.md").read_text()
    assert not [guide.name for guide in GUIDES if f"(docs/guides/{guide.name})" not in readme]


def test_ten_questions_are_answered_in_two_minutes_from_the_readme():
    found = list(questions())
    assert len(found) >= 10
    taken = {question: seconds_to(question, document, anchor) for question, document, anchor in found}
    print(taken)
    assert {question: seconds for question, seconds in taken.items() if seconds > MOST_SECONDS} == {}
