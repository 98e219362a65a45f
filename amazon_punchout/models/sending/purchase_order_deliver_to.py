from odoo import models


class PurchaseOrderDeliverTo(models.Model):
    """The name on the parcel, where Amazon cuts it: a note at the approval, no error."""
    _inherit = 'purchase.order'

    def _amazon_queue(self):
        super()._amazon_queue()
        for order in self:
            note = order.picking_type_id.warehouse_id._amazon_deliver_to_note(order.amazon_group_id, order.amazon_requester_id)
            if note:
                order.message_post(body=note)
