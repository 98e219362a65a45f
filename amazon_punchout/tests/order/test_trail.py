"""The history of an order: what an auditor reads of it, and that nobody can change it."""
import json
import logging
from unittest.mock import patch

import psycopg2
import requests

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.cart_lock import lifted
from ..common import SECRET, answer
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, item, ship_notice_xml, status
from ..ship_notice_case import ShipNoticeCase
from ..trail_case import TrailCase


@tagged('post_install', '-at_install')
class TestTrailEvents(TrailCase):

    def details(self, order, event):
        return json.loads(self.history(order).filtered(lambda row: row.event == event)[-1:].details)

    def test_the_whole_way_of_an_order_is_in_its_history(self):
        order = self.sent_order()
        self.deliver(confirmation_xml(order, [(1, 1, status('accept'))]))
        self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99'))]))
        self.assertEqual(self.events(order), [
            'started', 'returned', 'created', 'approved', 'queued', 'sent', 'received', 'applied', 'received', 'billed',
            'applied'])
        rows = self.history(order)
        self.assertEqual(rows.mapped('sequence'), list(range(1, 12)))
        self.assertEqual(rows[0].user_id, self.buyer)
        self.assertEqual(rows[3].user_name, f'{self.buyer.name} ({self.buyer.login})')
        self.assertEqual(rows[5].user_id, self.env.ref('base.user_root'))
        self.assertEqual(rows[4].payload_id, order._amazon_request().payload_id)
        self.assertEqual(rows[4].body_hash, order._amazon_request().body_hash)
        self.assertEqual(self.details(order, 'approved')['total'], '9.99 USD')
        self.assertEqual(self.breaks(order), [])

    def test_who_asked_and_who_approved(self):
        self.set_limit(5)
        order = self.make_order()
        order.with_user(self.buyer).button_confirm()
        order.with_user(self.manager).button_approve()
        rows = self.history(order)[3:]
        self.assertEqual(
            rows.mapped(lambda row: (row.event, row.user_id)),
            [('asked', self.buyer), ('approved', self.manager), ('queued', self.manager)])

    def test_who_refused_and_why(self):
        order = self.make_order()
        order.with_user(self.manager)._amazon_refuse("Too expensive")
        self.assertEqual(self.events(order)[3:], ['refused', 'cancelled'])
        self.assertEqual(self.details(order, 'refused'), {'reason': "Too expensive"})

    def test_an_order_without_approval_says_so(self):
        self.group.write({'flow': 'direct', 'direct_limit': 100, 'direct_user_ids': [Command.set(self.buyer.ids)]})
        order = self.make_order()
        self.assertEqual(self.events(order), ['started', 'returned', 'created', 'direct', 'queued'])

    def test_who_decided_on_an_unclear_order(self):
        order = self.ordered()
        self.send(answer(status=500, body=''))
        order.with_user(self.manager).action_amazon_send_again()
        self.send(answer(status=500, body=''))
        order.with_user(self.manager).action_amazon_arrived()
        self.assertEqual(self.events(order)[4:], ['queued', 'unclear', 'again', 'unclear', 'arrived'])
        self.assertEqual(self.history(order)[-1].user_id, self.manager)
        self.assertEqual(self.breaks(order), [])

    def test_a_declined_order_names_both_documents(self):
        order = self.ordered()
        self.send(answer(code='400', text="No such address"))
        order.with_user(self.buyer).action_amazon_send_again()
        self.assertEqual(self.events(order)[4:], ['queued', 'declined', 'again', 'queued'])
        self.assertEqual(len(set(self.history(order)[4:].mapped('payload_id'))), 2)
        self.assertIn("No such address", self.details(order, 'declined')['reason'])

    def test_who_withdrew_it(self):
        order = self.ordered()
        order.with_user(self.other_buyer).button_cancel()
        order.with_user(self.other_buyer).button_draft()
        self.assertEqual(self.events(order)[4:], ['queued', 'withdrawn', 'drafted'])
        self.assertEqual(self.history(order)[-2].user_id, self.other_buyer)

    def test_each_try_that_did_not_reach_amazon(self):
        order = self.ordered()
        for _try in range(2):
            self.send(requests.exceptions.ConnectTimeout())
            self.later(order._amazon_request(), days=1)
        self.assertEqual(self.events(order)[4:], ['queued', 'unreached', 'unreached'])
        self.assertEqual(self.details(order, 'unreached')['attempt'], 2)

    def test_what_a_person_states_is_under_the_name_of_that_person(self):
        order = self.sent_order()
        order.with_user(self.manager)._amazon_want_cancel()
        order.with_user(self.manager)._amazon_state_cancelled()
        self.assertEqual(
            self.events(order)[6:], ['cancel_wanted', 'stated_cancelled', 'entered', 'cancelled', 'applied'])
        self.assertEqual(self.history(order).filtered(lambda row: row.event == 'stated_cancelled').user_id,
                         self.manager)

    def test_a_message_that_needs_attention_and_who_dealt_with_it(self):
        order = self.sent_order()
        document = self.deliver(confirmation_xml(order, [(7, 1, status('accept'))]))
        self.assertEqual(document.state, 'attention')
        document.with_user(self.manager).action_retry()
        if document.is_applied:
            document.with_user(self.manager).action_done()
            end = 'done'
        else:
            document.with_user(self.manager)._dismiss("A mistake")
            end = 'dismissed'
        events = self.events(order)[6:]
        self.assertIn('attention', events)
        self.assertIn('retried', events)
        self.assertEqual(events[-1], end)

    def test_a_changed_location(self):
        dock = self.env['stock.warehouse'].create({
            'name': "Second dock", 'code': "DOCK2", 'partner_id': self.warehouse.partner_id.id})
        self.group.warehouse_ids = [Command.link(dock.id)]
        order = self.make_order()
        order.with_user(self.buyer).picking_type_id = dock.in_type_id
        self.assertEqual(self.details(order, 'location'), {'deliver_to': "Second dock"})

    def test_a_history_outlives_its_order(self):
        order = self.make_order()
        order_id, name = order.id, order.name
        order.with_user(self.other_buyer).unlink()
        rows = self.env['amazon.punchout.trail'].search([('res_id', '=', order_id)], order='sequence')
        self.assertEqual(rows.mapped('event')[3:], ['cancelled', 'deleted'])
        self.assertEqual(set(rows.mapped('order_name')), {name})
        self.assertEqual(self.env['amazon.punchout.trail']._find_breaks([order_id]), {})

    def test_an_order_from_before_the_update_says_when_its_history_begins(self):
        order = self.ordered()
        self.as_database_owner("DELETE FROM amazon_punchout_trail WHERE res_id = %s", order.id)
        self.send(answer())
        self.assertEqual(self.events(order), ['begun', 'sent'])
        begun = json.loads(self.history(order)[0].details)
        self.assertEqual((begun['state'], begun['amazon_state']), ('purchase', 'queued'))
        self.assertTrue(begun['version'].startswith('19.0.'))
        self.assertEqual(self.breaks(order), [])

    def test_other_orders_have_no_history(self):
        order = self.env['purchase.order'].create({'partner_id': self.vendor.id})
        order.button_confirm()
        order.button_cancel()
        order.unlink()
        self.assertFalse(self.history(order))

    def test_no_secret_is_in_a_history(self):
        order = self.ordered()
        self.send(answer(code='400', text=f"The secret {SECRET} is wrong"))
        self.assertNotIn(SECRET, "\n".join(self.history(order).mapped('details')))


