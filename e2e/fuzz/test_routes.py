"""Requests of every kind to all routes of the addon, in a server of its own.

A few hundred run among all tests, tens of thousands by `bin/test fuzz routes`.
"""
from __future__ import annotations

import base64
import collections
import json
import os
import random
import re
import runpy
import socket
import subprocess
import time
from urllib.parse import quote_plus, urlencode

import pytest
import requests

from e2e.fuzz import results
from e2e.fuzz.mutations import TEXTS, TOKENS, Mutator
from lab import database, environment, odoo, paths, postgres, process, python

FEW = 400
BATCH = 2_000
SECONDS = 20
VISITS = 0.15  # of the requests come from users who are logged in, or from monitoring
USER, PASSWORD = "fuzz", "not-a-real-password-0123456789abcdef"
TOKEN = "not-a-real-token-0123456789abcdefghijklmnop"
HEALTH_PARAMETER = re.search(
    "^HEALTH_PARAMETER = '(.*)'$", (paths.ROOT / paths.ADDON / "const.py").read_text(), re.MULTILINE)[1]
# Makes groups that take messages, and carts that were filled on Amazon; nobody listens where they lead.
SET_UP = f"""
partner = env['res.partner'].create({{'name': "Amazon Business", 'is_company': True}})
for flow in ('punchout', 'punchin'):
    group = env['amazon.punchout.group'].create({{
        'name': flow, 'partner_id': partner.id, 'marketplace': 'us', 'flow': flow, 'identity': 'TestGroup',
        'shared_secret': {PASSWORD!r}, 'inbound_user': {USER!r}, 'inbound_password': {PASSWORD!r},
        'setup_url': 'http://127.0.0.1:1/setup', 'order_url': 'http://127.0.0.1:1/order', 'all_users': True}})
    group.state = 'test'
env['ir.config_parameter'].set_param({HEALTH_PARAMETER!r}, {TOKEN!r})
env['ir.cron'].search([]).active = False
env.cr.commit()
"""
BUILDER = paths.ROOT / paths.ADDON / "tests" / "cxml_builder.py"
METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "post", "PROPFIND", "X" * 50)
TYPES = (
    "text/xml", "text/xml; charset=UTF-8", "text/xml; charset=no-such-thing", "application/xml", "application/json",
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "text/plain", "", "x", "\xff", "a/b;" * 50)
# Left out, since Odoo itself answers 500 then, before or beside all routes: two Host headers, and NUL in a path that no
# route has.
HEADERS = (
    "Cookie: session_id=x", "Cookie: session_id=" + "a" * 84, "Cookie: \xff", "X-Forwarded-For: 1.2.3.4",
    "X-Forwarded-Host: evil.example", "Accept-Language: xx", "Accept-Language: de", "Content-Encoding: gzip",
    "Transfer-Encoding: identity", "Origin: https://evil.example", "Range: bytes=0-1", "If-None-Match: *",
    "X-Odoo-Database: other", "Forwarded: for=x", "Referer: \xff", "Accept: application/json")
QUERIES = (
    "", "?", "?a=b", "?cart=x", "?cart=", "?cart=" + "a" * 2_000, "?cart=%00", "?cart=%ff", "?warehouse=1",
    "?warehouse=x", "?db=other", "?debug=1", "?cxml-urlencoded=x", "?%", "?a[]=1&a=2", "?" + "&" * 500)


