from odoo import models


class AmazonPunchoutCart(models.AbstractModel):
    _inherit = 'amazon.punchout.cart'

    def _prepare_order_vals(self, session, cart, currency, received_at):
        """Override of `amazon_punchout` to name the request as the source of the order."""
        vals = super()._prepare_order_vals(session, cart, currency, received_at)
        if request_sudo := session.sudo().purchase_request_id:
            vals['origin'] = request_sudo.name
        return vals

    def _write_order(self, session, vals, notes):
        """Override of `amazon_punchout` to bring the cart to the request, before the order can be confirmed."""
        order = super()._write_order(session, vals, notes)
        # Buyers may not write requests; that the shopper may shop for this one was checked when the trip began.
        if request_sudo := session.sudo().purchase_request_id:
            request_sudo._amazon_take_cart(order.sudo())
        return order
