"""The update to version 19.0.2.6.0: open orders of versions before 2.5 were late from the day of their cart."""
from datetime import timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo import fields
from odoo.modules.module import load_script
from odoo.tests import tagged

from ..cxml_builder import confirmation_xml, item, status
from ..message_case import MessageCase

SCRIPT = Path(__file__).resolve().parents[2] / 'migrations' / '19.0.2.6.0' / 'post-dates.py'


@tagged('post_install', '-at_install')
class TestDatesMigration(MessageCase):

    def setUp(self):
        super().setUp()
        self.group.lead_days = 4

    def make_old(self, order):
        """Give an order the dates that it had in versions before 2.5."""
        self.env.flush_all()
        for query in (
            "UPDATE purchase_order SET amazon_estimated_at = NULL, date_planned = date_order WHERE id = %s",
            "UPDATE purchase_order_line line SET date_planned = o.date_order FROM purchase_order o"
            " WHERE o.id = line.order_id AND line.amazon_expected_at IS NULL AND o.id = %s",
            "UPDATE stock_move move SET date = line.date_planned, date_deadline = line.date_planned"
            " FROM purchase_order_line line WHERE line.id = move.purchase_line_id AND line.order_id = %s",
            "UPDATE stock_picking SET scheduled_date = move.date, date_deadline = move.date FROM stock_move move"
            " JOIN purchase_order_line line ON line.id = move.purchase_line_id"
            " WHERE move.picking_id = stock_picking.id AND line.order_id = %s",
        ):
            self.env.cr.execute(query, [order.id])
        self.env.invalidate_all()
        return order

    def migrate(self):
        self.env.flush_all()
        load_script(str(SCRIPT), 'post_dates').migrate(self.env.cr, '19.0.2.4.0')
        self.env.invalidate_all()

    def late(self):
        return self.env['purchase.order'].with_user(self.buyer).retrieve_dashboard()['global']['late_receipt']['all']

    def test_after_the_update_every_open_order_was_still_late(self):
        before = self.late()
        order = self.make_old(self.ordered([item()], shipping='5.00'))
        stamps = (order.write_date, order.order_line.mapped('write_date'))
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.assertEqual(self.late(), before + 1)
            for _run in range(2):  # it is safe to run twice
                self.migrate()
                self.assertEqual(self.late(), before)
        expected = order.date_approve + timedelta(days=4)
        self.assertEqual(
            (order.date_planned, order.amazon_estimated_at, *order.order_line.mapped('date_planned')),
            (expected,) * 4)
        receipt = order.picking_ids
        self.assertEqual((receipt.scheduled_date, receipt.date_deadline, receipt.move_ids.date), (expected,) * 3)
        self.assertTrue(order.amazon_is_estimated)
        self.assertEqual((order.write_date, order.order_line.mapped('write_date')), stamps)

    def test_a_cart_counts_from_its_day_until_it_is_approved(self):
        order = self.make_old(self.make_order([item()]))
        self.migrate()
        self.assertEqual(order.date_planned, order.date_order + timedelta(days=4))

    def test_dates_of_amazon_and_of_people_stay(self):
        day = (fields.Datetime.now() + timedelta(days=9)).strftime('%Y-%m-%dT12:00:00Z')
        named = self.sent_order([item()])
        self.deliver(confirmation_xml(named, [(1, 1, status(quantity=1, delivery_date=day))]))
        received, chosen = self.sent_order([item()]), self.make_order([item()])
        self.receive_goods(received)
        chosen.with_user(self.buyer).order_line.date_planned = fields.Datetime.now() + timedelta(days=20)
        orders = named | received | chosen
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order SET amazon_estimated_at = NULL WHERE id IN %s", [tuple(orders.ids)])
        self.env.invalidate_all()
        before = orders.order_line.mapped('date_planned')
        self.migrate()
        self.assertEqual((orders.order_line.mapped('date_planned'), set(orders.mapped('amazon_estimated_at'))),
                         (before, {False}))
