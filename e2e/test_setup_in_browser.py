"""From an empty database to a live order, for an administrator who does not know cXML, in a real Chromium.

With LAB_DOCS_IMAGES=1 the pictures in docs/images are made again.
"""
import os
import re

import pytest
import requests
from playwright.sync_api import expect

from lab import database, demo, environment, odoo, paths, process

from .client import wait_for
from .conftest import Site
from .people import Presses, note

PAPER = "B0SIM00001"
ADDRESS = {"street": "250 Executive Park Blvd", "zip": "94134", "city": "San Francisco", "phone": "+1 555 010 0100"}


@pytest.fixture
def site():
    """Odoo with the addon and nothing configured, and a simulator without any settings."""
    source = environment.prepare()
    name = f"test_{os.getpid()}_setup"
    try:
        database.create(name, database.template(source, with_demo=False))
        odoo.install(source, name, [paths.ADDON], "setup-install")
        ports = process.free_port(), process.free_port()
        with demo.Running(source, name, *ports, configured=False) as running:
            yield Site(running.odoo_url, running.simulator_url, name)
    finally:
        database.drop(name)


class Administrator:
    """The administrator's tab, and the steps in it."""

    def __init__(self, page, site, picture):
        self.page, self.site, self._picture = page, site, picture
        self.presses = Presses(page, site.odoo_url)

    def picture(self, name):
        self._picture(self.page, name)

    def press(self, name):
        button = self.page.get_by_role("button", name=name, exact=True).and_(self.page.locator(":not(.o_pager_next)"))
        button.filter(visible=True).first.click()

    def fill(self, label, value):
        self.page.get_by_label(label).filter(visible=True).first.fill(value)

    def sees(self, text):
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def is_at(self, heading):
        expect(self.page.get_by_role("heading", name=heading)).to_be_visible()

    def sees_in_time(self, text):
        """See a text on the order, which follows what Amazon says without a reload."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible(timeout=90_000)
        expect(self.page.locator(".o-mail-Message").first).to_be_visible()

    def wait_for_scheduled_actions(self):
        """Reload the setup until a server that has just started has run its scheduled actions."""
        def ran():
            self.page.reload()
            self.is_at("Place a test order")
            return not self.page.get_by_text("No scheduled action ran").filter(visible=True).count()
        with self.presses.aside():
            wait_for(ran, "no scheduled action ran", 120)

    def fill_cart(self, asin):
        """Shop one item on Amazon, submit the cart and return to Odoo."""
        page = self.page
        page.wait_for_url(f"{self.site.simulator_url}/**")
        page.goto(f"{self.site.simulator_url}/dp/{asin}")
        page.get_by_test_id(f"add-{asin}").click()
        page.get_by_test_id("cart-link").click()
        page.get_by_test_id("checkout-link").click()
        page.get_by_test_id("submit-button").click()
        page.wait_for_url(re.compile(re.escape(self.site.odoo_url) + r"/odoo/purchase/\d+"))
        expect(page.locator(".o_form_view")).to_be_visible()

    def order(self):
        """Order the cart on the screen at Amazon."""
        self.press("Order at Amazon")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Order at Amazon").click()
        expect(dialog).to_be_hidden()


@pytest.fixture
def values(site):
    """The values of the US group that Amazon's page shows."""
    accounts = requests.get(f"{site.simulator_url}/accounts.json", timeout=30).json()
    return next(each for each in accounts if each["country"] == "US")


@pytest.fixture
def administrator(log_in, site, picture):
    return Administrator(log_in("admin"), site, picture)


def test_from_an_empty_database_to_a_live_order(administrator, site, values):
    fill_in_the_group(administrator)
    fill_in_the_credentials(administrator, site, values)
    fill_in_members_and_locations(administrator)
    make_a_test_order(administrator, site)
    go_live(administrator)
    note("set-up, from the menu to a live group, with its test order", administrator.presses.take(), 13)
    open_the_group(administrator)
    make_a_live_order(administrator, site)


def fill_in_the_group(administrator):
    page = administrator.page
    page.goto(f"{administrator.site.odoo_url}/odoo/purchase")
    page.get_by_role("button", name="Amazon Business").click()
    page.get_by_role("menuitem", name="Groups").click()
    page.get_by_role("link", name="Set Up Step by Step").click()  # the empty list offers this
    administrator.is_at("Which Amazon group is it?")
    # Elsewhere the heading is gone, so that seeing it again means that the menu has opened the page.
    page.goto(f"{administrator.site.odoo_url}/odoo/purchase")
    administrator.presses.take()
    page.get_by_role("button", name="Amazon Business").click()
    page.get_by_role("menuitem", name="Set Up").click()
    administrator.is_at("Which Amazon group is it?")
    with administrator.presses.aside():
        administrator.press("Next")
        administrator.sees("Enter the name of the group on Amazon.")
    administrator.fill("Group Name", "Office San Francisco")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Enter the name of the group on Amazon.")).to_be_hidden()
    expect(page.get_by_label("Marketplace")).to_have_value("United States (amazon.com)")
    administrator.picture("1-account")
    administrator.press("Next")


