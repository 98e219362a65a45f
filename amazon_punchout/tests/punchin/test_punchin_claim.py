"""Unclaimed carts: who sees them, who can claim them, and their orders."""
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..cxml_builder import AMAZONS_COOKIE, cart_xml, item
from ..punchin_case import PunchinCase

UNCLAIMED = '/odoo/amazon-unclaimed-carts'


@tagged('post_install', '-at_install')
class TestClaiming(PunchinCase):

    def claim(self, session, user=None):
        action = session.with_user(user or self.buyer).action_claim()
        self.env.invalidate_all()
        return action

    def test_a_member_finds_the_cart_behind_the_link_and_claims_it(self):
        session = self.held_cart(
            cart_xml(AMAZONS_COOKIE, [item(title="Stapler <b>blue</b>")], shipping='3.00', tax='1.00')
        )
        self.assertEqual(self.location(self.come(session._claim_path(), self.buyer)), f'{UNCLAIMED}/{session.id}')
        mine = session.with_user(self.buyer)
        self.assertTrue(mine.may_claim)
        self.assertIn("Stapler &lt;b&gt;blue&lt;/b&gt;", mine.cart_items)
        self.assertEqual((mine.cart_summary, mine.cart_total), ("Stapler <b>blue</b>", "$\xa013.99"))
        action = self.claim(session)
        order = session.purchase_order_id
        self.assertEqual((action['res_model'], action['res_id']), ('purchase.order', order.id))
        self.assertEqual(
            (
                order.amazon_requester_id,
                order.create_uid,
                order.state,
                order.amazon_state,
                order.amazon_session_id,
                order.amount_total,
            ),
            (self.buyer, self.buyer, 'draft', 'cart', session, 13.99),
        )
        self.assertEqual(
            (session.state, session.user_id, session.warehouse_id, session.document_ids.state),
            ('done', self.buyer, self.warehouse, 'processed'))
        self.assertEqual(
            order.amazon_valid_until, session.returned_at + timedelta(days=7), "Amazon holds it since it came"
        )
        self.assertEqual(self.location(self.come(session._claim_path(), self.buyer)), f'/odoo/purchase/{order.id}')

    def test_a_held_cart_shows_no_link_to_elsewhere_and_nothing_invisible(self):
        session = self.held_cart(cart_xml(AMAZONS_COOKIE, [
            item(title="HP \u202etoner", url='https://amazon.com.evil.example/dp/B00TEST001')]))
        html = session.with_user(self.buyer).cart_items
        self.assertIn('href="https://www.amazon.com/dp/B00TEST001"', html)
        self.assertIn("HP [U+202E]toner", html)
        self.assertNotIn('evil', html)

    def test_the_order_goes_the_way_of_every_other(self):
        self.set_limit(5)
        session = self.held_cart()
        self.claim(session)
        order = session.purchase_order_id
        with self.assertRaisesRegex(UserError, "Amazon"):
            order.with_user(self.buyer).order_line[0].price_unit = 1
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.state, 'to approve')
        self.assertFalse(self.send())
        order.with_user(self.manager).button_approve()
        sent = self.send()
        self.assertIn(b'<Identity>TestGroup</Identity><SharedSecret>' + self.group.shared_secret.encode(), sent[0])
        self.assertIn(b'buyer@example.com', sent[0])
        self.assertStands(order, 'sent')

    def test_a_cart_never_becomes_an_order_by_itself(self):
        session = self.held_cart()
        for cron in ('ir_cron_process', 'ir_cron_send'):
            self.run_cron(f'amazon_punchout.{cron}')
        self.assertEqual((session.state, session.purchase_order_id.id), ('unclaimed', False))

    def test_of_two_who_claim_one_gets_it(self):
        session = self.held_cart()
        self.claim(session)
        with self.assertRaisesRegex(UserError, "it has been claimed or dismissed"):
            self.claim(session, self.other_buyer)
        with self.assertRaisesRegex(UserError, "it has been claimed or dismissed"):
            session.with_user(self.other_buyer)._claim(self.group.with_user(self.other_buyer), self.warehouse)
        self.assertEqual(session.purchase_order_id.amazon_requester_id, self.buyer)
        self.assertIn("no longer available", self.come(session._claim_path(), self.other_buyer).text)

    def test_where_there_is_a_choice_it_is_asked_for(self):
        annex, other = self.second_warehouse(), self.second_group()
        session = self.held_cart()
        action = self.claim(session)
        wizard = self.env['amazon.punchout.claim'].with_user(self.buyer).browse(action['res_id'])
        self.assertEqual((wizard.group_id, wizard.allowed_group_ids), (self.group, self.group | other))
        self.assertEqual(wizard.allowed_warehouse_ids, self.warehouse | annex)
        wizard.warehouse_id = annex
        wizard.action_claim()
        self.assertEqual(session.purchase_order_id.picking_type_id.warehouse_id, annex)
        second = self.held_cart(cart_xml('another', [item()]))
        wizard = self.env['amazon.punchout.claim'].with_user(self.buyer).browse(self.claim(second)['res_id'])
        wizard.group_id = other
        wizard.action_claim()
        self.assertEqual((second.purchase_order_id.amazon_group_id, second.document_ids.group_id), (other, other))

    def test_no_group_and_no_location_can_be_smuggled_in(self):
        foreign = self.env['stock.warehouse'].create({'name': "Foreign", 'code': 'FRG'})
        other = self.second_group(identity='Other')
        session = self.held_cart().with_user(self.buyer)
        Claim = self.env['amazon.punchout.claim'].with_user(self.buyer)
        for group, warehouse in ((self.group, foreign), (other, self.warehouse)):
            with self.subTest(group=group.name), self.assertRaises(UserError):
                Claim.create(
                    {'session_id': session.id, 'group_id': group.id, 'warehouse_id': warehouse.id}
                ).action_claim()
        self.assertEqual(session.sudo().state, 'unclaimed')

    def test_a_cart_that_makes_no_order_is_kept_and_told(self):
        session = self.held_cart(cart_xml(AMAZONS_COOKIE, [item(condition='Used')]))
        action = self.claim(session)
        self.assertEqual((action['res_model'], action['res_id']), ('amazon.punchout.session', session.id))
        self.assertEqual((session.state, session.user_id), ('attention', self.buyer))
        self.assertIn("is not new", session.problem)
        self.group.new_items_only = False
        session.with_user(self.administrator).action_retry()
        self.assertEqual(session.purchase_order_id.amazon_requester_id, self.buyer)

    def test_an_incomplete_address_leaves_the_cart_unclaimed(self):
        session = self.held_cart()
        self.warehouse.partner_id.city = False
        with self.assertRaisesRegex(UserError, "Complete the address"), self.cr.savepoint():
            self.claim(session)
        self.assertEqual(session.state, 'unclaimed')

    def test_only_what_nobody_has_claimed_may_lack_a_shopper(self):
        session = self.held_cart()
        with mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation), self.cr.savepoint():
            session.state = 'done'
            session.flush_recordset()


