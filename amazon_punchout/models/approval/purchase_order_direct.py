from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, plaintext2html

from ...tools.cart_lock import lifted
from ...tools.direct_order import ordering_directly


class PurchaseOrderDirect(models.Model):
    """Ordering a cart at once, without anybody's approval, where its group has the flow *direct*."""
    _inherit = 'purchase.order'

    amazon_direct_problem = fields.Text(
        "Why Not at Once", copy=False, readonly=True,
        help="Why a cart of a group that orders at once stayed a draft.")

    def _amazon_order_directly(self):
        """Order a cart that has just come back, as its shopper. Whoever calls this rolls back what it raises.

        :raises UserError: why the cart must stay a draft
        """
        self.ensure_one()
        self._amazon_check_direct()
        with ordering_directly(self.id):
            if self._approval_allowed():
                self.button_confirm()
        if self.state != 'purchase':
            raise UserError(self.env._("Another rule in Odoo asks for an approval first."))
        group = self.amazon_group_id
        self.message_post(body=self.env._(
            "Ordered at once, without approval: the Amazon group %(group)s lets %(person)s order up to %(limit)s.",
            group=group.name, person=self.env.user.name,
            limit=format_amount(self.env, group.direct_limit, self.company_id.currency_id)))

    def _amazon_check_direct(self):
        """:raises UserError: not this person, or not this amount"""
        group, company = self.amazon_group_id, self.company_id
        if self.env.user not in group.sudo().direct_user_ids:  # a buyer reads no other users
            raise UserError(self.env._(
                "You are not among those whose carts the Amazon group %(group)s orders at once; %(person)s can add you.",
                group=group.name, person=group._responsible_name()))
        if not self.currency_id._amazon_has_rate(company):
            raise UserError(self.env._(
                "Odoo has no exchange rate for %s, so the limit of orders at once can't be judged.", self.currency_id.name))
        if company.currency_id.compare_amounts(group.direct_limit, 0) <= 0:
            raise UserError(self.env._(
                "The Amazon group %(group)s has no limit for orders at once: %(person)s can set one.",
                group=group.name, person=group._responsible_name()))
        total = self.currency_id._convert(self.amount_total, company.currency_id, company, self.date_order)
        if company.currency_id.compare_amounts(total, group.direct_limit) > 0:
            raise UserError(self.env._(
                "Its total of %(total)s is above the limit of %(limit)s.",
                total=format_amount(self.env, total, company.currency_id),
                limit=format_amount(self.env, group.direct_limit, company.currency_id)))

    def _amazon_stay_draft(self, reason):
        """Say why a cart was not ordered at once, where its shopper sees it.

        :param str reason: in whole sentences
        """
        self.ensure_one()
        with lifted():
            self.amazon_direct_problem = reason
        self.message_post(body=plaintext2html(self.env._("It was not ordered at once, so it is a draft. %s", reason)))

    # === NO APPROVAL OF OURS === #

    @contextmanager
    def _amazon_one_step(self):
        """Let core's own rule judge as if the company asked for no approval. What this skips is that rule alone: other addons'
        rules, between core's and ours, are asked as always. So the value stands in memory only, for one question; it is never
        marked as changed, hence never written."""
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
        super()._compute_amazon_status()

    def _amazon_cart_sentences(self):
        """Override of this addon to say why a cart was not ordered directly."""
        sentences = super()._amazon_cart_sentences()
        if self.amazon_direct_problem and self.state != 'to approve':
            sentences = [*sentences, (30, self.env._("It was not ordered at once: %s", self.amazon_direct_problem))]
        return sentences
