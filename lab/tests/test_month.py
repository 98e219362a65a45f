"""Orders of Odoo become a month in the simulator, and its reports come back as files."""
import threading
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from werkzeug.serving import make_server

from lab import check, demo_month, month
from simulator.app import create_app
from simulator.month import Month, read


def order(number, marketplace="de", digits=2, **values):
    """Return what a record of purchase.order looks like."""
    line = SimpleNamespace(
        amazon_line_number=1, amazon_asin="B0X", amazon_title="Desk", name="Desk", amazon_cart_quantity=2.0,
        product_qty=2.0, amazon_cart_price=10.0, price_unit=10.0, amazon_cart_shipping=1.0, amazon_cart_tax=3.99,
        amazon_unspsc=False, amazon_seller=False)
    currency = {"de": "EUR", "us": "USD", "jp": "JPY", "fr": "EUR", "gb": "GBP"}[marketplace]
    return SimpleNamespace(**{
        "name": number, "date_approve": datetime(2026, 10, 3, 9), "date_order": datetime(2026, 10, 1),
        "amazon_group_id": SimpleNamespace(name="Berlin", marketplace=marketplace, payment_method="card"),
        "currency_id": SimpleNamespace(name=currency, decimal_places=digits),
        "company_id": SimpleNamespace(name="Muster GmbH"), "amazon_order_ref": False,
        "amazon_requester_id": SimpleNamespace(name="Robin", email="robin@buyer.example"),
        "_amazon_item_lines": lambda: [line], **values})


@pytest.fixture
def simulator_url():
    app = create_app()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["amazon"].post_office.close()


def test_orders_of_odoo_keep_their_sums():
    given = month.orders_of([
        order("P1", amazon_order_ref="303-1-1, 303-2-2"),
        order("P2", "fr"), order("P3", date_approve=False, amazon_requester_id=None)])
    assert [known["number"] for known in given] == ["P1", "P3"]
    assert (given[0]["date"], given[1]["date"]) == ("2026-10-03", "2026-10-01")
    assert [known["country"] for known in month.orders_of([order("P4", "gb"), order("P5", "jp", 0)])] == ["UK", "JP"]
    made = Month(read(given, date(2026, 10, 1)))
    truth = made.truth()["orders"]["P1"]
    assert truth["amazon_orders"] == ["303-1-1"]
    assert (truth["ordered"], truth["group"], truth["company"]) == ("24.99", "Berlin", "Muster GmbH")


def test_the_simulator_plays_a_month_and_its_reports_are_downloaded(simulator_url, tmp_path):
    truth = month.load(simulator_url, month.orders_of([order("P1"), order("P2", "us"), order("P3", "jp", 0)]))
    assert set(truth["orders"]) == {"P1", "P2", "P3"}
    files = month.download(simulator_url, tmp_path)
    assert len(files) == 18
    assert month.download(simulator_url, tmp_path / "plain", ("DE",), plain=1)[0].read_bytes() != files[6].read_bytes()
    assert "P1" in (tmp_path / "DE" / "orders.csv").read_text("utf-8-sig")
    assert len(month.load(simulator_url, 12, seed=4)["orders"]) == 12


def charges_of(truth):
    """Return what Odoo answers about a month that it has booked."""
    charges = [{
        "kind": "charge" if each["kind"] == "CHARGE" else "refund", "amount": float(each["amount"]),
        "currency_id": [1, each["currency"]], "amazon_order_ref": ", ".join(sorted(each["amazon_orders"])) or False,
        "state": "booked"} for each in truth["transactions"].values() if each["settled"]]
    charges[0]["state"], charges[1]["state"] = "outside", "attention"
    return charges


def test_the_check_of_the_demo_names_each_charge_that_differs(simulator_url):
    def compare(*charges):
        check._month(SimpleNamespace(call=lambda *_arguments: charges), simulator_url)

    *others, fee = charges_of(month.load(simulator_url, 12, seed=4))
    compare(*others, fee)
    described = f"charge of {fee['amount']:.2f} {fee['currency_id'][1]} for no order"
    for lacking in ([], [{**fee, "amount": fee["amount"] + 1}]):
        with pytest.raises(check.Failed, match=f"Odoo lacks what Amazon has: {described}"):
            compare(*others, *lacking)
    with pytest.raises(check.Failed, match=f"Odoo has what Amazon has not: {described}"):
        compare(*others, fee, fee)
    with pytest.raises(check.Failed, match="not booked but matched"):
        compare(*others, {**fee, "state": "matched"})


@pytest.mark.parametrize(("checked", "imported", "message"), [
    ("failed", "failed", "failed instead of ready: No columns"), ("ready", "running", "running instead of done")])
def test_the_demo_stops_at_a_report_that_odoo_does_not_import(tmp_path, checked, imported, message):
    report = MagicMock(state=checked, problem="No columns", question=False)
    report.action_import.side_effect = lambda: setattr(report, "state", imported)
    env = MagicMock()
    env.__getitem__.return_value.with_user.return_value._upload.return_value = report
    file = Path(tmp_path) / "orders.csv"
    file.write_text("")
    with pytest.raises(RuntimeError, match=message):
        demo_month._import(env, file)