@tagged('post_install', '-at_install')
class TestTrailOfSeveralOrders(ShipNoticeCase, TrailCase):
    """A message about several orders is in the history of each."""

    def test_a_ship_notice_about_two_orders_is_in_both_histories(self):
        orders = self.sent_order() | self.sent_order()
        notice = self.deliver(ship_notice_xml(None, portions=''.join(map(self.portion, orders))))
        self.assertEqual(notice.state, 'processed')
        for order in orders:
            self.assertEqual(self.events(order)[-2:], ['received', 'applied'])
            self.assertEqual(self.history(order)[-2:].document_id, notice)
            self.assertEqual(self.breaks(order), [])

    def test_an_invoice_about_two_orders_is_in_both_histories(self):
        orders = self.sent_order() | self.sent_order()
        invoice = self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99')) for order in orders]))
        self.assertTrue(invoice.account_move_id)
        for order in orders:
            self.assertEqual(self.events(order)[-3:], ['received', 'billed', 'applied'])
        self.as_database_owner("UPDATE amazon_punchout_document SET body = 'eA==' WHERE id = %s", invoice.id)
        self.assertEqual([len(self.breaks(order)) for order in orders], [1, 1])

    def test_what_needs_a_person_is_in_both_histories(self):
        orders = self.sent_order() | self.sent_order()
        invoice = self.deliver(invoice_xml(
            [(order, invoice_line(1, 1, '9.99')) for order in orders], operation='delete'))
        self.assertEqual(invoice.state, 'attention')
        invoice.with_user(self.manager)._dismiss("Settled by phone")
        for order in orders:
            self.assertEqual(self.events(order)[-3:], ['received', 'attention', 'dismissed'])

    def test_a_retried_message_is_received_once(self):
        orders = self.sent_order() | self.sent_order()
        with patch.object(type(self.env['amazon.punchout.document']), '_apply_shipment', side_effect=UserError("No")):
            notice = self.deliver(ship_notice_xml(None, portions=''.join(map(self.portion, orders))))
        notice.with_user(self.manager).action_retry()
        for order in orders:
            self.assertEqual(self.events(order)[-4:], ['received', 'attention', 'retried', 'applied'])


