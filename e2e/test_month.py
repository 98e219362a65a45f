"""A month of orders, charged by a simulator over HTTP, as reports and as API: the books are the simulator's truth.

The truth is the generator's own, see simulator/month. LAB_MONTH_ORDERS=300 plays a month of 300 orders, and what an
administrator gets who chooses no optional column, too.
"""
import os
from collections import defaultdict
from decimal import Decimal

import pytest

from simulator.month.cases import CASES

from .month import story
from .month.place import MonthPlace, SimulatorProcess
from .place import make_place

SHORT = 40
ORDERS = int(os.environ.get("LAB_MONTH_ORDERS") or SHORT)
COUNTRIES = ("US", "DE", "JP")
KINDS = ("orders", "refunds", "reconciliation", "transactions", "shipments", "returns")
NOTHING = Decimal(0)
# What a person must decide about a charge; the others are differences on its draft bill.
ON_CHARGES = ("alike_payments", "items_do_not_sum", "number_of_another_order", "over_refund")
ON_BILLS = ("dearer_than_ordered",)
# What the books say is told as drafts, when all is posted, when all came again, and when the other source came, too.
DRAFTS, POSTED, AGAIN, BOTH = range(4)
REPORT, API, PLAIN_REPORT = "report", "api", "plain_report"
# How the month comes, and the source that knows most of it then.
WAYS = {"reports": REPORT, "api": API, "everything_mixed": API} | (
    {"plain_reports": PLAIN_REPORT} if ORDERS > SHORT else {})


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
        """Return what the books say at the moments above."""
        if way not in self._told:
            answers = self.place.play(way, *getattr(self, f"steps_of_{way}")())
            self._told[way] = [answer for answer in answers if isinstance(answer, dict)]
        return self._told[way]

    # === THE WAYS === #

    def _closed(self, *again):
        """Take the steps that end a month, and then those that must change nothing."""
        return (["book"], ["tell"], ["post"], ["receive_documents", self.credits], ["post"], ["tell"],
                *again, ["post"], ["tell"])

    def _reading(self, name, kinds, **options):
        files = self.place.download(name, COUNTRIES, **options)
        return ["read_reports", *(files[country, kind] for kind in kinds for country in COUNTRIES)]

    def steps_of_reports(self):
        reading = self._reading("reports", KINDS)
        return (["receive_documents", self.invoices], reading, *self._closed(reading), ["fetch"], ["post"], ["tell"])

    def steps_of_api(self):
        reading = self._reading("reports-after", KINDS)
        return (["fetch"], ["book"], ["receive_documents", self.invoices], *self._closed(["fetch"]),
                reading, ["post"], ["tell"])

    def steps_of_everything_mixed(self):
        """Book what was known in the middle of the month first, and charges without items before those with them."""
        day, late = self.truth["early"], ("returns", "shipments", "refunds", "reconciliation")
        readings = [
            self._reading("early-transactions", ("transactions",), day=day),
            self._reading("early-orders", ("orders",), day=day),
            self._reading("late", ("transactions", *late), file_format="xlsx"),
            self._reading("late-orders", ("orders",), file_format="xlsx"), ["fetch"]]
        booked = [step for reading in readings for step in (reading, ["book"])]
        return (*booked, ["receive_documents", self.invoices], *self._closed(*readings))

    def steps_of_plain_reports(self):
        reading = self._reading("plain", ("orders", "refunds"), plain=1)
        return (["receive_documents", self.invoices], reading, *self._closed(reading))

    # === THE TRUTH === #

    def doubts(self, source, reasons):
        """List Amazon's orders about which a person must decide, by the knowledge of a source."""
        return sorted(", ".join(sorted(doubt["amazon_orders"])) for doubt in self.truth["ambiguous"]
                      if doubt["reason"] in reasons and source in doubt["sources"])

    def doubtful_orders(self, source, reasons=ON_CHARGES + ON_BILLS):
        """List our orders about which a person must decide; what only has the number of one is not of it."""
        refs = set(self.doubts(source, reasons))
        return {name for name, order in self.truth["orders"].items() if refs & set(order["amazon_orders"])}

    def unsettled(self, source):
        """List what a source says to be not settled.

        Amazon has only authorised it, or it is of an order that still waits for a part, which reports call pending. The
        API states charges only once they are settled.
        """
        known = [known for known, values in self.truth["transactions"].items() if not values["settled"]]
        return known if source == API else known + [
            known for order in self.truth["orders"].values() if order["case"] == "half_shipped"
            for known in order["transactions"]]

    def refs_of(self, transactions):
        return sorted(", ".join(sorted(self.truth["transactions"][known]["amazon_orders"])) for known in transactions)

    def orders_of(self, transactions):
        return {name for name, order in self.truth["orders"].items() if set(order["transactions"]) & set(transactions)}

    def lost_orders(self):
        return {line["order"] for line in self.truth["documents"][self.lost]["lines"]}


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    folder = tmp_path_factory.mktemp("month") / "files"
    folder.mkdir()
    with make_place(folder, "month", story.orders(ORDERS), MonthPlace, SimulatorProcess) as place:
        yield Month(place)


