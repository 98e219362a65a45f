"""What the tests do without a browser: shop on the simulator, return the cart to Odoo, wait."""
import time
from urllib.parse import urlsplit

import requests

from lab import check

# Milliseconds that a browser waits: a machine that does other work may take long to draw a page.
PATIENCE = 60_000
CART = [{"asin": "B0SIM00001", "quantity": 2}]


def fill_cart(site, buyer, group_id, items=None):
    """Start a trip to the simulator and submit a cart there.

    :return: the address and the form that the shopper's browser would post
    """
    action = buyer.call("amazon.punchout.group", "action_punch_out", [group_id])
    token = urlsplit(action["url"]).path.rsplit("/", 1)[-1]
    handover = requests.post(
        f"{site.simulator_url}/api/trips/{token}/cart", json={"items": items or CART}, timeout=30).json()
    return handover["browser_form_post_url"], {handover["field"]: handover["cxml"]}


def return_cart(url, form):
    """Post the cart, and return the id of the order that Odoo redirects to."""
    answer = requests.post(url, data=form, allow_redirects=False, timeout=60)
    assert answer.status_code == 303, answer.text
    return int(urlsplit(answer.headers["Location"]).path.rsplit("/", 1)[-1])


def shop(site, buyer, group_id, items=None):
    """Make a draft order from a cart of the simulator.

    :param list[dict] items: the items of the cart, by default paper
    :return: the id of the order
    """
    return return_cart(*fill_cart(site, buyer, group_id, items))


def wait_for(condition, otherwise, seconds=60):
    """Wait for a truthy answer.

    :param str otherwise: the error if there is none
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)
    return value


def run_scheduled_action(administrator, name):
    """Run a scheduled action now; Odoo's own threads may be running it already, and what came since must run, too.

    :param check.Odoo administrator: who may run scheduled actions
    :param str name: its name in the addon's data
    :raises check.Failed: it failed
    """
    action_id = administrator.call("ir.model.data", "search_read", [
        ("module", "=", "amazon_punchout"), ("name", "=", name)], fields=["res_id"])[0]["res_id"]

    def has_run():
        try:
            administrator.call("ir.cron", "method_direct_trigger", [action_id])
        except check.Failed as error:
            if "already executing" not in str(error):
                raise
            return False
        return True

    wait_for(has_run, f"{name} never became free")
