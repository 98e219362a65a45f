"""Whoever works with the keyboard reaches every button of ours, as every button of core's."""
import pytest
from lxml import etree

from lab import paths

ADDONS = (paths.ADDON, *paths.GLUE)
VIEWS = sorted(file for addon in ADDONS for folder in ("views", "wizards")
               for file in (paths.ROOT / addon / folder).rglob("*.xml"))
# What Odoo's own buttons of each page have: breadcrumbs, new, home, discard, message, save, actions.
KEPT_BY_PAGES = set("bchjmsu")
# The arrows to the next record; a wizard has none.
KEPT_BY_RECORDS = KEPT_BY_PAGES | set("np")


def buttons(file):
    """Yield the buttons of a file that stand in a header, in a dialog's footer or in the banner of an order.

    Those in the rows and fields of a page are reached with Tab, as core's are.
    """
    for view in etree.parse(str(file)).iterfind('.//record[@model="ir.ui.view"]'):
        is_extension = view.find("field[@name='inherit_id']") is not None
        for button in view.iter("button"):
            above = {element.tag for element in button.iterancestors()}
            styles = (button.get("class") or "").split()
            if button.get("string") and not {"oe_stat_button", "btn-link"} & set(styles) and (
                    above & {"header", "footer"} or (is_extension and not above & {"list", "kanban"})):
                yield view.get("id"), button, above


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: str(file.relative_to(paths.ROOT)))
def test_every_button_has_a_hotkey_that_no_other_has(file):
    used = {}
    for view, button, above in buttons(file):
        key, what = button.get("data-hotkey"), f"{button.get('string')} in {view}"
        assert key, f"{what} has no data-hotkey"
        kept = set() if "footer" in above else KEPT_BY_PAGES if "wizards" in file.parts else KEPT_BY_RECORDS
        assert key not in kept, f"{what} has the hotkey {key} of a button of Odoo's"
        # Two buttons may share a key if they are never shown together, which their conditions say.
        other = used.setdefault((view, key, button.get("invisible")), button)
        assert other is button, f"{what} has the hotkey {key} of {other.get('string')}"


def test_the_views_are_read():
    assert sum(1 for file in VIEWS for _button in buttons(file)) > 100
