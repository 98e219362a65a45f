"""Two requests at the same moment, against a real server."""
from concurrent.futures import ThreadPoolExecutor

from .client import carry_home, fill_cart


def test_a_double_click_makes_one_order(site, buyer, group_id):
    url, form = fill_cart(site, buyer, group_id)
    before = buyer.call("purchase.order", "search_count", [])
    with ThreadPoolExecutor(4) as pool:
        order_ids = set(pool.map(lambda _: carry_home(url, form), range(4)))
    assert len(order_ids) == 1
    assert buyer.call("purchase.order", "search_count", []) == before + 1
    documents = buyer.call("amazon.punchout.document", "search_count", [
        ("purchase_order_id", "in", list(order_ids)), ("document_type", "=", "PunchOutOrderMessage")])
    assert documents == 1
