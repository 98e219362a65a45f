import dataclasses
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from lxml import etree

from odoo.tests import BaseCase

from ...cxml import (
    ConfirmationItem,
    ConfirmationRequest,
    ConfirmationStatus,
    Credential,
    CxmlError,
    LocalizedText,
    Money,
    OrderReference,
    Shipping,
    Tax,
    TaxDetail,
    read_confirmation,
    write_confirmation,
)
from ..cxml_builder import CONFIRMATION_HEADER as HEADER
from ..cxml_builder import confirmation_item as line
from ..cxml_builder import confirmation_request as confirmation
from ..cxml_builder import confirmation_status as status
from ..cxml_builder import envelope
from .cxml_inventor import MOMENT, Inventor, euro, header, shared

NUMBER = '250-5123176-9239824'


def read_status(inside='', **values):
    [[found]] = [each.statuses for each in read_confirmation(confirmation(line(status(inside, **values)))).items]
    return found


def entered(**values):
    """A confirmation as a person enters it."""
    return ConfirmationRequest(**{
        'payload_id': 'hand.1@odoo.example', 'timestamp': MOMENT.replace(microsecond=0), 'header': header(),
        'order': OrderReference('P00042', 'order.1@odoo.example'), 'type': 'detail', 'deployment_mode': 'test',
        'notice_date': MOMENT.replace(microsecond=0), **values,
    })


def entered_line(**values):
    return ConfirmationItem(
        1, Decimal(2), (ConfirmationStatus(**{'type': 'detail', 'quantity': Decimal(2), **values}),)
    )