ways = pytest.mark.parametrize(("way", "source"), WAYS.items())


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


def check_lists(month, told, source, *, has_reports):
    """Compare what is listed for a person with what is ambiguous."""
    assert listed(told, "attention") == month.doubts(source, ON_CHARGES), told["listed"].get("attention")
    assert listed(told, "differs") == month.doubts(source, ON_BILLS), told["listed"].get("differs")
    assert listed(told, "held") == month.doubts(source, ("unmapped_group",))
    assert listed(told, "outside") == month.refs_of(month.truth["outside"])
    # The Orders report has no charges without an order.
    assert len(listed(told, "fee")) == (0 if source == PLAIN_REPORT else len(month.truth["fees"]))
    # What is paid by an invoice that never came waits for it, and a statement says which one that is.
    lost = sorted({line["amazon_order"] for line in month.truth["documents"][month.lost]["lines"]})
    assert listed(told, "matched") == [", ".join(lost)], told["listed"].get("matched")
    assert told["missing"] == ([] if source == PLAIN_REPORT else [month.lost])
    assert listed(told, "not settled") == (month.refs_of(month.unsettled(source)) if has_reports else [])
    assert set(told["listed"]) <= {"attention", "differs", "held", "outside", "fee", "matched", "not settled"}


@ways
def test_exactly_what_is_ambiguous_is_listed(month, way, source):
    check_lists(month, month.told(way)[POSTED], source, has_reports=way != "api")


@pytest.mark.parametrize("way", ["reports", "api"])
def test_with_both_sources_exactly_what_the_api_does_not_know_is_listed(month, way):
    check_lists(month, month.told(way)[BOTH], API, has_reports=True)


@ways
def test_everything_else_is_booked_once(month, way, source):
    told = month.told(way)[POSTED]
    left_out = {*month.unsettled(source), *(month.truth["fees"] if source == PLAIN_REPORT else ())}
    settled = sorted(
        [", ".join(sorted(values["amazon_orders"])), "charge" if values["kind"] == "CHARGE" else "refund",
         f"{Decimal(values['amount']):.2f}", values["currency"], values["instrument"].replace(" ", "_")]
        for known, values in month.truth["transactions"].items() if values["settled"] and known not in left_out)
    # A charge about which nobody can tell whether it is another one is listed beside that one.
    twice = month.doubts(source, ("alike_payments",))
    found = [charge for charge in told["charges"] if charge["is_settled"]
             and not (charge["refs"] in twice and charge["state"] == "attention")]
    assert sorted([charge[name] for name in ("refs", "kind", "amount", "currency", "instrument")]
                  for charge in found) == settled
    drafts = month.doubts(source, ON_BILLS)
    for charge in found:
        is_paid = charge["state"] == "booked" and charge["instrument"] != "invoice" and charge["refs"] not in drafts
        assert charge["payments"] == 1 if is_paid else charge["payments"] <= 1, charge


