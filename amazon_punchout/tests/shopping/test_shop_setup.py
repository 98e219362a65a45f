"""The setup request: what Amazon gets, and what is kept and shown when it does not let the shopper in."""
import logging
import re
from dataclasses import replace
from unittest.mock import patch

from requests.exceptions import ReadTimeout

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import _super_send

from ... import cxml
from ..common import SECRET, SETUP_URL, START_PAGE, answer
from ..cxml_builder import cart_xml, item
from .test_shop import STRAIGHT, ShopCase


@tagged('post_install', '-at_install')
class TestSetupRequest(ShopCase):

    def test_the_request_carries_what_amazon_wants_to_know(self):
        self.group.write({'business_unit': "Lab 7", 'base_url': "https://odoo.example/"})
        self.buyer.name = "Ann Mary Buyer"
        with self.amazon(answer(start_page=START_PAGE)) as sent:
            self.group.with_user(self.buyer).action_punch_out()
        text = re.sub(r'>\s+<', '><', sent[0].decode())
        for part in (
            '<Extrinsic name="UserEmail">buyer@example.com</Extrinsic>',
            '<Extrinsic name="FirstName">Ann Mary</Extrinsic>', '<Extrinsic name="LastName">Buyer</Extrinsic>',
            '<Extrinsic name="UserBusinessUnit">Lab 7</Extrinsic>',
            '<BrowserFormPost><URL>https://odoo.example/amazon_punchout/cart</URL></BrowserFormPost>',
            '<Credential domain="NetworkId"><Identity>TestGroup</Identity>',
            f'<SharedSecret>{SECRET}</SharedSecret>', '<City>Springfield</City>', 'operation="create"',
        ):
            self.assertIn(part, text)
        self.assertEqual(text.count(SECRET), 1, "in From it makes Amazon answer 400")

    def test_another_addon_adds_elements_to_the_request(self):
        prepare = type(self.Session)._prepare_setup_request
        extra = cxml.ExtraElement('PunchOutSetupRequest', cxml.Element(
            'SupplierSetup', children=(cxml.Element('URL', 'https://odoo.example/setup'),)))
        with patch.object(
            type(self.Session), '_prepare_setup_request',
            lambda session, cookie: replace(prepare(session, cookie), extra=(extra,)),
        ), self.amazon(answer(start_page=START_PAGE)) as sent:
            self.group.with_user(self.buyer).action_punch_out()
        self.assertEqual(
            cxml.parse(sent[0], 'test').findtext('Request/PunchOutSetupRequest/SupplierSetup/URL'),
            'https://odoo.example/setup')

    def test_the_state_decides_address_and_mode(self):
        self.group.setup_test_url = "https://amazon.example/punchout/test"
        for state, url, mode in (
            ('test', "https://amazon.example/punchout/test", 'test'), ('active', SETUP_URL, 'production'),
        ):
            self.group.state = state
            urls = []

            def respond(request, urls=urls, **kwargs):
                urls.append(request.url)
                return answer(start_page=START_PAGE)(request, **kwargs)
            with self.amazon(respond) as sent:
                self.group.with_user(self.buyer).action_punch_out()
            self.assertEqual(urls, [url])
            self.assertIn(f'deploymentMode="{mode}"'.encode(), sent[0])
            self.assertEqual(self.Session.search([], limit=1).deployment_mode, mode)
        self.group.write({'state': 'test', 'setup_test_url': False})
        self.assertEqual(self.group._get_setup_url(), SETUP_URL, "one address for both where Amazon shows only one")

    def test_neither_secret_nor_cookie_is_stored(self):
        session, cookie = self.start_trip()
        body = session.document_ids._get_body()
        self.assertIn(b'PunchOutSetupRequest', body)
        self.assertNotIn(SECRET.encode(), body)
        self.assertNotIn(cookie.encode(), body)
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(s)::text FROM amazon_punchout_session s WHERE id = %s", [session.id])
        self.assertNotIn(cookie, self.env.cr.fetchone()[0])

    def test_the_log_has_one_line_and_no_secret(self):
        for respond, outcome in (
            (answer(start_page=START_PAGE), 'accepted'),
            (answer(code='401', text=f"Wrong: {SECRET}"), 'failed with status 401'),
            (ReadTimeout(), 'failed without an answer'),
        ):
            with self.subTest(outcome), self.assertLogs('odoo.addons.amazon_punchout', logging.INFO) as logs:
                with self.amazon(respond) as sent:
                    self.group.with_user(self.buyer).action_punch_out()
                session = self.Session.search([], limit=1)
                cookie = re.search(rb'<BuyerCookie>(.*?)</BuyerCookie>', sent[0]).group(1).decode()
                texts = [record.getMessage() for record in logs.records]
                (line,) = texts
                self.assertRegex(line, (
                    f'^Amazon document PunchOutSetupRequest {session.document_ids.payload_id} sending: '
                    rf'{outcome} for group {self.group.id} in \d+ ms$'))
                for secret in (SECRET, cookie):
                    self.assertNotIn(secret, "\n".join(texts))

    def test_each_trip_has_a_cookie_and_a_payload_id_of_its_own(self):
        (first, first_cookie), (second, second_cookie) = self.start_trip(), self.start_trip()
        self.assertNotEqual(first_cookie, second_cookie)
        self.assertNotEqual(first.document_ids.payload_id, second.document_ids.payload_id)

    def test_the_way_to_amazon_is_for_the_shopper_only(self):
        session, _cookie = self.start_trip()
        for user in (self.buyer, self.manager, self.administrator):
            for name in ('start_page_url', 'cookie_hash', 'cart_digest'):
                with self.assertRaises(AccessError):
                    session.with_user(user).read([name])

    def test_trying_again_is_a_new_trip_with_the_same_choices(self):
        rfq = self.new_rfq()
        with self.amazon(answer(status=500, body="<html>Sorry</html>")):
            action = self.group.with_user(self.buyer)._punch_out(order=rfq, search="paper")
        failed = self.Session.with_user(self.buyer).browse(action['res_id'])
        with self.amazon(answer(start_page=START_PAGE)):
            self.assertEqual(failed.action_try_again(), STRAIGHT)
        again = self.Session.search([], limit=1)
        self.assertNotEqual(again, failed)
        self.assertEqual((again.started_from_id.id, again.search_word), (rfq.id, "paper"))
        self.assertEqual(failed.state, 'failed')

    def test_a_trip_that_nobody_came_back_from_expires(self):
        session, cookie = self.start_trip()
        self.Session._expire_started()
        self.assertEqual(session.state, 'started')
        session.expires_at = '2020-01-01'
        self.Session._expire_started()
        self.assertEqual(session.state, 'expired')
        self.assertFalse(session.with_user(self.administrator).may_retry, "there is no cart to make an order of")
        with self.assertRaisesRegex(UserError, "no cart"):
            session.with_user(self.administrator).action_retry()
        self.assertTrue(self.receive(cookie, cart_xml(cookie, [item()]))[1], "its cart is still kept")


