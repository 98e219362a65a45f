"""cXML documents to bytes and back.

Pure Python on lxml: no Odoo, no network, no clock and no randomness, so timestamps and payloadIDs are arguments.
Readers turn bytes into immutable values (:func:`read_cart`, :func:`read_confirmation`), writers turn values into bytes
(:func:`write_order_request`, :func:`write_response`). What can't be read or must not be written raises
:class:`CxmlError`. Other modules use the names of this one; no XML node leaves the package.
"""

from .browser_form_post import cart_bytes, form_fields
from .confirmation_request import (
    ConfirmationItem,
    ConfirmationRequest,
    ConfirmationStatus,
    find_error_codes,
    read_confirmation,
    write_confirmation,
)
from .const import DEFAULT_UNIT_OF_MEASURE, MAX_BYTES, NETWORK_ID, PARSER_ERRORS
from .element_readers import read_header
from .elements import (
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
from .envelope import RequestEnvelope, content_digest, read_request
from .errors import CxmlError
from .extra_elements import Element, ExtraElement
from .indented import indented
from .invoice_detail_request import (
    InvoiceCharge,
    InvoiceDetailItem,
    InvoiceDetailOrder,
    InvoiceDetailRequest,
    InvoiceDetailSummary,
    read_invoice,
    without_signs,
)
from .item_json import header_from_json, header_to_json, item_from_json, item_to_json
from .line_outcome_values import (
    HEADER_KINDS,
    ConfirmedLine,
    ConfirmedOrder,
    Notice,
    NoticeFacts,
    OrderedLine,
    ordered_lines,
)
from .line_outcomes import confirm
from .order_reference import OrderReference
from .order_request import ItemOut, OrderRequest, write_order_request
from .ordered_units import in_ordered_units, in_unit
from .parser import ReceivedDocument, document_name, enclosed, fault, parse
from .punchout_order_message import ItemIn, PunchOutOrderMessage, read_cart
from .punchout_setup_request import PunchOutSetupRequest, read_setup_request, write_setup_request
from .redaction import find_buyer_cookie, redacted, with_shared_secret
from .response import (
    Response,
    read_response,
    write_profile_response,
    write_response,
    write_setup_response,
)
from .ship_notice_request import (
    ShipControl,
    ShipNoticeItem,
    ShipNoticePortion,
    ShipNoticeRequest,
    read_ship_notice,
    write_ship_notice,
)
from .text_values import parse_timestamp, split_comments
