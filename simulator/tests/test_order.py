import pytest
from lxml import etree

from simulator.catalogue import PRODUCTS
from simulator.tests.documents import envelope, order_request, order_url, send, shop, status

ITEMS = [('B0SIM00001', 2), ('B0SIM00013', 1)]


@pytest.fixture
def order(client):
    """A correct order for a German cart of two lines, for a test to break."""
    return order_request(shop(client, ITEMS))


def place(client, root, identity='SIM-GROUP-DE'):
    return status(send(client, order_url(client, identity), root))


def verdict(client, root, identity='SIM-GROUP-DE'):
    """Send an order that is received.

    :return: the verdict, and the (code, line number) of each problem.
    """
    assert place(client, root, identity) == ('200', '')
    received = client.get('/api/orders').json[-1]
    return received['verdict'], [(p['code'], p['line_number']) for p in received['problems']]


def decline(client, root, identity='SIM-GROUP-DE'):
    before = client.get('/api/orders').json
    declined = place(client, root, identity)
    assert client.get('/api/orders').json == before
    assert client.get('/api/declined').json[-1] | {'declined_at': None} == {
        'declined_at': None, 'target': 'order', 'code': int(declined[0]), 'text': declined[1]}
    return declined


def remove(root, path):
    node = root.find(path)
    node.getparent().remove(node)


@pytest.mark.parametrize('identity', ['SIM-GROUP-US', 'SIM-GROUP-DE', 'SIM-GROUP-JP'])
@pytest.mark.parametrize('mode', ['production', 'test'])
def test_the_order_of_a_cart_will_be_accepted(client, identity, mode):
    order = order_request(shop(client, ITEMS, identity, mode), identity, mode)
    assert verdict(client, order, identity) == ('will be accepted', [])
    [received] = client.get('/api/orders').json
    assert received['notes'] == []
    assert (received['identity'], received['deployment_mode']) == (identity, mode)


def test_who_asks_whether_somebody_is_there_orders_nothing_and_meets_no_fault(client, order):
    client.post('/api/faults', json={'target': 'order', 'kind': '500_html'})
    assert place(client, envelope('SIM-GROUP-DE', '<ProfileRequest/>')) == ('200', '')
    assert client.get('/api/orders').json == []
    assert client.get('/api/declined').json == []
    assert send(client, order_url(client, 'SIM-GROUP-DE'), order).status_code == 500


def test_the_desk_tells_what_was_ordered(client, order):
    place(client, order)
    [received] = client.get('/api/orders').json
    first = received['lines'][0]
    assert (received['orderID'], received['payload_id']) == ('P00042', '1@buyer.example')
    assert (first['line_number'], first['quantity'], first['asin']) == ('1', '2', 'B0SIM00001')
    assert first['auxiliary_id'] == order.findtext('.//ItemOut/ItemID/SupplierPartAuxiliaryID')
    assert (first['unit_price'], first['currency']) == ('4.79', 'EUR')
    assert (received['total'], received['currency']) == ('64.48', 'EUR')
    assert (received['contact_email'], received['extrinsic_email']) == ('robin@buyer.example',) * 2
    assert received['ship_to'] == received['bill_to'] == {
        'address_id': 'WH-1', 'iso_country_code': 'DE', 'name': 'Example Works', 'deliver_to': ['Robin Example'],
        'streets': ['1 Sample Street'], 'city': 'Berlin', 'state': 'BE', 'postal_code': '10115',
        'country_iso_code': 'DE', 'country': 'Deutschland', 'email': 'dock@buyer.example', 'phone': '5550100',
    }
    assert (received['number'], received['times_received']) == (1, 1)


def test_the_secret_is_nowhere_to_be_seen(client, order):
    place(client, order)
    for path in ('/api/orders', '/desk', '/desk/1'):
        assert 'not-a-real-secret' not in client.get(path).text
    assert '<SharedSecret>********</SharedSecret>' in client.get('/api/orders').json[0]['xml']


def test_the_answers_are_valid(client, order, dtd):
    for __ in range(2):
        root = etree.fromstring(send(client, order_url(client), order).data)
        assert dtd.validate(root), dtd.error_log
        order.find('.//OrderRequestHeader').set('type', 'update')


def test_the_desk_shows_the_order(client, order):
    remove(order, './/ShipTo//Email')
    place(client, order)
    page = client.get('/desk').text
    assert 'data-testid="order-1"' in page
    assert 'will be rejected (003-052)' in page
    page = client.get('/desk/1').text
    assert 'ShipTo lacks Email.' in page
    assert '&lt;OrderRequestHeader' in page
    assert client.get('/desk/2').status_code == 404


