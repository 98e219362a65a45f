from odoo import models
from odoo.exceptions import LockError, UserError

from ...tools.cart_lock import lifted
from ...tools.durable import make_durable

# How the history calls the outcomes of a try, by the state of the document.
OUTCOME_EVENTS = {
    'sent': 'sent', 'refused': 'declined', 'unclear': 'unclear', 'queued': 'unreached', 'cancelled': 'withdrawn'}


class PurchaseOrderDecisions(models.Model):
    """The outcome of sending an order, and what people may do then."""
    _inherit = 'purchase.order'

    # === THE OUTCOME OF A TRY === #

    def _amazon_apply_state(self, document):
        """Bring the state of a request to the order.

        :param document: the order request that was tried, an `amazon.punchout.document`
        """
        self.ensure_one()
        if document != self._amazon_request():
            return  # a newer request is under way
        # Amazon's confirmation may have arrived before the answer to the request.
        if self.amazon_state in ('queued', 'unclear') and self.amazon_state != document.state:
            with lifted():
                self.amazon_state = document.state
            self._amazon_notify_forms()  # also where the step that follows fails and has no event yet

    def _amazon_message_arrived(self, reason=None):
        """Note that Amazon has the order, since it sent a message about it.

        Whatever is known about the sending, the request isn't sent again, and a late outcome of its sender is ignored.

        :param str reason: what shows that Amazon has it, if not a message
        """
        self.ensure_one()
        request_sudo = self._amazon_request().sudo()  # users who enter confirmations by hand can't write documents
        if self.state != 'purchase' or self.amazon_state not in ('queued', 'unclear', 'refused', 'sent'):
            return
        if request_sudo.state != 'sent' or request_sudo.to_tell:
            request_sudo.lock_for_update()
            request_sudo.write({
                'state': 'sent', 'has_left': True, 'to_tell': False, 'next_try_at': False,
                'reason': reason or self.env._("A message from Amazon shows that it has the order.")})
            request_sudo._record_event('sent', reason=request_sudo.reason)
        if self.amazon_state != 'sent':
            with lifted():
                self.amazon_state = 'sent'
            self._amazon_close_problem()
            self._amazon_after_arrival()

    def _amazon_request_settled(self, document):
        """Show the outcome of a try to send the order on it.

        :param document: the order request that was tried, an `amazon.punchout.document`
        """
        self.ensure_one()
        if document != self._amazon_request():
            return  # a newer one is under way
        document._record_event(
            OUTCOME_EVENTS[document.state], attempt=document.tries, answer=document.answer_code, reason=document.reason,
            tried_at=str(document.last_try_at or ''))
        self._amazon_apply_state(document)
        env = document.env
        order = self.with_env(env)
        match document.state:
            case 'sent':
                order._amazon_close_problem()
                body = env._("Amazon has received the order.")
            case 'queued':
                body = env._("The order was not sent: %s. Odoo tries again automatically.", document.reason)
            case _:
                body = order._amazon_problem_sentence()
                order._amazon_raise_problem()
        if document.state != 'queued' or document.tries == 1:  # later tries are in the order's status sentence
            order.message_post(body=body)

    # === CANCELLING, DRAFT AGAIN === #

    def button_cancel(self):
        """Override of `purchase` to withdraw the document of an order that has not been sent, in one transaction."""
        self._amazon_check_buyer()
        carts = self.filtered(lambda order: order.amazon_session_id and order.state != 'cancel')
        if not carts:
            return super().button_cancel()
        for cart in carts:
            if cart.amazon_state not in ('cart', 'queued', 'refused', 'cancelled'):
                raise UserError(cart._amazon_why_not_cancel())
        # The document is updated before the order: if it is being sent or has arrived, it can't be withdrawn.
        by_amazon = carts.filtered(lambda order: order.amazon_state == 'cancelled')
        queued = (carts - by_amazon).filtered(
            lambda order: order._amazon_request().state in ('queued', 'sending', 'unclear', 'sent'))
        for order in queued:
            order._amazon_request().sudo()._withdraw()  # buyers can't write documents, but may cancel the order
        with lifted():
            carts.filtered('locked').locked = False  # locked by core on approval; nothing was delivered yet
            result = super().button_cancel()
            carts.write({'amazon_state': 'cancelled', 'amazon_change': False})
            (carts - by_amazon).amazon_cancelled_by_id = self.env.user
        for order in queued:
            order._amazon_record('withdrawn', document=order._amazon_request())
        by_amazon._amazon_record('cancelled', by="Amazon")
        (carts - by_amazon - queued)._amazon_record('cancelled')
        for cart in carts - by_amazon:  # those have a note about the confirmation
            cart.message_post(body=cart._amazon_cancelled_note(cart in queued))
        carts._amazon_close_approval_requests()
        carts._amazon_close_problem()
        carts._amazon_after_cancel(by_amazon)
        return result

    def _amazon_why_not_cancel(self):
        """Say why an order that was sent can't be cancelled here, and what to do.

        :rtype: str
        """
        self.ensure_one()
        if self.amazon_state in ('queued', 'unclear'):
            return self.env._(
                "Order %s may have reached Amazon. Look for it on Amazon first. If it is there, press Amazon Has It "
                "and cancel it on Amazon. If not, press Send Again.", self.name,
            ) if self._amazon_is_decider() else self.env._(
                "Order %s may have reached Amazon. A purchase manager or an Amazon administrator has to look for it on "
                "Amazon first.", self.name)
        return self.env._(
            "Order %s is at Amazon, which does not accept cancellations from Odoo. Cancel it under Your Orders on "
            "Amazon.", self.name)

    def button_draft(self):
        """Override of `purchase` to let only what never left for Amazon become a draft again."""
        carts = self.filtered('amazon_session_id')
        if not carts:
            return super().button_draft()
        carts._amazon_check_buyer()
        for cart in carts:
            # A waiting cart stays with those who were asked. Other addons set drafts to draft before they go on.
            if cart.state in ('purchase', 'to approve') or cart._amazon_ever_left():
                raise UserError(self.env._(
                    "Order %s can't be set to draft. Only cancelled orders that were never sent to Amazon can.",
                    cart.name))
        drafted = carts.filtered(lambda order: order.state not in ('draft', 'sent'))
        with lifted():
            result = super().button_draft()
            drafted.write({'amazon_state': 'cart', 'amazon_cancelled_by_id': False, 'locked': False})
        drafted.filtered('amazon_asked_at')._amazon_close_approval_requests()
        drafted._amazon_record('drafted')
        return result

    # === DECISIONS AFTER SENDING === #

    def _amazon_lock_request(self, state):
        """Lock the newest order request for a decision of a user.

        :param str state: the one that it must be in
        :return: the document, in superuser mode
        :raises UserError: another user has decided meanwhile, or it is being sent
        """
        self.ensure_one()
        self.check_access('write')
        request_sudo = self._amazon_request().sudo()  # buyers can't write documents; the rights were checked
        try:
            request_sudo.lock_for_update()
        except LockError:
            raise UserError(self.env._("Order %s is being sent right now. Try again later.", self.name)) from None
        request_sudo.invalidate_recordset(['state'])
        if self.amazon_state != state or request_sudo.state != state:
            raise UserError(self.env._("Order %s has already been dealt with. Reload the page.", self.name))
        make_durable(self.env.cr)  # or after a crash another person would decide again
        return request_sudo

    def _amazon_check_decider(self):
        """Check that the user may decide whether Amazon has an order.

        :raises UserError: neither a purchase manager nor an Amazon administrator
        """
        if not self._amazon_is_decider():
            raise UserError(self.env._(
                "Only purchase managers and Amazon administrators can decide whether Amazon has an order."))

    def action_amazon_send_again(self):
        """Send a declined order as a new document, or an unclear one as the same bytes."""
        self._amazon_check_buyer()
        self.ensure_one()
        if self.amazon_state == 'unclear':
            self._amazon_check_decider()
            request_sudo = self._amazon_lock_request('unclear')
            self._amazon_check_open()
            request_sudo._send_same_again()
            request_sudo._record_event('again')
            body = self.env._("Send Again: the same document was queued once more.")
        else:
            request_sudo = self._amazon_lock_request('refused')
            if self.state != 'purchase':
                raise UserError(self.env._("Order %s is cancelled, so it can't be sent again.", self.name))
            self._amazon_check_ready()
            request_sudo._record_event('again')
            self._amazon_new_requests()
            self.amazon_group_id._ask_now()
            body = self.env._("Send Again: the order was queued as a new document.")
        with lifted():
            self.amazon_state = 'queued'
        self.message_post(body=body)
        self._amazon_close_problem()

    def action_amazon_arrived(self):
        """Mark an unclear order as received by Amazon."""
        self.ensure_one()
        self._amazon_check_decider()
        self._amazon_set_arrived(self._amazon_lock_request('unclear'), self.env.user)
        self.message_post(body=self.env._("Amazon Has It: the order is at Amazon."))

    def _amazon_set_arrived(self, request, person):
        """Mark an order as received by Amazon, so that it is never sent again automatically.

        :param request: its order request, locked for this decision
        :param person: the `res.users` who states it
        """
        request.write({
            'state': 'sent', 'has_left': True, 'to_tell': False, 'next_try_at': False,
            'reason': self.env._("%s found the order at Amazon.", person.name)})
        request._record_event('arrived')
        request._wake_waiting()
        with lifted():
            self.amazon_state = 'sent'
        self._amazon_close_problem()
        self._amazon_after_arrival()

    def _amazon_state_arrived(self, person):
        """Mark an order as received by Amazon, as a person states of a message, whose rights were checked before.

        :param person: the `res.users` who states it
        :raises UserError: it is being sent right now
        """
        self.ensure_one()
        request_sudo = self._amazon_request().sudo()  # who may settle messages can't write order requests
        locked = request_sudo.try_lock_for_update()
        request_sudo.invalidate_recordset(['state'])
        if not locked or request_sudo.state == 'sending':
            raise UserError(self.env._("Order %s is being sent right now. Try again later.", self.name))
        make_durable(self.env.cr)  # or after a crash the order would be sent
        if self.state == 'purchase' and self.amazon_state in ('queued', 'unclear', 'refused'):
            self._amazon_set_arrived(request_sudo, person)
