"""The form of an order follows what happens to it at Amazon, in a real Chromium: nobody has to reload the page."""
import re

import pytest
from playwright.sync_api import expect

from .test_shop_in_browser import PAPER, fill_cart, shop_on_amazon, submit


@pytest.fixture
def ordering(log_in, site):
    """A page with the form of an order that the buyer has just ordered, while the sender is held up."""
    page = log_in("demo")
    shop_on_amazon(page, site)
    fill_cart(page, site, PAPER, 1)
    submit(page, site)
    site.fault("order", "slow", seconds=5)
    page.get_by_role("button", name="Order at Amazon").click()
    page.get_by_role("dialog").get_by_role("button", name="Order at Amazon").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    # Only a page that is never loaded anew keeps this.
    page.evaluate("window.neverReloaded = true")
    return page


def test_the_page_says_that_amazon_has_the_order_without_a_reload(ordering, site, screenshot):
    expect(ordering.get_by_text(re.compile("On its way to Amazon|Being sent to Amazon"))).to_be_visible()
    screenshot(ordering, "1-on-its-way")
    site.wait_for_an_order()
    expect(ordering.get_by_text("At Amazon since")).to_be_visible()
    expect(ordering.get_by_role("button", name="Withdraw")).to_be_hidden()
    expect(ordering.locator(".o_amazon_timeline").first).to_contain_text("Received by Amazon")
    expect(ordering.locator(".o-mail-Chatter").get_by_text("Amazon has received the order.")).to_be_visible()
    assert ordering.evaluate("window.neverReloaded")
    screenshot(ordering, "2-at-amazon")


def test_what_is_being_typed_stays(ordering, site, screenshot):
    reference = ordering.get_by_label("Vendor Reference")
    reference.fill("For the third floor")
    site.wait_for_an_order()
    follower = ordering.context.new_page()
    follower.goto(ordering.url)
    expect(follower.get_by_text("At Amazon since")).to_be_visible()  # the other page has been told as well
    expect(reference).to_have_value("For the third floor")
    expect(ordering.get_by_text("At Amazon since")).to_be_hidden()
    # Once it is discarded, nothing keeps the page from following.
    ordering.locator(".o_form_button_cancel").click()
    expect(ordering.get_by_text("At Amazon since")).to_be_visible()
    expect(reference).to_have_value("")
    assert ordering.evaluate("window.neverReloaded")
    screenshot(ordering, "discarded")
