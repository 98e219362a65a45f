"""Messages of Amazon whose steps a test may break, delay or watch."""
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError

from .cxml_builder import confirmation_xml
from .message_case import MessageCase

CRON = 'amazon_punchout.ir_cron_process'
LOGGER = 'odoo.addons.amazon_punchout.models.messages.amazon_punchout_document'


class InboxCase(MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.new_user('accountant', 'account.group_account_invoice')

    def step(self, does, name='_process_confirmation'):
        """Let a step do something else.

        :param does: called with the document
        """
        self.patch(self.env.registry['amazon.punchout.document'], name, does)

    def break_step(self, sentence="It can't be done.", error=UserError):
        """Let the step of a confirmation fail, after it has done something."""
        def does(document):
            self.group.with_env(document.env).message_post(body="Half done")
            raise error(sentence)
        self.step(does)

    def confirm(self, order=None, **values):
        """Deliver a confirmation.

        :return: the document as superuser
        """
        return self.deliver(confirmation_xml(order or self.sent_order(), kind='accept', **values))

    def run_later(self, **passed):
        """Run the scheduled action some time from now."""
        with freeze_time(fields.Datetime.now() + timedelta(**passed)):
            self.run_cron(CRON)

    def triggers(self):
        return self.env['ir.cron.trigger'].search([('cron_id', '=', self.env.ref(CRON).id)])
