"""Amazon's answers to an order, as documents, with amounts computed by hand."""

import re
from decimal import Decimal

import pytest

from simulator.tests.documents import THREE, act, money, place_order, progress, texts, why_not

GROUPS = ['SIM-GROUP-US', 'SIM-GROUP-DE', 'SIM-GROUP-JP']


def statuses(root):
    return [(item.get('lineNumber'), node.get('type'), node.get('quantity'), node.findtext('UnitPrice/Money'))
            for item in root.iter('ConfirmationItem') for node in item.iter('ConfirmationStatus')]


def header(root):
    node = root.find('.//ConfirmationHeader')
    return [str(money(node, name)) for name in ('Total', 'Shipping', 'Tax')]


@pytest.mark.parametrize('identity', GROUPS)
@pytest.mark.parametrize('options', [
    {}, {'reject': True, 'code': '003-052'}, {'split': [[1, 3], [2]]},
    {'lines': {'1': {'quantity': 1, 'price': '5', 'reject': 1, 'code': '018-007', 'backorder': 1, 'days': 5}}},
])
def test_confirmations_are_valid(client, fulfill_dtd, identity, options):
    number = place_order(client, THREE, identity)
    for message in act(client, number, 'confirm', **options):
        assert fulfill_dtd.validate(message['root']), fulfill_dtd.error_log


def test_a_right_order_is_accepted_in_full_under_one_number(client):
    number = place_order(client, THREE)
    [message] = act(client, number, 'confirm')
    root, node = message['root'], message['root'].find('.//ConfirmationHeader')
    assert (node.get('type'), node.get('operation')) == ('detail', 'new')
    assert re.fullmatch(r'\d{3}-\d{7}-\d{7}', node.get('confirmID'))
    assert statuses(root) == [('1', 'detail', '3', None), ('2', 'detail', '1', None), ('3', 'detail', '2', None)]
    # 3 x 4.79 and 54.90 at 19 %, 2 x 13.49 at 7 %; free shipping: 96.25 + 2.73 + 10.43 + 1.89.
    assert header(root) == ['111.30', '0.00', '15.05']
    assert set(texts(root, "Comments[@type='confirmID']")) == {node.get('confirmID')}
    reference = root.find('.//OrderReference')
    assert (reference.get('orderID'), reference.find('DocumentReference').get('payloadID')) == (
        'P00042', 'P00042@buyer.example')
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000', node.get('noticeDate'))
    assert progress(client, number) == {'1': (3, 0, 0, 0, 0), '2': (1, 0, 0, 0, 0), '3': (2, 0, 0, 0, 0)}


@pytest.mark.parametrize('identity', GROUPS)
def test_parts_add_up_to_the_cart_to_the_smallest_unit_of_money(client, identity):
    """Shipping and tax that seven does not divide: seven confirmations add up to the cart."""
    items = [('B0SIM00011', 7), ('B0SIM00005', 1)]
    number = place_order(client, items, identity)
    [whole] = act(client, place_order(client, items, identity, order_id='P00043'), 'confirm')
    parts = [act(client, number, 'confirm', lines={'1': 1}, others=False)[0] for __ in range(6)]
    parts += act(client, number, 'confirm')
    assert len({part['root'].find('.//ConfirmationHeader').get('confirmID') for part in parts}) == 7
    sums = [sum(values) for values in zip(*(map(Decimal, header(part['root'])) for part in parts), strict=True)]
    assert sums == [Decimal(value) for value in header(whole['root'])]
    assert sums[1] > 0
    assert why_not(client, number, 'confirm', lines={'1': 1}) == 'Line 1: only 0 wait for an answer.'
    assert why_not(client, number, 'confirm') == 'Every line of this order has been answered.'


def test_a_new_price_brings_its_own_tax(client):
    number = place_order(client, THREE)
    [message] = act(client, number, 'confirm', lines={'2': {'price': '60.00'}})
    assert statuses(message['root'])[1] == ('2', 'detail', '1', '60.00')
    # 60.00 at 19 % is 11.40 in place of 10.43; 101.35 + 16.02.
    assert header(message['root']) == ['117.37', '0.00', '16.02']


def test_an_american_price_brings_its_estimate(client):
    # 58.00 in the cart, 6.5 % in Washington.
    number = place_order(client, [('B0SIM00013', 2)], 'SIM-GROUP-US')
    [message] = act(client, number, 'confirm', lines={'1': {'price': '50.00'}})
    assert header(message['root']) == ['106.50', '0.00', '6.50']


def test_the_same_price_is_not_mentioned(client):
    number = place_order(client, [('B0SIM00013', 1)])
    [message] = act(client, number, 'confirm', lines={'1': {'price': '54.90'}})
    assert statuses(message['root']) == [('1', 'detail', '1', None)]


def test_a_line_can_be_split_in_accepted_rejected_and_back_ordered(client):
    number = place_order(client, THREE)
    [message] = act(client, number, 'confirm', lines={'1': {'reject': 1, 'backorder': 1}}, others=False)
    assert statuses(message['root']) == [
        ('1', 'detail', '1', None), ('1', 'backordered', '1', None), ('1', 'reject', '1', None)]
    assert header(message['root']) == ['5.70', '0.00', '0.91']
    assert progress(client, number)['1'] == (1, 1, 1, 0, 0)
    act(client, number, 'confirm', lines={'1': {}}, others=False)
    assert progress(client, number)['1'] == (2, 1, 0, 0, 0)


