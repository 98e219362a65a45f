"""The endpoint for Amazon's messages, over HTTP: who is let in, and what is answered."""
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import ConcurrencyError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import cxml
from ..common import SECRET
from ..cxml_builder import confirmation_xml, envelope, status
from ..endpoint_case import ENDPOINT, LONG, PASSWORD, USER, EndpointCase

BASIC = (USER, PASSWORD)
# Groups, documents of the same payloadID, the durable commit, the document, the scheduled action, its trigger.
QUERIES = 6


def message(**kwargs):
    """Write a confirmation of an order that Odoo doesn't have."""
    kwargs.setdefault('to_identity', 'TestGroup')
    reference = '<OrderReference orderID="P-NOWHERE"><DocumentReference payloadID="nowhere"/></OrderReference>'
    return envelope(
        '<ConfirmationRequest><ConfirmationHeader operation="new" type="accept" noticeDate="2026-03-02T10:00:00Z"/>'
        f'{reference}</ConfirmationRequest>', **kwargs)


@tagged('post_install', '-at_install')
class TestEndpoint(EndpointCase):

    def take(self, raw, **kwargs):
        """Post a document that is accepted.

        :return: the stored document
        """
        before = self.messages()
        self.assertAnswer(self.post_message(raw, **kwargs), 200)
        document = self.messages() - before
        self.assertEqual(len(document), 1)
        self.assertEqual((document.direction, document.state, document.purchase_order_id.id), ('in', 'received', False))
        return document

    # === WHO IS LET IN === #

    def test_a_message_is_stored_and_answered_then_processed_by_the_woken_action(self):
        order = self.three_lines()
        triggers = self.env['ir.cron.trigger'].search_count([])
        document = self.take(confirmation_xml(order, kind='accept', to_identity='Unknown'), basic=BASIC)
        self.assertEqual(
            (document.document_type, document.group_id, document.account_group_id, order.amazon_state),
            ('ConfirmationRequest', self.group, self.group, 'sent'))
        self.assertEqual(self.env['ir.cron.trigger'].search_count([]), triggers + 1)
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual((document.state, document.purchase_order_id, order.amazon_state),
                         ('processed', order, 'confirmed'))

    def test_the_secret_of_the_sender_opens_too(self):
        self.take(message(secret=SECRET))
        self.take(message(secret=PASSWORD))

    def test_the_letter_case_of_domains_does_not_matter(self):
        for domain in ('networkid', 'NETWORKID', 'NetworkID'):
            with self.subTest(domain):
                self.take(message(secret=SECRET).replace(b'"networkid"', b'"%s"' % domain.encode()))
        self.group.credential_domain = 'networkID'
        self.take(message(secret=SECRET))
        self.assertDeclined(401, message(secret=SECRET).replace(b'"networkid"', b'"DUNS"'))

    def test_any_credential_of_to_or_sender_names_the_group(self):
        raw = message(secret=SECRET)
        to = b'<To><Credential domain="networkid"><Identity>TestGroup</Identity></Credential></To>'
        duns = b'<Credential domain="DUNS"><Identity>123</Identity></Credential>'
        ours = b'<Credential domain="NetworkId"><Identity>TestGroup</Identity></Credential>'
        self.assertIn(to, raw)
        self.take(raw.replace(to, b'<To>' + duns + ours + b'</To>'))
        sender = message(secret=SECRET).replace(to, b'<To>' + duns + b'</To>')
        self.take(sender.replace(b'<UserAgent>', ours + b'<UserAgent>'))
        self.assertDeclined(401, message(secret=SECRET).replace(to, b'<To>' + duns + b'</To>'))
        self.assertDeclined(401, message(secret=SECRET, to_identity='SomebodyElse').replace(
            b'<From>', b'<From>' + ours))  # From is the supplier

    def test_a_group_in_draft_still_hears_what_becomes_of_its_orders(self):
        self.group.state = 'draft'
        self.take(message(), basic=BASIC)
        self.take(message(secret=SECRET))

    def test_whatever_it_says_it_is_the_body_is_read(self):
        for content_type in ('application/xml', 'application/x-www-form-urlencoded', 'application/json',
                             'multipart/form-data', None):
            with self.subTest(content_type):
                raw = message(secret=SECRET)
                document = self.take(raw, content_type=content_type)
                self.assertIn('P-NOWHERE', document.body_text)

    def test_a_body_in_pieces_without_a_length_is_read(self):
        raw = message(secret=SECRET)
        self.assertIn('P-NOWHERE', self.take(iter([raw[:100], raw[100:]])).body_text)

    # === GROUPS THAT SHARE CREDENTIALS === #

    def test_the_order_decides_among_groups_that_share_credentials(self):
        _company, other, _warehouse = self.make_company("Second")
        self.assertEqual(other.identity, self.group.identity)
        order = self.sent_order()
        document = self.take(message(secret=SECRET).replace(b'P-NOWHERE', order.name.encode()).replace(
            b'<DocumentReference payloadID="nowhere"/>', b''))
        self.assertEqual(document.account_group_ids, self.group | other)
        theirs = self.make_order(group=other, user=self.shopper_of(other))
        theirs.button_approve()
        self.send()
        self.assertStands(theirs, 'sent')
        document = self.take(confirmation_xml(theirs, kind='accept', secret=SECRET))
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual((document.state, document.purchase_order_id), ('processed', theirs))
        self.assertEqual((document.group_id, document.company_id), (other, other.company_id))
        self.assertEqual((theirs.amazon_state, order.amazon_state), ('confirmed', 'confirmed'))

    def shopper_of(self, group):
        user = self.new_user('shopperof', 'purchase.group_purchase_user')
        user.write({'company_ids': [Command.set(group.company_id.ids)], 'company_id': group.company_id.id})
        return user

    def test_the_secret_must_be_that_of_the_orders_own_group(self):
        _company, other, _warehouse = self.make_company("Second")
        other.write({'shared_secret': 'another-secret', 'inbound_user': USER, 'inbound_password': 'another-password'})
        order = self.three_lines()
        for kwargs in (
            {'secret': 'another-secret'}, {'secret': 'another-password'}, {'basic': (USER, 'another-password')},
        ):
            with self.subTest(kwargs):
                basic = kwargs.pop('basic', None)
                document = self.take(confirmation_xml(order, kind='accept', **kwargs), basic=basic)
                self.assertEqual(document.group_id, other)
                self.run_cron('amazon_punchout.ir_cron_process')
                self.assertEqual((document.state, document.purchase_order_id.id), ('waiting', False))
                self.assertEqual(order.amazon_state, 'sent')
                self.assertFalse(set(order.order_line.mapped('amazon_confirmation')) - {False, 'none'})
                self.assertFalse(document.activity_ids)

    def test_a_message_is_shown_under_the_group_that_it_names(self):
        _company, other, _warehouse = self.make_company("Second")
        other.write({'identity': 'Other', 'inbound_user': USER, 'inbound_password': PASSWORD})
        for identity, group in (('Other', other), ('TestGroup', self.group), ('Nobody', self.group)):
            document = self.take(message(to_identity=identity), basic=BASIC)
            self.assertEqual((document.group_id, document.account_group_ids), (group, self.group | other))

    def test_nobody_occupies_a_payload_id_of_other_credentials(self):
        _company, other, _warehouse = self.make_company("Second")
        other.write({'shared_secret': 'another-secret', 'identity': 'Other'})
        self.take(message(secret='another-secret', to_identity='Other', payload_id='same@amazon.example'))
        self.take(message(secret=SECRET, payload_id='same@amazon.example'))

    # === TWICE === #

    def test_a_repeated_payload_id_changes_nothing_and_gets_the_same_answer(self):
        order = self.three_lines()
        raw = confirmation_xml(order, [(1, 2, status(quantity=2))])
        document = self.take(raw, basic=BASIC)
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, 'processed', document.reason)
        self.env.cr.flush()
        before = self.everything()
        self.assertAnswer(self.post_message(raw, basic=BASIC), 200)
        self.env.invalidate_all()
        self.assertEqual(self.everything(), before)

    def test_without_a_payload_id_the_same_bytes_are_the_same_message(self):
        raw = message(secret=SECRET, payload_id='?').replace(b' payloadID="?"', b'')
        document = self.take(raw)
        self.assertTrue(document.payload_id.startswith('sha256:'))
        self.assertAnswer(self.post_message(raw), 200)
        self.assertEqual(self.messages(), document)
        self.take(raw.replace(b'P-NOWHERE', b'P-ELSEWHERE'))

    def test_a_payload_id_of_any_length_is_accepted(self):
        raw = message(secret=SECRET, payload_id=LONG)
        document = self.take(raw)
        self.assertAnswer(self.post_message(raw), 200)
        self.assertEqual(self.messages(), document)

    def test_two_at_the_very_same_moment_are_one(self):
        """The second doesn't see the first yet: the database rejects it, and Odoo repeats the request."""
        raw = message(secret=SECRET, payload_id='same@amazon.example')
        documents = self.env['amazon.punchout.document'].sudo()
        envelope_ = cxml.read_request(raw)
        documents._store_message(self.group, envelope_, raw)
        blind = patch.object(
            self.env.registry['amazon.punchout.document'], 'search', lambda self, *_a, **_k: self.browse())
        with mute_logger('odoo.sql_db'), self.assertRaises(ConcurrencyError), self.cr.savepoint(), blind:
            documents._store_message(self.group, envelope_, raw)
        self.assertAnswer(self.post_message(raw), 200)
        self.assertEqual(len(self.messages()), 1)

    # === WHAT IS STORED, WHAT IS ANSWERED === #

    def test_what_is_stored_holds_no_secret(self):
        for secret in (SECRET, PASSWORD):
            document = self.take(message(secret=secret))
            self.assertNotIn(secret, document.body_text)
            self.assertIn('SharedSecret', document.body_text)

    def test_a_profile_request_is_answered_with_what_we_process(self):
        self.group.base_url = 'https://odoo.example/'
        raw = envelope('<ProfileRequest/>', secret=SECRET)
        self.env.cr.flush()
        before = self.everything()
        response = self.post_message(raw)
        self.assertAnswer(response, 200)
        self.env.invalidate_all()
        self.assertEqual(self.everything(), before)
        transactions = etree.fromstring(response.content).findall('Response/ProfileResponse/Transaction')
        self.assertEqual(
            {each.get('requestName'): each.findtext('URL') for each in transactions},
            dict.fromkeys(('ConfirmationRequest', 'ShipNoticeRequest', 'InvoiceDetailRequest'),
                          f'https://odoo.example{ENDPOINT}'))

    def test_another_document_is_kept_and_answered(self):
        document = self.take(envelope('<StatusUpdateRequest><Status code="200" text="OK"/></StatusUpdateRequest>'),
                             basic=BASIC)
        self.run_cron('amazon_punchout.ir_cron_process')
        self.assertEqual(document.state, 'attention')
        self.assertIn('StatusUpdateRequest', document.reason)

    def test_a_test_message_is_marked(self):
        raw = message(secret=SECRET)
        self.assertEqual(self.take(raw).deployment_mode, 'production')
        raw = message(secret=SECRET).replace(b'<Request>', b'<Request deploymentMode="test">')
        self.assertEqual(self.take(raw).deployment_mode, 'test')

    # === SPEED === #

    def test_a_message_costs_a_few_queries(self):
        Documents = self.env['amazon.punchout.document'].sudo()

        def cost():
            raw = message(secret=SECRET)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            envelope_ = cxml.read_request(raw)
            groups = self.env['amazon.punchout.group']._authenticate_secret(envelope_)
            Documents._store_message(groups, envelope_, raw)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before
        cost()
        few = cost()
        for number in range(5):
            self.take(message(secret=SECRET, payload_id=f'{number}@amazon.example'))
        cost()  # the requests have emptied the caches
        self.assertEqual(cost(), few)
        self.assertLessEqual(few, QUERIES)
