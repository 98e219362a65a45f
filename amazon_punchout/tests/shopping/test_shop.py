"""Shop on Amazon: who may, for which location, and what is checked before the user spends time shopping."""
import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import SETUP_URL, START_PAGE, AmazonCase, answer

STRAIGHT = {'type': 'ir.actions.act_url', 'url': START_PAGE, 'target': 'self'}


class ShopCase(AmazonCase):

    def setUp(self):
        super().setUp()
        self.Group = self.env['amazon.punchout.group']
        self.Session = self.env['amazon.punchout.session']

    def shop(self, user=None, order=None):
        """Press Shop on Amazon.

        :return: the action, and what was sent
        """
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            return self.Group.with_user(user or self.buyer)._shop(order=order), sent

    def assertBlocked(self, *words, user=None, group=None, **kwargs):
        """Check that a trip is not allowed, with these words, before anything is sent or stored."""
        group = (group or self.group).with_user(user or self.buyer)
        before = self.Session.search_count([])
        with self.amazon(answer(start_page=START_PAGE)) as sent, self.assertRaises(UserError) as caught:
            group._punch_out(**kwargs)
        self.assertFalse(sent)
        self.assertEqual(self.Session.search_count([]), before)
        for word in words:
            self.assertIn(word, str(caught.exception))

    def assertAsked(self, *words, user=None, order=None):
        """Check that the button opens a dialog with these words, and that nothing is sent."""
        action, sent = self.shop(user, order)
        self.assertFalse(sent)
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.ask', 'new'))
        ask = self.env[action['res_model']].with_user(user or self.buyer).browse(action['res_id'])
        for word in words:
            self.assertIn(word, ask.reason + str(ask.people))

    def new_warehouse(self, name, code):
        partner = self.warehouse.partner_id.copy({'name': name})
        return self.env['stock.warehouse'].create({
            'name': name, 'code': code, 'company_id': self.company.id, 'partner_id': partner.id})

    def new_group(self, **vals):
        group = self.Group.create({
            'name': "Second group", 'partner_id': self.vendor.id, 'marketplace': 'us', 'identity': 'SecondGroup',
            'shared_secret': 'also-not-real', 'setup_url': SETUP_URL, 'setup_test_url': False,
            'order_url': 'https://amazon.example/order/2', **vals})
        group.state = 'test'
        return group

    def new_rfq(self, **vals):
        return self.env['purchase.order'].with_user(self.buyer).create({'partner_id': self.vendor.id, **vals})


