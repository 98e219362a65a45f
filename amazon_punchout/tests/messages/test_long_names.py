"""Numbers that are longer than any that Amazon writes: no index has room for them, yet they stop no message."""
import hashlib

from odoo.tests import tagged

from ...const import LONGEST_NAME
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, ship_notice_xml
from ..message_case import MessageCase

# PostgreSQL packs what repeats itself, and refuses about 2,700 bytes of an index after that.
LONG = ''.join(hashlib.sha512(bytes([each])).hexdigest() for each in range(90))


@tagged('post_install', '-at_install')
class TestLongNames(MessageCase):

    def assertNeedsPerson(self, document, element):
        self.assertEqual(document.state, 'attention', document.reason)
        self.assertIn(f"has an invalid value in {element}: “{LONG[:20]}", document.reason)
        self.assertLess(len(document.reason), 500)
        self.assertTrue(document.activity_ids)

    def test_the_number_of_an_invoice(self):
        order = self.sent_order()
        self.assertNeedsPerson(self.deliver(
            invoice_xml([(order, invoice_line(1, 1, '9.99'))], invoice_id=LONG)),
            'InvoiceDetailRequestHeader/@invoiceID')
        longest = self.deliver(invoice_xml(
            [(order, invoice_line(1, 1, '9.99'))], invoice_id=LONG[:LONGEST_NAME], payload_id='longest'))
        self.assertEqual(longest.state, 'processed', longest.reason)

    def test_the_number_of_a_shipment(self):
        order = self.sent_order()
        self.assertNeedsPerson(
            self.deliver(ship_notice_xml(order, [(1, 1)], shipment_id=LONG)), 'ShipNoticeHeader/@shipmentID')
        longest = self.deliver(ship_notice_xml(
            order, [(1, 1)], shipment_id=LONG[:LONGEST_NAME], payload_id='longest'))
        self.assertEqual(longest.state, 'processed', longest.reason)

    def test_the_invoice_that_a_credit_memo_names(self):
        credit = self.deliver(invoice_xml(
            [(self.sent_order(), invoice_line(1, -1, '9.99'))], purpose='creditMemo', invoice_id='CR-1',
            original_invoice_id=LONG))
        self.assertEqual(credit.state, 'waiting', credit.reason)

    def test_the_number_of_a_confirmation(self):
        order = self.sent_order()
        document = self.deliver(confirmation_xml(order, kind='accept', confirm_id=LONG))
        self.assertEqual(document.state, 'processed', document.reason)

    def test_the_tracking_number_of_a_shipment(self):
        document = self.deliver(ship_notice_xml(self.sent_order(), [(1, 1)], tracking=LONG))
        self.assertEqual(document.state, 'processed', document.reason)
