"""InvoiceDetailRequest: an invoice or a credit memo."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal

from .charge_readers import stated_tax
from .element_readers import (
    attribute_of,
    comment_text,
    identifier_of,
    only_currency,
    read_header,
    read_localized,
    read_quantity,
    stated_money,
    text_of,
    trimmed,
    whole_number,
)
from .elements import Header, LocalizedText, Money, Tax, TaxDetail
from .order_reference import OrderReference, read_document_reference, read_order_reference
from .parser import enclosed, fault, parse, read_once
from .text_values import BLANK, collapsed, parse_decimal, parse_timestamp
from .values import value

DOCUMENT = 'InvoiceDetailRequest'

_LINE_INDICATORS = {
    'isTaxInLine': 'is_tax_in_line',
    'isShippingInLine': 'is_shipping_in_line',
    'isSpecialHandlingInLine': 'is_special_handling_in_line',
    'isDiscountInLine': 'is_discount_in_line',
    'isPriceAdjustmentInLine': 'is_price_adjustment',
}
_NO_TEXT = LocalizedText('')


@value
class InvoiceCharge:
    """An amount that is no item: shipping, special handling, a discount or another modification, with its own words.

    Amounts are as they came; a discount is positive in the standard.
    """

    money: Money
    description: str = ''


@value
class InvoiceDetailItem:
    """A line of an invoice; `line_number` is that of the order. Amounts keep their sign.

    `subtotal` is quantity times unit price, before discount and tax; None if not stated. `reason` is 'return' where
    goods came back. `quantity` of a service item may be None.
    """

    invoice_line_number: int | None
    line_number: int | None
    quantity: Decimal | None
    unit_price: Money | None = None
    price_basis_quantity: Decimal | None = None
    subtotal: Money | None = None
    tax: Tax | None = None
    shipping: InvoiceCharge | None = None
    special_handling: InvoiceCharge | None = None
    discount: InvoiceCharge | None = None
    charges: tuple[InvoiceCharge, ...] = ()      # other modifications of the line, deductions below zero
    gross: Money | None = None
    net: Money | None = None
    asin: str | None = None
    description: LocalizedText = LocalizedText('')
    unit_of_measure: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceDetailOrder:
    """The lines of one order on an invoice; `is_header` means that there is one sum instead (header invoices)."""

    order: OrderReference
    items: tuple[InvoiceDetailItem, ...] = ()
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceDetailSummary:
    """The totals of an invoice, None where not stated (an empty Money counts as not stated)."""

    subtotal: Money | None = None
    tax: Tax | None = None
    special_handling: Money | None = None
    shipping: Money | None = None
    discount: InvoiceCharge | None = None
    charges: tuple[InvoiceCharge, ...] = ()      # InvoiceHeaderModifications, deductions below zero
    gross: Money | None = None
    net: Money | None = None
    due: Money | None = None


@dataclass(frozen=True, slots=True)
class InvoiceDetailRequest:
    """An invoice or a credit memo.

    `purpose` is 'standard', 'creditMemo', 'debitMemo', 'lineLevelCreditMemo' or 'lineLevelDebitMemo',
    or whatever came; `operation` is 'new' or 'delete'.

    A credit memo may name its invoice by `original_invoice_id` (InvoiceIDInfo) or by `original_payload_id`
    (DocumentReference). `is_price_adjustment` means that a line-level memo is about prices, not quantities.
    `invoice_day` is the day as it is written: in UTC a Japanese morning would be the day before.
    """

    payload_id: str | None
    timestamp: datetime | None
    header: Header
    invoice_id: str
    purpose: str
    operation: str
    invoice_date: datetime | None
    currency: str
    orders: tuple[InvoiceDetailOrder, ...]
    summary: InvoiceDetailSummary
    invoice_day: date | None = None
    is_information_only: bool = False
    is_tax_in_line: bool = False
    is_shipping_in_line: bool = False
    is_special_handling_in_line: bool = False
    is_discount_in_line: bool = False
    is_price_adjustment: bool = False
    original_invoice_id: str | None = None
    original_payload_id: str | None = None
    payment_days: int | None = None
    comments: tuple[str, ...] = ()
    deployment_mode: str | None = None


@read_once
def read_invoice(raw):
    """Read an invoice or a credit memo.

    Optional things that are missing or unreadable are None, and so is an empty Money. Quantities and amounts may be
    below zero. Modifications that state only a percentage or the price behind the deduction are ignored, and so is what
    repeats amounts of other elements (TotalCharges, InvoiceDetailSummaryLineItemModifications).

    :param bytes raw: a cXML document with an InvoiceDetailRequest
    :rtype: InvoiceDetailRequest
    :raise CxmlError: see :func:`.parser.parse`; 'missing' for InvoiceDetailRequestHeader, its invoiceID,
        InvoiceDetailSummary, an item's quantity and the currency; 'bad_value' for an amount or a quantity that is none;
        'mixed_currency'
    """
    root = parse(raw, DOCUMENT)
    node = enclosed(root, DOCUMENT)
    currency = only_currency(node)
    header = summary = None
    orders = []
    for child in node:
        tag = child.tag
        if tag == 'InvoiceDetailRequestHeader':
            header = child
        elif tag in ('InvoiceDetailOrder', 'InvoiceDetailHeaderOrder'):
            orders.append(_read_order(child))
        elif tag == 'InvoiceDetailSummary':
            summary = _read_summary(child)
    for tag, found in (('InvoiceDetailRequestHeader', header), ('InvoiceDetailSummary', summary), ('Money', currency)):
        if found is None:
            raise fault('missing', node, tag)
    return InvoiceDetailRequest(
        payload_id=attribute_of(root, 'payloadID'),
        timestamp=parse_timestamp(root.get('timestamp')),
        header=read_header(root),
        currency=currency,
        orders=tuple(orders),
        summary=summary,
        comments=tuple(filter(None, (comment_text(each) for each in node.iter('Comments')))),
        deployment_mode=node.getparent().get('deploymentMode'),
        **_read_invoice_header(header),
    )


def without_signs(invoice):
    """Return an invoice with all quantities and amounts above zero, except deductions among other modifications.

    :param InvoiceDetailRequest invoice: the invoice as it was stated
    :rtype: InvoiceDetailRequest
    """
    return replace(invoice, orders=_unsigned(invoice.orders), summary=_unsigned(invoice.summary))


def _unsigned(value):
    match value:
        case Decimal():
            return abs(value)
        case tuple():
            return tuple(_unsigned(each) for each in value)
        case InvoiceDetailOrder() | InvoiceDetailItem() | InvoiceDetailSummary() | InvoiceCharge() | Tax() | Money() \
                | TaxDetail():
            return replace(value, **{
                each.name: _unsigned(getattr(value, each.name)) for each in fields(value) if each.name != 'charges'})
    return value


def _read_invoice_header(node):
    invoice_id = identifier_of(node, 'invoiceID')
    values = {
        'invoice_id': invoice_id,
        'purpose': attribute_of(node, 'purpose') or 'standard',
        'operation': attribute_of(node, 'operation') or 'new',
        'invoice_date': parse_timestamp(node.get('invoiceDate')),
        'invoice_day': _read_day(node.get('invoiceDate', '')),
        'is_information_only': _is_yes(node, 'isInformationOnly'),
        'original_payload_id': read_document_reference(node),
    }
    payment_days = []
    for child in node:
        tag = child.tag
        if tag == 'InvoiceDetailLineIndicator':
            for name, field in _LINE_INDICATORS.items():
                values[field] = values.get(field, False) or _is_yes(child, name)
        elif tag == 'InvoiceDetailHeaderIndicator':
            if _is_yes(child, 'isPriceBasedLineLevelCreditMemo'):
                values['is_price_adjustment'] = True
        elif tag == 'InvoiceIDInfo':
            values['original_invoice_id'] = attribute_of(child, 'invoiceID')
        elif tag in ('PaymentTerm', 'InvoiceDetailPaymentTerm'):
            payment_days.append(whole_number(child.get('payInNumberOfDays')))
    # Of several terms the shorter ones are for a discount.
    values['payment_days'] = max((days for days in payment_days if days is not None), default=None)
    return values


def _read_day(text):
    try:
        return date.fromisoformat(text.strip(BLANK)[:10])
    except ValueError:
        return None


def _is_yes(node, name):
    return node.get(name, '').strip(BLANK).casefold() == 'yes'


def _read_order(node):
    is_header = node.tag == 'InvoiceDetailHeaderOrder'
    order = OrderReference()
    items = []
    for child in node:
        if child.tag == 'InvoiceDetailOrderInfo':
            order = read_order_reference(child)
        elif child.tag in ('InvoiceDetailItem', 'InvoiceDetailServiceItem', 'InvoiceDetailOrderSummary'):
            items.append(_read_item(child))
    return InvoiceDetailOrder(order, tuple(items), is_header)


def _read_item(node):
    values = {}
    for child in node:
        tag = child.tag
        read = _ITEM_READERS.get(tag)
        if read:
            field, reader = read
            values[field] = reader(child)
        elif tag in ('InvoiceDetailItemReference', 'InvoiceDetailServiceItemReference'):
            _read_item_reference(child, values)
    # Only goods must have one: a service or a whole order may be a mere sum.
    if node.tag == 'InvoiceDetailItem' or node.get('quantity'):
        values['quantity'] = read_quantity(node, negative=True)
    value_of = values.get
    return InvoiceDetailItem.new(
        whole_number(node.get('invoiceLineNumber')),
        value_of('line_number'),
        value_of('quantity'),
        value_of('unit_price'),
        value_of('price_basis_quantity'),
        value_of('subtotal'),
        value_of('tax'),
        value_of('shipping'),
        value_of('special_handling'),
        value_of('discount'),
        value_of('charges', ()),
        value_of('gross'),
        value_of('net'),
        value_of('asin'),
        value_of('description', _NO_TEXT),
        value_of('unit_of_measure'),
        attribute_of(node, 'reason'),
    )


def _read_item_reference(node, values):
    values['line_number'] = whole_number(node.get('lineNumber'))
    for child in node:
        if child.tag == 'ItemID':
            for part in child:
                if part.tag == 'SupplierPartID':
                    values['asin'] = trimmed(part)
        elif child.tag == 'Description' and 'description' not in values:
            values['description'] = read_localized(child)


def _read_summary(node):
    values = {}
    for child in node:
        read = _SUMMARY_READERS.get(child.tag)
        if read:
            field, reader = read
            values[field] = reader(child)
    return InvoiceDetailSummary(**values)


def _read_charge(node):
    """Read a sum with, perhaps, its own words."""
    money = stated_money(node)
    description = next((collapsed(text_of(child)) for child in node if child.tag == 'Description'), '')
    return InvoiceCharge.new(money, description) if money else None


def _read_price_basis(node):
    """Read for how many ordered units the price is."""
    quantity = parse_decimal(node.get('quantity', ''))
    if not quantity or quantity < 0:
        return None
    factor = parse_decimal(node.get('conversionFactor', ''))
    return quantity / factor if factor and factor > 0 else quantity


def _read_modifications(node):
    """Read the charges and deductions that state an amount."""
    charges = []
    for modification in node:
        sign = money = None
        description = ''
        for child in modification:
            if child.tag == 'AdditionalCost':
                sign, money = 1, stated_money(child)
            elif child.tag == 'AdditionalDeduction':
                amount = next((each for each in child if each.tag == 'DeductionAmount'), ())
                sign, money = -1, stated_money(amount)
            elif child.tag == 'ModificationDetail':
                description = next((text_of(each) for each in child if each.tag == 'Description'), '')
                description = collapsed(description) or child.get('name', '').strip(BLANK)
        if money:
            charges.append(InvoiceCharge(Money(sign * money.amount, money.currency), description))
    return tuple(charges)


_ITEM_READERS = {
    'UnitOfMeasure': ('unit_of_measure', trimmed),
    'UnitPrice': ('unit_price', stated_money),
    'UnitRate': ('unit_price', stated_money),
    'PriceBasisQuantity': ('price_basis_quantity', _read_price_basis),
    'SubtotalAmount': ('subtotal', stated_money),
    'Tax': ('tax', stated_tax),
    'InvoiceDetailLineShipping': ('shipping', _read_charge),
    'InvoiceDetailLineSpecialHandling': ('special_handling', _read_charge),
    'InvoiceDetailDiscount': ('discount', _read_charge),
    'InvoiceItemModifications': ('charges', _read_modifications),
    'GrossAmount': ('gross', stated_money),
    'NetAmount': ('net', stated_money),
}
_SUMMARY_READERS = {
    'SubtotalAmount': ('subtotal', stated_money),
    'Tax': ('tax', stated_tax),
    'SpecialHandlingAmount': ('special_handling', stated_money),
    'ShippingAmount': ('shipping', stated_money),
    'InvoiceDetailDiscount': ('discount', _read_charge),
    'InvoiceHeaderModifications': ('charges', _read_modifications),
    'GrossAmount': ('gross', stated_money),
    'NetAmount': ('net', stated_money),
    'DueAmount': ('due', stated_money),
}
