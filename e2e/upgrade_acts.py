"""Work with an upgraded database as people do: run in the shell of today's addon by test_upgrade.py.

It writes what came of it to the file that ACTS names, as JSON.
"""
import io
import json
import re
from pathlib import Path
from unittest.mock import patch

import requests

env = env(context={"lang": "en_US"})  # noqa: F821 - the shell's
Group, Order = env["amazon.punchout.group"], env["purchase.order"]
ANSWER = b'<cXML><Response><Status code="200" text="OK">OK</Status></Response></cXML>'


def send():
    """Run the sender, and let Amazon accept everything.

    :return: the number and the payloadID of each order request that left
    """
    sent = []

    def accept(_session, prepared, **_kwargs):
        body = prepared.body.read().decode()
        sent.append([re.search('orderID="(.*?)"', body)[1], re.search('payloadID="(.*?)"', body)[1]])
        response = requests.Response()
        response.status_code, response.raw = 200, io.BytesIO(ANSWER)
        return response

    env.cr.commit()
    with patch.object(requests.Session, "send", accept):
        env.ref("amazon_punchout.ir_cron_send").method_direct_trigger()
    env.cr.commit()
    env.invalidate_all()
    return sent


def requests_of(orders):
    """Return number, payloadID and state of the newest order request of each order."""
    return [[order.name, request.payload_id, request.state] for order in orders if (request := order._amazon_request())]


def orders_in(state):
    return Order.search([("amazon_state", "=", state)], order="id")


def as_user(login):
    return env["res.users"].search([("login", "=", login)])


acts = {}
orders = Order.search([("amazon_session_id", "!=", False)], order="id")
acts["statuses"] = {
    order.name: [order.amazon_state, order.with_user(as_user("buyer")).amazon_status] for order in orders}
document = env["amazon.punchout.document"]
document.search([("state", "=", "queued")]).next_try_at = False
acts["queued"] = requests_of(orders_in("queued"))
acts["sent"] = send()
acts["arrived"] = requests_of(Order.search([("name", "in", [name for name, *_rest in acts["queued"]])], order="id"))
again = orders_in("refused") + orders_in("unclear")
acts["to send again"] = requests_of(again)
for order in again:
    order.with_user(as_user("manager")).action_amazon_send_again()
acts["sent again"] = send()
acts["arrived again"] = requests_of(again)
Path(ACTS).write_text(json.dumps(acts))  # noqa: F821 - set by the test
