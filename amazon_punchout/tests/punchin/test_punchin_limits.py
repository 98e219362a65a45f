"""Strangers may post as many carts as they like: shoppers come through, and the database stays small."""
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import config

from ... import const
from ...models.punchin import amazon_punchout_session_unlisted as unlisted
from ..cxml_builder import cart_xml, item
from ..punchin_case import PunchinCase

STRANGER, OTHER_STRANGER, OFFICE = '203.0.113.7', '203.0.113.8', '198.51.100.1'


class LimitsCase(PunchinCase):

    @contextmanager
    def limits(self, **values):
        """Lower the limits."""
        with patch.multiple(unlisted, **{name.upper(): value for name, value in values.items()}):
            yield

    def hold(self, number, remote=None, **kwargs):
        """Hold a cart that a browser posts.

        :param number: different for each cart
        :param str | None remote: its address
        :return: its trip
        """
        raw = cart_xml(f'cookie-{number}', [item(**kwargs)])
        session, reason = self.sessions.sudo()._hold_unsolicited_cart(raw, remote)
        self.assertFalse(reason)
        return session

    @contextmanager
    def behind_proxy(self):
        """Let Odoo know the addresses of senders, as it does with `proxy_mode`."""
        with patch.dict(config.options, {'proxy_mode': True}):
            yield

    def held(self):
        self.env.invalidate_all()
        return self.sessions.search([('state', '=', 'unclaimed')])

    def offered(self):
        self.env.invalidate_all()
        return self.sessions.with_user(self.buyer).search([('state', '=', 'unclaimed')])


@tagged('post_install', '-at_install')
class TestShoppersComeThrough(LimitsCase):

    def test_a_shopper_claims_a_cart_whatever_strangers_have_posted(self):
        """49 carts in a second used to keep everyone out for a week."""
        for number in range(const.MAX_UNCLAIMED + 5):
            self.hold(number)
        session, response = self.post_cart()
        path = self.location(response)
        self.assertEqual(path, session._claim_path())
        self.assertFalse(session.is_listed)
        self.assertNotIn(session, self.offered())
        landed = self.location(self.come(path, self.buyer))
        self.assertEqual(landed, f'/odoo/amazon-unclaimed-carts/{session.id}')
        self.assertIn(session, self.offered())
        session.with_user(self.buyer).action_claim()
        self.assertEqual(session.purchase_order_id.amazon_requester_id, self.buyer)

    def test_who_comes_with_the_token_has_the_cart_alone_and_as_long_as_any_other(self):
        with self.limits(max_unclaimed=0):
            session = self.held_cart()
        self.assertLess(session.expires_at, fields.Datetime.now() + timedelta(minutes=61))
        self.come(session._claim_path(), self.buyer)
        self.assertEqual((session.is_listed, session.claim_user_id), (True, self.buyer))
        self.assertEqual(session.expires_at, session.returned_at + timedelta(days=const.HOLD_DAYS))
        with self.assertRaises(AccessError):
            session.with_user(self.other_buyer).action_claim()
        session.with_user(self.buyer).action_claim()
        self.assertTrue(session.purchase_order_id)

    def test_the_token_opens_nothing_for_others_than_members(self):
        with self.limits(max_unclaimed=0):
            session = self.held_cart()
        self.assertEqual(self.come(session._claim_path(), self.clerk).status_code, 403)
        self.assertFalse(session.is_listed or session.claim_user_id)

    def test_without_the_token_it_is_found_by_no_member(self):
        with self.limits(max_unclaimed=0):
            session = self.held_cart()
        self.assertFalse(self.offered())
        self.assertFalse(session.with_user(self.buyer).is_offered)
        with self.assertRaises(AccessError):
            session.with_user(self.buyer).action_claim()
        self.assertEqual(session.activity_ids, self.env['mail.activity'], "and nobody is notified")

    def test_the_same_cart_from_amazons_server_gets_into_the_list(self):
        raw = self.server_cart("buyer@example.com")
        with self.limits(max_unclaimed=0):
            session, _response = self.post_cart(raw)
        self.assertFalse(session.is_listed)
        self.serve(raw)
        self.assertEqual((session.is_listed, session.claim_user_id), (True, self.buyer))
        self.assertGreater(session.expires_at, fields.Datetime.now() + timedelta(days=6))

    def test_carts_from_amazons_server_are_always_in_the_list(self):
        with self.limits(max_unclaimed=0, max_unclaimed_of_sender=0):
            session, _response = self.serve(self.server_cart())
        self.assertTrue(session.is_listed)

    def test_one_sender_does_not_fill_the_list(self):
        with self.behind_proxy(), self.limits(max_unclaimed_of_sender=2):
            own = [self.hold(number, STRANGER).is_listed for number in range(4)]
            self.assertEqual(own, [True, True, False, False])
            self.assertTrue(self.hold('office', OFFICE).is_listed)

    def test_the_addresses_of_one_network_are_one_sender(self):
        with self.behind_proxy(), self.limits(max_unclaimed_of_sender=1):
            self.assertTrue(self.hold(1, '2001:db8:1:2::1').is_listed)
            self.assertFalse(self.hold(2, '2001:db8:1:2:ffff::9').is_listed)
            self.assertTrue(self.hold(3, '2001:db8:1:3::1').is_listed)

    def test_behind_a_proxy_that_odoo_does_not_know_nobody_is_taken_for_one_sender(self):
        """All carts come from the address of the proxy then."""
        with self.limits(max_unclaimed_of_sender=1):
            for number in range(3):
                session = self.hold(number, '127.0.0.1')
                self.assertTrue(session.is_listed)
                self.assertFalse(session.sender_hash)

    def test_a_list_is_counted_per_group(self):
        self.second_group(identity='Other')
        with self.limits(max_unclaimed=1):
            self.assertTrue(self.held_cart().is_listed)
            other = self.held_cart(cart_xml('another', [item()]).replace(b'TestGroup', b'Other'))
            self.assertTrue(other.is_listed)

    def test_the_address_of_the_sender_is_not_stored(self):
        with self.behind_proxy():
            session = self.hold(1, STRANGER)
        self.assertTrue(session.sender_hash)
        self.assertNotIn(STRANGER, str(self.kept()[1]))


