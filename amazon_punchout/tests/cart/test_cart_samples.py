"""Real carts of Amazon, from the folder that AMAZON_PUNCHOUT_SHARED names."""
import re

from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged

from ..common import AmazonCase
from ..cxml.cxml_inventor import shared


@tagged('post_install', '-at_install')
class TestSamples(AmazonCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.JPY').write({'active': True, 'rate_ids': [Command.clear()]})

    def sample(self, name):
        return shared(self, 'samples', name).read_bytes()

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
        self.assertIn("no purchase tax of 8%", " ".join(order.message_ids.mapped('body')))

    def test_the_empty_cart_creates_nothing(self):
        orders = self.env['purchase.order'].search_count([])
        session = self.bring_home('cart-jp-empty.xml')
        self.assertEqual((session.state, session.purchase_order_id.id), ('left', False))
        self.assertEqual(self.env['purchase.order'].search_count([]), orders)

    def test_what_leaves_and_what_is_stored_is_valid(self):
        dtd = etree.DTD(str(shared(self, 'dtd', '1.2.071', 'cXML.dtd')))
        for name in ('cart-us-1-line.xml', 'cart-jp-3-lines.xml'):
            session = self.bring_home(name)
            session.purchase_order_id.with_user(self.buyer).button_confirm()
            [sent] = self.send()
            stored = session.document_ids.filtered(lambda document: document.direction == 'out')
            self.assertEqual(set(stored.mapped('document_type')), {'PunchOutSetupRequest', 'OrderRequest'})
            for raw in (sent, *(document._get_body() for document in stored)):
                with self.subTest(name, raw=raw[:80]):
                    self.assertTrue(dtd.validate(etree.fromstring(raw)), dtd.error_log)

    def test_the_order_request_is_the_samples_in_substance(self):
        expected = etree.fromstring(self.sample('order-jp-3-lines.xml'))
        self._live_where_the_sample_lives(expected)
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
        for path in ('.//OrderRequestHeader/Extrinsic[@name="email"]', './/Contact/Email'):
            self.assertEqual(sent.findtext(path), expected.findtext(path))
        self.assertEqual(self._money(sent.find('.//OrderRequestHeader/Total')), ('JPY', '9691.00'),
                         "the sum of the lines; the sample's has the tax in it, and Amazon takes both")
        self.assertEqual(sent.find('.//OrderRequestHeader').get('orderID'), order.name)

    def _live_where_the_sample_lives(self, sample):
        """Give the company, the warehouse and the shopper the address of the sample's buyer."""
        ship_to = sample.find('.//ShipTo/Address')
        japan = self.env.ref('base.jp')
        state = self.env['res.country.state'].create({
            'name': ship_to.findtext('.//State'), 'code': 'TST', 'country_id': japan.id})
        street, street2 = (each.text for each in ship_to.findall('.//Street'))
        self.company.partner_id.write({
            'name': ship_to.findtext('Name'), 'street': street, 'street2': street2, 'city': ship_to.findtext('.//City'),
            'state_id': state.id, 'zip': ship_to.findtext('.//PostalCode'), 'country_id': japan.id,
            'phone': ship_to.findtext('.//Number'), 'email': ship_to.findtext('Email'), 'ref': ship_to.get('addressID'),
        })
        self.warehouse.write({'partner_id': self.company.partner_id.id, 'amazon_address_id': ship_to.get('addressID')})
        self.buyer.partner_id.name = ship_to.findtext('.//DeliverTo')
        self.buyer.amazon_email = sample.findtext('.//Contact/Email')

    def _money(self, node):
        money = node.find('Money')
        return money.get('currency'), money.text

    def _items(self, root):
        """Return what Amazon compares with its cart.

        The cart's extrinsics are sent back unchanged; the cart of the sample has two more than its order.
        """
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
