"""Secrets and cookies: out of what is stored, into what is sent."""

import hashlib
import html
import re
from contextlib import contextmanager

from lxml import etree

from .const import CONFIDENTIAL_ELEMENTS, MAX_BYTES, UNREADABLE
from .element_readers import trimmed
from .encoding import evident_encoding
from .errors import CxmlError
from .parser import parse_any, parsed
from .text_values import BLANK, xml_text

_NAMES = '|'.join(CONFIDENTIAL_ELEMENTS)
_is_confidential = re.compile(rf'(?:\{{.*\}})?(?:{_NAMES})', re.ASCII | re.DOTALL | re.IGNORECASE).fullmatch
# A start tag of such an element that stands in text, e.g. because it came in a CDATA section.
_QUOTED_TAG = rf'&lt;(?:[^\s&;:<>]{{1,200}}:)?(?:{_NAMES})(?![\w.-])'
_QUOTED = re.compile(_QUOTED_TAG.encode(), re.IGNORECASE)
_QUOTED_IN_TEXT = re.compile(rf'(>[^<>]*?){_QUOTED_TAG}[^<>]*'.encode(), re.IGNORECASE)
_QUOTED_IN_ATTRIBUTE = re.compile(rf'("[^<>"]*?){_QUOTED_TAG}[^<>"]*'.encode(), re.IGNORECASE)
_COOKIE_IN_BROKEN = re.compile(
    r'<(?:[^\s<>/:]{1,200}:)?BuyerCookie(?:\s[^<>]*)?>\s*(?P<cdata><!\[CDATA\[)?(?P<text>[^<]*)', re.IGNORECASE)


def redacted(raw):
    """Return what may be stored of a document: nothing that lets its reader impersonate someone.

    SharedSecret, BuyerCookie and signatures are emptied, whatever their prefix and letter case; a text that quotes such
    an element ends before it. The document is written anew as UTF-8. All else stays, except what a parser drops
    (comments, processing instructions) or decides itself (line ends, quotation marks, CDATA sections).

    Of what can't be parsed no byte is kept, since a secret may be anywhere in it: a small document with its length and
    SHA-256 digest takes its place. A reader that gets this raises the error of the original.

    :param bytes raw: a document in any encoding, well-formed or not
    :rtype: bytes
    """
    root, problem = parsed(raw)
    if problem:
        root = etree.Element(
            UNREADABLE, problem=problem, length=str(len(raw)), sha256=hashlib.sha256(raw).hexdigest())
    with _emptied(root):
        tree = root.getroottree()
        # No address of a DTD has a tag in it: it would be stored with all that it holds.
        written = root if '<' in tree.docinfo.doctype[1:] else tree
        body = etree.tostring(
            written, xml_declaration=True, encoding='UTF-8', standalone=tree.docinfo.standalone or None)
    if _QUOTED.search(body):
        body = _QUOTED_IN_ATTRIBUTE.sub(rb'\1', _QUOTED_IN_TEXT.sub(rb'\1', body))
    return body


@contextmanager
def _emptied(root):
    """Empty the confidential elements of a tree for as long as it is written."""
    emptied = []
    names = [name for name in {node.tag for node in root.iter()} if _is_confidential(name)]
    nested = set()
    for node in list(root.iter(*names)) if names else ():
        # To put back what stood in hundreds of each other would move all of it as often.
        if node in nested:
            continue
        nested.update(node.iterdescendants(*names))
        emptied.append((node, node.text, node[:]))
        node.text = None
        del node[:]
    try:
        yield
    finally:
        for node, text, children in emptied:
            node.text = text
            node[:] = children


def with_shared_secret(body, secret):
    """Put the shared secret into the Sender of a document that this package wrote.

    Only there: in From it made Amazon answer 400. The same body and secret give the same bytes.

    :param bytes body: a document of ours, without a secret or with an emptied one
    :param str secret: the shared secret
    :rtype: bytes
    :raise CxmlError: 'missing' if the document has no Sender, 'bad_value' if XML can't carry the secret
    """
    if xml_text(secret) != secret:
        raise CxmlError('bad_value', 'cXML', 'Header/Sender/Credential/SharedSecret')
    match = re.search(
        rb'<Sender>\s*<Credential [^<>]*>\s*<Identity>[^<]*</Identity>'
        rb'(?P<secret>\s*<SharedSecret\s*/>|\s*<SharedSecret>[^<]*</SharedSecret>)?',
        body,
    )
    if not match:
        raise CxmlError('missing', 'cXML', 'Header/Sender/Credential')
    start = match.start('secret') if match['secret'] else match.end()
    # A parser would turn a bare carriage return into a line feed.
    text = html.escape(secret, quote=False).replace('\r', '&#13;')
    return b'%s<SharedSecret>%s</SharedSecret>%s' % (body[:start], text.encode(), body[match.end():])


def find_buyer_cookie(raw):
    """Find the cookie, also in a document that can't be read otherwise, to know whose cart it is.

    :param bytes raw: a document, well-formed or not
    :return: the first BuyerCookie that isn't empty, without surrounding blanks; None if there is none
    :rtype: str | None
    """
    try:
        cookies = map(trimmed, parse_any(raw, '').iter('BuyerCookie'))
    except CxmlError:
        return _find_cookie_in_broken(raw[:MAX_BYTES])
    return next(filter(None, cookies), None)


def _find_cookie_in_broken(raw):
    """Find the cookie, up to the first markup in it: ours have none."""
    match = _COOKIE_IN_BROKEN.search(raw.decode(evident_encoding(raw) or 'utf-8', 'replace'))
    if not match:
        return None
    text = match['text'].partition(']]>')[0] if match['cdata'] else html.unescape(match['text'])
    return text.strip(BLANK) or None
