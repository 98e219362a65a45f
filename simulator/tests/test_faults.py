import time

import pytest
from lxml import etree

from simulator.tests.documents import order_request, order_url, send, setup_request, shop, status


def ask(client, kind, target='setup', **options):
    answer = client.post('/api/faults', json={'target': target, 'kind': kind} | options)
    assert answer.status_code == 201, answer.text


def set_up(client):
    return send(client, '/punchout', setup_request())


def trips(client):
    return len(client.get('/api/trips').json)


@pytest.mark.parametrize(('kind', 'http', 'code'), [
    ('400', 200, '400'), ('401', 200, '401'), ('400_http', 400, '400'), ('401_http', 401, '401'),
])
@pytest.mark.parametrize('target', ['setup', 'order'])
def test_declining_on_request(client, kind, http, code, target):
    order = order_request(shop(client, [('B0SIM00001', 1)]))
    ask(client, kind, target)
    answer = set_up(client) if target == 'setup' else send(client, order_url(client), order)
    root = etree.fromstring(answer.data)
    assert (answer.status_code, root.find('Response/Status').get('code')) == (http, code)
    assert (trips(client), client.get('/api/orders').json) == (1, [])


@pytest.mark.parametrize('kind', ['400', '401_http'])
def test_declining_answers_are_valid(client, dtd, kind):
    ask(client, kind)
    assert dtd.validate(etree.fromstring(set_up(client).data)), dtd.error_log


@pytest.mark.parametrize(('kind', 'http'), [('500_html', 500), ('html', 200)])
def test_a_web_page_instead_of_cxml(client, kind, http):
    ask(client, kind)
    answer = set_up(client)
    assert (answer.status_code, answer.mimetype, trips(client)) == (http, 'text/html', 0)
    assert '<h1>' in answer.text


def test_broken_xml(client):
    ask(client, 'malformed')
    answer = set_up(client)
    assert answer.status_code == 200
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.data)


def test_no_start_page(client):
    ask(client, 'no_start_page')
    answer = set_up(client)
    assert (status(answer), b'StartPage' in answer.data) == (('200', ''), False)


def test_status_201(client):
    order = order_request(shop(client, [('B0SIM00001', 1)]))
    ask(client, '201', 'order')
    assert status(send(client, order_url(client), order))[0] == '201'
    assert len(client.get('/api/orders').json) == 1


def test_strict_declines_at_once_what_would_be_rejected_later(client):
    order = order_request(shop(client, [('B0SIM00001', 2)]))
    order.find('.//ItemOut').set('quantity', '1')
    ask(client, 'strict', 'order', times=2)
    code, words = status(send(client, order_url(client), order))
    assert (code, '[Error code: 018-007]' in words) == ('400', True)
    assert client.get('/api/orders').json == []
    order.find('.//ItemOut').set('quantity', '2')
    assert status(send(client, order_url(client), order)) == ('200', '')


@pytest.mark.parametrize('kind', ['no_answer', 'reset'])
@pytest.mark.parametrize('processed', [True, False])
def test_a_cut_connection_leaves_the_order_taken_or_not(client, kind, processed):
    order = order_request(shop(client, [('B0SIM00001', 1)]))
    ask(client, kind, 'order', processed=processed)
    with pytest.raises(ConnectionAbortedError):
        send(client, order_url(client), order)
    assert len(client.get('/api/orders').json) == processed


def test_a_fault_can_lose_the_answer_to_a_document_that_was_processed(client):
    ask(client, '500_html', processed=True)
    assert (set_up(client).status_code, trips(client)) == (500, 1)


def test_a_simulator_that_ends_does_not_wait(client):
    ask(client, 'slow', seconds=3)
    client.application.extensions['amazon'].stopping.set()
    started = time.monotonic()
    assert status(set_up(client))[0] == '200'
    assert time.monotonic() - started < 2


def test_faults_hit_in_order_and_are_used_up(client):
    ask(client, '401', times=2)
    ask(client, '400')
    assert [fault['times'] for fault in client.get('/api/faults').json] == [2, 1]
    assert [status(set_up(client))[0] for __ in range(4)] == ['401', '401', '400', '200']
    assert client.get('/api/faults').json == []


def test_a_fault_without_end_lasts_until_it_is_deleted(client):
    ask(client, '401', times=-1)
    assert {status(set_up(client))[0] for __ in range(5)} == {'401'}
    assert [fault['times'] for fault in client.get('/api/faults').json] == [-1]
    assert client.delete('/api/faults').json == []
    assert status(set_up(client))[0] == '200'


def test_a_fault_hits_its_own_kind_of_document_only(client):
    ask(client, '401', 'order')
    assert status(set_up(client))[0] == '200'
    assert len(client.get('/api/faults').json) == 1


@pytest.mark.parametrize('values', [
    'slow', [], {'target': 'setup'}, {'kind': 'slow'}, {'target': 'cart', 'kind': 'slow'},
    {'target': 'setup', 'kind': 'earthquake'}, {'target': 'setup', 'kind': 'strict'},
    {'target': 'order', 'kind': 'no_start_page'}, {'target': 'setup', 'kind': '400', 'times': 0},
    {'target': 'setup', 'kind': '400', 'times': True}, {'target': 'setup', 'kind': '400', 'times': 'x'},
    {'target': 'setup', 'kind': 'slow', 'seconds': -1}, {'target': 'setup', 'kind': 'slow', 'seconds': 601},
    {'target': 'setup', 'kind': 'slow', 'processed': False}, {'target': 'setup', 'kind': '400', 'processed': 'no'},
    {'target': 'setup', 'kind': '400', 'time': 2}, {'target': ['setup'], 'kind': ['400']},
])
def test_a_wrong_fault_is_not_accepted(client, values):
    answer = client.post('/api/faults', json=values)
    assert (answer.status_code, bool(answer.json['error'])) == (400, True)
    assert client.get('/api/faults').json == []


def test_faults_can_be_clicked(client):
    assert 'data-testid="fault-order-no_answer"' in client.get('/faults').text
    client.post('/faults', data={'target': 'setup', 'kind': '401'})
    assert 'setup: 401, 1 ×' in client.get('/faults').text
    assert status(set_up(client))[0] == '401'
    client.post('/faults', data={'target': 'setup', 'kind': '401'})
    client.post('/faults', data={'clear': '1'})
    assert client.get('/api/faults').json == []
    assert client.post('/faults', data={'target': 'setup', 'kind': 'earthquake'}).status_code == 400
