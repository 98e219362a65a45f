"""What the tests of the watch have in common: scheduled actions that all run, until a test says otherwise."""
from datetime import timedelta

from odoo import fields

from ..const import SCHEDULED_ACTIONS
from .message_case import MessageCase

WATCH = 'amazon_punchout.mail_activity_watch'
SENDER = 'amazon_punchout.ir_cron_send'


class WatchCase(MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_administrator = cls.new_user('watcher', 'amazon_punchout.group_administrator')
        # The scheduler does not run while tests do.
        now = fields.Datetime.now()
        for key in SCHEDULED_ACTIONS:
            cls.env.ref(f'amazon_punchout.{key}').write({
                'lastcall': now, 'nextcall': now + timedelta(minutes=10), 'active': True, 'failure_count': 0,
                'first_failure_date': False})
        cls.env['ir.cron.trigger'].search([]).unlink()

    def setUp(self):
        super().setUp()
        self.sender = self.env.ref(SENDER)

    def watch(self):
        self.run_cron('amazon_punchout.ir_cron_watch')

    def let_pass(self, order, **passed):
        """Let time pass for an order in the outbox."""
        self.later(self.requests(order), **passed)
        self.env['ir.cron.trigger'].search([]).unlink()
        self.env.flush_all()
        self.env.invalidate_all()

    def says(self, order, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return order.with_user(user or self.buyer).amazon_status

    def let_stand_still(self, *crons, **ago):
        """Let scheduled actions have been due, and last run, some time ago."""
        moment = fields.Datetime.now() - timedelta(**ago)
        for cron in crons:
            cron.write({'lastcall': moment - timedelta(minutes=10), 'nextcall': moment})
        self.env['ir.cron.trigger'].search([]).unlink()
        self.env['ir.cron.progress'].search([]).unlink()
        self.env.flush_all()
        self.env.invalidate_all()
