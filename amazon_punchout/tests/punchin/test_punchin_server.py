"""Reading P3: Amazon's server announces a shopper, or posts the cart itself."""
from urllib.parse import urlsplit

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SECRET
from ..cxml_builder import AMAZONS_COOKIE, cart_xml, envelope, item, setup_xml
from ..punchin_case import BASIC, ROUTE, PunchinCase

UNCLAIMED = '/odoo/amazon-unclaimed-carts'


@tagged('post_install', '-at_install')
class TestAnnouncing(PunchinCase):

    def start_page(self, response):
        """Read the StartPage from our answer to Amazon.

        :return: its path and query
        """
        url = etree.fromstring(response.content).findtext('Response/PunchOutSetupResponse/StartPage/URL')
        self.assertEqual(url[:len('https://odoo.example/')], 'https://odoo.example/')
        parts = urlsplit(url)
        return f'{parts.path}?{parts.query}'

    def announce(self, email="buyer@example.com", **kwargs):
        self.group.base_url = 'https://odoo.example'
        session, response = self.serve(setup_xml(email, **kwargs))
        return session, self.start_page(response)

    def test_the_shopper_finds_the_cart_on_our_start_page(self):
        session, path = self.announce()
        self.assertEqual(
            (session.state, session.received_from, session.claim_user_id, session.user_id.id),
            ('unclaimed', 'server', self.buyer, False),
        )
        self.assertNotIn(AMAZONS_COOKIE, session.document_ids.body_text + str(self.kept()[1]))
        self.assertIn("Your cart is on its way", self.come(path, self.buyer).text)
        self.assertFalse(self.sessions.with_user(self.buyer).browse(session.id).may_claim)
        with self.assertRaisesRegex(UserError, "no longer available"):
            session.with_user(self.buyer).action_claim()
        # By the browser or by the server, it is the cookie that tells whose cart it is.
        self.assertEqual(self.location(self.post(cart_xml(AMAZONS_COOKIE, [item()]))), path)
        self.assertEqual(self.location(self.come(path, self.buyer)), f'{UNCLAIMED}/{session.id}')
        session.with_user(self.buyer).action_claim()
        self.assertEqual(session.purchase_order_id.amazon_requester_id, self.buyer)

    def test_the_server_may_bring_the_cart_too(self):
        session, path = self.announce()
        more, _response = self.serve(cart_xml(AMAZONS_COOKIE, [item()]))
        self.assertFalse(more)
        self.env.invalidate_all()
        self.assertTrue(session.returned_at)
        self.assertEqual(session.activity_ids.user_id, self.buyer)
        self.assertEqual(self.location(self.come(path, self.buyer)), f'{UNCLAIMED}/{session.id}')
        session.with_user(self.buyer).action_claim()
        self.assertFalse(session.activity_ids)

    def test_amazon_may_come_by_the_user_of_another_group_of_the_account(self):
        """The group that shops from Odoo has the user and password, and the Punch-in group shares its credentials."""
        second = self.second_group(base_url='https://odoo.example')
        self.group.flow = 'punchout'
        session, path = self.announce()
        self.assertEqual((session.group_id, session.claim_user_id), (second, self.buyer))
        more, _response = self.serve(cart_xml(AMAZONS_COOKIE, [item()]))
        self.assertFalse(more)
        self.assertEqual(self.location(self.come(path, self.buyer)), f'{UNCLAIMED}/{session.id}')
        second.shared_secret = 'another-secret'
        response = self.post_message(setup_xml("buyer@example.com", cookie='another-cookie'), basic=BASIC)
        self.assertIn("not used for Punch-in", response.text)

    def test_the_start_page_lets_nobody_in(self):
        _session, path = self.announce()
        response = self.come(path)
        self.assertIn('/web/login?redirect=', response.headers['Location'])
        for user in (self.other_buyer, self.clerk):
            self.assertEqual(self.come(path, user).status_code, 403)
        number, _dash, mac = path.rpartition('=')[2].partition('-')
        for token in (f'{number}-', f'{number}-{mac[:-1]}', f'{int(number) + 1}-{mac}', f'{number}-{mac[::-1]}'):
            self.assertEqual(self.come(f'{ROUTE}?cart={token}', self.buyer).status_code, 404)

    def test_no_matter_who_is_named_the_answer_is_the_same(self):
        """The sender can't find out whose email addresses are known here."""
        shapes = set()
        for number, email in enumerate(
            ("buyer@example.com", "nobody@example.com", self.clerk.email, None, "not an e-mail")
        ):
            _session, path = self.announce(email, cookie=f'cookie-{number}')
            shapes.add((path.partition('=')[0], len(path.partition('-')[2])))
        self.assertEqual(len(shapes), 1)

    def test_what_nobody_is_named_for_any_member_may_claim(self):
        for number, email in enumerate(("nobody@example.com", self.clerk.email, None)):
            session, path = self.announce(email, cookie=f'cookie-{number}')
            self.assertFalse(session.claim_user_id)
            self.post(cart_xml(f'cookie-{number}', [item()]))
            self.assertEqual(self.location(self.come(path, self.other_buyer)), f'{UNCLAIMED}/{session.id}')

    def test_asking_again_gets_the_same_page(self):
        raw = setup_xml("buyer@example.com")
        self.group.base_url = 'https://odoo.example'
        session, first = self.serve(raw)
        again, second = self.serve(raw)
        self.assertFalse(again)
        self.assertEqual(self.start_page(first), self.start_page(second))
        self.assertEqual(len(session.document_ids), 1)

    def test_the_cookie_of_one_of_our_own_trips_announces_nobody(self):
        self.group.flow = 'punchout'
        _session, cookie = self.start_trip()
        self.group.flow = 'punchin'
        sessions, response = self.serve(setup_xml("buyer@example.com", cookie=cookie), code=400)
        self.assertFalse(sessions)
        self.assertNotIn(cookie, response.text)

    def test_leaving_without_buying_ends_it(self):
        session, _path = self.announce()
        self.assertIn("You left Amazon without buying", self.text(self.post(cart_xml(AMAZONS_COOKIE, []))))
        self.env.invalidate_all()
        self.assertEqual(session.state, 'left')


