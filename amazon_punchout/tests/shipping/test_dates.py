"""When goods are expected, while Amazon gives dates, changes them and takes them back."""
from datetime import datetime

from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, ship_notice_xml, status
from ..ship_notice_case import EARLY, LATE, ShipNoticeCase

# The buyer's own date, and dates of Amazon.
PLANNED = datetime(2099, 4, 1, 12)
FIRST, SECOND, THIRD = datetime(2099, 4, 3, 12), datetime(2099, 4, 8, 12), datetime(2099, 4, 20, 12)


def text(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


@tagged('-at_install', 'post_install')
class TestDates(ShipNoticeCase):

    def setUp(self):
        super().setUp()
        self.po = self.three_lines()
        self.po.order_line.filtered(lambda line: line.amazon_line_type == 'item').with_user(
            self.buyer).date_planned = PLANNED

    def ship(self, moment, lines=(), operation='new', notice_date=EARLY, **values):
        self.deliver(ship_notice_xml(
            self.po, lines, operation=operation, notice_date=notice_date, delivery_date=moment and text(moment),
            **values))

    def confirm(self, kind, moment=None, notice_date=EARLY, number=1, quantity=2):
        self.deliver(confirmation_xml(
            self.po, [(number, quantity, status(kind, quantity, delivery_date=moment and text(moment)))],
            notice_date=notice_date))

    def assertExpected(self, moment, number=1):
        """Check when a line is expected, and its receipt."""
        self.env.invalidate_all()
        line = self.line(self.po, number)
        self.assertEqual((line.date_planned, line.move_ids.date), (moment, moment))

    # === WITHDRAWN SHIPMENTS === #

    def test_after_a_withdrawn_shipment_the_date_is_that_of_the_order_again(self):
        self.ship(FIRST)
        self.assertExpected(FIRST)
        self.ship(FIRST, operation='delete', notice_date=LATE)
        for number in (1, 2, 3):
            self.assertExpected(PLANNED, number)
        self.assertEqual((self.po.date_planned, self.po.picking_ids.scheduled_date), (PLANNED, PLANNED))
        self.assertFalse(any(self.po.order_line.mapped('amazon_expected_at')))

    def test_after_a_withdrawn_shipment_the_date_is_the_confirmed_one_again(self):
        self.confirm('detail', SECOND)
        self.ship(FIRST, [(1, 2)])
        self.assertExpected(FIRST)
        self.ship(None, [(1, 2)], operation='delete', notice_date=LATE)
        self.assertExpected(SECOND)

    def test_lines_that_followed_the_first_date_go_back_with_it(self):
        self.ship(FIRST, [(1, 2)])
        self.assertExpected(FIRST, 2)
        self.ship(None, [(1, 2)], operation='delete', notice_date=LATE)
        for number in (1, 2, 3):
            self.assertExpected(PLANNED, number)

    def test_a_date_that_a_person_set_meanwhile_stays(self):
        self.ship(FIRST)
        for number in (1, 2):
            self.line(self.po, number).with_user(self.buyer).date_planned = THIRD
        self.ship(FIRST, operation='delete', notice_date=LATE)
        self.assertEqual([self.line(self.po, number).date_planned for number in (1, 2, 3)], [THIRD, THIRD, PLANNED])

    def test_the_date_of_the_order_is_the_latest_one_that_a_person_set(self):
        self.ship(FIRST, [(1, 2)])
        self.ship(None, [(1, 2)], operation='delete', notice_date=LATE)
        self.line(self.po, 1).with_user(self.buyer).date_planned = SECOND
        self.ship(FIRST, [(1, 2)], shipment_id='SHIP2')
        self.assertExpected(FIRST)
        self.ship(None, [(1, 2)], shipment_id='SHIP2', operation='delete', notice_date=LATE)
        self.assertExpected(SECOND)

    # === BACK-ORDERS === #

    def test_a_back_order_put_off_the_lines_beside_it(self):
        self.confirm('backordered', THIRD)
        self.assertExpected(THIRD)
        self.assertEqual([self.line(self.po, number).date_planned for number in (2, 3)], [PLANNED, PLANNED])
        self.assertEqual(self.po.date_planned, PLANNED)

    def test_what_followed_a_date_does_not_follow_it_into_a_back_order(self):
        self.confirm('detail', FIRST)
        self.assertExpected(FIRST, 2)
        self.confirm('backordered', THIRD, notice_date=LATE)
        self.assertExpected(THIRD)
        for number in (2, 3):
            self.assertExpected(PLANNED, number)

    def test_lines_follow_what_is_not_back_ordered(self):
        self.confirm('backordered', THIRD)
        self.confirm('detail', SECOND, notice_date=LATE, number=2, quantity=3)
        self.assertExpected(THIRD, 1)
        self.assertExpected(SECOND, 2)
        self.assertExpected(SECOND, 3)

    def test_a_back_order_that_turns_accepted_gets_its_date_back(self):
        self.confirm('backordered', THIRD)
        self.assertExpected(THIRD)
        self.confirm('accept', notice_date=LATE)
        self.assertExpected(PLANNED)

    def test_a_back_order_that_turns_accepted_gets_the_date_that_was_accepted_first(self):
        self.confirm('detail', FIRST)
        self.confirm('backordered', THIRD, notice_date='2026-03-02T10:30:00Z')
        self.assertExpected(THIRD)
        self.confirm('accept', notice_date=LATE)
        self.assertExpected(FIRST)

    def test_a_back_order_that_turns_accepted_gets_its_new_date(self):
        self.confirm('backordered', THIRD)
        self.confirm('detail', SECOND, notice_date=LATE)
        self.assertExpected(SECOND)

    def test_a_back_order_without_a_date_is_expected_when_the_order_said(self):
        self.confirm('detail', FIRST)
        self.confirm('backordered', notice_date=LATE)
        self.assertExpected(PLANNED)

    def test_an_acceptance_without_a_date_keeps_the_one_before(self):
        self.confirm('detail', FIRST)
        self.confirm('accept', notice_date=LATE)
        self.assertExpected(FIRST)

    # === OTHER ADDONS === #

    def test_an_addon_may_put_moves_on_another_receipt_while_others_are_cancelled(self):
        model = self.env.registry['stock.move']
        original = model.write

        def write(moves, vals):  # as an addon does that has a receipt for each day
            result = original(moves, vals)
            if 'date_deadline' in vals:
                for picking, moved in moves.filtered('picking_id').grouped('picking_id').items():
                    moved.picking_id = picking.copy({'move_ids': False})
                    if picking.move_ids:
                        picking._compute_scheduled_date()
            return result

        self.patch(model, 'write', write)
        document = self.deliver(confirmation_xml(self.po, [
            (1, 2, status(quantity=2, delivery_date=text(FIRST))), (2, 3, status('reject', 3)),
            (3, 1, status('reject', 1))]))
        self.assertEqual((document.state, document.reason), ('processed', False))
        self.assertExpected(FIRST)
        cancelled = self.line(self.po, 2).move_ids
        self.assertEqual((cancelled.state, bool(cancelled.picking_id)), ('cancel', True))
