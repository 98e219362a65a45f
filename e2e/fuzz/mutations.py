"""Make wrong documents of right ones. Plain Python on lxml, used with any version of it."""
from __future__ import annotations

import copy
import random

from lxml import etree

NUMBERS = (
    "", " ", "0", "-0", "-1", "1", "2", "3", "0.5", ".5", "5.", "0.001", "-0.01", "1,234.50", "1.234,50", "1,234",
    "1e3", "1E400", "NaN", "Infinity", "0x10", "١٢", "999999999999", "9999999999999", "0.0000000000001",
    "123456789012.123456789012", "+7", "1 000", "12\u00a0", "9.99", "19.98", "35.00", "10.00",
)
TEXTS = (
    "", " ", "\n", "x", "EA", "C62", "BX", "USD", "EUR", "JPY", "usd", "XXX", "B00TEST001", "P00001", "new", "update",
    "delete", "accept", "detail", "allDetail", "backordered", "except", "reject", "requestToPay", "replace",
    "unknown", "standard", "creditMemo", "lineLevelCreditMemo", "debitMemo", "yes", "no", "production", "test",
    "return", "2026-03-02T10:00:00Z", "2026-13-45T99:99:99Z", "0000-00-00", "9999-12-31T23:59:59-14:00", "2026-03-02",
    "0001-01-01T00:00:00+14:00", "\u202eevil", "日本語 ロジクール", "😀" * 20, "<b>&amp;</b>", "&lt;SharedSecret>x",
    "]]>", "javascript:alert(1)", "https://amazon.example/", "%41%00", "${7*7}", "{{7*7}}", "%(x)s", "'; DROP TABLE",
    "\\", "a" * 300, "015-005", "111-0000000-0000001", "INV-1", "SHIP1",
)
# What a byte is replaced by, or what is put between two.
TOKENS = (
    b"<", b">", b"&", b'"', b"'", b"/>", b"</", b"<a>", b"</a>", b"<a/>", b"<!--", b"-->", b"<![CDATA[", b"]]>",
    b"<?a ?>", b"&amp;", b"&lt;", b"&nbsp;", b"&#0;", b"&#x10ffff;", b"&x;", b"\x00", b"\xff", b"\xef\xbb\xbf",
    b"\xc3\x28", b"\r\n", b"\t", b" ", b'xmlns="u"', b' xmlns:a="u"', b"a:", b"=", b"<SharedSecret>",
    b"</SharedSecret>", b"<BuyerCookie>", b"<Money", b"&lt;SharedSecret&gt;", b"<!DOCTYPE cXML>",
    b'<!DOCTYPE cXML [<!ENTITY x "y">]>', b"\xf0\x9f\x98\x80", b"%41", b"-", b"0", b"1" * 20,
)
NAMES = (
    "Money", "ItemIn", "ItemDetail", "ItemID", "UnitPrice", "Tax", "TaxDetail", "Shipping", "Total", "Comments",
    "Extrinsic", "OrderReference", "DocumentReference", "ConfirmationItem", "ConfirmationStatus", "ShipNoticeItem",
    "ShipNoticePortion", "InvoiceDetailItem", "InvoiceDetailOrder", "InvoiceDetailSummary", "SharedSecret",
    "BuyerCookie", "Status", "Request", "Message", "Header", "html", "x",
)
ATTRIBUTES = (
    "quantity", "lineNumber", "currency", "type", "operation", "payloadID", "orderID", "confirmID", "invoiceID",
    "purpose", "timestamp", "noticeDate", "deploymentMode", "name", "percentageRate", "shipmentID", "code", "domain",
    "x",
)
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp1252", "shift_jis")