# === DECLINED AT ONCE === #


@pytest.mark.parametrize('data', [b'<cXML', b'<cXML payloadID="1"><Header/><Request/></cXML>'])
def test_what_is_no_order_gets_400(client, data):
    assert decline(client, data)[0] == '400'


def test_wrong_credentials_get_401(client, order):
    order.find('Header/Sender/Credential/SharedSecret').text = 'wrong'
    assert decline(client, order)[0] == '401'


def test_each_group_has_its_own_order_address(client, order):
    assert decline(client, order, 'SIM-GROUP-US')[0] == '403'
    assert send(client, '/order/00000000-0000-4000-8000-000000000000', order).status_code == 404


@pytest.mark.parametrize('type', ['update', 'delete'])
def test_only_new_orders_are_taken(client, order, type):
    order.find('.//OrderRequestHeader').set('type', type)
    code, words = decline(client, order)
    assert (code, '001-001' in words) == ('400', True)


@pytest.mark.parametrize(('shopped', 'ordered'), [('production', 'test'), ('test', 'production')])
def test_the_mode_must_be_that_of_the_trip(client, shopped, ordered):
    order = order_request(shop(client, ITEMS, mode=shopped), mode=ordered)
    code, words = decline(client, order)
    assert (code, 'deploymentMode' in words) == ('400', True)


def test_an_order_without_a_number_or_lines_gets_400(client, order):
    del order.find('.//OrderRequestHeader').attrib['orderID']
    assert decline(client, order) == ('400', 'The OrderRequestHeader has no orderID.')
    order.find('.//OrderRequestHeader').set('orderID', 'P1')
    for line in order.findall('.//ItemOut'):
        line.getparent().remove(line)
    assert decline(client, order) == ('400', 'The OrderRequest has no ItemOut.')


# === REPEATED === #


def test_the_same_bytes_again_are_one_order(client, order):
    assert place(client, order) == place(client, order) == ('200', '')
    [received] = client.get('/api/orders').json
    assert (received['times_received'], received['notes']) == (2, [])
    assert '2 ×' in client.get('/desk').text


def test_another_document_with_the_same_payload_id_is_declined(client, order):
    place(client, order)
    order.find('.//OrderRequestHeader').set('orderID', 'P00043')
    assert decline(client, order)[0] == '409'
    assert client.get('/api/orders').json[0]['times_received'] == 1


def test_the_same_order_under_a_new_payload_id_is_noted(client, order):
    place(client, order)
    order.set('payloadID', '2@buyer.example')
    assert verdict(client, order) == ('will be accepted', [])
    notes = ' '.join(client.get('/api/orders').json[1]['notes'])
    assert 'orderID P00042 was already used' in notes
    assert 'same cart was already ordered' in notes


# === RECEIVED, AND REJECTED LATER === #


@pytest.mark.parametrize('quantity', ['1', '3', '0', '-2', 'many', 'NaN', ''])
def test_another_quantity_than_the_carts_is_018_007(client, order, quantity):
    order.find('.//ItemOut').set('quantity', quantity)
    assert verdict(client, order) == ('will be rejected', [('018-007', '1')])


def test_a_quantity_with_decimals_is_the_same_quantity(client, order):
    order.find('.//ItemOut').set('quantity', '2.00')
    assert verdict(client, order) == ('will be accepted', [])


def test_a_line_left_out_is_018_007(client, order):
    remove(order, './/ItemOut[2]')
    assert verdict(client, order) == ('will be rejected', [('018-007', '')])


def test_a_line_added_is_001_012(client, order):
    other = order_request(shop(client, [('B0SIM00020', 1)])).find('.//ItemOut')
    other.set('lineNumber', '3')
    order.find('.//OrderRequest').append(other)
    assert verdict(client, order) == ('will be rejected', [('001-012', '3')])


def test_a_line_ordered_twice_is_001_012(client, order):
    twice = etree.fromstring(etree.tostring(order.find('.//ItemOut[2]')))
    twice.set('lineNumber', '3')
    order.find('.//OrderRequest').append(twice)
    assert verdict(client, order) == ('will be rejected', [('001-012', '2'), ('001-012', '3')])


def test_an_auxiliary_id_counts_byte_for_byte(client, order):
    order.find('.//SupplierPartAuxiliaryID').text += ' '
    assert verdict(client, order)[1] == [('018-007', ''), ('001-012', '1')]


