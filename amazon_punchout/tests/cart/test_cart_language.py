"""Why a cart became no order, or a trip did not start, is read in the language of whoever reads it."""
import requests

from odoo.tests import tagged

from ..common import answer
from ..cxml_builder import cart_xml, item
from ..language_case import LanguageCase
from .test_cart_problems import KeptCase


@tagged('post_install', '-at_install')
class TestCartLanguage(LanguageCase, KeptCase):

    def assertKeptFollowsReader(self, session, *words):
        document = session.document_ids.filtered(lambda each: each.direction == 'in')
        for record, name in ((session, 'problem'), (document, 'reason')):
            self.assertFollowsReader(record, name, self.administrator.name, *words)

    def test_a_cart_that_our_rules_decline(self):
        session, _document = self.bring_home([item(title="Old stapler", condition='Used'), item(quantity='1000')])
        self.assertKeptFollowsReader(session, "“Old stapler”")
        self.assertIn("1,000 × ", session.problem)
        self.assertIn("1.000 × ", self.in_german(session).problem)
        self.assertEqual(self.in_german(session).problem.count('⟦'), 4, "two reasons, an advice, and what to do")

    def test_a_rate_of_tax_had_a_decimal_point_in_every_language(self):
        row = self.env['amazon.punchout.tax.rate'].create({'group_id': self.group.id, 'rate': 5.5})
        self.assertEqual(row.display_name, "5.5%: part of the cost")
        self.assertEqual(self.in_german(row).display_name, "⟦5,5%: part of the cost⟧")

    def test_a_cart_that_contradicts_itself(self):
        session, _document = self.bring_home([item(price='5.00')], total='5000.00')
        self.assertKeptFollowsReader(session)
        self.assertIn("5.000,00", self.in_german(session).problem)

    def test_a_cart_that_can_not_be_read(self):
        session, _document = self.bring_home(
            raw=lambda cookie: cart_xml(cookie, [item(price='7.77')]).replace(b'7.77', b'cheap'))
        self.assertKeptFollowsReader(session, "“cheap”")
        self.assertTrue(self.in_german(session).problem.startswith("⟦The ⟦Cart⟧ has an invalid value in "))

    def failed_trip(self, *answers):
        with self.amazon(*answers):
            action = self.group.with_user(self.buyer)._punch_out()
        session = self.env['amazon.punchout.session'].browse(action['res_id'])
        self.assertEqual(session.state, 'failed')
        return session

    def test_a_trip_that_did_not_start(self):
        for given, words in (
            (requests.exceptions.ConnectTimeout(), "amazon.example"),
            (requests.exceptions.ReadTimeout(), "amazon.example"),
            (answer(code='401', text="Unknown"), "“Unknown”"),
            (answer(body='<cXML/>'), "HTTP 200"),
        ):
            with self.subTest(words):
                session = self.failed_trip(given)
                self.assertFollowsReader(session, 'problem', words)
                self.assertFollowsReader(session.document_ids, 'reason', words)
