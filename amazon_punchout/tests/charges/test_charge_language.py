"""What is wrong with a charge, a report or an API is read in the language of whoever reads it."""
from odoo import fields
from odoo.tests import tagged

from ...const import TRACKING
from ...tools.http_post import Answer
from ..api_case import error, reply
from ..booking_case import BookingCase
from ..charge_case import ChargeCase, charge
from ..language_case import GERMAN, LanguageCase
from ..report_builder import ORDER_HEADERS, order_row, without
from .test_import import THREE, orders_report
from .test_reporting import ReportingCase

CHARGES, LOGIN = '/reconciliation/2021-01-08/transactions', '/auth/o2/token'


@tagged('post_install', '-at_install')
class TestChargeLanguage(LanguageCase, ChargeCase):

    def test_a_charge_of_nobody(self):
        self.state(charge(account_group="Unknown"), companies=self.company)
        self.assertFollowsReader(self.stated(), 'problem', "Unknown")

    def test_a_charge_that_is_doubtful_for_several_reasons(self):
        self.state(charge(account_group="Test group", doubts=('share_or_whole', 'items_differ')))
        self.assertFollowsReader(self.stated(), 'problem')
        self.assertEqual(self.in_german(self.stated()).problem.count('⟦'), 3, "two doubts and what to do")

    def test_a_charge_that_names_an_order_that_was_never_sent(self):
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        self.state(charge(account_group="Test group", number=order.name))
        self.assertFollowsReader(self.stated(), 'problem', order.name)

    def test_a_report_that_lacks_a_column(self):
        report = self.upload(orders_report(*THREE, headers=without(ORDER_HEADERS, 'Order Net Total')))
        self.assertFollowsReader(report, 'problem', "Order Net Total")

    def test_a_file_that_is_no_report(self):
        for raw in (b'%PDF-1.4', b'a,b\n1,2\n'):
            with self.subTest(raw):
                self.assertFollowsReader(self.upload(raw), 'problem')

    def test_a_row_that_was_not_understood(self):
        report = self.upload(orders_report(*THREE, order_row('ten', Order_ID='111-4', Payment_Reference_ID='R4')))
        for row in report.problem_ids:
            self.assertFollowsReader(row, 'reason', "ten")


@tagged('post_install', '-at_install')
class TestBookingLanguage(LanguageCase, BookingCase):

    def test_a_charge_that_fits_nothing(self):
        order = self.order()
        charge = self.charge(order, 1234.56)
        self.assertFollowsReader(charge, 'problem', order.name)
        self.assertIn("1.234,56", self.in_german(charge).problem)
        self.assertIn("1,234.56", charge.problem)

    def test_an_accountant_was_told_of_a_bill_in_the_language_of_the_scheduled_action(self):
        accountant = self.new_user('accountant', 'account.group_account_invoice')
        accountant.lang = GERMAN
        self.group.bill_user_id = accountant
        bill = self.charge(self.order(), 64.23).bill_ids
        activity = bill.activity_ids.filtered(lambda each: each.user_id == accountant)
        self.assertTrue(activity)
        self.assertTrue(activity.summary.startswith('⟦'), activity.summary)
        self.assertIn('<p>⟦', str(activity.note))
        self.assertIn('⟦Created from what Amazon charged: ', "".join(bill.message_ids.mapped('body')))

    def test_a_charge_that_can_not_be_paid(self):
        order = self.order()
        charge = self.charge(order, 64.23, instrument='other')
        self.post(charge.bill_ids)
        self.assertFollowsReader(charge, 'problem', charge.bill_ids.name)
        self.assertIn("64,23", self.in_german(charge).problem)

    def test_a_dismissal_that_was_taken_back(self):
        charge = self.charge(self.order(), 12.34)
        charge._dismiss("Twice")
        self.in_german(charge).action_undo_dismissal()
        self.assertTrue(charge.problem)
        self.assertFollowsReader(charge, 'problem')


@tagged('post_install', '-at_install')
class TestApiLanguage(LanguageCase, ReportingCase):

    def test_an_api_that_is_closed(self):
        self.server.on(LOGIN, reply(400, {'error': 'invalid_grant', 'error_description': "Weg"}))
        self.access.use_reconciliation = True
        self.run_cron('amazon_punchout.ir_cron_fetch')
        self.assertFollowsReader(self.access, 'reconciliation_problem', "Weg")

    def test_charges_that_could_not_be_fetched(self):
        self.access.use_reconciliation = True
        for given, words in ((reply(503), "HTTP 503"), (reply(raw=b'<html/>'), ""), (error(400, 'Invalid'), "Invalid")):
            with self.subTest(words):
                self.server.on(CHARGES, given)
                self.access.next_fetch_at = False
                self.run_cron('amazon_punchout.ir_cron_fetch')
                self.assertFollowsReader(self.access, 'fetch_problem', words)

    def test_an_answer_that_was_not_understood(self):
        page = self.env['amazon.punchout.api.page']._store(
            self.access, 'transactions', 'question', Answer(200, b'<html/>'))
        page._process()
        self.assertFollowsReader(page, 'reason')

    def test_orders_that_could_not_be_asked_about(self):
        order = self.unclear()
        self.server.on(f'/purchaseOrders/{order.name}/', reply(503))
        self.follow()
        self.assertFollowsReader(self.access, 'report_problem', "HTTP 503")

    def test_what_reporting_answered(self):
        order = self.unclear()
        self.knows(order)
        self.again(order, amazon_follow_count=0)
        self.assertFollowsReader(self.requests(order)[-1], 'reporting_answer')
        self.knows(order, self.report(order))
        self.again(order, amazon_follow_count=0)
        self.assertFollowsReader(self.requests(order)[-1], 'reason', "111-1111111-1111111")
        self.assertIn("⟦Amazon's Reporting API: ⟦", self.in_german(self.requests(order)[-1]).reason)

    def test_a_pdf_that_amazon_does_not_give(self):
        self.access.use_documents = True
        order = self.sent()
        pdf = self.env['amazon.punchout.pdf'].create({
            'kind': 'summary', 'number': "111-1", 'group_id': self.group.id, 'purchase_order_id': order.id,
            'state': 'asked', 'report_ref': 'R1', 'next_at': fields.Datetime.now()})
        self.server.on('/reports/2021-09-30/reports/R1', reply(body={'processingStatus': 'FATAL'}))
        self.run_cron('amazon_punchout.ir_cron_pdfs')
        self.assertFollowsReader(pdf, 'reason', "FATAL")

    def test_package_tracking_that_can_not_be_read(self):
        document = self.env['amazon.punchout.document'].create({
            'direction': 'in', 'document_type': TRACKING, 'group_id': self.group.id, 'body': b'{}',
            'deployment_mode': 'production', 'state': 'received'})
        document._process()
        self.assertEqual(document.state, 'attention')
        self.assertFollowsReader(document, 'reason')
        self.assertIn(": ⟦There is no event", self.in_german(document).reason)
