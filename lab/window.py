"""Make the pictures of the addon's page in the list of apps: `python3 -m lab window`.

The banner is a picture of banner/banner.html in Chromium. The others are pictures of the guides, which the tests in a
browser make; lab/tests/test_window.py demands that they are the same.
"""
from __future__ import annotations

import io
import shutil

from PIL import Image
from playwright.sync_api import sync_playwright

from lab import paths, progress

BANNER = paths.ROOT / "lab" / "banner" / "banner.html"
TARGET = paths.ROOT / paths.ADDON / "static" / "description"
GUIDES = paths.ROOT / "docs" / "images"
SIZE = {"width": 1120, "height": 560}
# The pictures of the page, and those of the guides.
PICTURES = {
    "cart.png": "6-cart.png", "order.png": "11-live-order.png", "bill.png": "12-bill-compared.png",
    "charges.png": "16-charges.png", "problems.png": "13-problems.png", "setup.png": "5-test.png"}


def run(_arguments):
    """Make the banner and copy the other pictures.

    :return: 0
    :rtype: int
    """
    # A palette would lose the colours of small things.
    Image.open(io.BytesIO(_shoot(BANNER))).convert("RGB").save(TARGET / "banner.png", optimize=True)
    for name, original in PICTURES.items():
        shutil.copyfile(GUIDES / original, TARGET / name)
    progress.say(f"Made {len(PICTURES) + 1} pictures in {TARGET.relative_to(paths.ROOT)}")
    return 0


def keep_small(png, target):
    """Write a picture with a palette, which is small: screens have few colours, and every checkout has them.

    :param bytes png: a picture
    :param Path target: where to write it
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)


def _shoot(page):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport=SIZE)
        tab.goto(page.as_uri())
        png = tab.screenshot()
        browser.close()
    return png
