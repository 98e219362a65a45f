"""What happens to a trip and to an order when Amazon fails: a real Odoo, and a simulator that fails on request."""
import time

import pytest

from lab import check, postgres, process

from .client import run_scheduled_action, shop, wait_for

# Part of the sentence that the shopper reads.
SETUP_FAULTS = {
    "401": "Ask Mitchell Admin to fix this",
    "400": "Ask Mitchell Admin to fix this",
    "401_http": "(401). Ask Mitchell Admin to fix this",
    "500_html": "a web page",
    "html": "a web page",
    "malformed": "did not answer with a cXML document",
    "no_start_page": "returned no page to shop on",
    "no_answer": "did not answer",
    "reset": "did not answer",
}
# Received with 2xx, declined with 4xx; otherwise it is unclear whether Amazon has the order.
ORDER_FAULTS = {
    "slow": "sent",
    "201": "sent",
    "400": "refused",
    "401": "refused",
    "400_http": "refused",
    "401_http": "refused",
    "no_answer": "unclear",
    "reset": "unclear",
    "500_html": "unclear",
    "html": "unclear",
    "malformed": "unclear",
}
ARRIVING = ("slow", "201", "no_answer", "reset")


def amazon_state(buyer, order_id):
    return buyer.read("purchase.order", order_id, "amazon_state")["amazon_state"]


@pytest.mark.parametrize(("kind", "words"), SETUP_FAULTS.items())
def test_a_trip_that_could_not_start_is_kept_with_a_sentence(site, buyer, group_id, kind, words):
    site.fault("setup", kind)
    action = buyer.call("amazon.punchout.group", "action_punch_out", [group_id])
    assert action["res_model"] == "amazon.punchout.session"
    trip = buyer.read("amazon.punchout.session", action["res_id"], "state", "problem")
    assert trip["state"] == "failed"
    assert words in trip["problem"]


@pytest.mark.parametrize(("kind", "state"), ORDER_FAULTS.items())
def test_an_order_ends_where_the_fault_leaves_it(site, buyer, group_id, kind, state):
    order_id = shop(site, buyer, group_id)
    site.fault("order", kind)
    buyer.call("purchase.order", "button_confirm", [order_id])
    wait_for(lambda: amazon_state(buyer, order_id) != "queued", f"the order is still queued after {kind}")
    assert amazon_state(buyer, order_id) == state
    # Amazon receives the order only with the faults that process the document, and then once.
    assert [order["times_received"] for order in site.orders()] == [1] * (kind in ARRIVING)


def test_the_click_does_not_wait_for_a_slow_amazon(site, buyer, group_id):
    order_id = shop(site, buyer, group_id)
    site.fault("order", "slow", seconds=8)
    start = time.monotonic()
    buyer.call("purchase.order", "button_confirm", [order_id])
    assert time.monotonic() - start < 6
    assert amazon_state(buyer, order_id) == "queued"
    site.wait_for_an_order()


def test_an_order_for_a_dead_amazon_is_sent_when_it_answers_again(site, buyer, group_id):
    order_id = shop(site, buyer, group_id)
    administrator = check.Odoo(site.odoo_url, site.database, "admin")
    order_url = administrator.read("amazon.punchout.group", group_id, "order_url")["order_url"]
    administrator.call("amazon.punchout.group", "write", [group_id], {
        "order_url": f"http://localhost:{process.free_port()}/nobody-listens-here"})
    try:
        buyer.call("purchase.order", "button_confirm", [order_id])
        wait_for(lambda: next_try(buyer, order_id), "there was no attempt to send the order")
        assert amazon_state(buyer, order_id) == "queued"
        assert "Next try" in buyer.read("purchase.order", order_id, "amazon_status")["amazon_status"]
    finally:
        administrator.call("amazon.punchout.group", "write", [group_id], {"order_url": order_url})
    bring_next_try_forward(site.database, order_id)
    run_scheduled_action(administrator, "ir_cron_send")
    wait_for(lambda: amazon_state(buyer, order_id) == "sent", "the order was not sent when Amazon answered again")
    assert [order["times_received"] for order in site.orders()] == [1]


def next_try(buyer, order_id):
    documents = buyer.call("amazon.punchout.document", "search_read", [
        ("purchase_order_id", "=", order_id), ("document_type", "=", "OrderRequest")], fields=["next_try_at"])
    return documents[0]["next_try_at"]


def bring_next_try_forward(database, order_id):
    """Skip the minute until the next attempt."""
    connection = postgres.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE amazon_punchout_document SET next_try_at = now() AT TIME ZONE 'UTC' - interval '1 minute' "
                "WHERE purchase_order_id = %s AND document_type = 'OrderRequest'", [order_id])
            assert cursor.rowcount == 1
    finally:
        connection.close()
