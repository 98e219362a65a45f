"""What a document may have at most, counted on its bytes before a parser sees them.

The documents of strangers are parsed before anyone is authenticated, so what they cost must be bounded. libxml2 alone
does not do that: a million empty elements, or references to an unknown entity, are as many nodes of 120 bytes; and up
to 2.10 the time grows with the square of the attributes of one element, of the namespaces in scope, of all names.
Everything here takes one pass over the bytes.
"""

import re

from .const import MAX_ATTRIBUTES, MAX_NAMES, MAX_NAMESPACES, MAX_TAG_BYTES, MAX_TAGS

# XML lets no attribute value have a "<", so a tag ends before the next one.
_LONG_PIECE = re.compile(rb'<[A-Za-z_:\x80-\xff][^<]{%d}' % MAX_TAG_BYTES)
_WINDOW = MAX_TAG_BYTES // 2
_TAG = re.compile(rb"""<[^<>"']*(?:(?:"[^<"]*"|'[^<']*')[^<>"']*)*>""")
_BEFORE_DOCTYPE = re.compile(rb'\s+|<\?.*?\?>|<!--.*?-->', re.DOTALL)
# Up to the internal subset, or to its end.
_DOCTYPE = re.compile(rb"""<!DOCTYPE[^\[<>"']*(?:(?:"[^"]*"|'[^']*')[^\[<>"']*)*([\[>])""")
# A name of an attribute is looked for where it begins only: each letter of a long text would begin another search.
_NAMES = (re.compile(rb'<([^\s<>/!?]+)'), re.compile(rb'(?<![^\s<>="\'])([^\s<>="\']+)\s*='))
_PREDEFINED = (b'&#', b'&amp;', b'&lt;', b'&gt;', b'&quot;', b'&apos;')


def excess(body):
    """Find out why a document must not be parsed.

    :param bytes body: the document in UTF-8, without blanks before it
    :return: the kind of the :class:`.errors.CxmlError`, None if it may be parsed
    :rtype: str | None
    """
    return _problem_before_root(body) or _problem_in_number(body) or _problem_in_length(body)


def _problem_before_root(body):
    """Look for declarations in the DOCTYPE, before libxml2 acts on them, as far as the longest tag may be."""
    start = body[:MAX_TAG_BYTES]
    position = 0
    while match := _BEFORE_DOCTYPE.match(start, position):
        position = match.end()
    doctype = _DOCTYPE.match(start, position)
    if doctype:
        return 'entities' if doctype[1] == b'[' else None
    # What is cut off here, a DOCTYPE may stand behind or go on in.
    is_open = start.startswith((b'<!', b'<?'), position) or position >= len(start) - len(b'<!')
    return 'too_long' if is_open and len(body) > len(start) else None


def _problem_in_number(body):
    tags, attributes = body.count(b'<'), body.count(b'=')
    references = body.count(b'&') if len(body) > MAX_TAGS else 0
    if references > MAX_TAGS:
        references -= sum(map(body.count, _PREDEFINED))
    if (
        max(tags, references) > MAX_TAGS or attributes > MAX_ATTRIBUTES or body.count(b'xmlns') > MAX_NAMESPACES
        or any(
            number > MAX_NAMES and len({match[1] for match in name.finditer(body)}) > MAX_NAMES
            for number, name in zip((tags, attributes), _NAMES, strict=True))
    ):
        return 'too_many'
    return None


def _problem_in_length(body):
    # What is longer than two windows has one whole window within it, and most documents have no such window.
    starts = range(0, len(body) - _WINDOW + 1, _WINDOW)
    if all(body.find(b'<', start, start + _WINDOW) >= 0 for start in starts):
        return None
    for piece in _LONG_PIECE.finditer(body):
        if not _TAG.match(body[piece.start():piece.start() + MAX_TAG_BYTES]):
            return 'too_long'
    return None