def test_an_order_for_no_cart_is_001_012(client, order):
    for node in order.iter('SupplierPartAuxiliaryID'):
        node.text = '136-0000000-0000000,1'
    assert verdict(client, order) == ('will be rejected', [('001-012', '')])


def test_an_order_for_a_cart_that_was_made_known_is_accepted(client, order):
    for number, node in enumerate(order.iter('SupplierPartAuxiliaryID'), 1):
        node.text = f'136-0000000-0000001,{number}'
    prices = [node.text for node in order.iterfind('.//ItemDetail/UnitPrice/Money')]
    lines = [{'auxiliary_id': f'136-0000000-0000001,{number}', 'asin': asin, 'title': 'Known before',
              'quantity': quantity, 'unit_price': price, 'shipping': '0', 'tax': '0.50'}
             for number, ((asin, quantity), price) in enumerate(zip(ITEMS, prices, strict=True), 1)]
    answer = client.post('/api/accounts/SIM-GROUP-DE/carts', json={'deployment_mode': 'production', 'lines': lines})
    assert answer.status_code == 201
    assert verdict(client, order) == ('will be accepted', [])


@pytest.mark.parametrize('changed', [{'lines': [{'asin': 'B0SIM00001'}]}, {'lines': None}, {'lines': [
    {'auxiliary_id': '1,1', 'asin': 'B0SIM00001', 'title': '', 'quantity': 1, 'unit_price': 'much'}]}])
def test_a_cart_that_cannot_be_read_is_not_made_known(client, changed):
    answer = client.post('/api/accounts/SIM-GROUP-DE/carts', json={'deployment_mode': 'production', **changed})
    assert (answer.status_code, 'Expected' in answer.json['error']) == (400, True)


def test_the_cart_of_another_group_is_no_cart(client):
    order = order_request(shop(client, ITEMS, 'SIM-GROUP-US'), 'SIM-GROUP-DE')
    assert verdict(client, order) == ('will be rejected', [('001-012', '')])


@pytest.mark.parametrize(('path', 'value'), [
    ('.//ItemOut/ItemDetail/UnitPrice/Money', '4.78'),
    ('.//ItemOut/ItemDetail/UnitPrice/Money', ''),
    ('.//ItemOut/ItemID/SupplierPartID', 'B0SIM00002'),
])
def test_another_price_or_item_is_001_012(client, order, path, value):
    order.find(path).text = value
    assert verdict(client, order) == ('will be rejected', [('001-012', '1')])


def test_another_currency_is_001_012(client, order):
    order.find('.//ItemOut/ItemDetail/UnitPrice/Money').set('currency', 'USD')
    assert verdict(client, order) == ('will be rejected', [('001-012', '1')])


@pytest.mark.parametrize('number', ['1', 'one', ''])
def test_line_numbers_are_numbers_and_unique(client, order, number):
    order.find('.//ItemOut[2]').set('lineNumber', number)
    assert verdict(client, order) == ('will be rejected', [('001-012', number)])


def test_more_than_fifty_lines_are_too_many(client):
    available = [(p.asin, 1) for p in PRODUCTS if p.in_stock and not p.sells_out]
    assert verdict(client, order_request(shop(client, available[:50]))) == ('will be accepted', [])
    order = order_request(shop(client, available[:51]), payload_id='2@buyer.example')
    assert verdict(client, order) == ('will be rejected', [('000-001', '')])


def test_more_than_999_of_a_line_are_too_many(client):
    order = order_request(shop(client, [('B0SIM00001', 999)]))
    assert verdict(client, order) == ('will be accepted', [])
    order.find('.//ItemOut').set('quantity', '1000')
    order.set('payloadID', '2@buyer.example')
    assert ('000-001', '1') in verdict(client, order)[1]


def test_what_sold_out_is_015_005(client):
    order = order_request(shop(client, [('B0SIM00001', 1), ('B0SIM00023', 1)]))
    assert verdict(client, order) == ('will be accepted in part', [('015-005', '2')])


def test_an_order_of_nothing_but_what_sold_out_is_rejected(client):
    order = order_request(shop(client, [('B0SIM00023', 1)]))
    assert verdict(client, order) == ('will be rejected', [('015-005', '1')])


def test_a_missing_ship_to_is_001_005(client, order):
    remove(order, './/OrderRequestHeader/ShipTo')
    assert verdict(client, order) == ('will be rejected', [('001-005', '')])


