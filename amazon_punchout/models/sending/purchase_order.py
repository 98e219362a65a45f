from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ... import cxml


class PurchaseOrderQueue(models.Model):
    """An approved order on its way into the outbox."""
    _inherit = 'purchase.order'

    def _amazon_queue(self):
        """Put approved orders into the outbox, in the transaction of their approval. Who approved is the purchaser; a
        scheduled action or superuser is nobody."""
        # The key alone would be anybody's who calls over HTTP.
        by_machine = self.env.uid == SUPERUSER_ID or (self.env.context.get('cron_id') and not request)
        for order in self:
            vals = {'amazon_state': 'queued', 'amazon_approved_total': order.amount_total}
            if not by_machine and order.user_id.id != self.env.uid:
                vals['user_id'] = self.env.uid
            order.write(vals)
            if order.amazon_hold_over:
                order.message_post(body=self.env._(
                    "Ordered after Amazon's price hold (%s): prices may differ.",
                    order._amazon_date_and_time(order.amazon_valid_until)))
        self._amazon_new_requests()
        self._amazon_note_deliver_to()
        super()._amazon_queue()

    def _amazon_new_requests(self):
        """Write an order request for each order into the outbox and wake the sender."""
        documents_sudo = self.env['amazon.punchout.document'].sudo()  # buyers write no documents
        vals_list = []
        for order in self:
            request = order._amazon_prepare_order_request()
            try:
                body = cxml.write_order_request(request)
            except cxml.CxmlError as error:
                raise UserError(self.env._(
                    "Order %(order)s can't be written for Amazon: %(problem)s", order=order.name, problem=error)
                ) from error
            vals_list.append({
                'direction': 'out',
                'document_type': 'OrderRequest',
                'payload_id': request.payload_id,
                'group_id': order.amazon_group_id.id,
                'session_id': order.amazon_session_id.id,
                'purchase_order_id': order.id,
                'deployment_mode': order.amazon_deployment_mode,
                'state': 'queued',
                'queued_at': fields.Datetime.now(),
                'body': body,
            })
        documents_sudo.flush_model(['state'])  # the index must see a request that this transaction withdrew
        documents_sudo.create(vals_list)._queue()

    def _amazon_note_deliver_to(self):
        """Say at the approval where Amazon cuts the name on the parcel: a note, no error."""
        for order in self:
            note = order.picking_type_id.warehouse_id._amazon_deliver_to_note(order.amazon_group_id, order.amazon_requester_id)
            if note:
                order.message_post(body=note)
