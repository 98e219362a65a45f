"""Give renamed fields, values and buttons their new names in the views that people made.

These are copies of our views, and additions to them.

Odoo replaces the views of the addon only. A form with an addition that names a missing field can't be opened any more.
"""
# By model: what was renamed. The other scripts of this version rename the fields themselves.
RENAMED = {
    'amazon.punchout.group': {
        'refuse_used': 'new_items_only',
        'action_agree_database': 'action_send_from_this_database',
    },
    'amazon.punchout.go.live': {'advice': 'recommended'},
    'amazon.punchout.setup': {'places': 'locations'},
    'amazon.punchout.session': {'came_by': 'received_from'},
}


def migrate(cr, version):
    """Rename whole words in the views of a model that are not ours; a second run finds nothing to do."""
    if not version:
        return
    for model, names in RENAMED.items():
        for old, new in names.items():
            cr.execute(
                r"""
                UPDATE ir_ui_view
                   SET arch_db = regexp_replace(arch_db::text, %(word)s, %(new)s, 'g')::jsonb
                 WHERE model = %(model)s
                   AND arch_db::text ~ %(word)s
                   AND id NOT IN (SELECT res_id FROM ir_model_data
                                   WHERE model = 'ir.ui.view' AND module = 'amazon_punchout')
                """, {'model': model, 'word': rf'\m{old}\M', 'new': new})
