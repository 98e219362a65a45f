from odoo import models


class StockRule(models.Model):
    _inherit = 'stock.rule'

    def _make_po_get_domain(self, company_id, values, partner):
        """Replenishment adds to the vendor's draft order; a cart is closed, so it never picks one."""
        return super()._make_po_get_domain(company_id, values, partner) + (('amazon_session_id', '=', False),)
