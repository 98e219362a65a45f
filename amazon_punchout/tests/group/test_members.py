"""The members of a group: who is one, their e-mail address on Amazon, their default group, and whom others ask."""
from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...tools.checklist import RECOMMENDED, REQUIRED
from ..common import START_PAGE, answer
from ..order_case import OrderCase
from ..shopping.test_shop import STRAIGHT, ShopCase


class MembersCase(ShopCase):

    def choose(self, *users):
        self.group.write({'all_users': False, 'user_ids': [Command.set([user.id for user in users])]})

    def people(self, user=None):
        """Press Choose Members.

        :return: the users who are offered, with the context of that list
        """
        action = self.group.with_user(user or self.administrator).action_choose_people()
        people = self.env['res.users'].with_user(user or self.administrator).with_context(**action['context'])
        return people.search(action['domain'])


@tagged('post_install', '-at_install')
class TestMembers(MembersCase):

    def test_everybody_of_purchase_in_the_company_is_offered(self):
        clerk = self.new_user('clerk', 'base.group_user')
        company = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = self.new_user('stranger', 'purchase.group_purchase_user')
        stranger.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        gone = self.new_user('gone', 'purchase.group_purchase_user')
        gone.active = False
        offered = self.people()
        self.assertLessEqual(self.buyer | self.other_buyer | self.manager, offered)
        self.assertFalse(offered & (clerk | stranger | gone | self.env.ref('base.user_root')))

    def test_many_are_added_and_removed_at_once(self):
        self.choose(self.manager)
        (self.people() & (self.buyer | self.other_buyer)).action_amazon_add_to_group()
        self.assertEqual(self.group.user_ids, self.manager | self.buyer | self.other_buyer)
        self.assertEqual(self.group.member_count, 3)
        (self.people() & (self.buyer | self.manager)).action_amazon_remove_from_group()
        self.assertEqual(self.group.user_ids, self.other_buyer)
        self.assertFalse(self.group._is_member(self.buyer))

    def test_members_and_others_can_be_told_apart(self):
        self.choose(self.buyer)
        people = self.people()
        members = people.search([('amazon_chosen_group_ids', 'in', self.group.id), ('id', 'in', people.ids)])
        self.assertEqual(members, self.buyer)

    def test_only_administrators_of_the_addon_choose_people(self):
        self.choose(self.buyer)
        for user in (self.buyer, self.manager):
            with self.assertRaises(AccessError):
                self.people(user).filtered(lambda person: person == self.other_buyer).action_amazon_add_to_group()
        self.assertEqual(self.group.user_ids, self.buyer)

    def test_a_user_of_another_company_is_no_member(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.other_buyer.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        with self.assertRaises(UserError):
            self.group.with_user(self.administrator).user_ids = self.other_buyer

    def test_people_who_are_members_and_the_members_of_a_group_are_the_same(self):
        clerk = self.new_user('clerk', 'base.group_user')
        for all_users in (True, False):
            self.choose(self.buyer, clerk)
            self.group.all_users = all_users
            everybody = self.env['res.users'].with_context(active_test=False).search([])
            members = self.env['res.users'].search(self.group._member_domain())
            self.assertEqual(members, everybody.filtered(self.group._is_member))
            self.assertEqual(self.group.with_user(self.other_buyer).member_count, len(members))


@tagged('post_install', '-at_install')
class TestAmazonEmail(MembersCase):

    def emails_sent(self):
        _action, sent = self.shop()
        return [text.strip() for text in etree.fromstring(sent[0]).xpath(
            '//Extrinsic[@name="UserEmail"]/text() | //Contact/Email/text()')]

    def test_amazon_gets_the_e_mail_that_it_knows(self):
        self.assertEqual(set(self.emails_sent()), {'buyer@example.com'})
        self.buyer.amazon_email = "Buyer.At.Amazon@example.com"
        self.assertEqual(set(self.emails_sent()), {'buyer.at.amazon@example.com'})

    def test_an_amazon_e_mail_is_enough_to_shop(self):
        self.buyer.email = False
        self.assertBlocked("none is confirmed", self.buyer.name)
        self.buyer.amazon_email = "known@example.com"
        self.assertEqual(self.shop()[0], STRAIGHT)

    def test_it_is_one_e_mail_address(self):
        for wrong in ("Ann", "ann@", "a@example.com, b@example.com", "ann at example.com"):
            with self.subTest(wrong), self.assertRaisesRegex(ValidationError, "not a single e-mail address"):
                self.buyer.amazon_email = wrong

    def test_people_read_their_own_and_write_nobodys(self):
        self.buyer.with_user(self.administrator).write({'amazon_email': "me@example.com"})
        me = self.buyer.with_user(self.buyer)
        self.assertEqual(me.read(['amazon_email'])[0]['amazon_email'], "me@example.com")
        for user in (self.buyer, self.manager):
            for other in (self.buyer, self.other_buyer):
                with self.assertRaises(AccessError):
                    other.with_user(user).write({'amazon_email': "me2@example.com"})

    def test_an_administrator_may_assign_one_address_to_several_users(self):
        self.other_buyer.amazon_email = "known@example.com"
        self.buyer.with_user(self.administrator).write({'amazon_email': "known@example.com"})
        self.assertEqual(self.buyer._amazon_email(), self.other_buyer._amazon_email())

    def test_a_portal_user_does_not_learn_which_addresses_are_known(self):
        """A portal user gets the same answer for an e-mail address that is known here as for any other."""
        portal = self.new_user('portal', 'base.group_portal')
        self.other_buyer.amazon_email = "known@example.com"
        said = set()
        for email in (self.buyer.email, "known@example.com", "nobody@example.com", self.manager.login, "no e-mail"):
            with self.assertRaises(AccessError) as caught, self.cr.savepoint():
                portal.with_user(portal).write({'amazon_email': email})
            said.add(str(caught.exception))
        self.assertEqual(len(said), 1, said)
        with self.assertRaisesRegex(ValidationError, "is a portal user"), self.cr.savepoint():
            portal.with_user(self.administrator).write({'amazon_email': self.buyer.email})
        self.assertFalse(portal.amazon_email)
        own = portal.with_user(portal).read(['amazon_own_group_ids', 'amazon_group_id'])[0]
        self.assertEqual((own['amazon_own_group_ids'], own['amazon_group_id']), ([], False))

    def test_administrators_of_the_addon_write_it_for_the_people_of_their_companies_and_nothing_else(self):
        user = self.buyer.with_user(self.administrator)
        user.write({'amazon_email': "set@example.com", 'amazon_group_id': self.group.id})
        self.assertEqual((user.amazon_email, user.amazon_group_id), ("set@example.com", self.group))
        for vals in ({'login': "mine"}, {'amazon_email': "x@example.com", 'login': "mine"},
                     {'group_ids': [Command.clear()]}):
            with self.assertRaises(AccessError):
                user.write(vals)
        company = self.env['res.company'].create({'name': "Elsewhere"})
        self.buyer.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        with self.assertRaises(AccessError):
            user.write({'amazon_email': "theirs@example.com"})

    def test_the_preferences_page_has_it_for_members(self):
        me = self.buyer.with_user(self.buyer)
        with Form(me, view='base.view_users_form_simple_modif') as form:
            self.assertEqual(form.amazon_known_email, "buyer@example.com")
            form.amazon_group_id = self.group
        self.assertEqual(me.amazon_group_id, self.group)
        clerk = self.new_user('clerk', 'base.group_user')
        self.assertTrue(Form(clerk.with_user(clerk), view='base.view_users_form_simple_modif')
                        ._get_modifier('amazon_own_group_ids', 'invisible'))


@tagged('post_install', '-at_install')
class TestDefaultGroup(MembersCase):

    def dialog(self, user=None, order=None):
        action, _sent = self.shop(user, order)
        return self.env['amazon.punchout.shop'].with_user(user or self.buyer).browse(action['res_id'])

    def test_ones_own_default_comes_before_the_companys(self):
        second, third = self.new_group(name="Second"), self.new_group(name="Third")
        self.group.state = 'test'
        self.assertEqual(self.dialog().group_id, second, "the first by its name")
        third.with_user(self.administrator).is_company_default = True
        self.assertEqual((self.dialog().group_id, self.company.amazon_group_id), (third, third))
        self.buyer.with_user(self.buyer).write({'amazon_group_id': self.group.id})
        self.assertEqual(self.dialog().group_id, self.group)
        self.assertEqual(self.dialog(self.other_buyer).group_id, third)

    def test_without_a_default_the_group_of_ones_last_trip_is_filled_in_and_live_before_test(self):
        live, test = self.new_group(name="Live"), self.new_group(name="A test")
        self.group.state = 'test'
        live.state = 'active'
        self.assertEqual(self.dialog().group_id, live, "live before test")
        for group in (test, self.group):
            with self.amazon(answer(start_page=START_PAGE)):
                group.with_user(self.buyer).action_punch_out()
            self.assertEqual(self.dialog().group_id, group, "the last one")
        with self.amazon(answer(code='401', text="Unauthorized")):
            test.with_user(self.buyer).action_punch_out()
        self.assertEqual(self.dialog().group_id, self.group, "Amazon let nobody in")
        self.assertEqual(self.dialog(self.other_buyer).group_id, live, "trips of others don't count")
        live.with_user(self.administrator).is_company_default = True
        self.assertEqual(self.dialog().group_id, live, "a default is a decision")

    def test_a_company_has_one_default(self):
        second = self.new_group(name="Second")
        self.group.is_company_default = True
        second.is_company_default = True
        self.env.invalidate_all()
        self.assertEqual((self.group.is_company_default, second.is_company_default), (False, True))
        second.is_company_default = False
        self.assertFalse(self.company.amazon_group_id)
        with self.assertRaises(AccessError):
            second.with_user(self.manager).is_company_default = True

    def test_only_a_group_that_one_is_a_member_of(self):
        self.choose(self.other_buyer)
        with self.assertRaisesRegex(ValidationError, "not a member"):
            self.buyer.with_user(self.buyer).write({'amazon_group_id': self.group.id})
        self.assertFalse(self.buyer.amazon_own_group_ids)
        self.assertEqual(self.other_buyer.amazon_own_group_ids, self.group)

    def test_a_default_that_one_may_not_shop_with_any_more_is_passed_over(self):
        second = self.new_group(name="Second")
        self.new_group(name="Third")
        self.buyer.amazon_group_id = self.group
        self.choose(self.other_buyer)
        self.assertEqual(self.dialog().group_id, second)
        self.group.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.buyer.amazon_group_id)
        self.assertEqual(self.dialog().group_id, second)


