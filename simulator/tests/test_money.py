"""What the simulator charges and refunds by itself and on request, and its pages about it."""

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from simulator.tests.documents import THREE, act, place_order
from simulator.tests.month_files import read_csv

GROUP = 'SIM-GROUP-DE'


@pytest.fixture
def number(client):
    return place_order(client, THREE)


@pytest.fixture
def shipped(client, number):
    act(client, number, 'confirm')
    act(client, number, 'ship')
    return number


def books(client):
    return client.get('/api/books').json


def transactions(client):
    return books(client)['transactions']


def step(client, number, name, **options):
    answer = client.post(f'/api/orders/{number}/{name}', json=options)
    assert answer.status_code == 201, answer.text
    return answer.json['transactions']


def why_not(client, path, **options):
    before = books(client)
    answer = client.post(path, json=options)
    assert answer.status_code == 409, answer.text
    assert books(client) == before
    return answer.json['error']


def order_sums(client, number):
    """Return the sums of the purchase orders of an order of the desk."""
    refs = [known['confirm_id'] for known in client.get('/api/orders').json[number - 1]['fulfilment']['amazon_orders']]
    return [books(client)['amazon_orders'][ref] for ref in refs]


def total(client, number):
    return Decimal(client.get('/api/orders').json[number - 1]['fulfilment']['amazon_orders'][0]['total'])


# === BY ITSELF === #

def test_an_order_is_known_as_soon_as_it_is_received_and_keeps_its_number(client, number):
    (ref, known), = books(client)['amazon_orders'].items()
    assert (known['purchase_order_number'], known['status'], known['charged']) == ('P00042', 'PENDING', '0')
    act(client, number, 'confirm')
    assert client.get('/api/orders').json[0]['fulfilment']['amazon_orders'][0]['confirm_id'] == ref
    assert books(client)['amazon_orders'][ref]['status'] == 'PAYMENT_CONFIRMED'


def test_what_is_shipped_is_charged_once_per_shipment(client, number):
    act(client, number, 'confirm')
    act(client, number, 'ship', lines={'1': 1, '2': 1})
    act(client, number, 'ship')
    first, second = transactions(client)
    assert Decimal(first['amount']) + Decimal(second['amount']) == total(client, number)
    assert {charge['instrument'] for charge in (first, second)} == {'card'}
    sums, = order_sums(client, number)
    assert (Decimal(sums['charged']), sums['status']) == (total(client, number), 'CLOSED')


def test_two_amazon_orders_are_charged_apart(client, number):
    act(client, number, 'confirm', split=[[1, 2], [3]])
    act(client, number, 'ship')
    sums = order_sums(client, number)
    assert [len(each['transactions']) for each in sums] == [1, 1]
    assert sum(Decimal(each['charged']) for each in sums) == sum(Decimal(each['net_total']) for each in sums)


def test_a_part_is_paid_with_a_gift_card(client, number):
    client.post(f'/api/accounts/{GROUP}/money', json={'gift_percent': 30, 'digits': '1188'})
    act(client, number, 'confirm')
    act(client, number, 'ship')
    gift, card = transactions(client)
    assert (gift['instrument'], gift['digits'], card['instrument'], card['digits']) == ('gift card', '', 'card', '1188')
    assert Decimal(gift['amount']) + Decimal(card['amount']) == total(client, number)


def test_a_group_that_pays_by_invoice_is_charged_by_invoice_only(client, number):
    client.post(f'/api/accounts/{GROUP}/messages', json={'invoices': True})
    act(client, number, 'confirm')
    act(client, number, 'ship')
    assert transactions(client) == []
    act(client, number, 'invoice')
    charge, = transactions(client)
    assert (charge['instrument'], Decimal(charge['amount'])) == ('invoice', total(client, number))
    assert charge['invoice_number'] == client.get('/api/orders').json[0]['fulfilment']['invoices'][0]['invoice_id']
    act(client, number, 'credit', lines={'1': {'quantity': 1, 'returned': True}})
    refund = transactions(client)[1]
    assert (refund['kind'], refund['instrument']) == ('REFUND', 'invoice')
    sums, = order_sums(client, number)
    assert (sums['invoiced'], sums['credited']) == (charge['amount'], refund['amount'])
    rows = read_csv(client.get('/reports/DE/reconciliation.csv').data, 'DE')
    assert {row['Transaction Type'] for row in rows} == {'Invoice charge', 'Invoice refund'}
    assert len(read_csv(client.get('/reports/DE/returns.csv').data, 'DE')) == 1


