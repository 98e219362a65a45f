"""The rows of Amazon's six reports, as values by header: Decimal, date, int or text, and None for "N/A"."""

from collections import defaultdict
from decimal import Decimal

from .records import CANCELLED, CHARGE, CLOSED, MARKETS, PENDING, REFUND

ORDERS, REFUNDS, RECONCILIATION, TRANSACTIONS, SHIPMENTS, RETURNS = (
    'orders', 'refunds', 'reconciliation', 'transactions', 'shipments', 'returns')
KINDS = (ORDERS, REFUNDS, RECONCILIATION, TRANSACTIONS, SHIPMENTS, RETURNS)

# Amazon's own words for the state of an order.
STATUS_WORDS = {
    'PENDING_APPROVAL': 'Pending approval', 'PAYMENT_CONFIRMED': 'Payment confirmed',
    'PENDING_FULFILLMENT': 'Pending fulfillment', PENDING: 'Pending', CANCELLED: 'Canceled', CLOSED: 'Closed',
}


def rows(ledger, kind, country, day, whole_amounts=False, refunds='negative'):
    """List the rows of a report.

    :param str kind: one of KINDS.
    :param str country: the marketplace whose administrator downloads it.
    :param date day: the day of the download; what comes later is not known yet.
    :param bool whole_amounts: show a whole charge in the row of each of its orders, in place of its share.
    :param str refunds: negative or positive: the sign of what was refunded.
    :rtype: list[dict]
    """
    unit = MARKETS[country].unit
    return [{header: _written(value, unit, refunds) for header, value in row.items()}
            for row in _ROWS[kind](ledger, country, day, whole_amounts)]


class _Refunded(Decimal):
    """An amount that was refunded, whose sign is a matter of style."""


def _written(value, unit, refunds):
    if not isinstance(value, Decimal):
        return value
    if isinstance(value, _Refunded):
        value = value if refunds == 'positive' else -value
    # Adding nothing turns a negative zero into a zero.
    return Decimal(value).quantize(unit) + 0


# === ORDERS === #

def _orders(ledger, country, day, whole_amounts):
    paid = defaultdict(list)
    for charge in ledger.shown(day):
        if charge.kind == CHARGE:
            for piece in charge.listed or charge.pieces:
                paid[piece.ref].append((charge, piece))
    for purchase in _purchases(ledger, country, day):
        for charge, piece in paid[purchase.ref]:
            amount = charge.amount if whole_amounts else charge.of(purchase.ref)
            yield _order_row(purchase, day) | _payment(charge, day, amount) | _item(piece.line, piece)
        if not paid[purchase.ref]:
            for line in purchase.lines:
                yield _order_row(purchase, day) | _payment(None, day) | _item(line)


def _order_row(purchase, day):
    row = {
        'Order Date': purchase.ordered_on, 'Order ID': purchase.ref, 'Account Group': purchase.group,
        'PO Number': purchase.po_number or None, 'Order Quantity': sum(line.quantity for line in purchase.lines),
        'Currency': purchase.market.currency, **_parts('Order', purchase.parts),
        'Order Status': STATUS_WORDS[purchase.status(day)], 'Account User': purchase.buyer.name,
        'Account User Email': purchase.buyer.email, 'Invoice Status': None,
    }
    if purchase.is_cancelled(day):
        # Some columns of a cancelled order are zero, the others say nothing.
        row |= _parts('Order', purchase.parts.times(0, purchase.market.unit)) | {'Order Tax': None}
    return row


def _parts(prefix, parts):
    return {
        f'{prefix} Subtotal': parts.goods + parts.fees, f'{prefix} Shipping & Handling': parts.shipping,
        f'{prefix} Promotion': parts.discount, f'{prefix} Tax': parts.tax, f'{prefix} Net Total': parts.total,
    }


def _payment(charge, day, amount=None):
    if charge is None:
        return dict.fromkeys(_PAYMENT)
    settled = charge.is_settled(day)
    values = (charge.reference if settled else None, charge.day if settled else None, amount, charge.instrument.words,
              charge.statement_number or charge.instrument.digits or None,
              charge.charge_identifier if settled and not charge.statement_number else None)
    return dict(zip(_PAYMENT, values, strict=True))


_PAYMENT = ('Payment Reference ID', 'Payment Date', 'Payment Amount', 'Payment Instrument Type', 'Payment Identifier',
            'Charge Identifier')


def _item(line, piece=None):
    parts = piece.parts if piece else line.parts
    return {
        'Amazon-Internal Product Category': line.category or None, 'ASIN': line.asin, 'Title': line.title,
        'UNSPSC': line.unspsc or None, 'Segment': None, 'Family': None, 'Class': None, 'Commodity': None,
        'Brand': line.brand or None, 'Manufacturer': line.brand or None, 'Product Condition': 'New',
        'Listed PPU': line.unit_price, 'Purchase PPU': line.unit_price,
        'Item Quantity': piece.quantity if piece else line.quantity, **_parts('Item', parts),
        'PO Line Item Id': line.number or None, 'Tax Exemption Applied': None, 'Receiving Status': None,
        'Seller Name': line.seller or None, 'Seller City': None, 'Seller State': None, 'Seller ZipCode': '04109',
    }


