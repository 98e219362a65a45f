import hashlib
import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Command

from ... import cxml
from ...const import LONGEST_NAME, UNREADABLE
from ...tools.doubt import OrderInDoubt
from ...tools.log import log_document
from ...tools.sentences import sentence_of
from ...tools.steps import CONFLICTS, attempt, explain, stored_once
from ...tools.waiting import WAIT, OtherHalfMissing

_logger = logging.getLogger(__name__)

# What waits for its other half is tried again whenever something arrives that it names, and now and then anyway.
NEXT_TRY = timedelta(minutes=50)
# What has waited for too long needs a person, and is still tried this often: what it waits for may have come without a
# message, for example by another identity of the group.
LATE_TRY = timedelta(days=1)
# At first it is tried again soon: what it names may have been stored at the same moment, and could not wake it.
FIRST_TRY = timedelta(minutes=1)


class AmazonPunchoutDocumentInbox(models.Model):
    """The way of Amazon's messages into Odoo: stored and answered first, processed by a scheduled action.

    Each message is processed in a transaction of its own and any number of times, so a step may be repeated. A message
    that waits or needs attention has changed nothing, unless its step returned a sentence: `is_applied` says that
    everything else was done. Which message is next says `amazon_punchout_document_workers.py`.
    """
    _inherit = 'amazon.punchout.document'

    # === RECEIVING === #

    @api.model
    def _store_message(self, groups, envelope, raw):
        """Store an authenticated message and wake the scheduled action that processes it.

        A message that came before, with the same payloadID and content, changes nothing. One whose payloadID came
        before with other content is stored for a person.

        :param groups: the `amazon.punchout.group` records whose secret the message had
        :param cxml.RequestEnvelope envelope: who sends the message and what it is
        :param bytes raw: the document as it came
        :return: the stored document, or the one that came before
        """
        named = {each.identity for each in (*envelope.header.to, *envelope.header.sender)}
        addressed = groups.filtered(lambda group: group.identity in named) or groups
        return self._store_once(groups, {
            'document_type': envelope.document[:LONGEST_NAME],
            'payload_id': envelope.payload_id,
            'group_id': addressed[0].id,
            'deployment_mode': 'test' if envelope.deployment_mode == 'test' else 'production',
        }, raw)

    @api.model
    def _store_unreadable(self, groups, raw):
        """Store what came with the right user and password but can't be read, so that a person can look at it.

        :param groups: as for :meth:`_store_message`
        :param bytes raw: as for :meth:`_store_message`
        :return: as for :meth:`_store_message`
        """
        return self._store_once(groups, {
            'document_type': UNREADABLE, 'payload_id': None, 'group_id': groups[0].id, 'deployment_mode': 'production',
        }, raw)

    def _store_once(self, groups, vals, raw):
        """Store a document unless one with its payloadID and content is here; see :meth:`_store_message`."""
        payload_id, body = vals['payload_id'], cxml.redacted(raw)
        is_named = bool(payload_id) and len(payload_id) <= LONGEST_NAME
        if not is_named:
            payload_id = f'sha256:{hashlib.sha256(raw).hexdigest()}'
        vals.update(
            direction='in', state='received', payload_id=payload_id, account_group_id=groups.sorted('id')[0].id,
            body=body)
        if known := self._find_received(groups, payload_id):
            if not is_named:
                return known[0]
            same, reused_vals = known._prepare_reused_vals(groups, payload_id, body)
            if same:
                return same
            vals.update(reused_vals)
        if len(groups) > 1:
            vals['account_group_ids'] = groups.ids
        with stored_once("The same payloadID"):
            document = self.create(vals)
        self._wake_processing()
        return document

    # === PROCESSING === #

    def _process(self):
        """Do what the document says and keep the outcome.

        A document that another transaction has locked is left to that transaction.
        """
        self.ensure_one()
        started = time.monotonic()
        if not self.try_lock_for_update(allow_referencing=True):
            return
        self.invalidate_recordset(['state'])
        if self.state not in ('received', 'waiting') and not (self.state == 'attention' and self.lacks_other_half):
            return
        document = self.with_context(lang=self._language_of_notices())
        remark, error = attempt(
            self.env, document._run_step, f"Amazon document {self.id} could not be processed",
            expected=(OtherHalfMissing, UserError, cxml.CxmlError), conflicts=(*CONFLICTS, LockError))
        if error:
            document._keep_failure(error)
        else:
            document._keep_result(remark)
        self._log_processed(started)

    def _log_processed(self, started):
        """Write one line about this document to the server's log.

        :param float started: the `time.monotonic()` at which its processing began
        """
        log_document(
            _logger, 'processed', self.document_type, self.payload_id, order=self.purchase_order_id.sudo(),
            outcome=self.state, started=started)

    def _keep_result(self, remark):
        """Keep that the document was applied.

        :param str | None remark: what could not be done, while everything else was
        """
        self.is_applied = True
        if self.lacks_other_half:
            self.awaited_ids.unlink()
        self._record_event('applied', type=self.document_type)
        if remark:
            self._need_attention(remark)
        else:
            self.write({'state': 'processed', 'reason': False, 'next_try_at': False, 'lacks_other_half': False})
            self._close_activity()
        self._wake_waiting()  # in this transaction: a process that dies now leaves both undone

    def _keep_failure(self, error):
        """Keep that the document changed nothing, and why.

        :param Exception error: what its step raised
        """
        self._link_order()
        if isinstance(error, OrderInDoubt):
            self._keep_doubt(error)
        if isinstance(error, OtherHalfMissing):
            self._wait(sentence_of(error))
        elif isinstance(error, cxml.CxmlError):
            self._need_attention(self._(
                "%s Nothing was changed. Check on Amazon what the document is about, then press Dismiss.",
                self._explain_cxml_error(error)))
        else:
            self._need_attention(explain(self.env, error, f"Amazon document {self.id}"))

    def _wait(self, sentence):
        """Wait for the other half, or ask for attention once it has been missing for too long.

        :param str sentence: what is missing
        """
        now = fields.Datetime.now()
        if self.create_date < now - WAIT:
            self._need_attention(self._(
                "%(sentence)s Odoo has been waiting for it since %(date)s and will process this document as soon as it "
                "arrives. If it will not arrive, press Dismiss.",
                sentence=sentence, date=fields.Date.to_string(self.create_date)))
            self.write({'lacks_other_half': True, 'next_try_at': now + LATE_TRY})
        else:
            next_try_at = now + NEXT_TRY
            if self.state != 'waiting':
                self._record_event('waiting', type=self.document_type, reason=sentence)
                next_try_at = now + FIRST_TRY
                self._wake_processing(at=next_try_at)
            self.write({
                'state': 'waiting', 'reason': sentence, 'next_try_at': next_try_at, 'lacks_other_half': True})
        self._keep_awaited()

    # === FINDING ORDERS === #

    def _find_order(self, reference):
        """Find the order that a message is about, by the payloadID of any of its order requests.

        A number alone is enough only if the message has no payloadID and Amazon has received the order.

        :param cxml.OrderReference reference: as the message names it
        :return: the `purchase.order`, in superuser mode
        :raises OtherHalfMissing: no group that may send this document has such an order
        :raises OrderInDoubt: only a person can tell whether it is about that order
        :raises UserError: a test must not touch a live order, or the order was lost
        """
        order = own_payload = self._search_order(reference.payload_id, None)
        if not order:
            order = self._search_order(reference.payload_id, reference.order_id)
        if not order:
            self._check_not_lost(reference)
            raise OtherHalfMissing(self._no_order_sentence(reference))
        if self.deployment_mode == 'test' and order.amazon_deployment_mode == 'production':
            # Only this way round: a message without a mode counts as live, and Amazon's messages about tests have none.
            raise UserError(self._(
                "This message is a test, but order %s is a live order. Nothing was changed. Press Dismiss.",
                order.name))
        self._check_meant(order, reference, bool(own_payload))
        return order

    def _no_order_sentence(self, reference):
        """Say why the order of a message can't be found.

        :param cxml.OrderReference reference: as the message names it
        :rtype: str
        """
        name = reference.order_id or reference.payload_id
        if not name:
            return self._("Amazon's document does not refer to any order.")
        order = self._search_order_of_others(reference)
        if order and not order.amazon_group_id.active:
            return self._(
                "Amazon's message refers to order %(order)s of the Amazon group %(group)s, which is archived. "
                "Unarchive the group and press Retry.",
                order=order.name, group=order.amazon_group_id.name)
        if order:
            known_groups = self.account_group_ids | self.account_group_id or self.group_id
            return self._(
                "Amazon's message refers to order %(order)s of the Amazon group %(group)s, but it was authenticated "
                "for %(known)s only. If these groups share credentials on Amazon, enter the same From Identity and "
                "shared secret in each of them and press Retry.",
                order=order.name, group=order.amazon_group_id.name, known=", ".join(known_groups.mapped('name')))
        return self._("Amazon's message refers to order %s, which is not in Odoo.", name)

    def _search_order_of_others(self, reference):
        """Find the order of a group that this document may not speak for.

        The order is named to the person who reads why the document waits, so it is one of the document's own company.

        :param cxml.OrderReference reference: as the message names it
        :return: the `purchase.order`, in superuser mode, or none
        """
        orders_sudo = self.env['purchase.order'].sudo()  # of archived groups, too
        theirs = [
            ('company_id', '=', self.company_id.id),
            ('amazon_group_id', 'not in', [False, *self._credential_groups().ids]),
            ('amazon_state', '!=', 'cart')]
        if reference.payload_id and (order_sudo := orders_sudo.search([
            *theirs, ('amazon_document_ids', 'any', [
                ('payload_id', '=', reference.payload_id), ('direction', '=', 'out'),
                ('document_type', '=', 'OrderRequest')]),
        ], limit=1)):
            return order_sudo
        if not reference.order_id:
            return orders_sudo.browse()
        return orders_sudo.search([*theirs, ('name', '=', reference.order_id)], limit=1)

    def _search_order(self, payload_id, order_id):
        """Find the order of a group that this document was authenticated for.

        :param str | None payload_id: of an order request
        :param str | None order_id: the number of the order
        :return: the `purchase.order`, in superuser mode, or none
        """
        groups = self._credential_groups()
        if payload_id:
            request = self.sudo().search_fetch([
                ('payload_id', '=', payload_id), ('direction', '=', 'out'), ('document_type', '=', 'OrderRequest'),
                ('group_id', 'in', groups.ids)], ['purchase_order_id'], limit=1)
            if request.purchase_order_id:
                return request.purchase_order_id
            if self._is_of_other_credentials(payload_id):
                return self.env['purchase.order'].sudo().browse()
        orders_sudo = self.env['purchase.order'].sudo()  # of any company: the secret was checked
        if not order_id:
            return orders_sudo.browse()
        orders_sudo = orders_sudo.search([
            ('name', '=', order_id), ('amazon_group_id', 'in', groups.ids), ('amazon_state', '!=', 'cart')], limit=2)
        # Two companies may have orders of one number: without the payloadID it is unknown which of them is meant.
        return orders_sudo if len(orders_sudo) == 1 else orders_sudo.browse()

    def _is_of_other_credentials(self, payload_id):
        """Tell whether a payloadID is that of an order request of groups with other credentials.

        Two companies may have orders of one number: a message about the other's order must not change ours.

        :param str payload_id: of an order request, as a message names it
        :rtype: bool
        """
        return bool(self.sudo().search_count([
            ('payload_id', '=', payload_id), ('direction', '=', 'out'), ('document_type', '=', 'OrderRequest'),
            ('group_id', 'not in', self._credential_groups().ids)], limit=1))

    def _credential_groups(self):
        """Find the groups whose orders these documents may change.

        :return: the groups whose secret the documents had, and those that share credentials with them
        """
        return (self.account_group_ids | self.account_group_id | self.group_id)._with_shared_credentials()

    def _assign_orders(self, orders):
        """Put the document under its orders, and under the group of the first one, whose people are notified of it.

        :param orders: the `purchase.order` records that it is about
        """
        new = orders - self._orders()
        self.write({
            'purchase_order_id': orders[0].id, 'group_id': orders[0].amazon_group_id.id,
            'other_order_ids': [Command.set(orders[1:].ids)]})
        new._amazon_record(
            'received', document=self, user=self.env['res.users'], moment=self.create_date,
            address=self.remote_address, type=self.document_type)

    def _link_order(self):
        """Show a document that changes nothing on the orders that it names."""
        if self.purchase_order_id:
            return
        try:
            envelope = cxml.read_request(self._get_body())
        except ValueError:  # a CxmlError, or the stored content is damaged
            return
        orders = self.env['purchase.order'].sudo()
        orders = orders.union(*(self._search_order(payload_id, None) for payload_id in envelope.order_payload_ids))
        if not orders and not any(map(self._is_of_other_credentials, envelope.order_payload_ids)):
            orders = orders.union(*(self._search_order(None, order_id) for order_id in envelope.order_ids))
        if orders:
            self._assign_orders(orders)
