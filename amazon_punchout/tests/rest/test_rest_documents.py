import gzip
import io
import zipfile

from odoo.tests import BaseCase

from ...rest import (
    CREDIT_PDF,
    DOCUMENT_WORDS,
    INVOICE_PDF,
    SUMMARY_PDF,
    RestError,
    document_path,
    document_report,
    known_reports_path,
    read_document_url,
    read_pdfs,
    read_report,
    read_report_id,
    report_path,
)
from ...rest.documents import MAX_FILES, MAX_PDF
from ..rest_builder import PDF, answer_of, zipped


class TestDocuments(BaseCase):

    def assertUnread(self, kind, raw, content_type=None):
        with self.assertRaises(RestError) as caught:
            read_pdfs(raw, content_type)
        self.assertEqual(caught.exception.kind, kind)

    def test_what_is_asked(self):
        path, body = document_report(INVOICE_PDF, '1XQX-T4VG-9939', 'de', 'Invoice')
        self.assertEqual(path, '/reports/2021-09-30/reports')
        self.assertEqual(body, {
            'reportType': 'GET_AB_INVOICE_PDF', 'marketplaceIds': ['A1PA6795UKMFR9'],
            'reportOptions': {'invoiceId': '1XQX-T4VG-9939', 'documentType': 'Invoice'}})
        _path, body = document_report(SUMMARY_PDF, '111-1', 'us', 'OrderSummary')
        self.assertEqual(body['reportOptions'], {'orderId': '111-1', 'documentType': 'OrderSummary'})
        self.assertEqual(DOCUMENT_WORDS[CREDIT_PDF], ('CreditMemo', 'Credits'))
        self.assertEqual(report_path('a/b'), '/reports/2021-09-30/reports/a%2Fb')
        self.assertEqual(document_path('D 1'), '/reports/2021-09-30/documents/D%201')
        self.assertEqual(
            known_reports_path(), '/reports/2021-09-30/reports?reportTypes=GET_AB_INVOICE_PDF&pageSize=1')

    def test_a_report(self):
        self.assertEqual(read_report_id(answer_of(reportId='R1')), 'R1')
        report = read_report(answer_of(processingStatus='done', reportDocumentId='D1'))
        self.assertEqual((report.status, report.document_id), ('DONE', 'D1'))
        self.assertEqual(read_report(answer_of()), read_report(answer_of(processingStatus=None)))
        self.assertEqual(read_document_url(answer_of(url='https://files.example/x?y=z')), 'https://files.example/x?y=z')
        for read, values in ((read_report_id, {}), (read_document_url, {}), (read_document_url, {'url': 'h' * 9000})):
            with self.assertRaises(RestError) as caught:
                read(answer_of(**values))
            self.assertEqual(caught.exception.kind, 'missing')

    def test_a_pdf_may_be_packed(self):
        for raw in (PDF, gzip.compress(PDF), zipped(PDF), gzip.compress(zipped(PDF)), zipped(gzip.compress(PDF))):
            self.assertEqual(read_pdfs(raw), (PDF,))
        self.assertEqual(read_pdfs(zipped(PDF, PDF + b'2')), (PDF, PDF + b'2'))
        self.assertEqual(read_pdfs(zipped(PDF, PDF)), (PDF,))

    def test_the_server_says_what_it_is(self):
        for stated in ('application/pdf', 'Application/PDF; charset=binary', 'binary/octet-stream', '', None):
            self.assertEqual(read_pdfs(PDF, stated), (PDF,))
        for stated in ('text/html', 'application/xml', 'image/png'):
            self.assertUnread('not_pdf', PDF, stated)

    def test_what_is_no_pdf(self):
        for raw in (b'', b'<html>%PDF-1.4', b' %PDF-1.4', zipped(b'<html/>'), zipped(PDF, b'text'), zipped(),
                    gzip.compress(PDF)[:-9], zipped(PDF)[:40], gzip.compress(b'no'), b'\x1f\x8bno', b'PK\x03\x04no'):
            with self.subTest(raw[:10]):
                self.assertUnread('not_pdf', raw)

    def test_what_is_too_large(self):
        bomb = b'%PDF-' + bytes(MAX_PDF)
        for raw in (bomb, gzip.compress(bomb), zipped(bomb), zipped(gzip.compress(bomb)),
                    zipped(bomb[:MAX_PDF - 9], bomb[:MAX_PDF - 8])):
            self.assertUnread('too_large', raw)
        self.assertUnread('too_many', zipped(*(PDF for _each in range(MAX_FILES + 1))))

    def test_a_password_is_not_guessed(self):
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, 'w') as archive:
            archive.writestr('a.pdf', PDF)
        locked = raw.getvalue().replace(b'PK\x03\x04\x14\x00\x00', b'PK\x03\x04\x14\x00\x01').replace(
            b'PK\x01\x02\x14\x03\x14\x00\x00', b'PK\x01\x02\x14\x03\x14\x00\x01')
        self.assertNotEqual(locked, raw.getvalue())
        self.assertUnread('not_pdf', locked)
