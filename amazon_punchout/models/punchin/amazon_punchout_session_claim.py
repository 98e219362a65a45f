from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ... import cxml
from ...const import CART
from ...tools.problems import close_problem
from ...tools.said import say_moment


class AmazonPunchoutSessionClaim(models.Model):
    """Unclaimed carts: which of them a user sees, and how the members of the group claim or dismiss them."""
    _inherit = 'amazon.punchout.session'

    is_offered = fields.Boolean(
        "Visible to You", compute='_compute_is_offered', search='_search_is_offered',
        help="Whether the current user can see this unclaimed cart.")
    may_claim = fields.Boolean("Can Claim", compute='_compute_may_claim')
    claim_problem = fields.Text(compute='_compute_may_claim', help="Why the current user can't claim this cart.")

    @api.depends('state', 'group_id', 'claim_user_id', 'is_listed')
    @api.depends_context('uid')
    def _compute_is_offered(self):
        self.is_offered = False
        unclaimed_sudo = self.sudo().filtered(  # of all groups, for the rule
            lambda each: each.state == 'unclaimed' and each.is_listed)
        for group_sudo, held_sudo in unclaimed_sudo.grouped('group_id').items():
            own_sudo, others = group_sudo._offered_groups(held_sudo.claim_user_id)
            for session_sudo in held_sudo:
                session_sudo.sudo(self.env.su).is_offered = bool(own_sudo) and session_sudo.claim_user_id not in others

    def _search_is_offered(self, operator, _value):
        """Search the carts that are offered to the current user.

        The rule on unclaimed carts does so at every access. Nothing of it is stored, since members come and go.
        """
        if operator != 'in':
            return NotImplemented
        owners = defaultdict(self.env['res.users'].browse)
        listed = Domain('state', '=', 'unclaimed') & Domain('is_listed', '=', True)
        for group_sudo, owner in self.sudo()._read_group(listed, ['group_id', 'claim_user_id']):
            owners[group_sudo] |= owner
        offered = [(group_sudo, *group_sudo._offered_groups(held_for)) for group_sudo, held_for in owners.items()]
        return listed & Domain.OR(
            Domain('group_id', '=', group_sudo.id) & Domain('claim_user_id', 'not in', others.ids)
            for group_sudo, own_sudo, others in offered if own_sudo)

    @api.depends('state', 'returned_at', 'expires_at', 'group_id', 'claim_user_id', 'deployment_mode')
    @api.depends_context('uid', 'lang')
    def _compute_may_claim(self):
        for session in self:
            waits = session.state == 'unclaimed' and bool(session.returned_at)
            session.claim_problem = waits and session._claim_problem()
            session.may_claim = waits and not session.claim_problem

    def _shown_cart(self):
        """Override to show what is in a cart that waits to be claimed."""
        return super()._shown_cart() or self._held_cart()

    def _held_cart(self):
        """Find the stored cart of this trip that waits to be claimed.

        :return: an `amazon.punchout.document`, or an empty recordset
        """
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document.document_type == CART and document.state == 'waiting')[:1]

    # === WHO MAY === #

    def _claim_groups(self):
        """Find the groups for which the current user may claim this cart: several may have the identity that it names.

        :return: the groups in superuser mode
        """
        mode = self.sudo().deployment_mode
        return self._offered_groups().filtered(
            lambda group: group._is_open_for_punchin() and group._deployment_mode() == mode)

    def _offered_groups(self):
        """Find the groups for which the current user may see this cart, whether or not they are open.

        :return: the groups in superuser mode
        """
        self.ensure_one()
        session_sudo = self.sudo()  # the user may not be able to read all groups with this identity
        own_sudo, others = session_sudo.group_id._offered_groups(session_sudo.claim_user_id)
        return own_sudo.browse() if others else own_sudo

    def _claim_problem(self):
        """Tell why the current user can't claim this unclaimed cart, and what to do.

        :return: the reason; False if they can claim it
        :rtype: str | bool
        """
        session_sudo, offered_sudo = self.sudo(), self._offered_groups()
        group_sudo = offered_sudo[:1] or session_sudo.group_id
        names = {'group': group_sudo.name, 'person': group_sudo._responsible_name()}
        if not offered_sudo:
            return self.env._(
                "You can't claim this cart: it is reserved for another user, or you are not a member of the Amazon "
                "group %(group)s. Ask %(person)s.", **names)
        if session_sudo.expires_at < fields.Datetime.now():
            return self.env._(
                "This cart has expired: Amazon no longer holds its prices. Fill a new cart on Amazon.")
        if self._claim_groups():
            return False
        if open_sudo := offered_sudo.filtered(lambda group: group._is_open_for_punchin()):
            return self._wrong_mode_sentence(open_sudo[0])
        until = say_moment(self.env, session_sudo.expires_at)
        if group_sudo.flow != 'punchin':
            return self.env._(
                "You can't claim this cart: shopping with the Amazon group %(group)s no longer starts on Amazon. Ask "
                "%(person)s to change its flow back; Amazon holds the cart's prices until %(until)s. Otherwise, "
                "dismiss the cart.", until=until, **names)
        return self.env._(
            "You can't claim this cart: the Amazon group %(group)s is not open for shopping. Ask %(person)s to open "
            "it; Amazon holds the cart's prices until %(until)s. Otherwise, dismiss the cart.", until=until, **names)

    def _wrong_mode_sentence(self, group):
        """Tell why a cart of the other mode can't be claimed: its order would never be sent.

        :param group: the open `amazon.punchout.group` in the other mode
        :rtype: str
        """
        session_sudo = self.sudo()  # buyers may not read documents, but see what is in a cart that is offered to them
        if session_sudo.deployment_mode == 'test':
            if cxml.read_cart(session_sudo._held_cart()._get_body()).deployment_mode == 'test':
                return self.env._(
                    "You can't claim this cart: Amazon marks it as a test, but the Amazon group %(group)s is live. "
                    "Amazon marks every cart as a test while the group is set to Test there. Ask %(person)s to set "
                    "the group to Active on Amazon, then submit your cart again and dismiss this one.",
                    group=group.name, person=group._responsible_name())
            return self.env._(
                "You can't claim this cart: it is a test, but the Amazon group %s is live now. Submit your cart on "
                "Amazon again and dismiss this one.", group.name)
        return self.env._(
            "You can't claim this cart: it is live, but the Amazon group %s is in test mode now. Submit your cart on "
            "Amazon again and dismiss this one.", group.name)

    @api.model
    def _claimable_from_server(self, groups):
        """Find the carts from Amazon's server that the current user may claim.

        :param groups: the groups of the user that they may be claimed for
        :return: the trips, the newest first
        """
        return self.search([
            ('state', '=', 'unclaimed'), ('received_from', '=', 'server'), ('returned_at', '!=', False),
        ]).filtered(lambda session: session.may_claim and session._claim_groups() & groups)

    # === ACTIONS === #

    def action_claim(self):
        """Create the order of a cart that the current user has filled on Amazon.

        If there is a choice, ask for the group and the location first.

        :return: an action
        :rtype: dict
        :raises UserError: as :meth:`_claim`
        """
        self.ensure_one()
        self._check_claimable()
        groups = self._claim_groups().sudo(False)
        choices = [(group, warehouse) for group in groups for warehouse in group._offered_warehouses()]
        if len(choices) < 2:
            return self._claim(*(choices[0] if choices else (groups[0], None)))
        group, warehouse = choices[0]
        claim = self.env['amazon.punchout.claim'].create({
            'session_id': self.id, 'group_id': group.id, 'warehouse_id': warehouse.id})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Claim an Amazon Cart"),
            'res_model': claim._name,
            'res_id': claim.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _claim(self, group, warehouse):
        """Create the order of an unclaimed cart in the name of the current user.

        :param group: the `amazon.punchout.group` that it is claimed for
        :param warehouse: the `stock.warehouse` to deliver to
        :return: an action that shows the order, or the trip that tells why there is none
        :rtype: dict
        :raises UserError: the cart is claimed, closed or expired, or the user may not claim it
        """
        session_sudo = self._lock_claimable()
        if group not in self._claim_groups():
            raise UserError(self.env._("You can't claim this cart for the Amazon group %s.", group.sudo().name))
        group._check_may_shop(self.env.user)
        warehouse = group._pick_warehouse(warehouse)
        self._check_addresses(group, warehouse, self.env.user)
        session_sudo._claim_only_once()
        # At once: the same cart may be held for the other group, and the unique index allows one unclaimed cart only.
        session_sudo.write({
            'group_id': group.id, 'user_id': self.env.uid, 'warehouse_id': warehouse.id, 'is_location_chosen': True,
            'state': 'returned'})
        session_sudo.document_ids.write({'group_id': group.id})
        session_sudo.message_post(
            body=self.env._("%s claimed this cart.", self.env.user.name), author_id=self.env.user.partner_id.id)
        close_problem(session_sudo)
        return session_sudo._make_order_of(session_sudo._held_cart())

    def _claim_only_once(self):
        """Dismiss the same cart where another group holds it too.

        Two groups, also of two companies, hold the same cart if it arrived for both at the same moment. Only one
        order may be created from it.

        :raises UserError: the other one has already been claimed
        """
        same = self.search([
            ('cart_digest', '=', self.cart_digest), ('id', '!=', self.id), ('state', 'not in', ('left', 'expired')),
        ]).filtered(lambda session: session.group_id._has_identity_of(self.group_id))
        if any(session.state != 'unclaimed' for session in same):
            raise UserError(self.env._(
                "This cart arrived twice and has already been claimed. Dismiss it, or the same items would be ordered "
                "twice."))
        for session in same:
            session._dismiss_held(self.env._("%s claimed the same cart.", self.env.user.name))

    def _lock_claimable(self):
        """Lock a cart that the current user may claim: of two users at the same moment, the second finds it claimed.

        :return: the trip in superuser mode, since no user may write trips
        :raises UserError: as :meth:`_check_claimable`
        """
        self.ensure_one()
        session_sudo = self.sudo()
        session_sudo.flush_recordset(['state'])
        self.env.execute_query(SQL("SELECT id FROM amazon_punchout_session WHERE id = %s FOR UPDATE", self.id))
        session_sudo.invalidate_recordset(['state'])
        self._check_claimable()
        return session_sudo

    def _check_claimable(self):
        """Check that the current user may claim this cart.

        :raises UserError: the cart can't be claimed, or not by the current user
        """
        self.ensure_one()
        session_sudo = self.sudo()  # only to see whether the cart still waits
        if session_sudo.state != 'unclaimed' or not session_sudo._held_cart():
            raise UserError(self.env._(
                "This cart is no longer available: it has been claimed or dismissed, or it has expired."))
        self.check_access('read')
        if problem := self._claim_problem():
            raise UserError(problem)

    def action_dismiss_cart(self):
        """Dismiss unclaimed carts: no orders will be created from them.

        :return: an action that shows the carts that are left
        :rtype: dict
        :raises UserError: a cart is claimed, closed or expired, or the user may not dismiss it
        """
        for session in self:
            session.check_access('read')
            if not session._offered_groups() and not session._may_resolve():
                raise UserError(session.env._(
                    "Only members of the Amazon group, the person responsible for it, Amazon administrators and "
                    "purchase managers can dismiss its unclaimed carts."))
            session_sudo = session.sudo()  # no user may write trips; the rights were checked
            session_sudo.lock_for_update(allow_referencing=True)
            session_sudo.invalidate_recordset(['state'])
            if session_sudo.state != 'unclaimed' or not session_sudo._held_cart():
                raise UserError(session.env._("This cart is no longer available. Reload the page."))
            session_sudo._dismiss_held(session.env._(
                "Dismissed by %s: not anyone's cart.", session.env.user.name))
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'} if len(self) > 1 else self._unclaimed_action()

    def _dismiss_held(self, reason):
        """Dismiss the cart that waits to be claimed.

        :param str reason: why it is dismissed
        """
        self.ensure_one()
        self._dismiss_cart(self._held_cart(), reason)

    @api.model
    def _unclaimed_action(self):
        """Open the list of unclaimed carts.

        :rtype: dict
        """
        return self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_session_unclaimed_action')

    @api.autovacuum
    def _expire_unclaimed(self):
        """Close the carts that were not claimed in time, and delete their documents: anyone could have posted them."""
        old = self.sudo().search([
            ('state', '=', 'unclaimed'), ('is_listed', '=', True), ('expires_at', '<', fields.Datetime.now())])
        old.document_ids.filtered(lambda document: document.document_type == CART).unlink()
        close_problem(old)
        old.state = 'expired'
