"""Documents whose payloadID came before with other content: kept for a person, and never lost without a word."""
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import cxml
from ...models.messages.amazon_punchout_document_reused import MOST_KEPT
from ..common import SECRET
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, ship_notice_xml, status
from ..endpoint_case import EndpointCase

SAME = 'same@amazon.example'
LOGGER = 'odoo.addons.amazon_punchout.models.messages.amazon_punchout_document_reused'


@tagged('post_install', '-at_install')
class TestReusedPayloadId(EndpointCase):

    def setUp(self):
        super().setUp()
        self.po = self.three_lines()

    def confirmation(self, *lines, **values):
        return confirmation_xml(self.po, lines, payload_id=SAME, secret=SECRET, **values)

    def take(self, raw):
        """Post a document that is answered with 200, and process it.

        :return: the documents that it added
        """
        before = self.messages()
        self.assertAnswer(self.post_message(raw), 200)
        self.run_cron('amazon_punchout.ir_cron_process')
        return self.messages() - before

    def test_other_content_is_kept_and_the_responsible_person_is_notified(self):
        first = self.take(self.confirmation((1, 2, status(quantity=2))))
        other = self.take(self.confirmation((1, 2, status('reject', 2))))
        self.assertEqual((first.state, other.state, other.purchase_order_id), ('processed', 'attention', self.po))
        self.assertEqual((other.reuses_document_id, self.line(self.po, 1).amazon_confirmation), (first, 'accepted'))
        self.assertIn(SAME, other.reason)
        self.assertIn(first.display_name, other.reason)
        self.assertIn("press Retry", other.reason)
        self.assertEqual(self.env['mail.activity'].search([
            ('res_model', '=', other._name), ('res_id', '=', other.id)]).user_id, self.administrator)

    def test_the_same_content_again_changes_nothing(self):
        first, other = (self.confirmation((1, 2, status(kind, 2))) for kind in ('detail', 'reject'))
        self.take(first)
        self.take(other)
        for raw in (first, other):
            for again in (raw, raw.replace(b'timestamp="2026-03-02', b'timestamp="2026-03-09').replace(
                    b'<UserAgent>Test', b'<UserAgent>Newer'), raw.replace(b'><', b'>\n  <')):
                with self.subTest(again=again):
                    self.assertFalse(self.take(again), "it says the same")

    def test_retry_takes_a_confirmation_for_one_of_its_own(self):
        self.take(self.confirmation((1, 2, status(quantity=2))))
        other = self.take(self.confirmation((2, 3, status('reject', 3)), notice_date='2026-03-03T10:00:00Z'))
        other.with_user(self.manager).action_retry()
        self.env.invalidate_all()
        self.assertEqual((other.state, other.reason), ('processed', False))
        self.assertEqual([self.line(self.po, number).amazon_confirmation for number in (1, 2)],
                         ['accepted', 'rejected'])
        self.deliver(confirmation_xml(self.po, [(3, 1, status())], confirm_id='111-0000000-0000002'))
        self.assertEqual([self.line(self.po, number).amazon_confirmation for number in (1, 2, 3)],
                         ['accepted', 'rejected', 'accepted'])

    def test_dismiss_puts_it_aside(self):
        self.take(self.confirmation((1, 2, status(quantity=2))))
        other = self.take(self.confirmation((1, 2, status('reject', 2))))
        other.with_user(self.manager)._dismiss("A mistake of Amazon")
        self.env.invalidate_all()
        self.assertEqual((other.state, self.line(self.po, 1).amazon_confirmation), ('dismissed', 'accepted'))

    def test_every_kind_of_document_is_kept(self):
        self.take(self.confirmation((1, 2, status(quantity=2))))
        kept = self.take(ship_notice_xml(self.po, [(1, 2)], payload_id=SAME, secret=SECRET))
        kept += self.take(invoice_xml(
            [(self.po, invoice_line(1, 2, '10.00'))], net='20.00', payload_id=SAME, secret=SECRET))
        self.assertEqual(kept.mapped('document_type'), ['ShipNoticeRequest', 'InvoiceDetailRequest'])
        self.assertEqual(set(kept.mapped('state')), {'attention'})
        self.assertFalse(self.po.amazon_shipment_ids)

    def test_a_flood_of_them_is_bounded_and_says_so(self):
        self.take(self.confirmation((1, 2, status(quantity=2))))
        with mute_logger(LOGGER):
            for number in range(MOST_KEPT + 3):
                last = self.take(self.confirmation((1, 2, status('reject', 2, error=f"Reason {number}"))))
        self.assertFalse(last)
        kept = self.messages().filtered('reuses_document_id')
        self.assertEqual(len(kept), MOST_KEPT)
        self.assertIn("no further ones are kept", kept[-1].reason)
        self.assertNotIn("no further ones are kept", kept[0].reason)
        with self.assertLogs(LOGGER, 'WARNING') as logs:
            self.take(self.confirmation((1, 2, status('reject', 2, error="One more"))))
        self.assertIn(SAME, logs.output[0])
        # Another payloadID is not affected.
        self.assertTrue(self.take(confirmation_xml(self.po, [(2, 3, status(quantity=3))], secret=SECRET)))

    def test_two_at_the_very_same_moment_are_one(self):
        """The second doesn't see the first yet: the database rejects it, and Odoo repeats the request."""
        self.take(self.confirmation((1, 2, status(quantity=2))))
        raw = self.confirmation((1, 2, status('reject', 2)))
        documents = self.env['amazon.punchout.document'].sudo()
        envelope = cxml.read_request(raw)
        other = documents._store_message(self.group, envelope, raw)
        find = self.env.registry['amazon.punchout.document']._find_received
        blind = patch.object(
            self.env.registry['amazon.punchout.document'], '_find_received',
            lambda each, *args: find(each, *args) - other)
        with mute_logger('odoo.sql_db'), self.assertRaises(ConcurrencyError), self.cr.savepoint(), blind:
            documents._store_message(self.group, envelope, raw)
        self.assertFalse(self.take(raw))
