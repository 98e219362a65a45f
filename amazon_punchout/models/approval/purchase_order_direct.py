from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, plaintext2html

from ...tools.cart_lock import lifted
from ...tools.direct_order import ordering_directly
from ...tools.sentences import Reason, shown_amount


class PurchaseOrderDirect(models.Model):
    """Direct orders: carts of a group with the flow *direct* are ordered without approval."""
    _inherit = 'purchase.order'

    amazon_direct_problem = Reason(
        "Why Not Ordered Directly", copy=False, readonly=True,
        help="Why a cart of a group with direct orders stayed a draft.")

    def _amazon_order_directly(self):
        """Order a cart that has just come back, as its shopper. The caller rolls back if this raises.

        :raises UserError: why the cart must stay a draft
        """
        self.ensure_one()
        self._amazon_check_direct()
        action = None
        with ordering_directly(self.id):
            if self._approval_allowed():
                action = self._amazon_confirm_or_approve()
        if self.state != 'purchase':
            raise UserError(self._amazon_not_ordered_sentence(action) if action else self._(
                "Another rule in Odoo requires approval first."))
        group = self.amazon_group_id
        self.message_post(body=self.env._(
            "Ordered directly, without approval: the Amazon group %(group)s lets %(user)s place direct orders up to "
            "%(limit)s.", group=group.name, user=self.env.user.name,
            limit=format_amount(self.env, group.direct_limit, self.company_id.currency_id)))

    def _amazon_check_direct(self):
        """Check that the user may order this amount directly.

        :raises UserError: why not
        """
        group, company = self.amazon_group_id, self.company_id
        if self.env.user not in group.sudo().direct_user_ids:  # buyers can't read other users
            raise UserError(self._(
                "You can't place direct orders with the Amazon group %(group)s. %(person)s can add you.",
                group=group.name, person=group._responsible_name()))
        if not self.currency_id._amazon_has_rate(company):
            raise UserError(self._(
                "Odoo has no exchange rate for %s, so the limit for direct orders can't be checked.",
                self.currency_id.name))
        if company.currency_id.compare_amounts(group.direct_limit, 0) <= 0:
            raise UserError(self._(
                "The Amazon group %(group)s has no limit for direct orders. %(person)s can set one.",
                group=group.name, person=group._responsible_name()))
        total = self.currency_id._convert(self.amount_total, company.currency_id, company, self.date_order)
        if company.currency_id.compare_amounts(total, group.direct_limit) > 0:
            raise UserError(self._(
                "The total of %(total)s is above the limit of %(limit)s.",
                total=shown_amount(self.env, total, company.currency_id),
                limit=shown_amount(self.env, group.direct_limit, company.currency_id)))

    def _amazon_keep_draft(self, reason):
        """Note why a cart was not ordered directly, where its shopper sees it.

        :param str reason: in whole sentences
        """
        self.ensure_one()
        with lifted():
            self.amazon_direct_problem = reason
        self.message_post(body=plaintext2html(self.env._(
            "The cart was not ordered directly and stays a draft. %s", reason)))

    # === NO APPROVAL OF OURS === #

    @contextmanager
    def _amazon_one_step(self):
        """Let core's own rule judge as if the company required no approval.

        Only that rule is skipped: other addons' rules, between core's and ours, count as always. So the value is
        changed in memory only, for one question; it is never marked as changed, hence never written.
        """
        company, field = self.company_id, self.company_id._fields['po_double_validation']
        company.flush_recordset([field.name])
        before = field.convert_to_cache(company[field.name], company)
        field._update_cache(company, 'one_step')
        try:
            yield
        finally:
            field._update_cache(company, before)

    # === WHAT IS SAID === #

    @api.depends('amazon_direct_problem')
    def _compute_amazon_status(self):
        """Override to depend on why a cart was not ordered directly."""
        super()._compute_amazon_status()

    def _amazon_cart_sentences(self):
        """Override to say why a cart was not ordered directly."""
        sentences = super()._amazon_cart_sentences()
        if self.amazon_direct_problem and self.state != 'to approve':
            sentences = [*sentences, (30, self.env._("It was not ordered directly: %s", self.amazon_direct_problem))]
        return sentences
