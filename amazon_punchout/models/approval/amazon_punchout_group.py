from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_amount

from ...const import MANAGER
from ...tools.checklist import RECOMMENDED, REQUIRED, Check

# What decides who orders directly, and how much.
DIRECT_FIELDS = frozenset({'flow', 'direct_user_ids', 'direct_limit', 'company_id'})


class AmazonPunchoutGroupApproval(models.Model):
    """Who approves the orders of a group, and who orders without approval."""
    _inherit = 'amazon.punchout.group'

    approval_rule = fields.Selection(
        [('company', "As set for the company"), ('manager', "Every order by a purchase manager"),
         ('other', "Every order by a user other than its requester")],
        "Approval", default='company', required=True, tracking=True,
        help="As set for the company: Purchase Order Approval in the Purchase settings decides; it is off by "
             "default. By a purchase manager: whatever the amount. By a user other than its requester: requesters, "
             "even purchase managers, can't approve their own orders; other users can, as far as the company's setting "
             "allows.")
    direct_user_ids = fields.Many2many(
        'res.users', 'amazon_punchout_group_direct_user_rel', 'group_id', 'user_id', string="Direct Orders For",
        check_company=True, domain="[('share', '=', False), ('company_ids', 'in', company_id)]", tracking=True,
        help="The carts of these users are sent to Amazon as soon as they come back, without approval. Leave empty to "
             "allow no direct orders.")
    direct_limit = fields.Monetary(
        "Up To", tracking=True,
        help="The highest total of a direct order, including shipping and tax. Set 0 to allow no direct orders. Carts "
             "in another currency are converted at the rate of the day.")

    # === CONSTRAINTS === #

    @api.constrains('direct_limit')
    def _check_direct_limit(self):
        for group in self:
            if group.direct_limit < 0:
                raise ValidationError(self.env._(
                    "The limit for direct orders of the Amazon group %s can't be negative.", group.name))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail` to let nobody place direct orders with a group of their own making."""
        groups = super().create(vals_list)
        for group in groups:
            group._check_own_direct_orders((False, 0, 0, group.company_id))
        return groups

    def write(self, vals):
        """Override of `mail` to let nobody allow themselves direct orders, or larger ones."""
        if self.env.su or DIRECT_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = {group: group._own_direct_orders() for group in self}
        result = super().write(vals)
        for group in self:
            group._check_own_direct_orders(before[group])
        return result

    def copy_data(self, default=None):
        """Override of `base` to copy a group without the right of the current user to place direct orders."""
        vals_list = super().copy_data(default)
        if not self.env.su and 'direct_user_ids' not in (default or {}):
            for group, vals in zip(self, vals_list, strict=True):
                vals['direct_user_ids'] = [Command.set((group.direct_user_ids - self.env.user).ids)]
        return vals_list

    def _own_direct_orders(self):
        """Tell what the current user may order directly; everything else stays, so more is more.

        :return: whether the user is on the list, up to which limit, up to which limit at present, of which company
        :rtype: tuple
        """
        self.ensure_one()
        is_listed = self.env.user in self.sudo().direct_user_ids  # all users, also of other companies
        limit = self.direct_limit if is_listed else 0
        return is_listed, limit, limit if self.flow == 'direct' else 0, self.company_id

    def _check_own_direct_orders(self, before):
        """Check that the user did not extend their own right to order without approval; data files and code may.

        :param tuple before: of :meth:`_own_direct_orders`
        :raises UserError: another administrator has to do this
        """
        if self.env.su:
            return
        *after, company = self._own_direct_orders()
        *less, company_before = before
        if any(new > old for new, old in zip(after, less, strict=True)) or after[0] and company != company_before:
            raise UserError(self.env._(
                "You can't allow yourself direct orders, or a higher limit for them. Ask another administrator of "
                "Amazon Business to change this in the Amazon group %s.", self.name))

    # === CHECKLIST === #

    def _checklist(self):
        """Override to require people who approve orders, or who may place direct orders within a limit."""
        checks = super()._checklist()
        if self.approval_rule != 'company':
            checks.append(self._checklist_managers())
        if self.approval_rule == 'other':
            checks.append(self._checklist_approvers())
        if self.flow == 'direct':
            checks += [
                self._checklist_direct_users(), self._checklist_direct_limit(), *self._checklist_direct_approval()]
        return checks

    def _checklist_managers(self):
        """Check that there is a purchase manager to ask for approval.

        :rtype: Check
        """
        managers = self._people_of(MANAGER).filtered('email')
        return Check(
            'approval_managers', 70, REQUIRED, bool(managers),
            self.env._("Asked for approval: %s.", ", ".join(managers.mapped('name')))
            if managers else self._ask_for_users(self.env._(
                "There is no one to ask for approval. Make a user a purchase manager (Purchase: Administrator) of %s "
                "and give them an e-mail address.", self.company_id.name)),
            self._users_page())

    def _checklist_approvers(self):
        """Check that requesters need not approve their own orders.

        Two buyers are enough where the company lets every buyer approve. Where it has a limit, there must be two
        managers, since orders above it would wait forever otherwise.

        :rtype: Check
        """
        by_managers = self.company_id.po_double_validation == 'two_step'
        people = self._people_of(MANAGER if by_managers else 'purchase.group_purchase_user')
        if len(people) > 1:
            sentence = self.env._("At least two users can approve, so no one has to approve their own orders.")
        elif by_managers:
            sentence = self._ask_for_users(self.env._(
                "Requesters can't approve their own orders, and orders above the company's limit need a purchase "
                "manager. Make at least two users purchase managers (Purchase: Administrator) of %s.",
                self.company_id.name))
        else:
            sentence = self._ask_for_users(self.env._(
                "Requesters can't approve their own orders. Give at least two users of %s access to Purchase.",
                self.company_id.name))
        return Check('approval_two', 71, REQUIRED, len(people) > 1, sentence, self._users_page())

    def _checklist_direct_users(self):
        """Check that a member may place direct orders; only members shop.

        :rtype: Check
        """
        users = self.sudo().direct_user_ids.filtered(self._is_member)  # readers of the group may know its users
        return Check(
            'direct_users', 72, REQUIRED, bool(users),
            self.env._("Direct orders for: %s.", ", ".join(users.mapped('name'))) if users else self.env._(
                "Choose at least one member for direct orders. Without one, every cart stays a draft."),
            'rules', 'direct_user_ids')

    def _checklist_direct_limit(self):
        """Check that direct orders have a limit above 0.

        :rtype: Check
        """
        done = self.currency_id.compare_amounts(self.direct_limit, 0) > 0
        return Check(
            'direct_limit', 73, REQUIRED, done,
            self.env._("Direct orders up to %s.", format_amount(self.env, self.direct_limit, self.currency_id))
            if done else self.env._(
                "Set the amount up to which carts are ordered directly. With 0, every cart stays a draft."),
            'rules', 'direct_limit')

    def _checklist_direct_approval(self):
        """Warn that direct orders bypass the group's rule of approval, which seems to hold for every order.

        :rtype: list[Check]
        """
        users = self.sudo().direct_user_ids.filtered(self._is_member)  # as above
        if self.approval_rule == 'company' or not users or self.currency_id.compare_amounts(self.direct_limit, 0) <= 0:
            return []
        return [Check('direct_approval', 74, RECOMMENDED, False, self.env._(
            "Orders of %(users)s up to %(amount)s are sent to Amazon without the group's approval. To have every order "
            "approved, remove them from Direct Orders For.", users=", ".join(users.mapped('name')),
            amount=format_amount(self.env, self.direct_limit, self.currency_id)), 'rules', 'direct_user_ids')]
