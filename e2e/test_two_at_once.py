"""Two requests at the same time, against a real server."""
import runpy
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from lab import check, paths
from lab.check import Failed

from .client import fill_cart, return_cart
from .punchin import submit_cart


def test_a_double_click_makes_one_order(site, buyer, group_id):
    url, form = fill_cart(site, buyer, group_id)
    before = buyer.call("purchase.order", "search_count", [])
    with ThreadPoolExecutor(4) as pool:
        order_ids = set(pool.map(lambda _: return_cart(url, form), range(4)))
    assert len(order_ids) == 1
    assert buyer.call("purchase.order", "search_count", []) == before + 1
    documents = buyer.call("amazon.punchout.document", "search_count", [
        ("purchase_order_id", "in", list(order_ids)), ("document_type", "=", "PunchOutOrderMessage")])
    assert documents == 1


def test_a_cart_that_two_users_claim_at_once_goes_to_one(site, punchin_group):
    punchin_group.begin("p2", two_groups=False)
    punchin_group.admin.call("amazon.punchout.group", "write", [punchin_group.group_id], {
        "user_ids": [(4, punchin_group.admin.user_id)]})
    url, form = submit_cart(site, "somebody@example.com")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: requests.post(url, data=form, allow_redirects=False, timeout=60), range(4)))
    assert [each.status_code for each in answers] == [303] * 4
    assert len({each.headers["Location"] for each in answers}) == 1, "the same cart was held twice"
    unclaimed = punchin_group.buyer.call("amazon.punchout.session", "search", [("state", "=", "unclaimed")])
    assert len(unclaimed) == 1

    def claim(person):
        try:
            return person.call("amazon.punchout.session", "action_claim", unclaimed)["res_id"]
        except Failed as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(claim, (punchin_group.buyer, punchin_group.admin)))
    punchin_group.admin.call("amazon.punchout.group", "write", [punchin_group.group_id], {
        "user_ids": [(3, punchin_group.admin.user_id)]})
    orders = punchin_group.admin.call("purchase.order", "search", [("amazon_session_id", "in", unclaimed)])
    assert len(orders) == 1
    assert orders[0] in results
    assert any("it has been claimed or dismissed" in str(each) for each in results), results


def test_wrong_passwords_at_once_keep_no_one_out_and_are_all_counted(site):
    admin = check.Odoo(site.odoo_url, site.database, "admin")
    builder = runpy.run_path(str(paths.ROOT / paths.ADDON / "tests" / "cxml_builder.py"))
    profile = builder["envelope"]("<ProfileRequest/>")

    def post(password):
        started = time.monotonic()
        status = requests.post(f"{site.odoo_url}/amazon_punchout/cxml", data=profile, auth=("amazon-us", password),
                               headers={"Content-Type": "text/xml"}, timeout=60).status_code
        return status, time.monotonic() - started

    def counted():
        rows = admin.call("amazon.punchout.failed.login", "search_read", [], fields=["attempts"])
        return sum(row["attempts"] for row in rows)

    before = counted()
    with ThreadPoolExecutor(12) as pool:
        wrong = pool.map(post, [f"wrong-{number}" for number in range(100)])
        right = [post("not-a-real-password-us") for _each in range(5)]
        statuses = [status for status, _seconds in wrong]
    assert {status for status, _seconds in right} == {200}
    assert set(statuses) == {401, 429}
    assert post("wrong")[0] == 401
    assert counted() - before == 101
    print(f"{statuses.count(401)} of 100 waited; right ones took", [round(seconds, 2) for _status, seconds in right])
