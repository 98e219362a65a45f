from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ...const import MANAGER
from ...tools.checklist import RECOMMENDED, REQUIRED, Check


class AmazonPunchoutGroupApproval(models.Model):
    """Who approves the orders of a group, and whose carts are ordered at once."""
    _inherit = 'amazon.punchout.group'

    approval_rule = fields.Selection(
        [('company', "As the company has it"), ('manager', "Every order by a purchase manager"),
         ('other', "Every order by somebody other than its requester")],
        "Approval", default='company', required=True, tracking=True,
        help="As the company has it: by the Order Approval of the Purchase settings, which asks for none unless somebody "
             "has switched it on. By a purchase manager: whatever the amount. By somebody other than its requester: nobody "
             "approves what they shopped, not even a manager; anybody else may whom the company's setting lets.")
    direct_user_ids = fields.Many2many(
        'res.users', 'amazon_punchout_group_direct_user_rel', 'group_id', 'user_id', string="Ordered at Once For",
        check_company=True, domain="[('share', '=', False), ('company_ids', 'in', company_id)]", tracking=True,
        help="Whose carts go to Amazon as soon as they come back, without any approval. Empty: nobody's.")
    direct_limit = fields.Monetary(
        "Up To", tracking=True,
        help="The largest total of an order, with shipping and tax, that goes to Amazon without approval. 0: none does. "
             "Carts in another currency are converted at the rate of the day.")

    # === CONSTRAINTS === #

    @api.constrains('direct_limit')
    def _check_direct_limit(self):
        for group in self:
            if group.direct_limit < 0:
                raise ValidationError(self.env._(
                    "The limit of orders at once of the Amazon group %s can't be below zero.", group.name))

    # === CHECKLIST === #

    def _checklist(self):
        checks = super()._checklist()
        if self.approval_rule != 'company':
            checks.append(self._checklist_managers())
        if self.approval_rule == 'other':
            checks.append(self._checklist_approvers())
        if self.flow == 'direct':
            checks += [self._checklist_direct_users(), self._checklist_direct_limit(), *self._checklist_direct_approval()]
        return checks

    def _checklist_managers(self):
        """:rtype: Check"""
        managers = self._people_of(MANAGER).filtered('email')
        return Check(
            'approval_managers', 70, REQUIRED, bool(managers),
            self.env._("Asked for approval: %s.", ", ".join(managers.mapped('name'))) if managers else self._ask_for_users(
                self.env._(
                    "Nobody can be asked for approval: make somebody a purchase manager (Purchase: Administrator) of %s, and "
                    "give them an e-mail address.", self.company_id.name)),
            self._users_page())

    def _checklist_approvers(self):
        """Where the company lets every buyer approve, any two of them do; where it has a limit, two managers, since what is
        above it would wait for ever otherwise.

        :rtype: Check
        """
        by_managers = self.company_id.po_double_validation == 'two_step'
        people = self._people_of(MANAGER if by_managers else 'purchase.group_purchase_user')
        if len(people) > 1:
            sentence = self.env._("At least two people can approve, so nobody has to approve their own order.")
        elif by_managers:
            sentence = self._ask_for_users(self.env._(
                "Nobody approves their own order here, and orders above the company's limit need a purchase manager: make "
                "at least two people purchase managers (Purchase: Administrator) of %s.", self.company_id.name))
        else:
            sentence = self._ask_for_users(self.env._(
                "Nobody approves their own order here: make at least two people users of Purchase in %s.",
                self.company_id.name))
        return Check('approval_two', 71, REQUIRED, len(people) > 1, sentence, self._users_page())

    def _checklist_direct_users(self):
        """Only members shop, so only they can order at once.

        :rtype: Check
        """
        users = self.sudo().direct_user_ids.filtered(self._is_member)  # who reads the group may know of its people
        return Check(
            'direct_users', 72, REQUIRED, bool(users),
            self.env._("Ordered at once for: %s.", ", ".join(users.mapped('name'))) if users else self.env._(
                "Choose at least one member whose carts are ordered at once: without any, every cart stays a draft."),
            'rules')

    def _checklist_direct_limit(self):
        """:rtype: Check"""
        done = self.currency_id.compare_amounts(self.direct_limit, 0) > 0
        return Check(
            'direct_limit', 73, REQUIRED, done,
            self.env._("Ordered at once up to %s.", format_amount(self.env, self.direct_limit, self.currency_id))
            if done else self.env._(
                "Set the amount up to which carts are ordered at once: with 0, every cart stays a draft."),
            'rules')

    def _checklist_direct_approval(self):
        """The rule of approval reads as if it held for every order; ordering at once comes before it.

        :rtype: list[Check]
        """
        users = self.sudo().direct_user_ids.filtered(self._is_member)  # as above
        if self.approval_rule == 'company' or not users or self.currency_id.compare_amounts(self.direct_limit, 0) <= 0:
            return []
        return [Check('direct_approval', 74, RECOMMENDED, False, self.env._(
            "The group's approval is not asked for orders of %(people)s up to %(amount)s: they go to Amazon at once. Take them "
            "off Ordered at Once For if each order is to be approved.", people=", ".join(users.mapped('name')),
            amount=format_amount(self.env, self.direct_limit, self.currency_id)), 'rules')]
