from odoo import models


class AmazonPunchoutGroupSending(models.Model):
    """The orders of a group in the outbox."""
    _inherit = 'amazon.punchout.group'

    def _doubt_waiting_orders(self):
        """Override to mark the order requests that wait as unclear, as after an answer that was lost."""
        sentences = super()._doubt_waiting_orders()
        # No user writes documents; the rights were checked by the caller.
        documents_sudo = self.env['amazon.punchout.document'].sudo().search([
            ('group_id', '=', self.id), ('document_type', '=', 'OrderRequest'), ('state', '=', 'queued')], order='id')
        for document_sudo in documents_sudo:
            document_sudo._store_outcome('unclear', 0, document_sudo._in_notified_language().env._(
                "The order was waiting when the database was copied or moved, so the original database may have sent "
                "it"))
            document_sudo.sent_elsewhere = True
            document_sudo._update_order()
        if not documents_sudo:
            return sentences
        orders_sudo = documents_sudo.purchase_order_id
        return [*sentences, self.env._(
            "The original database may have sent the waiting orders, so none of them is sent automatically: %(orders)s."
            " %(people)s can look for each of them on Amazon and then press It Arrived or Send Again.",
            orders=", ".join(orders_sudo.mapped('name')),
            people=", ".join(dict.fromkeys(
                self._person_to_notify(order_sudo.amazon_requester_id).name for order_sudo in orders_sudo)))]
