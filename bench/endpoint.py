"""Compare the endpoint for Amazon's messages with a route that only reads the body.

One server without scheduled actions answers both in turns, over one connection each.
"""
from __future__ import annotations

import re
import runpy
import time

import requests

from bench.summary import row, summary
from lab import odoo, paths, process

BATCH, ROUNDS = 25, 12
USER, PASSWORD = "bench", "not-a-real-password"
ADDONS = paths.ROOT / "bench" / "addons"
# Needs no Odoo, which is not at hand here.
BUILDER = paths.ROOT / paths.ADDON / "tests" / "cxml_builder.py"


def measure(source, database):
    """Measure the requests per second of the endpoint and of the plain route.

    :param odoo_source.Source source: where Odoo is
    :param str database: a database that `bench.measure` has set up
    :return: rows of the table
    """
    port = process.free_port()
    server = process.Service("Bench", odoo.command(
        "-d", database, f"--db-filter=^{database}$", "--no-database-list", "--http-interface=127.0.0.1",
        f"--http-port={port}", "--max-cron-threads=0", "--log-level=warn", "--load=base,web,bench_body",
        f"--addons-path={_addons_path(source)}",
    ), odoo.environ(source))
    root = f"http://127.0.0.1:{port}"
    try:
        server.wait_until_it_answers(f"{root}/web/login")
        messages = map(_message_maker(port), range(10 ** 6))
        with requests.Session() as endpoint, requests.Session() as plain:
            endpoint.auth = USER, PASSWORD
            ours = _batch(endpoint, f"{root}/amazon_punchout/cxml", messages)
            theirs = _batch(plain, f"{root}/bench_body", messages)
            times = [(ours(), theirs()) for _ in range(ROUNDS + 1)][1:]
    finally:
        server.end()
    milliseconds, plain_milliseconds, ratio = summary(times)
    # A rate is the inverse of a time.
    return [row(
        "rate of the endpoint ÷ of a route that reads the body", "0.5", milliseconds, plain_milliseconds, 1 / ratio)]


def _message_maker(port):
    """Return a function that makes a confirmation of an order that the database does not have.

    :param int port: of the server, which makes the payloadIDs of a run its own
    """
    builder = runpy.run_path(str(BUILDER))
    confirmed = builder["status"](tax="1.00", shipping="0.00", confirm_id="111-0000000-0000001")
    lines = [(number, 1, confirmed) for number in range(1, 4)]

    def make(number):
        name = f"{number}.{port}"
        return builder["confirmation_xml"](
            None, lines, total="30.00", currency="USD", payload_id=f"{name}@amazon.example", to_identity="bench",
            order_reference='<OrderReference orderID="P99999">'
                            f'<DocumentReference payloadID="{name}@bench.example"/></OrderReference>')
    return make


def _batch(session, url, messages):
    def run():
        start = time.perf_counter()
        for _ in range(BATCH):
            answer = session.post(
                url, data=next(messages), headers={"Content-Type": "text/xml; charset=UTF-8"}, timeout=60)
            assert answer.status_code == 200, answer.text
            assert b"<cXML" in answer.content, answer.text
            assert not re.search('code="[45]', answer.text), answer.text
        return (time.perf_counter() - start) / BATCH
    return run


def _addons_path(source):
    return ",".join(str(path) for path in (*source.addons, odoo.ADDONS, ADDONS))
