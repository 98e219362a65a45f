from odoo import api, fields, models
from odoo.fields import Domain


class PurchaseOrderDates(models.Model):
    """When a cart and its goods are late: not before the price hold ends, and not before the goods can be there.

    The order's date stays the day on which the cart came: exchange rates and reports follow it.
    """
    _inherit = 'purchase.order'

    amazon_is_estimated = fields.Boolean("Arrival Is Estimated", compute='_compute_amazon_is_estimated')

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
