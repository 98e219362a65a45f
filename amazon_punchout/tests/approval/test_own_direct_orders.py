"""Nobody allows themselves to order without approval."""
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..cxml_builder import item
from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestOwnDirectOrders(OrderCase):

    def setUp(self):
        super().setUp()
        self.other_administrator = self.new_user('secondadmin', 'amazon_punchout.group_administrator')
        self.group.message_ids.unlink()
        self.mine = self.group.with_user(self.administrator)

    def assertBlocked(self, step):
        with self.assertRaisesRegex(UserError, "can't allow yourself direct orders"), self.env.cr.savepoint():
            step()
        self.env.invalidate_all()

    def test_the_administrator_who_shops_can_not_let_themselves_order_at_once(self):
        me = self.administrator
        for users in ([Command.link(me.id)], [Command.set([me.id, self.buyer.id])], [me.id]):
            self.assertBlocked(lambda: self.mine.write({'direct_user_ids': users}))  # noqa: B023 - called at once
            self.assertBlocked(lambda: self.mine.write({  # noqa: B023
                'flow': 'direct', 'direct_limit': 9, 'direct_user_ids': users}))  # noqa: B023
        self.assertNotIn(me, self.group.direct_user_ids)

    def test_another_administrator_can_and_the_chatter_says_so(self):
        self.group.with_user(self.other_administrator).write({
            'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': [Command.set(self.administrator.ids)]})
        self.env.flush_all()
        self.env.cr.precommit.run()
        order = self.make_order([item(price='50.00')], user=self.administrator)
        self.assertEqual(order.state, 'purchase')
        values = self.group.message_ids.tracking_value_ids
        self.assertEqual(
            set(values.field_id.mapped('name')), {'flow', 'direct_limit', 'direct_user_ids'})
        self.assertEqual(self.group.message_ids.author_id, self.other_administrator.partner_id)

    def test_nobody_raises_their_own_limit(self):
        self.group.write({'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': self.administrator.ids})
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.administrator.company_ids += company
        mine = self.mine.with_context(allowed_company_ids=self.administrator.company_ids.ids)
        for vals in ({'direct_limit': 101}, {'direct_limit': 101, 'direct_user_ids': [Command.link(self.buyer.id)]}):
            self.assertBlocked(lambda: mine.write(vals))  # noqa: B023 - called at once
        mine.write({'direct_limit': 50})
        self.assertBlocked(lambda: mine.write({'direct_limit': 100}))
        mine.write({'direct_user_ids': [Command.unlink(self.administrator.id)]})
        mine.write({'direct_limit': 5000})
        self.assertBlocked(lambda: mine.write({'direct_user_ids': [Command.link(self.administrator.id)]}))

    def test_nobody_who_is_listed_switches_a_group_to_direct_orders(self):
        self.group.write({'direct_limit': 100, 'direct_user_ids': self.administrator.ids})
        self.assertBlocked(lambda: self.mine.write({'flow': 'direct'}))
        self.assertEqual(self.group.flow, 'punchout')

    def test_nobody_takes_their_limit_to_a_company_with_another_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        company, group, _warehouse = self.make_company("Elsewhere", currency='base.EUR')
        third = self.env['res.company'].create({'name': "Third"})
        self.administrator.company_ids |= company | third
        group.write({
            'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': self.administrator.ids, 'state': 'draft'})
        self.assertBlocked(lambda: group.with_user(self.administrator).with_context(
            allowed_company_ids=self.administrator.company_ids.ids).write({
                'company_id': third.id, 'warehouse_ids': [Command.clear()], 'warehouse_id': False}))

    def test_nobody_makes_a_group_in_which_they_order_at_once(self):
        self.group.write({'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': [
            Command.set((self.administrator | self.buyer).ids)]})
        copied = self.mine.copy({'name': "Copy"})
        self.assertEqual(copied.direct_user_ids, self.buyer)
        self.assertBlocked(lambda: self.mine.copy({'name': "Mine", 'direct_user_ids': self.administrator.ids}))
        self.assertBlocked(lambda: self.mine.with_context(
            default_direct_user_ids=self.administrator.ids).create({
                'name': "Mine", 'partner_id': self.vendor.id, 'marketplace': 'us'}))

    def test_everything_else_stays_with_the_administrator(self):
        self.group.write({'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': self.administrator.ids})
        self.mine.write({'direct_user_ids': [Command.link(self.buyer.id)]})
        self.mine.write({'flow': 'direct', 'direct_limit': 100, 'name': "Renamed"})
        self.mine.write({'direct_user_ids': [Command.set(self.buyer.ids)], 'direct_limit': 200})
        self.mine.write({'flow': 'punchout'})
        self.assertEqual(self.group.direct_user_ids, self.buyer)

    def test_the_form_says_it(self):
        self.mine.write({'flow': 'direct'})
        with Form(self.mine) as form:
            form.direct_limit = 10
        self.assertEqual(self.group.direct_limit, 10)

        def save():
            with Form(self.mine) as form:
                form.direct_user_ids.add(self.administrator)
        self.assertBlocked(save)

    def test_data_files_and_code_may(self):
        self.mine.sudo().write({'flow': 'direct', 'direct_limit': 9, 'direct_user_ids': self.administrator.ids})
        self.assertEqual(self.group.direct_user_ids, self.administrator)
