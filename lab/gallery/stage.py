"""Make what the gallery shows and the demo data lack, through Odoo's own calls and the simulator."""
from __future__ import annotations

import base64
import datetime
import runpy
from urllib.parse import urlsplit

import requests

from lab import check, paths, progress

# A database that has been played in keeps what it shows.
PARAMETER = "lab.gallery"
BUILDER = paths.ROOT / paths.ADDON / "tests" / "report_builder.py"
PAPER = "B0SIM00001"
# An order of the demo data whose bill is posted.
REFUNDED = "P00016"
# The order is on its way while its picture is made.
SLOW_SECONDS = 600


def speak(odoo, language):
    """Let everybody read a language.

    :param check.Odoo odoo: calls as the administrator
    :param str language: such as de_DE
    """
    found = odoo.call("res.lang", "search", [("code", "=", language)], context={"active_test": False})
    wizard = odoo.call("base.language.install", "create", [{"lang_ids": [(6, 0, found)], "overwrite": False}])
    odoo.call("base.language.install", "lang_install", wizard)
    users = odoo.call("res.users", "search", [("login", "in", ("admin", "demo"))])
    odoo.call("res.users", "write", users, {"lang": language})


def play(odoo, odoo_url, simulator_url, database):
    """Make what is missing, once.

    :param check.Odoo odoo: calls as the administrator
    :param str odoo_url: address of Odoo
    :param str simulator_url: address of the simulator
    :param str database: its name
    """
    buyer = check.Odoo(odoo_url, database, "demo")
    if not odoo.call("ir.config_parameter", "get_param", PARAMETER):
        for step in (_import_statement, _import_reports, _refund_too_much, _require_accounts, _ship_unbilled):
            try:
                step(odoo, buyer, simulator_url)
            except check.Failed as error:  # an earlier version may lack what it needs
                progress.say(f"{step.__name__} failed: {error}")
        odoo.call("ir.config_parameter", "set_param", PARAMETER, "played")
    _order_slowly(buyer, simulator_url)


def upload(odoo, name, raw):
    """Check a report of Amazon's.

    :return: the id of the report
    :rtype: int
    """
    dialog = odoo.call("amazon.punchout.upload", "create", [
        {"file": base64.b64encode(raw).decode(), "filename": name}])
    return odoo.call("amazon.punchout.upload", "action_check", dialog)["res_id"]


def _import_reports(odoo, *_rest):
    """Leave reports unfinished: checked, with a question about dates, about the currency, and unreadable."""
    builder = runpy.run_path(str(BUILDER))
    row, headers, csv = builder["order_row"], builder["ORDER_HEADERS"], builder["csv_report"]
    day = datetime.date.today()

    def rows(date, **values):
        usual = {"Order_Date": date, "Payment_Date": date, "PO_Number": "", "Account_Group": "Amazon US", **values}
        return [
            row("49.90", Order_ID="113-0000001-0000001", Payment_Reference_ID="G-1", Title="Travel adapter", **usual),
            row("18.00", Order_ID="113-0000002-0000002", Payment_Reference_ID="G-2", Title="Business cards", **usual),
            row("75.00", Order_ID="113-0000003-0000003", Payment_Reference_ID="G-3", Title="Office plant",
                **{**usual, "Account_Group": "Annex Reno"}),
            row("see invoice", Order_ID="113-0000004-0000004", Payment_Reference_ID="G-4", Title="Whiteboard", **usual)]

    without_currency = [name for name in headers if name != "Currency"]
    upload(odoo, "orders-november.csv", csv((*headers, "Cost Code"), rows(day.strftime("%m/13/%Y"))))
    upload(odoo, "orders-dates.csv", csv(headers, rows("03/04/2026")))
    upload(odoo, "orders-currency.csv", csv(without_currency, rows(day.strftime("%m/13/%Y"))))
    upload(odoo, "holiday.csv", b"one,two\n1,2\n")
    invoice = builder["reconciliation_row"]
    stated = upload(odoo, "reconciliation.csv", csv((*builder["RECONCILIATION_HEADERS"], "Account Group"), [
        invoice("120.00", Statement_Number="SIM-S1", Invoice_Number=f"SIM-INV-{number}", PO_Number="",
                Document_Issue_Date=day.strftime("%m/13/%Y"), Invoice_Due_Date=day.strftime("%m/13/%Y"),
                Order_ID=f"114-000000{number}-0000001", Account_Group="Amazon US") for number in (1, 2)]))
    odoo.call("amazon.punchout.import", "action_import", [stated])


