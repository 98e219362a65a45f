"""Drive one whole order over HTTP, as a buyer and a purchase manager do: `bin/demo --check`."""
from __future__ import annotations

import itertools
import time
from collections import Counter
from decimal import Decimal
from urllib.parse import urljoin, urlsplit

import requests

from lab import progress

# A keyboard of 58.00, ten times: above the demo's approval limit of 500.
CART = [{"asin": "B0SIM00013", "quantity": 10}]
SECONDS = 60
# What becomes of what was charged in the month.
STATES = {"booked", "outside", "attention"}


class Failed(Exception):
    """A step failed; the message says which one and why."""


class Odoo:
    """The HTTP session of one user, without a browser.

    :param str url: address of the server
    :param str database: name of the database
    :param str login: login of a user, which is also the password
    """

    def __init__(self, url, database, login):
        self.url = url
        self.http = requests.Session()
        self._number = itertools.count(1)
        self.user_id = self._rpc("/web/session/authenticate", db=database, login=login, password=login)["uid"]

    def call(self, model, method, *arguments, **keywords):
        return self._rpc("/web/dataset/call_kw", model=model, method=method, args=list(arguments), kwargs=keywords)

    def read(self, model, record_id, *fields):
        return self.call(model, "read", [record_id], list(fields))[0]

    def _rpc(self, path, **parameters):
        body = {"jsonrpc": "2.0", "method": "call", "id": next(self._number), "params": parameters}
        answer = self.http.post(self.url + path, json=body, timeout=SECONDS).json()
        if "error" in answer:
            raise Failed(answer["error"]["data"]["message"])
        return answer.get("result")  # None is left out


def main(odoo_url, simulator_url, database):
    """Drive one order from start to end and print each step.

    :param str odoo_url: address of an Odoo that bin/demo has configured
    :param str simulator_url: address of its simulator
    :param str database: name of the server's database
    :return: 0, or 1 if a step failed
    :rtype: int
    """
    try:
        # Before the order, which adds to what Amazon has charged.
        _month(Odoo(odoo_url, database, "admin"), simulator_url)
        _order(odoo_url, simulator_url, database)
    except (Failed, requests.RequestException) as error:
        progress.say(f"FAILED: {error}")
        return 1
    progress.say("The order is complete.")
    return 0


def _order(odoo_url, simulator_url, database):
    buyer, manager = Odoo(odoo_url, database, "demo"), Odoo(odoo_url, database, "admin")
    group_id = buyer.call("amazon.punchout.group", "search", [("marketplace", "=", "us"), ("state", "=", "active")])[0]

    action = buyer.call("amazon.punchout.group", "action_punch_out", [group_id])
    _expect(action.get("type") == "ir.actions.act_url", f"the shopping trip did not start: {action}")
    _step("Shop on Amazon", f"Amazon answered with {action['url']}")

    token = urlsplit(action["url"]).path.rsplit("/", 1)[-1]
    handover = requests.post(
        f"{simulator_url}/api/trips/{token}/cart", json={"items": CART}, timeout=SECONDS).json()
    _step("Shopping", f"ten of {CART[0]['asin']}, submitted for approval")

    # Without the buyer's session: browsers send no cookie with a POST from another site.
    answer = requests.post(
        handover["browser_form_post_url"], data={handover["field"]: handover["cxml"]}, allow_redirects=False,
        timeout=SECONDS)
    _expect(answer.status_code == 303, f"Odoo answered the cart with HTTP {answer.status_code}")
    order_id = int(urlsplit(answer.headers["Location"]).path.rsplit("/", 1)[-1])
    page = buyer.http.get(urljoin(odoo_url, answer.headers["Location"]), timeout=SECONDS)
    _expect("/web/login" not in page.url, "the buyer was logged out")
    order = buyer.read("purchase.order", order_id, "name", "amount_total", "state", "amazon_state")
    _expect((order["state"], order["amazon_state"]) == ("draft", "cart"), f"the cart is {order}")
    _step("The cart is back", f"{order['name']} of {order['amount_total']:.2f} USD, a draft")

    buyer.call("purchase.order", "button_confirm", [order_id])
    order = buyer.read("purchase.order", order_id, "state", "amazon_status")
    _expect(order["state"] == "to approve", f"the order is {order}")
    received = requests.get(f"{simulator_url}/api/orders", timeout=SECONDS).json()
    _expect(not received, "an order was sent before it was approved")
    _step("Ask for approval", order["amazon_status"])

    manager.call("purchase.order", "button_approve", [order_id])
    order = buyer.read("purchase.order", order_id, "name", "state", "user_id", "amazon_requester_id")
    _expect(order["state"] == "purchase", f"the order is {order}")
    _expect(order["user_id"][0] == manager.user_id, "the manager is not the purchaser")
    _expect(order["amazon_requester_id"][0] == buyer.user_id, "the shopper is not the requester")
    _step("Approved", f"{order['name']}, by {order['user_id'][1]}")

    received = wait_for(lambda: requests.get(f"{simulator_url}/api/orders", timeout=SECONDS).json(),
                         "the order did not arrive at Amazon")
    at_amazon = received[0]
    _expect(at_amazon["orderID"] == order["name"], f"Amazon has {at_amazon['orderID']}")
    _expect(at_amazon["verdict"] == "will be accepted", f"Amazon says {at_amazon['problems']}")
    # Amazon may have confirmed it already.
    wait_for(lambda: buyer.read("purchase.order", order_id, "amazon_state")["amazon_state"] in ("sent", "confirmed"),
              "Odoo did not mark the order as sent")
    order = buyer.read("purchase.order", order_id, "amazon_status", "picking_ids")
    _step("At Amazon", f"{at_amazon['orderID']} with payloadID {at_amazon['payload_id']}")
    receipt = manager.read("stock.picking", order["picking_ids"][0], "name", "origin")
    _expect(receipt["origin"] == at_amazon["orderID"], f"the receipt is for {receipt['origin']}")
    _step("In Odoo", f"{order['amazon_status']}; receipt {receipt['name']}")

    _messages(manager, simulator_url, order_id)


