"""The demo data shows every state, reaches nobody, and is made once."""
import base64
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tools import convert_file

from ..models.sending import amazon_punchout_document as sending
from ..models.shopping import amazon_punchout_session_start as starting
from .common import AmazonCase

# What the demo data can't leave behind, and why.
BRIEF = "it lasts for as long as something is being processed"
LATE = "only time makes it late"
API = "nothing is connected to Amazon's APIs"
STATES = {
    ('amazon.punchout.group', 'state'): {},
    ('amazon.punchout.group', 'flow'): {},
    ('amazon.punchout.session', 'state'): {'returned': BRIEF},
    ('amazon.punchout.session', 'deployment_mode'): {},
    ('amazon.punchout.document', 'direction'): {},
    ('amazon.punchout.document', 'state'): {'sending': BRIEF, 'received': BRIEF},
    ('purchase.order', 'state'): {'sent': "Amazon gets orders, no requests for quotation"},
    ('purchase.order', 'amazon_state'): {},
    ('purchase.order', 'amazon_change'): {},
    ('purchase.order', 'amazon_deployment_mode'): {},
    ('purchase.order.line', 'amazon_confirmation'): {},
    ('purchase.order.line', 'amazon_line_type'): {},
    ('amazon.punchout.shipment', 'delivery_status'): {},
    ('amazon.punchout.transaction', 'kind'): {},
    ('amazon.punchout.transaction', 'state'): {'new': BRIEF},
    ('amazon.punchout.transaction', 'attention'): {
        'two_companies': "it takes a second company", 'changed': "it takes a second report, after the posting"},
    ('amazon.punchout.transaction', 'outside_kind'): {},
    ('amazon.punchout.transaction', 'source'): {'api': API},
    ('amazon.punchout.transaction', 'instrument'): {
        'invoice': "Amazon's invoices are their bills", 'other': "Amazon names its instruments"},
    ('amazon.punchout.import', 'state'): {'checking': BRIEF, 'running': BRIEF},
    ('amazon.punchout.import', 'kind'): {},
    ('amazon.punchout.problem', 'kind'): {
        'late_order': LATE, 'late_message': LATE, 'scheduled_action': LATE,
        'unqueued': "the approval queues each order"},
}
# How records lead to their group. Reports have none, nor have charges that nobody has been found for.
GROUP_PATHS = {
    'amazon.punchout.group': 'id', 'purchase.order': 'amazon_group_id',
    'purchase.order.line': 'order_id.amazon_group_id',
    'amazon.punchout.shipment': 'purchase_order_id.amazon_group_id',
    'amazon.punchout.transaction': None, 'amazon.punchout.import': None}

ADDRESSES = ('setup_url', 'setup_test_url', 'order_url', 'base_url')


class DemoCase(AmazonCase):
    """A database with the demo data; in most databases of tests Odoo's own is missing, and so is its user."""
    demo_data_is_settled = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref('base.user_demo', raise_if_not_found=False):
            user = cls.new_user('marc', 'base.group_user')
            cls.env['ir.model.data'].create({
                'module': 'base', 'name': 'user_demo', 'model': 'res.users', 'res_id': user.id})
        cls.prepare()
        cls.mails = cls.env['mail.mail'].search_count([])
        if not cls.env.ref('amazon_punchout.demo_group', raise_if_not_found=False):
            # As it is loaded while the addon is installed: nothing may leave then, either.
            with cls.no_network():
                cls.load()
        cls.groups = cls.env['amazon.punchout.group'].search([
            ('id', 'in', cls.env['ir.model.data'].search([
                ('module', '=', 'amazon_punchout'), ('name', '=like', 'demo_group%')]).mapped('res_id'))])
        cls.demo_orders = cls.env['purchase.order'].search([('amazon_group_id', 'in', cls.groups.ids)])
        cls.live = cls.env.ref('amazon_punchout.demo_group')

    @classmethod
    def prepare(cls):
        """Prepare the database before the demo data comes."""

    @classmethod
    def load(cls):
        convert_file(
            cls.env(su=True), 'amazon_punchout', 'demo/amazon_punchout_demo.xml', {}, mode='init', noupdate=True)

    @classmethod
    @contextmanager
    def no_network(cls):
        """Fail if anything is posted to Amazon's addresses."""
        def post(url, *_args):
            raise AssertionError(f"Posted to {url}")
        with patch.object(sending, 'post_cxml', post), patch.object(starting, 'post_cxml', post):
            yield

    def found(self, model, field):
        """Give the values of a field that records of the demo data have."""
        path = GROUP_PATHS.get(model, 'group_id')
        return set(self.env[model].search([(path, 'in', self.groups.ids)] if path else []).mapped(field))


