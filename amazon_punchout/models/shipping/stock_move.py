from markupsafe import Markup

from odoo import api, fields, models


class StockMoveItem(models.Model):
    """What a line of a receipt stands for: the item, not the one product for all of Amazon."""
    _inherit = 'stock.move'

    amazon_item_html = fields.Html(
        "Item", compute='_compute_amazon_item_html', compute_sudo=True, sanitize=False)  # escaped where made

    # Not on the fields of the line: they are locked, and each plain line that changes would look for its moves.
    @api.depends('purchase_line_id', 'picking_id')
    @api.depends_context('lang')
    def _compute_amazon_item_html(self):
        """Name the item with its notes, for receivers who may read no orders; receipts know if they are Amazon's."""
        for move in self:
            line = move.picking_id.amazon_deployment_mode and move.purchase_line_id
            move.amazon_item_html = bool(line) and bool(line.amazon_title) and line._amazon_item_and_notes_html()


class PurchaseOrderLineMove(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_item_and_notes_html(self):
        """Write what identifies the item, and under it the notes of the company.

        :rtype: Markup
        """
        self.ensure_one()
        return self._amazon_item_html() + (
            Markup('<div class="o_amazon_notes">%s</div>') % self.env._("Note: %s", self.amazon_notes)
            if self.amazon_notes else "")
