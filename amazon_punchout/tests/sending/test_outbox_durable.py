"""With `synchronous_commit = off` a crash of PostgreSQL undoes the latest commits: not those that count here."""
import requests

from odoo.tests import tagged

from ..common import answer
from ..cxml_builder import cart_xml, confirmation_xml, item
from ..durable_case import DurableCase
from ..endpoint_case import EndpointCase
from ..order_case import OrderCase
from ..punchin_case import PunchinCase

STATE = "SELECT state FROM amazon_punchout_document WHERE id = %s"


@tagged('post_install', '-at_install')
class TestDurableSending(DurableCase, OrderCase):

    def test_an_order_is_durably_marked_before_a_byte_leaves_and_its_answer_is_kept(self):
        """An order that was sent would be queued again, and sent twice."""
        for respond, state in (
            (answer(), 'sent'), (answer(code='400', text='Cart has changed'), 'refused'),
            (requests.exceptions.ReadTimeout(), 'unclear'), (requests.exceptions.ConnectTimeout(), 'queued'),
        ):
            with self.subTest(state):
                order = self.ordered()
                with self.commits("SELECT concat(state, tries) FROM amazon_punchout_document WHERE id = %s",
                                  self.requests(order).id) as commits:
                    self.send(respond)
                self.assertEqual((commits['sending1'], commits[f'{state}1']), ('on', 'on'))
                self.assertEqual(commits['queued'], 'off', "what is not ours is left as it is")
                if state == 'queued':
                    self.requests(order).next_try_at = False
                    self.send()

    def test_an_order_that_a_dead_sender_left_is_durably_unclear(self):
        order = self.ordered()
        self.requests(order).state = 'sending'
        with self.commits(STATE, self.requests(order).id) as commits:
            self.send()
        self.assertEqual(commits['unclear'], 'on')

    def test_an_approval_is_kept(self):
        order = self.make_order()
        self.forget_soon()
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(self.synchronous_commit(), 'on')

    def test_what_a_person_decides_is_kept(self):
        """Otherwise another person decides again: Send Again after Amazon Has It orders twice."""
        def unclear():
            order = self.ordered()
            self.send(answer(status=500, code='500'))
            return order.with_user(self.manager)

        def declined():
            order = self.ordered()
            self.send(answer(code='400'))
            return order.with_user(self.buyer)
        for name, order, decide in (
            ('Amazon Has It', unclear(), 'action_amazon_arrived'),
            ('Send Again', unclear(), 'action_amazon_send_again'),
            ('Send Again', declined(), 'action_amazon_send_again'),
            ('Withdraw', self.ordered().with_user(self.buyer), 'button_cancel'),
        ):
            with self.subTest(name):
                self.forget_soon()
                getattr(order, decide)()
                self.assertEqual(self.synchronous_commit(), 'on')


@tagged('post_install', '-at_install')
class TestDurableEndpoint(DurableCase, EndpointCase):

    def test_what_was_answered_with_200_is_kept(self):
        """Amazon doesn't send it again."""
        order = self.sent_order()
        for name, raw, code in (
            ('a message', confirmation_xml(order, kind='accept'), 200),
            ('what can not be read', b'<cXML', 400),
        ):
            with self.subTest(name):
                before = len(self.messages())
                with self.commits(
                        "SELECT count(*) FROM amazon_punchout_document WHERE account_group_id IS NOT NULL") as commits:
                    response = self.post_message(raw, basic=('amazon-messages', 'not-a-real-password-9c1e'))
                self.assertAnswer(response, code)
                self.assertEqual(commits, {before + 1: 'on'})

    def test_a_cart_is_kept_before_the_browser_is_redirected(self):
        session, cookie = self.start_trip()
        with self.commits("SELECT state FROM amazon_punchout_session WHERE id = %s", session.id) as commits:
            response = self.post(cart_xml(cookie, [item()]))
        self.assertOrderPage(response, session)
        self.assertEqual(commits, {'done': 'on'})

    def test_a_trip_is_kept_before_the_shopper_leaves(self):
        """Its cart would be a stranger's."""
        self.forget_soon()
        self.start_trip()
        self.assertEqual(self.synchronous_commit(), 'on')


@tagged('post_install', '-at_install')
class TestDurablePunchin(DurableCase, PunchinCase):

    COUNT = "SELECT count(*) FROM amazon_punchout_session WHERE state = 'unclaimed'"

    def test_a_held_cart_is_kept(self):
        with self.commits(self.COUNT) as commits:
            self.held_cart()
        self.assertEqual(commits, {1: 'on'})

    def test_what_amazons_server_posts_is_kept(self):
        with self.commits(self.COUNT) as commits:
            self.serve(self.server_cart())
        self.assertEqual(commits, {1: 'on'})

    def test_for_whom_amazons_server_reserves_a_cart_is_kept(self):
        self.held_cart(self.server_cart(email='buyer@example.com'))
        with self.commits("SELECT claim_user_id FROM amazon_punchout_session WHERE state = 'unclaimed'") as commits:
            self.serve(self.server_cart(email='buyer@example.com'))
        self.assertEqual(commits, {self.buyer.id: 'on'})
