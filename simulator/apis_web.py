"""The addresses of the REST APIs, and of Login with Amazon."""

import secrets
from datetime import datetime, timedelta

from flask import Blueprint, Response, current_app, json, jsonify, request, url_for

from . import api_fault_answers
from .apis import DOCUMENTS, MESSAGES, NOT_FOUND, PRODUCTS, RATES, RECONCILIATION, REPORTING, ApiError
from .books import answers
from .books.records import MARKETS
from .offers import MOST_PRODUCTS, product_of

REGION_VALUES = ('DE', 'FR', 'UK', 'IT', 'ES', 'IN', 'US', 'CA', 'MX', 'JP', 'AU')
MOST_LINES, MOST_NUMBERS, MOST_DAYS = 25, 30, 366
LARGEST_BODY = 100_000
# Reporting looks back as many days.
DAYS_BACK = 730

apis = Blueprint('apis', __name__)


def _amazon():
    return current_app.extensions['amazon']


# === LOGIN WITH AMAZON === #

@apis.post('/auth/o2/token')
def token():
    amazon = _amazon()
    form = request.form
    fault = amazon.faults.take('token')
    try:
        if fault is not None and not fault.processed:
            return api_fault_answers.answer(fault, None, amazon.stopping)
        if form.get('grant_type') != 'refresh_token':
            raise ApiError(400, 'The authorization grant type is not supported by the authorization server',
                          'unsupported_grant_type')
        missing = [name for name in ('refresh_token', 'client_id', 'client_secret') if not form.get(name)]
        if missing:
            raise ApiError(400, f'The request is missing a required parameter : {missing[0]}', 'invalid_request')
        made = amazon.apis.new_token(form['client_id'], form['client_secret'], form['refresh_token'])
        answer = jsonify(access_token=made, refresh_token=form['refresh_token'], token_type='bearer',
                         expires_in=amazon.apis.settings.expires_in)
    except ApiError as error:
        answer = jsonify(error=error.code, error_description=error.message)
        answer.status_code = error.status
    answer.headers['Cache-Control'] = 'no-store'
    return api_fault_answers.answer(fault, answer, amazon.stopping)


# === RECONCILIATION === #

@apis.get('/reconciliation/2021-01-08/transactions')
def transactions():
    def make(region, settings):
        start, end = _period('feedStartDate', 'feedEndDate')
        with_token = request.args.get('nextPageToken', '')
        found = answers.transactions(_amazon().money.ledger, region, start, end, settings.shape)
        return answers.page(found, answers.KEYS[answers.TRANSACTIONS], with_token, settings.page_size, settings.shape)

    return _answer(RECONCILIATION, make)


@apis.post('/reconciliation/2021-01-08/invoices')
def invoices():
    def make(region, settings):
        wanted = _list('orderLineItems', MOST_LINES, dict)
        return {'invoiceDetailsByOrderLineItems': answers.invoices(
            _amazon().money.ledger, region, wanted, settings.shape)}

    return _answer(RECONCILIATION, make)


@apis.post('/reconciliation/2021-01-08/invoices/batch/paymentDetails')
def payment_details():
    def make(region, settings):
        wanted = _list('invoiceIds', MOST_LINES, str)
        return {'invoicePaymentDetails': answers.payment_details(
            _amazon().money.ledger, region, wanted, _amazon().money.day(), settings.shape)}

    return _answer(RECONCILIATION, make)


# === REPORTING === #

@apis.get('/reports/2025-06-09/purchaseOrders/<path:po_number>/orderReports')
def order_reports_of(po_number):
    def make(region, settings):
        found = answers.order_reports(
            _amazon().money.ledger, _countries(region), _amazon().money.day(), settings.shape,
            _amazon().money.day() - timedelta(days=DAYS_BACK), po_number=po_number)
        if not found and settings.unknown_order == NOT_FOUND:
            raise ApiError(404, MESSAGES[404])
        return _page(answers.ORDERS, found, settings)

    return _answer(REPORTING, make)


@apis.get('/reports/2025-06-09/orderReports')
def order_reports():
    return _report(answers.ORDERS, lambda ledger, countries, shape, start, end: answers.order_reports(
        ledger, countries, _amazon().money.day(), shape, start, end))


@apis.get('/reports/2025-06-09/orderLineItemReports')
def order_line_reports():
    return _report(answers.ORDER_LINES, answers.order_line_reports)


@apis.get('/reports/2025-06-09/shipmentReports')
def shipment_reports():
    return _report(answers.SHIPMENTS, lambda ledger, countries, shape, start, end: answers.shipment_reports(
        ledger, countries, _amazon().money.day(), shape, start, end))


@apis.get('/reports/2025-06-09/shipmentLineItemReports')
def shipment_line_reports():
    def make(ledger, countries, shape, start, end):
        numbers = [number for given in request.args.getlist('purchaseOrderNumbers') for number in given.split(',')]
        if len(numbers) > MOST_NUMBERS:
            raise ApiError(400, f'purchaseOrderNumbers has more than {MOST_NUMBERS} values.')
        return answers.shipment_line_reports(ledger, countries, _amazon().money.day(), shape, start, end, numbers)

    return _report(answers.SHIPMENT_LINES, make)


