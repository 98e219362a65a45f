"""Ship orders, and change or delete shipments."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .cxml_elements import new_payload_id, now
from .errors import Impossible
from .portions import line_of, lines_of

# By country, in turn; Amazon also sends shipments without the name of a carrier.
CARRIERS = {
    'US': (('UPS', '1Z999AA1'), ('Amazon Logistics', 'TBA'), ('USPS', '9400'), ('FedEx', '7712'), ('', '')),
    'DE': (('DHL', '0034'), ('Amazon Logistics', 'DE'), ('DPD', '0150'), ('Hermes', 'H10'), ('', '')),
    'JP': (('ヤマト運輸', '4442'), ('佐川急便', '3550'), ('日本郵便', '2087'), ('', '')),
}
DAYS_ON_THE_WAY = 2


@dataclass
class Shipment:
    shipment_id: str
    carrier: str
    tracking: str
    lines: dict[str, int]
    shipped_at: datetime
    delivery_date: datetime
    last_payload_id: str = ''


@dataclass(frozen=True)
class ShipNotice:
    payload_id: str
    shipment: Shipment
    operation: str
    # The notice has no lines, which means the whole order.
    empty: bool
    made_at: datetime
    replaces: str = ''


def ship(order, lines=None, carrier=None, tracking=None, days=DAYS_ON_THE_WAY, empty=False, anyway=False):
    """Ship a part, or everything that is confirmed and not shipped.

    :param dict lines: quantities by line number.
    :param int days: days until delivery.
    :param bool empty: send a notice without lines, which means the whole order.
    :param bool anyway: allow what was not ordered.
    :rtype: ShipNotice
    """
    fulfilment = order.fulfilment
    if lines is None:
        lines = {number: fulfilment.confirmed(number) - fulfilment.shipped(number) for number in lines_of(order)}
        lines = {number: quantity for number, quantity in lines.items() if quantity > 0}
        if not lines:
            raise Impossible('Everything that is confirmed has been shipped.')
    _check_shipped(order, lines, anyway)
    # In reverse, because Amazon's notices do not keep the order of lines.
    lines = dict(sorted(lines.items(), key=lambda pair: list(lines_of(order)).index(pair[0])
                        if pair[0] in lines_of(order) else -1, reverse=True))
    usual_carrier, start = _next_carrier(order)
    made_at = now()
    shipment = Shipment(
        shipment_id=f'{secrets.randbelow(10**14):014d}', carrier=usual_carrier if carrier is None else carrier,
        tracking=tracking or f'{start}{secrets.randbelow(10**10):010d}', lines=lines,
        shipped_at=made_at, delivery_date=_delivery(made_at, days),
    )
    fulfilment.shipments.append(shipment)
    return _notice(shipment, 'new', empty, made_at)


def change_shipment(order, shipment_id, operation, lines=None, carrier=None, tracking=None, days=None, empty=False,
                    anyway=False):
    """Change or delete a shipment.

    :param str operation: update or delete.
    :rtype: ShipNotice
    """
    fulfilment = order.fulfilment
    shipment = next((s for s in reversed(fulfilment.shipments) if shipment_id in ('', s.shipment_id)), None)
    if not shipment:
        raise Impossible(f'The order has no shipment {shipment_id}'.strip() + '.')
    made_at = now()
    fulfilment.shipments.remove(shipment)
    try:
        if lines is not None:
            _check_shipped(order, lines, anyway)
    finally:
        if operation == 'update':
            fulfilment.shipments.append(shipment)
    if operation == 'update':
        shipment.lines = shipment.lines if lines is None else lines
        shipment.carrier = shipment.carrier if carrier is None else carrier
        shipment.tracking = tracking or shipment.tracking
        shipment.delivery_date = shipment.delivery_date if days is None else _delivery(made_at, days)
    return _notice(shipment, operation, empty, made_at)


def _check_shipped(order, lines, anyway):
    for number, quantity in lines.items():
        if anyway and number not in lines_of(order):
            continue
        line = line_of(order, number)
        possible = line.quantity - order.fulfilment.rejected[number] - order.fulfilment.shipped(number)
        if quantity > possible and not anyway:
            raise Impossible(f'Line {number}: only {possible} can still be shipped.')


def _next_carrier(order):
    carriers = CARRIERS[order.account.country]
    return carriers[(order.number - 1 + len(order.fulfilment.shipments)) % len(carriers)]


def _delivery(moment, days):
    return (moment + timedelta(days=days)).replace(hour=11, minute=0, second=0, microsecond=0)


def _notice(shipment, operation, empty, made_at):
    """Return a notice with a copy of the shipment, which may change before the notice is read."""
    replaces, shipment.last_payload_id = shipment.last_payload_id, new_payload_id()
    return ShipNotice(shipment.last_payload_id, replace(shipment), operation, empty, made_at,
                      replaces if operation != 'new' else '')
