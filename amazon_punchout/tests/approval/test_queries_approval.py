from odoo.fields import Command
from odoo.tests import tagged

from ..cxml_builder import item
from ..order_case import OrderCase

MOST = 17  # four of them add two events to the history, one has the commit survive a crash


@tagged('post_install', '-at_install')
class TestQueriesOfApproval(OrderCase):
    """Approving costs a fixed number of queries more than approving a plain order of the same goods."""

    def amazon_order(self, lines):
        return self.make_order([item(asin=f'B00TEST{number:03}') for number in range(lines)])

    def plain_order(self, lines):
        return self.env['purchase.order'].with_user(self.buyer).create({
            'partner_id': self.env['res.partner'].create({'name': "Plain vendor"}).id,
            'order_line': [Command.create({
                'product_id': self.group.product_id.id, 'name': f"Stapler {number}", 'product_qty': 1,
                'price_unit': 9.99, 'product_uom_id': self.group.product_id.uom_id.id,
                'tax_ids': [Command.clear()], 'date_planned': '2026-03-01'}) for number in range(lines)],
        }).sudo()

    def queries(self, order, button, user):
        self.begin_anew()
        order = order.browse(order.id)  # as a request has it: found by nothing but its id
        before = self.env.cr.sql_log_count
        with self.amazon(AssertionError("the approval asked Amazon")) as sent:
            getattr(order.with_user(user), button)()
            self.env.flush_all()
        self.assertEqual(sent, [])
        self.assertEqual(order.state, 'purchase')
        return self.env.cr.sql_log_count - before

    def overheads(self, button, user, prepare=lambda order: None):
        """Count how many more queries an Amazon order costs, by the number of its lines."""
        # No vendor price is written for either: core writes one for a plain order's new vendor, ours never.
        self.patch(type(self.env['purchase.order']), '_add_supplier_to_product', lambda order: None)
        result = {}
        for lines in (1, 10, 40):
            counts = []
            for make in (self.plain_order, self.amazon_order):
                for _warm in range(2):
                    order = make(lines)
                    prepare(order)
                    count = self.queries(order, button, user)
                counts.append(count)
            result[lines] = counts[1] - counts[0]
        return result

    def assertFixedAndFew(self, overheads, most=MOST):
        self.assertEqual(overheads[10], overheads[40], f"it depends on the number of lines: {overheads}")
        self.assertLessEqual(max(overheads.values()), most, overheads)

    def test_a_buyers_confirmation(self):
        self.assertFixedAndFew(self.overheads('button_confirm', self.buyer))

    def test_an_approval_over_rpc(self):
        self.assertFixedAndFew(self.overheads('button_approve', self.buyer))

    def test_a_managers_confirmation_of_another_users_cart(self):
        """Besides, the manager becomes the purchaser and a follower."""
        self.assertFixedAndFew(self.overheads('button_confirm', self.manager))

    def test_a_managers_approval(self):
        """Besides, it takes the managers' activities away, which no plain order has."""
        self.set_limit(5)
        overheads = self.overheads(
            'button_approve', self.manager, prepare=lambda order: order.with_user(self.buyer).button_confirm())
        self.assertFixedAndFew(overheads, MOST + 2)
