"""PunchOutOrderMessage: the cart that the shopper's browser brings back."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .charge_readers import read_shipping, read_tax
from .const import UNSPSC
from .element_readers import (
    currency_of,
    read_extrinsic,
    read_header,
    read_localized,
    read_money,
    read_user_email,
    text_of,
    trimmed,
    whole_number,
)
from .elements import Header, LocalizedText, Money, Shipping, Tax
from .parser import enclosed, fault, parse
from .text_values import BLANK, collapsed, parse_timestamp, parse_usual_decimal, web_url
from .values import value

DOCUMENT = 'PunchOutOrderMessage'

_DETAIL_TEXTS = {
    'UnitOfMeasure': 'unit_of_measure',
    'ManufacturerPartID': 'manufacturer_part_id',
    'ManufacturerName': 'manufacturer_name',
}
_NO_TEXT = LocalizedText('')


@value
class ItemIn:
    """One line of a cart.

    `supplier_part_id` is Amazon's ASIN. `supplier_part_auxiliary_id` names the offer in the cart; it is opaque, never
    trimmed, and goes back in the order byte for byte. `unit_price` is net of tax. `extrinsics` are (name, text) in
    the order of the document, names may repeat. `lead_time` is in days.
    """

    quantity: Decimal
    supplier_part_id: str
    unit_price: Money
    supplier_part_auxiliary_id: str | None = None
    line_number: int | None = None
    description: LocalizedText = LocalizedText('')
    unit_of_measure: str | None = None
    classifications: tuple[tuple[str, str], ...] = ()
    manufacturer_part_id: str | None = None
    manufacturer_name: str | None = None
    lead_time: int | None = None
    extrinsics: tuple[tuple[str, str], ...] = ()
    shipping: Shipping | None = None
    tax: Tax | None = None

    @property
    def asin(self):
        """The article number of Amazon."""
        return self.supplier_part_id

    @property
    def title(self):
        """The description on one line; Amazon's may end in a line break."""
        return collapsed(self.description.text)

    @property
    def unspsc(self):
        """The first UNSPSC code, None if there is none; Amazon's carts may have an empty one."""
        for domain, code in self.classifications:
            if code and domain.upper() == UNSPSC:
                return code
        return None

    @property
    def sold_by(self):
        """The seller of the item, None if not stated."""
        return self.extrinsic('soldBy')

    @property
    def condition(self):
        """The condition, 'New' in Amazon's carts; None if not stated."""
        return self.extrinsic('itemCondition')

    @property
    def detail_page_url(self):
        """The item's page in the shop; None if it isn't an http or https address."""
        return web_url(self.extrinsic('detailPageURL'))

    def extrinsic(self, name):
        """Return the first non-empty text of the extrinsics of that name.

        :param str name: letter case doesn't matter
        :rtype: str | None
        """
        name = name.casefold()
        for each, text in self.extrinsics:
            if each.casefold() == name and text.strip(BLANK):
                return text.strip(BLANK)
        return None


@dataclass(frozen=True, slots=True)
class PunchOutOrderMessage:
    """A cart.

    `total` is the sum of quantity times unit price, without shipping and tax, which stand beside it. It is None only
    if the cart is empty. `buyer_cookie` is None in documents that were stored without it. `user_email` is the
    shopper's; the standard has no place for it but ShipTo, so it may stand in an Extrinsic or a Contact too.
    """

    payload_id: str | None
    timestamp: datetime | None
    header: Header
    buyer_cookie: str | None = field(repr=False)  # it opens the shopping trip: not for logs
    operation_allowed: str | None
    total: Money | None
    shipping: Shipping | None = None
    tax: Tax | None = None
    items: tuple[ItemIn, ...] = ()
    deployment_mode: str | None = None
    user_email: str | None = None

    @property
    def is_empty(self):
        """Whether the shopper left without buying."""
        return not self.items

    @property
    def currency(self):
        """The one currency of the cart; None only if it is empty and has no Total."""
        return self.total.currency if self.total else None


