"""PDFs of invoices, credit memos and orders, as a client of the Document API gets them."""

import gzip
import io
import zipfile
from threading import RLock

import pytest

from simulator.books.records import MARKETS
from simulator.documents import VALID_SECONDS, Reports
from simulator.tests.test_apis import error, get, headers

REPORTS = '/reports/2021-09-30/reports'


def request(client, country='DE', region='eu', **options):
    return client.post(REPORTS, headers=headers(client, region), json={
        'reportType': 'GET_AB_INVOICE_PDF', 'marketplaceIds': [MARKETS[country].marketplace_id],
        'reportOptions': options})


def documents(client, country, is_credit=False):
    contents = client.application.extensions['amazon'].money.ledger.contents
    return [each for each in contents.documents if each.market.country == country and each.is_credit == is_credit]


def looks(client, answer, region='eu', times=2):
    path = f"{REPORTS}/{answer.json['reportId']}"
    return [get(client, path, region).json for __ in range(times)][-1]


def unpacked(raw):
    with zipfile.ZipFile(io.BytesIO(gzip.decompress(raw))) as archive:
        name, = archive.namelist()
        return archive.read(name)


@pytest.mark.parametrize('is_credit', [False, True])
def test_a_document_is_made_and_downloaded(client, month, is_credit):
    number = documents(client, 'DE', is_credit)[0].number
    answer = request(client, invoiceId=number, documentType='CreditMemo' if is_credit else 'Invoice')
    assert answer.status_code == 202
    assert looks(client, answer, times=1)['processingStatus'] == 'IN_PROGRESS'
    report = looks(client, answer, times=1)
    assert report['processingStatus'] == 'DONE'
    url = get(client, f"/reports/2021-09-30/documents/{report['reportDocumentId']}").json['url']
    pdf = unpacked(client.get(url).data)
    assert pdf.startswith(b'%PDF-')
    assert pdf.endswith(b'%%EOF\n')
    assert number.encode() in pdf
    assert client.get(url, headers=headers(client)).status_code == 403


def test_the_summary_of_an_order(client, month):
    purchases = client.application.extensions['amazon'].money.ledger.contents.purchases.values()
    ref = next(each.ref for each in purchases if each.market.country == 'US')
    answer = request(client, 'US', 'na', orderId=ref, documentType='OrderSummary')
    assert looks(client, answer, 'na')['processingStatus'] == 'DONE'


def test_what_amazon_does_not_have_is_cancelled(client, month):
    by_card = [each for each in documents(client, 'US') if not each.is_owed]
    for number in ('unknown', *(each.number for each in by_card[:1])):
        answer = request(client, 'US', 'na', invoiceId=number)
        assert looks(client, answer, 'na')['processingStatus'] == 'CANCELLED'
    number = documents(client, 'DE')[0].number
    answer = request(client, invoiceId=number, documentType='CreditMemo')
    assert looks(client, answer)['processingStatus'] == 'CANCELLED'


def test_what_is_wrong_is_declined(client):
    for changes in ({'documentType': 'Receipt', 'invoiceId': '1'}, {}, {'documentType': 'OrderSummary'}):
        assert error(request(client, **changes)) == (400, 'InvalidInput')
    known = headers(client)
    assert error(client.post(REPORTS, headers=known, json=[])) == (400, 'InvalidInput')
    assert error(client.post(REPORTS, headers=known, data='text')) == (415, 'UnsupportedMediaType')
    assert error(get(client, f'{REPORTS}/unknown')) == (404, 'NotFound')
    assert error(get(client, '/reports/2021-09-30/documents/unknown')) == (404, 'NotFound')
    assert get(client, REPORTS).json == {'reports': []}
    client.post('/api/apis/close', json={'region': 'eu', 'api': 'documents'})
    assert error(get(client, REPORTS)) == (403, 'AccessDenied')


def test_an_address_expires(client, month):
    seconds = [0]
    reports = Reports(RLock(), lambda: seconds[0])
    ledger = client.application.extensions['amazon'].money.ledger
    number = documents(client, 'DE')[0].number
    report_id = reports.request(ledger, 'eu', {
        'reportType': 'GET_AB_INVOICE_PDF', 'marketplaceIds': [MARKETS['DE'].marketplace_id],
        'reportOptions': {'invoiceId': number}})
    document_id = [reports.look(report_id, 'eu') for __ in range(2)][-1]['reportDocumentId']
    key = reports.address(document_id, 'eu')
    assert reports.file(key)
    seconds[0] = VALID_SECONDS
    assert reports.file(key) is None
