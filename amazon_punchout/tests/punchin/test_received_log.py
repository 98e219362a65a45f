"""The server's log has one line for each document that arrives, and no secret of any."""
import logging

from odoo.tests import tagged

from ..common import SECRET
from ..cxml_builder import AMAZONS_COOKIE, cart_xml, confirmation_xml, item, setup_xml
from ..endpoint_case import PASSWORD
from ..punchin_case import BASIC, PunchinCase

TIME = r' in \d+ ms$'
CART = '1.2.3@amazon.example'  # the payloadID of cart_xml


@tagged('post_install', '-at_install')
class TestReceivedLog(PunchinCase):

    def line(self, send, *secrets):
        """Send a document.

        :param send: called without arguments
        :param secrets: more texts that must not be in the log
        :return: the one line about it, after checking that no record holds a secret
        """
        with self.assertLogs('odoo', logging.INFO) as logs:
            send()
        self.env.invalidate_all()
        texts = [record.getMessage() for record in logs.records]
        for secret in (SECRET, PASSWORD, AMAZONS_COOKIE, *secrets):
            self.assertNotIn(secret, '\n'.join(texts))
        lines = [text for text in texts if text.startswith('Amazon document')]
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def test_a_cart_and_its_order(self):
        self.group.flow = 'punchout'
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item()])
        line = self.line(lambda: self.post(raw), cookie)
        self.assertRegex(line, (
            f'^Amazon document PunchOutOrderMessage {CART} for order {session.purchase_order_id.name} received: '
            f'stored for shopping trip {session.id}, done{TIME}'))

    def test_a_cart_that_makes_no_order(self):
        self.group.flow = 'punchout'
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item(condition='Used')])
        self.assertRegex(
            self.line(lambda: self.post(raw), cookie),
            f'PunchOutOrderMessage {CART} received: stored for shopping trip {session.id}, attention{TIME}')

    def test_a_kept_cart_that_becomes_an_order(self):
        self.group.flow = 'punchout'
        session, cookie = self.start_trip()
        self.post(cart_xml(cookie, [item(condition='Used')]))
        line = self.line(session.with_user(self.administrator).action_retry)
        self.assertRegex(line, f'^Amazon document PunchOutOrderMessage {CART} processed: attention{TIME}')
        self.group.new_items_only = False
        line = self.line(session.with_user(self.administrator).action_retry, cookie)
        self.assertRegex(line, (
            f'^Amazon document PunchOutOrderMessage {CART} for order {session.purchase_order_id.name} processed: '
            f'processed{TIME}'))

    def test_a_claimed_cart(self):
        session = self.held_cart()
        line = self.line(session.with_user(self.buyer).action_claim)
        self.assertRegex(line, (
            f'^Amazon document PunchOutOrderMessage {CART} for order {session.purchase_order_id.name} processed: '
            f'processed{TIME}'))

    def test_carts_that_are_not_stored(self):
        for raw, reason in (
            (cart_xml(AMAZONS_COOKIE, [item()]).replace(b'TestGroup', b'Another'), 'unaddressed'),
            (cart_xml('', [item()]), 'unknown'),
            (cart_xml(AMAZONS_COOKIE, []), 'empty'),
            (b'', 'unreadable'),
        ):
            with self.subTest(reason):
                self.assertRegex(
                    self.line(lambda raw=raw: self.post(raw)),
                    f'^Amazon document PunchOutOrderMessage received: not stored, {reason}{TIME}')

    def test_an_unsolicited_cart(self):
        line = self.line(lambda: self.held_cart())
        self.assertRegex(line, rf'PunchOutOrderMessage {CART} received: stored for shopping trip \d+, unclaimed{TIME}')

    def test_documents_of_punch_in_from_the_server(self):
        session = self.sessions
        for raw, document, payload_id in (
            (setup_xml("buyer@example.com", payload_id='setup-1'), 'PunchOutSetupRequest', 'setup-1'),
            (self.server_cart("buyer@example.com"), 'PunchOutOrderMessage', CART),
        ):
            line = self.line(lambda raw=raw: self.post_message(raw, basic=BASIC))
            session = self.sessions.search([], limit=1)
            self.assertRegex(
                line, f'^Amazon document {document} {payload_id} received: stored for shopping trip {session.id}{TIME}')

    def test_a_message(self):
        self.group.flow = 'punchout'
        raw = confirmation_xml(self.three_lines(), kind='accept', payload_id='message-1', secret=SECRET)
        self.assertRegex(
            self.line(lambda: self.post_message(raw)),
            f'^Amazon document ConfirmationRequest message-1 received: stored for group {self.group.id}{TIME}')

    def test_messages_that_are_not_stored(self):
        raw = setup_xml("buyer@example.com", payload_id='setup-2')
        wrong = BASIC[0], 'a-wrong-password'
        for basic, line in (
            (wrong, 'Amazon document of unknown type received: not stored, wrong user name or password'),
            (None, 'Amazon document PunchOutSetupRequest setup-2 received: not stored, wrong credentials'),
        ):
            with self.subTest(line):
                self.assertRegex(
                    self.line(lambda basic=basic: self.post_message(raw, basic=basic), wrong[1]), f'^{line}{TIME}'
                )