@pytest.mark.parametrize(('identity', 'words'), [
    ('SIM-GROUP-US', 'The item is no longer in stock. [Error code: 015-005]'),
    ('SIM-GROUP-DE', 'Der Artikel ist nicht mehr auf Lager. [Error code: 015-005]'),
    ('SIM-GROUP-JP', '商品の在庫がなくなりました。 [Error code: 015-005]'),
])
def test_what_sold_out_is_rejected_in_the_language_of_the_group(client, identity, words):
    number = place_order(client, [('B0SIM00013', 1), ('B0SIM00023', 2)], identity)
    [message] = act(client, number, 'confirm')
    root = message['root']
    assert statuses(root) == [('1', 'detail', '1', None), ('2', 'reject', '2', None)]
    assert texts(root, "Comments[@type='LineItemErrorCode']") == [words]
    assert len(texts(root, "Comments[@type='confirmID']")) == 1
    assert texts(root, "Comments[@type='OrderErrorCode']") == []


def test_a_wrong_order_is_rejected_with_its_codes_and_gets_no_number(client):
    def spoil(root):
        for part in ('ShipTo', 'BillTo'):
            email = root.find(f'.//OrderRequestHeader/{part}//Email')
            email.getparent().remove(email)
        root.find('.//ItemOut').set('quantity', '1')

    number = place_order(client, THREE, spoil=spoil)
    [message] = act(client, number, 'confirm')
    root = message['root']
    assert [status[1:3] for status in statuses(root)] == [('reject', '1'), ('reject', '1'), ('reject', '2')]
    [general] = texts(root, "Comments[@type='OrderErrorCode']")
    assert [re.findall(r'\d{3}-\d{3}', part) for part in general.split('||')] == [['003-052'], ['000-001']]
    [of_line] = texts(root, "Comments[@type='LineItemErrorCode']")
    assert of_line.endswith('[Error code: 018-007]')
    assert 'confirmID' not in root.find('.//ConfirmationHeader').attrib
    assert header(root) == ['0.00', '0.00', '0.00']


def test_an_order_can_become_several_of_amazons(client):
    number = place_order(client, THREE)
    first, second = act(client, number, 'confirm', split=[[1, 3], [2]])
    assert [status[0] for status in statuses(first['root'])] == ['1', '3']
    assert (header(first['root'])[0], header(second['root'])[0]) == ('45.97', '65.33')
    assert why_not(client, place_order(client, THREE, order_id='P2'), 'confirm', split=[[1], [2]]) == (
        'split must name each of the lines 1, 2, 3 once.')


def test_a_confirmation_can_be_restated(client):
    number = place_order(client, THREE)
    [first] = act(client, number, 'confirm')
    confirm_id = first['root'].find('.//ConfirmationHeader').get('confirmID')
    [second] = act(client, number, 'confirm', update=confirm_id, lines={'1': {'price': '4.00'}, '2': 1, '3': 1})
    node = second['root'].find('.//ConfirmationHeader')
    assert (node.get('operation'), node.get('confirmID')) == ('update', confirm_id)
    assert node.find('DocumentReference').get('payloadID') == first['payload_id']
    assert statuses(second['root']) == [('1', 'detail', '3', '4.00'), ('2', 'detail', '1', None),
                                        ('3', 'detail', '1', None)]
    assert progress(client, number)['3'] == (1, 0, 0, 0, 0)
    reason = why_not(client, number, 'confirm', update='111-1111111-1111111')
    assert reason.endswith('is not an Amazon order of this order.')
    assert why_not(client, number, 'confirm', update=confirm_id, lines={'1': 4})
    assert progress(client, number)['1'] == (3, 0, 0, 0, 0)


def test_what_was_confirmed_can_be_cancelled_until_it_is_shipped(client):
    number = place_order(client, THREE)
    act(client, number, 'confirm')
    act(client, number, 'ship', lines={'1': 1})
    [message] = act(client, number, 'cancel', lines={'1': 1})
    assert statuses(message['root']) == [('1', 'reject', '1', None)]
    [message] = act(client, number, 'cancel')
    assert statuses(message['root']) == [
        ('1', 'reject', '1', None), ('2', 'reject', '1', None), ('3', 'reject', '2', None)]
    assert '[Error code: 001-012]' in texts(message['root'], "Comments[@type='OrderErrorCode']")[0]
    assert progress(client, number) == {'1': (1, 2, 0, 1, 0), '2': (0, 1, 0, 0, 0), '3': (0, 2, 0, 0, 0)}
    assert why_not(client, number, 'cancel') == 'There is nothing left to cancel.'


@pytest.mark.parametrize('options', [
    {'lines': {'9': 1}}, {'lines': []}, {'lines': {'1': '1'}}, {'lines': {'1': {'price': '1.001'}}},
    {'lines': {'1': {'price': 'x'}}}, {'lines': {'1': {'quantity': 4}}}, {'lines': {'1': {'code': '999-999'}}},
    {'lines': {'1': {'weight': 1}}}, {'line': {}}, {'split': [1]}, {'times': 0}, {'delay': -1}, {'fault': 'rain'},
    {'hold': 'yes'}, {'lines': {'1': {'price': 'NaN'}}},
])
def test_an_impossible_step_changes_nothing(client, options):
    number = place_order(client, THREE)
    assert why_not(client, number, 'confirm', **options)
    assert progress(client, number) == {line: (0,) * 5 for line in '123'}
    assert client.post('/api/orders/9/confirm').status_code == 404
