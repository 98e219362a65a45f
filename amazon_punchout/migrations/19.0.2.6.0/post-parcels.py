"""Parcels that were received before receipts showed them are no longer offered to be filled in."""
from odoo import SUPERUSER_ID
from odoo.api import Environment

BATCH = 1000


def migrate(cr, version):
    """Give the parcels that were received the last receipt of what they hold; a second run changes nothing.

    :param cr: the cursor
    :param str version: the version that is upgraded
    """
    if not version:
        return
    cr.execute("""
        SELECT DISTINCT shipment.purchase_order_id
          FROM amazon_punchout_shipment shipment
          JOIN purchase_order_line line ON line.order_id = shipment.purchase_order_id AND line.qty_received > 0
         WHERE shipment.receipt_id IS NULL AND shipment.active AND shipment.is_planned IS NOT TRUE""")
    order_ids = [order_id for [order_id] in cr.fetchall()]
    env = Environment(cr, SUPERUSER_ID, {})
    for start in range(0, len(order_ids), BATCH):
        received = []
        parcels = env['purchase.order'].browse(order_ids[start:start + BATCH]).amazon_shipment_ids
        for parcel in parcels._find_received():
            lines = parcel.line_ids.purchase_line_id or parcel.purchase_order_id.order_line
            receipts = lines.move_ids.picking_id.filtered(
                lambda receipt: receipt.state == 'done' and not receipt._amazon_is_return())
            if receipts:  # else somebody has entered what was received without any
                received.append((parcel.id, receipts.sorted(lambda receipt: (receipt.date_done, receipt.id))[-1].id))
        cr.execute(
            "UPDATE amazon_punchout_shipment SET receipt_id = received.receipt_id"
            " FROM unnest(%s::integer[], %s::integer[]) AS received(id, receipt_id)"
            " WHERE received.id = amazon_punchout_shipment.id",
            [[parcel_id for parcel_id, _receipt_id in received], [receipt_id for _parcel_id, receipt_id in received]])
        env.invalidate_all()
