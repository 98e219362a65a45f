"""Real carts of Amazon, from the folder that AMAZON_PUNCHOUT_SHARED names."""
import os
import re
from pathlib import Path

from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged

from .common import AmazonCase

SHARED = 'AMAZON_PUNCHOUT_SHARED'


@tagged('post_install', '-at_install')
class TestSamples(AmazonCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.JPY').write({'active': True, 'rate_ids': [Command.clear()]})

    def sample(self, name):
        folder = os.environ.get(SHARED)
        if not folder:
            self.skipTest(f"{SHARED} is not set: it names the folder with samples/{name}")
        return (Path(folder) / 'samples' / name).read_bytes()

    def bring_home(self, name):
        """Bring a sample home with the cookie of a trip of ours.

        :return: the trip
        """
        raw = self.sample(name)
        session, cookie = self.start_trip()
        raw = re.sub(rb'(<BuyerCookie>).*?(</BuyerCookie>)', rb'\g<1>%s\g<2>' % cookie.encode(), raw, flags=re.DOTALL)
        session, taken = self.receive(cookie, raw)
        self.assertTrue(taken)
        return session

    def test_the_american_cart_is_9_98_dollars(self):
        order = self.bring_home('cart-us-1-line.xml').purchase_order_id
        self.assertEqual((order.amount_total, order.currency_id.name), (9.98, 'USD'))
        self.assertEqual(order.order_line.mapped('amazon_line_type'), ['item', 'shipping'])
        line = order.order_line[0]
        self.assertEqual((line.amazon_asin, line.amazon_auxiliary_id), ('B074J5TWYL', '136-4982173-3109337,1'))
        self.assertEqual((line.amazon_seller, line.amazon_unspsc), ('Amazon.com Services, Inc', '50201700'))

    def test_the_japanese_cart_matches_the_companys_tax_of_8_percent(self):
        tax = self.new_tax(8)
        order = self.bring_home('cart-jp-3-lines.xml').purchase_order_id
        self.assertEqual((order.amount_total, order.currency_id.name), (10466, 'JPY'))
        self.assertEqual(order.order_line.tax_ids, tax)
        self.assertEqual(order.order_line.mapped('amazon_line_type'), ['item'] * 3)
        self.assertEqual((order.amount_untaxed, order.amount_tax), (9691, 775))

    def test_the_japanese_cart_has_one_estimate_where_there_is_no_such_tax(self):
        order = self.bring_home('cart-jp-3-lines.xml').purchase_order_id
        self.assertEqual(order.amount_total, 10466)
        self.assertFalse(order.order_line.tax_ids)
        estimate = order.order_line.filtered(lambda line: line.amazon_line_type == 'tax')
        self.assertEqual((estimate.price_unit, estimate.product_id), (775, self.group.tax_product_id))
        self.assertIn("no purchase tax of 8 %", " ".join(order.message_ids.mapped('body')))

    def test_the_empty_cart_creates_nothing(self):
        orders = self.env['purchase.order'].search_count([])
        session = self.bring_home('cart-jp-empty.xml')
        self.assertEqual((session.state, session.purchase_order_id.id), ('left', False))
        self.assertEqual(self.env['purchase.order'].search_count([]), orders)

    def test_the_order_request_is_the_samples_in_substance(self):
        expected = etree.fromstring(self.sample('order-jp-3-lines.xml'))
        self._live_where_the_sample_lives()
        order = self.bring_home('cart-jp-3-lines.xml').purchase_order_id
        order.with_user(self.buyer).button_confirm()
        sent = etree.fromstring(self.send()[0])
        self.assertEqual(self._items(sent), self._items(expected))
        for path in ('Shipping', 'Tax'):
            self.assertEqual(self._money(sent.find(f'.//OrderRequestHeader/{path}')),
                             self._money(expected.find(f'.//OrderRequestHeader/{path}')))
        for path in ('ShipTo', 'BillTo'):
            self.assertEqual(self._address(sent.find(f'.//{path}/Address')),
                             self._address(expected.find(f'.//{path}/Address')))
        self.assertEqual(sent.findtext('.//ShipTo//DeliverTo'), expected.findtext('.//ShipTo//DeliverTo'))
        self.assertEqual(sent.findtext('.//Extrinsic[@name="email"]'), 'testusera@test.co.jp')
        self.assertEqual(sent.findtext('.//Contact/Email'), 'testusera@test.co.jp')
        self.assertEqual(self._money(sent.find('.//OrderRequestHeader/Total')), ('JPY', '9691.00'),
                         "the sum of the lines; the sample's has the tax in it, and Amazon takes both")
        self.assertEqual(sent.find('.//OrderRequestHeader').get('orderID'), order.name)

    def _live_where_the_sample_lives(self):
        tokyo = self.env['res.country.state'].create({
            'name': "東京都", 'code': 'TST', 'country_id': self.env.ref('base.jp').id})
        address = {
            'name': "ABC株式会社", 'street': "下目黒1-8-1 ARCO TOWER Annex 14F", 'street2': "(株)ABC商事DEF事業部GHIJK部",
            'city': "目黒区", 'state_id': tokyo.id, 'zip': "153-0064", 'country_id': self.env.ref('base.jp').id,
            'phone': "03-1234-5678", 'email': "testusera@test.co.jp", 'ref': '384',
        }
        self.company.partner_id.write(address)
        self.warehouse.write({'partner_id': self.company.partner_id.id, 'amazon_address_id': '384'})
        self.buyer.partner_id.write({'name': "購買 太郎", 'email': "testusera@test.co.jp"})

    def _money(self, node):
        money = node.find('Money')
        return money.get('currency'), money.text

    def _items(self, root):
        """What Amazon compares with its cart. Our echo of the extrinsics is the cart's, which has two more."""
        return [(
            node.get('lineNumber'), node.get('quantity'), node.findtext('ItemID/SupplierPartID'),
            node.findtext('ItemID/SupplierPartAuxiliaryID'), self._money(node.find('ItemDetail/UnitPrice')),
            node.findtext('ItemDetail/Description'), node.findtext('ItemDetail/UnitOfMeasure'),
            node.findtext('ItemDetail/ManufacturerPartID'), node.findtext('ItemDetail/ManufacturerName'),
            [(each.get('name'), each.text) for each in node.findall('ItemDetail/Extrinsic')
             if each.get('name') not in ('sellerTaxEnabled', 'itemTaxable')],
            self._money(node.find('Shipping')), self._money(node.find('Tax')),
            [(each.get('percentageRate'), each.get('purpose'), self._money(each.find('TaxAmount')))
             for each in node.findall('Tax/TaxDetail')],
        ) for node in root.findall('.//ItemOut')]

    def _address(self, node):
        return {
            'addressID': node.get('addressID'), 'isoCountryCode': node.get('isoCountryCode'),
            'Name': node.findtext('Name'), 'Street': [each.text for each in node.findall('.//Street')],
            **{name: node.findtext(f'.//{name}') for name in ('City', 'State', 'PostalCode', 'Email', 'Number')},
            'country': node.find('PostalAddress/Country').get('isoCountryCode'),
            'CountryCode': node.findtext('.//CountryCode'), 'AreaOrCityCode': node.findtext('.//AreaOrCityCode'),
        }
