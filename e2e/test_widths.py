"""Lists and forms fit on the screens that people have, those of several companies included, in a real Chromium."""
import pytest
import requests
from playwright.sync_api import expect

from lab import check
from lab.gallery.camera import DEVICES

from .punchin import submit_cart

TOO_WIDE = """[...document.querySelectorAll(".o_list_renderer, .o_content, .modal-content")]
    .map(each => each.scrollWidth - each.clientWidth).filter(more => more > 1)"""
LISTS = (
    "purchase.purchase_rfq", "purchase.purchase_form_action",
    "amazon_punchout.amazon_punchout_reconciliation_action", "amazon_punchout.amazon_punchout_session_action",
    "amazon_punchout.amazon_punchout_session_unclaimed_action", "amazon_punchout.amazon_punchout_shipment_action",
    "amazon_punchout.amazon_punchout_problem_action", "amazon_punchout.amazon_punchout_document_action",
    "amazon_punchout.amazon_punchout_group_action", "amazon_punchout.amazon_punchout_location_action",
)
# Those that people open away from their desk show cards there.
PHONE_LISTS = (
    "purchase.purchase_form_action", "amazon_punchout.amazon_punchout_session_unclaimed_action",
    "amazon_punchout.amazon_punchout_group_action", "amazon_punchout.amazon_punchout_location_action",
)


CUT = """names => [...document.querySelectorAll(".o_data_row .o_data_cell")]
    .filter(cell => names.includes(cell.getAttribute("name")) && cell.scrollWidth > cell.clientWidth)
    .map(cell => `${cell.getAttribute("name")}: ${cell.innerText}`)"""


@pytest.fixture
def page(log_in, site, punchin_group):
    """The tab of the administrator, who works in several companies; a cart waits to be claimed."""
    punchin_group.begin("p2", two_groups=False)
    url, form = submit_cart(site, "somebody@example.com")
    requests.post(url, data=form, allow_redirects=False, timeout=60).raise_for_status()
    admin = check.Odoo(site.odoo_url, site.database, "admin")
    companies = admin.call("res.company", "search_count", [])
    assert companies > 1
    return log_in("admin")


@pytest.mark.parametrize(("device", "action"), [
    *(("desktop", action) for action in LISTS), *(("phone", action) for action in PHONE_LISTS)])
def test_a_list_shows_all_of_its_columns(page, site, device, action):
    page.set_viewport_size(DEVICES[device]["viewport"])
    page.goto(f"{site.odoo_url}/odoo/action-{action}")
    expect(page.locator(".o_data_row, .o_kanban_record").first).to_be_visible()
    assert page.evaluate(TOO_WIDE) == []


def test_dates_of_parcels_are_not_cut(page, site):
    page.set_viewport_size(DEVICES["desktop"]["viewport"])
    page.goto(f"{site.odoo_url}/odoo/action-amazon_punchout.amazon_punchout_shipment_action")
    expect(page.locator(".o_data_row").first).to_be_visible()
    assert page.evaluate(CUT, ["shipped_at", "expected_at"]) == []


def test_what_amazon_changed_is_not_cut(page, site):
    admin = check.Odoo(site.odoo_url, site.database, "admin")
    [order_id] = admin.call("purchase.order", "search", [("amazon_change", "=", "rejected")], limit=1)
    page.set_viewport_size(DEVICES["desktop"]["viewport"])
    page.goto(f"{site.odoo_url}/odoo/action-purchase.purchase_form_action/{order_id}")
    expect(page.locator(".o_data_row [name=amazon_change_text]").first).to_be_visible()
    assert page.evaluate(CUT, ["amazon_change_text"]) == []
    assert page.evaluate(TOO_WIDE) == []
