import logging
import time
from functools import partial

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying

from ... import cxml
from ...const import ORDER_TIMEOUT
from ...tools.durable import make_durable
from ...tools.http_post import NoAnswer, NotDelivered, post_cxml
from ...tools.log import log_document
from ...tools.masking import masked
from ...tools.outcome import Outcome
from ...tools.sentences import sentence_of, shortened, shown_choice
from ...tools.steps import apart, explain

_logger = logging.getLogger(__name__)

LONGEST_REASON = 1000


class AmazonPunchoutDocumentSending(models.Model):
    """How an order request that a sender has taken leaves Odoo, and what became of it."""
    _inherit = 'amazon.punchout.document'

    # === SENDING === #

    def _send(self):
        """Send one document that :meth:`_mark_next` took, and store the outcome."""
        self.ensure_one()
        started, order_name = time.monotonic(), self.purchase_order_id.name
        outcome = self._try_to_send()
        log_document(
            _logger, 'sending', self.document_type, self.payload_id, order=order_name,
            outcome=self._outcome_name(outcome), started=started)
        self._settle(outcome)

    def _outcome_name(self, outcome):
        """Name the outcome of a try for the log, which is English.

        :param Outcome outcome: of the try
        :rtype: str
        """
        if outcome.state == 'refused':
            return f'declined ({outcome.code})' if outcome.code else 'not sent'
        return {'queued': 'not connected'}.get(outcome.state, outcome.state)

    def _in_notified_language(self):
        """Give this document in the language of the person who is notified of the problem of its order."""
        order = self.purchase_order_id
        person = order._amazon_person_to_notify() if order else self.group_id._person_to_notify()
        return self.with_context(lang=person.lang or self.env.lang)

    def _try_to_send(self):
        """Send the document once.

        Whatever fails before the first byte leaves is not unclear: the order is not at Amazon.

        :rtype: Outcome
        """
        try:
            document = self._in_notified_language()
            group = document._check_mode()
            url, secret = group.order_url or "", group._secret('shared_secret')
            networks = group._allowed_networks()
            body = cxml.with_shared_secret(document._get_body(), secret)
        except UserError as error:
            return Outcome('refused', 0, sentence_of(error))
        except cxml.CxmlError as error:  # a secret that no document can carry: no other try will help
            return Outcome('refused', 0, document._explain_cxml_error(error))
        except psycopg2.OperationalError:
            raise  # nothing can be stored
        except Exception as error:
            self.env.cr.rollback()
            what = f"Amazon order request {self.id} could not be prepared"
            _logger.exception("%s", what)
            return Outcome('refused', 0, explain(self.env, error, what).rstrip('.'))
        if not secret:  # an open group has one, unless the environment of this process lacks it
            fault = document._("the Amazon group %s has no Shared Secret", group.name)
            return Outcome('queued', 0, fault, fault=fault)
        self.env['ir.cron']._commit_progress()  # no transaction stays open while Amazon takes its time
        try:
            outcome = document._read_order_answer(post_cxml(url, body, ORDER_TIMEOUT, networks))
        except NotDelivered as error:
            fault = document._explain_http_error(error)
            return Outcome('queued', 0, fault, fault=fault)
        except NoAnswer as error:
            fault = document._explain_http_error(error)
            outcome = Outcome('unclear', 0, document._(
                "The order was sent, but the answer was not clear (%s), so it is unclear whether Amazon has the order.",
                fault), fault=fault)
        # An answer may quote what it complains about, and at any length.
        return outcome._replace(
            reason=shortened(masked(outcome.reason, secret), LONGEST_REASON), fault=masked(outcome.fault, secret))

    def _check_mode(self):
        """Check that the group is still in the mode in which the order was shopped.

        :return: the group, an `amazon.punchout.group`
        :raises UserError: it is not
        """
        group = self.group_id
        if self.deployment_mode != group._deployment_mode():
            raise UserError(self._(
                "it was shopped in %(shopped)s mode, but the Amazon group %(group)s is now in %(now)s mode",
                shopped=self._mode_name(self.deployment_mode), group=group.name,
                now=self._mode_name(group._deployment_mode())))
        return group

    def _mode_name(self, mode):
        return shown_choice(self, 'deployment_mode', mode)

    # === THE OUTCOME OF A TRY === #

    def _settle(self, outcome):
        """Store the outcome of a try, in three transactions.

        The answer comes only once, so it is first stored on the document alone, which nobody else writes now. Then it
        is brought to the order, which a user may be working on, and to the outbox of the group.

        :param Outcome outcome: of the try
        """
        self.ensure_one()
        try:
            retrying(partial(self._store_outcome, outcome), self.env)
        except Exception:
            _logger.error("Amazon order request %s is %s (%s), which could not be stored: it will count as unclear",
                          self.id, outcome.state, outcome.code)
            raise
        if not apart(self._update_order, self.env):
            apart(self._update_order_state, self.env)
        apart(partial(self._move_queue, outcome.fault), self.env)

    def _store_outcome(self, outcome):
        """Store the outcome of a try on the document.

        :param Outcome outcome: of the try
        """
        make_durable(self.env.cr)  # the answer comes only once
        self.invalidate_recordset(['state'])
        if self.state == 'sent':
            return  # a message from Amazon about the order arrived before the answer: it has the order
        if outcome.state == 'refused' and self.has_left:
            # It was unclear and sent again: that this try was declined says nothing about the first one.
            outcome = Outcome('unclear', outcome.code, self._(
                "The order was sent more than once. The last attempt was declined (%s), but it is unclear whether an "
                "earlier one reached Amazon.", outcome.reason))
        vals = {
            'state': outcome.state, 'answer_code': outcome.code, 'reason': outcome.reason,
            'is_answer_unread': outcome.is_unread, 'next_try_at': False, 'to_tell': True}
        if outcome.state == 'queued':
            vals['next_try_at'] = fields.Datetime.now() + self._outbox()._pause()
            self._wake_sender(at=vals['next_try_at'])
        elif outcome.code or outcome.state != 'refused':
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

    def _move_queue(self, fault):
        """Have the group rest if Amazon does not answer, and go on once it does.

        So a dead address is tried once in a while and not once for each order.

        :param str | None fault: as of an `Outcome`
        """
        if fault:
            self._outbox()._rest(fault)
        elif fault is not None:
            self._outbox()._note_clear_answer()
        if self.state == 'sent':
            self._wake_waiting()

    def _outbox(self):
        """Find the outbox of the document's group.

        :return: an `amazon.punchout.outbox`
        """
        return self.env['amazon.punchout.outbox']._of(self.group_id)

    def _notify_waiting(self):
        """Notify the responsible person of an order that could not be sent for more than an hour."""
        document = self._in_notified_language()
        env, group = document.env, document.group_id
        values = {'order': document.purchase_order_id.name, 'group': group.name, 'reason': document.reason}
        if document.has_left:  # sent again after it was unclear, so it can't be withdrawn
            sentence = document.purchase_order_id._amazon_queued_sentence(document)
        elif group.state == 'draft':
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
                "Order %(order)s has been waiting for more than an hour and was not sent: %(reason)s. It is sent as "
                "soon as this is resolved. To take it back, press Withdraw.", **values)
        else:
            sentence = env._(
                "Order %(order)s has been waiting for more than an hour and was not sent yet. To take it back, press "
                "Withdraw.", **values)
        document.purchase_order_id._amazon_raise_problem(sentence)

    # === SENT BY ANOTHER DATABASE === #

    def _hold_as_sent_elsewhere(self, reason):
        """Hold a document that waits for a person, since another database may have sent it.

        :param str reason: why, without a full stop
        """
        self.lock_for_update()
        self.invalidate_recordset(['state'])
        if self.state != 'queued':
            return
        self._store_outcome(Outcome('unclear', 0, reason))
        self.sent_elsewhere = True
        self._update_order()

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
            make_durable(self.env.cr)  # or after a crash it would be sent, although it was withdrawn
            document.write({'state': 'cancelled', 'next_try_at': False})

    def _send_same_again(self):
        """Queue an `unclear` document once more: the same bytes, so that Amazon can recognise the payloadID."""
        self.ensure_one()
        self.write({'state': 'queued', 'queued_at': fields.Datetime.now(), 'reason': False, 'sent_elsewhere': False})
        self.group_id._ask_now()