def test_an_invoice_of_a_card_charge_is_named_by_it(client, shipped):
    act(client, shipped, 'invoice')
    charge, = transactions(client)
    assert charge['invoice_number']
    act(client, shipped, 'credit')
    assert [known['kind'] for known in transactions(client)] == ['CHARGE', 'REFUND']
    assert read_csv(client.get('/reports/DE/reconciliation.csv').data, 'DE') == []


def test_what_is_cancelled_or_of_a_test_is_not_charged(client, number):
    act(client, number, 'confirm')
    act(client, number, 'cancel')
    test_order = place_order(client, THREE, mode='test', order_id='P00043')
    act(client, test_order, 'confirm')
    act(client, test_order, 'ship')
    assert transactions(client) == []
    statuses = {known['purchase_order_number']: known['status'] for known in books(client)['amazon_orders'].values()}
    assert statuses == {'P00042': 'CANCELLED', 'P00043': 'CLOSED'}


def test_a_rejected_order_is_cancelled(client, number):
    act(client, number, 'confirm', reject=True)
    assert [known['status'] for known in books(client)['amazon_orders'].values()] == ['CANCELLED']


def test_a_group_can_leave_charging_to_the_desk(client, number):
    client.post(f'/api/accounts/{GROUP}/money', json={'auto': False})
    act(client, number, 'confirm')
    act(client, number, 'ship')
    assert transactions(client) == []
    step(client, number, 'charge')
    assert Decimal(transactions(client)[0]['amount']) == total(client, number)


# === ON REQUEST === #

def test_charging_a_part_and_then_the_rest_adds_up(client, number):
    act(client, number, 'confirm')
    first, = step(client, number, 'charge', lines={'1': 1})
    second, = step(client, number, 'charge', instrument='rewards')
    assert Decimal(first['amount']) + Decimal(second['amount']) == total(client, number)
    assert second['instrument'] == 'rewards'
    assert why_not(client, f'/api/orders/{number}/charge') == 'Everything that is confirmed has been charged.'


def test_what_was_charged_before_it_is_shipped_is_not_charged_again(client, number):
    act(client, number, 'confirm')
    step(client, number, 'charge')
    act(client, number, 'ship')
    charge, = transactions(client)
    assert Decimal(charge['amount']) == total(client, number)


def test_two_orders_can_be_charged_at_once(client, number):
    other = place_order(client, THREE, order_id='P00043')
    for each in (number, other):
        act(client, each, 'confirm')
    charge, = step(client, number, 'charge', orders=[other])
    assert len(charge['amazon_orders']) == 2
    assert sum(map(Decimal, charge['amazon_orders'].values())) == Decimal(charge['amount'])


def test_refunds_are_bounded_unless_they_may_exceed_the_charge(client, shipped):
    one, = step(client, shipped, 'refund', lines={'1': 1})
    assert one['kind'] == 'REFUND'
    assert 'more than was charged' in why_not(client, f'/api/orders/{shipped}/refund')
    over, = step(client, shipped, 'refund', over=True, reason='Goodwill')
    assert over['kind'] == 'OVERREFUND'
    sums, = order_sums(client, shipped)
    assert Decimal(sums['refunded']) > Decimal(sums['charged'])
    assert sums['over_refunded'] == over['amount']


