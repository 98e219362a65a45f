"""Parcels that were received, or filled in: what Amazon says of them later, and what came without Fill In."""
from datetime import datetime
from pathlib import Path

from odoo.modules.module import load_script
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, ship_notice_xml, status
from ..parcel_case import ParcelCase
from ..ship_notice_case import EARLY, LATE


@tagged('-at_install', 'post_install')
class TestReceivedParcels(ParcelCase):

    # === WHAT AMAZON SAYS LATER === #

    def confirm(self, *lines, **values):
        document = self.deliver(confirmation_xml(self.po, lines, **values))
        self.assertEqual(document.state, 'processed', document.reason)

    def test_what_amazon_cancels_after_fill_in_fills_in_nothing_else(self):
        self.ship('1Z1', (2, 1))
        self.press(self.parcel('1Z1'))
        self.assertEqual(self.filled(), {1: 0, 2: 1, 3: 0})
        self.confirm((1, 2, status(quantity=1), status('reject', 1)), (2, 3, status(quantity=2), status('reject', 1)),
                     (3, 1, status('reject', 1)))
        self.assertEqual(self.expected(self.po), {1: 1, 2: 2, 3: 0})
        self.assertEqual(self.filled(), {1: 0, 2: 1, 3: 0})
        receipt = self.receipt()
        self.validate(receipt)
        self.assertEqual(self.received(), {1: 0, 2: 1, 3: 0})

    def test_what_amazon_delivers_after_all_is_not_filled_in_beside_a_parcel(self):
        self.confirm((1, 2, status(quantity=1), status('reject', 1)), (2, 3, status(quantity=2), status('reject', 1)),
                     (3, 1, status('reject', 1)))
        self.ship('1Z1', (2, 1))
        self.press(self.parcel('1Z1'))
        self.confirm((1, 2, status(quantity=2)), (2, 3, status(quantity=3)), (3, 1, status(quantity=1)),
                     notice_date='2026-03-04T10:00:00Z')
        self.assertEqual(self.expected(self.po), {1: 2, 2: 3, 3: 1})
        self.assertEqual({number: quantity for number, quantity in self.filled().items() if quantity}, {2: 1})

    def test_a_quantity_that_a_person_entered_stays_when_amazon_cancels_some(self):
        self.move(2).write({'quantity': 1, 'picked': True})
        self.move(1).quantity = 0
        self.confirm((1, 2, status(quantity=1), status('reject', 1)), (2, 3, status(quantity=2), status('reject', 1)))
        self.assertEqual(self.filled(), {1: 0, 2: 1, 3: 1})

    def restate(self, *lines, tracking='1Z1', operation='update'):
        """Let Amazon state again what the shipment of parcel 1Z1 is."""
        document = self.deliver(ship_notice_xml(
            self.po, tracking=tracking, shipment_id='S1Z1', operation=operation, notice_date=LATE,
            portions=self.portion(self.po, *lines)))
        self.assertEqual(document.state, 'processed', document.reason)

    def test_amazons_notice_that_replaces_one_entered_by_hand_was_received_with_it(self):
        self.po.with_user(self.manager)._amazon_enter_ship_notice([], '1Z1', 'UPS')
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        self.ship('1Z1', (1, 2), notice_date=LATE)
        self.assertEqual(self.parcel('1Z1').receipt_id, receipt)

    def test_another_parcel_in_the_place_of_a_received_one_was_not_received(self):
        self.ship('1Z1', (2, 1), notice_date=EARLY)
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        self.validate(receipt)
        self.restate((2, 1), tracking='1Z9')
        self.assertFalse(self.parcel('1Z9').receipt_id)

    def test_a_received_parcel_in_another_place_was_received(self):
        self.ship('1Z1', (1, 2), notice_date=EARLY)
        self.deliver(ship_notice_xml(self.po, [(2, 1)], tracking='1Z2', shipment_id='S1Z1', notice_date=EARLY))
        receipt = self.receipt()
        self.press(self.parcel('1Z2'))
        self.validate(receipt)
        self.restate((2, 1), tracking='1Z2')
        self.assertEqual(self.po.amazon_shipment_ids.mapped('tracking_number'), ['1Z2'])
        self.assertEqual(self.parcel('1Z2').receipt_id, receipt)

    def test_a_received_parcel_that_is_stated_again_was_received(self):
        self.ship('1Z1', (2, 1), notice_date=EARLY)
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        self.validate(receipt)
        self.restate((2, 1))
        self.assertEqual(self.parcel('1Z1').receipt_id, receipt)

    def test_a_parcel_that_holds_more_than_was_received_was_not_received(self):
        self.ship('1Z1', (2, 1), notice_date=EARLY)
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        self.validate(receipt)
        self.restate((2, 3))
        self.assertFalse(self.parcel('1Z1').receipt_id)

    def test_another_shipment_with_the_same_number_is_not_received_with_it(self):
        self.ship('1Z1', (1, 2))
        self.press(self.parcel('1Z1'))
        self.validate()
        self.deliver(ship_notice_xml(self.po, [(2, 1)], tracking='1Z1', shipment_id='OTHER'))
        self.env.invalidate_all()
        other = self.po.amazon_shipment_ids.filtered(lambda each: each.shipment_id == 'OTHER')
        self.assertEqual((len(other), other.receipt_id), (1, self.env['stock.picking']))

    def test_a_filled_in_parcel_that_amazon_withdraws_is_taken_off_the_receipt(self):
        self.ship('1Z1', (2, 1), notice_date=EARLY)
        self.ship('1Z2', (1, 2))
        before = self.filled()
        self.press(self.parcel('1Z1'))
        self.press(self.parcel('1Z2'))
        self.restate((2, 1), operation='delete')
        self.assertEqual(self.filled(), {1: 2, 2: 0, 3: 0})
        self.press(self.parcel('1Z2'), button='action_undo_fill_in')
        self.assertEqual(self.filled(), before)

    def test_a_filled_in_parcel_that_holds_something_else_is_to_be_filled_in_again(self):
        self.ship('1Z1', (2, 1), notice_date=EARLY)
        before = self.filled()
        self.press(self.parcel('1Z1'))
        self.restate((2, 2))
        self.assertEqual(self.filled(), before)
        self.assertTrue(self.parcel('1Z1').can_fill_in)

    # === RECEIVED WITHOUT FILL IN === #

    def test_what_was_received_by_hand_is_not_offered_on_the_backorder(self):
        self.ship('1Z1', (1, 2), (2, 1), shipment_date=EARLY)
        self.ship('1Z2', (2, 1), shipment_date=LATE)
        self.ship('1Z3', (2, 1), (3, 1), shipment_date=LATE)
        receipt = self.receive_goods(self.po, line1=2, line2=2)
        self.assertEqual([self.parcel(number).receipt_id for number in ('1Z1', '1Z2')], [receipt, receipt])
        self.assertFalse(self.parcel('1Z3').receipt_id)

    def test_a_parcel_of_which_only_a_part_was_received_is_offered(self):
        self.ship('1Z1', (2, 2))
        self.receive_goods(self.po, line2=1)
        self.assertTrue(self.parcel('1Z1').can_fill_in)

    def test_a_parcel_on_its_way_is_not_covered_by_what_came_in_another_one(self):
        self.ship('1Z1', (2, 2), shipment_date=LATE)
        self.ship('1Z2', (2, 1), shipment_date=EARLY)
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        self.validate(receipt)
        self.assertFalse(self.parcel('1Z2').receipt_id)

    def test_the_whole_order_received_by_hand(self):
        self.ship('1Z1')
        self.receive_goods(self.po, line1=2)
        self.assertFalse(self.parcel('1Z1').receipt_id)
        last = self.receive_goods(self.po)
        self.assertEqual(self.parcel('1Z1').receipt_id, last)

    def test_the_update_finds_what_was_received_before(self):
        self.ship('1Z1', (1, 2))
        self.ship('1Z2', (2, 1))
        receipt = self.receive_goods(self.po, line1=2)
        self.assertEqual(self.parcel('1Z1').receipt_id, receipt)
        parcels = self.po.amazon_shipment_ids
        parcels.receipt_id = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE amazon_punchout_shipment SET write_date = '2026-01-01' WHERE id IN %s", [
            tuple(parcels.ids)])
        script = Path(__file__).resolve().parents[2] / 'migrations' / '19.0.2.6.0' / 'post-parcels.py'
        for _run in range(2):
            self.env.flush_all()
            load_script(str(script), 'post_parcels').migrate(self.env.cr, '19.0.2.5.0')
            self.env.invalidate_all()
            self.assertEqual(self.parcel('1Z1').receipt_id, receipt)
            self.assertFalse(self.parcel('1Z2').receipt_id)
            self.assertEqual(set(parcels.mapped('write_date')), {datetime(2026, 1, 1)})