@tagged('post_install', '-at_install')
class TestDemo(DemoCase):

    def test_every_state_is_shown_or_it_is_said_why_not(self):
        for (model, field), missing in STATES.items():
            with self.subTest(model=model, field=field):
                values = set(self.env[model]._fields[field].get_values(self.env))
                # Each state is either in the demo data, or nobody can leave a record in it there.
                self.assertEqual(self.found(model, field) & values, values - set(missing))

    def test_there_is_an_order_in_each_state(self):
        self.assertEqual(
            {(order.state, order.amazon_state) for order in self.demo_orders},
            {('draft', 'cart'), ('to approve', 'cart'), ('cancel', 'cancelled'), ('purchase', 'queued'),
             ('purchase', 'sent'), ('purchase', 'unclear'), ('purchase', 'refused'), ('purchase', 'confirmed'),
             ('purchase', 'partial')})
        self.assertTrue(self.demo_orders.filtered('amazon_cancel_wanted'))
        self.assertTrue(self.demo_orders.filtered('amazon_missing'))
        self.assertTrue(self.demo_orders.filtered('amazon_refusal_reason'))
        self.assertEqual(
            set(self.demo_orders.order_line.mapped('amazon_confirmation')) - {False},
            {'none', 'accepted', 'changed', 'rejected', 'backordered'})
        self.assertEqual({mode for mode in self.demo_orders.mapped('amazon_deployment_mode')}, {'test', 'production'})

    def test_there_are_orders_with_one_shipment_and_with_two_and_received_ones(self):
        counts = {len(order.amazon_shipment_ids) for order in self.demo_orders}
        self.assertLessEqual({0, 1, 2}, counts)
        self.assertIn('full', self.demo_orders.mapped('receipt_status'))
        self.assertIn('pending', self.demo_orders.mapped('receipt_status'))

    def test_there_are_a_draft_bill_a_posted_one_and_a_vendor_credit(self):
        bills = self.env['account.move'].search([('amazon_group_id', '=', self.live.id)])
        self.assertLessEqual(
            {('in_invoice', 'draft'), ('in_invoice', 'posted'), ('in_refund', 'draft')},
            {(bill.move_type, bill.state) for bill in bills})
        credit = bills.filtered(lambda bill: bill.move_type == 'in_refund')
        self.assertTrue(credit.reversed_entry_id)
        self.assertTrue(bills.filtered('amazon_differences'))

    def test_what_needs_a_person_is_listed(self):
        for problem in self.env['amazon.punchout.problem'].search([('group_id', 'in', self.groups.ids)]):
            self.assertTrue(problem.sentence, problem.kind)

    def test_each_order_says_where_it_is_and_has_a_sound_history(self):
        for order in self.demo_orders:
            self.assertTrue(order.amazon_status, order.name)
        trail = self.env['amazon.punchout.trail']
        self.assertEqual(set(trail.search([]).mapped('res_id')) & set(self.demo_orders.ids), set(self.demo_orders.ids))
        self.assertEqual(trail._find_breaks(self.demo_orders.ids), {})

    def test_an_accountant_can_take_back_what_was_imported(self):
        """Nothing of it is posted, and no other charge is there: tests with charges of their own begin so."""
        charges = self.env['amazon.punchout.transaction']
        self.assertTrue(charges.search([]))
        self.assertFalse(charges.search([('import_ids.name', 'not like', 'demo-')]))
        imports = self.env['amazon.punchout.import'].with_user(self.env.ref('base.user_admin'))
        for report in imports.search([('state', '=', 'done')]):
            report.action_undo()
        self.assertFalse(charges.search([]))

    # === NOBODY IS REACHED === #

    def test_the_scheduled_action_does_not_try_to_send_what_is_queued(self):
        requests = self.env['amazon.punchout.document'].search([
            ('group_id', 'in', self.groups.ids), ('state', '=', 'queued')])
        self.assertEqual(len(requests), 1)
        with self.no_network():
            self.run_cron('amazon_punchout.ir_cron_send')
        self.assertEqual((requests.state, requests.tries), ('queued', 0))

    def test_the_queued_order_is_not_sent_either_once_a_person_lets_the_group_send(self):
        group = self.env.ref('amazon_punchout.demo_group_copied')
        request = self.env['amazon.punchout.document'].search([('group_id', '=', group.id), ('state', '=', 'queued')])
        group.action_send_from_this_database()
        with self.no_network():
            self.run_cron('amazon_punchout.ir_cron_send')
        self.assertEqual(request.state, 'unclear')

    def test_all_addresses_are_of_a_domain_that_is_reserved_for_examples(self):
        for group in self.groups:
            for name in ADDRESSES:
                if group[name]:
                    self.assertTrue(urlsplit(group[name]).hostname.endswith('.example'), group[name])

    def test_no_email_is_sent_about_it(self):
        self.assertEqual(self.env['mail.mail'].search_count([]), self.mails)

    def test_no_secret_can_be_guessed_or_looks_real(self):
        secrets = self.groups.filtered(lambda group: group.state != 'draft').mapped('shared_secret')
        self.assertEqual(len(set(secrets)), 4)
        for secret in secrets:
            self.assertRegex(secret, r'^not-a-real-secret-.{16}')
        self.assertFalse(any(self.groups.mapped('inbound_password')))
        for document in self.env['amazon.punchout.document'].search([('group_id', 'in', self.groups.ids)]):
            self.assertNotIn(b'not-a-real-secret', base64.b64decode(document.body or b''))

    # === ONCE === #

    def test_loading_it_again_changes_nothing(self):
        models = ('purchase.order', 'amazon.punchout.session', 'amazon.punchout.document', 'account.move')
        before = [self.env[model].search_count([]) for model in models]
        self.load()
        self.assertEqual([self.env[model].search_count([]) for model in models], before)


@tagged('post_install', '-at_install')
class TestDemoWithoutChart(DemoCase):
    """A company without a chart of accounts has no journal for bills."""

    @classmethod
    def prepare(cls):
        cls.env['account.journal'].search([('type', '=', 'purchase')]).active = False

    def test_everything_but_the_bills_is_there(self):
        self.assertIn('confirmed', self.demo_orders.mapped('amazon_state'))
        self.assertFalse(self.demo_orders.invoice_ids)
        self.assertFalse(self.env['amazon.punchout.document'].search([
            ('group_id', 'in', self.groups.ids), ('document_type', '=', 'InvoiceDetailRequest')]))
