from odoo import api, fields, models


class PurchaseOrderDelivery(models.Model):
    """What the sentence of an order says of its delivery."""
    _inherit = 'purchase.order'

    @api.depends('receipt_status', 'order_line.amazon_expected_at', 'amazon_shipment_ids.active',
                 'amazon_shipment_ids.line_ids.quantity')
    def _compute_amazon_status(self):
        """Override to follow shipments and receipts."""
        super()._compute_amazon_status()

    def _amazon_progress(self):
        """Override to say what was shipped and received, and when the rest arrives."""
        sentences = super()._amazon_progress()
        if sentence := self._amazon_delivery_sentence():
            sentences = [*sentences, (10, sentence)]
        return sentences

    def _amazon_delivery_sentence(self):
        """Say how far the delivery is.

        :return: empty if nothing is known
        :rtype: str
        """
        if self.receipt_status == 'full':
            return self.env._("Received")
        lines = self._amazon_item_lines().filtered('product_qty')
        shipped = lines.filtered(
            lambda line: line.product_uom_id.compare(line.amazon_shipped_quantity, line.product_qty) >= 0)
        coming = [line.amazon_expected_at for line in lines if line.amazon_expected_at and line._amazon_is_expected()]
        coming = [moment for moment in coming if moment.date() >= fields.Date.today()]
        day = self._amazon_day(min(coming)) if coming else ""
        if self.receipt_status == 'partial':
            return self.env._("Partly received, next arrival %s", day) if day else self.env._("Partly received")
        if lines and shipped == lines:
            return self.env._("Shipped, arrives %s", day) if day else self.env._("Shipped")
        if any(lines.mapped('amazon_shipped_quantity')):
            return self.env._("Partly shipped, arrives %s", day) if day else self.env._("Partly shipped")
        return self.env._("Arrives %s", day) if day else ""
