from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import cxml
from ...tools.cart_lock import lifted


class PurchaseOrderCancelling(models.Model):
    """Cancelling what is at Amazon, which takes no cancellation from a purchasing system: a person cancels it there.
    Here it is a wish until Amazon's rejection arrives or somebody states that it is done."""
    _inherit = 'purchase.order'

    amazon_may_cancel_there = fields.Boolean(compute='_compute_amazon_may_cancel_there')

    @api.depends('amazon_state', 'state', 'receipt_status', 'amazon_session_id')
    def _compute_amazon_may_cancel_there(self):
        for order in self:
            order.amazon_may_cancel_there = order._amazon_is_there() and order.receipt_status != 'full'

    @api.depends('amazon_cancel_wanted', 'receipt_status')
    def _compute_amazon_status(self):
        super()._compute_amazon_status()

    def _amazon_status_sentence(self):
        sentence = super()._amazon_status_sentence()
        if self.amazon_cancel_wanted and self.amazon_may_cancel_there:
            return self.env._(
                "%s. To be cancelled on Amazon: press Cancel once Amazon says that it is, or to keep the order", sentence)
        return sentence

    def action_amazon_cancel_there(self):
        """Open the dialog that says where the order is cancelled, and asks what the person does about it."""
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

    # === THE WISH === #

    def _amazon_check_may_cancel_there(self):
        """:raises UserError: there is nothing to be cancelled on Amazon"""
        self._amazon_check_buyer()
        self.ensure_one()
        self.check_access('write')
        if not self._amazon_is_there():
            raise UserError(self.env._(
                "Order %s is not at Amazon, so there is nothing to cancel there. Reload the page.", self.name))
        if not self.amazon_may_cancel_there:
            raise UserError(self.env._(
                "Everything of order %s has been received: it can't be cancelled any more. Return it on Amazon.", self.name))

    def _amazon_want_cancel(self, wanted=True):
        """Note that the order is to be cancelled on Amazon, or that it is to be kept after all.

        Amazon's confirmations and shipments go on meanwhile: it may be too late.
        """
        self.ensure_one()
        if wanted:
            self._amazon_check_may_cancel_there()
        else:
            self.check_access('write')
        if self.amazon_cancel_wanted == wanted:
            return
        with lifted():
            self.amazon_cancel_wanted = wanted
        self.message_post(body=self.env._(
            "To be cancelled on Amazon, which takes no cancellation from a purchasing system. The order stays as it is "
            "here until Amazon's rejection arrives, or somebody states that it is cancelled there.") if wanted else self.env._(
            "It is not to be cancelled on Amazon any more."))

    # === THE STATEMENT === #

    def _amazon_may_state_cancelled(self):
        """Tell whether the current user may say that the order is cancelled on Amazon: it is a statement about money.

        :rtype: bool
        """
        self.ensure_one()
        user = self.env.user
        return (
            user in self.amazon_requester_id | self.user_id or user.has_group('purchase.group_purchase_manager')
            or user.has_group('amazon_punchout.group_administrator'))

    def _amazon_stating_obstacle(self):
        """:return: why nobody can state that the order is cancelled on Amazon, and what to do instead; else None
        :rtype: str | None
        """
        self.ensure_one()
        order_sudo = self.sudo()  # shipments, and the names of bills; who reads the order may know of them
        lines_sudo = order_sudo._amazon_item_lines()
        if not any(line._amazon_cancellable() for line in lines_sudo):
            if any(line.product_uom_id.compare(line._amazon_kept_quantity(), line._amazon_arrived_quantity()) > 0
                   for line in lines_sudo):
                return self.env._(
                    "Everything that is left of order %s has been shipped, so it can't be cancelled any more. Return it on "
                    "Amazon once it is here, and have Amazon's refund recorded. If Amazon stopped the parcel, a purchase "
                    "manager enters that by Enter What Amazon Says.", self.name)
            return self.env._(
                "Nothing of order %s is left to be cancelled: it has been received or rejected.", self.name)
        billed = lines_sudo.filtered(
            lambda line: line._amazon_cancellable()
            and line.product_uom_id.compare(line.qty_invoiced, line._amazon_kept_quantity()) > 0)
        if bills := billed.invoice_lines.move_id.filtered(
                lambda move: move.state != 'cancel' and move.move_type == 'in_invoice'):
            return self.env._(
                "What is left of order %(order)s is billed (%(bills)s), so it can't be cancelled as if nothing had happened. "
                "Have Amazon's refund of a posted bill recorded, or a draft cancelled, instead.",
                order=self.name, bills=", ".join(bills.mapped('display_name')))
        return None

    def _amazon_state_cancelled(self):
        """Take a person's word that Amazon has cancelled what is neither received nor shipped. It is kept as the rejection that
        Amazon would have sent, under the person's name, and does what that would have done.

        :return: what needs attention, or None
        :rtype: str | None
        :raises UserError: who may say so, or why it can't be
        """
        self.ensure_one()
        self._amazon_check_may_cancel_there()
        if not self._amazon_may_state_cancelled():
            raise UserError(self.env._(
                "Only who shopped order %s, its purchaser, purchase managers and Amazon administrators state that it is "
                "cancelled on Amazon.", self.name))
        if obstacle := self._amazon_stating_obstacle():
            raise UserError(obstacle)
        said = self.env._("%s states that it is cancelled on Amazon", self.env.user.name)
        items = []
        for line in self._amazon_item_lines():
            if quantity := line._amazon_cancellable():
                items.append(cxml.ConfirmationItem(
                    line_number=line.amazon_line_number, quantity=line._amazon_decimal(line.amazon_cart_quantity),
                    statuses=(cxml.ConfirmationStatus(type='reject', quantity=quantity, comments=(said,)),)))
        # Amazon's rejections name no number. Here it keeps the way to the order's page where only people knew of it, but
        # what has been shipped or received must stay with the Amazon order that brought it.
        numbers = self._amazon_order_numbers()
        is_whole = not any(line._amazon_kept_quantity() for line in self._amazon_item_lines())
        return self._amazon_enter_confirmation(items, confirm_id=numbers[0] if len(numbers) == 1 and is_whole else None)

    # === SERVER ACTION === #

    def action_amazon_cancel(self):
        """Cancel carts and withdraw orders that have not been sent; those at Amazon are noted as to be cancelled there.

        :return: an action that lists each order and what became of it
        """
        def cancel(order):
            if order.state == 'cancel':
                raise UserError(self.env._("It is cancelled already."))
            if order._amazon_is_there():
                order._amazon_want_cancel()
                return self.env._(
                    "Not cancelled yet: Amazon takes no cancellation from a purchasing system. Cancel it there; it is "
                    "noted as to be cancelled."), order._amazon_link_html()
            withdrawn = order.amazon_state == 'queued'
            order.button_cancel()
            return self.env._("Withdrawn before it was sent") if withdrawn else self.env._("Cancelled")
        return self._amazon_one_by_one(self.env._("Cancel Amazon orders"), cancel)


class PurchaseOrderLineCancelling(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_cancellable(self):
        """:return: what Amazon may still cancel; 0 if it has rejected, shipped or delivered everything
        :rtype: Decimal
        """
        self.ensure_one()
        return max(self._amazon_decimal(
            self.amazon_cart_quantity - self.amazon_rejected_quantity - self._amazon_kept_quantity()), 0)
