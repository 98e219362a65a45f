"""What Amazon's REST APIs say of the books, as values for JSON."""

import base64
import binascii
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from ..cxml_elements import timestamp
from .records import CHARGE, PENDING

TRANSACTIONS, INVOICES, PAYMENT_DETAILS, ORDERS, ORDER_LINES, SHIPMENTS, SHIPMENT_LINES = (
    'transactions', 'invoices', 'paymentDetails', 'orderReports', 'orderLineItemReports', 'shipmentReports',
    'shipmentLineItemReports')
# The key of the list in the answer of each report.
KEYS = {ORDERS: 'ordersReport', ORDER_LINES: 'orderLineItemsReport', SHIPMENTS: 'shipmentsReport',
        SHIPMENT_LINES: 'shipmentLineItemsReport', TRANSACTIONS: 'transactions'}
AMOUNTS, DATES, LAST_TOKENS = ('own', 'text', 'number'), ('text', 'object'), ('absent', 'empty', 'null')
SIGNS = ('positive', 'negative')


@dataclass(frozen=True)
class Shape:
    """How answers are written where Amazon's own differ."""

    # own: text in Reconciliation, numbers in Reporting.
    amounts: str = 'own'
    dates: str = 'text'
    # How the last page says that it is the last one.
    last_token: str = 'absent'
    refunds: str = 'negative'
    unknown_fields: bool = False
    # Without the fields that one could do without.
    sparse: bool = False


class BadToken(ValueError):
    """A nextPageToken that no page has."""


def page(items, key, token, size, shape):
    """Return a part of a list with the token of the next part.

    :param str token: the token of this page, empty for the first one.
    :rtype: dict
    """
    start = _read_token(key, token) if token else 0
    answer = {key: items[start:start + size]}
    if start + size < len(items):
        answer['nextPageToken'] = base64.urlsafe_b64encode(json.dumps([key, start + size]).encode()).decode()
    elif shape.last_token != 'absent':
        answer['nextPageToken'] = '' if shape.last_token == 'empty' else None
    if key != KEYS[TRANSACTIONS]:
        answer['size'] = len(answer[key])
    return answer


def _read_token(key, token):
    try:
        for_key, start = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError, TypeError):
        raise BadToken(token) from None
    if for_key != key or type(start) is not int:
        raise BadToken(token)
    return start


def pages(items, key, size, shape=None):
    """Return all pages of a list.

    :rtype: list[dict]
    """
    shape, token, made = shape or Shape(), '', []
    while not made or token:
        made.append(page(items, key, token, size, shape))
        token = made[-1].get('nextPageToken')
    return made


# === RECONCILIATION === #

def transactions(ledger, region, start, end, shape):
    """List what was fed in a period, earlier versions of a charge too.

    :rtype: list[dict]
    """
    fed = [version for version in ledger.contents.versions
           if version.market.region == region and version.settled_on and start <= version.fed_on <= end]
    return [_transaction(version, shape) for version in sorted(fed, key=lambda version: version.fed_on)]


def _transaction(charge, shape):
    sign = -1 if charge.kind != CHARGE and shape.refunds == 'negative' else 1
    amounts = 'text' if shape.amounts == 'own' else shape.amounts
    person = {'id': f'amzn1.account.{charge.buyer.name.replace(" ", "").upper()}', 'name': charge.buyer.name,
              'email': charge.buyer.email}
    value = {
        'marketplaceId': charge.market.marketplace_id, 'transactionDate': _moment(charge.day, shape),
        'feedDate': _moment(charge.fed_on, shape), 'transactionType': charge.kind,
        'transactionId': charge.transaction_id,
        'chargeIdentifier': None if charge.statement_number else charge.charge_identifier,
        'legalEntityName': charge.company, 'purchasingCustomerGroupName': charge.group,
        'invoiceNumber': charge.invoice_number or None,
        'amount': _money(charge.market, sign * charge.amount, amounts),
        'paymentInstrumentType': charge.instrument.words,
        'paymentInstrumentLast4Digits': charge.instrument.digits or None,
        'buyer': person, 'payer': None if shape.sparse else person,
        'associatedTransactionDetails': [{'associatedTransactionId': known} for known in charge.associated] or None,
        'transactionLineItems': [_transaction_line(charge, piece, sign, amounts, shape) for piece in charge.pieces],
    }
    return _finished(value, shape)


