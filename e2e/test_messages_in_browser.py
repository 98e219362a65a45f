"""Messages from Amazon as users see them, in a real Chromium."""
import re
import runpy
from types import SimpleNamespace

import pytest
import requests
from playwright.sync_api import expect

from lab import check, paths

from .client import shop, wait_for

# Two packs of paper at 6.49, three staplers and a keyboard, at the simulator's prices.
CART = [
    {"asin": "B0SIM00001", "quantity": 2}, {"asin": "B0SIM00002", "quantity": 3}, {"asin": "B0SIM00013", "quantity": 1},
]
USER, PASSWORD = "amazon-us", "not-a-real-password-us"
# Needs no Odoo, which is not at hand here.
BUILDER = paths.ROOT / paths.ADDON / "tests" / "cxml_builder.py"


class Amazon:
    """The US group on the simulator, whose messages go to Odoo."""

    def __init__(self, site):
        self._url = site.simulator_url
        identity = next(each["identity"] for each in self.get("/accounts.json") if each["country"] == "US")
        self.post(f"/api/accounts/{identity}/messages", {
            "url": f"{site.odoo_url}/amazon_punchout/cxml", "user": USER, "password": PASSWORD})

    def get(self, path):
        return requests.get(self._url + path, timeout=60).json()

    def post(self, path, values):
        answer = requests.post(self._url + path, json=values, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def say(self, step, number=1, **values):
        """Let Amazon take a step, and wait until Odoo has answered.

        :return: the state of the order at Amazon
        """
        self.post(f"/api/orders/{number}/{step}", values)
        messages = wait_for(lambda: [each for each in self.get(f"/api/messages?order={number}&wait=20")
                                     if each["status"] != "waiting"], f"the {step} was not delivered")
        assert messages[-1]["status"] == "delivered", messages[-1]
        return self.get("/api/orders")[number - 1]["fulfilment"]


@pytest.fixture
def amazon(site):
    return Amazon(site)


@pytest.fixture
def manager(site):
    return check.Odoo(site.odoo_url, site.database, "admin")


@pytest.fixture
def order_id(site, buyer, group_id):
    """An order of the cart above that Amazon has received."""
    return order_at_amazon(site, buyer, group_id)


def order_at_amazon(site, buyer, group_id, number=1):
    order_id = shop(site, buyer, group_id, CART)
    buyer.call("purchase.order", "button_confirm", [order_id])
    wait_for(lambda: len(site.orders()) == number, "the order did not arrive")
    wait_for(lambda: buyer.read("purchase.order", order_id, "amazon_state")["amazon_state"] == "sent",
             "the order was not sent")
    return order_id


def state_is(odoo, order_id, state):
    wait_for(lambda: odoo.read("purchase.order", order_id, "amazon_state")["amazon_state"] == state,
             f"the order did not become {state}")


def open_order(page, site, order_id):
    page.goto(f"{site.odoo_url}/odoo/purchase/{order_id}")
    expect(page.locator(".o_form_view")).to_be_visible()


def line_of(page, text):
    return page.locator(".o_field_one2many[name=order_line] .o_data_row").filter(has_text=text)


def test_a_whole_order_on_screen(log_in, site, screenshot, amazon, buyer, manager, order_id):
    """Partly rejected, at a higher price, partly shipped, billed and partly refunded."""
    lines = buyer.call("purchase.order.line", "search_read", [("order_id", "=", order_id)],
                       ["amazon_line_number", "name", "price_unit", "amazon_line_type"])
    named = {line["amazon_line_number"]: line for line in lines if line["amazon_line_type"] == "item"}
    at_amazon = amazon.say("confirm", lines={
        "1": {"quantity": 2, "price": f"{named[1]['price_unit'] + 1:.2f}"},
        "2": {"quantity": 2, "reject": 1, "code": "015-005"},
    })
    state_is(buyer, order_id, "partial")
    number = at_amazon["amazon_orders"][0]["confirm_id"]
    page = log_in("admin")
    open_order(page, site, order_id)
    expect(page.get_by_role("link", name=number)).to_have_attribute("href", re.compile(number))
    expect(line_of(page, named[1]["name"])).to_contain_text("Changed")
    expect(line_of(page, named[2]["name"])).to_contain_text("Changed")
    expect(line_of(page, named[3]["name"])).to_contain_text("Accepted")
    expect(page.locator(".o-mail-Message").filter(has_text="015-005")).to_be_visible()
    # Too many buttons would hide it.
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_be_visible()
    total = float(at_amazon["amazon_orders"][0]["total"])
    assert buyer.read("purchase.order", order_id, "amount_total")["amount_total"] == pytest.approx(total, abs=0.001)
    screenshot(page, "1-confirmed")

    at_amazon = amazon.say("ship", lines={"1": 2, "3": 1}, carrier="UPS")
    tracking = at_amazon["shipments"][0]["tracking"]
    wait_for(lambda: buyer.call("amazon.punchout.shipment", "search", [("purchase_order_id", "=", order_id)]),
             "the order has no shipment")
    open_order(page, site, order_id)
    expect(page.get_by_role("link", name=re.compile(tracking)).first).to_have_attribute("href", re.compile(r"^https://.*ups"))
    screenshot(page, "2-shipped")
    page.get_by_role("tab", name="Amazon").click()
    expect(page.locator("[name=amazon_shipment_ids]")).to_contain_text(tracking)
    page.locator("[name=amazon_shipment_ids]").scroll_into_view_if_needed()
    screenshot(page, "3-amazon-page")

    receipt = buyer.read("purchase.order", order_id, "picking_ids")["picking_ids"][0]
    page.goto(f"{site.odoo_url}/odoo/receipts/{receipt}")
    expect(page.get_by_role("link", name=re.compile(tracking)).first).to_be_visible()
    screenshot(page, "4-receipt")
    manager.call("stock.picking", "button_validate", [receipt])

    at_amazon = amazon.say("invoice", lines={"1": 2, "3": 1})
    invoice = at_amazon["invoices"][0]
    domain = [("amazon_invoice_id", "=", invoice["invoice_id"])]
    bill = wait_for(lambda: manager.call("account.move", "search_read", domain, ["amount_total", "state"]),
                    "the order has no bill")[0]
    assert (bill["state"], f"{bill['amount_total']:.2f}") == ("draft", f"{float(invoice['total']):.2f}")
    page.goto(f"{site.odoo_url}/odoo/vendor-bills/{bill['id']}")
    expect(page.locator(".o_form_view")).to_contain_text(invoice["invoice_id"])
    screenshot(page, "5-bill")
    page.get_by_role("button", name="Confirm").first.click()
    expect(page.get_by_role("button", name="Record Amazon Refund")).to_be_visible()

    page.get_by_role("button", name="Record Amazon Refund").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("All amounts include tax")
    dialog.get_by_label("Amazon Reference").fill("R-1")
    row = dialog.locator(".o_data_row").filter(has_text=named[1]["name"][:20])
    row.locator("[name=amount]").click()
    row.locator("[name=amount] input").fill("3.00")
    screenshot(page, "6-refund")
    dialog.get_by_role("button", name="Record Refund").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".o_form_view")).to_contain_text("3.00")
    expect(page.locator("[name=amazon_refund_kind]")).to_be_visible()
    screenshot(page, "7-credit")

    open_order(page, site, order_id)
    page.get_by_role("tab", name="Amazon").click()
    screenshot(page, "8-order-at-the-end")


