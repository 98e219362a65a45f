"""Amazon's messages in Odoo: processed, waiting for their other half, or in need of attention."""
import logging
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import LockError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import cxml
from ...tools.waiting import OtherHalfMissing
from ..common import SECRET, answer
from ..cxml_builder import confirmation_xml, envelope, invoice_line, invoice_xml, reference
from ..inbox_case import CRON, LOGGER, InboxCase


@tagged('post_install', '-at_install')
class TestWaiting(InboxCase):

    def lost(self):
        """Deliver a confirmation of an order that Odoo doesn't have.

        :return: the document as superuser
        """
        return self.confirm(order_reference=(
            '<OrderReference orderID="P-NOWHERE"><DocumentReference payloadID="nowhere"/></OrderReference>'))

    def test_a_message_that_is_earlier_than_its_order_is_processed_automatically(self):
        order = self.ordered()
        document = self.confirm(order,
                                order_reference=reference(order, 'later@odoo.example').replace(order.name, 'P-LATER'))
        self.assertEqual((document.state, document.purchase_order_id.id), ('waiting', False))
        self.assertIn('P-LATER', document.reason)
        self.assertFalse(document.activity_ids)
        self.requests(order).payload_id = 'later@odoo.example'  # now it is here
        self.send(answer())
        self.run_cron(CRON)
        self.assertEqual((document.state, document.reason, document.purchase_order_id), ('processed', False, order))
        self.assertEqual(order.amazon_state, 'confirmed')

    def test_an_order_that_arrives_at_amazon_wakes_what_waits(self):
        document = self.lost()
        self.assertGreater(document.next_try_at, fields.Datetime.now())
        triggers = self.triggers()
        order = self.ordered()
        self.requests(order).payload_id = 'nowhere'
        self.send()
        self.assertLessEqual(document.next_try_at, fields.Datetime.now())
        self.assertTrue(self.triggers() - triggers)

    def test_an_order_that_a_person_found_at_amazon_wakes_what_waits(self):
        document = self.lost()
        order = self.ordered()
        self.requests(order).payload_id = 'nowhere'
        self.send(answer(status=500, code='500'))
        order.with_user(self.manager).action_amazon_arrived()
        self.assertLessEqual(document.next_try_at, fields.Datetime.now())

    def credit_before_its_invoice(self, order):
        """Deliver a credit that waits for the document with the payloadID `invoice`.

        :return: the payloadIDs that were tried so far, and the document as superuser
        """
        tried = []

        def does(document):
            tried.append(document.payload_id)
            if document.payload_id == 'credit' and 'invoice' not in tried:
                raise OtherHalfMissing("Its invoice is not here.")
        self.step(does, '_process_invoice')
        return tried, self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99'))], payload_id='credit'))

    def test_what_was_processed_wakes_what_waits_for_it_in_the_same_run(self):
        order = self.sent_order()
        tried, credit = self.credit_before_its_invoice(order)
        self.assertEqual((credit.state, credit.reason, credit.purchase_order_id),
                         ('waiting', "Its invoice is not here.", order))
        invoice = self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99'))], payload_id='invoice'))
        self.assertEqual((invoice.state, credit.state, credit.reason), ('processed', 'processed', False))
        self.assertEqual(tried, ['credit', 'invoice', 'credit'])

    def test_what_waited_itself_wakes_what_waits_for_it_in_the_same_run(self):
        done, order = [], self.sent_order()
        needs = {'credit': 'invoice', 'invoice': 'order'}

        def does(document):
            if needs.get(document.payload_id, 'order') not in [*done, document.payload_id]:
                raise OtherHalfMissing("Its other half is not here.")
            done.append(document.payload_id)
        self.step(does, '_process_invoice')
        first, second, third = (
            self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99'))], payload_id=name))
            for name in ('credit', 'invoice', 'order'))
        self.assertEqual((first + second + third).mapped('state'), ['processed'] * 3)
        self.assertEqual(done, ['order', 'invoice', 'credit'])

    def test_what_comes_with_other_credentials_wakes_nothing(self):
        document = self.lost()
        tried = []
        self.step(lambda each: tried.append(each))
        _company, other, _warehouse = self.make_company("Second")
        other.write({'identity': 'Other', 'shared_secret': 'another'})
        self.deliver(envelope('<ConfirmationRequest/>'), group=other)
        self.assertEqual((len(tried), document.state), (1, 'waiting'))

    def test_what_was_applied_once_and_waits_now_does_not_run_for_ever(self):
        self.step(lambda _document: "Line 9 is not in the order.")
        document = self.confirm()
        self.step(lambda _document: "fine")
        self.break_step("The order is gone.", OtherHalfMissing)
        document.with_user(self.manager).action_retry()
        self.assertEqual((document.state, document.is_applied), ('waiting', True))
        self.run_later(hours=2)
        self.assertEqual(document.state, 'waiting')

    def test_after_a_day_of_waiting_the_responsible_is_notified_once(self):
        document = self.lost()
        self.run_later(hours=23)
        self.assertEqual((document.state, bool(document.activity_ids)), ('waiting', False))
        self.run_later(hours=25)
        self.assertEqual(document.state, 'attention')
        self.assertIn("P-NOWHERE", document.reason)
        self.assertIn("as soon as it arrives", document.reason)
        self.assertEqual(document.activity_ids.user_id, self.administrator)
        self.run_later(hours=50)
        self.assertEqual(len(document.activity_ids), 1)

    def test_what_waited_for_more_than_a_day_is_still_tried_once_a_day(self):
        """Nothing may announce what it waits for: a run was cut off, or the group has another identity now."""
        tried, credit = self.credit_before_its_invoice(self.sent_order())
        self.run_later(hours=25)
        self.assertEqual(credit.state, 'attention')
        before = len(tried)
        self.run_later(hours=26)
        self.assertEqual(len(tried), before)
        self.run_later(hours=50)
        self.assertEqual(len(tried), before + 1)
        self.assertEqual(len(credit.activity_ids), 1)

    def test_what_waited_for_more_than_a_day_is_still_processed_automatically(self):
        order = self.sent_order()
        tried, credit = self.credit_before_its_invoice(order)
        self.run_later(hours=25)
        self.assertEqual((credit.state, len(credit.activity_ids)), ('attention', 1))
        self.run_later(hours=30)
        self.assertEqual(tried, ['credit'] * 2, "nothing has come, so it is not tried again")
        self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99'))], payload_id='invoice'))
        self.assertEqual((credit.state, credit.reason, len(credit.activity_ids)), ('processed', False, 0))

    def test_an_order_that_comes_after_more_than_a_day_gets_its_messages(self):
        order = self.ordered()
        document = self.confirm(order,
                                order_reference=reference(order, 'later@odoo.example').replace(order.name, 'P-LATER'))
        self.run_later(hours=25)
        self.assertEqual(document.state, 'attention')
        self.requests(order).payload_id = 'later@odoo.example'
        self.send(answer())
        self.run_cron(CRON)
        self.assertEqual((document.state, order.amazon_state), ('processed', 'confirmed'))


