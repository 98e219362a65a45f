from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.service.model import retrying
from odoo.tools import SQL

from ...const import SENDER
from ...tools.durable import make_durable
from ...tools.hold import Hold
from ...tools.outcome import Outcome
from ...tools.steps import apart

ORDER_REQUESTS = ('document_type', '=', 'OrderRequest')
# The first of the two numbers of our advisory locks; the second is the group's.
HELD = int.from_bytes(b'amzn', 'big')
# The second number of the lock of the sender that does what concerns no single group.
HOUSE = 0
# What a person's transaction was in the way of is tried again after this long.
LOCKED_TRY = timedelta(minutes=1)


class AmazonPunchoutDocumentSender(models.Model):
    """The senders: each takes the next order request of the group whose turn it is.

    Groups take turns, and a group has one sender at most at any time, which holds it by an advisory lock
    (`tools/hold.py`) that ends with the process. A document is marked `sending` and committed before the first byte
    leaves, and no other transaction of the sender is open then. So a document that is `sending` in a group that nobody
    holds was left by a sender that died: it becomes `unclear`, and is never sent again automatically. Any number of
    senders may run at once. A group that does not answer rests (`amazon.punchout.outbox`).
    """
    _inherit = 'amazon.punchout.document'

    # === QUEUEING === #

    def _queue(self):
        """Wake the senders for documents that were queued in this transaction."""
        if self:
            self._wake_sender()

    @api.model
    def _wake_sender(self, at=None):
        """Have the scheduled actions that send run.

        All of them: one may be waiting for a group that does not answer.

        :param datetime at: when; by default as soon as this transaction is committed
        """
        for key in self.env['amazon.punchout.senders']._keys(SENDER):
            self._wake_scheduled_action(f'amazon_punchout.{key}', at=at)

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_send(self):
        """Send what is queued, one document after the other, each in its own transactions.

        One try may take CONNECT_TIMEOUT and ORDER_TIMEOUT, and Odoo kills a scheduled action after
        limit_time_real_cron (120 seconds by default). So another one begins only while `_commit_progress` leaves time,
        which it does for the first ten seconds of a run; the next run sends the rest.
        """
        cron = self.env['ir.cron']
        self._alone(self._settle_all)
        while (has_time := cron._commit_progress()) and self._send_next():
            cron._commit_progress(1)
        self._alone(self._notify_all_waiting)
        self._leave_rest(has_time)

    def _alone(self, step):
        """Run a step unless another sender is in one: two would notify people of the same twice.

        :param step: called without arguments
        """
        self.env['ir.cron']._commit_progress()  # the step sees what the one before has stored
        with Hold(self.env.registry) as hold:
            try:
                hold.begin()
                if hold.take(HELD, HOUSE):
                    step()
            finally:
                self.env.cr.rollback()

    def _settle_all(self):
        """Find out why groups are stopped, and settle what senders that died have left behind."""
        for group in self.env['amazon.punchout.group']._stopped_groups():
            apart(group._notify_stopped, self.env)
        for group in self.env['amazon.punchout.group']._groups_to_place():
            apart(group._notice_place, self.env)
        for document in self.search([('state', '=', 'sending'), ORDER_REQUESTS]):
            apart(document._settle_if_sender_died, self.env)
        for document in self.search([('to_tell', '=', True)]):
            apart(document._update_order_left, self.env)

    def _notify_all_waiting(self):
        """Notify people of orders that wait for long. Of a group that rests they are notified once, by the watch."""
        resting = self.env['amazon.punchout.outbox']._resting_groups(fields.Datetime.now())
        for document in self.search([
                ('queued_at', '<', fields.Datetime.now() - timedelta(hours=1)), ('state', '=', 'queued'),
                ORDER_REQUESTS, ('group_id', 'not in', resting.ids)]):
            apart(document._notify_waiting, self.env)

    def _leave_rest(self, has_time):
        """Leave what is due to the next run, which begins at once if this one had no more time.

        Odoo runs an action that has more to do only when it looks for due ones the next time, which is up to a minute
        later, so it is woken. What another sender holds is left to that. If nothing is due, nobody is woken.

        :param bool has_time: whether this run ended because it could take nothing more
        """
        cron = self.env['ir.cron']
        free = set(self._due_group_ids()) - self._held_group_ids()
        left = free and self.search_count([
            ('state', '=', 'queued'), ORDER_REQUESTS, ('group_id', 'in', list(free)),
            '|', ('next_try_at', '=', False), ('next_try_at', '<=', fields.Datetime.now())])
        if left:
            # A person's transaction was in the way of what could have been taken.
            self._wake_sender(at=fields.Datetime.now() + LOCKED_TRY if has_time else None)
        cron._commit_progress(remaining=0 if has_time else left or 0)

    # === TAKING === #

    @api.model
    def _send_next(self):
        """Take the oldest document of the group whose turn it is, and send it.

        If the group has rested, it is first asked without an order whether it answers.

        :return: whether it was the turn of any group
        :rtype: bool
        """
        with Hold(self.env.registry) as hold:
            try:
                # Repeated after a conflict. Then the document is marked `sending`, and that is committed.
                outbox, document = retrying(partial(self._take_turn, hold), self.env)
                if document:
                    document._send()
                elif outbox.rests_until:
                    outbox._probe()
                return bool(outbox)
            finally:
                self.env.cr.rollback()

    def _take_turn(self, hold):
        """Take the turn of a group that has something due, hold it, and mark its next document `sending`.

        :param Hold hold: holds the group then
        :return: the outbox of the group, and the document: none if the group has rested, or if something was left
            in it. Both are empty if no group has a turn.
        """
        hold.begin()
        for group_id in self._due_group_ids():
            if not hold.take(HELD, group_id):
                continue
            outbox = self.env['amazon.punchout.outbox']._begin_turn(group_id)
            # What was left takes the whole turn: what follows this transaction may fail, before a byte has left.
            if self._settle_left(group_id) or outbox.rests_until:
                return outbox, self.browse()
            if document := self._mark_next(group_id):
                return outbox, document
        return self.env['amazon.punchout.outbox'], self.browse()

    @api.model
    def _due_group_ids(self):
        """List the groups of which something is to be sent or asked now, in the order of their turns.

        A group that was set up in another database sends nothing from this one, nor one whose database was restored,
        until that was noticed. The orders of archived groups are still sent.

        To ask a group that has rested may take a while. So all orders of others that were queued when one began to
        rest, or was asked in vain, come first: however many groups don't answer, no order waits for more than one.

        :rtype: list[int]
        """
        self.flush_model(['state', 'next_try_at', 'queued_at', 'group_id'])
        self.env['purchase.order'].flush_model(['state'])
        self.env['amazon.punchout.outbox'].flush_model()
        now = fields.Datetime.now()
        groups = self.env['amazon.punchout.group'].with_context(active_test=False)
        groups = groups.search(groups._sending_domain())
        return [group_id for (group_id,) in self.env.execute_query(SQL(
            """
            SELECT due.id
              FROM unnest(%(groups)s::integer[]) AS due (id)
         LEFT JOIN amazon_punchout_outbox outbox ON outbox.group_id = due.id
             CROSS JOIN LATERAL (%(next)s) document
             WHERE outbox.rests_until IS NULL OR outbox.rests_until <= %(now)s
          ORDER BY outbox.rests_until IS NOT NULL AND COALESCE(bool_or(
                       outbox.rests_until IS NULL AND document.queued_at <= (
                           SELECT MAX(rested_at) FROM amazon_punchout_outbox)) OVER (), FALSE),
                   outbox.last_turn_at NULLS FIRST, due.id
            """, groups=groups.ids, now=now, next=self._next_query(SQL("due.id"), now)))]

    def _next_query(self, group, now):
        """Select the oldest document of a group that is due.

        An order that is not or no longer approved is not sent, whatever state its document was left in.

        :param SQL group: the id of the group
        :param datetime now: the present
        :rtype: SQL
        """
        return SQL(
            """
            SELECT document.id, document.queued_at
              FROM amazon_punchout_document document
              JOIN purchase_order ON purchase_order.id = document.purchase_order_id
             WHERE document.state = 'queued'
               AND document.document_type = 'OrderRequest'
               AND (document.next_try_at IS NULL OR document.next_try_at <= %s)
               AND document.group_id = %s
               AND purchase_order.state = 'purchase'
          ORDER BY document.id
             LIMIT 1
            """, now, group)

    def _mark_next(self, group_id):
        """Mark the oldest document of a group that is due and that nobody else has locked `sending`.

        :param int group_id: of the group, which is held
        :return: the document, or an empty recordset
        """
        now = fields.Datetime.now()
        rows = self.env.execute_query(SQL(
            "%s FOR NO KEY UPDATE OF document SKIP LOCKED", self._next_query(SQL("%s", group_id), now)))
        document = self.browse(row[0] for row in rows)
        if document:
            make_durable(self.env.cr)  # or after a crash it would be queued, and sent again
            # Nobody is woken or told by this transaction: where that fails, it would stay `sending`, and not be sent.
            document.write({
                'state': 'sending', 'tries': document.tries + 1, 'last_try_at': now, 'next_try_at': False})
        return document

    # === SENDERS THAT DIED === #

    def _is_free(self, group_id):
        """Hold a group until the end of this transaction, unless a sender does.

        :rtype: bool
        """
        return self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", HELD, group_id))[0][0]

    def _held_group_ids(self):
        """List the groups that other senders hold, without holding any for a moment, which would be in their way.

        :rtype: set[int]
        """
        return {group_id for (group_id,) in self.env.execute_query(SQL(
            """
            SELECT objid::integer FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
             WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND datname = current_database()
               AND pid != pg_backend_pid()
            """, HELD))}

    def _settle_if_sender_died(self):
        """Mark a document that a sender left behind as unclear: it may have been sent or not."""
        if self._is_free(self.group_id.id):
            self._settle_died()

    def _update_order_left(self):
        """Bring an outcome to its order, unless the sender that has it is about to do so."""
        if self._is_free(self.group_id.id):
            self._update_order()

    def _settle_left(self, group_id):
        """Settle what another sender left behind in a group that this one holds: orders of it can always be due.

        :return: whether there was anything
        :rtype: bool
        """
        left = self.search([('state', '=', 'sending'), ORDER_REQUESTS, ('group_id', '=', group_id)])
        for document in left:
            document._settle_died()
        if left:
            self._wake_sender()  # the next run brings it to the orders
        return bool(left)

    def _settle_died(self):
        """Mark a document whose sender has died as unclear."""
        if self.state == 'sending':
            self._store_outcome(Outcome('unclear', 0, self._(
                "Odoo stopped while the order was being sent, so it is unclear whether Amazon has the order.")))
