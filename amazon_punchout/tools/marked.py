"""Fields with many records of ours, on models of core: only marked records have any, such as orders that are carts."""
from itertools import repeat


def fetch_marked(fetch, query, fields, name, marker):
    """Fetch fields, but look up one of them only of marked records: all others are known to have no records in it.

    :param fetch: `_fetch_query` of the model, without this step
    :param query: as in `_fetch_query`
    :param fields: as in `_fetch_query`
    :param str name: the name of that field
    :param str marker: the field that is set on marked records
    :return: the fetched records
    """
    ours = [field for field in fields if field.name == name]
    if not ours:
        return fetch(query, fields)
    fetched = fetch(query, [field for field in fields if field.name != name])
    marked = fetched.filtered(marker)
    ours[0]._insert_cache(fetched - marked, repeat(()))
    if marked:
        ours[0].read(marked)
    return fetched
