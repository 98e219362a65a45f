"""The Document API (2021-09-30): PDFs of invoices, credit memos and order summaries.

A PDF is made on demand: a report is requested, asked about until it is done, and then downloaded from an address that
is valid for some minutes. What comes is a PDF, or one within gzip, ZIP, or both.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from .errors import RestError
from .json_values import identifier_of, parse, text_of

PATH = '/reports/2021-09-30'
REPORT_TYPE = 'GET_AB_INVOICE_PDF'

INVOICE_PDF, CREDIT_PDF, SUMMARY_PDF = 'invoice', 'credit', 'summary'
# Amazon's words for a kind of document, in the order in which they are tried: two are in use for credit memos.
DOCUMENT_WORDS = {
    INVOICE_PDF: ('Invoice',), CREDIT_PDF: ('CreditMemo', 'Credits'), SUMMARY_PDF: ('OrderSummary',)}
# Amazon's identifiers of its marketplaces, by ISO code of the country.
MARKETPLACE_IDS = {
    'us': 'ATVPDKIKX0DER', 'ca': 'A2EUQ1WTGCTBG2', 'mx': 'A1AM78C64UM0Y8', 'br': 'A2Q3Y263D00KWC',
    'gb': 'A1F83G8C2ARO7P', 'de': 'A1PA6795UKMFR9', 'fr': 'A13V1IB3VIYZZH', 'it': 'APJ6JRA9NG5V4',
    'es': 'A1RKKUPIHCS9HS', 'in': 'A21TJRUUN4KGV', 'jp': 'A1VC38T7YXB528', 'au': 'A39IBJ37TRP1C6',
}

DONE = 'DONE'
# Nothing more comes of a report in one of these.
FAILED = frozenset({'CANCELLED', 'CANCELED', 'FATAL'})

MAX_URL = 8000
# What is unpacked of a download, and of how many files.
MAX_PDF = 10 * 1024 * 1024
MAX_FILES = 20
_PDF, _GZIP, _ZIP = b'%PDF-', b'\x1f\x8b', b'PK\x03\x04'
_STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the server of the download may call it; it often has no better word.
_TYPES = frozenset({
    'application/pdf', 'application/zip', 'application/x-zip-compressed', 'application/gzip', 'application/x-gzip',
    'application/octet-stream', 'binary/octet-stream'})


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was requested: its status in capitals, and its document once it is done."""

    status: str | None = None
    document_id: str | None = None


# === ASKING === #

def document_report(kind, number, marketplace, word):
    """Give the path and the body that request a report.

    :param str kind: INVOICE_PDF, CREDIT_PDF or SUMMARY_PDF
    :param str number: of the invoice or the credit memo; for a summary, Amazon's number of the order
    :param str marketplace: the ISO code of the country
    :param str word: of DOCUMENT_WORDS
    :rtype: tuple[str, dict]
    """
    name = 'orderId' if kind == SUMMARY_PDF else 'invoiceId'
    return f'{PATH}/reports', {
        'reportType': REPORT_TYPE, 'marketplaceIds': [MARKETPLACE_IDS.get(marketplace, marketplace)],
        'reportOptions': {name: number, 'documentType': word}}


def report_path(report_id):
    """Give the path that asks how far a report is.

    :rtype: str
    """
    return f"{PATH}/reports/{quote(report_id, safe='')}"


def document_path(document_id):
    """Give the path that asks where the document of a report can be downloaded.

    :rtype: str
    """
    return f"{PATH}/documents/{quote(document_id, safe='')}"


def known_reports_path():
    """Give the path that asks for the last report, whatever it is: it shows whether the API is open.

    :rtype: str
    """
    return f'{PATH}/reports?' + urlencode({'reportTypes': REPORT_TYPE, 'pageSize': 1})


# === READING === #

def read_report_id(raw):
    """Read the identifier of a report that was requested.

    :param bytes raw: the answer
    :rtype: str
    :raise RestError: it has none
    """
    return _required(parse(raw), 'reportId')


def read_report(raw):
    """Read how far a report is.

    :param bytes raw: the answer
    :rtype: Report
    :raise RestError: see :func:`.json_values.parse`
    """
    answer = parse(raw)
    status = (identifier_of(answer, 'processingStatus', 'status') or '').upper() or None
    return Report(status, identifier_of(answer, 'reportDocumentId'))


def read_document_url(raw):
    """Read where a document can be downloaded. The address lets everybody download it, so it must be in no log.

    :param bytes raw: the answer
    :rtype: str
    :raise RestError: it has no address
    """
    url = text_of(parse(raw), 'url', limit=MAX_URL + 1)
    if not url or len(url) > MAX_URL:
        raise RestError('missing', 'url')
    return url


def _required(answer, name):
    if value := identifier_of(answer, name):
        return value
    raise RestError('missing', name)


# === THE FILE === #

def read_pdfs(raw, content_type=None):
    """Unpack a download.

    :param bytes raw: as it came
    :param str | None content_type: that the server stated
    :return: the PDFs; mostly one
    :rtype: tuple[bytes, ...]
    :raise RestError: it has no PDF, something else than PDFs, or more than the limits allow
    """
    stated = (content_type or '').partition(';')[0].strip().lower()
    if stated and stated not in _TYPES:
        raise RestError('not_pdf')
    if raw.startswith(_GZIP):
        raw = _gunzip(raw)
    found = _unzip(raw) if raw.startswith(_ZIP) else (raw,)
    if not found or not all(each.startswith(_PDF) for each in found):
        raise RestError('not_pdf')
    if sum(map(len, found)) > MAX_PDF:
        raise RestError('too_large', MAX_PDF)
    return tuple(dict.fromkeys(found))


def _gunzip(raw):
    reader = zlib.decompressobj(wbits=31)
    try:
        unpacked = reader.decompress(raw, MAX_PDF + 1)
    except zlib.error:
        raise RestError('not_pdf') from None
    if len(unpacked) > MAX_PDF:
        raise RestError('too_large', MAX_PDF)
    if not reader.eof:
        raise RestError('not_pdf')  # it was cut off
    return unpacked


def _unzip(raw):
    found, room = [], MAX_PDF
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            if len(entries) > MAX_FILES:
                raise RestError('too_many', MAX_FILES)
            for entry in entries:
                if entry.compress_type not in _STORED:
                    raise RestError('not_pdf')
                with archive.open(entry) as file:  # never by the size that the entry states
                    content = file.read(room + 1)
                if len(content) > room:
                    raise RestError('too_large', MAX_PDF)
                room -= len(content)
                found.append(_gunzip(content) if content.startswith(_GZIP) else content)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, RestError):
            raise
        raise RestError('not_pdf') from None
    return tuple(found)
