"""Reading P2: the browser posts a cart with a BuyerCookie that we never issued."""
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...controllers import cart as cart_controller
from ...models.punchin import amazon_punchout_session as punchin
from ..cxml_builder import AMAZONS_COOKIE, cart_xml, item
from ..punchin_case import PunchinCase


@tagged('post_install', '-at_install')
class TestHolding(PunchinCase):

    def test_the_cart_is_held_and_the_browser_led_to_it(self):
        session, response = self.post_cart()
        self.assertEqual(self.location(response), session._claim_path())
        self.assertNotIn('session_id', response.headers.get('Set-Cookie', ''))
        self.assertEqual(
            (session.state, session.received_from, session.group_id, session.user_id.id, session.warehouse_id.id,
             session.purchase_order_id.id, session.deployment_mode),
            ('unclaimed', 'browser', self.group, False, False, False, 'production'))
        self.assertEqual(session.document_ids.state, 'waiting')
        self.assertNotIn(AMAZONS_COOKIE, session.document_ids.body_text + str(self.kept()[1]))

    def test_it_is_held_in_whatever_letters_the_domain_is_written(self):
        self.held_cart(cart_xml(AMAZONS_COOKIE, [item()]).replace(
            b'<To><Credential domain="NetworkId">', b'<To><Credential domain="NETWORKID">'))

    def test_a_test_stays_a_test(self):
        raw = cart_xml(AMAZONS_COOKIE, [item()]).replace(b'<Message>', b'<Message deploymentMode="test">')
        self.assertEqual(self.held_cart(raw).deployment_mode, 'test')
        self.group.state = 'test'
        self.assertEqual(self.held_cart().deployment_mode, 'test')

    def test_the_same_cart_twice_is_one(self):
        session, first = self.post_cart()
        again, second = self.post_cart()
        self.assertFalse(again)
        self.assertEqual(second.headers['Location'], first.headers['Location'])
        self.held_cart(cart_xml(AMAZONS_COOKIE, [item(quantity='2')]))  # another cart with the same cookie
        self.assertEqual(len(session.document_ids), 1)

    def test_the_same_cart_at_the_same_moment_is_one(self):
        raw = cart_xml(AMAZONS_COOKIE, [item()])
        self.held_cart(raw)
        blind = patch.object(
            self.env.registry['amazon.punchout.session'], '_find_unsolicited', lambda self, _raw: self.browse()
        )
        with mute_logger('odoo.sql_db'), self.assertRaises(ConcurrencyError), self.cr.savepoint(), blind:
            self.sessions.sudo()._hold_unsolicited_cart(raw)

    def test_the_same_cart_after_it_was_claimed_leads_to_its_order(self):
        session = self.held_cart()
        session.with_user(self.buyer).action_claim()
        again, response = self.post_cart()
        self.assertFalse(again)
        response = self.come(self.location(response), self.buyer)
        self.assertEqual(self.location(response), f'/odoo/purchase/{session.purchase_order_id.id}')

    def test_the_same_cart_after_it_was_dismissed_is_not_accepted(self):
        session = self.held_cart()
        session.with_user(self.buyer).action_dismiss_cart()
        self.assertNotHeld(cart_xml(AMAZONS_COOKIE, [item()]))


@tagged('post_install', '-at_install')
class TestNotAccepted(PunchinCase):

    def test_a_cart_for_no_punch_in_group_is_not_accepted(self):
        raw = cart_xml(AMAZONS_COOKIE, [item()])
        self.assertNotHeld(raw.replace(b'TestGroup', b'Another'))
        self.assertNotHeld(
            raw.replace(b'<To><Credential domain="NetworkId">', b'<To><Credential domain="DUNS">')
        )
        for vals in ({'flow': 'punchout'}, {'flow': 'direct'}, {'state': 'draft'}, {'active': False}):
            with self.subTest(vals):
                self.group.write({'flow': 'punchin', 'state': 'test', 'active': True, **vals})
                self.env.cr.flush()  # with what tracks it
                self.assertNotAccepted(raw)

    def test_garbage_leaves_nothing(self):
        raw = cart_xml(AMAZONS_COOKIE, [item()])
        for name, garbage in (
            ('cut', raw[:-60]),
            ('no cookie', cart_xml('', [item()])),
            ('no price', raw.replace(b'9.99', b'')),
            ('negative', cart_xml(AMAZONS_COOKIE, [item(price='-1')], total='1')),
            ('two currencies', raw.replace(b'"USD"', b'"EUR"', 1)),
            ('NUL', raw.replace(b'TestGroup', b'TestGroup\0')),
            ('bytes', b'<\xff\xfe\0garbage'),
            ('entity', b'<!DOCTYPE cXML [<!ENTITY a "a">]>' + raw.partition(b'?>')[2]),
        ):
            with self.subTest(name):
                self.assertNotAccepted(garbage)

    def test_an_empty_cart_leaves_nothing(self):
        session, response = self.assertNothingKept(lambda: self.post_cart(cart_xml(AMAZONS_COOKIE, [])))
        self.assertFalse(session)
        self.assertEqual(response.status_code, 200)
        self.assertIn("You left Amazon without buying", self.text(response))

    def test_a_large_cart_is_not_accepted(self):
        with patch.object(punchin, 'MAX_UNCLAIMED_BYTES', 2000):
            self.assertNotAccepted(cart_xml(AMAZONS_COOKIE, [item(title='x' * 2000)]))
        self.assertEqual(set(cart_controller.NOT_STORED), {'unreadable', 'unknown', 'empty'})
