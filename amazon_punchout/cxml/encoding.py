"""Which bytes are which text: byte order marks, UTF-16 and XML declarations."""

import codecs
import re

_BYTE_ORDER_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, 'utf-32-le'),
    (codecs.BOM_UTF32_BE, 'utf-32-be'),
    (codecs.BOM_UTF16_LE, 'utf-16-le'),
    (codecs.BOM_UTF16_BE, 'utf-16-be'),
    (codecs.BOM_UTF8, 'utf-8'),
)
# Where the zero bytes of the first four are, when they hold ASCII characters as any XML document's do.
_ZERO_PATTERNS = {
    (False, True, True, True): 'utf-32-le',
    (True, True, True, False): 'utf-32-be',
    (False, True, False, True): 'utf-16-le',
    (True, False, True, False): 'utf-16-be',
}
_XML_DECLARATION = re.compile(r'<\?xml\s[^>]*\?>')


def evident_encoding(raw):
    """Name the encoding that the bytes themselves show, which outranks the one that they declare.

    :param bytes raw: the start of a document is enough
    :return: 'utf-8', 'utf-16-le', 'utf-16-be', 'utf-32-le' or 'utf-32-be'; None if only the XML declaration says it
    :rtype: str | None
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return encoding
    return _ZERO_PATTERNS.get(tuple(byte == 0 for byte in raw[:4]))


def utf8_document(text):
    """Encode a document that is already text, with a declaration that says so.

    The declaration in the text may name the encoding in which some other system once sent it, and a parser would
    believe it.

    :param str text: an XML document, with or without an XML declaration
    :rtype: bytes
    """
    text = text.lstrip('\ufeff \t\r\n')
    declaration = _XML_DECLARATION.match(text)
    if declaration:
        text = text[declaration.end():]
    # A lone surrogate is no character: it becomes "?", not a crash.
    return b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode('utf-8', 'replace')
