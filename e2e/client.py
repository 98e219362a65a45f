"""What the tests do without a browser: shop at the simulator, carry the cart home, wait."""
import time
from urllib.parse import urlsplit

import requests

CART = [{"asin": "B0SIM00001", "quantity": 2}]


def fill_cart(site, buyer, group_id, items=None):
    """Go to the simulator and submit a cart there.

    :return: what the shopper's browser would carry home: the address and the form
    """
    action = buyer.call("amazon.punchout.group", "action_punch_out", [group_id])
    token = urlsplit(action["url"]).path.rsplit("/", 1)[-1]
    handover = requests.post(
        f"{site.simulator_url}/api/trips/{token}/cart", json={"items": items or CART}, timeout=30).json()
    return handover["browser_form_post_url"], {handover["field"]: handover["cxml"]}


def carry_home(url, form):
    """:return: the id of the order that Odoo leads to"""
    answer = requests.post(url, data=form, allow_redirects=False, timeout=60)
    assert answer.status_code == 303, answer.text
    return int(urlsplit(answer.headers["Location"]).path.rsplit("/", 1)[-1])


def shop(site, buyer, group_id, items=None):
    """:param list[dict] items: of the cart, by default one of paper
    :return: the id of a draft order whose cart was bought from the simulator
    """
    return carry_home(*fill_cart(site, buyer, group_id, items))


def wait_for(condition, otherwise, seconds=60):
    """Ask until the answer is truthy.

    :param str otherwise: what to say if it never is
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)
    return value
