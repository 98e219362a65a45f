"""Buyers who shop through the proxy, and repeat what died, as their browsers do."""
from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from lab.check import Failed

TRIES = 12
PAUSE = 2
SECONDS = 60
CART = [{"asin": "B0SIM00001", "quantity": 2}, {"asin": "B0SIM00013", "quantity": 1}]


@dataclass
class Ledger:
    """What the buyers did, to compare with what is there at the end."""

    carts: list = field(default_factory=list)
    orders: dict = field(default_factory=dict)
    repeated: list = field(default_factory=list)
    given_up: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Buyer:
    """One user with a session of Odoo. Every request is posted to the proxy.

    :param str proxy_url: address of the proxy
    :param str simulator_url: address of the simulator
    :param str database: name of the database
    :param str login: of the user, also the password
    :param Ledger ledger: where it is noted
    """

    def __init__(self, proxy_url, simulator_url, database, login, ledger):
        self._proxy_url, self._simulator_url, self._ledger = proxy_url, simulator_url, ledger
        self._http = requests.Session()
        self._repeat("log in", lambda: self._rpc(
            "/web/session/authenticate", db=database, login=login, password=login))

    def call(self, model, method, *arguments, **keywords):
        return self._rpc(
            f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=list(arguments), kwargs=keywords)

    def start(self, group_id):
        """Start a trip and fill the cart on the simulator.

        :return: the address and the form that the browser is to post
        """
        action = self._repeat("start", lambda: self.call("amazon.punchout.group", "action_punch_out", [group_id]))
        token = urlsplit(action["url"]).path.rsplit("/", 1)[-1]
        handover = requests.post(
            f"{self._simulator_url}/api/trips/{token}/cart", json={"items": CART}, timeout=SECONDS).json()
        return handover["browser_form_post_url"], {handover["field"]: handover["cxml"]}

    def bring_home(self, url, form):
        """Post the cart as the browser does, without the session's cookie, and open the order.

        :return: the id of the order
        :rtype: int
        """
        with self._ledger.lock:
            self._ledger.carts.append(form)

        def post():
            answer = requests.post(url, data=form, allow_redirects=False, timeout=SECONDS)
            if answer.status_code != 303:
                raise requests.ConnectionError(f"HTTP {answer.status_code}")
            return int(urlsplit(answer.headers["Location"]).path.rsplit("/", 1)[-1])

        order_id = self._repeat("cart", post)
        name = self._repeat("read", lambda: self.call(
            "purchase.order", "read", [order_id], ["name", "amount_total", "amazon_status"]))[0]["name"]
        with self._ledger.lock:
            self._ledger.orders[order_id] = name
        return order_id

    def confirm(self, order_id):
        """Press Confirm Order, and look at the order before it is pressed again."""
        def press():
            state = self.call("purchase.order", "read", [order_id], ["state"])[0]["state"]
            if state == "draft":
                self.call("purchase.order", "button_confirm", [order_id])
            return True
        self._repeat("confirm", press)

    def shop(self, group_id):
        """Make one order, from the trip to the confirmation."""
        order_id = self.bring_home(*self.start(group_id))
        self.confirm(order_id)

    def _rpc(self, path, **parameters):
        answer = self._http.post(
            self._proxy_url + path, json={"jsonrpc": "2.0", "method": "call", "params": parameters}, timeout=SECONDS)
        if answer.status_code != 200:
            raise requests.ConnectionError(f"HTTP {answer.status_code}")
        body = answer.json()
        if "error" in body:
            raise Failed(body["error"]["data"]["message"])
        return body.get("result")

    def _repeat(self, what, work):
        """Do something again until it gets an answer."""
        for attempt in range(TRIES):
            try:
                return work()
            except requests.RequestException as error:
                with self._ledger.lock:
                    self._ledger.repeated.append((what, str(error)[:80]))
                if attempt + 1 == TRIES:
                    with self._ledger.lock:
                        self._ledger.given_up.append(what)
                    raise
                time.sleep(PAUSE)
        raise AssertionError(what)
