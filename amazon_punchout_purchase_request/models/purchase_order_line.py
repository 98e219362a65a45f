from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.amazon_punchout.const import DECIDED_STATES


class PurchaseOrderLine(models.Model):
    """Items of a cart, and the lines of the request that they are for."""
    _inherit = 'purchase.order.line'

    # Not stored: the addon for requests links several lines with several.
    request_line_id = fields.Many2one(
        'purchase.request.line', compute='_compute_request_line_id', inverse='_inverse_request_line_id',
        compute_sudo=True, help="The line of the purchase request that this item is for.")

    @api.depends('purchase_request_lines')
    def _compute_request_line_id(self):
        for line in self:
            line.request_line_id = line.purchase_request_lines[:1]

    def _inverse_request_line_id(self):
        for line in self:
            order, wanted_sudo = line.order_id, line.request_line_id.sudo()
            order.check_access('write')
            if order.state in DECIDED_STATES:
                raise UserError(self.env._(
                    "Order %s was approved or cancelled, so its request lines can't be changed.", order.name))
            if wanted_sudo and wanted_sudo.request_id != order.sudo().purchase_request_id:
                raise UserError(self.env._(
                    "%(line)s is not a line of the purchase request of order %(order)s.",
                    line=wanted_sudo.display_name, order=order.name))
            line.sudo()._amazon_assign_request_line(wanted_sudo)

    def _amazon_assign_request_line(self, request_line):
        """Buy this item for a line of a request, in superuser mode.

        :param request_line: the `purchase.request.line`; empty: for none
        """
        self.ensure_one()
        self.purchase_request_allocation_ids.unlink()
        (self.purchase_request_lines | request_line).invalidate_recordset(['purchased_qty'])  # it depends on nothing
        self.purchase_request_lines = request_line
        if not request_line:
            return
        if not request_line.product_uom_id:  # allocations need one, and have that of the request line
            request_line.product_uom_id = self.product_uom_id
        unit, wanted = request_line.product_uom_id, request_line.product_qty
        quantity = self.product_uom_id._compute_quantity(self.product_qty, unit) \
            if self.product_uom_id._has_common_reference(unit) else wanted
        self.env['purchase.request.allocation'].create({
            'purchase_request_line_id': request_line.id,
            'purchase_line_id': self.id,
            'requested_product_uom_qty': min(quantity, wanted) if wanted else quantity,
        })
