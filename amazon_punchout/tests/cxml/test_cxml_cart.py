import dataclasses
import json
import random
from datetime import datetime, timezone
from decimal import Decimal

from odoo.tests import BaseCase

from ...cxml import (
    Credential,
    CxmlError,
    Header,
    LocalizedText,
    Money,
    header_from_json,
    header_to_json,
    item_from_json,
    item_to_json,
    read_cart,
)
from ..cxml_builder import BARE_ITEM, COOKIE, ITEM, TOTALS, cart
from .cxml_inventor import Inventor, euro, item, shared


class TestReadCart(BaseCase):

    def assertNotRead(self, raw, kind, element, value=''):
        with self.assertRaises(CxmlError) as raised:
            read_cart(raw)
        error = raised.exception
        self.assertEqual((error.kind, error.document, error.element), (kind, 'PunchOutOrderMessage', element))
        self.assertEqual(error.value, value)

    def test_everything_of_a_cart_is_read(self):
        message = read_cart(cart())
        self.assertEqual(message.payload_id, '42.7@shop.example')
        self.assertEqual(message.timestamp, datetime(2025, 3, 30, 12, 5, 9, 500000, timezone.utc))
        amazon = Credential('NetworkId', 'Amazon')
        self.assertEqual(message.header, Header(
            from_=(Credential('DUNS', '111222333'), amazon), to=(Credential('networkid', 'Buyer77'),), sender=(amazon,),
            user_agent='Shop 1'))
        self.assertEqual(message.buyer_cookie, COOKIE)
        self.assertEqual((message.operation_allowed, message.deployment_mode), ('create', 'test'))
        self.assertEqual((message.total, message.currency), (euro('39.80'), 'EUR'))
        self.assertEqual((message.shipping.money, message.tax.money), (euro('4.00'), euro('8.32')))
        self.assertFalse(message.is_empty)

        [line] = message.items
        self.assertEqual((line.quantity, line.line_number, line.lead_time), (Decimal(2), 1, 3))
        self.assertEqual(line.asin, 'B0LAMP0001')
        self.assertEqual(line.supplier_part_auxiliary_id, '701-5550001-1230001,1')
        self.assertEqual(line.unit_price, euro('19.90'))
        self.assertEqual(line.description.lang, 'de-DE')
        self.assertEqual(line.title, 'Schreibtischlampe & Klemme, weiß 100%41 C++')
        self.assertTrue(line.description.text.endswith('C++\n'), "the text itself stays as it came")
        self.assertEqual((line.unit_of_measure, line.unspsc), ('EA', '39111500'))
        self.assertEqual((line.manufacturer_part_id, line.manufacturer_name), ('LX-9', 'Lichtwerk'))
        self.assertEqual((line.sold_by, line.condition), ('Lampenladen <Süd>', 'New'))
        self.assertEqual(line.detail_page_url, 'https://shop.example/dp/B0LAMP0001')
        self.assertEqual([text for name, text in line.extrinsics if name == 'preference'], ['default', 'second'])
        self.assertEqual(line.extrinsic('PREFERENCE'), 'default')
        self.assertEqual(line.shipping.description, LocalizedText('Versand', 'de-DE'))
        self.assertEqual(line.tax.money, euro('8.32'))
        goods, freight = line.tax.details
        self.assertEqual((goods.category, str(goods.percentage_rate), goods.purpose), ('vat', '19.00', 'subtotalTax'))
        self.assertEqual((goods.taxable_amount, goods.tax_amount), (euro('39.80'), euro('7.56')))
        self.assertEqual((freight.purpose, freight.tax_amount), ('shippingTax', euro('0.76')))
        self.assertEqual((freight.tax_location.text, freight.description.text), ('Berlin', 'Versandsteuer'))

    def test_optional_things_may_be_missing(self):
        total = '<Total><Money currency="eur">1.5</Money></Total>'
        totals = f'<PunchOutOrderMessageHeader>{total}</PunchOutOrderMessageHeader>'
        raw = cart(BARE_ITEM, totals=totals, cookie='')
        raw = raw.replace(b'timestamp="2025', b'timestamp="soon').replace(b'payloadID="42.7@shop.example"', b'')
        message = read_cart(raw)
        for name in ('payload_id', 'timestamp', 'buyer_cookie', 'operation_allowed', 'shipping', 'tax'):
            self.assertIsNone(getattr(message, name), name)
        self.assertEqual(message.total, euro('1.5'))
        [line] = message.items
        for field in dataclasses.fields(line):
            if field.name not in ('quantity', 'supplier_part_id', 'unit_price'):
                self.assertEqual(getattr(line, field.name), field.default, field.name)
        self.assertEqual((line.title, line.unspsc, line.sold_by, line.detail_page_url), ('', None, None, None))

    def test_cart_without_header_of_the_envelope(self):
        raw = b'<cXML><Message><PunchOutOrderMessage/></Message></cXML>'
        message = read_cart(raw)
        self.assertEqual(message.header, Header())
        self.assertIsNone(message.currency)

    def test_no_item_means_left_without_buying(self):
        message = read_cart(cart(''))
        self.assertTrue(message.is_empty)
        self.assertEqual(message.total, euro('39.80'))

    def test_auxiliary_id_is_kept_byte_for_byte(self):
        for text in (' 1 , 2\n ', '', '0'):
            raw = cart(ITEM.replace('701-5550001-1230001,1', text))
            self.assertEqual(read_cart(raw).items[0].supplier_part_auxiliary_id, text)

    def test_cookie_may_be_cdata_and_stays_out_of_logs(self):
        message = read_cart(cart(cookie=' <![CDATA[a&b]]>&#x2B;<!-- no -->c\n'))
        self.assertEqual(message.buyer_cookie, 'a&b+c')
        self.assertNotIn('a&b+c', repr(message))

    def test_short_name_is_not_the_title(self):
        for xml, text in (
            ('<ShortName>Lampe</ShortName>Schreibtisch<!-- x -->lampe', 'Schreibtischlampe'),
            ('Schreibtisch<ShortName>Lampe</ShortName>lampe', 'Schreibtischlampe'),
            ('\n<ShortName>Lampe</ShortName> ', 'Lampe'),
        ):
            raw = cart(BARE_ITEM.replace('</UnitPrice>', f'</UnitPrice><Description>{xml}</Description>'))
            self.assertEqual(read_cart(raw).items[0].title, text)

    def test_unspsc_may_be_empty_or_an_attribute(self):
        for xml, code in (
            ('<Classification domain="UNSPSC"></Classification>', None),
            (
                '<Classification domain="eClass">1</Classification>'
                '<Classification domain="unspsc"> 2 </Classification>',
                '2',
            ),
            ('<Classification domain="UNSPSC"/><Classification domain="UNSPSC" code="3"/>', '3'),
        ):
            raw = cart(BARE_ITEM.replace('</ItemDetail>', f'{xml}</ItemDetail>'))
            self.assertEqual(read_cart(raw).items[0].unspsc, code)

    def test_extrinsics_may_stand_beside_the_detail_and_hold_elements(self):
        raw = cart(BARE_ITEM.replace('</ItemDetail>', (
            '<Extrinsic name="a"> <b>1</b>2</Extrinsic></ItemDetail><Extrinsic name="c"/><Extrinsic>d</Extrinsic>'
        )))
        self.assertEqual(read_cart(raw).items[0].extrinsics, (('a', ' 12'), ('c', ''), ('', 'd')))

    def test_page_that_is_no_web_address_is_no_page(self):
        raw = cart(ITEM.replace('https://shop.example/dp/B0LAMP0001', 'javascript:alert(1)'))
        self.assertIsNone(read_cart(raw).items[0].detail_page_url)

    def test_prices_belong_to_their_owner(self):
        """A list price, a nested item or a distribution is not the price of the item."""
        money = '<Money currency="EUR">5</Money>'
        raw = cart(
            ITEM
            .replace('</UnitPrice>', f'<Modifications><Modification>{money}</Modification></Modifications></UnitPrice>')
            .replace('</ItemDetail>', f'<Extrinsic name="list"><UnitPrice>{money}</UnitPrice></Extrinsic></ItemDetail>')
            .replace('<UnitPrice>', f'<Dimension>{money}</Dimension><UnitPrice>', 1)
            .replace('</ItemIn>', f'<Distribution><Charge>{money}</Charge></Distribution></ItemIn>')
        )
        [line] = read_cart(raw).items
        charges = (line.unit_price, line.shipping.money, line.tax.money)
        self.assertEqual(charges, (euro('19.90'), euro('4.00'), euro('8.32')))

    def test_item_without_a_price_does_not_take_one_from_its_tax(self):
        raw = cart(ITEM.replace('<UnitPrice><Money currency="EUR">19.90</Money></UnitPrice>', ''))
        self.assertNotRead(raw, 'missing', 'ItemIn[1]/ItemDetail/UnitPrice')

    def test_price_without_money_does_not_take_it_from_its_modifications(self):
        rebate = '<Modifications><Modification><Money currency="EUR">5</Money></Modification></Modifications>'
        raw = cart(ITEM.replace('<Money currency="EUR">19.90</Money>', rebate))
        self.assertNotRead(raw, 'missing', 'ItemIn[1]/ItemDetail/UnitPrice/Money')

    def test_tax_without_money_does_not_take_it_from_its_detail(self):
        raw = cart(ITEM.replace('<Money currency="EUR">8.32</Money>', ''))
        self.assertNotRead(raw, 'missing', 'ItemIn[1]/Tax/Money')

    def test_mandatory_things_are_named_when_missing(self):
        for old, new, element in (
            ('quantity="2"', '', 'ItemIn[2]/@quantity'),
            ('B0LAMP0001</Supp', ' </Supp', 'ItemIn[2]/ItemID/SupplierPartID'),
            ('>19.90<', '> <', 'ItemIn[2]/ItemDetail/UnitPrice/Money'),
            ('<Money currency="EUR">19.90', '<Money>19.90', 'ItemIn[2]/ItemDetail/UnitPrice/Money/@currency'),
        ):
            with self.subTest(element):
                self.assertIn(old, ITEM)
                self.assertNotRead(cart(BARE_ITEM, ITEM.replace(old, new)), 'missing', element)
        for totals in ('', TOTALS.replace('Total>', 'Sum>')):
            self.assertNotRead(cart(totals=totals), 'missing', 'PunchOutOrderMessageHeader/Total')

    def test_bad_values_are_named(self):
        price = 'ItemIn[1]/ItemDetail/UnitPrice/Money'
        for old, new, element in (
            ('quantity="2"', 'quantity="-2"', 'ItemIn[1]/@quantity'),
            ('quantity="2"', 'quantity="0.00"', 'ItemIn[1]/@quantity'),
            ('quantity="2"', 'quantity="two"', 'ItemIn[1]/@quantity'),
            ('19.90', '-19.90', price),
            ('19.90', 'NaN', price),
            ('19.90', '1e99', price),
            ('19.90', '19,900', price),
            ('8.32', '-8.32', 'ItemIn[1]/Tax/Money'),
            ('0.76', 'x', 'ItemIn[1]/Tax/TaxDetail[2]/TaxAmount/Money'),
            ('"EUR">19.90', '"€">19.90', f'{price}/@currency'),
            ('"EUR">19.90', '"EURO">19.90', f'{price}/@currency'),
        ):
            with self.subTest(new):
                self.assertIn(old, ITEM)
                value = new.split('"')[1] if '"' in new else new
                self.assertNotRead(cart(ITEM.replace(old, new)), 'bad_value', element, value)
        for element in ('Total', 'Shipping', 'Tax'):
            totals = TOTALS.replace(f'<{element}><Money currency="EUR">', f'<{element}><Money currency="EUR">-')
            with self.assertRaisesRegex(CxmlError, f'PunchOutOrderMessageHeader/{element}/Money'):
                read_cart(cart(totals=totals))

    def test_a_second_currency_is_not_read_wherever_it_hides(self):
        for old, element in (
            ('19.90', 'ItemIn[2]/ItemDetail/UnitPrice/Money'),
            ('4.00', 'ItemIn[2]/Shipping/Money'),
            ('8.32', 'ItemIn[2]/Tax/Money'),
            ('39.80', 'ItemIn[2]/Tax/TaxDetail/TaxableAmount/Money'),
            ('0.76', 'ItemIn[2]/Tax/TaxDetail[2]/TaxAmount/Money'),
        ):
            with self.subTest(element):
                raw = cart(ITEM, ITEM.replace(f'"EUR">{old}', f'"usd">{old}'))
                self.assertNotRead(raw, 'mixed_currency', element, 'USD')
        charge = '<Distribution><Charge><Money currency="USD">1</Money></Charge></Distribution></ItemIn>'
        self.assertNotRead(
            cart(ITEM.replace('</ItemIn>', charge)), 'mixed_currency', 'ItemIn[1]/Distribution/Charge/Money', 'USD',
        )

    def test_letter_case_makes_no_second_currency(self):
        message = read_cart(cart(ITEM.replace('"EUR">19.90', '" eur">19.90')))
        self.assertEqual(message.items[0].unit_price, euro('19.90'))

    def test_other_documents_are_not_read(self):
        self.assertNotRead(b'<cXML><Response><Status code="500"/></Response></cXML>', 'wrong_document', '', 'Response')


