from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ... import cxml


class PurchaseOrderSending(models.Model):
    """How an approved order gets into the outbox."""
    _inherit = 'purchase.order'

    def _amazon_queue(self):
        """Override to put approved orders into the outbox, in the transaction of their approval.

        The user who approves becomes the buyer, except for the superuser and scheduled actions.
        """
        # Anybody who calls over HTTP could set the key alone.
        by_machine = self.env.uid == SUPERUSER_ID or (self.env.context.get('cron_id') and not request)
        for order in self:
            vals = {'amazon_state': 'queued', 'amazon_approved_total': order.amount_total}
            if not by_machine and order.user_id.id != self.env.uid:
                vals['user_id'] = self.env.uid
            order.write(vals)
            if order.amazon_hold_over:
                order.message_post(body=self.env._(
                    "Ordered after Amazon's price hold had ended (%s), so prices may differ.",
                    order._amazon_date_and_time(order.amazon_valid_until)))
        self._amazon_new_requests()
        self._amazon_note_deliver_to()
        super()._amazon_queue()

    def _amazon_new_requests(self):
        """Write an order request for each order, put it into the outbox and wake the sender.

        :raises UserError: an order can't be written
        """
        documents_sudo = self.env['amazon.punchout.document'].sudo()  # buyers write no documents
        vals_list = []
        for order in self:
            try:  # of both steps: another addon may extend either
                request = order._amazon_prepare_order_request()
                body = order._amazon_write_order_request(request)
            except cxml.CxmlError as error:
                raise UserError(self.env._(
                    "Order %(order)s can't be sent to Amazon. %(problem)s", order=order.name,
                    problem=documents_sudo._explain_cxml_error(error))) from error
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
        new_sudo = documents_sudo.create(vals_list)
        new_sudo._queue()
        new_sudo._record_event('queued')

    def _amazon_note_deliver_to(self):
        """Note at the approval where Amazon cuts the name on the address label."""
        for order in self:
            warehouse = order.picking_type_id.warehouse_id
            if note := warehouse._amazon_deliver_to_note(order.amazon_group_id, order.amazon_requester_id):
                order.message_post(body=note)
