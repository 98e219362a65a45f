"""Shopping that starts on Amazon, in a real Chromium: each way to return the cart, for each kind of user."""
import re

import pytest
from playwright.sync_api import expect

from .client import PATIENCE, wait_for
from .punchin import IDENTITY, PAPER, SECOND
from .test_shop_in_browser import make_cookie_lax

READINGS = ["p1", "p2", "p3-setup", "p3-cart"]


@pytest.fixture
def page(chromium):
    """A page of a browser without any login."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def be_logged_in(page, site, login):
    """Log the browser in to Odoo without loading pages."""
    answer = page.request.post(f"{site.odoo_url}/web/session/authenticate", data={
        "jsonrpc": "2.0", "params": {"db": site.database, "login": login, "password": login}})
    assert answer.json()["result"]["uid"]


def shop_first(page, site, login, buyer):
    """Shop on Amazon without Odoo, as a user of Amazon, and submit the cart for approval."""
    user_id = buyer.call("res.users", "search", [("login", "=", login)])[0]
    shop_first_as(page, site, buyer.read("res.users", user_id, "email")["email"])


def shop_first_as(page, site, email):
    page.goto(f"{site.simulator_url}/punchin")
    page.get_by_test_id("sign-in-email").fill(email)
    page.get_by_test_id("sign-in-group").select_option(IDENTITY)
    page.get_by_test_id("sign-in-button").click()
    page.goto(f"{site.simulator_url}/dp/{PAPER}")
    page.get_by_test_id(f"add-{PAPER}").click()
    page.get_by_test_id("checkout-link").click()
    expect(page.get_by_role("heading", name="This order requires approval")).to_be_visible()
    if any(each["name"] == "session_id" for each in page.context.cookies(site.odoo_url)):
        make_cookie_lax(page, site)
    page.get_by_test_id("submit-button").click()


def log_in_there(page, login):
    """Log in on the page that the browser was redirected to."""
    expect(page.locator("#password")).to_be_visible()
    page.fill("#login", login)
    page.fill("#password", login)
    page.locator("button[type=submit]").first.click()


def claim(page, screenshot, group=None):
    """Claim the cart that the page shows.

    :param group: name of the group to choose, if there is a choice
    """
    page.wait_for_url(re.compile(r"/odoo/amazon-unclaimed-carts/\d+"))
    expect(page.get_by_text("Claim it only if you filled it yourself")).to_be_visible()
    expect(page.locator("[name=cart_items]")).to_contain_text("1 ×")
    screenshot(page, "cart")
    page.get_by_role("button", name="Claim", exact=True).click()
    if group:
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Group").click()
        dialog.get_by_role("option", name=group).click()
        screenshot(page, "dialog")
        dialog.get_by_role("button", name="Claim").click()


def expect_order(page, punchin_group):
    """Check that the browser shows a draft order of this cart.

    :return: its id
    """
    expect(page.locator("h1")).to_contain_text("AMZ-CART/")
    expect(page.locator("[name=order_line]")).to_contain_text("Copy paper")
    name = page.locator("h1").inner_text().strip()
    return punchin_group.buyer.call("purchase.order", "search", [("name", "=", name)])[0]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("person", ["logged_in", "logged_out"])
def test_the_cart_of_a_member_becomes_a_draft_order(reading, person, punchin_group, site, page, screenshot):
    punchin_group.begin(reading, two_groups=False)
    if person == "logged_in":
        be_logged_in(page, site, "demo")
    shop_first(page, site, "demo", punchin_group.buyer)
    if person == "logged_out":
        log_in_there(page, "demo")
    if reading != "p1":
        claim(page, screenshot)
    order_id = expect_order(page, punchin_group)
    screenshot(page, "order")
    order = punchin_group.buyer.read("purchase.order", order_id, "amazon_requester_id", "amazon_group_id", "state")
    assert order["amazon_requester_id"][0] == punchin_group.buyer.user_id
    assert (order["amazon_group_id"][0], order["state"]) == (punchin_group.group_id, "draft")


@pytest.mark.parametrize("reading", READINGS)
def test_a_user_without_a_group_learns_whom_to_ask(reading, punchin_group, site, page, screenshot):
    punchin_group.begin(reading, two_groups=False)
    be_logged_in(page, site, "admin")
    shop_first(page, site, "admin", punchin_group.admin)
    expect(page.get_by_role("heading", name="You can't order with this Amazon group")).to_be_visible()
    screenshot(page, "page")
    assert not punchin_group.admin.call("purchase.order", "search", [
        ("amazon_requester_id", "=", punchin_group.admin.user_id), ("amazon_group_id", "=", punchin_group.group_id)])


@pytest.mark.parametrize("reading", READINGS)
def test_a_member_of_two_groups_chooses(reading, punchin_group, site, page, screenshot):
    punchin_group.begin(reading, two_groups=True)
    be_logged_in(page, site, "demo")
    shop_first(page, site, "demo", punchin_group.buyer)
    if reading == "p1":
        expect(page.get_by_role("heading", name="Which group is your cart for?")).to_be_visible()
        screenshot(page, "choice")
        page.get_by_role("link", name=SECOND).first.click()
    else:
        claim(page, screenshot, group=SECOND)
    order_id = expect_order(page, punchin_group)
    order = punchin_group.buyer.read("purchase.order", order_id, "amazon_group_id")
    assert order["amazon_group_id"][0] == punchin_group.second_id


def test_a_claimed_cart_is_approved_and_ordered_like_any_other(punchin_group, site, page, screenshot):
    punchin_group.begin("p2", two_groups=False)
    be_logged_in(page, site, "demo")
    shop_first(page, site, "demo", punchin_group.buyer)
    claim(page, screenshot)
    order_id = expect_order(page, punchin_group)
    punchin_group.admin.call("purchase.order", "button_approve", [order_id])
    order = site.wait_for_an_order()
    assert order["verdict"] == "will be accepted", order["problems"]
    wait_for(lambda: punchin_group.buyer.read("purchase.order", order_id, "amazon_state")["amazon_state"] != "queued",
             "Odoo did not mark the order as sent")


def test_an_unclaimed_cart_does_not_affect_other_users(punchin_group, site, page, screenshot):
    punchin_group.begin("p3-cart", two_groups=False)
    be_logged_in(page, site, "demo")
    shop_first_as(page, site, "unknown@example.com")
    expect(page.get_by_role("heading", name="Which cart is yours?")).to_be_visible()
    screenshot(page, "page")
    address = page.url
    page.get_by_role("link", name="Amazon JP").click()
    page.wait_for_url(re.compile(re.escape(site.simulator_url)))
    page.goto(address)
    page.get_by_role("link", name="Copy paper").click()
    claim(page, screenshot)
    expect_order(page, punchin_group)


def test_unclaimed_carts_are_listed(punchin_group, site, page, screenshot):
    punchin_group.begin("p2", two_groups=False)
    be_logged_in(page, site, "demo")
    shop_first(page, site, "demo", punchin_group.buyer)
    page.wait_for_url(re.compile(r"/odoo/amazon-unclaimed-carts/\d+"))
    page.goto(f"{site.odoo_url}/odoo/amazon-unclaimed-carts")
    rows = page.locator(".o_data_row")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Copy paper")
    screenshot(page, "list")
    rows.first.locator(".o_list_record_selector input").check()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_role("dialog").get_by_role("button", name="Ok", exact=True).click()
    expect(page.get_by_text("No unclaimed carts")).to_be_visible()


def test_the_groups_page_has_the_addresses_to_give_amazon(punchin_group, site, page, screenshot):
    be_logged_in(page, site, "admin")
    page.goto(f"{site.odoo_url}/odoo/action-amazon_punchout.amazon_punchout_group_action/{punchin_group.group_id}")
    page.get_by_role("tab", name="Messages").click()
    expect(page.locator("[name=punchin_url]")).to_contain_text(
        f"{site.odoo_url}/amazon_punchout/punchin/{punchin_group.group_id}")
    expect(page.locator("[name=cart_url]")).to_contain_text(f"{site.odoo_url}/amazon_punchout/cart")
    screenshot(page, "page")
