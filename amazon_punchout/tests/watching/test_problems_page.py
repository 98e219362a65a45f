"""The page Problems: everything that needs a person, the oldest first, with its buttons."""
from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...const import SCHEDULED_ACTIONS
from ...models.punchin import amazon_punchout_session_unlisted
from ..common import answer
from ..cxml_builder import AMAZONS_COOKIE, cart_xml, confirmation_xml, item, status
from ..message_case import MessageCase


@tagged('post_install', '-at_install')
class TestProblemsPage(MessageCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group.responsible_id = cls.other_buyer
        # The scheduler does not run while tests do.
        now = fields.Datetime.now()
        for key in SCHEDULED_ACTIONS:
            cls.env.ref(f'amazon_punchout.{key}').write({
                'lastcall': now, 'nextcall': now + timedelta(minutes=10), 'active': True, 'failure_count': 0})
        cls.env['ir.cron.trigger'].search([]).unlink()

    def problems(self, user=None, **links):
        """Find the rows that a user sees.

        :param links: the values of their links, e.g. `purchase_order_id=order`
        """
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env['amazon.punchout.problem'].with_user(user or self.administrator).search(
            [(name, '=', record.id) for name, record in links.items()])

    def unclear(self):
        order = self.ordered()
        self.send(answer(status=500, body=''))
        self.assertStands(order, 'unclear')
        return order

    def kept_cart(self):
        _session, cookie = self.start_trip()
        session, _taken = self.receive(cookie, cart_xml(cookie, [item(condition='Used')]))
        self.assertEqual(session.state, 'attention')
        return session

    def message_with_problem(self, order, **kwargs):
        """Receive a confirmation of a line that the order does not have, of which nothing was applied."""
        document = self.deliver(confirmation_xml(order, [(7, 1, status())], **kwargs))
        document.is_applied = False
        return document

    def shown(self, problem):
        """List the buttons that a row shows."""
        names = ('may_retry', 'may_finish', 'may_dismiss', 'may_decide', 'may_send_again', 'may_repair',
                 'may_apply')
        return {name for name in names if problem[name]}

    def test_nothing_is_listed_while_all_is_well(self):
        self.ordered()
        self.sent_order()
        self.make_order()
        self.assertFalse(self.problems())

    # === ORDERS === #

    def test_an_unclear_order_is_listed_until_a_person_has_decided(self):
        order = self.unclear()
        row = self.problems(purchase_order_id=order)
        self.assertEqual((row.kind, row.name, row.user_id, row.company_id, row.group_id),
                         ('unclear', order.name, self.other_buyer, self.company, self.group))
        self.assertEqual(row.sentence, order.with_user(self.administrator).amazon_problem)
        self.assertEqual(row.since, self.requests(order).last_try_at)
        self.assertEqual(self.shown(row), {'may_decide'})
        row.action_arrived()
        self.assertStands(order, 'sent')
        self.assertFalse(self.problems())

    def test_an_unclear_order_is_sent_again_from_the_list(self):
        order = self.unclear()
        self.problems().action_send_again()
        self.assertStands(order, 'queued')
        self.assertFalse(self.problems())

    def test_a_declined_order_is_listed_until_it_is_sent_again_or_cancelled(self):
        order, other = self.ordered(), self.ordered()
        self.send(answer(code='400', text="Offer expired"))
        rows = self.problems()
        self.assertEqual((rows.mapped('kind'), rows.purchase_order_id), (['declined'] * 2, order | other))
        self.assertIn("Offer expired", rows[0].sentence)
        self.assertEqual(self.shown(rows[0]), {'may_send_again'})
        rows.filtered(lambda row: row.purchase_order_id == order).action_send_again()
        other.with_user(self.buyer).button_cancel()
        self.assertFalse(self.problems())

    def test_an_order_that_does_not_leave_is_listed(self):
        order = self.ordered()
        self.later(self.requests(order), minutes=16)
        row = self.problems()
        self.assertEqual((row.kind, row.purchase_order_id, self.shown(row)), ('late_order', order, set()))
        self.assertIn("has been waiting in Odoo since", row.sentence)
        self.send()
        self.assertFalse(self.problems())

    def test_an_order_that_amazon_could_not_be_reached_for_is_listed_after_an_hour(self):
        order = self.ordered()
        self.send(requests.exceptions.ConnectTimeout())
        self.requests(order).queued_at = fields.Datetime.now() - timedelta(minutes=59)
        self.assertFalse(self.problems())
        self.requests(order).queued_at = fields.Datetime.now() - timedelta(minutes=61)
        self.assertIn("Not sent yet: ", self.problems().sentence)
        self.assertIn("no connection within", self.problems().sentence)

    # === MESSAGES, CARTS, BILLS === #

    def test_a_message_is_dismissed_or_tried_again_from_the_list(self):
        order = self.sent_order()
        document = self.message_with_problem(order)
        row = self.problems(document_id=document)
        self.assertEqual((row.kind, row.name, row.sentence), ('message', document.display_name, document.explanation))
        self.assertEqual(self.shown(row), {'may_retry', 'may_dismiss'})
        row.action_retry()
        self.assertEqual(document.state, 'attention', "its cause is still there")
        document.is_applied = False
        action = self.problems(document_id=document).action_dismiss()
        self.assertEqual((action['res_model'], action['context']['default_document_id']),
                         ('amazon.punchout.dismiss', document.id))
        document.with_user(self.administrator)._dismiss("Not ours")
        self.assertFalse(self.problems())

    def test_a_message_about_an_order_in_doubt_is_applied_from_the_list(self):
        order = self.unclear()
        named = (f'<OrderReference orderID="{order.name}"><DocumentReference payloadID="unknown@elsewhere"/>'
                 '</OrderReference>')
        document = self.deliver(confirmation_xml(order, kind='accept', order_reference=named))
        self.assertEqual(document.doubted_order_id, order)
        row = self.problems(document_id=document)
        self.assertEqual(self.shown(row), {'may_retry', 'may_dismiss', 'may_apply'})
        row.action_apply_to_order()
        self.assertEqual((document.state, order.amazon_state), ('processed', 'confirmed'))
        self.assertFalse(self.problems())

    def test_a_declined_order_that_was_sent_in_full_is_checked_first(self):
        self.ordered()
        self.send(answer(status=404, body=''))
        row = self.problems()
        self.assertEqual((row.kind, row.is_check_first), ('declined', row.purchase_order_id.amazon_check_first))
        self.assertTrue(row.is_check_first)

    def test_what_is_left_of_an_applied_message_is_done_and_not_dismissed(self):
        document = self.message_with_problem(self.sent_order())
        document.is_applied = True
        row = self.problems()
        self.assertEqual(self.shown(row), {'may_retry', 'may_finish'})
        row.action_done()
        self.assertEqual(document.state, 'processed')

    def test_an_message_with_problem_is_listed(self):
        document = self.message_with_problem(self.sent_order())
        document.document_type = 'Unreadable'
        self.assertEqual(self.problems().kind, 'unreadable')

    def test_a_kept_cart_is_retried_or_dismissed_from_the_list(self):
        session = self.kept_cart()
        row = self.problems(session_id=session)
        self.assertEqual((row.kind, row.sentence, row.since), ('cart', session.problem, session.returned_at))
        self.assertEqual(self.shown(row), {'may_retry', 'may_dismiss'})
        self.assertEqual(row.action_dismiss()['context']['default_document_id'], session.document_ids.filtered(
            lambda document: document.document_type == 'PunchOutOrderMessage').id)
        self.group.new_items_only = False
        row.action_retry()
        self.assertTrue(session.purchase_order_id)
        self.assertFalse(self.problems())

    def test_an_unclaimed_cart_beyond_the_limits_of_the_list_is_not_listed_here_either(self):
        self.group.flow = 'punchin'
        with patch.object(amazon_punchout_session_unlisted, 'MAX_UNCLAIMED', 0):
            self.env['amazon.punchout.session']._hold_unsolicited_cart(cart_xml(AMAZONS_COOKIE, [item()]))
        self.assertFalse(self.problems())

    def test_an_unclaimed_cart_is_listed_and_dismissed(self):
        self.group.flow = 'punchin'
        session, refusal = self.env['amazon.punchout.session']._hold_unsolicited_cart(
            cart_xml('anything', [item()]))
        self.assertFalse(refusal)
        row = self.problems(session_id=session)
        self.assertEqual((row.kind, self.shown(row)), ('unclaimed', {'may_dismiss'}))
        session.is_listed = False  # one of very many: strangers must not fill this page
        self.assertFalse(self.problems())
        session.is_listed = True
        row.action_dismiss()
        self.assertEqual(session.state, 'left')
        self.assertFalse(self.problems())

    def test_an_unclaimed_cart_is_dated_as_everything_else(self):
        self.group.flow = 'punchin'
        session, _refusal = self.env['amazon.punchout.session']._hold_unsolicited_cart(cart_xml('nobody', [item()]))
        self.env['res.lang']._activate_lang('ja_JP')
        session.expires_at = '2030-12-07 15:26:00'
        self.env.flush_all()
        [row] = self.problems(session_id=session)
        self.assertIn("until Dec 7, 2030, ", row.with_context(tz='UTC').sentence)
        self.assertIn("2030年12月7日 ", row.with_context(tz='UTC', lang='ja_JP').sentence)

    def test_a_draft_bill_is_listed_while_it_has_a_problem(self):
        order = self.sent_order()
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': self.vendor.id,
            'invoice_line_ids': [Command.create({'name': "Toner", 'price_unit': 9.99})]})
        with_lock = self.env['account.move'].browse(bill.id)
        self.env.cr.execute(
            "UPDATE account_move SET amazon_group_id = %s WHERE id = %s", [order.amazon_group_id.id, with_lock.id])
        self.env.invalidate_all()
        self.assertFalse(self.problems())
        bill.activity_schedule(
            'amazon_punchout.mail_activity_problem', user_id=self.manager.id, summary="Check Amazon's invoice 1",
            note="<p>Too expensive</p>")
        row = self.problems(account_move_id=bill)
        self.assertEqual((row.kind, row.sentence, row.user_id), ('bill', "Too expensive", self.other_buyer))
        self.group.bill_user_id = self.manager
        self.assertEqual(self.problems().user_id, self.manager)
        bill.activity_ids.action_done()  # Odoo keeps it, archived
        self.assertFalse(self.problems())
        bill.activity_schedule('amazon_punchout.mail_activity_problem', user_id=self.manager.id)
        self.assertTrue(self.problems())
        bill.button_cancel()
        self.assertFalse(self.problems())

    # === GROUPS AND SCHEDULED ACTIONS === #

    def test_a_stopped_group_is_listed(self):
        self.group.write({'database_uuid': 'another'})
        row = self.problems()
        self.assertEqual((row.kind, row.name, self.shown(row)), ('stopped', self.group.name, set()))
        self.assertIn("Nothing is sent to Amazon", row.sentence)
        self.group.with_user(self.administrator).action_send_from_this_database()
        self.assertFalse(self.problems())

    def test_a_group_whose_database_was_restored_on_another_server_is_listed(self):
        """A dump keeps the uuid and the name of the database; archived groups have orders under way, too."""
        self.group.database_system = '123'
        row = self.problems()
        self.assertEqual((row.kind, row.name), ('stopped', self.group.name))
        self.assertIn("another database server", row.sentence)
        self.group.active = False
        self.assertEqual(self.problems().kind, 'stopped')
        self.group.state = 'draft'
        self.assertFalse(self.problems(), "nothing is sent on purpose")

    def test_a_scheduled_action_that_is_off_or_deleted_is_listed_and_repaired(self):
        sender = self.env.ref('amazon_punchout.ir_cron_send')
        sender.active = False
        self.env.ref('amazon_punchout.ir_cron_process').unlink()
        rows = self.problems()
        self.assertEqual(rows.mapped('kind'), ['scheduled_action'] * 2)
        self.assertEqual(set(rows.mapped('name')),
                         {"Amazon: send approved orders", "Amazon: process incoming messages"})
        self.assertFalse(rows[0].action_open())
        self.assertEqual(self.shown(rows[0]), {'may_repair'})
        seen = self.problems(self.manager)
        self.assertEqual((len(seen), self.shown(seen[0])), (2, set()))
        with self.assertRaisesRegex(UserError, "Only an Amazon administrator"):
            seen[0].action_repair()
        rows[0].action_repair()
        self.assertTrue(sender.active)
        self.assertFalse(self.problems())

    def test_scheduled_actions_matter_once_a_group_is_open(self):
        self.env.ref('amazon_punchout.ir_cron_send').active = False
        self.group.state = 'draft'
        self.assertFalse(self.problems().filtered(lambda row: row.kind == 'scheduled_action'))

    # === WHO SEES WHAT === #

    def test_the_oldest_comes_first(self):
        young = self.unclear()
        old = self.unclear()
        self.requests(old).last_try_at = fields.Datetime.now() - timedelta(days=1)
        self.kept_cart()
        self.assertEqual(self.problems().purchase_order_id.ids, [old.id, young.id])
        self.assertEqual(self.problems()[0].purchase_order_id, old)

    def test_a_buyer_sees_only_what_they_are_responsible_for(self):
        self.unclear()
        self.kept_cart()
        self.assertFalse(self.problems(self.buyer))
        rows = self.problems(self.other_buyer)
        self.assertEqual(set(rows.mapped('kind')), {'unclear', 'cart'})
        self.assertTrue(all(rows.mapped('sentence')))
        decide = rows.filtered(lambda row: row.kind == 'unclear')
        self.assertFalse(self.shown(decide), "a plain buyer decides on no unclear order")
        with self.assertRaisesRegex(UserError, "Only purchase managers and Amazon administrators"):
            decide.action_arrived()

    def test_another_company_sees_nothing(self):
        company = self.make_company("Elsewhere")[0]
        self.unclear()
        theirs = self.new_user('elsewhere', 'amazon_punchout.group_administrator')
        theirs.write({'company_ids': [Command.set(company.ids)], 'company_id': company.id})
        self.assertFalse(self.problems(theirs))
        self.assertTrue(self.problems())

    def test_a_row_that_another_user_has_settled_says_so(self):
        order = self.unclear()
        row = self.problems()
        order.with_user(self.administrator).action_amazon_arrived()
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "has been solved meanwhile"):
            row.action_arrived()

    def test_a_row_has_only_the_buttons_of_its_kind(self):
        self.unclear()
        row = self.problems()
        for act in (row.action_retry, row.action_done, row.action_dismiss):
            with self.assertRaisesRegex(UserError, "can't be done with this problem"):
                act()

    def test_each_row_opens_its_record(self):
        order = self.unclear()
        session, document = self.kept_cart(), self.message_with_problem(self.sent_order())
        for record in (order, session, document):
            field = {'purchase.order': 'purchase_order_id', 'amazon.punchout.session': 'session_id',
                     'amazon.punchout.document': 'document_id'}[record._name]
            action = self.problems(**{field: record}).action_open()
            self.assertEqual((action['res_model'], action['res_id']), (record._name, record.id))

    def test_rows_are_counted_named_and_grouped_like_records(self):
        order = self.unclear()
        self.kept_cart()
        problems = self.env['amazon.punchout.problem'].with_user(self.administrator)
        self.assertEqual(problems.search_count([]), 2)
        self.assertEqual(dict(problems._read_group([], ['kind'], ['__count'])), {'unclear': 1, 'cart': 1})
        self.assertEqual([name for _id, name in problems.name_search(order.name)], [order.name])
        self.assertEqual(self.group.with_user(self.administrator).problem_count, 2)

    def test_each_kind_has_its_own_ids(self):
        self.unclear()
        self.kept_cart()
        rows = self.problems()
        self.assertEqual(len(set(rows.ids)), 2)
        self.assertEqual([row.id % 16 for row in rows.sorted('kind')], [7, 1])
