"""The endpoint for Amazon's messages: a stranger gets a proper answer, changes nothing and learns nothing."""
import http.client
import logging
import socket
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import cxml
from ..common import SECRET
from ..cxml_builder import confirmation_xml, envelope
from ..endpoint_case import ENDPOINT, LONG, PASSWORD, USER, EndpointCase
from .test_endpoint import message

BASIC = (USER, PASSWORD)


@tagged('post_install', '-at_install')
class TestEndpointErrors(EndpointCase):

    # === WHO IS NOT LET IN === #

    def test_a_wrong_secret_and_an_unknown_group_get_the_same_answer(self):
        self.three_lines()
        answers = {
            self.assertDeclined(401, message(secret='wrong')),
            self.assertDeclined(401, message(secret=SECRET + 'x')),
            self.assertDeclined(401, message(secret=SECRET[:-1])),
            self.assertDeclined(401, message(secret='')),
            self.assertDeclined(401, message()),
            self.assertDeclined(401, message(secret=SECRET, to_identity='Nobody')),
            self.assertDeclined(401, message(secret=SECRET, to_identity='')),
            self.assertDeclined(401, message(secret=SECRET, to_identity='testgroup')),
            self.assertDeclined(401, message(secret='wrong', to_identity='Nobody')),
        }
        self.assertEqual(len(answers), 1)

    def test_basic_that_failed_is_answered_by_http(self):
        for basic in ((USER, 'wrong'), (USER, ''), ('nobody', PASSWORD), ('', ''), (USER, SECRET),
                      (self.group.identity, SECRET)):
            with self.subTest(basic):
                # With the right secret in the document: a sender with a wrong password is not let in another way.
                self.assertDeclined(401, message(secret=SECRET), http_status=401, basic=basic)
        self.assertIn('Basic', self.post_message(message(), basic=(USER, 'wrong')).headers['WWW-Authenticate'])

    def test_a_broken_authorization_header_is_a_wrong_password(self):
        for header in ('Basic', 'Basic !!!', 'basic YWJj', 'Basic AGE6Yg=='):  # the last names a user with a zero byte
            with self.subTest(header):
                response = self.url_open(ENDPOINT, data=message(secret=SECRET), headers={'Authorization': header})
                self.assertAnswer(response, 401, 401)
        self.assertFalse(self.messages())

    def test_empty_secrets_open_nothing(self):
        self.group.write({'inbound_password': False})
        self.assertDeclined(401, message(), http_status=401, basic=(USER, ''))
        self.group.write({'state': 'draft', 'shared_secret': False, 'inbound_user': False})
        self.assertDeclined(401, message(secret=''))
        self.assertDeclined(401, message())
        self.assertDeclined(401, message(), http_status=401, basic=('', ''))
        self.group.identity = False
        self.assertDeclined(401, message(to_identity='', secret=''))

    def test_an_archived_group_receives_nothing_any_more(self):
        self.group.active = False
        self.assertDeclined(401, message(secret=SECRET))
        self.assertDeclined(401, message(), http_status=401, basic=BASIC)

    def test_another_groups_order_stays_as_it_is(self):
        order = self.three_lines()
        stranger = self.group.copy({'name': "Stranger", 'identity': 'Stranger', 'shared_secret': 'strange',
                                    'inbound_user': 's', 'inbound_password': 'strange-password'})
        self.env.cr.flush()
        before = order.read(['state', 'amazon_state', 'amount_total', 'partner_ref', 'message_ids', 'picking_ids'])
        for raw, basic in (
            (confirmation_xml(order, kind='reject', secret='strange', to_identity='Stranger'), None),
            (confirmation_xml(order, kind='reject'), ('s', 'strange-password')),
        ):
            answer = self.assertAnswer(self.post_message(raw, basic=basic), 200)
            self.assertNotIn(order.name, answer)
            document = self.messages()[-1]
            self.assertEqual(document.group_id, stranger)
            self.run_cron('amazon_punchout.ir_cron_process')
            self.assertEqual((document.state, document.purchase_order_id.id), ('waiting', False))
        order.invalidate_recordset()
        self.assertEqual(
            order.read(['state', 'amazon_state', 'amount_total', 'partner_ref', 'message_ids', 'picking_ids']), before)

    # === WHAT IS NOT ACCEPTED === #

    def test_an_oversized_document_is_declined_with_and_without_a_length(self):
        much = message(secret=SECRET) + b' ' * cxml.MAX_BYTES
        pieces = (much[start:start + 65536] for start in range(0, len(much), 65536))
        self.assertDeclined(413, much)
        self.assertDeclined(413, pieces)
        self.assertDeclined(413, much, basic=BASIC)
        self.assertDeclined(413, much, content_type='application/x-www-form-urlencoded')

    def test_the_largest_document_is_accepted(self):
        raw = message(secret=SECRET)
        raw += b' ' * (cxml.MAX_BYTES - len(raw))
        self.assertAnswer(self.post_message(raw), 200)

    def test_a_malformed_document_is_declined(self):
        for raw in (
            b'', b'not xml', b'<cXML', b'{"a": 1}', b'<html><body>Login</body></html>', b'\x00\xff\xfe', b'<cXML/>',
            b'<cXML><Request/></cXML>', message(secret=SECRET)[:-20],
            message(secret=SECRET).decode().encode('utf-16')[:-7],
        ):
            with self.subTest(raw[:40]):
                self.assertDeclined(400, raw)

    def test_a_malformed_document_with_the_right_password_is_kept(self):
        raw = message(secret=SECRET)[:-20]
        self.assertAnswer(self.post_message(raw, basic=BASIC), 400)
        self.assertAnswer(self.post_message(raw, basic=BASIC), 400)
        document = self.messages()
        self.assertEqual((len(document), document.document_type, document.group_id), (1, 'Unreadable', self.group))
        self.assertNotIn(SECRET, document.body_text)
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, 'attention')
        self.assertIn("This is not an XML document", document.reason)
        self.assertEqual(document.activity_ids.user_id, self.administrator)

    def test_a_hostile_document_is_declined(self):
        laughs = ''.join('<!ENTITY l{} "{}">'.format(n, f'&l{n - 1};' * 10) for n in range(1, 10))
        attributes = ' '.join(f'a{n}=""' for n in range(10000))
        for name, raw in (
            ('file', '<!DOCTYPE cXML [<!ENTITY x SYSTEM "file:///etc/passwd">]><cXML>&x;</cXML>'),
            ('network', '<!DOCTYPE cXML [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]><cXML>&x;</cXML>'),
            ('parameter entity', '<!DOCTYPE cXML [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><cXML/>'),
            ('laughs', f'<!DOCTYPE cXML [<!ENTITY l0 "ha">{laughs}]><cXML>&l9;</cXML>'),
            ('deep', f'<cXML>{"<a>" * 5000}{"</a>" * 5000}</cXML>'),
            ('wide', f'<cXML {attributes}/>'),
            ('many', f'<cXML>{"<a/>" * 500_000}</cXML>'),
        ):
            with self.subTest(name):
                self.assertNotIn('root:', self.assertDeclined(400, raw.encode()))

    def test_hostile_values_in_a_good_document_do_no_harm(self):
        raw = message(secret=SECRET, payload_id="'; DROP TABLE purchase_order; --<script>")
        self.assertAnswer(self.post_message(raw), 200)
        self.assertAnswer(self.post_message(envelope(f'<{LONG}/>', secret=SECRET)), 200)
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(self.messages().mapped('state'), ['waiting', 'attention'])

    @mute_logger('odoo.http')
    def test_only_post_is_accepted(self):
        for method in ('GET', 'PUT', 'DELETE'):
            self.assertEqual(self.opener.request(method, self.base_url() + ENDPOINT, timeout=10).status_code, 405)

    # === WHAT GOES WRONG === #

    def test_an_error_of_ours_is_answered_in_cxml_and_keeps_its_words(self):
        def fail(*_args):
            raise RuntimeError(f"{self.company.name} {SECRET}")
        broken = patch.object(self.env.registry['amazon.punchout.document'], '_store_message', fail)
        with broken, mute_logger('odoo.http'):
            answer = self.assertDeclined(500, message(secret=SECRET))
        self.assertIn("Send it again later", answer)

    def test_a_document_that_is_cut_off_is_no_document(self):
        address = urlsplit(self.base_url())
        raw = message(secret=SECRET)
        self.env.cr.flush()
        before = self.everything()
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        connection.putrequest('POST', ENDPOINT)
        connection.putheader('Content-Type', 'text/xml')
        connection.putheader('Content-Length', str(len(raw) + 100))
        with self.allow_requests(all_requests=True), mute_logger('odoo.http'):
            connection.endheaders(raw)
            connection.sock.shutdown(socket.SHUT_WR)
            answer = connection.getresponse().read()
            connection.close()
        self.assertIn(b'code="400"', answer)
        self.env.invalidate_all()
        self.assertEqual(self.everything(), before)

    def test_no_secret_is_logged(self):
        with self.assertLogs(level=logging.DEBUG) as logs:
            logging.getLogger(__name__).info("at least one")
            self.post_message(message(secret=SECRET))
            self.post_message(message(secret='a-wrong-secret'))
            self.post_message(message(), basic=BASIC)
            self.post_message(message(), basic=(USER, 'a-wrong-secret'))
            self.post_message(message(secret=SECRET)[:-20], basic=BASIC)
            self.run_cron('amazon_punchout.ir_cron_process')
        for secret in (SECRET, PASSWORD, 'a-wrong-secret'):
            self.assertNotIn(secret, "\n".join(logs.output))
