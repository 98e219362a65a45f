"""Searching lists by the name of something else: an order, a shopper, a group."""
from odoo.fields import Domain

# Of more records than this PostgreSQL compares each row with them, which most rows of a list then match.
MOST = 1000


def found_first(records, domain):
    """Look up who or what is meant by a name before the list is searched, since few have it and lists are long.

    As a part of the query, PostgreSQL would compare each row of the list with what has that name, also if nothing has.
    Orders are found by Amazon's number as well.

    :param records: of the model that is searched
    :param domain: in which relational fields may be compared with a text
    :return: the domain with ids instead of texts
    :rtype: Domain
    """
    def resolve(condition):
        field, text = records._fields.get(condition.field_expr), condition.value
        if condition.operator != 'ilike' or not text or not isinstance(text, str) \
                or field is None or field.type != 'many2one':
            return condition
        wanted = Domain('display_name', 'ilike', text)
        if field.comodel_name == 'purchase.order':
            wanted |= Domain('amazon_order_ref', 'ilike', text)
        named = records.env[field.comodel_name].with_context(active_test=False)
        ids = named._search(wanted, limit=MOST + 1, order='id').get_result_ids()
        return Domain(field.name, 'in', ids) if len(ids) <= MOST else Domain(field.name, 'any', wanted)
    return Domain(domain).map_conditions(resolve)