@ways
def test_the_sums_of_each_order_are_the_truth_to_the_cent(month, way, source):
    drafts, told, *_later = month.told(way)
    left_out = month.doubtful_orders(source, ("items_do_not_sum", "alike_payments")) | month.orders_of(
        month.unsettled(source))
    dearer, over = month.doubtful_orders(source, ON_BILLS), month.doubtful_orders(source, ("over_refund",))
    for name in month.truth["orders"].keys() - left_out:
        truth = month.truth["orders"][name]
        expected = {"charged": truth["charged"], "refunded": truth["refunded"]}
        if name not in month.lost_orders():
            billed, credited = ("invoiced", "credited") if truth["pays"] == "invoice" else ("charged", "refunded")
            expected["billed, draft" if name in dearer else "billed"] = truth[billed]
            # Beyond what was billed, a person decides.
            expected["credited"] = Decimal(truth[credited]) - (Decimal(truth["over_refunded"]) if name in over else 0)
        assert sums(told["orders"].get(name, {})) == sums(expected), (name, truth["case"])
        if truth["pays"] == "card":
            before = sums(drafts["orders"].get(name, {}))
            assert before.get("billed, draft", NOTHING) == Decimal(truth["charged"]), (name, truth["case"])
            assert "billed" not in before, (name, truth["case"])


@ways
def test_what_was_paid_from_each_instrument_is_the_truth_to_the_cent(month, way, source):
    told = month.told(way)[POSTED]
    left_out = month.doubtful_orders(source) | month.orders_of(month.unsettled(source))
    expected = {}
    bundle_of = {name: bundle for bundle in told["bundles"] for name in bundle.split(", ")}
    for name in month.truth["orders"].keys() - left_out:
        paid = expected.setdefault(bundle_of.get(name, name), defaultdict(Decimal))
        for instrument, amount in month.truth["orders"][name]["paid"].items():
            if instrument != "invoice":  # that is paid by a payment run
                paid[instrument.replace(" ", "_")] += Decimal(amount)
    expected = {bundle: sums(paid) for bundle, paid in expected.items() if sums(paid)}
    assert expected == {bundle: sums(paid) for bundle, paid in told["bundles"].items()
                        if sums(paid) and not left_out & set(bundle.split(", "))}


@ways
def test_the_spend_report_has_the_sums_of_the_accountant(month, way, source):
    told = month.told(way)[POSTED]
    spent, own = defaultdict(Decimal), {}
    for company, is_own_currency, order, *amounts in told["spend"]:
        spent[company] += Decimal(amounts[0])
        if order and is_own_currency and amounts[1] != "0.00":
            own[order] = Decimal(amounts[1])
    assert {company: f"{amount:.2f}" for company, amount in spent.items() if amount} == told["expenses"]
    charged = {order: Decimal(sums.get("charged", 0)) - Decimal(sums.get("refunded", 0))
               for order, sums in told["orders"].items()}
    assert len(own) > len(charged) / 3
    assert own == {order: charged[order] for order in own}


@ways
def test_everything_twice_changes_nothing(month, way, source):
    _drafts, told, again, *_both = month.told(way)
    assert again == told


def items(told, left_out=()):
    return [item for item in told["items"] if not set(left_out) & set(item[0].split(", "))]


def assert_same_books(ours, theirs):
    """Compare journal items.

    Odoo converts each line of a bill and rounds it, and each source divides a bill into lines of its own: in the
    company's currency, a bill in another one may differ by a cent for each line.
    """
    def without_balance(found):
        return [[*item[:8], *item[9:]] for item in found]

    assert without_balance(ours) == without_balance(theirs)
    for one, other in zip(ours, theirs, strict=True):
        amount, balance, same = Decimal(one[7]), Decimal(one[8]), Decimal(other[8])
        assert balance == same or amount != balance and abs(balance - same) <= Decimal("0.02"), (one, other)


def test_reports_and_api_make_the_same_books_but_for_what_only_the_api_knows(month):
    left_out = month.doubtful_orders(REPORT, ("items_do_not_sum",)) | month.orders_of(
        set(month.unsettled(REPORT)) - set(month.unsettled(API)))
    reports, api = (month.told(way)[POSTED] for way in ("reports", "api"))
    assert_same_books(items(reports, left_out), items(api, left_out))


def test_with_both_sources_the_books_are_the_same_in_whatever_order_they_come(month):
    reports, api = (month.told(way)[BOTH] for way in ("reports", "api"))
    mixed = month.told("everything_mixed")[POSTED]
    assert_same_books(items(reports), items(api))
    assert_same_books(items(mixed), items(api))
    assert reports["charges"] == api["charges"] == mixed["charges"]
    assert items(api) == items(month.told("api")[POSTED]), "the reports that came after the API changed nothing"
