
from odoo.tests import BaseCase

from ...tools.tracking import is_amazon, tracking_page

UPS = 'https://www.ups.com/track?tracknum=1Z9'


class TestTrackingPages(BaseCase):

    def test_a_carrier_is_known_however_the_notice_writes_it(self):
        for name in ('UPS', 'ups', ' Ups ', 'UPS Ground', 'UPS_GROUND', 'UPS, Inc.', 'ＵＰＳ',
                     'United Parcel Service'):
            with self.subTest(name):
                self.assertEqual(tracking_page(name, '1Z9'), UPS)

    def test_each_marketplace_has_its_carriers(self):
        for name, host in (
            ('USPS', 'tools.usps.com'), ('U.S. Postal Service', 'tools.usps.com'), ('FEDEX', 'www.fedex.com'),
            ('FedEx Home Delivery', 'www.fedex.com'), ('OnTrac', 'www.ontrac.com'),
            ('Canada Post', 'canadapost-postescanada.ca'),
            ('Purolator', 'www.purolator.com'), ('DHL', 'www.dhl.com'), ('DHL Paket', 'www.dhl.com'),
            ('DPD', 'tracking.dpd.de'),
            ('GLS', 'gls-group.com'), ('Hermes', 'myhermes.de'), ('Evri', 'evri.com'), ('Hermes UK', 'evri.com'),
            ('Royal Mail', 'royalmail.com'), ('La Poste', 'laposte.fr'), ('COLISSIMO', 'laposte.fr'),
            ('Chronopost', 'chronopost.fr'), ('Correos', 'correos.es'), ('Poste Italiane', 'poste.it'),
            ('BRT', 'mybrt.it'),
            ('ヤマト運輸', 'kuronekoyamato.co.jp'), ('ヤマト運輸株式会社', 'kuronekoyamato.co.jp'),
            ('佐川急便', 'sagawa-exp.co.jp'),
            ('日本郵便', 'japanpost.jp'), ('Australia Post', 'auspost.com.au'),
        ):
            with self.subTest(name):
                page = tracking_page(name, '123')
                self.assertRegex(page, f'^https://[^/]*{host}/')
                self.assertTrue(page.endswith('123'), page)

    def test_who_is_not_known_gets_no_link(self):
        for name in (None, '', ' ', 'Pony Express', 'Upside Parcels', 'Correos Express', 'DPD UK', 'GLS US',
                     'Amazon Logistics'):
            with self.subTest(name):
                self.assertIsNone(tracking_page(name, '123'))
        self.assertIsNone(tracking_page('UPS', None))
        self.assertIsNone(tracking_page('UPS', '  '))

    def test_a_number_can_not_leave_its_place_in_the_address(self):
        self.assertEqual(tracking_page('UPS', '1Z 9'), UPS, "blanks are for the reader")
        self.assertEqual(
            tracking_page('UPS', '1&x="><{0}/..#'),
            'https://www.ups.com/track?tracknum=1%26x%3D%22%3E%3C%7B0%7D%2F..%23')

    def test_amazons_own_delivery_is_recognized(self):
        for name in ('Amazon', 'AMAZON LOGISTICS', 'AMZN_US', 'AMZL', 'Amazon.co.jp', 'デリバリープロバイダ'):
            with self.subTest(name):
                self.assertTrue(is_amazon(name))
        for name in (None, '', 'Amazonas Cargo', 'UPS'):
            with self.subTest(name):
                self.assertFalse(is_amazon(name))
