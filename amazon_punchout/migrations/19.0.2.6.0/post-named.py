"""Orders are named after an item that comes, not after one that Amazon rejected."""
from odoo.addons.amazon_punchout.tools.short import titles_in_short


def migrate(cr, version):
    """Name the orders again of which Amazon rejected something; a second run changes nothing.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    cr.execute("""
        SELECT line.order_id, array_agg(
                   line.amazon_title
                   ORDER BY line.product_qty = 0, -coalesce(line.amazon_cart_price * line.amazon_cart_quantity, 0),
                            line.amazon_line_number, line.id)
          FROM purchase_order_line line
          JOIN purchase_order orders ON orders.id = line.order_id
         WHERE line.amazon_line_type = 'item' AND orders.amazon_change = 'rejected' AND orders.amazon_items IS NOT NULL
      GROUP BY line.order_id HAVING bool_and(line.amazon_title IS NOT NULL)""")
    named = [(order_id, titles_in_short(titles)) for order_id, titles in cr.fetchall()]
    cr.execute(
        "UPDATE purchase_order SET amazon_items = named.items"
        " FROM unnest(%s::integer[], %s::varchar[]) AS named(id, items)"
        " WHERE named.id = purchase_order.id AND amazon_items != named.items",
        [[order_id for order_id, _items in named], [items for _order_id, items in named]])
