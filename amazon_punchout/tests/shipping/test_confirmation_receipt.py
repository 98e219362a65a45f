"""Receipts expect what Amazon will deliver, and when."""
from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, item, ship_notice_xml, status
from ..message_case import MessageCase

MOST_FOR_A_LINE = 25


@tagged('post_install', '-at_install')
class TestConfirmationReceipt(MessageCase):

    def confirm(self, order, *lines, **values):
        document = self.deliver(confirmation_xml(order, lines, **values))
        self.assertEqual(document.state, 'processed', document.reason)
        return document

    def assertNothingLeaves(self, order):
        """Check that no goods are to be sent to Amazon."""
        self.assertEqual(set(order.order_line.move_ids.mapped('location_id.usage')), {'supplier'})
        self.assertEqual(set(order.picking_ids.mapped('picking_type_code')), {'incoming'})

    # === QUANTITIES === #

    def test_rejected_quantity_is_not_expected(self):
        order = self.three_lines()
        self.confirm(order, (1, 2, status('reject', 2)), (2, 3, status(quantity=2), status('reject', 1)))
        self.assertEqual(self.expected(order), {1: 0, 2: 2, 3: 1})
        self.assertEqual(self.line(order, 1).move_ids.state, 'cancel')
        self.assertEqual(len(self.line(order, 2).move_ids), 1)
        self.assertNothingLeaves(order)

    def test_a_matched_product_is_neither_priced_anew_nor_sent_back(self):
        product = self.env['product.product'].create({
            'name': "Stapler", 'is_storable': True, 'standard_price': 66.0,
            'seller_ids': [Command.create({'partner_id': self.vendor.id, 'price': 77.0, 'delay': 30})],
        })
        self.group.product_id.product_tmpl_id.write({'is_storable': False})
        order = self.three_lines()
        other = self.three_lines()
        for each in (order, other):
            # As the import of the cart does where our own product is known by its ASIN.
            self.env.cr.execute(
                'UPDATE purchase_order_line SET product_id = %s WHERE id IN %s',
                [product.id, tuple(each.order_line.ids)])
            self.env.cr.execute(
                'UPDATE stock_move SET product_id = %s WHERE purchase_line_id IN %s',
                [product.id, tuple(each.order_line.ids)])
        self.env.invalidate_all()
        self.confirm(order, (1, 2, status(quantity=1, price='9.50'), status('reject', 1)), (2, 3, status('reject', 3)),
                     (3, 1, status(quantity=1)))
        lines = [self.line(order, number) for number in (1, 2, 3)]
        self.assertEqual([(line.product_qty, line.price_unit) for line in lines], [(1, 9.5), (0, 5.0), (1, 20.0)])
        self.assertEqual(self.expected(order), {1: 1, 2: 0, 3: 1})
        self.assertEqual(lines[0].move_ids.price_unit, 9.5)
        self.assertEqual(self.expected(other), {1: 2, 2: 3, 3: 1})
        self.assertNothingLeaves(order)

    def test_what_comes_back_is_expected_again(self):
        order = self.three_lines()
        self.confirm(order, (1, 2, status('reject', 2)), (2, 3, status(quantity=2), status('reject', 1)))
        self.confirm(order, (1, 2, status(quantity=2)), (2, 3, status(quantity=3)), notice_date='2026-03-03T10:00:00Z')
        self.assertEqual(self.expected(order), {1: 2, 2: 3, 3: 1})
        self.assertEqual(len(order.picking_ids), 1)
        self.assertNothingLeaves(order)

    def test_what_comes_back_after_everything_else_has_arrived_is_a_receipt_of_its_own(self):
        order = self.three_lines()
        self.confirm(order, (1, 2, status('reject', 2)), (2, 3, status('reject', 3)))
        self.receive_goods(order)
        self.confirm(order, (1, 2, status(quantity=2)), notice_date='2026-03-03T10:00:00Z')
        self.assertEqual(self.expected(order), {1: 2, 2: 0, 3: 0})
        self.receive_goods(order)
        self.assertEqual((self.line(order, 1).qty_received, order.receipt_status), (2, 'full'))

    def test_goods_in_hand_stay_when_the_rest_of_the_line_is_rejected(self):
        order = self.three_lines()
        self.receive_goods(order, line2=1)
        document = self.deliver(confirmation_xml(order, [(2, 3, status(quantity=2), status('reject', 1))]))
        self.assertEqual((self.expected(order)[2], document.state), (1, 'processed'))
        document = self.deliver(confirmation_xml(order, [(2, 3, status('reject', 3))],
                                                 notice_date='2026-03-04T10:00:00Z'))
        self.assertEqual((self.expected(order)[2], self.line(order, 2).product_qty), (0, 0))
        self.assertEqual(document.state, 'attention')
        self.assertIn("the quantity received is 1", document.reason)

    def test_a_back_order_that_a_person_gave_up_stays_given_up(self):
        order = self.three_lines()
        picking = order.picking_ids
        for move in picking.move_ids:
            move.write({'quantity': 1, 'picked': True})
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids).button_validate()
        self.assertEqual(self.expected(order), {1: 0, 2: 0, 3: 0})
        self.confirm(order, (2, 3, status(quantity=2), status('reject', 1)))
        self.assertEqual(self.expected(order), {1: 0, 2: 0, 3: 0})

    def test_orders_that_are_not_amazons_are_received_as_ever(self):
        plain = self.env['purchase.order'].create({
            'partner_id': self.env['res.partner'].create({'name': "Plain vendor"}).id,
            'order_line': [Command.create({'product_id': self.group.product_id.id, 'product_qty': 3,
                                           'price_unit': 1.0})]})
        plain.button_confirm()
        plain.order_line.product_qty = 5
        self.assertEqual(plain.picking_ids.move_ids.product_uom_qty, 5)

    # === DATES === #

    def test_the_expected_arrival_follows_amazons_dates(self):
        order = self.three_lines(shipping='4.00', tax='4.28')
        self.confirm(order, (1, 2, status(quantity=2, delivery_date='2099-04-03T12:00:00Z')),
                     (2, 3, status('reject', 3)), (3, 1, status(quantity=1, delivery_date='2099-04-05T12:00:00+02:00')))
        self.assertEqual(self.line(order, 3).amazon_expected_at, datetime(2099, 4, 5, 10))
        self.assertEqual(order.date_planned, datetime(2099, 4, 3, 12))
        self.assertEqual(order.picking_ids.scheduled_date, datetime(2099, 4, 3, 12))
        self.assertEqual(self.line(order, 3).move_ids.date, datetime(2099, 4, 5, 10))

    def test_a_shipment_knows_better_whichever_comes_first(self):
        for ship_first in (True, False):
            order = self.three_lines()
            shipped = ship_notice_xml(order, shipment_id=f'S{order.id}', delivery_date='2026-04-01T12:00:00Z')
            if ship_first:
                self.deliver(shipped)
            self.confirm(order, (1, 2, status(quantity=2, delivery_date='2026-04-09T12:00:00Z')))
            if not ship_first:
                self.deliver(shipped)
            self.assertEqual(self.line(order, 1).date_planned, datetime(2026, 4, 1, 12))

    def test_a_date_that_a_person_set_stays_until_amazon_names_another(self):
        order = self.three_lines()
        self.confirm(order, (1, 2, status(quantity=2, delivery_date='2026-04-03T12:00:00Z')))
        self.line(order, 1).with_user(self.buyer).date_planned = '2026-04-20 12:00:00'
        self.confirm(order, (2, 3, status(quantity=3)), confirm_id='111-0000000-0000002')
        self.assertEqual(self.line(order, 1).date_planned, datetime(2026, 4, 20, 12))
        self.confirm(order, (1, 2, status(quantity=2, delivery_date='2026-04-08T12:00:00Z')),
                     notice_date='2026-03-09T10:00:00Z')
        self.assertEqual(self.line(order, 1).date_planned, datetime(2026, 4, 8, 12))

    # === COST === #

    def test_fifty_changed_lines_cost_no_more_for_each_than_ten(self):
        costs = {count: self.cost(count) for count in (10, 50)}
        self.assertLessEqual(costs[50] / 50, costs[10] / 10, costs)
        self.assertLessEqual(costs[50], 50 * MOST_FOR_A_LINE, costs)

    def cost(self, count):
        """Count the queries of a confirmation that changes price and quantity of all lines."""
        order = self.sent_order([
            item(asin=f'B00TEST{number:03}', price='10.00', quantity='2', auxiliary_id=f'136-1,{number}')
            for number in range(count)])
        raw = confirmation_xml(order, [
            (number, 2, status(quantity=1, price='9.00'), status('reject', 1)) for number in range(1, count + 1)])
        self.begin_anew()
        before = self.env.cr.sql_log_count
        self.deliver(raw)
        self.env.flush_all()
        self.assertEqual((order.amount_total, sum(self.expected(order).values())), (9.0 * count, count))
        return self.env.cr.sql_log_count - before
