"""An administrator's work on a group's form, from pasted values to a live group, in a real Chromium."""
import re

import pytest
import requests
from playwright.sync_api import expect

from lab import check

# Whether an element is visible up to its edge.
IS_WHOLE = """node => [node, ...node.querySelectorAll("*")].every(
    each => getComputedStyle(each).overflowX === "visible" || each.scrollWidth <= each.clientWidth)"""


@pytest.fixture
def values(site):
    """The values of a group that Amazon's page shows."""
    accounts = requests.get(f"{site.simulator_url}/accounts.json", timeout=30).json()
    return next(values for values in accounts if values["country"] == "JP")


@pytest.fixture
def group(log_in, site):
    """A page with the form of a new group in draft."""
    admin = check.Odoo(site.odoo_url, site.database, "admin")
    vendor = admin.call("res.partner", "create", [{"name": "Amazon Business (annex)"}])[0]
    name = f"Annex {vendor}"
    admin.call("amazon.punchout.group", "create", [{"name": name, "partner_id": vendor}])
    page = log_in("admin")
    page.goto(f"{site.odoo_url}/odoo/action-amazon_punchout.amazon_punchout_group_action")
    page.get_by_role("cell", name=name, exact=True).click()
    expect(page.locator(".o_amazon_checklist")).to_be_visible()
    return page


@pytest.fixture
def incomplete_bills(site):
    """The company's billing address without its postcode.

    :return: the name of the contact
    """
    admin = check.Odoo(site.odoo_url, site.database, "admin")
    company = admin.call("res.company", "search_read", [], fields=["partner_id"], order="id", limit=1)[0]
    partner_id, name = company["partner_id"]
    postcode = admin.call("res.partner", "read", [partner_id], ["zip"])[0]["zip"]
    admin.call("res.partner", "write", [partner_id], {"zip": False})
    yield name
    admin.call("res.partner", "write", [partner_id], {"zip": postcode})


def pasted(values, secret):
    return "\n".join([
        "Purchasing system: Other", f"From identity: {values['identity']}", "Shared secret", secret,
        f"Punchout setup URL: {values['setup_url']}", f"Punchout setup URL (test): {values['setup_test_url']}",
        f"Purchase Order request URL: {values['order_url']}"])


def paste(page, text):
    """Paste and save."""
    page.get_by_role("tab", name="Credentials").click()
    page.get_by_label("Paste Amazon's Values").fill(text)
    page.get_by_label("Business Unit").click()
    expect(page.get_by_label("Paste Amazon's Values")).to_have_value("")
    page.locator(".o_form_button_save").click()
    expect(page.locator(".o_form_button_save")).to_be_hidden()


def open_item(page, key):
    """Find an open item of the checklist."""
    return page.locator(f".o_amazon_checklist > ul > li[data-key={key}]")


def set_state(page, name, question=None):
    page.get_by_role("button", name=name, exact=True).click()
    if question:
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(question)
        dialog.locator("footer .btn-primary").click()
        expect(dialog).to_be_hidden()


def expect_state(page, name):
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text(name)


def test_an_administrator_pastes_tests_and_goes_live(group, values, screenshot):
    expect(open_item(group, "connection")).to_be_visible()
    screenshot(group, "1-draft")

    paste(group, pasted(values, "not-the-secret-9"))
    group.get_by_role("button", name="Test Connection").click()
    expect(group.get_by_text("The connection does not work")).to_be_visible()
    expect(group.locator("[name=connection_problem]")).to_contain_text("The identity or the shared secret is wrong")
    expect(open_item(group, "connection")).to_be_visible()
    screenshot(group, "2-declined")

    paste(group, pasted(values, values["secret"]))
    group.get_by_role("button", name="Test Connection").click()
    expect(group.get_by_text("The connection works")).to_be_visible()
    expect(open_item(group, "connection")).to_be_hidden()
    screenshot(group, "3-accepted")

    set_state(group, "Set to Test")
    expect_state(group, "Test")
    group.get_by_role("button", name="Go Live", exact=True).click()
    dialog = group.get_by_role("dialog")
    expect(dialog).to_contain_text("Then switch the group on Amazon from Test to Active as well")
    screenshot(group, "4-question")
    dialog.get_by_role("button", name="Go Live", exact=True).click()
    expect(dialog).to_be_hidden()
    expect_state(group, "Active")
    screenshot(group, "5-active")

    set_state(group, "Back to Draft", "Nobody can shop")
    expect_state(group, "Draft")


