"""Receipts know the mode of their Amazon order; before, they looked for the order whenever a page showed them."""


def migrate(cr, version):
    """Fill in the mode of existing receipts; a second run changes nothing.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    cr.execute("""
        UPDATE stock_picking SET amazon_deployment_mode = orders.amazon_deployment_mode
          FROM purchase_order orders
          JOIN purchase_order_line line ON line.order_id = orders.id
          JOIN stock_move move ON move.purchase_line_id = line.id
         WHERE move.picking_id = stock_picking.id AND orders.amazon_session_id IS NOT NULL
           AND stock_picking.amazon_deployment_mode IS NULL""")
