"""Parcels on a receipt, as a person of the warehouse sees them on a desk and on a phone, in a real Chromium."""
import pytest
from playwright.sync_api import expect

from lab import check

from .client import wait_for
from .test_messages_in_browser import Amazon, order_at_amazon, state_is

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture
def receiver(site):
    """The login of a user of Inventory who has no role in Purchase."""
    admin = check.Odoo(site.odoo_url, site.database, "admin")
    if not admin.call("res.users", "search", [("login", "=", "receiver")]):
        [group] = admin.call("ir.model.data", "search_read", [
            ("module", "=", "stock"), ("name", "=", "group_stock_user")], fields=["res_id"])
        admin.call("res.users", "create", {
            "name": "Receiver", "login": "receiver", "password": "receiver", "group_ids": [(6, 0, [group["res_id"]])]})
    return "receiver"


@pytest.fixture
def receipt_id(site, buyer, group_id):
    """The receipt of three items, which come in two parcels."""
    amazon, order_id = Amazon(site), order_at_amazon(site, buyer, group_id)
    amazon.say("confirm")
    state_is(buyer, order_id, "confirmed")
    amazon.say("ship", lines={"1": 2, "2": 1}, tracking="1Z0000000000000001")
    amazon.say("ship", lines={"2": 2, "3": 1}, tracking="1Z0000000000000002")
    wait_for(
        lambda: len(buyer.read("purchase.order", order_id, "amazon_shipment_ids")["amazon_shipment_ids"]) == 2,
        "the shipments are missing")
    return buyer.read("purchase.order", order_id, "picking_ids")["picking_ids"][0]


def open_receipt(page, site, receipt_id, size):
    page.set_viewport_size(size)
    page.goto(f"{site.odoo_url}/odoo/action-stock.action_picking_tree_incoming/{receipt_id}")
    expect(page.locator("[name=amazon_parcel_ids]")).to_be_visible()


def assert_fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page is too wide"
    for button in page.locator("[name=amazon_parcel_ids] button:visible").all():
        box = button.bounding_box()
        assert box["x"] >= 0, "a button is cut off"
        assert box["x"] + box["width"] <= page.viewport_size["width"], "a button is cut off"


def cut(page):
    """Return the texts of the parcels that are cut."""
    return page.evaluate("""[...document.querySelectorAll("[name=amazon_parcel_ids] .o_data_row .o_data_cell")]
        .filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.innerText)""")


def quantities(page):
    return [each.inner_text() for each in page.locator("[name=move_ids] .o_data_row [name=quantity]").all()]


def test_a_receiver_fills_in_what_a_parcel_holds(log_in, site, screenshot, buyer, receiver, receipt_id):
    page = log_in(receiver)
    open_receipt(page, site, receipt_id, DESK)
    parcels = page.locator("[name=amazon_parcel_ids] .o_data_row")
    expect(parcels).to_have_count(2)
    first = parcels.filter(has_text="1Z0000000000000001")
    expect(first).to_contain_text("2 × ")
    expect(first.get_by_role("link", name="1Z0000000000000001")).to_be_visible()
    assert_fits(page)
    screenshot(page, "1-desk")

    first.get_by_role("button", name="Fill In").click()
    expect(first.get_by_role("button", name="Undo")).to_be_visible()
    assert quantities(page) == ["2.00", "1.00", "0.00"]
    assert cut(page) == []
    screenshot(page, "2-filled")
    first.get_by_role("button", name="Undo").click()
    expect(first.get_by_role("button", name="Fill In")).to_be_visible()
    assert quantities(page) == ["2.00", "3.00", "1.00"]

    first.get_by_role("button", name="Fill In").click()
    expect(first.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Validate").click()
    page.get_by_role("dialog").get_by_role("button", name="Create Backorder").click()
    expect(page.locator(".o_statusbar_status [aria-checked=true]")).to_have_text("Done")
    expect(parcels).to_have_count(1)
    expect(parcels).to_contain_text("Received")
    screenshot(page, "3-received")

    [backorder_id] = buyer.call("stock.picking", "search", [("backorder_id", "=", receipt_id)])
    open_receipt(page, site, backorder_id, PHONE)
    cards = page.locator("[name=amazon_parcel_ids] .o_kanban_record:not(.o_kanban_ghost)")
    expect(cards).to_have_count(2)
    assert_fits(page)
    cards.first.scroll_into_view_if_needed()
    screenshot(page, "4-phone")
    cards.filter(has_text="1Z0000000000000002").get_by_role("button", name="Fill In").click()
    expect(cards.filter(has_text="1Z0000000000000002").get_by_role("button", name="Undo")).to_be_visible()
    expect(cards.filter(has_text="1Z0000000000000001")).to_contain_text("Received")
    screenshot(page, "5-phone-filled")
    page.get_by_role("button", name="Validate").click()
    wait_for(lambda: buyer.read("stock.picking", backorder_id, "state")["state"] == "done", "it was not received")


def test_a_receiver_finds_the_receipt_by_the_number_on_the_parcel(log_in, site, screenshot, receiver, receipt_id):
    page = log_in(receiver)
    page.set_viewport_size(DESK)
    page.goto(f"{site.odoo_url}/odoo/action-stock.action_picking_tree_incoming")
    page.get_by_role("searchbox").fill("1Z0000000000000002")
    page.locator(".o_searchview_autocomplete").get_by_text("Tracking Number").click()
    expect(page.locator(".o_searchview_facet").filter(has_text="1Z0000000000000002")).to_be_visible()
    rows = page.locator(".o_data_row")
    expect(rows.first).to_be_visible()
    screenshot(page, "1-found")
