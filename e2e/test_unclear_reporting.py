"""An order whose sender was killed, settled by Amazon's Reporting API: real processes, database and sockets."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .place import SEND, make_place

ORDERS = 3
CONNECT = """
access = env['amazon.punchout.api'].create({
    'name': "Amazon account", 'region': 'na', 'client_id': 'client', 'client_secret': 'not-a-real-client-secret',
    'refresh_token': 'not-a-real-refresh-token', 'base_url': URL, 'login_url': URL + '/auth/o2/token',
    'use_reporting': True, 'group_ids': [(6, 0, env['amazon.punchout.group'].search([]).ids)]})
env.cr.commit()
print('connected')
"""
FOLLOW = """
env['amazon.punchout.api']._cron_follow()
print('done')
"""
TELL = """
order = env['purchase.order'].search([('name', '=', NAME)])
request = order._amazon_request()
print(order.amazon_status)
print(order.amazon_problem)
print(request.last_try_at.isoformat())
print(order.amount_total)
"""


class Reporting:
    """Amazon's Reporting API, which knows the orders that a test gives it."""

    def __init__(self):
        self.known, self.asked = {}, []
        reporting = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get('Content-Length') or 0))
                if self.path.startswith('/auth/'):
                    values = {'access_token': 'not-a-real-access-token', 'expires_in': 3600}
                else:
                    reporting.asked.append(self.path)
                    number = self.path.partition('/purchaseOrders/')[2].partition('/')[0]
                    values = {'orderReports': reporting.known.get(number, [])}
                body = json.dumps(values).encode()
                self.send_response(200)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer

            def log_message(self, *_args):
                """Stay silent."""

        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def knows(self, name, ordered_at, total):
        self.known[name] = [{
            'purchaseOrderNumber': name, 'orderStatus': 'PAYMENT_CONFIRMED',
            'orderMetadata': {'orderId': '111-2222222-3333333', 'orderDate': ordered_at, 'region': 'US'},
            'charges': [{'type': 'NET_TOTAL', 'amount': {'amount': total, 'currencyCode': 'USD'}}]}]


@pytest.fixture(scope="module")
def reporting():
    reporting = Reporting()
    yield reporting
    reporting.server.shutdown()
    reporting.server.server_close()


@pytest.fixture(scope="module")
def place(tmp_path_factory, reporting):
    with make_place(tmp_path_factory.mktemp("supplier"), "reporting", ORDERS) as place:
        place.run(CONNECT, URL=reporting.url)
        yield place


def killed(place):
    """Kill the sender of an order after all of it was sent.

    :return: the name of the order, which is unclear then
    """
    [name] = place.order()
    place.supplier.orders.clear()
    place.supplier.may_answer.clear()
    sender = place.start(SEND)
    place.supplier.wait_for(1)
    sender.kill()
    sender.wait()
    place.supplier.may_answer.set()
    place.run(SEND)
    assert place.states(name) == ('unclear', ['unclear'])
    return name


def told(place, name):
    """Read what a person reads about an order.

    :return: its status, its problem, when it was sent, its total
    """
    status, problem, sent_at, total = place.run(TELL, NAME=name).splitlines()
    return status, problem, sent_at, float(total)


def test_an_order_whose_sender_was_killed_is_settled_if_amazon_has_it(place, reporting):
    name = killed(place)
    _status, _problem, sent_at, total = told(place, name)
    reporting.knows(name, f'{sent_at}Z', total)
    place.run(FOLLOW, NAME=name)
    assert place.states(name) == ('sent', ['sent'])
    assert place.chatter(name, "It is at Amazon") == 1
    place.run(SEND)
    assert place.supplier.orders == [name], "it was sent once"


def test_an_order_whose_number_was_another_orders_is_left_to_a_person(place, reporting):
    name = killed(place)
    _status, _problem, _sent_at, total = told(place, name)
    reporting.knows(name, '2026-01-05T08:00:00Z', total)
    place.run(FOLLOW, NAME=name)
    assert place.states(name) == ('unclear', ['unclear'])
    status, problem, _sent_at, _total = told(place, name)
    for text in (status, problem):
        assert "it was ordered on" in text
        assert "before Odoo sent this order" in text
    place.run(FOLLOW, NAME=name)
    assert len([path for path in reporting.asked if name in path]) == 1, "not asked again at once"


def test_two_runs_at_once_settle_an_order_once(place, reporting):
    name = killed(place)
    _status, _problem, sent_at, total = told(place, name)
    reporting.knows(name, f'{sent_at}Z', total)
    runs = [place.start(FOLLOW, NAME=name) for _each in range(2)]
    for run in runs:
        place.finish(run)
    assert place.states(name) == ('sent', ['sent'])
    assert place.chatter(name, "It is at Amazon") == 1
