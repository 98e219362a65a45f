import json
from datetime import datetime, timezone

from odoo.tests import BaseCase

from ...rest import MAX_EVENTS, RestError, read_tracking
from ..rest_builder import tracking_event


class TestTracking(BaseCase):

    def read(self, value):
        return read_tracking(json.dumps(value).encode())

    def test_an_event(self):
        [event] = self.read(tracking_event())
        self.assertEqual(
            (event.purchase_order_number, event.order_ref, event.shipment_id, event.package_id, event.tracking_number),
            ('P00042', '111-1111111-1111111', 'SH-1', '1', '1Z1'))
        self.assertEqual((event.status, event.words), ('shipped', 'PACKAGE_LEFT_FROM_CARRIER_FACILITY - (Berlin)'))
        self.assertEqual(event.moment, datetime(2026, 11, 3, 9, tzinfo=timezone.utc))

    def test_each_status(self):
        for detail, summary, status in (
            ('PACKAGE_DEPARTED_FROM_FC_SHIPPER_SELLER', 'SHIPPED', 'shipped'),
            ('PACKAGE_ARRIVED_AT_CARRIER_FACILITY - (Berlin)', 'SHIPPED', 'shipped'),
            ('PACKAGE_OUT_FOR_DELIVERY', None, 'out_for_delivery'),
            ('PACKAGE_DELIVERED_TO_CUSTOMER', 'DELIVERED', 'delivered'),
            ('PACKAGE_ESTIMATED_DELIVERY_DATE_CHANGED', 'DELAYED', 'delayed'),
            ('PACKAGE_AVAILABLE_FOR_PICKUP', 'DELIVERED', 'pickup'),
            ('SOMETHING_NEW', 'delivered', 'delivered'),
            (None, 'DELAYED', 'delayed'),
            ('SOMETHING_NEW', 'SOMETHING_ELSE', None),
            (None, None, None),
        ):
            with self.subTest(detail):
                [event] = self.read(tracking_event(detailedTrackingStatus=detail, deliveryStatus=summary))
                self.assertEqual(event.status, status)

    def test_it_may_be_wrapped(self):
        event = tracking_event()
        for value in ([event], {'detail': event}, {'Records': [{'body': {'event': event}}]}, [event, event]):
            self.assertEqual(len(self.read(value)), 1)
        self.assertEqual(len(self.read([event, tracking_event(trackingId='1Z2')])), 2)

    def test_most_is_optional(self):
        for name in tracking_event():
            self.assertEqual(len(self.read(tracking_event(**{name: None}))), 1)
        for millis in (None, 'soon', -1, 1e30, 12, True, '1793696400000'):
            [event] = self.read(tracking_event(eventTimeStampInEpochMillis=millis))
            self.assertEqual(bool(event.moment), millis == '1793696400000')

    def test_what_is_no_event(self):
        for value in ({}, [], None, 1, "poNumber", {'poNumber': 'P1'}, {'trackingId': '1'},
                      {'poNumber': '', 'trackingId': '1'}, {'poNumber': {'a': 1}, 'trackingId': []},
                      [[[[[[[[tracking_event()]]]]]]]]):
            with self.subTest(value), self.assertRaises(RestError) as caught:
                self.read(value)
            self.assertEqual(caught.exception.kind, 'no_event')
        for raw, kind in ((b'', 'not_json'), (b'<xml/>', 'not_json'), (b'\xff\xfe', 'not_json'),
                          (b'[' * 50, 'too_deep')):
            with self.subTest(raw), self.assertRaises(RestError) as caught:
                read_tracking(raw)
            self.assertEqual(caught.exception.kind, kind)
        with self.assertRaises(RestError) as caught:
            self.read([tracking_event(trackingId=str(number)) for number in range(MAX_EVENTS + 1)])
        self.assertEqual(caught.exception.kind, 'too_many')
