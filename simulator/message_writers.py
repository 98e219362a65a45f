"""Write confirmations and ship notices; invoices have a module of their own."""

from .accounts import SUPPLIER_IDENTITY
from .cxml_elements import (
    XML_LANG,
    credential,
    element,
    envelope,
    money,
    offset_timestamp,
    serialize,
    shipping,
    tax,
)
from .portions import total
from .reasons import SEPARATOR, reason

USER_AGENT = 'Amazon Business Simulator'
FULFILL_DTD = '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.024/Fulfill.dtd">'
CXML_DTD = '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.024/cXML.dtd">'
# The sender of a Japanese message from Amazon had this name.
SENDER_IDENTITIES = {'JP': 'Amazonbusinessintegrationsjp'}


def write_confirmation(order, confirmation):
    """Write the ConfirmationRequest; like Amazon's, its header always has the type "detail".

    :param simulator.orders.ReceivedOrder order: the order.
    :rtype: bytes
    """
    account, portions = order.account, confirmation.portions
    header = element('ConfirmationHeader', operation='update' if confirmation.replaces else 'new', type='detail',
                     noticeDate=offset_timestamp(confirmation.made_at))
    if confirmation.confirm_id:
        header.set('confirmID', confirmation.confirm_id)
    if confirmation.replaces:
        header.append(element('DocumentReference', payloadID=confirmation.replaces))
    header.append(element('Total', money(account, total(portions))))
    header.append(shipping(account, total(portions, 'shipping')))
    header.append(tax(account, total(portions, 'tax')))
    if confirmation.reasons:
        header.append(_reasons(account, 'OrderErrorCode', confirmation.reasons))
    items = {}
    for status in confirmation.statuses:
        items.setdefault(status.line_number, []).append(_status(order, confirmation, status))
    lines = {line.line_number: line for line in order.request.lines}
    return write_request(account, confirmation, FULFILL_DTD, element(
        'ConfirmationRequest',
        header,
        order_reference(order),
        *(
            element('ConfirmationItem', _unit(order, number), *statuses,
                    quantity=str(lines[number].quantity or 0), lineNumber=number)
            for number, statuses in items.items()
        ),
    ))


def _status(order, confirmation, status):
    account, portion = order.account, status.portion
    node = element('ConfirmationStatus', _unit(order, status.line_number), quantity=str(status.quantity),
                   type=status.kind)
    if status.delivery_date:
        node.set('deliveryDate', offset_timestamp(status.delivery_date))
    if status.price_changed:
        node.append(element('UnitPrice', money(account, portion.unit_price)))
    if portion:
        node.append(tax(account, portion.tax, portion.tax_parts))
        node.append(shipping(account, portion.shipping))
        node.append(element('Comments', text=confirmation.confirm_id, type='confirmID'))
    if status.reasons:
        node.append(_reasons(account, 'LineItemErrorCode', status.reasons))
    return node


def _unit(order, number):
    sold = {line.auxiliary_id: line.quoted for line in order.sale.lines} if order.sale else {}
    ordered = next(line for line in order.request.lines if line.line_number == number)
    quoted = sold.get(ordered.auxiliary_id)
    return element('UnitOfMeasure', text=quoted.product.unit if quoted and quoted.product.unit else 'EA')


def _reasons(account, kind, reasons):
    node = element('Comments', text=SEPARATOR.join(reason(account, code, text) for code, text in reasons), type=kind)
    node.set(XML_LANG, account.lang)
    return node


def write_ship_notice(order, notice):
    """Write the ShipNoticeRequest, which does not contain Amazon's order number.

    :rtype: bytes
    """
    shipment = notice.shipment
    header = element(
        'ShipNoticeHeader', shipmentID=shipment.shipment_id, operation=notice.operation, shipmentType='actual',
        noticeDate=offset_timestamp(notice.made_at), shipmentDate=offset_timestamp(shipment.shipped_at),
        deliveryDate=offset_timestamp(shipment.delivery_date),
    )
    if notice.replaces:
        header.append(element('DocumentReference', payloadID=notice.replaces))
    portion = element('ShipNoticePortion', order_reference(order))
    if not notice.empty:
        known = {line.line_number for line in order.request.lines}
        portion.extend(
            element('ShipNoticeItem',
                    _unit(order, number) if number in known else element('UnitOfMeasure', text='EA'),
                    lineNumber=number, quantity=str(quantity))
            for number, quantity in shipment.lines.items()
        )
    return write_request(order.account, notice, FULFILL_DTD, element(
        'ShipNoticeRequest',
        header,
        element(
            'ShipControl',
            element('CarrierIdentifier', text=shipment.carrier, domain='companyName'),
            element('ShipmentIdentifier', text=shipment.tracking),
            element('PackageIdentification', rangeBegin='1', rangeEnd='1'),
        ),
        portion,
    ))


def write_profile_request(account, message):
    """Write the ProfileRequest, which asks for the documents that the purchasing system accepts.

    :rtype: bytes
    """
    return write_request(account, message, CXML_DTD, element('ProfileRequest'))


# === PARTS THAT INVOICES HAVE TOO === #

def write_request(account, message, doctype, body):
    """Write a message with its header; a secret is added only when the bytes are sent.

    :param message: an object with payload_id and made_at.
    """
    identity = SENDER_IDENTITIES.get(account.country, SUPPLIER_IDENTITY)
    root = envelope(
        element(
            'Header',
            element('From', credential('NetworkId', identity)),
            # In lower case: domains are not case-sensitive.
            element('To', credential('networkid', account.identity)),
            element('Sender', credential('NetworkId', identity), element('UserAgent', text=USER_AGENT)),
        ),
        element('Request', body),
        payload_id=message.payload_id,
    )
    root.set('timestamp', offset_timestamp(message.made_at))
    root.set(XML_LANG, account.lang)
    return serialize(root, doctype)


def order_reference(order):
    node = element('OrderReference', element('DocumentReference', payloadID=order.request.header.payload_id),
                   orderID=order.request.order_id)
    if order.request.order_date:
        node.set('orderDate', order.request.order_date)
    return node
