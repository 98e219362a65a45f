"""Orders name what is in them, and what Amazon changed, so that lists need not read their lines."""
from odoo.addons.amazon_punchout.tools.short import items_in_short

BATCH = 1000


def migrate(cr, version):
    """Fill in both of existing orders; a second run changes nothing.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    cr.execute("""
        SELECT line.order_id, array_agg(line.amazon_title ORDER BY line.amazon_line_number, line.id),
               array_agg(coalesce(line.amazon_cart_price * line.amazon_cart_quantity, 0)
                         ORDER BY line.amazon_line_number, line.id)
          FROM purchase_order_line line
          JOIN purchase_order orders ON orders.id = line.order_id
         WHERE line.amazon_line_type = 'item' AND line.amazon_title IS NOT NULL AND orders.amazon_items IS NULL
      GROUP BY line.order_id""")
    named = [(order_id, items_in_short(list(zip(titles, amounts, strict=True))))
             for order_id, titles, amounts in cr.fetchall()]
    for start in range(0, len(named), BATCH):
        batch = named[start:start + BATCH]
        cr.execute(
            "UPDATE purchase_order SET amazon_items = named.items"
            " FROM unnest(%s::integer[], %s::varchar[]) AS named(id, items) WHERE named.id = purchase_order.id",
            [[order_id for order_id, _items in batch], [items for _order_id, items in batch]])
    cr.execute("""
        UPDATE purchase_order SET amazon_change = found.change
          FROM (SELECT order_id, CASE
                       WHEN bool_or(amazon_rejected_quantity > 0) THEN 'rejected'
                       WHEN bool_or(product_qty > 0 AND price_unit > amazon_cart_price + 0.000000001) THEN 'dearer'
                       WHEN bool_or(amazon_confirmation = 'changed') THEN 'changed'
                       WHEN bool_or(amazon_backordered_quantity > 0) THEN 'backordered' END AS change
                  FROM purchase_order_line WHERE amazon_line_type = 'item' GROUP BY order_id) AS found
         WHERE found.order_id = purchase_order.id AND found.change IS NOT NULL AND purchase_order.state != 'cancel'
           AND purchase_order.amazon_change IS NULL""")
