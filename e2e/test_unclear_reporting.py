"""An order whose sender was killed, settled by Amazon's Reporting API: real processes, database and sockets."""
import html
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from .place import SEND, make_place

ORDERS = 3
# Two accounts: the groups of the test are of the first.
CONNECT = """
for name in ('other', 'mine'):
    env['amazon.punchout.api'].create({
        'name': name, 'region': 'na', 'client_id': name, 'client_secret': 'not-a-real-client-secret',
        'refresh_token': 'not-a-real-refresh-token', 'base_url': URL, 'login_url': URL + '/auth/o2/token',
        'use_reporting': True})
access = env['amazon.punchout.api'].search([('name', '=', 'mine')])
access.group_ids = env['amazon.punchout.group'].search([])
group = access.group_ids[0].copy({'name': "Other account"})
group.write({'shared_secret': 'not-a-real-secret', 'state': 'test'})
group.api_id = env['amazon.punchout.api'].search([('name', '=', 'other')])
env.cr.commit()
print('connected')
"""
FOLLOW = """
env['amazon.punchout.api']._cron_follow()
print('done')
"""
# As when the pause until the next question is over.
AGAIN = """
from odoo.addons.amazon_punchout.tools.cart_lock import lifted
with lifted():
    env['purchase.order'].search([('name', '=', NAME)]).amazon_follow_at = False
env['amazon.punchout.api']._cron_follow()
print('done')
"""
TELL = """
order = env['purchase.order'].search([('name', '=', NAME)])
request = order._amazon_request()
pages = env['amazon.punchout.api.page'].search([('question', '=', request.reporting_question or '')])
print(json.dumps({
    'status': order.amazon_status, 'problem': order.amazon_problem or '',
    'notes': [str(note) for note in order.activity_ids.mapped('note')], 'sent_at': request.last_try_at.isoformat(),
    'total': order.amount_total, 'question': request.reporting_question or '',
    'asked_at': request.reporting_asked_at and order._amazon_when(request.reporting_asked_at),
    'came': [page._raw().decode() for page in pages]}))
"""


class Reporting:
    """Amazon's Reporting API, which knows the orders that a test gives it."""

    def __init__(self):
        self.known, self.asked = {}, []  # by account
        reporting = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                form = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
                if self.path.startswith('/auth/'):
                    values = {'access_token': parse_qs(form)['client_id'][0], 'expires_in': 3600}
                else:
                    account = self.headers['x-amz-access-token']
                    reporting.asked.append((account, self.path))
                    number = self.path.partition('/purchaseOrders/')[2].partition('/')[0]
                    values = {'orderReports': reporting.known.get((account, number), [])}
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

    def knows(self, name, ordered_at, total, account='mine', region='US', status='PAYMENT_CONFIRMED'):
        self.known.clear()
        self.known[account, name] = [{
            'purchaseOrderNumber': name, 'orderStatus': status,
            'orderMetadata': {'orderId': '111-2222222-3333333', 'orderDate': ordered_at, 'region': region},
            'charges': [{'type': 'NET_TOTAL', 'amount': {'amount': total, 'currencyCode': 'USD'}}]}]

    def questions_about(self, name):
        return [account for account, path in self.asked if f'/purchaseOrders/{name}/' in path]


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
    """Read what a person reads about an order, and what is kept of the question.

    :rtype: dict
    """
    return json.loads(place.run("import json\n" + TELL, NAME=name))


def test_an_order_whose_sender_was_killed_is_settled_if_amazon_has_it(place, reporting):
    name = killed(place)
    read = told(place, name)
    reporting.knows(name, f"{read['sent_at']}Z", read['total'])
    place.run(FOLLOW, NAME=name)
    assert place.states(name) == ('sent', ['sent'])
    assert place.chatter(name, "It is at Amazon") == 1
    place.run(SEND)
    assert place.supplier.orders == [name], "it was sent once"
    assert reporting.questions_about(name) == ['mine']


@pytest.fixture(scope="module")
def left(place):
    """An order whose sender was killed, and what a person reads about it before anything is asked."""
    name = killed(place)
    return name, told(place, name)


@pytest.mark.parametrize(("values", "words"), [
    ({'ordered_at': '2026-01-05T08:00:00Z'}, "before Odoo sent this order"),
    ({'total': 1.23}, "1.23 and not"),
    ({'account': 'other'}, "Amazon does not know an order with this number (yet)"),
    ({'region': 'DE'}, "in another region (DE)"),
    ({'status': 'PENDING_APPROVAL'}, "which waits for approval on Amazon"),
    ({'status': 'CANCELLED'}, "which is cancelled"),
], ids=['older', 'total', 'account', 'region', 'pending', 'cancelled'])
def test_an_order_whose_number_was_another_orders_is_left_to_a_person(place, reporting, left, values, words):
    name, before = left
    reporting.knows(name, **{'ordered_at': f"{before['sent_at']}Z", 'total': before['total'], **values})
    count = len(reporting.questions_about(name))
    place.run(AGAIN, NAME=name)
    assert place.states(name) == ('unclear', ['unclear'])
    read = told(place, name)
    for text in (read['status'], read['problem'], *read['notes']):
        text = html.unescape(text)
        assert words in text
        assert f"Amazon's Reporting API was asked about order {name} at {read['asked_at']}: " in text
    assert read['notes'], "a person has an activity"
    assert f'/purchaseOrders/{name}/orderReports?region=US' in read['question']
    assert json.loads(read['came'][0])['orderReports'] == reporting.known.get(('mine', name), [])
    place.run(FOLLOW, NAME=name)
    place.run(SEND)
    assert reporting.questions_about(name)[count:] == ['mine'], "asked once, and only with the order's own account"
    assert name not in place.supplier.orders[1:], "it was not sent again"


def test_two_runs_at_once_settle_an_order_once(place, reporting):
    name = killed(place)
    read = told(place, name)
    reporting.knows(name, f"{read['sent_at']}Z", read['total'])
    runs = [place.start(FOLLOW, NAME=name) for _each in range(2)]
    for run in runs:
        place.finish(run)
    assert place.states(name) == ('sent', ['sent'])
    assert place.chatter(name, "It is at Amazon") == 1
    assert reporting.questions_about(name) == ['mine'], "both asked"
