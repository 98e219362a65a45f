"""Orders that wait too long, and scheduled actions that don't run: who is notified, and what the order says."""
from datetime import timedelta
from unittest.mock import patch

import requests
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.modules.module import get_module_path
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...const import SCHEDULED_ACTIONS
from ..watch_case import WATCH, WatchCase


@tagged('post_install', '-at_install')
class TestWatch(WatchCase):

    # === THE ORDER'S OWN SENTENCE === #

    def test_an_order_does_not_say_on_its_way_for_30_hours_while_the_sender_is_off(self):
        order = self.ordered()
        self.sender.active = False
        self.let_pass(order, hours=30)
        said = self.says(order)
        self.assertNotIn("On its way", said)
        self.assertIn(f"Order {order.name} has been waiting in Odoo since", said)
        self.assertIn("“Amazon: send approved orders” is switched off", said)
        self.assertIn("press Repair on the Amazon group Test group", said)
        self.assertEqual(order.with_user(self.buyer).amazon_problem, said, "it is shown as a problem")

    def test_it_says_so_at_once_if_the_sender_is_off(self):
        order = self.ordered()
        self.assertEqual(self.says(order), "On its way to Amazon")
        self.assertFalse(order.amazon_problem)
        self.sender.active = False
        self.assertIn("is switched off", self.says(order))

    def test_an_order_says_that_the_sender_was_deleted(self):
        order = self.ordered()
        self.sender.unlink()
        self.assertIn("“Amazon: send approved orders” was deleted", self.says(order))

    def test_an_order_says_that_the_sender_fails(self):
        order = self.ordered()
        self.sender.write({'failure_count': 3, 'first_failure_date': fields.Datetime.now() - timedelta(hours=2)})
        self.assertEqual(self.says(order), "On its way to Amazon", "the next run may send it")
        self.let_pass(order, minutes=16)
        self.assertIn("has been failing since", self.says(order))

    def test_an_order_says_that_no_scheduled_action_runs(self):
        order = self.ordered()
        self.let_pass(order, minutes=16)
        self.let_stand_still(*self.env['ir.cron'].with_context(active_test=False).search([]), hours=2)
        said = self.says(order)
        self.assertIn("No scheduled action of this database has run since", said)
        self.assertIn("max_cron_threads", said)

    def test_an_order_says_that_only_the_sender_does_not_run(self):
        order = self.ordered()
        self.let_pass(order, minutes=16)
        self.let_stand_still(self.sender, hours=2)
        self.assertIn("has not run, although others have", self.says(order))

    def test_an_order_that_no_run_came_to_says_so(self):
        order = self.ordered()
        self.let_pass(order, minutes=14)
        self.assertEqual(self.says(order), "On its way to Amazon")
        self.let_pass(order, minutes=2)
        self.assertIn("has not come to this order yet", self.says(order))

    def test_an_order_that_waits_for_its_next_try_is_not_late(self):
        order = self.ordered()
        self.send(requests.exceptions.ConnectTimeout())
        self.let_pass(order, seconds=30)
        self.requests(order).queued_at = fields.Datetime.now() - timedelta(hours=3)
        self.assertIn("Next try", self.says(order))
        self.assertFalse(order.amazon_problem)
        self.let_pass(order, minutes=17)
        self.assertIn("has been waiting in Odoo since", self.says(order))

    def test_an_order_whose_sender_died_says_that_nothing_settles_it(self):
        order = self.ordered()
        now = fields.Datetime.now()
        self.requests(order).write({'state': 'sending', 'last_try_at': now - timedelta(minutes=14)})
        self.assertIn("Being sent to Amazon since", self.says(order))
        self.requests(order).last_try_at = now - timedelta(minutes=16)
        self.sender.active = False
        self.assertIn("was interrupted", self.says(order))
        self.assertIn("is switched off", self.says(order))

    def test_a_draft_or_stopped_group_has_its_own_reason(self):
        order = self.ordered()
        self.sender.active = False
        self.let_pass(order, hours=3)
        self.group.database_uuid = 'another'
        self.assertIn("this database may be a copy", self.says(order))
        self.group.state = 'draft'
        self.assertIn("is in draft", self.says(order))
        self.assertFalse(order.amazon_problem)

    def test_an_order_at_amazon_does_not_care(self):
        order = self.sent_order()
        self.sender.active = False
        self.assertIn("At Amazon since", self.says(order))
        self.assertFalse(order.amazon_problem)

    def test_a_list_of_late_orders_takes_no_more_queries_than_one(self):
        orders = self.env['purchase.order'].union(*(self.ordered() for _number in range(6)))
        for order in orders:
            self.let_pass(order, hours=1)
        self.sender.active = False

        def count(some):
            self.begin_anew()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(some.with_user(self.manager).mapped('amazon_status')))
            return self.env.cr.sql_log_count - before

        count(orders[:2])
        self.assertEqual(count(orders[:2]), count(orders))

    # === THE GROUP, AND WHO IS NOTIFIED === #

    def test_people_are_notified_within_minutes_and_the_activity_closes_by_itself(self):
        self.sender.active = False
        self.watch()
        activity = self.activities(self.group, WATCH)
        self.assertEqual(activity.user_id, self.administrator, "the responsible")
        self.assertIn("“Amazon: send approved orders” is switched off", activity.note)
        message = self.group.message_ids[0]
        self.assertIn("is switched off", message.body)
        self.assertIn(self.other_administrator.partner_id, message.partner_ids)
        self.watch()
        self.assertEqual(self.activities(self.group, WATCH), activity, "once")
        self.assertEqual(self.group.message_ids[0], message)
        self.sender.active = True
        self.watch()
        self.assertFalse(self.activities(self.group, WATCH))

    def test_people_are_notified_again_when_it_is_switched_off_again(self):
        gone = self.new_user('gone', 'amazon_punchout.group_administrator')
        gone.active = False
        for number in range(1, 3):
            self.sender.active = False
            self.watch()
            self.assertTrue(self.activities(self.group, WATCH), number)
            message = self.group.message_ids[0]
            self.assertIn(self.other_administrator.partner_id, message.partner_ids)
            self.assertNotIn(gone.partner_id, message.partner_ids, "who has left would not read it")
            self.sender.active = True
            self.watch()
            self.assertFalse(self.activities(self.group, WATCH), number)
            messages = self.group.message_ids
            self.watch()
            self.assertEqual(self.group.message_ids, messages, "solved once")

    def test_a_late_order_is_notified_though_all_scheduled_actions_run(self):
        order = self.ordered()
        self.let_pass(order, minutes=16)
        self.watch()
        self.assertIn("should have been sent by now: 1", self.activities(self.group, WATCH).note)
        self.send()
        self.watch()
        self.assertFalse(self.activities(self.group, WATCH))

    def test_an_archived_group_waits_for_its_orders_only(self):
        order = self.ordered()
        self.group.active = False
        self.sender.active = False
        self.watch()
        self.assertFalse(self.activities(self.group, WATCH))
        self.let_pass(order, minutes=16)
        self.watch()
        self.assertIn("should have been sent by now: 1", self.activities(self.group, WATCH).note)

    def test_a_late_message_is_notified(self):
        order = self.sent_order()
        message = order._amazon_request().copy({
            'direction': 'in', 'document_type': 'ConfirmationRequest', 'state': 'received', 'payload_id': 'late',
            'account_group_id': self.group.id})
        self.watch()
        self.assertFalse(self.activities(self.group, WATCH))
        self.env.cr.execute(
            "UPDATE amazon_punchout_document SET create_date = create_date - interval '16 minutes' WHERE id = %s",
            [message.id])
        self.env.invalidate_all()
        self.watch()
        self.assertIn("should have been processed by now: 1", self.activities(self.group, WATCH).note)

    def test_each_scheduled_action_is_watched(self):
        for key, name in SCHEDULED_ACTIONS.items():
            cron = self.env.ref(f'amazon_punchout.{key}')
            with self.subTest(key):
                cron.active = False
                self.env.invalidate_all()
                self.assertEqual(self.group.delay, f"The scheduled action “{name}” is switched off.")
                cron.active = True
                self.env.invalidate_all()
                self.assertFalse(self.group.delay)

    def test_one_failure_is_no_news_until_it_lasts(self):
        now = fields.Datetime.now()
        self.sender.write({'failure_count': 1, 'first_failure_date': now - timedelta(minutes=5)})
        self.assertFalse(self.group.delay)
        self.sender.first_failure_date = now - timedelta(minutes=16)
        self.env.invalidate_all()
        self.assertIn("(failures: 1)", self.group.delay)

    def test_a_sender_that_is_never_done_in_one_run_counts_as_running(self):
        """Odoo leaves `nextcall` as it was after a run that was partially done."""
        self.let_stand_still(self.sender, hours=1)
        self.assertTrue(self.group.delay)
        self.env['ir.cron.progress'].create({'cron_id': self.sender.id, 'remaining': 5, 'done': 5})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.group.delay)

    def test_a_draft_group_and_a_neutralized_database_wait_on_purpose(self):
        self.sender.active = False
        self.env['ir.config_parameter'].set_param('database.is_neutralized', 'True')
        self.assertFalse(self.group.delay)
        with self.assertRaisesRegex(UserError, "stay switched off"):
            self.group.with_user(self.administrator).action_repair()
        self.env['ir.config_parameter'].set_param('database.is_neutralized', False)
        self.env.invalidate_all()
        self.assertTrue(self.group.delay)
        self.group.state = 'draft'
        self.assertFalse(self.group.delay)
        self.watch()
        self.assertFalse(self.activities(self.group, WATCH))

    def test_the_watcher_survives_whatever_fails_in_it(self):
        """Odoo would switch it off like the sender."""
        other = self.make_company("Elsewhere")[1]
        self.sender.active = False
        watcher = self.env.ref('amazon_punchout.ir_cron_watch')
        groups, notify = type(self.group), type(self.group)._notify_delay

        def fail(group, informed):
            if group == self.group:
                raise ZeroDivisionError("a part of the watch")
            return notify(group, informed)

        with mute_logger('odoo.addons.amazon_punchout.models.watching.amazon_punchout_watch'):
            with patch.object(groups, '_notify_delay', fail):
                self.watch()
            with patch.object(type(self.env['amazon.punchout.watch']), '_watched_groups', fail):
                self.watch()
        self.assertEqual((watcher.failure_count, watcher.active), (0, True))
        self.assertFalse(self.activities(self.group, WATCH))
        self.assertTrue(self.activities(other, WATCH), "the other groups are watched")

    def test_a_conflict_with_another_transaction_loses_no_message_to_administrators(self):
        """What is rolled back informed nobody."""
        self.sender.active = False
        notify, failed = type(self.group)._notify_delay, []

        def collide(group, informed):
            result = notify(group, informed)
            if not failed:
                failed.append(group)
                raise ConcurrencyError("Another transaction wrote the same")
            return result

        with patch.object(type(self.group), '_notify_delay', collide), patch('odoo.service.model.time.sleep'):
            self.watch()
        self.assertTrue(failed)
        self.assertTrue(self.activities(self.group, WATCH))
        self.assertIn(self.other_administrator.partner_id, self.group.message_ids[0].partner_ids)

    def test_a_message_that_fails_for_one_group_is_sent_for_the_next(self):
        other = self.make_company("Elsewhere")[1]
        self.other_administrator.company_ids |= other.company_id
        self.sender.active = False
        post = type(self.group).message_post

        def fail(group, **values):
            if group == self.group:
                raise ZeroDivisionError("a message")
            return post(group, **values)

        with patch.object(type(self.group), 'message_post', fail), \
                mute_logger('odoo.addons.amazon_punchout.tools.steps'):
            self.watch()
        self.assertIn(self.other_administrator.partner_id, other.message_ids[0].partner_ids)

    def test_administrators_get_one_message_for_several_groups(self):
        other = self.make_company("Elsewhere")[1]
        self.other_administrator.company_ids |= other.company_id
        self.sender.active = False
        self.watch()
        partner = self.other_administrator.partner_id
        self.assertEqual([partner in group.message_ids[0].partner_ids for group in (self.group + other).sorted('id')],
                         [True, False])

    def test_a_check_that_fails_stops_neither_the_others_nor_the_form(self):
        self.sender.active = False
        with patch.object(type(self.group), '_delayed_orders', lambda _group: 1 / 0), \
                mute_logger('odoo.addons.amazon_punchout.models.watching.amazon_punchout_group'):
            self.assertIn("is switched off", self.group.delay)
            self.assertIn("could not check everything", self.group.delay)

    def test_opening_a_group_or_an_order_writes_nothing(self):
        order = self.ordered()
        self.let_pass(order, hours=1)
        self.sender.active = False
        self.env.cr.flush()
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        self.assertIn("is switched off", self.group.with_user(self.administrator).delay)
        self.assertTrue(order.with_user(self.buyer).amazon_problem)

    # === REPAIR === #

    def test_an_administrator_repairs_what_is_off_and_what_was_deleted(self):
        self.sender.active = False
        self.env.ref('amazon_punchout.ir_cron_process').unlink()
        hourly = self.env.ref('amazon_punchout.ir_cron_remind_hold')
        hourly.interval_number = 3
        order = self.ordered()
        self.watch()
        self.assertTrue(self.activities(self.group, WATCH))
        group = self.group.with_user(self.administrator)
        self.assertTrue(group.may_repair)
        group.action_repair()
        self.env.invalidate_all()
        process = self.env.ref('amazon_punchout.ir_cron_process')
        self.assertEqual((self.sender.active, process.active, process.code, process.interval_type),
                         (True, True, 'model._cron_process()', 'hours'))
        self.assertEqual(process.user_id, self.env.ref('base.user_root'))
        self.assertEqual(hourly.interval_number, 3, "what runs is left as it is")
        self.assertFalse(group.delay)
        self.assertFalse(group.may_repair)
        self.assertFalse(self.activities(self.group, WATCH))
        message = self.group.message_ids.filtered(lambda each: "Switched on" in (each.body or ""))
        self.assertIn("“Amazon: send approved orders”, “Amazon: process incoming messages”", message.body)
        self.assertEqual(message.author_id, self.administrator.partner_id)
        self.send()
        self.assertStands(order, 'sent')

    def test_a_buyer_does_not_repair(self):
        for active in (False, True):  # also not what is in order, where nothing is noted either
            self.sender.active = active
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
                self.group.with_user(self.buyer).action_repair()
            self.assertEqual(self.sender.active, active)

    # === THE LIST === #

    def test_every_scheduled_action_of_the_addon_is_on_the_list_by_its_name(self):
        own = self.env['ir.model.data'].search([('module', '=', 'amazon_punchout'), ('model', '=', 'ir.cron')])
        self.assertEqual(set(own.mapped('name')), set(SCHEDULED_ACTIONS))
        for key, name in SCHEDULED_ACTIONS.items():
            self.assertEqual(self.env.ref(f'amazon_punchout.{key}').cron_name, str(name))

    def test_repair_finds_every_scheduled_action_in_the_data(self):
        data = etree.parse(f"{get_module_path('amazon_punchout')}/data/ir_cron_data.xml")
        self.assertEqual({record.get('id') for record in data.iter('record')}, set(SCHEDULED_ACTIONS))