def test_each_item_of_the_checklist_leads_to_where_it_is_fixed(group):
    open_item(group, "messages").get_by_role("link").click()
    expect(group.get_by_role("tab", name="Messages")).to_have_class(re.compile("active"))
    expect(group.get_by_label("Confirmations Expected")).to_be_focused()
    open_item(group, "identity").get_by_role("link").click()
    expect(group.get_by_role("tab", name="Credentials")).to_have_class(re.compile("active"))
    expect(group.get_by_label("From Identity")).to_be_focused()
    open_item(group, "connection").get_by_role("link").click()
    expect(group.get_by_role("button", name="Test Connection")).to_be_focused()


def test_what_the_setup_leaves_leads_to_the_very_field(group, values):
    group.get_by_role("button", name="Continue Setup").click()
    group.get_by_label("Paste All at Once").fill(pasted(values, values["secret"]))
    group.get_by_label("From Identity").click()
    open_item(group, "connection").get_by_role("link").click()
    expect(group.get_by_role("button", name="Test Connection")).to_be_focused()
    group.locator("button[name=action_next]").click()
    expect(group.get_by_role("heading", name="Who can shop")).to_be_visible()
    group.locator("button[name=action_next]").click()
    open_item(group, "messages").get_by_role("link").click()
    expect(group.get_by_role("tab", name="Messages")).to_have_class(re.compile("active"))
    expect(group.get_by_label("Confirmations Expected")).to_be_focused()


def test_the_address_is_tried_before_anybody_shops(group):
    expect(group.locator(".o_amazon_reach")).to_contain_text("found this database")
    expect(open_item(group, "reached")).to_be_hidden()


def test_an_incomplete_billing_address_leads_to_the_contact(incomplete_bills, group):
    open_item(group, "billing_address").get_by_role("link").click()
    expect(group.locator(".o_form_view .o_field_widget[name=zip] input")).to_have_value("")
    expect(group.locator(".o_breadcrumb")).to_contain_text(incomplete_bills)


def test_a_wrong_live_address_is_shown_beside_the_test_address_that_works(group, values, screenshot):
    paste(group, pasted({**values, "setup_url": values["setup_url"] + "/wrong"}, values["secret"]))
    group.get_by_role("button", name="Test Connection").click()
    expect(group.get_by_text("The connection works at one address only.", exact=True)).to_be_visible()
    problem = group.locator("[name=connection_problem]")
    expect(problem).to_contain_text("Test Setup Address: Amazon accepted the credentials")
    expect(problem).to_contain_text("Punch-out Setup Address: There is nothing at the setup address")
    expect(open_item(group, "connection")).to_be_hidden()
    expect(open_item(group, "connection_live")).to_contain_text("set to Test on Amazon")
    screenshot(group, "one-address-only")


def test_the_administrator_s_browser_tries_our_address(group, site, screenshot):
    group.get_by_label("Our Public Address").fill(site.simulator_url)
    group.get_by_role("button", name="Try Our Address").click()
    expect(group.locator(".o_amazon_reach")).to_contain_text("can't reach")
    expect(open_item(group, "reached")).to_be_visible()
    group.get_by_label("Our Public Address").fill(site.odoo_url)
    group.get_by_role("button", name="Try Our Address").click()
    expect(group.locator(".o_amazon_reach")).to_contain_text("found this database")
    expect(open_item(group, "reached")).to_be_hidden()
    screenshot(group, "reached")


def test_who_leaves_a_group_while_its_address_is_tried_sees_no_error(group, site):
    held = []
    group.route("**/amazon_punchout/reach*", lambda route: held.append(route))
    group.get_by_label("Our Public Address").fill(site.odoo_url.replace("127.0.0.1", "localhost"))
    with group.expect_request("**/amazon_punchout/reach*"):
        group.get_by_role("button", name="Try Our Address").click()
    expect(group.locator(".o_amazon_reach button")).to_be_disabled()
    group.locator(".o_menu_brand, .breadcrumb-item a").first.click()
    expect(group.locator(".o_amazon_reach")).to_have_count(0)
    with group.expect_response("**/amazon_punchout/reach*"):
        held[0].continue_()
    group.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done)))")
    assert not group.context.errors


