"""Login with Amazon and the REST APIs, as a client meets them."""

from datetime import date
from threading import RLock
from urllib.parse import urlencode

import pytest

from simulator.apis import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKENS, ApiError, Apis, ApiSettings
from simulator.books.answers import pages
from simulator.tests.documents import THREE, act, place_order
from simulator.tests.month_files import sums
from simulator.tests.test_money import step

TRANSACTIONS = '/reconciliation/2021-01-08/transactions'
INVOICES = '/reconciliation/2021-01-08/invoices'
REPORTS = '/reports/2025-06-09'
PERIOD = {'feedStartDate': '2020-01-01T00:00:00Z', 'feedEndDate': '2099-01-01T00:00:00Z'}
ORDERED = {'orderStartDate': '2026-01-01T00:00:00Z', 'orderEndDate': '2026-12-31T00:00:00Z'}


def log_in(client, region='eu', **changes):
    return client.post('/auth/o2/token', data={
        'grant_type': 'refresh_token', 'refresh_token': REFRESH_TOKENS[region], 'client_id': CLIENT_ID,
        'client_secret': CLIENT_SECRET} | changes)


def headers(client, region='eu'):
    return {'x-amz-access-token': log_in(client, region).json['access_token']}


def get(client, path, account='eu', known=None, **query):
    return client.get(f'{path}?{urlencode(query)}', headers=known or headers(client, account))


def error(answer):
    found, = answer.json['errors']
    assert set(found) == {'code', 'message', 'details'}
    return answer.status_code, found['code']


def all_pages(client, path, key, region='eu', **query):
    known, pages = headers(client, region), []
    while not pages or pages[-1].get('nextPageToken'):
        more = {'nextPageToken': pages[-1]['nextPageToken']} if pages else {}
        answer = get(client, path, known=known, **query, **more)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json)
        assert key in answer.json
    return pages


# === TOKENS === #

def test_a_refresh_token_gives_an_access_token(client):
    answer = log_in(client)
    assert (answer.status_code, answer.json['expires_in'], answer.json['token_type']) == (200, 3600, 'bearer')
    assert answer.headers['Cache-Control'] == 'no-store'


@pytest.mark.parametrize(('change', 'status', 'code'), [
    ({'grant_type': 'password'}, 400, 'unsupported_grant_type'),
    ({'refresh_token': ''}, 400, 'invalid_request'),
    ({'refresh_token': 'Atzr|other'}, 400, 'invalid_grant'),
    ({'client_secret': 'wrong'}, 401, 'invalid_client'),
    ({'client_id': 'wrong'}, 401, 'invalid_client'),
])
def test_a_wrong_login_says_what_is_wrong(client, change, status, code):
    answer = log_in(client, **change)
    assert (answer.status_code, answer.json['error']) == (status, code)
    assert answer.json['error_description']


def test_a_withdrawn_consent_ends_both_tokens(client):
    known = headers(client)
    client.post('/api/apis/withdraw', json={'region': 'eu'})
    assert error(get(client, TRANSACTIONS, known=known, **PERIOD)) == (401, 'Unauthorized')
    assert log_in(client).json['error'] == 'invalid_grant'
    assert log_in(client, 'na').status_code == 200
    client.post('/api/apis/consent', json={'region': 'eu'})
    assert log_in(client).status_code == 200


@pytest.mark.parametrize(('status', 'code'), [(403, 'AccessDenied'), (401, 'Unauthorized')])
def test_an_expired_token_is_not_accepted(client, status, code):
    client.post('/api/apis', json={'expired_status': status})
    known = headers(client)
    assert get(client, TRANSACTIONS, known=known, **PERIOD).status_code == 200
    client.post('/api/apis/expire')
    assert error(get(client, TRANSACTIONS, known=known, **PERIOD)) == (status, code)
    assert get(client, TRANSACTIONS, **PERIOD).status_code == 200


def test_a_token_expires_by_itself(client):
    client.post('/api/apis', json={'expires_in': 0})
    assert error(get(client, TRANSACTIONS, **PERIOD)) == (403, 'AccessDenied')


def test_without_a_token_or_the_role_nothing_is_answered(client):
    assert error(client.get(TRANSACTIONS)) == (401, 'Unauthorized')
    client.post('/api/apis/close', json={'region': 'eu', 'api': 'reporting'})
    assert error(get(client, f'{REPORTS}/orderReports', **ORDERED)) == (403, 'AccessDenied')
    assert get(client, TRANSACTIONS, **PERIOD).status_code == 200
    client.post('/api/apis/open', json={'region': 'eu', 'api': 'reporting'})
    assert get(client, f'{REPORTS}/orderReports', **ORDERED).status_code == 200


# === RATES === #

