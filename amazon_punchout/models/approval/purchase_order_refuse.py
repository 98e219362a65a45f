from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, plaintext2html

from ...const import DECIDED_STATES
from ...tools.cart_lock import lifted


class PurchaseOrderRefusing(models.Model):
    """How a cart ends that is not ordered: an approver refuses it with a reason, or its requester gives it up."""
    _inherit = 'purchase.order'

    amazon_refused_by_id = fields.Many2one('res.users', "Refused By", copy=False, readonly=True)
    amazon_refusal_reason = fields.Text("Refusal Reason", copy=False, readonly=True)
    amazon_may_refuse = fields.Boolean("Can Refuse", compute='_compute_amazon_may_refuse')
    amazon_may_give_up = fields.Boolean("Can Give Up", compute='_compute_amazon_may_refuse')

    @api.depends('state', 'amazon_requester_id', 'amazon_may_approve')
    @api.depends_context('uid')
    def _compute_amazon_may_refuse(self):
        is_buyer = self.env.user.has_group('purchase.group_purchase_user')  # accountants can read and write orders, too
        for order in self:
            is_open = is_buyer and bool(order.amazon_session_id) and order.state not in DECIDED_STATES
            is_mine = order.amazon_requester_id == self.env.user
            order.amazon_may_refuse = is_open and not is_mine and order.amazon_may_approve
            order.amazon_may_give_up = is_open and is_mine

    @api.depends('amazon_refused_by_id', 'amazon_requester_id')
    @api.depends_context('uid')
    def _compute_amazon_may_draft(self):
        """Override to offer a refused order as a draft only to users who may undo the refusal."""
        super()._compute_amazon_may_draft()
        for order in self:
            order.amazon_may_draft = order.amazon_may_draft and order._amazon_may_undo_refusal()

    def _amazon_may_undo_refusal(self):
        self.ensure_one()
        return not self.amazon_refused_by_id or (
            self.amazon_requester_id != self.env.user and self._amazon_approval_allowed())

    # === REFUSING === #

    def action_amazon_refuse(self):
        """Open the dialog that asks for the reason."""
        self.ensure_one()
        self._amazon_check_may_refuse()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Refuse"),
            'res_model': 'amazon.punchout.refuse',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_order_id': self.id},
        }

    def _amazon_check_may_refuse(self):
        """Check that the user may refuse the order.

        :raises UserError: it is no longer a draft, or the user may not refuse it
        """
        self.ensure_one()
        self.check_access('write')
        self._amazon_check_buyer()
        self._amazon_check_undecided()
        if self.amazon_requester_id == self.env.user:
            raise UserError(self.env._("Order %s is your own cart. Press Give Up instead.", self.name))
        if not self._amazon_approval_allowed():
            raise UserError(self.env._("Only users who can approve order %s can refuse it.", self.name))

    def _amazon_refuse(self, reason):
        """Cancel a draft or waiting cart of another user, and notify its requester of the reason.

        :param str reason: for the requester
        :raises UserError: there is no reason, it is no longer a draft, or the user may not refuse it
        """
        self._amazon_check_may_refuse()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._(
                "Enter why order %s is refused. Its requester is notified of the reason.", self.name))
        with lifted():
            self.write({'amazon_refused_by_id': self.env.uid, 'amazon_refusal_reason': reason})
        self._amazon_record('refused', reason=reason)
        self.button_cancel()
        self._amazon_notify_refusal()

    def _amazon_notify_refusal(self):
        """Notify the requester, in Odoo or by e-mail as they prefer."""
        requester_sudo = self.amazon_requester_id.sudo()  # buyers can't read other users
        order = self.with_context(lang=requester_sudo.lang)
        order.message_notify(
            partner_ids=requester_sudo.partner_id.ids,
            subject=order.env._(
                "Amazon order %(order)s was refused: %(items)s", order=order.name, items=order._amazon_items_title()),
            body=plaintext2html(order.env._(
                "%(person)s refused order %(order)s (%(total)s): %(reason)s\nNothing was ordered at Amazon.",
                person=order.env.user.name, order=order.name, reason=order.amazon_refusal_reason,
                total=format_amount(order.env, order.amount_total, order.currency_id))) + order._amazon_again_advice())

    def _amazon_cancelled_note(self, withdrawn):
        """Override to give the reason of a refusal."""
        if self.amazon_refused_by_id:
            return plaintext2html(self.env._("Refused: %s\nNothing was ordered at Amazon.", self.amazon_refusal_reason))
        return super()._amazon_cancelled_note(withdrawn)

    def button_draft(self):
        """Override of `purchase` to let only users who may refuse an order undo its refusal.

        The requester may not: otherwise, a refusal would mean nothing below the company's limit.
        """
        self._amazon_check_buyer()
        for order in self.filtered('amazon_refused_by_id'):
            if not order._amazon_may_undo_refusal():
                values = {'order': order.name, 'person': order.amazon_refused_by_id.sudo().name}
                raise UserError(self.env._(
                    "Order %(order)s was refused by %(person)s, who can undo this. Press Shop Again for another cart.",
                    **values,
                ) if order.amazon_can_shop_again else self.env._(
                    "Order %(order)s was refused by %(person)s, who can undo this. Fill another cart on Amazon.",
                    **values))
        result = super().button_draft()
        with lifted():
            self.filtered('amazon_refused_by_id').write({'amazon_refused_by_id': False, 'amazon_refusal_reason': False})
        return result

    # === GIVING UP === #

    def action_amazon_give_up(self):
        """Cancel one's own cart, also while it waits for approval."""
        self.ensure_one()
        self.check_access('write')
        self._amazon_check_buyer()
        self._amazon_check_undecided()
        if self.amazon_requester_id != self.env.user:
            raise UserError(self.env._(
                "Order %(order)s is a cart of %(person)s. Only its requester can give it up.",
                order=self.name, person=self.amazon_requester_id.sudo().name))
        self.button_cancel()

    # === WHAT IS SAID === #

    @api.depends('amazon_refused_by_id', 'amazon_refusal_reason')
    def _compute_amazon_status(self):
        """Override to depend on the refusal."""
        super()._compute_amazon_status()

    def _amazon_status_sentence(self):
        """Override to say who refused the order and why."""
        if self.state == 'cancel' and self.amazon_refused_by_id:
            return self.env._(
                "Refused by %(person)s: %(reason)s", person=self.amazon_refused_by_id.name,
                reason=self.amazon_refusal_reason)
        return super()._amazon_status_sentence()