@tagged('post_install', '-at_install')
class TestWhomToAsk(MembersCase):

    def buttons(self, user):
        """Tell whether the lists of orders have the button, by view."""
        Orders = self.env['purchase.order'].with_user(user)
        views = {'list': 'purchase.purchase_order_kpis_tree', 'kanban': 'purchase.view_purchase_order_kanban'}
        return {kind: 'action_amazon_shop' in Orders.get_view(self.env.ref(view).id, kind)['arch']
                for kind, view in views.items()}

    def test_the_button_is_there_for_members_only(self):
        self.assertEqual(self.buttons(self.other_buyer), {'list': True, 'kanban': True})
        self.choose(self.buyer)
        self.assertEqual(self.buttons(self.buyer), {'list': True, 'kanban': True})
        self.assertEqual(self.buttons(self.other_buyer), {'list': False, 'kanban': False})
        self.group.state = 'draft'
        self.assertEqual(self.buttons(self.buyer), {'list': False, 'kanban': False})

    def test_others_than_members_read_whom_to_ask(self):
        self.choose(self.buyer)
        self.assertAsked("not a member", self.group.name, self.administrator.name, 'mailto:' + self.administrator.email,
                         user=self.other_buyer)

    def test_where_there_is_no_group_the_administrators_are_named(self):
        self.group.active = False
        self.assertAsked("not set up", self.administrator.name)

    def test_where_shopping_starts_on_amazon_one_is_sent_there(self):
        self.group.flow = 'punchin'
        self.assertAsked("starts on Amazon", self.group.name)

    def test_a_responsible_who_has_left_is_not_named(self):
        leaver = self.new_user('leaver', 'purchase.group_purchase_user')
        self.group.responsible_id = leaver
        self.choose(self.buyer)
        leaver.active = False
        action, _sent = self.shop(self.other_buyer)
        people = str(self.env['amazon.punchout.ask'].browse(action['res_id']).people)
        self.assertNotIn(leaver.name, people)
        self.assertIn(self.administrator.name, people)
        self.group.write({'flow': 'punchin', 'all_users': True})
        self.assertAsked("starts on Amazon", self.administrator.name)

    def test_a_name_is_shown_as_it_is(self):
        self.administrator.name = "<b>Ann</b>"
        self.choose(self.buyer)
        action, _sent = self.shop(self.other_buyer)
        self.assertIn('&lt;b&gt;Ann', str(self.env['amazon.punchout.ask'].browse(action['res_id']).people))


