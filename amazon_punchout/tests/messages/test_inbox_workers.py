"""Several workers process Amazon's messages: those of one order one after the other, and none is left behind."""
import re
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.exceptions import UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from ... import cxml
from ...cxml import invoice_detail_request
from ...models.messages.amazon_punchout_document_workers import DONE, HELD_MESSAGE, HELD_SUBJECT, MOST_SUBJECTS
from ...tools.hold import Hold
from ..cxml_builder import confirmation_xml, envelope, invoice_line, invoice_xml, ship_notice_xml
from ..inbox_case import CRON, LOGGER, InboxCase

WORKERS_LOGGER = 'odoo.addons.amazon_punchout.models.messages.amazon_punchout_document_workers'
STEPS_LOGGER = 'odoo.addons.amazon_punchout.tools.steps'


@tagged('post_install', '-at_install')
class TestWorkers(InboxCase):

    def stored(self, raw):
        """Store a message that no worker has seen."""
        return self.env['amazon.punchout.document'].sudo()._store_message(self.group, cxml.read_request(raw), raw)

    @contextmanager
    def other_worker(self, *locks):
        """Let another worker, in a session of its own, hold something."""
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            for lock in locks:
                cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", lock)
                self.assertTrue(cr.fetchone()[0])
            yield

    def subjects(self, document):
        return [(HELD_SUBJECT, number) for number in document._subject_numbers()]

    # === ONE ORDER, ONE WORKER === #

    def test_what_is_about_an_order_that_another_worker_holds_is_left_to_that(self):
        order, other = self.sent_order(), self.sent_order()
        first = self.stored(confirmation_xml(order, kind='accept', payload_id='first'))
        held = self.stored(ship_notice_xml(order, [(1, 1)], payload_id='held'))
        free = self.stored(confirmation_xml(other, kind='accept', payload_id='free'))
        triggers = self.triggers()
        with self.other_worker(*self.subjects(first)):
            self.run_cron(CRON)
        self.assertEqual([each.state for each in (first, held, free)], ['received', 'received', 'processed'])
        self.assertLessEqual(min((self.triggers() - triggers).mapped('call_at')),
                             fields.Datetime.now() + timedelta(minutes=1))
        self.run_cron(CRON)
        self.assertEqual([each.state for each in (first, held)], ['processed', 'processed'])

    def test_a_message_that_another_worker_is_in_is_passed_over(self):
        document = self.stored(confirmation_xml(self.sent_order(), kind='accept'))
        with self.other_worker((HELD_MESSAGE, document.id)):
            self.run_cron(CRON)
        self.assertEqual(document.state, 'received')
        self.run_cron(CRON)
        self.assertEqual(document.state, 'processed')

    def test_the_number_and_the_payload_id_of_an_order_are_the_same_order(self):
        order = self.sent_order()
        request = self.requests(order)
        number, payload = (
            f'<OrderReference {name}><DocumentReference payloadID="{payload_id}"/></OrderReference>'
            for name, payload_id in ((f'orderID="{order.name}"', ''), ('', request.payload_id)))
        documents = [self.stored(confirmation_xml(
            order, kind='accept', payload_id=name, order_reference=text))
            for name, text in (('by number', number), ('by payloadID', payload))]
        self.assertTrue(set.intersection(*(set(each._subject_numbers()) for each in documents)))
        stranger = self.stored(confirmation_xml(self.sent_order(), kind='accept', payload_id='stranger'))
        self.assertFalse({*documents[0]._subject_numbers()} & {*stranger._subject_numbers()})

    def test_an_invoice_that_comes_twice_and_its_credit_memo_are_not_processed_at_once(self):
        first, second, third = self.sent_order(), self.sent_order(), self.sent_order()
        invoice, again, credit = (self.stored(raw) for raw in (
            invoice_xml([(first, invoice_line(1, 1, '9.99'))], invoice_id='INV-7', payload_id='once'),
            invoice_xml([(second, invoice_line(1, 1, '9.99'))], invoice_id='INV-7', payload_id='again'),
            invoice_xml([(third, invoice_line(1, -1, '9.99'))], purpose='creditMemo', invoice_id='CR-7',
                        original_invoice_id='INV-7', payload_id='credit')))
        for document in (again, credit):
            self.assertTrue({*invoice._subject_numbers()} & {*document._subject_numbers()})

    def test_a_worker_reads_an_invoice_once(self):
        document = self.stored(invoice_xml([(self.sent_order(), invoice_line(1, 1, '9.99'))], invoice_id='INV-8'))
        with patch.object(invoice_detail_request, 'only_currency', wraps=invoice_detail_request.only_currency) as read:
            self.run_cron(CRON)
        self.assertNotEqual(document.state, 'received')
        self.assertEqual(read.call_count, 1, "its values are made anew for each who asks")

    def test_a_message_that_can_not_be_read_stops_no_worker(self):
        document = self.stored(envelope('<ConfirmationRequest/>'))
        self.run_cron(CRON)
        self.assertEqual(document.state, 'attention')

    def test_a_person_does_not_retry_what_a_worker_is_in(self):
        self.break_step()
        document = self.confirm()
        with self.other_worker(*self.subjects(document)), self.assertRaisesRegex(UserError, "is being processed"):
            document.with_user(self.manager).action_retry()
        self.assertEqual(document.state, 'attention')

    def test_who_is_notified_of_an_order_does_not_write_its_vendor(self):
        """All orders have that vendor: of two messages that are processed at once, one would have to be repeated."""
        self.env['ir.config_parameter'].sudo().set_param('auth_signup.invitation_scope', 'b2c')
        order = self.sent_order()
        self.env.flush_all()
        execute, written = sql_db.Cursor.execute, []

        def note(cursor, query, *args, **kwargs):
            result = execute(cursor, query, *args, **kwargs)
            written.extend(re.findall(r'^ *UPDATE "?(res_partner|res_company|amazon_punchout_group)\b',
                                      cursor._obj.query.decode(errors='replace')))
            return result
        with patch.object(sql_db.Cursor, 'execute', note):
            message = order.message_post(body="Confirmed", partner_ids=self.manager.partner_id.ids)
            self.env.flush_all()
        self.assertEqual(message.notified_partner_ids, self.manager.partner_id)
        self.assertEqual(written, [])

    # === ONE THAT CAN'T BE PREPARED STOPS NO OTHER ONE === #

    def two_messages(self):
        return [self.stored(confirmation_xml(self.sent_order(), kind='accept', payload_id=name))
                for name in ('first', 'second')]

    def damage(self, document):
        """Spoil the stored content, as a disk or a bad restore does."""
        self.env.flush_all()
        self.env.cr.execute(
            r"UPDATE amazon_punchout_document SET body = overlay(body placing '\xff' from 20) WHERE id = %s",
            [document.id])
        self.env.invalidate_all()

    def test_a_damaged_message_needs_a_person_and_the_next_one_is_processed(self):
        first, second = self.two_messages()
        self.damage(first)
        with mute_logger(LOGGER, STEPS_LOGGER):
            self.run_cron(CRON)
        self.assertEqual((first.state, second.state), ('attention', 'processed'))
        self.assertIn("server log", first.reason)
        form = Form(first.with_user(self.manager))
        self.assertFalse(form.body_text)
        with mute_logger(LOGGER, STEPS_LOGGER):
            first.with_user(self.manager).action_retry()
            first.with_user(self.manager)._dismiss("Amazon sent it again")
        self.assertEqual(first.state, 'dismissed')

    def test_an_addon_that_can_not_tell_what_a_message_is_about_stops_no_message(self):
        documents = self.two_messages()
        broken = self.env.registry['amazon.punchout.document']._subject_references

        def references(document):
            if document == documents[0]:
                raise KeyError('orderID')
            return broken(document)
        self.step(references, '_subject_references')
        with mute_logger(STEPS_LOGGER):
            self.run_cron(CRON)
        self.assertEqual([document.state for document in documents], ['processed', 'processed'])

    def test_a_lock_that_can_not_be_had_is_that_message_s_problem_only(self):
        """PostgreSQL may have no room for another lock."""
        first, second = self.two_messages()
        take = Hold.take

        def no_room(hold, key, number):
            if (key, number) == (HELD_MESSAGE, first.id):
                raise psycopg2.errors.OutOfMemory("out of shared memory")
            return take(hold, key, number)
        with patch.object(Hold, 'take', no_room), self.assertLogs(WORKERS_LOGGER, 'ERROR'):
            self.run_cron(CRON)
        self.assertEqual((first.state, second.state), ('received', 'processed'))
        self.run_cron(CRON)
        self.assertEqual(first.state, 'processed')

    def test_a_message_that_names_very_much_takes_a_limited_number_of_locks(self):
        order = self.sent_order()
        document = self.stored(confirmation_xml(order, kind='accept'))
        alone = document._subject_numbers()
        self.step(lambda _document: {order.name, *map(str, range(MOST_SUBJECTS))}, '_subject_references')
        many = document._subject_numbers()
        self.assertEqual(len(many), MOST_SUBJECTS)
        self.assertTrue({*alone} & {*many}, "what is here goes first")

    # === WAKING === #

    def waiting_credit(self, order):
        """Deliver a credit memo before its invoice."""
        credit = self.deliver(invoice_xml(
            [(order, invoice_line(1, -1, '9.99'))], purpose='creditMemo', invoice_id='CR-1', payload_id='credit',
            original_invoice_id='INV-1'))
        self.assertEqual(credit.state, 'waiting')
        return credit

    def test_what_waits_is_woken_in_the_transaction_of_what_comes(self):
        """A process that dies after it has committed an invoice must not leave the credit memo waiting for an hour."""
        credit = self.waiting_credit(self.sent_order())
        invoice = self.stored(invoice_xml(
            [(self.sent_order(), invoice_line(1, 1, '9.99'))], invoice_id='INV-1', payload_id='invoice'))
        triggers = self.triggers()
        credit.next_try_at = fields.Datetime.now() + timedelta(hours=1)
        invoice._process()
        self.assertEqual(invoice.state, 'processed', invoice.reason)
        self.assertLessEqual(credit.next_try_at, fields.Datetime.now())
        self.assertTrue(self.triggers() - triggers)

    def test_what_begins_to_wait_is_tried_again_soon_in_case_the_other_half_came_at_the_same_moment(self):
        """Neither of two transactions sees the other: the one that comes can't wake what does not wait yet."""
        credit = self.waiting_credit(self.sent_order())
        soon = fields.Datetime.now() + timedelta(minutes=2)
        self.assertLessEqual(credit.next_try_at, soon)
        self.assertTrue(self.triggers().filtered(
            lambda trigger: fields.Datetime.now() < trigger.call_at <= soon))
        self.run_later(minutes=2)
        self.assertGreater(credit.next_try_at, soon + timedelta(minutes=40), "after that, rarely")


