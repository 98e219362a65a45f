"""Read mutated documents with all readers. Plain Python, run with any lxml and without Odoo: `bin/test fuzz codec`."""
from __future__ import annotations

import collections
import json
import os
import re
import sys
import time
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
ADDON = ROOT / "amazon_punchout"
TRACER = None
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ADDON), str(ADDON / "tests")]
    if "coverage" in sys.argv[4:]:
        import coverage
        TRACER = coverage.Coverage(include=[f"{ADDON}/cxml/*"], data_file=None)
        TRACER.start()

import cxml  # noqa: E402 - sys.path comes first
import cxml_builder  # noqa: E402
from lxml import etree  # noqa: E402

from e2e.fuzz.mutations import Mutator  # noqa: E402

SECRET, COOKIE = "QQsecretQQ", "QQcookieQQ"
READERS = (
    cxml.read_cart, cxml.read_confirmation, cxml.read_ship_notice, cxml.read_invoice, cxml.read_setup_request,
    cxml.read_response, cxml.read_request)
# What only some inputs go through, since it takes longer than all readers.
SOME = 8
NAMES = rb"(?:SharedSecret|BuyerCookie|DigitalSignature|CredentialMac)"
# An element that is not empty, and a tag that stands in text.
CONFIDENTIAL = re.compile(rb"<(?:[^\s<>/:]+:)?" + NAMES + rb"(?=[\s>])[^<>]*(?<!/)>(?!</)", re.IGNORECASE)
QUOTED = re.compile(rb"&lt;(?:[^\s&;:<>]+:)?" + NAMES + rb"(?![\w.-])", re.IGNORECASE)
MOMENT = datetime(2026, 3, 2, tzinfo=timezone.utc)
PARTY = (cxml.Credential("NetworkId", "Amazon"),)
PARTIES = cxml.Header(PARTY, PARTY, PARTY, "Odoo")
ADDRESS = cxml.Address(
    "WH1", "US", "Dock", ("Dock",), ("1 Test Street",), "Springfield", "CA", "12345", "United States")
LONGEST_ERROR = 1_000
SECONDS = 1.0


def documents():
    """Give right documents of every kind, with secrets and cookies.

    :rtype: list[bytes]
    """
    order = SimpleNamespace(
        name="P00042", currency_id=SimpleNamespace(name="USD"),
        _amazon_request=lambda: SimpleNamespace(payload_id="1@odoo.example"))
    build = cxml_builder
    item = build.item(tax="0.80", shipping="1.50", details=[("8.00", "0.80", "subtotalTax")], extrinsics=[("a", "b")])
    confirmed = build.status(
        "detail", 2, "9.99", tax="1.60", shipping="1.00", confirm_id="111-0000000-0000001", error="015-005",
        delivery_date="2026-03-05T12:00:00Z")
    line = build.invoice_line(1, 2, "9.99", tax="1.60", shipping="1.00", discount="0.50", reason="return")
    found = [
        build.cart(cookie=COOKIE),
        build.cart_xml(COOKIE, [item, build.item(asin="B2")], shipping="1.50", tax="0.80"),
        build.confirmation_xml(
            order, [(1, 2, confirmed, build.status("reject", 1, error="018-007"))], total="30.00", shipping="1.00",
            tax="1.60", error="003-052", comment="A comment", replaces="1@a", secret=SECRET),
        build.ship_notice_xml(order, [(1, 2), (2, 3)], comment="A comment", tracking_url="https://ups.example/1",
                              secret=SECRET),
        build.invoice_xml([(order, line, build.invoice_line(2, 1, "5"))], tax="1.60", shipping="1.00", gross="25",
                          net="25", due="25", original_invoice_id="INV-0", comment="A comment", secret=SECRET),
        build.header_credit_xml(order, "CR-1", "5.00", "INV-1", secret=SECRET),
        build.setup_xml("mia@example.com", cookie=COOKIE, secret=SECRET),
        build.response_xml(start_page="https://amazon.example/start").encode(),
    ]
    shared = os.environ.get("AMAZON_PUNCHOUT_SHARED")
    if shared:
        found += [file.read_bytes() for file in sorted(Path(shared, "samples").glob("*.xml"))]
    return found


