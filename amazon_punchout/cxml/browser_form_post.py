"""How a cart travels: the fields of a browser's form post, or a raw body."""

import base64
import binascii

from .encoding import evident_encoding, utf8_document
from .errors import CxmlError
from .punchout_order_message import DOCUMENT

_URLENCODED = 'cxml-urlencoded'
_BASE64 = 'cxml-base64'
# The form decoding of the web framework turns a bare "+" into a space; the other two are the URL-safe alphabet.
_BASE64_REPAIRS = str.maketrans({' ': '+', '-': '+', '_': '/', '\r': None, '\n': None, '\t': None, '=': None})


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
