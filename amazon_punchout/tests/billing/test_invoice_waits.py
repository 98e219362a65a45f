"""Amazon's invoices whose order is unknown wait."""
from odoo.tests import tagged

from ..bill_case import BillCase
from ..cxml_builder import envelope, invoice_line, invoice_xml, money


def unnamed(order, *lines):
    """Make an invoice whose order reference is empty."""
    raw = invoice_xml([(order, *lines)], net='20.00').decode()
    start, end = raw.index('<OrderReference'), raw.index('</OrderReference>')
    return raw[:start] + '<OrderReference><DocumentReference payloadID=""/>' + raw[end:]


@tagged('post_install', '-at_install')
class TestInvoiceWaits(BillCase):

    def test_an_invoice_that_names_no_order_waits(self):
        order = self.two_lines()
        document = self.deliver(unnamed(order, invoice_line(1, 2, '10.00')).encode())
        self.assertEqual(document.state, 'waiting')
        self.assertFalse(self.move())

    def test_an_invoice_without_any_order_waits(self):
        document = self.deliver(envelope(
            '<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="INV-1" purpose="standard" operation="new" '
            'invoiceDate="2026-03-06T00:00:00Z"><InvoiceDetailHeaderIndicator/><InvoiceDetailLineIndicator/>'
            f'</InvoiceDetailRequestHeader><InvoiceDetailSummary><SubtotalAmount>{money("1.00")}</SubtotalAmount>'
            '</InvoiceDetailSummary></InvoiceDetailRequest>'))
        self.assertEqual(document.state, 'waiting')
        self.assertIn("does not mention an order", document.reason)
