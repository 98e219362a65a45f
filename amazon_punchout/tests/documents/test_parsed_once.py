"""What comes from Amazon is parsed once, however many steps want to know something of it."""
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ...cxml import parser
from ..common import SECRET, AmazonCase
from ..cxml_builder import cart_xml, confirmation_xml, item, status
from ..message_case import MessageCase


@contextmanager
def counted_parsing():
    """Give a list of all that is parsed in a block."""
    parsed = []
    parse_bytes = parser._parse_bytes

    def parse(raw):
        parsed.append(bytes(raw))
        return parse_bytes(raw)

    with patch.object(parser, '_parse_bytes', parse):
        yield parsed


@tagged('post_install', '-at_install')
class TestCartParsedOnce(HttpCase, AmazonCase):

    def test_a_cart_is_parsed_once_on_its_way_to_an_order(self):
        session, cookie = self.start_trip()
        raw = cart_xml(cookie, [item(), item(asin='B00TEST002')])
        self.env.flush_all()
        with counted_parsing() as parsed:
            response = self.url_open('/amazon_punchout/cart', data={'cxml-urlencoded': raw}, allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual(response.status_code, 303)
        self.assertTrue(session.purchase_order_id)
        self.assertEqual(len(parsed), 1)

    def test_a_cart_that_nobody_asked_for_is_parsed_once(self):
        self.group.flow = 'punchin'
        raw = cart_xml('a-cookie-that-only-amazon-knows', [item()])
        self.env.flush_all()
        with counted_parsing() as parsed:
            response = self.url_open('/amazon_punchout/cart', data={'cxml-urlencoded': raw}, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(len(parsed), 1)


@tagged('post_install', '-at_install')
class TestMessageParsedOnce(HttpCase, MessageCase):

    def test_a_confirmation_in_hand_is_parsed_once_for_storing_and_once_for_its_step(self):
        order = self.three_lines()
        raw = confirmation_xml(order, [(1, 2, status(quantity=2))], secret=SECRET)
        self.env.flush_all()
        with counted_parsing() as parsed:
            response = self.url_open('/amazon_punchout/cxml', data=raw, headers={'Content-Type': 'text/xml'})
        self.assertIn(b'code="200"', response.content)
        self.assertEqual(len(parsed), 1)
        with counted_parsing() as parsed:
            self.run_cron('amazon_punchout.ir_cron_process')
        document = order.amazon_document_ids.filtered(lambda each: each.document_type == 'ConfirmationRequest')
        self.assertEqual(document.state, 'processed')
        self.assertEqual(len(parsed), 1)

    def test_a_later_confirmation_reads_the_earlier_ones_once_each(self):
        order = self.three_lines()
        self.deliver(confirmation_xml(order, [(1, 2, status(quantity=2))]))
        document = self.deliver(confirmation_xml(order, [(2, 3, status(quantity=3))]))
        with counted_parsing() as parsed:
            document._process_confirmation()
        self.assertEqual(len(parsed), 2)
        self.assertEqual(len(set(parsed)), 2)
