from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, escape_psql

from ... import cxml

# What administrators of the addon write of people, although users are not theirs.
AMAZON_FIELDS = frozenset({'amazon_email', 'amazon_group_id'})


class ResUsers(models.Model):
    _inherit = 'res.users'

    amazon_email = fields.Char(
        "Amazon E-mail", copy=False,
        help="The e-mail by which Amazon Business knows this person, where it isn't the one in Odoo: e.g. because that one has "
             "a private Amazon account.")
    amazon_group_id = fields.Many2one(
        'amazon.punchout.group', "Default Amazon Group", company_dependent=True, copy=False,
        domain="[('id', 'in', amazon_own_group_ids)]",
        help="Filled in when this person shops on Amazon in this company.")
    amazon_chosen_group_ids = fields.Many2many(
        'amazon.punchout.group', 'amazon_punchout_group_user_rel', 'user_id', 'group_id', string="Chosen for Amazon Groups",
        copy=False, readonly=True, groups='purchase.group_purchase_user')
    amazon_own_group_ids = fields.Many2many(
        'amazon.punchout.group', compute='_compute_amazon_own_group_ids', compute_sudo=True,
        string="Amazon Groups", help="The groups of this company that this person is a member of.")

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ['amazon_email', 'amazon_group_id', 'amazon_own_group_ids']

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ['amazon_email', 'amazon_group_id']

    # === COMPUTE METHODS === #

    @api.depends('group_ids', 'company_ids', 'active')
    @api.depends_context('company')
    def _compute_amazon_own_group_ids(self):
        groups = self.env['amazon.punchout.group'].search([('company_id', '=', self.env.company.id)])
        for user in self:
            user.amazon_own_group_ids = groups.browse(
                [group.id for group in groups if group._is_member(user._origin)])

    # === CONSTRAINTS === #

    @api.constrains('amazon_email')
    def _check_amazon_email(self):
        for user in self.filtered('amazon_email'):
            if user.share:  # and what is said below would tell them of people here
                raise ValidationError(self.env._(
                    "%s is a portal user, who does not shop on Amazon: leave the e-mail at Amazon empty.", user.name))
            if not email_normalize(user.amazon_email):
                raise ValidationError(self.env._(
                    "“%(email)s” is not one e-mail address. Fill in the address by which Amazon knows %(user)s, or leave it "
                    "empty.", email=user.amazon_email, user=user.name))
            user._check_amazon_email_is_free()

    def _check_amazon_email_is_free(self):
        """Amazon takes whoever comes with an e-mail for its owner, so nobody gives themselves somebody else's. A mailbox that
        several people share is the decision of an administrator.

        :raises ValidationError: somebody else has it
        """
        self.ensure_one()
        chooser = self.env.user
        if self.env.uid != self.id or chooser.has_group('amazon_punchout.group_administrator'):
            return  # somebody who may write other people's
        email = email_normalize(self.amazon_email)
        same = escape_psql(email)
        others_sudo = self.sudo().search([  # of any company: Amazon knows nothing of them
            ('id', '!=', self.id),
            '|', '|', ('amazon_email', '=ilike', same), ('email_normalized', '=', email), ('login', '=ilike', same),
        ], limit=1)
        if others_sudo:
            raise ValidationError(self.env._(
                "Somebody else shops on Amazon as %s. Fill in your own e-mail, or ask an administrator of Amazon Business.",
                email))

    @api.constrains('amazon_group_id')
    def _check_amazon_group(self):
        for user in self:
            group_sudo = user.sudo().amazon_group_id
            if group_sudo and (group_sudo.company_id != self.env.company or not group_sudo._is_member(user)):
                raise ValidationError(self.env._(
                    "%(user)s is not a member of the Amazon group %(group)s in %(company)s, so it can't be their default.",
                    user=user.name, group=group_sudo.name, company=self.env.company.name))

    def write(self, vals):
        """Administrators of the addon write what Amazon knows of the people of their companies."""
        if vals and vals.keys() <= AMAZON_FIELDS and self.env.user.has_group('amazon_punchout.group_administrator'):
            self.check_access('read')
            if all(user.company_ids & self.env.companies for user in self.sudo()):
                self = self.sudo()  # these fields only; everything else needs the rights over users
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _amazon_email(self):
        """:return: the e-mail by which Amazon knows this user
        :rtype: str
        """
        self.ensure_one()
        user_sudo = self.sudo()
        return email_normalize(user_sudo.amazon_email) or user_sudo.email_normalized or user_sudo.email

    @api.model
    def _amazon_find_by_email(self, email):
        """Find whom Amazon means.

        :param str | None email: as Amazon knows a person
        :return: the users whose e-mail at Amazon it is, in superuser mode
        """
        normalized = email_normalize(email or '')
        users_sudo = self.sudo()  # Amazon's server asks, who is nobody in Odoo
        if not normalized:
            return users_sudo.browse()
        return users_sudo.search(self._amazon_email_domain(normalized)).filtered(
            lambda user: email_normalize(user._amazon_email() or '') == normalized)

    @api.model
    def _amazon_email_domain(self, normalized):
        """:param str normalized: an e-mail in small letters
        :return: a domain of the users whom it may belong to
        """
        return [('share', '=', False),
                '|', ('email_normalized', '=', normalized), ('amazon_email', '=ilike', escape_psql(normalized))]

    def _amazon_prepare_contact(self):
        """:return: the user as cXML's Contact
        :rtype: cxml.Contact
        """
        self.ensure_one()
        return cxml.Contact(name=self.sudo().name, email=self._amazon_email())

    def _amazon_people(self, companies):
        """:param companies: `res.company` records
        :return: those of these users who are people working in one of them: not archived, no portal user, not the system's own
        """
        root = self.env.ref('base.user_root')
        return self.filtered(
            lambda user: user.active and not user.share and user != root and companies & user.company_ids)

    # === ACTIONS === #

    def _amazon_chosen_group(self):
        """:return: the group whose members are chosen in this list; only its administrators may write it"""
        return self.env['amazon.punchout.group'].browse(self.env.context.get('amazon_punchout_group_id')).exists()

    def action_amazon_add_to_group(self):
        self._amazon_chosen_group().write({'user_ids': [fields.Command.link(user.id) for user in self]})

    def action_amazon_remove_from_group(self):
        self._amazon_chosen_group().write({'user_ids': [fields.Command.unlink(user.id) for user in self]})