class Fuzz:
    """All that is done with one document, and what must be so then."""

    def __init__(self, seed):
        self.mutator = Mutator(documents(), seed)
        self.outcomes = collections.Counter()
        self.findings = []
        self.confirmations = [cxml.read_confirmation(each) for each in documents() if b"<ConfirmationItem" in each]

    def run(self, number):
        """Try the document with this number."""
        raw = self.mutator.make(number)
        began = time.process_time()
        try:
            wrong = self.wrong_with(raw, is_thorough=not number % SOME)
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"[:300]
        seconds = time.process_time() - began
        if not wrong and seconds > SECONDS:
            wrong = f"took {seconds:.1f} s"
        if wrong:
            self.findings.append(f"{number}: {wrong}")

    def wrong_with(self, raw, is_thorough):
        """Return what is wrong with what the codec makes of a document.

        :rtype: str | None
        """
        document = cxml.ReceivedDocument(raw)
        cookie = cxml.find_buyer_cookie(document)
        kept = cxml.redacted(document)
        values = {}
        for read in READERS:
            try:
                values[read] = read(document)
            except cxml.CxmlError as error:
                text = str(error)
                if len(text) > LONGEST_ERROR:
                    return f"an error of {len(text)} characters"
                self.outcomes[error.kind] += 1
            else:
                self.outcomes[read.__name__] += 1
        return (
            self.leak(raw, kept)
            or self.other_cookie(values, cookie)
            or (self.unstable(document, kept, values) if is_thorough else None))

    def leak(self, raw, kept):
        """Find a secret in what is stored."""
        if found := CONFIDENTIAL.search(kept) or QUOTED.search(kept):
            return f"redaction left {found[0][:80]!r}"
        for mark, element in ((SECRET, "SharedSecret"), (COOKIE, "BuyerCookie")):
            whole = f"<{element}>{mark}</{element}>".encode()
            if raw.count(mark.encode()) == raw.count(whole) > 0 and mark.encode() in kept:
                return f"redaction left {mark}"
        return None

    def other_cookie(self, values, cookie):
        """Compare both ways to read the cookie."""
        cart = values.get(cxml.read_cart)
        if cart and bool(cart.buyer_cookie) > bool(cookie):
            return "the cart has a cookie that the trip isn't found by"
        return None

    def unstable(self, document, kept, values):
        """Read what is stored and what is written again, which must say the same."""
        again = cxml.redacted(kept)  # an element whose text was taken out is written in its short form now
        if cxml.redacted(again) != again or len(kept) - len(again) > kept.count(b"></") * 30:
            return "what is stored changes if it is redacted again"
        if cxml.read_request in values and (
                cxml.content_digest(document) != cxml.content_digest(reformatted(document))):
            return "the digest of the content depends on the form"
        emptied = without_secrets(document) if values else b""
        for read in values:
            # What a text quotes is taken out too.
            if not QUOTED.search(emptied) and outcome(read, emptied) != outcome(read, kept):
                return f"{read.__name__} of what is stored differs: {outcome(read, kept)!r}"[:300]
        return self.not_written_back(values) or self.not_ordered(values) or self.other_form(document)

    def not_written_back(self, values):
        """Write what was read; what is read of that, and written once more, must be the same."""
        for read, write in ((cxml.read_confirmation, cxml.write_confirmation),
                            (cxml.read_ship_notice, cxml.write_ship_notice)):
            if read in values:
                try:
                    written = write(values[read])
                except (cxml.CxmlError, ValueError, AttributeError):
                    continue  # a document that nobody has written, e.g. without a payloadID or a time
                if write(read(written)) != written:
                    return f"{write.__name__} of what was read differs"
        cart = values.get(cxml.read_cart)
        for item in cart.items if cart else ():
            if cxml.item_from_json(json.loads(json.dumps(cxml.item_to_json(item)))) != item:
                return "an item differs after JSON"
        return None


    def not_ordered(self, values):
        """Order a cart, and follow a confirmation beside right ones."""
        cart = values.get(cxml.read_cart)
        if cart and cart.total:
            try:
                written = cxml.write_order_request(cxml.OrderRequest(
                    "1@odoo.example", MOMENT, PARTIES, "test", "P00042", MOMENT, cart.total, ADDRESS, ADDRESS,
                    cart.shipping, cart.tax, items=tuple(
                        cxml.ItemOut(number, item, item.quantity) for number, item in enumerate(cart.items, start=1))))
            except cxml.CxmlError as error:
                self.outcomes[f"order: {error.kind}"] += 1
            else:
                cxml.parse(written, "OrderRequest")
        if cxml.read_confirmation in values:
            ordered = [cxml.OrderedLine(number, Decimal(3), Decimal("9.99")) for number in range(1, 4)]
            notices = [cxml.Notice(each, arrival) for arrival, each in enumerate(
                (values[cxml.read_confirmation], *self.confirmations))]
            for line in cxml.confirm(ordered, notices).lines.values():
                if min(line.accepted, line.rejected) < 0 or line.accepted + line.rejected > 3:
                    return f"{line.accepted} of 3 accepted, {line.rejected} rejected"
        return None

    def other_form(self, document):
        """Send the document as the field of a form, in which it must arrive as it was."""
        try:
            text = document.decode()
        except UnicodeDecodeError:
            return None
        form = {"cxml-urlencoded": text}
        body = urlencode(form).encode()
        try:
            sent = cxml.cart_bytes(form, b"")
        except cxml.CxmlError:
            return None
        return None if cxml.cart_bytes(cxml.form_fields(body), body) == sent else "a form arrived otherwise"


