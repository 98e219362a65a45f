"""The history of an order as an auditor gets it, and the periods of contents, in a real Chromium."""
import zipfile

from playwright.sync_api import expect

from .client import shop, wait_for

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


def press_action(page, name):
    page.locator(".o_cp_action_menus .fa-cog").click()
    page.get_by_role("menuitem", name=name, exact=True).click()


def test_an_auditor_downloads_reads_and_checks_a_history(log_in, site, screenshot, buyer, group_id, tmp_path):
    order_id = shop(site, buyer, group_id, [{"asin": "B0SIM00001", "quantity": 2}])
    buyer.call("purchase.order", "button_confirm", [order_id])
    site.wait_for_an_order()
    wait_for(lambda: buyer.read("purchase.order", order_id, "amazon_state")["amazon_state"] == "sent", "not sent")
    number = buyer.read("purchase.order", order_id, "name")["name"]
    page = log_in("admin")
    page.set_viewport_size(DESK)
    page.goto(f"{site.odoo_url}/odoo/purchase/{order_id}")
    expect(page.locator(".o_form_view")).to_be_visible()

    press_action(page, "Check History")
    notification = page.locator(".o_notification", has_text=f"History of {number}")
    expect(notification).to_contain_text("are unchanged")
    notification.locator(".o_notification_close").click()

    with page.expect_download() as download:
        press_action(page, "Download History")
    assert download.value.suggested_filename == f"{number}-history.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)  # its names are those that the addon chose
    history = page.context.new_page()
    history.goto((tmp_path / "history.html").as_uri())
    expect(history.locator("h1")).to_have_text(f"History of {number}")
    expect(history.get_by_role("cell", name="Approved", exact=True)).to_be_visible()
    expect(history.get_by_role("link")).to_have_count(3)
    for name, size in (("desk", DESK), ("phone", PHONE)):
        history.set_viewport_size(size)
        screenshot(history, f"page-{name}")
        assert history.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    history.close()

    press_action(page, "Amazon History")
    expect(page.get_by_role("cell", name="Received by Amazon", exact=True)).to_be_visible()
    screenshot(page, "rows-desk")
    listed = page.url
    page.get_by_role("cell", name="Approved", exact=True).click()
    expect(page.locator(".o_form_view [name=shown_user]")).to_be_visible()
    screenshot(page, "row")
    expect(page).not_to_have_url(listed)  # Odoo changes the address a little later
    page.go_back()
    expect(page.get_by_role("cell", name="Approved", exact=True)).to_be_visible()
    page.set_viewport_size(PHONE)
    screenshot(page, "rows-phone")


def test_an_administrator_sets_how_long_contents_are_kept(log_in, site, screenshot):
    page = log_in("admin")
    page.set_viewport_size(DESK)
    page.goto(f"{site.odoo_url}/odoo/action-amazon_punchout.action_open_retention")
    row = page.locator(".o_data_row", has_text="Ship Notices")
    expect(row).to_be_visible()
    row.locator("td[name=days]").click()
    row.locator("td[name=days] input").fill("400")
    page.locator(".o_list_button_save").click()
    expect(row.locator("td[name=days]")).to_have_text("400")
    for name, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        screenshot(page, name)
    page.set_viewport_size(DESK)
    row.locator("td[name=days]").click()
    row.locator("td[name=days] input").fill("0")
    page.locator(".o_list_button_save").click()
