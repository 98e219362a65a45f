"""The order desk: receive orders, and keep their progress."""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime

from .accounts import Account, authenticate
from .cxml_elements import now, timestamp
from .cxml_reader import OrderRequest
from .errors import Declined
from .fulfilment import Fulfilment, new_confirm_id
from .order_checks import OUT_OF_STOCK, Problem, find_notes, find_problems
from .portions import total
from .trips import Sale

ACCEPTED = 'will be accepted'
REJECTED = 'will be rejected'
PARTLY = 'will be accepted in part'


@dataclass
class ReceivedOrder:
    """An order that was received; the verdict is what Amazon says later, in a confirmation."""

    number: int
    account: Account
    request: OrderRequest
    sale: Sale | None
    fingerprint: str
    received_at: datetime
    problems: list[Problem]
    notes: list[str]
    times_received: int = 1
    fulfilment: Fulfilment = field(default_factory=Fulfilment)

    @property
    def verdict(self):
        if not self.problems:
            return ACCEPTED
        sold_out = {problem.line_number for problem in self.problems if problem.code == OUT_OF_STOCK}
        only_sold_out = all(problem.code == OUT_OF_STOCK for problem in self.problems)
        return PARTLY if only_sold_out and len(sold_out) < len(self.request.lines) else REJECTED

    def as_json(self):
        request = self.request
        return {
            'number': self.number,
            'orderID': request.order_id,
            'payload_id': request.header.payload_id,
            'received_at': timestamp(self.received_at),
            'times_received': self.times_received,
            'identity': self.account.identity,
            'deployment_mode': request.header.deployment_mode,
            'lines': [_json_line(line) for line in request.lines],
            'total': _json_number(request.total),
            'currency': request.currency,
            'ship_to': asdict(request.ship_to) if request.ship_to else None,
            'bill_to': asdict(request.bill_to) if request.bill_to else None,
            'contact_email': request.contact_email,
            'extrinsic_email': request.extrinsic_email,
            'verdict': self.verdict,
            'problems': [asdict(problem) for problem in self.problems],
            'notes': self.notes,
            'fulfilment': self._fulfilment_as_json(),
            'xml': request.masked_xml,
        }

    def _fulfilment_as_json(self):
        fulfilment = self.fulfilment
        return {
            'amazon_orders': [
                {'confirm_id': amazon_order.confirm_id, 'total': _json_number(total(amazon_order.portions)),
                 'lines': {portion.line_number: portion.quantity for portion in amazon_order.portions}}
                for amazon_order in fulfilment.amazon_orders
            ],
            'lines': {line.line_number: fulfilment.of_line(line.line_number) for line in self.request.lines},
            'shipments': [
                {'shipment_id': shipment.shipment_id, 'carrier': shipment.carrier, 'tracking': shipment.tracking,
                 'lines': shipment.lines}
                for shipment in fulfilment.shipments
            ],
            'invoices': [
                {'invoice_id': invoice.invoice_id, 'purpose': invoice.purpose,
                 'total': _json_number(total(invoice.portions)),
                 'credits': invoice.credited.invoice_id if invoice.credited else None}
                for invoice in fulfilment.invoices
            ],
        }


def _json_line(line):
    return asdict(line) | {'quantity': _json_number(line.quantity), 'unit_price': _json_number(line.unit_price)}


def _json_number(value):
    # A string, because most readers turn a JSON number into a float.
    return None if value is None else str(value)


class OrderDesk:
    def __init__(self, lock, trips):
        self._lock = lock
        self._trips = trips
        self._orders = []

    def all(self):
        with self._lock:
            return list(self._orders)

    def find(self, number):
        with self._lock:
            return self._orders[number - 1] if 0 < number <= len(self._orders) else None

    def receive(self, addressee, request, body, strict=False):
        """Receive an order, or decline it at once.

        :param Account addressee: the group whose order URL was called.
        :param OrderRequest request: the order.
        :param bytes body: the document as received, to distinguish a repetition from a changed document.
        :param bool strict: decline at once what Amazon would reject later.
        :rtype: ReceivedOrder
        """
        account = authenticate(request.header)
        if account is not addressee:
            raise Declined(403, 'The credentials do not belong to the group of this Purchase Order request URL.')
        fingerprint = hashlib.sha256(body).hexdigest()
        with self._lock:
            repeated = self._repetition(request, fingerprint)
            if repeated:
                return repeated
            sale = self._trips.sale_of(account, [line.auxiliary_id for line in request.lines])
            _check_structure(request, sale)
            problems = find_problems(request, sale)
            if strict and problems:
                raise Declined(400, ' '.join(f'{problem.text} [Error code: {problem.code}]' for problem in problems))
            order = ReceivedOrder(
                number=len(self._orders) + 1, account=account, request=request, sale=sale, fingerprint=fingerprint,
                received_at=now(), problems=problems,
                fulfilment=Fulfilment(first_ref=new_confirm_id(account)),
                notes=find_notes(request, sale) + self._double_notes(request, sale),
            )
            self._orders.append(order)
            return order

    def _repetition(self, request, fingerprint):
        known = next((o for o in self._orders if o.request.header.payload_id == request.header.payload_id), None)
        if known is None:
            return None
        if known.fingerprint != fingerprint:
            raise Declined(409, f'The payloadID {request.header.payload_id} was already used by a different document.')
        known.times_received += 1
        return known

    def _double_notes(self, request, sale):
        notes = []
        for order in self._orders:
            if order.request.order_id == request.order_id:
                notes.append(f'The orderID {request.order_id} was already used by order {order.number} on this desk.')
            if sale is not None and order.sale is sale:
                notes.append(f'The same cart was already ordered by order {order.number} on this desk.')
        return notes


def _check_structure(request, sale):
    if request.type != 'new':
        raise Declined(400, f'An OrderRequest of type "{request.type}" is not supported. [Error code: 001-001]')
    if not request.order_id:
        raise Declined(400, 'The OrderRequestHeader has no orderID.')
    if not request.lines:
        raise Declined(400, 'The OrderRequest has no ItemOut.')
    if sale is not None and request.header.deployment_mode != sale.trip.mode:
        raise Declined(400, f'The deploymentMode "{request.header.deployment_mode}" is not that of the cart, '
                           f'which is "{sale.trip.mode}".')