@tagged('post_install', '-at_install')
class TestTrailIsAppendOnly(TrailCase):

    def test_nobody_adds_changes_or_deletes_a_row(self):
        order = self.ordered()
        for user in (self.buyer, self.manager, self.administrator, self.env.ref('base.user_admin'), self.env.user):
            rows = self.history(order).with_user(user).sudo()
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    rows.write({'details': '{}'})
                with self.assertRaises(UserError):
                    rows[-1].unlink()
                with lifted(), self.assertRaises(UserError):
                    rows[-1].copy({'sequence': 99})

    def test_the_database_itself_blocks_changes(self):
        order = self.ordered()
        for query in ("UPDATE amazon_punchout_trail SET user_id = 1", "DELETE FROM amazon_punchout_trail",
                      "TRUNCATE amazon_punchout_trail"):
            with self.subTest(query=query), mute_logger('odoo.sql_db'), \
                    self.assertRaises(psycopg2.errors.RaiseException), self.env.cr.savepoint():
                self.env.cr.execute(query)
        self.assertEqual(self.breaks(order), [])

    def test_only_those_who_look_after_orders_or_money_read_addresses_of_users(self):
        order = self.ordered()
        auditor = self.new_user('auditor', 'account.group_account_readonly')
        for user in (self.manager, self.administrator, auditor):
            self.assertTrue(self.history(order).with_user(user).read(['address', 'details_text']))
        with self.assertRaises(AccessError):
            self.history(order).with_user(self.buyer).read(['address'])

    def test_a_history_can_not_fork(self):
        """Two transactions that saw the same last row: the second one is repeated by Odoo."""
        order = self.ordered()
        stale = self.env['amazon.punchout.trail']._heads(order.ids)
        order._amazon_record('location', deliver_to="First")
        with patch.object(type(self.env['amazon.punchout.trail']), '_heads', lambda _trail, _ids: dict(stale)), \
                mute_logger('odoo.sql_db'), self.assertRaisesRegex(Exception, "at the same time"), \
                self.env.cr.savepoint():
            order._amazon_record('location', deliver_to="Second")
        order._amazon_record('location', deliver_to="Second")
        self.assertEqual(self.breaks(order), [])


