"""PDFs of invoices, credit memos and orders, as the Document API makes them on request."""

import gzip
import io
import secrets
import time
import zipfile
from dataclasses import dataclass

from .apis import MESSAGES, ApiError
from .books.records import MARKETS

REPORT_TYPE = 'GET_AB_INVOICE_PDF'
INVOICE, CREDIT, SUMMARY = 'Invoice', 'CreditMemo', 'OrderSummary'
COUNTRIES = {market.marketplace_id: market.country for market in MARKETS.values()}
# Where Amazon has invoices and credit memos only of Pay by Invoice.
ONLY_OWED = ('US',)
# An address of a file is valid this many seconds.
VALID_SECONDS = 300


@dataclass
class Report:
    """A report that a client requested; it is made between the first look and the second."""

    region: str
    lines: tuple[str, ...]
    looks: int = 0


class Reports:
    """The reports that were requested, and the addresses of their files.

    :param clock: returns seconds, for tests to turn.
    """

    def __init__(self, lock, clock=time.monotonic):
        self._lock = lock
        self._clock = clock
        self._reports = {}
        self._files = {}

    def request(self, ledger, region, values):
        """Request a report.

        :param simulator.books.ledger.Ledger ledger: the books.
        :param str region: of the access token.
        :param values: the body of the request.
        :raises ApiError: if it is wrong.
        :return: its identifier.
        """
        values = values if isinstance(values, dict) else {}
        options, places = values.get('reportOptions'), values.get('marketplaceIds')
        if values.get('reportType') != REPORT_TYPE or not isinstance(options, dict) or not isinstance(places, list):
            raise ApiError(400, MESSAGES[400])
        countries = [COUNTRIES.get(place) for place in places if isinstance(place, str)]
        kind = options.get('documentType', INVOICE)
        if not countries or None in countries or kind not in (INVOICE, CREDIT, SUMMARY):
            raise ApiError(400, MESSAGES[400])
        lines = _order(ledger, region, countries, options) if kind == SUMMARY else \
            _document(ledger, region, countries, options, kind == CREDIT)
        with self._lock:
            report_id = secrets.token_hex(8)
            self._reports[report_id] = Report(region, lines)
            return report_id

    def look(self, report_id, region):
        """Return how far a report is.

        :raises ApiError: if there is none.
        :rtype: dict
        """
        with self._lock:
            report = self._reports.get(report_id)
            if report is None or report.region != region:
                raise ApiError(404, MESSAGES[404])
            report.looks += 1
            answer = {'reportId': report_id, 'reportType': REPORT_TYPE}
            if report.looks == 1:
                return answer | {'processingStatus': 'IN_PROGRESS'}
            if not report.lines:
                return answer | {'processingStatus': 'CANCELLED'}
            return answer | {'processingStatus': 'DONE', 'reportDocumentId': f'document.{report_id}'}

    def address(self, document_id, region):
        """Return the secret part of the address of a document.

        :raises ApiError: if there is none.
        """
        with self._lock:
            report = self._reports.get(document_id.removeprefix('document.'))
            if report is None or report.region != region or report.looks < 2 or not report.lines:
                raise ApiError(404, MESSAGES[404])
            key = secrets.token_urlsafe(24)
            self._files[key] = report, self._clock() + VALID_SECONDS
            return key

    def file(self, key):
        """Return a file: a PDF in a ZIP in gzip, as Amazon sends it; None if its address is not valid (any more)."""
        with self._lock:
            report, until = self._files.get(key, (None, 0))
            if report is None or until <= self._clock():
                return None
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('document.pdf', write_pdf(report.lines))
        return gzip.compress(packed.getvalue())


def _document(ledger, region, countries, options, is_credit):
    number, ref = options.get('invoiceId'), options.get('orderId')
    if not number and not ref:
        raise ApiError(400, MESSAGES[400])
    for document in ledger.contents.documents:
        market = document.market
        is_meant = document.number == number if number else ref in {piece.ref for piece in document.pieces}
        if is_meant and document.is_credit == is_credit and market.region == region and market.country in countries \
                and (document.is_owed or market.country not in ONLY_OWED):
            return (
                f"{'Credit memo' if is_credit else 'Invoice'} {document.number}", f'Date {document.issued_on}',
                f'Total {document.amount:f} {market.currency}')
    return ()


def _order(ledger, region, countries, options):
    if not options.get('orderId'):
        raise ApiError(400, MESSAGES[400])
    purchase = ledger.contents.purchases.get(options['orderId'])
    if purchase is None or purchase.market.region != region or purchase.market.country not in countries:
        return ()
    return f'Order {purchase.ref}', f'Purchase order {purchase.po_number}', f'Date {purchase.ordered_on}'


def write_pdf(lines):
    """Write a page with some lines of text.

    :rtype: bytes
    """
    texts = ' T* '.join('({}) Tj'.format(line.replace('\\', '').replace('(', '[').replace(')', ']')) for line in lines)
    content = f'BT /F1 14 Tf 72 770 Td 20 TL {texts} ET'.encode('latin-1', 'replace')
    parts = [
        b'<</Type/Catalog/Pages 2 0 R>>', b'<</Type/Pages/Kids[3 0 R]/Count 1>>',
        b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
        b'<</Length %d>>stream\n%s\nendstream' % (len(content), content),
        b'<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>']
    body, offsets = b'%PDF-1.4\n', []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(body))
        body += b'%d 0 obj%s\nendobj\n' % (number, part)
    table = b''.join(b'%010d 00000 n \n' % offset for offset in offsets)
    return body + b'xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n' % (
        table, len(body))
