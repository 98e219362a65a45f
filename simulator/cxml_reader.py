"""Read the two documents that a buyer's system sends: PunchOutSetupRequest and OrderRequest."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from .errors import Declined

MASK = '********'


@dataclass(frozen=True)
class Credential:
    domain: str
    identity: str
    secret: str | None


@dataclass(frozen=True)
class Header:
    """What every document states, whatever its type."""

    payload_id: str
    deployment_mode: str
    from_credentials: tuple[Credential, ...]
    to_credentials: tuple[Credential, ...]
    sender_credentials: tuple[Credential, ...]


@dataclass(frozen=True)
class Address:
    address_id: str
    iso_country_code: str
    name: str
    deliver_to: tuple[str, ...]
    streets: tuple[str, ...]
    city: str
    state: str
    postal_code: str
    country_iso_code: str
    country: str
    email: str
    phone: str


@dataclass(frozen=True)
class SetupRequest:
    header: Header
    operation: str
    buyer_cookie: str
    browser_form_post: str
    email: str
    first_name: str
    last_name: str
    business_unit: str
    selected_item: str
    ship_to: Address | None


@dataclass(frozen=True)
class OrderLine:
    line_number: str
    quantity: Decimal | None
    asin: str
    auxiliary_id: str
    unit_price: Decimal | None
    currency: str


@dataclass(frozen=True)
class OrderRequest:
    header: Header
    order_id: str
    order_date: str
    type: str
    total: Decimal | None
    currency: str
    ship_to: Address | None
    bill_to: Address | None
    contact_email: str
    extrinsic_email: str
    lines: tuple[OrderLine, ...]
    masked_xml: str


def read_setup_request(data):
    root = _parse(data)
    request = root.find('Request/PunchOutSetupRequest')
    if request is None:
        raise Declined(400, 'The document has no Request/PunchOutSetupRequest.')
    extrinsics = {node.get('name'): _text(node) for node in request.iterfind('.//Extrinsic')}
    return SetupRequest(
        header=_read_header(root),
        operation=request.get('operation', ''),
        buyer_cookie=_exact_text(request.find('BuyerCookie')),
        browser_form_post=_text(request.find('BrowserFormPost/URL')),
        # Amazon names these four places, in this order, when it declines a request without an email.
        email=extrinsics.get('UserEmail') or _text(request.find('.//ShipTo/Address/Email'))
            or _text(request.find('.//Contact/Email')) or extrinsics.get('Email', ''),
        first_name=extrinsics.get('FirstName', ''),
        last_name=extrinsics.get('LastName', ''),
        business_unit=extrinsics.get('UserBusinessUnit', ''),
        selected_item=_text(request.find('SelectedItem/ItemID/SupplierPartID')),
        ship_to=_read_address(request.find('ShipTo/Address')),
    )


def is_profile_request(data):
    """Tell whether a document only asks whether somebody is there."""
    try:
        return _parse(data).find('Request/ProfileRequest') is not None
    except Declined:
        return False


def read_order_request(data):
    root = _parse(data)
    request = root.find('Request/OrderRequest')
    header = request.find('OrderRequestHeader') if request is not None else None
    if header is None:
        raise Declined(400, 'The document has no Request/OrderRequest with an OrderRequestHeader.')
    total = header.find('Total/Money')
    return OrderRequest(
        header=_read_header(root),
        order_id=header.get('orderID', ''),
        order_date=header.get('orderDate', ''),
        # The DTD's default.
        type=header.get('type', 'new'),
        total=_decimal(_text(total)),
        currency=total.get('currency', '') if total is not None else '',
        ship_to=_read_address(header.find('ShipTo/Address')),
        bill_to=_read_address(header.find('BillTo/Address')),
        contact_email=_text(header.find('Contact/Email')),
        extrinsic_email=next(
            (_text(node) for node in header.iterfind('Extrinsic') if node.get('name', '').lower() == 'email'), ''),
        lines=tuple(_read_order_line(node) for node in request.iterfind('ItemOut')),
        masked_xml=_masked(root),
    )


def _parse(data):
    """Parse without a DTD, entities, the network or huge trees, because documents are not trusted.

    :rtype: lxml.etree._Element
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Declined(400, f'The document is not well-formed XML: {error}') from error
    if root.tag != 'cXML':
        raise Declined(400, f'The document is a {root.tag}, not a cXML document.')
    return root


def _read_header(root):
    payload_id = root.get('payloadID', '')
    if not payload_id:
        raise Declined(400, 'The cXML element has no payloadID.')
    if root.find('Header') is None:
        raise Declined(400, 'The document has no Header.')
    return Header(
        payload_id=payload_id,
        # The DTD's default for documents without deploymentMode.
        deployment_mode=root.find('Request').get('deploymentMode', 'production'),
        from_credentials=_read_credentials(root, 'From'),
        to_credentials=_read_credentials(root, 'To'),
        sender_credentials=_read_credentials(root, 'Sender'),
    )


def _read_credentials(root, party):
    return tuple(
        Credential(
            domain=node.get('domain', ''),
            identity=_text(node.find('Identity')),
            secret=_text(node.find('SharedSecret')) if node.find('SharedSecret') is not None else None,
        )
        for node in root.iterfind(f'Header/{party}/Credential')
    )


def _read_address(node):
    if node is None:
        return None
    postal = node.find('PostalAddress')
    if postal is None:
        postal = etree.Element('PostalAddress')
    country = postal.find('Country')
    return Address(
        address_id=node.get('addressID', ''),
        iso_country_code=node.get('isoCountryCode', ''),
        name=_text(node.find('Name')),
        deliver_to=tuple(filter(None, map(_text, postal.iterfind('DeliverTo')))),
        streets=tuple(filter(None, map(_text, postal.iterfind('Street')))),
        city=_text(postal.find('City')),
        state=_text(postal.find('State')),
        postal_code=_text(postal.find('PostalCode')),
        country_iso_code=country.get('isoCountryCode', '') if country is not None else '',
        country=_text(country),
        email=_text(node.find('Email')),
        phone=_text(node.find('Phone/TelephoneNumber/Number')),
    )


def _read_order_line(node):
    price = node.find('ItemDetail/UnitPrice/Money')
    return OrderLine(
        line_number=node.get('lineNumber', ''),
        quantity=_decimal(node.get('quantity', '')),
        asin=_text(node.find('ItemID/SupplierPartID')),
        auxiliary_id=_exact_text(node.find('ItemID/SupplierPartAuxiliaryID')),
        unit_price=_decimal(_text(price)),
        currency=price.get('currency', '') if price is not None else '',
    )


def _masked(root):
    """Return the document in readable form, without the secret, before it is stored."""
    for node in root.iter('SharedSecret'):
        node.text = MASK
    etree.indent(root)
    return etree.tostring(root, encoding='unicode')


def _text(node):
    return _exact_text(node).strip()


def _exact_text(node):
    """Return the text with its white space: every byte of a BuyerCookie or an auxiliary id matters."""
    return ''.join(node.itertext()) if node is not None else ''


def _decimal(text):
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
