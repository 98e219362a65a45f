"""A month of orders, charged by a simulator over HTTP, as reports and as API: the books are the simulator's truth.

The truth is the generator's own, see simulator/month. LAB_MONTH_ORDERS=300 plays a month of 300 orders.
"""
import os
from collections import defaultdict
from decimal import Decimal

import pytest

from simulator.month.cases import CASES

from .month import story
from .month.place import MonthPlace, SimulatorProcess
from .place import make_place

ORDERS = int(os.environ.get("LAB_MONTH_ORDERS") or 40)
COUNTRIES = ("US", "DE", "JP")
KINDS = ("orders", "refunds", "reconciliation", "transactions", "shipments", "returns")
NOTHING = Decimal(0)
# What a person must decide about a charge; the others are differences on its draft bill.
ON_CHARGES = ("alike_payments", "items_do_not_sum", "number_of_another_order", "over_refund")


class Month:
    """What is true about a month, and what Odoo's books say after each way in which it can come."""

    def __init__(self, place):
        self.place, self.truth = place, place.truth
        owed = {number: document for number, document in self.truth["documents"].items() if document["owed"]}
        invoices = {number: document for number, document in owed.items() if not document["credit"]}
        self.credits = {number: document for number, document in owed.items() if document["credit"]}
        # Amazon's last invoice without a credit memo never comes.
        credited = {document["credits"] for document in self.credits.values()}
        self.lost = next(number for number in reversed(invoices) if number not in credited)
        self.invoices = {number: document for number, document in invoices.items() if number != self.lost}
        self._told = {}

    def told(self, way):
        """Return what the books say, first as drafts, then after everything is posted, then after all of it again."""
        if way not in self._told:
            answers = self.place.play(way, *getattr(self, f"_{way}")())
            self._told[way] = [answer for answer in answers if isinstance(answer, dict)]
        return self._told[way]

    # === THE WAYS === #

    def _closed(self, *again):
        """Take the steps that end a month: tell, post, tell, and tell once more after all came again."""
        return (["book"], ["tell"], ["post"], ["receive_documents", self.credits], ["post"], ["tell"],
                *again, ["post"], ["tell"])

    def _reading(self, name, kinds, **options):
        files = self.place.download(name, COUNTRIES, **options)
        return ["read_reports", *(files[country, kind] for kind in kinds for country in COUNTRIES)]

    def _reports(self):
        reading = self._reading("reports", KINDS)
        return (["receive_documents", self.invoices], reading, *self._closed(reading))

    def _reports_in_another_order(self):
        """Read what was known in the middle of the month first, and charges without items before those with them."""
        early = self._reading("early", ("transactions", "orders"), day=self.truth["early"])
        late = self._reading("late", ("returns", "shipments", "transactions", "refunds", "reconciliation", "orders"),
                             file_format="xlsx")
        return (early, ["book"], late, ["book"], ["receive_documents", self.invoices], *self._closed(early, late))

    def _api(self):
        return (["fetch"], *self._closed_late(["fetch"]))

    def _api_then_reports(self):
        reading = self._reading("both", KINDS)
        return (["fetch"], ["book"], reading, *self._closed_late(reading, ["fetch"]))

    def _closed_late(self, *again):
        return (["book"], ["receive_documents", self.invoices], *self._closed(*again))

    def _plain_reports(self):
        """Read only what an administrator gets who chooses no optional column."""
        reading = self._reading("plain", ("orders", "refunds"), plain=1)
        return (["receive_documents", self.invoices], reading, *self._closed(reading))

    # === THE TRUTH === #

    def doubts(self, way, reasons):
        """List Amazon's orders about which a person must decide.

        :param way: how the month comes: what the API knows is no doubt any more
        """
        source = "plain_report" if way == "plain_reports" else "api" if way.startswith("api") else "report"
        return sorted(", ".join(sorted(doubt["amazon_orders"])) for doubt in self.truth["ambiguous"]
                      if doubt["reason"] in reasons and source in doubt["sources"])

    def doubtful_orders(self, way, reasons=ON_CHARGES + ("dearer_than_ordered",)):
        refs = set(self.doubts(way, reasons))
        return {name for name, order in self.truth["orders"].items() if refs & set(order["amazon_orders"])}

    def unsettled(self, way):
        """List what Odoo can't know to be settled.

        Amazon has only authorised it, or it is of an order that still waits for a part, which reports call pending. The
        API states charges only once they are settled.
        """
        if way == "api":
            return []
        known = [known for known, values in self.truth["transactions"].items() if not values["settled"]]
        return known if way == "api_then_reports" else known + [
            known for order in self.truth["orders"].values() if order["case"] == "half_shipped"
            for known in order["transactions"]]

    def refs_of(self, transactions):
        return sorted(", ".join(sorted(self.truth["transactions"][known]["amazon_orders"])) for known in transactions)


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    folder = tmp_path_factory.mktemp("month")
    (folder / "ledger").mkdir()
    with make_place(folder / "ledger", "month", story.orders(ORDERS), MonthPlace, SimulatorProcess) as place:
        yield Month(place)


WAYS = ("reports", "reports_in_another_order", "api", "api_then_reports", "plain_reports")
ways = pytest.mark.parametrize("way", WAYS)


def listed(told, reason):
    return sorted(ref for ref, _problem in told["listed"].get(reason, ()))


def sums(values):
    """Return amounts without those that are zero."""
    return {name: Decimal(amount) for name, amount in values.items() if Decimal(amount)}


