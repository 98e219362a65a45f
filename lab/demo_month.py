"""Show a month of charges in the demo: Amazon has charged its orders, and a person has imported the reports.

lab/demo_setup.py runs this in `odoo shell`.
"""
import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

from lab import month

# The orders of the month: the simulator forgets what it charged when it ends, and plays it again at the next start.
PARAMETER = "lab.demo_month"
# Orders become these cases, in their order; the others come by chance. See simulator/month/cases.py.
CASES = ("plain", "gift_card", "partial_refund", "dearer", "split_charges", "restated")
# The demo's orders are of today, and everything that was charged must be over.
DAYS = timedelta(days=30)


def show(env, simulator_url):
    """Let Amazon charge the demo's live orders, and import its reports unless they have been imported.

    :param env: Odoo's environment
    :param str simulator_url: address of the simulator
    """
    parameters = env["ir.config_parameter"].sudo()
    if known := parameters.get_param(PARAMETER):
        month.load(simulator_url, json.loads(known))
        return
    orders = _orders(env)
    month.load(simulator_url, orders)
    parameters.set_param(PARAMETER, json.dumps(orders))
    _prepare_journals(env)
    with tempfile.TemporaryDirectory() as folder:
        for file in month.download(simulator_url, folder, dict.fromkeys(order["country"] for order in orders)):
            _import(env, file)
    _book(env)


def _orders(env):
    """Choose the demo's live orders that have no bill yet: the card pays for them."""
    records = env["purchase.order"].search([
        ("amazon_group_id.state", "=", "active"), ("amazon_state", "in", ("sent", "confirmed")),
        ("amazon_deployment_mode", "=", "production"), ("invoice_ids", "=", False)], order="id")
    orders = []
    for order in month.orders_of(records):
        orders.append({
            **order, "pays": "card", "case": CASES[len(orders)] if len(orders) < len(CASES) else "",
            "date": (date.fromisoformat(order["date"]) - DAYS).isoformat()})
    return orders


def _prepare_journals(env):
    """Give the groups a journal for the card and one for gift cards."""
    company = env.ref("base.main_company")
    journals = []
    for name, code, kind, account_type in (
            ("Company Card", "CARD", "credit", "liability_credit_card"),
            ("Amazon Gift Cards", "GIFT", "cash", "asset_current")):
        account = env["account.account"].create({"name": name, "code": f"DEMO{code}", "account_type": account_type})
        journals.append(env["account.journal"].create({
            "name": name, "code": code, "type": kind, "company_id": company.id, "default_account_id": account.id}))
    groups = env["amazon.punchout.group"].search([("company_id", "=", company.id)])
    groups.write({"card_journal_id": journals[0].id, "balance_journal_id": journals[1].id})


def _import(env, file):
    """Import a report as the purchase manager, who does the invoicing of the demo, too.

    :raises RuntimeError: Odoo did not import it
    """
    report = env["amazon.punchout.import"].with_user(env.ref("base.user_admin"))._upload(
        f"{file.parent.name.lower()}-{file.name}", Path(file).read_bytes())
    if report.question == "dates":
        report.action_month_first() if file.parent.name == "US" else report.action_day_first()
    _expect(report, "ready")
    report.action_import()
    _expect(report, "done")


def _expect(report, state):
    if report.state != state:
        raise RuntimeError(
            f"The report {report.name} is {report.state} instead of {state}: {report.problem or 'it says no reason'}")


def _book(env):
    """Book the charges, and post the bills that agree with their orders, so that payments and refunds follow."""
    for _bills_then_credits in range(2):
        env["amazon.punchout.transaction"]._cron_charges()
        moves = env["account.move"].search([
            ("state", "=", "draft"), ("amazon_share_ids", "!=", False), ("amazon_lacks_invoice", "=", False)])
        moves.filtered(lambda move: not move.amazon_differences).action_post()
    env["amazon.punchout.transaction"]._cron_charges()