def fill_in_the_credentials(administrator, site, values):
    page = administrator.page
    administrator.is_at("Connect Odoo and Amazon")
    with administrator.presses.aside():
        administrator.press("Test Connection")
        administrator.sees("Copy Shared Secret from the group's page on Amazon.")
    pasted = whole_page_of(values, administrator, site).replace(values["secret"], "wrong-one-1")
    administrator.fill("Paste All at Once", pasted)
    page.keyboard.press("Tab")
    administrator.sees("Found:")
    order_url = page.get_by_label("Purchase Order Request Address").filter(visible=True)
    is_whole = order_url.evaluate("input => input.scrollWidth <= input.clientWidth")
    assert is_whole, "the end of the address, which differs by group, is cut off"
    administrator.fill("Your Amazon E-mail", "sam.admin@example.com")
    with administrator.presses.aside():
        administrator.press("Test Connection")
        administrator.sees("The identity or the shared secret is wrong")
    administrator.picture("3-connection")
    administrator.fill("Shared Secret", values["secret"])

    # On Amazon's page, under Advanced settings: our address and cXML authentication.
    messages_url = page.locator("[name=messages_url]").filter(visible=True).inner_text().strip()
    assert messages_url == f"{site.odoo_url}/amazon_punchout/cxml"
    requests.post(f"{site.simulator_url}/api/accounts/{values['identity']}/messages", timeout=30, json={
        "url": messages_url, "auth": "secret", "auto": True, "auto_seconds": 0.5, "test_cancel_seconds": 15,
    }).raise_for_status()
    page.get_by_label("Confirmations Expected").check()
    administrator.sees("Your browser found this database")  # which it tries by itself
    with administrator.presses.aside():
        administrator.press("Try Our Address")
        administrator.sees("Your browser found this database")
    expect(page.get_by_text("Recommended: Press Try Our Address")).to_be_hidden()
    administrator.press("Next")  # which tests the connection


def whole_page_of(values, administrator, site):
    """Return the text that is copied from Amazon's whole page Purchasing system."""
    tab = administrator.page.context.new_page()
    tab.goto(f"{site.simulator_url}/purchasing-system/{values['identity']}")
    text = tab.locator("body").inner_text()
    tab.close()
    return text


def fill_in_members_and_locations(administrator):
    page = administrator.page
    administrator.is_at("Who can shop, and where Amazon delivers")
    with administrator.presses.aside():
        administrator.press("Next")
        administrator.sees("Amazon cancels orders with an incomplete address.")
    row = page.locator("[name=place_ids] .o_data_row").first
    # One click, and Tab from cell to cell.
    row.locator("td[name=street]").click()
    for name, value in ADDRESS.items():
        fill_cell(row, name, value)
    fill_cell(row, "state_id", "California")
    expect(page.get_by_role("option", name=re.compile("California")).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(row.locator("td[name=missing]")).to_have_text("")
    with administrator.presses.aside():
        page.get_by_role("heading", name="Who can shop").click()  # leaves the row
        expect(page.get_by_text("Amazon cancels orders with")).to_be_hidden()
        administrator.picture("4-places")
        page.get_by_role("radio", name="Credentials").click()  # a step in the bar
        administrator.is_at("Connect Odoo and Amazon")
        administrator.sees("The connection works: Amazon accepted these credentials")
        administrator.picture("2-credentials")
        page.get_by_role("radio", name="Members and Locations").click()
        administrator.is_at("Who can shop, and where Amazon delivers")
    administrator.press("Next")


def fill_cell(row, name, value):
    row.locator(f"td[name={name}] input").fill(value)


def make_a_test_order(administrator, site):
    page = administrator.page
    administrator.is_at("Place a test order")
    administrator.wait_for_scheduled_actions()
    administrator.picture("5-test")
    administrator.press("Shop on Amazon")
    administrator.fill_cart(PAPER)
    expect(page.get_by_text("Amazon Test")).to_be_visible()
    administrator.picture("6-cart")
    administrator.order()
    at_amazon = site.wait_for_an_order()
    assert at_amazon["verdict"] == "will be accepted", at_amazon["problems"]
    administrator.sees_in_time("Confirmed by Amazon: all lines accepted")
    administrator.picture("7-confirmed")
    administrator.sees_in_time("Cancelled by Amazon, like every test order: nothing was ordered")
    administrator.picture("8-cancelled")


def go_live(administrator):
    page = administrator.page
    administrator.press("Continue Setup")
    administrator.is_at("Place a test order")
    expect(page.locator(".o_widget_web_ribbon")).to_have_text("Test")
    expect(page.locator("[name=test_progress] .fa-check-square-o")).to_have_count(5)
    administrator.press("Go Live")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("from Test to Active")
    administrator.picture("9-go-live")
    dialog.get_by_role("button", name="Go Live").click()
    expect(dialog).to_be_hidden()
    administrator.sees("The group is live")


def open_the_group(administrator):
    page = administrator.page
    administrator.press("Open Group")
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_contain_text("Active")
    administrator.picture("10-group")


def make_a_live_order(administrator, site):
    page = administrator.page
    page.goto(f"{site.odoo_url}/odoo/purchase")
    administrator.press("Shop on Amazon")
    administrator.fill_cart(PAPER)
    expect(page.get_by_text("Amazon Test")).to_have_count(0)
    administrator.order()
    wait_for(lambda: len(site.orders()) == 2, "the live order did not arrive")
    assert site.orders()[1]["deployment_mode"] == "production"
    administrator.sees_in_time("Confirmed by Amazon: all lines accepted")
    administrator.picture("11-live-order")
