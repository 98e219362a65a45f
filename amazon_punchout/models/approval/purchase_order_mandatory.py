from odoo import api, fields, models

from ...const import UNAPPROVED_STATES

# A sentence stays readable: so many lines are named, the others counted.
NAMED_LINES = 5


class PurchaseOrderMandatory(models.Model):
    """What a group wants filled in before anything is ordered: the location, analytic distributions, expense accounts."""
    _inherit = 'purchase.order'

    location_checked = fields.Boolean(
        "The delivery location is right", copy=False,
        help="A person chose where Amazon delivers this order, or has looked at it.")
    amazon_missing = fields.Text("To Be Filled In", compute='_compute_amazon_missing')
    amazon_location_unchecked = fields.Boolean(compute='_compute_amazon_missing')

    # === COMPUTE METHODS === #

    @api.depends(
        'state', 'amazon_session_id', 'location_checked', 'picking_type_id', 'order_line.expense_account_id',
        'order_line.analytic_distribution', 'amazon_group_id.require_location', 'amazon_group_id.require_account',
        'amazon_group_id.require_analytic')
    @api.depends_context('lang')
    def _compute_amazon_missing(self):
        for order in self:
            is_open = bool(order.amazon_session_id) and order.state in UNAPPROVED_STATES
            order.amazon_missing = is_open and "\n".join(order._amazon_missing_fields()) or False
            order.amazon_location_unchecked = is_open and order._amazon_is_location_missing()

    # === CRUD METHODS === #

    def write(self, vals):
        """Whoever changes the location of a cart has looked at it; who writes the same again need not have."""
        if 'picking_type_id' not in vals or 'location_checked' in vals:
            return super().write(vals)
        moved = self.filtered(
            lambda order: order.amazon_session_id and order._amazon_changes_field(
                'picking_type_id', vals['picking_type_id']))
        super(PurchaseOrderMandatory, self - moved).write(vals)
        return super(PurchaseOrderMandatory, moved).write({**vals, 'location_checked': True})

    # === BUSINESS METHODS === #

    def _amazon_missing_fields(self):
        missing = super()._amazon_missing_fields()
        group_sudo = self.amazon_group_id.sudo()  # an accountant reads no groups
        if self._amazon_is_location_missing():
            missing.append(self.env._(
                "Check the delivery location, %s: choose another one, or tick that it is right.",
                self.picking_type_id.sudo().warehouse_id.name))
        items = self._amazon_item_lines() if group_sudo.require_account or group_sudo.require_analytic else ()
        if group_sudo.require_account:
            # What goes into stock has the account of its product.
            lines = items.filtered(lambda line: not line.expense_account_id and not line.product_id.is_storable)
            if lines:
                missing.append(self.env._("Choose the expense account of %s.", lines._amazon_name_lines()))
        if group_sudo.require_analytic and (lines := items.filtered(lambda line: not line.analytic_distribution)):
            missing.append(self.env._("Fill in the analytic distribution of %s.", lines._amazon_name_lines()))
        return missing

    def _amazon_is_location_missing(self):
        """Where there is only one location, there is nothing to choose.

        :rtype: bool
        """
        self.ensure_one()
        group_sudo = self.amazon_group_id.sudo()  # an accountant reads no groups
        return group_sudo.require_location and not self.location_checked and len(group_sudo._allowed_warehouses()) > 1


class PurchaseOrderLineMandatory(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_name_lines(self):
        """:return: these lines by number and title, the first ones of many
        :rtype: str
        """
        names = ", ".join(
            self.env._("line %(number)s “%(title)s”", number=line.amazon_line_number, title=line._amazon_title()[:60])
            for line in self[:NAMED_LINES])
        if len(self) > NAMED_LINES:
            return self.env._("%(names)s and %(count)s more", names=names, count=len(self) - NAMED_LINES)
        return names
