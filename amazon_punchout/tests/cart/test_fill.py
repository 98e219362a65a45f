"""Filling in the expense account and the analytic distribution of a whole cart at once."""
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..account_case import AccountCase
from ..cxml_builder import item


@tagged('post_install', '-at_install')
class TestFill(AccountCase):

    def setUp(self):
        super().setUp()
        self.env.ref('base.group_user').implied_ids += self.env.ref('analytic.group_analytic_accounting')
        self.order = self.two_items(shipping='4.00', tax='1.00')
        self.pen, self.desk = self.items(self.order)
        self.research, self.other = {str(self.lab.id): 100.0}, {str(self.sales.id): 100.0}

    def fill(self, user=None, order=None, account=None, distribution=None, scope=None):
        action = (order or self.order).with_user(user or self.buyer).action_amazon_fill()
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.fill', 'new'))
        dialog = Form(self.env[action['res_model']].with_user(user or self.buyer).with_context(**action['context']))
        if account:
            dialog.expense_account_id = account
        if distribution:
            dialog.analytic_distribution = distribution
        if scope:
            dialog.scope = scope
        dialog.save().action_fill()
        self.order.invalidate_recordset()

    def accounts(self):
        return [line.expense_account_id for line in self.items(self.order)]

    def distributions(self):
        return [line.analytic_distribution for line in self.order.order_line]

    def test_users_who_see_no_analytic_distribution_are_not_asked_for_one(self):
        with self.assertRaisesRegex(UserError, "an analytic distribution, or both"):
            self.fill()
        self.env.ref('base.group_user').implied_ids -= self.env.ref('analytic.group_analytic_accounting')
        self.buyer.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "^Choose an expense account.$"):
            self.fill()

    def test_only_what_is_empty_is_filled_in_by_default(self):
        self.pen.with_user(self.buyer).write(
            {'expense_account_id': self.supplies.id, 'analytic_distribution': self.other})
        self.fill(account=self.furniture, distribution=self.research)
        self.assertEqual(self.accounts(), [self.supplies, self.furniture])
        self.assertEqual(self.distributions(), [self.other] + [self.research] * 3)

    def test_all_lines_replaces_what_is_there(self):
        self.pen.with_user(self.buyer).write(
            {'expense_account_id': self.supplies.id, 'analytic_distribution': self.other})
        self.fill(account=self.furniture, distribution=self.research, scope='all')
        self.assertEqual(self.accounts(), [self.furniture] * 2)
        self.assertEqual(self.distributions(), [self.research] * 4)

    def test_what_is_left_empty_in_the_dialog_stays_as_it_is(self):
        self.pen.with_user(self.buyer).write(
            {'expense_account_id': self.supplies.id, 'analytic_distribution': self.other})
        self.fill(account=self.furniture, scope='all')
        self.assertEqual(self.distributions(), [self.other] + [False] * 3)
        self.fill(distribution=self.research, scope='all')
        self.assertEqual(self.accounts(), [self.furniture] * 2)

    def test_the_account_is_for_items_that_do_not_go_into_stock(self):
        self.group.item_policy = 'match'
        pen = self.env['product.product'].create({'name': "Pen", 'type': 'consu', 'is_storable': True})
        self.env['product.supplierinfo'].create({
            'partner_id': self.vendor.id, 'product_code': 'B00000PEN1', 'product_tmpl_id': pen.product_tmpl_id.id})
        order = self.two_items(shipping='4.00', tax='1.00')
        self.fill(order=order, account=self.supplies, distribution=self.research, scope='all')
        with_account = order.order_line.filtered('expense_account_id')
        self.assertEqual(with_account.mapped('name'), ["Desk"])
        self.assertEqual(order.order_line.mapped('analytic_distribution'), [self.research] * 4)

    def test_a_filled_in_cart_can_be_ordered(self):
        self.group.write({'require_account': True, 'require_analytic': True})
        self.assertTrue(self.order.amazon_missing)
        self.fill(account=self.supplies, distribution=self.research)
        self.assertFalse(self.order.amazon_missing)
        self.order.with_user(self.buyer).button_confirm()
        self.assertEqual(self.order.amazon_state, 'queued')

    def test_where_nothing_would_change_it_says_what_to_do(self):
        with self.assertRaisesRegex(UserError, "an expense account, an analytic distribution, or both"):
            self.fill()
        self.fill(account=self.supplies)
        with self.assertRaisesRegex(UserError, "Choose All Lines"):
            self.fill(account=self.furniture)
        self.assertEqual(self.accounts(), [self.supplies] * 2)

    def test_users_who_may_write_the_lines_fill_them_in_also_while_they_wait(self):
        self.set_limit(1)
        self.order.with_user(self.buyer).button_confirm()
        self.assertEqual(self.order.state, 'to approve')
        for user, account in (
            (self.other_buyer, self.supplies), (self.manager, self.furniture), (self.accountant, self.supplies),
        ):
            self.fill(user=user, account=account, scope='all')
            self.assertEqual(self.accounts(), [account] * 2)

    def test_after_the_approval_nothing_can_be_filled_in_by_any_way(self):
        dialog = self.env['amazon.punchout.fill'].with_user(self.buyer).create({
            'order_id': self.order.id, 'expense_account_id': self.supplies.id, 'analytic_distribution': self.research,
            'scope': 'all'})
        self.order.with_user(self.buyer).button_confirm()
        for user in (self.buyer, self.manager, self.accountant, self.administrator):
            with self.assertRaisesRegex(UserError, "is no longer a draft"):
                self.order.with_user(user).action_amazon_fill()
        with self.assertRaisesRegex(UserError, "is no longer a draft"):
            dialog.action_fill()
        self.assertEqual(self.accounts(), [self.env['account.account']] * 2)
        self.assertEqual(self.distributions(), [False] * 4)

    def test_other_orders_and_those_of_other_companies_are_not_filled_in(self):
        plain = self.env['purchase.order'].with_user(self.buyer).create({
            'partner_id': self.vendor.id, 'order_line': [Command.create({
                'product_id': self.pens.id, 'price_unit': 4.0})]})
        with self.assertRaisesRegex(UserError, "did not come from an Amazon cart"):
            plain.action_amazon_fill()
        company = self.make_company("Elsewhere")[0]
        stranger = self.new_user('stranger', 'purchase.group_purchase_manager')
        stranger.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        for step in (
            lambda: self.order.with_user(stranger).action_amazon_fill(),
            lambda: self.env['amazon.punchout.fill'].with_user(stranger).create({'order_id': self.order.id}),
        ):
            with self.assertRaises(AccessError):
                step()

    def test_neither_another_companys_account_nor_one_that_is_no_expense_gets_in(self):
        company = self.make_company("Elsewhere")[0]
        foreign = self.new_account("Foreign", '600900', company=company)
        income = self.new_account("Sales", '700100', account_type='income')
        for account in (foreign, income):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.env['amazon.punchout.fill'].with_user(self.buyer).create({
                    'order_id': self.order.id, 'expense_account_id': account.id}).action_fill()
        self.assertEqual(self.accounts(), [self.env['account.account']] * 2)

    def test_fifty_lines_cost_no_more_queries_than_five(self):
        costs = []
        for count in (5, 5, 50):
            order = self.make_order([self.numbered(number) for number in range(count)])
            dialog = self.env['amazon.punchout.fill'].with_user(self.buyer).create({
                'order_id': order.id, 'expense_account_id': self.supplies.id, 'analytic_distribution': self.research})
            self.begin_anew()
            before = self.env.cr.sql_log_count
            dialog.action_fill()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2], costs)

    def numbered(self, number):
        return item(asin=f'B{number:09}', auxiliary_id=f'1,{number}')
