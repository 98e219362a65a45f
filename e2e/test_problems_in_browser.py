"""The page Problems, a stopped scheduled action and monitoring, in a real Chromium."""
import pytest
import requests
from playwright.sync_api import expect

from lab import check

from .client import shop, wait_for

DESK, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def admin(site):
    return check.Odoo(site.odoo_url, site.database, "admin")


@pytest.fixture
def sender(admin):
    """The scheduled action that sends orders, which is switched on again at the end."""
    cron_id = admin.call("ir.model.data", "search_read", [
        ("module", "=", "amazon_punchout"), ("name", "=", "ir_cron_send")], ["res_id"])[0]["res_id"]
    yield cron_id
    wait_for(lambda: switch(admin, cron_id, True), "the sender could not be switched on")


def order(site, buyer, group_id, state):
    """Shop and approve."""
    order_id = shop(site, buyer, group_id)
    buyer.call("purchase.order", "button_confirm", [order_id])
    wait_for(lambda: buyer.read("purchase.order", order_id, "amazon_state")["amazon_state"] == state,
             f"the order did not become {state}")
    return buyer.read("purchase.order", order_id, "name")["name"], order_id


def open_problems(page, site):
    page.goto(f"{site.odoo_url}/odoo/amazon-problems")
    expect(page.locator(".o_list_view, .o_kanban_view").first).to_be_visible()


def row(page, name):
    return page.locator(".o_data_row, .o_kanban_record").filter(has_text=name)


def test_an_administrator_works_through_the_problems(
        log_in, site, screenshot, picture, buyer, group_id, admin, sender):
    site.fault("order", "500_html")
    unclear, unclear_id = order(site, buyer, group_id, "unclear")
    site.fault("order", "400")
    declined, _declined_id = order(site, buyer, group_id, "refused")
    wait_for(lambda: switch(admin, sender, False), "the sender could not be switched off")
    waiting, waiting_id = order(site, buyer, group_id, "queued")

    page = log_in("admin")
    page.set_viewport_size(DESK)
    open_problems(page, site)
    expect(row(page, "Amazon: send approved orders")).to_contain_text("is switched off")
    expect(row(page, declined)).to_contain_text("Declined Order")
    picture(page, "13-problems")
    page.set_viewport_size(PHONE)
    open_problems(page, site)
    expect(row(page, unclear)).to_contain_text("Amazon Has It")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a phone scrolls sideways"
    screenshot(page, "2-phone")

    page.set_viewport_size(DESK)
    page.goto(f"{site.odoo_url}/odoo/purchase/{waiting_id}")
    expect(page.locator(".alert-danger").filter(has_text=waiting)).to_contain_text("has been waiting in Odoo since")
    screenshot(page, "3-order")
    page.goto(f"{site.odoo_url}/odoo/action-amazon_punchout.amazon_punchout_group_action/{group_id}")
    expect(page.get_by_role("button", name="Repair")).to_be_visible()
    screenshot(page, "4-group")
    page.get_by_role("button", name="Repair").click()
    expect(page.get_by_role("button", name="Repair")).to_be_hidden()
    wait_for(lambda: buyer.read("purchase.order", waiting_id, "amazon_state")["amazon_state"] != "queued",
             "the order was not sent")

    open_problems(page, site)
    expect(row(page, "Amazon: send approved orders")).to_have_count(0)
    row(page, unclear).get_by_role("button", name="Amazon Has It").click()
    page.get_by_role("dialog").get_by_role("button", name="Amazon Has It").click()
    expect(row(page, unclear)).to_have_count(0)
    assert buyer.read("purchase.order", unclear_id, "amazon_state")["amazon_state"] == "sent"
    listed = page.url
    row(page, declined).locator("td[name=name]").click()
    expect(page.locator(".o_form_view .alert-danger").first).to_contain_text(declined)
    expect(page).not_to_have_url(listed)  # Odoo changes the address a little later
    page.go_back()
    row(page, declined).get_by_role("button", name="Send Again").click()
    expect(row(page, declined)).to_have_count(0)
    screenshot(page, "5-empty")


def switch(admin, sender, active):
    """Try to switch a scheduled action on or off, which Odoo refuses while it runs.

    :return: whether it could be done
    """
    try:
        return admin.call("ir.cron", "write", [sender], {"active": active})
    except check.Failed:
        return False


def test_an_administrator_sets_up_monitoring(log_in, site, screenshot):
    page = log_in("admin")
    page.set_viewport_size(DESK)
    address = f"{site.odoo_url}/amazon_punchout/health"
    assert requests.get(address, timeout=30).status_code == 404
    page.goto(f"{site.odoo_url}/odoo/action-amazon_punchout.amazon_punchout_monitoring_action")
    page.get_by_role("button", name="Generate Token").click()
    token = page.locator("[name=token]")
    expect(token).to_be_visible()
    screenshot(page, "1-token")
    headers = {"Authorization": f"Bearer {token.locator('span').first.inner_text()}"}
    answer = requests.get(address, headers=headers, timeout=30)
    assert answer.json()["status"] in ("ok", "warning", "error"), answer.text
    assert answer.status_code == (503 if answer.json()["status"] == "error" else 200)
    text = requests.get(address, headers={**headers, "Accept": "text/plain"}, timeout=30).text
    assert "\namazon_punchout_status " in text
    page.get_by_role("button", name="Switch Off").click()
    page.get_by_role("dialog").last.get_by_role("button", name="Ok", exact=True).click()
    expect(page.get_by_role("button", name="Generate Token", exact=True)).to_be_visible()
    assert requests.get(address, headers=headers, timeout=30).status_code == 404