@tagged('post_install', '-at_install')
class TestProcessing(InboxCase):

    def test_what_failed_is_undone_and_the_responsible_is_notified(self):
        self.break_step("Order P1 can't be changed. Fix it and press Retry.")
        order = self.sent_order()
        document = self.confirm(order)
        self.assertEqual(
            (document.state, document.reason), ('attention', "Order P1 can't be changed. Fix it and press Retry."))
        self.assertFalse(document.is_applied)
        self.assertEqual(document.purchase_order_id, order, "it is shown on the order that it is about")
        self.assertFalse(self.group.message_ids.filtered(lambda message: "Half done" in message.body))
        activity = document.activity_ids
        self.assertEqual(activity.user_id, self.administrator)
        self.assertIn("P1", activity.note)
        self.assertIn(order.name, activity.summary)

    def test_a_remark_keeps_what_was_done(self):
        def does(document):
            self.group.with_env(document.env).message_post(body="All but one done")
            return "Line 9 is not in the order."
        self.step(does)
        document = self.confirm()
        self.assertEqual(
            (document.state, document.is_applied, document.reason), ('attention', True, "Line 9 is not in the order."))
        self.assertTrue(self.group.message_ids.filtered(lambda message: "All but one done" in message.body))
        self.assertTrue(document.activity_ids)

    def test_what_odoo_cannot_read_is_explained(self):
        for raw, words in (
            (envelope('<ConfirmationRequest/>'), "has no"),
            (envelope('<InvoiceDetailRequest/>'), "has no"),
            (envelope('<ShipNoticeRequest/>'), "has no"),
        ):
            document = self.deliver(raw)
            self.assertEqual(document.state, 'attention')
            self.assertIn(words, document.reason)

    @mute_logger('odoo.addons.amazon_punchout.tools.steps')
    def test_an_error_of_ours_is_no_secret_and_stops_no_other_message(self):
        def does(document):
            if document.payload_id == 'bad':
                raise RuntimeError("very secret")
        self.step(does)
        documents = self.env['amazon.punchout.document'].sudo()
        for payload_id in ('bad', 'good'):
            raw = envelope('<ConfirmationRequest/>', payload_id=payload_id)
            documents |= documents._store_message(self.group, cxml.read_request(raw), raw)
        self.run_cron(CRON)
        bad, good = documents.sorted('id')
        self.assertEqual((bad.state, good.state), ('attention', 'processed'))
        self.assertNotIn("secret", bad.reason)
        self.assertIn("log", bad.reason)

    @mute_logger('odoo.addons.amazon_punchout.tools.steps')
    def test_what_another_transaction_is_in_the_way_of_is_tried_again_soon(self):
        self.break_step("Another user has it", LockError)
        triggers = self.triggers()
        document = self.confirm()
        self.assertEqual((document.state, bool(document.activity_ids)), ('received', False))
        self.assertTrue((self.triggers() - triggers).filtered(lambda trigger: trigger.call_at > fields.Datetime.now()))
        self.step(lambda _document: None)
        self.run_cron(CRON)
        self.assertEqual(document.state, 'processed')

    def test_what_the_scheduler_has_no_time_for_is_the_next_runs(self):
        reported = []
        no_time = patch.object(
            self.env.registry['ir.cron'], '_commit_progress',
            lambda _cron, _processed=0, *, remaining=None, **_kwargs: reported.append(remaining) or 0.0)
        self.step(lambda _document: None)
        order = self.sent_order()
        with no_time:
            document = self.confirm(order)
        self.assertEqual((document.state, reported[-1]), ('received', 1))
        self.run_cron(CRON)
        self.assertEqual(document.state, 'processed')

    def test_each_processed_document_is_one_line_of_the_log(self):
        order = self.sent_order()
        nowhere = envelope(
            '<ConfirmationRequest><ConfirmationHeader operation="new" type="accept" noticeDate="2026-03-02T10:00:00Z"/>'
            '<OrderReference orderID="P-NOWHERE"/></ConfirmationRequest>', payload_id='lost', secret=SECRET)
        for outcome, about, raw in (
            ('processed', f'good for order {order.name}', confirmation_xml(
                order, kind='accept', payload_id='good', secret=SECRET)),
            ('attention', 'bad', envelope('<ConfirmationRequest/>', payload_id='bad', secret=SECRET)),
            ('waiting', 'lost', nowhere),
        ):
            with self.subTest(outcome), self.assertLogs(LOGGER, logging.INFO) as logs:
                document = self.deliver(raw)
                self.assertEqual(document.state, outcome)
            self.assertEqual(len(logs.output), 1)
            self.assertRegex(
                logs.output[0], rf'Amazon document ConfirmationRequest {about} processed: {outcome} in \d+ ms$')
            self.assertNotIn(SECRET, logs.output[0])
        with self.assertNoLogs(LOGGER, logging.INFO):
            self.run_cron(CRON)

    def test_a_second_failure_notifies_nobody_twice(self):
        self.break_step("First")
        document = self.confirm()
        self.break_step("Second")
        document.with_user(self.manager).action_retry()
        self.assertEqual((document.state, document.reason), ('attention', "Second"))
        self.assertEqual(len(document.activity_ids), 1)
        self.assertIn("Second", document.activity_ids.note)

    def test_the_person_for_bills_is_notified_of_invoices(self):
        self.step(lambda _document: "Look at it.", '_process_invoice')
        order = self.sent_order()
        document = self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99'))]))
        self.assertEqual(document.activity_ids.user_id, self.administrator)
        self.group.bill_user_id = self.accountant
        document = self.deliver(invoice_xml([(order, invoice_line(1, 1, '9.99'))], invoice_id='INV-2'))
        self.assertEqual(document.activity_ids.user_id, self.accountant)
        self.step(lambda _document: "Look at it.")
        self.assertEqual(self.confirm(order).activity_ids.user_id, self.administrator, "not what buyers look after")

    def test_a_person_who_has_left_is_not_notified(self):
        self.break_step()
        self.administrator.active = False
        person = self.confirm().activity_ids.user_id
        self.assertTrue(person.has_group('purchase.group_purchase_manager'), "the requester may not decide about it")

    def test_a_problem_is_in_the_language_of_the_person_who_is_notified(self):
        self.env['res.lang']._activate_lang('de_DE')
        self.administrator.lang = 'de_DE'
        seen = []
        self.step(lambda document: seen.append(document.env.lang))
        self.confirm()
        self.assertEqual(seen, ['de_DE'])
