"""Two web servers behind a proxy, one killed under load, a server for scheduled actions, one PostgreSQL.

`python3 -m lab bench wide [--orders-per-minute 20] [--seconds 150] [--steps 20]` needs nginx. Everything is on this
machine. First each step of some orders is measured alone, in CPU seconds and in what PostgreSQL writes. Then
buyers shop at a bounded rate while the simulator sends its messages to the proxy; one web server is killed in the
middle, with all of its processes, and later it is taken out of the proxy. At the end nothing may be lost or doubled.
"""
from __future__ import annotations

import argparse
import collections
import json
import os
import signal
import statistics
import subprocess
import threading
import time

import requests

from bench.cost import Meter
from bench.proxy import Proxy
from bench.wide_people import Buyer, Ledger
from lab import database, environment, odoo, paths, postgres, process, progress, python

SETUP = paths.ROOT / "bench" / "wide_setup.py"
WEB_WORKERS = 2
CRON_WORKERS = 2
ROUTES = {
    "/amazon_punchout/cart": "cart comes back",
    "/amazon_punchout/cxml": "message of Amazon",
    "/web/dataset/call_kw/amazon.punchout.group/action_punch_out": "Shop on Amazon",
    "/web/dataset/call_kw/purchase.order/button_confirm": "Confirm Order",
    "/web/dataset/call_kw/purchase.order/read": "read an order",
}
SETTLED = 180
# A server with several processes starts the one for the websocket by the name of its own program, which a module of
# Python has not.
PROGRAM = "from odoo.cli import main\n\nmain()\n"


def main(arguments):
    """Make a database and all servers, measure, compare what is there with what was done, and end everything.

    :param list[str] arguments: the options below
    :return: 0, or 1 if something was lost or doubled
    :rtype: int
    """
    parser = argparse.ArgumentParser(prog="python3 -m lab bench wide", description=__doc__.partition("\n")[0])
    parser.add_argument("--orders-per-minute", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=150, help="how long the load lasts")
    parser.add_argument("--steps", type=int, default=20, help="orders of which each step is measured alone")
    parser.add_argument("--buyers", type=int, default=8)
    options = parser.parse_args(arguments)
    source = environment.prepare()
    name = f"test_{os.getpid()}"
    wide = Wide(source, name, options)
    try:
        with progress.step(f"Making the database {name}"):
            database.create(name, database.template(source, with_demo=False))
            odoo.install(source, name, [paths.ADDON], f"install-{name}")
        wide.start()
        wide.measure_steps()
        wide.load()
        return wide.judge()
    finally:
        wide.end()
        database.drop(name)


