"""How many senders there are: an administrator sets it, and each is a scheduled action of its own."""
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ...const import MAX_SENDERS
from ..order_case import OrderCase


@tagged('post_install', '-at_install')
class TestNumberOfSenders(OrderCase):

    def senders(self):
        return self.env['ir.cron'].with_context(active_test=False).search([('code', '=', 'model._cron_send()')])

    def set_count(self, count, user=None, **vals):
        self.env['amazon.punchout.senders'].with_user(user or self.administrator).create(
            {'count': count, **vals}).action_apply()
        return self.senders()

    def test_there_is_one_until_an_administrator_sets_more(self):
        self.assertEqual(self.env['amazon.punchout.senders'].with_user(self.administrator).create({}).count, 1)
        self.assertEqual(len(self.senders()), 1)
        senders = self.set_count(4)
        self.assertEqual([(sender.active, sender.priority) for sender in senders], [(True, 3)] * 4)
        self.assertEqual(set(senders.user_id), {self.env.ref('base.user_root')})
        self.assertEqual(self.env['amazon.punchout.senders'].with_user(self.administrator).create({}).count, 4)
        self.assertEqual(self.set_count(4), senders)
        self.assertEqual(len(self.set_count(2)), 2)
        self.assertEqual(self.set_count(1), self.env.ref('amazon_punchout.ir_cron_send'))
        self.assertFalse(self.env['ir.actions.server'].search_count([('code', '=', 'model._cron_send()')]) - 1)

    def test_an_approval_wakes_all_of_them(self):
        senders = self.set_count(3)
        self.ordered()
        for sender in senders:
            with self.subTest(sender.name):
                self.assertTrue(self.env['ir.cron.trigger'].search_count([
                    ('cron_id', '=', sender.id), ('call_at', '<=', fields.Datetime.now())]))

    def test_messages_have_a_number_of_their_own(self):
        """Senders wait for Amazon; messages need a processor each."""
        def processors():
            return self.env['ir.cron'].with_context(active_test=False).search([('code', '=', 'model._cron_process()')])
        self.assertEqual(len(self.set_count(2, processor_count=3)), 2)
        self.assertEqual([(cron.active, cron.interval_type) for cron in processors()], [(True, 'hours')] * 3)
        dialog = self.env['amazon.punchout.senders'].with_user(self.administrator).create({})
        self.assertEqual(dialog.processor_count, 3)
        before = self.env['ir.cron.trigger'].search([])
        self.env['amazon.punchout.document']._wake_processing()
        self.assertEqual((self.env['ir.cron.trigger'].search([]) - before).cron_id, processors())
        self.assertEqual(len(self.set_count(2, processor_count=1)), 2)
        self.assertEqual(processors(), self.env.ref('amazon_punchout.ir_cron_process'))
        for count in (0, MAX_SENDERS + 1):
            with self.assertRaises(ValidationError):
                self.set_count(2, processor_count=count)

    def test_each_of_them_sends(self):
        self.set_count(2)
        order = self.ordered()
        with self.amazon(self.answer_ok()) as sent:
            self.run_cron('amazon_punchout.ir_cron_send_2')
        self.assertEqual(len(sent), 1)
        self.assertStands(order, 'sent')

    def answer_ok(self):
        return self.probe_answer

    def test_the_number_is_checked(self):
        for count in (0, -1, MAX_SENDERS + 1):
            with self.subTest(count), self.assertRaises(ValidationError):
                self.set_count(count)

    def test_only_an_administrator_of_all_companies_sets_it(self):
        for user in (self.buyer, self.manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.set_count(2, user)
        self.make_company("Second")
        with self.assertRaisesRegex(UserError, "all companies"):
            self.set_count(2)

    def test_in_a_neutralized_copy_they_are_switched_off(self):
        self.env['ir.config_parameter'].set_param('database.is_neutralized', 'true')
        self.assertFalse((self.set_count(2) - self.env.ref('amazon_punchout.ir_cron_send')).active)