def test_reachable_and_the_checklist_agree_without_a_reload(group, site):
    reach, item, address = group.locator(".o_amazon_reach"), open_item(group, "reached"), site.odoo_url
    ours = group.get_by_label("Our Public Address")
    ours.fill(address)
    group.get_by_role("button", name="Try Our Address").click()
    expect(reach).to_contain_text("found this database")
    expect(item).to_be_hidden()
    # Another address, of which nothing is known yet.
    ours.fill("https://elsewhere.example")
    ours.blur()
    expect(item).to_be_visible()
    expect(reach).not_to_contain_text("found this database")
    # Back to the one that was found, at which nothing answers any more.
    ours.fill(address)
    ours.blur()
    expect(reach).to_contain_text("found this database")
    expect(item).to_be_hidden()
    group.route("**/amazon_punchout/reach", lambda route: route.abort())
    group.get_by_role("button", name="Try Our Address").click()
    expect(reach).to_contain_text("can't reach")
    expect(item).to_be_visible()
    # Found again while something is being typed elsewhere on the form.
    group.unroute("**/amazon_punchout/reach")
    group.get_by_role("button", name="Try Our Address").click()
    expect(reach).to_contain_text("found this database")
    expect(item).to_be_hidden()


def test_flow_tabs_and_addresses_are_fully_visible(group, site, screenshot):
    group.set_viewport_size({"width": 1400, "height": 900})
    group.locator(".o_inner_group").filter(has=group.get_by_label("Marketplace")).get_by_label("Flow").click()
    group.locator(".o_select_menu_item").filter(has_text="Shopping starts on Amazon").click()
    expect(open_item(group, "test_order")).to_contain_text("with the Punch-in group")
    tabs = group.locator(".o_notebook_headers").get_by_role("tab")
    assert tabs.all_inner_texts() == [
        "Credentials", "Members", "Locations", "Products", "Payment", "Messages", "Rules", "Advanced"]
    sheet = group.locator(".o_form_sheet").bounding_box()
    last = tabs.last.bounding_box()
    assert last["x"] + last["width"] <= sheet["x"] + sheet["width"], "the last tab is cut off"
    tabs.filter(has_text="Messages").click()
    for name, path in (("messages_url", "/cxml"), ("punchin_url", r"/punchin/\d+"), ("cart_url", "/cart")):
        address = group.locator(f"[name={name}]")
        expect(address).to_have_text(re.compile(f"{re.escape(site.odoo_url)}/amazon_punchout{path}$"))
        assert address.evaluate(IS_WHOLE), f"{name} is cut off"
    group.locator("[name=confirmations_expected]").scroll_into_view_if_needed()
    screenshot(group, "messages")


def test_an_administrator_makes_a_new_password_and_sees_who_uses_which(group, site, values, screenshot):
    paste(group, pasted(values, values["secret"]))
    set_state(group, "Set to Test")
    group.get_by_role("tab", name="Messages").click()
    group.get_by_label("HTTP Basic User").fill("amazon-annex")
    for _twice in range(2):
        group.get_by_role("button", name="Generate Password").click()
        expect(group.get_by_role("button", name="Copy Password")).to_be_visible()
    expect(group.locator("[name=old_inbound_password_status]")).to_contain_text("the new one never")
    wrong = requests.post(
        f"{site.odoo_url}/amazon_punchout/cxml", auth=("amazon-annex", "wrong"), data=b"<cXML/>", timeout=30)
    assert wrong.status_code == 401
    group.reload()
    group.get_by_role("tab", name="Messages").click()
    expect(group.locator("[name=failed_logins]")).to_contain_text("in the last 24 hours: 1")
    for width in (1366, 390):
        group.set_viewport_size({"width": width, "height": 900})
        group.get_by_role("button", name="Generate Password").scroll_into_view_if_needed()
        screenshot(group, f"passwords-{width}")
    group.set_viewport_size({"width": 1366, "height": 900})
    set_state(group, "Stop Accepting the Old Password", "rejected from now on")
    expect(group.locator("[name=old_inbound_password_status]")).to_be_hidden()
