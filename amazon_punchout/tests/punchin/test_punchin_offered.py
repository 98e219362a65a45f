"""Unclaimed carts and the groups with their identity: who is offered them, and which can be claimed now."""
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import format_date

from ..cxml_builder import AMAZONS_COOKIE, cart_xml, item, setup_xml
from ..endpoint_case import PASSWORD, USER
from ..punchin_case import PunchinCase

UNCLAIMED = '/odoo/amazon-unclaimed-carts'


class OfferedCase(PunchinCase):

    def offered(self, user):
        """Find the unclaimed carts of a user, and check that each of them can be read.

        :return: the trips
        """
        self.env.invalidate_all()
        everything = self.sessions.search([('state', '=', 'unclaimed')])
        found = self.sessions.with_user(user).search([('state', '=', 'unclaimed')])
        self.env.invalidate_all()
        self.assertEqual(everything.with_user(user)._filtered_access('read'), found)
        return found.sudo()

    def choose(self, group, *users):
        group.write({'all_users': False, 'user_ids': [Command.set([user.id for user in users])]})

    def assertNotClaimable(self, session, user, sentence):
        """Check that the form and the action tell why a cart can't be claimed, and that it can still be dismissed."""
        self.env.invalidate_all()
        mine = session.with_user(user)
        self.assertFalse(mine.may_claim)
        self.assertRegex(mine.claim_problem, sentence)
        for claim in (mine.action_claim, lambda: mine._claim(self.group.with_user(user), self.warehouse)):
            with self.assertRaisesRegex(UserError, sentence), self.cr.savepoint():
                claim()
        self.assertEqual(session.state, 'unclaimed')

    def claim(self, session, user=None):
        """Claim a cart.

        :return: its order
        """
        self.env.invalidate_all()
        session.with_user(user or self.buyer).action_claim()
        return session.purchase_order_id


