from odoo import models


class AmazonPunchoutGroupOutbox(models.Model):
    """What a group has in the outbox."""
    _inherit = 'amazon.punchout.group'

    def _doubt_waiting_orders(self):
        """Let the order requests that wait count as perhaps sent, as after an answer that was lost.

        :return: their orders, in superuser mode
        """
        sentences = super()._doubt_waiting_orders()
        documents_sudo = self.env['amazon.punchout.document'].sudo().search([  # nobody writes them by hand; checked above
            ('group_id', '=', self.id), ('document_type', '=', 'OrderRequest'), ('state', '=', 'queued')], order='id')
        for document_sudo in documents_sudo:
            document_sudo._keep_outcome('unclear', 0, document_sudo._worded().env._(
                "The order waited while the database was copied or moved, and the database that it comes from may have sent "
                "it"))
            document_sudo.sent_elsewhere = True
            document_sudo._tell_order()
        if not documents_sudo:
            return sentences
        orders_sudo = documents_sudo.purchase_order_id
        return [*sentences, self.env._(
            "The other database may have sent the orders that waited, so none of them is sent by itself: %(orders)s. Each of "
            "them is to be looked for on Amazon by %(people)s, who then presses It Arrived or Send Again.",
            orders=", ".join(orders_sudo.mapped('name')),
            people=", ".join(dict.fromkeys(
                self._person_to_notify(order_sudo.amazon_requester_id).name for order_sudo in orders_sudo)))]
