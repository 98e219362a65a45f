from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.cart_lock import lifted


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
        """Order from the dialog, and only what it showed."""
        self.ensure_one()
        self._amazon_check_shown()
        if self._amazon_is_unqueued():
            self._amazon_queue_approved()
            return {'type': 'ir.actions.act_window_close'}
        self._amazon_check_approvable()  # another user may have decided while the dialog was open
        before = self.state
        if action := self._amazon_confirm_or_approve():
            return action
        if self.state == before:
            raise UserError(self._amazon_not_ordered_sentence())
        return {'type': 'ir.actions.act_window_close'}

    def _amazon_confirm_or_approve(self):
        """Confirm a draft or approve a waiting order, with the rights of the user.

        :return: the action by which another addon asks the user something; None if there is none
        :rtype: dict | None
        :raises UserError: it is waiting for another user
        """
        self.ensure_one()
        self._amazon_check_buyer()
        if self.state in ('draft', 'sent'):
            result = self.button_confirm()
        elif self._amazon_approval_allowed():
            result = self.button_approve()
        else:
            raise UserError(self._amazon_waiting_sentence())
        return result if isinstance(result, dict) and result.get('type') else None

    def _amazon_not_ordered_sentence(self, action=None):
        """Say why a cart was not ordered, although nothing has failed.

        :param dict action: by which another addon asks the user something
        :rtype: str
        """
        if action:
            return self._(
                "Order %(order)s could not be ordered because a question must be answered first: %(question)s Open the "
                "order and press Order at Amazon.", order=self.name,
                question=action.get('name') or action.get('res_model') or "")
        return self._(
            "Order %(order)s could not be ordered because another rule in Odoo kept it in the status %(state)s.",
            order=self.name, state=self._amazon_state_name())

    def _amazon_queue_approved(self):
        """Put an order into the outbox that another addon has made a purchase order of past `button_approve`.

        It gets a number if it has none; its receipt keeps that of the cart.

        :raises UserError: why it may not be ordered
        """
        self.ensure_one()
        self.check_access('write')
        self._amazon_check_buyer()
        self.lock_for_update()  # two people may press the button
        self.invalidate_recordset(['state', 'amazon_state'])
        if not self._amazon_is_unqueued():
            raise UserError(self.env._("Order %s has already been dealt with. Reload the page.", self.name))
        if not self._amazon_approval_allowed():
            raise UserError(self._amazon_waiting_sentence())
        self._amazon_check_ready()
        self._amazon_check_distribution()
        with lifted():
            number = self._amazon_number_vals() if self.amazon_cart_ref and self.name == self.amazon_cart_ref else {}
            self.write({'date_approve': self.date_approve or fields.Datetime.now(), **number})
            self._amazon_record(
                'approved', total=self._amazon_total_text(), number=self.name,
                deliver_to=self.picking_type_id.sudo().warehouse_id.name)
            self._amazon_queue()
        self._amazon_close_approval_requests()
        self._amazon_close_problem()

    def action_amazon_confirm(self):
        """Confirm drafts and approve waiting Amazon orders, with the rights of the user.

        :return: an action that lists each order and what became of it; of a single order, the action by which another
            addon asks the user something
        """
        questions = []

        def confirm(order):
            if order._amazon_is_unqueued():
                order._amazon_queue_approved()
                return self.env._("Ordered: on its way to Amazon")
            order._amazon_check_approvable()
            before, action = order.state, order._amazon_confirm_or_approve()
            if order.state == 'purchase':
                return self.env._("Ordered: on its way to Amazon")
            if action:  # no error: what the other addon has noted for its question must stay
                questions.append(action)
                return order._amazon_not_ordered_sentence(action), False
            if order.state == before:
                raise UserError(order._amazon_not_ordered_sentence())
            if order.state == 'to approve':
                return self.env._("Approval requested")
            return self.env._(
                "Status %s: Amazon gets the order once it is a purchase order", order._amazon_state_name())
        result = self._amazon_one_by_one(self.env._("Confirm Amazon Orders"), confirm)
        return questions[0] if questions and len(self) == 1 else result
