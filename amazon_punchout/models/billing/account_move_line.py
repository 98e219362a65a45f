from odoo import api, fields, models


class AccountMoveLineItem(models.Model):
    """What a line of a bill stands for: the item, not the one product for all of Amazon."""
    _inherit = 'account.move.line'

    amazon_item_html = fields.Html(
        "Item", compute='_compute_amazon_item_html', compute_sudo=True, sanitize=False)  # escaped where made

    # Not on the fields of the line of the order: they are locked, and other bills must not depend on any.
    @api.depends('purchase_line_id', 'move_id')
    @api.depends_context('lang')
    def _compute_amazon_item_html(self):
        """Name the item for accountants, who may read no orders; bills know whether they are Amazon's."""
        for line in self:
            ordered = line.move_id.amazon_group_id and line.purchase_line_id
            line.amazon_item_html = bool(ordered) and bool(ordered.amazon_title) and ordered._amazon_item_html()
