from odoo import models
from odoo.exceptions import UserError


class PurchaseOrderApprovalActions(models.Model):
    """The buttons that order a cart, and the server action for many carts."""
    _inherit = 'purchase.order'

    def action_amazon_ask(self):
        """Open the dialog that shows amount and location before the order is placed."""
        self.ensure_one()
        self.check_access('write')
        self._amazon_check_buyer()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Order at Amazon"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(self.env.ref('amazon_punchout.purchase_order_view_form_amazon_ask').id, 'form')],
            'target': 'new',
        }

    def action_amazon_order(self):
        """Order from the dialog."""
        self.ensure_one()
        self._amazon_check_approvable()  # another user may have decided while the dialog was open
        self._amazon_confirm_or_approve()
        return {'type': 'ir.actions.act_window_close'}

    def _amazon_confirm_or_approve(self):
        """Confirm a draft or approve a waiting order, with the rights of the user.

        :raises UserError: it is waiting for another user
        """
        self.ensure_one()
        self._amazon_check_buyer()
        if self.state != 'to approve':
            self.button_confirm()
        elif self._approval_allowed():
            self.button_approve()
        else:
            raise UserError(self._amazon_waiting_sentence())

    def action_amazon_confirm(self):
        """Confirm drafts and approve waiting Amazon orders, with the rights of the user.

        :return: an action that lists each order and what became of it
        """
        def confirm(order):
            order._amazon_check_approvable()
            order._amazon_confirm_or_approve()
            if order.state == 'purchase':
                return self.env._("Ordered: on its way to Amazon")
            if order.state == 'to approve':
                return self.env._("Approval requested")
            raise UserError(self.env._("The order could not be confirmed here. Open it and confirm it there."))
        return self._amazon_one_by_one(self.env._("Confirm Amazon Orders"), confirm)
