from odoo import models


class StockRule(models.Model):
    _inherit = 'stock.rule'

    def _make_po_get_domain(self, company_id, values, partner):
        """Override of `purchase_stock` to leave carts out: replenishment adds to the vendor's draft order."""
        return super()._make_po_get_domain(company_id, values, partner) + (('amazon_session_id', '=', False),)
