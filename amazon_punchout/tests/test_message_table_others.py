"""The other documents of docs/messages.md, row by row."""
from odoo.tests import tagged

from .common import SECRET
from .door_case import DoorCase
from .messages import envelope
from .table_case import TableCase


@tagged('-at_install', 'post_install')
class TestMessageTableOthers(DoorCase, TableCase):
    rows = 'O'

    def test_every_row_of_the_table_is_a_test(self):
        self.assertRowsAreTested()

    def test_O01_a_profile_request(self):
        text = self.assertAnswer(self.knock(envelope('<ProfileRequest/>', secret=SECRET)), 200)
        for name in ('ConfirmationRequest', 'ShipNoticeRequest', 'InvoiceDetailRequest'):
            self.assertIn(f'requestName="{name}"', text)
        self.assertFalse(self.messages())

    def test_O02_another_document(self):
        self.assertAnswer(self.knock(envelope(
            '<StatusUpdateRequest><Status code="200" text="OK"/></StatusUpdateRequest>', secret=SECRET)), 200)
        self.run_cron('amazon_punchout.ir_cron_process')
        document = self.messages()
        self.assertEqual(document.state, 'attention')
        self.assertIn('StatusUpdateRequest', document.reason)
        self.assertEqual(self.document_told(document), self.administrator)
