import re
from decimal import Decimal

import pytest
from lxml import etree

from simulator.accounts import BY_IDENTITY
from simulator.catalogue import PRODUCTS, SPECIAL
from simulator.pricing import split
from simulator.tests.documents import COOKIE, HOOK, money, shop, start_trip, submit

GROUPS = ['SIM-GROUP-US', 'SIM-GROUP-DE', 'SIM-GROUP-JP']
MIXED = [('B0SIM00001', 2), ('B0SIM00012', 1), ('B0SIM00035', 1)]
SMALL = [('B0SIM00005', 1), ('B0SIM00011', 3), ('B0SIM00037', 1)]
HEADER = 'Message/PunchOutOrderMessage/PunchOutOrderMessageHeader'


@pytest.mark.parametrize('identity', GROUPS)
def test_a_cart_of_everything_is_valid_but_for_the_missing_unit(client, dtd, identity):
    items = [(product.asin, 1) for product in PRODUCTS if product.in_stock]
    cart = shop(client, items, identity)
    assert not dtd.validate(cart)
    assert [entry.type_name for entry in dtd.error_log] == ['DTD_CONTENT_MODEL']
    cart = shop(client, [item for item in items if item[0] != 'B0SIM00009'], identity)
    assert dtd.validate(cart), dtd.error_log


def test_an_empty_cart_is_valid(client, dtd):
    assert dtd.validate(shop(client, [])), dtd.error_log


def test_an_empty_cart_says_nothing_of_shipping_and_tax(client):
    cart = shop(client, [])
    assert [node.tag for node in cart.find(HEADER)] == ['Total']
    assert cart.findtext(f'{HEADER}/Total/Money') == '0.00'
    assert [trip['state'] for trip in client.get('/api/trips').json] == ['left']


@pytest.mark.parametrize('identity', GROUPS)
@pytest.mark.parametrize('items', [MIXED, SMALL, [('B0SIM00017', 7)]])
def test_the_sums_are_those_of_the_lines(client, identity, items):
    cart = shop(client, items, identity)
    lines = list(cart.iter('ItemIn'))
    header = cart.find(HEADER)
    assert money(header, 'Total') == sum(int(i.get('quantity')) * money(i, 'ItemDetail/UnitPrice') for i in lines)
    assert money(header, 'Shipping') == sum(money(i, 'Shipping') for i in lines)
    assert money(header, 'Tax') == sum(money(i, 'Tax') for i in lines)
    for line in lines:
        parts = line.findall('Tax/TaxDetail')
        assert not parts or money(line, 'Tax') == sum(money(part, 'TaxAmount') for part in parts)
    assert {node.get('currency') for node in cart.iter('Money')} == {BY_IDENTITY[identity].currency}
    assert all(re.fullmatch(r'\d+\.\d\d', node.text) for node in cart.iter('Money'))


def test_a_small_german_cart_pays_shipping_and_two_rates_of_vat(client):
    # 2.29 + 3 x 1.79 + 11.34 = 19.00, below the 39.00 that ship for free: 4.99 is split by value.
    cart = shop(client, [('B0SIM00005', 1), ('B0SIM00011', 3), ('B0SIM00037', 1)])
    assert [node.text for node in cart.findall(f'{HEADER}//Money')] == ['19.00', '4.99', '2.84']
    assert [money(line, 'Shipping') for line in cart.iter('ItemIn')] == [
        Decimal('0.60'), Decimal('1.41'), Decimal('2.98')]
    assert [
        (part.get('purpose'), part.get('percentageRate'), part.findtext('TaxAmount/Money'))
        for part in cart.iter('TaxDetail')
    ] == [
        ('subtotalTax', '19.00', '0.44'), ('shippingTax', '19.00', '0.11'),
        ('subtotalTax', '19.00', '1.02'), ('shippingTax', '19.00', '0.27'),
        ('subtotalTax', '7.00', '0.79'), ('shippingTax', '7.00', '0.21'),
    ]


def test_a_large_cart_ships_for_free_and_has_no_tax_on_it(client):
    cart = shop(client, [('B0SIM00013', 1)])
    assert money(cart, f'{HEADER}/Shipping') == 0
    assert [part.get('purpose') for part in cart.iter('TaxDetail')] == ['subtotalTax']


