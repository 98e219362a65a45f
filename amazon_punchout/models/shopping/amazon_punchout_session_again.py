from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import TRIPS_PATH
from ...tools.links import LINK
from ...tools.sentences import shown_number


class AmazonPunchoutSessionAgain(models.Model):
    """Shop Again on a trip that expired or whose cart is kept without an order.

    With the items of its cart if one came back and can be read, else with the same choices.
    """
    _inherit = 'amazon.punchout.session'

    may_shop_again = fields.Boolean("Can Shop Again", compute='_compute_may_shop_again')

    @api.depends('state', 'group_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_may_shop_again(self):
        groups = self.env['amazon.punchout.group']._shopping_groups() if self else None
        for session in self:
            session.may_shop_again = session._is_over() and session.group_id in groups

    def _is_over(self):
        """Tell whether this trip has ended without an order, so that another trip can be made in its place.

        :rtype: bool
        """
        self.ensure_one()
        return self.state in ('expired', 'attention')

    def _again_path(self):
        """Give the address of this trip with its button Shop Again, for the page that its shopper lands on.

        :return: the path; False if the shopper can't shop with its group from Odoo
        :rtype: str | bool
        """
        self.ensure_one()
        # The browser that posts a cart is not logged in: the cookie tells who the shopper is.
        return bool(self.user_id) and self._as_shopper().sudo().may_shop_again and f'{TRIPS_PATH}/{self.id}'

    def action_shop_again(self):
        """Start another trip like this one.

        :return: an action: the dialog with the items of the kept cart, or the redirection to Amazon
        :rtype: dict
        :raises UserError: the trip may still lead to an order, or the user may not shop with its group
        """
        self.ensure_one()
        self.check_access('read')
        if not self._is_over():
            raise UserError(self.env._(
                "Shop Again is available only for shopping trips that expired or whose cart needs attention."))
        group = self.group_id
        group._check_may_shop(self.env.user)
        allowed = group._offered_warehouses()
        warehouse = (self.warehouse_id & allowed or allowed)[:1]
        items = self._again_items()
        if not items:
            return group._punch_out(
                warehouse=warehouse, search=self.search_word,
                is_location_chosen=self.is_location_chosen and warehouse == self.warehouse_id)
        shop = self.env['amazon.punchout.shop'].create({
            'group_id': group.id,
            'warehouse_id': warehouse.id,
            'search_word': items[0].asin,
            'again_session_id': self.id,
        })
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Shop Again"),
            'res_model': shop._name,
            'res_id': shop.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _again_items(self):
        """Read the items of the cart that came back.

        :rtype: tuple[cxml.ItemIn, ...]
        """
        self.ensure_one()
        self.check_access('read')
        # A user who can read the trip may see its cart, also after Shop Again has dismissed it.
        document_sudo = self.sudo()._cart_document()
        if not document_sudo or document_sudo.body_expired_at:
            return ()
        cart, _problem = self._read_cart(document_sudo._get_body())
        return cart.items if cart else ()

    def _again_html(self):
        """List the items of the kept cart, each with its quantity and its page on Amazon.

        :rtype: Markup
        """
        carts = self.env['amazon.punchout.cart']
        return Markup('<ol>%s</ol>') % Markup('').join(
            Markup('<li>%s × %s</li>') % (
                shown_number(self.env, item.quantity),
                LINK % (self.group_id._item_page(item.asin), carts._item_name(item)))
            for item in self._again_items())

    def _lock_for_shopping_again(self):
        """Keep other users from creating the order of the kept cart while Amazon is asked for another trip.

        :raises UserError: the order exists already, or is being created
        """
        self.ensure_one()
        self.check_access('read')
        session_sudo = self.sudo()  # no user may write trips; a user who can read one may shop again
        locked = session_sudo.try_lock_for_update(allow_referencing=True)
        session_sudo.invalidate_recordset(['state', 'is_unusable'])
        if not locked or not (session_sudo._is_over() or session_sudo.state == 'left'):
            raise UserError(self.env._(
                "An order has been created from this cart, or is being created right now. Close this dialog and "
                "reload the shopping trip to see the order."))

    def _note_shopped_again(self):
        """Dismiss the kept cart once its items are shopped for again: its order would be a duplicate."""
        self.ensure_one()
        session_sudo = self.sudo()  # as above
        session_sudo.message_post(body=Markup('%s %s') % (
            self.env._("Shopping again on Amazon for:"), self._again_html()))
        if document_sudo := session_sudo._kept_cart():
            session_sudo._dismiss_cart(document_sudo, self.env._(
                "%s is shopping for the same items again.", self.env.user.name))
