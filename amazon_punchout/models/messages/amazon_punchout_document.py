import hashlib
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, LockError, UserError

from ... import cxml
from ...tools.steps import CONFLICTS, apart, attempt
from ...tools.waiting import WAIT, OtherHalfMissing

UNREADABLE = 'Unreadable'
# What waits for its other half is taken up again whenever something of its account was processed, and now and then
# anyway, for this long.
NEXT_TRY = timedelta(minutes=50)
LACKING = (('state', 'in', ('waiting', 'attention')), ('lacks_other_half', '=', True))
# What somebody else had in hand, or what conflicts kept from being processed, is tried again after this long.
LOCKED_TRY = timedelta(minutes=5)
# A longer payloadID or name of a document was not written by Amazon, and no index takes it.
LONGEST_NAME = 255


class AmazonPunchoutInbox(models.Model):
    """The way of Amazon's messages into Odoo: stored and answered first, processed by a scheduled action.

    Each is processed in a transaction of its own and any number of times, so a step may be repeated. What waits or needs
    attention has changed nothing, unless its step returned a sentence: then `is_applied` says that the rest was done.
    """
    _inherit = 'amazon.punchout.document'

    # === TAKING IN === #

    @api.model
    def _store_message(self, groups, envelope, raw):
        """Store a message that we may believe, and wake the scheduled action that processes it. One whose payloadID came
        before changes nothing.

        :param groups: the `amazon.punchout.group` records whose secret the message had
        :param cxml.RequestEnvelope envelope: what stands around it
        :param bytes raw: as it came
        :return: the document, or the one that came before
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
        """Store what came with the right user and password and is no document: somebody should know.

        :param groups: as for :meth:`_store_message`
        :param bytes raw: as it came
        """
        return self._store_once(groups, {
            'document_type': UNREADABLE, 'payload_id': None, 'group_id': groups[0].id, 'deployment_mode': 'production'}, raw)

    def _store_once(self, groups, vals, raw):
        payload_id = vals['payload_id']
        if not payload_id or len(payload_id) > LONGEST_NAME:
            payload_id = f'sha256:{hashlib.sha256(raw).hexdigest()}'
        account = groups.sorted('id')[0]
        # Of any account first: seldom is there one, and only then the account has to be looked up.
        if known := self.search([('account_group_id', '!=', False), ('payload_id', '=', payload_id)]):
            account_groups = groups._with_shared_credentials()
            if known := known.filtered(lambda document: document.account_group_id in account_groups):
                return known[0]
        vals.update(
            direction='in', state='received', payload_id=payload_id, account_group_id=account.id, body=cxml.redacted(raw))
        if len(groups) > 1:
            vals['account_group_ids'] = groups.ids
        try:
            document = self.create(vals)
        except psycopg2.errors.UniqueViolation as error:
            # The same document at the same moment. Odoo repeats the request, which finds it then.
            raise ConcurrencyError("The same payloadID came twice at once") from error
        self._wake_processing()
        return document

    @api.model
    def _wake_processing(self, at=None):
        """:param datetime at: when; by default as soon as this transaction is committed"""
        # An administrator may have deleted it: messages wait then, and none is lost.
        if cron_id := self.env['ir.model.data'].sudo()._xmlid_to_res_id('amazon_punchout.ir_cron_process'):
            self.env['ir.cron'].sudo().browse(cron_id)._trigger(at=at)

    # === TAKING UP === #

    @api.model
    def _cron_process(self):
        """Process what came, then what waits for something that may have come with it, until nothing moves any more."""
        door = [('account_group_id', '!=', False)]
        now = fields.Datetime.now()
        settled = self.search([*door, ('state', '=', 'received')], order='id')._process_each()
        settled |= self.search([*door, *LACKING, ('next_try_at', '<=', now)], order='id')._process_each()
        while settled:
            settled = self.search([*door, *settled._lacking_domain()], order='id')._process_each()
        left = self.search_count([*door, ('state', '=', 'received')])
        if not self.env['ir.cron']._commit_progress(remaining=0) and left:
            self.env['ir.cron']._commit_progress(remaining=left)  # the time is over: at once again
        elif left:
            self._wake_processing(at=now + LOCKED_TRY)

    def _process_each(self):
        """Process each document in a transaction of its own, while the scheduler leaves time.

        :return: those that changed something, so that others may go on now
        """
        settled = self.browse()
        cron = self.env['ir.cron']
        for document in self:
            if not cron._commit_progress():
                break
            if apart(document._process, self.env):
                if document.is_applied and not document.lacks_other_half:
                    settled += document
                cron._commit_progress(1)
        return settled

    def _wake_waiting(self):
        """Let what waits be tried again, now that these documents have arrived: Amazon's own messages about an order may
        be here before it is committed."""
        super()._wake_waiting()
        waiting = self.search([*self._lacking_domain(), ('direction', '=', 'in')])
        if waiting:
            waiting.next_try_at = fields.Datetime.now()
            self._wake_processing()

    def _lacking_domain(self):
        """:return: what waits for something that these documents may have brought: it stands under the group whose secret
            it had as long as nobody knows its order
        :rtype: list
        """
        groups = self._credential_groups()
        return [*LACKING, '|', ('group_id', 'in', groups.ids), ('account_group_ids', 'in', groups.ids)]

    # === PROCESSING === #

    def _process(self):
        """Do what the document says, and keep what became of it. One that somebody else has in hand is left to them."""
        self.ensure_one()
        if not self.try_lock_for_update(allow_referencing=True):
            return
        self.invalidate_recordset(['state'])
        if self.state not in ('received', 'waiting') and not (self.state == 'attention' and self.lacks_other_half):
            return
        document = self.with_context(lang=self._told_person().lang or self.env.lang)
        remark, error = attempt(
            self.env, document._run_step, f"Amazon document {self.id} could not be processed",
            expected=(OtherHalfMissing, UserError, cxml.CxmlError), conflicts=(*CONFLICTS, LockError))
        if not error:
            document._keep_result(remark)
            return
        document._link_order()
        if isinstance(error, OtherHalfMissing):
            document._wait(str(error))
        elif isinstance(error, UserError):
            document._need_attention(str(error))
        elif isinstance(error, cxml.CxmlError):
            document._need_attention(document.env._(
                "%s Nothing was changed. Look on Amazon what it is about, then dismiss this document.",
                document._explain(error)))
        else:
            document._need_attention(document.env._(
                "An error in Odoo: an administrator finds it in the server's log under Amazon document %s. Press Retry once "
                "it is mended.", self.id))

    def _keep_result(self, remark):
        """:param str | None remark: what could not be done, while the rest was"""
        self.is_applied = True
        if remark:
            self._need_attention(remark)
        else:
            self.write({'state': 'processed', 'reason': False, 'next_try_at': False, 'lacks_other_half': False})
            self._close_activity()

    def _wait(self, sentence):
        """Wait for the other half, or tell somebody once it has been long enough.

        :param str sentence: what is missing
        """
        now = fields.Datetime.now()
        if self.create_date < now - WAIT:
            self._need_attention(self.env._(
                "%(sentence)s Odoo has waited for it since %(date)s and takes it up once it is here. Dismiss this document if "
                "nothing will come.", sentence=sentence, date=fields.Date.to_string(self.create_date)))
            self.lacks_other_half = True
        else:
            self.write({'state': 'waiting', 'reason': sentence, 'next_try_at': now + NEXT_TRY, 'lacks_other_half': True})

    def _explain(self, error):
        """:param cxml.CxmlError error: why the document can't be read
        :return: the same to a person
        :rtype: str
        """
        match error.kind:
            case 'missing':
                return self.env._(
                    "Amazon's %(document)s lacks %(element)s.", document=self.document_type, element=error.element)
            case 'bad_value':
                return self.env._(
                    "Amazon's %(document)s has “%(value)s” in %(element)s, which can't be.",
                    document=self.document_type, value=error.value, element=error.element)
            case 'mixed_currency':
                return self.env._(
                    "Amazon's %(document)s mixes currencies (%(value)s).", document=self.document_type, value=error.value)
        return self.env._("What came from Amazon is no readable document (%s).", error)

    # === FINDING ORDERS === #

    def _find_order(self, reference):
        """Find the order that a message names, by the payloadID of any of its order requests, else by its number.

        :param cxml.OrderReference reference: as the message names it
        :return: the `purchase.order`, in superuser mode
        :raises OtherHalfMissing: there is none of a group that may send this document
        :raises UserError: a test must not touch a real order
        """
        order = self._search_order(reference.payload_id, reference.order_id)
        if not order:
            raise OtherHalfMissing(self._no_order_sentence(reference))
        if self.deployment_mode == 'test' and order.amazon_deployment_mode == 'production':
            # Only this way round: what names no mode counts as live, and Amazon's messages about tests name none.
            raise UserError(self.env._(
                "This message is a test and order %s is a live one, so nothing was changed. Dismiss this document.",
                order.name))
        return order

    def _no_order_sentence(self, reference):
        name = reference.order_id or reference.payload_id
        if not name:
            return self.env._("Amazon names no order in this document.")
        order = self._search_order_of_others(reference)
        if order and not order.amazon_group_id.active:
            return self.env._(
                "Amazon names the order %(order)s of the group %(group)s, which is archived. Restore the group, then press Retry.",
                order=order.name, group=order.amazon_group_id.name)
        if order:
            return self.env._(
                "Amazon names the order %(order)s of the group %(group)s, but this message proved to be for %(known)s only. If "
                "both are the same account on Amazon, enter the same From Identity and shared secret at both, then press Retry.",
                order=order.name, group=order.amazon_group_id.name,
                known=", ".join((self.account_group_ids | self.account_group_id or self.group_id).mapped('name')))
        return self.env._("Amazon names the order %s, which is not in Odoo.", name)

    def _search_order_of_others(self, reference):
        """:return: the order of a group that this document may not speak for, to be named to whoever reads why it waits: so
            only of the document's own company
        """
        orders_sudo = self.env['purchase.order'].sudo()  # of groups that nobody uses any more, too
        theirs = [
            ('company_id', '=', self.company_id.id), ('amazon_group_id', 'not in', [False, *self._credential_groups().ids]),
            ('amazon_state', '!=', 'cart')]
        if reference.payload_id and (order_sudo := orders_sudo.search([
            *theirs, ('amazon_document_ids', 'any', [
                ('payload_id', '=', reference.payload_id), ('direction', '=', 'out'), ('document_type', '=', 'OrderRequest')]),
        ], limit=1)):
            return order_sudo
        return orders_sudo.search([*theirs, ('name', '=', reference.order_id)], limit=1) if reference.order_id else \
            orders_sudo.browse()

    def _search_order(self, payload_id, order_id):
        """:return: the order of a group that this document was authenticated for, in superuser mode, or none"""
        groups = self._credential_groups()
        if payload_id:
            request = self.sudo().search([
                ('payload_id', '=', payload_id), ('direction', '=', 'out'), ('document_type', '=', 'OrderRequest'),
                ('group_id', 'in', groups.ids)], limit=1)
            if request.purchase_order_id:
                return request.purchase_order_id
            if self._is_of_other_credentials(payload_id):
                return self.env['purchase.order'].sudo().browse()
        orders_sudo = self.env['purchase.order'].sudo()  # of any company: the secret was checked
        if not order_id:
            return orders_sudo.browse()
        orders_sudo = orders_sudo.search([
            ('name', '=', order_id), ('amazon_group_id', 'in', groups.ids), ('amazon_state', '!=', 'cart')], limit=2)
        # Companies number alike: without the payloadID nobody can tell which one is meant.
        return orders_sudo if len(orders_sudo) == 1 else orders_sudo.browse()

    def _is_of_other_credentials(self, payload_id):
        """Companies number alike: a message about another company's order must not change our order of that number.

        :param str payload_id: of an order request, as a message names it
        :rtype: bool
        """
        return bool(self.sudo().search_count([
            ('payload_id', '=', payload_id), ('direction', '=', 'out'), ('document_type', '=', 'OrderRequest'),
            ('group_id', 'not in', self._credential_groups().ids)], limit=1))

    def _credential_groups(self):
        """:return: the groups whose secret these documents had, and those of the same accounts: only their orders may change"""
        return (self.account_group_ids | self.account_group_id | self.group_id)._with_shared_credentials()

    def _assign_order(self, order):
        """A document stands under the group of its order, whose people are told of it.

        :param order: the `purchase.order` that it is about
        """
        self.write({'purchase_order_id': order.id, 'group_id': order.amazon_group_id.id})

    def _link_order(self):
        """Show a document that changes nothing on the order that it names."""
        if self.purchase_order_id:
            return
        try:
            envelope = cxml.read_request(self._get_body())
        except cxml.CxmlError:
            return
        is_others = any(self._is_of_other_credentials(payload_id) for payload_id in envelope.order_payload_ids)
        for payload_id, order_id in (
            *((payload_id, None) for payload_id in envelope.order_payload_ids),
            *((None, order_id) for order_id in envelope.order_ids if not is_others),
        ):
            if order := self._search_order(payload_id, order_id):
                self._assign_order(order)
                return
