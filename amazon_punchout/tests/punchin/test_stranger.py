"""What a stranger gets from our routes: not whether a group exists, and nothing by other methods than ours."""
import re
from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...const import CART_PATH, MESSAGES_PATH, PUNCHIN_PATH, REACH_PATH
from ...models.punchin import amazon_punchout_session as punchin
from ...models.punchin import amazon_punchout_session_unlisted as unlisted
from ..common import START_PAGE, answer
from ..cxml_builder import AMAZONS_COOKIE, cart_xml, item
from ..punchin_case import BASIC, PunchinCase


@tagged('post_install', '-at_install')
class TestStranger(PunchinCase):

    def cart_for(self, identity, number=0):
        """Make a cart as a stranger can, who has only an identity."""
        return cart_xml(f'cookie-{number}', [item(quantity=str(number + 1))]).replace(b'TestGroup', identity.encode())

    def seen(self, raw):
        """Post a cart.

        :return: all that the stranger sees, without what is random
        """
        response = self.post(raw)
        path = re.sub('[0-9a-f]{64}', '…', self.location(response))
        return response.status_code, path, dict(response.headers, Location=path, Date=None), len(response.content)

    def test_the_answer_does_not_tell_whether_an_identity_exists(self):
        held = self.seen(self.cart_for('TestGroup'))
        self.assertEqual(self.sessions.search_count([('state', '=', 'unclaimed')]), 1)
        self.assertEqual(held[1], f'{PUNCHIN_PATH}?cart=…-…')
        self.assertEqual(self.seen(self.cart_for('Unknown99')), held)
        self.assertEqual(self.seen(self.cart_for('Unknown99')), held, "the second time as well")
        self.assertEqual(self.seen(self.cart_for('TestGroup')), held)
        first = self.sessions.search([('received_from', '=', 'browser')])
        with patch.object(unlisted, 'MAX_UNCLAIMED', 1):
            self.assertEqual(self.seen(self.cart_for('TestGroup', 1)), held, "not even that the list is full")
        first.with_user(self.buyer).action_dismiss_cart()
        self.assertEqual(self.seen(self.cart_for('TestGroup')), held, "nor what became of it")
        self.assertEqual(self.sessions.search_count([('received_from', '=', 'browser')]), 2)

    def test_the_work_is_the_same_for_carts_that_are_not_held(self):
        """The time would tell otherwise: a cart that was held took 18 ms longer."""
        hold, held = punchin.AmazonPunchoutSessionPunchin._hold_cart, []
        self.patch(self.registry['amazon.punchout.session'], '_hold_cart',
                   lambda *args, **kwargs: held.append(args) or hold(*args, **kwargs))
        for identity in ('TestGroup', 'Unknown99', 'TestGroup', 'Unknown99'):
            self.seen(self.cart_for(identity))
        self.assertEqual(len(held), 4)
        self.assertEqual(self.sessions.search_count([('received_from', '=', 'browser')]), 1)
        documents = self.env['amazon.punchout.document']
        self.assertEqual(documents.search_count([('session_id.received_from', '!=', False)]), 1)

    def test_a_claimed_cart_does_not_tell_its_order(self):
        raw = self.cart_for('TestGroup')
        session = self.held_cart(raw)
        session.with_user(self.buyer).action_claim()
        self.assertEqual(self.location(self.post(raw)), session._claim_path())

    def test_the_link_says_nothing_to_users_from_outside(self):
        portal = new_test_user(self.env, login='portal_amazon', groups='base.group_portal')
        session, held = self.post_cart(self.cart_for('TestGroup'))
        self.assertTrue(session)
        _none, unknown = self.post_cart(self.cart_for('Unknown99'))
        pages = [self.come(self.location(response), portal) for response in (held, unknown)]
        self.assertEqual([response.status_code for response in pages], [404, 404])
        self.assertEqual(pages[0].text, pages[1].text)
        for name in (self.administrator.name, self.group.name):
            self.assertNotIn(name, pages[0].text)
        for response in (held, unknown):
            self.assertIn('/web/login', self.come(self.location(response)).headers['Location'])

    def test_an_honest_shopper_learns_after_the_login_why_the_cart_is_not_there(self):
        session, response = self.post_cart(self.cart_for('Unknown99'))
        self.assertFalse(session)
        page = self.come(self.location(response), self.buyer)
        self.assertEqual(page.status_code, 404)
        text = " ".join(page.text.split())
        self.assertIn("a group that is not open for Punch-in", text)
        self.assertIn(f"contact: {self.administrator.name}", text)

    def test_the_link_is_the_way_to_claim(self):
        session, response = self.post_cart(self.cart_for('TestGroup'))
        path = self.location(response)
        self.assertIn(f'/{session.id}', self.location(self.come(path, self.buyer)))
        session.with_user(self.buyer).action_claim()
        self.assertIn(f'/odoo/purchase/{session.purchase_order_id.id}', self.location(self.come(path, self.buyer)))
        wrong = path[:-1] + ('0' if path[-1] != '0' else '1')
        self.assertEqual(self.come(wrong, self.buyer).status_code, 404)

    # === METHODS === #

    def own_trip(self):
        """Start a shopping trip in Odoo, which a group for Punch-in does not allow."""
        self.group.flow = 'punchout'
        session, cookie = self.start_trip()
        self.group.flow = 'punchin'
        return session, cookie

    def ask(self, path, method, **kwargs):
        """Send a request with everything that a POST would need, as another site's script could.

        :return: the answer, after nothing was stored
        """
        before = self.everything()
        self.env.flush_all()
        with mute_logger('odoo.http', 'werkzeug'):
            response = self.url_open(path, allow_redirects=False, method=method, **kwargs)
        self.env.invalidate_all()
        self.assertEqual(self.everything(), before)
        self.assertNotIn('Access-Control-Allow-Origin', response.headers)
        self.assertNotIn('Access-Control-Allow-Methods', response.headers)
        return response

    def preflight(self, **headers):
        return {'Origin': 'https://evil.example', 'Access-Control-Request-Method': 'POST', **headers}

    def test_only_a_post_brings_a_cart(self):
        form = {'cxml-urlencoded': cart_xml(AMAZONS_COOKIE, [item()])}
        response = self.ask(CART_PATH, 'OPTIONS', data=form, headers=self.preflight())
        self.assertEqual((response.status_code, response.content), (204, b''))
        self.assertEqual(response.headers['Allow'], 'POST, OPTIONS')
        for method in ('GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'):
            with self.subTest(method):
                self.assertEqual(self.ask(CART_PATH, method, data=form).status_code, 405)

    def test_only_a_post_brings_a_message_and_nothing_else_is_authenticated(self):
        raw = self.server_cart()
        self.opener.auth = BASIC
        with patch.object(self.registry['amazon.punchout.group'], '_authenticate_basic') as by_basic, \
                patch.object(self.registry['amazon.punchout.group'], '_authenticate_secret') as by_secret:
            response = self.ask(MESSAGES_PATH, 'OPTIONS', data=raw, headers=self.preflight())
            self.assertEqual((response.status_code, response.content), (204, b''))
            for method in ('GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'):
                with self.subTest(method):
                    self.assertEqual(self.ask(MESSAGES_PATH, method, data=raw).status_code, 405)
        self.assertFalse(by_basic.called or by_secret.called)

    def test_only_a_get_starts_shopping_on_amazon(self):
        self.authenticate(self.buyer.login, self.buyer.login)
        for method in ('OPTIONS', 'HEAD'):
            with self.subTest(method), self.amazon_behind(answer(start_page=START_PAGE)) as sent:
                self.assertEqual(self.ask(PUNCHIN_PATH, method, headers=self.preflight()).status_code, 204)
                self.assertEqual(sent, [])

    def test_other_sites_may_read_the_mark_alone(self):
        response = self.url_open(REACH_PATH, method='OPTIONS', headers=self.preflight())
        self.assertEqual(response.headers['Access-Control-Allow-Origin'], '*')
        self.assertEqual(response.headers['Access-Control-Allow-Methods'], 'GET')

    # === HEADERS === #

    def assertSecured(self, response):
        policy = response.headers['Content-Security-Policy']
        for part in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"):
            self.assertIn(part, policy)
        for name, value in (('X-Frame-Options', 'DENY'), ('X-Content-Type-Options', 'nosniff'),
                            ('Referrer-Policy', 'no-referrer'), ('Cache-Control', 'no-store')):
            self.assertEqual(response.headers.get(name), value, name)
        self.assertNotIn('unsafe', policy)

    def test_every_answer_to_a_browser_is_protected(self):
        session, cookie = self.own_trip()
        order = self.post(cart_xml(cookie, [item()]))
        self.assertOrderPage(order, session)
        _session, held = self.post_cart(self.cart_for('TestGroup'))
        with self.amazon_behind(answer(start_page=START_PAGE)):
            to_amazon = self.come(PUNCHIN_PATH, self.other_buyer)
        for response in (
            order, held, to_amazon, self.post(self.cart_for('Unknown99')), self.post(b'<cXML/>'), self.post(b'x', None),
            self.post(cart_xml('another', [])), self.url_open(REACH_PATH), self.post_message(b'<cXML/>'),
            self.post_message(b'<cXML/>', basic=('wrong', 'password')),
            self.ask(CART_PATH, 'OPTIONS'), self.come(PUNCHIN_PATH, self.clerk),
            self.come(f'{PUNCHIN_PATH}?cart=nothing', self.buyer),
            self.come(self.location(held), self.buyer), self.come(self.location(held), self.clerk),
        ):
            with self.subTest(response.request.url, status=response.status_code):
                self.assertSecured(response)

    def test_the_pages_need_no_more_than_the_headers_allow(self):
        for raw in (b'<cXML/>', cart_xml('another', [])):
            text = self.post(raw).text
            self.assertEqual(re.findall('<(?:script|img|iframe|form|style|object|base)|style=|onclick=', text), [])
            sheets = re.findall('<link rel="stylesheet" href="([^"]*)"', text)
            self.assertEqual(sheets, ['/amazon_punchout/static/page/page.css'])
            sheet = self.url_open(sheets[0])
            self.assertEqual((sheet.status_code, sheet.headers['Content-Type']), (200, 'text/css; charset=utf-8'))
            self.assertNotIn('url(', sheet.text)
