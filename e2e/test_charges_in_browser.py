"""The month of a company card for an accountant: Amazon's report, the books, the statement, in a real Chromium.

With LAB_DOCS_IMAGES=1 the pictures in docs/images are made again.
"""
import base64
import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from .card_month import ACCOUNTANT, KEYBOARD, PAPER, STAPLER, Month

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
TOO_WIDE = """[...document.querySelectorAll(".o_content, .modal-content")].some(
    each => each.scrollWidth > each.clientWidth)"""
# Odoo's bar at the top looks at the width only when it is drawn, and nothing draws it when the window grows.
DRAW_BAR = """() => {
    const env = odoo.__WOWL_DEBUG__.root.env;
    return !env.isSmall && (env.bus.trigger("MENUS:APP-CHANGED"), true);
}"""
# Drops a file as a file manager does.
DROP = """([name, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, {type: "text/csv"}));
    const drop = (target, type) => target.dispatchEvent(
        new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true}));
    drop(document.querySelector(".o_amazon_report_file"), "dragenter");
    window.dropped = () => {
        const zone = document.querySelector(".o-Dropzone");
        return zone && (drop(zone, "drop"), true);
    };
}"""


@pytest.fixture(scope="module")
def month(servers, buyer, group_id):
    servers.reset()
    month = Month(servers, buyer, group_id)
    yield month
    month.end()


@pytest.fixture(scope="module")
def orders(month):
    """What was ordered: charged at once, by card and gift card, pending, and stated twice."""
    return {
        "card": month.order((PAPER, 2), (STAPLER, 3), (KEYBOARD, 1)),
        "gift": month.order((PAPER, 4)),
        "pending": month.order((STAPLER, 2)),
        "twice": month.order((PAPER, 1), (KEYBOARD, 2)),
    }


@pytest.fixture(scope="module")
def report(month, orders):
    """The rows of the report Orders, by what becomes of them."""
    card, gift, twice = orders["card"], orders["gift"], orders["twice"]
    five = Decimal("5.00")
    return {
        "to_book": [
            *month.rows(card, Charge_Identifier="1A2B3C4D5"),
            *month.rows(gift, amount=gift["total"] - five),
            *month.rows(gift, amount=five, Payment_Instrument_Type="Gift Card", Payment_Identifier=""),
            *month.rows(twice, twice["lines"][1:]),
        ],
        "unsure": month.rows(twice, twice["lines"][1:], Payment_Reference_ID="SIM-AGAIN"),
        "unsettled": month.rows(orders["pending"], Order_Status="Pending", Payment_Date=""),
        "outside": [
            month.outside("49.90", "Travel adapter", Order_ID="113-0000001-0000001", Payment_Reference_ID="SIM-O1"),
            month.outside("18.00", "Business cards", Order_ID="113-0000002-0000002", Payment_Reference_ID="SIM-O2"),
        ],
        "held": [month.outside("75.00", "Office plant", Order_ID="113-0000003-0000003", Account_Group="Annex Reno")],
        "problem": [month.outside("see invoice", "Whiteboard", Order_ID="113-0000004-0000004")],
    }


class Accountant:
    """The accountant's tab, and the steps in it."""

    def __init__(self, page, site, month, picture, screenshot):
        self.page, self.site, self.month = page, site, month
        self._picture, self._screenshot = picture, screenshot
        page.set_viewport_size(DESK)

    def picture(self, name):
        """Take a picture for the guide, and one on a phone to look at unless it is of a list."""
        self._picture(self.page, name)
        if not self.page.locator(".o_action_manager > .o_list_view").count() or self.page.locator(".modal").count():
            self.on_phone(name)

    def on_phone(self, name):
        """Take a picture on a phone, where nothing but Odoo's own menu is wider than the screen."""
        self.page.set_viewport_size(PHONE)
        self._screenshot(self.page, f"{name}-phone")
        wide = self.page.evaluate(TOO_WIDE)
        self.page.set_viewport_size(DESK)
        self.page.wait_for_function(DRAW_BAR)
        expect(self.page.locator(".o_menu_brand")).to_be_visible()
        assert not wide, f"{name} is wider than a phone"

    def list_on_phone(self, name, action):
        """Take a picture of a list on a phone, which shows cards instead.

        :param str action: the external id of the action
        """
        here = self.page.url
        self.page.set_viewport_size(PHONE)
        self.page.goto(f"{self.site.odoo_url}/odoo/action-amazon_punchout.{action}")
        expect(self.page.locator(".o_kanban_record").first).to_be_visible()
        self.on_phone(name)
        self.page.goto(here)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).filter(visible=True).first.click()

    def open_menu(self, name):
        """Open a menu of Amazon Business in Invoicing."""
        self.page.goto(f"{self.site.odoo_url}/odoo")
        self.page.locator(".o_navbar_apps_menu button").click()
        self.page.locator(".o_app", has_text="Invoicing").click()
        expect(self.page.locator(".o_menu_brand")).to_have_text("Invoicing")
        self.page.get_by_role("button", name="Vendors", exact=True).click()
        self.page.get_by_role("menuitem", name=name, exact=True).click()

    def drop(self, name, raw):
        """Drop a report onto the dialog, and check it."""
        self.open_menu("Import Amazon Report")
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text("Nothing changes until")
        self.page.evaluate(DROP, [name, raw.decode()])
        self.page.wait_for_function("window.dropped()")
        expect(dialog.locator(".o_amazon_report_file input[type=text]")).to_have_value(name)
        self.picture("14-import")
        self.press("Check")
        expect(dialog).to_be_hidden()
        self.is_in_state("Checked")

    def is_in_state(self, name):
        expect(self.page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text(name)

    def figure(self, key):
        return self.page.locator(f".o_amazon_figures li[data-key={key}]")

    def filter(self, name):
        """Open the charges with a filter."""
        self.open_menu("Charges")
        expect(self.page.locator(".o_last_breadcrumb_item")).to_have_text("Charges")  # and not the page before
        self.page.locator(".o_searchview_dropdown_toggler").click()
        self.page.get_by_role("menuitemcheckbox", name=name, exact=True).click()
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".o_facet_value").filter(has_text=name)).to_be_visible()

    def rows(self):
        return self.page.locator(".o_list_view .o_data_row")