class Requests:
    """Makes requests, always the same ones for the same seed and number."""

    def __init__(self, seed, host, cookie):
        """Begin.

        :param int seed: what the requests are made of
        :param str host: of the server
        :param str cookie: of a user who is logged in
        """
        self.seed = seed
        self.host = host
        self.cookie = cookie
        self.chance = random.Random(0)
        builder = runpy.run_path(str(BUILDER))
        line = (1, 2, builder["status"](confirm_id="111-0000000-0000001"))
        reference = '<OrderReference orderID="P99999"><DocumentReference payloadID="1@a"/></OrderReference>'
        self.documents = [
            builder["cart"](), builder["cart_xml"]("cookie", [builder["item"]()]),
            builder["confirmation_xml"](
                None, [line], currency="USD", order_reference=reference, secret=PASSWORD),
            builder["ship_notice_xml"](
                None, portions=f"<ShipNoticePortion>{reference}</ShipNoticePortion>", secret=PASSWORD),
            builder["envelope"]("<ProfileRequest/>", secret=PASSWORD),
            builder["setup_xml"]("mia@example.com", secret=PASSWORD), builder["setup_xml"](secret="wrong"),
        ]
        self.mutator = Mutator(self.documents, seed)
        constants = (paths.ROOT / paths.ADDON / "const.py").read_text()
        self.paths = sorted(set(re.findall(r"'(/amazon_punchout/[a-z_/]+)'", constants)))

    def make(self, number):
        """Make a request as bytes.

        :return: the request, and whether it may leave a document or a trip: it has the right password, secret or cookie
        :rtype: tuple[bytes, bool]
        """
        self.chance.seed(f"{self.seed}:{number}")
        if self.chance.random() < VISITS:
            return self.visit()
        document = self.mutator.make(number) if self.chance.random() < 0.8 else self.chance.choice(self.documents)
        path = self.chance.choices(("/amazon_punchout/cxml", "/amazon_punchout/cart", self.path()), (4, 4, 2))[0]
        method = "POST" if self.chance.random() < 0.85 else self.chance.choice(METHODS)
        headers = [f"Host: {self.host}", "Connection: close"]
        kind, body = self.body(path, document)
        if kind:
            headers.append(f"Content-Type: {kind}")
        headers += self.chance.sample(HEADERS, self.chance.choice((0, 0, 0, 1, 2)))
        if self.chance.random() < 0.3:
            headers.append(f"Authorization: {self.authorization()}")
        lengths = (str(len(body)),) * 100 + ("0", "-1", "x", "5", "99999999999")
        headers.append(f"Content-Length: {self.chance.choice(lengths)}")
        head = f"{method} {path}{self.chance.choice(('',) * 20 + QUERIES)} HTTP/1.1\r\n" + "\r\n".join(headers)
        request = head.encode("latin-1", "replace") + b"\r\n\r\n" + body
        knows = base64.b64encode(f"{USER}:{PASSWORD}".encode()) in request or PASSWORD.encode() in body
        return request, knows

    def visit(self):
        """Make a request to a page of users who are logged in, or of monitoring.

        :return: as :meth:`make`; of these pages only the one of Punch-in stores anything, for users
        :rtype: tuple[bytes, bool]
        """
        path = self.chance.choice((*self.paths, "/amazon_punchout/punchin/1", "/amazon_punchout/punchin/2"))
        path += self.chance.choice(("",) * 5 + ("/", "/0", "/1", "/2", "/x", "/-1", "/99999999999", "%ff"))
        right = f"Authorization: Bearer {TOKEN}"
        headers = [
            f"Host: {self.host}", "Connection: close",
            *self.chance.choice(([f"Cookie: session_id={self.cookie}"], [right], [right, "Accept: text/plain"])),
            *self.chance.sample(HEADERS, self.chance.choice((0, 0, 1)))]
        method = "GET" if self.chance.random() < 0.9 else self.chance.choice(METHODS)
        query = self.chance.choice(("",) * 5 + QUERIES)
        request = "\r\n".join([f"{method} {path}{query} HTTP/1.1", *headers, "", ""]).encode("latin-1", "replace")
        return request, "/punchin" in path and self.cookie.encode() in request

    def path(self):
        path = self.chance.choice((*self.paths, "/amazon_punchout/punchin/1"))
        if self.chance.random() < 0.3:
            path += self.chance.choice((
                "/", "/0", "/-1", "/x", "/99999999999", "//", "/..", "%2e%2e", ";a", "/1/2", "%ff"))
        return path

    def body(self, path, document):
        """Choose how a document travels.

        :return: the Content-Type and the body
        :rtype: tuple[str, bytes]
        """
        way = self.chance.random()
        if way < 0.06:
            return self.chance.choice(TYPES), b"".join(self.chance.choices(TOKENS, k=30))
        if way < 0.08:
            return "application/x-www-form-urlencoded", b"&".join(
                quote_plus(self.chance.choice(TEXTS)).encode() for _field in range(self.chance.choice((5, 99, 300))))
        if "cart" not in path or way < 0.2:
            return (self.chance.choice(TYPES) if way < 0.4 else "text/xml; charset=UTF-8"), document
        name = self.chance.choice(("cxml-urlencoded", "cxml-base64", "cXML-urlencoded", "CXML-BASE64", "cxml"))
        value = base64.b64encode(document) if "64" in name else document
        if way < 0.3:
            return "multipart/form-data; boundary=x", (
                f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n--x--\r\n")
        return "application/x-www-form-urlencoded", urlencode({name: value}).encode()

    def authorization(self):
        right, *wrong = (base64.b64encode(each).decode() for each in (
            f"{USER}:{PASSWORD}".encode(), f"{USER}:wrong".encode(), b"\xff:\0", b"no colon", b"A" * 5_000))
        return self.chance.choice((
            f"Basic {right}", f"Basic {right}", f"basic {right}", *(f"Basic {each}" for each in wrong), "Basic",
            "Basic x", "Basic ====", "Bearer x", "Digest x", "\xff"))


class Server:
    """An Odoo of its own that measures which lines of the controllers and of the codec run."""

    def __init__(self, source, name):
        self.name = name
        self.port = process.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        addon = paths.ROOT / paths.ADDON
        self.data = paths.LAB / f"coverage-{name}"
        self.service = process.Service("Fuzz", [
            str(python.VENV_PYTHON), "-m", "coverage", "run", f"--data-file={self.data}",
            f"--include={addon}/controllers/*,{addon}/cxml/*,*/addons/{paths.ADDON}/controllers/*,"
            f"*/addons/{paths.ADDON}/cxml/*",
            "-m", "odoo", "-d", name, f"--db-filter=^{name}$", "--no-database-list", "--http-interface=127.0.0.1",
            f"--http-port={self.port}", "--max-cron-threads=0", "--log-level=info", "--log-handler=werkzeug:WARNING",
        ], odoo.environ(source))
        self.service.wait_until_it_answers(f"{self.url}/web/login")

    def log_in(self):
        """Log an administrator in.

        :return: the cookie
        :rtype: str
        """
        with requests.Session() as session:
            answer = session.post(f"{self.url}/web/session/authenticate", timeout=60, json={
                "jsonrpc": "2.0", "params": {"db": self.name, "login": "admin", "password": "admin"}})
            assert answer.json()["result"]["uid"], answer.text
            return session.cookies["session_id"]

    def ask(self, request):
        """Send bytes and read the answer to its end.

        :return: the status, None if the connection was closed without an answer; and the seconds
        :rtype: tuple[int | None, float]
        """
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as connection:
            try:
                connection.sendall(request)
                # A server that waits for a body that is too short must not wait for ever.
                connection.shutdown(socket.SHUT_WR)
                answer = b""
                while piece := connection.recv(65536):
                    answer = (answer + piece)[:1_000]
            except (ConnectionResetError, BrokenPipeError):
                answer = b""
        status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        return (int(status[1]) if status else None), time.monotonic() - began

    def errors(self):
        """Return what the log has of errors."""
        log = self.service.log.read_text(errors="replace")
        return re.findall(r"^.*(?: ERROR | CRITICAL |Traceback).*(?:\n(?!\d{4}-).*)*", log, re.MULTILINE)

    def counts(self):
        """Count what is stored.

        :return: documents and trips
        :rtype: tuple[int, int]
        """
        connection = postgres.connect(self.name)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT (SELECT count(*) FROM amazon_punchout_document),"
                               " (SELECT count(*) FROM amazon_punchout_session)")
                return cursor.fetchone()
        finally:
            connection.close()

    def covered(self):
        """End, and return the percentage of the lines of each file that ran.

        :rtype: dict[str, float]
        """
        self.service.end()
        report = paths.LAB / "coverage-fuzz.json"
        subprocess.run(
            [str(python.VENV_PYTHON), "-m", "coverage", "json", f"--data-file={self.data}", "-o", str(report)],
            check=True, capture_output=True)
        files = json.loads(report.read_text())["files"]
        return {"/".join(name.split("/")[-2:]): round(each["summary"]["percent_covered"], 1)
                for name, each in files.items()}


