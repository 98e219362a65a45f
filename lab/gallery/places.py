"""Where a scene takes place, and what is pressed there."""
from __future__ import annotations

import re

from lab import check


class Missing(Exception):
    """What a scene shows is not there, as in an earlier version; the message says what."""


def _reference(odoo, name):
    """Find a record by its external id.

    :raises Missing: there is none
    """
    module, _dot, key = name.partition(".")
    found = odoo.call(
        "ir.model.data", "search_read", [("module", "=", module), ("name", "=", key)], fields=["res_id"])
    if not found:
        raise Missing(f"{name} is not there")
    return found[0]["res_id"]


def _newest(odoo, model, domain, order="id desc"):
    """Find a record.

    :raises Missing: there is none
    """
    try:
        found = odoo.call(model, "search", domain, limit=1, order=order)
    except check.Failed as error:
        raise Missing(str(error).splitlines()[0]) from error
    if not found:
        raise Missing(f"no {model} with {domain}")
    return found[0]


# === PLACES === #

def path(address):
    """A page by its address."""
    return lambda _odoo: address


def action(name, view=""):
    """What a menu opens.

    :param str name: the external id of the action
    :param str view: such as kanban; else the first one
    """
    def place(odoo):
        _reference(odoo, name)
        return f"/odoo/action-{name}" + (f"?view_type={view}" if view else "")
    place.action = name
    return place


def record(model, *domain, of="", order="id desc"):
    """The form of the newest record.

    :param domain: of the record
    :param str of: the external id of the action from whose list a person comes
    """
    def place(odoo):
        start = f"action-{of}" if of else model if "." in model else f"m-{model}"
        return f"/odoo/{start}/{_newest(odoo, model, list(domain), order)}"
    return place


def reference(name, model):
    """The form of a record with an external id."""
    return lambda odoo: f"/odoo/{model}/{_reference(odoo, name)}"


def address_of(pattern, model, *domain):
    """A page whose address has the id of a record.

    :param str pattern: with {id}
    """
    return lambda odoo: pattern.format(id=_newest(odoo, model, list(domain)))


# === STEPS === #

# How pages spell what is pressed there, by the English name; empty for pages in English.
WORDS = {}


def _said(name):
    return re.compile(rf"^\s*{re.escape(WORDS.get(name, name))}\s*$")


def press(name, role="button"):
    """Press a button by its name; on a phone it may be in a menu of the header."""
    def step(tab):
        named = _said(name)

        def shown():
            scope = tab.locator(".modal.d-block, .o_dialog").last if tab.locator(".o_dialog").count() else tab
            found = scope.get_by_role(role, name=named)
            return (found if found.count() else scope.locator("button, a", has_text=named)).filter(visible=True)

        for menu in (None, ".o_statusbar_buttons .dropdown-toggle", ".o_cp_action_menus .dropdown-toggle",
                     ".o_control_panel_main_buttons .dropdown-toggle, .o_control_panel .o_cp_buttons .dropdown-toggle"):
            if menu:
                opener = tab.locator(menu).filter(visible=True)
                if not opener.count():
                    continue
                opener.first.click()
                tab.wait_for_selector(".o-dropdown--menu, .o_popover, .o_bottom_sheet", timeout=5_000)
            if shown().count():
                shown().first.click()
                return
            if menu:
                tab.keyboard.press("Escape")
        raise Missing(f"there is no button {name}")
    return step


def open_page(name):
    """Open a page of a form's notebook."""
    def step(tab):
        link = tab.locator(".o_notebook .nav-link", has_text=_said(name))
        if not link.filter(visible=True).count():
            raise Missing(f"there is no page {name}")
        link.filter(visible=True).first.click()
        # Below what stays at the top of the form.
        link.filter(visible=True).first.evaluate(
            "each => { each.style.scrollMarginTop = '60px'; each.scrollIntoView({block: 'start'}); }")
    return step


def choose(name):
    """Choose in a menu of actions; one of the reports may stand before it."""
    def step(tab):
        for opener in tab.locator(".o_cp_action_menus .dropdown-toggle").filter(visible=True).all():
            opener.click()
            tab.wait_for_selector(".o-dropdown--menu, .o_popover, .o_bottom_sheet", timeout=5_000)
            item = tab.locator(".o-dropdown-item, .o_menu_item", has_text=WORDS.get(name, name))
            if item.count():
                item.first.click()
                return
            tab.keyboard.press("Escape")
        raise Missing(f"there is no action {name}")
    return step


def tick_all(tab):
    """Select all rows of a list."""
    if not tab.locator(".o_data_row").count():
        raise Missing("the list is empty")
    tab.locator("thead .o_list_record_selector input").first.check()


def click(selector):
    """Click the first visible element."""
    def step(tab):
        found = tab.locator(selector).filter(visible=True)
        if not found.count():
            raise Missing(f"{selector} is not there")
        found.first.click()
    return step


def filter_by(name):
    """Choose a filter of the search."""
    def step(tab):
        opener = tab.locator(".o_searchview_dropdown_toggler").filter(visible=True)
        if not opener.count():
            raise Missing("there is no search")
        opener.first.click()
        item = tab.locator(".o-dropdown-item, .o_menu_item", has_text=_said(name))
        if not item.count():
            raise Missing(f"there is no filter {name}")
        item.first.click()
        tab.keyboard.press("Escape")
    return step


def clear_search(tab):
    """Remove the filters that an action begins with."""
    while tab.locator(".o_facet_remove").filter(visible=True).count():
        tab.locator(".o_facet_remove").filter(visible=True).first.click()
