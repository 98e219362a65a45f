from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import CART_PATH, PUNCHIN_PATH, SAME_TRIP_SECONDS
from ...tools.checklist import RECOMMENDED, Check


class AmazonPunchoutGroupPunchin(models.Model):
    """Groups whose shopping starts on Amazon: who may come from there with a cart, and where they are led."""
    _inherit = 'amazon.punchout.group'

    punchin_url = fields.Char(
        "Punch-in Address", compute='_compute_punchin_url',
        help="The address to which Amazon sends shoppers who check out there. Amazon registers it for you.")
    cart_url = fields.Char(
        "Address for Carts", compute='_compute_punchin_url',
        help="The address to which the shopper's browser posts the cart, if Amazon asks for one.")

    @api.depends('base_url', 'name')
    def _compute_punchin_url(self):
        for group in self:
            group.cart_url = group._get_public_url(CART_PATH)
            # A new group has no id while its form is open.
            group.punchin_url = group._get_public_url(
                f'{PUNCHIN_PATH}/{group._origin.id}' if group._origin else PUNCHIN_PATH)

    def _checklist(self):
        """Override to add the Punch-in Address of a Punch-in group."""
        checks = super()._checklist()
        if self.flow == 'punchin':
            checks.append(self._checklist_punchin_url())
        return checks

    def _checklist_punchin_url(self):
        """Tell whether a cart has arrived from Amazon, which proves that the addresses are registered there.

        :rtype: Check
        """
        done = bool(self.env['amazon.punchout.session'].sudo().search_count([
            ('group_id', 'in', self._origin.ids), ('state', 'not in', ('started', 'failed'))], limit=1))
        return Check('punchin_url', 80, RECOMMENDED, done, self.env._(
            "Give the Punch-in Address to your account manager at Amazon to register it. Then shop on Amazon with the "
            "Punch-in group once and check that the cart arrives in Odoo."), 'messages', 'punchin_url')

    @api.onchange('flow')
    def _onchange_flow(self):
        """Warn of unclaimed carts, which can't be claimed with another flow."""
        if self._origin.flow != 'punchin' or self.flow == 'punchin':
            return None
        count = self.env['amazon.punchout.session'].search_count([
            ('group_id', '=', self._origin.id), ('state', '=', 'unclaimed'), ('returned_at', '!=', False),
            ('is_listed', '=', True)])
        if not count:
            return None
        return {'warning': {
            'title': self.env._("Unclaimed Carts"),
            'message': self.env._(
                "Unclaimed carts of this group: %(count)s. They can't be claimed once the group has another flow, and "
                "Amazon holds their prices for 7 days only. Ask the members of the group to claim or dismiss them "
                "first under Purchase > Amazon Business > Unclaimed Carts.", count=count)}}

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to show or hide the menu Unclaimed Carts."""
        groups = super().create(vals_list)
        if 'punchin' in groups.mapped('flow'):
            self.env.registry.clear_cache()
        return groups

    def write(self, vals):
        """Override to show or hide the menu Unclaimed Carts."""
        res = super().write(vals)
        if 'flow' in vals:
            self.env.registry.clear_cache()
        return res

    # === WHO AND WHERE === #

    def _is_open_for_punchin(self):
        """Tell whether carts may arrive from Amazon for this group.

        :rtype: bool
        """
        self.ensure_one()
        return self.active and self.flow == 'punchin' and self.state != 'draft'

    @api.model
    def _any_open_punchin_group(self):
        """Find a group for which carts may arrive from Amazon, of whatever company.

        :return: at most one group, in superuser mode
        """
        groups_sudo = self.sudo()  # the sender is no user of Odoo
        return groups_sudo.search([('flow', '=', 'punchin'), ('state', '!=', 'draft')], order='id', limit=1)

    @api.model
    def _find_by_recipient(self, credentials):
        """Find the open Punch-in groups that a document is addressed to.

        :param credentials: the `cxml.Credential` values in its To; the letter case of a domain doesn't matter
        :return: the groups in superuser mode, the oldest first
        """
        named = {(each.domain.casefold(), each.identity) for each in credentials if each.identity}
        if not named:
            return self.sudo().browse()
        groups_sudo = self.sudo().search(  # the sender is no user of Odoo
            [('identity', 'in', [identity for _domain, identity in named]), ('flow', '=', 'punchin')], order='id')
        return groups_sudo.filtered(lambda group: (
            group._is_open_for_punchin() and (group.credential_domain.casefold(), group.identity) in named))

    def _punchin_groups_of_identity(self):
        """Find the Punch-in groups of this company with the identity of this one, which is all that a cart names.

        :return: the groups in any state and in superuser mode, this one first
        """
        self.ensure_one()
        group_sudo = self.sudo()
        if not group_sudo.identity:
            return group_sudo
        others = group_sudo.search([
            ('identity', '=', group_sudo.identity), ('company_id', '=', group_sudo.company_id.id),
            ('flow', '=', 'punchin'), ('active', '=', True), ('id', '!=', group_sudo.id)], order='id')
        return group_sudo | others.filtered(group_sudo._has_identity_of)

    def _offered_groups(self, owners):
        """Tell which carts of this group are offered to the current user.

        :param owners: the `res.users` records that its carts are reserved for
        :return: the groups with its identity that the current user is a member of, in superuser mode; and those of the
            owners whose carts only they can claim, since they are other users and members
        :rtype: tuple
        """
        user, groups_sudo = self.env.user, self._punchin_groups_of_identity()
        own_sudo = groups_sudo.filtered(lambda group: group._is_member(user))
        others_sudo = (owners - user).sudo()  # shoppers can't read other users
        if own_sudo and others_sudo:
            # All at once: the rule on unclaimed carts needs this at every access.
            others_sudo = others_sudo.with_context(active_test=True).search(
                Domain('id', 'in', others_sudo.ids) & Domain.OR(group._member_domain() for group in groups_sudo))
        return own_sudo, others_sudo

    @api.model
    def _punchin_groups(self, user):
        """Find the groups with which a user may come from Amazon.

        :param user: a `res.users` record
        :return: the groups in superuser mode
        """
        # The user may not be able to read any.
        groups_sudo = self.sudo().search([('flow', '=', 'punchin'), ('state', '!=', 'draft')])
        return groups_sudo.filtered(lambda group: group._is_member(user))

    @api.model
    def _punchin_contacts(self, user):
        """Name whom a user can ask who is not a member of any Punch-in group.

        :param user: a `res.users` record
        :return: names; none for portal users
        :rtype: list[str]
        """
        if not user._is_internal():
            return []
        groups_sudo = self.sudo().search([  # only for the names, which colleagues may know
            ('flow', '=', 'punchin'), ('state', '!=', 'draft'), ('company_id', 'in', user._get_company_ids())])
        return sorted(set(groups_sudo.responsible_id.filtered('active').mapped('name')))

    # === COMING FROM AMAZON === #

    def _punch_in(self, warehouse=None, is_location_chosen=False):
        """Ask Amazon for the page that posts the cart which the current user has filled there.

        The browser may ask twice, or load the address ahead: within a minute that is the same trip.

        :param warehouse: where to deliver; by default the group's first location
        :param bool is_location_chosen: whether the user chose it
        :return: the `amazon.punchout.session`, `started` or `failed`
        :raises UserError: before anything is sent: the user may not shop, or an address is incomplete
        """
        self.ensure_one()
        if self.flow != 'punchin':
            raise UserError(self.env._(
                "Shopping with the Amazon group %s starts in Odoo: press Shop on Amazon.", self.name))
        self._check_may_shop(self.env.user)
        warehouse = self._pick_warehouse(warehouse)
        sessions = self.env['amazon.punchout.session']
        started_after = fields.Datetime.now() - timedelta(seconds=SAME_TRIP_SECONDS)
        same_sudo = sessions.sudo().search([  # shoppers may not read the StartPage
            ('group_id', '=', self.id), ('user_id', '=', self.env.uid), ('warehouse_id', '=', warehouse.id),
            ('state', '=', 'started'), ('start_page_url', '!=', False),
            ('deployment_mode', '=', self._deployment_mode()),
            ('expires_at', '>', started_after + self._session_lifetime()),
        ], limit=1)
        return same_sudo.sudo(False) or sessions._start(self, warehouse, is_location_chosen=is_location_chosen)
