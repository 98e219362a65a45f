from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.found_first import found_first

# The fields of a row that are those of its order, by which orders are chosen before anything of them is computed.
ORDER_FIELDS = {
    'id': 'id', 'order_id': 'id', 'amazon_order_ref': 'amazon_order_ref', 'group_id': 'amazon_group_id',
    'company_id': 'company_id', 'requester_id': 'amazon_requester_id', 'date': 'date_approve',
    'currency_id': 'currency_id'}
# So many of the newest orders are computed first where a page is wanted, in several steps: 200 fill it where most
# orders are found, 2000 where one in ten is. More steps, or larger ones, cost more where few are found.
NEWEST = (200, 2000)
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
        context, domain = self.env.context, found_first(self, domain)
        as_of = fields.Date.to_date(context.get('amazon_as_of') or None)
        is_counted = context.get('amazon_only_counted')
        if context.get('amazon_at_once') or (is_counted and as_of) or self._looks_at_amounts(domain, order):
            if limit and order in (None, self._order):
                return self._search_newest(domain, offset, limit, as_of, **kwargs)
            orders = self._orders_within(domain).select()
            return self._search_within(domain, orders, as_of, offset, limit, order, **kwargs)
        query = super()._search(domain, offset, limit, order, **kwargs)
        if is_counted:
            query._tables[self._table] = SQL("(%s)", self._query_of_orders())
        return query

    def _search_within(self, domain, orders, as_of, *args, **kwargs):
        """Search rows of some orders, which are computed at once.

        :param SQL orders: the query of the ids of the orders
        :param date | None as_of: what happened after this day does not count
        :rtype: Query
        """
        # pylint: disable-next=super-method-mismatch  # not the override, which chooses between the two
        query = super()._search(domain, *args, **kwargs)
        query._tables[self._table] = SQL("(%s)", self._query(as_of, orders))
        return query

    def _search_newest(self, domain, offset, limit, as_of, **kwargs):
        """Search the newest orders until there are enough rows, and only then all others.

        :param date | None as_of: what happened after this day does not count
        :rtype: Query
        """
        if not kwargs.get('bypass_access'):
            self.browse().check_access('read')  # also where there are no orders yet
        found, orders_sudo = [], self.env['purchase.order'].sudo().with_context(active_test=False)
        left = self._known_of_orders(domain)
        for size in (*NEWEST, None):
            if len(found) >= offset + limit:
                break
            query = orders_sudo._search(left, limit=size, order='id desc' if size else None)
            if size:
                ids = query.get_result_ids()
                if not ids:
                    break
                orders = self._query_of_ids(ids)
                left &= Domain('id', '<', ids[-1])
            else:
                orders = query.select()
            found += self._search_within(
                domain, orders, as_of, limit=offset + limit - len(found), order='id desc', **kwargs)
        page = found[offset:offset + limit]
        query = self.browse(page)._as_query()
        query._tables[self._table] = SQL("(%s)", self._query(as_of, self._query_of_ids(page)))
        return query

    def _query_of_ids(self, ids):
        """Write the query of orders whose ids are known.

        PostgreSQL looks up nothing for it, and knows how many they are.

        :rtype: SQL
        """
        return SQL("SELECT unnest(%s::integer[])", list(ids))

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
        """Search the orders that a search can find. Who may read which rows, the search itself says.

        :param Domain domain: of the search
        :rtype: Query
        """
        return self.env['purchase.order'].sudo().with_context(active_test=False)._search(self._known_of_orders(domain))

    def _known_of_orders(self, domain):
        """Write which orders a search can find, by what is known of an order without computing anything.

        :param Domain domain: of the search
        :rtype: Domain
        """
        parts = domain.children if getattr(domain, 'OPERATOR', None) == '&' else [domain]
        return Domain.AND([Domain('amazon_group_id', '!=', False)] + [
            Domain(ORDER_FIELDS[part.field_expr], part.operator, part.value) for part in parts
            if getattr(part, 'field_expr', None) in ORDER_FIELDS and part.operator in COMPARISONS
            and (part.field_expr == 'date' or not isinstance(part.value, str))])
