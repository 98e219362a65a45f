"""People at a browser: with the keyboard only, on a phone, and with their clicks counted."""
import contextlib
import re
import time

from playwright.sync_api import Error, expect

from lab import paths

GUIDE = paths.ROOT / "docs" / "accessible.md"
PHONE = {"width": 390, "height": 844}
# More presses of Tab than any page needs.
MOST_TABS = 120
COUNT = "addEventListener('pointerdown', (event) => event.isTrusted && countPress(location.origin), true)"


class Presses:
    """Counts clicks or taps, and the pages that load, in Odoo; what is done on Amazon counts for Amazon.

    :param page: a page of Playwright
    :param str url: the address of Odoo
    """

    def __init__(self, page, url):
        self.clicks = self.loads = 0
        self._page, self._url = page, url
        page.context.expose_binding("countPress", lambda _source, origin: self._add(origin == url))
        page.context.add_init_script(COUNT)
        page.evaluate(COUNT)
        page.on("load", self._note_load)

    def _add(self, counts):
        self.clicks += counts

    def _note_load(self, page):
        self.loads += page.url.startswith(self._url)

    @contextlib.contextmanager
    def aside(self):
        """Count nothing of what is only tried."""
        before = self.take()
        yield
        self.take()
        self.clicks, self.loads = before

    def take(self):
        """Return clicks and loads since the last call."""
        self._page.evaluate("0")  # after which the last press has been counted
        taken = self.clicks, self.loads
        self.clicks = self.loads = 0
        return taken


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page, site):
        self.page, self.site = page, site

    def log_in(self, login):
        self.page.goto(f"{self.site.odoo_url}/web/login")
        expect(self.page.locator("#login")).to_be_focused()
        for text in (login, "Tab", login, "Enter"):
            if text == login:
                self.page.keyboard.type(text)
            else:
                self.page.keyboard.press(text)
        self.page.wait_for_url("**/odoo**")
        expect(self.page.locator(".o_main_navbar")).to_be_visible()

    def open(self, menu):
        """Open a menu with the command palette, which a page that is still being loaded does not open, or closes."""
        box = self.page.locator(".o_command_palette_search input")
        command = self.page.locator(".o_command.focused").filter(has_text=menu)
        for _try in range(5):
            if not box.is_visible():
                self.page.keyboard.press("Control+k")
            with contextlib.suppress(Error):
                box.wait_for(timeout=5_000)
                box.press("Control+a")
                self.page.keyboard.type(f"/{menu}")
                command.wait_for(timeout=10_000)
                break
        expect(command).to_be_visible()
        self.page.keyboard.press("Enter")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    def reach(self, target):
        """Press Tab until the target, or something in it, has the focus."""
        for _press in range(MOST_TABS):
            if target.evaluate("element => element.contains(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")

    def follow(self, target):
        """Reach a link or a button, and press it."""
        self.reach(target)
        self.page.keyboard.press("Enter")


def note(what, presses, most):
    """Compare clicks and page loads with what is allowed, and with the table of the guide.

    :param str what: was done
    :param tuple presses: clicks, and pages that were loaded
    :param int most: the clicks that are allowed
    """
    clicks, loads = presses
    row = f"| {what} | {clicks} | {loads} | {most} |"
    assert clicks <= most, row
    assert row in GUIDE.read_text(), f"{GUIDE.name} lacks {row}"


def is_on_screen(locator, page):
    """Tell whether all of an element is on the screen, without scrolling."""
    box, size = locator.bounding_box(), page.viewport_size
    return bool(box) and box["x"] >= 0 and box["y"] >= 0 and (
        box["x"] + box["width"] <= size["width"] + 0.5 and box["y"] + box["height"] <= size["height"] + 0.5)


def seconds_until_usable(page, site, submit):
    """Submit a cart on Amazon's page, and measure how long the buyer waits until the order's page can be used.

    :param submit: presses the button on Amazon's page
    :rtype: float
    """
    start = time.monotonic()
    submit()
    page.wait_for_url(re.compile(re.escape(site.odoo_url) + r"/odoo/purchase/\d+"))
    button = page.get_by_role("button", name=re.compile("Order at Amazon|Ask for Approval")).first
    expect(button).to_be_enabled()
    return time.monotonic() - start
