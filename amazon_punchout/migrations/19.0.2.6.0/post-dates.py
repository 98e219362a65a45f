"""Open orders are expected after the lead time; before 2.5, they were late from the moment at which the cart came."""


def migrate(cr, version):
    """Date what is open and has no date of Amazon or of a person; a second run changes nothing.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    cr.execute("""
        CREATE TEMPORARY TABLE amazon_dated ON COMMIT DROP AS
        SELECT line.id, line.order_id, line.date_planned AS before,
               coalesce(orders.date_approve, orders.date_order) + make_interval(days => account.lead_days) AS after
          FROM purchase_order orders
          JOIN amazon_punchout_group account ON account.id = orders.amazon_group_id
          JOIN purchase_order_line line ON line.order_id = orders.id
         WHERE orders.amazon_session_id IS NOT NULL AND orders.amazon_estimated_at IS NULL
           AND orders.state != 'cancel' AND line.amazon_line_type IS NOT NULL AND line.amazon_expected_at IS NULL
           -- As the cart had it. People have set other dates.
           AND abs(extract(epoch FROM line.date_planned - orders.date_order)) < 60
           AND EXISTS (SELECT FROM purchase_order_line item
                        WHERE item.order_id = orders.id AND item.amazon_line_type = 'item'
                          AND coalesce(item.qty_received, 0) < item.product_qty)""")
    cr.execute("""
        UPDATE purchase_order_line SET date_planned = after
          FROM amazon_dated WHERE amazon_dated.id = purchase_order_line.id""")
    cr.execute("""
        UPDATE purchase_order
           SET amazon_estimated_at = dated.after,
               date_planned = (SELECT min(date_planned) FROM purchase_order_line
                                WHERE order_id = dated.order_id AND display_type IS NULL)
          FROM (SELECT DISTINCT order_id, after FROM amazon_dated) dated WHERE dated.order_id = purchase_order.id""")
    cr.execute("""
        UPDATE stock_move
           SET date = CASE WHEN date = before THEN after ELSE date END,
               date_deadline = CASE WHEN date_deadline = before THEN after ELSE date_deadline END
          FROM amazon_dated
         WHERE amazon_dated.id = stock_move.purchase_line_id AND state NOT IN ('done', 'cancel')""")
    cr.execute("""
        UPDATE stock_picking
           SET scheduled_date = CASE move_type WHEN 'direct' THEN moves.first ELSE moves.last END,
               date_deadline = CASE move_type WHEN 'direct' THEN moves.first_deadline ELSE moves.last_deadline END
          FROM (SELECT picking_id, min(date) AS first, max(date) AS last, min(date_deadline) AS first_deadline,
                       max(date_deadline) AS last_deadline
                  FROM stock_move
                 WHERE state NOT IN ('done', 'cancel')
                   AND picking_id IN (SELECT picking_id FROM stock_move
                                       WHERE purchase_line_id IN (SELECT id FROM amazon_dated))
              GROUP BY picking_id) moves
         WHERE moves.picking_id = stock_picking.id""")
    cr.execute("DROP TABLE amazon_dated")