@tagged('post_install', '-at_install')
class TestWhoMayShop(ShopCase):

    def test_with_one_group_and_one_location_the_button_goes_straight_to_amazon(self):
        action, sent = self.shop()
        self.assertEqual(action, STRAIGHT)
        self.assertEqual(len(sent), 1)

    def test_a_second_location_asks_where_to_deliver(self):
        dock = self.new_warehouse("Second dock", 'SD')
        self.group.warehouse_ids |= dock
        self.group.warehouse_id = dock
        action, sent = self.shop()
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.shop', 'new'))
        self.assertFalse(sent, "nothing goes to Amazon before the shopper has chosen")
        dialog = self.env['amazon.punchout.shop'].with_user(self.buyer).browse(action['res_id'])
        self.assertEqual(dialog.warehouse_id, dock, "the group's default location comes first")
        self.assertEqual(dialog.allowed_warehouse_ids, self.warehouse | dock)
        dialog.search_word = "printer paper"
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            self.assertEqual(dialog.action_shop(), STRAIGHT)
        session = self.Session.search([], limit=1)
        self.assertEqual((session.warehouse_id, session.search_word), (dock, "printer paper"))
        self.assertIn(b'<SelectedItem><ItemID><SupplierPartID>printer paper<', re.sub(rb'>\s+<', b'><', sent[0]))
        self.assertIn(b'addressID="SD"', sent[0])

    def test_a_second_group_asks_with_which(self):
        dock = self.new_warehouse("Second dock", 'SD')
        other = self.new_group(warehouse_ids=[Command.set(dock.ids)])
        action, sent = self.shop()
        self.assertEqual(action['res_model'], 'amazon.punchout.shop')
        self.assertFalse(sent)
        dialog = self.env['amazon.punchout.shop'].with_user(self.buyer).browse(action['res_id'])
        self.assertEqual(dialog.allowed_group_ids, self.group | other)
        with Form(dialog) as form:
            form.group_id = other
            self.assertEqual(form.warehouse_id, dock, "the location follows the group")

    def test_the_dialog_prefers_the_company_that_the_user_works_in(self):
        company = self.env['res.company'].create({'name': "Zeta", 'partner_id': self.company.partner_id.copy().id})
        self.buyer.company_ids |= company
        other = self.new_group(name="A group of Zeta", company_id=company.id)
        action = self.Group.with_user(self.buyer).with_context(
            allowed_company_ids=[self.company.id, company.id]).action_shop()
        dialog = self.env['amazon.punchout.shop'].browse(action['res_id'])
        self.assertEqual(dialog.group_id, self.group)
        action = self.Group.with_user(self.buyer).with_context(
            allowed_company_ids=[company.id, self.company.id]).action_shop()
        self.assertEqual(self.env['amazon.punchout.shop'].browse(action['res_id']).group_id, other)

    def test_no_location_chosen_means_every_warehouse_of_the_company(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.group.warehouse_ids = False
        warehouses = self.env['stock.warehouse'].search([('company_id', '=', self.company.id)])
        self.assertEqual(self.group.with_user(self.buyer)._allowed_warehouses(), warehouses)
        self.assertIn(self.warehouse, warehouses)
        self.assertNotIn(company, warehouses.company_id)

    def test_a_group_whose_locations_are_archived_delivers_nowhere(self):
        dock = self.new_warehouse("Second dock", 'SD')
        self.group.write({'warehouse_ids': [Command.set(dock.ids)], 'active': False})
        dock.active = False  # nobody but an archived group uses it
        self.group.active = True
        self.env.invalidate_all()
        self.assertBlocked("no warehouse", self.group.name, self.administrator.name)

    def test_a_location_that_the_group_does_not_deliver_to_is_blocked(self):
        dock = self.new_warehouse("Second dock", 'SD')
        self.assertBlocked("Second dock", self.group.name, warehouse=dock)

    def test_only_members_may_shop(self):
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.buyer.ids)]})
        self.assertEqual(self.shop()[0], STRAIGHT)
        self.assertBlocked("not a member", self.group.name, self.administrator.name, user=self.other_buyer)
        self.assertAsked(self.administrator.name, self.group.name, user=self.other_buyer)

    def test_all_buyers_of_the_company_are_members_by_default(self):
        self.assertEqual(self.shop(self.other_buyer)[0], STRAIGHT)
        self.assertTrue(self.new_group().all_users)

    def test_a_member_who_left_purchase_or_the_company_is_none(self):
        clerk = self.new_user('clerk', 'base.group_user')
        self.group.write({'all_users': False, 'user_ids': [Command.set((self.buyer | clerk).ids)]})
        self.assertFalse(self.group._is_member(clerk))
        self.assertTrue(self.group._is_member(self.buyer))
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.buyer.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        self.assertFalse(self.group._is_member(self.buyer))

    def test_a_draft_group_lets_nobody_shop(self):
        self.group.state = 'draft'
        self.assertBlocked("not open", self.group.name, self.administrator.name)
        self.assertBlocked("not open", user=self.administrator)
        self.assertAsked("being set up", self.administrator.name, self.administrator.email)

    def test_an_archived_group_lets_nobody_shop(self):
        self.group.active = False
        self.assertBlocked("not open", self.group.name)

    def test_groups_of_other_companies_are_out_of_reach(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        group = self.new_group(company_id=company.id)
        with self.assertRaises(AccessError):
            group.with_user(self.buyer).action_punch_out()
        self.assertNotIn(group, self.Group.with_user(self.buyer)._shopping_groups())

    def test_a_draft_of_the_groups_vendor_offers_only_its_groups(self):
        other_vendor = self.vendor.copy({'name': "Amazon elsewhere"})
        self.new_group(partner_id=other_vendor.id)
        rfq = self.new_rfq()
        self.assertTrue(rfq.amazon_can_shop)
        action = self._press(rfq)
        self.assertEqual(action, STRAIGHT, "one group is left, so there is nothing to choose")
        session = self.Session.search([], limit=1)
        self.assertEqual((session.group_id, session.started_from_id), (self.group, rfq.sudo(False).with_env(self.env)))
        stranger = self.env['purchase.order'].with_user(self.buyer).create({
            'partner_id': self.env['res.partner'].create({'name': "A baker"}).id})
        self.assertFalse(stranger.amazon_can_shop)

    def _press(self, rfq):
        with self.amazon(answer(start_page=START_PAGE)):
            return rfq.action_amazon_shop()

    def test_the_dialog_starts_with_the_location_of_the_draft(self):
        dock = self.new_warehouse("Second dock", 'SD')
        self.group.warehouse_ids |= dock
        action, _sent = self.shop(order=self.new_rfq(picking_type_id=dock.in_type_id.id))
        self.assertEqual(self.env['amazon.punchout.shop'].browse(action['res_id']).warehouse_id, dock)

    def test_trips_are_seen_by_their_shopper_the_responsible_and_the_managers(self):
        session, _cookie = self.start_trip()
        for user, sees in (
            (self.buyer, True), (self.other_buyer, False), (self.manager, True), (self.administrator, True),
        ):
            found = self.Session.with_user(user).search([('id', '=', session.id)])
            self.assertEqual(bool(found), sees, user.name)
        self.group.responsible_id = self.other_buyer
        self.assertTrue(self.Session.with_user(self.other_buyer).search([('id', '=', session.id)]))

    def test_nobody_writes_trips_by_hand(self):
        session, _cookie = self.start_trip()
        for user in (self.buyer, self.manager, self.administrator):
            with self.assertRaises(AccessError):
                session.with_user(user).write({'state': 'done'})
            with self.assertRaises(AccessError):
                self.Session.with_user(user).create({
                    'group_id': self.group.id, 'user_id': user.id, 'warehouse_id': self.warehouse.id})

    def test_trips_are_found_by_typing(self):
        session, _cookie = self.start_trip()
        self.assertIn(session.id, dict(self.Session.name_search("Test group")))
        self.assertIn(session.id, dict(self.Session.name_search(self.buyer.name)))
        self.assertFalse(self.Session.name_search("Nobody at all"))


@tagged('post_install', '-at_install')
class TestAddresses(ShopCase):

    def test_each_missing_field_of_the_delivery_address_is_named_with_its_record(self):
        dock = self.warehouse.partner_id
        for name, label in (('street', "Street"), ('city', "City"), ('zip', "Zip"), ('country_id', "Country"),
                            ('state_id', "State"), ('phone', "Phone")):
            with self.subTest(name):
                kept = dock[name]
                dock[name] = False
                self.assertBlocked(self.warehouse.name, "Main dock", label)
                dock.write({name: kept, 'state_id': self.company.partner_id.state_id.id})
        self.assertEqual(self.shop()[0], STRAIGHT, "complete again")

    def test_a_missing_field_of_the_billing_address_is_named_with_its_record(self):
        self.company.partner_id.zip = False
        self.assertBlocked("billing address", self.company.name, "Zip")

    def test_an_invoice_address_of_its_own_is_the_billing_address(self):
        billing = self.company.partner_id.copy({'name': "Accounts", 'parent_id': self.company.partner_id.id,
                                                'type': 'invoice', 'is_company': False, 'street': "2 Money Street"})
        with self.amazon(answer(start_page=START_PAGE)):
            self.group.with_user(self.buyer).action_punch_out()
        billing.phone = False
        self.assertBlocked("Accounts", "Phone")

    def test_every_problem_is_told_at_once(self):
        self.warehouse.partner_id.write({'city': False, 'phone': False})
        self.company.partner_id.zip = False
        self.buyer.email = False
        self.assertBlocked("City", "Phone", "Zip", "none is confirmed", self.buyer.name)

    def test_a_state_is_asked_only_where_odoo_knows_states(self):
        stateless = self.env['res.country'].search([('state_ids', '=', False), ('phone_code', '!=', 0)], limit=1)
        self.warehouse.partner_id.write({'country_id': stateless.id, 'state_id': False})
        self.assertEqual(self.shop()[0], STRAIGHT)

    def test_a_warehouse_without_an_address_says_so(self):
        self.warehouse.partner_id = False
        self.assertBlocked(self.warehouse.name, "no address")

    def test_a_shopper_without_an_e_mail_is_told_so(self):
        self.buyer.email = False
        self.assertBlocked("none is confirmed", self.buyer.name)

    def test_the_state_is_written_as_the_countrys_post_does(self):
        self.assertEqual(self.warehouse._amazon_prepare_ship_to(self.buyer).state, "CA")
        tokyo = self.env['res.country.state'].create({
            'country_id': self.env.ref('base.jp').id, 'name': "東京都", 'code': 'TKY'})
        self.warehouse.partner_id.write({'country_id': tokyo.country_id.id, 'state_id': tokyo.id})
        self.assertEqual(self.warehouse._amazon_prepare_ship_to(self.buyer).state, "東京都")
        self.warehouse.partner_id.state_id = False
        self.assertEqual(self.warehouse._amazon_prepare_ship_to(self.buyer).state, "")

    def test_the_phone_is_taken_apart(self):
        partner = self.warehouse.partner_id
        germany, japan, usa = (self.env.ref(f'base.{code}') for code in ('de', 'jp', 'us'))
        for country, phone, expected in (
            (usa, "+1 555 0100", ('US', '1', '5550100')),
            (germany, "+49 (0)30 123-456", ('DE', '49', '30123456')),
            (germany, "0049 30 123456", ('DE', '49', '30123456')),
            (germany, "030 123456", ('DE', '49', '030123456')),
            (japan, "03-1234-5678", ('JP', '81', '0312345678')),
            (usa, "+49 30 123456", ('DE', '49', '30123456')),  # the desk of an American dock may be in Berlin
        ):
            with self.subTest(phone):
                partner.write({'country_id': country.id, 'phone': phone})
                result = partner._amazon_prepare_phone()
                self.assertEqual((result.iso_country_code, result.country_code, result.number), expected)
                self.assertEqual(result.area_or_city_code, '')
        partner.phone = "ask at the desk"
        self.assertIsNone(partner._amazon_prepare_phone())
