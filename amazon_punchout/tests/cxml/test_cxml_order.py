import random
import re
from datetime import datetime
from decimal import Decimal

from lxml import etree

from odoo.tests import BaseCase

from ...cxml import (
    Contact,
    Credential,
    CxmlError,
    Header,
    ItemOut,
    Money,
    Phone,
    Shipping,
    Tax,
    TaxDetail,
    parse,
    read_cart,
    with_shared_secret,
    write_order_request,
    write_setup_request,
)
from ...cxml.const import XML_LANG
from ..cxml_builder import COOKIE, ITEM, TOTALS, cart
from .cxml_inventor import SECRET, Inventor, address, euro, item, order_request, setup_request, shared


def tree(raw):
    return parse(raw, 'test')


def texts(raw, path):
    return [node.text or '' for node in tree(raw).iterfind(f'.//{path}')]


def tags(node):
    return [child.tag for child in node]


class TestWriteSetupRequest(BaseCase):

    def test_document_in_the_order_of_the_standard(self):
        raw = write_setup_request(setup_request(
            business_unit='North', contact=Contact('Mia Muster', 'mia@muster.example', role='endUser'),
            ship_to=address(), selected_item='B0LAMP0001', extrinsics=(('CostCenter', '7'),),
        ))
        root = tree(raw)
        self.assertRegex(
            raw, rb'(?s)\A<\?xml version=.1\.0. encoding=.UTF-8.\?>\n<!DOCTYPE cXML SYSTEM "[^"]*/cXML\.dtd">\n<cXML '
        )
        self.assertEqual(root.get('payloadID'), 'setup.1@odoo.example')
        self.assertEqual(root.get('timestamp'), '2025-03-30T14:05:09+02:00')
        self.assertEqual(root.find('Request').get('deploymentMode'), 'test')
        request = root.find('Request/PunchOutSetupRequest')
        self.assertEqual(request.get('operation'), 'create')
        self.assertEqual(
            tags(request), ['BuyerCookie', *['Extrinsic'] * 5, 'BrowserFormPost', 'Contact', 'ShipTo', 'SelectedItem'],
        )
        self.assertEqual([(node.get('name'), node.text) for node in request.iterfind('Extrinsic')], [
            ('UserEmail', 'mia@muster.example'), ('FirstName', 'Mia'), ('LastName', 'Muster'),
            ('UserBusinessUnit', 'North'), ('CostCenter', '7'),
        ])
        self.assertEqual(request.findtext('BuyerCookie'), COOKIE)
        self.assertEqual(request.findtext('BrowserFormPost/URL'), 'https://odoo.example/cart?a=1&b=2')
        self.assertEqual(request.find('Contact').get('role'), 'endUser')
        self.assertEqual(request.findtext('SelectedItem/ItemID/SupplierPartID'), 'B0LAMP0001')

    def test_parties_and_no_secret(self):
        root = tree(write_setup_request(setup_request()))
        for party, identity in (('From', 'Buyer77'), ('To', 'Amazon'), ('Sender', 'Buyer77')):
            credential = root.find(f'Header/{party}/Credential')
            self.assertEqual((credential.get('domain'), tags(credential)), ('NetworkId', ['Identity']))
            self.assertEqual(credential.findtext('Identity'), identity)
        self.assertEqual(root.findtext('Header/Sender/UserAgent'), 'Odoo')

    def test_what_is_empty_is_left_out(self):
        request = tree(write_setup_request(setup_request(first_name='', last_name=' ', business_unit=None)))[1][0]
        self.assertEqual(tags(request), ['BuyerCookie', 'Extrinsic', 'BrowserFormPost'])

    def test_an_incomplete_place_does_not_keep_anybody_from_shopping(self):
        raw = write_setup_request(setup_request(ship_to=address(city='')))
        self.assertEqual(tags(tree(raw).find('.//ShipTo/Address')), ['Name', 'Email', 'Phone'])

    def test_what_amazon_declines_is_not_written(self):
        nobody = Header(to=(Credential('NetworkId', 'Amazon'),), sender=(Credential('NetworkId', 'Buyer77'),))
        for kind, element, values in (
            ('missing', 'Extrinsic[@name="UserEmail"]', {'user_email': ' '}),
            ('missing', 'BrowserFormPost/URL', {'browser_form_post_url': ''}),
            ('missing', 'BuyerCookie', {'buyer_cookie': '\x00'}),
            ('missing', 'cXML/@payloadID', {'payload_id': ''}),
            ('missing', 'Header/From/Credential', {'header': nobody}),
            ('bad_value', 'Request/@deploymentMode', {'deployment_mode': 'live'}),
            ('bad_value', 'Contact/@role', {'contact': Contact('Mia', '', role='end user')}),
        ):
            with self.subTest(element), self.assertRaises(CxmlError) as raised:
                write_setup_request(setup_request(**values))
            error = raised.exception
            self.assertEqual((error.kind, error.document, error.element), (kind, 'PunchOutSetupRequest', element))
        with self.assertRaises(ValueError):
            write_setup_request(setup_request(timestamp=datetime(2025, 3, 30)))

    def test_cookie_stays_out_of_logs(self):
        self.assertNotIn(COOKIE, repr(setup_request()))