def test_an_amount_can_be_refunded(client, shipped):
    refund, = step(client, shipped, 'refund', amount='1.50')
    assert (refund['amount'], refund['instrument']) == ('1.50', 'card')
    assert 'more decimals' in why_not(client, f'/api/orders/{shipped}/refund', amount='1.555')


def test_an_authorised_charge_is_settled_later_and_restated(client, number):
    act(client, number, 'confirm')
    step(client, number, 'charge', settled=False)
    sums, = order_sums(client, number)
    assert sums['charged'] == '0'
    assert why_not(client, f'/api/orders/{number}/restate') == 'No charge of this order is settled.'
    settled, = step(client, number, 'settle')
    again, = step(client, number, 'restate')
    assert settled['payment_reference'] != again['payment_reference']
    assert settled['transaction_id'] == again['transaction_id']
    sums, = order_sums(client, number)
    assert sums['charged'] == settled['amount']
    assert why_not(client, f'/api/orders/{number}/settle') == 'Every charge of this order is settled.'


def test_something_is_bought_outside_and_a_fee_is_charged(client):
    answer = client.post(f'/api/accounts/{GROUP}/buy', json={'asin': 'B0SIM00001', 'quantity': 2, 'po_number': 'me'})
    bought, = answer.json['transactions']
    assert len(bought['amazon_orders']) == 1
    fee, = client.post(f'/api/accounts/{GROUP}/fee', json={'amount': '49.00'}).json['transactions']
    assert (fee['amount'], fee['amazon_orders']) == ('49.00', {})
    assert [known['purchase_order_number'] for known in books(client)['amazon_orders'].values()] == ['me']
    rows = read_csv(client.get('/reports/DE/transactions.csv').data, 'DE')
    assert {(row['Order ID'] == 'N/A', row['PO Number']) for row in rows} == {(False, 'me'), (True, 'N/A')}


@pytest.mark.parametrize(('path', 'options', 'words'), [
    ('/api/orders/1/charge', {'lines': {'1': 9}}, 'Line 1: that is more'),
    ('/api/orders/1/charge', {'orders': [9]}, 'orders must be a list'),
    ('/api/orders/1/charge', {'orders': [1]}, 'orders must be a list'),
    ('/api/orders/1/charge', {'orders': 'x'}, 'orders must be a list'),
    ('/api/orders/1/charge', {'cash': True}, 'The options have no cash.'),
    ('/api/orders/1/charge', {'instrument': 'cash'}, 'instrument must be one of'),
    ('/api/orders/1/refund', {}, 'Nothing of this order was charged.'),
    ('/api/orders/1/status', {'status': 'LOST'}, 'status must be one of'),
    (f'/api/accounts/{GROUP}/buy', {'asin': 'B0'}, 'There is no product B0.'),
    (f'/api/accounts/{GROUP}/money', {'pays': 'cash'}, 'pays must be one of'),
    ('/api/month', {'orders': 0}, 'orders a list or a number'),
    ('/api/month', {'orders': [{}]}, "An order can't be read"),
])
def test_what_is_not_possible_says_why(client, number, path, options, words):
    act(client, number, 'confirm')
    assert words in why_not(client, path, **options)


def test_the_desk_can_say_another_status(client, number):
    step(client, number, 'status', status='PENDING_APPROVAL')
    assert [known['status'] for known in books(client)['amazon_orders'].values()] == ['PENDING_APPROVAL']
    step(client, number, 'status')
    assert [known['status'] for known in books(client)['amazon_orders'].values()] == ['PENDING']


# === PAGES AND DOWNLOADS === #

def shown(client, path, test_id):
    node = etree.HTML(client.get(path).text).find(f'.//*[@data-testid="{test_id}"]')
    return ' '.join(' '.join(node.itertext()).split())