@tagged('post_install', '-at_install')
class TestCompanies(OfferedCase):

    def another_company(self):
        """Make another company with a Punch-in group of the same identity.

        :return: the group, a purchase manager there, and user and password of Amazon's server for it
        """
        company, group, _warehouse = self.make_company("Second")
        basic = ('second-messages', 'not-a-real-password-2')
        group.write({'inbound_user': basic[0], 'inbound_password': basic[1]})
        self.assertEqual((group.identity, group.flow), (self.group.identity, 'punchin'))
        foreigner = self.new_user('foreigner', 'purchase.group_purchase_manager')
        foreigner.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        return group, foreigner, basic

    def test_no_cart_goes_to_another_company_of_the_same_identity(self):
        group, foreigner, _basic = self.another_company()
        session = self.held_cart()
        response = self.assertNothingKept(lambda: self.come(session._claim_path(), foreigner))
        self.assertEqual(response.status_code, 403)
        self.assertFalse(self.offered(foreigner))
        with self.assertRaises(AccessError):
            session.with_user(foreigner).action_claim()
        with self.assertRaises(AccessError):
            session.with_user(foreigner)._claim(group.with_user(foreigner), group.warehouse_ids)
        self.assertEqual((session.group_id, session.company_id, session.state), (self.group, self.company, 'unclaimed'))
        self.assertEqual(self.offered(self.buyer), session)

    def test_a_user_of_both_companies_claims_it_for_the_one_it_came_to(self):
        group, _foreigner, _basic = self.another_company()
        self.buyer.company_ids = [Command.link(group.company_id.id)]
        session = self.held_cart()
        self.assertEqual(session.with_user(self.buyer)._claim_groups(), self.group)
        self.assertEqual(self.claim(session).company_id, self.company)

    def test_a_user_who_has_chosen_another_company_finds_the_cart_once_they_choose_its_own(self):
        group, _foreigner, _basic = self.another_company()
        both = self.company | group.company_id
        self.buyer.company_ids = [Command.set(both.ids)]
        session = self.held_cart()
        for chosen, sees in ((group.company_id, False), (self.company, True), (both, True)):
            with self.subTest(chosen.mapped('name')):
                mine = self.sessions.with_user(self.buyer).with_context(allowed_company_ids=chosen.ids)
                self.assertEqual(bool(mine.search([('is_offered', '=', True)])), sees)
                self.assertEqual(mine.browse(session.id).has_access('read'), sees)
                if not sees:
                    for action in ('action_claim', 'action_dismiss_cart'):
                        with self.assertRaises(AccessError):
                            getattr(mine.browse(session.id), action)()
        self.assertEqual(session.state, 'unclaimed')

    def test_a_cart_that_the_other_company_is_told_of_after_the_browser_came_is_one(self):
        group, foreigner, basic = self.another_company()
        for claimed in (False, True):
            with self.subTest(claimed=claimed):
                cookie = f'{AMAZONS_COOKIE}-{claimed}'
                raw = cart_xml(cookie, [item()])
                early = self.held_cart(raw)
                self.assertEqual(early.company_id, self.company)
                if claimed:
                    self.claim(early)
                self.assertAnswer(
                    self.post_message(setup_xml("foreigner@example.com", cookie=cookie), basic=basic), 200
                )
                response = self.post(raw)
                self.env.invalidate_all()
                announced = self.sessions.search([('group_id', '=', group.id)], limit=1)
                self.assertEqual(announced.claim_user_id, foreigner)
                if claimed:
                    self.assertEqual((response.status_code, announced.returned_at, early.state), (403, False, 'done'))
                else:
                    self.assertEqual(self.location(response), announced._claim_path())
                    self.assertEqual((early.state, early.document_ids.state), ('left', 'dismissed'))
                    self.assertEqual(self.claim(announced, foreigner).company_id, group.company_id)

    def test_a_cart_that_the_other_companys_server_brings_after_the_browser_moves_there(self):
        group, foreigner, basic = self.another_company()
        raw = self.server_cart("foreigner@example.com")
        session = self.held_cart(raw)
        self.assertEqual(self.offered(self.buyer), session)
        self.assertAnswer(self.post_message(raw, basic=basic), 200)
        self.assertEqual((self.offered(self.buyer).ids, self.offered(foreigner)), ([], session))
        self.assertEqual(
            (session.group_id, session.company_id, session.claim_user_id, session.document_ids.company_id),
            (group, group.company_id, foreigner, group.company_id))
        self.assertEqual(session.activity_ids.user_id, foreigner)
        self.assertEqual(self.claim(session, foreigner).company_id, group.company_id)

    def test_a_cart_that_was_claimed_moves_nowhere(self):
        _group, foreigner, basic = self.another_company()
        raw = self.server_cart("foreigner@example.com")
        session = self.held_cart(raw)
        order = self.claim(session)
        self.assertAnswer(self.post_message(raw, basic=basic), 200)
        self.assertFalse(self.offered(foreigner))
        self.assertEqual(
            (session.company_id, session.purchase_order_id, session.claim_user_id.id), (self.company, order, False)
        )

    def test_a_cart_that_two_companies_hold_becomes_one_order(self):
        """As may happen if it arrives for both at the same moment."""
        group, foreigner, _basic = self.another_company()
        raw = cart_xml(AMAZONS_COOKIE, [item()])
        first = self.held_cart(raw)
        cart, _problem = first._read_cart(raw)
        second = self.sessions.sudo()._hold_cart(group, cart, raw, 'server')
        self.assertEqual(self.offered(foreigner), second)
        self.assertTrue(self.claim(first))
        self.assertEqual((second.state, second.document_ids.state), ('left', 'dismissed'))
        self.assertIn("claimed the same cart", second.message_ids[0].body)
        self.assertEqual(self.sessions._find_unsolicited(raw)[:1], first, "reloading the page leads to the order")
        late = self.sessions.sudo()._hold_cart(group, cart, raw, 'server')
        with self.assertRaisesRegex(UserError, "already been claimed"):
            self.claim(late, foreigner)
        self.assertEqual(late.state, 'unclaimed')

    def test_a_server_of_another_identity_takes_no_cart(self):
        group, foreigner, basic = self.another_company()
        group.identity = 'Other'
        raw = self.server_cart("foreigner@example.com")
        session = self.held_cart(raw)
        self.assertAnswer(self.post_message(raw, basic=basic), 200)
        self.assertFalse(self.offered(foreigner))
        self.assertEqual((session.company_id, session.received_from), (self.company, 'browser'))


