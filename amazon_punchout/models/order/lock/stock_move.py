from odoo import models

from ....tools.cart_lock import receiving


class StockMove(models.Model):
    _inherit = 'stock.move'

    def _action_synch_order(self):
        """Override of `purchase_stock` to let this step of a receipt, and nothing else, add lines to a cart.

        Goods can arrive without being ordered: core notes them as a line of quantity 0, which orders nothing.
        """
        with receiving():
            return super()._action_synch_order()
