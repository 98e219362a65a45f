"""The desk's pages about messages, as a developer uses them."""

import pytest
from lxml import etree

from simulator.tests.documents import THREE, place_order, progress
from simulator.tests.test_delivery import settled


@pytest.fixture
def number(client):
    return place_order(client, THREE)


def shown(client, path, test_id):
    node = etree.HTML(client.get(path).text).find(f'.//*[@data-testid="{test_id}"]')
    return None if node is None else ' '.join(' '.join(node.itertext()).split())


def form(client, number, step):
    """Return the fields of a step's form as a browser sends them unchanged."""
    node = etree.HTML(client.get(f'/desk/{number}').text).find(f'.//*[@data-testid="{step}-panel"]//form')
    values = {}
    for field in node.iter('input', 'select'):
        if field.tag == 'select':
            chosen = field.find('option[@selected]') if field.find('option[@selected]') is not None else field[0]
            values[field.get('name')] = chosen.get('value', chosen.text)
        elif field.get('type') != 'checkbox':
            values[field.get('name')] = field.get('value', '')
    return node.get('action'), values


def press(client, number, step, **entered):
    action, values = form(client, number, step)
    entered = {name.replace('__', ':'): value for name, value in entered.items()}
    return client.post(action, data=values | entered)


def test_a_whole_order_with_buttons(client, number, receiver):
    client.post('/messages/settings/SIM-GROUP-DE', data={'url': receiver.url, 'auth': 'basic', 'user': 'u',
                                                         'password': 'p', 'retry_seconds': '0.1'})
    for step in ('confirm', 'ship', 'invoice', 'credit'):
        assert press(client, number, step).status_code == 303, step
    assert [message['status'] for message in settled(client)] == ['delivered'] * 4
    assert progress(client, number)['1'] == (3, 0, 0, 3, 3)
    assert shown(client, f'/desk/{number}', 'line-1').split()[-3:] == ['3', '3', '3']
    assert 'delivered' in shown(client, '/messages', 'message-1')
    assert 'HTTP 200, Status 200 OK' in shown(client, '/messages/1', 'answers')
    assert '<ConfirmationHeader' in shown(client, '/messages/1', 'message-xml')
    client.post('/messages/1/resend', data={'fault': ''})
    assert settled(client)[0]['tries'] == 2


def test_a_form_can_do_what_a_script_can(client, number):
    assert press(client, number, 'confirm', **{
        'line__1__price': '4.50', 'line__1__reject': '1', 'line__2__backorder': '1', 'split': '1 / 2,3', 'times': '2',
    }).status_code == 303
    assert progress(client, number) == {'1': (2, 1, 0, 0, 0), '2': (0, 0, 1, 0, 0), '3': (2, 0, 0, 0, 0)}
    assert press(client, number, 'ship', line__1__quantity='1', empty='1', hold='1').status_code == 303
    assert press(client, number, 'invoice', line__1__discount='1.00').status_code == 303
    assert press(client, number, 'credit', line__1__amount='2.00', line__1__returned='1').status_code == 303
    assert press(client, number, 'cancel', line__3__quantity='1').status_code == 303
    assert [message['kind'] for message in client.get('/api/messages').json] == [
        'confirmation', 'confirmation', 'ship notice', 'invoice', 'credit', 'cancellation']
    assert {message['status'] for message in client.get('/api/messages').json} == {'held'}
    assert progress(client, number)['3'] == (1, 1, 0, 0, 0)


def test_only_some_lines_and_everything_rejected(client, number):
    press(client, number, 'confirm', line__1__quantity='1', only='1')
    assert progress(client, number) == {'1': (1, 0, 0, 0, 0), '2': (0,) * 5, '3': (0,) * 5}
    press(client, number, 'confirm', reject_all='1', code='003-052')
    assert progress(client, number) == {'1': (1, 2, 0, 0, 0), '2': (0, 1, 0, 0, 0), '3': (0, 2, 0, 0, 0)}
    assert '003-052' in client.get('/api/messages').json[1]['xml']


@pytest.mark.parametrize(('entered', 'words'), [
    ({'line__1__quantity': '9'}, 'Line 1: only 3 wait for an answer.'),
    ({'line__1__quantity': 'x'}, 'quantity must be a number'),
    ({'split': '1'}, 'split must name each'),
])
def test_a_wrong_form_says_why(client, number, entered, words):
    answer = press(client, number, 'confirm', **entered)
    assert (answer.status_code, words in answer.text) == (409, True)
    assert client.get('/api/messages').json == []


def test_held_messages_are_released_by_a_button(client, number, receiver):
    press(client, number, 'confirm')
    assert 'Held: 1.' in client.get('/messages').text
    assert client.post('/messages/release', data={'order': 'reverse'}).status_code == 409
    client.post('/messages/settings/SIM-GROUP-DE', data={'url': receiver.url, 'auth': 'secret', 'auto': '1'})
    assert client.post('/messages/release', data={'order': 'reverse'}).status_code == 303
    assert settled(client)[0]['status'] == 'delivered'
    assert client.get('/api/accounts/SIM-GROUP-DE/messages').json['auto'] is True


def test_saving_without_a_password_keeps_it(client, receiver):
    client.post('/messages/settings/SIM-GROUP-DE', data={'url': receiver.url, 'auth': 'basic', 'password': 'p'})
    client.post('/messages/settings/SIM-GROUP-DE', data={'url': receiver.url, 'auth': 'basic', 'password': ''})
    assert client.get('/api/accounts/SIM-GROUP-DE/messages').json['password'] == '********'


def test_the_other_side_can_be_asked_by_a_button(client, receiver):
    client.post('/messages/settings/SIM-GROUP-DE', data={'url': receiver.url, 'auth': 'basic'})
    assert client.post('/messages/profile/SIM-GROUP-DE').status_code == 303
    assert settled(client)[0]['kind'] == 'profile request'


@pytest.mark.parametrize('path', ['/messages/9', '/desk/9', '/api/messages/9'])
def test_missing_records(client, path):
    assert client.get(path).status_code == 404
