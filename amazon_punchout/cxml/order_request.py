"""OrderRequest: the order that follows an approved cart."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .const import DEFAULT_LANG, DEFAULT_UNIT_OF_MEASURE, UNSPSC, XML_LANG
from .element_writers import (
    add,
    add_address,
    add_contact,
    add_extrinsics,
    add_filled,
    add_localized,
    add_money,
    add_shipping,
    add_tax,
    document_bytes,
    is_filled,
    missing_in_address,
    set_attribute,
    start_document,
)
from .elements import Address, Contact, Header, Money, Shipping, Tax
from .errors import CxmlError
from .extra_elements import ExtraElement, add_extra_elements
from .punchout_order_message import ItemIn
from .text_values import format_number, format_timestamp

DOCUMENT = 'OrderRequest'


@dataclass(frozen=True, slots=True)
class ItemOut:
    """One line of an order: an item as the cart gave it, and how many of it.

    `line_number` is what Amazon names in its confirmations; it never changes once it was sent.
    """

    line_number: int
    item: ItemIn
    quantity: Decimal
    comments: str | None = None


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An order. `timestamp` and `order_date` are aware, `deployment_mode` is 'production' or 'test'.

    Carts and real orders differ on whether `total` includes tax, and Amazon takes both. `shipping` and `tax` are the
    cart's. `extrinsics` are (name, text) of the header, e.g. ('email', the shopper's address). `extra` are elements of
    other addons.
    """

    payload_id: str
    timestamp: datetime
    header: Header
    deployment_mode: str
    order_id: str
    order_date: datetime
    total: Money
    ship_to: Address
    bill_to: Address
    shipping: Shipping | None = None
    tax: Tax | None = None
    contact: Contact | None = None
    comments: str | None = None
    extrinsics: tuple[tuple[str, str], ...] = ()
    items: tuple[ItemOut, ...] = ()
    extra: tuple[ExtraElement, ...] = ()


def write_order_request(order):
    """Write an order, always as `new` and `regular`: Amazon declines updates and deletions (001-001).

    The SharedSecret is not in it, see :func:`.redaction.with_shared_secret`.

    :param OrderRequest order: what to write
    :rtype: bytes
    :raise CxmlError: 'missing' for the order number, the items or parts of an address (Amazon accepts an incomplete
        one and cancels the order later, 003-052); 'bad_value' for quantities, line numbers, amounts or the deployment
        mode; 'mixed_currency' if prices, shipping or tax aren't in the currency of the total; see also
        :func:`.extra_elements.add_extra_elements`
    :raise ValueError: if a timestamp is naive
    """
    _check(order)
    node = start_document(DOCUMENT, order.payload_id, order.timestamp, order.header, order.deployment_mode)
    _add_order_request_header(node, order)
    for item_out in order.items:
        _add_item_out(node, item_out)
    add_extra_elements(node, order.extra)
    return document_bytes(node)


def _check(order):
    if not is_filled(order.order_id):
        raise CxmlError('missing', DOCUMENT, 'OrderRequestHeader/@orderID')
    for tag, address in (('ShipTo', order.ship_to), ('BillTo', order.bill_to)):
        missing = missing_in_address(address)
        if missing:
            raise CxmlError('missing', DOCUMENT, f'{tag}/Address/{missing}')
    if not order.items:
        raise CxmlError('missing', DOCUMENT, 'ItemOut')
    currency = order.total.currency
    _check_currency(order, currency, 'OrderRequestHeader')
    line_numbers = set()
    for position, item_out in enumerate(order.items, start=1):
        path = f'ItemOut[{position}]'
        if not item_out.quantity.is_finite() or item_out.quantity <= 0:
            raise CxmlError('bad_value', DOCUMENT, f'{path}/@quantity', item_out.quantity)
        if item_out.line_number < 1 or item_out.line_number in line_numbers:
            # The confirmations of two lines would be mixed up.
            raise CxmlError('bad_value', DOCUMENT, f'{path}/@lineNumber', item_out.line_number)
        line_numbers.add(item_out.line_number)
        if not is_filled(item_out.item.supplier_part_id):
            raise CxmlError('missing', DOCUMENT, f'{path}/ItemID/SupplierPartID')
        if item_out.item.unit_price.currency != currency:
            raise CxmlError(
                'mixed_currency', DOCUMENT, f'{path}/ItemDetail/UnitPrice', item_out.item.unit_price.currency,
            )
        _check_currency(item_out.item, currency, path)


def _check_currency(owner, currency, path):
    for tag, charge in (('Shipping', owner.shipping), ('Tax', owner.tax)):
        if charge and charge.money.currency != currency:
            raise CxmlError('mixed_currency', DOCUMENT, f'{path}/{tag}', charge.money.currency)


def _add_order_request_header(parent, order):
    node = add(parent, 'OrderRequestHeader')
    set_attribute(node, 'orderID', order.order_id)
    node.set('orderDate', format_timestamp(order.order_date))
    node.set('orderType', 'regular')
    node.set('type', 'new')
    add_money(add(node, 'Total'), order.total)
    add_address(add(node, 'ShipTo'), order.ship_to)
    add_address(add(node, 'BillTo'), order.bill_to)
    if order.shipping:
        add_shipping(node, order.shipping)
    if order.tax:
        add_tax(node, order.tax)
    if order.contact:
        add_contact(node, order.contact)
    _add_comments(node, order.comments)
    add_extrinsics(node, order.extrinsics)


def _add_item_out(parent, item_out):
    item = item_out.item
    node = add(parent, 'ItemOut')
    node.set('quantity', format_number(item_out.quantity))
    node.set('lineNumber', str(item_out.line_number))
    item_id = add(node, 'ItemID')
    add(item_id, 'SupplierPartID', item.supplier_part_id)
    if item.supplier_part_auxiliary_id is not None:
        add(item_id, 'SupplierPartAuxiliaryID', item.supplier_part_auxiliary_id)
    _add_item_detail(node, item)
    if item.shipping:
        add_shipping(node, item.shipping)
    if item.tax:
        add_tax(node, item.tax)
    _add_comments(node, item_out.comments)


def _add_item_detail(parent, item):
    node = add(parent, 'ItemDetail')
    add_money(add(node, 'UnitPrice'), item.unit_price)
    add_localized(node, 'Description', item.description)
    add(node, 'UnitOfMeasure', item.unit_of_measure or DEFAULT_UNIT_OF_MEASURE)
    # ItemDetail must have a Classification; an empty one is what Amazon itself writes.
    for domain, code in item.classifications or ((UNSPSC, ''),):
        set_attribute(add(node, 'Classification', code), 'domain', domain)
    add_filled(node, 'ManufacturerPartID', item.manufacturer_part_id)
    add_filled(node, 'ManufacturerName', item.manufacturer_name)
    if item.lead_time is not None:
        add(node, 'LeadTime', str(item.lead_time))
    add_extrinsics(node, item.extrinsics)


def _add_comments(parent, comments):
    if is_filled(comments):
        add(parent, 'Comments', comments).set(XML_LANG, DEFAULT_LANG)
