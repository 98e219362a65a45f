"""Who may approve by the rule of an Amazon group, and who is notified."""
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cxml_builder import item
from ..order_case import APPROVAL, OrderCase


@tagged('post_install', '-at_install')
class TestGroupApproval(OrderCase):

    def setUp(self):
        super().setUp()
        self.set_limit(500)
        self.managers = self.env.ref('purchase.group_purchase_manager').all_user_ids._amazon_people(self.company)

    def cart(self, price, user=None):
        return self.make_order([item(price=price)], user=user or self.buyer)

    def confirm(self, order, user=None):
        order.with_user(user or order.amazon_requester_id).button_confirm()
        order.invalidate_recordset()
        return order.state

    def notified(self, order):
        return self.activities(order, APPROVAL).user_id

    def says(self, order, user):
        order.invalidate_recordset()
        return order.with_user(user).amazon_status

    def leave_one_manager(self):
        """Make Manager Person the company's only purchase manager."""
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        (self.managers - self.manager).write({
            'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})

    # === AS THE COMPANY HAS IT === #

    def test_by_default_the_companys_limit_decides(self):
        self.assertEqual(self.group.approval_rule, 'company')
        below, above = self.cart('100.00'), self.cart('600.00')
        self.assertEqual((self.confirm(below), self.confirm(above)), ('purchase', 'to approve'))
        self.assertFalse(self.notified(below))
        self.assertEqual(self.notified(above), self.managers)

    def test_why_an_approval_is_needed_is_said(self):
        order = self.cart('600.00')
        reason = "A purchase manager must approve it, like every order of $\xa0500.00 or more"
        self.assertIn(reason, self.says(order, self.buyer))
        self.confirm(order)
        self.assertIn(reason, self.says(order, self.buyer))
        self.assertNotIn("must approve", self.says(self.cart('100.00'), self.buyer))

    def test_what_another_addon_keeps_back_is_not_put_on_a_limit(self):
        order = self.cart('100.00')
        with patch.object(type(order), '_approval_allowed', lambda _order: False):
            for user in (self.buyer, self.manager):
                self.assertNotIn("must approve", self.says(order, user))
        self.company.po_double_validation = 'one_step'
        with patch.object(type(order), '_approval_allowed', lambda _order: False):
            self.assertNotIn("must approve", self.says(order, self.buyer))

    def test_without_the_companys_limit_nobody_is_asked(self):
        self.company.po_double_validation = 'one_step'
        order = self.cart('600.00')
        self.assertEqual(self.confirm(order), 'purchase')
        self.assertFalse(self.notified(order))

    # === A PURCHASE MANAGER === #

    def test_every_order_by_a_manager_whatever_the_amount(self):
        self.group.approval_rule = 'manager'
        for validation in ('two_step', 'one_step'):
            self.company.po_double_validation = validation
            for price in ('1.00', '600.00'):
                order = self.cart(price)
                self.assertFalse(order.with_user(self.buyer).amazon_may_approve)
                self.assertIn("A purchase manager must approve it", self.says(order, self.buyer))
                self.assertEqual(self.confirm(order), 'to approve')
                self.assertEqual(self.notified(order), self.managers)
                self.assertIn("A purchase manager must approve it", self.says(order, self.other_buyer))
                self.assertNotIn("must approve", self.says(order, self.manager))
                for user in (self.buyer, self.other_buyer, self.administrator):
                    order.with_user(user).button_approve()
                    self.assertEqual((order.state, self.requests(order).ids), ('to approve', []))
                with self.assertRaisesRegex(UserError, "approval of a purchase manager"):
                    order.with_user(self.other_buyer).action_amazon_order()
                order.with_user(self.manager).button_approve()
                self.assertStands(order, 'queued')
                self.assertFalse(self.notified(order))

    def test_a_managers_own_cart_needs_nobody_else(self):
        self.group.approval_rule = 'manager'
        order = self.cart('600.00', user=self.manager)
        self.assertNotIn("must approve", self.says(order, self.manager))
        self.assertEqual(self.confirm(order), 'purchase')

    def test_approving_a_draft_over_rpc_is_held_by_the_rule(self):
        for rule in ('manager', 'other'):
            self.group.approval_rule = rule
            order = self.cart('1.00')
            for key in ({}, {'cron_id': 1}, {'amazon_direct': True}):
                order.with_user(self.buyer).with_context(**key).button_approve(force=True)
            order.with_user(self.buyer).sudo().button_approve()
            self.assertEqual((order.state, self.requests(order).ids), ('draft', []))

    # === ANOTHER USER === #

    def test_nobody_approves_what_they_shopped_also_not_a_manager(self):
        self.group.approval_rule = 'other'
        for validation in ('two_step', 'one_step'):
            self.company.po_double_validation = validation
            for user in (self.buyer, self.manager):
                for price in ('1.00', '600.00'):
                    order = self.cart(price, user=user)
                    self.assertFalse(order.with_user(user).amazon_may_approve)
                    self.assertIn("Another user must approve it", self.says(order, user))
                    self.assertEqual(self.confirm(order), 'to approve')
                    self.assertEqual(self.notified(order), self.managers - user)
                    order.with_user(user).button_approve()
                    order.with_user(user).sudo().button_approve()
                    self.assertEqual((order.state, self.requests(order).ids), ('to approve', []))
                    with self.assertRaisesRegex(UserError, "approval of another user"):
                        order.with_user(user).action_amazon_order()

    def test_another_user_approves_whom_the_companys_rule_lets(self):
        self.group.approval_rule = 'other'
        below, above = self.cart('100.00'), self.cart('600.00')
        for order in (below, above):
            self.confirm(order)
            order.with_user(self.other_buyer).button_approve()
        self.assertEqual((below.state, above.state), ('purchase', 'to approve'))
        self.assertEqual(below.user_id, self.other_buyer)
        self.assertIn("A purchase manager must approve it", self.says(above, self.other_buyer))
        self.assertNotIn("must approve", self.says(above, self.manager))
        with self.assertRaisesRegex(UserError, "approval of a purchase manager"):
            above.with_user(self.other_buyer).action_amazon_order()
        above.with_user(self.manager).button_approve()
        self.assertEqual(above.user_id, self.manager)
        self.assertEqual(len(self.send()), 2)

    def test_another_user_orders_a_draft_in_one_step(self):
        self.group.approval_rule = 'other'
        order = self.cart('100.00')
        self.assertEqual(self.confirm(order, self.other_buyer), 'purchase')
        self.assertFalse(self.notified(order))

    def test_the_only_managers_own_order_goes_to_who_is_responsible_for_the_group(self):
        self.leave_one_manager()
        self.group.approval_rule = 'other'
        order = self.cart('100.00', user=self.manager)
        self.assertEqual(self.confirm(order), 'to approve')
        self.assertEqual(self.notified(order), self.administrator)
        note = self.activities(order, APPROVAL).note
        self.assertIn("has no purchase manager who can approve this order", note)
        self.assertIn("Manager Person asks for approval to order", note)
        self.assertEqual(note.count("eliver"), 1, note)
        self.assertIn("There is no purchase manager who can approve it: Amazonadmin Person was asked instead",
                      self.says(order, self.manager))
        self.shift_hold(order, hours=-23)
        self.run_cron('amazon_punchout.ir_cron_remind_hold')
        reminder = self.env['mail.message'].search([
            ('res_id', '=', order.id), ('model', '=', order._name), ('subject', 'ilike', "is waiting for approval")])
        self.assertEqual(reminder.notified_partner_ids, self.administrator.partner_id)
        order.with_user(self.administrator).button_approve()
        self.assertStands(order, 'queued')
        self.assertFalse(self.notified(order))

    def test_where_nobody_can_be_asked_the_order_says_so(self):
        self.leave_one_manager()
        self.group.write({'approval_rule': 'other', 'responsible_id': self.manager.id})
        order = self.cart('100.00', user=self.manager)
        self.assertEqual(self.confirm(order), 'to approve')
        self.assertFalse(self.notified(order))
        self.assertIn("There is no one to ask for approval", self.says(order, self.manager))

    def test_an_accountant_reads_where_an_order_is(self):
        accountant = self.new_user('accountant', 'account.group_account_invoice')
        for rule in ('company', 'manager', 'other'):
            self.group.approval_rule = rule
            order = self.cart('100.00')
            self.assertFalse(self.says(order, accountant) is False)
            self.assertIsInstance(order.with_user(accountant).amazon_may_approve, bool)

    # === FIELDS TO FILL === #

    def test_an_order_with_a_field_to_fill_is_neither_ordered_nor_asked_for(self):
        Order = type(self.env['purchase.order'])
        self.patch(Order, '_amazon_missing_fields', lambda order: ["Fill in the department."])
        for price in ('100.00', '600.00'):
            order = self.cart(price)
            with self.assertRaisesRegex(UserError, "Fill in the department"), self.env.cr.savepoint():
                self.confirm(order)
            order.invalidate_recordset()
            self.assertEqual(order.state, 'draft')


@tagged('post_install', '-at_install')
class TestChecklistOfApproval(OrderCase):
    """What keeps a group from going live because of its rules of approval."""

    def open_required(self):
        self.env.invalidate_all()
        return {check.key: check for check in self.group.with_user(self.administrator)._open_required()}

    def leave(self, xml_id, users):
        """Leave these users as the company's only ones with this role."""
        elsewhere = self.env['res.company'].create({'name': f"Elsewhere {xml_id} {len(users)}"})
        others = self.env.ref(xml_id).all_user_ids._amazon_people(self.company) - users
        others.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})

    def test_as_the_company_has_it_asks_for_nobody(self):
        self.leave('purchase.group_purchase_manager', self.env['res.users'])
        self.assertFalse(self.open_required())

    def test_a_manager_with_an_e_mail_is_required(self):
        self.leave('purchase.group_purchase_manager', self.manager)
        for rule in ('manager', 'other'):
            self.group.approval_rule = rule
            self.assertNotIn('approval_managers', self.open_required())
            self.manager.email = False
            check = self.open_required()['approval_managers']
            self.assertIn("There is no one to ask for approval. Make a user a purchase manager", check.sentence)
            self.assertIn("e-mail", check.sentence)
            self.assertIn(self.company.name, check.sentence)
            self.manager.email = 'manager@example.com'
        self.leave('purchase.group_purchase_manager', self.env['res.users'])
        self.assertIn('approval_managers', self.open_required())

    def test_two_approvers_are_required_where_requesters_cannot_approve_their_own_orders(self):
        self.group.approval_rule = 'other'
        self.set_limit(500)
        self.assertNotIn('approval_two', self.open_required())
        self.leave('purchase.group_purchase_manager', self.manager)
        self.assertIn("Make at least two users purchase managers", self.open_required()['approval_two'].sentence)
        self.company.po_double_validation = 'one_step'
        self.assertNotIn('approval_two', self.open_required(), "any two buyers approve each other's")
        self.leave('purchase.group_purchase_user', self.manager + self.administrator)
        self.administrator.group_ids = self.env.ref('base.group_user')
        check = next(check for check in self.group._open_required() if check.key == 'approval_two')
        self.assertIn("Give at least two users of", check.sentence)
        self.group.approval_rule = 'manager'
        self.assertNotIn('approval_two', [each.key for each in self.group._open_required()])

    def test_direct_orders_need_users_and_an_amount(self):
        self.assertFalse(self.open_required())
        self.group.flow = 'direct'
        required = self.open_required()
        self.assertEqual(set(required), {'direct_users', 'direct_limit'})
        self.assertIn("Choose at least one member", required['direct_users'].sentence)
        self.assertIn("Set the amount", required['direct_limit'].sentence)
        self.assertEqual({check.page for check in required.values()}, {'rules'})
        self.group.write({'direct_limit': 50, 'direct_user_ids': self.buyer.ids})
        self.assertFalse(self.open_required())
        sentences = [check.sentence for check in self.group._checklist()]
        self.assertIn("Direct orders for: Buyer Person.", sentences)
        self.assertTrue(any("Direct orders up to" in sentence and "50.00" in sentence for sentence in sentences))
        self.group.write({'all_users': False, 'user_ids': self.other_buyer.ids})
        self.assertEqual(set(self.open_required()), {'direct_users'}, "who is no member can't shop")

    def test_direct_orders_that_bypass_the_rule_are_on_the_checklist(self):
        def warnings():
            return [check.sentence for check in self.group._open_recommended() if check.key == 'direct_approval']
        self.group.write({'flow': 'direct', 'direct_limit': 50, 'direct_user_ids': self.buyer.ids})
        self.assertFalse(warnings(), "the company's own setting is not the group's rule")
        for rule in ('manager', 'other'):
            self.group.approval_rule = rule
            self.assertRegex(
                warnings()[0], "Orders of Buyer Person up to .*50.00 are sent to Amazon without the group's approval")
        self.group.direct_limit = 0
        self.assertFalse(warnings())
        self.group.write({'direct_limit': 50, 'direct_user_ids': False})
        self.assertFalse(warnings())
        self.group.write({'direct_user_ids': self.buyer.ids, 'flow': 'punchout'})
        self.assertFalse(warnings())

    def test_nobody_of_another_company_orders_directly(self):
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        self.other_buyer.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        with self.assertRaisesRegex(UserError, "Otherbuyer"), self.env.cr.savepoint():
            self.group.direct_user_ids = self.other_buyer