class TestWriteOrderRequest(BaseCase):

    def test_header_of_the_order(self):
        raw = write_order_request(order_request(
            deployment_mode='production', shipping=Shipping(euro('4')), tax=Tax(euro('8.32')), comments='Ring twice',
            contact=Contact('Mia Muster', 'mia@muster.example'), extrinsics=(('email', 'mia@muster.example'),),
        ))
        root = tree(raw)
        self.assertEqual(root.find('Request').get('deploymentMode'), 'production')
        node = root.find('Request/OrderRequest/OrderRequestHeader')
        self.assertEqual(dict(node.attrib), {
            'orderID': 'P00042', 'orderDate': '2025-03-30T14:05:09+02:00', 'orderType': 'regular', 'type': 'new',
        })
        self.assertEqual(
            tags(node), ['Total', 'ShipTo', 'BillTo', 'Shipping', 'Tax', 'Contact', 'Comments', 'Extrinsic'],
        )
        self.assertEqual(node.findtext('Shipping/Money'), '4.00')
        self.assertEqual(node.findtext('Tax/Money'), '8.32')
        self.assertEqual(node.findtext('Comments'), 'Ring twice')
        self.assertEqual(node.find('Extrinsic').get('name'), 'email')

    def test_addresses_are_complete(self):
        for tag in ('ShipTo', 'BillTo'):
            node = tree(write_order_request(order_request())).find(f'.//{tag}/Address')
            self.assertEqual((node.get('addressID'), node.get('isoCountryCode')), ('WH1', 'DE'))
            self.assertEqual(tags(node), ['Name', 'PostalAddress', 'Email', 'Phone'])
            self.assertEqual(
                [(child.tag, child.text) for child in node.find('PostalAddress')],
                [('DeliverTo', 'Rampe 3'), ('Street', 'Hafenweg 1'), ('Street', 'Hof 2'), ('City', 'Hamburg'),
                 ('State', 'HH'), ('PostalCode', '20457'), ('Country', 'Deutschland')],
            )
            self.assertEqual(node.find('PostalAddress/Country').get('isoCountryCode'), 'DE')
            self.assertEqual([child.text for child in node.find('Phone/TelephoneNumber')], ['49', '40', '123456'])

    def test_incomplete_addresses_are_not_written(self):
        for tag, field in (('ShipTo', 'ship_to'), ('BillTo', 'bill_to')):
            for missing, values in (
                ('Name', {'name': ''}),
                ('PostalAddress/Street', {'streets': (' ', '')}),
                ('PostalAddress/City', {'city': '\x01'}),
                ('PostalAddress/Country/@isoCountryCode', {'iso_country_code': ''}),
                # Odoo's empty field.
                ('PostalAddress/Country/@isoCountryCode', {'iso_country_code': False}),
                ('PostalAddress/Country/@isoCountryCode', {'iso_country_code': 'Germany'}),
            ):
                with self.subTest(tag, missing=missing), self.assertRaises(CxmlError) as raised:
                    write_order_request(order_request(**{field: address(**values)}))
                error = raised.exception
                self.assertEqual((error.kind, error.document), ('missing', 'OrderRequest'))
                self.assertEqual(error.element, f'{tag}/Address/{missing}')

    def test_the_cart_goes_back_as_it_came(self):
        message = read_cart(cart())
        [line] = message.items
        raw = write_order_request(order_request(
            total=message.total, shipping=message.shipping, tax=message.tax, items=(ItemOut(1, line, line.quantity),),
        ))
        item_out = tree(raw).find('.//ItemOut')
        item_in = etree.fromstring(ITEM)
        self.assertEqual(dict(item_out.attrib), {'quantity': '2', 'lineNumber': '1'})
        self.assertEqual(tags(item_out), ['ItemID', 'ItemDetail', 'Shipping', 'Tax'])
        for tag in tags(item_out):
            self.assertEqual(
                etree.tostring(item_out.find(tag), method='c14n'),
                re.sub(rb'>\s+<', b'><', etree.tostring(item_in.find(tag), method='c14n').strip()),
            )
        header = tree(raw).find('.//OrderRequestHeader')
        for tag in ('Total', 'Shipping', 'Tax'):
            self.assertEqual(
                etree.tostring(header.find(tag), method='c14n'),
                re.sub(rb'>\s+<', b'><', etree.tostring(etree.fromstring(TOTALS).find(tag), method='c14n').strip()),
            )

    def test_what_the_standard_demands_is_there_even_if_the_cart_lacks_it(self):
        detail = tree(write_order_request(order_request())).find('.//ItemDetail')
        self.assertEqual(
            [(child.tag, child.text) for child in detail],
            [('UnitPrice', None), ('Description', None), ('UnitOfMeasure', 'EA'), ('Classification', None)],
        )
        self.assertEqual(detail.find('Classification').get('domain'), 'UNSPSC')

    def test_tax_details_without_an_amount_are_left_out(self):
        details = (TaxDetail('vat', Decimal(7)), TaxDetail('vat', Decimal(19), tax_amount=euro('1')))
        node = tree(write_order_request(order_request(tax=Tax(euro('1'), details=details)))).find('.//Tax')
        self.assertEqual([child.get('percentageRate') for child in node.iterfind('TaxDetail')], ['19'])

    def test_auxiliary_id_survives_line_breaks(self):
        text = ' 1\r\n\t,2 '
        raw = write_order_request(order_request(items=(ItemOut(1, item(supplier_part_auxiliary_id=text), Decimal(1)),)))
        self.assertEqual(texts(raw, 'SupplierPartAuxiliaryID'), [text])

    def test_characters_that_xml_cannot_carry_are_dropped(self):
        raw = write_order_request(order_request(
            order_id='P\x000\x1f1', comments='a\x0bb\ud800c\ufffe😀\n<&>"', extrinsics=(('n\x01', '\x02v'),),
        ))
        self.assertEqual(texts(raw, 'Comments'), ['abc😀\n<&>"'])
        header = tree(raw).find('.//OrderRequestHeader')
        self.assertEqual(header.get('orderID'), 'P01')
        self.assertEqual([(node.get('name'), node.text) for node in header.iterfind('Extrinsic')], [('n', 'v')])

    def test_quantities_and_amounts_are_plain(self):
        raw = write_order_request(order_request(
            total=euro('1E+3'), items=(ItemOut(7, item(unit_price=euro('0.0625')), Decimal('3.00')),),
        ))
        self.assertEqual(texts(raw, 'Total/Money'), ['1000.00'])
        self.assertEqual(texts(raw, 'UnitPrice/Money'), ['0.0625'])
        self.assertEqual(tree(raw).find('.//ItemOut').get('quantity'), '3')
        self.assertEqual(tree(raw).find('.//ItemOut').get('lineNumber'), '7')

    def test_languages_of_odoo_become_those_of_xml(self):
        for lang, written in (('de_DE', 'de-DE'), ('ja-JP', 'ja-JP'), ('', 'en-US'), ('not one', 'en-US')):
            raw = write_order_request(order_request(ship_to=address(lang=lang)))
            self.assertEqual(tree(raw).find('.//ShipTo/Address/Name').get(XML_LANG), written)

    def test_phone_without_a_country_takes_that_of_its_place(self):
        raw = write_order_request(order_request(ship_to=address(phone=Phone('', '49', '', '1'))))
        self.assertEqual(tree(raw).find('.//ShipTo//CountryCode').get('isoCountryCode'), 'DE')

    def test_what_amazon_could_misunderstand_is_not_written(self):
        dollars = Money(Decimal(1), 'USD')

        def lines(**values):
            return {'items': (ItemOut(1, item(), Decimal(1)), ItemOut(2, item(**values), Decimal(1)))}

        for kind, element, values in (
            ('missing', 'OrderRequestHeader/@orderID', {'order_id': ' '}),
            ('missing', 'ItemOut', {'items': ()}),
            ('missing', 'ItemOut[2]/ItemID/SupplierPartID', lines(supplier_part_id='')),
            ('bad_value', 'ItemOut[1]/@quantity', {'items': (ItemOut(1, item(), Decimal(0)),)}),
            ('bad_value', 'ItemOut[1]/@quantity', {'items': (ItemOut(1, item(), Decimal('NaN')),)}),
            ('bad_value', 'ItemOut[1]/@lineNumber', {'items': (ItemOut(0, item(), Decimal(1)),)}),
            ('bad_value', 'ItemOut[2]/@lineNumber', {'items': (ItemOut(3, item(), Decimal(1)),) * 2}),
            ('bad_value', 'OrderRequestHeader/Total/Money', {'total': euro('Infinity')}),
            (
                'bad_value',
                'OrderRequestHeader/Total/Money/@currency',
                {
                    'total': Money(Decimal(1), 'eur'),
                    'items': (ItemOut(1, item(unit_price=Money(Decimal(1), 'eur')), Decimal(1)),),
                },
            ),
            ('bad_value', 'Request/@deploymentMode', {'deployment_mode': ''}),
            ('mixed_currency', 'OrderRequestHeader/Shipping', {'shipping': Shipping(dollars)}),
            ('mixed_currency', 'OrderRequestHeader/Tax', {'tax': Tax(dollars)}),
            ('mixed_currency', 'ItemOut[2]/ItemDetail/UnitPrice', lines(unit_price=dollars)),
            ('mixed_currency', 'ItemOut[2]/Tax', lines(tax=Tax(dollars))),
        ):
            with self.subTest(element, kind=kind), self.assertRaises(CxmlError) as raised:
                write_order_request(order_request(**values))
            error = raised.exception
            self.assertEqual((error.kind, error.document, error.element), (kind, 'OrderRequest', element))

    def test_the_same_order_is_the_same_bytes(self):
        self.assertEqual(write_order_request(order_request()), write_order_request(order_request()))


class TestValidity(BaseCase):
    """Whatever is written is valid against the DTD of the standard."""

    def assertValid(self, dtd, raw):
        root = etree.fromstring(raw)
        self.assertTrue(dtd.validate(root), f"{dtd.error_log}\n{raw.decode()}")

    def dtd(self):
        return etree.DTD(str(shared(self, 'dtd', '1.2.071', 'cXML.dtd')))

    def test_invented_documents_are_valid(self):
        dtd = self.dtd()
        inventor = Inventor(random.Random(4711))
        for _index in range(200):
            self.assertValid(dtd, with_shared_secret(write_order_request(inventor.order_request()), SECRET))
            self.assertValid(dtd, with_shared_secret(write_setup_request(inventor.setup_request()), SECRET))

    def test_orders_for_real_carts_are_valid(self):
        dtd = self.dtd()
        for name in ('cart-us-1-line.xml', 'cart-jp-3-lines.xml'):
            message = read_cart(shared(self, 'samples', name).read_bytes())
            self.assertValid(dtd, write_order_request(order_request(
                total=message.total, shipping=message.shipping, tax=message.tax,
                items=tuple(ItemOut(line, each, each.quantity) for line, each in enumerate(message.items, start=1)),
            )))