def _messages(manager, simulator_url, order_id):
    """Follow the messages that Amazon sends by itself for live orders of this group."""
    wait_for(lambda: manager.read("purchase.order", order_id, "amazon_state")["amazon_state"] == "confirmed",
              "the order was not confirmed")
    at_amazon = _at_amazon(simulator_url)
    order = manager.read("purchase.order", order_id, "amazon_order_ref", "amount_total", "amazon_status")
    confirmed = at_amazon["amazon_orders"][0]
    _expect(order["amazon_order_ref"] == confirmed["confirm_id"], f"the order has number {order['amazon_order_ref']}")
    _expect_amount(order["amount_total"], confirmed["total"], "the order's total")
    _step("Confirmed", f"{order['amazon_order_ref']}: {order['amazon_status']}")

    shipments = wait_for(
        lambda: manager.call("amazon.punchout.shipment", "search_read", [("purchase_order_id", "=", order_id)],
                             ["tracking_number", "carrier"]),
        "the order has no shipment")
    tracking = _at_amazon(simulator_url)["shipments"][0]["tracking"]
    _expect(shipments[0]["tracking_number"] == tracking, f"the tracking number is {shipments[0]['tracking_number']}")
    _step("Shipped", f"{shipments[0]['carrier'] or 'no carrier'} {tracking}")

    bills = wait_for(lambda: manager.read("purchase.order", order_id, "invoice_ids")["invoice_ids"],
                      "the order has no bill")
    bill = manager.read("account.move", bills[0], "state", "move_type", "amount_total", "amazon_invoice_id")
    billed = _at_amazon(simulator_url)["invoices"][0]
    _expect((bill["state"], bill["move_type"]) == ("draft", "in_invoice"), f"the bill is {bill}")
    _expect(bill["amazon_invoice_id"] == billed["invoice_id"], f"the bill is for {bill['amazon_invoice_id']}")
    _expect_amount(bill["amount_total"], billed["total"], "the bill")
    _step("Billed", f"{bill['amazon_invoice_id']}, a draft of {bill['amount_total']:.2f} USD")

    # The last message may have been sent while its answer is still on the way.
    wait_for(lambda: all(message["status"] == "delivered"
                          for message in requests.get(f"{simulator_url}/api/messages", timeout=SECONDS).json()),
              "Odoo did not accept a message from Amazon")


def _month(manager, simulator_url):
    """Compare the charges of the demo's month with what Amazon has charged and refunded, and with what is booked."""
    truth = requests.get(f"{simulator_url}/api/month", timeout=SECONDS).json()
    charges = manager.call(
        "amazon.punchout.transaction", "search_read",
        [("is_settled", "=", True), ("import_ids.name", "not like", "demo-")],  # the demo data brings charges, too
        ["kind", "amount", "currency_id", "amazon_order_ref", "state"])
    at_amazon = Counter(
        _described("charge" if each["kind"] == "CHARGE" else "refund", each["amount"], each["currency"],
                   ", ".join(sorted(each["amazon_orders"])))
        for each in truth["transactions"].values() if each["settled"])
    in_odoo = Counter(
        _described(each["kind"], each["amount"], each["currency_id"][1], each["amazon_order_ref"] or "")
        for each in charges)
    for what, differing in (
            ("Odoo lacks what Amazon has", at_amazon - in_odoo), ("Odoo has what Amazon has not", in_odoo - at_amazon)):
        _expect(not differing, f"{what}: {'; '.join(differing.elements())}")
    counts = Counter(charge["state"] for charge in charges)
    for state in STATES:
        _expect(counts[state], f"no charge of the month is {state}")
    unbooked = ", ".join(sorted(counts.keys() - STATES))
    _expect(not unbooked, f"charges of the month are not booked but {unbooked}")
    _step("A month of charges", f"{counts['booked']} booked, {counts['outside']} bought outside, "
                                f"{counts['attention']} need a person; they are those of Amazon")


def _described(kind, amount, currency, orders):
    return f"{kind} of {Decimal(amount):.2f} {currency} for {orders or 'no order'}"


def _at_amazon(simulator_url):
    return requests.get(f"{simulator_url}/api/orders", timeout=SECONDS).json()[0]["fulfilment"]


def _expect_amount(odoo, amazon, what):
    _expect(f"{odoo:.2f}" == f"{Decimal(amazon):.2f}", f"{what} is {odoo:.2f}, at Amazon {amazon}")


def _expect(true, otherwise):
    if not true:
        raise Failed(otherwise)


def _step(name, what):
    progress.say(f"  {name + ' ':.<20} {what}")


def wait_for(condition, otherwise):
    """Wait for a truthy answer, for one minute at most."""
    deadline = time.monotonic() + SECONDS
    while not (value := condition()):
        _expect(time.monotonic() < deadline, otherwise)
        time.sleep(0.2)
    return value
