from odoo import api, fields, models
from odoo.fields import Domain

from ...const import DECIDED_STATES


class PurchaseOrderDates(models.Model):
    """When a cart and its goods are late: not before the price hold ends, and not before the goods can be there.

    The order's date stays the day on which the cart came: exchange rates and reports follow it.
    """
    _inherit = 'purchase.order'

    amazon_hold_left = fields.Char(
        "Price Hold", compute='_compute_amazon_hold_left', help="How long Amazon still holds the prices of the cart.")
    amazon_is_estimated = fields.Boolean("Arrival Is Estimated", compute='_compute_amazon_is_estimated')

    @api.depends('amazon_valid_until', 'state')
    @api.depends_context('lang', 'tz')
    def _compute_amazon_hold_left(self):
        for order in self:
            is_open = bool(order.amazon_valid_until) and order.state not in DECIDED_STATES
            order.amazon_hold_left = is_open and order._amazon_hold_left()

    def _amazon_hold_left(self):
        """Say how long Amazon still holds the prices of a cart.

        :rtype: str
        """
        self.ensure_one()
        reader = self.with_context(tz=self._amazon_reader_tz())
        end, now = (fields.Datetime.context_timestamp(reader, each)
                    for each in (self.amazon_valid_until, fields.Datetime.now()))
        days = (end.date() - now.date()).days
        if end < now:
            return self.env._("expired")
        if not days:
            return self.env._("ends today")
        return self.env._("1 day left") if days == 1 else self.env._("%s days left", days)

    @api.depends('amazon_hold_left')
    def _compute_amazon_state_label(self):
        """Override to say of a cart how long its price is held: that it is not ordered is its status in Odoo."""
        super()._compute_amazon_state_label()
        for order in self.filtered('amazon_hold_left'):
            label = self.env._("Hold expired") if order.amazon_hold_over \
                else self.env._("Held, %s", order.amazon_hold_left)
            order.amazon_state_label = self.env._("Test: %s", label) \
                if order.amazon_deployment_mode == 'test' else label

    @api.depends('date_planned', 'amazon_estimated_at')
    def _compute_amazon_is_estimated(self):
        """Tell estimates from dates that Amazon or a person has set."""
        for order in self:
            order.amazon_is_estimated = (
                bool(order.amazon_estimated_at) and order.date_planned == order.amazon_estimated_at)

    def _amazon_estimate_arrival(self):
        """Count the lead time from now on, for carts that are approved on a later day than they came.

        Dates that people have set stay.
        """
        for order in self.filtered('amazon_estimated_at'):
            before, now = order.amazon_estimated_at, order.amazon_group_id.sudo()._estimated_arrival()
            if now.date() == before.date():
                continue
            order.order_line.filtered(lambda line, before=before: line.date_planned == before).date_planned = now
            order.amazon_estimated_at = now

    # === LATE REQUESTS === #

    @api.model
    def retrieve_dashboard(self):
        """Override of `purchase` to count a cart as late only after its price hold."""
        return super(PurchaseOrderDates, self.with_context(amazon_late_after_hold=True)).retrieve_dashboard()

    @api.model
    def _read_group(self, domain, *args, **kwargs):
        """Override of `base` to leave carts out of core's late requests while Amazon holds their prices."""
        if self.env.context.get('amazon_late_after_hold'):
            domain = self._amazon_late_domain(Domain(domain))
        return super()._read_group(domain, *args, **kwargs)

    @api.model
    def _amazon_late_domain(self, domain):
        """Extend a domain of late requests, which core finds by the date of the order.

        :param Domain domain: any domain
        :return: the same one if it does not ask for late requests
        :rtype: Domain
        """
        if not any(each.field_expr == 'date_order' and each.operator == '<' for each in domain.iter_conditions()):
            return domain
        return domain & (Domain('amazon_valid_until', '=', False)
                         | Domain('amazon_valid_until', '<', fields.Datetime.now()))