@tagged('post_install', '-at_install')
class TestTrailCheck(TrailCase):

    def setUp(self):
        super().setUp()
        self.order = self.sent_order([item()])

    def test_a_changed_row_is_found(self):
        self.as_database_owner(
            "UPDATE amazon_punchout_trail SET user_id = %s WHERE res_id = %s AND event = 'approved'",
            self.manager.id, self.order.id)
        self.assertEqual(self.breaks(self.order), ["Row 4 (approved) was changed."])

    def test_every_value_of_a_row_is_covered(self):
        columns = {'res_id': self.order.id + 1000000, 'order_name': "P99999", 'moment': '2026-01-01 00:00:00.000001',
                   'user_name': "Another", 'address': '10.0.0.1', 'event': 'refused', 'details': '{"a":1}',
                   'payload_id': 'x', 'body_hash': 'x', 'previous_hash': 'x', 'user_id': self.manager.id,
                   'company_id': self.env['res.company'].create({'name': "Another"}).id,
                   'document_id': self.order.amazon_session_id._cart_document().id}
        for column, value in columns.items():
            with self.subTest(column=column):
                self.env.cr.execute("SAVEPOINT changed")
                self.as_database_owner(
                    f"UPDATE amazon_punchout_trail SET {column} = %s WHERE res_id = %s AND sequence = 5",
                    value, self.order.id)
                self.assertTrue(self.breaks(self.order))
                self.env.cr.execute("ROLLBACK TO SAVEPOINT changed")

    def test_a_row_that_was_taken_out_of_the_middle_is_found(self):
        self.as_database_owner(
            "DELETE FROM amazon_punchout_trail WHERE res_id = %s AND sequence IN (3, 4)", self.order.id)
        self.assertEqual(self.breaks(self.order), ["Rows 3 to 4 are missing."])

    def test_rows_that_were_numbered_anew_are_found(self):
        self.as_database_owner("DELETE FROM amazon_punchout_trail WHERE res_id = %s AND sequence = 6", self.order.id)
        self.as_database_owner("DELETE FROM amazon_punchout_trail WHERE res_id = %s AND sequence = 4", self.order.id)
        self.as_database_owner(
            "UPDATE amazon_punchout_trail SET sequence = 4 WHERE res_id = %s AND sequence = 5", self.order.id)
        self.assertIn("Row 4 does not follow the row before it.", self.breaks(self.order))

    def test_removed_last_rows_show_against_exported_heads_only(self):
        heads = {head['order']: (head['sequence'], head['hash'])
                 for head in self.env['amazon.punchout.trail']._export_heads()}
        self.as_database_owner("DELETE FROM amazon_punchout_trail WHERE res_id = %s AND sequence = 6", self.order.id)
        self.assertEqual(self.breaks(self.order), [])
        self.assertEqual(
            dict(self.env['amazon.punchout.trail']._find_all_breaks(heads)),
            {self.order.name: ["Row 6 is missing. It was the last row when the hashes were exported."]})

    def test_the_check_of_all_histories_says_in_the_log_how_far_it_is(self):
        check = 'odoo.addons.amazon_punchout.models.order.amazon_punchout_trail_check'
        with patch(f'{check}.BATCH', 1), patch(f'{check}.TOLD', 1), self.assertLogs(check, logging.INFO) as log:
            self.env.flush_all()
            list(self.env['amazon.punchout.trail']._find_all_breaks())
        count = len(self.env['amazon.punchout.trail']._export_heads())
        self.assertEqual(len(log.output), count)
        self.assertIn(f"{count} of {count} histories are checked", log.output[-1])

    def test_the_rows_that_were_added_since_are_counted(self):
        trail = self.env['amazon.punchout.trail']
        heads = {head['order']: (head['sequence'], head['hash']) for head in trail._export_heads()}
        self.assertEqual(trail._count_added(heads), 0)
        self.order._amazon_record('arrived')
        self.assertEqual(trail._count_added(heads), 1)
        new = self.history(self.make_order())
        self.assertEqual(trail._count_added(heads), 1 + len(new))

    def test_a_history_that_was_written_anew_shows_against_exported_heads(self):
        heads = {head['order']: (head['sequence'], head['hash'])
                 for head in self.env['amazon.punchout.trail']._export_heads()}
        self.as_database_owner("DELETE FROM amazon_punchout_trail WHERE res_id = %s AND sequence = 6", self.order.id)
        self.order._amazon_request()._record_event('declined')
        self.assertEqual(self.breaks(self.order), [])
        self.assertEqual(
            self.env['amazon.punchout.trail']._find_breaks(self.order.ids, heads)[self.order.id],
            ["The history up to row 6 has changed since the hashes were exported."])

    def test_a_changed_or_removed_document_is_found(self):
        request = self.order._amazon_request()
        request.body = False
        self.assertEqual(self.breaks(self.order), [
            f"The content of the document {request.payload_id} is missing, but did not expire."])
        request.body = b'UGxheXN0YXRpb24='
        self.assertEqual(
            self.breaks(self.order), [f"The content of the document {request.payload_id} was changed."])

    def test_a_damaged_document_is_found_and_the_check_goes_on(self):
        request = self.order._amazon_request()
        for damaged in (r"overlay(body placing '\xff' from 20)", "substr(body, 1, 40)", "'no base64'::bytea"):
            with self.subTest(damaged), self.env.cr.savepoint(flush=False) as savepoint:
                self.as_database_owner(
                    f"UPDATE amazon_punchout_document SET body = {damaged} WHERE id = %s", request.id)
                self.assertEqual(
                    self.breaks(self.order), [f"The content of the document {request.payload_id} was changed."])
                savepoint.rollback()
            self.env.invalidate_all()
