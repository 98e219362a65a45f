"""axe finds nothing that is ours on our pages and widgets, and no two buttons on a page share a hotkey."""
import contextlib
import io
import zipfile

import pytest
from playwright.sync_api import TimeoutError, expect

from lab import check, progress

from .accessible import Axe
from .people import PHONE

DESK = {"width": 1366, "height": 768}
# Pages of core's, of each kind that ours are of: list, cards, form, form with a chatter, dialog.
CORE = (
    "purchase.purchase_rfq", "purchase.product_normal_action_puchased", "base.action_res_users", "base.action_ui_view",
    "stock.action_picking_tree_all", "account.action_move_in_invoice_type", "payment.action_payment_provider",
    "base.action_partner_form", "base.action_view_base_language_install")
# Buttons of an order that open a dialog.
DIALOGS = (
    "action_amazon_ask", "action_amazon_refuse", "action_amazon_enter", "action_amazon_refund",
    "action_amazon_cancel_there", "action_amazon_bill_shipments", "action_amazon_shop_again")
DUPLICATES = """() => {
    const named = {}, area = document.querySelector(".o_dialog .modal") || document;
    for (const element of area.querySelectorAll("[data-hotkey]")) {
        if (element.checkVisibility() && element.offsetParent) {
            (named[element.dataset.hotkey.toLowerCase()] ||= []).push(element);
        }
    }
    return Object.entries(named).filter(([, elements]) =>
        elements.length > 1 && elements.some((element) => (element.getAttribute("name") || "").match(/^action_/))
    ).map(([key, elements]) => `${key}: ${elements.map((element) => element.innerText || element.className)}`);
}"""
DO_ACTION = """async ([action, options]) => {
    await odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action, options);
}"""


@pytest.fixture(scope="module")
def axe():
    try:
        return Axe()
    except progress.Problem as problem:
        pytest.fail(f"NOT TESTED: axe-core can't be had: {problem}")


@pytest.fixture
def admin(site):
    return check.Odoo(site.odoo_url, site.database, "admin")


class Visitor:
    """An administrator who looks at page after page without loading the web client again."""

    def __init__(self, page, site, axe):
        self.page, self.site, self.axe = page, site, axe
        self.duplicates = {}
        expect(page.locator(".o_main_navbar")).to_be_visible()

    def open(self, action, **options):
        """Open an action.

        :param action: id, external id or dictionary
        """
        self.page.evaluate(DO_ACTION, [action, {"clearBreadcrumbs": True, **options}])
        self.settle()

    def settle(self):
        expect(self.page.locator(".o_loading_indicator")).to_have_count(0)
        expect(self.page.locator(".o_action_manager > *, .o_dialog").first).to_be_visible()

    def open_first(self):
        """Open the first record of a list or of cards, if there is one that is no sample.

        :rtype: bool
        """
        rows = self.page.locator(
            ".o_data_row .o_data_cell:not("
            ".o_priority_cell, .o_list_record_selector, :has(button), .o_view_sample_data *),"
            " .o_kanban_record:not(.o_kanban_ghost, .o_view_sample_data *)")
        if not rows.count() or self.page.locator(".o_dialog").count():
            return False
        rows.first.click()
        with contextlib.suppress(TimeoutError):  # some lists open nothing
            self.page.wait_for_function(
                "document.querySelector('.o_form_view, .o_selected_row, .o_dialog')", timeout=1500)
        self.settle()
        return bool(self.page.locator(".o_form_view").count())

    def look(self, name, is_ours=True):
        self.axe.look(self.page, name, is_ours)
        for said in self.page.evaluate(DUPLICATES):
            self.duplicates.setdefault(said, []).append(name)

    def learn(self):
        self.axe.learn(self.page)

    def close_dialog(self):
        if self.page.locator(".o_dialog").count():
            self.page.locator(".o_dialog .btn-close").first.click()
            expect(self.page.locator(".o_dialog")).to_have_count(0)


@pytest.fixture
def visitor(log_in, site, axe):
    axe.found.clear()
    return Visitor(log_in("admin"), site, axe)


def our_actions(admin):
    """List the window actions of the addon, as (name, id, model, target)."""
    ids = [each["res_id"] for each in admin.call("ir.model.data", "search_read", [
        ("module", "=", "amazon_punchout"), ("model", "=", "ir.actions.act_window")], ["res_id"])]
    return admin.call("ir.actions.act_window", "read", ids, ["name", "res_model", "target", "view_mode"])


def first_of_each_state(admin):
    """Find an Amazon order of each state, as {state: id}."""
    orders = admin.call("purchase.order", "search_read", [
        ("amazon_session_id", "!=", False)], ["amazon_state", "state"], order="id")
    return {f"{order['amazon_state']}, {order['state']}": order["id"] for order in reversed(orders)}


def form_of(model, record_id):
    return {"type": "ir.actions.act_window", "res_model": model, "res_id": record_id, "views": [[False, "form"]]}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_that_is_ours(visitor, admin, size):
    visitor.page.set_viewport_size(size)
    learn_of_core(visitor)
    look_at_orders(visitor, admin)
    look_at_our_pages(visitor, admin)
    look_at_pages_without_the_web_client(visitor, admin)
    assert not visitor.axe.found, str(visitor.axe)
    assert not visitor.duplicates, visitor.duplicates


def learn_of_core(visitor):
    for action in CORE:
        visitor.open(action)
        visitor.learn()
        if visitor.open_first():
            visitor.learn()
        visitor.close_dialog()


def look_at_orders(visitor, admin):
    for state, order_id in first_of_each_state(admin).items():
        visitor.open(form_of("purchase.order", order_id))
        visitor.look(f"order, {state}", is_ours=False)
        for name in DIALOGS:
            button = visitor.page.locator(f".o_form_view button[name={name}]").filter(visible=True)
            if button.count():
                button.first.click()
                expect(visitor.page.locator(".o_dialog .modal")).to_be_visible()
                visitor.settle()
                visitor.look(f"order, {state}, {name}")
                visitor.close_dialog()


def look_at_our_pages(visitor, admin):
    for action in our_actions(admin):
        name, is_ours = f"{action['name']} ({action['res_model']})", action["res_model"].startswith("amazon.")
        visitor.open(action["id"])
        visitor.look(name, is_ours)
        if visitor.open_first():
            visitor.look(f"{name}, form", is_ours)
        visitor.close_dialog()


def look_at_pages_without_the_web_client(visitor, admin):
    waiting = first_of_each_state(admin)
    order_id = next(order_id for state, order_id in waiting.items() if state.startswith("cart"))
    url = f"{visitor.site.odoo_url}/amazon_punchout"
    for path in (f"decide/approve/{order_id}", f"decide/refuse/{order_id}"):
        visitor.page.goto(f"{url}/{path}")
        visitor.look(path)
    with zipfile.ZipFile(io.BytesIO(visitor.page.request.get(f"{url}/history/{order_id}").body())) as history:
        visitor.page.set_content(history.read("history.html").decode())
    visitor.look("history.html")