@tagged('post_install', '-at_install')
class TestTheDatabaseStaysSmall(LimitsCase):

    def test_the_oldest_carts_make_room(self):
        with self.limits(max_unclaimed=1, max_unlisted=3):
            sessions = [self.hold(number) for number in range(10)]
            self.assertEqual(self.held().ids, [session.id for session in reversed([sessions[0], *sessions[7:]])])
            documents = self.env['amazon.punchout.document'].search([('document_type', '=', const.CART)])
            self.assertEqual(len(documents), 4)

    def test_not_more_than_some_bytes_are_kept(self):
        size = len(cart_xml('cookie-0', [item()]))
        with self.limits(max_unclaimed=0, max_unlisted_bytes=3 * size + 10):
            sessions = [self.hold(number) for number in range(6)]
            self.assertEqual(self.held().ids, [session.id for session in reversed(sessions[3:])])
            large = self.hold(7, title='x' * 2 * size)
            self.assertEqual(self.held(), large)

    def test_who_posts_most_makes_room_first(self):
        with self.behind_proxy(), self.limits(max_unclaimed=0, max_unlisted=5):
            office = self.hold('office', OFFICE)
            for number in range(20):
                self.hold(number, STRANGER)
                self.hold(f'other-{number}', OTHER_STRANGER)
            self.assertIn(office, self.held())
            self.assertEqual(len(self.held()), 5)

    def test_what_nobody_came_for_is_deleted_soon(self):
        with self.limits(max_unclaimed=0):
            session = self.hold(1)
            session.expires_at = fields.Datetime.now() - timedelta(minutes=1)
            self.hold(2)
            self.assertFalse(session.exists(), "by the next one")
        last = self.held()
        last.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        documents = last.document_ids
        self.sessions._delete_old_unlisted()
        self.assertFalse(last.exists() or documents.exists(), "or once a day")

    def test_it_is_a_bearable_amount(self):
        listed = const.MAX_UNCLAIMED * const.MAX_UNCLAIMED_BYTES
        self.assertLess(listed, 30 * 1024 * 1024)
        self.assertGreaterEqual(const.MAX_UNLISTED_BYTES, 10 * const.MAX_UNCLAIMED_BYTES)

    def test_a_flood_notifies_nobody(self):
        counts = [self.env[model].search_count([]) for model in ('mail.message', 'mail.activity', 'mail.mail')]
        with self.limits(max_unclaimed=3, max_unlisted=3):
            for number in range(10):
                self.hold(number)
        self.assertEqual(
            [self.env[model].search_count([]) for model in ('mail.message', 'mail.activity', 'mail.mail')], counts)
