"""The tracking of packages that is pushed to a purchasing system."""

import base64
import json

import pytest

from simulator.tests.documents import THREE, act, place_order


@pytest.fixture
def order(client):
    place_order(client, THREE)
    act(client, 1, 'confirm')
    return 1


def track(client, receiver, number=1, **options):
    answer = client.post(f'/api/orders/{number}/track', json={'url': receiver.url, 'key': 'k3y', **options})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_an_event_of_each_package(client, receiver, order):
    act(client, order, 'ship', lines={'1': 1})
    act(client, order, 'ship')
    pushed = track(client, receiver)
    assert [each['http'] for each in pushed] == [200, 200]
    first, second = (json.loads(each.body) for each in receiver.received)
    assert [first, second] == [each['event'] for each in pushed]
    assert first['trackingId'] != second['trackingId']
    assert (first['poNumber'], first['deliveryStatus']) == ('P00042', 'DELIVERED')
    assert first['detailedTrackingStatus'] == 'PACKAGE_DELIVERED_TO_CUSTOMER'
    assert receiver.received[0].headers['X-API-KEY'] == 'k3y'


def test_the_key_may_be_a_password(client, receiver, order):
    act(client, order, 'ship')
    track(client, receiver, user='amazon', event='out', fields={'trackingId': None, 'more': 1})
    got, = receiver.received
    assert got.headers['Authorization'] == 'Basic ' + base64.b64encode(b'amazon:k3y').decode()
    event = json.loads(got.body)
    assert (event['deliveryStatus'], event['more'], 'trackingId' in event) == ('OUT_FOR_DELIVERY', 1, False)


def test_what_can_not_be_pushed(client, receiver, order):
    def error(**options):
        answer = client.post('/api/orders/1/track', json={'url': receiver.url, 'key': 'k3y', **options})
        assert answer.status_code == 409
        return answer.json['error']

    assert error() == 'Nothing of the order has been shipped.'
    act(client, order, 'ship')
    assert 'event must be one of' in error(event='lost')
    assert error(url='nowhere') == 'url must be an address.'
    assert client.post('/api/orders/9/track', json={}).status_code == 404
    assert track(client, receiver, url='http://127.0.0.1:1/')[0]['http'] is None
    assert not receiver.received
