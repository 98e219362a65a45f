import logging
import zlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ... import cxml
from ...const import PROCESSOR
from ...tools.hold import Hold
from ...tools.steps import apart, attempt
from ...tools.waiting import LACKING

_logger = logging.getLogger(__name__)

# The first of the two numbers of our advisory locks on messages, and on what they are about.
HELD_MESSAGE = int.from_bytes(b'amzd', 'big')
HELD_SUBJECT = int.from_bytes(b'amzm', 'big')
# PostgreSQL has room for a few thousand locks of all transactions together.
MOST_SUBJECTS = 1000
# What became of a message that a worker has found.
DONE, HELD, FAILED, GONE = 'done', 'held', 'failed', 'gone'
# What another transaction had locked, or a conflict kept from being processed, is tried again after this long. What
# another worker held is done by that; only if two were in each other's way, one has to come again.
LOCKED_TRY, HELD_TRY = timedelta(minutes=5), timedelta(minutes=1)


class AmazonPunchoutDocumentWorkers(models.Model):
    """The workers of the inbox: scheduled actions of which each takes the next message that no other one is in.

    Any number may run at once. What is known of an order is applied from all of its messages together, so two that are
    about the same order or invoice must not be processed at once: neither would see the other. A worker holds all that
    a message is about by advisory locks (`tools/hold.py`), which end with the process, before the transaction begins
    that processes it. It passes over what another one holds: that one looks again for what is due before it ends.
    """
    _inherit = 'amazon.punchout.document'

    # === WAKING === #

    @api.model
    def _wake_processing(self, at=None):
        """Have the scheduled actions that process messages run.

        :param datetime at: when; by default as soon as this transaction is committed
        """
        for key in self.env['amazon.punchout.senders']._keys(PROCESSOR):
            self._wake_scheduled_action(f'amazon_punchout.{key}', at=at)

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_process(self):
        """Process what is due, until there is nothing more.

        What is processed makes due what waited for it, in the same transaction. Odoo runs an action that has more to do
        only when it looks for due ones the next time, which is up to a minute later, so it is woken.
        """
        cron, passed = self.env['ir.cron'], {HELD: self.browse(), FAILED: self.browse()}
        while (has_time := cron._commit_progress()) and (found := self._next_messages(passed[HELD] | passed[FAILED])):
            for document in found:
                if not (has_time := cron._commit_progress()):
                    break
                outcome = document._process_alone()
                if outcome in passed:
                    passed[outcome] |= document
                elif outcome == DONE:
                    cron._commit_progress(1)
        left = len(self._next_messages(self.browse()))
        if left and not has_time:
            self._wake_processing()
        elif left:
            self._wake_processing(at=fields.Datetime.now() + (LOCKED_TRY if passed[FAILED] else HELD_TRY))
        cron._commit_progress(remaining=0 if has_time else left)

    @api.model
    def _next_messages(self, passed):
        """Find the messages that are due: what is new, and what waits and is to be tried again.

        :param passed: documents that this run could not process
        :return: documents, the oldest first
        """
        mine = [('account_group_id', '!=', False), ('id', 'not in', passed.ids)]
        new = self.search([*mine, ('state', '=', 'received')], order='id')
        due = self.search([*mine, *LACKING, ('next_try_at', '<=', fields.Datetime.now())], order='id')
        return (new | due).sorted('id')

    def _process_alone(self):
        """Process this document in a transaction of its own, while nobody else is in anything that it is about.

        Whatever fails here is only this document's: the others must not wait behind it.

        :return: DONE, HELD by another worker, FAILED, or GONE if another worker has processed it since it was found
        :rtype: str
        """
        with Hold(self.env.registry) as hold:
            try:
                hold.begin()
                if not hold.take(HELD_MESSAGE, self.id):
                    return HELD
                if not self.search_count([('id', '=', self.id), '|', ('state', '=', 'received'), '&', *LACKING]):
                    return GONE
                document = self._with_body_read()
                if not all(hold.take(HELD_SUBJECT, number) for number in document._subject_numbers()):
                    return HELD
                self.env.cr.rollback()  # the next transaction sees what was committed before all this was held
                return DONE if apart(document._process, self.env) and not document._is_left() else FAILED
            except Exception:
                _logger.exception("Amazon document %s could not be held; the next run tries it again", self.id)
                return FAILED
            finally:
                self.env.cr.rollback()

    def _is_left(self):
        """Tell whether this document is still due, since another transaction had locked it."""
        return self.state == 'received' or bool(self.filtered_domain(
            [*LACKING, ('next_try_at', '<=', fields.Datetime.now())]))

    # === WHAT A MESSAGE IS ABOUT === #

    def _with_body_read(self):
        """Give this document with its content at hand, so that it is parsed once for all steps.

        No client can send what the context has then. Its step says so if the content is damaged.
        """
        try:
            body = cxml.ReceivedDocument(self._stored_body())
        except ValueError:
            return self
        return self.with_context(amazon_body_at_hand=(self.id, body))

    def _get_body(self):
        """Override to take the content that is at hand."""
        match self.env.context.get('amazon_body_at_hand'):
            case (self.id, cxml.ReceivedDocument() as body):
                return body
        return super()._get_body()

    def _subject_numbers(self):
        """Number everything that this message is about, for the locks.

        If that can't be found out, the message is processed all the same, so that its step says what is wrong. Of very
        much only a part is locked: what is here first.

        :rtype: list[int]
        """
        numbers, _error = attempt(
            self.env, self._find_subject_numbers, f"What Amazon document {self.id} is about could not be read")
        return (numbers or [])[:MOST_SUBJECTS]

    def _find_subject_numbers(self):
        """Number what is here, then what may come; each of them in the order in which all workers lock.

        A message may name an order by its number and another one by its payloadID, so orders are looked up. What is not
        here yet has its name only. Two names that get the same number only wait for each other.

        :rtype: list[int]
        """
        references = list(self._subject_references())
        rows = self.env.execute_query(SQL(
            """
            SELECT purchase_order_id FROM amazon_punchout_document
             WHERE payload_id = ANY(%(references)s) AND document_type = 'OrderRequest' AND purchase_order_id IS NOT NULL
             UNION
            SELECT id FROM purchase_order WHERE name = ANY(%(references)s) AND amazon_group_id IS NOT NULL
            """, references=references)) if references else ()
        return [number for names in ((f'order {order_id}' for (order_id,) in rows), references)
                for number in sorted({zlib.crc32(name.encode()) - 2 ** 31 for name in names})]

    def _hold_subjects(self):
        """Hold what this message is about until the end of this transaction, which is a person's, unless a worker does.

        :rtype: bool
        """
        rows = self.env.execute_query(SQL(
            "SELECT pg_try_advisory_xact_lock(%s, number) FROM unnest(%s::integer[]) AS subject (number)",
            HELD_SUBJECT, self._subject_numbers()))
        return all(is_held for (is_held,) in rows)