@tagged('post_install', '-at_install')
class TestSnapshot(TransactionCase):
    """With connections of its own, since a test's other cursors share its transaction."""

    def test_a_worker_sees_what_the_one_before_it_did_to_the_order(self):
        """Until it holds what a message is about, another worker may still commit something about that."""
        name, seen = 'amazon_punchout.test_snapshot', []

        def read(document):
            return document.env.execute_query(SQL("SELECT value FROM ir_config_parameter WHERE key = %s", name))

        def subject_numbers(document):
            self.assertEqual(read(document), [])  # from here on, this transaction sees nothing newer
            with self.registry.cursor() as cr:
                cr.execute("INSERT INTO ir_config_parameter (key, value) VALUES (%s, 'changed')", [name])
            return []

        def forget():
            with self.registry.cursor() as cr:
                cr.execute("DELETE FROM ir_config_parameter WHERE key = %s", [name])
        self.addCleanup(forget)
        model = self.registry['amazon.punchout.document']
        for method, does in {
            'search_count': lambda *_args: 1, '_with_body_read': lambda document: document, '_is_left': lambda _: False,
            '_subject_numbers': subject_numbers, '_process': lambda document: seen.extend(read(document)),
        }.items():
            self.patch(model, method, does)
        with self.registry.cursor() as cr:
            worker = api.Environment(cr, SUPERUSER_ID, {})['amazon.punchout.document']
            self.assertEqual(worker.browse(1)._process_alone(), DONE)
        self.assertEqual(seen, [('changed',)])
