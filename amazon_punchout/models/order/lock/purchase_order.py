import sys

from odoo import api, models
from odoo.exceptions import UserError

from ....const import DECIDED_STATES, UNREVIEWED
from ....tools.cart_lock import is_lifted, lines_lifted

# Only the order's own steps move these, by its buttons.
STEP_FIELDS = frozenset({'state', 'name', 'date_approve'})
# What Amazon was asked for, and the amounts that Odoo derives from it: they are stored, so a write would persist where
# they were computed. The approval limit looks at the amount and, for its exchange rate, at the day of the order.
LOCKED_FIELDS = STEP_FIELDS | {
    'partner_id', 'company_id', 'currency_id', 'fiscal_position_id', 'date_order',
    'amount_untaxed', 'amount_tax', 'amount_total', 'amount_total_cc', 'currency_rate',
}
# Open until the final approval only: the order request carries them.
LOCATION_FIELDS = frozenset({'picking_type_id', 'dest_address_id'})


class PurchaseOrderLock(models.Model):
    """What nobody may change on a returned cart. See :mod:`...tools.cart_lock` for the only keys."""
    _name = 'purchase.order'
    _inherit = ['purchase.order', 'amazon.punchout.lock']

    def _amazon_locked_sentence(self):
        """Say why a cart can't be changed, and what to do instead.

        :rtype: str
        """
        self.ensure_one()
        if self.state not in DECIDED_STATES:
            return self.env._(
                "Order %s is a cart from Amazon. Amazon declines an order that differs from its cart, so its lines, "
                "amounts, vendor, company and currency can't be changed. Cancel it and press Shop on Amazon to fill "
                "another cart.", self.name)
        return self.env._(
            "Order %s is a cart from Amazon. Amazon declines an order that differs from its cart, so its lines, "
            "amounts, vendor, company and currency can't be changed. Press Shop on Amazon to order something else.",
            self.name)

    # === CREATING AND WRITING === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `purchase` to let only the import of a cart make a cart, by values or by default_ keys."""
        if is_lifted():
            with lines_lifted():  # the cart brings its lines
                return super().create(vals_list)
        for vals in vals_list:
            self._amazon_check_new_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `purchase` to block every change of what Amazon was asked for."""
        if self._amazon_is_no_decision(vals):
            self = self.with_context(**{UNREVIEWED: True})
        if is_lifted():
            if vals.get('amazon_session_id'):
                with lines_lifted():  # this makes it a cart, which brings its lines
                    return super().write(vals)
        else:
            self._amazon_check_values(vals)
        if LOCKED_FIELDS.isdisjoint(vals) and LOCATION_FIELDS.isdisjoint(vals):
            return super().write(vals)
        carts = self.filtered('amazon_session_id')
        if not carts:
            return super().write(vals)
        return self._amazon_write(carts, vals)

    def _amazon_write(self, carts, vals):
        """Write what is open on carts, wherever it comes from: form, import, RPC, another addon.

        :param carts: those of these orders that came back as carts
        :param dict vals: as in write()
        :raises UserError: why something may not change, and what to do instead
        """
        locked = LOCKED_FIELDS - STEP_FIELDS if is_lifted() else LOCKED_FIELDS
        if carts._amazon_may_step(vals):
            locked -= {'state'}
        moved = carts.browse()
        for cart in carts:
            if cart._amazon_changes(locked, vals):
                raise UserError(cart._amazon_locked_sentence())
            if cart._amazon_changes(LOCATION_FIELDS, vals):
                cart._amazon_check_location(vals)
                moved += cart
        # The web client and imports repeat what is there. It is left out: even the same vendor makes core recompute the
        # currency.
        # pylint: disable-next=super-method-mismatch  # a part of write
        super(PurchaseOrderLock, self - carts).write(vals)
        # pylint: disable-next=super-method-mismatch  # a part of write
        result = super(PurchaseOrderLock, carts).write(
            {name: value for name, value in vals.items() if name not in locked})
        for cart in moved:
            cart._amazon_record('location', deliver_to=cart.picking_type_id.sudo().warehouse_id.name)
            cart.message_post(body=cart._amazon_location_warning(cart.picking_type_id.sudo().warehouse_id))
        return result

    def _amazon_is_no_decision(self, vals):
        """Tell whether a write is none that another addon may want reviewed: a step of ours, or only the location.

        The approval itself, and all else that people write, is.

        :param dict vals: as in write()
        :rtype: bool
        """
        is_none = vals.get('state', 'to approve') == 'to approve' if is_lifted() else (
            vals.keys() <= LOCATION_FIELDS | {'location_checked'})
        return is_none and all(order.amazon_session_id for order in self)

    def _amazon_may_step(self, vals):
        """Tell whether a method of another addon moves these carts to or from a state that the addon has brought.

        No one can do so over RPC, nor from `purchase` or to it.

        :param dict vals: as in write()
        :rtype: bool
        """
        state = vals.get('state')
        return bool(self) and bool(state) and state not in DECIDED_STATES and all(
            cart.state not in DECIDED_STATES and (self._amazon_is_foreign(state) or self._amazon_is_foreign(cart.state))
            for cart in self) and self._amazon_is_foreign_code()

    @api.model
    def _amazon_is_foreign_code(self):
        """Tell whether a method runs that another addon, or core, has given to orders.

        Methods that all models have are left out: these are what RPC clients, imports and server actions call.

        :rtype: bool
        """
        general = self.env.registry['base']
        codes = {
            getattr(method, '__code__', None)
            for base in type(self)._base_classes__
            if getattr(base, 'pool', None) is None and not base.__module__.startswith('odoo.addons.amazon_punchout.')
            for name, method in vars(base).items() if not hasattr(general, name)}
        frame = sys._getframe()
        while frame and frame.f_code not in codes:
            frame = frame.f_back
        return frame is not None

    def _compute_currency_id(self):
        """Override of `purchase` to keep the currency of a cart, whatever the vendor's or the company's is."""
        return super(
            PurchaseOrderLock, self.filtered(lambda order: not order.amazon_session_id))._compute_currency_id()

    # === THE DELIVERY LOCATION === #

    def _amazon_check_location(self, vals):
        """Check a change of the location: open until the final approval, and only to where the group delivers.

        :param dict vals: what is to be written
        :raises UserError: ordered already, or not a location of the group
        """
        self.ensure_one()
        if self.state == 'cancel':
            raise UserError(self.env._(
                "Order %s is cancelled, so its delivery location can't be changed.", self.name))
        if self.state in DECIDED_STATES:
            raise UserError(self.env._(
                "Order %s was handed over to Amazon with its delivery location, which can no longer be changed.",
                self.name))
        if 'picking_type_id' in vals:
            type_id = self._fields['picking_type_id'].convert_to_cache(vals['picking_type_id'], self)
            picking_type_sudo = self.env['stock.picking.type'].sudo().browse(type_id)  # buyers need no rights in stock
            warehouse = picking_type_sudo.warehouse_id
            group_sudo = self.amazon_group_id.sudo()
            if not picking_type_sudo:
                raise UserError(self.env._("Order %s needs a delivery location.", self.name))
            if picking_type_sudo.code != 'incoming' or warehouse not in group_sudo._allowed_warehouses():
                raise UserError(self.env._(
                    "Orders of the Amazon group %(group)s can't be delivered to %(location)s.", group=group_sudo.name,
                    location=picking_type_sudo.display_name))
            if (warehouse != self.picking_type_id.sudo().warehouse_id
                    and warehouse not in group_sudo._offered_warehouses()):
                raise UserError(group_sudo._location_problem(warehouse))
        if vals.get('dest_address_id'):
            raise UserError(self.env._("Amazon delivers to a location of the Amazon group, not to another address."))

    def _amazon_location_warning(self, warehouse):
        """Say what another delivery location may change.

        :param warehouse: where the order is to be delivered now
        :rtype: str
        """
        return self.env._(
            "The delivery location is now %(new)s. Amazon computed prices, shipping and tax for %(first)s, so they may "
            "change.", new=warehouse.name, first=self.amazon_session_id.sudo().warehouse_id.name)

    @api.onchange('picking_type_id')
    def _onchange_amazon_location(self):
        order = self._origin
        if not order.amazon_session_id or self.picking_type_id == order.picking_type_id:
            return None
        return {'warning': {
            'title': self.env._("Delivery Location Changed"),
            'message': order._amazon_location_warning(self.picking_type_id.sudo().warehouse_id),
        }}

    # === DELETING === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_left_for_amazon(self):
        for order in self:
            if order.amazon_session_id and order._amazon_ever_left():
                raise UserError(self.env._("Order %s was sent to Amazon, so it can't be deleted.", order.name))

    def unlink(self):
        """Override of `purchase` to delete a cart that was never ordered in one step.

        Core deletes cancelled orders only.
        """
        with self._amazon_deleting():
            self.filtered(lambda order: order.amazon_session_id and order.state not in DECIDED_STATES).button_cancel()
            self._amazon_record('deleted')
            return super().unlink()

    # === OTHER WAYS THAT CORE OFFERS === #

    def action_merge(self):
        """Override of `purchase` to block merging: no other order may take over the lines of a cart."""
        if carts := self.filtered('amazon_session_id'):
            raise UserError(self.env._(
                "%(orders)s can't be merged: Amazon declines an order that differs from its cart.",
                orders=", ".join(carts.mapped('name'))))
        return super().action_merge()

    def action_rfq_send(self):
        """Override of `purchase` to block e-mails to Amazon."""
        self._amazon_check_no_email()
        return super().action_rfq_send()

    def _send_reminder_open_composer(self, template_id):
        """Override of `purchase` to block e-mails to Amazon."""
        self._amazon_check_no_email()
        return super()._send_reminder_open_composer(template_id)

    def _amazon_check_no_email(self):
        """Block e-mails about Amazon orders.

        :raises UserError: one of the orders came from Amazon
        """
        if self.filtered('amazon_session_id'):
            raise UserError(self.env._(
                "An Amazon order is not sent by e-mail. It is sent to Amazon once it is approved."))

    def print_quotation(self):
        """Override of `purchase` to keep the state of a cart: printing marks a request for quotation as sent."""
        carts = self.filtered('amazon_session_id')
        if not carts:
            return super().print_quotation()
        super(PurchaseOrderLock, self - carts).print_quotation()
        return self.env.ref('purchase.report_purchase_quotation').report_action(self)

    def action_add_from_catalog(self):
        """Override of `purchase` to block the catalog, which adds lines."""
        if carts := self.filtered('amazon_session_id'):
            raise UserError(carts[0]._amazon_locked_sentence())
        return super().action_add_from_catalog()

    def action_purchase_order_suggest(self):
        """Override of `purchase_stock` to block the suggestion.

        This comes before core stores the suggestion's parameters on the vendor, which a buyer may not even do.
        """
        if carts := self.filtered('amazon_session_id'):
            raise UserError(carts[0]._amazon_locked_sentence())
        return super().action_purchase_order_suggest()

    def _extend_with_attachments(self, files_data, new=False):
        """Override of `account` to block filling a cart from a file: core would only log that its lines are locked."""
        if carts := self.filtered('amazon_session_id'):
            raise UserError(carts[0]._amazon_locked_sentence())
        return super()._extend_with_attachments(files_data, new=new)

    def message_post(self, **kwargs):
        """Override of `purchase` to ignore mark_rfq_as_sent in the context: it would change the state of a cart."""
        if self.env.context.get('mark_rfq_as_sent') and self.filtered('amazon_session_id'):
            self = self.with_context(mark_rfq_as_sent=False)
        return super().message_post(**kwargs)

    def _add_supplier_to_product(self):
        """Override of `purchase` to keep vendor prices off the products that stand for all of Amazon.

        A vendor price of the one generic product would be the price of everything. A copy of a cart is a plain order,
        but may have such products too.
        """
        if self.amazon_session_id:
            return None
        generic = self.env['amazon.punchout.group']._stand_ins().products
        used_sudo = self.order_line.product_id.filtered(lambda product: product.id in generic).sudo().product_tmpl_id
        before = used_sudo.seller_ids
        result = super()._add_supplier_to_product()
        (used_sudo.seller_ids - before).unlink()
        return result
