"""Delivering messages late, twice, in another order and with faults, and keeping the answers."""

import base64
import time
from pathlib import Path

import pytest
from lxml import etree

from simulator import deliveries, wire
from simulator.accounts import BY_IDENTITY
from simulator.tests.documents import THREE, act, place_order, why_not
from simulator.tests.receiver import DECLINED

SOON = 5
DE = '/api/accounts/SIM-GROUP-DE/messages'
BASIC = {'user': 'inbound-de', 'password': 'not-a-real-password'}


def set_up(client, receiver, identity='SIM-GROUP-DE', **options):
    options = {'url': receiver.url, 'retry_seconds': 0.05, 'test_cancel_seconds': 0.1, 'auto_seconds': 0.05} | options
    answer = client.post(f'/api/accounts/{identity}/messages', json=options)
    assert answer.status_code == 200, answer.text


def settled(client, order=None, kind=None):
    """Return the messages when none is being sent any more."""
    query = {'wait': SOON} | ({'order': order} if order else {}) | ({'kind': kind} if kind else {})
    messages = client.get('/api/messages', query_string=query).json
    assert 'waiting' not in {message['status'] for message in messages}
    return messages


def wait_for(condition):
    until = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < until, 'waited in vain'
        time.sleep(0.01)


def post_office(client):
    return client.application.extensions['amazon'].post_office


def wait_until_idle(office):
    """Wait until a post office has no job left, so that nothing more will be sent: its thread ends then."""
    while thread := office._thread:
        thread.join(SOON)
        assert not thread.is_alive(), 'waited in vain'


@pytest.fixture
def number(client):
    return place_order(client, THREE)


def test_a_message_is_delivered_and_its_answer_kept(client, receiver, number):
    set_up(client, receiver, **BASIC)
    [posted] = act(client, number, 'confirm')
    [message] = settled(client, number)
    [received] = receiver.received
    assert received.path == '/inbox?db=x'
    assert received.headers['Content-Type'] == 'text/xml; charset=UTF-8'
    assert base64.b64decode(received.headers['Authorization'].split()[1]) == b'inbound-de:not-a-real-password'
    assert received.body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE cXML SYSTEM ")
    assert received.xml.get('payloadID') == posted['payload_id'] == message['payload_id']
    assert received.xml.find('.//SharedSecret') is None
    assert received.xml.findtext('Header/To/Credential/Identity') == 'SIM-GROUP-DE'
    assert (message['status'], message['tries'], message['kind']) == ('delivered', 1, 'confirmation')
    [attempt] = message['attempts']
    assert (attempt['http'], attempt['code'], attempt['text']) == (200, '200', 'OK')
    assert client.get(f'/api/messages/{message["id"]}').json == message


def test_the_secret_travels_in_sender_and_is_shown_nowhere(client, receiver, number):
    set_up(client, receiver, auth='secret')
    act(client, number, 'confirm')
    [message] = settled(client)
    [received] = receiver.received
    assert received.xml.findtext('Header/Sender/Credential/SharedSecret') == 'not-a-real-secret-de'
    assert 'Authorization' not in received.headers
    for path in ('/api/messages', DE, '/messages', f'/messages/{message["id"]}', f'/desk/{number}', '/api/orders'):
        assert 'not-a-real' not in client.get(path).text, path
    assert '<SharedSecret>********</SharedSecret>' in message['xml']


def test_the_document_on_the_wire_is_valid_with_its_secret(client, receiver, number, fulfill_dtd):
    set_up(client, receiver, auth='secret')
    act(client, number, 'confirm')
    settled(client)
    assert fulfill_dtd.validate(receiver.received[0].xml), fulfill_dtd.error_log


def test_nothing_is_sent_before_an_address_is_set(client, receiver, number):
    act(client, number, 'confirm')
    act(client, number, 'ship', times=2)
    assert [message['status'] for message in settled(client)] == ['held', 'held']
    assert client.post('/api/messages/release').status_code == 409
    set_up(client, receiver)
    assert client.post('/api/messages/release').status_code == 200
    assert [message['tries'] for message in settled(client)] == [1, 2]


