"""Base class of the tests that make each item of the checklist fail."""
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields, http
from odoo.fields import Command

from ..models.group import amazon_punchout_group_address
from .checklist_case import ChecklistCase


class ChecklistLackCase(ChecklistCase):
    """A group that lacks nothing, and for the key of each item a `lack_…` that makes it lack that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.write({'payment_method': 'card', 'direct_limit': 50, 'direct_user_ids': [Command.set(cls.buyer.ids)]})
        for user in cls.env['res.users'].search(~cls.env['res.users']._amazon_known_domain()):
            user.amazon_confirmed_email = f'{user.id}@example.com'
        cls.env.ref('base.group_user').implied_ids += cls.env.ref('analytic.group_analytic_accounting')
        cls.env['account.tax'].search([('type_tax_use', '=', 'purchase')]).active = False
        cls.second_manager = cls.new_user('secondmanager', 'purchase.group_purchase_manager')

    @contextmanager
    def lack_nothing(self):
        yield

    def forget(self, table, column, records):
        """Remove a value that no write could remove."""
        self.env.flush_all()
        # pylint: disable-next=sql-injection  # names of the tests themselves
        self.env.cr.execute(f'UPDATE {table} SET {column} = NULL WHERE id IN %s', [tuple(records.ids)])
        self.env.invalidate_all()

    @contextmanager
    def lack_setup_url(self):
        self.forget('amazon_punchout_group', 'setup_url', self.group)
        yield

    @contextmanager
    def lack_order_url(self):
        self.forget('amazon_punchout_group', 'order_url', self.group)
        yield

    @contextmanager
    def lack_identity(self):
        self.forget('amazon_punchout_group', 'identity', self.group)
        yield

    @contextmanager
    def lack_shared_secret(self):
        self.forget('amazon_punchout_group', 'shared_secret', self.group)
        yield

    @contextmanager
    def lack_connection(self):
        with patch.object(self.registry['amazon.punchout.group'], '_has_connected', lambda _group: False):
            yield

    @contextmanager
    def lack_connection_live(self):
        self.group.connection_document_id = self.env['amazon.punchout.document'].create({
            'direction': 'out', 'document_type': 'PunchOutSetupRequest', 'deployment_mode': 'production',
            'state': 'failed', 'reason': "Amazon declined", 'group_id': self.group.id})
        yield

    @contextmanager
    def lack_marketplace_address(self):
        self.group.setup_url = 'https://abintegrations.amazon.de/punchout'
        yield

    @contextmanager
    def lack_https(self):
        self.group.base_url = 'http://odoo.example.com'
        yield

    @contextmanager
    def lack_one_database(self):
        with patch.object(http, 'db_list', lambda force, host: [self.env.cr.dbname, 'another']):
            yield

    @contextmanager
    def lack_allowed_networks(self):
        self.env['ir.config_parameter'].set_param(
            'amazon_punchout.allowed_networks', "10.0.0.0.0, 10.20.0.0/16, all")
        yield

    @contextmanager
    def lack_api_access(self):
        self.group.api_id = self.env['amazon.punchout.api'].create({
            'name': "Amazon test account", 'use_reporting': True, 'reporting_state': 'stopped',
            'reporting_problem': "Amazon no longer accepts the Refresh Token."})
        yield

    @contextmanager
    def lack_database(self):
        self.group.database_name = 'production'
        yield

    @contextmanager
    def lack_fsync(self):
        with patch.object(self.registry['amazon.punchout.group'], '_unsafe_settings', lambda _group: [
                'fsync', 'full_page_writes']):
            yield

    @contextmanager
    def lack_inbound_password(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE amazon_punchout_group SET inbound_password = 'short'")
        yield

    @contextmanager
    def lack_scheduled_actions(self):
        crons = self.env['ir.cron'].with_context(active_test=False).search([])
        crons.write(dict.fromkeys(('lastcall', 'nextcall'), fields.Datetime.now() - timedelta(hours=2)))
        yield

    @contextmanager
    def lack_products(self):
        self.group.product_id.active = False
        yield

    @contextmanager
    def lack_analytic(self):
        self.env.ref('base.group_user').implied_ids -= self.env.ref('analytic.group_analytic_accounting')
        yield

    def leave_managers(self, managers):
        """Leave these purchase managers only in the company."""
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        (self.group._people_of('purchase.group_purchase_manager') - managers).write(
            {'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})

    @contextmanager
    def lack_approval_managers(self):
        self.leave_managers(self.env['res.users'])
        yield

    @contextmanager
    def lack_approval_two(self):
        self.company.po_double_validation = 'two_step'
        self.leave_managers(self.manager)
        yield

    @contextmanager
    def lack_direct_users(self):
        self.group.direct_user_ids = False
        yield

    @contextmanager
    def lack_direct_limit(self):
        self.group.direct_limit = 0
        yield

    @contextmanager
    def lack_members(self):
        self.group.all_users = False
        yield

    @contextmanager
    def lack_locations(self):
        self.forget('stock_warehouse', 'active', self.group.warehouse_ids)
        yield

    @contextmanager
    def lack_address_(self):
        self.warehouse.partner_id.city = False
        yield

    @contextmanager
    def lack_billing_address(self):
        self.company.partner_id.zip = False
        yield

    @contextmanager
    def lack_public_host(self):
        self.group.base_url = 'https://odoo.lan'
        yield

    @contextmanager
    def lack_same_host(self):
        request = SimpleNamespace(httprequest=SimpleNamespace(host='localhost:8069'))
        with patch.object(amazon_punchout_group_address, 'request', request):
            yield

    @contextmanager
    def lack_categories(self):
        product = self.group.product_id.copy()
        self.env['amazon.punchout.unspsc'].create({'prefix': '4412', 'product_id': product.id})
        product.active = False
        yield

    @contextmanager
    def lack_tax_rates(self):
        self.group.marketplace = 'jp'
        self.warehouse.partner_id.write({
            'country_id': self.env.ref('base.jp').id, 'state_id': self.env.ref('base.state_jp_jp-13').id})
        yield

    @contextmanager
    def lack_payment_outstanding(self):
        self.group.journal_id = self.env['account.journal'].create({
            'name': "Company card", 'type': 'credit', 'code': 'CARD'})
        yield

    @contextmanager
    def lack_member_emails(self):
        self.other_buyer.email = False
        yield

    @contextmanager
    def lack_deliver_to_(self):
        self.warehouse.write({
            'amazon_deliver_to': 'location', 'amazon_deliver_to_name': "Reception on the second floor"})
        yield

    @contextmanager
    def lack_country_(self):
        self.warehouse.partner_id.write({'country_id': self.env.ref('base.de').id, 'state_id': False})
        yield
