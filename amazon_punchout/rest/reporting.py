"""The Reporting API (2025-06-09): whether Amazon has an order, where it is, and what was shipped of it."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote, urlencode

from ..transactions import OrderFacts, ShipmentFacts, Statement
from .json_values import (
    date_of,
    identifier_of,
    listed_of,
    moment_of,
    money_of,
    number_of,
    object_of,
    objects_of,
    parse,
    text_of,
)

PATH = '/reports/2025-06-09'
# Of one request.
MAX_ORDERS = 30
MAX_TOKEN = 8000

# Amazon's words for the state of an order. The first two show that it is not placed, or no longer.
PENDING_APPROVAL = 'PENDING_APPROVAL'
CANCELLED = 'CANCELLED'
PLACED = frozenset({'PAYMENT_CONFIRMED', 'PENDING_FULFILLMENT', 'PENDING', 'CLOSED'})
STATUSES = PLACED | {PENDING_APPROVAL, CANCELLED}

SHIPPED = 'SHIPPED'
DELIVERED = 'DELIVERED'


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order at Amazon. A purchase order of ours may be several.

    `ordered_at` is a moment in UTC, or a day if Amazon states no time. `status` is in capitals, whatever Amazon
    writes; `totals` are by Amazon's types: SUBTOTAL, SHIPPING_AND_HANDLING, PROMOTION, TAX, NET_TOTAL.
    """

    purchase_order_number: str | None = None
    order_ref: str | None = None
    region: str | None = None
    ordered_at: datetime | date | None = None
    status: str | None = None
    currency: str | None = None
    totals: tuple[tuple[str, Decimal], ...] = ()

    def total(self, kind):
        """Give one of the totals.

        :param str kind: e.g. 'NET_TOTAL'
        :rtype: Decimal | None
        """
        return dict(self.totals).get(kind)


@dataclass(frozen=True, slots=True)
class ShipmentItem:
    """An item of a shipment. `tracking_numbers` are those of the packages of the shipment, as far as they are known."""

    purchase_order_number: str | None = None
    order_ref: str | None = None
    line_number: str | None = None
    order_line_item_id: str | None = None
    asin: str | None = None
    quantity: Decimal | None = None
    shipment_id: str | None = None
    shipped_on: date | None = None
    expected_on: date | None = None
    carrier: str | None = None
    tracking_numbers: tuple[str, ...] = ()
    status: str | None = None
    delivery_status: str | None = None


# === ASKING === #

def order_path(number, region):
    """Give the path that asks for an order by our number.

    :param str number: of the purchase order
    :param str region: Amazon's code of the marketplace, e.g. 'UK'
    :rtype: str
    """
    return f"{PATH}/purchaseOrders/{quote(number, safe='')}/orderReports?{urlencode({'region': region})}"


def shipments_path(numbers, region, page_token=None):
    """Give the path that asks for what was shipped of orders.

    :param numbers: of at most MAX_ORDERS purchase orders
    :param str region: as for :func:`order_path`
    :param str | None page_token: of the page before
    :rtype: str
    """
    query = [('region', region), ('purchaseOrderNumbers', ','.join(numbers))]
    if page_token:
        query.append(('nextPageToken', page_token))
    return f'{PATH}/shipmentLineItemReports?{urlencode(query)}'


# === ORDERS === #

def read_order_reports(raw):
    """Read the orders that Amazon has under a number of ours.

    :param bytes raw: the answer
    :rtype: tuple[OrderReport, ...]
    :raise RestError: see :func:`.json_values.parse` and :func:`.json_values.listed_of`
    """
    answer = parse(raw)
    is_one = answer.get('orderStatus') or object_of(answer, 'orderMetadata')
    found = [answer] if is_one else listed_of(answer, 'orderReports')
    return tuple(map(_read_order_report, found))


def _read_order_report(owner):
    metadata = object_of(owner, 'orderMetadata')
    totals, currencies = {}, set()
    for each in objects_of(owner, 'charges'):
        kind, (amount, currency) = identifier_of(each, 'type', 'chargeType'), money_of(each, 'amount')
        if kind and amount is not None:
            totals.setdefault(kind.upper(), amount)
        if currency:
            currencies.add(currency)
    return OrderReport(
        purchase_order_number=identifier_of(owner, 'purchaseOrderNumber')
        or identifier_of(metadata, 'purchaseOrderNumber'),
        order_ref=identifier_of(metadata, 'orderId') or identifier_of(owner, 'orderId'),
        region=identifier_of(metadata, 'region') or identifier_of(owner, 'region'),
        ordered_at=moment_of(metadata, 'orderDate') or moment_of(owner, 'orderDate'),
        status=(identifier_of(owner, 'orderStatus') or identifier_of(metadata, 'orderStatus') or '').upper() or None,
        currency=currencies.pop() if len(currencies) == 1 else None,
        totals=tuple(totals.items()),
    )


