"""Views that people made show the page of an item by marketplace and ASIN, not by the link that the cart brought."""


def migrate(cr, version):
    """Replace the field in the views of orders that are not ours; a second run finds nothing to do.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    cr.execute(r"""
        UPDATE ir_ui_view SET arch_db = regexp_replace(arch_db::text, '\mamazon_url\M', 'amazon_page', 'g')::jsonb
         WHERE model IN ('purchase.order', 'purchase.order.line') AND arch_db::text ~ '\mamazon_url\M'
           AND id NOT IN (SELECT res_id FROM ir_model_data
                           WHERE model = 'ir.ui.view' AND module = 'amazon_punchout')""")
