from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize, escape_psql

from ... import cxml

# The fields of users that administrators of the addon may write, although they may not write users.
AMAZON_FIELDS = frozenset({'amazon_email', 'amazon_confirmed_email', 'amazon_group_id'})
MAX_ADMINISTRATORS = 3  # in one sentence


class ResUsers(models.Model):
    """What Amazon knows of a user, and the groups of which the user is a member.

    Amazon takes a shopper for the owner of the e-mail address that Odoo sends. Users may change their own e-mail in
    Odoo, and whoever edits contacts may change anyone's, so what Amazon is told is what an administrator has confirmed,
    or the login, which users can't change.
    """
    _inherit = 'res.users'

    amazon_email = fields.Char(
        "Amazon E-mail", copy=False,
        help="The e-mail address of this user on Amazon Business, if it differs from the one in Odoo, e.g. because "
             "that one has a private Amazon account. Only administrators can change it.")
    # Stored and computed once: for the users who exist when the column is made. `create` fills in all others.
    amazon_confirmed_email = fields.Char(
        "Confirmed E-mail", compute='_compute_amazon_confirmed_email', store=True, copy=False, index='btree_not_null',
        groups='base.group_erp_manager,amazon_punchout.group_administrator',
        help="The e-mail address of this user as an administrator entered it last. A change by the user, or on the "
             "contact, counts for Amazon only after an administrator has confirmed it.")
    amazon_known_email = fields.Char(
        "Known to Amazon As", compute='_compute_amazon_known_email',
        help="The e-mail address by which Amazon identifies this user.")
    amazon_email_note = fields.Char(
        "E-mail to Confirm", compute='_compute_amazon_known_email',
        help="What to do if the e-mail address of this user is not the one that Amazon knows.")
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
        return super().SELF_READABLE_FIELDS + [
            'amazon_email', 'amazon_email_note', 'amazon_group_id', 'amazon_known_email', 'amazon_own_group_ids']

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Override of `base` to let users choose their default group."""
        return super().SELF_WRITEABLE_FIELDS + ['amazon_group_id']

    # === COMPUTE METHODS === #

    def _compute_amazon_confirmed_email(self):
        """Take what the users have who are there when the addon is installed or upgraded: nothing else is known."""
        for user in self:
            user.amazon_confirmed_email = user.email_normalized

    @api.depends('amazon_email', 'amazon_confirmed_email', 'login', 'email')
    @api.depends_context('uid', 'lang')
    def _compute_amazon_known_email(self):
        for user in self:
            known = user._amazon_email()
            user.amazon_known_email = known
            user.amazon_email_note = user._amazon_is_unconfirmed() and user._amazon_unconfirmed_sentence(known)

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
            if user.share:
                raise ValidationError(self.env._(
                    "%s is a portal user and can't shop on Amazon. Leave the Amazon E-mail empty.", user.name))
            if not email_normalize(user.amazon_email):
                raise ValidationError(self.env._(
                    "“%(email)s” is not a single e-mail address. Enter the address of %(user)s on Amazon, or leave the "
                    "field empty.", email=user.amazon_email, user=user.name))

    @api.constrains('amazon_group_id')
    def _check_amazon_group(self):
        for user in self:
            group_sudo = user.sudo().amazon_group_id
            if group_sudo and (group_sudo.company_id != self.env.company or not group_sudo._is_member(user)):
                raise ValidationError(self.env._(
                    "%(user)s is not a member of the Amazon group %(group)s in %(company)s, so it can't be the "
                    "default group.",
                    user=user.name, group=group_sudo.name, company=self.env.company.name))

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to confirm the e-mail addresses of users whom an administrator or the system creates.

        Not of those who sign up, or whom a colleague invites to the portal: nobody has checked theirs.
        """
        users = super().create([{'amazon_confirmed_email': False, **vals} for vals in vals_list])
        users.filtered(lambda user: not user.sudo().amazon_confirmed_email)._amazon_confirm_as_written()
        return users

    def write(self, vals):
        """Override of `base` to let administrators of the addon write what Amazon knows of their companies' users.

        An e-mail address that another user writes, who may write users, is confirmed. One's own change is not.
        """
        if vals and vals.keys() <= AMAZON_FIELDS and self.env.user.has_group('amazon_punchout.group_administrator'):
            self.check_access('read')
            if all(user.company_ids & self.env.companies for user in self.sudo()):
                self = self.sudo()  # these fields only; everything else needs the rights over users
        result = super().write(vals)
        if 'email' in vals:
            (self - self.env.user)._amazon_confirm_as_written()
        return result

    # === BUSINESS METHODS === #

    def _amazon_email(self):
        """Give the e-mail address by which Amazon knows this user: nothing that the user could have changed alone.

        :return: the address in lower case; False if none is confirmed and the login is none
        :rtype: str | bool
        """
        self.ensure_one()
        user_sudo = self.sudo()
        return (email_normalize(user_sudo.amazon_email or '') or user_sudo.amazon_confirmed_email
                or user_sudo._amazon_login_email())

    def _amazon_login_email(self):
        """Give the login of this user if it is an e-mail address that belongs to no one else.

        Only administrators change logins. But who signs up chooses one, maybe the address of a user with another login.

        :rtype: str | bool
        """
        email = email_normalize(self.login or '')
        return bool(email) and not self.search_count([
            ('id', '!=', self.id), ('share', '=', False),
            '|', ('amazon_confirmed_email', '=', email), ('amazon_email', '=ilike', escape_psql(email)),
        ], limit=1) and email

    @api.model
    def _amazon_known_domain(self):
        """Give the domain of the users by whom Amazon can know someone: those with an address of :meth:`_amazon_email`.

        :rtype: Domain
        """
        return (Domain('amazon_email', '!=', False) | Domain('amazon_confirmed_email', '!=', False)
                | Domain('login', '=like', '_%@_%'))

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
        same = escape_psql(normalized)
        return users_sudo.search([
            ('share', '=', False), '|', '|', ('amazon_confirmed_email', '=', normalized),
            ('amazon_email', '=ilike', same), ('login', '=ilike', same),
        ]).filtered(lambda user: user._amazon_email() == normalized)

    # === CONFIRMING === #

    def _amazon_confirm_as_written(self):
        """Confirm the present e-mail addresses of these users, if the current user is someone who may write users.

        In superuser mode, e.g. when people sign up, the current user still is who they are.
        """
        if self and self.env.uid and self.env(su=False)['res.users'].has_access('write'):
            for user_sudo in self.sudo():
                user_sudo.amazon_confirmed_email = user_sudo.email_normalized

    def _amazon_is_unconfirmed(self):
        """Tell whether the present e-mail address of this user is another one than Amazon is told.

        :rtype: bool
        """
        user_sudo = self.sudo()
        return bool(not user_sudo.share and not user_sudo.amazon_email and user_sudo.email_normalized
                    and user_sudo.email_normalized != user_sudo._amazon_email())

    def _amazon_unconfirmed_sentence(self, known):
        """Say by which address Amazon knows this user, and who can change that.

        :param str | bool known: of :meth:`_amazon_email`
        :rtype: str
        """
        email = self.sudo().email_normalized
        if self._origin != self.env.user:
            return self.env._(
                "Amazon knows this user as %(known)s. Press Confirm E-mail if %(email)s is their address.",
                known=known, email=email) if known else self.env._(
                "Amazon doesn't know this user. Press Confirm E-mail if %s is their address.", email)
        people = self._amazon_administrators()
        return self.env._(
            "Amazon knows you as %(known)s. Ask %(people)s to confirm your new address %(email)s.",
            known=known, email=email, people=people) if known else self.env._(
            "Amazon doesn't know you yet. Ask %(people)s to confirm your address %(email)s.",
            email=email, people=people)

    def _amazon_administrators(self):
        """Name the administrators of the addon in the current company, who can confirm an e-mail address.

        :rtype: str
        """
        administrators_sudo = self.env.ref('amazon_punchout.group_administrator').sudo().all_user_ids
        names = administrators_sudo._amazon_people(self.env.company)[:MAX_ADMINISTRATORS].mapped('name')
        return ", ".join(names) or self.env._("your administrator")

    def action_amazon_confirm_email(self):
        """Confirm the present e-mail addresses of these users: by these Amazon knows them from now on.

        :raises AccessError: the current user is not an administrator of the addon or of users
        """
        for user in self:
            user.write({'amazon_confirmed_email': user.sudo().email_normalized})

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
