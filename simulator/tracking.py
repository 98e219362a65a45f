"""Push the tracking of packages to the purchasing system, as Amazon does for orders from punch-out."""

import base64
import http.client
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, json, jsonify, request

from .cxml_elements import now
from .errors import Impossible
from .options import Options

TIMEOUT = 30
LONGEST_ANSWER = 5000
# What happens to a package: Amazon's summary and its details.
EVENTS = {
    'departed': ('SHIPPED', 'PACKAGE_DEPARTED_FROM_FC_SHIPPER_SELLER'),
    'arrived': ('SHIPPED', 'PACKAGE_ARRIVED_AT_CARRIER_FACILITY - (Springfield)'),
    'left': ('SHIPPED', 'PACKAGE_LEFT_FROM_CARRIER_FACILITY - (Springfield)'),
    'out': ('OUT_FOR_DELIVERY', 'PACKAGE_OUT_FOR_DELIVERY'),
    'delivered': ('DELIVERED', 'PACKAGE_DELIVERED_TO_CUSTOMER'),
    'delayed': ('DELAYED', 'PACKAGE_ESTIMATED_DELIVERY_DATE_CHANGED'),
    'pickup': ('DELIVERED', 'PACKAGE_AVAILABLE_FOR_PICKUP'),
}

tracking = Blueprint('tracking', __name__)


@tracking.errorhandler(ValueError)
def _impossible(error):
    return jsonify(error=str(error)), 409


@tracking.post('/api/orders/<int:number>/track')
def track(number):
    """Push an event of each package of an order: {"url", "key"}, "user" for HTTP Basic, "event", "fields" to change."""
    order = current_app.extensions['amazon'].orders.find(number) or abort(404, f'Order {number} does not exist.')
    options = Options(request.get_json(silent=True) or {})
    url, key, user = options.text('url'), options.text('key'), options.text('user', None)
    event, changes = options.text('event', 'delivered', EVENTS), options.take('fields', {})
    options.done()
    if urlsplit(url).scheme not in ('http', 'https'):
        raise Impossible('url must be an address.')
    if not order.fulfilment.shipments:
        raise Impossible('Nothing of the order has been shipped.')
    pushed = []
    for shipment in order.fulfilment.shipments:
        values = event_of(order, shipment, event) | (changes if isinstance(changes, dict) else {})
        status, answer = push(url, {name: value for name, value in values.items() if value is not None}, key, user)
        pushed.append({'event': values, 'http': status, 'answer': answer})
    return jsonify(pushed), 201


def event_of(order, shipment, event):
    """Make an event of the package of a shipment.

    :param str event: of EVENTS.
    :rtype: dict
    """
    summary, details = EVENTS[event]
    numbers = [each.confirm_id for each in order.fulfilment.amazon_orders if each.confirm_id]
    return {
        'orderId': numbers[0] if numbers else None, 'trackingId': shipment.tracking,
        'shipmentId': shipment.shipment_id, 'packageId': '1', 'poNumber': order.request.order_id,
        'eventTimeStampInEpochMillis': int(now().timestamp() * 1000), 'deliveryStatus': summary,
        'detailedTrackingStatus': details}


def push(url, values, key, user=None):
    """Post an event.

    :param str key: the secret of the purchasing system, as X-API-KEY, or as a password if there is a user.
    :return: the HTTP status and the answer; None and what went wrong without an answer.
    """
    headers = {'Content-Type': 'application/json', 'Connection': 'close'}
    if user is None:
        headers['X-API-KEY'] = key
    else:
        headers['Authorization'] = 'Basic ' + base64.b64encode(f'{user}:{key}'.encode()).decode()
    parts = urlsplit(url)
    # Directly to the address, without this machine's proxies and without following redirects.
    connection_class = http.client.HTTPSConnection if parts.scheme == 'https' else http.client.HTTPConnection
    connection = connection_class(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        connection.request(
            'POST', parts._replace(scheme='', netloc='').geturl() or '/', json.dumps(values).encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER).decode('utf-8', 'replace')
    except (OSError, http.client.HTTPException) as error:
        return None, f'No answer: {error or type(error).__name__}'
    finally:
        connection.close()