def test_a_message_can_be_sent_twice_with_the_same_payload_id(client, receiver, number):
    set_up(client, receiver)
    act(client, number, 'confirm', times=2)
    [message] = settled(client)
    assert (message['status'], message['tries']) == ('delivered', 2)
    assert receiver.received[0].body == receiver.received[1].body
    client.post(f'/api/messages/{message["id"]}/resend')
    assert settled(client)[0]['tries'] == 3
    assert receiver.received[2].body == receiver.received[0].body


def test_a_late_message_lets_others_pass(client, receiver, number):
    set_up(client, receiver)
    [late] = act(client, number, 'confirm', delay=0.4)
    [other] = act(client, number, 'ship')
    wait_for(lambda: receiver.received)
    assert client.get(f'/api/messages/{late["id"]}').json['status'] == 'waiting'
    settled(client)
    assert [received.xml.get('payloadID') for received in receiver.received] == [
        other['payload_id'], late['payload_id']]


@pytest.mark.parametrize(('order', 'wanted'), [('forward', 'abcd'), ('reverse', 'dcba'), ([3, 1, 4, 2], 'cadb')])
def test_messages_arrive_in_the_order_that_is_asked_for(client, receiver, number, order, wanted):
    set_up(client, receiver)
    held = [act(client, number, step, hold=True)[0] for step in ('confirm', 'ship', 'invoice', 'credit')]
    assert not receiver.received
    assert client.post('/api/messages/release', json={'order': order}).status_code == 200
    settled(client)
    names = {message['payload_id']: name for message, name in zip(held, 'abcd', strict=True)}
    assert ''.join(names[received.xml.get('payloadID')] for received in receiver.received) == wanted


def test_random_order_is_possible(client, receiver, number):
    set_up(client, receiver)
    for step in ('confirm', 'ship', 'invoice'):
        act(client, number, step, hold=True)
    client.post('/api/messages/release', json={'order': 'random'})
    settled(client)
    assert len({received.xml.get('payloadID') for received in receiver.received}) == 3


@pytest.mark.parametrize('order', [[1, 1], [7], 'sideways'])
def test_only_what_is_held_is_released(client, receiver, number, order):
    set_up(client, receiver)
    act(client, number, 'confirm', hold=True)
    assert client.post('/api/messages/release', json={'order': order}).status_code == 409
    assert client.post('/api/messages/1/resend').status_code == 409
    assert receiver.received == []


@pytest.mark.parametrize('answer', [(500, b'oops'), (503, b''), (200, b'<html/>'), (302, b''), (401, DECLINED)])
def test_a_fault_of_the_transport_is_tried_again(client, receiver, number, answer):
    set_up(client, receiver)
    receiver.answers = [answer, answer]
    act(client, number, 'confirm')
    [message] = settled(client)
    assert (message['status'], message['tries']) == ('delivered', 3)
    assert [received.path for received in receiver.received] == ['/inbox?db=x'] * 3
    assert {received.body for received in receiver.received} == {receiver.received[0].body}


def test_amazon_gives_up_in_the_end(client, receiver, number):
    receiver.close()
    set_up(client, receiver)
    act(client, number, 'confirm')
    [message] = settled(client)
    assert (message['status'], message['tries']) == ('failed', deliveries.MOST_TRIES)
    assert message['attempts'][0]['text'].startswith('No answer')


def test_an_answer_with_status_4xx_is_final(client, receiver, number):
    set_up(client, receiver)
    receiver.answers = [(200, DECLINED)]
    act(client, number, 'confirm')
    [message] = settled(client)
    assert (message['status'], message['tries'], message['attempts'][0]['text']) == ('declined', 1, 'Unauthorized')


def test_a_slow_answer_of_a_reset_world_is_not_waited_for(client, receiver, number):
    set_up(client, receiver)
    office = post_office(client)
    act(client, number, 'confirm', delay=10 * SOON)
    client.post('/api/reset')
    wait_until_idle(office)
    assert (receiver.received, client.get('/api/messages').json, client.get(DE).json['url']) == ([], [], '')


# === FAULTS === #


def spoilt(client, receiver, number, fault, **options):
    set_up(client, receiver, **{**BASIC, **options})
    act(client, number, 'confirm', fault=fault)
    [message] = settled(client)
    assert (message['fault'], message['tries']) == (fault, 1)
    wait_for(lambda: receiver.received)  # with a cut message, the simulator is done before the receiver notices
    return message, receiver.received[0]


