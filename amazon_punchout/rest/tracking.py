"""Package tracking that Amazon pushes (since 2025-12): where a package of an order is.

How the events are wrapped was not seen, so whatever object names an order and a package is an event, alone, in a list
or within other objects.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from .errors import RestError
from .json_values import identifier_of, parse_any, text_of

SENT, OUT_FOR_DELIVERY, DELAYED, PICKUP, ARRIVED = 'shipped', 'out_for_delivery', 'delayed', 'pickup', 'delivered'
# What Amazon says in detail, from the beginning of its words. Its own summary calls a package delivered that waits to
# be picked up.
_DETAILS = {
    'PACKAGE_DEPARTED_FROM_FC': SENT,
    'PACKAGE_ARRIVED_AT_CARRIER_FACILITY': SENT,
    'PACKAGE_LEFT_FROM_CARRIER_FACILITY': SENT,
    'PACKAGE_OUT_FOR_DELIVERY': OUT_FOR_DELIVERY,
    'PACKAGE_DELIVERED_TO_CUSTOMER': ARRIVED,
    'PACKAGE_ESTIMATED_DELIVERY_DATE_CHANGED': DELAYED,
    'PACKAGE_AVAILABLE_FOR_PICKUP': PICKUP,
}
_SUMMARIES = {'SHIPPED': SENT, 'OUT_FOR_DELIVERY': OUT_FOR_DELIVERY, 'DELIVERED': ARRIVED, 'DELAYED': DELAYED}
# Of one request. A request has one event, as far as is known.
MAX_EVENTS = 200
_MAX_LEVELS = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Moments outside of these years are none.
_FIRST_MILLIS, _LAST_MILLIS = 946_684_800_000, 4_102_444_800_000
_is_millis = re.compile('[0-9]{12,13}').fullmatch


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """Where a package is. `status` is one of those of this module, None if it can't be told; `words` are Amazon's."""

    purchase_order_number: str | None = None
    order_ref: str | None = None
    shipment_id: str | None = None
    package_id: str | None = None
    tracking_number: str | None = None
    carrier: str | None = None
    moment: datetime | None = None
    status: str | None = None
    words: str | None = None


def read_tracking(raw):
    """Read the events of a request.

    :param bytes raw: its body
    :rtype: tuple[TrackingEvent, ...]
    :raise RestError: it is no JSON within bounds, or has no event
    """
    found = []
    _collect(parse_any(raw), found, _MAX_LEVELS)
    if not found:
        raise RestError('no_event')
    return tuple(dict.fromkeys(map(_read_event, found)))


def _collect(value, found, levels):
    if isinstance(value, dict) and _is_event(value):
        found.append(value)
        if len(found) > MAX_EVENTS:
            raise RestError('too_many', MAX_EVENTS)
    elif levels and isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            _collect(each, found, levels - 1)


def _is_event(value):
    return bool(identifier_of(value, 'poNumber', 'purchaseOrderNumber', 'orderId')
                and identifier_of(value, 'trackingId', 'trackingNumber', 'shipmentId', 'packageId'))


def _read_event(value):
    words = text_of(value, 'detailedTrackingStatus', limit=200)
    summary = text_of(value, 'deliveryStatus', limit=200)
    detail = next((status for begin, status in _DETAILS.items() if (words or '').upper().startswith(begin)), None)
    return TrackingEvent(
        purchase_order_number=identifier_of(value, 'poNumber', 'purchaseOrderNumber'),
        order_ref=identifier_of(value, 'orderId'),
        shipment_id=identifier_of(value, 'shipmentId'),
        package_id=identifier_of(value, 'packageId'),
        tracking_number=identifier_of(value, 'trackingId', 'trackingNumber'),
        carrier=text_of(value, 'carrierName', 'carrier', limit=200),
        moment=_moment(identifier_of(value, 'eventTimeStampInEpochMillis', 'eventTimestampInEpochMillis')),
        status=detail or _SUMMARIES.get((summary or '').upper()),
        words=words or summary)


def _moment(millis):
    if not _is_millis(millis or '') or not _FIRST_MILLIS <= int(millis) <= _LAST_MILLIS:
        return None
    return _EPOCH + timedelta(milliseconds=int(millis))