@tagged('post_install', '-at_install')
class TestSharedIdentity(OfferedCase):

    def two_groups(self, **vals):
        """Make a second group of the same identity: its only member is the buyer, that of the first the other buyer."""
        self.choose(self.group, self.other_buyer)
        return self.second_group(all_users=False, user_ids=[Command.set(self.buyer.ids)], **vals)

    def test_a_cart_of_the_server_is_offered_to_the_members_of_every_group_of_its_identity(self):
        other = self.two_groups()
        session, _response = self.serve(self.server_cart())
        self.assertEqual(session.group_id, self.group)
        for user in (self.buyer, self.other_buyer):
            self.assertEqual(self.offered(user), session)
        self.assertFalse(self.offered(self.clerk_of_purchase()))
        response = self.come(user=self.buyer)
        self.assertIn(f'href="{UNCLAIMED}/{session.id}"', response.text)
        order = self.claim(session)
        self.assertEqual(
            (order.amazon_group_id, session.group_id, session.document_ids.group_id), (other, other, other)
        )

    def clerk_of_purchase(self):
        return self.new_user('outsider', 'purchase.group_purchase_user')

    def test_groups_of_another_identity_or_without_any_are_offered_nothing(self):
        other = self.two_groups()
        session = self.held_cart()
        self.assertEqual(self.offered(self.buyer), session)
        for vals in ({'identity': 'Other'}, {'credential_domain': 'DUNS'}, {'flow': 'punchout'}, {'active': False}):
            with self.subTest(vals):
                before = other.read(list(vals), load=None)[0]
                other.write(vals)
                self.assertFalse(self.offered(self.buyer))
                self.assertEqual(self.come(session._claim_path(), self.buyer).status_code, 403)
                other.write({name: before[name] for name in vals})
        (self.group | other).write({'state': 'draft', 'identity': False})
        self.assertFalse(self.offered(self.buyer), "groups without an identity share nothing")
        self.assertEqual(self.offered(self.other_buyer), session)

    def test_a_cart_of_a_former_member_is_for_every_member_and_for_nobody_else(self):
        self.choose(self.group, self.buyer, self.other_buyer)
        outsider = self.clerk_of_purchase()
        session, _response = self.serve(self.server_cart("buyer@example.com"))
        self.assertEqual((self.offered(self.buyer), self.offered(self.other_buyer).ids), (session, []))
        for leave in (
            lambda: self.choose(self.group, self.other_buyer),
            lambda: setattr(self.buyer, 'active', False),
            lambda: setattr(self.buyer, 'group_ids', [Command.set(self.env.ref('base.group_user').ids)]),
        ):
            leave()
            self.assertEqual(self.offered(self.other_buyer), session)
            self.assertFalse(self.offered(outsider))
            self.assertEqual(self.come(session._claim_path(), outsider).status_code, 403)
            self.buyer.write(
                {'active': True, 'group_ids': [Command.set(self.env.ref('purchase.group_purchase_user').ids)]}
            )
            self.choose(self.group, self.buyer, self.other_buyer)
            self.assertFalse(self.offered(self.other_buyer))
        self.choose(self.group, self.other_buyer)
        self.assertEqual(self.claim(session, self.other_buyer).amazon_requester_id, self.other_buyer)

    def test_a_member_of_another_group_of_the_identity_keeps_their_cart(self):
        """A user who left the group for another one of the same identity is still a member."""
        self.two_groups()
        session, _response = self.serve(self.server_cart("otherbuyer@example.com"))
        self.choose(self.group, self.manager)
        self.choose(session.group_id._punchin_groups_of_identity() - self.group, self.buyer, self.other_buyer)
        self.assertEqual((self.offered(self.other_buyer), self.offered(self.buyer).ids), (session, []))

    def test_the_same_cart_held_for_two_groups_is_claimed_without_an_accident(self):
        other = self.two_groups(inbound_user=USER, inbound_password=PASSWORD)
        session = self.held_cart()
        raw = cart_xml(AMAZONS_COOKIE, [item()])
        cart, _problem = session._read_cart(raw)
        twin = self.sessions.sudo()._hold_cart(other, cart, raw, 'server')
        self.assertEqual(self.claim(session).amazon_group_id, other)
        self.assertEqual(twin.state, 'left')

    def test_a_cart_that_came_before_it_was_announced_is_one(self):
        for claimed in (False, True):
            raw = cart_xml(f'{AMAZONS_COOKIE}-{claimed}', [item()]).replace(b'1.2.3@', b'1.2.%d@' % claimed)
            early = self.held_cart(raw)
            if claimed:
                self.claim(early)
            announced, _response = self.serve(setup_xml("buyer@example.com", cookie=f'{AMAZONS_COOKIE}-{claimed}'))
            response = self.post(raw)
            self.env.invalidate_all()
            if claimed:
                self.assertEqual((response.status_code, announced.returned_at, early.state), (403, False, 'done'))
                continue
            self.assertEqual(self.location(response), announced._claim_path())
            self.assertEqual((early.state, early.document_ids.state), ('left', 'dismissed'))
            self.assertIn("Amazon announced the same cart", early.message_ids[0].body)
            self.assertEqual(
                (early.document_ids.dismissed_by_id, early.message_ids[0].author_id),
                (self.env.ref('base.user_root'), self.vendor))
            self.assertEqual(announced.claim_user_id, self.buyer)
            self.assertTrue(self.claim(announced))