def test_the_month_has_every_case_in_two_companies_and_three_currencies(month):
    orders = month.truth["orders"].values()
    assert {order["case"] for order in orders} == set(CASES)
    assert {order["currency"] for order in orders} == {"USD", "EUR", "JPY"}
    assert len({order["company"] for order in orders}) == 2
    assert {order["pays"] for order in orders} == {"card", "invoice"}
    assert len(orders) == ORDERS


@ways
def test_exactly_what_is_ambiguous_is_listed(month, way):
    _drafts, told, _again = month.told(way)
    assert listed(told, "attention") == month.doubts(way, ON_CHARGES), told["listed"].get("attention")
    assert listed(told, "differs") == month.doubts(way, ("dearer_than_ordered",)), told["listed"].get("differs")
    assert listed(told, "held") == month.doubts(way, ("unmapped_group",))
    assert listed(told, "outside") == month.refs_of(month.truth["outside"])
    # Orders reports have no charges without an order.
    fees = [] if way == "plain_reports" else month.truth["fees"]
    assert len(listed(told, "fee")) == len(fees)
    lost = sorted({line["amazon_order"] for line in month.truth["documents"][month.lost]["lines"]})
    assert listed(told, "matched") == [", ".join(lost)], told["listed"].get("matched")
    if way != "plain_reports":
        assert told["missing"] == ([] if way == "api" else [month.lost])
    assert listed(told, "not settled") == month.refs_of(month.unsettled(way))
    assert set(told["listed"]) <= {"attention", "differs", "held", "outside", "fee", "matched", "not settled"}


@ways
def test_everything_else_is_booked_once(month, way):
    _drafts, told, _again = month.told(way)
    left_out = {*month.unsettled(way), *(month.truth["fees"] if way == "plain_reports" else ())}
    settled = sorted(
        [", ".join(sorted(values["amazon_orders"])), "charge" if values["kind"] == "CHARGE" else "refund",
         f"{Decimal(values['amount']):.2f}", values["currency"], values["instrument"].replace(" ", "_")]
        for known, values in month.truth["transactions"].items() if values["settled"] and known not in left_out)
    # A charge about which nobody can tell whether it is another one is listed beside that one.
    twice = month.doubts(way, ("alike_payments",))
    found = [charge for charge in told["charges"] if charge[5]
             and not (charge[0] in twice and charge[6] == "attention")]
    assert sorted(charge[:5] for charge in found) == settled
    for charge in found:
        assert charge[10] <= 1, charge
        if charge[6] == "booked" and charge[4] != "invoice" and charge[0] not in month.doubts(
                way, ("dearer_than_ordered",)):
            assert charge[10] == 1, charge


@ways
def test_the_sums_of_each_order_are_the_truth_to_the_cent(month, way):
    drafts, told, _again = month.told(way)
    lost = {line["order"] for line in month.truth["documents"][month.lost]["lines"]}
    vague = month.doubtful_orders(way, ("items_do_not_sum", "alike_payments"))
    dearer = month.doubtful_orders(way, ("dearer_than_ordered",))
    over = month.doubtful_orders(way, ("over_refund",))
    unsettled = month.unsettled(way)
    for name, truth in month.truth["orders"].items():
        if name in vague or set(truth["transactions"]) & set(unsettled):
            continue
        found = sums(told["orders"].get(name, {}))
        expected = {"charged": truth["charged"], "refunded": truth["refunded"]}
        if name not in lost:
            billed = truth["invoiced" if truth["pays"] == "invoice" else "charged"]
            credited = truth["credited" if truth["pays"] == "invoice" else "refunded"]
            if name in over:
                credited = str(Decimal(credited) - Decimal(truth["over_refunded"]))
            expected |= {"billed, draft" if name in dearer else "billed": billed, "credited": credited}
        assert found == sums(expected), (name, truth["case"])
        if name not in lost and truth["pays"] == "card":
            before = sums(drafts["orders"].get(name, {}))
            assert before.get("billed, draft", NOTHING) == Decimal(truth["charged"]), (name, truth["case"])


@ways
def test_what_was_paid_from_each_instrument_is_the_truth_to_the_cent(month, way):
    _drafts, told, _again = month.told(way)
    unsettled = month.unsettled(way)
    left_out = month.doubtful_orders(way) | {
        name for name, order in month.truth["orders"].items() if set(order["transactions"]) & set(unsettled)}
    expected = {}
    bundle_of = {name: bundle for bundle in told["bundles"] for name in bundle.split(", ")}
    for name, truth in month.truth["orders"].items():
        if name in left_out:
            continue
        paid = expected.setdefault(bundle_of.get(name, name), defaultdict(Decimal))
        for instrument, amount in truth["paid"].items():
            if instrument != "invoice":  # that is paid by a payment run
                paid[instrument.replace(" ", "_")] += Decimal(amount)
    expected = {bundle: sums(paid) for bundle, paid in expected.items() if sums(paid)}
    found = {bundle: sums(paid) for bundle, paid in told["bundles"].items()
             if sums(paid) and not left_out & set(bundle.split(", "))}
    assert found == expected


@ways
def test_everything_twice_changes_nothing(month, way):
    _drafts, told, again = month.told(way)
    assert again == told


@pytest.mark.parametrize("way", [way for way in WAYS[1:] if way != "plain_reports"])
def test_the_books_are_the_same_in_whatever_way_the_month_comes(month, way):
    # Only the API knows what was charged of these.
    left_out = month.doubtful_orders("reports", ("items_do_not_sum",)) | {
        name for name, order in month.truth["orders"].items() if order["case"] == "half_shipped"}

    def items(told):
        return [item for item in told["items"] if not left_out & set(item[0].split(", "))]

    for state, (one, other) in zip(("posted", "twice"), zip(
            month.told("reports")[1:], month.told(way)[1:], strict=True), strict=True):
        assert items(one) == items(other), state