def test_japanese_tax_is_in_whole_yen(client):
    cart = shop(client, [('B0SIM00013', 1), ('B0SIM00036', 1)], 'SIM-GROUP-JP')
    # 10 % of 5855 is 585.5 and 8 % of 780 is 62.4.
    assert [part.get('percentageRate') for part in cart.iter('TaxDetail')] == ['10.00', '8.00']
    assert [part.findtext('TaxAmount/Money') for part in cart.iter('TaxDetail')] == ['586.00', '62.00']
    extrinsics = {node.get('name'): node.text for node in cart.find('.//ItemDetail').iter('Extrinsic')}
    assert (extrinsics['sellerTaxEnabled'], extrinsics['itemTaxable']) == ('true', 'false')


@pytest.mark.parametrize(('state', 'tax'), [('WA', '3.77'), ('OR', '0.00'), ('', '0.00')])
def test_american_tax_is_an_estimate_without_a_rate(client, state, tax):
    cart = shop(client, [('B0SIM00013', 1)], 'SIM-GROUP-US', state=state)
    assert cart.findtext(f'{HEADER}/Tax/Money') == tax
    assert not list(cart.iter('TaxDetail'))


def test_american_tax_is_on_shipping_too(client):
    # 6.5 % of 3.19 + 6.99.
    cart = shop(client, [('B0SIM00005', 1)], 'SIM-GROUP-US')
    assert cart.findtext(f'{HEADER}/Tax/Money') == '0.66'


@pytest.mark.parametrize('identity', GROUPS)
def test_descriptions_are_in_the_language_of_the_group(client, identity):
    cart = shop(client, MIXED, identity)
    account = BY_IDENTITY[identity]
    languages = {node.get('{http://www.w3.org/XML/1998/namespace}lang') for node in cart.iter('Description')}
    assert languages == {account.lang}
    assert cart.findtext(f'{HEADER}/Tax/Description') == account.tax_description


def test_the_header_is_amazons(client):
    cart = shop(client, MIXED)
    for party in ('From', 'Sender'):
        credentials = cart.findall(f'Header/{party}/Credential')
        assert [c.get('domain') for c in credentials] == ['DUNS', 'NetworkId']
        assert credentials[1].findtext('Identity') == 'Amazon'
    assert cart.findtext('Header/To/Credential/Identity') == 'SIM-GROUP-DE'
    assert cart.findtext('Header/Sender/UserAgent')
    assert not list(cart.iter('SharedSecret'))
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', cart.get('timestamp'))
    assert cart.find(HEADER).get('operationAllowed') == 'create'


def test_the_cookie_comes_back_unchanged(client):
    assert shop(client, MIXED).findtext('.//BuyerCookie') == COOKIE
    assert shop(client, []).findtext('.//BuyerCookie') == COOKIE


def test_every_line_has_an_id_of_its_own(client):
    token = start_trip(client)
    carts = [submit(client, token, MIXED), submit(client, token, MIXED)]
    ids = [node.text for cart in carts for node in cart.iter('SupplierPartAuxiliaryID')]
    assert all(re.fullmatch(r'136-\d{7}-\d{7},[123]', each) for each in ids)
    assert len(set(ids)) == 6
    assert carts[0].get('payloadID') != carts[1].get('payloadID')


def line_of(client, asin, identity='SIM-GROUP-DE'):
    cart = shop(client, [(asin, 1)], identity)
    line = cart.find('.//ItemIn')
    extrinsics = {node.get('name'): node.text for node in line.iter('Extrinsic')}
    return line.find('ItemDetail'), extrinsics


def test_an_ordinary_line_has_all_that_amazons_have(client):
    detail, extrinsics = line_of(client, 'B0SIM00001', 'SIM-GROUP-US')
    assert [node.tag for node in detail if node.tag != 'Extrinsic'] == [
        'UnitPrice', 'Description', 'UnitOfMeasure', 'Classification', 'ManufacturerPartID', 'ManufacturerName']
    assert extrinsics == {
        'soldBy': 'Simulated Retail US', 'fulfilledBy': 'Amazon', 'category': 'OFFICE_PRODUCTS',
        'subCategory': 'PAPER', 'itemCondition': 'New', 'qualifiedOffer': 'true', 'UPC': 'UPC-000000000015',
        'detailPageURL': 'http://localhost/dp/B0SIM00001', 'ean': '2000000000015', 'preference': 'default',
    }