def test_a_changed_price_is_shown_although_every_line_is_accepted(log_in, site, screenshot, amazon, buyer, order_id):
    line = buyer.call(
        "purchase.order.line", "search_read", [("order_id", "=", order_id), ("amazon_line_number", "=", 1)],
        ["name", "price_unit"])[0]
    page = log_in("demo")
    open_order(page, site, order_id)
    expect(line_of(page, line["name"])).to_be_visible()
    expect(page.locator("[name=amazon_confirmation]")).to_have_count(0)  # nothing to show about the lines yet
    amazon.say("confirm", lines={"1": {"quantity": 2, "price": f"{line['price_unit'] + 1:.2f}"}})
    state_is(buyer, order_id, "confirmed")
    open_order(page, site, order_id)
    expect(page.get_by_text("all lines accepted, 1 of 3 at a higher price")).to_be_visible()
    expect(line_of(page, line["name"])).to_contain_text("Changed")
    screenshot(page, "1-confirmed")


def test_amazon_rejects_everything_and_the_buyer_shops_again(log_in, site, screenshot, amazon, buyer, order_id):
    amazon.say("confirm", reject=True, code="015-005")
    state_is(buyer, order_id, "cancelled")
    page = log_in("demo")
    open_order(page, site, order_id)
    expect(page.get_by_text("cancelled by Amazon").first).to_be_visible()
    screenshot(page, "1-cancelled")
    page.get_by_role("button", name="Shop Again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link")).to_have_count(3)
    screenshot(page, "2-shop-again")
    with page.expect_popup() as shop_tab:  # the list of what to buy again stays open
        dialog.get_by_role("button", name="Go to Amazon").click()
    shop_tab.value.wait_for_url(f"{site.simulator_url}/**")