class TestItemJson(BaseCase):

    def test_items_come_back_unchanged(self):
        inventor = Inventor(random.Random(20250330))
        items = [*read_cart(cart(ITEM, BARE_ITEM)).items, *(inventor.item() for _index in range(300))]
        for each in items:
            self.assertEqual(item_from_json(json.loads(json.dumps(item_to_json(each)))), each)
        rate = items[0].tax.details[0].percentage_rate
        self.assertEqual(str(item_from_json(item_to_json(items[0])).tax.details[0].percentage_rate), str(rate))

    def test_totals_come_back_unchanged(self):
        bare = (
            '<PunchOutOrderMessageHeader><Total><Money currency="EUR">1.5</Money></Total></PunchOutOrderMessageHeader>'
        )
        for message in (read_cart(cart()), read_cart(cart(BARE_ITEM, totals=bare))):
            values = json.loads(json.dumps(header_to_json(message)))
            self.assertEqual(header_from_json(values), (message.total, message.shipping, message.tax))

    def test_decimals_are_no_floats(self):
        values = item_to_json(item(quantity=Decimal('0.1'), unit_price=Money(Decimal('19.90'), 'EUR')))
        self.assertEqual((values['quantity'], values['unit_price']), ('0.1', {'amount': '19.90', 'currency': 'EUR'}))

    def test_keys_of_another_version_are_no_obstacle(self):
        values = item_to_json(item())
        values |= {'colour': 'blue', 'unit_price': {**values['unit_price'], 'alternate': 1}}
        self.assertEqual(item_from_json(values), item())
        bare = {'quantity': '1', 'supplier_part_id': 'B0PEN00002', 'unit_price': {'amount': '1.50', 'currency': 'EUR'}}
        self.assertEqual(item_from_json(bare), item())

    def test_what_is_no_item_is_not_read(self):
        good = item_to_json(item())
        for values in (
            {},
            [],
            {**good, 'quantity': 'x'},
            {**good, 'extrinsics': [1]},
            {**good, 'tax': {'money': None}},
        ):
            with self.subTest(values), self.assertRaises(CxmlError):
                item_from_json(values)


class TestSampleCarts(BaseCase):

    def test_carts_of_amazon_are_read(self):
        for name, currency, total, lines in (
            ('cart-us-1-line.xml', 'USD', '6.99', 1),
            ('cart-jp-3-lines.xml', 'JPY', '9691.00', 3),
            ('cart-jp-empty.xml', 'JPY', '0.00', 0),
        ):
            message = read_cart(shared(self, 'samples', name).read_bytes())
            self.assertEqual(message.total, Money(Decimal(total), currency))
            self.assertEqual(len(message.items), lines)
            self.assertEqual(sum(line.quantity * line.unit_price.amount for line in message.items), Decimal(total))
            self.assertTrue(message.buyer_cookie)
            for line in message.items:
                self.assertEqual(len(line.asin), 10)
                self.assertTrue(
                    line.supplier_part_auxiliary_id and line.title and line.sold_by and line.detail_page_url
                )
                self.assertGreaterEqual(len(line.extrinsics), 10)
                self.assertEqual(item_from_json(item_to_json(line)), line)