@pytest.mark.parametrize('auth', ['basic', 'secret'])
@pytest.mark.parametrize('fault', ['wrong_secret', 'no_secret'])
def test_a_secret_can_be_wrong_or_missing(client, receiver, number, fault, auth):
    __, received = spoilt(client, receiver, number, fault, auth=auth)
    secret = received.xml.findtext('Header/Sender/Credential/SharedSecret')
    authorization = received.headers.get('Authorization')
    basic = authorization and base64.b64decode(authorization.split()[1]).decode()
    right = {('basic', 'wrong_secret'): ('inbound-de:wrong', None), ('secret', 'wrong_secret'): (None, 'wrong')}
    assert (basic, secret) == right.get((auth, fault), (None, None))


@pytest.mark.parametrize('fault', ['malformed', 'cut'])
def test_half_a_document(client, receiver, number, fault):
    __, received = spoilt(client, receiver, number, fault)
    assert (int(received.headers['Content-Length']) > len(received.body)) == (fault == 'cut')
    with pytest.raises(etree.XMLSyntaxError):
        received.xml  # noqa: B018 - reading it is what is tried


def test_hostile_entities(client, receiver, number):
    __, received = spoilt(client, receiver, number, 'entity')
    assert b'<!ENTITY file SYSTEM "file:///etc/passwd">' in received.body
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    assert etree.fromstring(received.body, parser).find('.//UserAgent')[0].text == '&file;'
    client.post('/api/messages/1/resend', json={'fault': 'entity_bomb'})
    settled(client)
    with pytest.raises(etree.XMLSyntaxError, match='amplification'):
        receiver.received[1].xml  # noqa: B018


def test_an_oversized_document(client, receiver, number):
    __, received = spoilt(client, receiver, number, 'oversized')
    assert len(received.body) > wire.OVERSIZED


def test_a_wrong_content_type(client, receiver, number):
    assert spoilt(client, receiver, number, 'content_type')[1].headers['Content-Type'] == 'text/html'


@pytest.mark.parametrize(('fault', 'path', 'value'), [
    ('unknown_group', 'Header/To/Credential/Identity', 'SIM-GROUP-UNKNOWN'),
    ('other_group', 'Header/To/Credential/Identity', 'SIM-GROUP-US'),
])
def test_another_group(client, receiver, number, fault, path, value):
    assert spoilt(client, receiver, number, fault)[1].xml.findtext(path) == value


def test_an_unknown_order_and_an_unknown_kind(client, receiver, number):
    received = spoilt(client, receiver, number, 'unknown_order')[1].xml
    assert received.find('.//OrderReference').get('orderID') == 'NO-SUCH-ORDER'
    client.post('/api/messages/1/resend', json={'fault': 'unknown_type'})
    settled(client)
    assert receiver.received[1].xml.find('Request')[0].tag == 'ArchiveRequest'


def test_after_a_fault_the_right_document_can_be_sent(client, receiver, number):
    message, __ = spoilt(client, receiver, number, 'malformed')
    client.post(f'/api/messages/{message["id"]}/resend')
    [message] = settled(client)
    assert (message['status'], message['fault']) == ('delivered', None)
    assert receiver.received[1].xml.get('payloadID') == message['payload_id']
    assert client.post('/api/messages/1/resend', json={'fault': 'rain'}).status_code == 409


def test_every_fault_is_tried_here(client, receiver, number):
    source = Path(__file__).read_text()
    assert [fault for fault in wire.FAULTS if f"'{fault}'" not in source] == []


# === AUTOMATIC STEPS === #


def test_test_orders_are_cancelled_automatically(client, receiver):
    set_up(client, receiver)
    number = place_order(client, THREE, mode='test')
    [message] = settled(client, number)
    assert (message['kind'], message['status']) == ('cancellation', 'delivered')
    assert [node.get('type') for node in receiver.received[0].xml.iter('ConfirmationStatus')] == ['reject'] * 3
    assert why_not(client, number, 'cancel') == 'There is nothing left to cancel.'