def test_too_many_requests_are_told_when_to_come_again(client):
    client.post('/api/apis', json={'retry_after': 7})
    known = headers(client)
    answers = [get(client, TRANSACTIONS, known=known, **PERIOD) for __ in range(14)]
    late = next(answer for answer in answers if answer.status_code != 200)
    assert error(late) == (429, 'QuotaExceeded')
    assert late.headers['Retry-After'] == '7'
    assert {answer.headers['x-amzn-RateLimit-Limit'] for answer in answers} == {'2'}
    assert len({answer.headers['x-amzn-RequestId'] for answer in answers}) == 14


def test_the_quota_fills_up_again():
    moment = [0.0]
    apis = Apis(RLock(), clock=lambda: moment[0])
    for __ in range(10):
        apis.count('reporting', 'eu')
    with pytest.raises(ApiError):
        apis.count('reporting', 'eu')
    apis.count('reporting', 'na')
    moment[0] = 2
    apis.count('reporting', 'eu')
    with pytest.raises(ApiError):
        apis.count('reporting', 'eu')


# === RECONCILIATION === #

@pytest.mark.parametrize('region', ['na', 'eu', 'jp'])
def test_the_pages_of_transactions_are_the_truth(client, month, region):
    client.post('/api/apis', json={'page_size': 5})
    pages = all_pages(client, TRANSACTIONS, 'transactions', region, **PERIOD)
    assert len(pages) > 2, len(pages)
    found = {each['transactionId']: each for page in pages for each in page['transactions']}
    added = sums(found)
    for ref, values in month['amazon_orders'].items():
        if {'USD': 'na', 'EUR': 'eu', 'JPY': 'jp'}[values['currency']] == region:
            assert (f'{added["charged", ref]:f}', f'{added["refunded", ref]:f}') == (
                values['charged'], values['refunded'])


