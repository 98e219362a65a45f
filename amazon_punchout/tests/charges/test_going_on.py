"""Scheduled actions whose time is over while something is due are woken at once; else they wait for their time."""
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..message_case import MessageCase


@tagged('post_install', '-at_install')
class TestGoingOn(MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access = cls.env['amazon.punchout.api'].create({'name': "Access", 'use_reconciliation': True})
        cls.access.write({'use_reporting': True, 'use_documents': True, 'use_products': True})

    def woken(self, key, seconds=0.0):
        """Run a scheduled action that has so much time.

        :return: whether it is to run again at once
        :rtype: bool
        """
        Cron = self.env.registry['ir.cron']
        commit = Cron._commit_progress

        def in_time(*args, **kwargs):
            commit(*args, **kwargs)
            return seconds
        before = self.env['ir.cron.trigger'].search([])
        with patch.object(Cron, '_commit_progress', in_time):
            self.run_cron(f'amazon_punchout.{key}')
        return bool((self.env['ir.cron.trigger'].search([]) - before).filtered(
            lambda trigger: trigger.cron_id == self.env.ref(f'amazon_punchout.{key}')
            and trigger.call_at <= fields.Datetime.now()))

    def test_the_apis_are_asked_again_at_once_while_something_is_due(self):
        order, api = self.make_order(), 'amazon.punchout.api'
        finders = {
            '_cron_fetch': {'_is_fetch_due': True},
            '_cron_follow': {'_is_report_due': True, '_orders_to_follow': order},
            '_cron_pdfs': {'_is_due': True, '_is_asking': False, '_pdfs_under_way': order},
            '_cron_prices': {'_is_due': True, '_orders_to_price': order},
        }
        for method, found in finders.items():
            key = f'ir{method}'
            for name, value in found.items():
                self.patch(self.env.registry[api], name, lambda *_args, value=value, **_kwargs: value)
            with self.subTest(method):
                self.assertTrue(self.woken(key))
                for name in found:
                    self.patch(self.env.registry[api], name, lambda *_args, **_kwargs: order.browse())
                self.assertFalse(self.woken(key), "nothing is due")

    def test_charges_are_booked_again_at_once_if_this_run_has_come_on(self):
        Transactions = self.env['amazon.punchout.transaction'].sudo()
        Transactions.create([{
            'kind': 'charge', 'state': 'matched', 'source': 'report', 'company_id': self.company.id,
            'currency_id': self.company.currency_id.id, 'is_settled': True, 'signature': f'going-on-{number}'}
            for number in range(2)])
        self.patch(self.env.registry['amazon.punchout.transaction'], '_book', lambda _charges: None)
        self.assertTrue(self.woken('ir_cron_charges'), "there was no time for any")
        self.assertFalse(self.woken('ir_cron_charges', seconds=10.0), "what can't be booked yet is no reason to go on")