class Wide:
    """The servers, and what is measured on them."""

    def __init__(self, source, name, options):
        self._source, self._name, self._options = source, name, options
        self._services, self._proxy, self._cron, self._meter = [], None, None, None
        self._ports = [(process.free_port(), process.free_port()) for _each in range(2)]
        self._simulator_url = None
        self._ledger = Ledger()
        self._environ = {**odoo.environ(source), "PYTHONUNBUFFERED": "1"}
        self._killed_at = None

    # === SERVERS === #

    def start(self):
        """Start the simulator, the proxy and both web servers. The one for scheduled actions comes later."""
        port = process.free_port()
        self._simulator_url = f"http://localhost:{port}"
        simulator = process.Service(
            "Simulator", [str(python.VENV_PYTHON), "-m", "simulator", "--host", "localhost", "--port", str(port)],
            {**os.environ, "PYTHONPATH": str(paths.ROOT), "PYTHONUNBUFFERED": "1"})
        self._services.append(simulator)
        simulator.wait_until_it_answers(self._simulator_url)
        self._proxy = Proxy(process.free_port(), self._ports)
        with progress.step("Configuring the database"):
            set_up = self._run_setup()
        self._group_id, self._identity = set_up["group_id"], set_up["identity"]
        with progress.step("Starting two web servers"):
            self._web = [self._start_web(number, *ports) for number, ports in enumerate(self._ports, 1)]
            for service, (web, _websocket) in zip(self._web, self._ports, strict=True):
                service.wait_until_it_answers(f"http://127.0.0.1:{web}/web/login", 300)
        with progress.step("Logging in"):
            self._buyers = [
                Buyer(self._proxy.url, self._simulator_url, self._name, f"buyer{number}", self._ledger)
                for number in range(self._options.buyers)]
        self._meter = Meter(self._name, {
            "web": [service.number for service in self._web], "cron": []})

    def _run_setup(self):
        log = paths.LOG / "bench-wide-setup.log"
        with open(SETUP) as script, open(log, "wb") as errors:
            result = subprocess.run(
                odoo.command("shell", "-d", self._name, "--no-http"), stdin=script, stdout=subprocess.PIPE,
                stderr=errors, text=True, cwd=paths.ROOT, check=False, env={
                    **self._environ, "BENCH_PROXY_URL": self._proxy.url, "BENCH_SIMULATOR_URL": self._simulator_url,
                    "BENCH_BUYERS": str(self._options.buyers)})
        if result.returncode or not result.stdout.strip():
            raise progress.Problem(f"{SETUP.name} failed. The end of {log}:\n{progress.tail(log)}")
        return json.loads(result.stdout.strip().splitlines()[-1])

    def _start_web(self, number, web, websocket):
        """Start a server for pages, with several processes and no scheduled actions."""
        return self._start(f"Web{number}", (
            "--http-interface=127.0.0.1", f"--http-port={web}", f"--gevent-port={websocket}",
            f"--workers={WEB_WORKERS}", "--proxy-mode", "--max-cron-threads=0"))

    def _start_cron(self):
        """Start the server for scheduled actions, which answers no request."""
        with progress.step("Starting the server for scheduled actions"):
            self._cron = self._start("Cron", ("--no-http", "--workers=1", f"--max-cron-threads={CRON_WORKERS}"))
            self._meter.processes["cron"] = [self._cron.number]

    def _start(self, name, arguments):
        program = paths.LAB / "bench-odoo.py"
        program.write_text(PROGRAM)
        service = process.Service(name, [
            str(python.VENV_PYTHON), str(program), "-d", self._name, f"--db-filter=^{self._name}$",
            "--no-database-list", "--limit-time-real=300", "--limit-time-cpu=300", *arguments], self._environ)
        self._services.append(service)
        return service

    def end(self):
        if self._meter:
            self._meter.end()
        for service in reversed(self._services):
            service.end()
        if self._proxy:
            self._proxy.end()

    # === EACH STEP ALONE === #

    def measure_steps(self):
        """Let some orders take one step after the other, and print what each step cost per order."""
        count, buyer = self._options.steps, self._buyers[0]
        for _each in range(2 * WEB_WORKERS):  # every process reads its registry first
            warm = buyer.bring_home(*buyer.start(self._group_id))
            buyer.confirm(warm)
        rows = []

        def step(name, work, done=None):
            self._meter.read()
            work()
            if done:
                self._wait(done, name)
            rows.append((name, self._meter.read()))
            progress.say(f"  {name}: {count} orders")

        trips, orders = [], []
        step("Shop on Amazon", lambda: trips.extend(buyer.start(self._group_id) for _each in range(count)))
        step("cart comes back", lambda: orders.extend(buyer.bring_home(*trip) for trip in trips))
        step("Confirm Order", lambda: [buyer.confirm(each) for each in orders])
        sent = len(self._at_amazon())
        self._start_cron()
        self._wait(lambda: len(self._at_amazon()) > sent, "the outbox begins", 300)
        self._wait(lambda: self._waiting() == 0, "the outbox", 300)
        self._idle()
        # The server for scheduled actions is up: these are sent as in daily use.
        more = [buyer.bring_home(*buyer.start(self._group_id)) for _each in range(count)]
        self._meter.read()
        for each in more:
            buyer.confirm(each)
        self._wait(lambda: self._waiting() == 0, "the outbox")
        used, confirmed = self._meter.read(), dict(rows)["Confirm Order"]
        rows.append(("order is sent", {name: max(used[name] - confirmed.get(name, 0), 0) for name in used}))
        self._message_settings(auto=False)
        numbers = [each["number"] for each in self._at_amazon()[-count:]]
        for kind in ("confirm", "ship", "invoice"):
            step({"confirm": "confirmation", "ship": "ship notice", "invoice": "invoice"}[kind],
                 lambda kind=kind: [requests.post(
                     f"{self._simulator_url}/api/orders/{number}/{kind}", json={}, timeout=60).raise_for_status()
                     for number in numbers],
                 lambda: self._delivered() and not self._unprocessed())
        self._print_steps(rows, count)

    def _print_steps(self, rows, count):
        print(f"\nEach step alone, per order of two items ({count} orders):\n")
        print("| step | web, CPU ms | scheduled actions, CPU ms | PostgreSQL, CPU ms | rows written | written, kB |\n"
              "| --- | ---: | ---: | ---: | ---: | ---: |")
        sums = collections.Counter()
        for name, used in [*rows, ("sum", sums)]:
            if name != "sum":
                sums.update(used)
            print(f"| {name} | " + " | ".join(f"{used[each] * factor / count:.{digits}f}" for each, factor, digits in (
                ("web", 1000, 0), ("cron", 1000, 0), ("PostgreSQL", 1000, 0), ("rows written", 1, 0),
                ("written bytes", 1 / 1024, 0))) + " |", flush=True)

    # === LOAD === #

    def load(self):
        """Shop at a bounded rate; kill one web server after a third, take it out of the proxy after two thirds."""
        self._idle()
        self._message_settings(auto=True)
        self._meter.read()
        self._began = time.time()
        seconds, pause = self._options.seconds, 60 / self._options.orders_per_minute
        due, lock = iter(range(10 ** 9)), threading.Lock()
        self._shopped, self._errors = [], []

        def shop(buyer):
            while True:
                with lock:
                    at = self._began + next(due) * pause
                if at > self._began + seconds:
                    return
                time.sleep(max(at - time.time(), 0))
                try:
                    buyer.shop(self._group_id)
                    self._shopped.append(time.time() - at)
                except Exception as error:  # noqa: BLE001 - counted, and said at the end
                    self._errors.append(str(error)[:200])

        used = collections.Counter()
        threads = [threading.Thread(target=shop, args=[buyer]) for buyer in self._buyers]
        for thread in threads:
            thread.start()
        time.sleep(seconds / 3)
        used.update(self._meter.read())
        self._kill()
        self._meter.processes["web"] = [self._web[1].number]
        self._meter.read()
        time.sleep(seconds / 3)
        self._proxy.use(self._ports[1:])
        self._proxy.reload()
        self._removed_at = time.time()
        progress.say("  The killed server is out of the proxy.")
        for thread in threads:
            thread.join()
        self._ended = time.time()
        self._wait(lambda: self._waiting() == 0, "the outbox", SETTLED)
        self._wait(self._all_done, "Amazon's messages", SETTLED)
        used.update(self._meter.read())
        self._print_load(used)

    def _kill(self):
        """Kill the first web server with all of its processes, as the end of a host does."""
        self._killed_at = time.time()
        os.killpg(self._web[0].number, signal.SIGKILL)
        progress.say("  One web server was killed.")

    def _print_load(self, used):
        orders, minutes = len(self._shopped), (self._ended - self._began) / 60
        print(f"\nLoad: {orders} orders in {minutes:.1f} minutes, {orders / minutes:.1f} a minute "
              f"(asked for: {self._options.orders_per_minute:g}); per order {used['web'] / orders:.2f} s of CPU in web "
              f"servers, {used['cron'] / orders:.2f} s in scheduled actions, {used['PostgreSQL'] / orders:.2f} s in "
              "PostgreSQL.\n")
        phases = {"both servers": (self._began, self._killed_at), "one killed": (self._killed_at, self._removed_at),
                  "without it": (self._removed_at, time.time())}
        print("| route | " + " | ".join(f"{name}: requests | p50, ms | p99, ms | failed" for name in phases) + " |")
        print("| --- " + "| ---: " * 4 * len(phases) + "|")
        logged = self._proxy.requests()
        for uri, name in ROUTES.items():
            cells = []
            for begin, end in phases.values():
                found = [each for each in logged if each["uri"] == uri and begin <= each["time"] < end]
                times = sorted(each["seconds"] * 1000 for each in found if each["status"] < 500)
                cells += [len(found), *(f"{at:.0f}" for at in _percentiles(times)),
                          sum(each["status"] >= 500 for each in found)]
            print(f"| {name} | " + " | ".join(map(str, cells)) + " |")
        passed_on = sum("," in each["server"] for each in logged)
        print(f"\nRequests that the proxy passed on to the other server by itself: {passed_on}; repeated by the "
              f"clients: {dict(collections.Counter(what for what, _why in self._ledger.repeated))}; messages that the "
              f"simulator sent again: {sum(message['tries'] > 1 for message in self._messages())}.", flush=True)

    # === NOTHING LOST, NOTHING DOUBLED === #

    def judge(self):
        """Compare what the clients and the simulator have with what Odoo has.

        :return: 0, or 1 if something was lost or doubled
        :rtype: int
        """
        orders = dict(self._rows("SELECT id, name FROM purchase_order WHERE amazon_group_id IS NOT NULL"))
        confirmed = self._rows(
            "SELECT name FROM purchase_order WHERE amazon_group_id IS NOT NULL AND state = 'purchase'")
        sent = collections.Counter(each["orderID"] for each in self._at_amazon())
        received = collections.Counter(dict(self._rows(
            "SELECT payload_id, count(*) FROM amazon_punchout_document WHERE direction = 'in' AND document_type IN"
            " ('ConfirmationRequest', 'ShipNoticeRequest', 'InvoiceDetailRequest') GROUP BY 1")))
        messages = self._messages()
        posted = {message["payload_id"] for message in messages}
        twice = sum(each["times_received"] > 1 for each in self._at_amazon())
        bills = self._rows(
            "SELECT amazon_invoice_id, count(*) FROM account_move WHERE amazon_invoice_id IS NOT NULL GROUP BY 1")
        facts = {
            "buyers or requests gave up": len(self._errors) + len(self._ledger.given_up),
            "carts that came back and have no order": len(self._ledger.carts) - len(self._ledger.orders),
            "orders that two carts share": len(self._ledger.orders) - len(set(self._ledger.orders)),
            "orders of which no buyer knows": len(orders.keys() - self._ledger.orders.keys()),
            "confirmed orders that Amazon lacks": len({name for name, in confirmed} - sent.keys()),
            "orders that Amazon has twice": sum(count > 1 for count in sent.values()) + twice,
            "orders at Amazon that Odoo lacks": len(sent.keys() - set(orders.values())),
            "messages that were not delivered": sum(message["status"] != "delivered" for message in messages),
            "messages that Odoo lacks": len(posted - received.keys()),
            "messages that Odoo has twice": sum(count > 1 for count in received.values()),
            "messages that are not processed": self._unprocessed(),
            "orders that are not confirmed by Amazon": self._rows(
                "SELECT count(*) FROM purchase_order WHERE amazon_group_id IS NOT NULL AND state = 'purchase' AND"
                " amazon_state != 'confirmed' AND name = ANY(%s)", list(self._followed()))[0][0],
            "bills that exist twice": sum(count > 1 for _number, count in bills),
            "receipts that exist twice": self._rows(
                "SELECT count(*) FROM (SELECT origin FROM stock_picking GROUP BY 1 HAVING count(*) > 1) twice")[0][0],
        }
        print(f"\n{len(self._ledger.carts)} carts, {len(confirmed)} orders, {len(messages)} messages, {len(bills)} "
              "bills; lost or doubled:\n\n| what | number |\n| --- | ---: |")
        for what, number in facts.items():
            print(f"| {what} | {number} |")
        print(f"\nThe proxy's log of errors: {dict(self._proxy.complaints())}", flush=True)
        for error in self._errors[:3]:
            print(error)
        return int(any(facts.values()))

    def _followed(self):
        """Return the names of the orders to which Amazon has sent messages."""
        numbers = {number for message in self._messages() for number in message["orders"]}
        return {each["orderID"] for each in self._at_amazon() if each["number"] in numbers}

    # === WHAT IS THERE === #

    def _rows(self, query, *parameters):
        connection = postgres.connect(self._name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, parameters or None)
                return cursor.fetchall()
        finally:
            connection.close()

    def _at_amazon(self):
        return sorted(requests.get(f"{self._simulator_url}/api/orders", timeout=60).json(), key=lambda o: o["number"])

    def _messages(self):
        return requests.get(f"{self._simulator_url}/api/messages", timeout=60).json()

    def _message_settings(self, auto):
        requests.post(f"{self._simulator_url}/api/accounts/{self._identity}/messages", timeout=60, json={
            "url": f"{self._proxy.url}/amazon_punchout/cxml", "user": "amazon-us", "password": "not-a-real-password",
            "auto": auto, "auto_seconds": 1, "invoices": True, "retry_seconds": 5}).raise_for_status()

    def _delivered(self):
        return all(message["status"] == "delivered" for message in self._messages())

    def _waiting(self):
        return self._rows(
            "SELECT count(*) FROM amazon_punchout_document WHERE direction = 'out' AND state IN ('queued', 'sending')"
        )[0][0]

    def _unprocessed(self):
        return self._rows(
            "SELECT count(*) FROM amazon_punchout_document WHERE direction = 'in' AND state IN"
            " ('received', 'waiting', 'attention')")[0][0]

    def _all_done(self):
        """Tell whether each order of the load has its three messages, and all are processed."""
        kinds = collections.Counter()
        for message in self._messages():
            kinds.update(message["orders"])
        late = [each for each in self._at_amazon() if each["deployment_mode"] != "test"][-len(self._shopped):]
        return all(kinds[each["number"]] >= 3 for each in late) and self._delivered() and not self._unprocessed()

    def _idle(self):
        """Wait until the scheduled actions have nothing to do."""
        self._wait(lambda: not self._unprocessed() and not self._waiting(), "the scheduled actions")
        time.sleep(2)

    def _wait(self, done, what, seconds=SETTLED):
        until = time.monotonic() + seconds
        while not done():
            if time.monotonic() > until:
                progress.say(f"  Not finished after {seconds} s: {what}")
                return
            time.sleep(0.3)


def _percentiles(times):
    """Return the median and the time that 99 of 100 requests don't exceed."""
    if not times:
        return 0, 0
    return statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))]