class TestReadConfirmation(BaseCase):

    def assertNotRead(self, raw, kind, element, value=''):
        with self.assertRaises(CxmlError) as raised:
            read_confirmation(raw)
        error = raised.exception
        self.assertEqual((error.kind, error.document, error.element), (kind, 'ConfirmationRequest', element))
        self.assertEqual(error.value, value)

    def test_everything_of_a_confirmation_is_read(self):
        head = f'''
            <ConfirmationHeader confirmID=" {NUMBER} " operation="update" type="except"
                noticeDate="2025-03-30T12:05:09+0000">
              <DocumentReference payloadID="first@amazon.example"/>
              <Total><Money currency="EUR">57.10</Money></Total>
              <Shipping><Money currency="EUR">4.00</Money><Description xml:lang="de">Versand</Description></Shipping>
              <Tax><Money currency="EUR">8.32</Money><Description xml:lang="de">Steuer</Description></Tax>
              <Comments type="OrderErrorCode">Zu wenig [Fehlercode: 018-007]||Weg [Fehlercode: 015-005]</Comments>
              <Comments> Danke </Comments><Comments> </Comments><Comments type="confirmID">018-007</Comments>
              <Extrinsic name="x"><Total><Money currency="EUR">1</Money></Total></Extrinsic>
            </ConfirmationHeader>'''
        first = status(f'''
            <UnitPrice><Money currency="EUR">17.45</Money></UnitPrice>
            <Tax><Money currency="EUR">6.63</Money><Description xml:lang="de">Steuer</Description>
              <TaxDetail category="vat" percentageRate="19" purpose="subtotalTax">
                <TaxableAmount><Money currency="EUR"/></TaxableAmount>
                <TaxAmount><Money currency="EUR">6.63</Money></TaxAmount></TaxDetail></Tax>
            <Shipping><Money currency="EUR">4</Money><Description xml:lang="de">Versand</Description></Shipping>
            <Comments type="confirmID"> {NUMBER} </Comments>''', quantity=2,
            attributes='shipmentDate="2025-04-01T00:00:00Z" deliveryDate="2025-04-02T14:00:00+02:00"')
        second = status(
            '<Comments type="LineItemErrorCode">在庫切れ [エラーコード: 015-005]</Comments>', kind='reject', quantity=3
        )
        raw = confirmation(line(first, second), head=head, payload_id='second@amazon.example')
        message = read_confirmation(raw.replace(b'<Request>', b'<Request deploymentMode="test">'))
        self.assertEqual((message.payload_id, message.deployment_mode), ('second@amazon.example', 'test'))
        self.assertEqual(message.header.from_, (Credential('NetworkId', 'Amazon'),))
        self.assertEqual(message.order, OrderReference('P00042', 'order.1@odoo.example'))
        self.assertEqual((message.type, message.operation, message.confirm_id), ('except', 'update', NUMBER))
        self.assertEqual(message.notice_date, datetime(2025, 3, 30, 12, 5, 9, tzinfo=timezone.utc))
        self.assertEqual(message.replaces_payload_id, 'first@amazon.example')
        self.assertEqual((message.total, message.tax.money), (euro('57.10'), euro('8.32')))
        self.assertEqual(message.shipping, Shipping(euro('4.00'), LocalizedText('Versand', 'de')))
        self.assertEqual(message.error_codes, ('018-007', '015-005'))
        self.assertEqual(message.comments, ('Zu wenig [Fehlercode: 018-007]||Weg [Fehlercode: 015-005]', 'Danke'))
        self.assertEqual(message.error_comments, message.comments[:1])

        [item] = message.items
        self.assertEqual((item.line_number, item.quantity), (1, Decimal(5)))
        accepted, rejected = item.statuses
        self.assertEqual(accepted, ConfirmationStatus(
            type='detail', quantity=Decimal(2), unit_price=euro('17.45'),
            tax=Tax(euro('6.63'), LocalizedText('Steuer', 'de'), (
                TaxDetail('vat', Decimal(19), 'subtotalTax', tax_amount=euro('6.63')),)),
            shipping=Shipping(euro(4), LocalizedText('Versand', 'de')),
            shipment_date=datetime(2025, 4, 1, tzinfo=timezone.utc),
            delivery_date=datetime(2025, 4, 2, 12, tzinfo=timezone.utc), confirm_id=NUMBER, unit_of_measure='EA',
        ))
        self.assertEqual(
            rejected,
            ConfirmationStatus(
                type='reject',
                quantity=Decimal(3),
                error_codes=('015-005',),
                comments=('在庫切れ [エラーコード: 015-005]',),
                unit_of_measure='EA',
            ),
        )

    def test_optional_things_may_be_missing(self):
        raw = (b'<cXML><Request><ConfirmationRequest><ConfirmationHeader type="accept"/></ConfirmationRequest>'
               b'</Request></cXML>')
        message = read_confirmation(raw)
        for field in dataclasses.fields(message):
            if field.name not in ('type', 'header', 'order'):
                default = None if field.default is dataclasses.MISSING else field.default
                self.assertEqual(getattr(message, field.name), default, field.name)
        self.assertEqual((message.type, message.order), ('accept', OrderReference()))

    def test_empty_money_counts_as_not_stated(self):
        empty = '<Money currency="EUR"> </Money>'
        found = read_status(f'<UnitPrice>{empty}</UnitPrice><Tax>{empty}</Tax><Shipping>{empty}</Shipping>')
        self.assertEqual((found.unit_price, found.tax, found.shipping), (None, None, None))
        message = read_confirmation(
            confirmation(
                head=f'<ConfirmationHeader type="detail"><Total>{empty}</Total><Tax/>'
                f'<Shipping>{empty}</Shipping></ConfirmationHeader>'
            )
        )
        self.assertEqual((message.total, message.tax, message.shipping), (None, None, None))

    def test_tax_of_which_only_the_parts_are_stated_is_their_sum(self):
        part = '<TaxDetail category="vat"><TaxAmount><Money currency="EUR">{}</Money></TaxAmount></TaxDetail>'
        found = read_status(
            f'<Tax><Money currency="EUR"/>{part.format("1.10")}{part.format("")}{part.format("0.20")}</Tax>'
        )
        self.assertEqual(found.tax.money, euro('1.30'))

    def test_amounts_may_be_below_zero(self):
        minus = '<Money currency="EUR">-1.50</Money>'
        found = read_status(f'<Tax>{minus}</Tax><Shipping>{minus}</Shipping>')
        self.assertEqual((found.tax.money, found.shipping.money), (euro('-1.50'), euro('-1.50')))

    def test_all_detail_spells_the_item_out(self):
        found = read_status('''
            <ItemIn quantity="5"><ItemID><SupplierPartID>B0LAMP0001</SupplierPartID></ItemID>
              <ItemDetail><UnitPrice><Money currency="EUR">3</Money></UnitPrice>
                <Extrinsic name="list"><UnitPrice><Money currency="EUR">9</Money></UnitPrice></Extrinsic></ItemDetail>
              <Shipping><Money currency="EUR">1</Money></Shipping><Tax><Money currency="EUR">2</Money></Tax>
              <Comments type="confirmID">1</Comments></ItemIn>''', kind='allDetail')
        self.assertEqual((found.unit_price, found.shipping.money, found.tax.money), (euro(3), euro(1), euro(2)))
        self.assertIsNone(found.confirm_id, "a comment on the article says nothing of the confirmation")

    def test_price_belongs_to_its_status(self):
        found = read_status('<Extrinsic name="x"><UnitPrice><Money currency="EUR">9</Money></UnitPrice></Extrinsic>')
        self.assertIsNone(found.unit_price)
        found = read_status('<UnitPrice><Modifications><Money currency="EUR">9</Money></Modifications></UnitPrice>')
        self.assertIsNone(found.unit_price)

    def test_error_codes_are_found_in_any_language_and_nothing_else_is_taken_for_one(self):
        for text, codes in (
            ('[Error code: 018-007]', ('018-007',)),
            ('数量が不足しています［エラーコード：018-007］', ('018-007',)),
            ('a [Fehlercode: 018-007]||b [Fehlercode: 003-052]||c [Fehlercode: 018-007]', ('018-007', '003-052')),
            ('018-007', ('018-007',)),
            ('Order 250-5123176-9239824 is gone', ()),
            ('call 1-800-555-1234 or 555-1234 or 800-555-12', ()),
            ('2025-03-30 or 1-800-555', ()),
            ('0018-007 018-0070 x018-007', ('018-007',)),
            ('٠١٨-٠٠٧', ()),
        ):
            with self.subTest(text):
                self.assertEqual(
                    read_status(f'<Comments type="LineItemErrorCode">{text}</Comments>').error_codes, codes
                )
                self.assertEqual(read_status(f'<Comments>{text}</Comments>').error_codes, codes)

    def test_number_of_the_order_is_no_comment(self):
        found = read_status(
            '<Comments>one<Attachment><URL>cid:018-007</URL></Attachment> two</Comments><Comments type="ConfirmId"/>'
            f'<Comments type="confirmid">{NUMBER}</Comments><Comments type="x"> </Comments>')
        self.assertEqual((found.comments, found.error_codes, found.confirm_id), (('one two',), (), None))
        found = read_status(f'<Comments type="confirmID">{NUMBER}</Comments><Comments type="confirmID">2</Comments>')
        self.assertEqual((found.confirm_id, found.comments), (NUMBER, ()))

    def test_kinds_that_nobody_knows_come_as_they_are(self):
        self.assertEqual(read_status(kind='postponed').type, 'postponed')
        self.assertEqual(read_confirmation(confirmation(head='<ConfirmationHeader type="replace"/>')).type, 'replace')

    def test_second_line_is_named_in_errors(self):
        self.assertNotRead(confirmation(line(status()), line(status(quantity='-1'), number=2)),
                           'bad_value', 'ConfirmationItem[2]/ConfirmationStatus/@quantity', '-1')

    def test_mandatory_things_are_named_when_missing(self):
        complete = confirmation(line(status()))
        for found, kept, element in (
            (HEADER, '', 'ConfirmationHeader'),
            ('type="detail" noticeDate', 'noticeDate', 'ConfirmationHeader/@type'),
            ('type="detail" quantity', 'quantity', 'ConfirmationItem[1]/ConfirmationStatus/@type'),
            ('quantity="5" lineNumber', 'lineNumber', 'ConfirmationItem[1]/@quantity'),
            ('lineNumber="1"', 'lineNumber=" "', 'ConfirmationItem[1]/@lineNumber'),
            ('quantity="5" >', '>', 'ConfirmationItem[1]/ConfirmationStatus/@quantity'),
        ):
            with self.subTest(element):
                self.assertEqual(complete.count(found.encode()), 1)
                self.assertNotRead(complete.replace(found.encode(), kept.encode()), 'missing', element)

    def test_bad_values_are_named(self):
        money = '<UnitPrice><Money currency="EUR">1,50</Money></UnitPrice>'
        item = 'ConfirmationItem[1]'
        for raw, element, value in (
            (line(status(), quantity='1e5'), f'{item}/@quantity', '1e5'),
            (line(status(), number='-1'), f'{item}/@lineNumber', '-1'),
            (line(status(), number='1.5'), f'{item}/@lineNumber', '1.5'),
            (line(status(quantity='NaN')), f'{item}/ConfirmationStatus/@quantity', 'NaN'),
            (line(status(money)), f'{item}/ConfirmationStatus/UnitPrice/Money', '1,50'),
            (line(status(), status(money.replace('1,50', '1').replace('EUR', 'Euro'))),
             f'{item}/ConfirmationStatus[2]/UnitPrice/Money/@currency', 'EURO'),
        ):
            with self.subTest(element, value=value):
                self.assertNotRead(confirmation(raw), 'bad_value', element, value)

    def test_amount_without_a_currency_is_none(self):
        self.assertNotRead(confirmation(line(status('<Shipping><Money>1</Money></Shipping>'))),
                           'missing', 'ConfirmationItem[1]/ConfirmationStatus/Shipping/Money/@currency')

    def test_a_second_currency_is_not_read(self):
        head = '<ConfirmationHeader type="detail"><Total><Money currency="EUR">5</Money></Total></ConfirmationHeader>'
        price = '<UnitPrice><Money currency="{}">1</Money></UnitPrice>'
        self.assertNotRead(confirmation(line(status(price.format('USD'))), head=head), 'mixed_currency',
                           'ConfirmationItem[1]/ConfirmationStatus/UnitPrice/Money', 'USD')
        self.assertEqual(len(read_confirmation(confirmation(line(status(price.format('eur'))), head=head)).items), 1)

    def test_another_document_is_not_read(self):
        with self.assertRaises(CxmlError) as raised:
            read_confirmation(envelope('<ShipNoticeRequest/>'))
        error = raised.exception
        self.assertEqual(
            (error.kind, error.document, error.value), ('wrong_document', 'ConfirmationRequest', 'ShipNoticeRequest')
        )

    def test_confirmation_of_amazon_is_read(self):
        message = read_confirmation(shared(self, 'samples', 'confirmation-jp-3-lines.xml').read_bytes())
        self.assertEqual(message.order, OrderReference('R18140323289', '20181204110720.25750.1821@test.co.jp'))
        self.assertEqual((message.type, message.operation, message.confirm_id), ('detail', 'new', NUMBER))
        self.assertEqual(message.notice_date, datetime(2018, 12, 4, 2, 7, 44, tzinfo=timezone.utc))
        self.assertEqual(message.total, Money(Decimal(10466), 'JPY'))
        self.assertEqual((message.shipping.money.amount, message.tax.money.amount), (0, 775))
        self.assertEqual([each.line_number for each in message.items], [1, 2, 3])
        statuses = [found for each in message.items for found in each.statuses]
        self.assertEqual([str(found.tax.money.amount) for found in statuses], ['468.00', '95.00', '212.00'])
        self.assertEqual({(found.type, found.quantity, found.confirm_id, found.unit_price) for found in statuses},
                         {('detail', 1, NUMBER, None)})
        self.assertEqual((message.comments, message.error_codes), ((), ()), "its number holds no error code")


