from odoo import api, fields, models
from odoo.fields import Domain

PROBLEM_STATES = ('refused', 'unclear')


class PurchaseOrderSearches(models.Model):
    """The filters of Amazon orders, which read what they find and not all orders."""
    _inherit = 'purchase.order'

    amazon_has_problem = fields.Boolean("Has an Amazon Problem", store=False, search='_search_amazon_has_problem')

    # Core looks for an order by its name or this, and could use the index of names only if both have one.
    partner_ref = fields.Char(index='trigram')

    # In the order of the lists, with what the rules ask for: the first page and the number of orders are found in
    # the index alone.
    _my_amazon_idx = models.Index(
        "(amazon_requester_id, priority, id) INCLUDE (company_id) WHERE amazon_requester_id IS NOT NULL")
    _amazon_group_idx = models.Index(
        "(amazon_group_id, priority, id) INCLUDE (company_id) WHERE amazon_group_id IS NOT NULL")
    _all_amazon_idx = models.Index("(priority, id) INCLUDE (company_id) WHERE amazon_session_id IS NOT NULL")

    @api.model
    def _search_amazon_has_problem(self, operator, value):
        """Find the orders of which people are notified, and those that Amazon has declined or may have.

        The activities are few, and they are looked up first: as a part of the query they would be compared with every
        order.
        """
        if operator != 'in' or set(value) != {True}:
            return NotImplemented
        activities_sudo = self.env['mail.activity'].sudo().search_fetch([
            ('res_model', '=', 'purchase.order'),
            ('activity_type_id', 'in', [self.env.ref(each).id for each in self._amazon_problem_activities()]),
        ], ['res_id'])  # the rules of orders decide which of them are found
        return Domain('amazon_state', 'in', PROBLEM_STATES) | Domain('id', 'in', activities_sudo.mapped('res_id'))


class MailActivitySearches(models.Model):
    """The index by which open problems are found among all activities, of which those that are done are kept."""
    _inherit = 'mail.activity'

    _amazon_open_idx = models.Index("(activity_type_id, res_model, res_id) WHERE active IS TRUE")