@tagged('post_install', '-at_install')
class TestBringing(PunchinCase):

    def test_the_cart_is_held_for_its_shopper(self):
        session, _response = self.serve(self.server_cart("Buyer@Example.com"))
        self.assertEqual(
            (session.state, session.received_from, session.claim_user_id), ('unclaimed', 'server', self.buyer)
        )
        self.assertEqual(session.activity_ids.user_id, self.buyer)
        self.assertFalse(self.sessions.with_user(self.other_buyer).search([]))
        with self.assertRaises(AccessError):
            session.with_user(self.other_buyer).action_claim()
        with self.assertRaisesRegex(UserError, "reserved for another user"):
            session.with_user(self.manager).action_claim()
        # Amazon sends the browser to the punch-in address then.
        self.assertEqual(self.location(self.come(user=self.buyer)), f'{UNCLAIMED}/{session.id}')

    def test_a_cart_that_the_browser_brought_first_finds_its_shopper(self):
        raw = self.server_cart("buyer@example.com")
        session = self.held_cart(raw)
        self.assertFalse(session.claim_user_id)
        more, _response = self.serve(raw)
        self.assertFalse(more)
        self.assertEqual(
            (session.state, session.received_from, session.claim_user_id), ('unclaimed', 'server', self.buyer)
        )
        self.assertEqual(session.activity_ids.user_id, self.buyer)
        with self.assertRaises(AccessError):
            session.with_user(self.other_buyer).action_claim()
        self.assertEqual(self.location(self.come(session._claim_path(), self.buyer)), f'{UNCLAIMED}/{session.id}')
        self.serve(raw)
        self.assertEqual(len(session.activity_ids), 1)

    def test_several_carts_are_a_list(self):
        for number in range(2):
            raw = self.server_cart("buyer@example.com", cookie=f'cookie-{number}')
            self.serve(raw.replace(b'1.2.3@', b'1.2.%d@' % number))
        self.assertEqual(self.location(self.come(user=self.buyer)), UNCLAIMED)

    def test_a_cart_whose_shopper_has_left_the_group_is_for_any_member(self):
        session, _response = self.serve(self.server_cart("buyer@example.com"))
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.manager.ids)]})
        session.with_user(self.manager).action_claim()
        self.assertEqual(session.purchase_order_id.amazon_requester_id, self.manager)

    def test_it_is_held_for_the_group_of_its_shopper(self):
        other = self.second_group(all_users=False, user_ids=[Command.set(self.buyer.ids)], inbound_user=BASIC[0],
                                  inbound_password=BASIC[1])
        self.group.write({'all_users': False, 'user_ids': [Command.set(self.other_buyer.ids)]})
        session, _response = self.serve(self.server_cart("buyer@example.com"))
        self.assertEqual((session.group_id, session.claim_user_id), (other, self.buyer))

    def test_twice_is_once(self):
        raw = self.server_cart("buyer@example.com")
        session, _response = self.serve(raw)
        for again in (raw, raw.replace(b'2026-03-01T10', b'2026-03-01T11')):  # the same bytes, the same payloadID
            self.assertFalse(self.serve(again)[0])
        self.assertEqual(len(session.document_ids), 1)

    def test_another_cart_with_the_same_payload_id_is_not_lost(self):
        raw = self.server_cart("buyer@example.com")
        session, _response = self.serve(raw)
        other, _response = self.serve(raw.replace(b'quantity="1"', b'quantity="2"'))
        self.assertTrue(other)
        self.assertEqual((session | other).mapped('state'), ['unclaimed', 'unclaimed'])
        self.assertEqual(other.claim_user_id, self.buyer)

    def test_an_empty_cart_is_answered_and_leaves_nothing(self):
        self.assertNothingKept(lambda: self.serve(self.server_cart(items=[])))

    def test_the_shared_secret_proves_it_as_well(self):
        raw = self.server_cart("buyer@example.com").replace(
            b'</Credential><UserAgent>', f'<SharedSecret>{SECRET}</SharedSecret></Credential><UserAgent>'.encode())
        self.assertAnswer(self.post_message(raw), 200)
        session = self.sessions.search([('state', '=', 'unclaimed')])
        self.assertNotIn(SECRET, session.document_ids.body_text)


