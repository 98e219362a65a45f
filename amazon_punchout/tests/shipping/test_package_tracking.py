import json
from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.tests import tagged

from ...const import TRACKING
from ...tools.cart_lock import lifted
from ..common import answer
from ..cxml_builder import carrier_identifier, ship_control, ship_notice_xml, shipment_identifier
from ..rest_builder import tracking_event
from ..ship_notice_case import EARLY, LATE, ShipNoticeCase

DELIVERED = {'detailedTrackingStatus': 'PACKAGE_DELIVERED_TO_CUSTOMER', 'deliveryStatus': 'DELIVERED'}


@tagged('post_install', '-at_install')
class TestTracking(ShipNoticeCase):
    """Package tracking that Amazon pushes shows where a package is; it ships and receives nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.use_tracking = True

    def push(self, *events, state='processed'):
        """Deliver events as the route does once it has checked the secret."""
        document = self.env['amazon.punchout.document'].sudo()._store_tracking(
            self.group, json.dumps(events if len(events) > 1 else events[0]).encode())
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, state, document.reason)
        return document

    def event(self, order, hour=9, **values):
        """Give an event of an order at an hour of a day."""
        moment = datetime(2026, 11, 3, hour, tzinfo=timezone.utc)
        return tracking_event(order.name, **{
            'orderId': None, 'eventTimeStampInEpochMillis': int(moment.timestamp() * 1000), **values})

    def shipments(self, order):
        return order.with_context(active_test=False).amazon_shipment_ids

    def notice(self, order, tracking='1Z1', **values):
        self.deliver(ship_notice_xml(
            order, [(1, 2), (2, 3), (3, 1)], shipment_id='SH-1', tracking=tracking, **{'notice_date': EARLY, **values}))

    def test_it_comes_onto_the_shipment_of_the_order(self):
        order = self.three_lines()
        self.notice(order)
        self.push(self.event(order))
        [shipment] = self.shipments(order)
        self.assertEqual((shipment.delivery_status, shipment.is_tracked), ('shipped', False))
        self.push(self.event(order, 15, **DELIVERED))
        self.assertEqual(shipment.delivery_status, 'delivered')
        self.assertEqual(shipment.delivered_at, datetime(2026, 11, 3, 15))
        self.assertEqual(shipment.delivery_words, 'PACKAGE_DELIVERED_TO_CUSTOMER')
        self.assertEqual(self.chatter(order).count("Package 1Z1 was delivered on"), 1)
        # It never receives goods by itself.
        self.assertEqual(set(order.picking_ids.mapped('state')), {'assigned'})

    def test_the_requester_gets_one_mail_that_says_what_was_delivered(self):
        order = self.three_lines()
        self.notice(order)
        before = self.mails(order)
        self.push(self.event(order, **DELIVERED))
        self.push(self.event(order, 23, **DELIVERED))
        mail = self.mails(order) - before
        self.assertRegex(mail.subject, r"^Delivered: 2 × .+ \+ 2 more$")
        self.assertEqual(mail.author_id, self.vendor)

    def test_a_mail_names_only_what_amazon_says_is_in_the_package(self):
        order = self.three_lines()
        second = ship_control(carrier_identifier('UPS'), shipment_identifier('1Z2'))
        self.notice(order, portions=second + self.portion(order, (1, 2), (2, 3)))
        before = self.mails(order)
        self.push(self.event(order, trackingId='1Z2', **DELIVERED))
        self.push(self.event(order, trackingId='1Z3', shipmentId='OTHER', **DELIVERED))
        self.assertEqual((self.mails(order) - before).sorted('id').mapped('subject'), [
            f"Package {number} of order {order.name} was delivered" for number in ('1Z2', '1Z3')])

    def test_nobody_is_mailed_that_what_they_received_was_delivered(self):
        order = self.three_lines()
        self.notice(order)
        order.amazon_shipment_ids.receipt_id = order.picking_ids
        before = self.mails(order)
        self.push(self.event(order, **DELIVERED))
        self.assertEqual(self.mails(order), before)
        self.assertIn("was delivered on", self.chatter(order))

    def test_without_a_ship_notice_it_is_all_that_is_known(self):
        order = self.three_lines()
        document = self.push(self.event(order, carrierName="DHL"))
        [shipment] = self.shipments(order)
        self.assertEqual(
            (shipment.tracking_number, shipment.carrier, shipment.shipment_id, shipment.is_tracked),
            ('1Z1', "DHL", 'SH-1', True))
        self.assertIn('1Z1', order.amazon_tracking)
        self.assertEqual(document.purchase_order_id, order)
        self.assertEqual(json.loads(document._get_body())['trackingId'], '1Z1')
        # Nobody said what is in the package.
        self.assertEqual(set(self.shipped(order).values()), {0})
        self.assertFalse(order.amazon_can_bill_shipments)

    def test_a_real_ship_notice_wins(self):
        order = self.three_lines()
        self.push(self.event(order, 15, carrierName="Other", shipmentId='ANOTHER', **DELIVERED))
        self.notice(order)
        [shipment] = self.shipments(order)
        self.assertEqual((shipment.carrier, shipment.is_tracked, shipment.shipment_id), ('UPS', False, 'SH-1'))
        self.assertEqual((shipment.delivery_status, bool(shipment.delivered_at)), ('delivered', True))
        self.assertEqual(self.shipped(order), {1: 2, 2: 3, 3: 1})
        self.push(self.event(order, 16, carrierName="Other"))
        self.assertEqual(len(self.shipments(order)), 1)
        self.assertEqual(shipment.carrier, 'UPS')

    def test_the_status_stays_with_its_tracking_number(self):
        order = self.three_lines()
        self.notice(order)
        self.push(self.event(order, **DELIVERED))
        second = ship_control(carrier_identifier('UPS'), shipment_identifier('1Z1'))
        self.notice(order, '1Z9', portions=second + self.portion(order, (1, 2)), operation='update', notice_date=LATE)
        self.assertEqual(
            {each.tracking_number: each.delivery_status for each in self.shipments(order) if each.active},
            {'1Z9': False, '1Z1': 'delivered'})

    def test_any_order_of_arrival_gives_the_same(self):
        order = self.three_lines()
        events = [self.event(order, 9), self.event(order, 12, detailedTrackingStatus='PACKAGE_OUT_FOR_DELIVERY'),
                  self.event(order, 15, **DELIVERED)]
        self.push(events[2])
        self.push(events[0])
        self.push(*events)
        [shipment] = self.shipments(order)
        self.assertEqual((shipment.delivery_status, shipment.delivered_at.hour), ('delivered', 15))
        self.assertEqual(self.chatter(order).count("was delivered on"), 1)

    def test_the_same_event_again_changes_nothing(self):
        order = self.three_lines()
        first = self.push(self.event(order, **DELIVERED))
        self.assertEqual(self.push(self.event(order, **DELIVERED)), first)
        self.assertEqual(len(self.shipments(order)), 1)
        self.assertEqual(self.env['amazon.punchout.document'].search_count([('document_type', '=', TRACKING)]), 1)

    def test_an_event_may_lack_the_tracking_number(self):
        order = self.three_lines()
        self.push(self.event(order, trackingId=None, packageId='1'))
        self.push(self.event(order, 15, trackingId=None, packageId='1', **DELIVERED))
        self.push(self.event(order, trackingId=None, packageId='2'))
        self.assertEqual(
            {each.package_id: each.delivery_status for each in self.shipments(order)},
            {'1': 'delivered', '2': 'shipped'})

    def test_an_order_of_another_system_is_nothing_for_a_person(self):
        document = self.push(tracking_event('P-OF-ANOTHER'))
        self.assertFalse(document.purchase_order_id or document.activity_ids)

    def test_the_number_alone_proves_nothing_if_amazon_has_another_order(self):
        order = self.three_lines()
        with lifted():
            order.amazon_order_ref = '111-1111111-1111111'
        self.push(self.event(order, orderId='222-2222222-2222222'))
        self.assertFalse(self.shipments(order))
        self.push(self.event(order, poNumber=None, orderId='111-1111111-1111111'))
        self.assertTrue(self.shipments(order))

    def test_it_waits_while_nobody_knows_whether_amazon_has_the_order(self):
        order = self.ordered()
        self.send(answer(status=500, body="no cXML"))
        document = self.push(self.event(order), state='waiting')
        document.next_try_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_punchout_document SET create_date = now() - interval '3 days' WHERE id = %s", [document.id])
        document.invalidate_recordset()
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, 'processed')
        self.assertStands(order, 'unclear')
        self.assertFalse(self.shipments(order))

    def test_orders_of_other_credentials_are_left(self):
        order = self.three_lines()
        other = self.group.copy({'name': "Other", 'identity': 'Other', 'shared_secret': 'another-secret'})
        document = self.env['amazon.punchout.document'].sudo()._store_tracking(
            other, json.dumps(self.event(order)).encode())
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertFalse(document.purchase_order_id or self.shipments(order))