def test_a_missing_bill_to_is_rejected(client, order):
    remove(order, './/BillTo')
    assert verdict(client, order) == ('will be rejected', [('000-001', '')])


@pytest.mark.parametrize(('party', 'code'), [('ShipTo', '003-052'), ('BillTo', '000-001')])
@pytest.mark.parametrize('part', ['Name', 'PostalAddress/DeliverTo', 'PostalAddress/Street', 'PostalAddress/City',
                                  'PostalAddress/PostalCode', 'PostalAddress/Country', 'Email', 'Phone'])
def test_an_incomplete_address_is_rejected(client, order, party, code, part):
    remove(order, f'.//OrderRequestHeader/{party}/Address/{part}')
    assert verdict(client, order) == ('will be rejected', [(code, '')])


@pytest.mark.parametrize(('party', 'code'), [('ShipTo', '003-052'), ('BillTo', '000-001')])
def test_an_address_without_its_id_is_rejected(client, order, party, code):
    del order.find(f'.//OrderRequestHeader/{party}/Address').attrib['addressID']
    assert verdict(client, order) == ('will be rejected', [(code, '')])


@pytest.mark.parametrize('party', ['ShipTo', 'BillTo'])
def test_an_address_without_its_country_code_is_rejected(client, order, party):
    del order.find(f'.//OrderRequestHeader/{party}/Address').attrib['isoCountryCode']
    assert verdict(client, order)[0] == 'will be rejected'


def test_a_street_that_is_empty_is_missing(client, order):
    order.find('.//ShipTo//Street').text = ' '
    assert verdict(client, order) == ('will be rejected', [('003-052', '')])


@pytest.mark.parametrize(('identity', 'outcome'), [
    ('SIM-GROUP-US', ('will be rejected', [('003-052', '')])), ('SIM-GROUP-DE', ('will be accepted', [])),
])
def test_only_american_addresses_need_a_state(client, identity, outcome):
    order = order_request(shop(client, ITEMS, identity), identity)
    remove(order, './/ShipTo//State')
    assert verdict(client, order, identity) == outcome


def test_delivery_to_another_country_is_003_052(client, order):
    order.find('.//ShipTo/Address').set('isoCountryCode', 'FR')
    assert verdict(client, order) == ('will be rejected', [('003-052', '')])


@pytest.mark.parametrize('path', ['.//OrderRequestHeader/Contact', './/OrderRequestHeader/Extrinsic'])
def test_an_order_must_say_who_shopped(client, order, path):
    remove(order, path)
    assert verdict(client, order) == ('will be rejected', [('000-001', '')])


# === NOTES ONLY === #


@pytest.mark.parametrize(('path', 'value', 'words'), [
    ('.//ShipTo//DeliverTo', 'A name that is far too long', 'DeliverTo'),
    ('.//ShipTo//State', 'HH', 'Delivery changed'),
    ('.//OrderRequestHeader/Total/Money', '1.00', 'The Total'),
])
def test_what_is_only_odd_is_noted(client, order, path, value, words):
    order.find(path).text = value
    assert verdict(client, order) == ('will be accepted', [])
    [note] = client.get('/api/orders').json[0]['notes']
    assert note.startswith(words)


def test_a_total_with_shipping_and_tax_is_fine_too(client, order):
    # Above the threshold, so no shipping: 64.48 and 19 % on 9.58 and 54.90.
    order.find('.//OrderRequestHeader/Total/Money').text = '76.73'
    verdict(client, order)
    assert client.get('/api/orders').json[0]['notes'] == []


def test_everything_wrong_at_once_is_taken_and_shown(client, order):
    for path in ('.//OrderRequestHeader/ShipTo', './/BillTo', './/OrderRequestHeader/Contact', './/Total'):
        remove(order, path)
    for line in order.iter('ItemOut'):
        line.attrib.clear()
        remove(line, 'ItemDetail')
    assert verdict(client, order)[0] == 'will be rejected'
    assert client.get('/desk').status_code == client.get('/desk/1').status_code == 200


def test_a_reset_forgets_everything(client, order):
    place(client, order)
    client.post('/api/faults', json={'target': 'order', 'kind': '400'})
    assert client.post('/api/reset').json == {'reset': True}
    assert [client.get(f'/api/{what}').json for what in ('orders', 'trips', 'faults', 'declined')] == [[]] * 4
    assert verdict(client, order) == ('will be rejected', [('001-012', '')])
