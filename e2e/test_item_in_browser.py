"""What is ordered, as the buyer and the approver see it on a screen and on a phone."""
from playwright.sync_api import expect

from .client import shop

WEBCAM, KEYBOARD = "B0SIM00018", "B0SIM00013"
SCREEN, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


def test_the_approver_sees_what_is_ordered_and_the_note_under_it(
        log_in, site, screenshot, buyer, group_id):
    order_id = shop(site, buyer, group_id, [
        {"asin": WEBCAM, "quantity": 12}, {"asin": KEYBOARD, "quantity": 10}])
    page = log_in("demo")
    page.set_viewport_size(SCREEN)
    page.goto(f"{site.odoo_url}/odoo/purchase/{order_id}")
    row = page.locator(".o_field_one2many[name=order_line] .o_data_row").filter(has_text="Webcam")
    expect(row).to_contain_text("Webcam 1080p with shutter [U+202E]elbac BSU[U+202C]")
    expect(row.get_by_role("link", name=WEBCAM)).to_have_attribute(
        "href", f"https://www.amazon.com/dp/{WEBCAM}")
    screenshot(page, "1-cart")

    row.locator("[name=product_qty]").click()
    page.get_by_placeholder("Add a note").fill("HP toner")
    screenshot(page, "2-note")
    page.get_by_role("button", name="Save manually").click()
    expect(row).to_contain_text("Note: HP toner")
    expect(row).to_contain_text("Webcam 1080p")
    [line] = buyer.call("purchase.order.line", "search_read", [
        ("order_id", "=", order_id), ("amazon_asin", "=", WEBCAM)], ["name", "amazon_title"])
    assert line["name"] == f"{line['amazon_title']}\nHP toner"
    page.get_by_role("button", name="Ask for Approval").click()
    expect(page.get_by_text("Waiting for approval since")).to_be_visible()

    approver = log_in("admin")
    for name, size in (("screen", SCREEN), ("phone", PHONE)):
        approver.set_viewport_size(size)
        approver.goto(f"{site.odoo_url}/odoo/purchase/{order_id}")
        lines = approver.locator("[name=order_line]")
        expect(lines).to_contain_text("Webcam 1080p with shutter [U+202E]elbac BSU[U+202C]")
        expect(lines).to_contain_text(WEBCAM)
        expect(lines).to_contain_text("Note: HP toner")
        assert approver.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        screenshot(approver, f"3-{name}")
        lines.scroll_into_view_if_needed()
        screenshot(approver, f"3-{name}-lines")
    approver.set_viewport_size(SCREEN)
    approver.goto(f"{site.odoo_url}/odoo/purchase/{order_id}")
    activity = approver.locator(".o-mail-Activity").filter(has_text="asks to order")
    expect(activity).to_contain_text(WEBCAM)
    expect(activity).to_contain_text("12 × Webcam 1080p with shutter [U+202E]")
    activity.scroll_into_view_if_needed()
    screenshot(approver, "4-activity")
    for name, size in (("screen", SCREEN), ("phone", PHONE)):
        approver.set_viewport_size(size)
        approver.goto(f"{site.odoo_url}/odoo/purchase/{order_id}")
        approver.get_by_role("button", name="Order at Amazon").click()
        dialog = approver.get_by_role("dialog")
        expect(dialog).to_contain_text("Webcam 1080p with shutter [U+202E]elbac BSU[U+202C]")
        expect(dialog).to_contain_text(WEBCAM)
        title = dialog.locator(".o_amazon_title:visible").first
        assert title.evaluate("title => title.scrollHeight <= title.clientHeight"), "the whole title is there"
        screenshot(approver, f"5-dialog-{name}")
        dialog.get_by_role("button", name="Not Yet").click()
    approver.set_viewport_size(SCREEN)
    approver.goto(f"{site.odoo_url}/odoo/purchase/{order_id}")
    approver.get_by_role("button", name="Refuse").click()
    expect(approver.get_by_role("dialog")).to_contain_text(WEBCAM)
    screenshot(approver, "6-refuse")
