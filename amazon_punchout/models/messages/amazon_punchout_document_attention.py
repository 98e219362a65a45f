from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...tools.problems import close_problem, raise_problem


class AmazonPunchoutDocumentAttention(models.Model):
    """Documents that need a person: who is notified, and what they may do about it."""
    _inherit = 'amazon.punchout.document'

    may_settle = fields.Boolean("Can Be Retried or Dismissed", compute='_compute_may_settle')

    # === NOTIFYING === #

    def _person_to_notify(self):
        """Choose who is notified of this document: of the people that it concerns, the first who can decide about it.

        :return: a `res.users` record
        """
        self.ensure_one()
        group_sudo, order_sudo = self.group_id.sudo(), self.purchase_order_id.sudo()
        biller_sudo = group_sudo.bill_user_id.filtered('active') if self._is_invoice() else group_sudo.bill_user_id[:0]
        if biller_sudo and self._may_be_settled_by(biller_sudo):
            return biller_sudo
        return group_sudo._person_to_notify(order_sudo.amazon_requester_id, self._may_be_settled_by)

    def _may_be_settled_by(self, person):
        # In their own companies: those that the current user has chosen in the web client may not be theirs.
        document = self.with_user(person).with_context(allowed_company_ids=person._get_company_ids())
        return document.has_access('read') and document._may_settle() and (
            document.may_apply or not document.sudo().doubted_order_id)  # that is about whether Amazon has the order

    def _language_of_notices(self):
        """Choose the language of what the person to notify reads; in most databases there is only one.

        :rtype: str | None
        """
        installed = self.env['res.lang'].get_installed()  # kept in memory
        return installed[0][0] if len(installed) == 1 else self._person_to_notify().lang or self.env.lang

    def _is_invoice(self):
        return self.document_type == 'InvoiceDetailRequest'

    def _need_attention(self, sentence):
        """Say what is wrong, and raise one activity or bring its text up to date.

        :param str sentence: what happened, to what, and what to do next
        """
        self.ensure_one()
        if (self.state, self.reason) != ('attention', sentence):
            self._record_event('attention', type=self.document_type, reason=sentence)
        self.write({'state': 'attention', 'reason': sentence, 'next_try_at': False, 'lacks_other_half': False})
        order_name = self.purchase_order_id.sudo().name
        raise_problem(
            self, self._person_to_notify(),
            self.env._("Amazon's message about order %s needs attention", order_name) if order_name
            else self.env._("A message from Amazon needs attention"), plaintext2html(sentence),
            may_solve=self._may_be_settled_by)

    def _close_activity(self):
        close_problem(self)

    # === DECISIONS OF A PERSON === #

    @api.depends('group_id.responsible_id', 'group_id.bill_user_id', 'document_type')
    @api.depends_context('uid')
    def _compute_may_settle(self):
        for document in self:
            document.may_settle = document._may_settle()

    def _may_settle(self):
        """Tell whether the current user may decide about this document.

        The people who are notified of it may, and those who look after Amazon's orders or after bills.

        :rtype: bool
        """
        self.ensure_one()
        user, group_sudo = self.env.user, self.group_id.sudo()  # accountants can't read Amazon groups
        roles = ['amazon_punchout.group_administrator', 'purchase.group_purchase_manager']
        persons = group_sudo.responsible_id
        if self._is_invoice():
            roles.append('account.group_account_invoice')
            persons |= group_sudo.bill_user_id
        return user in persons or any(user.has_group(role) for role in roles)

    def _lock_for_decision(self, *states):
        """Lock this document for a decision of the current user.

        :param states: the document must be in one of these
        :return: the document in superuser mode: people can't write documents, and their rights were checked here
        :raises UserError: the user may not decide, or another user has decided
        """
        self.ensure_one()
        self.check_access('read')
        if not self._may_settle():
            raise UserError(self.env._(
                "Only purchase managers and Amazon administrators can decide about Amazon's messages. Accountants can "
                "decide about invoices."))
        document_sudo = self.sudo()
        locked = document_sudo._hold_subjects() and document_sudo.try_lock_for_update(allow_referencing=True)
        document_sudo.invalidate_recordset(['state'])
        if not locked or document_sudo.state not in states:
            raise UserError(self.env._(
                "This document is being processed or has already been dealt with. Reload the page."))
        return document_sudo

    def _as_scheduled(self):
        """Give this document as the scheduled action has it, without the companies that a user has chosen."""
        context = {name: value for name, value in self.env.context.items() if name != 'allowed_company_ids'}
        # pylint: disable-next=context-overridden  # keywords would only add to the context
        return self.with_user(SUPERUSER_ID).with_context(context)

    def action_retry(self):
        """Process documents again, after the cause of their problem was fixed."""
        for document in self:
            document_sudo = document._lock_for_decision('attention', 'waiting')
            if document.session_id:
                raise UserError(self.env._("Open the shopping trip of this cart and press Retry there."))
            document._note(self.env._("Retry pressed."))
            document_sudo._record_event('retried', type=document_sudo.document_type)
            document_sudo.state = 'received'
            # As the scheduled action does it, so that the outcome doesn't depend on who pressed the button.
            document_sudo._as_scheduled()._process()

    def action_done(self):
        """State that a person has dealt with what could not be done of a document; the rest was done already."""
        for document in self:
            document_sudo = document._lock_for_decision('attention')
            if not document_sudo.is_applied:
                raise UserError(self.env._(
                    "This document has not been applied. Press Retry, or dismiss it with a reason."))
            document_sudo.state = 'processed'
            document_sudo._record_event('done', type=document_sudo.document_type)
            document._note(self.env._("Done: the remaining points were dealt with."))
            document_sudo._close_activity()

    def action_ask_dismiss(self):
        """Open the dialog that asks for the reason."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Dismiss"),
            'res_model': 'amazon.punchout.dismiss',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_document_id': self.id},
        }

    def _dismiss(self, reason):
        """Put a document aside without processing it.

        :param str reason: in the words of the person who does it
        :raises UserError: without a reason, without the rights, or because the document has been applied
        """
        if not (reason or '').strip():
            raise UserError(self.env._("Explain why you dismiss this document."))
        document_sudo = self._lock_for_decision('attention', 'waiting')
        if document_sudo.is_applied:
            raise UserError(self.env._(
                "This document has already been applied as far as possible. Press Done instead."))
        document_sudo.write({
            'state': 'dismissed', 'dismissed_by_id': self.env.uid, 'dismissed_at': fields.Datetime.now(),
            'dismiss_reason': reason.strip(), 'next_try_at': False})
        document_sudo._record_event('dismissed', type=document_sudo.document_type, reason=reason.strip())
        self._note(self.env._("Dismissed: %s", reason.strip()))
        document_sudo._close_activity()
        document_sudo.session_id._close_dismissed(reason.strip())

    def _note(self, body):
        # Only readers of the document get here, and they can't write it.
        self.sudo().message_post(body=body, author_id=self.env.user.partner_id.id)
