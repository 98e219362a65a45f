from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import PDF_PAUSES, REPORT_PAUSES
from ...tools import pace
from ...tools.cart_lock import lifted
from ..api_case import ACCESS_TOKEN, ApiCase, error, reply
from ..bill_case import BillCase
from ..rest_builder import PDF, zipped

REPORTS, REPORT, DOCUMENT = '/reports/2021-09-30/reports', '/reports/2021-09-30/reports/R1', '/documents/D1'
FILE = '/files/secret-part-of-the-address'


@tagged('post_install', '-at_install')
class TestPdfs(ApiCase, BillCase):
    """The PDF of each invoice and order is fetched once, in the background, and shown beside the bill."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access.write({'use_documents': True})
        cls.group.payment_method = 'invoice'

    def setUp(self):
        super().setUp()
        self.server.on(REPORT, reply(body={'processingStatus': 'DONE', 'reportDocumentId': 'D1'}))
        self.server.on(REPORTS, reply(202, {'reportId': 'R1'}))
        self.server.on(DOCUMENT, reply(body={'url': self.access.base_url + FILE, 'compressionAlgorithm': 'GZIP'}))
        self.server.on(FILE, reply(raw=zipped(PDF), headers={'Content-Type': 'application/zip'}))

    def billed(self):
        """Make a bill of Amazon's invoice INV-1."""
        self.invoice(self.two_lines())
        return self.move()

    def fetch(self, times=1):
        """Run the scheduled action as at the time that was planned."""
        for _each in range(times):
            self.pdfs().write({'next_at': fields.Datetime.now()})
            self.access.documents_next_at = False
            pace._buckets.clear()
            self.run_cron('amazon_punchout.ir_cron_pdfs')

    def pdfs(self, *kinds):
        return self.env['amazon.punchout.pdf'].search([]).filtered(lambda pdf: pdf.kind in kinds or not kinds)

    def files(self, record):
        return self.env['ir.attachment'].search([
            ('res_model', '=', record._name), ('res_id', '=', record.id), ('mimetype', '=', 'application/pdf')])

    def asked(self, part, method=None):
        return [each for each in self.server.asked if part in each.path and method in (None, each.method)]

    def test_the_pdf_of_an_invoice_is_shown_beside_its_bill(self):
        bill = self.billed()
        self.fetch(2)
        [file] = self.files(bill)
        self.assertEqual((file.name, file.mimetype, file.raw), ("Amazon invoice INV-1.pdf", 'application/pdf', PDF))
        self.assertEqual(bill.message_main_attachment_id, file)
        self.assertIn(b'"invoiceId": "INV-1", "documentType": "Invoice"', self.asked(REPORTS, 'POST')[0].body)
        self.assertIn(b'ATVPDKIKX0DER', self.asked(REPORTS, 'POST')[0].body)
        [download] = self.asked(FILE)
        self.assertNotIn(ACCESS_TOKEN, str(download.headers))

    def test_the_same_invoice_is_never_fetched_twice(self):
        bill = self.billed()
        self.fetch(2)
        self.pdfs().write({'next_at': False})
        asked = len(self.server.asked)
        for _each in range(3):
            self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertEqual(len(self.server.asked), asked)
        # Whoever deletes the file does not want it.
        self.files(bill).unlink()
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertEqual((len(self.server.asked), len(self.files(bill))), (asked, 0))

    def test_a_bill_that_takes_the_number_of_a_cancelled_one_gets_the_same_file(self):
        bill = self.billed()
        self.fetch(2)
        asked = len(self.server.asked)
        bill.button_cancel()
        other = bill.copy()
        other.sudo().write({'amazon_invoice_id': 'INV-1', 'amazon_group_id': self.group.id})
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertEqual((self.files(other).mapped('raw'), len(self.server.asked)), ([PDF], asked))
        self.assertEqual(len(self.files(bill)), 1)

    def test_a_bill_keeps_the_main_attachment_that_a_person_chose(self):
        bill = self.billed()
        mine = self.env['ir.attachment'].create({
            'name': "mine.pdf", 'raw': PDF, 'res_model': bill._name, 'res_id': bill.id})
        bill.message_main_attachment_id = mine
        self.fetch(2)
        self.assertEqual(bill.message_main_attachment_id, mine)
        self.assertEqual(len(self.files(bill)), 2)

    def test_a_credit_memo_is_asked_for_by_both_words(self):
        self.server.on(REPORTS, error(400, 'InvalidInput'), reply(202, {'reportId': 'R1'}))
        bill = self.billed()
        credit = bill._reverse_moves()
        credit.sudo().write({'amazon_invoice_id': 'CR-1', 'amazon_group_id': self.group.id})
        bill.sudo().amazon_invoice_id = False
        self.fetch(2)
        self.assertEqual(self.files(credit).mapped('name'), ["Amazon credit memo CR-1.pdf"])
        self.assertEqual(
            [b'"CreditMemo"' in each.body for each in self.asked(REPORTS, 'POST')], [True, False])

    def test_the_summary_of_an_order_is_attached_to_it_in_north_america(self):
        order = self.two_lines()
        with lifted():
            order.write({'amazon_order_ref': '111-1, 111-2'})
        self.fetch(2)
        self.assertEqual(
            sorted(self.files(order).mapped('name')), ["Amazon order 111-1.pdf", "Amazon order 111-2.pdf"])
        self.assertIn(b'"orderId": "111-', self.asked(REPORTS, 'POST')[0].body)
        self.access.region = 'eu'
        with lifted():
            order.write({'amazon_order_ref': '111-3'})
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertEqual(len(self.pdfs()), 2)

    def test_invoices_of_groups_that_pay_by_card_are_asked_for_outside_north_america_only(self):
        self.group.payment_method = 'card'
        self.billed()
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertFalse(self.pdfs('invoice'))
        self.access.write({'region': 'eu', 'base_url': self.access.base_url})
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertTrue(self.pdfs('invoice'))

    def test_what_is_not_available_yet_is_asked_for_in_growing_pauses_and_not_for_ever(self):
        bill = self.billed()
        self.server.on(REPORT, reply(body={'processingStatus': 'CANCELLED'}))
        self.fetch(2)
        pdf = self.pdfs()
        self.assertEqual((pdf.state, pdf.reason), ('wanted', "Amazon has not made it (CANCELLED)."))
        pauses = []
        for _each in range(2, len(PDF_PAUSES)):
            self.fetch(2)
            pauses.append(pdf.next_at - fields.Datetime.now())
        self.assertEqual(pauses, sorted(pauses))
        self.assertGreater(pauses[-1], timedelta(days=4))
        self.fetch(2)
        self.assertEqual((pdf.state, len(self.asked(REPORTS, 'POST'))), ('unavailable', len(PDF_PAUSES)))
        self.fetch(3)
        self.assertEqual(len(self.asked(REPORTS, 'POST')), len(PDF_PAUSES))
        self.assertEqual(self.said(bill).count("Amazon does not provide it: Amazon has not made it (CANCELLED)."), 1)

    def test_a_report_that_never_ends_is_given_up(self):
        self.billed()
        self.server.on(REPORT, reply(body={'processingStatus': 'IN_PROGRESS'}))
        self.fetch(len(REPORT_PAUSES))
        self.assertEqual(self.pdfs().state, 'asked')
        self.fetch()
        self.assertEqual((self.pdfs().state, self.pdfs().reason), ('wanted', "Amazon has not made it in time."))

    def test_a_permanent_no_is_noted_once(self):
        bill = self.billed()
        self.server.on(REPORTS, error(400, 'InvalidInput', "No such invoice"))
        self.fetch(3)
        self.assertEqual(self.pdfs().state, 'unavailable')
        self.assertEqual(len(self.asked(REPORTS, 'POST')), 1)
        self.assertEqual(self.said(bill).count("Amazon invoice INV-1.pdf was not attached"), 1)
        self.assertIn("No such invoice", self.said(bill))
        self.server.on(REPORTS, reply(202, {'reportId': 'R1'}))
        self.pdfs().with_user(self.administrator).action_retry()
        self.fetch(2)
        self.assertEqual(len(self.files(bill)), 1)

    def test_what_is_no_pdf_is_never_attached(self):
        bill = self.billed()
        for answer in (reply(raw=b'<html/>', headers={'Content-Type': 'text/html'}), reply(raw=zipped(b'text')),
                       reply(raw=PDF, headers={'Content-Type': 'text/html'}), reply(403)):
            self.server.on(FILE, answer)
            self.pdfs().write({'tries': 0})
            self.fetch(2)
            self.assertEqual((self.pdfs().state, len(self.files(bill))), ('wanted', 0))
            self.assertTrue(self.pdfs().reason)

    def test_an_api_that_does_not_work_is_left_alone_for_a_while(self):
        self.billed()
        self.server.on(REPORTS, error(429, 'QuotaExceeded', **{'Retry-After': '600'}))
        self.fetch()
        for _each in range(3):
            self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertEqual((len(self.asked(REPORTS)), self.pdfs().tries), (1, 0))
        self.assertAlmostEqual(
            (self.access.documents_next_at - fields.Datetime.now()).total_seconds(), 600, delta=60)
        self.server.on(REPORTS, error(503, 'Unavailable'))
        self.fetch(5)
        self.assertIn("does not work at the moment", self.problem_notes())
        self.server.on(REPORTS, reply(202, {'reportId': 'R1'}))
        self.fetch()
        self.assertEqual((self.access.documents_failures, self.access.documents_fault), (0, False))

    def test_an_api_that_amazon_forbids_rests(self):
        self.billed()
        self.server.on(REPORTS, error(403, 'Unauthorized'))
        self.fetch(3)
        self.assertEqual((self.access.documents_state, len(self.asked(REPORTS))), ('stopped', 1))
        self.assertIn("Business Purchase Reconciliation", self.problem_notes())

    @mute_logger('odoo.addons.amazon_punchout.tools.steps')
    def test_an_error_in_odoo_stops_no_other_pdf(self):
        first, second = self.billed(), self.two_lines()
        with lifted():
            second.write({'amazon_order_ref': '111-1'})
        Pdf = type(self.env['amazon.punchout.pdf'])
        keep = Pdf._keep_files

        def broken(pdf, contents):
            if pdf.kind == 'invoice':
                raise ValueError("broken")
            keep(pdf, contents)

        self.patch(Pdf, '_keep_files', broken)
        self.fetch(2)
        self.assertEqual((len(self.files(first)), len(self.files(second))), (0, 1))

    def test_nothing_is_fetched_unless_it_is_switched_on(self):
        self.billed()
        self.access.use_documents = False
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.access.use_documents = True
        self.group.database_name = 'another'
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertFalse(self.pdfs() or self.server.asked)

    def test_old_bills_and_tests_are_left(self):
        bill = self.billed()
        self.env.cr.execute("UPDATE account_move SET create_date = now() - interval '90 days' WHERE id = %s", [bill.id])
        bill.invalidate_recordset()
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertFalse(self.pdfs())

    def test_no_address_of_a_file_is_stored(self):
        self.billed()
        self.server.on(FILE, reply(500))
        self.fetch(2)
        self.env.cr.execute("SELECT count(*) FROM amazon_punchout_api access WHERE access::text LIKE '%secret-part%'")
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.assertIn("HTTP 500", self.access.documents_fault)
