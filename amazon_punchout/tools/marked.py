"""Fields with many records of ours, on models of core: only marked records have any, such as orders that are carts."""
from itertools import repeat


def fetch_marked(fetch, query, fields, names, marker):
    """Fetch fields, but look up some of them only of marked records: all others are known to have no records in them.

    :param fetch: `_fetch_query` of the model, without this step
    :param query: as in `_fetch_query`
    :param fields: as in `_fetch_query`
    :param tuple[str] names: the names of these fields
    :param str marker: the field that is set on marked records
    :return: the fetched records
    """
    ours = [field for field in fields if field.name in names]
    if not ours:
        return fetch(query, fields)
    fetched = fetch(query, [field for field in fields if field.name not in names])
    marked = fetched.filtered(marker)
    for field in ours:
        field._insert_cache(fetched - marked, repeat(()))
        if marked:
            field.read(marked)
    return fetched