class TestWriteConfirmation(BaseCase):

    def test_what_a_person_entered_comes_back(self):
        written = entered(
            confirm_id=NUMBER, comments=('from the e-mail of Monday',),
            items=(ConfirmationItem(3, Decimal(5), (
                ConfirmationStatus('detail', Decimal('1.5'), euro('9.9'), delivery_date=MOMENT.replace(microsecond=0),
                                   unit_of_measure='BX'),
                ConfirmationStatus('reject', Decimal('3.5'), error_codes=('015-005',), comments=('Gone [015-005]',),
                                   unit_of_measure='EA'),
            ), 'BX'),),
        )
        self.assertEqual(read_confirmation(write_confirmation(written)), written)

    def test_what_the_standard_forbids_is_not_written(self):
        status_path = 'ConfirmationItem[1]/ConfirmationStatus'
        for kind, element, values in (
            ('missing', 'cXML/@payloadID', {'payload_id': ''}),
            ('missing', 'ConfirmationHeader/@noticeDate', {'notice_date': None}),
            ('missing', 'OrderReference/DocumentReference/@payloadID', {'order': OrderReference('P00042')}),
            ('missing', 'ConfirmationItem[1]/ConfirmationStatus', {'items': (ConfirmationItem(1, Decimal(1)),)}),
            ('bad_value', 'Request/@deploymentMode', {'deployment_mode': None}),
            ('bad_value', 'ConfirmationItem[1]/@quantity', {'items': (ConfirmationItem(1, Decimal(-1)),)}),
            ('bad_value', 'ConfirmationItem[1]/@lineNumber', {'items': (ConfirmationItem(-1, Decimal(1)),)}),
            ('bad_value', f'{status_path}/@quantity', {'items': (entered_line(quantity=Decimal('NaN')),)}),
            ('bad_value', f'{status_path}/UnitPrice/Money', {'items': (entered_line(unit_price=euro('Infinity')),)}),
            ('mixed_currency', f'{status_path}/UnitPrice/Money', {
                'total': euro(1), 'items': (entered_line(unit_price=Money(Decimal(1), 'USD')),)}),
        ):
            with self.subTest(element, kind=kind), self.assertRaises(CxmlError) as raised:
                write_confirmation(entered(**values))
            error = raised.exception
            self.assertEqual((error.kind, error.document, error.element), (kind, 'ConfirmationRequest', element))
        with self.assertRaises(ValueError):
            write_confirmation(entered(notice_date=datetime(2025, 3, 30)))