def read_cart(raw):
    """Read a cart.

    Optional things that are missing or unreadable are None, and unknown ones are ignored. Amounts below zero are
    not allowed: the cart comes through the shopper's browser, and a negative one would pass any approval limit.

    :param bytes raw: a cXML document with a PunchOutOrderMessage
    :rtype: PunchOutOrderMessage
    :raise CxmlError: see :func:`.parser.parse`; 'missing' and 'bad_value' for Total, ItemIn/@quantity, SupplierPartID,
        UnitPrice and any Money that is there; 'mixed_currency' for a second currency anywhere in the cart
    """
    root = parse(raw, DOCUMENT)
    message = enclosed(root, DOCUMENT)
    buyer_cookie = operation_allowed = total = shipping = tax = user_email = None
    items = []
    for child in message:
        if child.tag == 'ItemIn':
            items.append(_read_item(child))
        elif child.tag == 'BuyerCookie':
            buyer_cookie = buyer_cookie or trimmed(child)
        elif child.tag == 'PunchOutOrderMessageHeader':
            operation_allowed = child.get('operationAllowed')
            total, shipping, tax = _read_totals(child)
            user_email = read_user_email(child)
    if items and total is None:
        raise fault('missing', message, 'PunchOutOrderMessageHeader/Total')
    _check_one_currency(message)
    return PunchOutOrderMessage(
        payload_id=root.get('payloadID'),
        timestamp=parse_timestamp(root.get('timestamp')),
        header=read_header(root),
        buyer_cookie=buyer_cookie,
        operation_allowed=operation_allowed,
        total=total,
        shipping=shipping,
        tax=tax,
        items=tuple(items),
        deployment_mode=message.getparent().get('deploymentMode'),
        user_email=user_email or read_user_email(message),
    )


def _read_totals(node):
    total = shipping = tax = None
    for child in node:
        if child.tag == 'Total':
            total = read_money(child)
        elif child.tag == 'Shipping':
            shipping = read_shipping(child)
        elif child.tag == 'Tax':
            tax = read_tax(child)
    return total, shipping, tax


def _check_one_currency(message):
    """Check that the cart has one currency, also in what is not read, e.g. a Modification or a Distribution."""
    first = None
    for money in message.iter('Money'):
        currency = money.get('currency')
        if currency and currency != first:
            currency = currency_of(money)
            first = first or currency
            if currency != first:
                raise fault('mixed_currency', money, value=currency)


def _read_item(node):
    quantity = _read_quantity(node)
    values = {}
    extrinsics = []
    for child in node:
        tag = child.tag
        if tag == 'ItemDetail':
            _read_item_detail(child, values, extrinsics)
        elif tag == 'ItemID':
            _read_item_id(child, values)
        elif tag == 'Shipping':
            values['shipping'] = read_shipping(child)
        elif tag == 'Tax':
            values['tax'] = read_tax(child)
        elif tag == 'Extrinsic':
            extrinsics.append(read_extrinsic(child))
    value_of = values.get
    if not value_of('supplier_part_id'):
        raise fault('missing', node, 'ItemID/SupplierPartID')
    if 'unit_price' not in values:
        raise fault('missing', node, 'ItemDetail/UnitPrice')
    return ItemIn.new(
        quantity,
        values['supplier_part_id'],
        values['unit_price'],
        value_of('supplier_part_auxiliary_id'),
        whole_number(node.get('lineNumber')),
        value_of('description', _NO_TEXT),
        value_of('unit_of_measure'),
        value_of('classifications', ()),
        value_of('manufacturer_part_id'),
        value_of('manufacturer_name'),
        value_of('lead_time'),
        tuple(extrinsics),
        value_of('shipping'),
        value_of('tax'),
    )


def _read_quantity(node):
    text = node.get('quantity', '')
    quantity = parse_usual_decimal(text)
    if quantity is None or quantity <= 0:
        if not text.strip(BLANK):
            raise fault('missing', node, '@quantity')
        raise fault('bad_value', node, '@quantity', text)
    return quantity


def _read_item_id(node, values):
    for child in node:
        if child.tag == 'SupplierPartID':
            values['supplier_part_id'] = trimmed(child)
        elif child.tag == 'SupplierPartAuxiliaryID':
            values['supplier_part_auxiliary_id'] = text_of(child)


def _read_item_detail(node, values, extrinsics):
    classifications = []
    for child in node:
        tag = child.tag
        if tag == 'Extrinsic':
            # A third of a cart are Extrinsics: a call for each would show in the time it takes.
            extrinsics.append((child.get('name', ''), text_of(child) if len(child) else child.text or ''))
        elif tag in _DETAIL_TEXTS:
            values[_DETAIL_TEXTS[tag]] = trimmed(child)
        elif tag == 'UnitPrice':
            values['unit_price'] = read_money(child)
        elif tag == 'Description':
            if 'description' not in values:
                values['description'] = read_localized(child)
        elif tag == 'Classification':
            # The standard allows the code as the content or as an attribute.
            classifications.append((child.get('domain', ''), trimmed(child) or child.get('code', '')))
        elif tag == 'LeadTime':
            values['lead_time'] = whole_number(child.text)
    values['classifications'] = tuple(classifications)
