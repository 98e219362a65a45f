from markupsafe import Markup

from odoo import api, fields, models

from ...tools.sentences import shown_number


class AmazonPunchoutCancel(models.TransientModel):
    """The dialog to cancel an order that is at Amazon: where it is cancelled, and what the person does about it."""
    _name = 'amazon.punchout.cancel'
    _description = "Cancel on Amazon"

    order_id = fields.Many2one('purchase.order', required=True, readonly=True, ondelete='cascade')
    links = fields.Html(related='order_id.amazon_links', related_sudo=False, sanitize=False)
    is_wanted = fields.Boolean(related='order_id.amazon_cancel_wanted', related_sudo=False)
    is_test = fields.Boolean(compute='_compute_is_test')
    may_state = fields.Boolean("Can State That It Is Cancelled", compute='_compute_may_state')
    may_want = fields.Boolean(
        "Can Be Cancelled on Amazon", compute='_compute_may_state',
        help="Something of the order is neither shipped nor received.")
    obstacle = fields.Char(
        compute='_compute_may_state', help="Why you can't state that the order is cancelled on Amazon.")
    too_late = fields.Html(compute='_compute_too_late', sanitize=False)  # escaped where made

    @api.depends('order_id')
    def _compute_is_test(self):
        for cancel in self:
            cancel.is_test = cancel.order_id.amazon_deployment_mode == 'test'

    @api.depends('order_id')
    @api.depends_context('uid', 'lang')
    def _compute_may_state(self):
        for cancel in self:
            order = cancel.order_id
            may_state = bool(order) and order._amazon_may_state_cancelled()
            cancel.may_want = order._amazon_is_cancellable()
            is_told = may_state or order and not cancel.may_want
            cancel.obstacle = order._amazon_why_not_state_cancelled() if is_told else False
            cancel.may_state = may_state and not cancel.obstacle

    @api.depends('order_id')
    @api.depends_context('lang')
    def _compute_too_late(self):
        """List what was shipped, received or billed: cancelling does not undo it."""
        for cancel in self:
            sentences = [self._progress_sentence(line) for line in cancel.order_id._amazon_item_lines()
                         if line.qty_received or line._amazon_kept_quantity()]
            bills_sudo = cancel.order_id.sudo().invoice_ids  # only names: people who read the order may know of them
            sentences += [
                self.env._("Billed: %s", bill.display_name) for bill in bills_sudo
                if bill.state != 'cancel' and bill.move_type == 'in_invoice']
            rows = Markup("").join(Markup("<li>%s</li>") % each for each in sentences)
            cancel.too_late = rows and Markup('<ul class="mb-0">%s</ul>') % rows

    @api.model
    def _progress_sentence(self, line):
        """Say how much of a line was received or shipped.

        :param line: a `purchase.order.line`
        :rtype: str
        """
        values = {'ordered': shown_number(self.env, line.amazon_cart_quantity), 'item': line._amazon_title()}
        if line.qty_received:
            return self.env._(
                "%(received)s of %(ordered)s received: %(item)s",
                received=shown_number(self.env, line.qty_received), **values)
        return self.env._(
            "%(shipped)s of %(ordered)s shipped: %(item)s",
            shipped=shown_number(self.env, line._amazon_kept_quantity()), **values)

    def action_want(self):
        """Mark the order as to be cancelled: the person will cancel it on Amazon."""
        self.ensure_one()
        self.order_id._amazon_want_cancel()
        return {'type': 'ir.actions.act_window_close'}

    def action_keep(self):
        """Mark the order as to be kept after all."""
        self.ensure_one()
        self.order_id._amazon_want_cancel(wanted=False)
        return {'type': 'ir.actions.act_window_close'}

    def action_state_cancelled(self):
        """State that the order is cancelled on Amazon, as the person has seen there."""
        self.ensure_one()
        remark = self.order_id._amazon_state_cancelled()
        if remark:
            return {
                'type': 'ir.actions.client',
                'tag': 'display_notification',
                'params': {
                    'title': self.env._("Cancelled in Odoo, but needs attention"),
                    'message': str(remark),  # XML-RPC takes no other class
                    'type': 'warning',
                    'sticky': True,
                    'next': {'type': 'ir.actions.act_window_close'},
                },
            }
        return {'type': 'ir.actions.act_window_close'}