@tagged('post_install', '-at_install')
class TestRights(PunchinCase):

    def test_others_neither_see_nor_claim_it(self):
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.buyer.ids)]})
        session = self.held_cart()
        self.assertEqual(self.sessions.with_user(self.buyer).search([('state', '=', 'unclaimed')]), session)
        self.assertFalse(self.sessions.with_user(self.other_buyer).search([]))
        for user, error in ((self.other_buyer, AccessError), (self.clerk, AccessError), (self.manager, UserError),
                            (self.administrator, UserError)):
            with self.subTest(user.name):
                with self.assertRaises(error), self.cr.savepoint():
                    session.with_user(user).action_claim()
                with self.assertRaises(error), self.cr.savepoint():
                    session.with_user(user)._claim(self.group.with_user(user), self.warehouse)
                response = self.come(session._claim_path(), user)
                self.assertEqual(response.status_code, 403)
        for user in (self.other_buyer, self.clerk):
            with self.assertRaises(AccessError):
                session.with_user(user).action_dismiss_cart()
        self.assertFalse(session.with_user(self.manager).may_claim)
        self.assertEqual(session.state, 'unclaimed')

    def test_nobody_claims_by_writing(self):
        session = self.held_cart().with_user(self.buyer)
        for vals in ({'user_id': self.buyer.id}, {'claim_user_id': self.buyer.id}, {'state': 'done'}):
            with self.assertRaises(AccessError):
                session.write(vals)

    def test_another_company_sees_nothing(self):
        company, group, _warehouse = self.make_company("Second")
        group.identity = 'Other'
        foreigner = self.new_user('foreigner', 'purchase.group_purchase_manager')
        foreigner.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        session = self.held_cart()
        self.assertFalse(self.sessions.with_user(foreigner).search([]))
        self.assertEqual(self.come(session._claim_path(), foreigner).status_code, 403)

    def test_a_member_of_another_group_of_the_account_gets_it_by_the_link(self):
        """The cart names an identity; which of its groups is meant depends on who shopped."""
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.other_buyer.ids)]})
        other = self.second_group(all_users=False, user_ids=[Command.set(self.buyer.ids)])
        session = self.held_cart()
        self.assertEqual(self.location(self.come(session._claim_path(), self.buyer)), f'{UNCLAIMED}/{session.id}')
        self.assertEqual(session.group_id, self.group, "a look moves nothing")
        session.with_user(self.buyer).action_claim()
        self.assertEqual((session.purchase_order_id.amazon_group_id, session.group_id), (other, other))

    def test_a_member_of_the_past_claims_nothing(self):
        session = self.held_cart()
        self.buyer.group_ids = [Command.set(self.env.ref('base.group_user').ids)]
        self.assertEqual(self.come(session._claim_path(), self.buyer).status_code, 403)
        with self.assertRaises(AccessError):
            session.with_user(self.buyer).action_claim()


