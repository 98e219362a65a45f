"""Show a month of charges in the demo: give orders of Odoo to the simulator, and download what it says about them.

`orders_of` runs where the records are; the rest needs nothing but the simulator's address.
"""
from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

# The marketplaces that the simulator knows, and its names of them.
COUNTRIES = {"us": "US", "de": "DE", "gb": "UK", "jp": "JP"}
KINDS = ("orders", "refunds", "reconciliation", "transactions", "shipments", "returns")
SECONDS = 120


def orders_of(records):
    """Return purchase orders as the simulator's generator of months takes them, without those of other marketplaces.

    :param records: records of purchase.order that a group of Amazon Business sent
    :rtype: list[dict]
    """
    return [_order(record) for record in records if record.amazon_group_id.marketplace in COUNTRIES]


def _order(record):
    group, buyer = record.amazon_group_id, record.amazon_requester_id
    return {
        "number": record.name, "ref": (record.amazon_order_ref or "").partition(",")[0],
        "date": (record.date_approve or record.date_order).date().isoformat(),
        "country": COUNTRIES[group.marketplace], "currency": record.currency_id.name, "group": group.name,
        "company": record.company_id.name, "pays": group.payment_method,
        "buyer": {"name": buyer.name, "email": buyer.email} if buyer else None,
        "lines": [{
            "number": str(line.amazon_line_number), "asin": line.amazon_asin, "title": line.amazon_title or line.name,
            "quantity": int(line.amazon_cart_quantity or line.product_qty),
            "price": _text(line.amazon_cart_price or line.price_unit, record.currency_id),
            "shipping": _text(line.amazon_cart_shipping, record.currency_id),
            "tax": _text(line.amazon_cart_tax, record.currency_id), "unspsc": line.amazon_unspsc or "",
            "seller": line.amazon_seller or "Amazon",
        } for line in record._amazon_item_lines()],
    }


def _text(amount, currency):
    return f"{amount or 0:.{currency.decimal_places}f}"


def load(simulator_url, orders=None, seed=1):
    """Let the simulator charge, refund and settle a month of orders.

    :param str simulator_url: address of the simulator
    :param orders: orders as `orders_of` returns them, or how many to invent
    :return: what is true about the month
    :rtype: dict
    """
    body = {"seed": seed} if orders is None else {"seed": seed, "orders": orders}
    request = urllib.request.Request(
        f"{simulator_url}/api/month", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return json.load(response)


def download(simulator_url, folder, countries=("US", "DE", "JP"), file_format="csv", **options):
    """Download every report of some marketplaces.

    :param str simulator_url: address of the simulator
    :param Path folder: where to, with a folder per marketplace
    :param options: of the reports, such as day="2026-09-15" or plain=1, see docs/simulator.md
    :return: the files
    :rtype: list[Path]
    """
    files = []
    for country in countries:
        (Path(folder) / country).mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            url = f"{simulator_url}/reports/{country}/{kind}.{file_format}?{urlencode(options)}"
            with urllib.request.urlopen(url, timeout=SECONDS) as response:
                files.append(Path(folder) / country / f"{kind}.{file_format}")
                files[-1].write_bytes(response.read())
    return files
