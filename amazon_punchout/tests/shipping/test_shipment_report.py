"""The printed purchase order: the tracking links can be clicked in the PDF."""
import io
import shutil

from lxml import html

from odoo.tests import tagged
from odoo.tools.pdf import PdfReader

from ..cxml_builder import ship_notice_xml
from ..message_case import MessageCase

REPORT = 'purchase.action_report_purchase_order'
UPS = 'https://www.ups.com/track?tracknum='


def links(pdf):
    """Read the text of a PDF and the addresses of its links."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    annotations = [each.get_object() for page in pages for each in page.get('/Annots') or []]
    addresses = [each['/A']['/URI'] for each in annotations if each.get('/A', {}).get('/URI')]
    return "\n".join(page.extract_text() for page in pages), addresses


class ReportCase(MessageCase):

    def print_html(self, order):
        """Print an order as the buyer gets it, as a tree of HTML."""
        content, _kind = self.env['ir.actions.report'].with_user(self.buyer)._render_qweb_html(REPORT, order.ids)
        return html.fromstring(content)

    def print_pdf(self, order):
        """Print an order as PDF; see :func:`links`."""
        if not shutil.which('wkhtmltopdf'):
            self.skipTest("NOT TESTED: the PDF itself, since wkhtmltopdf is not installed; its HTML is")
        # No server answers during a test: without this wkhtmltopdf would wait for style sheets.
        self.env['ir.config_parameter'].sudo().set_param('report.url', 'http://127.0.0.1:9')
        reports = self.env['ir.actions.report'].with_user(self.buyer).with_context(force_report_rendering=True)
        return links(reports._render_qweb_pdf(REPORT, order.ids)[0])


@tagged('-at_install', 'post_install')
class TestShipmentReport(ReportCase):

    def order(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(1, 2)], shipment_id='S1', tracking='1Z1'))
        self.deliver(ship_notice_xml(order, [(2, 3)], shipment_id='S2', carrier='Pony', tracking='P<2'))
        self.deliver(ship_notice_xml(order, [(3, 1)], shipment_id='S3', tracking='1Z3',
                                     notice_date='2026-03-02T10:00:00Z'))
        self.deliver(ship_notice_xml(
            order, [(3, 1)], shipment_id='S3', tracking='1Z3', notice_date='2026-03-02T11:00:00Z', operation='delete'))
        return order

    def test_the_printed_order_links_its_parcels(self):
        tree = self.print_html(self.order())
        [block] = tree.xpath('//div[@name="amazon_shipments"]')
        self.assertEqual(block.xpath('.//a/@href'), [f'{UPS}1Z1'])
        text = " ".join(block.text_content().split())
        for part in ("UPS 1Z1", "Pony P<2", "03/05/2026"):
            self.assertIn(part, text)
        self.assertNotIn('1Z3', text, "Amazon took it back")

    def test_the_links_of_the_pdf_can_be_clicked(self):
        text, addresses = self.print_pdf(self.order())
        self.assertIn(f'{UPS}1Z1', addresses)
        self.assertIn('1Z1', text)
        self.assertIn('P<2', text)

    def test_an_order_without_shipments_is_printed_as_ever(self):
        for order in (self.three_lines(), self.env['purchase.order'].create({'partner_id': self.vendor.id})):
            self.assertFalse(self.print_html(order).xpath('//div[@name="amazon_shipments"]'))