@tagged('post_install', '-at_install')
class TestEnding(PunchinCase):

    def test_a_member_dismisses_what_nobody_wants(self):
        carts = self.held_cart() | self.held_cart(cart_xml('another', [item()]))
        carts.with_user(self.buyer).action_dismiss_cart()
        self.assertEqual(set(carts.mapped('state')), {'left'})
        self.assertEqual(set(carts.document_ids.mapped('state')), {'dismissed'})
        self.assertEqual(carts.document_ids.dismissed_by_id, self.buyer)
        self.assertIn(self.buyer.name, carts[0].message_ids[0].body)
        with self.assertRaisesRegex(UserError, "no longer available"):
            carts[0].with_user(self.manager).action_dismiss_cart()
        with self.assertRaisesRegex(UserError, "claimed or dismissed"):
            carts[0].with_user(self.buyer).action_claim()

    def test_what_nobody_claims_goes(self):
        session = self.held_cart()
        session.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        with self.assertRaisesRegex(UserError, "has expired"):
            session.with_user(self.buyer).action_claim()
        fresh = self.held_cart(cart_xml('another', [item()]))
        self.sessions._expire_unclaimed()
        self.assertEqual((session.state, fresh.state), ('expired', 'unclaimed'))
        self.assertFalse(session.document_ids)
        self.assertIn("unclaimed", session.display_name)
        self.assertIn("no longer available", self.come(session._claim_path(), self.buyer).text)
        self.assertFalse(session.with_user(self.manager).may_retry)

    def test_a_manager_dismisses_the_document(self):
        session = self.held_cart()
        session.document_ids.with_user(self.manager)._dismiss("Not ours")
        self.assertEqual(session.state, 'left')
