"""Shopping that starts here, with each way to return the cart to the purchasing system."""
import pytest
from lxml import etree

from simulator.tests.documents import PATHS, send, setup_request
from simulator.tests.test_storefront import handed_over, shown

IDENTITY, EMAIL = 'SIM-GROUP-DE', 'robin@buyer.example'
ADDRESS = 'http://127.0.0.1:1/punchin'
SETUP_ANSWER = (b'<cXML><Response><Status code="200" text="OK"/><PunchOutSetupResponse><StartPage>'
                b'<URL>http://127.0.0.1:1/in?cart=1</URL></StartPage></PunchOutSetupResponse></Response></cXML>')


def set_up(client, reading, **values):
    settings = {'punchin': reading, 'punchin_url': ADDRESS, **values}
    answer = client.post(f'/api/accounts/{IDENTITY}/messages', json=settings)
    assert answer.status_code == 200, answer.text


def check_out(client):
    """Sign in, shop, submit.

    :return: the answer to the last click.
    """
    answer = client.post('/punchin', data={'identity': IDENTITY, 'email': EMAIL})
    client.get(answer.headers['Location'])
    client.post('/cart/add', data={'asin': 'B0SIM00001', 'quantity': 2})
    assert 'This order requires approval' in client.get('/checkout').text
    return client.post('/checkout/submit')


def test_the_banner_says_who_is_signed_in(client):
    client.get(client.post('/punchin', data={'identity': IDENTITY, 'email': EMAIL}).headers['Location'])
    page = client.get('/shop').text
    assert shown(page, 'shopper-email') == EMAIL
    assert 'signed in as' in page


@pytest.mark.parametrize('data', [{}, {'identity': 'X', 'email': EMAIL}, {'identity': IDENTITY, 'email': 'robin'}])
def test_shopping_needs_a_group_and_an_email(client, data):
    assert client.post('/punchin', data=data).status_code == 400


def test_without_a_way_nothing_is_sent(client):
    answer = check_out(client)
    assert (answer.status_code, 'Choose in Messages' in answer.text) == (502, True)


def test_p1_the_setup_request_of_the_same_shopper_fetches_the_cart(client):
    set_up(client, 'p1')
    answer = check_out(client)
    assert (answer.status_code, answer.headers['Location']) == (303, ADDRESS)
    url = etree.fromstring(send(client, PATHS['production'], setup_request(IDENTITY)).data).findtext('.//StartPage/URL')
    action, __, field, cart = handed_over(client.get(url).text)
    assert (action, field) == ('http://127.0.0.1:8069/hook?a=1&b=2', 'cxml-urlencoded')
    assert [node.get('quantity') for node in cart.iter('ItemIn')] == ['2']
    assert cart.findtext('.//BuyerCookie') == ' cookie+/= with <odd> & characters '
    again = handed_over(client.get(url).text)[3]
    assert etree.tostring(again) == etree.tostring(cart), 'a page that is loaded again has the same cart'
    answer = send(client, PATHS['production'], setup_request(IDENTITY))
    later = etree.fromstring(answer.data).findtext('.//StartPage/URL')
    assert client.get(later).headers['Location'].endswith('/shop'), 'the cart has already been fetched'


def test_p1_another_shopper_gets_the_shop(client):
    set_up(client, 'p1')
    check_out(client)
    root = setup_request(IDENTITY)
    root.find('.//Extrinsic[@name="UserEmail"]').text = 'somebody@buyer.example'
    url = etree.fromstring(send(client, PATHS['production'], root).data).findtext('.//StartPage/URL')
    assert client.get(url).headers['Location'].endswith('/shop')


def test_p2_the_browser_posts_the_cart(client):
    set_up(client, 'p2')
    action, method, __, cart = handed_over(check_out(client).text)
    assert (action, method) == (ADDRESS, 'post')
    assert cart.findtext('.//BuyerCookie')


def test_p3_the_server_announces_the_shopper_and_posts_the_cart(client, receiver, dtd):
    receiver.answers.append((200, SETUP_ANSWER))
    set_up(client, 'p3-setup', url=receiver.url, auth='secret')
    answer = check_out(client)
    assert (answer.status_code, answer.headers['Location']) == (303, 'http://127.0.0.1:1/in?cart=1')
    setup, cart = (etree.fromstring(each.body) for each in receiver.received)
    for root in (setup, cart):
        assert dtd.validate(root), dtd.error_log
        assert root.findtext('.//SharedSecret') == 'not-a-real-secret-de'
    assert setup.findtext('.//Extrinsic[@name="UserEmail"]') == EMAIL
    assert setup.findtext('.//BuyerCookie') == cart.findtext('.//BuyerCookie')


def test_p3_the_server_posts_the_cart_with_the_shoppers_email(client, receiver, dtd):
    set_up(client, 'p3-cart', url=receiver.url)
    answer = check_out(client)
    assert (answer.status_code, answer.headers['Location']) == (303, ADDRESS)
    [cart] = (etree.fromstring(each.body) for each in receiver.received)
    assert dtd.validate(cart), dtd.error_log
    assert cart.findtext('.//PunchOutOrderMessageHeader/ShipTo/Address/Email') == EMAIL


def test_p3_an_error_is_shown_to_the_shopper(client, receiver):
    receiver.answers.append(
        (200, b'<cXML><Response><Status code="400" text="Bad Request">No Punch-in.</Status></Response></cXML>'))
    set_up(client, 'p3-setup', url=receiver.url)
    answer = check_out(client)
    assert (answer.status_code, 'No Punch-in.' in answer.text) == (502, True)


@pytest.mark.parametrize('values', [{'punchin': 'p4'}, {'punchin_url': 'javascript:alert(1)'}, {'punchin': 1}])
def test_wrong_settings_are_not_accepted(client, values):
    assert client.post(f'/api/accounts/{IDENTITY}/messages', json=values).status_code == 409


def test_leaving_returns_to_the_sign_in_page(client):
    client.get(client.post('/punchin', data={'identity': IDENTITY, 'email': EMAIL}).headers['Location'])
    assert client.post('/checkout/leave').headers['Location'] == '/punchin'
