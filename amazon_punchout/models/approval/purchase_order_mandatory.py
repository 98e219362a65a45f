from odoo import api, fields, models

from ...const import DECIDED_STATES
from ...tools.sentences import joined

# A sentence names so many lines and counts the others, so that it stays readable.
NAMED_LINES = 5


class PurchaseOrderMandatory(models.Model):
    """What a group requires before ordering: the location, analytic distributions, expense accounts."""
    _inherit = 'purchase.order'

    amazon_missing = fields.Text("Missing Information", compute='_compute_amazon_missing')
    amazon_location_unchecked = fields.Boolean("Delivery Location Not Checked", compute='_compute_amazon_missing')

    # === COMPUTE METHODS === #

    @api.depends(
        'state', 'amazon_session_id', 'location_checked', 'picking_type_id', 'order_line.expense_account_id',
        'order_line.analytic_distribution', 'amazon_group_id.require_location', 'amazon_group_id.require_account',
        'amazon_group_id.require_analytic')
    @api.depends_context('lang')
    def _compute_amazon_missing(self):
        for order in self:
            is_open = bool(order.amazon_session_id) and order.state not in DECIDED_STATES
            order.amazon_missing = is_open and "\n".join(order._amazon_missing_fields()) or False
            order.amazon_location_unchecked = is_open and order._amazon_is_location_missing()

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `purchase` to mark the location as checked if it is changed, not if the same is written again."""
        if 'picking_type_id' not in vals or 'location_checked' in vals:
            return super().write(vals)
        moved = self.filtered(
            lambda order: order.amazon_session_id and order._amazon_changes_field(
                'picking_type_id', vals['picking_type_id']))
        super(PurchaseOrderMandatory, self - moved).write(vals)
        return super(PurchaseOrderMandatory, moved).write({**vals, 'location_checked': True})

    # === BUSINESS METHODS === #

    def _amazon_missing_fields(self):
        """Override to add the delivery location, expense accounts and analytic distributions."""
        missing = super()._amazon_missing_fields()
        group_sudo = self.amazon_group_id.sudo()  # accountants can't read groups
        if self._amazon_is_location_missing():
            missing.append(self._(
                "Check the delivery location %s: choose another one, or tick Delivery Location Checked.",
                self.picking_type_id.sudo().warehouse_id.name))
        items = self._amazon_item_lines() if group_sudo.require_account or group_sudo.require_analytic else ()
        if group_sudo.require_account:
            # Stored goods are booked on the account of their product.
            lines = items.filtered(lambda line: not line.expense_account_id and not line.product_id.is_storable)
            if lines:
                missing.append(self._("Choose the expense account of %s.", lines._amazon_name_lines()))
        if group_sudo.require_analytic and (lines := items.filtered(lambda line: not line.analytic_distribution)):
            missing.append(self._("Fill in the analytic distribution of %s.", lines._amazon_name_lines()))
        return missing

    def _amazon_is_location_missing(self):
        """Tell whether the group requires a location that nobody has checked; with only one, there is nothing to check.

        :rtype: bool
        """
        self.ensure_one()
        group_sudo = self.amazon_group_id.sudo()  # accountants can't read groups
        return group_sudo.require_location and not self.location_checked and len(group_sudo._allowed_warehouses()) > 1


class PurchaseOrderLineMandatory(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_name_lines(self):
        """Name these lines by number and title, or the first of many.

        :rtype: str
        """
        names = joined(", ", (
            self._("line %(number)s “%(title)s”", number=line.amazon_line_number, title=line._amazon_title()[:60])
            for line in self[:NAMED_LINES]))
        if len(self) > NAMED_LINES:
            return self._("%(names)s and %(count)s more", names=names, count=len(self) - NAMED_LINES)
        return names
