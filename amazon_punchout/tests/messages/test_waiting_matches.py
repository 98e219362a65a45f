"""What waits is tried again when something arrives that it names, and by nothing else."""
import hashlib
from pathlib import Path

from odoo import fields
from odoo.modules.module import load_script
from odoo.tests import tagged

from ... import cxml
from ..cxml_builder import confirmation_xml, invoice_line, invoice_xml, reference
from ..message_case import MessageCase

PROCESS = 'amazon_punchout.ir_cron_process'
MIGRATION = Path(__file__).resolve().parents[2] / 'migrations' / '19.0.2.5.0' / 'post-waiting.py'


@tagged('post_install', '-at_install')
class TestWaitingMatches(MessageCase):

    def waiting(self, number):
        """Deliver a confirmation of an order that Odoo doesn't have.

        :return: the document as superuser
        """
        order = self.env['purchase.order'].search([('amazon_state', '!=', False)], limit=1) or self.sent_order()
        document = self.deliver(confirmation_xml(
            order, kind='accept', payload_id=f'waits{number}', order_reference=(
                f'<OrderReference orderID="P-NOWHERE{number}"><DocumentReference payloadID="nowhere{number}"/>'
                '</OrderReference>')))
        self.assertEqual(document.state, 'waiting')
        return document

    def test_a_document_that_waits_knows_what_it_waits_for(self):
        document = self.waiting(1)
        self.assertEqual(set(document.awaited_ids.mapped('reference')), {'P-NOWHERE1', 'nowhere1'})

    def noting(self):
        """Note which documents are processed.

        :return: their payloadIDs
        """
        tried, Documents = [], type(self.env['amazon.punchout.document'])
        process = Documents._process

        def note(document):
            tried.append(document.payload_id)
            return process(document)
        self.patch(Documents, '_process', note)
        return tried

    def test_what_is_not_named_is_not_tried_again(self):
        waiting = self.waiting(1)
        order = self.sent_order()
        next_try = waiting.next_try_at
        tried = self.noting()
        self.deliver(confirmation_xml(order, kind='accept', payload_id='other'))
        self.sent_order()
        self.assertEqual(tried, ['other'])
        self.assertEqual(waiting.next_try_at, next_try)

    def test_it_is_woken_by_the_payload_id_and_by_the_number(self):
        for number, key in ((1, 'payload_id'), (2, 'name')):
            with self.subTest(key):
                waiting = self.waiting(number)
                order = self.ordered()
                if key == 'payload_id':
                    self.requests(order).payload_id = f'nowhere{number}'
                else:
                    self.env.flush_all()
                    self.env.cr.execute(
                        "UPDATE purchase_order SET name = %s WHERE id = %s", [f'P-NOWHERE{number}', order.id])
                    self.env.invalidate_all()
                self.send()
                self.assertLessEqual(waiting.next_try_at, fields.Datetime.now())

    def test_a_credit_memo_is_woken_by_the_invoice_that_it_names(self):
        """Its invoice may be about more orders than the credit memo."""
        order, other, third = self.sent_order(), self.sent_order(), self.sent_order()
        credit = self.deliver(invoice_xml(
            [(order, invoice_line(1, -1, '9.99'))], purpose='creditMemo', invoice_id='CR-1', payload_id='credit',
            original_invoice_id='INV-1'))
        self.assertEqual(credit.state, 'waiting', credit.reason)
        tried = self.noting()
        self.deliver(invoice_xml([(other, invoice_line(1, 1, '9.99'))], invoice_id='INV-2', payload_id='invoice2'))
        self.assertEqual(tried, ['invoice2'])
        self.deliver(invoice_xml([(third, invoice_line(1, 1, '9.99'))], invoice_id='INV-1', payload_id='invoice1'))
        self.assertEqual(tried, ['invoice2', 'invoice1', 'credit'])

    def test_one_confirmation_costs_the_same_however_many_wait(self):
        counts = {}
        self.deliver(confirmation_xml(self.sent_order(), kind='accept', payload_id='first'))  # what is read but once
        documents = self.waiting(0)
        for number in (0, 10, 30):
            while len(documents) <= number:
                documents |= self.waiting(len(documents))
            order = self.sent_order()
            raw = confirmation_xml(order, kind='accept', payload_id=f'counted{number}')
            self.begin_anew()
            before = self.env.cr.sql_log_count
            self.deliver(raw)
            counts[number] = self.env.cr.sql_log_count - before
        self.assertEqual(len(set(counts.values())), 1, counts)

    def test_what_there_is_no_time_for_is_tried_in_the_next_run_at_once(self):
        order = self.ordered()
        waiting = self.deliver(confirmation_xml(
            order, kind='accept', payload_id='early',
            order_reference=reference(order, 'later@odoo.example').replace(order.name, 'P-LATER')))
        self.assertEqual(waiting.state, 'waiting')
        self.requests(order).payload_id = 'later@odoo.example'
        self.send()
        self.assertLessEqual(waiting.next_try_at, fields.Datetime.now())
        self.patch(self.env.registry['ir.cron'], '_commit_progress', lambda *_args, **_kwargs: 0.0)
        before = self.env['ir.cron.trigger'].search([])
        waiting.browse()._cron_process()
        triggers = self.env['ir.cron.trigger'].search([]) - before
        self.assertEqual(triggers.cron_id, self.env.ref(PROCESS))
        self.assertLessEqual(min(triggers.mapped('call_at')), fields.Datetime.now())

    def test_of_two_that_were_woken_none_is_forgotten_if_the_time_is_over_after_the_first(self):
        first, second = self.waiting(1), self.waiting(2)
        order = self.sent_order()
        for document in (first, second):  # each waits for something else as well
            document.awaited_ids[:1].reference = order.name
        raw = confirmation_xml(order, kind='accept', payload_id='other')
        self.env['amazon.punchout.document'].sudo()._store_message(self.group, cxml.read_request(raw), raw)
        tried, Cron = self.noting(), self.env.registry['ir.cron']
        commit = Cron._commit_progress

        def in_time(cron, *args, **kwargs):
            commit(cron, *args, **kwargs)
            return 0.0 if first.payload_id in tried else 10.0
        self.patch(Cron, '_commit_progress', in_time)
        self.run_cron(PROCESS)
        self.assertEqual(tried, ['other', first.payload_id])
        self.assertLessEqual(second.next_try_at, fields.Datetime.now())

    def test_what_has_come_is_not_awaited_any_more(self):
        document = self.waiting(1)
        self.requests(self.sent_order()).payload_id = 'nowhere1'
        document.with_user(self.manager).action_retry()
        self.assertFalse(document.lacks_other_half)
        self.assertFalse(document.awaited_ids)

    def test_a_number_that_no_index_can_hold_stops_nothing(self):
        number = ''.join(hashlib.sha512(bytes([each])).hexdigest() for each in range(40))
        document = self.waiting(number)
        self.assertFalse(document.awaited_ids)

    def test_what_waited_when_the_database_was_updated_is_tried_again(self):
        document = self.waiting(1)
        document.write({'state': 'attention', 'next_try_at': False})
        document.awaited_ids.unlink()
        script = load_script(str(MIGRATION), 'amazon_punchout_post_waiting')
        for _run in range(2):
            script.migrate(self.env.cr, '19.0.2.4.0')
            self.env.invalidate_all()
            self.assertEqual(set(document.awaited_ids.mapped('reference')), {'P-NOWHERE1', 'nowhere1'})
            self.assertLessEqual(document.next_try_at, fields.Datetime.now())