class Mutator:
    """Makes documents, always the same ones for the same seed and number."""

    def __init__(self, documents, seed):
        """Parse the documents that are mutated.

        :param documents: right documents, as bytes
        :param seed: of the random numbers
        """
        self.documents = list(documents)
        self.roots = [etree.fromstring(document) for document in self.documents]
        self.seed = seed
        self.chance = random.Random(0)

    def make(self, number):
        """Make the document with this number, of one of ours.

        :rtype: bytes
        """
        self.chance.seed(f"{self.seed}:{number}")
        return self._mutated(self.chance.randrange(len(self.documents)))

    def mutate(self, document, number):
        """Make a wrong document of another one.

        :param bytes document: a right one, which isn't kept
        :rtype: bytes
        """
        self.chance.seed(f"{self.seed}:{number}")
        self.documents.append(document)
        self.roots.append(etree.fromstring(document))
        try:
            return self._mutated(len(self.documents) - 1)
        finally:
            del self.documents[-1], self.roots[-1]

    def _mutated(self, index):
        way = self.chance.random()
        if way < 0.03:
            return self.documents[index]
        if way < 0.25:
            return self._in_bytes(self.documents[index])
        root = copy.deepcopy(self.roots[index])
        for _change in range(self.chance.choice((1, 1, 1, 2, 2, 3, 5, 10))):
            self._change(root)
        document = etree.tostring(root, encoding="utf-8")
        if way < 0.35:
            document = self._in_bytes(document)
        elif way < 0.40:
            encoding = self.chance.choice(ENCODINGS)
            declared = self.chance.choice(("", f'<?xml version="1.0" encoding="{encoding}"?>'))
            document = (declared + document.decode()).encode(encoding, "replace")
        return document

    # === IN THE TREE === #

    def _change(self, root):
        nodes = list(root.iter("*"))
        node = self.chance.choice(nodes)
        changes = (
            self._text, self._text, self._text, self._attribute, self._attribute, self._attribute, self._remove,
            self._repeat, self._move, self._rename, self._graft, self._wrap)
        self.chance.choice(changes)(node, nodes)

    def _value(self, old):
        """Choose a value that is like the old one, or not."""
        kind = self.chance.random()
        if old and old.strip()[:1].isdigit() and kind < 0.75 or kind < 0.3:
            return self.chance.choice(NUMBERS)
        return self.chance.choice(TEXTS)

    def _text(self, node, nodes):
        leaves = [each for each in nodes if not len(each)]
        node = self.chance.choice(leaves or nodes)
        node.text = self._value(node.text)

    def _attribute(self, node, nodes):
        node = self.chance.choice([each for each in nodes if each.attrib] or nodes)
        name = self.chance.choice(node.attrib.keys() or ATTRIBUTES)
        if name in node.attrib and self.chance.random() < 0.2:
            del node.attrib[name]
        elif self.chance.random() < 0.15:
            node.set(self.chance.choice(ATTRIBUTES), self._value(""))
        else:
            node.set(name, self._value(node.get(name)))

    def _remove(self, node, _nodes):
        if node.getparent() is not None:
            node.getparent().remove(node)

    def _repeat(self, node, _nodes):
        if node.getparent() is not None:
            for _time in range(self.chance.choice((1, 1, 2, 20))):
                node.addnext(copy.deepcopy(node))

    def _move(self, node, nodes):
        target = self.chance.choice(nodes)
        if node.getparent() is not None and target is not node and node not in target.iterancestors():
            target.insert(self.chance.randrange(len(target) + 1), node)

    def _rename(self, node, _nodes):
        node.tag = self.chance.choice(NAMES)

    def _graft(self, node, _nodes):
        """Take an element of another document."""
        other = self.chance.choice(list(self.chance.choice(self.roots).iter("*")))
        node.append(copy.deepcopy(other))

    def _wrap(self, node, _nodes):
        parent = node.getparent()
        if parent is not None:
            wrapper = etree.Element(self.chance.choice(NAMES))
            parent.replace(node, wrapper)
            wrapper.append(node)

    # === IN THE BYTES === #

    def _in_bytes(self, document):
        for _change in range(self.chance.choice((1, 1, 2, 4, 8))):
            start = self.chance.randrange(len(document) + 1)
            end = min(len(document), start + self.chance.choice((0, 0, 1, 1, 4, 30, 300)))
            way = self.chance.random()
            if way < 0.55:
                piece = self.chance.choice(TOKENS)
            elif way < 0.7:
                piece = bytes([self.chance.randrange(256)])
            elif way < 0.85:
                other = self.chance.choice(self.documents)
                first = self.chance.randrange(len(other))
                piece = other[first:first + self.chance.choice((5, 50, 500))]
            else:
                piece = document[start:end] * self.chance.choice((2, 3, 50))
            document = document[:start] + piece + document[end:]
            if self.chance.random() < 0.05:
                document = document[:self.chance.randrange(len(document) + 1)]
        return document
