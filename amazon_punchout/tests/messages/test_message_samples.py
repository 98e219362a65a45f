"""Real messages of Amazon, about an order made from the cart that goes with them."""
import re

from odoo.fields import Command
from odoo.tests import tagged

from ..cxml.cxml_inventor import shared
from ..shipping.test_shipment_report import ReportCase
from ..words_case import WordsCase

YAMATO = 'https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id='


@tagged('post_install', '-at_install')
class TestMessageSamples(WordsCase, ReportCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.JPY').write({'active': True, 'rate_ids': [Command.clear()]})

    def japanese_order(self):
        """Send an order of three lines."""
        session, cookie = self.start_trip()
        raw = re.sub(rb'(<BuyerCookie>).*?(</BuyerCookie>)', rb'\g<1>%s\g<2>' % cookie.encode(),
                     shared(self, 'samples', 'cart-jp-3-lines.xml').read_bytes(), flags=re.DOTALL)
        session, _taken = self.receive(cookie, raw)
        order = session.purchase_order_id
        order.with_user(self.buyer).button_confirm()
        self.send()
        return order

    def deliver_sample(self, order, name):
        """Deliver a sample with the number and the payloadID of an order of ours."""
        raw = shared(self, 'samples', name).read_bytes()
        raw = re.sub(rb'orderID="[^"]*"', b'orderID="%s"' % order.name.encode(), raw)
        raw = re.sub(rb'(<DocumentReference payloadID=)"[^"]*"',
                     rb'\g<1>"%s"' % self.requests(order).payload_id.encode(), raw)
        return self.deliver(raw)

    def test_the_japanese_order_is_one_shipment(self):
        order = self.japanese_order()
        document = self.deliver_sample(order, 'ship-notice-jp-3-lines.xml')
        self.assertEqual(document.state, 'processed', document.reason)
        shipment = order.amazon_shipment_ids
        self.assertEqual(shipment.mapped('tracking_number'), ['444269227953'])
        self.assertEqual((shipment.carrier, shipment.tracking_url), ('ヤマト運輸', f'{YAMATO}444269227953'))
        self.assertEqual((str(shipment.shipped_at), str(shipment.expected_at)),
                         ('2018-12-04 06:40:39', '2018-12-05 11:00:00'))
        items = order.order_line.filtered(lambda line: line.amazon_line_type == 'item')
        self.assertEqual(items.mapped('amazon_shipped_quantity'), [1, 1, 1])
        for tracking in (order.amazon_tracking, order.picking_ids.amazon_parcel_ids._tracking_links()):
            self.assertIn(f'href="{YAMATO}444269227953"', tracking)
        self.assertEqual(str(order.picking_ids.scheduled_date), '2018-12-05 11:00:00')

    def test_the_shipment_of_the_japanese_order_is_linked_in_its_pdf(self):
        order = self.japanese_order()
        self.deliver_sample(order, 'ship-notice-jp-3-lines.xml')
        text, addresses = self.print_pdf(order)
        self.assertIn(f'{YAMATO}444269227953', addresses)
        self.assertIn('444269227953', text)

    def test_the_japanese_order_is_confirmed_in_full(self):
        order = self.japanese_order()
        document = self.deliver_sample(order, 'confirmation-jp-3-lines.xml')
        self.assertEqual(document.state, 'processed', document.reason)
        items = order.order_line.filtered(lambda line: line.amazon_line_type == 'item')
        self.assertEqual(items.mapped('amazon_confirmation'), ['accepted'] * 3)
        self.assertEqual((order.amazon_state, order.amazon_order_ref, order.partner_ref, order.amount_total),
                         ('confirmed', '250-5123176-9239824', '250-5123176-9239824', 10466))

    def test_what_the_requester_of_the_japanese_order_reads_is_documented_word_for_word(self):
        order = self.japanese_order()
        self.begin_reading(order)
        self.deliver_sample(order, 'confirmation-jp-3-lines.xml')
        self.assertReads('W01', order)
