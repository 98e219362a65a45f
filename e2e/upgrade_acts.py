"""Work with an upgraded database as people do: run in the shell of today's addon by test_upgrade.py.

It writes what came of it to the file that ACTS names, as JSON.
"""
import io
import json
import re
from pathlib import Path
from unittest.mock import patch

import requests

from odoo.tools.safe_eval import safe_eval

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

# What people have saved of a renamed field or value.
every_group = Group.with_context(active_test=False)
acts["filters"] = {
    each.name: [every_group.search_count(safe_eval(each.domain)), each.domain, each.context, each.sort]
    for each in env["ir.filters"].search([("model_id", "=", "amazon.punchout.group")], order="id")}
acts["export"] = [
    Group.search([], order="id").export_data(export.export_fields.mapped("name"))["datas"]
    for export in env["ir.exports"].search([("resource", "=", "amazon.punchout.group")])]
acts["defaults"] = {
    name: value for name, value in Group.default_get(list(Group._fields)).items() if name in DEFAULTS}  # noqa: F821
acts["German"] = {
    name: env.ref(f"amazon_punchout.{name}").with_context(lang="de_DE").name
    for name in ("product_tax", "product_shipping")}

# Every view of the addon's models, with what people added to it, in the form in which the web client gets it.
acts["views"] = {}
for view in env["ir.ui.view"].search([("model", "=like", "amazon.punchout.%"), ("type", "!=", "qweb")], order="id"):
    model = env[view.model].with_user(env.ref("base.user_admin"))
    try:
        model.get_view(view.id if view.mode == "primary" else view.inherit_id.id, view.type)
    except ValueError as error:
        acts["views"][view.name] = str(error)
    else:
        acts["views"][view.name] = ""
acts["views of people"] = sorted(
    view.name for view in env["ir.ui.view"].search([("model", "=like", "amazon.punchout.%")])
    if not view.get_external_id()[view.id])
Path(ACTS).write_text(json.dumps(acts))  # noqa: F821 - set by the test
