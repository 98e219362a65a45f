"""From shopping to receiving: with the keyboard only, on a phone, and with clicks counted."""
import re

import pytest
from playwright.sync_api import expect

from .client import PATIENCE, shop, wait_for
from .people import PHONE, Keyboard, Presses, is_on_screen, note, seconds_until_usable
from .test_messages_in_browser import Amazon
from .test_shop_in_browser import KEYBOARD, PAPER, fill_cart, make_cookie_lax

DECIDE = "/amazon_punchout/decide"
DESK = {"width": 1366, "height": 768}
ORDER_PAGE = re.compile(r"/odoo/purchase/\d+$")


@pytest.fixture(scope="module")
def preferred(servers, buyer, group_id):
    """The buyer's default group, as most buyers have only one."""
    buyer.call("res.users", "write", [buyer.user_id], {"amazon_group_id": group_id})


@pytest.fixture
def new_page(chromium):
    """A function that returns a page of a browser of its own."""
    contexts = []

    def new_page(**options):
        contexts.append(chromium.new_context(**options))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()
    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def pages(new_page, site):
    """A function that returns the page of a user who is logged in, and the count of the presses."""
    def pages(login, **options):
        page = new_page(**options)
        page.goto(f"{site.odoo_url}/web/login")
        page.fill("#login", login)
        page.fill("#password", login)
        page.press("#password", "Enter")
        page.wait_for_url("**/odoo**")
        page.goto(f"{site.odoo_url}/odoo/purchase")
        expect(page.locator(".o_kanban_view, .o_list_view")).to_be_visible()
        return page, Presses(page, site.odoo_url)
    return pages


@pytest.fixture
def amazon(site):
    return Amazon(site)


def see_confirmed(page, site, amazon):
    """Let Amazon confirm the order, and reload its page until that is shown."""
    site.wait_for_an_order()
    amazon.say("confirm")

    def is_confirmed():
        page.reload()
        expect(page.locator(".o_form_view")).to_be_visible()
        return page.get_by_text(re.compile("Confirmed by Amazon")).filter(visible=True).count()
    wait_for(is_confirmed, "Amazon did not confirm the order", 90)


# === THE KEYBOARD === #

def test_the_keyboard_alone_shops_asks_approves_and_sees_the_order_confirmed(
        new_page, site, amazon, preferred, screenshot):
    buyer = Keyboard(new_page(viewport=DESK), site)
    page = buyer.page
    buyer.log_in("demo")
    buyer.open("Requests for Quotation")
    expect(page.get_by_role("button", name="Shop on Amazon")).to_be_visible()
    buyer.press("Alt+t")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Group")).to_have_value("Amazon US")
    buyer.reach(dialog.get_by_label("Search For"))
    buyer.type("keyboard")
    buyer.press("Alt+q")

    page.wait_for_url(f"{site.simulator_url}/**")
    buyer.reach(page.get_by_test_id(f"quantity-{KEYBOARD}"))
    buyer.press("Control+a")
    buyer.type("10")
    buyer.follow(page.get_by_test_id(f"add-{KEYBOARD}"))
    expect(page.get_by_test_id("cart-count")).to_have_text("10")
    for link in ("cart-link", "checkout-link"):
        buyer.follow(page.get_by_test_id(link))
    make_cookie_lax(page, site)
    buyer.follow(page.get_by_test_id("submit-button"))

    page.wait_for_url(ORDER_PAGE)
    ask = page.get_by_role("button", name="Ask for Approval")
    expect(ask).to_be_focused()  # where the eye is after coming back
    screenshot(page, "1-back")
    buyer.press("Enter")
    expect(page.get_by_text("Waiting for approval since")).to_be_visible()

    manager = Keyboard(new_page(viewport=DESK), site)
    manager.log_in("admin")
    manager.page.goto(page.url)
    expect(manager.page.get_by_role("button", name="Order at Amazon")).to_be_focused()
    manager.press("Enter")
    question = manager.page.get_by_role("dialog")
    expect(question.get_by_role("button", name="Order at Amazon")).to_be_visible()
    screenshot(manager.page, "2-question")
    manager.press("Alt+q")
    expect(question).to_be_hidden()
    see_confirmed(manager.page, site, amazon)
    screenshot(manager.page, "3-confirmed")


# === A PHONE === #

