from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import cxml
from ...tools.cart_lock import lifted


class PurchaseOrderCancel(models.Model):
    """Cancellation of orders that are at Amazon.

    Amazon accepts no cancellation over cXML, so a person cancels the order on Amazon. In Odoo it is only marked as to
    be cancelled until Amazon's rejection arrives or a person states that it is cancelled there.
    """
    _inherit = 'purchase.order'

    amazon_may_cancel_there = fields.Boolean("Can Be Cancelled on Amazon", compute='_compute_amazon_may_cancel_there')

    @api.depends('amazon_state', 'state', 'receipt_status', 'amazon_session_id')
    def _compute_amazon_may_cancel_there(self):
        for order in self:
            order.amazon_may_cancel_there = order._amazon_is_there() and order.receipt_status != 'full'

    @api.depends('amazon_cancel_wanted', 'receipt_status')
    def _compute_amazon_status(self):
        """Override to depend on the fields of a cancellation, too."""
        super()._compute_amazon_status()

    def _amazon_status_sentence(self):
        """Override to say that the order is to be cancelled on Amazon."""
        sentence = super()._amazon_status_sentence()
        if self.amazon_cancel_wanted and self.amazon_may_cancel_there:
            return self.env._(
                "%s. To be cancelled on Amazon. Press Cancel to state that it is cancelled there, or to keep the order",
                sentence)
        return sentence

    def action_amazon_cancel_there(self):
        """Open the dialog that says where the order can be cancelled, and asks what the person does about it."""
        self.ensure_one()
        self._amazon_check_may_cancel_there()
        cancel = self.env['amazon.punchout.cancel'].create({'order_id': self.id})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Cancel on Amazon"),
            'res_model': cancel._name,
            'res_id': cancel.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    # === TO BE CANCELLED === #

    def _amazon_check_may_cancel_there(self):
        """Check that there is something to cancel on Amazon.

        :raises UserError: why there is not
        """
        self._amazon_check_buyer()
        self.ensure_one()
        self.check_access('write')
        if not self._amazon_is_there():
            raise UserError(self.env._(
                "Order %s is not at Amazon, so there is nothing to cancel there. Reload the page.", self.name))
        if not self.amazon_may_cancel_there:
            raise UserError(self.env._(
                "Order %s can't be cancelled any more: all of it has been received. Return it on Amazon.", self.name))

    def _amazon_want_cancel(self, wanted=True):
        """Mark the order as to be cancelled on Amazon, or as to be kept after all.

        Amazon's confirmations and shipments are still processed: it may be too late to cancel.

        :param bool wanted: whether it is to be cancelled
        """
        self.ensure_one()
        if wanted:
            self._amazon_check_may_cancel_there()
        else:
            self.check_access('write')
        if self.amazon_cancel_wanted == wanted:
            return
        if wanted and not self._amazon_is_cancellable():
            raise UserError(self._amazon_why_not_state_cancelled())
        with lifted():
            self.amazon_cancel_wanted = wanted
        self._amazon_record('cancel_wanted' if wanted else 'cancel_unwanted')
        self.message_post(body=self.env._(
            "To be cancelled on Amazon, which does not accept cancellations from Odoo. The order stays unchanged in "
            "Odoo until Amazon's rejection arrives or a user states that it is cancelled on Amazon.",
        ) if wanted else self.env._("No longer to be cancelled on Amazon."))

    # === CANCELLED, AS A PERSON STATES === #

    def _amazon_may_state_cancelled(self):
        """Tell whether the current user may state that the order is cancelled on Amazon, which is about money.

        :rtype: bool
        """
        self.ensure_one()
        user = self.env.user
        return (
            user in self.amazon_requester_id | self.user_id or user.has_group('purchase.group_purchase_manager')
            or user.has_group('amazon_punchout.group_administrator'))

    def _amazon_is_cancellable(self):
        """Tell whether Amazon may still cancel anything of this order.

        :rtype: bool
        """
        return any(line._amazon_cancellable() for line in self.sudo()._amazon_item_lines())

    def _amazon_why_not_state_cancelled(self):
        """Say why nobody can state that the order is cancelled on Amazon, and what to do instead.

        :return: None if a person can
        :rtype: str | None
        """
        self.ensure_one()
        order_sudo = self.sudo()  # shipments, and the names of bills: people who read the order may know of them
        lines_sudo = order_sudo._amazon_item_lines()
        if not self._amazon_is_cancellable():
            if any(line.product_uom_id.compare(line._amazon_kept_quantity(), line._amazon_arrived_quantity()) > 0
                   for line in lines_sudo):
                return self.env._(
                    "The rest of order %s has been shipped, so it can't be cancelled any more. Return it on Amazon "
                    "once it has arrived, and ask an accountant to record Amazon's refund. If Amazon stopped the "
                    "shipment, a purchase manager can enter that with Enter Amazon's Answer.", self.name)
            return self.env._("Order %s can't be cancelled: all of it has been received or rejected.", self.name)
        billed = lines_sudo.filtered(
            lambda line: line._amazon_cancellable()
            and line.product_uom_id.compare(line.qty_invoiced, line._amazon_kept_quantity()) > 0)
        if bills := billed.invoice_lines.move_id.filtered(
                lambda move: move.state != 'cancel' and move.move_type == 'in_invoice'):
            return self.env._(
                "The rest of order %(order)s has been billed (%(bills)s), so it can't simply be cancelled. Ask an "
                "accountant to record Amazon's refund of a posted bill, or to cancel a draft bill, instead.",
                order=self.name, bills=", ".join(bills.mapped('display_name')))
        return None

    def _amazon_state_cancelled(self):
        """Process the current user's statement that Amazon has cancelled what is neither received nor shipped.

        It is stored as the rejection that Amazon would have sent, under the user's name, and has the same effect.

        :return: what needs attention, or None
        :rtype: str | None
        :raises UserError: who may state it, or why nobody can
        """
        self.ensure_one()
        self._amazon_check_may_cancel_there()
        if not self._amazon_may_state_cancelled():
            raise UserError(self.env._(
                "Only the requester and the purchaser of order %s, purchase managers and Amazon administrators can "
                "state that it is cancelled on Amazon.", self.name))
        if obstacle := self._amazon_why_not_state_cancelled():
            raise UserError(obstacle)
        self._amazon_record('stated_cancelled')
        statement = self.env._("%s states that it is cancelled on Amazon", self.env.user.name)
        items = []
        for line in self._amazon_item_lines():
            if quantity := line._amazon_cancellable():
                items.append(cxml.ConfirmationItem(
                    line_number=line.amazon_line_number, quantity=line._amazon_decimal(line.amazon_cart_quantity),
                    statuses=(cxml.ConfirmationStatus(type='reject', quantity=quantity, comments=(statement,)),),
                    unit_of_measure=line._amazon_unit_code()))
        # Amazon's rejections name no number. Here the number keeps the link to the order's page where only people have
        # entered it, but what has been shipped or received must stay with the Amazon order that delivered it.
        numbers = self._amazon_order_numbers()
        is_whole = not any(line._amazon_kept_quantity() for line in self._amazon_item_lines())
        return self._amazon_enter_confirmation(
            items, confirm_id=numbers[0] if len(numbers) == 1 and is_whole else None)

    # === SERVER ACTION === #

    def action_amazon_cancel(self):
        """Cancel carts, withdraw orders that have not been sent, and mark those at Amazon as to be cancelled there.

        :return: an action that lists each order and what was done with it
        :rtype: dict
        """
        def cancel(order):
            if order.state == 'cancel':
                raise UserError(self.env._("The order is already cancelled."))
            if order._amazon_is_there():
                order._amazon_want_cancel()
                return self.env._(
                    "Not cancelled yet: Amazon does not accept cancellations from Odoo. Cancel the order on Amazon; it "
                    "is marked for cancellation here."), order._amazon_link_html()
            withdrawn = order.amazon_state == 'queued'
            order.button_cancel()
            return self.env._("Withdrawn before it was sent") if withdrawn else self.env._("Cancelled")
        return self._amazon_one_by_one(self.env._("Cancel Amazon Orders"), cancel)


class PurchaseOrderLineCancel(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_cancellable(self):
        """Compute the quantity that Amazon may still cancel.

        :return: 0 if Amazon has rejected, shipped or delivered everything
        :rtype: Decimal
        """
        self.ensure_one()
        return max(self._amazon_decimal(
            self.amazon_cart_quantity - self.amazon_rejected_quantity - self._amazon_kept_quantity()), 0)
