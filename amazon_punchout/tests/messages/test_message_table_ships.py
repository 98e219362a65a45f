"""The ship notices of docs/messages.md, row by row."""
from datetime import datetime

from odoo.tests import tagged

from ..cxml_builder import ship_notice_xml
from ..table_case import TableCase

LATER = '2026-03-03T10:00:00Z'


@tagged('-at_install', 'post_install')
class TestMessageTableShips(TableCase):
    rows = 'S'

    def setUp(self):
        super().setUp()
        self.po = self.order()
        self.mark(self.po)

    def ship(self, *lines, **values):
        return self.deliver(ship_notice_xml(self.po, lines, **values))

    def shipped(self):
        self.po.order_line.invalidate_recordset()
        return {number: self.line(self.po, number).amazon_shipped_quantity for number in (1, 2)}

    def test_every_row_of_the_table_is_a_test(self):
        self.assertRowsAreTested()

    def test_S01_new(self):
        document = self.ship((2, 1), (1, 2))
        self.assertEqual(document.state, 'processed')
        shipment = self.po.amazon_shipment_ids
        self.assertEqual(
            (shipment.carrier, shipment.tracking_number, shipment.shipped_at, shipment.expected_at),
            ('UPS', '1Z0000000000000001', datetime(2026, 3, 2, 9), datetime(2026, 3, 5, 12)))
        self.assertIn('1Z0000000000000001', shipment.tracking_url)
        self.assertEqual(self.shipped(), {1: 2, 2: 1})
        receipt = self.po.picking_ids
        self.assertEqual(receipt.scheduled_date, datetime(2026, 3, 5, 12))
        self.assertIn(shipment.tracking_url, str(receipt.amazon_parcel_ids._tracking_links()))
        message = self.news(self.po)
        self.assertEqual(len(message), 1)
        self.assertIn(shipment.tracking_url, message.body)
        self.assertIn(self.buyer.partner_id, message.notified_partner_ids)
        self.assertFalse(self.notified(self.po))
        self.assertOrder(self.po, 'sent', 35.0)

    def test_S02_update(self):
        self.ship((1, 2))
        self.mark(self.po)
        self.ship((1, 2), (2, 3), operation='update', notice_date=LATER, delivery_date='2026-03-08T12:00:00Z')
        self.assertEqual(len(self.po.amazon_shipment_ids), 1)
        self.assertEqual(self.shipped(), {1: 2, 2: 3})
        self.assertEqual(self.po.picking_ids.scheduled_date, datetime(2026, 3, 8, 12))
        self.assertFalse(self.news(self.po))
        self.ship((1, 2), (2, 3), operation='update', notice_date='2026-03-04T10:00:00Z', tracking='1Z0000000000000002')
        self.assertEqual(self.po.amazon_shipment_ids.tracking_number, '1Z0000000000000002')
        self.assertEqual(len(self.news(self.po)), 1)

    def test_S03_delete(self):
        before = self.po.picking_ids.scheduled_date
        self.ship((1, 2))
        self.assertNotEqual(self.po.picking_ids.scheduled_date, before)
        self.mark(self.po)
        self.ship((1, 2), operation='delete', notice_date=LATER)
        self.assertFalse(self.po.amazon_shipment_ids)
        self.assertEqual(self.shipped(), {1: 0, 2: 0})
        self.po.picking_ids.invalidate_recordset()
        self.assertFalse(self.po.picking_ids.amazon_parcel_ids._tracking_links())
        self.assertEqual(self.po.picking_ids.scheduled_date, before)
        self.assertEqual(len(self.news(self.po)), 1)

    def test_S04_the_whole_order(self):
        self.ship()
        self.assertTrue(self.po.amazon_shipment_ids.is_whole_order)
        self.assertEqual(self.shipped(), {1: 2, 2: 3})
        self.assertEqual(len(self.news(self.po)), 1)

    def test_S05_an_unknown_line(self):
        document = self.ship((1, 2), (7, 1))
        self.assertEqual(document.state, 'attention')
        self.assertIn('7', document.reason)
        self.assertEqual(self.shipped(), {1: 2, 2: 0})
        self.assertEqual(len(self.news(self.po)), 1)
        self.assertEqual(self.notified(self.po) | self.document_notified(document), self.administrator)

    def test_S06_no_carrier(self):
        self.ship((1, 2), carrier='')
        shipment = self.po.amazon_shipment_ids
        self.assertEqual((shipment.carrier or '', shipment.tracking_number, shipment.tracking_url),
                         ('', '1Z0000000000000001', False))
        self.assertIn('1Z0000000000000001', self.news(self.po).body)
        self.assertNotIn('href', str(self.po.picking_ids.amazon_parcel_ids._tracking_links()))
        self.assertIn('1Z0000000000000001', str(self.po.picking_ids.amazon_parcel_ids._tracking_links()))

    def test_S07_an_older_notice(self):
        self.ship((1, 2), notice_date=LATER, operation='update')
        self.mark(self.po)
        document = self.ship((2, 3), notice_date='2026-03-01T10:00:00Z', tracking='OLD')
        self.assertEqual(document.state, 'processed')
        self.assertEqual(self.shipped(), {1: 2, 2: 0})
        self.assertEqual(self.po.amazon_shipment_ids.tracking_number, '1Z0000000000000001')
        self.assertFalse(self.news(self.po))

    def test_S08_before_the_confirmation(self):
        self.ship((1, 2))
        self.assertOrder(self.po, 'sent', 35.0)
        self.assertEqual(self.shipped(), {1: 2, 2: 0})
        self.assertEqual(len(self.news(self.po)), 1)

    def test_S09_announced(self):
        self.deliver(
            ship_notice_xml(self.po, [(1, 2)]).replace(b'operation="new"', b'operation="new" shipmentType="planned"'))
        self.assertTrue(self.po.amazon_shipment_ids.is_planned)
        self.assertEqual(self.shipped(), {1: 0, 2: 0})
        self.assertEqual(self.line(self.po, 1).move_ids.date, datetime(2026, 3, 5, 12))
        self.assertFalse(self.news(self.po))

    def test_S10_a_return(self):
        document = self.deliver(
            ship_notice_xml(self.po, [(1, 2)]).replace(b'operation="new"', b'operation="new" reason="return"'))
        self.assertEqual(document.state, 'attention')
        self.assertFalse(self.po.amazon_shipment_ids)
        self.assertEqual(self.shipped(), {1: 0, 2: 0})
        self.assertEqual(self.notified(self.po) | self.document_notified(document), self.administrator)

    def test_S11_several_parcels(self):
        self.deliver(ship_notice_xml(self.po, [(1, 2)], tracking='1Z1').replace(
            b'</ShipControl>',
            b'</ShipControl><ShipControl><CarrierIdentifier domain="companyName">UPS</CarrierIdentifier>'
            b'<ShipmentIdentifier>1Z2</ShipmentIdentifier></ShipControl>'))
        self.assertEqual(set(self.po.amazon_shipment_ids.mapped('tracking_number')), {'1Z1', '1Z2'})
        self.assertEqual(self.shipped(), {1: 2, 2: 0})
        message = self.news(self.po)
        self.assertEqual(len(message), 1)
        for text in (message.body, self.po.picking_ids.amazon_parcel_ids._tracking_links()):
            self.assertIn('1Z1', text)
            self.assertIn('1Z2', text)

    def test_S12_an_order_that_is_cancelled_here(self):
        order = self.ordered()
        order.button_cancel()
        document = self.deliver(ship_notice_xml(order, [(1, 1)]))
        self.assertEqual((document.state, order.state, len(order.amazon_shipment_ids)), ('attention', 'cancel', 1))
        self.assertEqual(self.document_notified(document), self.administrator)