# === THE OTHERS === #

def _transactions(ledger, country, day, whole_amounts):
    for charge in ledger.shown(day):
        if charge.market.country != country or not charge.is_settled(day):
            continue
        for ref in charge.refs or ('',):
            purchase = ledger.purchase(ref) if ref else None
            amount = charge.amount if whole_amounts or not ref else charge.of(ref)
            yield {
                'Transaction Date': charge.day, 'Payment Reference ID': charge.reference,
                'Transaction Type': 'Charge' if charge.kind == CHARGE else 'Refund',
                'Currency': charge.market.currency,
                'Payment Amount': amount if charge.kind == CHARGE else _Refunded(amount),
                'Account Group': charge.group, 'Payment Instrument Type': charge.instrument.words,
                'Payment Identifier': charge.statement_number or charge.instrument.digits or None,
                'Charge Identifier': None if charge.statement_number else charge.charge_identifier,
                'Account User': charge.buyer.name, 'Order Date': purchase.ordered_on if purchase else None,
                'Order ID': ref or None, 'PO Number': (purchase.po_number if purchase else '') or None,
                'Order Status': STATUS_WORDS[purchase.status(day)] if purchase else None, 'Approver': None,
                'GL Code': None, 'Department': None, 'Cost Center': None, 'Project Code': None, 'Location': None,
                'Custom Field 1': None,
            }


def _refunds(ledger, country, day, whole_amounts):
    for refund in ledger.shown(day):
        if refund.kind == CHARGE or refund.market.country != country:
            continue
        for piece in refund.pieces:
            purchase = ledger.purchase(piece.ref)
            yield {
                'Refund Date': refund.day, 'Refund Reason': piece.reason or 'Customer return',
                'Refund Status': 'Completed', 'Refund Type': 'Refund' if refund.kind == REFUND else 'Over refund',
                'Order Date': purchase.ordered_on, 'Order ID': purchase.ref, 'Account Group': purchase.group,
                'PO Number': purchase.po_number or None, 'PO Line Item Id': piece.line.number or None,
                'Account User': purchase.buyer.name, 'Account User Email': purchase.buyer.email,
                'Currency': purchase.market.currency, 'Refund Amount': _Refunded(piece.parts.total),
                'Item Subtotal': _Refunded(piece.parts.goods + piece.parts.fees),
                'Item Shipping & Handling': _Refunded(piece.parts.shipping),
                'Item Promotion': _Refunded(piece.parts.discount), 'Item Tax': _Refunded(piece.parts.tax),
                'Item Net Total': _Refunded(piece.parts.total),
                'Payment Reference ID': refund.reference, 'Payment Instrument Type': refund.instrument.words,
                'Payment Identifier': refund.statement_number or refund.instrument.digits or None,
                'Charge Identifier': None if refund.statement_number else refund.charge_identifier,
                'Refund Quantity': piece.quantity, 'ASIN': piece.line.asin, 'Title': piece.line.title,
                'Seller Name': piece.line.seller or None,
            }


def _reconciliation(ledger, country, day, whole_amounts):
    for document in ledger.contents.documents:
        if not document.is_owed or document.market.country != country or document.issued_on > day:
            continue
        sign = -1 if document.is_credit else 1
        for piece in document.pieces:
            purchase = ledger.purchase(piece.ref)
            yield {
                'Statement Number': document.statement_number,
                'Invoice Number': (document.credits or None) if document.is_credit else document.number,
                'Credit Memo Number': document.number if document.is_credit else None,
                'Document Issue Date': document.issued_on,
                'Invoice Due Date': None if document.is_credit else document.due_on,
                'Document Status': document.status(day),
                'Transaction Type': 'Invoice refund' if document.is_credit else 'Invoice charge',
                'Account Group': document.group, 'Currency': document.market.currency, 'Order ID': purchase.ref,
                'Order Date': purchase.ordered_on, 'PO Number': purchase.po_number or None,
                'PO Line Item Id': piece.line.number or None, 'Account User': purchase.buyer.name,
                'ASIN': piece.line.asin, 'Title': piece.line.title, 'Seller Name': piece.line.seller or None,
                'Shipment Quantity': piece.quantity, 'Subtotal': sign * (piece.parts.goods + piece.parts.fees),
                'Shipping & Handling': sign * piece.parts.shipping, 'Promotion': sign * piece.parts.discount,
                'Total Tax Amount': sign * piece.parts.tax, 'Net Total': sign * piece.parts.total,
            }


