"""The short form of `bin/test faults`: three kills or crashes at each place, and a look at the other faults."""
import pytest

from e2e.faults.driver import Driver
from e2e.faults.registry import FAULTS
from lab import faults

ROUNDS = 3
SHORT = (
    'sender', 'sender-postgres', 'sender-postgres-off', 'approval', 'receiver', 'receiver-postgres-off', 'cart',
    'cart-postgres-off', 'confirmation', 'ship-notice', 'invoice', 'waking', 'network', 'storm-repeated', 'workers',
    'storm-carts',
)


@pytest.fixture(scope="module")
def driver():
    """A database and a supplier, on a server of its own."""
    driver = Driver()
    try:
        yield driver
    finally:
        driver.end()


@pytest.mark.parametrize('name', SHORT)
def test_nothing_is_lost_doubled_or_stuck(driver, name):
    line, findings = faults.run_batch(driver, FAULTS[name], 'short', ROUNDS)
    assert not findings
    assert not line['failed'], "a round did not get to its end"
