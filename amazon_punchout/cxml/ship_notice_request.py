"""ShipNoticeRequest: what is on its way, with which carrier, under which number."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .const import DEFAULT_UNIT_OF_MEASURE, FULFILL_DOCTYPE
from .element_readers import (
    attribute_of,
    comment_text,
    identifier_of,
    read_header,
    read_line_number,
    read_quantity,
    trimmed,
)
from .element_writers import (
    add,
    add_filled,
    document_bytes,
    is_filled,
    set_attribute,
    set_line_number,
    set_quantity,
    set_timestamp,
    start_document,
)
from .elements import Header
from .extra_elements import ExtraElement, add_extra_elements
from .order_reference import OrderReference, add_order_reference, read_order_reference
from .parser import enclosed, fault, parse, read_once
from .text_values import BLANK, parse_timestamp, web_url

DOCUMENT = 'ShipNoticeRequest'


@dataclass(frozen=True, slots=True)
class ShipControl:
    """A carrier and its number for the shipment; either may be missing, Amazon's carrier may be empty."""

    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None


@dataclass(frozen=True, slots=True)
class ShipNoticeItem:
    """A quantity of a line that is in the shipment."""

    line_number: int
    quantity: Decimal
    unit_of_measure: str | None = None


@dataclass(frozen=True, slots=True)
class ShipNoticePortion:
    """The part of one order that is in the shipment; without items it is the whole order."""

    order: OrderReference
    items: tuple[ShipNoticeItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ShipNoticeRequest:
    """A ship notice. `operation` is 'new', 'update' or 'delete'; all notices of one shipment share `shipment_id`.

    `is_planned` means that nothing has left yet (shipmentType 'planned'). `comments` are those of all its parts.
    """

    payload_id: str | None
    timestamp: datetime | None
    header: Header
    shipment_id: str
    operation: str = 'new'
    notice_date: datetime | None = None
    shipment_date: datetime | None = None
    delivery_date: datetime | None = None
    is_planned: bool = False
    is_return: bool = False
    controls: tuple[ShipControl, ...] = ()
    portions: tuple[ShipNoticePortion, ...] = ()
    comments: tuple[str, ...] = ()
    deployment_mode: str | None = None
    extra: tuple[ExtraElement, ...] = ()


@read_once
def read_ship_notice(raw):
    """Read a ship notice; lines may stand in any order.

    Optional things that are missing or unreadable are None.

    :param bytes raw: a cXML document with a ShipNoticeRequest
    :rtype: ShipNoticeRequest
    :raise CxmlError: see :func:`.parser.parse`; 'missing' and 'bad_value' for ShipNoticeHeader and @shipmentID, and for
        quantity and lineNumber of the items
    """
    root = parse(raw, DOCUMENT)
    node = enclosed(root, DOCUMENT)
    header = None
    controls = {}
    portions = []
    for child in node:
        if child.tag == 'ShipNoticePortion':
            portions.append(_read_portion(child))
        elif child.tag == 'ShipControl':
            controls.update(dict.fromkeys(_read_controls(child)))
        elif child.tag == 'ShipNoticeHeader':
            header = child
    if header is None:
        raise fault('missing', node, 'ShipNoticeHeader')
    shipment_id = identifier_of(header, 'shipmentID')
    comments = (comment_text(each) for each in node.iter('Comments'))
    return ShipNoticeRequest(
        payload_id=attribute_of(root, 'payloadID'),
        timestamp=parse_timestamp(root.get('timestamp')),
        header=read_header(root),
        shipment_id=shipment_id,
        operation=attribute_of(header, 'operation') or 'new',
        notice_date=parse_timestamp(header.get('noticeDate')),
        shipment_date=parse_timestamp(header.get('shipmentDate')),
        delivery_date=parse_timestamp(header.get('deliveryDate')),
        is_planned=attribute_of(header, 'shipmentType') == 'planned',
        is_return=attribute_of(header, 'reason') == 'return',
        controls=tuple(controls),
        portions=tuple(portions),
        comments=tuple(filter(None, comments)),
        deployment_mode=node.getparent().get('deploymentMode'),
    )


def _read_controls(node):
    """Return one control for each number of a ShipControl, or one for its carrier alone."""
    carrier = other = None
    numbers = []
    for child in node:
        if child.tag == 'CarrierIdentifier':
            # Other domains hold codes, such as SCAC; a name is for people.
            if child.get('domain', '').strip(BLANK).casefold() == 'companyname':
                carrier = carrier or trimmed(child)
            else:
                other = other or trimmed(child)
        elif child.tag == 'ShipmentIdentifier':
            numbers.append((trimmed(child), web_url(child.get('trackingURL'))))
    carrier = carrier or other
    controls = [ShipControl(carrier, number, url) for number, url in numbers if number or url]
    if carrier and not controls:
        controls.append(ShipControl(carrier))
    return controls


def _read_portion(node):
    return ShipNoticePortion(
        order=read_order_reference(node),
        items=tuple(
            ShipNoticeItem(
                read_line_number(child), read_quantity(child),
                next((trimmed(each) for each in child if each.tag == 'UnitOfMeasure'), None))
            for child in node if child.tag == 'ShipNoticeItem'
        ),
    )


def write_ship_notice(notice):
    """Write a ship notice that a person enters, as Amazon would have sent it.

    :param ShipNoticeRequest notice: what to write
    :rtype: bytes
    :raise CxmlError: 'missing' for what the DTD requires, 'bad_value' for quantities, line numbers or the deployment
        mode; see also :func:`.extra_elements.add_extra_elements`
    :raise ValueError: if a timestamp is naive
    """
    node = start_document(DOCUMENT, notice.payload_id, notice.timestamp, notice.header, notice.deployment_mode)
    header = add(node, 'ShipNoticeHeader')
    if not is_filled(notice.shipment_id):
        raise fault('missing', header, '@shipmentID')
    set_attribute(header, 'shipmentID', notice.shipment_id)
    header.set('operation', notice.operation)
    set_timestamp(header, 'noticeDate', notice.notice_date)
    if notice.shipment_date:
        set_timestamp(header, 'shipmentDate', notice.shipment_date)
    if notice.delivery_date:
        set_timestamp(header, 'deliveryDate', notice.delivery_date)
    header.set('shipmentType', 'planned' if notice.is_planned else 'actual')
    if notice.is_return:
        header.set('reason', 'return')
    for text in notice.comments:
        add_filled(header, 'Comments', text)
    for control in notice.controls:
        _add_control(node, control)
    for portion in notice.portions:
        portion_node = add(node, 'ShipNoticePortion')
        add_order_reference(portion_node, portion.order)
        for item in portion.items:
            _add_item(portion_node, item)
    add_extra_elements(node, notice.extra)
    return document_bytes(node, FULFILL_DOCTYPE)


def _add_control(parent, control):
    # The DTD requires both; Amazon, too, leaves the carrier's name empty where it has none.
    node = add(parent, 'ShipControl')
    add(node, 'CarrierIdentifier', control.carrier).set('domain', 'companyName')
    identifier = add(node, 'ShipmentIdentifier', control.tracking_number)
    if web_url(control.tracking_url):
        set_attribute(identifier, 'trackingURL', control.tracking_url)


def _add_item(parent, item):
    node = add(parent, 'ShipNoticeItem')
    set_quantity(node, item.quantity)
    set_line_number(node, item.line_number)
    add(node, 'UnitOfMeasure', item.unit_of_measure or DEFAULT_UNIT_OF_MEASURE)