def _import_statement(odoo, *_rest):
    """Put lines on the statement of the demo's card: one of a charge, one that Amazon wrote, one of another shop."""
    journals = odoo.call("account.journal", "search", [("type", "=", "credit")], limit=1)
    charges = odoo.call(
        "amazon.punchout.transaction", "search_read",
        [("kind", "=", "charge"), ("state", "=", "booked"), ("charge_identifier", "!=", False)],
        fields=["amount", "charge_identifier", "date"], limit=1)
    if not journals or not charges:
        return
    # Community has no role that imports statements.
    basic = odoo.call("ir.model.data", "search_read", [
        ("module", "=", "account"), ("name", "=", "group_account_basic")], fields=["res_id"])[0]["res_id"]
    odoo.call("res.users", "write", [odoo.user_id], {"group_ids": [(4, basic, 0)]})
    amounts = [(charge["amount"], f"AMZN Mktp US*{charge['charge_identifier']} Amzn.com/bill WA") for charge in charges]
    for amount, text in (*amounts, (49.90, "AMAZON.COM*ZZ1234567 SEATTLE WA"), (31.20, "OFFICE WORLD 0815")):
        odoo.call("account.bank.statement.line", "create", [{
            "journal_id": journals[0], "date": datetime.date.today().isoformat(), "payment_ref": text,
            "amount": -amount}])
    odoo.call("res.users", "write", [odoo.user_id], {"group_ids": [(3, basic, 0)]})


def _refund_too_much(odoo, *_rest):
    """Import a refund of more than an order's posted bill."""
    builder = runpy.run_path(str(BUILDER))
    order = odoo.call("purchase.order", "search_read", [("name", "=", REFUNDED)], fields=["amazon_order_ref"])[0]
    report = upload(odoo, "refunds.csv", builder["csv_report"](builder["REFUND_HEADERS"], [builder["refund_row"](
        "60.00", "60.00", Order_ID=order["amazon_order_ref"], Account_Group="Amazon US", PO_Number=REFUNDED,
        Refund_Date=datetime.date.today().strftime("%m/%d/%Y"), ASIN="B0DEMO0002", Title="Ballpoint Pens",
        Item_Quantity="5")]))
    odoo.call("amazon.punchout.import", "action_month_first", [report])  # on many days it might be the day
    odoo.call("amazon.punchout.import", "action_import", [report])
    check.wait_for(lambda: odoo.call("amazon.punchout.transaction", "search", [("excess_amount", ">", 0)]),
                   "no refund exceeds its bill")


def _require_accounts(odoo, *_rest):
    """Let the group in test require expense accounts, as its demo data do until the demo is set up."""
    groups = odoo.call("amazon.punchout.group", "search", [("state", "=", "test")])
    odoo.call("amazon.punchout.group", "write", groups, {"require_account": True})


def _ship_unbilled(odoo, buyer, simulator_url):
    """Leave an order that is shipped and not billed."""
    requests.post(f"{simulator_url}/api/accounts/SIM-GROUP-US/messages", json={"invoices": False},
                  timeout=30).raise_for_status()
    order_id = _shop(buyer, simulator_url)
    buyer.call("purchase.order", "button_confirm", [order_id])
    check.wait_for(lambda: odoo.call("amazon.punchout.shipment", "search", [("purchase_order_id", "=", order_id)]),
                   "the order was not shipped")


def _order_slowly(buyer, simulator_url):
    """Order something that Amazon answers late, so that its order is on its way."""
    order_id = _shop(buyer, simulator_url)
    fault = {"target": "order", "kind": "slow", "seconds": SLOW_SECONDS}
    requests.post(f"{simulator_url}/api/faults", json=fault, timeout=30).raise_for_status()
    buyer.call("purchase.order", "button_confirm", [order_id])


def _shop(buyer, simulator_url):
    """Fill a cart at Amazon.

    :return: the id of the order that comes back
    :rtype: int
    """
    group_id = buyer.call("amazon.punchout.group", "search", [("marketplace", "=", "us"), ("state", "=", "active")])[0]
    action = buyer.call("amazon.punchout.group", "action_punch_out", [group_id])
    token = urlsplit(action["url"]).path.rsplit("/", 1)[-1]
    handover = requests.post(
        f"{simulator_url}/api/trips/{token}/cart", json={"items": [{"asin": PAPER, "quantity": 2}]}, timeout=60).json()
    answer = requests.post(
        handover["browser_form_post_url"], data={handover["field"]: handover["cxml"]}, allow_redirects=False,
        timeout=60)
    return int(urlsplit(answer.headers["Location"]).path.rsplit("/", 1)[-1])
