from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.checklist import RECOMMENDED, REQUIRED, Check

MAX_NAMES = 20  # in one sentence


class AmazonPunchoutGroupMembers(models.Model):
    """The members of a group: who can be one, who is one, and which group comes first for a shopper."""
    _inherit = 'amazon.punchout.group'

    is_company_default = fields.Boolean(
        "Company Default", compute='_compute_is_company_default', inverse='_inverse_is_company_default',
        help="The group that is filled in for shoppers who have no default group of their own.")
    member_count = fields.Integer(
        "Number of Members", compute='_compute_member_count', help="The number of users who can shop with this group.")

    @api.depends('company_id.amazon_group_id')
    def _compute_is_company_default(self):
        for group in self:
            company_sudo = group.company_id.sudo()  # who reads the group may not be able to read the company
            group.is_company_default = company_sudo.amazon_group_id == group

    def _inverse_is_company_default(self):
        for group in self:
            company_sudo = group.company_id.sudo()  # who writes the group decides this, but nothing else of the company
            if group.is_company_default:
                company_sudo.amazon_group_id = group
            elif company_sudo.amazon_group_id == group:
                company_sudo.amazon_group_id = False

    @api.depends('all_users', 'user_ids', 'company_id')
    def _compute_member_count(self):
        for group in self:
            group_sudo = group.sudo()  # a number only
            group.member_count = group_sudo.env['res.users'].search_count(group_sudo._member_domain())

    def write(self, vals):
        """Override of `mail` to take a group that changes its company off the defaults of the old one."""
        result = super().write(vals)
        if 'company_id' in vals:
            companies_sudo = self.env['res.company'].sudo()  # they may be those of others
            companies_sudo.search([('amazon_group_id', 'in', self.ids)]).filtered(
                lambda company: company.amazon_group_id.company_id != company).amazon_group_id = False
        return result

    def _buyer_domain(self):
        """Give the domain of the users who can be members: Purchase users of the group's company.

        :rtype: Domain
        """
        self.ensure_one()
        return Domain([
            ('share', '=', False), ('company_ids', 'in', self.company_id.ids),
            ('all_group_ids', 'in', self.env.ref('purchase.group_purchase_user').ids),
        ])

    def _member_domain(self):
        """Give the domain of the users for whom :meth:`_is_member` is true.

        :rtype: Domain
        """
        domain = self._buyer_domain()
        return domain if self.all_users else domain & Domain('id', 'in', self.user_ids.ids)

    # === CHECKLIST === #

    def _checklist(self):
        """Override to require a member with an e-mail address, and to name those who have none."""
        group_sudo = self.sudo()  # whether people have an address, and the names of those who have none
        users_sudo, domain = group_sudo.env['res.users'], group_sudo._member_domain()
        has_email = users_sudo._amazon_known_domain()
        checks = [Check('members', 90, REQUIRED, bool(users_sudo.search_count(domain & has_email, limit=1)),
                        self._members_sentence(), 'members', 'all_users')]
        if without_email_sudo := users_sudo.search(domain & ~has_email, limit=MAX_NAMES):
            names = ", ".join(without_email_sudo.mapped('name'))
            checks.append(Check('member_emails', 91, RECOMMENDED, False, self.env._(
                "These members can't shop because they have no confirmed e-mail address, by which Amazon identifies "
                "shoppers: %s. Fill in their Amazon E-mail.", names), 'members', 'action_choose_people'))
        return super()._checklist() + checks

    def _members_sentence(self):
        """Say which member the group needs.

        :rtype: str
        """
        if self.all_users:
            return self._ask_for_users(self.env._(
                "At least one Purchase user of %s with an e-mail address must be able to shop. Give someone access to "
                "Purchase.", self.company_id.name))
        return self.env._(
            "Choose at least one member who uses Purchase in %s and has an e-mail address.", self.company_id.name)

    def _users_page(self):
        """Give the page on which users and their rights are edited, for :class:`Check`; empty for those who may not.

        :rtype: str
        """
        return 'base.action_res_users' if self.env.user.has_group('base.group_erp_manager') else ''

    def _ask_for_users(self, sentence):
        """Add whom to ask, if the user can't edit users and their rights.

        :param str sentence: what to do with users or their rights
        :rtype: str
        """
        if self._users_page():
            return sentence
        return self.env._("%s Ask a system administrator, who manages access rights.", sentence)

    # === SHOPPING === #

    def _in_order_of_preference(self, warehouse=None):
        """Sort groups so that the one to fill in comes first.

        That is: of the company in which the user works, delivering to the location that is known already, the user's
        default, the company's default; without these the one with which the user shopped last, and live ones before
        those in test.

        :param warehouse: the `stock.warehouse` that is known already, if any
        """
        company = self.env.company
        own, companys, last = self.env.user.amazon_group_id, company.sudo().amazon_group_id, self._last_shopped_with()
        return self.sorted(lambda group: (
            group.company_id != company,
            bool(warehouse) and warehouse not in group._allowed_warehouses(),
            group != own,
            group != companys,
            group != last,
            group.state != 'active',
        ))

    # === ACTIONS === #

    def action_choose_people(self):
        """Open the users who can be members, to add or remove many at once."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Members of %s", self.name),
            'res_model': 'res.users',
            'views': [(self.env.ref('amazon_punchout.res_users_view_list_members').id, 'list')],
            'search_view_id': self.env.ref('amazon_punchout.res_users_view_search_members').ids,
            'domain': list(self._buyer_domain()),
            'context': {
                'amazon_punchout_group_id': self.id, 'amazon_all_users': self.all_users,
                'allowed_company_ids': self.company_id.ids,
            },
        }

    def _people_of(self, xml_id):
        """Find the users with a role in this group's company.

        :param str xml_id: of a `res.groups`
        :return: `res.users`, in superuser mode
        """
        return self.env.ref(xml_id).sudo().all_user_ids._amazon_people(self.company_id)