def test_the_ean_has_a_right_check_digit(client):
    for product in PRODUCTS:
        assert re.fullmatch(r'2\d{12}', product.ean)
        assert sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(product.ean)) % 10 == 0


@pytest.mark.parametrize(('asin', 'path', 'value'), [
    ('B0SIM00007', 'UnitOfMeasure', 'BX'),
    ('B0SIM00008', 'UnitOfMeasure', 'PK'),
    ('B0SIM00009', 'UnitOfMeasure', None),
    ('B0SIM00010', 'Classification', ''),
    ('B0SIM00011', 'ManufacturerPartID', None),
    ('B0SIM00011', 'ManufacturerName', None),
    ('B0SIM00012', 'Description', 'Stickers "100 % + more" & <bold> für Büro 漢字 – sheet of 40\n'),
])
def test_awkward_products_are_awkward(client, asin, path, value):
    assert line_of(client, asin)[0].findtext(path) == value


@pytest.mark.parametrize(('asin', 'name', 'value'), [
    ('B0SIM00021', 'itemCondition', 'Used'),
    ('B0SIM00008', 'soldBy', 'Paperhill Traders'),
    ('B0SIM00008', 'fulfilledBy', 'Paperhill Traders'),
    ('B0SIM00024', 'soldBy', 'Nordlicht Technik'),
    ('B0SIM00024', 'fulfilledBy', 'Amazon'),
])
def test_sellers_and_conditions_differ(client, asin, name, value):
    assert line_of(client, asin)[1][name] == value


def test_there_are_more_products_than_an_order_may_have_lines():
    assert len(PRODUCTS) > 52
    assert set(SPECIAL) <= {product.asin for product in PRODUCTS}
    assert all(len(product.prices) == 3 and min(product.prices.values()) > 0 for product in PRODUCTS)


def test_the_odd_coins_of_shipping_go_to_the_largest_remainders():
    unit = Decimal('0.01')
    shares = split(Decimal('1.00'), [Decimal(1), Decimal(1), Decimal(1)], unit)
    assert (sum(shares), sorted(shares)) == (1, [Decimal('0.33'), Decimal('0.33'), Decimal('0.34')])
    assert split(Decimal('0.02'), [Decimal(1), Decimal(8), Decimal(6)], unit) == [0, unit, unit]
    assert split(Decimal(410), [Decimal(100), Decimal(300)], Decimal(1)) == [Decimal(103), Decimal(307)]


@pytest.mark.parametrize(('items', 'code'), [
    ([{'asin': 'B0NOTHERE0', 'quantity': 1}], 409),
    ([{'asin': 'B0SIM00022', 'quantity': 1}], 409),
    ([{'asin': 'B0SIM00001', 'quantity': 1000}], 409),
    ([{'asin': 'B0SIM00001', 'quantity': 999}, {'asin': 'B0SIM00001', 'quantity': 1}], 409),
    ([{'asin': 'B0SIM00001', 'quantity': 0}], 400),
    ([{'asin': 'B0SIM00001', 'quantity': '1'}], 400),
    ([{'asin': 'B0SIM00001'}], 400),
    ('all', 400),
])
def test_a_script_learns_what_it_can_not_buy(client, items, code):
    token = start_trip(client)
    submit(client, token, MIXED)
    answer = client.post(f'/api/trips/{token}/cart', json={'items': items})
    assert (answer.status_code, bool(answer.json['error'])) == (code, True)
    assert client.get('/api/trips').json[0]['cart'] == dict(MIXED)


def test_an_unknown_trip_is_404_in_json(client):
    answer = client.post('/api/trips/nothing/cart', json={'items': []})
    assert (answer.status_code, bool(answer.json['error'])) == (404, True)


def test_a_script_gets_what_the_form_would_post(client):
    answer = client.post(f'/api/trips/{start_trip(client)}/cart', json={'items': []})
    assert answer.json['browser_form_post_url'] == HOOK
    assert answer.json['field'] == 'cxml-urlencoded'
    assert etree.fromstring(answer.json['cxml'].encode()).tag == 'cXML'
