from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, escape_psql

from ... import cxml

# The fields of users that administrators of the addon may write, although they may not write users.
AMAZON_FIELDS = frozenset({'amazon_email', 'amazon_group_id'})


class ResUsers(models.Model):
    """What Amazon knows of a user, and the groups of which the user is a member."""
    _inherit = 'res.users'

    amazon_email = fields.Char(
        "Amazon E-mail", copy=False,
        help="The e-mail address of this user on Amazon Business, if it differs from the one in Odoo, e.g. because "
             "that one has a private Amazon account.")
    amazon_group_id = fields.Many2one(
        'amazon.punchout.group', "Default Amazon Group", company_dependent=True, copy=False,
        domain="[('id', 'in', amazon_own_group_ids)]",
        help="The group that is filled in when this user shops on Amazon in this company.")
    amazon_chosen_group_ids = fields.Many2many(
        'amazon.punchout.group', 'amazon_punchout_group_user_rel', 'user_id', 'group_id', string="Chosen Member of "
                                                                                                 "Amazon Groups",
        copy=False, readonly=True, groups='purchase.group_purchase_user')
    amazon_own_group_ids = fields.Many2many(
        'amazon.punchout.group', compute='_compute_amazon_own_group_ids', compute_sudo=True,
        string="Amazon Groups", help="The groups of this company of which this user is a member.")

    @property
    def SELF_READABLE_FIELDS(self):
        """Override of `base` to let users read in their preferences what Amazon knows of them."""
        return super().SELF_READABLE_FIELDS + ['amazon_email', 'amazon_group_id', 'amazon_own_group_ids']

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Override of `base` to let users choose their e-mail address on Amazon and their default group."""
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
            if user.share:  # the sentences below would reveal which addresses are known here
                raise ValidationError(self.env._(
                    "%s is a portal user and can't shop on Amazon. Leave the Amazon E-mail empty.", user.name))
            if not email_normalize(user.amazon_email):
                raise ValidationError(self.env._(
                    "“%(email)s” is not a single e-mail address. Enter the address of %(user)s on Amazon, or leave the "
                    "field empty.", email=user.amazon_email, user=user.name))
            user._check_amazon_email_is_free()

    def _check_amazon_email_is_free(self):
        """Check that users don't enter the e-mail address of another user.

        Amazon takes a shopper for the owner of the address that Odoo sends. Only an administrator may decide that
        several users share an address.

        :raises ValidationError: another user has the address
        """
        self.ensure_one()
        chooser = self.env.user
        if self.env.uid != self.id or chooser.has_group('amazon_punchout.group_administrator'):
            return  # may write those of other users
        email = email_normalize(self.amazon_email)
        same = escape_psql(email)
        others_sudo = self.sudo().search([  # of any company: Amazon does not know them
            ('id', '!=', self.id),
            '|', '|', ('amazon_email', '=ilike', same), ('email_normalized', '=', email), ('login', '=ilike', same),
        ], limit=1)
        if others_sudo:
            raise ValidationError(self.env._(
                "Another user shops on Amazon as %s. Enter your own e-mail address, or ask an Amazon Business "
                "administrator.",
                email))

    @api.constrains('amazon_group_id')
    def _check_amazon_group(self):
        for user in self:
            group_sudo = user.sudo().amazon_group_id
            if group_sudo and (group_sudo.company_id != self.env.company or not group_sudo._is_member(user)):
                raise ValidationError(self.env._(
                    "%(user)s is not a member of the Amazon group %(group)s in %(company)s, so it can't be the "
                    "default group.",
                    user=user.name, group=group_sudo.name, company=self.env.company.name))

    def write(self, vals):
        """Override of `base` to let administrators of the addon write what Amazon knows of their companies' users."""
        if vals and vals.keys() <= AMAZON_FIELDS and self.env.user.has_group('amazon_punchout.group_administrator'):
            self.check_access('read')
            if all(user.company_ids & self.env.companies for user in self.sudo()):
                self = self.sudo()  # these fields only; everything else needs the rights over users
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _amazon_email(self):
        """Give the e-mail address by which Amazon knows this user.

        :rtype: str
        """
        self.ensure_one()
        user_sudo = self.sudo()
        return email_normalize(user_sudo.amazon_email) or user_sudo.email_normalized or user_sudo.email

    @api.model
    def _amazon_find_by_email(self, email):
        """Find the users who have an e-mail address on Amazon.

        :param str | None email: as Amazon names it
        :return: `res.users`, in superuser mode
        """
        normalized = email_normalize(email or '')
        users_sudo = self.sudo()  # Amazon's server asks, which is no user of Odoo
        if not normalized:
            return users_sudo.browse()
        return users_sudo.search(self._amazon_email_domain(normalized)).filtered(
            lambda user: email_normalize(user._amazon_email() or '') == normalized)

    @api.model
    def _amazon_email_domain(self, normalized):
        """Give the domain of the users to whom an e-mail address may belong.

        :param str normalized: the address in lower case
        :rtype: list
        """
        return [('share', '=', False),
                '|', ('email_normalized', '=', normalized), ('amazon_email', '=ilike', escape_psql(normalized))]

    def _amazon_prepare_contact(self):
        """Prepare the user as cXML's Contact.

        :rtype: cxml.Contact
        """
        self.ensure_one()
        return cxml.Contact(name=self.sudo().name, email=self._amazon_email())

    def _amazon_people(self, companies):
        """Filter the users who work in one of some companies, without archived, portal and system users.

        :param companies: `res.company` records
        """
        root = self.env.ref('base.user_root')
        return self.filtered(
            lambda user: user.active and not user.share and user != root and companies & user.company_ids)

    # === ACTIONS === #

    def _amazon_chosen_group(self):
        """Give the group whose members are chosen in this list; only administrators may write it."""
        return self.env['amazon.punchout.group'].browse(self.env.context.get('amazon_punchout_group_id')).exists()

    def action_amazon_add_to_group(self):
        """Add these users to the members of the group."""
        self._amazon_chosen_group().write({'user_ids': [fields.Command.link(user.id) for user in self]})

    def action_amazon_remove_from_group(self):
        """Remove these users from the members of the group."""
        self._amazon_chosen_group().write({'user_ids': [fields.Command.unlink(user.id) for user in self]})
