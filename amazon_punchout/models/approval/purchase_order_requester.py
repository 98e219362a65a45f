from contextlib import contextmanager
from contextvars import ContextVar

from markupsafe import Markup

from odoo import models
from odoo.tools import format_amount, plaintext2html

# The orders that are being deleted: messages about them can't be kept on them.
_deleted = ContextVar('amazon_punchout_deleted_orders', default=())


class PurchaseOrderRequester(models.Model):
    """The messages to requesters whose order another user ends, and how they get another cart.

    Core lets every buyer cancel and delete the orders of others, one by one and many at once, and other addons do so by
    code, so no reason can be required there. But every requester is notified.
    """
    _inherit = 'purchase.order'

    # === ANOTHER CART === #

    def _amazon_requester_may_shop_again(self):
        """Tell whether the requester has the button Shop Again: as a member of a group that shops from Odoo.

        :rtype: bool
        """
        self.ensure_one()
        requester_sudo, company = self.amazon_requester_id.sudo(), self.company_id
        if not requester_sudo.active or company not in requester_sudo.company_ids:
            return False
        groups = self.env['amazon.punchout.group'].with_user(requester_sudo)
        return self.amazon_group_id in groups.with_context(allowed_company_ids=company.ids)._shopping_groups()

    def _amazon_again_advice(self, is_deleted=False):
        """Tell the requester how to get another cart.

        :param bool is_deleted: whether there will be no order to press a button on
        :rtype: Markup
        """
        if not is_deleted and self._amazon_requester_may_shop_again():
            return Markup("<p>%s</p>") % self.env._("Press Shop Again on the order to get what you still need.")
        return Markup("<p>%s</p>%s") % (
            self.env._("Put what you still need into a new cart on Amazon:"), self._amazon_again_html())

    # === ENDED BY ANOTHER USER === #

    def _amazon_after_cancel(self, by_amazon):
        """Override to notify requesters whose order another user has ended.

        A refusal and a rejection by Amazon have notifications of their own.
        """
        super()._amazon_after_cancel(by_amazon)
        for order in self - by_amazon:
            if order.amazon_requester_id != self.env.user and not order.amazon_refused_by_id:
                order._amazon_notify_ended()

    @contextmanager
    def _amazon_deleting(self):
        """Override to notify requesters once more: earlier messages are deleted with the order."""
        notified_before = self.filtered(
            lambda order: order.state == 'cancel' and order.amazon_cancelled_by_id
            and order.amazon_requester_id not in (order.amazon_cancelled_by_id, self.env.user))
        token = _deleted.set(self._ids)
        try:
            with super()._amazon_deleting():
                for order in notified_before:
                    order._amazon_notify_ended()
                yield
        finally:
            _deleted.reset(token)

    def _amazon_notify_ended(self):
        """Notify the requester who ended their order, in Odoo or by e-mail as they prefer."""
        self.ensure_one()
        requester_sudo = self.amazon_requester_id.sudo()  # buyers can't read other users
        order = self.with_context(lang=requester_sudo.lang)
        values = {
            'person': order.env.user.name, 'order': order.name,
            'total': format_amount(order.env, order.amount_total, order.currency_id),
            'items': order._amazon_items_title()}
        if is_deleted := order.id in _deleted.get():
            subject = order.env._("Amazon order %(order)s was deleted: %(items)s", **values)
            sentence = order.env._(
                "%(person)s deleted your order %(order)s (%(total)s). Nothing was ordered at Amazon.", **values)
            sentence = "\n".join(filter(None, (sentence, order._amazon_earlier_end())))
        else:
            subject = order.env._("Amazon order %(order)s was cancelled: %(items)s", **values)
            sentence = order.env._(
                "%(person)s cancelled your order %(order)s (%(total)s). Nothing was ordered at Amazon.", **values)
        thread = order.env['mail.thread'] if is_deleted else order  # with the order, its messages are deleted too
        thread.message_notify(
            partner_ids=requester_sudo.partner_id.ids, subject=subject,
            body=plaintext2html(sentence) + order._amazon_again_advice(is_deleted))

    def _amazon_earlier_end(self):
        """Say who had ended the order before it was deleted, and why; empty if it is the same user.

        :rtype: str
        """
        if self.amazon_refused_by_id:
            return self.env._(
                "It had been refused by %(person)s: %(reason)s", person=self.amazon_refused_by_id.sudo().name,
                reason=self.amazon_refusal_reason)
        if self.amazon_cancelled_by_id != self.env.user:
            return self.env._("It had been cancelled by %s.", self.amazon_cancelled_by_id.sudo().name)
        return ""