def _transaction_line(charge, piece, sign, amounts, shape):
    def money(amount):
        return _money(charge.market, sign * amount, amounts)

    line, parts, purchase = piece.line, piece.parts, piece.purchase
    value = {
        'refundReason': piece.reason or None if charge.kind != CHARGE else None,
        'totalAmount': money(parts.total), 'principalAmount': money(parts.goods),
        'shippingCharge': money(parts.shipping), 'regulatoryFee': money(parts.fees) if parts.fees else None,
        'giftWrappingCharge': None, 'discount': money(parts.discount), 'tax': money(parts.tax),
        'unitPrice': _money(charge.market, line.unit_price, amounts),
        'taxRate': None if line.tax_rate is None else f'{line.tax_rate.normalize():f}',
        'orderId': purchase.ref if purchase else None, 'unspsc': line.unspsc or None,
        'orderLineItemId': line.item_id or None, 'purchaseOrderNumber': (purchase and purchase.po_number) or None,
        'purchaseOrderLineItemId': line.number or None, 'asin': line.asin or None, 'productTitle': line.title,
        'itemQuantity': piece.quantity, 'shipmentId': piece.shipment_id or None,
        'shipmentDate': _moment(piece.shipped_on, shape) if piece.shipped_on else None,
        'merchantLegalName': line.seller or None, 'budgetId': None, 'businessOrderInfo': {},
    }
    if shape.sparse:
        for name in ('principalAmount', 'shippingCharge', 'discount', 'tax', 'unitPrice', 'taxRate', 'unspsc', 'asin',
                     'merchantLegalName', 'businessOrderInfo', 'shipmentDate'):
            value[name] = None
    return _finished(value, shape)


def invoices(ledger, region, wanted, shape):
    """List the documents of order lines, each {orderId, orderLineItemId, shipmentId}.

    :rtype: list[dict]
    """
    by_purchase = defaultdict(dict)
    for document in ledger.contents.documents:
        if document.market.region == region:
            for piece in document.pieces:
                by_purchase[piece.ref].setdefault(document.number, document)

    def details(line):
        for document in by_purchase[line.get('orderId')].values():
            if any(piece.ref == line.get('orderId') and line.get('orderLineItemId') in (None, piece.line.item_id)
                   and line.get('shipmentId') in (None, '', piece.shipment_id) for piece in document.pieces):
                yield _document(document, shape)

    return [{'orderLineItem': line, 'invoiceDetails': list(details(line))} for line in wanted]


def _document(document, shape):
    is_japanese = document.market.country == 'JP'
    value = {
        'invoiceNumber': document.number, 'invoiceDate': _moment(document.issued_on, shape),
        'invoiceType': 'CREDIT_MEMO' if document.is_credit else 'STANDARD',
        'consolidatedInvoiceDetails': {'invoiceNumber': document.consolidated} if document.consolidated else None,
        # Elsewhere a credit memo does not name its invoice.
        'associatedInvoiceNumber': document.credits if is_japanese and document.credits else None,
    }
    return _finished(value, shape)


def payment_details(ledger, region, wanted, day, shape):
    """List what is known about the payment of invoices.

    :rtype: list[dict]
    """
    return [_finished({
        'invoiceId': document.number, 'status': document.status(day),
        'dueDate': _moment(document.due_on, shape) if document.due_on else None}, shape)
        for document in ledger.contents.documents
        if document.market.region == region and document.is_owed and not document.is_credit
        and document.number in wanted]


# === REPORTING === #

def order_reports(ledger, countries, day, shape, start=None, end=None, po_number=None):
    """List orders by their day or by the purchasing system's number.

    :rtype: list[dict]
    """
    return [_finished({
        'orderMetadata': _order_metadata(purchase, shape), 'purchaseOrderNumber': purchase.po_number or None,
        'orderStatus': purchase.status(day),
        'charges': [
            {'type': kind, 'amount': _money(purchase.market, amount, _numbers(shape))}
            for kind, amount in (
                ('SUBTOTAL', purchase.parts.goods + purchase.parts.fees),
                ('SHIPPING_AND_HANDLING', purchase.parts.shipping), ('PROMOTION', purchase.parts.discount),
                ('TAX', purchase.parts.tax), ('NET_TOTAL', purchase.parts.total))],
        'orderQuantity': sum(line.quantity for line in purchase.lines),
        'buyerDetails': {'name': purchase.buyer.name, 'email': purchase.buyer.email, 'groupName': purchase.group},
    }, shape) for purchase in _purchases(ledger, countries, start, end) if po_number in (None, purchase.po_number)]


def order_line_reports(ledger, countries, shape, start=None, end=None):
    """List the lines of orders by their day.

    :rtype: list[dict]
    """
    return [
        _finished(_line_report(purchase, line, line.quantity, shape), shape)
        for purchase in _purchases(ledger, countries, start, end) for line in purchase.lines]


