"""A real Odoo, the simulator and a real Chromium, each a process of its own, on two web sites."""
import contextlib
import os
import resource
import shutil

import pytest
import requests
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect, sync_playwright

from lab import check, database, demo, environment, paths, postgres, process
from lab.window import keep_small

from .client import PATIENCE, wait_for
from .punchin import PunchinGroup

expect.set_options(timeout=PATIENCE)

SCREENSHOTS = paths.LAB / "screenshots"
IMAGES = paths.ROOT / "docs" / "images"
# The background networking of a fresh Chromium would only wait for hosts that a test machine can't reach.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Say what the browser showed when a test failed, since the machine that ran it may be gone."""
    report = yield
    if report.failed and call.when == "call" and "chromium" in item.funcargs:
        for context in item.funcargs["chromium"].contexts:
            if errors := getattr(context, "errors", None):
                report.sections.append(("Errors of the web client", "\n".join(errors)[:4000]))
            for page in context.pages:
                with contextlib.suppress(PlaywrightError):
                    for selector, most in ((".modal", 1000), ("body", 2000)):
                        for text in page.locator(selector).all_inner_texts():
                            report.sections.append((f"Page {page.url}, {selector}", text[:most]))
    return report


class Site:
    """The addresses of the two servers, and calls to the simulator without a browser."""

    def __init__(self, odoo_url, simulator_url, database):
        self.odoo_url = odoo_url
        self.simulator_url = simulator_url
        self.database = database

    def orders(self):
        """Return the orders on the simulator's desk, as JSON."""
        return requests.get(f"{self.simulator_url}/api/orders", timeout=30).json()

    def wait_for_an_order(self, seconds=60):
        """Wait until Odoo has sent an order.

        :return: the order as the simulator's desk shows it
        """
        return wait_for(self.orders, "no order arrived", seconds)[0]

    def fault(self, target, kind, seconds=2):
        """Make the simulator's next answer fail.

        :param str target: `setup` or `order`
        :param str kind: see /faults of the simulator
        :param int seconds: how long a slow answer takes
        """
        self.end_rests()
        fault = {"target": target, "kind": kind, "seconds": seconds}
        requests.post(f"{self.simulator_url}/api/faults", json=fault, timeout=30).raise_for_status()

    def end_rests(self):
        """Let the time pass for which groups rest that got no answer before."""
        connection = postgres.connect(self.database)
        try:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE amazon_punchout_outbox SET rests_until = NULL, failures = 0")
        finally:
            connection.close()

    def reset(self):
        self.end_rests()
        requests.post(f"{self.simulator_url}/api/reset", json={"reset": True}, timeout=30).raise_for_status()


@pytest.fixture(scope="session")
def servers():
    """Odoo with demo data and the simulator, for all tests."""
    source = environment.prepare()
    name = f"test_{os.getpid()}"
    try:
        demo.make(source, name, strict=True)
        with demo.Running(source, name, process.free_port(), process.free_port()) as running:
            yield Site(running.odoo_url, running.simulator_url, name)
    finally:
        database.drop(name)


@pytest.fixture
def site(servers):
    """The two servers, with an empty order desk."""
    servers.reset()
    return servers


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "These tests need a browser: apt-get install chromium"
    # Odoo, which pytest has loaded, limits the address space of its process; a browser reserves more than that.
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
            yield browser
            browser.close()
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.fixture
def log_in(chromium, site):
    """A function that returns a new page on which a user is logged in to Odoo."""
    contexts = []

    def log_in(login):
        context = chromium.new_context(viewport={"width": 1400, "height": 900})
        context.set_default_timeout(PATIENCE)
        context.errors = []  # for the report of a test that fails
        context.on("console", lambda message: message.type == "error" and context.errors.append(message.text))
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site.odoo_url}/web/login")
        page.fill("#login", login)
        page.fill("#password", login)
        page.click("button[type=submit]")
        page.wait_for_url("**/odoo**")
        return page

    yield log_in
    for context in contexts:
        context.close()


@pytest.fixture
def screenshot(request):
    """A function that saves a picture of a page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def take(page, name):
        page.screenshot(path=SCREENSHOTS / f"{request.node.name}-{name}.png")

    return take


@pytest.fixture
def picture(screenshot):
    """A function that saves a picture of a page, for the guide too with LAB_DOCS_IMAGES=1."""
    def take(page, name):
        page.mouse.move(0, 0)
        screenshot(page, name)
        if os.environ.get("LAB_DOCS_IMAGES"):
            IMAGES.mkdir(exist_ok=True)
            # What Odoo loads in the background does not belong to the picture.
            keep_small(page.screenshot(style=".o_loading_indicator { display: none }"), IMAGES / f"{name}.png")
    return take


@pytest.fixture(scope="session")
def buyer(servers):
    return check.Odoo(servers.odoo_url, servers.database, "demo")


@pytest.fixture(scope="session")
def group_id(buyer):
    return buyer.call("amazon.punchout.group", "search", [("marketplace", "=", "us"), ("state", "=", "active")])[0]


@pytest.fixture(scope="session")
def punchin_group(servers, buyer):
    """The group whose shopping starts on Amazon."""
    return PunchinGroup(servers, check.Odoo(servers.odoo_url, servers.database, "admin"), buyer)