@tagged('post_install', '-at_install')
class TestLeaving(OrderCase):

    def test_the_draft_of_a_user_who_has_left_is_kept_and_can_be_ordered(self):
        order = self.make_order()
        self.buyer.active = False
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.manager.ids)]})
        with self.assertRaises(UserError), self.amazon(answer(start_page=START_PAGE)):
            self.group.with_user(self.buyer).action_punch_out()
        self.assertEqual((order.state, order.amazon_state), ('draft', 'cart'))
        order.with_user(self.manager).button_confirm()
        self.assertEqual(
            (order.state, order.amazon_state, order.amazon_requester_id), ('purchase', 'queued', self.buyer))

    def test_a_changed_flow_leaves_the_trip_under_way(self):
        session, cookie = self.start_trip()
        self.group.flow = 'punchin'
        self.assertTrue(session._may_receive())


@tagged('post_install', '-at_install')
class TestMembersChecklist(MembersCase):

    def check(self, key):
        checks = self.group.with_user(self.administrator)._checklist()
        return next((check for check in checks if check.key == key), None)

    def test_at_least_one_member_can_shop(self):
        check = self.check('members')
        self.assertEqual((check.level, check.done, check.page), (REQUIRED, True, 'members'))
        self.choose()
        check = self.check('members')
        self.assertFalse(check.done)
        self.assertIn("Choose at least one member", check.sentence)
        self.assertIn('members', [check.key for check in self.group._open_required()])
        self.choose(self.new_user('clerk', 'base.group_user'))
        self.assertFalse(self.check('members').done, "a clerk does not use Purchase")
        self.choose(self.buyer)
        self.assertTrue(self.check('members').done)
        self.buyer.email = False
        self.assertFalse(self.check('members').done, "Amazon would not know them")

    def test_where_all_may_shop_the_sentence_says_what_is_missing(self):
        for user in self.env['res.users'].search([]):
            user.write({'email': False, 'login': f'login-{user.id}'})
        self.env['res.users'].search([]).amazon_confirmed_email = False  # OdooBot's own too
        check = self.check('members')
        self.assertFalse(check.done)
        self.assertIn(self.company.name, check.sentence)
        self.assertIn("access to Purchase", check.sentence)

    def test_members_without_an_e_mail_are_named(self):
        self.choose(self.buyer, self.other_buyer)
        self.assertIsNone(self.check('member_emails'))
        self.other_buyer.email = False
        check = self.check('member_emails')
        self.assertEqual((check.level, check.done), (RECOMMENDED, False))
        self.assertIn(self.other_buyer.name, check.sentence)
        self.assertNotIn(self.buyer.name, check.sentence)
