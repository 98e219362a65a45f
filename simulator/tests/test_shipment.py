import pytest

from simulator.tests.documents import THREE, act, place_order, progress, texts, why_not


def lines(root):
    return {node.get('lineNumber'): node.get('quantity') for node in root.iter('ShipNoticeItem')}


def ready(client, identity='SIM-GROUP-DE', **options):
    number = place_order(client, THREE, identity, **options)
    act(client, number, 'confirm')
    return number


@pytest.mark.parametrize('identity', ['SIM-GROUP-US', 'SIM-GROUP-DE', 'SIM-GROUP-JP'])
@pytest.mark.parametrize('options', [{}, {'empty': True}, {'lines': {'1': 1}, 'carrier': '', 'days': 9}])
def test_ship_notices_are_valid(client, fulfill_dtd, identity, options):
    number = ready(client, identity)
    [message] = act(client, number, 'ship', **options)
    assert fulfill_dtd.validate(message['root']), fulfill_dtd.error_log
    for operation in ('update', 'delete'):
        [message] = act(client, number, 'ship', operation=operation)
        assert fulfill_dtd.validate(message['root']), fulfill_dtd.error_log


def test_an_order_is_shipped_in_parts(client):
    number = ready(client)
    [first] = act(client, number, 'ship', lines={'1': 2, '3': 1}, tracking='T1', carrier='DHL')
    [second] = act(client, number, 'ship')
    assert (lines(first['root']), lines(second['root'])) == ({'1': '2', '3': '1'}, {'1': '1', '2': '1', '3': '1'})
    # Not in the order's own order of lines.
    assert list(lines(second['root'])) == ['3', '2', '1']
    assert texts(first['root'], 'ShipControl/*') == ['DHL', 'T1', None]
    headers = [message['root'].find('.//ShipNoticeHeader') for message in (first, second)]
    assert headers[0].get('shipmentID') != headers[1].get('shipmentID')
    assert 'confirmID' not in first['xml']
    assert progress(client, number) == {'1': (3, 0, 0, 3, 0), '2': (1, 0, 0, 1, 0), '3': (2, 0, 0, 2, 0)}
    assert why_not(client, number, 'ship') == 'Everything that is confirmed has been shipped.'
    assert why_not(client, number, 'ship', lines={'1': 1}) == 'Line 1: only 0 can still be shipped.'


def test_nothing_is_shipped_before_it_was_ordered(client):
    number = ready(client)
    [message] = act(client, number, 'ship')
    shipped_at = message['root'].find('.//ShipNoticeHeader').get('shipmentDate')
    [order] = client.get('/api/orders').get_json()
    assert shipped_at[:19] >= order['received_at'][:19]


def test_an_empty_portion_stands_for_the_whole_order(client):
    number = ready(client)
    [message] = act(client, number, 'ship', empty=True)
    assert lines(message['root']) == {}
    assert message['root'].find('.//ShipNoticePortion/OrderReference').get('orderID') == 'P00042'
    assert progress(client, number)['1'] == (3, 0, 0, 3, 0)


def test_carriers_take_turns_and_one_has_no_name(client):
    numbers = [ready(client, 'SIM-GROUP-JP', order_id=f'P{i}') for i in range(4)]
    carriers = [texts(act(client, number, 'ship')[0]['root'], 'CarrierIdentifier')[0] for number in numbers]
    assert carriers == ['ヤマト運輸', '佐川急便', '日本郵便', None]


def test_a_shipment_is_changed_and_deleted(client):
    number = ready(client)
    [first] = act(client, number, 'ship')
    [changed] = act(client, number, 'ship', operation='update', lines={'1': 1}, tracking='T2')
    header = changed['root'].find('.//ShipNoticeHeader')
    assert header.get('shipmentID') == first['root'].find('.//ShipNoticeHeader').get('shipmentID')
    assert header.find('DocumentReference').get('payloadID') == first['payload_id']
    assert (lines(changed['root']), texts(changed['root'], 'ShipmentIdentifier')) == ({'1': '1'}, ['T2'])
    assert progress(client, number)['1'] == (3, 0, 0, 1, 0)
    [gone] = act(client, number, 'ship', operation='delete', shipment_id=header.get('shipmentID'))
    assert gone['root'].find('.//DocumentReference').get('payloadID') == changed['payload_id']
    assert progress(client, number)['1'] == (3, 0, 0, 0, 0)
    assert why_not(client, number, 'ship', operation='delete') == 'The order has no shipment.'


def test_unknown_lines_are_shipped_only_with_anyway(client):
    number = ready(client)
    assert why_not(client, number, 'ship', lines={'99': 1}) == 'The order has no line 99.'
    assert lines(act(client, number, 'ship', lines={'99': 1, '1': 1}, anyway=True)[0]['root']) == {'1': '1', '99': '1'}