def shipment_line_reports(ledger, countries, day, shape, start=None, end=None, po_numbers=()):
    """List shipped lines, and those that wait to be shipped.

    :rtype: list[dict]
    """
    made, shipped = [], _shipped(ledger, day)
    for purchase in _purchases(ledger, countries, start, end):
        if po_numbers and purchase.po_number not in po_numbers:
            continue
        left = {line.item_id: line.quantity for line in purchase.lines}
        for shipment, piece in shipped[purchase.ref]:
            left[piece.line.item_id] = left.get(piece.line.item_id, 0) - piece.quantity
            made.append(_line_report(purchase, piece.line, piece.quantity, shape) | {
                'carrierName': shipment.carrier or None,
                'packages': [{'trackingId': shipment.tracking, 'packageId': f'{shipment.shipment_id}-1'}],
                'shipmentMetadata': _shipment_metadata(shipment, shape),
                'deliveryInfo': _delivery(shipment, day, shape), 'shipmentStatus': 'SHIPPED',
            })
        if purchase.is_cancelled(day):
            continue
        waits = 'PENDING_PAYMENT' if purchase.status(day) == PENDING else 'SHIPPING_SOON'
        made += [_line_report(purchase, line, left[line.item_id], shape) | {'shipmentStatus': waits, 'deliveryInfo': {
            'status': 'NOT_AVAILABLE'}} for line in purchase.lines if left[line.item_id] > 0]
    return [_finished(value, shape) for value in made]


def shipment_reports(ledger, countries, day, shape, start=None, end=None):
    """List shipments.

    :rtype: list[dict]
    """
    made, shipped = {}, _shipped(ledger, day)
    for purchase in _purchases(ledger, countries, start, end):
        for shipment, __ in shipped[purchase.ref]:
            made[shipment.shipment_id, purchase.ref] = _finished({
                'orderMetadata': _order_metadata(purchase, shape), 'purchaseOrderNumber': purchase.po_number or None,
                'shipmentMetadata': _shipment_metadata(shipment, shape), 'carrierName': shipment.carrier or None,
                'deliveryInfo': _delivery(shipment, day, shape), 'shipmentStatus': 'SHIPPED'}, shape)
    return list(made.values())


def _purchases(ledger, countries, start, end):
    return [purchase for purchase in ledger.contents.purchases.values() if purchase.market.country in countries
            and (start is None or start <= purchase.ordered_on) and (end is None or purchase.ordered_on <= end)]


def _shipped(ledger, day):
    """Return what was shipped until a day, by purchase."""
    shipped = defaultdict(list)
    for shipment in ledger.contents.shipments:
        if shipment.shipped_on <= day:
            for piece in shipment.pieces:
                shipped[piece.ref].append((shipment, piece))
    return shipped


def _line_report(purchase, line, quantity, shape):
    return {
        'orderMetadata': _order_metadata(purchase, shape), 'purchaseOrderNumber': purchase.po_number or None,
        'purchaseOrderLineItemNumber': line.number or None, 'orderLineItemId': line.item_id, 'quantity': quantity,
        'productDetails': {'asin': line.asin, 'title': line.title},
    }


def _order_metadata(purchase, shape):
    return {'orderDate': _moment(purchase.ordered_at or purchase.ordered_on, shape), 'orderId': purchase.ref,
            'region': purchase.market.country}


def _shipment_metadata(shipment, shape):
    return {'shipmentId': shipment.shipment_id, 'shipmentDate': _moment(shipment.shipped_on, shape)}


def _delivery(shipment, day, shape):
    return {'expectedDeliveryDate': _moment(shipment.delivered_on, shape),
            'status': 'DELIVERED' if shipment.is_delivered(day) else 'NOT_DELIVERED'}


# === VALUES === #

def _money(market, amount, amounts):
    number = int(amount) if market.unit == 1 else float(amount)
    return {'currencyCode': market.currency, 'amount': f'{amount:f}' if amounts == 'text' else number}


def _numbers(shape):
    return 'number' if shape.amounts == 'own' else shape.amounts


def _moment(day, shape):
    text = timestamp(day) if isinstance(day, datetime) else f'{day.isoformat()}T08:30:00Z'
    return {'date': text} if shape.dates == 'object' else text


def _finished(value, shape):
    """Return an answer's value without what is absent, and with an unknown field if the shape has those."""
    value = {name: content for name, content in value.items() if content is not None}
    return value | {'futureField': {'unknown': [1, 'two']}} if shape.unknown_fields else value

