from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import CART_PATH, PUNCHIN_PATH, SAME_TRIP_SECONDS
from ...tools.checklist import RECOMMENDED, Check


class AmazonPunchoutGroupPunchin(models.Model):
    """Groups whose shopping starts on Amazon: who may come from there with a cart, and where they go."""
    _inherit = 'amazon.punchout.group'

    punchin_url = fields.Char("Punch-in Address", compute='_compute_punchin_url')
    cart_url = fields.Char("Address for Carts", compute='_compute_punchin_url')

    @api.depends('base_url', 'name')
    def _compute_punchin_url(self):
        for group in self:
            group.cart_url = group._get_public_url(CART_PATH)
            # Without an id while the form of a new group is open.
            group.punchin_url = group._get_public_url(f'{PUNCHIN_PATH}/{group._origin.id}' if group._origin else PUNCHIN_PATH)

    def _checklist(self):
        checks = super()._checklist()
        if self.flow == 'punchin':
            has_come = bool(self.env['amazon.punchout.session'].sudo().search_count([
                ('group_id', 'in', self._origin.ids), ('state', 'not in', ('started', 'failed'))], limit=1))
            checks.append(Check('punchin_url', 80, RECOMMENDED, has_come, self.env._(
                "Give the Punch-in Address to your account manager at Amazon, who registers it; then shop on Amazon with the "
                "Punch-in group once, and see the cart come here."), 'messages'))
        return checks

    @api.onchange('flow')
    def _onchange_flow(self):
        """Carts that wait can't be claimed with another flow, so whoever changes it should know of them."""
        waiting = self._origin.flow == 'punchin' and self.flow != 'punchin' and self.env['amazon.punchout.session'].search_count([
            ('group_id', '=', self._origin.id), ('state', '=', 'unclaimed'), ('returned_at', '!=', False)])
        if waiting:
            return {'warning': {
                'title': self.env._("Carts wait to be claimed"),
                'message': self.env._(
                    "Unclaimed carts of this group: %(count)s. Nobody can claim them while the group has another flow, and Amazon "
                    "holds their prices for 7 days only: let its members claim or dismiss them first, under Purchase > Amazon "
                    "Business > Unclaimed Carts.", count=waiting)}}

    # === WHO AND WHERE === #

    def _is_open_for_punchin(self):
        """Tell whether carts may come to this group from Amazon.

        :rtype: bool
        """
        self.ensure_one()
        return self.active and self.flow == 'punchin' and self.state != 'draft'

    @api.model
    def _find_by_recipient(self, credentials):
        """Find the groups that take Punch-in and that a document is for.

        :param credentials: the `cxml.Credential` values in its To; letter case of a domain doesn't matter
        :return: the groups in superuser mode, the oldest first
        """
        named = {(each.domain.casefold(), each.identity) for each in credentials if each.identity}
        if not named:
            return self.sudo().browse()
        groups_sudo = self.sudo().search(  # who posts is nobody in Odoo
            [('identity', 'in', [identity for _domain, identity in named]), ('flow', '=', 'punchin')], order='id')
        return groups_sudo.filtered(
            lambda group: group._is_open_for_punchin() and (group.credential_domain.casefold(), group.identity) in named)

    def _punchin_groups_of_identity(self):
        """:return: the groups of this company whose shopping starts on Amazon under the identity of this one, whatever their
            state, in superuser mode, this one first: a cart names no more than an identity
        """
        self.ensure_one()
        group_sudo = self.sudo()
        if not group_sudo.identity:
            return group_sudo
        others = group_sudo.search([
            ('identity', '=', group_sudo.identity), ('company_id', '=', group_sudo.company_id.id), ('flow', '=', 'punchin'),
            ('active', '=', True), ('id', '!=', group_sudo.id)], order='id')
        return group_sudo | others.filtered(group_sudo._has_identity_of)

    def _offered_groups(self, owners):
        """Tell which carts of this group the current user is offered.

        :param owners: the `res.users` records whom its carts are held for
        :return: the groups of its account of which the current user is a member, in superuser mode; and those of the owners
            whose carts are for nobody else, since they are members and other people
        :rtype: tuple
        """
        user, groups_sudo = self.env.user, self._punchin_groups_of_identity()
        own_sudo = groups_sudo.filtered(lambda group: group._is_member(user))
        others_sudo = (owners - user).sudo()  # shoppers can't read other users
        if own_sudo and others_sudo:
            # All at once: the rule on unclaimed carts asks this at each access.
            others_sudo = others_sudo.with_context(active_test=True).search(
                Domain('id', 'in', others_sudo.ids) & Domain.OR(group._member_domain() for group in groups_sudo))
        return own_sudo, others_sudo

    @api.model
    def _punchin_groups(self, user):
        """:param user: a `res.users` record
        :return: the groups with which this user may come from Amazon, in superuser mode
        """
        groups_sudo = self.sudo().search([('flow', '=', 'punchin'), ('state', '!=', 'draft')])  # they may not read any
        return groups_sudo.filtered(lambda group: group._is_member(user))

    @api.model
    def _punchin_contacts(self, user):
        """Name whom somebody may ask who is a member of no Punch-in group.

        :param user: a `res.users` record
        :return: names, none for people outside the company
        :rtype: list[str]
        """
        if not user._is_internal():
            return []
        groups_sudo = self.sudo().search([  # only for the names, which colleagues may know
            ('flow', '=', 'punchin'), ('state', '!=', 'draft'), ('company_id', 'in', user._get_company_ids())])
        return sorted(set(groups_sudo.responsible_id.filtered('active').mapped('name')))

    # === COMING FROM AMAZON === #

    def _punch_in(self, warehouse=None, is_location_chosen=False):
        """Ask Amazon for the page that brings the cart which the current user has put together there.

        The browser may ask twice, or load the address ahead: within a minute that is the same trip.

        :param warehouse: where to deliver; by default the group's first location
        :param bool is_location_chosen: whether a person chose it
        :return: the `amazon.punchout.session`, `started` or `failed`
        :raises UserError: before anything was sent: not allowed, or an address that Amazon would not take
        """
        self.ensure_one()
        if self.flow != 'punchin':
            raise UserError(self.env._("Shopping with the Amazon group %s starts in Odoo.", self.name))
        self._check_may_shop(self.env.user)
        warehouse = self._pick_warehouse(warehouse)
        sessions = self.env['amazon.punchout.session']
        same_sudo = sessions.sudo().search([  # the StartPage is not for shoppers to read
            ('group_id', '=', self.id), ('user_id', '=', self.env.uid), ('warehouse_id', '=', warehouse.id),
            ('state', '=', 'started'), ('start_page_url', '!=', False),
            ('deployment_mode', '=', self._deployment_mode()),
            ('expires_at', '>', fields.Datetime.now() + self._session_lifetime() - timedelta(seconds=SAME_TRIP_SECONDS)),
        ], limit=1)
        return same_sudo.sudo(False) or sessions._start(self, warehouse, is_location_chosen=is_location_chosen)