@tagged('post_install', '-at_install')
class TestSetupFailures(ShopCase):

    def failed_trip(self, respond):
        """Start a trip that fails, and check what is kept of it.

        :return: the trip
        """
        with self.amazon(respond):
            action = self.group.with_user(self.buyer).action_punch_out()
        return self.check_failed(action)

    def check_failed(self, action):
        """Check what is kept of a failed trip.

        :return: the trip
        """
        self.assertEqual((action['res_model'], action['target']), ('amazon.punchout.session', 'new'))
        session = self.Session.browse(action['res_id'])
        self.assertEqual((session.state, session.document_ids.state), ('failed', 'failed'))
        self.assertTrue(session.document_ids.reason, "for a person who looks for the cause")
        self.assertTrue(session.with_user(self.buyer).problem, "the shopper may read it")
        self.assertNotIn(SECRET, session.problem + session.document_ids.reason)
        return session

    def test_a_wrong_secret_says_so_in_amazons_words(self):
        session = self.failed_trip(answer(code='401', text="Authentication failed for this identity"))
        self.assertIn("“Authentication failed for this identity” (401)", session.problem)
        self.assertIn("The identity or the shared secret is wrong: copy both again", session.document_ids.reason)
        self.assertEqual(session.document_ids.answer_code, 401)

    def test_a_buyer_is_told_who_can_fix_credentials_and_not_how(self):
        for code in ('400', '401', '403'):
            session = self.failed_trip(answer(code=code, text="No"))
            self.assertEqual(
                session.problem,
                f"Amazon declined the request: “No” ({code}). Ask {self.administrator.name} to fix this.")
        session = self.failed_trip(answer(code='500', text="Oops"))
        self.assertEqual(
            session.problem,
            "Amazon declined the request: “Oops” (500). Try again later. If the problem persists, contact "
            f"{self.administrator.name}.")
        self.assertIn("contact Amazon Business support", session.document_ids.reason)

    def test_an_administrator_is_told_how_to_fix_credentials(self):
        self.group.responsible_id = self.buyer
        with self.amazon(answer(code='401', text="No")):
            action = self.group.with_user(self.administrator).action_punch_out()
        self.assertIn("copy both again", self.Session.browse(action['res_id']).problem)

    def test_the_responsible_person_is_not_sent_to_themselves(self):
        self.group.responsible_id = self.buyer
        session = self.failed_trip(answer(code='401', text="Authentication failed for this identity"))
        self.assertNotIn(self.buyer.name, session.problem)
        self.assertIn("copy both again", session.problem)

    def test_a_bare_http_401_is_a_wrong_secret_too(self):
        session = self.failed_trip(answer(status=401, body="Unauthorized"))
        self.assertIn("shared secret", session.document_ids.reason)
        self.assertIn("(401)", session.problem)

    def test_what_is_missing_is_said_in_amazons_words(self):
        words = "We are unable to find the user's email in your request."
        session = self.failed_trip(answer(code='403', text=words))
        self.assertIn(words, session.problem)
        self.assertEqual(session.document_ids.answer_code, 403)

    def test_a_dead_host_is_named(self):
        self.env['ir.config_parameter'].sudo().set_param('amazon_punchout.allowed_networks', '127.0.0.0/8')
        self.group.setup_url = 'http://127.0.0.1:9/punchout'  # the discard port: nobody listens
        with patch.object(type(self), '_request_handler', _super_send):  # out into the network, really
            session = self.check_failed(self.group.with_user(self.buyer).action_punch_out())
        self.assertIn("could not be reached", session.problem)
        self.assertIn("127.0.0.1", session.problem)
        self.assertIn(self.administrator.name, session.problem)

    def test_no_answer_in_time_says_so(self):
        session = self.failed_trip(ReadTimeout())
        self.assertIn("did not answer", session.problem)

    def test_a_web_page_instead_of_cxml_is_called_one(self):
        session = self.failed_trip(answer(status=503, body="<!DOCTYPE html><html><body>Sorry!</body></html>"))
        self.assertIn("a web page instead of a cXML document (HTTP 503)", session.problem)
        self.assertIn(self.group.name, session.problem)

    def test_an_address_at_which_there_is_nothing_is_not_to_be_tried_again(self):
        session = self.failed_trip(answer(status=404, body="<!DOCTYPE html><html><body>Not Found</body></html>"))
        self.assertIn(f"nothing at the setup address of the Amazon group {self.group.name} (HTTP 404)", session.problem)
        self.assertIn(self.administrator.name, session.problem)
        self.assertNotIn("again later", session.problem)

    def test_a_malformed_answer_says_so(self):
        session = self.failed_trip(answer(body="<cXML><Response><Status code='200'>"))
        self.assertIn("cXML", session.problem)
        self.assertIn("HTTP 200", session.problem)

    def test_200_without_a_start_page_is_a_failure(self):
        session = self.failed_trip(answer())
        self.assertIn("no page to shop on", session.problem)
        self.assertIn(session.document_ids.payload_id, session.problem)

    def test_a_start_page_that_no_browser_should_open_is_none(self):
        self.failed_trip(answer(start_page="javascript:alert(1)"))

    def test_an_answer_that_quotes_the_secret_does_not_get_it_stored(self):
        session = self.failed_trip(answer(code='401', text=f"SharedSecret {SECRET} is wrong"))
        self.assertIn("SharedSecret ••• is wrong", session.problem)

    def test_the_cart_of_a_failed_trip_is_not_accepted(self):
        with self.amazon(answer(code='500', text="Internal")) as sent:
            self.group.with_user(self.buyer).action_punch_out()
        cookie = re.search(rb'<BuyerCookie>(.*?)</BuyerCookie>', sent[0]).group(1).decode()
        self.assertFalse(self.receive(cookie, cart_xml(cookie, [item()]))[1])
