import logging
import time
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import SQL

from ... import cxml
from ...const import ORDER_TIMEOUT, RETRY_MINUTES
from ...tools.http_post import NoAnswer, NotDelivered, post_cxml
from ...tools.log import log_document
from ...tools.steps import apart

_logger = logging.getLogger(__name__)

ORDER_REQUESTS = ('document_type', '=', 'OrderRequest')
LONGEST_REASON = 1000
# The first of the two numbers of our advisory locks; the second is the document's.
HELD = int.from_bytes(b'amzn', 'big')


class AmazonPunchoutDocumentSending(models.Model):
    """The outbox: how an order request leaves Odoo.

    A document is taken with SKIP LOCKED, marked `sending` and committed before the first byte leaves. While it is sent,
    no transaction is open; the sender holds it by an advisory lock of its database session, which outlives commits and
    rollbacks and ends with the process. So a document that is `sending` and that no session holds was left by a sender
    that died: it becomes `unclear`, and is never sent again automatically. Any number of senders may run at once.
    """
    _inherit = 'amazon.punchout.document'

    # === QUEUEING === #

    def _queue(self):
        """Wake the sender for documents that were queued in this transaction."""
        if self:
            self._wake_sender()

    @api.model
    def _wake_sender(self, at=None):
        """Have the scheduled action run.

        :param datetime at: when; by default as soon as this transaction is committed
        """
        self._wake_scheduled_action('amazon_punchout.ir_cron_send', at=at)

    @api.model
    def _cron_send(self):
        """Send what is queued, one document after the other, each in its own transactions.

        One try may take CONNECT_TIMEOUT and ORDER_TIMEOUT, and Odoo kills a scheduled action after
        limit_time_real_cron (120 seconds by default). So another one begins only while `_commit_progress` leaves time,
        which it does for the first ten seconds of a run; the next run sends the rest.
        """
        cron = self.env['ir.cron']
        for group in self.env['amazon.punchout.group']._stopped_groups():
            apart(group._notify_stopped, self.env)
        for document in self.search([('state', '=', 'sending'), ORDER_REQUESTS]):
            apart(document._settle_if_sender_died, self.env)
        for document in self.search([('to_tell', '=', True)]):
            apart(document._update_order, self.env)
        while cron._commit_progress() and (document := self._take_next()):
            try:
                document._send()
            finally:
                document._release()
            cron._commit_progress(1)
        for document in self.search([('queued_at', '<', fields.Datetime.now() - timedelta(hours=1)),
                                     ('state', '=', 'queued'), ORDER_REQUESTS]):
            apart(document._notify_waiting, self.env)
        cron._commit_progress(remaining=self.search_count([
            ('state', '=', 'queued'), ORDER_REQUESTS,
            ('group_id', 'any', self.env['amazon.punchout.group']._sending_domain()),
            '|', ('next_try_at', '=', False), ('next_try_at', '<=', fields.Datetime.now())]))

    # === TAKING === #

    @api.model
    def _take_next(self):
        """Take the oldest document that is due and that no other sender holds: hold it, mark it `sending` and commit.

        :return: the document, or an empty recordset if nothing is due
        """
        return retrying(self._mark_next, self.env)

    def _mark_next(self):
        """Hold and mark the next document; see :meth:`_take_next`, which repeats this after a conflict."""
        now = fields.Datetime.now()
        self.flush_model(['state', 'next_try_at', 'group_id'])
        self.env['amazon.punchout.group'].flush_model(['state', 'database_uuid', 'database_name'])
        self.env['purchase.order'].flush_model(['state'])
        last_id = 0
        uuid, name = self.env['amazon.punchout.group']._this_database()
        # A group that was set up in another database sends nothing from this one, and an order that is not or no longer
        # approved is not sent, whatever state its document was left in.
        while rows := self.env.execute_query(SQL(
            """
            SELECT document.id
              FROM amazon_punchout_document document
              JOIN amazon_punchout_group punchout_group ON punchout_group.id = document.group_id
              JOIN purchase_order ON purchase_order.id = document.purchase_order_id
             WHERE document.state = 'queued'
               AND document.document_type = 'OrderRequest'
               AND (document.next_try_at IS NULL OR document.next_try_at <= %s)
               AND punchout_group.state != 'draft'
               AND (punchout_group.database_uuid IS NULL
                    OR (punchout_group.database_uuid, punchout_group.database_name) = (%s, %s))
               AND purchase_order.state = 'purchase'
               AND document.id > %s
          ORDER BY document.id
             LIMIT 1
               FOR NO KEY UPDATE OF document SKIP LOCKED
            """, now, uuid, name, last_id,
        )):
            document = self.browse(rows[0])
            last_id = document.id
            if not self.env.execute_query(SQL("SELECT pg_try_advisory_lock(%s, %s)", HELD, last_id))[0][0]:
                continue
            try:
                document.write({
                    'state': 'sending', 'tries': document.tries + 1, 'last_try_at': now, 'next_try_at': False})
                self.env.flush_all()
            except BaseException:
                document._release()
                raise
            return document
        return self.browse()

    def _release(self):
        """Stop holding the document, whatever state the transaction is in."""
        self.env.cr.rollback()
        self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s, %s)", HELD, self.id))

    def _settle_if_sender_died(self):
        """Mark a document that a sender left behind as unclear: it may have been sent or not."""
        free = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", HELD, self.id))[0][0]
        if free and self.state == 'sending':
            self._store_outcome('unclear', 0, self._in_notified_language().env._(
                "Odoo stopped while the order was being sent, so it is unclear whether Amazon has the order."))

    # === SENDING === #

    def _send(self):
        """Send one document that :meth:`_take_next` took, and store the outcome."""
        self.ensure_one()
        started, order_name = time.monotonic(), self.purchase_order_id.name
        secret = self.group_id._secret('shared_secret')
        state, code, reason = self._in_notified_language()._try_to_send(secret)
        log_document(
            _logger, 'sending', self.document_type, self.payload_id, order=order_name,
            outcome=self._outcome_name(state, code), started=started)
        # An answer may quote what it complains about, and at any length.
        reason = reason.replace(secret or "\0", "***").replace("\0", "")[:LONGEST_REASON]
        self._settle(state, code, reason)

    def _outcome_name(self, state, code):
        """Name the outcome of a try for the log, which is English.

        :param str state: the document's new state
        :param int code: the status code of the answer, 0 if there is none
        :rtype: str
        """
        if state == 'refused':
            return f'declined ({code})' if code else 'not sent'
        return {'queued': 'not connected'}.get(state, state)

    def _in_notified_language(self):
        """Give this document in the language of the person who is notified of problems."""
        person = self.group_id._person_to_notify(self.purchase_order_id.amazon_requester_id)
        return self.with_context(lang=person.lang or self.env.lang)

    def _try_to_send(self, secret):
        """Send the document once.

        :param str secret: the group's, to put in
        :return: the document's new state, the status code of the answer or 0, the reason in words
        :rtype: tuple[str, int, str]
        """
        group = self.group_id
        if self.deployment_mode != group._deployment_mode():
            return 'refused', 0, self.env._(
                "it was shopped in %(shopped)s mode, but the Amazon group %(group)s is now in %(now)s mode",
                shopped=self._mode_name(self.deployment_mode), group=group.name,
                now=self._mode_name(group._deployment_mode()))
        url = group.order_url or ""
        try:
            body = cxml.with_shared_secret(self._get_body(), secret)
        except cxml.CxmlError as error:
            # A secret that no document can carry: nothing was sent, and no other try will help.
            return 'refused', 0, self._explain_cxml_error(error)
        networks = group._allowed_networks()
        self.env['ir.cron']._commit_progress()  # no transaction stays open while Amazon takes its time
        try:
            answer = post_cxml(url, body, ORDER_TIMEOUT, networks)
        except NotDelivered as error:
            return 'queued', 0, self._explain_http_error(error)
        except NoAnswer as error:
            return 'unclear', 0, self.env._(
                "The order was sent, but the answer was not clear (%s), so it is unclear whether Amazon has the order.",
                self._explain_http_error(error))
        return self._read_order_answer(answer)

    def _mode_name(self, mode):
        return dict(self._fields['deployment_mode']._description_selection(self.env))[mode]

    def _read_order_answer(self, answer):
        """Judge Amazon's answer to an order request.

        Only a 2xx counts as received and only a 4xx as declined. A 5xx comes from a server that may have processed the
        order before it failed, so it is unclear, and so is everything that can't be read or contradicts itself.

        :param http_post.Answer answer: what came back
        :return: the document's new state, the status code, the reason in words
        :rtype: tuple[str, int, str]
        """
        try:
            response = cxml.read_response(answer.body)
        except cxml.CxmlError as error:
            if 300 <= answer.status < 500 and answer.status != 408:
                return 'refused', answer.status, self.env._(
                    "The order address answered with HTTP %s. Check the Purchase Order Request Address and the "
                    "credentials of the Amazon group", answer.status)
            return 'unclear', answer.status, self.env._(
                "Amazon's answer could not be read (HTTP %(status)s: %(error)s), so it is unclear whether Amazon has "
                "the order.", status=answer.status, error=self._explain_cxml_error(error).rstrip('.'))
        text = response.message or response.text or self.env._("no reason given")
        if 200 <= response.code < 300 and 200 <= answer.status < 300:
            return 'sent', response.code, text
        if 400 <= response.code < 500 and answer.status < 500:
            return 'refused', response.code, self._explain_declined(text)
        return 'unclear', response.code, self.env._(
            "Amazon answered with a server error: “%(text)s” (%(code)s, HTTP %(status)s), so it is unclear whether "
            "Amazon has the order.", text=text, code=response.code, status=answer.status)

    def _explain_declined(self, text):
        """Put the error codes in Amazon's words into the reader's, as confirmations do.

        :param str text: Amazon's own words
        :return: the reason, without a full stop
        :rtype: str
        """
        words = self.env['purchase.order.line']._amazon_explain_codes(cxml.find_error_codes([text]))
        if not words:
            return text
        return ". ".join([*words, self.env._("Amazon: “%s”", " / ".join(cxml.split_comments([text])))])

    # === THE OUTCOME OF A TRY === #

    def _settle(self, state, code, reason):
        """Store the outcome of a try, in three transactions.

        The answer comes only once, so it is first stored on the document alone, which nobody else writes now. Then it
        is brought to the order, which a user may be working on, and to the other documents in the queue.

        :param str state: the document's new state
        :param int code: the status code of the answer, 0 if there is none
        :param str reason: in words
        """
        self.ensure_one()
        try:
            retrying(partial(self._store_outcome, state, code, reason), self.env)
        except Exception:
            _logger.error("Amazon order request %s is %s (%s), which could not be stored: it will count as unclear",
                          self.id, state, code)
            raise
        if not apart(self._update_order, self.env):
            apart(self._update_order_state, self.env)
        apart(self._move_queue, self.env)

    def _store_outcome(self, state, code, reason):
        """Store the outcome of a try on the document; the parameters are those of :meth:`_settle`."""
        self.invalidate_recordset(['state'])
        if self.state == 'sent':
            return  # a message from Amazon about the order arrived before the answer: it has the order
        if state == 'refused' and self.has_left:
            # It was unclear and sent again: that this try was declined says nothing about the first one.
            state, reason = 'unclear', self._in_notified_language().env._(
                "The order was sent more than once. The last attempt was declined (%s), but it is unclear whether an "
                "earlier one reached Amazon.", reason)
        vals = {'state': state, 'answer_code': code, 'reason': reason, 'next_try_at': False, 'to_tell': True}
        if state == 'queued':
            minutes = RETRY_MINUTES[min(self.tries, len(RETRY_MINUTES)) - 1]
            vals['next_try_at'] = fields.Datetime.now() + timedelta(minutes=minutes)
            self._wake_sender(at=vals['next_try_at'])
        elif code or state != 'refused':
            vals['has_left'] = True
        self.write(vals)

    def _update_order(self):
        """Bring the outcome to the order, once: another sender may be about to do it as well."""
        if self.to_tell:
            self.to_tell = False
            self.purchase_order_id._amazon_request_settled(self._in_notified_language())

    def _update_order_state(self):
        """Bring at least the state to the order if its chatter or an activity fails; the rest is tried again."""
        self.purchase_order_id._amazon_apply_state(self)

    def _move_queue(self):
        """Let the other documents of the group wait while its address can't be reached, and send them once it answers.

        So a dead address is tried once in a while and not once for each order.
        """
        now = fields.Datetime.now()
        others = [('group_id', '=', self.group_id.id), ('id', '!=', self.id), ('state', '=', 'queued'), ORDER_REQUESTS]
        if self.state == 'queued':
            due = ['|', ('next_try_at', '=', False), ('next_try_at', '<=', now)]
            self.search(others + due).try_lock_for_update(allow_referencing=True).write({
                'next_try_at': self.next_try_at, 'reason': self.reason})
        else:
            self.search([*others, ('next_try_at', '>', now)]).try_lock_for_update(
                allow_referencing=True).next_try_at = False
        if self.state == 'sent':
            self._wake_waiting()

    def _notify_waiting(self):
        """Notify the responsible person of an order that could not be sent for more than an hour."""
        document = self._in_notified_language()
        env, group = document.env, document.group_id
        values = {'order': document.purchase_order_id.name, 'group': group.name, 'reason': document.reason}
        if group.state == 'draft':
            sentence = env._(
                "Order %(order)s has been waiting for more than an hour: the Amazon group %(group)s is in draft. It is "
                "sent as soon as this is resolved. To take it back, press Withdraw.", **values)
        elif group._sending_stopped_reason():
            sentence = env._(
                "Order %(order)s has been waiting for more than an hour: the Amazon group %(group)s was set up in "
                "another database; see its form. It is sent as soon as this is resolved. To take it back, press "
                "Withdraw.", **values)
        elif document.reason:
            sentence = env._(
                "Order %(order)s has been waiting for more than an hour: Amazon can't be reached (%(reason)s). It is "
                "sent as soon as this is resolved. To take it back, press Withdraw.", **values)
        else:
            sentence = env._(
                "Order %(order)s has been waiting for more than an hour: Amazon can't be reached. It is sent as soon "
                "as this is resolved. To take it back, press Withdraw.", **values)
        document.purchase_order_id._amazon_raise_problem(sentence)

    # === DECISIONS OF A PERSON === #

    def _withdraw(self):
        """Take back a document that has not been sent.

        :raises UserError: it is being sent, or was sent
        """
        for document in self:
            if document.has_left:
                raise UserError(document.purchase_order_id._amazon_why_not_cancel())
            if not document.try_lock_for_update() or document.state != 'queued':
                raise UserError(self.env._(
                    "Order %s is already on its way to Amazon and can no longer be withdrawn. Nothing was changed.",
                    document.purchase_order_id.name))
            document.write({'state': 'cancelled', 'next_try_at': False})

    def _send_same_again(self):
        """Queue an `unclear` document once more: the same bytes, so that Amazon can recognise the payloadID."""
        self.ensure_one()
        self.write({'state': 'queued', 'queued_at': fields.Datetime.now(), 'reason': False, 'sent_elsewhere': False})
        self._queue()
