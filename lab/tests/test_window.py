"""What a visitor of the list of apps sees is there, is small, and shows the screens of the guides."""
import ast
import re

from PIL import Image

from lab import paths, window

PAGE = window.TARGET / "index.html"
MOST_BYTES = 150_000
# Odoo shows icons in a square of this size at least.
ICON = 100


def manifest():
    return ast.literal_eval((paths.ROOT / paths.ADDON / "__manifest__.py").read_text())


def pictures_of_the_page():
    return re.findall(r'<img[^>]* src="([^"]+)"', PAGE.read_text())


def test_the_pictures_are_those_of_the_guides():
    for name, original in window.PICTURES.items():
        same = (window.TARGET / name).read_bytes() == (window.GUIDES / original).read_bytes()
        assert same, f"Run python3 -m lab window: {name} is older than docs/images/{original}"


def test_the_page_shows_the_banner_and_every_picture():
    assert set(pictures_of_the_page()) == {"banner.png", *window.PICTURES}


def test_the_manifest_names_every_picture():
    assert manifest()["images"] == [f"static/description/{name}" for name in ("banner.png", *window.PICTURES)]
    assert all((paths.ROOT / paths.ADDON / image).exists() for image in manifest()["images"])


def test_pictures_are_small_and_the_icon_is_a_square():
    assert not [file.name for file in window.TARGET.glob("*.png") if file.stat().st_size > MOST_BYTES]
    width, height = Image.open(window.TARGET / "icon.png").size
    assert width == height >= ICON


def test_the_page_keeps_its_look_when_odoo_cleans_it():
    """Odoo's cleaner and apps.odoo.com remove scripts, style sheets and links to other hosts' files."""
    text = PAGE.read_text()
    assert not re.search(r"<(script|style|link|iframe|form)\b", text)
    assert not [source for source in pictures_of_the_page() if "//" in source or source.startswith("/")]
    assert not re.findall(r'<img(?![^>]* alt=")', text), "a picture without a text for those who can't see it"
