from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from ...const import MANAGER
from ...tools.cart_lock import is_lifted, lifted
from ...tools.direct_order import is_ordered_directly
from ...tools.sentences import joined, shown_moment


class PurchaseOrderApproval(models.Model):
    """The approval of a cart, from which it goes into the outbox."""
    _inherit = 'purchase.order'

    # === APPROVING === #

    def _approval_allowed(self):
        """Override of `purchase` to judge an Amazon order by its own company, and by the rule of its group as well.

        Core looks at the limit of the current company. Without an exchange rate no limit can be judged, so only
        purchase managers may approve then. The group's rule never allows what core or another addon blocks. A direct
        order needs neither core's approval nor the group's; other addons' rules still count.
        """
        if not self.amazon_session_id:
            return super()._approval_allowed()
        return self._amazon_judge_approval()

    def _amazon_approval_allowed(self):
        """Override to judge once more without the addons that are loaded later: they may skip all rules.

        `purchase_order_approved` of the OCA does so for orders in its own state.
        """
        return super()._amazon_approval_allowed() and (not self.amazon_session_id or self._amazon_judge_approval())

    def _amazon_judge_approval(self):
        """Tell whether core's rule and that of the group let the user approve this cart.

        :rtype: bool
        """
        # pylint: disable=super-method-mismatch  # core's rule only, not the override above
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
        """Override of `purchase` to ask for approval of carts that need it.

        As in core, orders that are no longer drafts are ignored, since lists of mixed orders are confirmed at once.
        Carts that need no approval go through :meth:`button_approve`.
        """
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
                cart._amazon_record('asked', total=cart._amazon_total_text(), **cart._amazon_reason_vals())
        return result

    def button_approve(self, force=False):
        """Override of `purchase` to check carts, number them and put them into the outbox: the only way into it.

        Core lets this run on drafts, on approved and on cancelled orders, and over RPC without `button_confirm`, so
        every check is made here, too.
        """
        carts = self.filtered('amazon_session_id')
        if not carts:
            return super().button_approve(force=force)
        carts._amazon_check_buyer()
        carts._amazon_check_approvable()
        allowed = carts.filtered(lambda order: order._amazon_approval_allowed())
        for cart in carts - allowed:
            if self._amazon_is_foreign(cart.state):  # no one would notice that nothing happens
                raise UserError(cart._amazon_waiting_sentence())
        for cart in allowed:
            cart._amazon_check_ready()
            cart._amazon_check_distribution()
        asked = allowed.filtered('amazon_asked_at')
        with lifted():
            allowed._amazon_estimate_arrival()
            result = super(PurchaseOrderApproval, self - carts + allowed).button_approve(force=force)
            approved = allowed.filtered(lambda order: order.state == 'purchase')
            for order in approved:
                order._amazon_record(
                    'direct' if is_ordered_directly(order.id) else 'approved', total=order._amazon_total_text(),
                    number=order.name, deliver_to=order.picking_type_id.sudo().warehouse_id.name)
            approved._amazon_queue()
        (asked & approved)._amazon_close_approval_requests()
        return result

    def write(self, vals):
        """Override of `purchase` to number carts in the write that approves them.

        The receipts, which copy the name, come after it. Before it, another addon may block every other write.
        """
        numbered = self.browse()
        if vals.get('state') == 'purchase' and is_lifted():
            numbered = self.filtered(lambda order: order.amazon_cart_ref and order.name == order.amazon_cart_ref)
        if not numbered:
            return super().write(vals)
        super(PurchaseOrderApproval, self - numbered).write(vals)
        for order in numbered:
            super(PurchaseOrderApproval, order).write({**vals, **order._amazon_number_vals()})
        return True

    def _amazon_check_approvable(self):
        """Check that the carts can be approved.

        :raises UserError: one of them is approved or cancelled already
        """
        for cart in self:
            if cart.state == 'cancel':
                raise UserError(self._(
                    "Order %s is cancelled, so it can't be ordered. Shop again instead.", cart.name))
            if cart.state == 'purchase':
                raise UserError(self._("Order %s has already been approved.", cart.name))

    def _amazon_check_open(self):
        """Check that the group is open, in the mode in which the cart was shopped.

        :raises UserError: nothing may be sent now
        """
        self.ensure_one()
        group = self.amazon_group_id
        if group.state == 'draft' or not group.active:
            raise UserError(self._(
                "The Amazon group %(group)s is in draft or archived, so order %(order)s can't be sent. Ask %(person)s.",
                group=group.name, order=self.name, person=group._responsible_name()))
        if group._deployment_mode() != self.amazon_deployment_mode:
            raise UserError(self._(
                "Order %(order)s was shopped while the Amazon group %(group)s was in another mode. A test cart is "
                "never ordered live, and a live cart never as a test. Cancel the order and shop again.",
                order=self.name, group=group.name))

    def _amazon_check_ready(self):
        """Check everything that a cart needs before it may be ordered.

        :raises UserError: what is missing, and what to do about it
        """
        self._amazon_check_open()
        self._amazon_check_identity()
        group = self.amazon_group_id
        if self.amazon_hold_over and group.hold_policy == 'block':
            raise UserError(self._(
                "Amazon held the prices of order %(order)s only until %(date)s. Cancel it and shop again.",
                order=self.name, date=shown_moment(self.env, self.amazon_valid_until)))
        warehouse = self.picking_type_id.warehouse_id
        if warehouse not in group._allowed_warehouses():
            raise UserError(self._(
                "Orders of the Amazon group %(group)s can't be delivered to %(warehouse)s.",
                group=group.name, warehouse=warehouse.name or self.picking_type_id.display_name))
        self._amazon_read_people(warehouse)
        problems = self.company_id._amazon_address_problems(warehouse)
        if not self.amazon_requester_id._amazon_email():
            problems.append(self._(
                "%s, the requester of this order, has no e-mail address that is confirmed for Amazon. Ask an Amazon "
                "Business administrator to enter their Amazon E-mail.",
                self.amazon_requester_id.sudo().name))
        problems += self._amazon_missing_fields()
        if problems:
            raise UserError(joined("\n", problems))

    def _amazon_check_identity(self):
        """Check that the items that the lines show are those that Amazon will be asked for.

        :raises UserError: an item differs
        """
        for line in self._amazon_item_lines():
            if not line._amazon_is_as_shown():
                raise UserError(self._(
                    "Line %(number)s of order %(order)s (%(item)s) differs from the cart that Amazon returned. Cancel "
                    "the order and shop again.", number=line.amazon_line_number, order=self.name,
                    item=line._amazon_title()))

    def _amazon_read_people(self, warehouse):
        """Fetch the users and addresses that an approval and its order request need, in one query each.

        :param warehouse: the `stock.warehouse` to deliver to
        """
        users_sudo = self.env['res.users'].sudo().browse(
            {self.amazon_requester_id.id, self.user_id.id, self.env.uid, SUPERUSER_ID} - {False})
        (users_sudo.partner_id | self.partner_id.sudo() | warehouse.sudo().partner_id
         | self.company_id.sudo().partner_id).mapped('street')

    def _amazon_check_distribution(self):
        """Check mandatory analytic distributions. Core does so only if the context of the button says so.

        RPC callers need not set that key. The first query keeps approvals cheap where no plan is mandatory.

        :raises ValidationError: a mandatory analytic distribution is missing
        """
        plans_sudo = self.env['account.analytic.plan'].sudo().with_company(self.company_id)
        if plans_sudo.search_count([
            '|', ('default_applicability', '=', 'mandatory'), ('applicability_ids.applicability', '=', 'mandatory'),
        ], limit=1):
            self.order_line.with_context(validate_analytic=True)._validate_analytic_distribution()

    def _amazon_number_vals(self):
        """Take the next number of this order.

        :return: values of the order; none if there is no sequence
        :rtype: dict
        """
        self.ensure_one()
        number = self._amazon_next_number()
        if not number:
            return {}
        return {'name': number, 'origin': ", ".join(filter(None, [self.amazon_cart_ref, self.origin]))}
