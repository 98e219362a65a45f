"""How a cart travels: the fields of a browser's form post, or a raw body."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from .encoding import evident_encoding, utf8_document
from .errors import CxmlError
from .punchout_order_message import DOCUMENT

_URLENCODED = 'cxml-urlencoded'
_BASE64 = 'cxml-base64'
# The form decoding of the web framework turns a bare "+" into a space; the other two are the URL-safe alphabet.
_BASE64_REPAIRS = str.maketrans({' ': '+', '-': '+', '_': '/', '\r': None, '\n': None, '\t': None, '=': None})

# A form post of a cart has one field.
_MAX_FIELDS = 100
# Python makes an object of each escaped byte: so many bytes are decoded at a time.
_DECODED_BYTES = 64 * 1024
# No browser writes it, and each costs Python an exception.
_WRONG_ESCAPE = re.compile(b'%(?![0-9A-Fa-f]{2})')


def form_fields(body):
    """Decode a form, as a web framework does, but in bounded memory.

    Frameworks make text of every field: 430 MB of a form of 10 MB.

    :param bytes body: of a POST with the type application/x-www-form-urlencoded
    :return: its fields; none if it has more than a hundred or wrong escapes, since no browser posts a cart so
    :rtype: dict[str, str]
    """
    if body.count(b'&') > _MAX_FIELDS or _WRONG_ESCAPE.search(body):
        return {}
    fields = {}
    for field in body.split(b'&'):
        name, _equals, text = field.partition(b'=')
        fields.setdefault(_unquoted(name), _unquoted(text))
    return fields


def _unquoted(text):
    text = text.replace(b'+', b' ')
    pieces = []
    start = 0
    while start < len(text):
        end = start + _DECODED_BYTES
        # No piece ends within "%41".
        cut = text.rfind(b'%', end - 2, end)
        end = end if cut < 0 else cut
        pieces.append(unquote_to_bytes(text[start:end]))
        start = end
    return b''.join(pieces).decode('utf-8', 'replace')


def cart_bytes(form, body):
    """Find the XML in what the shopper's browser posted.

    The form was decoded once, by the web framework, and is not decoded again: a title may well hold '%41' or '+'.

    :param Mapping form: decoded fields of the form, str to str; letter case of the names doesn't matter
    :param bytes body: the raw body, looked at only if the form has no cart
    :return: the document; UTF-8 if it came as text, else the bytes that were sent
    :rtype: bytes
    :raise CxmlError: 'missing' if there is no cart, 'bad_value' if its base64 is broken
    """
    fields = {name.strip().lower(): text for name, text in form.items()}
    text = fields.get(_URLENCODED) or ''
    if text.strip():
        return utf8_document(text)
    text = fields.get(_BASE64) or ''
    if text.strip():
        return _from_base64(text)
    if _looks_like_xml(body):
        return body
    raise CxmlError('missing', DOCUMENT)


def _from_base64(text):
    digits = text.strip().translate(_BASE64_REPAIRS)
    try:
        return base64.b64decode(digits + '=' * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CxmlError('bad_value', DOCUMENT, _BASE64) from error


def _looks_like_xml(body):
    encoding = evident_encoding(body) or 'latin-1'
    return body[:1024].decode(encoding, 'replace').lstrip('\ufeff \t\r\n').startswith('<')
