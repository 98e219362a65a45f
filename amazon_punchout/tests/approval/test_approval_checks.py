from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestChecksBeforeOrdering(OrderCase):
    """What a cart must have when it is confirmed, no matter who confirms it and how."""

    def assertBlocked(self, order, words):
        ways = ('button_confirm', 'button_approve', 'action_amazon_order')
        for user in (self.buyer, self.manager):
            for way in ways:
                with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                    getattr(order.with_user(user), way)()
        order.invalidate_recordset()
        self.assertEqual((order.state, order.amazon_state), ('draft', 'cart'))
        self.assertFalse(self.requests(order))
        self.set_limit(1)
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            order.with_user(self.buyer).button_confirm()  # asking for approval is checked as well
        order.invalidate_recordset()
        self.assertEqual(order.state, 'draft')

    def test_an_incomplete_delivery_address(self):
        order = self.make_order()
        self.warehouse.partner_id.write({'zip': False, 'state_id': False})
        self.assertBlocked(order, r"warehouse .*Main dock.*State.*Zip")

    def test_an_incomplete_billing_address(self):
        order = self.make_order()
        self.company.partner_id.phone = False
        self.assertBlocked(order, "billing address of .*Phone")

    def test_a_requester_without_email(self):
        order = self.make_order()
        self.buyer.email = False
        self.assertBlocked(order, "Buyer Person.*e-mail")

    def test_a_group_in_draft(self):
        order = self.make_order()
        self.group.state = 'draft'
        self.assertBlocked(order, "Test group is in draft or archived.*Amazonadmin Person")

    def test_an_archived_group(self):
        order = self.make_order()
        self.group.active = False
        self.assertBlocked(order, "Test group is in draft or archived")

    def test_a_group_in_another_mode(self):
        order = self.make_order()
        self.group.state = 'test'
        self.assertBlocked(order, "another mode")

    def test_a_test_cart_is_never_ordered_live(self):
        self.group.state = 'test'
        order = self.make_order()
        self.assertEqual(order.amazon_deployment_mode, 'test')
        self.group.state = 'active'
        self.assertBlocked(order, "another mode")
        self.group.state = 'test'
        self.set_limit(500)
        order.with_user(self.buyer).button_confirm()
        self.assertIn(b'deploymentMode="test"', self.send()[0])

    def test_a_location_that_the_group_does_not_deliver_to(self):
        order = self.make_order()
        self.group.warehouse_ids = self.env['stock.warehouse'].create({'name': "Other", 'code': 'OTH'})
        self.assertBlocked(order, "can't be delivered to")

    def test_after_the_hold_a_strict_group_blocks(self):
        order = self.make_order()
        self.group.hold_policy = 'block'
        self.shift_hold(order, hours=1)
        self.assertBlocked(order, "held the prices")

    def test_before_the_end_of_the_hold_a_strict_group_orders(self):
        order = self.make_order()
        self.group.hold_policy = 'block'
        order.with_user(self.buyer).button_confirm()
        self.assertStands(order, 'queued')

    def test_after_the_hold_other_groups_warn(self):
        order = self.make_order()
        self.shift_hold(order, hours=1)
        self.assertTrue(order.amazon_hold_over)
        order.with_user(self.buyer).button_confirm()
        self.assertStands(order, 'queued')
        self.assertIn("Ordered after Amazon's price hold", self.chatter(order))

    def test_what_no_document_can_carry_is_explained(self):
        order = self.make_order()
        self.warehouse.partner_id.street = " "
        with self.assertRaisesRegex(UserError, "Order .* can't be sent to Amazon. .*ShipTo"):
            order.with_user(self.buyer).button_confirm()

    def test_a_locked_order_can_still_be_withdrawn(self):
        """Purchase settings: lock confirmed orders."""
        self.company.po_lock = 'lock'
        order = self.ordered()
        self.assertTrue(order.locked)
        order.with_user(self.buyer).button_cancel()
        self.assertStands(order, 'cancelled')
        self.assertEqual(order.picking_ids.mapped('state'), ['cancel'])
        order.with_user(self.buyer).button_draft()
        self.assertFalse(order.locked)
        order.with_user(self.buyer).button_confirm()
        self.assertTrue(order.locked)
        self.send()
        self.assertStands(order, 'sent')
        with self.assertRaisesRegex(UserError, "does not accept cancellations"):
            order.with_user(self.buyer).button_cancel()
        self.assertTrue(order.locked)

    def test_a_scheduled_action_is_never_the_purchaser_no_matter_who_it_runs_as(self):
        order = self.make_order()
        order.with_user(self.manager).with_context(cron_id=1).button_approve()
        self.assertEqual((order.state, order.user_id), ('purchase', self.buyer))

    def test_superuser_is_never_the_purchaser(self):
        order = self.make_order()
        order.with_user(SUPERUSER_ID).button_approve()
        self.assertStands(order, 'queued')
        self.assertEqual(order.user_id, self.buyer)
