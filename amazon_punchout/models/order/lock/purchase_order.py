from odoo import api, models, tools
from odoo.exceptions import UserError

from ....const import UNAPPROVED_STATES
from ....tools.cart_lock import is_lifted, lines_lifted

# Only the order's own steps move these, by its buttons.
STEP_FIELDS = frozenset({'state', 'name', 'date_approve'})
# What Amazon was asked for, and the amounts that Odoo derives from it: stored, so a write would stand where they were
# computed. The approval limit looks at the amount and, for its exchange rate, at the day of the order.
LOCKED_FIELDS = STEP_FIELDS | {
    'partner_id', 'company_id', 'currency_id', 'fiscal_position_id', 'date_order',
    'amount_untaxed', 'amount_tax', 'amount_total', 'amount_total_cc', 'currency_rate',
}
# Open until the final approval only: the order request carries them.
PLACE_FIELDS = frozenset({'picking_type_id', 'dest_address_id'})


class PurchaseOrderLock(models.Model):
    """What nobody may change on a returned cart. See :mod:`..cart_lock` for the only keys."""
    _inherit = 'purchase.order'

    @api.model
    @tools.ormcache()
    def _amazon_field_names(self):
        """:return: the stored fields that only the addon itself writes
        :rtype: frozenset[str]
        """
        return frozenset(
            name for name, field in self._fields.items()
            if name.startswith('amazon_') and field.store and not field.compute)

    def _amazon_refusal(self):
        """:return: why a cart can't be changed, and what to do instead
        :rtype: str
        """
        self.ensure_one()
        if self.state in UNAPPROVED_STATES:
            return self.env._(
                "Order %s is a cart from Amazon. Amazon refuses an order that differs from its cart, so its lines, "
                "amounts, vendor, company and currency can't be changed. Cancel it and press Shop on Amazon for "
                "another cart.", self.name)
        return self.env._(
            "Order %s is a cart from Amazon. Amazon refuses an order that differs from its cart, so its lines, "
            "amounts, vendor, company and currency can't be changed. Press Shop on Amazon to order something else.",
            self.name)

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody but the cart's own import makes an order that counts as a cart, by values or by default_ keys."""
        if is_lifted():
            with lines_lifted():  # the cart brings its lines
                return super().create(vals_list)
        names = self._amazon_field_names()
        for vals in vals_list:
            if any(vals.get(name) for name in names):
                raise UserError(self.env._("Only a cart from Amazon fills the Amazon fields of an order."))
            vals.update(dict.fromkeys(names, False))
        return super().create(vals_list)

    def write(self, vals):
        if is_lifted():
            if vals.get('amazon_session_id'):
                with lines_lifted():  # this makes it a cart, which brings its lines
                    return super().write(vals)
        elif not self._amazon_field_names().isdisjoint(vals):
            raise UserError(self.env._("The Amazon fields of an order are filled by Amazon's messages only."))
        if LOCKED_FIELDS.isdisjoint(vals) and PLACE_FIELDS.isdisjoint(vals):
            return super().write(vals)
        carts = self.filtered('amazon_session_id')
        if not carts:
            return super().write(vals)
        return self._amazon_write(carts, vals)

    def _amazon_write(self, carts, vals):
        """Write what is open on carts, over every door: form, import, RPC, another addon.

        :param carts: those of these orders that came back as carts
        :param dict vals: as in write()
        :raises UserError: why something may not change, and what to do instead
        """
        locked = LOCKED_FIELDS - STEP_FIELDS if is_lifted() else LOCKED_FIELDS
        moved = carts.browse()
        for cart in carts:
            if any(cart._amazon_changes(name, vals[name]) for name in locked & vals.keys()):
                raise UserError(cart._amazon_refusal())
            if any(cart._amazon_changes(name, vals[name]) for name in PLACE_FIELDS & vals.keys()):
                cart._amazon_check_place(vals)
                moved += cart
        # The web client and imports repeat what is there. It is left out: even the same vendor makes core compute the
        # currency anew.
        super(PurchaseOrderLock, self - carts).write(vals)
        result = super(PurchaseOrderLock, carts).write(
            {name: value for name, value in vals.items() if name not in locked})
        for cart in moved:
            cart.message_post(body=cart._amazon_place_warning(cart.picking_type_id.sudo().warehouse_id))
        return result

    def _amazon_changes(self, name, value):
        """Tell whether a value differs from the record's.

        :param str name: of a field
        :param value: as in write()
        :rtype: bool
        """
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)

    def _compute_currency_id(self):
        """A cart's currency is Amazon's, whatever the vendor's or the company's is."""
        return super(
            PurchaseOrderLock, self.filtered(lambda order: not order.amazon_session_id))._compute_currency_id()

    # === THE DELIVERY LOCATION === #

    def _amazon_check_place(self, vals):
        """The location stays open until the final approval, and must be one that the group delivers to.

        :param dict vals: what is to be written
        :raises UserError: ordered already, or not a location of the group
        """
        self.ensure_one()
        if self.state == 'cancel':
            raise UserError(self.env._(
                "Order %s is cancelled: its delivery location can't be changed.", self.name))
        if self.state not in UNAPPROVED_STATES:
            raise UserError(self.env._(
                "Order %s was handed over to Amazon with its delivery location: it can't be changed any more.",
                self.name))
        if 'picking_type_id' in vals:
            type_id = self._fields['picking_type_id'].convert_to_cache(vals['picking_type_id'], self)
            picking_type_sudo = self.env['stock.picking.type'].sudo().browse(type_id)  # buyers need no rights in stock
            warehouse = picking_type_sudo.warehouse_id
            group_sudo = self.amazon_group_id.sudo()
            if picking_type_sudo.code != 'incoming' or warehouse not in group_sudo._allowed_warehouses():
                raise UserError(self.env._(
                    "Orders of the Amazon group %(group)s may not be delivered to %(place)s.", group=group_sudo.name,
                    place=picking_type_sudo.display_name or self.env._("no location")))
        if vals.get('dest_address_id'):
            raise UserError(self.env._("Amazon delivers to a location of the Amazon group, not to another address."))

    def _amazon_place_warning(self, warehouse):
        """:param warehouse: where the order is to be delivered now
        :rtype: str
        """
        return self.env._(
            "The delivery location is %(new)s now. Amazon computed prices, shipping and tax for %(first)s: they may "
            "change.", new=warehouse.name, first=self.amazon_session_id.sudo().warehouse_id.name)

    @api.onchange('picking_type_id')
    def _onchange_amazon_place(self):
        order = self._origin
        if order.amazon_session_id and self.picking_type_id != order.picking_type_id:
            return {'warning': {
                'title': self.env._("Another delivery location"),
                'message': order._amazon_place_warning(self.picking_type_id.sudo().warehouse_id),
            }}

    # === DELETING === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_left_for_amazon(self):
        for order in self:
            if order.amazon_session_id and order._amazon_ever_left():
                raise UserError(self.env._(
                    "Order %s has gone to Amazon: it can't be deleted.", order.name))

    def unlink(self):
        """Override of `purchase` to let a cart that was never ordered go in one step: core deletes cancelled orders only."""
        with self._amazon_deleting():
            self.filtered(lambda order: order.amazon_session_id and order.state in UNAPPROVED_STATES).button_cancel()
            return super().unlink()

    # === SIDE DOORS OF CORE === #

    def action_merge(self):
        if carts := self.filtered('amazon_session_id'):
            raise UserError(self.env._(
                "%(orders)s came from Amazon and can't be merged: Amazon refuses an order that differs from its cart.",
                orders=", ".join(carts.mapped('name'))))
        return super().action_merge()

    def action_rfq_send(self):
        self._amazon_check_no_email()
        return super().action_rfq_send()

    def _send_reminder_open_composer(self, template_id):
        self._amazon_check_no_email()
        return super()._send_reminder_open_composer(template_id)

    def _amazon_check_no_email(self):
        if self.filtered('amazon_session_id'):
            raise UserError(self.env._("An Amazon order is not sent by e-mail: it goes to Amazon once it is approved."))

    def print_quotation(self):
        """Printing marks a request for quotation as sent; a cart stays what it is."""
        carts = self.filtered('amazon_session_id')
        if not carts:
            return super().print_quotation()
        super(PurchaseOrderLock, self - carts).print_quotation()
        return self.env.ref('purchase.report_purchase_quotation').report_action(self)

    def action_add_from_catalog(self):
        if carts := self.filtered('amazon_session_id'):
            raise UserError(carts[0]._amazon_refusal())
        return super().action_add_from_catalog()

    def action_purchase_order_suggest(self):
        """Before core notes the suggestion's parameters on the vendor, which a buyer may not even do."""
        if carts := self.filtered('amazon_session_id'):
            raise UserError(carts[0]._amazon_refusal())
        return super().action_purchase_order_suggest()

    def _extend_with_attachments(self, files_data, new=False):
        """A document may fill an order; core would keep a refusal of its lines in the log only."""
        if carts := self.filtered('amazon_session_id'):
            raise UserError(carts[0]._amazon_refusal())
        return super()._extend_with_attachments(files_data, new=new)

    def message_post(self, **kwargs):
        """mark_rfq_as_sent in the context would move a cart on; its state moves by its own buttons only."""
        if self.env.context.get('mark_rfq_as_sent') and self.filtered('amazon_session_id'):
            self = self.with_context(mark_rfq_as_sent=False)
        return super().message_post(**kwargs)

    def _add_supplier_to_product(self):
        """One generic product stands for all of Amazon: a vendor price of it would be the price of everything. A copy of
        a cart is a plain order, but may have such products too."""
        if self.amazon_session_id:
            return None
        groups_sudo = self.env['amazon.punchout.group'].sudo().with_context(active_test=False).search([])
        generic = groups_sudo.product_id | groups_sudo.shipping_product_id | groups_sudo.tax_product_id
        used_sudo = (self.order_line.product_id & generic).sudo().product_tmpl_id
        before = used_sudo.seller_ids
        result = super()._add_supplier_to_product()
        (used_sudo.seller_ids - before).unlink()
        return result
