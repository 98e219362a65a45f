"""cXML documents to bytes and back.

Pure Python on lxml: nothing of Odoo, no network, no clock and no randomness, so timestamps and payloadIDs are arguments.
Bytes become immutable values (:func:`read_cart`, :func:`read_confirmation`) and values become bytes
(:func:`write_order_request`, :func:`write_response`). Whatever can't be read or must not be written is a
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
from .confirmation import (
    ConfirmationItem,
    ConfirmationRequest,
    ConfirmationStatus,
    read_confirmation,
    write_confirmation,
)
from .confirmed import (
    HEADER_KINDS,
    ConfirmedLine,
    ConfirmedOrder,
    Notice,
    NoticeFacts,
    OrderedLine,
    ordered_lines,
)
from .confirming import confirm
from .const import MAX_BYTES, NETWORK_ID
from .errors import CxmlError
from .invoice import (
    InvoiceCharge,
    InvoiceDetailItem,
    InvoiceDetailOrder,
    InvoiceDetailRequest,
    InvoiceDetailSummary,
    read_invoice,
)
from .item_json import header_from_json, header_to_json, item_from_json, item_to_json
from .order import ItemOut, OrderRequest, write_order_request
from .parser import document_name, enclosed, fault, parse
from .punchout_setup import PunchOutSetupRequest, read_setup_request, write_setup_request
from .reading import read_header
from .redaction import find_buyer_cookie, redacted, with_shared_secret
from .references import OrderReference
from .reply import write_profile_response, write_response, write_setup_response
from .request import RequestEnvelope, read_request
from .response import Response, read_response
from .ship_notice import (
    ShipControl,
    ShipNoticeItem,
    ShipNoticePortion,
    ShipNoticeRequest,
    read_ship_notice,
    write_ship_notice,
)
from .transport import cart_bytes
from .values import parse_timestamp
