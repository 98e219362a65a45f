from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# The fields of a row that are those of its order, by which orders are chosen before anything of them is computed.
ORDER_FIELDS = {
    'id': 'id', 'order_id': 'id', 'amazon_order_ref': 'amazon_order_ref', 'group_id': 'amazon_group_id',
    'company_id': 'company_id', 'requester_id': 'amazon_requester_id', 'date': 'date_approve',
    'currency_id': 'currency_id'}
COMPARISONS = ('=', '!=', 'in', 'not in', '<', '<=', '>', '>=')


class AmazonPunchoutReconciliationSearch(models.Model):
    """Which form of the query answers a search of the page Reconciliation."""
    _inherit = 'amazon.punchout.reconciliation'

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Override of `base` to compute many orders at once, and none that are only counted.

        PostgreSQL is kept from compiling the query, which takes much longer than the query.
        """
        self.env.cr.execute("SET LOCAL jit = off")
        query = super()._search(domain, offset, limit, order, **kwargs)
        if form := self._form_of_query(Domain(domain), order):
            query._tables[self._table] = SQL("(%s)", form)
        return query

    def _form_of_query(self, domain, order):
        """Choose the query that answers a search.

        :param Domain domain: of the search
        :param str | None order: in which the rows are wanted
        :return: None for that of `_table_query`, which is for reading a page
        :rtype: SQL | None
        """
        context = self.env.context
        as_of = fields.Date.to_date(context.get('amazon_as_of') or None)
        is_counted = context.get('amazon_only_counted')
        if context.get('amazon_at_once') or (is_counted and as_of) or self._looks_at_amounts(domain, order):
            return self._query(as_of, self._orders_within(domain))
        return self._query_of_orders() if is_counted else None

    @api.model
    def search_count(self, domain, limit=None):
        """Override of `base` to compute nothing of orders that are only counted."""
        counted = self.with_context(amazon_only_counted=True)
        return super(AmazonPunchoutReconciliationSearch, counted).search_count(domain, limit)

    @api.model
    def _read_group(self, domain, *args, **kwargs):
        """Override of `base` to compute all orders of the groups at once."""
        return super(
            AmazonPunchoutReconciliationSearch, self.with_context(amazon_at_once=True))._read_group(
                domain, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, *args, **kwargs):
        """Override of `base` to compute all orders of the groups at once."""
        return super(
            AmazonPunchoutReconciliationSearch, self.with_context(amazon_at_once=True))._read_grouping_sets(
                domain, *args, **kwargs)

    def _looks_at_amounts(self, domain, order):
        """Tell whether rows must be computed to be found or sorted.

        :param Domain domain: of the search
        :param str | None order: in which the rows are wanted
        :rtype: bool
        """
        names = [condition.field_expr for condition in domain.iter_conditions()]
        names += [part.split()[0] for part in (order or '').split(',') if part.split()]
        return any(name.partition('.')[0].partition(':')[0] not in ORDER_FIELDS for name in names)

    def _orders_within(self, domain):
        """Select the orders that a search can find, by what is known of an order without computing anything.

        :param Domain domain: of the search
        :rtype: SQL
        """
        parts = domain.children if hasattr(domain, 'children') and domain.OPERATOR == '&' else [domain]
        known = Domain.AND(
            [Domain('amazon_group_id', '!=', False)] + [
                Domain(ORDER_FIELDS[part.field_expr], part.operator, part.value) for part in parts
                if getattr(part, 'field_expr', None) in ORDER_FIELDS and part.operator in COMPARISONS
                and (part.field_expr == 'date' or not isinstance(part.value, str))])
        # Who may read which rows, the search itself says.
        orders_sudo = self.env['purchase.order'].sudo().with_context(active_test=False)
        return orders_sudo._search(known).select()