def _shipments(ledger, country, day, whole_amounts):
    for shipment in ledger.contents.shipments:
        if shipment.shipped_on > day:
            continue
        for piece in shipment.pieces:
            purchase = ledger.purchase(piece.ref)
            if purchase.market.country == country:
                yield {
                    'Order Date': purchase.ordered_on, 'Order ID': purchase.ref, 'Account Group': purchase.group,
                    'PO Number': purchase.po_number or None, 'PO Line Item Id': piece.line.number or None,
                    'Currency': purchase.market.currency, 'Shipment Date': shipment.shipped_on,
                    'Shipment Tracking Number': shipment.shipment_id, 'Carrier Name': shipment.carrier or None,
                    'Carrier Tracking #': shipment.tracking,
                    'Delivery Status': 'Delivered' if shipment.is_delivered(day) else 'Not delivered',
                    'Expected Delivery Date': shipment.delivered_on, 'Shipment Quantity': piece.quantity,
                    'ASIN': piece.line.asin, 'Title': piece.line.title,
                }


def _returns(ledger, country, day, whole_amounts):
    for returned in ledger.contents.returns:
        purchase = ledger.purchase(returned.piece.ref)
        if purchase.market.country == country and returned.returned_on <= day:
            yield {
                'Return Date': returned.returned_on, 'Return Reason': returned.piece.reason or 'Customer return',
                'Return Status': returned.status, 'Return Quantity': returned.piece.quantity,
                'Order Date': purchase.ordered_on, 'Order ID': purchase.ref, 'Account Group': purchase.group,
                'PO Number': purchase.po_number or None, 'PO Line Item Id': returned.piece.line.number or None,
                'ASIN': returned.piece.line.asin, 'Title': returned.piece.line.title,
            }


def _purchases(ledger, country, day):
    return [purchase for purchase in ledger.contents.purchases.values()
            if purchase.market.country == country and purchase.ordered_on <= day]


_ROWS = {
    ORDERS: _orders, REFUNDS: _refunds, RECONCILIATION: _reconciliation, TRANSACTIONS: _transactions,
    SHIPMENTS: _shipments, RETURNS: _returns,
}
HEADERS = {
    REFUNDS: (
        'Refund Date', 'Refund Reason', 'Refund Status', 'Refund Type', 'Order Date', 'Order ID', 'Account Group',
        'PO Number', 'PO Line Item Id', 'Account User', 'Account User Email', 'Currency', 'Refund Amount',
        'Item Subtotal', 'Item Shipping & Handling', 'Item Promotion', 'Item Tax', 'Item Net Total',
        'Payment Reference ID', 'Payment Instrument Type', 'Payment Identifier', 'Charge Identifier', 'Refund Quantity',
        'ASIN', 'Title', 'Seller Name'),
    RECONCILIATION: (
        'Statement Number', 'Invoice Number', 'Credit Memo Number', 'Document Issue Date', 'Invoice Due Date',
        'Document Status', 'Transaction Type', 'Account Group', 'Currency', 'Order ID', 'Order Date', 'PO Number',
        'PO Line Item Id', 'Account User', 'ASIN', 'Title', 'Seller Name', 'Shipment Quantity', 'Subtotal',
        'Shipping & Handling', 'Promotion', 'Total Tax Amount', 'Net Total'),
    TRANSACTIONS: (
        'Transaction Date', 'Payment Reference ID', 'Transaction Type', 'Currency', 'Payment Amount', 'Account Group',
        'Payment Instrument Type', 'Payment Identifier', 'Charge Identifier', 'Account User', 'Order Date', 'Order ID',
        'PO Number', 'Order Status', 'Approver', 'GL Code', 'Department', 'Cost Center', 'Project Code', 'Location',
        'Custom Field 1'),
    SHIPMENTS: (
        'Order Date', 'Order ID', 'Account Group', 'PO Number', 'PO Line Item Id', 'Currency', 'Shipment Date',
        'Shipment Tracking Number', 'Carrier Name', 'Carrier Tracking #', 'Delivery Status',
        'Expected Delivery Date', 'Shipment Quantity', 'ASIN', 'Title'),
    RETURNS: (
        'Return Date', 'Return Reason', 'Return Status', 'Return Quantity', 'Order Date', 'Order ID', 'Account Group',
        'PO Number', 'PO Line Item Id', 'ASIN', 'Title'),
    ORDERS: (
        'Order Date', 'Order ID', 'Account Group', 'PO Number', 'Order Quantity', 'Currency', 'Order Subtotal',
        'Order Shipping & Handling', 'Order Promotion', 'Order Tax', 'Order Net Total', 'Order Status', 'Account User',
        'Account User Email', 'Invoice Status', *_PAYMENT, 'Amazon-Internal Product Category', 'ASIN', 'Title',
        'UNSPSC', 'Segment', 'Family', 'Class', 'Commodity', 'Brand', 'Manufacturer', 'Product Condition', 'Listed PPU',
        'Purchase PPU', 'Item Quantity', 'Item Subtotal', 'Item Shipping & Handling', 'Item Promotion', 'Item Tax',
        'Item Net Total', 'PO Line Item Id', 'Tax Exemption Applied', 'Receiving Status', 'Seller Name', 'Seller City',
        'Seller State', 'Seller ZipCode'),
}
