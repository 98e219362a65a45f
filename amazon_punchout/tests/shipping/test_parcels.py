"""Parcels on a receipt: what is in which, and one click that fills in what a parcel holds."""
from decimal import Decimal
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...cxml import ShipNoticeItem
from ...models.shipping import stock_picking_parcels
from ..cxml_builder import item, ship_control, ship_notice_xml, shipment_identifier
from ..parcel_case import ParcelCase
from ..ship_notice_case import LATE


@tagged('-at_install', 'post_install')
class TestParcels(ParcelCase):
    """The order has two staplers (line 1), three of line 2, and one of line 3."""

    # === WHAT A RECEIVER SEES === #

    def test_a_second_click_after_fill_in_hit_another_parcel(self):
        parcels = self.ship('1Z1', (1, 2)) + self.ship('1Z2', (2, 3))
        self.press(parcels[0])
        self.assertEqual(self.receipt().amazon_parcel_ids.mapped('tracking_number'), ['1Z1', '1Z2'])

    def test_the_receiver_reads_for_whom_the_goods_are(self):
        receipt = self.receipt()
        self.assertEqual(receipt.amazon_requester_ids, self.buyer)
        arch = etree.fromstring(receipt.get_view(self.env.ref('stock.view_picking_form').id, 'form')['arch'])
        self.assertTrue(arch.xpath("//sheet//field[@name='amazon_requester_ids']"))
        self.assertFalse(self.env['stock.picking'].new({'picking_type_id': receipt.picking_type_id.id})
                         .amazon_requester_ids)

    def test_a_receiver_sees_what_is_in_which_parcel(self):
        self.ship('1Z1', (1, 2), (2, 1))
        self.ship('1Z2', (2, 2), (3, 1))
        parcels = self.receipt().amazon_parcel_ids
        self.assertEqual(parcels.mapped('tracking_number'), ['1Z1', '1Z2'])
        self.assertEqual([len(each.contents.splitlines()) for each in parcels], [2, 2])
        self.assertIn("2 × ", parcels[0].contents)
        form = Form(self.receipt())
        self.assertEqual(len(form.amazon_parcel_ids), 2)

    def test_a_parcel_of_a_shipment_with_several_says_with_which_it_came(self):
        controls = ship_control(shipment_identifier('1Z2'))
        self.deliver(ship_notice_xml(self.po, tracking='1Z1', portions=controls + self.portion(self.po, (1, 2))))
        parcels = self.receipt().amazon_parcel_ids
        self.assertEqual(parcels.mapped('tracking_number'), ['1Z1', '1Z2'])
        self.assertEqual(parcels[1].contents, "Together with 1Z1")
        self.assertFalse(parcels[1].can_fill_in)

    # === FILLING IN === #

    def test_one_click_fills_in_a_parcel_and_the_rest_waits_for_a_backorder(self):
        self.ship('1Z1', (1, 2), (2, 1))
        first, receipt = self.parcel('1Z1'), self.receipt()
        self.press(first)
        self.assertEqual(self.filled(receipt), {1: 2, 2: 1, 3: 0}, "the screen shows what Validate will receive")
        self.assertEqual(self.received(), {1: 0, 2: 0, 3: 0}, "the receiver confirms")
        self.assertEqual((first.receipt_id, first.can_fill_in), (receipt, False))
        self.validate(receipt)
        self.assertEqual(self.received(), {1: 2, 2: 1, 3: 0})
        self.assertEqual(self.filled(), {2: 2, 3: 1}, "as core fills in a backorder")

    def test_check_availability_was_offered_first_and_filled_in_what_had_not_arrived(self):
        self.ship('1Z1', (1, 2), (2, 1))
        self.press(self.parcel('1Z1'))
        self.assertFalse(self.receipt().show_check_availability)
        self.press(self.parcel('1Z1'), button='action_undo_fill_in')
        self.move(2).quantity = 1
        self.assertTrue(self.receipt().show_check_availability, "as core offers it without a parcel")

    def test_the_scheduler_filled_in_what_had_not_arrived(self):
        self.ship('1Z1', (1, 2), (2, 1))
        self.press(self.parcel('1Z1'))
        scheduler = self.env['stock.rule'].sudo()
        scheduler._run_scheduler_tasks(company_id=self.company.id)
        self.assertEqual(self.filled(), {1: 2, 2: 1, 3: 0})
        self.press(self.parcel('1Z1'), button='action_undo_fill_in')
        self.move(2).quantity = 1
        scheduler._run_scheduler_tasks(company_id=self.company.id)
        self.assertEqual(self.filled()[2], 3, "as core does without a parcel")

    def test_two_parcels_that_arrive_together_add_up(self):
        self.ship('1Z1', (1, 2), (2, 1))
        self.ship('1Z2', (2, 2), (3, 1))
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        self.press(self.parcel('1Z2'))
        self.assertEqual(self.filled(), {1: 2, 2: 3, 3: 1})
        self.validate(receipt)
        self.assertEqual(self.received(), {1: 2, 2: 3, 3: 1})
        self.assertFalse(self.receipt())

    def test_what_the_receiver_corrected_stays_when_another_parcel_is_filled_in(self):
        self.ship('1Z1', (2, 2))
        self.ship('1Z2', (2, 1))
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        move = receipt.move_ids.filtered(lambda each: each.purchase_line_id.amazon_line_number == 2)
        move.quantity = 1  # one was damaged
        self.press(self.parcel('1Z2'))
        self.assertEqual(self.filled()[2], 2)

    def test_what_the_receiver_types_beside_a_parcel_is_received_too(self):
        self.ship('1Z1', (1, 2))
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        receipt.move_ids.filtered(lambda each: each.purchase_line_id.amazon_line_number == 3).quantity = 1
        self.validate(receipt)
        self.assertEqual(self.received(), {1: 2, 2: 0, 3: 1})

    def test_what_was_typed_before_counts_once(self):
        self.ship('1Z1', (2, 2))
        move = self.receipt().move_ids.filtered(lambda each: each.purchase_line_id.amazon_line_number == 2)
        move.write({'quantity': 2, 'picked': True})
        self.press(self.parcel('1Z1'))
        self.assertEqual(self.filled()[2], 2)

    def test_a_click_by_mistake_is_undone(self):
        self.ship('1Z1', (1, 2), (2, 1))
        self.ship('1Z2', (2, 2))
        before = self.filled()
        self.press(self.parcel('1Z1'))
        self.press(self.parcel('1Z2'))
        self.press(self.parcel('1Z1'), button='action_undo_fill_in')
        self.assertEqual(self.filled(), {1: 0, 2: 2, 3: 0})
        self.press(self.parcel('1Z2'), button='action_undo_fill_in')
        self.assertEqual(self.filled(), before)
        self.assertFalse(any(self.receipt().move_ids.mapped('picked')))
        self.assertTrue(self.parcel('1Z1').can_fill_in)

    def test_a_parcel_is_not_filled_in_twice(self):
        self.ship('1Z1', (2, 1))
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        with self.assertRaisesRegex(UserError, "1Z1 is already filled in on"):
            self.press(self.parcel('1Z1'))
        self.validate(receipt)
        with self.assertRaisesRegex(UserError, f"1Z1 was already received with {receipt.name}"):
            self.press(self.parcel('1Z1'))
        with self.assertRaisesRegex(UserError, "1Z1 was already received"):
            self.press(self.parcel('1Z1'), receipt, 'action_undo_fill_in')
        self.assertIn("Received", self.parcel('1Z1').receipt_words)
        self.assertEqual(receipt.amazon_parcel_ids.mapped('tracking_number'), ['1Z1'])

    def test_a_parcel_that_was_received_by_hand_is_not_filled_in(self):
        self.ship('1Z1', (1, 2))
        self.receive_goods(self.po, line1=2)
        with self.assertRaisesRegex(UserError, "1Z1 was already received"):
            self.press(self.parcel('1Z1'))

    def test_no_more_is_filled_in_than_the_receipt_expects(self):
        self.ship('1Z1', (2, 2), (3, 1))
        self.receive_goods(self.po, line2=2)
        action = self.press(self.parcel('1Z1'))
        self.assertEqual(self.filled(), {1: 0, 2: 1, 3: 1})
        self.assertEqual(action['tag'], 'display_notification')
        self.assertIn("1 of 2", action['params']['message'])

    def test_a_cancelled_receipt_received_nothing(self):
        self.ship('1Z1', (2, 1))
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        receipt.sudo().action_cancel()
        self.assertTrue(self.parcel('1Z1').can_fill_in)

    def test_the_whole_order_in_one_parcel(self):
        self.ship('1Z1')
        self.press(self.parcel('1Z1'))
        self.assertEqual(self.filled(), {1: 2, 2: 3, 3: 1})
        self.validate()
        self.assertEqual(self.received(), {1: 2, 2: 3, 3: 1})

    def test_a_unit_that_odoo_cant_convert_is_left_to_the_receiver(self):
        self.deliver(ship_notice_xml(self.po, [(1, 2), (2, 1, 'KGM')], tracking='1Z1', shipment_id='S1'))
        action = self.press(self.parcel('1Z1'))
        self.assertEqual(self.filled(), {1: 2, 2: 0, 3: 0})
        self.assertIn("1 KGM", action['params']['message'])

    def test_units_are_converted_to_those_of_the_receipt(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        self.po = self.sent_order([item(unit='DZN', quantity='2')])
        self.assertEqual(self.line(self.po, 1).product_uom_id, dozen)
        self.deliver(ship_notice_xml(self.po, [(1, 1, 'DZN')], tracking='1Z1', shipment_id='S1'))
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        self.validate(receipt)
        self.assertEqual(self.line(self.po, 1).qty_received, 1)

    def test_the_components_of_a_kit_are_filled_in_in_proportion(self):
        frame, screw = self.env['product.product'].create([
            {'name': name, 'type': 'consu'} for name in ("Frame", "Screw")])
        model = self.env.registry['purchase.order.line']
        original = model._prepare_stock_moves

        def prepare(line, picking):  # as an addon for kits does, when it explodes the moves
            return [{**vals, 'product_id': part.id, 'product_uom_qty': vals['product_uom_qty'] * count}
                    for vals in original(line, picking) for part, count in ((frame, 1), (screw, 4))]

        self.patch(model, '_prepare_stock_moves', prepare)
        self.po = self.three_lines()
        self.ship('1Z1', (2, 2))
        self.ship('1Z2', (2, 1))
        for number, expected in (('1Z1', {"Frame": 2, "Screw": 8}), ('1Z2', {"Frame": 3, "Screw": 12})):
            self.press(self.parcel(number))
            moves = self.receipt().sudo().move_ids.filtered(
                lambda move: move.purchase_line_id.amazon_line_number == 2)
            self.assertEqual({move.product_id.name: move.quantity for move in moves}, expected)

    def test_undo_leaves_what_was_typed_before(self):
        self.ship('1Z1', (2, 2))
        self.move(2).quantity = 1
        before = self.filled()
        self.press(self.parcel('1Z1'))
        self.assertEqual(self.filled(), {1: 0, 2: 2, 3: 0})
        self.press(self.parcel('1Z1'), button='action_undo_fill_in')
        self.assertEqual(self.filled(), before)

    def test_what_was_typed_for_other_items_stays(self):
        self.ship('1Z1', (1, 2))
        self.move(2).quantity = 1
        self.press(self.parcel('1Z1'))
        self.assertEqual(self.filled(), {1: 2, 2: 1, 3: 0})

    def test_more_that_was_typed_than_the_parcel_holds_stays(self):
        self.ship('1Z1', (2, 1))
        self.move(2).quantity = 2
        self.press(self.parcel('1Z1'))
        self.assertEqual(self.filled()[2], 2)
        self.press(self.parcel('1Z1'), button='action_undo_fill_in')
        self.assertEqual(self.filled()[2], 2)

    def test_what_is_no_item_of_the_order_stays(self):
        self.ship('1Z1', (1, 2))
        receipt = self.receipt()
        other = self.move(3).sudo().copy({'purchase_line_id': False, 'picking_id': receipt.id, 'product_uom_qty': 4})
        other._action_confirm(merge=False)._action_assign()
        other.quantity = 4
        self.press(self.parcel('1Z1'))
        self.assertEqual(other.quantity, 4)
        self.press(self.parcel('1Z1'), button='action_undo_fill_in')
        self.assertEqual(other.quantity, 4)

    def test_lots_that_were_entered_are_left_alone(self):
        self.ship('1Z1', (1, 2))
        self.ship('1Z2', (2, 2))
        self.move(1).move_line_ids.lot_name = 'LOT1'
        with self.assertRaisesRegex(UserError, "Lots, serial numbers or packages were entered"):
            self.press(self.parcel('1Z1'))
        self.press(self.parcel('1Z2'))
        self.assertEqual(self.filled(), {1: 2, 2: 2, 3: 0})
        self.assertEqual(self.move(1).move_line_ids.mapped('lot_name'), ['LOT1'])
        self.move(2).move_line_ids.lot_name = 'LOT2'
        with self.assertRaisesRegex(UserError, "Lots, serial numbers or packages were entered"):
            self.press(self.parcel('1Z2'), button='action_undo_fill_in')
        self.assertEqual(self.filled(), {1: 2, 2: 2, 3: 0})

    def test_undo_of_one_of_two_parcels_leaves_what_was_corrected(self):
        self.ship('1Z1', (1, 2), (2, 1))
        self.ship('1Z2', (2, 2), (3, 1))
        self.press(self.parcel('1Z1'))
        self.press(self.parcel('1Z2'))
        self.move(2).quantity = 2  # one was damaged
        self.press(self.parcel('1Z1'), button='action_undo_fill_in')
        self.assertEqual(self.filled(), {1: 0, 2: 1, 3: 1})

    def test_a_second_shipment_in_the_same_parcel_was_not_received_with_the_first(self):
        """It showed as received, without Fill In, though its line had never arrived."""
        self.ship('1Z1', (1, 2))
        self.press(self.parcel('1Z1'))
        self.validate()
        document = self.deliver(ship_notice_xml(self.po, [(2, 3)], tracking='1Z1', shipment_id='S2', notice_date=LATE))
        self.assertEqual(document.state, 'processed', document.reason)
        second = self.parcel('1Z1').filtered(lambda each: each.shipment_id == 'S2')
        self.assertEqual((second.receipt_id.id, second.can_fill_in), (False, True))
        self.press(second)
        self.assertEqual(self.filled()[2], 3)

    def test_what_was_entered_manually_received_only_its_own_lines(self):
        self.po.with_user(self.manager)._amazon_enter_ship_notice([ShipNoticeItem(1, Decimal(2))], '1Z1', 'UPS')
        receipt = self.receipt()
        self.press(self.parcel('1Z1'))
        self.validate(receipt)
        for shipment_id, content in (('S1', (1, 2)), ('S2', (2, 3))):
            self.deliver(ship_notice_xml(
                self.po, [content], tracking='1Z1', shipment_id=shipment_id, notice_date=LATE))
        parcels = self.parcel('1Z1')
        self.assertEqual(
            [(each.shipment_id, each.receipt_id.id, each.can_fill_in) for each in parcels.sorted('shipment_id')],
            [('S1', receipt.id, False), ('S2', False, True)])

    # === WHO === #

    def test_only_stock_users_fill_in(self):
        self.ship('1Z1', (1, 2))
        with self.assertRaises(AccessError):
            self.press(self.parcel('1Z1').with_user(self.buyer))

    def test_a_parcel_fills_only_receipts_of_its_own_order(self):
        self.ship('1Z1', (1, 2))
        parcel, own, self.po = self.parcel('1Z1'), self.po, self.three_lines()
        with self.assertRaisesRegex(UserError, "expects nothing"):
            self.press(parcel, self.receipt())
        self.assertTrue(own)

    # === FINDING === #

    def test_a_receiver_finds_the_receipt_by_the_number_on_the_parcel(self):
        self.ship('1Z42FIND', (1, 2))
        receipts = self.env['stock.picking'].with_user(self.clerk)
        self.assertEqual(receipts.search([('amazon_tracking_number', 'ilike', '1z42find')]), self.receipt())
        self.assertFalse(receipts.search([('amazon_tracking_number', 'ilike', 'WH/IN')]))

    def test_a_part_of_very_many_numbers_finds_receipts_without_looking_into_each_parcel(self):
        self.patch(stock_picking_parcels, 'MOST', 1)
        self.ship('1Z42FIND1', (1, 2))
        self.ship('1Z42FIND2', (2, 1))
        receipts = self.env['stock.picking'].with_user(self.clerk)
        with patch.object(self.env.registry['stock.picking'], '_compute_amazon_parcel_ids') as computed:
            self.assertEqual(receipts.search([('amazon_tracking_number', 'ilike', '1z42find')]), self.receipt())
        computed.assert_not_called()

    def test_a_plain_receipt_has_no_parcels_and_asks_for_none(self):
        plain = self.env['stock.picking'].create({
            'picking_type_id': self.env.ref('stock.picking_type_in').id,
            'location_id': self.env.ref('stock.stock_location_suppliers').id,
            'location_dest_id': self.env.ref('stock.stock_location_stock').id})
        self.env.flush_all()
        self.env.invalidate_all()
        _name = plain.name
        with self.assertQueryCount(0):
            self.assertFalse(plain.amazon_parcel_ids)
