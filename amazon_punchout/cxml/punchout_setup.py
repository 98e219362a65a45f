"""PunchOutSetupRequest: asks a shop to let a person in."""

from dataclasses import dataclass, field
from datetime import datetime

from .common import Address, Contact, Header
from .errors import CxmlError
from .writing import (
    add,
    add_address,
    add_contact,
    add_extrinsics,
    add_filled,
    document_bytes,
    is_filled,
    start_document,
)

DOCUMENT = 'PunchOutSetupRequest'


@dataclass(frozen=True, slots=True)
class PunchOutSetupRequest:
    """What Amazon needs to open its shop for a person.

    `timestamp` is aware. `deployment_mode` is 'production' or 'test'. `business_unit` names the Amazon group when one
    credential serves several. `selected_item` is a keyword or an ASIN to land on. `extrinsics` are (name, text) and
    follow those that are made from the other fields.
    """

    payload_id: str
    timestamp: datetime
    header: Header
    deployment_mode: str
    buyer_cookie: str = field(repr=False)  # it opens the shopping trip: not for logs
    browser_form_post_url: str
    user_email: str
    first_name: str = ''
    last_name: str = ''
    business_unit: str | None = None
    contact: Contact | None = None
    ship_to: Address | None = None
    selected_item: str | None = None
    extrinsics: tuple[tuple[str, str], ...] = ()


def write_setup_request(request):
    """Write a setup request; only the operation `create` is known to work with Amazon.

    The SharedSecret is not in it, see :func:`.redaction.with_shared_secret`.

    :param PunchOutSetupRequest request: what to write
    :rtype: bytes
    :raise CxmlError: 'missing' for what Amazon refuses with 403 (BrowserFormPost/URL and the user's e-mail), the
        cookie, the payloadID or a credential; 'bad_value' for the deployment mode
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
    return document_bytes(node)


def _extrinsics(request):
    named = (
        ('UserEmail', request.user_email),
        ('FirstName', request.first_name),
        ('LastName', request.last_name),
        ('UserBusinessUnit', request.business_unit),
    )
    return [*((name, text) for name, text in named if is_filled(text)), *request.extrinsics]
