"""What Product Search says of the products of the shop."""

import pytest

from simulator.catalogue import BY_ASIN, PRODUCTS
from simulator.tests.test_apis import error, headers

PATH = '/products/2020-08-26/products/getProductsByAsins'


def ask(client, *asins, country='DE', email='ada@example.com', **changes):
    return client.post(PATH, headers=headers(client) | {'x-amz-user-email': email}, json={
        'productIds': list(asins), 'productRegion': country, 'locale': 'de_DE', 'quantity': 1,
        'facets': ['OFFERS'], **changes})


def test_an_item_with_its_offer(client):
    first, = ask(client, 'B0SIM00013', 'unknown').json['products']
    offer, = first['includedDataTypes']['OFFERS']
    assert first['asin'] == 'B0SIM00013'
    assert offer['price']['value'] == {'amount': float(BY_ASIN['B0SIM00013'].prices['EUR']), 'currencyCode': 'EUR'}
    assert offer['merchant']['name']


def test_prices_rise(client):
    client.post('/api/apis', json={'price_percent': 10})
    offer = ask(client, 'B0SIM00013').json['products'][0]['includedDataTypes']['OFFERS'][0]
    assert offer['price']['value']['amount'] > BY_ASIN['B0SIM00013'].prices['EUR']


def test_what_is_out_of_stock_has_no_offer(client):
    assert ask(client, 'B0SIM00022').json['products'][0]['includedDataTypes'] == {'OFFERS': []}


@pytest.mark.parametrize('changes', [
    {'email': ''}, {'country': 'US'}, {'facets': []}, {'productIds': []}, {'productIds': [product.asin for product in
                                                                                          PRODUCTS][:31] * 2}])
def test_what_is_wrong_is_declined(client, changes):
    assert error(ask(client, 'B0SIM00013', **changes)) == (400, 'InvalidInput')
