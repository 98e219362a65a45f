"""The addon's demo data beside the simulator, in a real Chromium."""
import pytest
from playwright.sync_api import expect

from lab import check, demo_carts

DESK, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def admin(site):
    return check.Odoo(site.odoo_url, site.database, "admin")


def demo_group(admin, name):
    """Find a group of the demo data.

    :param str name: its external id
    """
    return admin.call("ir.model.data", "search_read", [
        ("module", "=", "amazon_punchout"), ("name", "=", name)], ["res_id"])[0]["res_id"]


def order_of(admin, name, state):
    """Find an order of the demo data.

    :param str name: the external id of its group
    :param str state: as Amazon has it
    """
    return admin.call("purchase.order", "search", [
        ("amazon_group_id", "=", demo_group(admin, name)), ("amazon_state", "=", state)], order="id", limit=1)[0]


def test_a_visitor_finds_one_group_of_each_country_and_what_it_has_done(admin):
    groups = admin.call("amazon.punchout.group", "search_read", [
        ("name", "like", "Amazon __")], ["name", "state", "order_count"], order="name")
    states = {group["name"]: group["state"] for group in groups if len(group["name"]) == len("Amazon US")}
    assert states == {"Amazon DE": "test", "Amazon JP": "active", "Amazon UK": "draft", "Amazon US": "active"}
    assert len({group["name"] for group in groups}) == len(groups)
    assert next(group["order_count"] for group in groups if group["name"] == "Amazon US") > 15


def test_the_queued_order_of_the_demo_data_is_not_sent_to_the_simulator(site, admin):
    order_id = order_of(admin, "demo_group_copied", "queued")
    [document] = admin.call("amazon.punchout.document", "search_read", [
        ("purchase_order_id", "=", order_id), ("document_type", "=", "OrderRequest")], ["state", "tries"])
    assert (document["state"], document["tries"]) == ("queued", 0)
    assert admin.read("purchase.order", order_id, "name")["name"] not in {each["orderID"] for each in site.orders()}


def test_amazon_accepts_the_order_that_waits_in_the_demo_data(site, admin):
    demo_carts.make_known(admin, site.simulator_url)
    [order] = admin.call("purchase.order", "search_read", [
        ("amazon_group_id", "=", demo_group(admin, "demo_group")), ("state", "=", "to approve"),
        ("amazon_items", "like", "Laptop")], ["name"], limit=1)
    admin.call("purchase.order", "button_approve", [order["id"]])
    received = site.wait_for_an_order()
    assert (received["orderID"], received["verdict"]) == (
        admin.read("purchase.order", order["id"], "name")["name"], "will be accepted")


def test_a_visitor_sees_what_needs_a_person(log_in, site, screenshot):
    page = log_in("admin")
    page.set_viewport_size(DESK)
    page.goto(f"{site.odoo_url}/odoo/amazon-problems")
    for kind in ("Group Stopped", "Unclear Order", "Declined Order", "Message", "Kept Cart", "Bill"):
        expect(page.locator(".o_data_row").filter(has_text=kind).first).to_be_visible()
    screenshot(page, "problems")


def test_all_buttons_of_an_order_are_on_the_screen_of_a_phone(log_in, site, admin, screenshot):
    page = log_in("admin")
    page.set_viewport_size(PHONE)
    page.goto(f"{site.odoo_url}/odoo/purchase/{order_of(admin, 'demo_group', 'partial')}")
    for name in ("Shop Again", "Enter Amazon's Answer", "Record Amazon Refund"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= PHONE["width"], name
    screenshot(page, "order")


def test_a_live_group_is_not_told_what_to_do_before_going_live(log_in, site, admin):
    page = log_in("admin")
    for name, title in (("demo_group", "Recommended"), ("demo_group_draft", "Required before going live")):
        page.goto(f"{site.odoo_url}/odoo/amazon.punchout.group/{demo_group(admin, name)}")
        expect(page.locator(".o_amazon_checklist h2")).to_have_text(title)


def test_receipts_and_orders_of_other_vendors_name_their_products(log_in, site, admin):
    page = log_in("admin")
    plain = [("purchase_id", "!=", False), ("purchase_id.amazon_session_id", "=", False), ("state", "=", "assigned")]
    [receipt] = admin.call("stock.picking", "search_read", plain, ["purchase_id"], limit=1)
    [move] = admin.call("stock.move", "search_read", [("picking_id", "=", receipt["id"])], ["product_id"], limit=1)
    name = move["product_id"][1].rpartition("] ")[2]
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.goto(f"{site.odoo_url}/odoo/stock.picking/{receipt['id']}")
        expect(page.locator("[name=move_ids]").first).to_contain_text(name)
        page.goto(f"{site.odoo_url}/odoo/purchase/{receipt['purchase_id'][0]}")
        expect(page.locator("[name=order_line]").first).to_contain_text(name)
