"""The other documents of docs/messages.md, row by row."""
from odoo.tests import tagged

from ..common import SECRET
from ..cxml_builder import AMAZONS_COOKIE, cart_xml, confirmation_xml, envelope, item, setup_xml
from ..endpoint_case import EndpointCase
from ..punchin_case import BASIC
from ..table_case import TableCase


@tagged('-at_install', 'post_install')
class TestMessageTableOthers(EndpointCase, TableCase):
    rows = 'O'

    def test_every_row_of_the_table_is_a_test(self):
        self.assertRowsAreTested()

    def test_O01_a_profile_request(self):
        text = self.assertAnswer(self.post_message(envelope('<ProfileRequest/>', secret=SECRET)), 200)
        for name in ('ConfirmationRequest', 'ShipNoticeRequest', 'InvoiceDetailRequest'):
            self.assertIn(f'requestName="{name}"', text)
        self.assertFalse(self.messages())

    def test_O02_another_document(self):
        self.assertAnswer(self.post_message(envelope(
            '<StatusUpdateRequest><Status code="200" text="OK"/></StatusUpdateRequest>', secret=SECRET)), 200)
        self.run_cron('amazon_punchout.ir_cron_process')
        document = self.messages()
        self.assertEqual(document.state, 'attention')
        self.assertIn('StatusUpdateRequest', document.reason)
        self.assertEqual(self.document_notified(document), self.administrator)

    def test_O03_a_document_of_punch_in(self):
        self.group.flow = 'punchin'
        text = self.assertAnswer(self.post_message(setup_xml(self.buyer.email), basic=BASIC), 200)
        self.assertIn('StartPage', text)
        self.assertAnswer(self.post_message(cart_xml(AMAZONS_COOKIE, [item()]), basic=BASIC), 200)
        session = self.env['amazon.punchout.session'].search([('state', '=', 'unclaimed')])
        self.assertEqual(session.activity_ids.user_id, self.buyer)
        self.assertFalse(self.messages())

    def test_O04_a_document_of_punch_in_for_another_group(self):
        self.assertAnswer(self.post_message(setup_xml(self.buyer.email), basic=BASIC), 400)
        self.run_cron('amazon_punchout.ir_cron_process')
        document = self.messages()
        self.assertEqual((document.state, self.document_notified(document)), ('attention', self.administrator))

    def test_O05_a_payload_id_that_came_before_with_other_content(self):
        order = self.order()
        for kind in ('accept', 'reject'):
            self.assertAnswer(self.post_message(
                confirmation_xml(order, kind=kind, payload_id='same@amazon.example', secret=SECRET)), 200)
            self.run_cron('amazon_punchout.ir_cron_process')
        first, other = self.messages()
        self.assertEqual((first.state, other.state, order.amazon_state), ('processed', 'attention', 'confirmed'))
        self.assertEqual(self.document_notified(other), self.administrator)
