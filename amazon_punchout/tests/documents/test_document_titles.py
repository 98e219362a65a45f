"""The titles of documents from and to Amazon."""
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, envelope, invoice_line, invoice_xml, ship_notice_xml, status
from ..message_case import MessageCase


@tagged('post_install', '-at_install')
class TestDocumentTitles(MessageCase):

    def titles(self, documents, **context):
        return documents.with_user(self.manager).with_context(**context).mapped('display_name')

    def test_a_title_says_which_order_it_is_about_and_what_it_is(self):
        order = self.sent_order()
        self.assertEqual(set(self.titles(order.amazon_document_ids)), {f"{order.name}: Cart", f"{order.name}: Order"})
        net = order.amount_untaxed
        bill = invoice_xml([(order, invoice_line(1, 1, net))], subtotal=net, net=net, invoice_id='BILL')
        credit = invoice_xml([(order, invoice_line(1, 1, net))], subtotal=net, net=net, invoice_id='BACK',
                             purpose='lineLevelCreditMemo', original_invoice_id='BILL')
        for raw, name in (
            (confirmation_xml(order, [(1, 1, status())]), "Order Confirmation"),
            (ship_notice_xml(order), "Ship Notice"),
            (bill, "Invoice"),
            (credit, "Credit"),
        ):
            document = self.deliver(raw)
            self.assertEqual(self.titles(document), [f"{order.name}: {name}"])
            self.assertNotIn(document.payload_id, self.titles(document)[0])

    def test_without_an_order_a_title_says_when_it_came_in_the_readers_time(self):
        document = self.deliver(envelope('<ShipNoticeRequest/>'))
        self.env.cr.execute(
            "UPDATE amazon_punchout_document SET create_date = '2026-03-01 22:30:00' WHERE id = %s", [document.id]
        )
        self.env.invalidate_all()
        self.assertRegex(self.titles(document, tz='UTC')[0], r"^Ship Notice, Mar 1(, 2026)?, 10:30.PM$")
        self.assertRegex(self.titles(document, tz='Asia/Tokyo')[0], r"^Ship Notice, Mar 2(, 2026)?, 7:30.AM$")

    def test_a_kind_without_a_title_keeps_its_name(self):
        document = self.deliver(envelope('<ReceiptRequest/>'))
        self.assertEqual(document.type_name, 'ReceiptRequest')