def read_orders(raw):
    """Read the orders that Amazon has under a number of ours as facts.

    :param bytes raw: the answer
    :return: of the kind `orders_api`
    :rtype: Statement
    :raise RestError: see :func:`.json_values.parse` and :func:`.json_values.listed_of`
    """
    reports = read_order_reports(raw)
    return Statement('orders_api', row_count=len(reports), orders=tuple(OrderFacts(
        order_ref=report.order_ref, currency=report.currency, net_total=report.total('NET_TOTAL'),
        purchase_order_number=report.purchase_order_number, order_date=_day(report.ordered_at), status=report.status,
        cancelled=report.status == CANCELLED, pending=report.status in (PENDING_APPROVAL, 'PENDING'),
    ) for report in reports if report.order_ref))


def _day(moment):
    return moment.date() if isinstance(moment, datetime) else moment


# === SHIPMENTS === #

def read_shipment_items(raw):
    """Read what was shipped of orders.

    :param bytes raw: the answer
    :return: the items, and the token of the next page or None
    :rtype: tuple[tuple[ShipmentItem, ...], str | None]
    :raise RestError: see :func:`.json_values.parse` and :func:`.json_values.listed_of`
    """
    answer = parse(raw)
    found = listed_of(answer, 'shipmentLineItemReports')
    return tuple(map(_read_shipment_item, found)), text_of(answer, 'nextPageToken', limit=MAX_TOKEN)


def _read_shipment_item(owner):
    shipment, order = object_of(owner, 'shipmentMetadata'), object_of(owner, 'orderMetadata')
    delivery, quantity = object_of(owner, 'deliveryInfo'), number_of(owner, 'quantity', 'itemQuantity')
    numbers = (identifier_of(each, 'trackingId', 'trackingNumber') for each in objects_of(owner, 'packages'))
    return ShipmentItem(
        purchase_order_number=identifier_of(owner, 'purchaseOrderNumber'),
        order_ref=identifier_of(order, 'orderId') or identifier_of(owner, 'orderId'),
        line_number=identifier_of(owner, 'purchaseOrderLineItemNumber', 'purchaseOrderLineItemId'),
        order_line_item_id=identifier_of(owner, 'orderLineItemId'),
        asin=identifier_of(owner, 'asin') or identifier_of(object_of(owner, 'productDetails', 'product'), 'asin'),
        quantity=None if quantity is None else abs(quantity),
        shipment_id=identifier_of(shipment, 'shipmentId') or identifier_of(owner, 'shipmentId'),
        shipped_on=date_of(shipment, 'shipmentDate') or date_of(owner, 'shipmentDate'),
        expected_on=date_of(delivery, 'expectedDeliveryDate'),
        carrier=text_of(owner, 'carrierName') or text_of(shipment, 'carrierName'),
        tracking_numbers=tuple(dict.fromkeys(filter(None, numbers))),
        status=(identifier_of(owner, 'shipmentStatus') or identifier_of(shipment, 'shipmentStatus') or '').upper()
        or None,
        delivery_status=(identifier_of(delivery, 'status') or '').upper() or None,
    )


def read_shipments(raw):
    """Read what was shipped of orders as facts.

    :param bytes raw: the answer
    :return: of the kind `shipments_api`
    :rtype: Statement
    :raise RestError: see :func:`.json_values.parse` and :func:`.json_values.listed_of`
    """
    items, token = read_shipment_items(raw)
    return Statement('shipments_api', row_count=len(items), next_page_token=token, shipments=tuple(ShipmentFacts(
        order_ref=item.order_ref, purchase_order_number=item.purchase_order_number, line_number=item.line_number,
        order_line_item_id=item.order_line_item_id, asin=item.asin, quantity=item.quantity,
        shipment_id=item.shipment_id, carrier=item.carrier, tracking_number=next(iter(item.tracking_numbers), None),
        date=item.shipped_on if item.status in (None, SHIPPED) else None, expected_date=item.expected_on,
        status=item.status,
    ) for item in items))


def read_line_number(text, order_number):
    """Read the number of a line that Amazon writes in a way of its own: "1", or "P00042-1" for order P00042.

    :param str | None text: as Amazon writes it
    :param str order_number: ours
    :return: None if it can't be told
    :rtype: int | None
    """
    text = (text or '').removeprefix(order_number).lstrip('-_ /#.')
    return int(text) if re.fullmatch('[0-9]{1,6}', text) else None
