"""Carts whose shopping started on Amazon: each rule of approval, below and above the limit, and who is notified."""
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cxml_builder import cart_xml, item
from ..order_case import APPROVAL
from ..punchin_case import PunchinCase

LIMIT = 500
BELOW, ABOVE = '100.00', '600.00'


@tagged('post_install', '-at_install')
class TestApproval(PunchinCase):

    def setUp(self):
        super().setUp()
        self.set_limit(LIMIT)
        self.managers = self.env.ref('purchase.group_purchase_manager').all_user_ids._amazon_people(self.company)

    def claimed(self, price, user=None):
        """Claim a cart as a user.

        :return: its draft order
        """
        number = self.sessions.search_count([])
        session = self.held_cart(cart_xml(f'cookie-{number}', [item(price=price)]))
        session.with_user(user or self.buyer).action_claim()
        order = session.purchase_order_id
        self.assertEqual(
            (order.state, order.amazon_state, order.amazon_requester_id), ('draft', 'cart', user or self.buyer))
        self.assertFalse(self.notified(order), "claiming asks for nothing yet")
        return order

    def confirm(self, order):
        order.with_user(order.amazon_requester_id).button_confirm()
        order.invalidate_recordset()
        return order.state

    def notified(self, order):
        return self.activities(order, APPROVAL).user_id

    def approve(self, order, user):
        order.with_user(user).button_approve()
        order.invalidate_recordset()
        return order.state

    def test_as_the_company_has_it(self):
        below, above = self.claimed(BELOW), self.claimed(ABOVE)
        self.assertEqual((self.confirm(below), self.confirm(above)), ('purchase', 'to approve'))
        self.assertFalse(self.notified(below))
        self.assertEqual(self.notified(above), self.managers)
        self.assertIn(self.buyer.name, self.activities(above, APPROVAL)[0].note)
        self.assertEqual(len(self.send()), 1, "the other one waits")
        self.assertEqual(self.approve(above, self.buyer), 'to approve')
        self.assertEqual(self.approve(above, self.manager), 'purchase')
        self.assertFalse(self.notified(above))
        self.assertEqual(len(self.send()), 1)

    def test_every_order_by_a_manager(self):
        self.group.approval_rule = 'manager'
        for price in (BELOW, ABOVE):
            order = self.claimed(price)
            self.assertEqual(self.confirm(order), 'to approve')
            self.assertEqual(self.notified(order), self.managers)
            for user in (self.buyer, self.other_buyer):
                self.assertEqual(self.approve(order, user), 'to approve')
            self.assertFalse(self.send())
            self.assertEqual(self.approve(order, self.manager), 'purchase')
            own = self.claimed(price, self.manager)
            self.assertEqual((self.confirm(own), self.notified(own).ids), ('purchase', []))
            self.assertEqual(len(self.send()), 2)

    def test_by_another_user_than_the_one_who_claimed_it(self):
        self.group.approval_rule = 'other'
        for price in (BELOW, ABOVE):
            for user in (self.buyer, self.manager):
                order = self.claimed(price, user)
                self.assertEqual(self.confirm(order), 'to approve')
                self.assertEqual(self.notified(order), self.managers - user)
                self.assertEqual(self.approve(order, user), 'to approve')
                with self.assertRaisesRegex(UserError, "approval of another user"):
                    order.with_user(user).action_amazon_order()
                self.assertFalse(self.send())
        below, above = self.claimed(BELOW), self.claimed(ABOVE)
        for order in (below, above):
            self.confirm(order)
        self.assertEqual(
            (self.approve(below, self.other_buyer), self.approve(above, self.other_buyer)), ('purchase', 'to approve'))
        self.assertEqual(self.approve(above, self.manager), 'purchase')
        self.assertEqual(len(self.send()), 2)

    def test_there_are_no_direct_orders(self):
        """The limit of direct orders counts for the flow *direct* only."""
        self.group.write({'direct_limit': 1000, 'direct_user_ids': self.buyer.ids})
        order = self.claimed(BELOW)
        self.assertFalse(self.send())
        self.assertFalse(order.amazon_direct_problem)