def test_a_person_charges_and_refunds_with_buttons(client, number):
    act(client, number, 'confirm')
    for name, entered in (
        ('charge', {'line:1:quantity': '1', 'unsettled': '1'}), ('settle', {}), ('restate', {'replace': '1'}),
        ('charge', {'gift_percent': '20'}), ('refund', {'amount': '2.00', 'reason': 'Late'}),
        ('refund', {'over': '1', 'line:3:quantity': '1'}), ('status', {'status': 'CLOSED'}),
    ):
        assert client.post(f'/desk/{number}/{name}', data=entered).status_code == 303, name
    assert [known['kind'] for known in transactions(client)] == [
        'CHARGE', 'CHARGE', 'CHARGE', 'REFUND', 'OVERREFUND']
    assert 'OVERREFUND' in shown(client, f'/desk/{number}', 'order-transactions')
    assert 'Gift Certificate/Card' in shown(client, '/money', 'transactions')
    answer = client.post(f'/desk/{number}/charge', data={'line:1:quantity': 'x'})
    assert (answer.status_code, 'must be a number' in answer.text) == (409, True)


def test_a_person_buys_outside_and_sets_up_a_group(client):
    assert client.post(f'/money/{GROUP}/buy', data={'asin': 'B0SIM00001', 'quantity': '1'}).status_code == 303
    assert client.post(f'/money/{GROUP}/fee', data={'amount': '10'}).status_code == 303
    assert client.post(f'/money/settings/{GROUP}', data={
        'pays': 'rewards', 'digits': '1', 'gift_percent': '0', 'company': 'Muster GmbH'}).status_code == 303
    assert client.get(f'/api/accounts/{GROUP}/money').json == {
        'pays': 'rewards', 'digits': '1', 'gift_percent': 0, 'auto': False, 'company': 'Muster GmbH'}
    assert len(transactions(client)) == 2


@pytest.mark.parametrize('kind', ['orders', 'refunds', 'reconciliation', 'transactions', 'shipments', 'returns'])
@pytest.mark.parametrize('file_format', ['csv', 'xlsx'])
def test_every_report_can_be_downloaded(client, shipped, kind, file_format):
    answer = client.get(f'/reports/DE/{kind}.{file_format}?plain=1&shares=0&texts=1')
    assert answer.status_code == 200
    assert f'{kind}-DE-' in answer.headers['Content-Disposition']
    assert answer.data
    for path in (f'/reports/XX/{kind}.csv', '/reports/DE/nothing.csv', f'/reports/DE/{kind}.pdf'):
        assert client.get(path).status_code == 404


def test_a_download_of_an_earlier_day_knows_less(client, shipped):
    assert len(read_csv(client.get('/reports/DE/orders.csv').data, 'DE')) == 3
    assert read_csv(client.get('/reports/DE/orders.csv?day=2020-01-01').data, 'DE') == []
    assert 'Payment Reference ID' not in read_csv(client.get('/reports/DE/orders.csv?old=1').data, 'DE')[0]


def test_a_month_of_orders_of_today_is_known_at_once(client):
    line = {'number': 1, 'asin': 'B0SIM00001', 'quantity': 1, 'price': '10.00'}
    today = date.today().isoformat()
    truth = client.post('/api/month', json={'orders': [
        {'number': 'P1', 'date': today, 'country': 'DE', 'case': 'plain', 'lines': [line]}]}).json
    assert truth['orders']['P1']['charged'] == '10.00'
    row = next(row for row in read_csv(client.get('/reports/DE/orders.csv').data, 'DE') if row['PO Number'] == 'P1')
    assert (row['Order Status'], row['Payment Amount']) == ('Closed', '10,00')


def test_a_month_takes_the_place_of_the_books_and_keeps_the_orders_of_the_desk(client, shipped):
    truth = client.post('/api/month', json={'seed': 3, 'orders': 30}).json
    assert client.get('/api/month').json == truth
    known = books(client)['amazon_orders']
    assert set(truth['amazon_orders']) < set(known)
    assert {'P00042'} < {values['purchase_order_number'] for values in known.values()}
    assert client.post('/money/month', data={'orders': '20', 'seed': '2'}).status_code == 303
    assert len(client.get('/api/month').json['orders']) == 20
    client.post('/api/reset')
    assert client.get('/api/month').status_code == 404
