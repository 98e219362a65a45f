"""Every index of ours serves a search, and no search of the scheduled actions reads a big table from end to end."""
from odoo import fields, models
from odoo.tests import tagged

from ...const import SCHEDULED_ACTIONS
from ..grown_case import BIG, CORES, GrownCase


@tagged('post_install', '-at_install')
class TestIndexPlans(GrownCase):

    def plans_of(self, step):
        """Run a step and ask for the plan of each of its queries on a big table.

        :return: the names of the indexes that are used
        :rtype: set[str]
        """
        tables, used = [self.env[model]._table for model in BIG], set()
        grown = [*tables, *(self.env[model]._table for model in CORES)]
        with self.queries() as queries:
            step()
        for query in queries:
            if not query.lstrip().upper().startswith(('SELECT', 'WITH')) or not any(each in query for each in grown):
                continue
            _top, nodes = self.plan(query)
            for node in nodes:
                if node['Node Type'] == 'Seq Scan':
                    self.assertNotIn(node['Relation Name'], tables, query)
                used.add(node.get('Index Name'))
        return used - {None}

    def page(self, model, *domain, order=None):
        """Read the first page of a list."""
        return lambda: self.env[model].search(list(domain), limit=80, order=order)

    def step_of_cron(self, name):
        return lambda: self.run_cron(f'amazon_punchout.{name}')

    def test_no_scheduled_action_reads_a_big_table(self):
        for name in SCHEDULED_ACTIONS:
            with self.subTest(cron=name):
                self.plans_of(self.step_of_cron(name))

    def test_the_health_page_and_the_problems(self):
        health = self.env['amazon.punchout.health'].sudo()
        problems = self.env['amazon.punchout.problem'].with_user(self.administrator)
        used = self.plans_of(health._report)
        self.assertLessEqual({
            'amazon_punchout_document_last_message_idx', 'amazon_punchout_document_last_order_idx'}, used)
        self.plans_of(lambda: problems.search_count([]))

    def test_what_arrives_finds_what_waits_for_it(self):
        confirmation = self.order.amazon_document_ids.filtered(
            lambda document: document.document_type == 'ConfirmationRequest').sudo()
        used = self.plans_of(lambda: self.assertFalse(confirmation._find_waiting()))
        self.assertIn('amazon_punchout_awaited__reference_index', used)

    def test_every_index_serves_the_search_that_it_is_for(self):
        charges = self.env['amazon.punchout.transaction']
        searches = {
            'amazon_punchout_document_to_tell_idx': self.step_of_cron('ir_cron_send'),
            'amazon_punchout_document_queue_idx': self.step_of_cron('ir_cron_send'),
            'amazon_punchout_document_inbox_idx': self.step_of_cron('ir_cron_process'),
            'amazon_punchout_document_last_message_idx': self.env['amazon.punchout.health'].sudo()._report,
            'amazon_punchout_document_last_order_idx': self.env['amazon.punchout.health'].sudo()._report,
            'amazon_punchout_api_page_received_idx': self.step_of_cron('ir_cron_fetch'),
            'amazon_punchout_api_page_invoice_due_idx': lambda: self.env['amazon.punchout.api.page'].search([
                ('api_id', '=', self.access.id), ('is_invoice_due', '=', True)], order='id', limit=50),
            'amazon_punchout_document_test_order_idx': self.group._is_tested,
            'purchase_order_amazon_charges_wait_idx': lambda: self.env['purchase.order'].search(
                [('amazon_charges_wait', '=', True)]),
            'amazon_punchout_document_problem_idx': self.page(
                'amazon.punchout.document', ('state', 'in', ('refused', 'unclear', 'failed', 'attention'))),
            'amazon_punchout_document_stored_idx': self.page(
                'amazon.punchout.document', ('create_date', '>=', '2000-01-01'), ('create_date', '<', '2000-02-01')),
            'amazon_punchout_session_problem_idx': self.page(
                'amazon.punchout.session', ('state', 'in', ('attention', 'failed'))),
            'amazon_punchout_session_started_idx': self.page(
                'amazon.punchout.session', ('create_date', '>=', '2000-01-01'), ('create_date', '<', '2000-02-01')),
            'amazon_punchout_shipment_shipped_idx': self.page('amazon.punchout.shipment'),
            'amazon_punchout_shipment_expected_idx': self.page(
                'amazon.punchout.shipment', ('expected_at', '>=', '2000-01-01'), ('expected_at', '<', '2000-02-01')),
            'amazon_punchout_shipment_delayed_idx': self.page(
                'amazon.punchout.shipment', ('delivery_status', '=', 'delayed')),
            'amazon_punchout_shipment_withdrawn_idx': self.page('amazon.punchout.shipment', ('active', '=', False)),
            'amazon_punchout_transaction_listed_idx': self.page('amazon.punchout.transaction'),
            'amazon_punchout_transaction_attention_idx': self.page(
                'amazon.punchout.transaction', ('attention', 'in', ('alike', 'doubtful'))),
            'amazon_punchout_transaction_unsettled_idx': self.page(
                'amazon.punchout.transaction', ('is_settled', '=', False)),
            'amazon_punchout_transaction_refund_idx': self.page('amazon.punchout.transaction', ('kind', '=', 'refund')),
            'amazon_punchout_transaction_booked_later_idx': self.page(
                'amazon.punchout.transaction', ('booked_date', '!=', False)),
            'amazon_punchout_transaction_last_digits_idx': self.page(
                'amazon.punchout.transaction', ('last_digits', '=', "1234")),
            'purchase_order_amazon_group_idx': self.page('purchase.order', ('amazon_group_id', '=', self.group.id)),
            'purchase_order_my_amazon_idx': self.page(
                'purchase.order', ('amazon_requester_id', '=', self.buyer.id)),
            'purchase_order_amazon_changed_idx': self.page('purchase.order', ('amazon_change', '!=', False)),
            'mail_activity_amazon_open_idx': self.page('purchase.order', ('amazon_has_problem', '=', True)),
            'account_move_amazon_draft_idx': lambda: self.env['amazon.punchout.problem'].with_user(
                self.administrator).search_count([]),
            'purchase_order_all_amazon_idx': self.page('purchase.order', ('amazon_session_id', '!=', False)),
            'amazon_punchout_pdf_next_idx': self.access._pdfs_under_way,
            'amazon_punchout_import_waiting_idx': self.step_of_cron('ir_cron_charges'),
            'amazon_punchout_transaction_draft_is_old_idx': self.step_of_cron('ir_cron_charges'),
            'purchase_order_amazon_follow_idx': self.access._orders_to_follow,
            **dict.fromkeys(
                ('purchase_order_amazon_number_idx', 'purchase_order_amazon_several_numbers_idx'),
                lambda: charges._order_finder(self.company, [], ['999-0000000-0000001'], [])),
            'purchase_order_amazon_approved_idx': lambda: self.env['amazon.punchout.reconciliation'].search([
                ('is_different', '=', True), ('date', '>=', fields.Date.add(fields.Date.today(), days=1))], limit=80),
        }
        declared = {
            name for model in self.registry for name, index in self.registry[model]._table_objects.items()
            if type(index) is models.Index and index._module == 'amazon_punchout'}
        self.assertEqual(declared, searches.keys())
        queue = searches.pop('amazon_punchout_document_queue_idx')
        for index, step in searches.items():
            with self.subTest(index=index):
                self.assertIn(index, self.plans_of(step))
        # The index of all states serves the sender as well, at the same cost in a database of this size.
        self.env.cr.execute("DROP INDEX amazon_punchout_document__state_index")
        self.assertIn('amazon_punchout_document_queue_idx', self.plans_of(queue))
