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
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""")
# Where a declaration looks for it, and has at most.
_DECLARATION_BYTES = 200
# The encodings whose documents are read, by Python's names. Each has ASCII characters in one byte, and is decoded in
# linear time. None stands for what is UTF-8, or for what it can't be if it was read so far.
_READABLE = {
    **dict.fromkeys(('utf-8', 'ascii', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-le', 'utf-32-be')),
    **{name: name for name in (
        *(f'iso8859-{part}' for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
        *(f'cp125{page}' for page in range(9)),
        'big5', 'cp932', 'cp949', 'euc_jp', 'euc_kr', 'gb18030', 'gb2312', 'gbk', 'iso2022_jp', 'koi8-r', 'koi8-u',
        'mac-roman', 'shift_jis', 'tis-620')},
}


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


def declared_encoding(raw):
    """Name the encoding that an XML declaration states, if the document must be decoded before it is read.

    :param bytes raw: a document without blanks before it
    :return: the name; None if it is UTF-8, or ASCII, which is UTF-8 as well
    :rtype: str | None
    :raise LookupError: if documents of this encoding are not read
    """
    match = _DECLARED.match(raw[:_DECLARATION_BYTES])
    return _READABLE[codecs.lookup(match[1].decode()).name] if match else None


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