class Entering(Inventor):
    """Invents what people could enter: texts as a form leaves them, without surrounding blanks."""

    WORDS = ('abc', '日本', '<&>"\'', '018-007', ']]>', '%41', 'a\nb', '😀')

    def words(self):
        return ' '.join(self.random.choices(self.WORDS, k=1 + self.random.randrange(4)))

    def moment(self):
        return MOMENT.replace(microsecond=0) + timedelta(seconds=self.random.randrange(10 ** 7))

    def charge(self):
        return {'money': self.money(), 'description': LocalizedText(self.words(), 'de-DE')}

    def entered_status(self):
        comments = self.some(self.words)
        return ConfirmationStatus(
            type=self.random.choice(('accept', 'allDetail', 'detail', 'backordered', 'reject', 'unknown')),
            quantity=self.decimal(), unit_price=self.maybe(self.money),
            tax=self.maybe(lambda: Tax(**self.charge(), details=self.some(
                lambda: TaxDetail('vat', self.decimal(), 'subtotalTax', self.money(), self.maybe(self.money))))),
            shipping=self.maybe(lambda: Shipping(**self.charge())),
            shipment_date=self.maybe(self.moment), delivery_date=self.maybe(self.moment),
            confirm_id=self.maybe(lambda: NUMBER), comments=comments,
            error_codes=('018-007',) if any('018-007' in text for text in comments) else (),
            unit_of_measure=self.random.choice(('EA', 'BX')),
        )

    def entered_confirmation(self):
        comments = self.some(self.words)
        return entered(
            type=self.random.choice(('accept', 'detail', 'except', 'reject', 'backordered', 'allDetail')),
            operation=self.random.choice(('new', 'update')), confirm_id=self.maybe(lambda: NUMBER),
            notice_date=self.moment(), replaces_payload_id=self.maybe(lambda: 'earlier <&> @odoo.example'),
            total=self.maybe(self.money), shipping=self.maybe(lambda: Shipping(**self.charge())),
            tax=self.maybe(lambda: Tax(**self.charge())), comments=comments,
            error_codes=('018-007',) if any('018-007' in text for text in comments) else (),
            error_comments=tuple(text for text in comments if '018-007' in text),
            items=self.some(lambda: ConfirmationItem(
                self.random.randrange(60), self.decimal(), (self.entered_status(), *self.some(self.entered_status)),
                self.random.choice(('EA', 'BX')))),
        )


class TestInventedConfirmations(BaseCase):

    def test_invented_confirmations_come_back_unchanged(self):
        inventor = Entering(random.Random(4711))
        for _index in range(200):
            written = inventor.entered_confirmation()
            self.assertEqual(read_confirmation(write_confirmation(written)), written)

    def test_invented_confirmations_are_valid(self):
        dtd = etree.DTD(str(shared(self, 'dtd', '1.2.071', 'Fulfill.dtd')))
        inventor = Entering(random.Random(815))
        for _index in range(200):
            raw = write_confirmation(inventor.entered_confirmation())
            self.assertIn(b'/Fulfill.dtd">', raw)
            self.assertTrue(dtd.validate(etree.fromstring(raw)), f"{dtd.error_log}\n{raw.decode()}")
