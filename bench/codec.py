"""Compare reading and writing cXML with merely visiting the same document: `python3 -m lab bench codec`.

The codec is plain Python, so this needs neither Odoo nor a database. To visit is to parse a document with lxml, safely,
and to read the name, the attributes and the text of each element. Both sides are measured in turns in one process,
without the garbage collector, in CPU time. Each time is the best of many, which other work on the machine lengthens
least.
"""
from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parents[1]
ADDON = ROOT / "amazon_punchout"
LINES = 50
ROUNDS, VARIANTS = 60, 6
HEAD = "| measured | ours, ms | visiting, ms | ratio | aim |\n| --- | ---: | ---: | ---: | ---: |"


def main(arguments):
    """Measure in the environment of the tests, and print a table in Markdown.

    :param list[str] arguments: how many rounds, 60 by default
    :return: the exit code
    :rtype: int
    """
    from bench.summary import row  # the process that measures is not in the folder of the lab
    print(HEAD, *(row(*each) for each in rows(*map(int, arguments))), sep="\n", flush=True)
    return 0


def rows(rounds=ROUNDS):
    """Measure in a process of its own.

    :return: name, aim, seconds of the codec, seconds of the visit, and their ratio
    :rtype: list
    """
    output = subprocess.run(
        [sys.executable, __file__, str(rounds)], stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(output)


def documents(build, variant):
    """Make a cart, a confirmation and an invoice of fifty lines each, shaped as Amazon's are.

    :param build: the module `cxml_builder` of the tests
    :param int variant: makes other amounts
    :return: the documents by their names
    :rtype: dict[str, bytes]
    """
    order = SimpleNamespace(
        name="P00042", currency_id=SimpleNamespace(name="USD"),
        _amazon_request=lambda: SimpleNamespace(payload_id="1@odoo.example"))
    # No two lines cost the same: what is remembered of one must not make the next one cheaper than in life.
    lines = [
        (number, f"{number * 7.31 + variant / 100:.2f}", f"{number * 0.73 + variant / 100:.2f}")
        for number in range(1, LINES + 1)]
    items = [
        build.item(asin=f"B0BENCH{number:03}", price=price, quantity="2", shipping="0.10", tax=tax,
                   title=f"An item of the bench, number {number}", auxiliary_id=f"136-0000000-0000001,{number}",
                   extrinsics=[("category", "OFFICE"), ("subCategory", "PAPER"), ("ean", "0000000000000")])
        for number, price, tax in lines]
    detailed = [
        build.ITEM.replace("19.90", price).replace("8.32", tax).replace("7.56", tax) for _number, price, tax in lines]
    statuses = [
        (number, 2, build.status(
            quantity=2, price=price, tax=tax, shipping="0.10", confirm_id="111-0000000-0000001",
            delivery_date=f"2026-03-{number % 7 + 3:02}T12:00:00Z", tax_details=build.tax_detail("5.00", tax)))
        for number, price, tax in lines]
    billed = [
        build.invoice_line(
            number, 2, price, tax=tax, shipping="0.10",
            tax_details=build.tax_detail("5.00", tax, taxable=f"{float(price) * 2:.2f}", description="Tax"))
        for number, price, tax in lines]
    return {
        "cart": build.cart_xml("bench-cookie", items, shipping="5.00", tax="930.75"),
        "cart with tax details": build.cart(*detailed),
        "confirmation": build.confirmation_xml(
            order, statuses, total="19576.25", shipping="5.00", tax="930.75", secret="not-a-real-secret"),
        "invoice": build.invoice_xml(
            [(order, *billed)], subtotal="18640.50", tax="930.75", shipping="5.00", net="19576.25",
            secret="not-a-real-secret"),
    }


def jobs(cxml, build):
    """Return what is measured.

    :return: tuples of a name, an aim, the documents, and the function that takes one
    :rtype: list
    """
    variants = [documents(build, variant) for variant in range(VARIANTS)]
    found = {name: [variant[name] for variant in variants] for name in variants[0]}
    cart = cxml.read_cart(found["cart"][0])
    moment = datetime(2026, 3, 2, tzinfo=timezone.utc)
    us = (cxml.Credential("NetworkId", "bench"),)
    address = cxml.Address(
        "WH1", "US", "Dock", ("Dock",), ("1 Test Street",), "Springfield", "CA", "12345", "United States")
    request = cxml.OrderRequest(
        "1@odoo.example", moment, cxml.Header(us, us, us, "Odoo"), "production", "P00042", moment, cart.total, address,
        address, items=tuple(
            cxml.ItemOut(number, each, each.quantity) for number, each in enumerate(cart.items, start=1)))
    written = cxml.write_order_request(request)

    def parse_cart(raw):
        document = cxml.ReceivedDocument(raw)
        cxml.find_buyer_cookie(document)
        return document

    def cart_to_values(raw):
        return cxml.read_cart(parse_cart(raw))

    def cart_to_store(raw):
        document = parse_cart(raw)
        return cxml.redacted(document), cxml.read_cart(document)

    def message_to_store(raw):
        document = cxml.ReceivedDocument(raw)
        cxml.read_request(document)
        cxml.redacted(document)

    return [
        ("reading a cart", "1.6", found["cart"], cxml.read_cart),
        ("reading a cart with tax details", "1.6", found["cart with tax details"], cxml.read_cart),
        ("reading a confirmation", "1.6", found["confirmation"], cxml.read_confirmation),
        ("reading an invoice", "1.6", found["invoice"], cxml.read_invoice),
        ("a cart's cookie and values", "", found["cart"], cart_to_values),
        ("a cart's cookie, stored form and values", "2.2", found["cart"], cart_to_store),
        ("a confirmation's envelope and stored form", "", found["confirmation"], message_to_store),
        ("an invoice's envelope and stored form", "", found["invoice"], message_to_store),
        ("writing an order", "", [written], lambda _raw: cxml.write_order_request(request)),
    ]


def visit(raw):
    """Parse a document as safely as lxml does by itself, and visit everything."""
    from lxml import etree
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    for node in etree.fromstring(raw, parser).iter():
        node.tag, node.text, dict(node.attrib)


def compare(ours, plain, documents, rounds):
    """Measure two ways through documents in turns.

    :return: the mean of the best seconds of either for each document, and their ratio
    :rtype: tuple
    """
    best = {}
    for _ in range(rounds):
        gc.collect()
        for number, raw in enumerate(documents):
            for work in (ours, plain):
                start = time.process_time()
                work(raw)
                seconds = time.process_time() - start
                best[work, number] = min(seconds, best.get((work, number), seconds))
    mean, mean_plain = (
        sum(best[work, number] for number in range(len(documents))) / len(documents) for work in (ours, plain))
    return mean, mean_plain, mean / mean_plain


def measure(rounds):
    """Measure everything.

    :return: see :func:`rows`
    :rtype: list
    """
    sys.path[:0] = [str(ADDON), str(ADDON / "tests")]
    import cxml
    import cxml_builder
    found = jobs(cxml, cxml_builder)
    gc.disable()
    for _name, _aim, raws, work in found:
        compare(work, visit, raws, 3)
    return [(name, aim, *compare(work, visit, raws, rounds)) for name, aim, raws, work in found]


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1])), sys.stdout)
