"""What became of the price, the days and the items of a cart."""
from odoo import fields
from odoo.tests import tagged

from ...tools.cart_lock import lifted, lines_lifted
from ..bill_case import BillCase
from ..cxml_builder import confirmation_xml, invoice_line, status


@tagged('post_install', '-at_install')
class TestPerformance(BillCase):

    def rows(self, order):
        """Read the rows of an order, one for each item."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env['amazon.punchout.performance'].with_user(self.biller).search(
            [('order_id', '=', order.id)], order='line_id')

    def test_a_price_that_the_confirmation_and_the_bill_change(self):
        po = self.two_lines()
        self.deliver(confirmation_xml(
            po, [(1, 2, status(quantity=2, price='10.50')), (2, 3, status(quantity=3))], total='36.00'))
        self.invoice(po, invoice_line(1, 2, '11.00'), invoice_line(2, 3, '5.00'), subtotal='37.00', net='37.00')
        self.move().with_user(self.biller).action_post()
        first, second = self.rows(po)
        self.assertEqual(
            [(row.in_cart, row.confirmed, row.confirmed_change, row.billed, row.billed_change)
             for row in (first, second)], [(20, 21, 1, 22, 1), (15, 15, 0, 15, 0)])

    def test_what_is_rejected_has_its_reason(self):
        po = self.two_lines()
        self.deliver(confirmation_xml(po, [
            (1, 2, status('reject', quantity=2, error='001-001: Out of stock')),
            (2, 3, status(quantity=3))], total='15.00'))
        first, second = self.rows(po)
        self.assertEqual((first.rejected_count, first.rejected, second.rejected_count), (1, 20, 0))
        self.assertIn("Out of stock", first.reason)
        self.assertFalse(second.reason)

    def test_days_and_whether_it_came_in_time(self):
        po = self.two_lines()
        with lifted():
            po.write({'date_approve': '2026-03-03 09:00:00', 'amazon_asked_at': '2026-03-01 09:00:00'})
        with lines_lifted():
            self.line(po, 1).date_planned = '2026-03-06 12:00:00'
            self.line(po, 2).date_planned = '2026-03-04 12:00:00'
        self.receive_goods(po)
        self.env['stock.move'].search([('purchase_line_id', 'in', po.order_line.ids)]).date = '2026-03-05 09:00:00'
        first, second = self.rows(po)
        self.assertEqual((first.days_to_approve, first.days_to_arrive, first.on_time), (2, 2, 1))
        self.assertEqual((second.days_to_arrive, second.on_time), (2, 0))

    def test_what_is_due_later_is_neither_late_nor_in_time(self):
        po = self.two_lines()
        with lines_lifted():
            self.line(po, 1).date_planned = fields.Datetime.add(fields.Datetime.now(), days=5)
            self.line(po, 2).date_planned = fields.Datetime.subtract(fields.Datetime.now(), days=5)
        self.deliver(confirmation_xml(po, [(2, 3, status(quantity=3))], total='15.00'))
        (row,) = self.env['amazon.punchout.performance'].with_user(self.biller)._read_group(
            [('order_id', '=', po.id)], [], ['on_time:avg', 'item_count:sum'])
        self.assertEqual(row, (0, 2))
