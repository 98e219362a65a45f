"""Senders that an administrator has added are watched as the first one is, without false alarms."""
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..watch_case import WATCH, WatchCase


@tagged('post_install', '-at_install')
class TestWatchSeveral(WatchCase):

    def several(self, senders=1, processors=1):
        """Set how many senders there are; all of them run."""
        self.env['amazon.punchout.senders'].with_user(self.administrator).create(
            {'count': senders, 'processor_count': processors}).action_apply()
        now = fields.Datetime.now()
        crons = self.env['ir.cron'].search([('code', 'in', ('model._cron_send()', 'model._cron_process()'))])
        crons.write({'lastcall': now, 'nextcall': now + timedelta(minutes=10)})
        self.env['ir.cron.trigger'].search([]).unlink()
        self.begin_anew()
        return crons

    def test_senders_that_run_are_no_problem(self):
        self.several(3, 2)
        self.watch()
        self.assertFalse(self.activities(self.group, WATCH))
        self.assertFalse(self.group.delay)

    def test_another_sender_is_watched_as_the_first_one_is(self):
        self.several(2, 2)
        for key, name in (('ir_cron_send_2', "Amazon: send approved orders (2)"),
                          ('ir_cron_process_2', "Amazon: process incoming messages (2)")):
            cron = self.env.ref(f'amazon_punchout.{key}')
            hours_ago = fields.Datetime.now() - timedelta(hours=2)
            for vals, said in (
                ({'active': False}, f"The scheduled action “{name}” is switched off."),
                ({'failure_count': 3, 'first_failure_date': hours_ago}, f"“{name}” has been failing since"),
                ({'lastcall': hours_ago, 'nextcall': hours_ago}, f"“{name}” was due at"),
            ):
                with self.subTest(key, said=said):
                    before = {field: cron[field] for field in vals}
                    cron.write(vals)
                    self.begin_anew()
                    self.watch()
                    self.assertIn(said, self.activities(self.group, WATCH).note)
                    cron.write(before)
                    self.begin_anew()
                    self.watch()
                    self.assertFalse(self.activities(self.group, WATCH))

    def test_an_order_is_not_late_while_any_sender_runs(self):
        self.several(2)
        order = self.ordered()
        self.sender.active = False
        self.assertEqual(self.says(order), "On its way to Amazon")
        self.assertIn("is switched off", self.group.delay)
        self.env.ref('amazon_punchout.ir_cron_send_2').active = False
        self.assertIn("is switched off", self.says(order))

    def test_repair_brings_back_the_other_senders(self):
        self.several(3, 2)
        self.env.ref('amazon_punchout.ir_cron_send_2').active = False
        self.env.ref('amazon_punchout.ir_cron_send_3').unlink()
        self.env.ref('amazon_punchout.ir_cron_process_2').unlink()
        self.begin_anew()
        self.assertIn("“Amazon: send approved orders (3)” was deleted", self.group.delay)
        self.group.with_user(self.administrator).action_repair()
        self.begin_anew()
        for key in ('ir_cron_send_2', 'ir_cron_send_3', 'ir_cron_process_2'):
            self.assertTrue(self.env.ref(f'amazon_punchout.{key}').active, key)
        self.assertFalse(self.group.delay)
