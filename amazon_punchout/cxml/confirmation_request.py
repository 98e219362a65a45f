"""ConfirmationRequest: what the supplier will deliver, and at which price."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .charge_readers import stated_shipping, stated_tax
from .const import DEFAULT_UNIT_OF_MEASURE, FULFILL_DOCTYPE
from .element_readers import (
    attribute_of,
    comment_text,
    only_currency,
    read_header,
    read_line_number,
    read_quantity,
    stated_money,
    trimmed,
)
from .element_writers import (
    add,
    add_filled,
    add_money,
    add_shipping,
    add_tax,
    document_bytes,
    is_filled,
    set_attribute,
    set_line_number,
    set_quantity,
    set_timestamp,
    start_document,
)
from .elements import Header, Money, Shipping, Tax
from .extra_elements import ExtraElement, add_extra_elements
from .order_reference import (
    OrderReference,
    add_document_reference,
    add_order_reference,
    read_document_reference,
    read_order_reference,
)
from .parser import enclosed, fault, parse, read_once
from .text_values import BLANK, parse_timestamp
from .values import value

DOCUMENT = 'ConfirmationRequest'

# Three digits, a hyphen, three digits, and no further digits beside them, nor behind another hyphen.
_ERROR_CODE = re.compile('(?<![0-9])(?<![0-9]-)[0-9]{3}-[0-9]{3}(?!-?[0-9])')


@value
class ConfirmationStatus:
    """The answer for a quantity of a line.

    `type` is 'accept', 'allDetail', 'detail', 'backordered', 'reject', 'unknown' or 'requestToPay', or whatever came.
    Amazon states `unit_price` only where it differs from the order. `confirm_id` is the Amazon order
    number of this quantity (Comments of type confirmID), None on rejection. `error_codes` are like '015-005', in the
    order of the document, `comments` the texts as they came. Quantity and price are of `unit_of_measure`; where that is
    None, of that of the item.
    """

    type: str
    quantity: Decimal
    unit_price: Money | None = None
    tax: Tax | None = None
    shipping: Shipping | None = None
    shipment_date: datetime | None = None
    delivery_date: datetime | None = None
    confirm_id: str | None = None
    error_codes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    unit_of_measure: str | None = None


@value
class ConfirmationItem:
    """A line of the order, which may be split by quantity into several statuses."""

    line_number: int
    quantity: Decimal
    statuses: tuple[ConfirmationStatus, ...] = ()
    unit_of_measure: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmationRequest:
    """A confirmation.

    `type` is that of the header: 'accept', 'allDetail', 'detail', 'backordered', 'except', 'reject', 'requestToPay' or
    'replace', or whatever came. `operation` is 'new' or 'update'; an update names what it replaces by the same
    confirm_id, or by `replaces_payload_id`. In Amazon's messages `total` includes shipping and tax. `error_comments`
    are those of the header's `comments` that give a reason: of type OrderErrorCode, or with an error code.
    """

    payload_id: str | None
    timestamp: datetime | None
    header: Header
    order: OrderReference
    type: str
    operation: str = 'new'
    confirm_id: str | None = None
    notice_date: datetime | None = None
    replaces_payload_id: str | None = None
    total: Money | None = None
    shipping: Shipping | None = None
    tax: Tax | None = None
    error_codes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    error_comments: tuple[str, ...] = ()
    items: tuple[ConfirmationItem, ...] = ()
    deployment_mode: str | None = None
    extra: tuple[ExtraElement, ...] = ()


@read_once
def read_confirmation(raw):
    """Read a confirmation.

    Optional things that are missing or unreadable are None, and so is an empty Money. Amounts may be below zero. Error
    codes are taken from any Comments, whatever their language.

    :param bytes raw: a cXML document with a ConfirmationRequest
    :rtype: ConfirmationRequest
    :raise CxmlError: see :func:`.parser.parse`; 'missing' and 'bad_value' for ConfirmationHeader and @type, and for
        quantity, lineNumber and type of the items and their statuses; 'bad_value' for an amount that is none;
        'mixed_currency'
    """
    root = parse(raw, DOCUMENT)
    node = enclosed(root, DOCUMENT)
    header = None
    items = []
    for child in node:
        if child.tag == 'ConfirmationItem':
            items.append(_read_item(child))
        elif child.tag == 'ConfirmationHeader':
            header = child
    if header is None:
        raise fault('missing', node, 'ConfirmationHeader')
    only_currency(node)
    return ConfirmationRequest(
        payload_id=attribute_of(root, 'payloadID'),
        timestamp=parse_timestamp(root.get('timestamp')),
        header=read_header(root),
        order=read_order_reference(node),
        items=tuple(items),
        deployment_mode=node.getparent().get('deploymentMode'),
        **_read_confirmation_header(header),
    )


def _read_confirmation_header(header):
    """Read ConfirmationHeader.

    :return: values of :class:`ConfirmationRequest`
    :rtype: dict
    """
    values = {}
    comments = []
    error_comments = []
    for child in header:
        tag = child.tag
        if tag == 'Total':
            values['total'] = stated_money(child)
        elif tag == 'Shipping':
            values['shipping'] = stated_shipping(child)
        elif tag == 'Tax':
            values['tax'] = stated_tax(child)
        elif tag == 'Comments' and not _is_of_type(child, 'confirmID'):
            text = comment_text(child)
            comments.append(text)
            if _is_of_type(child, 'OrderErrorCode') or find_error_codes([text]):
                error_comments.append(text)
    return {
        'type': _read_type(header),
        'operation': attribute_of(header, 'operation') or 'new',
        'confirm_id': attribute_of(header, 'confirmID'),
        'notice_date': parse_timestamp(header.get('noticeDate')),
        'replaces_payload_id': read_document_reference(header),
        'error_codes': find_error_codes(comments),
        'comments': tuple(filter(None, comments)),
        'error_comments': tuple(filter(None, error_comments)),
        **values,
    }


def find_error_codes(texts):
    """Find Amazon's error codes in texts of any language, e.g. '[Error code: 018-007]'.

    Order numbers (250-5123176-9239824) and the like are none.

    :return: each code once, in the order of the texts
    :rtype: tuple[str, ...]
    """
    return tuple(dict.fromkeys(code for text in texts for code in _ERROR_CODE.findall(text)))


def _read_item(node):
    number, quantity = read_line_number(node), read_quantity(node)
    statuses = []
    unit_of_measure = None
    is_unit_read = False
    for child in node:
        tag = child.tag
        if tag == 'ConfirmationStatus':
            statuses.append(_read_status(child))
        elif tag == 'UnitOfMeasure' and not is_unit_read:
            unit_of_measure, is_unit_read = trimmed(child), True
    return ConfirmationItem.new(number, quantity, tuple(statuses), unit_of_measure)


def _read_status(node):
    unit_of_measure = confirm_id = None
    is_confirmed = False
    prices = {}
    comments = []
    for child in node:
        tag = child.tag
        if tag in _PRICE_READERS:
            prices[tag] = _PRICE_READERS[tag](child)
        elif tag == 'UnitOfMeasure':
            unit_of_measure = trimmed(child)
        elif tag == 'Comments':
            if not _is_of_type(child, 'confirmID'):
                comments.append(comment_text(child))
            elif not is_confirmed:
                confirm_id, is_confirmed = comment_text(child) or None, True
        elif tag == 'ItemIn':
            _read_item_in(child, prices)
    price = prices.get
    return ConfirmationStatus.new(
        _read_type(node), read_quantity(node), price('UnitPrice'), price('Tax'), price('Shipping'),
        parse_timestamp(node.get('shipmentDate')), parse_timestamp(node.get('deliveryDate')), confirm_id,
        find_error_codes(comments) if comments else (), tuple(filter(None, comments)) if comments else (),
        unit_of_measure)


def _read_item_in(node, prices):
    """Read what `allDetail` spells out anew."""
    for part in node:
        for detail in part if part.tag == 'ItemDetail' else (part,):
            if detail.tag in _PRICE_READERS:
                prices[detail.tag] = _PRICE_READERS[detail.tag](detail)


def _read_type(node):
    kind = attribute_of(node, 'type')
    if not kind:
        raise fault('missing', node, '@type')
    return kind


def _is_of_type(comments, kind):
    given = comments.get('type')
    return given is not None and (given == kind or given.strip(BLANK).casefold() == kind.casefold())


_PRICE_READERS = {'UnitPrice': stated_money, 'Tax': stated_tax, 'Shipping': stated_shipping}


def write_confirmation(confirmation):
    """Write a confirmation that a person enters, as Amazon would have sent it.

    `error_codes` are not written: they are read out of the comments again.

    :param ConfirmationRequest confirmation: what to write
    :rtype: bytes
    :raise CxmlError: 'missing' for what the DTD requires, 'bad_value' for quantities, line numbers, amounts or the
        deployment mode, 'mixed_currency'; see also :func:`.extra_elements.add_extra_elements`
    :raise ValueError: if a timestamp is naive
    """
    node = start_document(
        DOCUMENT, confirmation.payload_id, confirmation.timestamp, confirmation.header, confirmation.deployment_mode,
    )
    header = add(node, 'ConfirmationHeader')
    if is_filled(confirmation.confirm_id):
        set_attribute(header, 'confirmID', confirmation.confirm_id)
    header.set('operation', confirmation.operation)
    header.set('type', confirmation.type)
    set_timestamp(header, 'noticeDate', confirmation.notice_date)
    if is_filled(confirmation.replaces_payload_id):
        add_document_reference(header, confirmation.replaces_payload_id)
    if confirmation.total:
        add_money(add(header, 'Total'), confirmation.total)
    if confirmation.shipping:
        add_shipping(header, confirmation.shipping)
    if confirmation.tax:
        add_tax(header, confirmation.tax)
    for text in confirmation.comments:
        add_filled(header, 'Comments', text)
    add_order_reference(node, confirmation.order)
    for item in confirmation.items:
        _add_item(node, item)
    add_extra_elements(node, confirmation.extra)
    only_currency(node)
    return document_bytes(node, FULFILL_DOCTYPE)


def _add_item(parent, item):
    node = add(parent, 'ConfirmationItem')
    set_quantity(node, item.quantity)
    set_line_number(node, item.line_number)
    unit = item.unit_of_measure or DEFAULT_UNIT_OF_MEASURE
    add(node, 'UnitOfMeasure', unit)
    if not item.statuses:
        raise fault('missing', node, 'ConfirmationStatus')
    for status in item.statuses:
        _add_status(node, status, unit)


def _add_status(parent, status, unit):
    node = add(parent, 'ConfirmationStatus')
    set_quantity(node, status.quantity)
    node.set('type', status.type)
    if status.shipment_date:
        set_timestamp(node, 'shipmentDate', status.shipment_date)
    if status.delivery_date:
        set_timestamp(node, 'deliveryDate', status.delivery_date)
    add(node, 'UnitOfMeasure', status.unit_of_measure or unit)
    if status.unit_price:
        add_money(add(node, 'UnitPrice'), status.unit_price)
    if status.tax:
        add_tax(node, status.tax)
    if status.shipping:
        add_shipping(node, status.shipping)
    if is_filled(status.confirm_id):
        add(node, 'Comments', status.confirm_id).set('type', 'confirmID')
    for text in status.comments:
        add_filled(node, 'Comments', text)
