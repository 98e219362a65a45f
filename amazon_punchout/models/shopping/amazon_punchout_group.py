from odoo import api, models
from odoo.exceptions import UserError


class AmazonPunchoutGroupShop(models.Model):
    """How people go shopping with a group: which one, to which location, and away to Amazon."""
    _inherit = 'amazon.punchout.group'

    @api.model
    def _shopping_groups(self, order=None):
        """The groups that the current user may shop with now.

        :param order: a purchase order: only groups of its vendor and company
        """
        if not self.has_access('read'):
            return self.browse()  # an accountant, who reads orders too
        domain = [('state', '!=', 'draft'), ('flow', '!=', 'punchin')]
        if order:
            domain += [('partner_id', '=', order.partner_id.id), ('company_id', '=', order.company_id.id)]
        else:
            domain += [('company_id', 'in', self.env.companies.ids)]
        return self.search(domain).filtered(lambda group: group._is_member(self.env.user))

    @api.model
    def _shop(self, order=None):
        """Go shopping: straight to Amazon where there is nothing to choose, else by a small dialog.

        :param order: the request for quotation that the shopping starts from, if any
        :return: an action; for somebody who has nothing to shop with, a dialog that names whom to ask
        """
        place = order.picking_type_id.warehouse_id if order else None
        groups = self._shopping_groups(order)._in_order_of_preference(place)
        if not groups:
            return self.env['amazon.punchout.ask']._show(order)
        if len(groups) == 1 and len(groups._allowed_warehouses()) == 1:
            return groups._punch_out(order=order)
        allowed = groups[0]._allowed_warehouses()
        shop = self.env['amazon.punchout.shop'].create({
            'group_id': groups[0].id,
            'warehouse_id': (place if place and place in allowed else allowed[:1]).id,
            'order_id': order and order.id,
        })
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Shop on Amazon"),
            'res_model': shop._name,
            'res_id': shop.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def _punch_out(self, warehouse=None, order=None, search=None, is_location_chosen=None):
        """Start a shopping trip of the current user.

        :param warehouse: where to deliver; by default the group's first location
        :param order: the request for quotation that the cart is for, if any
        :param str search: a word or an ASIN to land on
        :param bool is_location_chosen: whether a person chose the warehouse; by default they did if there is one
        :return: an `ir.actions.act_url` to Amazon's StartPage, or the failed trip that says why there is none
        :rtype: dict
        :raises UserError: before anything was sent: not allowed, or an address that Amazon would not take
        """
        self.ensure_one()
        self._check_starts_here()
        self._check_may_shop(self.env.user)
        if is_location_chosen is None:
            is_location_chosen = bool(warehouse)
        return self.env['amazon.punchout.session']._start(
            self, self._pick_warehouse(warehouse), order=order, search=search, is_location_chosen=is_location_chosen,
        )._punch_out_action()

    def _pick_warehouse(self, warehouse=None):
        """:param warehouse: where somebody wants it delivered; by default the group's first location
        :return: the same, if orders of this group may be delivered there
        :raises UserError: it may not, or there is none
        """
        warehouses = self._allowed_warehouses()
        if warehouse and warehouse not in warehouses:
            raise UserError(self.env._(
                "Orders of the Amazon group %(group)s may not be delivered to %(warehouse)s.",
                group=self.name, warehouse=warehouse.name))
        warehouse = warehouse or warehouses[:1]
        if not warehouse:
            raise UserError(self.env._(
                "The Amazon group %(group)s of %(company)s has no warehouse to deliver to. Ask %(person)s.",
                group=self.name, company=self.company_id.name, person=self._responsible_name()))
        return warehouse

    # === ACTIONS === #

    @api.model
    def action_shop(self):
        """Go shopping.

        :return: an action, see :meth:`_shop`
        """
        return self._shop()

    def action_punch_out(self):
        """Start a shopping trip of the current user to the group's first location.

        :return: an action, see :meth:`_punch_out`
        """
        return self._punch_out()

    def _check_starts_here(self):
        """:raises UserError: shopping with this group starts on Amazon, so there is nothing to start"""
        self.ensure_one()
        if self.flow == 'punchin':
            raise UserError(self.env._("Shopping with the Amazon group %s starts on Amazon.", self.name))
