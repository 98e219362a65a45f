import dataclasses
import random
from datetime import datetime, timezone
from decimal import Decimal

from lxml import etree

from odoo.tests import BaseCase

from ...cxml import (
    Credential,
    CxmlError,
    OrderReference,
    ShipControl,
    ShipNoticeItem,
    ShipNoticePortion,
    ShipNoticeRequest,
    read_ship_notice,
    write_ship_notice,
)
from ..cxml_builder import carrier_identifier as carrier
from ..cxml_builder import ship_control as control
from ..cxml_builder import ship_notice_portion as portion
from ..cxml_builder import ship_notice_request as notice
from ..cxml_builder import shipment_identifier as number
from .cxml_inventor import MOMENT, header, shared
from .test_cxml_confirmation import Entering


def entered(**values):
    """A ship notice as a person enters it."""
    moment = MOMENT.replace(microsecond=0)
    return ShipNoticeRequest(**{
        'payload_id': 'hand.1@odoo.example', 'timestamp': moment, 'header': header(), 'shipment_id': 'by hand 1Z',
        'notice_date': moment, 'deployment_mode': 'test', **values,
    })


class TestReadShipNotice(BaseCase):

    def assertNotRead(self, raw, kind, element, value=''):
        with self.assertRaises(CxmlError) as raised:
            read_ship_notice(raw)
        error = raised.exception
        self.assertEqual((error.kind, error.document, error.element), (kind, 'ShipNoticeRequest', element))
        self.assertEqual(error.value, value)

    def controls(self, *parts):
        return [dataclasses.astuple(each) for each in read_ship_notice(notice(*parts)).controls]

    def test_everything_of_a_ship_notice_is_read(self):
        head = '''
            <ShipNoticeHeader shipmentID=" 10490 " operation="update" noticeDate="2025-03-30T12:05:09+0000"
                shipmentDate="2025-03-30T10:00:00Z" deliveryDate="2025-04-01T12:00:00+09:00" shipmentType="planned"
                reason="return">
              <Comments>Two boxes <Attachment><URL>cid:1</URL></Attachment></Comments><Comments/>
            </ShipNoticeHeader>'''
        url = 'trackingURL="https://track.example/?n=1&amp;l=de"'
        raw = notice(
            control(carrier('DHL'), number('JD01', url)), portion('P00042', (2, '1.5'), (1, 3)), head=head,
            payload_id='ship@amazon.example')
        message = read_ship_notice(raw.replace(b'<Request>', b'<Request deploymentMode="test">'))
        self.assertEqual(message, ShipNoticeRequest(
            payload_id='ship@amazon.example', timestamp=message.timestamp, header=message.header, shipment_id='10490',
            operation='update', notice_date=datetime(2025, 3, 30, 12, 5, 9, tzinfo=timezone.utc),
            shipment_date=datetime(2025, 3, 30, 10, tzinfo=timezone.utc),
            delivery_date=datetime(2025, 4, 1, 3, tzinfo=timezone.utc), is_planned=True, is_return=True,
            controls=(ShipControl('DHL', 'JD01', 'https://track.example/?n=1&l=de'),),
            portions=(ShipNoticePortion(
                OrderReference('P00042', 'P00042@odoo.example'),
                (ShipNoticeItem(2, Decimal('1.5'), 'EA'), ShipNoticeItem(1, Decimal(3), 'EA'))),),
            comments=('Two boxes',), deployment_mode='test',
        ))
        self.assertEqual(message.header.to, (Credential('networkid', 'TestGroup'),))

    def test_optional_things_may_be_missing(self):
        raw = (b'<cXML><Request><ShipNoticeRequest><ShipNoticeHeader shipmentID="S1"/></ShipNoticeRequest></Request>'
               b'</cXML>')
        message = read_ship_notice(raw)
        for field in dataclasses.fields(message):
            if field.name not in ('shipment_id', 'header'):
                default = None if field.default is dataclasses.MISSING else field.default
                self.assertEqual(getattr(message, field.name), default, field.name)

    def test_portion_without_items_is_the_whole_order(self):
        whole, part = read_ship_notice(notice(portion('P1'), portion('P2', (1, 2)))).portions
        self.assertEqual((whole.order.order_id, whole.items), ('P1', ()))
        self.assertEqual((part.order.order_id, part.items), ('P2', (ShipNoticeItem(1, Decimal(2), 'EA'),)))

    def test_name_of_the_carrier_goes_before_its_code(self):
        self.assertEqual(
            self.controls(
                control(
                    carrier('DHLG', 'SCAC'), carrier(' ', 'companyname'), carrier('DHL', 'CompanyName'), number('1')
                )
            ),
            [('DHL', '1', None)],
        )
        self.assertEqual(self.controls(control(
            carrier('', 'SCAC'), carrier('X1', 'IATA'), carrier(' '), number('1'))), [('X1', '1', None)])

    def test_carrier_may_be_empty_or_missing(self):
        for part in (carrier(''), ''):
            self.assertEqual(self.controls(control(part, number('1'))), [(None, '1', None)])

    def test_carrier_may_come_without_a_number(self):
        self.assertEqual(self.controls(control(carrier('DHL'), number(' '))), [('DHL', None, None)])
        self.assertEqual(self.controls(control(carrier(''), number(''))), [])

    def test_each_number_is_a_control_of_its_own_and_comes_once(self):
        self.assertEqual(
            self.controls(
                control(carrier('UPS'), number('1'), number(''), number('2')), control(carrier('UPS'), number('2')),
                control(carrier('DHL'), number('2'))),
            [('UPS', '1', None), ('UPS', '2', None), ('DHL', '2', None)])

    def test_link_that_is_no_web_address_is_no_link(self):
        for url in ('javascript:alert(1)', 'ftp://x.example/', 'track me'):
            self.assertEqual(self.controls(control(number('1', f'trackingURL="{url}"'))), [(None, '1', None)])

    def test_numbers_belong_to_their_shipment(self):
        raw = notice(portion('P1').replace('</ShipNoticePortion>', control(number('9')) + '</ShipNoticePortion>'))
        self.assertEqual(read_ship_notice(raw).controls, ())

    def test_mandatory_things_are_named_when_missing(self):
        for raw, element in (
            (notice(head=''), 'ShipNoticeHeader'),
            (notice(head='<ShipNoticeHeader/>'), 'ShipNoticeHeader/@shipmentID'),
            (notice(head='<ShipNoticeHeader shipmentID=" "/>'), 'ShipNoticeHeader/@shipmentID'),
            (notice(portion('P1', (1, ' '))), 'ShipNoticePortion/ShipNoticeItem[1]/@quantity'),
            (notice(portion('P1', (1, 1)), portion('P2', (1, 1), ('', 1))),
             'ShipNoticePortion[2]/ShipNoticeItem[2]/@lineNumber'),
        ):
            with self.subTest(element):
                self.assertNotRead(raw, 'missing', element)

    def test_bad_values_are_named(self):
        for item, element, value in (
            ((1, -1), '@quantity', '-1'), ((1, 'one'), '@quantity', 'one'), (('-1', 1), '@lineNumber', '-1'),
            (('9999999999', 1), '@lineNumber', '9999999999'), (('١', 1), '@lineNumber', '١'),
        ):
            with self.subTest(element, value=value):
                self.assertNotRead(
                    notice(portion('P1', item)), 'bad_value', f'ShipNoticePortion/ShipNoticeItem[1]/{element}', value)

    def test_ship_notice_of_amazon_is_read(self):
        message = read_ship_notice(shared(self, 'samples', 'ship-notice-jp-3-lines.xml').read_bytes())
        self.assertEqual((message.shipment_id, message.operation), ('10490141796303', 'new'))
        self.assertFalse(message.is_planned or message.is_return)
        self.assertEqual(message.shipment_date, datetime(2018, 12, 4, 6, 40, 39, tzinfo=timezone.utc))
        self.assertEqual(message.delivery_date, datetime(2018, 12, 5, 11, tzinfo=timezone.utc))
        self.assertEqual(message.controls, (ShipControl('ヤマト運輸', '444269227953'),))
        [part] = message.portions
        self.assertEqual(part.order, OrderReference('R18140323289', '20181204110720.25750.1821@test.co.jp'))
        self.assertEqual([(item.line_number, item.quantity) for item in part.items], [(1, 1), (2, 1), (3, 1)])