@pytest.fixture(scope="module")
def server():
    source = environment.prepare()
    name = f"test_{os.getpid()}_fuzz"
    database.create(name, database.template(source, with_demo=False))
    odoo.install(source, name, [paths.ADDON], f"install-{name}")
    subprocess.run(odoo.command("shell", "-d", name, "--no-http", "--log-level=warn"), input=SET_UP, text=True,
                   env=odoo.environ(source), cwd=paths.ROOT, check=True)
    running = Server(source, name)
    try:
        yield running
    finally:
        running.service.end()
        running.data.unlink(missing_ok=True)
        database.drop(name)


def test_no_request_breaks_the_server_or_stores_what_a_stranger_sends(server):
    keep = "LAB_FUZZ_REQUESTS" in os.environ
    count, seed = int(os.environ.get("LAB_FUZZ_REQUESTS") or FEW), int(os.environ.get("LAB_FUZZ_SEED") or 1)
    first = results.done("routes", seed) if keep else 0
    made = Requests(seed, f"127.0.0.1:{server.port}", server.log_in())
    findings = []
    for start in range(first, first + count, BATCH):
        numbers = range(start, min(start + BATCH, first + count))
        began, before = time.monotonic(), server.counts()
        found, outcomes, known = [], collections.Counter(), 0
        for number in numbers:
            request, knows = made.make(number)
            known += knows
            status, seconds = server.ask(request)
            outcomes[str(status)] += 1
            if _is_failure(request, status) or seconds > SECONDS:
                found.append(f"{number}: {status} after {seconds:.1f} s")
        after = server.counts()
        if after[0] - before[0] > known:
            found.append(f"{after[0] - before[0]} documents were stored, {known} had the secret")
        # Fifty carts of strangers wait to be claimed at most.
        if after[1] > 50 + known + before[1]:
            found.append(f"{after[1]} trips")
        findings += found
        if keep:
            results.append("routes", seed=seed, first=start, count=len(numbers), outcomes=outcomes, findings=found[:50],
                           seconds=round(time.monotonic() - began, 1))
            print(f"{numbers.stop} requests, {dict(outcomes)}, {len(findings)} findings {found[:3]}", flush=True)
    errors = server.errors()
    assert_right_ones_pass(server)
    covered = server.covered()
    if keep:
        results.append("routes", seed=seed, first=first + count, count=0, seconds=0, outcomes={}, coverage=covered,
                       findings=[each[-600:] for each in errors[:20]])
        print(covered, flush=True)
    assert not findings, findings[:20]
    assert not errors, "\n\n".join(errors[:5])


def _is_failure(request, status):
    """Tell whether the server failed; monitoring gets 503 if something needs attention, and here the crons are off."""
    return status is not None and status >= 500 and (status, b"/health" in request) != (503, True)


def assert_right_ones_pass(server):
    """Send a right message and a right cart after all the wrong ones."""
    builder = runpy.run_path(str(BUILDER))
    answer = requests.post(
        f"{server.url}/amazon_punchout/cxml", data=builder["envelope"]("<ProfileRequest/>"), auth=(USER, PASSWORD),
        headers={"Content-Type": "text/xml"}, timeout=60)
    assert (answer.status_code, b'code="200"' in answer.content) == (200, True), answer.text
    before = server.counts()
    message = builder["confirmation_xml"](
        None, [(1, 1, builder["status"]())], currency="USD", secret=PASSWORD, payload_id="after-all@amazon.example",
        order_reference='<OrderReference orderID="P1"><DocumentReference payloadID="1@a"/></OrderReference>')
    answer = requests.post(
        f"{server.url}/amazon_punchout/cxml", data=message, headers={"Content-Type": "text/xml"}, timeout=60)
    assert (answer.status_code, b'code="200"' in answer.content) == (200, True), answer.text
    assert server.counts()[0] == before[0] + 1
