"""PunchOutSetupRequest: announces a person to a shop or, from a shop, to a purchasing system."""

from dataclasses import dataclass, field
from datetime import datetime

from .element_readers import attribute_of, read_extrinsic, read_header, read_user_email, trimmed
from .element_writers import (
    add,
    add_address,
    add_contact,
    add_extrinsics,
    add_filled,
    document_bytes,
    is_filled,
    start_document,
)
from .elements import Address, Contact, Header
from .errors import CxmlError
from .extra_elements import ExtraElement, add_extra_elements
from .parser import enclosed, fault, parse
from .text_values import parse_timestamp, web_url

DOCUMENT = 'PunchOutSetupRequest'


@dataclass(frozen=True, slots=True)
class PunchOutSetupRequest:
    """What Amazon needs to open its shop for a person.

    `timestamp` is aware. `deployment_mode` is 'production' or 'test'. `business_unit` names the Amazon group when one
    credential serves several. `selected_item` is a keyword or an ASIN to land on. `extrinsics` are (name, text) and
    follow those that are made from the other fields. In one that was read, payloadID, timestamp, mode, BrowserFormPost
    and e-mail may be None.
    """

    payload_id: str | None
    timestamp: datetime | None
    header: Header
    deployment_mode: str | None
    buyer_cookie: str = field(repr=False)  # it opens the shopping trip: not for logs
    browser_form_post_url: str | None
    user_email: str | None
    first_name: str = ''
    last_name: str = ''
    business_unit: str | None = None
    contact: Contact | None = None
    ship_to: Address | None = None
    selected_item: str | None = None
    extrinsics: tuple[tuple[str, str], ...] = ()
    extra: tuple[ExtraElement, ...] = ()


def write_setup_request(request):
    """Write a setup request; only the operation `create` is known to work with Amazon.

    The SharedSecret is not in it, see :func:`.redaction.with_shared_secret`.

    :param PunchOutSetupRequest request: what to write
    :rtype: bytes
    :raise CxmlError: 'missing' for what Amazon declines with 403 (BrowserFormPost/URL and the user's e-mail), the
        cookie, the payloadID or a credential; 'bad_value' for the deployment mode; see also
        :func:`.extra_elements.add_extra_elements`
    :raise ValueError: if the timestamp is naive
    """
    for element, text in (
        ('BuyerCookie', request.buyer_cookie),
        ('BrowserFormPost/URL', request.browser_form_post_url),
        ('Extrinsic[@name="UserEmail"]', request.user_email),
    ):
        if not is_filled(text):
            raise CxmlError('missing', DOCUMENT, element)
    node = start_document(
        DOCUMENT, request.payload_id, request.timestamp, request.header, request.deployment_mode,
    )
    node.set('operation', 'create')
    add(node, 'BuyerCookie', request.buyer_cookie)
    add_extrinsics(node, _extrinsics(request))
    add(add(node, 'BrowserFormPost'), 'URL', request.browser_form_post_url)
    if request.contact:
        add_contact(node, request.contact)
    if request.ship_to:
        add_address(add(node, 'ShipTo'), request.ship_to)
    if is_filled(request.selected_item):
        add_filled(add(add(node, 'SelectedItem'), 'ItemID'), 'SupplierPartID', request.selected_item)
    add_extra_elements(node, request.extra)
    return document_bytes(node)


def read_setup_request(raw):
    """Read a setup request of the supplier: a person who shopped there is about to come here.

    Of Contact and ShipTo only the e-mail is read; the extrinsics are all that the document has, as they came.

    :param bytes raw: a cXML document with a PunchOutSetupRequest
    :rtype: PunchOutSetupRequest
    :raise CxmlError: see :func:`.parser.parse`; 'missing' for the BuyerCookie, by which its cart is known
    """
    root = parse(raw, DOCUMENT)
    request = enclosed(root, DOCUMENT)
    cookie = request.find('BuyerCookie')
    buyer_cookie = None if cookie is None else trimmed(cookie)
    if not buyer_cookie:
        raise fault('missing', request, 'BuyerCookie')
    return PunchOutSetupRequest(
        payload_id=attribute_of(root, 'payloadID'),
        timestamp=parse_timestamp(root.get('timestamp')),
        header=read_header(root),
        deployment_mode=request.getparent().get('deploymentMode'),
        buyer_cookie=buyer_cookie,
        browser_form_post_url=web_url(request.findtext('BrowserFormPost/URL')),
        user_email=read_user_email(request),
        extrinsics=tuple(read_extrinsic(node) for node in request if node.tag == 'Extrinsic'),
    )


def _extrinsics(request):
    named = (
        ('UserEmail', request.user_email),
        ('FirstName', request.first_name),
        ('LastName', request.last_name),
        ('UserBusinessUnit', request.business_unit),
    )
    return [*((name, text) for name, text in named if is_filled(text)), *request.extrinsics]
