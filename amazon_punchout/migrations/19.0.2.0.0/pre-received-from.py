"""Rename the field `came_by` of a shopping trip to `received_from`."""
from odoo.tools import sql

SESSION = 'amazon.punchout.session'
TABLE = 'amazon_punchout_session'
OLD, NEW = 'came_by', 'received_from'


def migrate(cr, version):
    """Rename the field before the new code looks for it; a second run finds nothing to do."""
    if not version or not sql.column_exists(cr, TABLE, OLD) or sql.column_exists(cr, TABLE, NEW):
        return
    sql.rename_column(cr, TABLE, OLD, NEW)
    cr.execute("UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s", [NEW, SESSION, OLD])
    for kind in ('field_{table}__{name}', 'selection__{table}__{name}__browser', 'selection__{table}__{name}__server'):
        cr.execute(
            "UPDATE ir_model_data SET name = %s WHERE module = 'amazon_punchout' AND name = %s",
            [kind.format(table=TABLE, name=NEW), kind.format(table=TABLE, name=OLD)])
    cr.execute(
        """
        UPDATE ir_exports_line line SET name = %s
          FROM ir_exports export
         WHERE export.id = line.export_id AND export.resource = %s AND line.name = %s
        """, [NEW, SESSION, OLD])
    cr.execute(
        """
        UPDATE ir_filters
           SET domain = replace(domain, %(old)s, %(new)s), context = replace(context, %(old)s, %(new)s),
               sort = replace(sort, %(old)s, %(new)s)
         WHERE model_id = %(model)s
        """, {'old': OLD, 'new': NEW, 'model': SESSION})
