"""What became of the price, the days and the items of a cart."""
from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ...tools.cart_lock import lifted, lines_lifted
from ..bill_case import BillCase
from ..cxml_builder import confirmation_xml, invoice_line, status
from ..language_case import GERMAN, LanguageCase


@tagged('post_install', '-at_install')
class TestPerformance(LanguageCase, BillCase):

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

    def test_reasons_are_grouped_in_the_language_of_the_reader(self):
        """What an earlier version has stored, in one language, belongs to the same group."""
        orders = self.two_lines(), self.two_lines()
        for po in orders:
            self.deliver(confirmation_xml(po, [
                (1, 2, status('reject', quantity=2, error='[Error code: 015-005]')),
                (2, 3, status(quantity=3))], total='15.00'))
        english = self.line(orders[0], 1).amazon_reason
        self.env.flush_all()
        self.env.cr.execute("UPDATE purchase_order_line SET amazon_reason = %s WHERE id = %s", [
            str(english), self.line(orders[1], 1).id])
        rows = self.rows(orders[0]) | self.rows(orders[1])
        for lang, begins in (('en_US', "Out of stock (015-005)"), (GERMAN, "⟦⟦Out of stock⟧ (015-005)⟧")):
            self.env.invalidate_all()
            model = rows.with_context(lang=lang)
            self.assertTrue(model.filtered('reason')[0].reason.startswith(begins))
            domain = [('id', 'in', rows.ids), ('reason', '!=', False)]
            for (group,) in (model.formatted_read_group(domain, ['reason'], ['__count']),
                             model.formatted_read_grouping_sets(domain, [['reason']], ['__count'])[0]):
                self.assertTrue(group['reason'].startswith(begins), group)
                self.assertEqual(group['__count'], 2)
                self.assertEqual(model.search_count([*domain, *group['__extra_domain']]), 2)

    def named(self, order, number, date):
        """Have Amazon name the day of an item."""
        with lifted(), lines_lifted():
            self.line(order, number).amazon_expected_at = date

    def found(self, order, name):
        """Find the items of an order by a filter of the page."""
        view = etree.fromstring(self.env.ref('amazon_punchout.amazon_punchout_performance_view_search').arch)
        (node,) = view.xpath(f'//filter[@name="{name}"]')
        rows = self.rows(order)
        return rows & rows.search(safe_eval(node.get('domain')))

    def test_days_and_whether_it_came_in_time(self):
        po = self.two_lines()
        with lifted():
            po.write({'date_approve': '2026-03-03 09:00:00', 'amazon_asked_at': '2026-03-01 09:00:00'})
        self.named(po, 1, '2026-03-06 12:00:00')
        self.named(po, 2, '2026-03-04 12:00:00')
        self.receive_goods(po)
        self.env['stock.move'].search([('purchase_line_id', 'in', po.order_line.ids)]).date = '2026-03-05 09:00:00'
        first, second = self.rows(po)
        self.assertEqual((first.days_to_approve, first.days_to_arrive, first.on_time), (2, 2, 1))
        self.assertEqual((second.days_to_arrive, second.on_time, second.late_count), (2, 0, 1))
        self.assertEqual(self.found(po, 'late'), second)

    def test_an_item_of_which_a_part_is_missing_is_late_once_its_day_is_over(self):
        po = self.two_lines()
        for number in (1, 2):
            self.named(po, number, fields.Datetime.subtract(fields.Datetime.now(), days=2))
        self.receive_goods(po, line1=1, line2=3)
        self.env['stock.move'].search([
            ('purchase_line_id', 'in', po.order_line.ids), ('state', '=', 'done'),
        ]).date = fields.Datetime.subtract(fields.Datetime.now(), days=3)
        self.assertEqual(self.rows(po).mapped('late_count'), [1, 0])

    def test_what_is_due_later_or_has_no_day_is_neither_late_nor_in_time(self):
        po = self.two_lines()
        self.named(po, 1, fields.Datetime.add(fields.Datetime.now(), days=5))
        self.assertFalse(self.found(po, 'late'))
        self.named(po, 2, fields.Datetime.subtract(fields.Datetime.now(), days=5))
        self.assertEqual(self.found(po, 'late').line_id, self.line(po, 2).with_user(self.biller))
        (row,) = self.env['amazon.punchout.performance'].with_user(self.biller)._read_group(
            [('order_id', '=', po.id)], [], ['on_time:avg', 'item_count:sum'])
        self.assertEqual(row, (0, 2))

    def test_another_exchange_rate_of_the_bill_is_no_change_of_the_price(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create([
            {'currency_id': euro.id, 'name': day, 'rate': rate}
            for day, rate in (('2020-01-01', 0.5), ('2026-06-01', 0.8))])
        po = self.two_lines(currency='EUR')
        self.invoice(po, invoice_line(1, 2, '10.00', currency='EUR'), invoice_line(2, 3, '5.00', currency='EUR'),
                     subtotal='35.00', net='35.00', currency='EUR')
        self.move().with_user(self.biller).action_post()
        self.assertEqual(sum(self.move().invoice_line_ids.mapped('balance')), 70)  # 35.00 at the rate of its day
        self.assertEqual([(row.in_cart, row.billed, row.billed_change) for row in self.rows(po)],
                         [(25, 25, 0), (18.75, 18.75, 0)])