def test_transactions_are_found_by_the_day_of_their_feed(client, month):
    def days(**period):
        pages = all_pages(client, TRANSACTIONS, 'transactions', **period)
        return [each['feedDate'][:10] for page in pages for each in page['transactions']]

    everything = days(**PERIOD)
    day = everything[len(everything) // 2]
    assert days(feedStartDate=f'{day}T00:00:00Z', feedEndDate=f'{day}T23:59:59Z') == [day] * everything.count(day)
    assert everything == sorted(everything)


@pytest.mark.parametrize('query', [
    {}, {'feedStartDate': '2026-01-01T00:00:00Z'}, PERIOD | {'feedEndDate': 'soon'},
    {'feedStartDate': '2026-02-01T00:00:00Z', 'feedEndDate': '2026-01-01T00:00:00Z'},
    PERIOD | {'nextPageToken': 'x'}, PERIOD | {'nextPageToken': 'WyJvIiwgMV0='},
])
def test_wrong_parameters_are_not_accepted(client, query):
    assert error(get(client, TRANSACTIONS, **query)) == (400, 'InvalidInput')


def test_invoices_of_order_lines_and_their_payment(client, month):
    pages = all_pages(client, TRANSACTIONS, 'transactions', **PERIOD)
    found = [each for page in pages for each in page['transactions']]
    charge = next(each for each in found if each['paymentInstrumentType'] == 'Pay by Invoice')
    line = charge['transactionLineItems'][0]
    wanted = {name: line[name] for name in ('orderId', 'orderLineItemId', 'shipmentId')}
    known = headers(client)
    answer = client.post(INVOICES, json={'orderLineItems': [wanted]}, headers=known).json
    made, = answer['invoiceDetailsByOrderLineItems']
    assert made['orderLineItem'] == wanted
    assert charge['invoiceNumber'] in [detail['invoiceNumber'] for detail in made['invoiceDetails']]
    answer = client.post(f'{INVOICES}/batch/paymentDetails', json={'invoiceIds': [charge['invoiceNumber'], 'X']},
                         headers=known).json
    detail, = answer['invoicePaymentDetails']
    assert detail['invoiceId'] == charge['invoiceNumber']
    assert detail['status'] in ('Closed', 'Issued', 'Past Due')


@pytest.mark.parametrize(('options', 'expected'), [
    ({'json': {'orderLineItems': [{}] * 26}}, (400, 'InvalidInput')),
    ({'json': {}}, (400, 'InvalidInput')),
    ({'json': []}, (400, 'InvalidInput')),
    ({'data': 'x'}, (415, 'UnsupportedMediaType')),
    ({'json': {'orderLineItems': [{'orderId': 'x' * 200_000}]}}, (413, 'RequestTooLarge')),
])
def test_wrong_lists_are_not_accepted(client, options, expected):
    assert error(client.post(INVOICES, headers=headers(client), **options)) == expected


# === REPORTING === #

def test_an_order_is_found_by_our_number_as_soon_as_it_is_received(client):
    number = place_order(client, THREE)
    path = f'{REPORTS}/purchaseOrders/P00042/orderReports'
    found, = get(client, path, region='DE').json['ordersReport']
    assert (found['purchaseOrderNumber'], found['orderStatus']) == ('P00042', 'PENDING')
    received = client.get('/api/orders').json[0]['received_at']
    assert (found['orderMetadata']['orderDate'], found['orderMetadata']['region']) == (received, 'DE')
    act(client, number, 'confirm')
    act(client, number, 'ship', lines={'1': 1})
    found, = get(client, path).json['ordersReport']
    total = next(each['amount'] for each in found['charges'] if each['type'] == 'NET_TOTAL')
    assert (found['orderStatus'], total['currencyCode']) == ('PENDING_FULFILLMENT', 'EUR')
    assert isinstance(total['amount'], float)
    step(client, number, 'status', status='PENDING_APPROVAL')
    assert get(client, path).json['ordersReport'][0]['orderStatus'] == 'PENDING_APPROVAL'
    lines = get(client, f'{REPORTS}/shipmentLineItemReports', purchaseOrderNumbers='P00042,P1').json
    statuses = sorted((line['purchaseOrderLineItemNumber'], line['quantity'], line['shipmentStatus'])
                      for line in lines['shipmentLineItemsReport'])
    assert statuses == [('1', 1, 'SHIPPED'), ('1', 2, 'SHIPPING_SOON'), ('2', 1, 'SHIPPING_SOON'),
                        ('3', 2, 'SHIPPING_SOON')]


def test_reporting_looks_back_two_years(client):
    for start, count in (('2020-01-01', 0), (f'{date.today().year - 1}-06-01', 1)):
        truth = client.post('/api/month', json={'orders': 1, 'start': start}).json
        region = truth['groups'][0]['region']
        found = get(client, f'{REPORTS}/purchaseOrders/P00001/orderReports', region).json['ordersReport']
        mine = truth['orders']['P00001']['amazon_orders']
        assert len([each for each in found if each['orderMetadata']['orderId'] in mine]) == count


@pytest.mark.parametrize('size', [1, 2, 3])
@pytest.mark.parametrize('count', range(8))
def test_pages_lose_nothing(size, count):
    made = pages(list(range(count)), 'x', size)
    assert [each for page in made for each in page['x']] == list(range(count))
    assert all(page['x'] for page in made) or count == 0


def test_an_unknown_order_is_an_empty_list_or_an_error(client):
    path = f'{REPORTS}/purchaseOrders/P1/orderReports'
    assert get(client, path).json['ordersReport'] == []
    client.post('/api/apis', json={'unknown_order': '404'})
    assert error(get(client, path)) == (404, 'NotFound')


@pytest.mark.parametrize(('name', 'key'), [
    ('orderReports', 'ordersReport'), ('orderLineItemReports', 'orderLineItemsReport'),
    ('shipmentReports', 'shipmentsReport'), ('shipmentLineItemReports', 'shipmentLineItemsReport'),
])
def test_every_report_has_pages(client, month, name, key):
    client.post('/api/apis', json={'page_size': 5})
    pages = all_pages(client, f'{REPORTS}/{name}', key, **ORDERED)
    assert len(pages) > 1
    assert sum(page['size'] for page in pages) == sum(len(page[key]) for page in pages) > 0
    assert all(each['orderMetadata']['region'] == 'DE' for page in pages for each in page[key])


@pytest.mark.parametrize(('query', 'expected'), [
    (ORDERED | {'region': 'GB'}, (400, 'InvalidInput')), (ORDERED | {'region': 'US'}, (403, 'AccessDenied')),
    ({}, (400, 'InvalidInput')),
    (ORDERED | {'orderStartDate': '2020-01-01T00:00:00Z'}, (400, 'InvalidInput')),
    ({'purchaseOrderNumbers': ','.join(map(str, range(31)))}, (400, 'InvalidInput')),
])
def test_reporting_does_not_accept_everything(client, query, expected):
    known = headers(client)
    answer = client.get(f'{REPORTS}/shipmentLineItemReports?{urlencode(query)}', headers=known)
    assert error(answer) == expected


# === THE FORM OF ANSWERS === #

def test_answers_can_have_every_form_that_occurs(client, month):
    def first():
        return get(client, TRANSACTIONS, **PERIOD).json['transactions'][0]

    usual = first()
    assert isinstance(usual['amount']['amount'], str)
    client.post('/api/apis', json={'amounts': 'number', 'dates': 'object', 'unknown_fields': True, 'sparse': True})
    strange = first()
    assert strange['amount']['amount'] == float(usual['amount']['amount'])
    assert strange['feedDate'] == {'date': usual['feedDate']}
    assert 'futureField' in strange
    assert 'principalAmount' not in strange['transactionLineItems'][0]
    assert 'payer' not in strange


@pytest.mark.parametrize(('last_token', 'expected'), [('absent', 'absent'), ('empty', ''), ('null', None)])
def test_the_last_page_says_so_in_three_ways(client, last_token, expected):
    client.post('/api/apis', json={'last_token': last_token})
    assert get(client, TRANSACTIONS, **PERIOD).json.get('nextPageToken', 'absent') == expected


@pytest.mark.parametrize(('sign', 'is_negative'), [('negative', True), ('positive', False)])
def test_refunds_have_either_sign(client, month, sign, is_negative):
    client.post('/api/apis', json={'refunds': sign})
    pages = all_pages(client, TRANSACTIONS, 'transactions', **PERIOD)
    refunds = [each for page in pages for each in page['transactions'] if each['transactionType'] != 'CHARGE']
    assert refunds
    assert {each['amount']['amount'].startswith('-') for each in refunds} == {is_negative}


@pytest.mark.parametrize(('values', 'words'), [
    ({'page_size': 0}, 'page_size must be'), ({'dates': 'odd'}, 'dates must be one of'), ({'x': 1}, 'have no x'),
    ([], 'must be a JSON object'),
])
def test_wrong_settings_say_why(client, values, words):
    answer = client.post('/api/apis', json=values)
    assert (answer.status_code, words in answer.json['error']) == (409, True)
    assert client.get('/api/apis').json['settings']['page_size'] == ApiSettings().page_size


# === FAULTS === #

def ask(client, kind, target):
    assert client.post('/api/faults', json={'target': target, 'kind': kind}).status_code == 201


@pytest.mark.parametrize('status', [400, 401, 403, 404, 413, 415, 429, 500, 503, 504])
@pytest.mark.parametrize('target', ['reconciliation', 'reporting'])
def test_each_error_occurs_once_on_request(client, status, target):
    ask(client, f'api_{status}', target)
    path, query = (TRANSACTIONS, PERIOD) if target == 'reconciliation' else (f'{REPORTS}/orderReports', ORDERED)
    answer = get(client, path, **query)
    assert error(answer)[0] == status
    assert ('Retry-After' in answer.headers) == (status == 429)
    assert answer.headers['x-amzn-RequestId']
    assert get(client, path, **query).status_code == 200


@pytest.mark.parametrize(('kind', 'status', 'mimetype'), [
    ('500_html', 500, 'text/html'), ('html', 200, 'text/html'), ('cut_json', 200, 'application/json'),
    ('strange_json', 200, 'application/json'),
])
@pytest.mark.parametrize('target', ['token', 'reconciliation'])
def test_something_else_than_an_answer(client, kind, status, mimetype, target):
    known = headers(client)
    ask(client, kind, target)
    answer = log_in(client) if target == 'token' else get(client, TRANSACTIONS, known=known, **PERIOD)
    assert (answer.status_code, answer.mimetype) == (status, mimetype)
    assert not isinstance(answer.get_json(silent=True), dict)


@pytest.mark.parametrize(('kind', 'status'), [('invalid_grant', 400), ('invalid_client', 401)])
def test_a_login_fails_once_on_request(client, kind, status):
    ask(client, kind, 'token')
    assert (log_in(client).status_code, log_in(client).status_code) == (status, 200)


@pytest.mark.parametrize('kind', ['no_answer', 'reset'])
def test_no_answer(client, kind):
    known = headers(client)
    ask(client, kind, 'reconciliation')
    with pytest.raises(ConnectionAbortedError):
        get(client, TRANSACTIONS, known=known, **PERIOD)


def test_access_and_settings_have_buttons(client):
    for path, values in (
        ('withdraw', {'region': 'jp'}), ('consent', {'region': 'jp'}), ('expire', {}),
        ('close', {'region': 'na', 'api': 'reporting'}), ('open', {'region': 'na', 'api': 'reporting'}),
    ):
        assert client.post(f'/money/apis/{path}', data=values).status_code == 303
    assert client.post('/money/apis', data={
        'page_size': '5', 'retry_after': '1', 'expires_in': '60', 'amounts': 'text', 'expired_status': '401',
        'sparse': '1'}).status_code == 303
    settings = client.get('/api/apis').json['settings']
    assert (settings['page_size'], settings['amounts'], settings['sparse'], settings['throttled'],
            settings['expired_status']) == (5, 'text', True, False, 401)
    assert CLIENT_ID in client.get('/money').text
    assert client.post('/money/apis/withdraw', data={'region': 'xx'}).status_code == 409
    assert client.post('/money/apis/close', data={'region': 'na', 'api': 'xx'}).status_code == 409