@pytest.fixture
def accountant(log_in, site, month, picture, screenshot):
    return Accountant(log_in(ACCOUNTANT), site, month, picture, screenshot)


def test_a_month_from_the_report_to_its_close(accountant, month, orders, report):
    check_the_report(accountant, month, report)
    import_the_report(accountant, month)
    post_the_bill_of_a_charge(accountant, orders)
    bill_what_was_bought_outside(accountant)
    decide_what_is_stated_twice(accountant)
    reconcile_the_statement(accountant, month, orders)
    look_for_missing_invoices(accountant, month)
    close_the_month(accountant, month, orders)


def check_the_report(accountant, month, report):
    rows = [row for each in report.values() for row in each]
    accountant.drop("orders-november.csv", month.orders_report(rows))
    numbers = {key: len(each) for key, each in report.items()}
    numbers["problem"] += numbers["unsure"]  # a doubtful row is understood in part
    for key, number in numbers.items():
        expect(accountant.figure(key).locator("span").first).to_have_text(str(number))
    expect(accountant.figure("outside")).to_contain_text("$ 67.90")
    expect(accountant.figure("held")).to_contain_text("Annex Reno")
    expect(accountant.page.locator("[name=problem_ids]")).to_contain_text("“see invoice” in Payment Amount")
    assert month.accountant.call("amazon.punchout.transaction", "search_count", []) == 0
    accountant.picture("15-import-checked")
    accountant.figure("held").get_by_role("link", name="Show Rows").click()
    expect(accountant.rows()).to_have_count(1)
    expect(accountant.rows()).to_contain_text("Office plant")
    accountant.page.go_back()
    accountant.is_in_state("Checked")
    accountant.list_on_phone("imports", "amazon_punchout_import_action")
    accountant.is_in_state("Checked")


def import_the_report(accountant, month):
    page = accountant.page
    accountant.press("Import")
    accountant.is_in_state("Imported")
    month.book()
    page.reload()
    accountant.is_in_state("Imported")
    accountant.on_phone("imported")
    page.get_by_role("button", name=re.compile("Charges")).click()
    expect(accountant.rows()).to_have_count(9)
    expect(accountant.rows().filter(has_text="Booked")).to_have_count(4)
    accountant.picture("16-charges")
    accountant.list_on_phone("charges", "amazon_punchout_transaction_action")


def post_the_bill_of_a_charge(accountant, orders):
    page = accountant.page
    accountant.rows().filter(has_text=f"$ {orders['card']['total']}").click()
    accountant.is_in_state("Booked")
    accountant.picture("17-charge")
    page.get_by_role("button", name=re.compile("Bills")).click()
    accountant.is_in_state("Draft")
    expect(page.locator("[name=tax_totals]")).to_contain_text(f"$ {orders['card']['total']}")
    accountant.press("Confirm")
    accountant.is_in_state("Posted")
    expect(page.get_by_text("Paid", exact=True).filter(visible=True).first).to_be_visible()
    accountant.on_phone("bill-paid")
    page.go_back()
    expect(page.get_by_role("button", name=re.compile("Payments"))).to_contain_text("1")


