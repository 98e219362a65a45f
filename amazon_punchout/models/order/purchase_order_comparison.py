from odoo import models


class PurchaseOrderComparison(models.Model):
    """What core computes from all orders of a product."""
    _inherit = 'purchase.order'

    def _compute_show_comparison(self):
        """Override of `purchase` to compare no prices of Amazon's products, without reading all of their lines.

        A generic product stands for whatever Amazon sells, so it has no price to compare.
        """
        products = self.env['amazon.punchout.group']._stand_ins().products
        amazon = self.filtered(lambda order: order.amazon_session_id or not products.isdisjoint(
            order.order_line.product_id._origin.ids))
        amazon.show_comparison = False
        if others := self - amazon:
            super(PurchaseOrderComparison, others)._compute_show_comparison()
