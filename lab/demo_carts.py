"""Make the carts of the demo data known to the simulator, which accepts no order of a cart that it never sold."""
import requests

LINE = ["amazon_auxiliary_id", "amazon_asin", "amazon_title", "amazon_cart_quantity", "amazon_cart_price",
        "amazon_cart_shipping", "amazon_cart_tax"]


def make_known(odoo, simulator_url):
    """Let the simulator accept the orders of its groups that are not ordered yet.

    :param lab.check.Odoo odoo: an administrator
    :param str simulator_url: address of the simulator
    """
    groups = {group["id"]: group for group in odoo.call("amazon.punchout.group", "search_read", [
        ("identity", "in", [account["identity"] for account in _get(simulator_url, "accounts.json")])], ["identity"])}
    for order in odoo.call("purchase.order", "search_read", [
            ("amazon_group_id", "in", list(groups)), ("amazon_state", "=", "cart"), ("state", "!=", "cancel")],
            ["amazon_group_id", "amazon_session_id"]):
        trip = odoo.read("amazon.punchout.session", order["amazon_session_id"][0], "deployment_mode")
        lines = odoo.call("purchase.order.line", "search_read", [
            ("order_id", "=", order["id"]), ("amazon_line_type", "=", "item")], LINE)
        identity = groups[order["amazon_group_id"][0]]["identity"]
        requests.post(f"{simulator_url}/api/accounts/{identity}/carts", timeout=30, json={
            "deployment_mode": trip["deployment_mode"], "lines": [_line(line) for line in lines],
        }).raise_for_status()


def _get(simulator_url, path):
    answer = requests.get(f"{simulator_url}/{path}", timeout=30)
    answer.raise_for_status()
    return answer.json()


def _line(line):
    return {
        "auxiliary_id": line["amazon_auxiliary_id"], "asin": line["amazon_asin"], "title": line["amazon_title"],
        "quantity": int(line["amazon_cart_quantity"]), "unit_price": f"{line['amazon_cart_price']:.2f}",
        "shipping": f"{line['amazon_cart_shipping']:.2f}", "tax": f"{line['amazon_cart_tax']:.2f}",
    }