def bill_what_was_bought_outside(accountant):
    page = accountant.page
    accountant.filter("Outside")
    expect(accountant.rows()).to_have_count(2)
    accountant.rows().filter(has_text="$ 49.90").click()
    accountant.is_in_state("Outside")
    accountant.on_phone("outside-charge")
    accountant.press("Create Draft Bill")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[name=buyer_id] input")).to_have_value("Marc Demo")
    dialog.get_by_label("Reason").fill("Bought while travelling")
    row = dialog.locator(".o_data_row").filter(has_text="Travel adapter")
    row.locator("[name=account_id]").click()
    row.locator("[name=account_id] input").fill("Expenses")
    expect(page.locator(".o-autocomplete--dropdown-menu li", has_text="Expenses").first).to_be_visible()
    page.keyboard.press("Enter")  # a tooltip may cover the list
    dialog.get_by_label("Reason").click()  # leaves the row
    accountant.picture("18-outside")
    dialog.get_by_role("button", name="Create Draft Bill").click()
    expect(dialog).to_be_hidden()
    accountant.is_in_state("Draft")
    expect(page.locator(".o_form_view")).to_contain_text("Travel adapter")


def decide_what_is_stated_twice(accountant):
    page = accountant.page
    accountant.filter("Needs Attention")
    # The rows of the filter before are there until this one's are read.
    accountant.rows().filter(has_text="112-").filter(has_text="Needs Attention").first.click()
    expect(page.locator(".alert-warning [name=problem]")).to_contain_text("states an equal charge")
    accountant.on_phone("attention")
    accountant.press("Dismiss")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("The statement has it once")
    accountant.on_phone("dismiss")
    dialog.get_by_role("button", name="Dismiss").click()
    expect(dialog).to_be_hidden()
    accountant.is_in_state("Dismissed")


def reconcile_the_statement(accountant, month, orders):
    page = accountant.page
    total = orders["card"]["total"]
    line = month.on_statement(-float(total), "AMZN Mktp US*1A2B3C4D5 Amzn.com/bill WA")
    month.on_statement(-49.90, "AMAZON.COM*ZZ1234567 SEATTLE WA")
    month.on_statement(-31.20, "OFFICE WORLD 0815")
    accountant.open_menu("Charges")
    accountant.press("Reconcile Statement")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".o_data_row").filter(has_text="1A2B3C4D5")).to_contain_text("Names the charge")
    accountant.picture("19-statement")
    dialog.get_by_role("button", name="Reconcile", exact=True).click()
    expect(dialog).to_be_hidden()
    assert month.admin.read("account.bank.statement.line", line, "is_reconciled")["is_reconciled"]


def look_for_missing_invoices(accountant, month):
    row = month.report["reconciliation_row"]
    day = month.day.isoformat()
    raw = month.report["csv_report"]((*month.report["RECONCILIATION_HEADERS"], "Account Group"), [
        row("120.00", Statement_Number="SIM-S1", Invoice_Number=f"SIM-INV-{number}", Document_Issue_Date=day,
            Invoice_Due_Date=day, PO_Number="", Order_ID=f"114-000000{number}-0000001",
            Account_Group=month.group["name"]) for number in (1, 2)])
    dialog = month.accountant.call("amazon.punchout.upload", "create", [{
        "file": base64.b64encode(raw).decode(), "filename": "reconciliation.csv"}])
    checked = month.accountant.call("amazon.punchout.upload", "action_check", dialog)
    month.accountant.call("amazon.punchout.import", "action_import", [checked["res_id"]])
    accountant.open_menu("Statement Invoices")
    expect(accountant.rows()).to_have_count(2)
    expect(accountant.rows().first).to_contain_text("SIM-S1")
    accountant.picture("20-statement-invoices")
    accountant.list_on_phone("statement-invoices", "amazon_punchout_stated_invoice_action")


def close_the_month(accountant, month, orders):
    page = accountant.page
    accountant.open_menu("Reconciliation")
    accountant.press("As of Date")
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=date] input").fill(month.day.strftime("%m/%d/%Y"))
    accountant.on_phone("as-of")
    dialog.get_by_role("button", name="Show").click()
    expect(dialog).to_be_hidden()
    row = accountant.rows().filter(has_text=orders["card"]["name"])
    expect(row.locator("[name=charged]")).to_have_text(f"$ {orders['card']['total']}")
    expect(row.locator("[name=paid]")).to_have_text(f"$ {orders['card']['total']}")
    accountant.picture("21-reconciliation")
    page.locator("thead .o_list_record_selector input").check()
    page.get_by_role("button", name="Actions").click()
    page.locator(".o-dropdown-item", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name="Export").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("dialog").get_by_role("button", name="Close").first.click()
    accountant.list_on_phone("reconciliation", "amazon_punchout_reconciliation_action")