def outcome(read, document):
    """Return what a reader makes of a document, as a text.

    :rtype: str
    """
    try:
        return repr(read(document))
    except cxml.CxmlError as error:
        return str(error)


def without_secrets(document):
    """Empty the elements that may not be stored, in another way than the codec does.

    :rtype: bytes
    """
    root = cxml.parse(document, "", roots=("cXML", "Response", "Status"))
    root = etree.fromstring(etree.tostring(root, encoding="utf-8"))
    for node in list(root.iter("*")):
        if re.fullmatch(NAMES, etree.QName(node).localname.encode(), re.IGNORECASE):
            for child in list(node):
                node.remove(child)
            node.text = None
    return etree.tostring(root, encoding="utf-8")


def reformatted(document):
    """Write a document in another way: encoding, attributes in another order, other blanks between elements."""
    root = etree.fromstring(etree.tostring(cxml.parse(document, "Request"), encoding="utf-8"))
    root.set("timestamp", "2020-01-01T00:00:00Z")
    for node in root.iter("*"):
        attributes = list(node.attrib.items())
        node.attrib.clear()
        for name, text in reversed(attributes):
            node.set(name, text)
        if len(node) and not (node.text or "").strip():
            node.text = "\n  "
    return etree.tostring(root, encoding="utf-16")


def main(seed, first, count):
    """Try so many documents, and print a line of JSON with what was found."""
    fuzz = Fuzz(seed)
    began = time.monotonic()
    for number in range(first, first + count):
        fuzz.run(number)
    found = {
        "seed": seed, "documents": len(fuzz.mutator.documents), "first": first, "count": count,
        "seconds": round(time.monotonic() - began, 1),
        "lxml": ".".join(map(str, etree.LXML_VERSION[:3])), "libxml2": ".".join(map(str, etree.LIBXML_VERSION)),
        "outcomes": fuzz.outcomes, "findings": fuzz.findings[:50]}
    if TRACER:
        TRACER.stop()
        found["coverage"] = covered(TRACER)
    print(json.dumps(found), flush=True)


def covered(tracer):
    """Return the percentage of the lines of each file that ran.

    :rtype: dict[str, float]
    """
    percents = {}
    lines = missing = 0
    for file in sorted(tracer.get_data().measured_files()):
        _name, statements, _excluded, missed, _text = tracer.analysis2(file)
        lines, missing = lines + len(statements), missing + len(missed)
        percents[Path(file).name] = round(100 * (1 - len(missed) / max(len(statements), 1)), 1)
    return {**percents, "total": round(100 * (1 - missing / max(lines, 1)), 1)}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