class TestWriteShipNotice(BaseCase):

    def test_what_a_person_entered_comes_back(self):
        written = entered(
            shipment_date=MOMENT.replace(microsecond=0),
            controls=(ShipControl(tracking_number='1Z', tracking_url='https://x.example/?a=1&b'), ShipControl('DHL')),
            portions=(
                ShipNoticePortion(
                    OrderReference('P00042', 'order.1@odoo.example'), (ShipNoticeItem(3, Decimal('0.5'), 'BX'),)
                ),
                ShipNoticePortion(OrderReference(None, 'order.2@odoo.example')),
            ),
        )
        self.assertEqual(read_ship_notice(write_ship_notice(written)), written)

    def test_link_that_is_no_web_address_is_not_written(self):
        raw = write_ship_notice(entered(controls=(ShipControl('UPS', '1', 'javascript:alert(1)'),)))
        self.assertNotIn(b'javascript', raw)

    def test_what_the_standard_forbids_is_not_written(self):
        def one(payload_id='p@x', **item):
            item = ShipNoticeItem(**{'line_number': 1, 'quantity': Decimal(1), **item})
            return {'portions': (ShipNoticePortion(OrderReference('P1', payload_id), (item,)),)}

        item = 'ShipNoticePortion/ShipNoticeItem[1]'
        for kind, element, values in (
            ('missing', 'cXML/@payloadID', {'payload_id': ' '}),
            ('missing', 'ShipNoticeHeader/@shipmentID', {'shipment_id': ' '}),
            ('missing', 'ShipNoticeHeader/@noticeDate', {'notice_date': None}),
            ('missing', 'ShipNoticePortion/OrderReference/DocumentReference/@payloadID', one(payload_id=None)),
            ('bad_value', 'Request/@deploymentMode', {'deployment_mode': 'live'}),
            ('bad_value', f'{item}/@quantity', one(quantity=Decimal(-1))),
            ('bad_value', f'{item}/@lineNumber', one(line_number=-1)),
        ):
            with self.subTest(element, kind=kind), self.assertRaises(CxmlError) as raised:
                write_ship_notice(entered(**values))
            error = raised.exception
            self.assertEqual((error.kind, error.document, error.element), (kind, 'ShipNoticeRequest', element))


