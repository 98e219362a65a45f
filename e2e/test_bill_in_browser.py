"""A bill beside its order: ordered, confirmed, received and billed, in a real Chromium, on a desk and on a phone."""
import re

import pytest
from playwright.sync_api import expect

from lab import check

from .client import wait_for
from .test_messages_in_browser import Amazon, order_at_amazon, state_is

DESK, PHONE = {"width": 1366, "height": 1000}, {"width": 390, "height": 844}


@pytest.fixture
def amazon(site):
    return Amazon(site)


@pytest.fixture
def manager(site, group_id):
    """Calls as a manager, whose group warns of bills before receipt meanwhile."""
    odoo = check.Odoo(site.odoo_url, site.database, "admin")
    odoo.call("amazon.punchout.group", "write", [group_id], {"receipt_policy": "warn"})
    yield odoo
    odoo.call("amazon.punchout.group", "write", [group_id], {"receipt_policy": "off"})


@pytest.fixture
def order_id(site, buyer, group_id, amazon):
    """An order of two packs of paper, three staplers and a keyboard that Amazon has confirmed."""
    order_id = order_at_amazon(site, buyer, group_id)
    amazon.say("confirm")
    state_is(buyer, order_id, "confirmed")
    return order_id


def bill_of(manager, invoice):
    """Wait for the bill of an invoice of the simulator.

    :return: its id
    """
    domain = [("amazon_invoice_id", "=", invoice["invoice_id"])]
    return wait_for(lambda: manager.call("account.move", "search", domain), "the order has no bill")[0]


def receive(manager, order_id):
    receipt = manager.read("purchase.order", order_id, "picking_ids")["picking_ids"][0]
    manager.call("stock.picking", "button_validate", [receipt])


def open_bill(page, site, bill_id, size):
    """Open a bill on a screen of some size, on the page of its order."""
    page.set_viewport_size(size)
    page.goto(f"{site.odoo_url}/odoo/vendor-bills/{bill_id}")
    page.get_by_role("tab", name="Amazon Order").click()
    expect(page.locator("[name=amazon_order_line_ids]")).to_be_visible()


def assert_fits(page):
    """Check that no row of the list is wider than the screen."""
    for row in page.locator("[name=amazon_order_line_ids]").locator(".o_data_row, .o_kanban_record:visible").all():
        box = row.bounding_box()
        assert box["x"] >= 0, "a row is cut off"
        assert box["x"] + box["width"] <= page.viewport_size["width"], "a row is cut off"


def test_a_bill_above_its_order(log_in, site, screenshot, picture, amazon, buyer, manager, order_id):
    invoice = amazon.say("invoice", lines={"1": {"quantity": 2, "price": "58.00"}, "3": 1})["invoices"][0]
    bill_id = bill_of(manager, invoice)
    page = log_in("admin")
    open_bill(page, site, bill_id, DESK)
    alert = page.locator(".alert", has=page.locator("[name=amazon_differences]"))
    expect(alert).to_contain_text("$ 116.00 is billed, but $ 12.98 was confirmed.")
    expect(alert).to_contain_text("are billed, but none were received.")
    rows = page.locator("[name=amazon_order_line_ids] .o_data_row")
    expect(rows.first.locator("[name=amazon_billed_difference]")).to_have_text("$ 103.02")
    expect(rows.first.locator("[name=amazon_billed_difference]")).to_have_class(re.compile("text-danger"))
    assert_fits(page)
    picture(page, "12-bill-compared")

    open_bill(page, site, bill_id, PHONE)
    card = page.locator("[name=amazon_order_line_ids] .o_kanban_record").first
    expect(card).to_contain_text("$ 103.02")
    assert_fits(page)
    alert.scroll_into_view_if_needed()
    screenshot(page, "phone-alert")
    card.scroll_into_view_if_needed()
    screenshot(page, "phone-lines")
    page.locator("[name=amazon_order_difference]").scroll_into_view_if_needed()
    screenshot(page, "phone-totals")


def test_a_bill_that_agrees_with_its_order(log_in, site, screenshot, amazon, manager, order_id):
    receive(manager, order_id)
    bill_id = bill_of(manager, amazon.say("invoice")["invoices"][0])
    page = log_in("admin")
    for name, size in (("desk", DESK), ("phone", PHONE)):
        open_bill(page, site, bill_id, size)
        expect(page.locator("[name=amazon_differences]")).to_be_hidden()
        expect(page.locator("[name=amazon_order_difference]")).to_have_text("$ 0.00")
        expect(page.locator("[name=amazon_order_line_ids] .text-danger")).to_have_count(0)
        assert_fits(page)
        page.locator("[name=amazon_order_difference]").scroll_into_view_if_needed()
        screenshot(page, name)


def test_the_alert_disappears_when_the_goods_arrive(log_in, site, screenshot, amazon, manager, order_id):
    # Another bill of the same day and total would be a possible duplicate.
    bill_id = bill_of(manager, amazon.say("invoice", lines={"1": 2, "3": 1})["invoices"][0])
    page = log_in("admin")
    open_bill(page, site, bill_id, DESK)
    expect(page.locator("[name=amazon_differences]")).to_contain_text("none were received")
    screenshot(page, "before")
    receive(manager, order_id)
    open_bill(page, site, bill_id, DESK)
    expect(page.locator("[name=amazon_differences]")).to_be_hidden()
    expect(page.locator(".o-mail-Message").first).to_contain_text("Everything on this bill was received.")
    screenshot(page, "after")


def test_a_bill_for_each_shipment(log_in, site, screenshot, amazon, buyer, order_id):
    amazon.say("ship", lines={"1": 2, "3": 1})
    amazon.say("ship", lines={"2": 3})
    wait_for(
        lambda: len(buyer.read("purchase.order", order_id, "amazon_shipment_ids")["amazon_shipment_ids"]) == 2,
        "the shipments are missing")
    page = log_in("admin")
    page.set_viewport_size(PHONE)
    page.goto(f"{site.odoo_url}/odoo/purchase-orders/{order_id}")
    page.set_viewport_size(DESK)
    page.get_by_role("button", name="Bill by Shipment").click()
    dialog = page.locator(".modal")
    expect(dialog.locator("[name=line_ids] .o_data_row")).to_have_count(2)
    screenshot(page, "dialog")
    page.set_viewport_size(PHONE)
    screenshot(page, "dialog-phone")
    page.set_viewport_size(DESK)
    dialog.get_by_role("button", name="Create Bills").click()
    expect(page.locator(".o_list_view .o_data_row")).to_have_count(2)
    screenshot(page, "bills")
