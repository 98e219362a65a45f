from contextlib import contextmanager
from contextvars import ContextVar

from markupsafe import Markup

from odoo import models
from odoo.tools import format_amount, plaintext2html

# The orders that are being deleted: what is said of them can't be kept on them.
_deleted = ContextVar('amazon_punchout_deleted_orders', default=())


class PurchaseOrderRequester(models.Model):
    """What requesters are told where somebody else ends their order, and how they come to another cart.

    Core lets every buyer cancel and delete what others have bought, one by one and many at once, and other addons do so by
    code, so no reason can be demanded there; but nobody's order ends without their knowing.
    """
    _inherit = 'purchase.order'

    # === ANOTHER CART === #

    def _amazon_requester_shops_again(self):
        """Tell whether the requester has the button Shop Again: not where shopping starts on Amazon, nor as a member no more.

        :rtype: bool
        """
        self.ensure_one()
        requester_sudo, company = self.amazon_requester_id.sudo(), self.company_id
        if not requester_sudo.active or company not in requester_sudo.company_ids:
            return False
        groups = self.env['amazon.punchout.group'].with_user(requester_sudo).with_context(allowed_company_ids=company.ids)
        return self.amazon_group_id in groups._shopping_groups()

    def _amazon_again_advice(self, is_deleted=False):
        """:param bool is_deleted: whether there will be no order to press a button on
        :return: how the requester comes to another cart
        :rtype: Markup
        """
        if not is_deleted and self._amazon_requester_shops_again():
            return Markup("<p>%s</p>") % self.env._("Press Shop Again on the order for what you still need.")
        return Markup("<p>%s</p>%s") % (
            self.env._("What you still need of it, put together again on Amazon:"), self._amazon_again_html())

    # === ENDED BY SOMEBODY ELSE === #

    def _amazon_after_cancel(self, by_amazon):
        """Override of this addon to tell the requester whose order somebody else has ended.

        A refusal has told the requester why, and Amazon's own rejection is told as one.
        """
        super()._amazon_after_cancel(by_amazon)
        for order in self - by_amazon:
            if order.amazon_requester_id != self.env.user and not order.amazon_refused_by_id:
                order._amazon_tell_ended()

    @contextmanager
    def _amazon_deleting(self):
        """Override of this addon to tell requesters once more: what stood on the order is deleted with it."""
        told_before = self.filtered(
            lambda order: order.state == 'cancel' and order.amazon_cancelled_by_id
            and order.amazon_requester_id not in (order.amazon_cancelled_by_id, self.env.user))
        token = _deleted.set(self._ids)
        try:
            with super()._amazon_deleting():
                for order in told_before:
                    order._amazon_tell_ended()
                yield
        finally:
            _deleted.reset(token)

    def _amazon_tell_ended(self):
        """Tell the requester who has ended their order, in their inbox or by e-mail as they prefer."""
        self.ensure_one()
        requester_sudo = self.amazon_requester_id.sudo()  # a buyer reads no other users
        order = self.with_context(lang=requester_sudo.lang)
        values = {
            'person': order.env.user.name, 'order': order.name,
            'total': format_amount(order.env, order.amount_total, order.currency_id)}
        if is_deleted := order.id in _deleted.get():
            subject = order.env._("Amazon order %s was deleted", order.name)
            sentence = order.env._(
                "%(person)s deleted order %(order)s (%(total)s), which you shopped. Nothing was ordered.", **values)
            sentence = "\n".join(filter(None, (sentence, order._amazon_ended_before())))
        else:
            subject = order.env._("Amazon order %s was cancelled", order.name)
            sentence = order.env._(
                "%(person)s cancelled order %(order)s (%(total)s), which you shopped. Nothing is ordered at Amazon.", **values)
        thread = order.env['mail.thread'] if is_deleted else order  # with the order, its messages are deleted too
        thread.message_notify(
            partner_ids=requester_sudo.partner_id.ids, subject=subject,
            body=plaintext2html(sentence) + order._amazon_again_advice(is_deleted))

    def _amazon_ended_before(self):
        """:return: who had ended the order before somebody deletes it, and why; empty if it is the same person
        :rtype: str
        """
        if self.amazon_refused_by_id:
            return self.env._(
                "It had been refused by %(person)s: %(reason)s", person=self.amazon_refused_by_id.sudo().name,
                reason=self.amazon_refusal_reason)
        if self.amazon_cancelled_by_id != self.env.user:
            return self.env._("It had been cancelled by %s.", self.amazon_cancelled_by_id.sudo().name)
        return ""
