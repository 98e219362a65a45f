"""Ship notices that add up, and those in another unit than the ordered one."""
import itertools

from odoo.tests import tagged

from ..cxml_builder import item, ship_notice_xml
from ..ship_notice_case import EARLY, LATE, LATEST, ShipNoticeCase


@tagged('-at_install', 'post_install')
class TestShipNoticeParts(ShipNoticeCase):

    # === ADDING UP === #

    def test_two_new_notices_for_parts_of_a_line_add_up(self):
        for first, second in (('S1', 'S2'), ('S1', 'S1')):
            with self.subTest(first=first, second=second):
                order = self.three_lines()
                self.deliver(ship_notice_xml(order, [(2, 1)], shipment_id=first, tracking='1Z1', notice_date=EARLY))
                self.deliver(ship_notice_xml(order, [(2, 2)], shipment_id=second, tracking='1Z2', notice_date=LATE))
                self.assertEqual(self.shipped(order), {1: 0, 2: 3, 3: 0})
                self.assertEqual(sorted(order.amazon_shipment_ids.mapped('tracking_number')), ['1Z1', '1Z2'])
                self.assertEqual(len(self.mails(order)), 2)

    def test_the_same_document_twice_changes_nothing(self):
        order = self.three_lines()
        for _time in range(2):
            self.deliver(ship_notice_xml(order, [(2, 1)], payload_id='one@amazon.example'))
        self.assertEqual((self.shipped(order)[2], len(order.amazon_shipment_ids), len(self.mails(order))), (1, 1, 1))

    def test_a_notice_that_repeats_another_one_adds_nothing(self):
        order = self.three_lines()
        for moment, delivery_date in ((LATE, '2026-03-06T12:00:00Z'), (EARLY, '2026-03-05T12:00:00Z'),
                                      (LATEST, '2026-03-07T12:00:00Z')):
            self.deliver(ship_notice_xml(order, [(2, 1)], notice_date=moment, delivery_date=delivery_date))
        shipment = order.amazon_shipment_ids
        self.assertEqual((self.shipped(order)[2], shipment.expected_at.day, len(self.mails(order))), (1, 7, 1))

    def test_processing_a_notice_again_adds_nothing(self):
        order = self.three_lines()
        document = self.deliver(ship_notice_xml(order, [(2, 1)], tracking='1Z1', notice_date=EARLY))
        self.deliver(ship_notice_xml(order, [(2, 2)], tracking='1Z2', notice_date=LATE))
        document._process()
        self.assertEqual((self.shipped(order)[2], len(order.amazon_shipment_ids)), (3, 2))

    def test_what_was_announced_is_what_is_shipped(self):
        order = self.three_lines()
        planned = ship_notice_xml(order, [(2, 3)], tracking=None, notice_date=EARLY)
        self.deliver(planned.replace(b'<ShipNoticeHeader ', b'<ShipNoticeHeader shipmentType="planned" '))
        self.deliver(ship_notice_xml(order, [(2, 2)], tracking='1Z1', notice_date=LATE))
        self.assertEqual((self.shipped(order)[2], len(order.amazon_shipment_ids)), (2, 1))

    def test_an_update_replaces_all_that_is_older_whatever_order_they_arrive_in(self):
        for arrivals in itertools.permutations(range(4)):
            with self.subTest(arrivals=arrivals):
                order = self.three_lines()
                notices = [
                    ship_notice_xml(order, [(2, 1)], tracking='1Z1', notice_date=EARLY),
                    ship_notice_xml(order, [(2, 2)], tracking='1Z2', notice_date='2026-03-02T10:30:00Z'),
                    ship_notice_xml(order, [(1, 1)], tracking='1Z3', notice_date=LATE, operation='update'),
                    ship_notice_xml(order, [(1, 1)], tracking='1Z4', notice_date=LATEST),
                ]
                for index in arrivals:
                    self.assertEqual(self.deliver(notices[index]).state, 'processed')
                self.assertEqual(self.shipped(order), {1: 2, 2: 0, 3: 0})
                self.assertEqual(sorted(order.amazon_shipment_ids.mapped('tracking_number')), ['1Z3', '1Z4'])

    def test_a_withdrawn_shipment_may_come_anew(self):
        order = self.three_lines()
        self.deliver(ship_notice_xml(order, [(2, 1)], notice_date=EARLY))
        self.deliver(ship_notice_xml(order, [(2, 1)], notice_date=LATE, operation='delete'))
        self.assertEqual(self.shipped(order)[2], 0)
        self.deliver(ship_notice_xml(order, [(2, 1)], notice_date=LATEST))
        self.assertEqual(self.shipped(order)[2], 1)

    # === UNITS === #

    def boxes(self, unit='BX'):
        """Send an order of 50 boxes."""
        return self.sent_order([item(title="Paper", price='24.00', quantity='50', unit=unit)])

    def test_thirty_pieces_are_not_thirty_boxes(self):
        order = self.boxes()
        document = self.deliver(ship_notice_xml(order, [(1, 30, 'EA')]))
        self.assertEqual((document.state, self.shipped(order)), ('attention', {1: 0}))
        self.assertRegex(document.reason, "shipped 30 EA of “Paper” in order .*, but 50 BX were ordered")
        self.assertEqual(order.amazon_shipment_ids.contents, "30 EA × Paper")
        self.assertIn("30 EA × Paper", self.mails(order).body)
        self.assertEqual(self.line(order, 1).price_unit, 24)

    def test_pieces_of_ordered_dozens_are_converted(self):
        order = self.boxes('DZN')
        document = self.deliver(ship_notice_xml(order, [(1, 30, 'EA')]))
        self.assertEqual((document.state, self.shipped(order)), ('processed', {1: 2.5}))
        self.assertEqual(order.amazon_shipment_ids.contents, "2.5 × Paper")

    def test_an_unknown_or_missing_unit_is_as_ordered(self):
        for unit in ('個', None, 'XBX'):
            order = self.boxes()
            document = self.deliver(ship_notice_xml(order, [(1, 30, unit)]))
            self.assertEqual((document.state, self.shipped(order)), ('processed', {1: 30}))
