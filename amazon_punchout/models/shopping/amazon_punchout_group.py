from odoo import api, models
from odoo.exceptions import UserError


class AmazonPunchoutGroupShopping(models.Model):
    """How a buyer starts shopping: with which group, for which location, and from there to Amazon."""
    _inherit = 'amazon.punchout.group'

    @api.model
    def _shopping_groups(self, order=None):
        """Find the groups that the current user may shop with now.

        :param order: a `purchase.order`: only groups of its vendor and company
        :return: the groups
        """
        if not self.has_access('read'):
            return self.browse()  # an accountant, who reads orders but no groups
        domain = [('state', '!=', 'draft'), ('flow', '!=', 'punchin')]
        if order:
            domain += [('partner_id', '=', order.partner_id.id), ('company_id', '=', order.company_id.id)]
        else:
            domain += [('company_id', 'in', self.env.companies.ids)]
        return self.search(domain).filtered(lambda group: group._is_member(self.env.user))

    @api.model
    def _shop(self, order=None, location=None, search=None, **origin):
        """Start shopping: directly on Amazon where there is nothing to choose, else with a dialog.

        :param order: the request for quotation that the shopping starts from, if any
        :param location: the `stock.warehouse` to propose; by default that of the order
        :param str search: a word or an ASIN that Amazon opens with
        :param origin: what else the shopping starts from: values of fields that another addon adds to the trip and,
            with the same name, to the dialog
        :return: an action; for a user who can't shop with any group, a dialog that names whom to ask
        :rtype: dict
        """
        location = location or (order.picking_type_id.warehouse_id if order else None)
        groups = self._shopping_groups(order)._in_order_of_preference(location)
        if not groups:
            return self.env['amazon.punchout.ask']._show(order)
        if len(groups) == 1 and len(groups._allowed_warehouses()) == 1:
            return groups._punch_out(order=order, search=search, **origin)
        allowed = groups[0]._offered_warehouses()
        shop = self.env['amazon.punchout.shop'].create({
            'group_id': groups[0].id,
            'warehouse_id': (location if location and location in allowed else allowed[:1]).id,
            'order_id': order and order.id,
            'search_word': search,
            **origin,
        })
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Shop on Amazon"),
            'res_model': shop._name,
            'res_id': shop.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _punch_out(self, warehouse=None, order=None, search=None, is_location_chosen=None, **origin):
        """Start a shopping trip of the current user.

        :param warehouse: where to deliver; by default the group's first location
        :param order: the request for quotation that the cart is for, if any
        :param str search: a word or an ASIN that Amazon opens with
        :param bool is_location_chosen: whether the user chose the warehouse; by default, whether there is one
        :param origin: as for :meth:`_shop`
        :return: an `ir.actions.act_url` to Amazon's StartPage, or the failed trip that says why there is none
        :rtype: dict
        :raises UserError: before anything is sent: the user may not shop, or an address is incomplete
        """
        self.ensure_one()
        self._check_starts_here()
        self._check_may_shop(self.env.user)
        if is_location_chosen is None:
            is_location_chosen = bool(warehouse)
        return self.env['amazon.punchout.session']._start(
            self, self._pick_warehouse(warehouse), order=order, search=search, is_location_chosen=is_location_chosen,
            **origin,
        )._punch_out_action()

    def _pick_warehouse(self, warehouse=None):
        """Pick the warehouse to deliver to.

        :param warehouse: the one that is wanted; by default the group's first location
        :return: a `stock.warehouse` that orders of this group may be delivered to
        :raises UserError: the group does not deliver there, or has no location
        """
        warehouses = self._allowed_warehouses()
        if warehouse and warehouse not in warehouses:
            raise UserError(self.env._(
                "The Amazon group %(group)s does not deliver to %(warehouse)s. Choose one of its locations.",
                group=self.name, warehouse=warehouse.name))
        offered = self._offered_warehouses()
        if warehouse and warehouse not in offered:
            raise UserError(self._location_problem(warehouse))
        warehouse = warehouse or offered[:1]
        if not warehouse:
            raise UserError(self.env._(
                "The Amazon group %(group)s of %(company)s has no warehouse to deliver to. Ask %(person)s to add one.",
                group=self.name, company=self.company_id.name, person=self._responsible_name()))
        return warehouse

    # === ACTIONS === #

    @api.model
    def action_shop(self):
        """Start shopping.

        :return: an action, see :meth:`_shop`
        :rtype: dict
        """
        return self._shop()

    def action_punch_out(self):
        """Start a shopping trip of the current user to the group's first location.

        :return: an action, see :meth:`_punch_out`
        :rtype: dict
        """
        return self._punch_out()

    def _check_starts_here(self):
        """Check that shopping with this group starts in Odoo.

        :raises UserError: it starts on Amazon
        """
        self.ensure_one()
        if self.flow == 'punchin':
            raise UserError(self.env._(
                "Shopping with the Amazon group %s starts on Amazon: fill the cart there and submit it.", self.name))

    def _last_shopped_with(self):
        """Override to look at the user's shopping trips."""
        if len(self) < 2:
            return super()._last_shopped_with()
        return self & self.env['amazon.punchout.session'].search(
            [('user_id', '=', self.env.uid), ('group_id', 'in', self.ids), ('state', '!=', 'failed')],
            order='id desc', limit=1).group_id

    def write(self, vals):
        """Override of `mail` to keep a group with which someone has shopped in its company."""
        if 'company_id' in vals:
            self._check_company_stays(vals['company_id'])
        return super().write(vals)

    def _check_company_stays(self, company_id):
        """Keep the company of groups that were used: trips, documents and orders belong to the company that shopped.

        A constraint would not notice it, since their company follows the group.

        :raises UserError: a group was used and would change its company
        """
        for group in self:
            sessions_sudo = self.env['amazon.punchout.session'].sudo()  # those of others count too
            if group.company_id.id != company_id and sessions_sudo.search_count([('group_id', '=', group.id)], limit=1):
                raise UserError(self.env._(
                    "The company of the Amazon group %s can't be changed because it has shopping trips.", group.name))