class Carrier(Entering):

    def control(self):
        return ShipControl(
            self.maybe(self.words), self.words() + str(self.random.random()),
            self.maybe(lambda: f'https://x.example/{self.random.random()}?<&>"'))

    def portion(self):
        return ShipNoticePortion(
            OrderReference(self.maybe(self.words), self.words()),
            self.some(lambda: ShipNoticeItem(
                self.random.randrange(60), self.decimal(), self.random.choice(('EA', 'BX')))))

    def entered_notice(self):
        return entered(
            shipment_id=self.words(),
            operation=self.random.choice(('new', 'update', 'delete')),
            notice_date=self.moment(),
            shipment_date=self.maybe(self.moment),
            delivery_date=self.maybe(self.moment),
            is_planned=self.random.random() < 0.5,
            is_return=self.random.random() < 0.5,
            controls=self.some(self.control),
            portions=self.some(self.portion),
            comments=self.some(self.words),
        )


class TestInventedShipNotices(BaseCase):

    def test_invented_ship_notices_come_back_unchanged(self):
        inventor = Carrier(random.Random(4711))
        for _index in range(200):
            written = inventor.entered_notice()
            self.assertEqual(read_ship_notice(write_ship_notice(written)), written)

    def test_invented_ship_notices_are_valid(self):
        dtd = etree.DTD(str(shared(self, 'dtd', '1.2.071', 'Fulfill.dtd')))
        inventor = Carrier(random.Random(815))
        for _index in range(200):
            raw = write_ship_notice(inventor.entered_notice())
            self.assertIn(b'/Fulfill.dtd">', raw)
            self.assertTrue(dtd.validate(etree.fromstring(raw)), f"{dtd.error_log}\n{raw.decode()}")
