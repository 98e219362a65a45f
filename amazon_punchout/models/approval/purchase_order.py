from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from ...const import MANAGER, UNAPPROVED_STATES
from ...tools.cart_lock import lifted
from ...tools.direct_order import is_ordered_directly


class PurchaseOrderApproval(models.Model):
    """From Odoo's own approval into the outbox."""
    _inherit = 'purchase.order'

    # === APPROVING === #

    def _approval_allowed(self):
        """Override of `purchase` to judge an Amazon order by its own company, and by the rule of its group on top.

        Core looks at the limit of the current company. Without an exchange rate no limit can be judged, so only a
        purchase manager may approve then. The group's rule lets nobody through whom core or another addon stops. A
        cart that is ordered directly needs neither core's approval nor the group's; other addons' rules still count.
        """
        if not self.amazon_session_id:
            return super()._approval_allowed()
        company = self.company_id
        order = self.with_company(company)
        if is_ordered_directly(self.id):
            with self._amazon_one_step():
                return super(PurchaseOrderApproval, order)._approval_allowed()
        if (company.po_double_validation == 'two_step' and not self.env.user.has_group(MANAGER)
                and not self.currency_id._amazon_has_rate(company)):
            return False
        return super(PurchaseOrderApproval, order)._approval_allowed() and self._amazon_rule_allows()

    def button_confirm(self):
        """Confirm; carts that need somebody else's approval ask for it. Like core's, it passes over orders that are no
        drafts any more: lists of mixed orders come here. What is approved goes by :meth:`button_approve`."""
        self._amazon_check_buyer()
        carts = self.filtered(lambda order: order.amazon_session_id and order.state in ('draft', 'sent'))
        if not carts:
            return super().button_confirm()
        with lifted():
            result = super().button_confirm()
            waiting = carts.filtered(lambda order: order.state == 'to approve')
            for cart in waiting:
                cart._amazon_check_ready()
                cart._amazon_ask_for_approval()
        return result

    def button_approve(self, force=False):
        """The one hook into the outbox. Core lets this run on drafts, on approved and on cancelled orders, and over
        RPC without `button_confirm`, so every check stands here too."""
        carts = self.filtered('amazon_session_id')
        if not carts:
            return super().button_approve(force=force)
        carts._amazon_check_buyer()
        carts._amazon_check_approvable()
        allowed = carts.filtered(lambda order: order._approval_allowed())
        for cart in allowed:
            cart._amazon_check_ready()
            cart._amazon_check_distribution()
        waiting = allowed.filtered(lambda order: order.state == 'to approve')
        with lifted():
            allowed._amazon_take_number()  # before super: it makes the receipts, and they copy the name
            result = super().button_approve(force=force)
            approved = allowed.filtered(lambda order: order.state == 'purchase')
            approved._amazon_queue()
        (waiting & approved)._amazon_close_approval_requests()
        return result

    def _amazon_check_approvable(self):
        """:raises UserError: one of the carts is approved or cancelled already"""
        for cart in self:
            if cart.state == 'cancel':
                raise UserError(self.env._("Order %s is cancelled, so it can't be ordered. Shop again.", cart.name))
            if cart.state not in UNAPPROVED_STATES:
                raise UserError(self.env._("Order %s has been approved already.", cart.name))

    def _amazon_check_open(self):
        """:raises UserError: nothing of this order may go to Amazon now, whatever it is"""
        self.ensure_one()
        group = self.amazon_group_id
        if group.state == 'draft' or not group.active:
            raise UserError(self.env._(
                "The Amazon group %(group)s is closed, so order %(order)s can't go to Amazon. Ask %(person)s.",
                group=group.name, order=self.name, person=group._responsible_name()))
        if group._deployment_mode() != self.amazon_deployment_mode:
            raise UserError(self.env._(
                "Order %(order)s was shopped while the Amazon group %(group)s was in another mode. A test is never "
                "ordered live, nor the reverse: cancel it and shop again.", order=self.name, group=group.name))

    def _amazon_check_ready(self):
        """Everything that must be true of a cart before it may be ordered.

        :raises UserError: the first thing that is not, and what to do about it
        """
        self._amazon_check_open()
        group = self.amazon_group_id
        if self.amazon_hold_over and group.hold_policy == 'refuse':
            raise UserError(self.env._(
                "Amazon held the prices of order %(order)s until %(date)s only. Cancel it and shop again.",
                order=self.name, date=self._amazon_date_and_time(self.amazon_valid_until)))
        warehouse = self.picking_type_id.warehouse_id
        if warehouse not in group._allowed_warehouses():
            raise UserError(self.env._(
                "Orders of the Amazon group %(group)s may not be delivered to %(warehouse)s.",
                group=group.name, warehouse=warehouse.name or self.picking_type_id.display_name))
        self._amazon_read_people(warehouse)
        problems = self.company_id._amazon_address_problems(warehouse)
        if not self.amazon_requester_id._amazon_email():
            problems.append(self.env._(
                "%s, who shopped this order, needs an e-mail address: Amazon writes there.",
                self.amazon_requester_id.sudo().name))
        problems += self._amazon_missing_fields()
        if problems:
            raise UserError("\n".join(problems))

    def _amazon_read_people(self, warehouse):
        """Read whom an approval and its order request name, all users in one query and all addresses in another.

        :param warehouse: the `stock.warehouse` to deliver to
        """
        users_sudo = self.env['res.users'].sudo().browse(
            {self.amazon_requester_id.id, self.user_id.id, self.env.uid, SUPERUSER_ID} - {False})
        (users_sudo.partner_id | self.partner_id.sudo() | warehouse.sudo().partner_id
         | self.company_id.sudo().partner_id).mapped('street')

    def _amazon_check_distribution(self):
        """Core checks this only where the button says so in its context, which RPC callers need not.

        Asking first whether any plan is mandatory at all keeps an approval cheap where none is.

        :raises ValidationError: a mandatory analytic distribution is missing
        """
        plans_sudo = self.env['account.analytic.plan'].sudo().with_company(self.company_id)
        if plans_sudo.search_count([
            '|', ('default_applicability', '=', 'mandatory'), ('applicability_ids.applicability', '=', 'mandatory'),
        ], limit=1):
            self.order_line.with_context(validate_analytic=True)._validate_analytic_distribution()

    def _amazon_take_number(self):
        """Give an approved cart the next number of the company's purchase orders, once."""
        for order in self:
            if not order.amazon_cart_ref or order.name != order.amazon_cart_ref:
                continue
            number = self.env['ir.sequence'].with_company(order.company_id).next_by_code('purchase.order')
            if number:
                order.write({
                    'name': number,
                    'origin': ", ".join(filter(None, [order.amazon_cart_ref, order.origin])),
                })
