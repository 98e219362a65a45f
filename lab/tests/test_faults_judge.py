"""What the ledger of a supplier and the database say together: lost, doubled, stuck, unclear or well."""
import pytest

from e2e.faults import judge

WHOLE = {"order": "P1", "whole": True, "accepted": True, "answer": "ok"}
HALF = {**WHOLE, "whole": False, "accepted": None, "answer": "half_read"}
UNKNOWN = {**WHOLE, "accepted": None, "answer": "reset"}
DECLINED = {**WHOLE, "accepted": False, "answer": "declined"}


class Driver:
    """A ledger and a database of one order."""

    def __init__(self, entries, rows):
        self.supplier = self
        self._entries, self._rows = entries, rows

    def entries(self, *_names):
        return self._entries

    def rows(self, _query, *_parameters):
        return [("P1", *row) for row in self._rows]


def row(order_state, state=None, to_tell=False, is_notified=False):
    return order_state, state or order_state, to_tell, is_notified


@pytest.mark.parametrize(("entries", "rows", "found"), [
    ([WHOLE], [row("sent")], {}),
    ([HALF], [row("unclear", is_notified=True)], {"unclear": 1}),
    ([UNKNOWN], [row("unclear", is_notified=True)], {"unclear": 1}),
    ([DECLINED], [row("refused", is_notified=True)], {}),
    # Nothing will bring it to Amazon, and nobody knows.
    ([], [row("sent")], {"lost": 1}),
    ([HALF], [row("sent")], {"lost": 1}),
    ([DECLINED], [row("sent")], {"lost": 1}),
    ([], [row("queued", "cancelled")], {"lost": 1}),
    ([], [], {"lost": 1}),
    # It is there twice, or will be.
    ([WHOLE, WHOLE], [row("sent")], {"doubled": 1}),
    ([WHOLE, UNKNOWN], [row("unclear", is_notified=True)], {"doubled": 1}),
    ([WHOLE], [row("queued")], {"doubled": 1}),
    ([WHOLE], [row("refused", is_notified=True)], {"doubled": 1}),
    ([UNKNOWN], [row("refused", is_notified=True)], {"doubled": 1}),
    # The next run was to end this.
    ([WHOLE], [row("queued", "sending")], {"stuck": 1}),
    ([], [row("queued", "sending")], {"stuck": 1}),
    ([], [row("queued")], {"stuck": 1}),
    ([WHOLE], [row("queued", "sent")], {"stuck": 1}),
    ([WHOLE], [row("sent", to_tell=True)], {"stuck": 1}),
    ([UNKNOWN], [row("unclear")], {"stuck": 1, "unclear": 1}),
])
def test_an_order_is_judged(entries, rows, found):
    verdict = judge.orders(Driver(entries, rows), ["P1"])
    assert dict(verdict.counts) == {"orders": 1, **found}
    assert len(verdict.findings) == sum(found.get(kind, 0) for kind in ("lost", "doubled", "stuck"))