def test_a_sent_order_is_cancelled_at_amazon(log_in, site, screenshot, amazon, buyer, order_id):
    page = log_in("demo")
    open_order(page, site, order_id)
    page.get_by_role("button", name="Cancel", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("does not accept cancellations")
    screenshot(page, "1-question")
    dialog.get_by_role("button", name="It Is Cancelled on Amazon").click()
    page.get_by_role("button", name="Not Yet").click()  # neither button can be misread
    dialog.get_by_role("button", name="I'll Cancel It on Amazon").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("To be cancelled on Amazon").first).to_be_visible()
    screenshot(page, "2-wanted")
    amazon.say("cancel")
    state_is(buyer, order_id, "cancelled")
    open_order(page, site, order_id)
    expect(page.get_by_text("cancelled by Amazon").first).to_be_visible()
    screenshot(page, "3-cancelled")


def test_a_manager_enters_what_amazon_wrote(log_in, site, screenshot, amazon, buyer, order_id):
    page = log_in("admin")
    open_order(page, site, order_id)
    page.get_by_role("button", name="Enter Amazon's Answer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amazon's Order Number").fill("112-1234567-1234567")
    dialog.get_by_label("Tracking Number").fill("1Z9999999999999999")
    page.keyboard.press("Tab")  # the carrier is required with a number
    dialog.get_by_label("Carrier").fill("UPS")
    screenshot(page, "1-dialog")
    dialog.get_by_role("button", name="Enter", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="112-1234567-1234567").first).to_be_visible()
    state_is(buyer, order_id, "confirmed")
    screenshot(page, "2-confirmed")


def test_a_manager_tells_which_order_a_message_is_about(log_in, site, screenshot, amazon, buyer, manager, order_id):
    """A staging database on the same account has used the number."""
    name = buyer.read("purchase.order", order_id, "name")["name"]
    cxml = SimpleNamespace(**runpy.run_path(str(BUILDER)))
    order = SimpleNamespace(
        name=name, currency_id=SimpleNamespace(name="USD"),
        _amazon_request=lambda: SimpleNamespace(payload_id="7f3a@staging.example"))
    raw = cxml.confirmation_xml(order, [(1, 2, cxml.status(quantity=2))], total="12.98")
    answer = requests.post(
        f"{site.odoo_url}/amazon_punchout/cxml", data=raw, headers={"Content-Type": "text/xml"}, auth=(USER, PASSWORD),
        timeout=60)
    assert 'code="200"' in answer.text
    document = wait_for(lambda: manager.call("amazon.punchout.document", "search", [
        ("purchase_order_id", "=", order_id), ("state", "=", "attention")]), "no person is asked")[0]
    assert buyer.read("purchase.order", order_id, "amazon_state")["amazon_state"] == "sent"
    page = log_in("admin")
    page.goto(f"{site.odoo_url}/odoo/amazon.punchout.document/{document}")
    alert = page.locator(".alert-warning")
    expect(alert).to_contain_text("7f3a@staging.example")
    expect(alert).to_contain_text("12.98")
    expect(alert).to_contain_text("2 × ")
    page.set_viewport_size({"width": 1366, "height": 900})
    screenshot(page, "1-desk")
    page.set_viewport_size({"width": 390, "height": 844})
    screenshot(page, "2-phone")
    page.set_viewport_size({"width": 1366, "height": 900})
    page.get_by_role("button", name="Apply to This Order").click()
    screenshot(page, "3-question")
    page.get_by_role("dialog").get_by_role("button", name="Apply to This Order").click()
    state_is(buyer, order_id, "partial")
    expect(page.locator(".o_arrow_button_current")).to_have_text("Processed")