def _report(name, find):
    def make(region, settings):
        countries = _countries(region)
        start, end = (None, None) if _may_lack_dates() else _period('orderStartDate', 'orderEndDate')
        if start and (end - start).days > MOST_DAYS:
            raise ApiError(400, f'The period is longer than {MOST_DAYS} days.')
        return _page(name, find(_amazon().money.ledger, countries, settings.shape, start, end), settings)

    return _answer(REPORTING, make)


def _may_lack_dates():
    return 'purchaseOrderNumbers' in request.args and 'orderStartDate' not in request.args


def _page(name, found, settings):
    return answers.page(
        found, answers.KEYS[name], request.args.get('nextPageToken', ''), settings.page_size, settings.shape)


# === DOCUMENTS === #

@apis.get('/reports/2021-09-30/reports')
def known_reports():
    return _answer(DOCUMENTS, lambda region, settings: {'reports': []})


@apis.post('/reports/2021-09-30/reports')
def request_report():
    def make(region, settings):
        if request.mimetype != 'application/json':
            raise ApiError(415, MESSAGES[415])
        values = request.get_json(silent=True)
        return {'reportId': _amazon().reports.request(_amazon().money.ledger, region, values)}

    return _answer(DOCUMENTS, make, 202)


@apis.get('/reports/2021-09-30/reports/<report_id>')
def report(report_id):
    return _answer(DOCUMENTS, lambda region, settings: _amazon().reports.look(report_id, region))


@apis.get('/reports/2021-09-30/documents/<document_id>')
def document(document_id):
    def make(region, settings):
        key = _amazon().reports.address(document_id, region)
        return {'reportDocumentId': document_id, 'url': url_for('.file', key=key, _external=True),
                'compressionAlgorithm': 'GZIP'}

    return _answer(DOCUMENTS, make)


@apis.get('/files/<key>')
def file(key):
    """Give a file to whoever has its address; a token is not wanted here."""
    content = None if 'x-amz-access-token' in request.headers else _amazon().reports.file(key)
    if content is None:
        return Response('<Error><Code>AccessDenied</Code></Error>', 403, mimetype='application/xml')
    return Response(content, mimetype='application/gzip')


# === PRODUCTS === #

@apis.post('/products/2020-08-26/products/getProductsByAsins')
def products():
    def make(region, settings):
        wanted = _list('productIds', MOST_PRODUCTS, str)
        if '@' not in request.headers.get('x-amz-user-email', ''):
            raise ApiError(400, 'The header x-amz-user-email is missing.')
        body = request.get_json()
        country = body.get('productRegion')
        if country not in _countries(region) or 'OFFERS' not in (body.get('facets') or ()):
            raise ApiError(400, MESSAGES[400])
        found = [product_of(asin, country, settings.price_percent) for asin in wanted]
        return {'products': [each for each in found if each]}

    return _answer(PRODUCTS, make)


# === EVERY REQUEST === #

def _answer(api, make, status=200):
    """Answer a request, unless a fault, the access or the rate prevents it.

    :param make: returns the answer as values for JSON, from the region and the settings.
    """
    amazon = _amazon()
    fault = amazon.faults.take(api)
    if fault is not None and not fault.processed:
        return _with_headers(api, api_fault_answers.answer(fault, None, amazon.stopping))
    try:
        if request.content_length and request.content_length > LARGEST_BODY:
            raise ApiError(413, MESSAGES[413])
        region = amazon.apis.region_of(request.headers.get('x-amz-access-token', ''), api)
        amazon.apis.count(api, region)
        try:
            with amazon.money.locked():
                answer = _json(make(region, amazon.apis.settings), status)
        except answers.BadToken:
            raise ApiError(400, 'The nextPageToken is not valid.') from None
    except ApiError as error:
        answer = api_fault_answers.write_error(error)
    return _with_headers(api, api_fault_answers.answer(fault, answer, amazon.stopping))


def _json(value, status):
    return Response(json.dumps(value), status, mimetype='application/json')


def _with_headers(api, answer):
    answer.headers['x-amzn-RequestId'] = secrets.token_hex(16)
    answer.headers['x-amzn-RateLimit-Limit'] = str(RATES[api][0])
    return answer


def _period(first, last):
    """Read two days; both are mandatory."""
    days = []
    for name in (first, last):
        text = request.args.get(name, '')
        try:
            days.append(datetime.fromisoformat(text.replace('Z', '+00:00')).date())
        except ValueError:
            raise ApiError(400, f'{name} is missing or is not a date.') from None
    start, end = days
    if start > end:
        raise ApiError(400, f'{first} is after {last}.')
    return start, end


def _countries(region):
    """Return the marketplaces that a request is about, and check that its token is for them."""
    wanted = request.args.get('region')
    mine = [market.country for market in MARKETS.values() if market.region == region]
    if wanted is None:
        return mine
    if wanted not in REGION_VALUES:
        raise ApiError(400, f'region must be one of {", ".join(REGION_VALUES)}.')
    if wanted in MARKETS and wanted not in mine:
        raise ApiError(403, MESSAGES[403])
    return [wanted]


def _list(name, most, kind):
    if request.mimetype != 'application/json':
        raise ApiError(415, MESSAGES[415])
    body = request.get_json(silent=True)
    values = body.get(name) if isinstance(body, dict) else None
    if not isinstance(values, list) or not values or not all(isinstance(value, kind) for value in values):
        raise ApiError(400, f'{name} is missing or not a list.')
    if len(values) > most:
        raise ApiError(400, f'{name} has more than {most} values.')
    return values
