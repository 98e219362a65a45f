from odoo import models

from ....tools.cart_lock import receiving


class StockMove(models.Model):
    _inherit = 'stock.move'

    def _action_synch_order(self):
        """Goods that nobody ordered have arrived whatever Amazon was asked for: core notes them as a line of quantity
        0, which orders nothing. Only this step of a receipt may do so on a cart."""
        with receiving():
            return super()._action_synch_order()
