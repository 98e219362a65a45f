import html
import re

import pytest
from lxml import etree

from simulator.tests.documents import HOOK, start_trip


@pytest.fixture
def shopper(client):
    """A browser with a German trip."""
    client.get(f'/start/{start_trip(client)}')
    return client


def add(shopper, asin, quantity=1):
    return shopper.post('/cart/add', data={'asin': asin, 'quantity': quantity})


def shown(page, test_id):
    """Return the text of the element with a test id."""
    node = etree.HTML(page).find(f'.//*[@data-testid="{test_id}"]')
    return None if node is None else ' '.join(''.join(node.itertext()).split())


def handed_over(page):
    form = etree.HTML(page).find('.//form[@data-testid="handover-form"]')
    field = form.find('input')
    return form.get('action'), form.get('method'), field.get('name'), etree.fromstring(field.get('value').encode())


def test_the_start_page_opens_a_session_with_a_cookie_of_its_own(client):
    answer = client.get(f'/start/{start_trip(client)}')
    cookie = answer.headers['Set-Cookie']
    assert cookie.startswith('amazon_simulator_trip=')
    assert 'HttpOnly' in cookie
    assert client.get('/shop').status_code == 200


def test_the_banner_says_who_shops_for_whom(client):
    client.get(f'/start/{start_trip(client, mode="test")}')
    page = client.get('/shop').text
    assert [shown(page, i) for i in ('trip-mode', 'shopper-email', 'group-identity', 'business-unit')] == [
        'Test', 'robin@buyer.example', 'SIM-GROUP-DE', 'Unit 7']


def test_without_a_trip_there_is_no_shopping(client):
    for answer in (client.get('/shop'), client.get('/cart'), client.get('/checkout'), client.post('/checkout/submit'),
                   client.post('/checkout/leave'), add(client, 'B0SIM00001')):
        assert answer.status_code == 403
    assert client.get('/start/nothing').status_code == 404


def test_the_shop_does_not_open_in_a_frame(shopper):
    assert shopper.get('/shop').headers['X-Frame-Options'] == 'DENY'


def test_the_link_of_a_cart_line_works_without_a_trip(client):
    answer = client.get('/dp/B0SIM00013')
    assert (answer.status_code, 'Keyboard' in answer.text, '€' in answer.text) == (200, True, False)
    assert client.get('/dp/B0NOTHERE0').status_code == 404


@pytest.mark.parametrize(('query', 'found'), [
    ('', 54), ('?q=hex+KEYS', 1), ('?q=tastaro', 2), ('?q=B0SIM00012', 1), ('?q=nothing', 0),
    ('?department=IT', 12), ('?department=IT&q=cable', 2),
])
def test_products_are_found(shopper, query, found):
    page = shopper.get(f'/shop{query}').text
    assert len(set(re.findall(r'data-testid="(product-\w+)"', page))) == found


@pytest.mark.parametrize(('identity', 'price'), [
    ('SIM-GROUP-US', '$249.99'), ('SIM-GROUP-DE', '229,00 €'), ('SIM-GROUP-JP', '¥29,800')])
def test_prices_are_written_as_at_home(client, identity, price):
    client.get(f'/start/{start_trip(client, identity)}')
    assert shown(client.get('/shop').text, 'price-B0SIM00017') == price


def test_quantities_add_up_change_and_go(shopper):
    assert add(shopper, 'B0SIM00001', 2).location == '/cart'
    add(shopper, 'B0SIM00001', 3)
    add(shopper, 'B0SIM00013')
    page = shopper.get('/cart').text
    assert (shown(page, 'cart-count'), shown(page, 'line-sum-B0SIM00001')) == ('6', '23,95 €')
    assert shown(page, 'cart-subtotal') == '78,85 €'
    shopper.post('/cart/update', data={'asin': 'B0SIM00001', 'quantity': 1})
    shopper.post('/cart/update', data={'asin': 'B0SIM00013', 'quantity': 0})
    page = shopper.get('/cart').text
    assert (shown(page, 'cart-subtotal'), shown(page, 'cart-line-B0SIM00013')) == ('4,79 €', None)


@pytest.mark.parametrize(('asin', 'quantity', 'code'), [
    ('B0SIM00022', 1, 409), ('B0NOTHERE0', 1, 409), ('B0SIM00001', 1000, 409), ('B0SIM00001', -1, 409),
    ('B0SIM00001', 'two', 400),
])
def test_what_can_not_be_bought_stays_out_of_the_cart(shopper, asin, quantity, code):
    assert add(shopper, asin, quantity).status_code == code
    assert shown(shopper.get('/cart').text, 'cart-empty')


def test_what_is_out_of_stock_can_not_be_clicked(shopper):
    buttons = {button.get('data-testid'): button for button in etree.HTML(shopper.get('/shop').text).iter('button')}
    assert buttons['add-B0SIM00022'].get('disabled') is not None
    assert buttons['add-B0SIM00021'].get('disabled') is None


def test_checkout_shows_where_it_goes_and_what_it_costs(shopper):
    add(shopper, 'B0SIM00005')
    page = shopper.get('/checkout').text
    assert '10115 Berlin, BE' in shown(page, 'delivery-address')
    assert [shown(page, i) for i in ('subtotal', 'shipping', 'tax', 'total')] == [
        '2,29 €', '4,99 €', '1,39 €', '8,67 €']


def test_nothing_to_check_out(shopper):
    assert shopper.get('/checkout').location == '/cart'
    assert shopper.post('/checkout/submit').location == '/cart'


def test_submit_posts_the_cart_to_the_purchasing_system(shopper):
    add(shopper, 'B0SIM00012', 2)
    page = shopper.post('/checkout/submit').text
    action, method, field, cart = handed_over(page)
    assert (action, method, field) == (HOOK, 'post', 'cxml-urlencoded')
    assert [(i.get('quantity'), i.findtext('.//SupplierPartID')) for i in cart.iter('ItemIn')] == [('2', 'B0SIM00012')]
    assert '漢字' in cart.findtext('.//ItemDetail/Description')
    assert '.submit()' in page
    assert html.escape(HOOK) in page
    assert shopper.get('/api/trips').json[0]['state'] == 'submitted'


def test_leaving_posts_an_empty_cart(shopper):
    add(shopper, 'B0SIM00001')
    action, __, __, cart = handed_over(shopper.post('/checkout/leave').text)
    assert (action, list(cart.iter('ItemIn'))) == (HOOK, [])
    assert shopper.get('/api/trips').json[0]['state'] == 'left'


def test_two_shoppers_have_two_carts(client):
    other = client.application.test_client()
    for browser in (client, other):
        browser.get(f'/start/{start_trip(browser)}')
    add(client, 'B0SIM00001')
    assert shown(other.get('/cart').text, 'cart-empty')
