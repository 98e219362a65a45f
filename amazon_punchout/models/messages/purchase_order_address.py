from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import ADDRESS_REJECTED
from ...tools.problems import raise_problem


class PurchaseOrderAddress(models.Model):
    """Orders that Amazon does not deliver because of their delivery address.

    Shopping again leads to the same answer until the address is corrected, so a person who can do that is notified.
    """
    _inherit = 'purchase.order'

    amazon_address_rejected = fields.Boolean(
        "Address Rejected by Amazon", compute='_compute_amazon_address_rejected', compute_sudo=True,
        help="Amazon declined the order or rejected its items because of the delivery address.")

    @api.depends('amazon_state', 'order_line.amazon_reason', 'amazon_document_ids.reason')
    def _compute_amazon_address_rejected(self):
        self.amazon_address_rejected = False
        for order in self.filtered('amazon_state'):
            reasons = order._amazon_item_lines().mapped('amazon_reason')
            if order.amazon_state == 'refused':
                reasons = [*reasons, order._amazon_request().reason]
            order.amazon_address_rejected = any(ADDRESS_REJECTED in (reason or "") for reason in reasons)

    def _amazon_problem_sentence(self):
        """Override to name the address that has to be corrected before the order is sent again."""
        if self.amazon_state == 'refused' and self.amazon_address_rejected and self._amazon_may_solve():
            return self.env._(
                "Amazon declined order %(order)s because of the delivery address: %(reason)s. Complete the address of "
                "%(warehouse)s, written exactly like a shared address of the group on Amazon, and press Send Again, or "
                "cancel the order.", order=self.name, reason=(self._amazon_request().reason or "").rstrip('.'),
                warehouse=self._amazon_warehouse_name())
        return super()._amazon_problem_sentence()

    def _amazon_address_advice(self):
        """Tell the requester that the address comes first: shopping again would lead to the same answer.

        :return: empty if Amazon accepts the address
        :rtype: Markup
        """
        return Markup("<p>%s</p>") % self.env._(
            "Amazon does not deliver to the address of %(warehouse)s. %(person)s has been notified to correct it. "
            "Until then, Amazon would reject these items again.", warehouse=self._amazon_warehouse_name(),
            person=self._amazon_person_to_notify().name,
        ) if self.amazon_address_rejected else Markup()

    def _amazon_notify_of_address(self):
        """Notify the responsible user that the delivery address of this order has to be corrected."""
        self.ensure_one()
        responsible = self._amazon_person_to_notify()
        order = self.with_context(lang=responsible.lang)
        raise_problem(
            order, responsible,
            order.env._("Amazon rejects the address of %s", order._amazon_warehouse_name()),
            Markup("<p>%s</p>") % order.env._(
                "Amazon did not accept the delivery address of order %(order)s. Press Open Address on the order, "
                "complete the address of %(warehouse)s and write it exactly like a shared address of the group on "
                "Amazon: same spelling, same postcode.",
                order=order.name, warehouse=order._amazon_warehouse_name()), is_news=True)

    def _amazon_warehouse_name(self):
        """Name the location to which the order is delivered.

        :rtype: str
        """
        return self.picking_type_id.sudo().warehouse_id.name or ""  # buyers need no access to Inventory

    def action_amazon_open_address(self):
        """Open the contact that is the order's delivery address.

        :return: an action
        :rtype: dict
        :raises UserError: the order is delivered to no warehouse
        """
        self.ensure_one()
        self.check_access('read')
        self._amazon_check_buyer()  # a vendor's contact in the portal may read the order
        warehouse_sudo = self.picking_type_id.sudo().warehouse_id  # as above
        if not warehouse_sudo:
            raise UserError(self.env._("Order %s is not delivered to a warehouse.", self.name))
        return warehouse_sudo.action_amazon_open_address()
