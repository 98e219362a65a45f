from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from .. import cxml
from ..const import CART
from ..problems import close_problem
from .purchase_order_links import LINK

# An unclaimed cart with many items is told by its first ones.
TOLD_ITEMS = 3


class AmazonPunchoutSessionClaim(models.Model):
    """What the members of a group do with carts that nobody has claimed."""
    _inherit = 'amazon.punchout.session'

    may_claim = fields.Boolean(compute='_compute_may_claim')
    cart_items = fields.Html("Items", compute='_compute_cart', sanitize=False)  # escaped where made
    cart_summary = fields.Char("Cart", compute='_compute_cart')
    cart_total = fields.Char("Total", compute='_compute_cart')

    @api.depends('state', 'returned_at', 'group_id', 'claim_user_id')
    @api.depends_context('uid')
    def _compute_may_claim(self):
        for session in self:
            session.may_claim = session.state == 'unclaimed' and bool(session.returned_at and session._claim_groups())

    @api.depends('document_ids.state')
    def _compute_cart(self):
        carts = self.env['amazon.punchout.cart']
        for session in self:
            # Buyers read no documents, but what is in a cart that they may claim.
            document_sudo = session.sudo()._held_cart()
            cart = cxml.read_cart(document_sudo._get_body()) if document_sudo else None
            if not cart:
                session.cart_items = session.cart_summary = session.cart_total = False
                continue
            currency = carts._find_currency(cart.currency)

            def amount(number, currency=currency, code=cart.currency):
                return format_amount(self.env, float(number), currency) if currency else f'{number} {code}'

            names = [carts._item_name(item) for item in cart.items]
            session.cart_total = amount(carts._cart_total(cart))
            session.cart_summary = ", ".join(names[:TOLD_ITEMS]) + ("…" if len(names) > TOLD_ITEMS else "")
            session.cart_items = session._cart_html(cart, amount)

    def _cart_html(self, cart, amount):
        """:param cxml.PunchOutOrderMessage cart: what is in it
        :param amount: writes a Decimal as money
        :rtype: Markup
        """
        carts = self.env['amazon.punchout.cart']
        rows = [
            (item.quantity, LINK % (item.detail_page_url, carts._item_name(item)) if item.detail_page_url
             else carts._item_name(item), amount(item.unit_price.amount * item.quantity))
            for item in cart.items]
        for name, label in (('shipping', self.env._("Shipping")), ('tax', self.env._("Tax"))):
            if charge := carts._cart_amount(cart, name):
                rows.append(("", label, amount(charge)))
        rows.append(("", Markup("<b>%s</b>") % self.env._("Total"), Markup("<b>%s</b>") % self.cart_total))
        return Markup('<table class="table table-sm o_main_table">%s</table>') % Markup().join(
            Markup('<tr><td class="text-end">%s</td><td>%s</td><td class="text-end text-nowrap">%s</td></tr>') % (
                f'{quantity.normalize():f} ×' if quantity else "", name, price)
            for quantity, name, price in rows)

    def _held_cart(self):
        """:return: the stored cart that waits to be claimed, or an empty recordset"""
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document.document_type == CART and document.state == 'waiting')[:1]

    # === WHO MAY === #

    def _claim_groups(self):
        """:return: the groups for which the current user may claim this cart, in superuser mode: a cart names an account, and
            several groups may share it
        """
        self.ensure_one()
        session_sudo, user = self.sudo(), self.env.user  # of an account's groups the user may not read all
        owner = session_sudo.claim_user_id
        groups = session_sudo.group_id._same_account()
        if owner and owner != user and groups.filtered(lambda group: group._is_member(owner)):
            return groups.browse()
        return groups.filtered(lambda group: group.company_id in self.env.companies and group._is_member(user))

    @api.model
    def _claimable_from_server(self, groups):
        """:param groups: of the current user
        :return: the carts that Amazon's server has brought for them, the newest first
        """
        return self.search([
            ('state', '=', 'unclaimed'), ('came_by', '=', 'server'), ('returned_at', '!=', False),
            ('expires_at', '>', fields.Datetime.now()), ('group_id', 'in', groups.ids),
        ]).filtered('may_claim')

    def _bring_to(self, user):
        """Move a cart to the group of somebody who came with its link, if they are a member of another one of its account.

        :param user: the `res.users` record
        :return: whether this user may claim it
        :rtype: bool
        """
        self.ensure_one()
        groups = self.with_user(user)._claim_groups()
        if groups and self.group_id not in groups:
            self._move_to(groups[0])
        return bool(groups)

    def _move_to(self, group):
        if group != self.group_id:
            self.write({'group_id': group.id})
            self.document_ids.write({'group_id': group.id})

    # === ACTIONS === #

    def action_claim(self):
        """Make an order of a cart that the current user has put together on Amazon; ask for group and location first if there
        is a choice."""
        self.ensure_one()
        self._check_claimable()
        groups = self._claim_groups().sudo(False)
        choices = [(group, warehouse) for group in groups for warehouse in group._allowed_warehouses()]
        if len(choices) < 2:
            return self._claim(*(choices[0] if choices else (groups[0], None)))
        group, warehouse = choices[0]
        claim = self.env['amazon.punchout.claim'].create({
            'session_id': self.id, 'group_id': group.id, 'warehouse_id': warehouse.id})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Claim the Cart"),
            'res_model': claim._name,
            'res_id': claim.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _claim(self, group, warehouse):
        """Make the order of an unclaimed cart in the name of the current user.

        :param group: the `amazon.punchout.group` that it is claimed for
        :param warehouse: the `stock.warehouse` to deliver to
        :return: an action that shows the order, or the trip that says why there is none
        :rtype: dict
        :raises UserError: somebody was faster, it is too late, or the user may not
        """
        session_sudo = self._check_claimable(lock=True)
        if group not in self._claim_groups():
            raise UserError(self.env._("You can't claim this cart for the Amazon group %s.", group.sudo().name))
        group._check_may_shop(self.env.user)
        warehouse = group._pick_warehouse(warehouse)
        self._check_addresses(group, warehouse, self.env.user)
        session_sudo._move_to(group)
        session_sudo.write({
            'user_id': self.env.uid, 'warehouse_id': warehouse.id, 'is_location_chosen': True, 'state': 'returned'})
        session_sudo.message_post(
            body=self.env._("%s has claimed this cart.", self.env.user.name), author_id=self.env.user.partner_id.id)
        close_problem(session_sudo)
        document = session_sudo._held_cart()
        cart, problem = session_sudo._read_cart(document._get_body())
        if problem:
            session_sudo._keep(document, problem)
        else:
            session_sudo._make_order(document, cart, session_sudo.returned_at)
        if session_sudo.purchase_order_id:
            return session_sudo.purchase_order_id.sudo(False).action_open_business_doc()
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'views': [(False, 'form')],
        }

    def _check_claimable(self, lock=False):
        """:param bool lock: against somebody else at the same moment: the second finds it claimed
        :return: the trip in superuser mode, since members write no trips; their rights are checked here
        :raises UserError: it is not there to be claimed, or not by the current user
        """
        self.ensure_one()
        session_sudo = self.sudo()
        if lock:
            session_sudo.flush_recordset(['state'])
            self.env.execute_query(SQL("SELECT id FROM amazon_punchout_session WHERE id = %s FOR UPDATE", self.id))
            session_sudo.invalidate_recordset(['state'])
        if session_sudo.state != 'unclaimed' or not session_sudo._held_cart():
            raise UserError(self.env._("This cart is not there any more: somebody has claimed or dismissed it, or it has expired."))
        if session_sudo.expires_at < fields.Datetime.now():
            raise UserError(self.env._(
                "This cart has expired: Amazon holds its prices no longer. Put it together again on Amazon."))
        self.check_access('read')
        if not self._claim_groups():
            raise UserError(self.env._(
                "You can't claim this cart: it is held for somebody else, or you are not a member of the Amazon group "
                "%(group)s. Ask %(person)s.",
                group=session_sudo.group_id.name, person=session_sudo.group_id._responsible_name()))
        return session_sudo

    def action_dismiss_cart(self):
        """Put carts aside that nobody wants: no order comes of them."""
        for session in self:
            session.check_access('read')
            if not session._claim_groups() and not session._may_mend():
                raise UserError(session.env._("Only members of the Amazon group dismiss its unclaimed carts."))
            session_sudo = session.sudo()  # members write no trips; their rights were checked
            session_sudo.lock_for_update(allow_referencing=True)
            session_sudo.invalidate_recordset(['state'])
            document = session_sudo._held_cart()
            if session_sudo.state != 'unclaimed' or not document:
                raise UserError(session.env._("This cart is not there any more: reload the page."))
            reason = session.env._("Nobody's cart, says %s.", session.env.user.name)
            document.write({
                'state': 'dismissed', 'dismissed_by_id': session.env.uid, 'dismissed_at': fields.Datetime.now(),
                'dismiss_reason': reason})
            session_sudo._close_dismissed(reason)
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'} if len(self) > 1 else self._unclaimed_action()

    @api.model
    def _unclaimed_action(self):
        return self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_session_unclaimed_action')

    @api.autovacuum
    def _expire_unclaimed(self):
        """Close what nobody has claimed in time. Its document goes: anybody could have posted it."""
        old = self.sudo().search([('state', '=', 'unclaimed'), ('expires_at', '<', fields.Datetime.now())])
        old.document_ids.filtered(lambda document: document.document_type == CART).unlink()
        close_problem(old)
        old.state = 'expired'
