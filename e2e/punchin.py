"""The demo's group whose shopping starts on Amazon, in Odoo and on the simulator."""
import html
import re

import requests

IDENTITY = "SIM-GROUP-JP"
SECOND = "Amazon JP annex"
PAPER = "B0SIM00001"


class PunchinGroup:
    """The Punch-in group of the demo, in Odoo and on the simulator."""

    def __init__(self, site, admin, buyer):
        self.site, self.admin, self.buyer = site, admin, buyer
        self.group_id = admin.call(
            "amazon.punchout.group", "search", [("identity", "=", IDENTITY), ("name", "!=", SECOND)])[0]
        self.second_id = self._second()
        admin.call("amazon.punchout.group", "write", [self.group_id], {
            "all_users": False, "user_ids": [(6, 0, [buyer.user_id])]})

    def _second(self):
        found = self.admin.call(
            "amazon.punchout.group", "search", [("name", "=", SECOND), ("active", "in", [True, False])])
        if found:
            return found[0]
        second = self.admin.call("amazon.punchout.group", "copy", [self.group_id])[0]
        secret = self.admin.read("amazon.punchout.group", self.group_id, "shared_secret")["shared_secret"]
        self.admin.call("amazon.punchout.group", "write", [second], {
            "name": SECOND, "shared_secret": secret, "all_users": False, "user_ids": [(6, 0, [self.buyer.user_id])]})
        self.admin.call("amazon.punchout.group", "action_test_connection", [second])
        for state in ("test", "active"):
            self.admin.call("amazon.punchout.group", "write", [second], {"state": state})
        return second

    def begin(self, reading, two_groups):
        """Start over: no cart waits in Odoo, and the simulator does Punch-in in this way."""
        self.admin.call("amazon.punchout.group", "write", [self.second_id], {"active": two_groups})
        waiting = self.buyer.call(
            "amazon.punchout.session", "search", [("state", "=", "unclaimed"), ("returned_at", "!=", False)])
        if waiting:
            self.buyer.call("amazon.punchout.session", "action_dismiss_cart", waiting)
        root = f"{self.site.odoo_url}/amazon_punchout"
        start = f"{root}/punchin" if two_groups else f"{root}/punchin/{self.group_id}"
        requests.post(f"{self.site.simulator_url}/api/accounts/{IDENTITY}/messages", timeout=30, json={
            "url": f"{root}/cxml", "user": "amazon-jp", "password": "not-a-real-password-jp", "punchin": reading,
            "punchin_url": f"{root}/cart" if reading == "p2" else start,
        }).raise_for_status()


def submit_cart(site, email):
    """Start shopping on the simulator and submit the cart, without a browser.

    :return: the address and the form that the shopper's browser would post
    """
    amazon, root = requests.Session(), site.simulator_url
    amazon.post(f"{root}/punchin", data={"identity": IDENTITY, "email": email}, timeout=30).raise_for_status()
    amazon.post(f"{root}/cart/add", data={"asin": PAPER, "quantity": 1}, timeout=30).raise_for_status()
    page = amazon.post(f"{root}/checkout/submit", timeout=30).text
    action = re.search(r'<form method="post" action="([^"]+)"', page).group(1)
    name, value = re.search(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', page).groups()
    return html.unescape(action), {name: html.unescape(value)}
