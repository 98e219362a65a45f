from odoo import models
from odoo.exceptions import LockError, UserError

from ...tools.cart_lock import lifted


class PurchaseOrderDecisions(models.Model):
    """What became of an order that was handed over to the outbox, and what people may do then."""
    _inherit = 'purchase.order'


    # === WHAT BECAME OF A TRY === #

    def _amazon_take_state(self, document):
        """:param document: the order request that was tried, an `amazon.punchout.document`"""
        self.ensure_one()
        # Amazon's own confirmation may be here before the answer to the request, and a newer request under way.
        if document == self._amazon_request() and self.amazon_state in ('queued', 'unclear') and self.amazon_state != document.state:
            with lifted():
                self.amazon_state = document.state

    def _amazon_message_arrived(self):
        """Amazon has sent a message about this order, so it has it, whatever is known of the sending: the request isn't
        sent again, and its sender's own late outcome counts no more."""
        self.ensure_one()
        request_sudo = self._amazon_request().sudo()  # who enters by hand writes no documents
        if self.state != 'purchase' or self.amazon_state not in ('queued', 'unclear', 'refused', 'sent'):
            return
        if request_sudo.state != 'sent' or request_sudo.to_tell:
            request_sudo.lock_for_update()
            request_sudo.write({
                'state': 'sent', 'has_left': True, 'to_tell': False, 'next_try_at': False,
                'reason': self.env._("Amazon's own message shows that it has the order.")})
        if self.amazon_state != 'sent':
            with lifted():
                self.amazon_state = 'sent'
            self._amazon_close_problem()

    def _amazon_request_settled(self, document):
        """Keep on the order what came of a try to send it.

        :param document: the order request that was tried, an `amazon.punchout.document`
        """
        self.ensure_one()
        if document != self._amazon_request():
            return  # a newer one is under way
        self._amazon_take_state(document)
        env = document.env
        order = self.with_env(env)
        match document.state:
            case 'sent':
                order._amazon_close_problem()
                body = env._("Amazon has received the order.")
            case 'queued':
                body = env._(
                    "Amazon could not be reached (%s). Odoo tries again by itself.", document.reason)
            case _:
                body = order._amazon_problem_sentence()
                order._amazon_tell_problem(body)
        if document.state != 'queued' or document.tries == 1:  # the tries after the first stand in the order's sentence
            order.message_post(body=body)

    # === CANCELLING, DRAFT AGAIN === #

    def button_cancel(self):
        """Cancel a cart, or withdraw an order that has not been sent, in one transaction with its document."""
        self._amazon_check_buyer()
        carts = self.filtered(lambda order: order.amazon_session_id and order.state != 'cancel')
        if not carts:
            return super().button_cancel()
        for cart in carts:
            if cart.amazon_state not in ('cart', 'queued', 'refused', 'cancelled'):
                raise UserError(cart._amazon_why_not_cancel())
        # By the document, which knows first: what is being sent or has arrived refuses to be withdrawn.
        by_amazon = carts.filtered(lambda order: order.amazon_state == 'cancelled')
        queued = (carts - by_amazon).filtered(
            lambda order: order._amazon_request().state in ('queued', 'sending', 'unclear', 'sent'))
        for order in queued:
            order._amazon_request().sudo()._withdraw()  # buyers write no documents; the order is theirs to cancel
        with lifted():
            carts.filtered('locked').locked = False  # locked by core on approval; nothing of it has been delivered
            result = super().button_cancel()
            carts.amazon_state = 'cancelled'
            (carts - by_amazon).amazon_cancelled_by_id = self.env.user
        for cart in carts - by_amazon:  # of those the confirmation tells
            cart.message_post(body=cart._amazon_cancelled_note(cart in queued))
        carts._amazon_close_asking()
        carts._amazon_close_problem()
        carts._amazon_after_cancel(by_amazon)
        return result

    def _amazon_why_not_cancel(self):
        """:return: why an order that left can't be cancelled here, and what to do
        :rtype: str
        """
        self.ensure_one()
        if self.amazon_state in ('queued', 'unclear'):
            return self.env._(
                "Order %s may have reached Amazon. Look there first: if it is there, press It arrived and cancel it on "
                "Amazon; if not, press Send again.", self.name)
        return self.env._(
            "Order %s is at Amazon, which takes no cancellation from a purchasing system. Cancel it under Your Orders "
            "on Amazon.", self.name)

    def button_draft(self):
        carts = self.filtered('amazon_session_id')
        if not carts:
            return super().button_draft()
        carts._amazon_check_buyer()
        for cart in carts:
            if cart.state != 'cancel' or cart._amazon_ever_left():
                raise UserError(self.env._(
                    "Order %s can't be made a draft again: only a cancelled one that never went to Amazon can.",
                    cart.name))
        with lifted():
            result = super().button_draft()
            carts.write({'amazon_state': 'cart', 'amazon_cancelled_by_id': False, 'locked': False})
        return result

    # === DECISIONS AFTER SENDING === #

    def _amazon_lock_request(self, state):
        """Lock the newest order request for a decision of a person.

        :param str state: that it must be in
        :return: the document, in superuser mode
        :raises UserError: somebody else has decided meanwhile, or may decide only
        """
        self.ensure_one()
        self.check_access('write')
        request_sudo = self._amazon_request().sudo()  # buyers write no documents; the rights were checked above
        try:
            request_sudo.lock_for_update()
        except LockError:
            raise UserError(self.env._("Order %s is being sent at this moment. Try again.", self.name)) from None
        request_sudo.invalidate_recordset(['state'])
        if self.amazon_state != state or request_sudo.state != state:
            raise UserError(self.env._("Somebody has dealt with order %s already. Reload the page.", self.name))
        return request_sudo

    def _amazon_check_decider(self):
        if not (self.env.user.has_group('purchase.group_purchase_manager')
                or self.env.user.has_group('amazon_punchout.group_administrator')):
            raise UserError(self.env._(
                "Only purchase managers and Amazon administrators decide what became of an unclear order."))

    def action_amazon_send_again(self):
        """Send a refused order as a new document, or an unclear one as the same bytes."""
        self._amazon_check_buyer()
        self.ensure_one()
        if self.amazon_state == 'unclear':
            self._amazon_check_decider()
            request_sudo = self._amazon_lock_request('unclear')
            self._amazon_check_open()
            request_sudo._send_same_again()
            body = self.env._("Send again pressed: the same document is sent once more.")
        else:
            self._amazon_lock_request('refused')
            if self.state != 'purchase':
                raise UserError(self.env._("Order %s is cancelled: shop again.", self.name))
            self._amazon_check_ready()
            self._amazon_new_requests()
            body = self.env._("Send again pressed: the order is sent as a new document.")
        with lifted():
            self.amazon_state = 'queued'
        self.message_post(body=body)
        self._amazon_close_problem()

    def action_amazon_arrived(self):
        """State that an unclear order is at Amazon."""
        self.ensure_one()
        self._amazon_check_decider()
        request_sudo = self._amazon_lock_request('unclear')
        request_sudo.write({'state': 'sent', 'reason': self.env._("%s found it at Amazon.", self.env.user.name)})
        request_sudo._wake_waiting()
        with lifted():
            self.amazon_state = 'sent'
        self.message_post(body=self.env._("It arrived pressed: the order is at Amazon."))
        self._amazon_close_problem()
