"""The sentence of an order goes on after its confirmation: shipped, arrives Tuesday, received, billed."""
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, ship_notice_xml, status
from ..ship_notice_case import ShipNoticeCase


@tagged('-at_install', 'post_install')
class TestWhereItIs(ShipNoticeCase):

    def setUp(self):
        super().setUp()
        self.po = self.three_lines()
        self.buyer.tz = 'UTC'

    def sentence(self):
        self.env.invalidate_all()
        return self.po.with_user(self.buyer).amazon_status.replace('\xa0', ' ')

    def confirm_all(self, **values):
        self.deliver(confirmation_xml(self.po, [
            (number, quantity, status(quantity=quantity, **values)) for number, quantity in ((1, 2), (2, 3), (3, 1))]))

    def test_a_confirmed_order_said_nothing_more(self):
        day = fields.Datetime.now() + timedelta(days=3)
        stated = day.strftime('%Y-%m-%dT12:00:00Z')
        self.confirm_all(delivery_date=stated)
        weekday = day.strftime('%A')
        self.assertEqual(self.sentence(), f"Confirmed by Amazon: all lines accepted. Arrives {weekday}")
        self.deliver(ship_notice_xml(self.po, [(1, 2)], delivery_date=stated))
        self.assertTrue(self.sentence().endswith(f"Partly shipped, arrives {weekday}"), self.sentence())
        self.deliver(ship_notice_xml(self.po, [(2, 3), (3, 1)], shipment_id='SHIP2', delivery_date=stated))
        self.assertTrue(self.sentence().endswith(f"Shipped, arrives {weekday}"), self.sentence())
        self.receive_goods(self.po)
        self.assertEqual(self.sentence(), "Confirmed by Amazon: all lines accepted. Received")
        self.po.action_create_invoice()
        self.po.invoice_ids.invoice_date = fields.Date.today()
        self.po.invoice_ids.action_post()
        self.assertTrue(self.sentence().endswith("Received. Billed"), self.sentence())

    def test_what_was_changed_is_said_with_the_total(self):
        self.deliver(confirmation_xml(self.po, [
            (1, 2, status(quantity=2, price='25.00')), (2, 3, status('reject', 3, error="Out [Error code: 015-005]")),
            (3, 1, status('backordered', 1))]))
        self.assertRegex(
            self.sentence(), r"^Partly confirmed by Amazon: 1 of 3 rejected \(Out of stock\), 1 of 3 at a higher "
            r"price \(\+\$ 30\.00\), 1 of 3 back-ordered; total \$ 70\.00, was \$ 55\.00")

    def test_partial_is_yellow_and_cancelled_is_red(self):
        form = etree.fromstring(self.po.get_view(self.env.ref('purchase.purchase_order_form').id, 'form')['arch'])
        for color, words in (('warning', "amazon_state != 'partial'"), ('danger', "amazon_state != 'cancelled'")):
            alerts = form.xpath(f'//div[contains(@class, "alert-{color}")][field[@name="amazon_status"]]')
            self.assertEqual(len(alerts), 1)
            self.assertIn(words, alerts[0].get('invisible'))
