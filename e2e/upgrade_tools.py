"""What fills a database of an older version: run in the shell of that version, before the script that uses it.

What it imports is that version's. The script that follows makes the user `buyer` and the group `live`.
"""
from contextlib import contextmanager
from unittest.mock import patch

import requests

from odoo import fields
from odoo.fields import Command

from odoo.addons.amazon_punchout import cxml
from odoo.addons.amazon_punchout.tests.common import answer, cart_xml, item

try:
    from odoo.addons.amazon_punchout.tools.cart_lock import lifted
    from odoo.addons.amazon_punchout.tests.cxml_builder import (
        confirmation_xml, invoice_line, invoice_xml, ship_notice_xml, status)
except ImportError:  # version 19.0.1.0.0
    from odoo.addons.amazon_punchout.cart_lock import lifted
    from odoo.addons.amazon_punchout.tests.messages import (
        confirmation_xml, invoice_line, invoice_xml, ship_notice_xml, status)

env = env(context={"lang": "en_US"})
Group, Order = env["amazon.punchout.group"], env["purchase.order"]
Trip, Document = env["amazon.punchout.session"], env["amazon.punchout.document"]
ADDRESS = {
    "street": "1 Test Street", "city": "Springfield", "zip": "12345", "country_id": env.ref("base.us").id,
    "state_id": env.ref("base.state_us_5").id, "phone": "+1 555 0100", "email": "dock@example.com",
}
company = env.ref("base.main_company")


@contextmanager
def amazon(respond):
    """Let Amazon answer each request of a block.

    :param respond: what `answer` returns, or an exception
    :return: the bodies that were sent
    """
    sent = []

    def send(_session, prepared, **kwargs):
        if isinstance(respond, requests.exceptions.ConnectionError):
            raise respond
        sent.append(prepared.body.read())
        return respond(prepared, **kwargs)

    with patch.object(requests.Session, "send", send):
        yield sent


def run(cron):
    env.cr.commit()
    env.ref(f"amazon_punchout.{cron}").method_direct_trigger()
    env.cr.commit()  # it ran in a transaction of its own, and this one would not see what it did
    env.invalidate_all()


def new_user(login, *groups, company=company):
    return env["res.users"].create({
        "name": f"{login.title()} Person", "login": login, "email": f"{login}@example.com", "lang": "en_US",
        "company_id": company.id, "company_ids": [Command.set(company.ids)],
        "group_ids": [Command.link(env.ref(group).id) for group in groups]})


numbers = iter(range(1, 100))


def start_trip(user=None, group=None, **values):
    with amazon(answer(start_page="https://amazon.example/start")) as sent:
        (group or live).with_user(user or buyer)._punch_out(**values)
    cookie = sent[0].split(b"<BuyerCookie>")[1].split(b"</BuyerCookie>")[0].decode()
    return Trip._find_by_cookie(cookie), cookie


def shop(*items, user=None, group=None, trip=None, **cart):
    trip, cookie = start_trip(user, group, **(trip or {}))
    number = next(numbers)
    items = items or (item(auxiliary_id=f"136-{number},1"),)
    raw = cart_xml(cookie, items, **cart).replace(b"1.2.3@amazon", f"{number}.2.3@amazon".encode())
    trip._receive_cart(raw)
    assert trip.purchase_order_id, trip.problem
    return trip.purchase_order_id


def order(*items, respond=None, **values):
    purchase = shop(*items, **values)
    purchase.with_user(values.get("user") or buyer).button_confirm()
    assert purchase.amazon_state == "queued", purchase.state
    if respond:
        if "amazon.punchout.outbox" in env:  # a group rests after an unclear answer, and no order would leave
            env["amazon.punchout.outbox"].search([]).rests_until = False
        with amazon(respond):
            run("ir_cron_send")
    return purchase


def two_lines(first=10, second=5):
    return (item(asin="B00TEST001", price=f"{first}.00", quantity="2", auxiliary_id="136-1,1"),
            item(asin="B00TEST002", price=f"{second}.00", quantity="3", auxiliary_id="136-1,2"))


def deliver(raw, group=None):
    document = Document._store_message(group or live, cxml.read_request(raw), raw)
    run("ir_cron_process")
    return document
