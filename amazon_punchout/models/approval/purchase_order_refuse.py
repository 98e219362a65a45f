from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, plaintext2html

from ...const import UNAPPROVED_STATES
from ...tools.cart_lock import lifted


class PurchaseOrderRefusing(models.Model):
    """The ways of a cart that nobody orders: an approver refuses it with a reason, or its requester gives it up."""
    _inherit = 'purchase.order'

    amazon_refused_by_id = fields.Many2one('res.users', "Refused By", copy=False, readonly=True)
    amazon_refusal_reason = fields.Text("Why Refused", copy=False, readonly=True)
    amazon_may_refuse = fields.Boolean(compute='_compute_amazon_may_refuse')
    amazon_may_give_up = fields.Boolean(compute='_compute_amazon_may_refuse')

    @api.depends('state', 'amazon_requester_id', 'amazon_may_approve')
    @api.depends_context('uid')
    def _compute_amazon_may_refuse(self):
        is_buyer = self.env.user.has_group('purchase.group_purchase_user')  # accountants read and write orders too
        for order in self:
            is_open = is_buyer and bool(order.amazon_session_id) and order.state in UNAPPROVED_STATES
            is_mine = order.amazon_requester_id == self.env.user
            order.amazon_may_refuse = is_open and not is_mine and order.amazon_may_approve
            order.amazon_may_give_up = is_open and is_mine

    @api.depends('amazon_refused_by_id', 'amazon_requester_id')
    @api.depends_context('uid')
    def _compute_amazon_may_draft(self):
        """What is refused is offered as a draft to those only who may take that back."""
        super()._compute_amazon_may_draft()
        for order in self:
            order.amazon_may_draft = order.amazon_may_draft and order._amazon_may_take_refusal_back()

    def _amazon_may_take_refusal_back(self):
        self.ensure_one()
        return not self.amazon_refused_by_id or (
            self.amazon_requester_id != self.env.user and self._approval_allowed())

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
        """:raises UserError: it is decided on already, or this person may not"""
        self.ensure_one()
        self.check_access('write')
        self._amazon_check_buyer()
        self._amazon_check_undecided()
        if self.amazon_requester_id == self.env.user:
            raise UserError(self.env._("You shopped order %s yourself: press Give Up instead.", self.name))
        if not self._approval_allowed():
            raise UserError(self.env._("Only who may approve order %s may refuse it.", self.name))

    def _amazon_refuse(self, reason):
        """Cancel a draft or waiting cart of somebody else, and tell its requester why. Nothing is sent.

        :param str reason: for the requester
        :raises UserError: no reason, decided on already, or not this person's to refuse
        """
        self._amazon_check_may_refuse()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why order %s is refused: its requester reads it.", self.name))
        with lifted():
            self.write({'amazon_refused_by_id': self.env.uid, 'amazon_refusal_reason': reason})
        self.button_cancel()
        self._amazon_tell_refusal()

    def _amazon_tell_refusal(self):
        """Tell the requester, in their inbox or by e-mail as they prefer."""
        requester_sudo = self.amazon_requester_id.sudo()  # a buyer reads no other users
        order = self.with_context(lang=requester_sudo.lang)
        order.message_notify(
            partner_ids=requester_sudo.partner_id.ids,
            subject=order.env._("Amazon order %s was refused", order.name),
            body=plaintext2html(order.env._(
                "%(person)s refused order %(order)s (%(total)s): %(reason)s\nNothing was ordered.",
                person=order.env.user.name, order=order.name, reason=order.amazon_refusal_reason,
                total=format_amount(order.env, order.amount_total, order.currency_id))) + order._amazon_again_advice())

    def _amazon_cancelled_note(self, withdrawn):
        if self.amazon_refused_by_id:
            return plaintext2html(self.env._("Refused: %s\nNothing is ordered at Amazon.", self.amazon_refusal_reason))
        return super()._amazon_cancelled_note(withdrawn)

    def button_draft(self):
        """Who may refuse takes a refusal back; its requester does not, else it would be none below the company's limit."""
        self._amazon_check_buyer()
        for order in self.filtered('amazon_refused_by_id'):
            if not order._amazon_may_take_refusal_back():
                refused = self.env._(
                    "Order %(order)s was refused by %(person)s, who may take that back.",
                    order=order.name, person=order.amazon_refused_by_id.sudo().name)
                again = self.env._("Press Shop Again for another cart.") if order.amazon_can_shop_again else self.env._(
                    "Put another cart together on Amazon.")
                raise UserError(f"{refused} {again}")
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
                "Order %(order)s is a cart of %(person)s: only who shopped it gives it up.",
                order=self.name, person=self.amazon_requester_id.sudo().name))
        self.button_cancel()

    # === WHAT IS SAID === #

    @api.depends('amazon_refused_by_id', 'amazon_refusal_reason')
    def _compute_amazon_status(self):
        super()._compute_amazon_status()

    def _amazon_status_sentence(self):
        if self.state == 'cancel' and self.amazon_refused_by_id:
            return self.env._(
                "Refused by %(person)s: %(reason)s", person=self.amazon_refused_by_id.name,
                reason=self.amazon_refusal_reason)
        return super()._amazon_status_sentence()
