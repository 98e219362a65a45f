"""The tour of shopping as people take it: they follow the pointer, also to Amazon and back."""
import re

import pytest
from playwright.sync_api import expect

from lab import check

from .test_shop_in_browser import KEYBOARD, submit

DESK = {"width": 1366, "height": 768}


class Tour:
    """Somebody who does what the pointer says. Odoo shows none in a dialog, nor after it."""

    def __init__(self, page, site, screenshot):
        self.page, self.site, self._screenshot = page, site, screenshot

    def start(self, name):
        """Open the link of the tour, which the list of tours has, too."""
        self.page.goto(f"{self.site.odoo_url}/odoo?tour=amazon_punchout_{name}_tour")

    def follow(self, words, press=None):
        """Wait until the tour says something, and press what it points at.

        :param str words: of what it says
        :param press: what is pressed; None to press nothing
        """
        expect(self.page.locator(".o_tour_pointer_content")).to_contain_text(words)
        self._screenshot(self.page, re.sub(r"\W+", "-", words).lower())
        if press:
            press.first.click()

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True).filter(visible=True)

    def is_over(self):
        # What it says is read by those to whom Odoo offers the tour itself; a link to a tour leaves it out.
        expect(self.page.locator(".o_reward")).to_be_attached()


@pytest.fixture
def tour(log_in, site, screenshot):
    """A function that lets a user take a tour."""
    def tour(login, name):
        # Of a link to a tour, Odoo makes two for whoever has taken one before.
        check.Odoo(site.odoo_url, site.database, login).call("res.users", "switch_tour_enabled", False)
        page = log_in(login)
        page.set_viewport_size(DESK)
        taken = Tour(page, site, screenshot)
        taken.start(name)
        return taken
    return tour


def open_app(tour, words, menu):
    page = tour.page
    page.locator(".o_navbar_apps_menu button").click()
    tour.follow(words, page.locator(f".o_app[data-menu-xmlid='{menu}']"))


def test_the_tour_waits_while_the_shopper_is_on_amazon_and_the_manager_approves(tour, site):
    buyer = tour("demo", "shop")
    page = buyer.page
    open_app(buyer, "Let's order something", "purchase.menu_purchase_root")
    buyer.follow("Press Shop on Amazon", buyer.button("Shop on Amazon"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Group").click()
    dialog.get_by_role("option", name="Amazon US").click()
    dialog.get_by_role("button", name="Go to Amazon").click()
    page.wait_for_url(f"{site.simulator_url}/**")
    page.goto(f"{site.simulator_url}/dp/{KEYBOARD}")
    page.get_by_test_id(f"quantity-{KEYBOARD}").fill("10")
    page.get_by_test_id(f"add-{KEYBOARD}").click()
    page.get_by_test_id("cart-link").click()
    page.get_by_test_id("checkout-link").click()
    submit(page, site)
    buyer.follow("Check the items and the delivery address", buyer.button("Ask for Approval"))
    buyer.is_over()
    expect(page.get_by_text("Waiting for approval since")).to_be_visible()

    manager = tour("admin", "shop")
    open_app(manager, "Let's order something", "purchase.menu_purchase_root")
    row = manager.page.locator(".o_data_row").filter(has_text=re.compile("Waiting|To Approve|AMZ-CART")).first
    manager.follow("Press Shop on Amazon", row.locator("td[name=name]"))
    manager.follow("Check the items and the delivery address", manager.button("Order at Amazon"))
    manager.page.get_by_role("dialog").get_by_role("button", name="Order at Amazon").click()
    manager.is_over()
    assert site.wait_for_an_order()["verdict"] == "will be accepted"