def test_test_orders_are_confirmed_before_they_are_cancelled_if_it_is_set(client, receiver):
    set_up(client, receiver, auto=True)
    number = place_order(client, THREE, mode='test')
    wait_for(lambda: [each['kind'] for each in settled(client, number)] == ['confirmation', 'cancellation'])


def test_test_orders_that_came_before_the_address_are_cancelled_then(client, receiver):
    number = place_order(client, THREE, mode='test')
    set_up(client, receiver)
    assert settled(client, number)[0]['kind'] == 'cancellation'


def test_live_orders_wait_for_a_user_unless_it_is_set(client, receiver, number):
    set_up(client, receiver)
    wait_until_idle(post_office(client))
    assert client.get('/api/messages').json == []


@pytest.mark.parametrize(('invoices', 'kinds'), [
    (True, ['confirmation', 'ship notice', 'invoice']), (False, ['confirmation', 'ship notice']),
])
def test_live_orders_are_processed_automatically_if_it_is_set(client, receiver, invoices, kinds):
    set_up(client, receiver, auto=True, invoices=invoices)
    number = place_order(client, THREE)
    settled(client, number, kinds[-1])
    wait_until_idle(post_office(client))
    assert [message['kind'] for message in settled(client, number)] == kinds


def test_a_rejected_order_ends_there(client, receiver):
    set_up(client, receiver, auto=True)
    number = place_order(client, [('B0SIM00023', 1)])
    settled(client, number, 'confirmation')
    wait_until_idle(post_office(client))
    assert [message['kind'] for message in settled(client, number)] == ['confirmation']


def test_a_user_who_is_faster_than_the_automatic_step_decides(client, receiver):
    set_up(client, receiver, auto=True, auto_seconds=0.3)
    number = place_order(client, THREE)
    act(client, number, 'confirm', lines={'1': 1}, others=False)
    wait_until_idle(post_office(client))
    assert [message['kind'] for message in settled(client, number)] == ['confirmation']


def test_the_purchasing_system_is_asked_what_it_accepts(client, receiver, dtd):
    set_up(client, receiver)
    assert client.post('/api/accounts/SIM-GROUP-DE/profile').status_code == 201
    settled(client, kind='profile request')
    assert receiver.received[0].xml.find('Request')[0].tag == 'ProfileRequest'
    assert dtd.validate(receiver.received[0].xml), dtd.error_log


# === SETTINGS === #


def test_settings_are_shown_without_what_is_secret(client, receiver):
    set_up(client, receiver, **BASIC, invoices=True)
    shown = client.get(DE).json
    assert (shown['url'], shown['user'], shown['password'], shown['secret']) == (
        receiver.url, 'inbound-de', '********', '********')
    assert (shown['auth'], shown['auto'], shown['invoices']) == ('basic', False, True)
    assert client.get('/api/accounts/SIM-GROUP-US/messages').json['url'] == ''
    assert client.get('/api/accounts/nobody/messages').status_code == 404


def test_a_request_changes_only_the_settings_that_it_names(client, receiver):
    set_up(client, receiver, **BASIC, invoices=True)
    before = client.get(DE).json
    assert client.post(DE, json={'auto': True}).json == before | {'auto': True}
    client.post(DE, json=before | {'auto_seconds': 1})  # with the secrets as they were shown
    client.post(DE, json={'punchin': 'p1'})
    assert client.get(DE).json == before | {'auto': False, 'auto_seconds': 1, 'punchin': 'p1'}
    post_office = client.application.extensions['amazon'].post_office
    assert post_office.settings(BY_IDENTITY['SIM-GROUP-DE']).password == BASIC['password']


@pytest.mark.parametrize('values', [
    [], {'url': 'ftp://x'}, {'url': 'http://'}, {'url': 'http://x:99999'}, {'url': 'http://ü/'}, {'auth': 'none'},
    {'auto': 1}, {'auto_seconds': '1'}, {'retry_seconds': -1}, {'user': None}, {'colour': 'red'},
])
def test_wrong_settings_are_not_accepted(client, values):
    answer = client.post(DE, json=values)
    assert (answer.status_code, bool(answer.json['error'])) == (409, True)
    assert client.get(DE).json['url'] == ''
