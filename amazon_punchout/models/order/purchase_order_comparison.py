from odoo import api, fields, models


class PurchaseOrderComparison(models.Model):
    """What core computes from all orders of a product."""
    _inherit = 'purchase.order'

    # The form only asks whether there is any bill, to offer Bill Matching.
    partner_bill_count = fields.Integer(related=None, compute='_compute_partner_bill_count', compute_sudo=True)

    @api.depends('partner_id')
    def _compute_partner_bill_count(self):
        """Count the bills of vendors as `purchase` does, but only the first one of Amazon's vendor, who has them all.
        """
        vendors = self.env['amazon.punchout.group']._stand_ins().vendors
        amazon = self.filtered(lambda order: order.partner_id._origin.id in vendors)
        for vendor, orders in amazon.grouped('partner_id').items():
            orders.partner_bill_count = self.env['account.move'].search_count([
                ('partner_id', '=', vendor._origin.id), ('move_type', 'in', ('in_invoice', 'in_refund'))], limit=1)
        for order in self - amazon:
            order.partner_bill_count = order.partner_id.supplier_invoice_count

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


class PurchaseOrderLineForecast(models.Model):
    """What core computes from all moves of a product."""
    _inherit = 'purchase.order.line'

    def _compute_forecasted_issue(self):
        """Override of `purchase_stock` to forecast no stock of Amazon's products, without reading all of their moves.

        They are not kept in stock, and the button of the forecast is shown only for what is.
        """
        products = self.env['amazon.punchout.group']._stand_ins().products
        amazon = self.filtered(lambda line: line.product_id._origin.id in products)
        amazon.forecasted_issue = False
        if others := self - amazon:
            super(PurchaseOrderLineForecast, others)._compute_forecasted_issue()