def test_a_phone_alone_shops_approves_and_receives(pages, site, amazon, preferred, screenshot):
    phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
    page, presses = pages("demo", **phone)
    page.locator(".o_control_panel .oi-ellipsis-v").filter(visible=True).first.tap()  # where core has such buttons
    page.get_by_role("button", name="Shop on Amazon").tap()
    page.get_by_role("dialog").get_by_role("button", name="Go to Amazon").tap()
    fill_cart_on_a_phone(page, site, KEYBOARD, 10)
    ask = page.get_by_role("button", name="Ask for Approval")
    expect(ask).to_be_visible()
    screenshot(page, "1-back")
    for thing in (ask, page.get_by_text("Not ordered yet, price held until"), page.locator("[name=amazon_heading]")):
        assert is_on_screen(thing.filter(visible=True).first, page), "what matters is below the fold"
    ask.tap()
    expect(page.get_by_text("Waiting for approval since")).to_be_visible()
    asked = presses.take()

    manager, presses = pages("admin", **phone)
    manager.goto(f"{site.odoo_url}/odoo/purchase")
    presses.take()
    manager.locator(".o_kanban_record").filter(has_text="Keyboard").first.tap()
    order = manager.get_by_role("button", name="Order at Amazon")
    refuse = manager.get_by_role("button", name="Refuse")
    expect(order).to_be_visible()
    screenshot(manager, "2-approver")
    for thing in (order, refuse):
        assert is_on_screen(thing.filter(visible=True).first, manager)
    order.tap()
    manager.get_by_role("dialog").get_by_role("button", name="Order at Amazon").tap()
    expect(manager.get_by_role("dialog")).to_be_hidden()
    note("a manager's approval, on a phone: the buyer", asked, 4)
    note("a manager's approval, on a phone: the manager", presses.take(), 3)

    line = manager.locator("[name=order_line] .o_kanban_record").first
    line.tap()
    opened = manager.get_by_role("dialog")
    expect(opened).to_contain_text("Keyboard")
    screenshot(manager, "3-line")
    # What the list doesn't let change.
    for name in ("product_id", "product_qty", "price_unit", "discount", "tax_ids"):
        expect(opened.locator(f"[name={name}] input")).to_have_count(0)
    opened.get_by_role("button", name="Save").tap()
    expect(opened).to_be_hidden()
    see_confirmed(manager, site, amazon)
    screenshot(manager, "4-confirmed")
    receive_on_a_phone(manager, screenshot)


def fill_cart_on_a_phone(page, site, asin, quantity):
    page.wait_for_url(f"{site.simulator_url}/**")
    page.goto(f"{site.simulator_url}/dp/{asin}")
    page.get_by_test_id(f"quantity-{asin}").fill(str(quantity))
    for name in (f"add-{asin}", "cart-link", "checkout-link"):
        page.get_by_test_id(name).tap()
    make_cookie_lax(page, site)
    print("seconds on a phone", seconds_until_usable(page, site, page.get_by_test_id("submit-button").tap))


def receive_on_a_phone(page, screenshot):
    receive = page.get_by_role("button", name="Receive", exact=True)
    if not receive.filter(visible=True).count():
        page.locator(".o_statusbar_buttons .oi-ellipsis-v").tap()
    receive.filter(visible=True).first.tap()
    validate = page.get_by_role("button", name="Validate", exact=True).filter(visible=True).first
    expect(validate).to_be_visible()
    expect(page.get_by_text("Keyboard").filter(visible=True).first).to_be_visible()
    screenshot(page, "5-receipt")
    validate.tap()
    expect(page.locator("[name=state] [aria-checked=true]").first).to_contain_text("Done")
    screenshot(page, "6-received")


# === CLICKS === #

def test_few_clicks_order_and_approve(pages, site, preferred, buyer, group_id):
    page, presses = pages("demo", viewport=DESK)
    page.get_by_role("button", name="Shop on Amazon").click()
    page.get_by_role("dialog").get_by_role("button", name="Go to Amazon").click()
    fill_cart(page, site, PAPER, 3)
    make_cookie_lax(page, site)
    print("seconds", seconds_until_usable(page, site, page.get_by_test_id("submit-button").click))
    page.get_by_role("button", name="Order at Amazon").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Order at Amazon").click()
    expect(dialog).to_be_hidden()
    note("own approval", presses.take(), 5)

    order_id = shop(site, buyer, group_id, [{"asin": KEYBOARD, "quantity": 10}])
    buyer.call("purchase.order", "button_confirm", [order_id])
    manager, presses = pages("admin", viewport=DESK)
    manager.goto(f"{site.odoo_url}{DECIDE}/approve/{order_id}")  # the link in the e-mail
    manager.get_by_role("button", name="Approve").click()
    manager.wait_for_url(ORDER_PAGE)
    clicks, loads = presses.take()
    note("approval from the e-mail", (clicks + 1, loads), 3)