@tagged('post_install', '-at_install')
class TestNow(OfferedCase):

    def test_a_test_is_not_claimed_live_nor_the_reverse(self):
        live = self.held_cart()
        self.group.state = 'test'
        test = self.held_cart(cart_xml('another', [item()]))
        self.assertEqual((live.deployment_mode, test.deployment_mode), ('production', 'test'))
        self.assertNotClaimable(live, self.buyer, "it is live, but the Amazon group Test group is in test mode now")
        self.group.state = 'active'
        self.assertNotClaimable(test, self.buyer, "it is a test, but the Amazon group Test group is live now")
        self.assertTrue(live.with_user(self.buyer).may_claim)
        self.assertEqual(self.claim(live).amazon_deployment_mode, 'production')
        test.with_user(self.buyer).action_dismiss_cart()
        self.assertEqual(test.state, 'left')

    def test_what_amazon_marks_as_a_test_is_none_for_a_live_group(self):
        raw = cart_xml(AMAZONS_COOKIE, [item()]).replace(b'<Message>', b'<Message deploymentMode="test">')
        session = self.held_cart(raw)
        self.assertNotClaimable(
            session, self.buyer, f"Amazon marks it as a test.* set to Test there. Ask {self.administrator.name} to set")
        self.assertFalse(self.sessions.with_user(self.buyer)._claimable_from_server(self.group))

    def test_the_group_in_the_mode_of_the_cart_is_left(self):
        other = self.second_group()
        session = self.held_cart()
        other.state = 'test'
        self.assertEqual(session.with_user(self.buyer)._claim_groups(), self.group)
        self.group.state = 'draft'
        self.assertNotClaimable(session, self.buyer, "the Amazon group Second group is in test mode")

    def test_a_changed_flow_is_said(self):
        session = self.held_cart()
        until = format_date(self.env, session.expires_at, date_format='MMM')
        for flow in ('punchout', 'direct'):
            self.group.flow = flow
            self.assertNotClaimable(
                session,
                self.buyer,
                f"Test group no longer starts on Amazon. Ask {self.administrator.name} to "
                f"change its flow back; .* until .*{until}",
            )
            self.assertEqual(self.location(self.come(session._claim_path(), self.buyer)), f'{UNCLAIMED}/{session.id}')
        self.group.flow = 'punchin'
        self.assertTrue(self.claim(session))

    def test_each_reader_is_told_in_their_own_language(self):
        self.env['res.lang']._activate_lang('de_DE')
        mine = self.held_cart().with_user(self.buyer)
        self.group.flow = 'punchout'
        for name in ('claim_problem', 'cart_total'):
            self.assertNotEqual(*(mine.with_context(lang=lang)[name] for lang in ('en_US', 'de_DE')))

    def test_a_group_that_is_closed_is_said(self):
        session = self.held_cart()
        for vals in ({'state': 'draft'}, {'active': False}):
            self.group.write({'state': 'test', 'active': True, **vals})
            self.assertNotClaimable(
                session, self.buyer, f"Test group is not open for shopping. Ask {self.administrator.name} to open it"
            )
        session.with_user(self.buyer).action_dismiss_cart()
        self.assertEqual(session.state, 'left')

    def test_a_cart_that_is_too_old_is_said(self):
        session = self.held_cart()
        session.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.assertNotClaimable(session, self.buyer, "has expired")
        self.assertFalse(self.sessions.with_user(self.buyer)._claimable_from_server(self.group))

    def test_an_administrator_who_changes_the_flow_is_warned_of_carts_that_wait(self):
        def warning(flow):
            result = self.group.with_user(self.administrator).onchange({'flow': flow}, ['flow'], {'flow': {}})
            return result.get('warning', {}).get('message')
        self.assertFalse(warning('punchout'))
        session = self.held_cart()
        self.assertIn("Unclaimed carts of this group: 1.", warning('punchout'))
        self.assertFalse(warning('punchin'))
        session.with_user(self.buyer).action_dismiss_cart()
        self.assertFalse(warning('direct'))
