"""Rename fields and values of selections before the new code looks for them.

Of the group, `refuse_used` becomes `new_items_only`, and the value `refuse` of `hold_policy` becomes `block`. Of a
shopping trip, `came_by` becomes `received_from`. Of the setup, the step `places` becomes `locations`: people can go on
with a setup that they began before.
"""
import re

from odoo.tools import SQL, sql

GROUP = 'amazon.punchout.group'


def migrate(cr, version):
    """Rename them; a second run finds nothing to do."""
    if not version:
        return
    rename_field(cr, GROUP, 'refuse_used', 'new_items_only')
    rename_field(cr, 'amazon.punchout.session', 'came_by', 'received_from')
    rename_value(cr, GROUP, 'hold_policy', 'refuse', 'block')
    rename_value(cr, 'amazon.punchout.setup', 'state', 'places', 'locations')


def rename_field(cr, model, old, new):
    """Rename a field: its column, its definition with the values of a selection, and its name in exports and filters.

    :param cr: the cursor
    :param str model: the model of the addon that has it
    :param str old: the present name
    :param str new: the new name
    """
    table = model.replace('.', '_')
    if not sql.column_exists(cr, table, old) or sql.column_exists(cr, table, new):
        return
    sql.rename_column(cr, table, old, new)
    cr.execute("UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s", [new, model, old])
    cr.execute(
        """
        UPDATE ir_model_data SET name = regexp_replace(name, %s, %s)
         WHERE module = 'amazon_punchout' AND model IN ('ir.model.fields', 'ir.model.fields.selection')
        """, [f'^(field_|selection__){table}__{old}(__.*)?$', rf'\1{table}__{new}\2'])
    cr.execute(
        """
        UPDATE ir_exports_line line SET name = %s
          FROM ir_exports export
         WHERE export.id = line.export_id AND export.resource = %s AND line.name = %s
        """, [new, model, old])
    cr.execute(
        """
        UPDATE ir_filters
           SET domain = replace(domain, %(old)s, %(new)s), context = replace(context, %(old)s, %(new)s),
               sort = replace(sort, %(old)s, %(new)s)
         WHERE model_id = %(model)s
        """, {'old': old, 'new': new, 'model': model})


def rename_value(cr, model, field, old, new):
    """Rename a value of a selection field: in the records, its definition, default values and filters.

    :param cr: the cursor
    :param str model: the model of the addon that has the field
    :param str field: the name of the field
    :param str old: the present value
    :param str new: the new value
    """
    table = model.replace('.', '_')
    column = SQL.identifier(field)
    cr.execute(SQL("UPDATE %s SET %s = %s WHERE %s = %s", SQL.identifier(table), column, new, column, old))
    cr.execute(
        """
        UPDATE ir_model_fields_selection selection SET value = %s
          FROM ir_model_fields field
         WHERE field.id = selection.field_id AND field.model = %s AND field.name = %s AND selection.value = %s
        """, [new, model, field, old])
    cr.execute(
        """
        UPDATE ir_model_data SET name = %s
         WHERE module = 'amazon_punchout' AND model = 'ir.model.fields.selection' AND name = %s
        """, [f'selection__{table}__{field}__{new}', f'selection__{table}__{field}__{old}'])
    cr.execute(
        """
        UPDATE ir_default preset SET json_value = %s
          FROM ir_model_fields field
         WHERE field.id = preset.field_id AND field.model = %s AND field.name = %s AND preset.json_value = %s
        """, [f'"{new}"', model, field, f'"{old}"'])
    cr.execute("SELECT id, domain FROM ir_filters WHERE model_id = %s AND domain LIKE %s", [model, f'%{field}%'])
    for filter_id, domain in cr.fetchall():
        cr.execute("UPDATE ir_filters SET domain = %s WHERE id = %s", [
            rename_value_in_domain(domain, field, old, new), filter_id])


def rename_value_in_domain(domain, field, old, new):
    """Rename a value in the conditions of a domain that are about a field.

    A domain may contain names that only the web client knows, so it is not evaluated.

    :param str domain: the domain
    :param str field: the name of the field
    :param str old: the present value
    :param str new: the new value
    :rtype: str
    """
    condition = re.compile(rf"""[(\[]\s*(['"]){field}\1\s*,[^()\[\]]*([(\[][^()\[\]]*)?[)\]]""")
    value = re.compile(rf"""(['"]){old}\1""")
    return condition.sub(lambda match: value.sub(rf'\g<1>{new}\g<1>', match[0]), domain)
