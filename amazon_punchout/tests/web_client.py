"""What the web client asks for, so that tests can read pages as a browser does. It needs nothing of the addon."""

VIEWS = ('list', 'kanban', 'form')
ALWAYS = ('1', 'True', 'true')
PAGE_LIMIT = 80
LINES_LIMIT = 40


def specification(arch, model, fields):
    """Make the specification with which the web client reads the records of a view.

    :param arch: the view as `get_views` returns it, an etree element
    :param str model: name of its model
    :param dict fields: {model: {field: description}}
    :rtype: dict
    """
    result = {}
    for node in _own_fields(arch):
        name = node.get('name')
        if name not in fields[model]:
            continue
        spec = _field_specification(node, fields[model][name], fields)
        if name not in result or len(str(spec)) > len(str(result[name])):
            result[name] = spec
    return result


def _field_specification(node, field, fields):
    if field['type'] == 'many2one':
        return {'fields': {} if node.get('invisible') in ALWAYS else {'display_name': {}}}
    if field['type'] not in ('one2many', 'many2many'):
        return {}
    views = {child.tag: child for child in node if child.tag in VIEWS}
    shown = next((views[mode] for mode in (node.get('mode') or 'list,kanban').split(',') if mode in views), None)
    if shown is not None:
        return {
            'fields': specification(shown, field['relation'], fields),
            'limit': int(shown.get('limit') or LINES_LIMIT)}
    return {'fields': {'display_name': {}}} if node.get('widget') else {}


def _own_fields(arch):
    """Find the fields of a view, without those of the views in it."""
    for child in arch.iterchildren('*'):
        if child.tag == 'field':
            yield child
        elif child.tag != 'groupby':
            yield from _own_fields(child)
