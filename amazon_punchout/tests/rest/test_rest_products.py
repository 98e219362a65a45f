from decimal import Decimal

from odoo.tests import BaseCase

from ...rest import RestError, offers_body, read_offers
from ..rest_builder import answer_of, money, offer, product


class TestProducts(BaseCase):

    def offers(self, *offers, quantity=1):
        return read_offers(answer_of(products=[product('B1', *offers)]), quantity)['B1']

    def test_what_is_asked(self):
        self.assertEqual(offers_body(['B1', 'B2'], 'gb', 'UK', 3), (
            '/products/2020-08-26/products/getProductsByAsins', {
                'productIds': ['B1', 'B2'], 'productRegion': 'UK', 'locale': 'en_GB', 'quantity': 3,
                'facets': ['OFFERS']}))

    def test_an_offer(self):
        [found] = self.offers(offer())
        self.assertEqual((found.asin, found.seller, found.price, found.currency, found.availability, found.most),
                         ('B1', "Pens GmbH", Decimal('189.0'), 'USD', "In Stock.", 999))

    def test_the_price_without_tax_counts(self):
        [found] = self.offers(offer(taxExclusivePrice={'value': money('150.00', 'EUR')}))
        self.assertEqual((found.price, found.currency), (Decimal('150.00'), 'EUR'))
        [found] = self.offers(offer(price={'currencyCode': 'USD', 'amount': '9.99'}))
        self.assertEqual(found.price, Decimal('9.99'))

    def test_the_price_of_the_quantity_counts(self):
        tiers = {'quantityPriceTiers': [
            {'quantityRange': {'minQuantity': 10}, 'unitPrice': {'value': money('80.00')}},
            {'quantityRange': {'minQuantity': 2}, 'unitPrice': {'value': money('90.00')}},
            {'quantityRange': {}, 'unitPrice': {'value': money('1.00')}}, {'quantityRange': {'minQuantity': 3}}]}
        for quantity, price in ((1, '189.0'), (2, '90.00'), (9, '90.00'), (10, '80.00')):
            [found] = self.offers(offer(quantityPrice=tiers), quantity=quantity)
            self.assertEqual(found.price, Decimal(price))

    def test_everything_is_optional(self):
        for name in offer():
            self.assertEqual(len(self.offers(offer(**{name: None}))), 1)
        self.assertEqual(self.offers(), ())
        self.assertEqual(read_offers(answer_of(products=[{}, {'asin': 'B2', 'offers': [offer()]}]), 1).keys(), {'B2'})
        self.assertEqual(read_offers(answer_of(), 1), {})
        with self.assertRaises(RestError):
            read_offers(b'[]', 1)
