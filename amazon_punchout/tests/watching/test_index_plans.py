"""Every index of ours serves a search, and no search of the scheduled actions reads a big table from end to end."""
from odoo import fields, models
from odoo.fields import Command
from odoo.tests import tagged

from ...const import SCHEDULED_ACTIONS
from ..cxml_builder import confirmation_xml
from ..speed_case import SpeedCase

COPIES = 3000
BIG = (
    'amazon.punchout.document', 'purchase.order', 'purchase.order.line', 'amazon.punchout.transaction',
    'amazon.punchout.api.page', 'amazon.punchout.import', 'amazon.punchout.pdf')


@tagged('post_install', '-at_install')
class TestIndexPlans(SpeedCase):

    def setUp(self):
        super().setUp()
        self.order = self.sent_order()
        self.deliver(confirmation_xml(self.order, kind='accept'))
        self.access = self.env['amazon.punchout.api'].create({
            'name': "Access", 'group_ids': [Command.link(self.group.id)]})
        self.group.api_id = self.access
        # As an order about which nothing more is asked; few are open in a database that has grown.
        self.env.cr.execute("UPDATE purchase_order SET amazon_follow_done = true WHERE id = %s", [self.order.id])
        self.env.invalidate_all()
        groups = self.clone(self.group, 30, name="'G' || n")
        self.clone_orders(self.order, COPIES, group_ids=groups)
        charge = self.env['amazon.punchout.transaction'].sudo().create({
            'kind': 'charge', 'state': 'booked', 'source': 'report', 'company_id': self.company.id,
            'currency_id': self.company.currency_id.id, 'is_settled': True})
        self.clone(charge, COPIES, signature="'c' || n")
        page = self.env['amazon.punchout.api.page'].sudo().create({
            'api_id': self.access.id, 'kind': 'transactions', 'state': 'processed',
            'asked_at': fields.Datetime.now()})
        self.clone(page, COPIES)
        report = self.env['amazon.punchout.import'].sudo().create({
            'name': "report.csv", 'state': 'done', 'user_id': self.administrator.id})
        self.clone(report, COPIES)
        pdf = self.env['amazon.punchout.pdf'].sudo().create({
            'group_id': self.group.id, 'kind': 'invoice', 'number': "1", 'state': 'stored'})
        self.clone(pdf, COPIES, number="'P' || n")
        self.analyze(*BIG)

    def plans_of(self, step):
        """Run a step and ask for the plan of each of its queries on a big table.

        :return: the names of the indexes that are used
        :rtype: set[str]
        """
        tables, used = [self.env[model]._table for model in BIG], set()
        with self.queries() as queries:
            step()
        for query in queries:
            if not query.lstrip().upper().startswith(('SELECT', 'WITH')) or not any(each in query for each in tables):
                continue
            _top, nodes = self.plan(query)
            for node in nodes:
                if node['Node Type'] == 'Seq Scan':
                    self.assertNotIn(node['Relation Name'], tables, query)
                used.add(node.get('Index Name'))
        return used - {None}

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

    def test_every_index_serves_the_search_that_it_is_for(self):
        searches = {
            'amazon_punchout_document_to_tell_idx': self.step_of_cron('ir_cron_send'),
            'amazon_punchout_document_queue_idx': self.step_of_cron('ir_cron_send'),
            'amazon_punchout_document_inbox_idx': self.step_of_cron('ir_cron_process'),
            'amazon_punchout_document_last_message_idx': self.env['amazon.punchout.health'].sudo()._report,
            'amazon_punchout_document_last_order_idx': self.env['amazon.punchout.health'].sudo()._report,
            'amazon_punchout_api_page_received_idx': self.step_of_cron('ir_cron_fetch'),
            'amazon_punchout_api_page_invoice_due_idx': lambda: self.env['amazon.punchout.api.page'].search([
                ('api_id', '=', self.access.id), ('is_invoice_due', '=', True)], order='id', limit=50),
            'amazon_punchout_pdf_next_idx': self.access._pdfs_under_way,
            'amazon_punchout_import_waiting_idx': self.step_of_cron('ir_cron_charges'),
            'amazon_punchout_transaction_draft_is_old_idx': self.step_of_cron('ir_cron_charges'),
            'purchase_order_amazon_follow_idx': self.access._orders_to_follow,
            **dict.fromkeys(
                ('purchase_order_amazon_number_idx', 'purchase_order_amazon_several_numbers_idx'),
                lambda: self.env['amazon.punchout.transaction']._order_finder(
                    self.company, [], ['999-0000000-0000001'], [])),
            'purchase_order_amazon_approved_idx': lambda: self.env['amazon.punchout.reconciliation'].search([
                ('is_different', '=', True), ('date', '>=', fields.Date.add(fields.Date.today(), days=1))], limit=80),
        }
        declared = {
            name for model in self.registry for name, index in self.registry[model]._table_objects.items()
            if type(index) is models.Index and index._module == 'amazon_punchout'}
        self.assertEqual(declared, searches.keys())
        for index, step in searches.items():
            with self.subTest(index=index):
                self.assertIn(index, self.plans_of(step))
