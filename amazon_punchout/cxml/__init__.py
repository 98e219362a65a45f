"""cXML documents to bytes and back.

Pure Python on lxml: nothing of Odoo, no network, no clock and no randomness, so timestamps and payloadIDs are arguments.
Bytes become immutable values (:func:`read_cart`, :func:`read_response`) and values become bytes
(:func:`write_setup_request`, :func:`write_order_request`). Whatever can't be read or must not be written is a
:class:`CxmlError`.
"""

from .cart import ItemIn, PunchOutOrderMessage, read_cart
from .common import (
    Address,
    Contact,
    Credential,
    Header,
    LocalizedText,
    Money,
    Phone,
    Shipping,
    Tax,
    TaxDetail,
)
from .const import MAX_BYTES, NETWORK_ID
from .errors import CxmlError
from .item_json import header_from_json, header_to_json, item_from_json, item_to_json
from .order import ItemOut, OrderRequest, write_order_request
from .parser import document_name, enclosed, fault, parse
from .punchout_setup import PunchOutSetupRequest, write_setup_request
from .reading import read_header
from .redaction import find_buyer_cookie, redacted, with_shared_secret
from .response import Response, read_response
from .transport import cart_bytes
from .values import parse_timestamp
