from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.checklist import RECOMMENDED, REQUIRED, Check

MOST_NAMES = 20  # in one sentence


class AmazonPunchoutGroupMembers(models.Model):
    """The people of a group: who may be a member, who is one, and whose group comes first."""
    _inherit = 'amazon.punchout.group'

    is_company_default = fields.Boolean(
        "Company's Default", compute='_compute_is_company_default', inverse='_inverse_is_company_default',
        help="Whoever has no default group of their own finds this one filled in when they shop.")
    member_count = fields.Integer("People", compute='_compute_member_count', help="Who may shop with this group.")

    @api.depends('company_id.amazon_group_id')
    def _compute_is_company_default(self):
        for group in self:
            group.is_company_default = group.company_id.sudo().amazon_group_id == group  # readers may not read the company

    def _inverse_is_company_default(self):
        for group in self:
            company_sudo = group.company_id.sudo()  # whoever writes the group decides this, and nothing else of the company
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
        result = super().write(vals)
        if 'company_id' in vals:
            self.env['res.company'].sudo().search([('amazon_group_id', 'in', self.ids)]).filtered(  # they may be others'
                lambda company: company.amazon_group_id.company_id != company).amazon_group_id = False
        return result

    def _buyer_domain(self):
        """:return: whom the group could have as a member: people of its company who use Purchase
        :rtype: Domain
        """
        self.ensure_one()
        return Domain([
            ('share', '=', False), ('company_ids', 'in', self.company_id.ids),
            ('all_group_ids', 'in', self.env.ref('purchase.group_purchase_user').ids),
        ])

    def _member_domain(self):
        """:return: everybody for whom :meth:`_is_member` is true
        :rtype: Domain
        """
        domain = self._buyer_domain()
        return domain if self.all_users else domain & Domain('id', 'in', self.user_ids.ids)

    # === CHECKLIST === #

    def _checklist(self):
        group_sudo = self.sudo()  # whether people have an address, and the names of those who have none
        users_sudo, domain = group_sudo.env['res.users'], group_sudo._member_domain()
        has_email = Domain('email', '!=', False) | Domain('amazon_email', '!=', False)
        checks = [Check('members', 90, REQUIRED, bool(users_sudo.search_count(domain & has_email, limit=1)),
                        self._members_sentence(), 'members')]
        if without_email_sudo := users_sudo.search(domain & ~has_email, limit=MOST_NAMES):
            checks.append(Check('member_emails', 91, RECOMMENDED, False, self.env._(
                "These people can't shop, since Amazon knows its shoppers by their e-mail and they have none: %s. Fill in "
                "their Amazon E-mail.", ", ".join(without_email_sudo.mapped('name'))), 'members'))
        return super()._checklist() + checks

    def _members_sentence(self):
        if self.all_users:
            return self._ask_for_users(self.env._(
                "At least one person of %s who uses Purchase and has an e-mail address must be able to shop: give somebody "
                "access to Purchase.", self.company_id.name))
        return self.env._(
            "Choose at least one member who uses Purchase in %s and has an e-mail address.", self.company_id.name)

    def _users_page(self):
        """:return: where people and their rights are edited, for :class:`Check`; empty for those who may not
        :rtype: str
        """
        return 'base.action_res_users' if self.env.user.has_group('base.group_erp_manager') else ''

    def _ask_for_users(self, sentence):
        """:param str sentence: what is to be done with people or their rights
        :return: the same, and whom to ask if the reader may not do it
        :rtype: str
        """
        if self._users_page():
            return sentence
        return self.env._("%s Ask a system administrator, who gives people their rights.", sentence)

    # === SHOPPING === #

    def _in_order_of_preference(self, warehouse=None):
        """Sort groups so that the one to fill in is the first: of the company that the user works in, delivering to the
        place that is known already, the user's default, the company's; without these the one that the user shopped with
        last, and live ones before those in test.

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

    def _last_shopped_with(self):
        """:return: the one of these groups that the current user's newest shopping trip that led to Amazon was made with, if any"""
        if len(self) < 2:
            return self.browse()
        return self & self.env['amazon.punchout.session'].search(
            [('user_id', '=', self.env.uid), ('group_id', 'in', self.ids), ('state', '!=', 'failed')],
            order='id desc', limit=1).group_id

    # === ACTIONS === #

    def action_choose_people(self):
        """Open the people who could be members, to add and to remove many at once."""
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
        """:param str xml_id: of a `res.groups`
        :return: its people of this group's company, in superuser mode
        """
        return self.env.ref(xml_id).sudo().all_user_ids._amazon_people(self.company_id)