@tagged('post_install', '-at_install')
class TestNotAccepted(PunchinCase):

    def test_without_a_secret_nothing_is_taken(self):
        for raw in (setup_xml("buyer@example.com"), self.server_cart("buyer@example.com")):
            self.assertDeclined(401, raw)
            self.assertDeclined(401, raw, http_status=401, basic=(BASIC[0], 'wrong'))

    def test_a_group_of_another_flow_declines_and_its_responsible_is_notified(self):
        self.group.flow = 'punchout'
        for raw in (setup_xml("buyer@example.com"), self.server_cart("buyer@example.com")):
            before = self.messages()
            sessions, response = self.serve(raw, code=400)
            self.assertFalse(sessions)
            self.assertNotIn('StartPage', response.text)
            document = self.messages() - before
            self.run_cron('amazon_punchout.ir_cron_process')
            self.assertEqual(document.state, 'attention')
            self.assertIn("as it does for Punch-in groups", document.reason)
            self.assertNotIn(AMAZONS_COOKIE, document.body_text)

    def test_what_cannot_be_accepted_is_kept_for_a_person(self):
        for raw, said in (
            (setup_xml("buyer@example.com", cookie=' '), "BuyerCookie"),
            (self.server_cart("buyer@example.com").replace(b'9.99', b''), "Money"),
        ):
            before = self.messages()
            sessions, _response = self.serve(raw, code=400)
            self.assertFalse(sessions)
            self.run_cron('amazon_punchout.ir_cron_process')
            self.assertIn(said, (self.messages() - before).reason)

    def test_the_profile_names_what_these_credentials_accept(self):
        text = self.assertAnswer(self.post_message(envelope('<ProfileRequest/>'), basic=BASIC), 200)
        self.assertIn('requestName="PunchOutSetupRequest"', text)
        self.group.flow = 'punchout'
        text = self.assertAnswer(self.post_message(envelope('<ProfileRequest/>'), basic=BASIC), 200)
        self.assertNotIn('PunchOut', text)
