"""Secrets and cookies: out of what is stored, into what is sent."""

import html
import re

from .const import CONFIDENTIAL_ELEMENTS, MAX_BYTES
from .element_readers import trimmed
from .encoding import evident_encoding
from .errors import CxmlError
from .parser import parse_any
from .text_values import BLANK, xml_text


def _spaced(token):
    """Give a pattern for ASCII characters in any encoding: UTF-16 and UTF-32 put up to three zero bytes between them."""
    return rb'\0{0,3}'.join(re.escape(token[i:i + 1]) for i in range(len(token)))


_NAMES = b'|'.join(_spaced(name.encode()) for name in CONFIDENTIAL_ELEMENTS)
_PREFIX = rb'(?:[^\s<>/:"\'=]{1,200}:\0{0,3})?'
_NAME_END = rb'(?=\0{0,3}(?:[\s/>]|\Z))'
_START = re.compile(rb'<\0{0,3}' + _PREFIX + rb'(?P<name>' + _NAMES + rb')' + _NAME_END, re.IGNORECASE)
_CLOSE = re.compile(rb'<\0{0,3}/\0{0,3}' + _PREFIX + rb'(?P<name>' + _NAMES + rb')' + _NAME_END, re.IGNORECASE)
# The rest of a start tag: as XML has it, else as a broken one may end.
_TAG_REST = re.compile(rb"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*>|[^<>]*>""")
_EMPTY_TAG_END = re.compile(rb'/\0{0,3}>\Z')
_MARKUP = re.compile(
    rb'<\0{0,3}(?:(?P<section>' + _spaced(b'![CDATA[') + rb'|' + _spaced(b'!--') + rb'|\?)'
    rb'|(?P<close>/)|(?P<open>[^\s<>/!?\0=]|\0{1,3}[^\s<>/!?\0=]))',
)
_SECTION_ENDS = {
    b'![CDATA[': re.compile(_spaced(b']]>')),
    b'!--': re.compile(_spaced(b'-->')),
    b'?': re.compile(_spaced(b'?>')),
}
_CDATA = re.compile(r'<!\[CDATA\[(.*?)(?:\]\]>|\Z)', re.DOTALL)
_COMMENT = re.compile(r'<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)', re.DOTALL)


def redacted(raw):
    """Empty every element that would let its reader act as somebody else: SharedSecret, BuyerCookie, signatures.

    Works on bytes, so that whatever else stands in the document stays as it came, and so that a document that no
    parser accepts can be kept as well. An element that is never closed is emptied up to the next tag or the end.

    :param bytes raw: a document in any encoding, well-formed or not
    :rtype: bytes
    """
    raw = _without(raw, ((start, end) for _name, start, end in _contents(raw)))
    return _without(raw, _strays(raw))


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
    """Find the cookie, also in a document that can't be read otherwise: it tells whose cart this was.

    :param bytes raw: a document, well-formed or not
    :return: the first BuyerCookie without surrounding blanks, None if there is none
    :rtype: str | None
    """
    try:
        node = next(parse_any(raw, '').iter('BuyerCookie'), None)
    except CxmlError:
        return _find_cookie_in_broken(raw[:MAX_BYTES])
    return None if node is None else trimmed(node)


def _find_cookie_in_broken(raw):
    text = raw.decode(evident_encoding(raw) or 'utf-8', 'replace')
    raw = text.encode('utf-8', 'replace')
    for name, start, end in _contents(raw):
        if name == b'buyercookie':
            return _unmarked(raw[start:end].decode()).strip(BLANK) or None
    return None


def _unmarked(text):
    """Resolve the CDATA sections, comments and character references of an element's content."""
    parts = _CDATA.split(text)
    # Every second part is the content of a CDATA section, where "&" and "<" mean themselves.
    parts[::2] = [html.unescape(_COMMENT.sub('', part)) for part in parts[::2]]
    return ''.join(parts)


def _without(raw, spans):
    width = len('<'.encode(evident_encoding(raw) or 'ascii'))
    kept = []
    position = 0
    for start, end in spans:
        # What stands between the bytes ">" and "<" has a zero byte too many in UTF-16 and three in UTF-32: they belong
        # to one of the tags, and without them all that follows would shift.
        kept += raw[position:start], b'\0' * ((end - start) % width)
        position = end
    kept.append(raw[position:])
    return b''.join(kept)


def _contents(raw):
    """Yield (lower-case name, start, end) of the content of every confidential element."""
    position = 0
    while match := _START.search(raw, position):
        rest = _TAG_REST.match(raw, match.end())
        start = position = rest.end() if rest else match.end()
        if not (rest and _EMPTY_TAG_END.search(rest.group())):
            position = _content_end(raw, start)
            yield match['name'].replace(b'\0', b'').lower(), start, position


def _strays(raw):
    """Yield (start, end) of text right before a confidential end tag: what nested or unpaired tags leave behind."""
    position = 0
    for match in _CLOSE.finditer(raw):
        start = raw.rfind(b'>', position, match.start()) + 1
        if start:
            yield start, match.start()
        position = match.end()


def _content_end(raw, start):
    """Find where the content of a confidential element ends.

    Once a tag was met, its own end tag is looked for no further than the next confidential element: a hostile document
    would else be read again for each of its elements.
    """
    first_tag = None
    position, limit = start, len(raw)
    while match := _MARKUP.search(raw, position, limit):
        position = match.end()
        if match['section']:
            section_end = _SECTION_ENDS[match['section'].replace(b'\0', b'')].search(raw, position, limit)
            if not section_end:
                break
            position = section_end.end()
        elif match['close'] and _CLOSE.match(raw, match.start()):
            return match.start()
        elif first_tag is None:
            first_tag = match.start()
            next_one = _START.search(raw, first_tag)
            limit = next_one.start() if next_one else len(raw)
    return len(raw) if first_tag is None else first_tag
